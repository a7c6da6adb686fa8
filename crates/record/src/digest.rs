//! Digests, each under its own domain, so that one can never be taken for another.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::base64url::{self, NotBase64Url};

/// SHA-256 over the parts in order.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// SHA-256 over octets that come in parts, such as those of a file that is larger than memory.
#[derive(Debug, Clone, Default)]
pub struct Sha256Parts(Sha256);

impl Sha256Parts {
    /// Takes the next octets.
    pub fn take(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    /// The digest over all that was taken.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// A digest in its own domain: 32 octets, written as 43 characters of base64url.
macro_rules! digest {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// A digest that was computed or stored elsewhere.
            #[must_use]
            pub const fn from_octets(octets: [u8; 32]) -> Self {
                Self(octets)
            }

            /// Its 32 octets.
            #[must_use]
            pub const fn octets(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&base64url::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotBase64Url;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                base64url::decode_exactly(text).map(Self)
            }
        }
    };
}

digest! {
    /// Names a record: SHA-256("detente/record/v1\0" || payload octets). What is shown does not change it.
    RecordDigest
}

digest! {
    /// Names a key record: SHA-256("detente/key/v1\0" || payload octets).
    KeyRecordDigest
}

digest! {
    /// Names a public key: SHA-256("detente/kid/v1\0" || suite name || "\0" || public key octets).
    KeyId
}

digest! {
    /// A leaf of a node log: SHA-256("detente/leaf/v1\0" || salt || record digest || SHA-256(signature set)).
    Commitment
}

digest! {
    /// What a payload holds in place of a property or element: SHA-256 over the disclosure's text (RFC 9901 section 4.2.3).
    DisclosureDigest
}

digest! {
    /// Names a message: SHA-256("detente/message/v1\0" || payload octets).
    MessageDigest
}

digest! {
    /// Names a statement: SHA-256("detente/statement/v1\0" || payload octets).
    StatementDigest
}

digest! {
    /// Names the text of an agreement: SHA-256("detente/agreement/v1\0" || JCS octets).
    AgreementDigest
}

digest! {
    /// What a body in a feed is fetched by: SHA-256 over its octets, padding included.
    BodyDigest
}

digest! {
    /// Names octets that are sealed for a member and kept by a depositary: SHA-256 over them.
    SealedDigest
}

digest! {
    /// A party: the digest of its first key record, whatever keys it has had since.
    PartyId
}

impl RecordDigest {
    /// The digest of a payload.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        Self(sha256(&[b"detente/record/v1\0", payload]))
    }
}

impl KeyRecordDigest {
    /// The digest of a key record's payload.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        Self(sha256(&[b"detente/key/v1\0", payload]))
    }
}

impl MessageDigest {
    /// The digest of a message's payload.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        Self(sha256(&[b"detente/message/v1\0", payload]))
    }
}

impl StatementDigest {
    /// The digest of a statement's payload.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        Self(sha256(&[b"detente/statement/v1\0", payload]))
    }
}

impl AgreementDigest {
    /// The digest of an agreement's canonical text.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        Self(sha256(&[b"detente/agreement/v1\0", text]))
    }
}

impl KeyId {
    /// The id of a public key under a suite.
    #[must_use]
    pub fn of(suite_name: &str, public_key: &[u8]) -> Self {
        Self(sha256(&[b"detente/kid/v1\0", suite_name.as_bytes(), b"\0", public_key]))
    }
}

impl DisclosureDigest {
    /// The digest of a disclosure in its base64url text.
    #[must_use]
    pub fn of(disclosure: &str) -> Self {
        Self(sha256(&[disclosure.as_bytes()]))
    }
}

impl Commitment {
    /// The blinded commitment to a record and its required signatures.
    ///
    /// `salt` must be fresh random octets: it alone keeps an outsider from testing a guess against the leaf.
    #[must_use]
    pub fn of(salt: &[u8; 32], record: RecordDigest, signature_set: &[u8]) -> Self {
        let signatures = sha256(&[signature_set]);
        Self(sha256(&[b"detente/leaf/v1\0", salt, &record.0, &signatures]))
    }
}

impl PartyId {
    /// The party that begins with this key record.
    #[must_use]
    pub const fn of(first_key_record: KeyRecordDigest) -> Self {
        Self(first_key_record.0)
    }

    /// The STIX identity of this party: a UUID of version 8 (RFC 9562 section 5.8) over the party's digest, so that
    /// whether a record is relayed can be told without a directory.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut octets = [0; 16];
        octets.copy_from_slice(self.0.first_chunk::<16>().unwrap_or(&[0; 16]));
        format!("identity--{}", uuid::Builder::from_custom_bytes(octets).into_uuid().hyphenated())
    }
}
