//! What a checkpoint's signatures sign, by kind of key (C2SP tlog-cosignature).

use record::suite::CannotSign;

use crate::hash::Hash;
use crate::limits::{MAX_NAME_BYTES, MAX_POSIX_SECONDS};
use crate::note::{KeyKind, NoteSignature, Signer, VerifierKey};
use crate::subtree::Subtree;

/// The label of an ML-DSA-44 cosignature's message.
const SUBTREE_LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// A statement about a range of a log's leaves: what kind 0x06 signs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubtreeStatement {
    /// The log.
    pub origin: String,
    /// The leaves. A checkpoint is the subtree that starts at 0.
    pub subtree: Subtree,
    /// Their hash.
    pub hash: Hash,
}

impl SubtreeStatement {
    /// A statement that these leaves of the log have this hash.
    #[must_use]
    pub const fn new(origin: String, subtree: Subtree, hash: Hash) -> Self {
        Self { origin, subtree, hash }
    }

    /// Signs it. A time of 0 says nothing about the tree being the largest seen.
    ///
    /// # Errors
    /// [`CosignError`]: a time where there must be none, or a key of another kind.
    pub fn sign(&self, signer: &Signer, time: u64) -> Result<NoteSignature, CosignError> {
        if signer.verifier().kind() != KeyKind::CosignatureMlDsa44 {
            return Err(CosignError::WrongKind { kind: signer.verifier().kind() });
        }
        let message = self.message(signer.verifier().name().as_str(), time)?;
        signer.sign(&message, Some(time)).map_err(CosignError::CannotSign)
    }

    /// Checks a cosignature by one key, and answers its time: POSIX seconds, 0 for none.
    ///
    /// # Errors
    /// [`CosignError::DoesNotVerify`] whatever the cause, or [`CosignError::WrongKind`] for a key that signs no subtrees.
    pub fn verify(&self, key: &VerifierKey, signature: &NoteSignature) -> Result<u64, CosignError> {
        if key.kind() != KeyKind::CosignatureMlDsa44 {
            return Err(CosignError::WrongKind { kind: key.kind() });
        }
        if !is_by(key, signature) {
            return Err(CosignError::DoesNotVerify);
        }
        let (time, signature) = split_time(signature.octets()).ok_or(CosignError::DoesNotVerify)?;
        let message = self.message(key.name().as_str(), time)?;
        check(key, &message, signature)?;
        Ok(time)
    }

    /// The octets that are signed: the structure `cosigned_message`.
    pub(crate) fn message(&self, cosigner: &str, time: u64) -> Result<Vec<u8>, CosignError> {
        if time > MAX_POSIX_SECONDS || (self.subtree.start() != 0 && time != 0) {
            return Err(CosignError::Time { seconds: time });
        }
        let mut message = SUBTREE_LABEL.to_vec();
        push_name(&mut message, cosigner)?;
        message.extend(time.to_be_bytes());
        push_name(&mut message, &self.origin)?;
        message.extend(self.subtree.start().to_be_bytes());
        message.extend(self.subtree.end().to_be_bytes());
        message.extend(self.hash.octets());
        Ok(message)
    }
}

/// The octets that an Ed25519 cosignature signs: two header lines and the checkpoint's text.
pub(crate) fn text_message(text: &str, time: u64) -> Result<Vec<u8>, CosignError> {
    if time > MAX_POSIX_SECONDS {
        return Err(CosignError::Time { seconds: time });
    }
    Ok(format!("cosignature/v1\ntime {time}\n{text}").into_bytes())
}

/// Whether a signature line names this key.
pub(crate) fn is_by(key: &VerifierKey, signature: &NoteSignature) -> bool {
    signature.name() == key.name() && signature.key_id() == key.id()
}

/// The time in front of a cosignature, and the signature behind it.
pub(crate) fn split_time(octets: &[u8]) -> Option<(u64, &[u8])> {
    octets.split_first_chunk().map(|(time, signature)| (u64::from_be_bytes(*time), signature))
}

/// Checks a bare signature with a key.
pub(crate) fn check(key: &VerifierKey, message: &[u8], signature: &[u8]) -> Result<(), CosignError> {
    let public = key.public().ok_or(CosignError::WrongKind { kind: key.kind() })?;
    public.verify(message, signature).map_err(|_| CosignError::DoesNotVerify)
}

fn push_name(message: &mut Vec<u8>, name: &str) -> Result<(), CosignError> {
    let length = u8::try_from(name.len()).ok().filter(|length| *length > 0);
    message.push(length.ok_or(CosignError::NameLength { bytes: name.len(), limit: MAX_NAME_BYTES })?);
    message.extend(name.as_bytes());
    Ok(())
}

/// A cosignature cannot be made, or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignError {
    /// The signer's signature does not verify.
    #[error("the signature does not verify")]
    DoesNotVerify,
    /// The key's kind does not make such signatures.
    #[error("a key of kind {:#04x} makes no such signature", kind.octet())]
    WrongKind {
        /// The kind.
        kind: KeyKind,
    },
    /// A time beyond 2^63 - 1, or any time on a subtree that does not start at 0.
    #[error("the time {seconds} cannot stand here")]
    Time {
        /// POSIX seconds.
        seconds: u64,
    },
    /// A name or origin does not fit its length prefix.
    #[error("a name of {bytes} octets; 1 to {limit} can be signed")]
    NameLength {
        /// Its octets.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The suite's library failed: nothing was signed.
    #[error(transparent)]
    CannotSign(CannotSign),
}
