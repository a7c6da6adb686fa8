//! Signature suites: what a name in a protected header means.
//!
//! A suite is added by one more row here and one more file beside it; nothing that is stored or sent changes. SM2 with
//! SM3 (GM/T 0003) has its place reserved by this shape: a name, lengths, and three functions.

mod ed25519;
mod ml_dsa;

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::digest::KeyId;
use crate::excerpt::excerpt;

/// A signature algorithm, by its JOSE name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Suite {
    /// Ed25519 (RFC 8032), named as in RFC 9864, verified strictly.
    Ed25519,
    /// ML-DSA-44 (FIPS 204), named as in RFC 9964, with an empty context.
    MlDsa44,
}

/// Every suite that this build knows, in the order of their names.
pub const SUITES: [Suite; 2] = [Suite::Ed25519, Suite::MlDsa44];

/// Octets of a private seed, the same for every suite: keys are derived from it, so that one secret prints on one line.
pub const SEED_BYTES: usize = 32;

impl Suite {
    /// The name in `alg` and in key records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::MlDsa44 => "ML-DSA-44",
        }
    }

    /// Octets of a public key.
    #[must_use]
    pub const fn public_key_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::MlDsa44 => 1312,
        }
    }

    /// Octets of a signature.
    #[must_use]
    pub const fn signature_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 64,
            Self::MlDsa44 => 2420,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = SUITES.into_iter().find(|suite| suite.name() == name);
        known.ok_or_else(|| UnknownSuite { name: excerpt(name) })
    }
}

/// A name that is no suite of this build. `none` and the older `EdDSA` are among them on purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown signature suite `{}`; this build knows Ed25519 and ML-DSA-44", name.escape_debug())]
#[non_exhaustive]
pub struct UnknownSuite {
    /// The name.
    pub name: String,
}

/// A public key that was decoded and found usable.
#[derive(Clone)]
pub struct PublicKey {
    id: KeyId,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Ed25519(Box<ed25519::PublicKey>),
    MlDsa44(Box<ml_dsa::PublicKey>),
}

impl PublicKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`BadKey`] for a wrong length, or a point that is not on the curve or has small order.
    pub fn from_octets(suite: Suite, octets: &[u8]) -> Result<Self, BadKey> {
        let form = match suite {
            Suite::Ed25519 => Form::Ed25519(Box::new(ed25519::PublicKey::from_octets(octets)?)),
            Suite::MlDsa44 => Form::MlDsa44(Box::new(ml_dsa::PublicKey::from_octets(octets)?)),
        };
        Ok(Self { id: KeyId::of(suite.name(), octets), form })
    }

    /// Its suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        match self.form {
            Form::Ed25519(_) => Suite::Ed25519,
            Form::MlDsa44(_) => Suite::MlDsa44,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Its octets, as in a key record.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        match &self.form {
            Form::Ed25519(key) => key.octets(),
            Form::MlDsa44(key) => key.octets(),
        }
    }

    /// Checks one signature over one message.
    ///
    /// # Errors
    /// [`BadSignature`] whatever the cause: a verifier that tells causes apart helps a forger.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match &self.form {
            Form::Ed25519(key) => key.verify(message, signature),
            Form::MlDsa44(key) => key.verify(message, signature),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicKey({}, {})", self.suite(), self.id)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for PublicKey {}

/// A private key. Its seed is wiped from memory when it is dropped, and never printed.
pub struct PrivateKey {
    seed: Zeroizing<[u8; SEED_BYTES]>,
    public: PublicKey,
    form: PrivateForm,
}

enum PrivateForm {
    Ed25519(Box<ed25519::PrivateKey>),
    MlDsa44(Box<ml_dsa::PrivateKey>),
}

impl PrivateKey {
    /// The key that a seed stands for.
    ///
    /// # Errors
    /// [`BadKey`] if the suite's library refuses the seed.
    pub fn from_seed(suite: Suite, seed: &[u8; SEED_BYTES]) -> Result<Self, BadKey> {
        let (form, octets) = match suite {
            Suite::Ed25519 => {
                ed25519::PrivateKey::from_seed(seed).map(|(key, public)| (PrivateForm::ed25519(key), public))
            }
            Suite::MlDsa44 => {
                ml_dsa::PrivateKey::from_seed(seed).map(|(key, public)| (PrivateForm::ml_dsa(key), public))
            }
        }?;
        let public = PublicKey::from_octets(suite, &octets)?;
        Ok(Self { seed: Zeroizing::new(*seed), public, form })
    }

    /// The seed, for storing the key.
    #[must_use]
    pub fn seed(&self) -> &[u8; SEED_BYTES] {
        &self.seed
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a message.
    ///
    /// # Errors
    /// [`CannotSign`] if the suite's library fails, which the caller must treat as "nothing was signed".
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        match &self.form {
            PrivateForm::Ed25519(key) => Ok(key.sign(message)),
            PrivateForm::MlDsa44(key) => key.sign(message),
        }
    }
}

impl PrivateForm {
    fn ed25519(key: ed25519::PrivateKey) -> Self {
        Self::Ed25519(Box::new(key))
    }

    fn ml_dsa(key: ml_dsa::PrivateKey) -> Self {
        Self::MlDsa44(Box::new(key))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PrivateKey({}, {}, seed withheld)", self.public.suite(), self.public.id())
    }
}

/// Octets are not a usable key of their suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable {suite} key")]
#[non_exhaustive]
pub struct BadKey {
    /// The suite they were read under.
    pub suite: Suite,
}

/// A signature does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
#[non_exhaustive]
pub struct BadSignature;

/// A signature could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {suite} signature could not be made")]
#[non_exhaustive]
pub struct CannotSign {
    /// The suite that failed.
    pub suite: Suite,
}
