//! A private key that signs checkpoints under a name.

use record::suite::{CannotSign, PrivateKey};

use super::{BadVerifierKey, KeyKind, KeyName, NoteSignature, VerifierKey};

/// A private key with its name and kind.
#[derive(Debug)]
pub struct Signer {
    key: PrivateKey,
    verifier: VerifierKey,
}

impl Signer {
    /// A signer.
    ///
    /// # Errors
    /// [`BadVerifierKey::WrongSuite`] if the kind needs a key of another suite.
    pub fn new(name: KeyName, kind: KeyKind, key: PrivateKey) -> Result<Self, BadVerifierKey> {
        let verifier = VerifierKey::new(name, kind, key.public().clone())?;
        Ok(Self { key, verifier })
    }

    /// The public half, to give away.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs something that is no note: the domain, a zero octet, and the message. No note's text holds a zero octet, so this
    /// signature can never be taken for one of a note.
    ///
    /// # Errors
    /// [`CannotSign`] if the suite's library fails.
    pub fn sign_message(&self, domain: &str, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        self.key.sign(&apart_from_notes(domain, message))
    }

    /// Signs a message that was built for this kind, and puts the time before the signature where the kind has one.
    pub(crate) fn sign(&self, message: &[u8], time: Option<u64>) -> Result<NoteSignature, CannotSign> {
        let mut octets = time.map(|seconds| seconds.to_be_bytes().to_vec()).unwrap_or_default();
        octets.extend(self.key.sign(message)?);
        Ok(NoteSignature { name: self.verifier.name().clone(), key_id: self.verifier.id(), octets })
    }
}

/// What is signed outside notes.
pub(super) fn apart_from_notes(domain: &str, message: &[u8]) -> Vec<u8> {
    [domain.as_bytes(), b"\0", message].concat()
}
