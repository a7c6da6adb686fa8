//! Verifier keys, written `name+id+base64` (C2SP signed-note, "Verifier keys").

use std::fmt;
use std::str::FromStr;

use record::digest::sha256;
use record::suite::{PublicKey, Suite};

use super::signer::apart_from_notes;
use super::{BadName, KEY_ID_BYTES, KeyName};
use crate::limits::{MAX_KEY_BYTES, MAX_NAME_BYTES};
use crate::words;

/// What a key signs: the identifier octet of a verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note's text.
    Ed25519,
    /// 0x04: Ed25519 over a time and the note's text (C2SP tlog-cosignature).
    CosignatureEd25519,
    /// 0x06: ML-DSA-44 over a time, origin, range and hash (C2SP tlog-cosignature).
    CosignatureMlDsa44,
    /// 0xff: a kind without a number, told by a longer identifier in the key's material. Kept and written again, never
    /// checked; SM2 has its place here.
    Private,
}

impl KeyKind {
    /// The identifier octet.
    #[must_use]
    pub const fn octet(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureEd25519 => 0x04,
            Self::CosignatureMlDsa44 => 0x06,
            Self::Private => 0xff,
        }
    }

    /// The suite that signs; none for a private kind.
    #[must_use]
    pub const fn suite(self) -> Option<Suite> {
        match self {
            Self::Ed25519 | Self::CosignatureEd25519 => Some(Suite::Ed25519),
            Self::CosignatureMlDsa44 => Some(Suite::MlDsa44),
            Self::Private => None,
        }
    }

    const fn of(octet: u8) -> Option<Self> {
        match octet {
            0x01 => Some(Self::Ed25519),
            0x04 => Some(Self::CosignatureEd25519),
            0x06 => Some(Self::CosignatureMlDsa44),
            0xff => Some(Self::Private),
            _ => None,
        }
    }
}

/// A key that somebody decided to know: name, kind and public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    kind: KeyKind,
    id: [u8; KEY_ID_BYTES],
    material: Vec<u8>,
    public: Option<PublicKey>,
}

impl VerifierKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`BadVerifierKey::WrongSuite`] if the kind needs a key of another suite, or is private.
    pub fn new(name: KeyName, kind: KeyKind, public: PublicKey) -> Result<Self, BadVerifierKey> {
        if kind.suite() != Some(public.suite()) {
            return Err(BadVerifierKey::WrongSuite { kind });
        }
        let material = public.octets().to_vec();
        let id = key_id(&name, kind, &material);
        Ok(Self { name, kind, id, material, public: Some(public) })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Its id: the first four octets of SHA-256(name || newline || kind || public key).
    #[must_use]
    pub const fn id(&self) -> [u8; KEY_ID_BYTES] {
        self.id
    }

    /// The public key; none for a private kind.
    #[must_use]
    pub const fn public(&self) -> Option<&PublicKey> {
        self.public.as_ref()
    }

    /// Whether this key signed something that is no note, see [`super::Signer::sign_message`].
    #[must_use]
    pub fn signed_message(&self, domain: &str, message: &[u8], signature: &[u8]) -> bool {
        let message = apart_from_notes(domain, message);
        self.public.as_ref().is_some_and(|public| public.verify(&message, signature).is_ok())
    }

    fn read(text: &str) -> Result<Self, BadVerifierKey> {
        if text.len() > MAX_NAME_BYTES.saturating_add(MAX_KEY_BYTES.saturating_mul(2)) {
            return Err(BadVerifierKey::Form);
        }
        let mut parts = text.splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let name: KeyName = name.ok_or(BadVerifierKey::Form)?.parse()?;
        let id = id.and_then(read_id).ok_or(BadVerifierKey::Form)?;
        let key = key.and_then(words::decode).ok_or(BadVerifierKey::Form)?;
        let (octet, material) = key.split_first().ok_or(BadVerifierKey::Form)?;
        let kind = KeyKind::of(*octet).ok_or(BadVerifierKey::UnknownKind { octet: *octet })?;
        if material.len() > MAX_KEY_BYTES {
            return Err(BadVerifierKey::Form);
        }
        Self::assemble(name, kind, id, material)
    }

    fn assemble(name: KeyName, kind: KeyKind, id: [u8; KEY_ID_BYTES], material: &[u8]) -> Result<Self, BadVerifierKey> {
        let public = match kind.suite() {
            Some(suite) => {
                Some(PublicKey::from_octets(suite, material).map_err(|_| BadVerifierKey::Unusable { kind })?)
            }
            None => None,
        };
        // How a private kind makes its ids is its own affair.
        if public.is_some() && key_id(&name, kind, material) != id {
            return Err(BadVerifierKey::WrongId);
        }
        Ok(Self { name, kind, id, material: material.to_vec(), public })
    }
}

/// Eight lower-case hexadecimal digits.
fn read_id(text: &str) -> Option<[u8; KEY_ID_BYTES]> {
    let plain = text.len() == 8 && text.bytes().all(|octet| octet.is_ascii_digit() || (b'a'..=b'f').contains(&octet));
    let id = plain.then(|| u32::from_str_radix(text, 16).ok()).flatten();
    id.map(u32::to_be_bytes)
}

fn key_id(name: &KeyName, kind: KeyKind, material: &[u8]) -> [u8; KEY_ID_BYTES] {
    let digest = sha256(&[name.as_str().as_bytes(), b"\n", &[kind.octet()], material]);
    digest.first_chunk().copied().unwrap_or_default()
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.octet()], self.material.as_slice()].concat();
        write!(out, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), words::encode(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = BadVerifierKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text)
    }
}

/// A text or key is no verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadVerifierKey {
    /// Not `name+id+base64`.
    #[error("a verifier key is written `name+id+base64`, the id as eight lower-case hexadecimal digits")]
    Form,
    /// The name cannot be one.
    #[error(transparent)]
    Name(#[from] BadName),
    /// A kind that this build does not know.
    #[error("unknown kind of verifier key {octet:#04x}; this build knows 0x01, 0x04, 0x06 and keeps 0xff")]
    UnknownKind {
        /// The identifier octet.
        octet: u8,
    },
    /// Not a usable public key of its kind.
    #[error("not a usable public key of kind {:#04x}", kind.octet())]
    Unusable {
        /// The kind.
        kind: KeyKind,
    },
    /// The kind needs a key of another suite.
    #[error("a key of kind {:#04x} needs another suite", kind.octet())]
    WrongSuite {
        /// The kind.
        kind: KeyKind,
    },
    /// The id is not that of name and key.
    #[error("the key id does not fit name and key")]
    WrongId,
}
