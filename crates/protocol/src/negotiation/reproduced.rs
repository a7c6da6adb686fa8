//! What came out when a party tried the worked examples.

use std::fmt;
use std::str::FromStr;

use record::base64url::{self, NotBase64Url};
use record::digest::sha256;

/// SHA-256("detente/outcomes/v1\0", then for each example its name and its outcome, each behind its length as u64be).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutcomesDigest([u8; 32]);

/// How many worked examples came out as the text expects, and what exactly came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two members of a message")]
pub struct Reproduced {
    /// How many.
    pub count: u32,
    /// Over all outcomes. Two parties whose digests differ do not run the same agreement.
    pub outcomes: OutcomesDigest,
}

impl Reproduced {
    /// From the examples in the order of the text: the name of each, and its outcome in the words of the decision engine.
    #[must_use]
    pub fn of<'o>(outcomes: impl IntoIterator<Item = (&'o str, &'o str)>) -> Self {
        let (mut octets, mut count) = (b"detente/outcomes/v1\0".to_vec(), 0_u32);
        for (name, outcome) in outcomes {
            count = count.saturating_add(1);
            for part in [name, outcome] {
                // A length fits 64 bits on every machine that there is.
                octets.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                octets.extend_from_slice(part.as_bytes());
            }
        }
        Self { count, outcomes: OutcomesDigest(sha256(&[&octets])) }
    }
}

impl fmt::Display for OutcomesDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&base64url::encode(&self.0))
    }
}

impl FromStr for OutcomesDigest {
    type Err = NotBase64Url;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        base64url::decode_exactly(text).map(Self)
    }
}
