//! Tokens: how programs show who they are. A token is random, so a keyed hash of it is all that is kept, and a check costs one.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};
use record::time::Timestamp;
use zeroize::Zeroizing;

use crate::base32;
use crate::keyed::{KeyedHash, NodeSecret};
use crate::name::AccountName;
use crate::role::Right;

/// How every token begins, so that scanners for leaked secrets find one: `detente_` and 60 letters and digits.
pub const PREFIX: &str = "detente_";

/// How long a token can be good for: 400 days, which is a yearly change and a month to be late with it.
pub const MAX_LIFE_MICROS: i64 = 400 * DAY_MICROS;

/// Collections in one scope: more would be easier to name as all.
pub const MAX_COLLECTIONS: usize = 16;

/// Octets of a collection's name: a UUID, or a short word.
const MAX_COLLECTION_BYTES: usize = 64;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
const RANDOM_BYTES: usize = 32;
/// Octets of the check: a slip in typing or copying passes it once in a trillion times.
const CHECK_BYTES: usize = 5;
const HASH_DOMAIN: &str = "detente/token/v1";

/// A token's text. It is printed once, to whoever made it, and wiped when dropped.
pub struct Secret(Zeroizing<String>);

/// What is kept of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub(crate) account: AccountName,
    pub(crate) name: AccountName,
    pub(crate) hash: KeyedHash,
    pub(crate) scopes: Scopes,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) last_used: Option<Day>,
    pub(crate) revoked: Option<Timestamp>,
}

/// How far a token reaches: never further than its account does at the time of each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    rights: BTreeSet<Right>,
    collections: Collections,
}

/// Which feeds and collections a token reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "all, or a list")]
pub enum Collections {
    /// All that the account does.
    All,
    /// These alone, by name.
    Only(BTreeSet<String>),
}

/// A day of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// No such token is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// No right at all.
    #[error("a token carries at least one right")]
    NoRights,
    /// A right that no token carries.
    #[error("no token can carry the right `{0}`: sign in for it")]
    NotForTokens(Right),
    /// A list of collections that is empty, too long, or has something that is no name.
    #[error("name 1 to {MAX_COLLECTIONS} collections, each of 1 to {MAX_COLLECTION_BYTES} letters, digits and `-`")]
    Collections,
    /// An end in the past, or too far off.
    #[error("a token ends in the future, and within {} days", MAX_LIFE_MICROS / DAY_MICROS)]
    Expires,
    /// No random octets.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// A token that does not count, and why: for the log of requests. Whoever showed it hears only that it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefused {
    /// Not a token's text, or mistyped.
    #[error("not a token: it begins with {PREFIX}, and its check letters fit")]
    Malformed,
    /// None that was made here.
    #[error("no such token was made here, or it was removed")]
    Unknown,
    /// Revoked.
    #[error("the token was revoked")]
    Revoked,
    /// Past its end.
    #[error("the token is past its end; make another")]
    Expired,
    /// Its account is disabled.
    #[error("the token's account is disabled")]
    Disabled,
}

impl Secret {
    /// The text, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Token {
    /// A token, and its text.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn make(
        secret: &NodeSecret,
        (account, name): (AccountName, AccountName),
        scopes: Scopes,
        (now, expires): (Timestamp, Timestamp),
        entropy: &mut impl Entropy,
    ) -> Result<(Self, Secret), TokenError> {
        if !is_life(now, expires) {
            return Err(TokenError::Expires);
        }
        let mut random = Zeroizing::new([0; RANDOM_BYTES]);
        entropy.fill(&mut *random)?;
        let hash = secret.hash(HASH_DOMAIN, &*random);
        let token = Self { account, name, hash, scopes, created: now, expires, last_used: None, revoked: None };
        Ok((token, Secret(write(&random))))
    }

    /// The account that it speaks for.
    #[must_use]
    pub const fn account(&self) -> &AccountName {
        &self.account
    }

    /// Its name, one of its kind in the account.
    #[must_use]
    pub const fn name(&self) -> &AccountName {
        &self.name
    }

    /// How far it reaches.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// When it was made.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// From when on it does not count any more.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The last day on which it was used.
    #[must_use]
    pub const fn last_used(&self) -> Option<Day> {
        self.last_used
    }

    /// When it was revoked.
    #[must_use]
    pub const fn revoked(&self) -> Option<Timestamp> {
        self.revoked
    }

    /// Whether it counts at this time, its account apart.
    ///
    /// # Errors
    /// [`TokenRefused`].
    pub const fn standing(&self, now: Timestamp) -> Result<(), TokenRefused> {
        if self.revoked.is_some() {
            return Err(TokenRefused::Revoked);
        }
        if now.micros() < self.expires.micros() { Ok(()) } else { Err(TokenRefused::Expired) }
    }
}

/// Whether a token can live from the one to the other.
pub(crate) fn is_life(from: Timestamp, to: Timestamp) -> bool {
    (1..=MAX_LIFE_MICROS).contains(&to.micros().saturating_sub(from.micros()))
}

/// What is looked up for a token's text; none if it is no token's text.
pub(crate) fn hash_of(secret: &NodeSecret, text: &str) -> Option<KeyedHash> {
    let random = read(text)?;
    Some(secret.hash(HASH_DOMAIN, &*random))
}

fn write(random: &[u8; RANDOM_BYTES]) -> Zeroizing<String> {
    let whole: Zeroizing<Vec<u8>> = Zeroizing::new(random.iter().copied().chain(check(random)).collect());
    let letters = Zeroizing::new(base32::encode(&whole));
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + letters.len()));
    text.push_str(PREFIX);
    text.push_str(&letters);
    text
}

fn read(text: &str) -> Option<Zeroizing<[u8; RANDOM_BYTES]>> {
    let letters = text.strip_prefix(PREFIX)?;
    // What is longer is not decoded at all: a header may be long.
    if letters.len() != ((RANDOM_BYTES + CHECK_BYTES) * 8).div_ceil(5) {
        return None;
    }
    let whole = Zeroizing::new(base32::decode(letters)?);
    let (random, found) = whole.split_first_chunk::<RANDOM_BYTES>()?;
    (found == check(random)).then(|| Zeroizing::new(*random))
}

/// Against slips, not against anybody.
fn check(random: &[u8; RANDOM_BYTES]) -> [u8; CHECK_BYTES] {
    let digest = sha256(&[b"detente/token-check/v1\0", random]);
    digest.first_chunk::<CHECK_BYTES>().copied().unwrap_or_default()
}

impl Scopes {
    /// These rights, over these collections.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn new(rights: impl IntoIterator<Item = Right>, collections: Collections) -> Result<Self, TokenError> {
        let rights: BTreeSet<Right> = rights.into_iter().collect();
        if rights.is_empty() {
            return Err(TokenError::NoRights);
        }
        if let Some(right) = rights.iter().find(|right| !right.is_for_tokens()) {
            return Err(TokenError::NotForTokens(*right));
        }
        if !collections.is_good() {
            return Err(TokenError::Collections);
        }
        Ok(Self { rights, collections })
    }

    /// Whether it carries this right.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    /// Whether it reaches this collection; none is a feed that is no collection.
    #[must_use]
    pub fn has_collection(&self, collection: Option<&str>) -> bool {
        match &self.collections {
            Collections::All => true,
            Collections::Only(names) => collection.is_some_and(|name| names.contains(name)),
        }
    }

    /// Its rights.
    #[must_use]
    pub const fn rights(&self) -> &BTreeSet<Right> {
        &self.rights
    }

    /// Its collections.
    #[must_use]
    pub const fn collections(&self) -> &Collections {
        &self.collections
    }
}

impl Collections {
    fn is_good(&self) -> bool {
        let Self::Only(names) = self else { return true };
        (1..=MAX_COLLECTIONS).contains(&names.len()) && names.iter().all(|name| is_collection(name))
    }
}

fn is_collection(name: &str) -> bool {
    (1..=MAX_COLLECTION_BYTES).contains(&name.len())
        && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}

impl Day {
    /// The day of an instant.
    #[must_use]
    pub const fn of(instant: Timestamp) -> Self {
        Self(instant.micros().div_euclid(DAY_MICROS))
    }

    const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(DAY_MICROS))
    }
}

/// As `2026-11-30`.
impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start().to_string();
        out.write_str(start.split_once('T').map_or(start.as_str(), |(day, _)| day))
    }
}

impl FromStr for Day {
    type Err = record::time::NotATimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        format!("{text}T00:00:00Z").parse().map(Self::of)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}
