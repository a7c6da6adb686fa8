//! Closed words of a signal, and what each kind may show.

use record::words;

words! {
    /// What kind of thing a signal is about.
    SignalKind, "kind of signal" {
        /// An account on a service.
        Account = "account",
        /// A file of a data set.
        DataSetFile = "data set file",
        /// A part of such a file, so that one that was packed anew is found too.
        DataSetShard = "data set shard",
        /// A text that spreads what is false.
        DisinformationText = "disinformation text",
        /// A domain name.
        Domain = "domain",
        /// An e-mail address.
        EmailAddress = "e-mail address",
        /// The name of a package that models make up and that somebody may register.
        HallucinatedPackage = "hallucinated package",
        /// A picture.
        Image = "image",
        /// An address of the Internet.
        IpAddress = "ip address",
        /// A word or phrase.
        Keyword = "keyword",
        /// A file of a model's weights.
        ModelFile = "model file",
        /// A tensor or a part of such a file.
        ModelShard = "model shard",
        /// A text that was given to a model.
        Prompt = "prompt",
        /// What texts of one family have in common.
        PromptFamily = "prompt family",
        /// A rule.
        Rule = "rule",
        /// A tool, a server of tools or a skill, or what one says of itself.
        Tool = "tool",
        /// An account for payments.
        Wallet = "wallet",
    }
}

words! {
    /// How much of a signal is shown to whoever gets it.
    Disclosure, "class of disclosure" {
        /// Digests of it, which anybody can compute who has the same thing.
        Digest = "digest",
        /// A digest that only holders of an agreement's key can compute.
        Keyed = "keyed",
        /// The thing itself.
        Open = "open",
        /// Nothing: it can be asked about privately.
        Private = "private",
    }
}

words! {
    /// What has become of a signal.
    State, "state of a signal" {
        /// Somebody other than its finder has looked at it and agrees.
        Confirmed = "confirmed",
        /// Somebody says that it is wrong.
        Disputed = "disputed",
        /// Its time is over.
        Expired = "expired",
        /// Its author has taken it back.
        Retracted = "retracted",
        /// It was found, and nobody else has looked at it.
        Seen = "seen",
    }
}

words! {
    /// How the patterns of a rule go together.
    Combining, "way to combine" {
        /// All have to be found.
        All = "all",
        /// One is enough.
        Any = "any",
    }
}

impl From<Combining> for crate::rules::Combine {
    fn from(word: Combining) -> Self {
        match word {
            Combining::All => Self::All,
            Combining::Any => Self::Any,
        }
    }
}

/// What the keys of a kind are computed of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Keyword,
    Rule,
    Package,
    Picture,
    File,
    /// So few are possible that whoever has a digest finds the value by trying all.
    LowEntropy,
}

impl SignalKind {
    pub(super) const fn form(self) -> Form {
        match self {
            Self::Prompt | Self::PromptFamily | Self::DisinformationText | Self::Tool => Form::Text,
            Self::Keyword => Form::Keyword,
            Self::Rule => Form::Rule,
            Self::HallucinatedPackage => Form::Package,
            Self::Image => Form::Picture,
            Self::DataSetFile | Self::DataSetShard | Self::ModelFile | Self::ModelShard => Form::File,
            Self::Account | Self::Domain | Self::EmailAddress | Self::IpAddress | Self::Wallet => Form::LowEntropy,
        }
    }

    /// Whether so few values are possible that a plain digest would give them away to anybody who tries all. Such a signal is
    /// keyed or private.
    #[must_use]
    pub const fn is_low_entropy(self) -> bool {
        matches!(self.form(), Form::LowEntropy)
    }

    /// Whether a signal of this kind can be shown so.
    #[must_use]
    pub const fn allows(self, disclosure: Disclosure) -> bool {
        match self.form() {
            Form::LowEntropy => matches!(disclosure, Disclosure::Keyed | Disclosure::Private),
            Form::Keyword | Form::Rule | Form::Package => matches!(disclosure, Disclosure::Open),
            Form::Picture | Form::File => !matches!(disclosure, Disclosure::Open),
            Form::Text => true,
        }
    }

    /// Whether it is a part of something.
    #[must_use]
    pub const fn is_shard(self) -> bool {
        matches!(self, Self::DataSetShard | Self::ModelShard)
    }
}
