//! Who is to be told of what, and where.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use access::AccountName;
use record::base64url;
use record::entropy::{Entropy, NoEntropy};
use record::json::{Json, Map};
use record::time::Timestamp;

use super::retry::GIVE_UP_AFTER_MICROS;
use super::secret::WebhookSecret;
use super::url::WebhookUrl;
use crate::notice::{Kind, Notice};

/// Webhooks of one account: a program for each kind of event, and some to spare.
pub const MAX_SUBSCRIPTIONS_PER_ACCOUNT: usize = 16;

/// Webhooks of one node. Each event is a call for each.
pub const MAX_SUBSCRIPTIONS: usize = 256;

/// Octets of an id.
const ID_BYTES: usize = 12;

/// The id of a webhook: 16 characters, by chance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubscriptionId(String);

/// A webhook: who is to be told of which events, and where. It counts for no more than its account may see: whoever sends asks
/// `access` for each notice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub account: AccountName,
    /// Where to call.
    pub url: WebhookUrl,
    /// Of what: at least one.
    pub kinds: BTreeSet<Kind>,
    /// When it was made.
    pub created: Timestamp,
    /// Since when nothing was taken there; none if the last call was.
    pub failing_since: Option<Timestamp>,
    /// When it was ended by itself: nothing was taken for too long, or the other side wanted no more.
    pub ended: Option<Timestamp>,
    secret: WebhookSecret,
}

/// No such webhook is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotASubscription {
    /// No kind of event.
    #[error("name at least one kind of event")]
    NoKinds,
    /// The account has its share, or the node.
    #[error(
        "an account has at most {MAX_SUBSCRIPTIONS_PER_ACCOUNT} webhooks, and a node {MAX_SUBSCRIPTIONS}; delete one"
    )]
    TooMany,
    /// No random octets.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// What was kept is no webhook.
    #[error("what was kept is no webhook: {0}")]
    Kept(&'static str),
}

impl Subscription {
    /// A webhook of an account, beside those that there are. Its secret is to be shown once: [`WebhookSecret::reveal`].
    ///
    /// # Errors
    /// [`NotASubscription`].
    pub fn make(
        account: AccountName,
        (url, kinds): (WebhookUrl, BTreeSet<Kind>),
        others: &[Self],
        now: Timestamp,
        entropy: &mut impl Entropy,
    ) -> Result<Self, NotASubscription> {
        if kinds.is_empty() {
            return Err(NotASubscription::NoKinds);
        }
        let own = others.iter().filter(|other| other.account.skeleton() == account.skeleton()).count();
        if own >= MAX_SUBSCRIPTIONS_PER_ACCOUNT || others.len() >= MAX_SUBSCRIPTIONS {
            return Err(NotASubscription::TooMany);
        }
        let (id, secret) = (SubscriptionId::generate(entropy)?, WebhookSecret::generate(entropy)?);
        Ok(Self { id, account, url, kinds, created: now, failing_since: None, ended: None, secret })
    }

    /// What its messages are signed with.
    #[must_use]
    pub const fn secret(&self) -> &WebhookSecret {
        &self.secret
    }

    /// Whether it is to be told of this, as far as its own wishes go.
    #[must_use]
    pub fn wants(&self, notice: &Notice) -> bool {
        self.ended.is_none() && self.kinds.contains(&notice.kind)
    }

    /// Takes note of a try: of one that was taken, or of one that was not.
    pub fn tried(&mut self, was_taken: bool, now: Timestamp) {
        if was_taken {
            self.failing_since = None;
            return;
        }
        let since = *self.failing_since.get_or_insert(now);
        if now.micros().saturating_sub(since.micros()) >= GIVE_UP_AFTER_MICROS {
            self.end(now);
        }
    }

    /// Ends it: nothing is sent any more. It stays to be seen.
    pub fn end(&mut self, now: Timestamp) {
        self.ended.get_or_insert(now);
    }

    /// As its owner sees it: without the secret.
    #[must_use]
    pub fn shown(&self) -> Map {
        let kinds = self.kinds.iter().map(|kind| Json::text(kind.name())).collect();
        let time = |time: Option<Timestamp>| time.map_or(Json::Null, |time| Json::text(time.to_string()));
        Map::new()
            .with("id", self.id.as_str())
            .with("url", self.url.to_string())
            .with("events", Json::Array(kinds))
            .with("created", self.created.to_string())
            .with("failing_since", time(self.failing_since))
            .with("ended", time(self.ended))
    }

    /// What is to be kept, where its owner alone reads: the secret is in it.
    #[must_use]
    pub fn to_json(&self) -> Map {
        self.shown().with("account", self.account.as_str()).with("secret", self.secret.reveal().as_str())
    }

    /// What was kept.
    ///
    /// # Errors
    /// [`NotASubscription::Kept`] with the member that is wrong.
    pub fn from_json(map: &Map) -> Result<Self, NotASubscription> {
        let wrong = NotASubscription::Kept;
        let kinds = map.get("events").and_then(Json::as_array).unwrap_or_default();
        let kinds: Option<BTreeSet<Kind>> = kinds.iter().map(|kind| kind.as_str()?.parse().ok()).collect();
        Ok(Self {
            id: read(map, "id").ok_or(wrong("id"))?,
            account: read(map, "account").ok_or(wrong("account"))?,
            url: read(map, "url").ok_or(wrong("url"))?,
            kinds: kinds.filter(|kinds| !kinds.is_empty()).ok_or(wrong("events"))?,
            created: read(map, "created").ok_or(wrong("created"))?,
            failing_since: read_if_there(map, "failing_since").ok_or(wrong("failing_since"))?,
            ended: read_if_there(map, "ended").ok_or(wrong("ended"))?,
            secret: read(map, "secret").ok_or(wrong("secret"))?,
        })
    }
}

fn read<T: FromStr>(map: &Map, name: &str) -> Option<T> {
    map.text(name)?.parse().ok()
}

fn read_if_there<T: FromStr>(map: &Map, name: &str) -> Option<Option<T>> {
    match map.get(name) {
        Some(Json::Null) => Some(None),
        _ => read(map, name).map(Some),
    }
}

impl SubscriptionId {
    fn generate(entropy: &mut impl Entropy) -> Result<Self, NoEntropy> {
        let mut octets = [0; ID_BYTES];
        entropy.fill(&mut octets)?;
        Ok(Self(base64url::encode(&octets)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SubscriptionId {
    type Err = NotASubscription;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octets = base64url::decode_exactly::<ID_BYTES>(text);
        octets.map(|_| Self(text.to_owned())).map_err(|_| NotASubscription::Kept("id"))
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
