//! Why a text is no quorum policy.

use tlog::note::{BadVerifierKey, KeyKind};

use crate::belief::limits::{MAX_GROUPS, MAX_LOGS, MAX_NAME_BYTES, MAX_POLICY_BYTES, MAX_URL_BYTES, MAX_WITNESSES};

/// A text is no quorum policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadQuorum {
    /// Longer than any honest file.
    #[error("a policy of {bytes} octets; the limit is {MAX_POLICY_BYTES}")]
    TooLong {
        /// Its octets.
        bytes: usize,
    },
    /// No line says what is required.
    #[error(
        "the policy has no `quorum` line; end it with `quorum NAME`, or with `quorum none` to ask for no cosignature"
    )]
    Missing,
    /// A line that cannot stand.
    #[error("line {line}: {problem}")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: LineProblem,
    },
}

/// Why a line of a policy cannot stand. Names are cut to what a name may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineProblem {
    /// The last line is not ended. A cut-off name may be the name of a weaker group.
    #[error("the line does not end with a newline, so the file may be cut off; fetch it again or end the line")]
    Unended,
    /// Not UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// A control character other than tab.
    #[error("the line holds a control character; only tabs are allowed")]
    Control,
    /// A first word that the format does not have.
    #[error("unknown word `{}`; a line begins with log, witness, group, quorum or #", word.escape_debug())]
    UnknownWord {
        /// The word.
        word: String,
    },
    /// Words are missing.
    #[error("the line is too short; write `{form}`")]
    TooShort {
        /// What the line should look like.
        form: &'static str,
    },
    /// Words are left over.
    #[error("`{}` is one word too many; write `{form}`", word.escape_debug())]
    TooManyWords {
        /// The first word too many.
        word: String,
        /// What the line should look like.
        form: &'static str,
    },
    /// Not a verifier key.
    #[error(transparent)]
    Key(#[from] BadVerifierKey),
    /// A key that makes no signatures of this sort.
    #[error("a key of kind {:#04x} cannot be that of a {role}", kind.octet())]
    WrongKind {
        /// Its kind.
        kind: KeyKind,
        /// `log` or `witness`.
        role: &'static str,
    },
    /// A name that is too long.
    #[error("a name of more than {MAX_NAME_BYTES} octets")]
    NameTooLong,
    /// A URL that is too long.
    #[error("a URL of more than {MAX_URL_BYTES} octets")]
    UrlTooLong,
    /// `none` is the word for no quorum.
    #[error("`none` cannot be a name; it is the word for asking nobody")]
    NameNone,
    /// A second witness or group of one name.
    #[error("there is a witness or group `{}` already", name.escape_debug())]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// One key under two names, which would count twice.
    #[error(
        "this key is that of `{}` already, and would count twice; list it once (a second key of one operator goes with the \
         first into a group `any`)",
        name.escape_debug()
    )]
    DuplicateKey {
        /// The witness that has it.
        name: String,
    },
    /// One log listed twice.
    #[error("this log's key is listed already")]
    DuplicateLog,
    /// A name that no earlier line defines.
    #[error("`{}` is not defined on an earlier line", name.escape_debug())]
    UnknownMember {
        /// The name.
        name: String,
    },
    /// A name that only a later line defines.
    #[error("`{}` is used before line {defined} defines it; move that line up", name.escape_debug())]
    UsedBeforeDefined {
        /// The name.
        name: String,
        /// The line that defines it.
        defined: usize,
    },
    /// A member in two groups, or twice in one: it would count twice.
    #[error("`{}` is a member of a group already, and would count twice", name.escape_debug())]
    UsedTwice {
        /// The name.
        name: String,
    },
    /// A threshold that is no number.
    #[error("`{}` is no threshold; write all, any or a number", word.escape_debug())]
    BadThreshold {
        /// The word.
        word: String,
    },
    /// A threshold that nobody needs to meet.
    #[error("a threshold of 0 asks for nobody; leave the group out")]
    ZeroThreshold,
    /// A threshold that nobody can meet.
    #[error("a threshold of {threshold} with {members} members can never be met")]
    ThresholdAboveMembers {
        /// The threshold.
        threshold: usize,
        /// The members.
        members: usize,
    },
    /// A second `quorum` line.
    #[error("there is a `quorum` line already, on line {first}; one must go")]
    QuorumTwice {
        /// The first.
        first: usize,
    },
    /// More logs than the limit.
    #[error("more than {MAX_LOGS} logs")]
    TooManyLogs,
    /// More witnesses than the limit.
    #[error("more than {MAX_WITNESSES} witnesses")]
    TooManyWitnesses,
    /// More groups than the limit.
    #[error("more than {MAX_GROUPS} groups")]
    TooManyGroups,
}
