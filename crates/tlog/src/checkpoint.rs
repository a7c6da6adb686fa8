//! Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root, signed.

use std::fmt;

use crate::cosignature::{CosignError, SubtreeStatement, check, is_by, split_time, text_message};
use crate::hash::Hash;
use crate::note::{BadNote, KeyKind, Note, NoteSignature, Signer, VerifierKey};
use crate::subtree::Subtree;
use crate::words;

/// The three facts of a tree head, and lines that a log may add. Extension lines are not covered by ML-DSA-44
/// cosignatures, so nothing may be decided by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    ///
    /// # Errors
    /// [`BadCheckpoint`] for an origin that is no line of 1 to 255 octets, or an empty tree with another root than
    /// [`Hash::EMPTY`].
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, BadCheckpoint> {
        if !is_origin(origin) {
            return Err(BadCheckpoint::Origin);
        }
        Self::parse(&format!("{origin}\n{size}\n{root}\n"))
    }

    /// Reads the text of a checkpoint, its final newline included.
    ///
    /// # Errors
    /// [`BadCheckpoint`] for whatever a writer that follows the format would not have written.
    pub fn parse(text: &str) -> Result<Self, BadCheckpoint> {
        let text = text.strip_suffix('\n').ok_or(BadCheckpoint::Lines)?;
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        let origin = origin.filter(|origin| is_origin(origin)).ok_or(BadCheckpoint::Origin)?;
        let size = size.and_then(words::decimal).ok_or(BadCheckpoint::Size)?;
        let root: Hash = root.and_then(|root| root.parse().ok()).ok_or(BadCheckpoint::Root)?;
        if size == 0 && root != Hash::EMPTY {
            return Err(BadCheckpoint::Root);
        }
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(|line| line.is_empty() || line.chars().any(|it| it < ' ')) {
            return Err(BadCheckpoint::Lines);
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// The log's own name for itself.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Leaves of the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The extension lines.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs for a kind. Kind 0x01 has no time and ignores it.
    ///
    /// # Errors
    /// [`CosignError`]: the kind cannot sign, the time cannot stand, or the library fails.
    pub fn sign(&self, signer: &Signer, time: u64) -> Result<NoteSignature, CosignError> {
        let verifier = signer.verifier();
        let message = self.message(&self.to_string(), verifier, time)?;
        let stamped = (verifier.kind() != KeyKind::Ed25519).then_some(time);
        signer.sign(&message, stamped).map_err(CosignError::CannotSign)
    }

    fn message(&self, text: &str, key: &VerifierKey, time: u64) -> Result<Vec<u8>, CosignError> {
        match key.kind() {
            KeyKind::Ed25519 => Ok(text.as_bytes().to_vec()),
            KeyKind::CosignatureEd25519 => text_message(text, time),
            KeyKind::CosignatureMlDsa44 => {
                let origin = self.origin.clone();
                let statement = SubtreeStatement::new(origin, Subtree::whole(self.size), self.root);
                statement.message(key.name().as_str(), time)
            }
            KeyKind::Private => Err(CosignError::WrongKind { kind: KeyKind::Private }),
        }
    }
}

/// One line of 1 to 255 octets without control characters.
fn is_origin(origin: &str) -> bool {
    !origin.is_empty() && origin.len() <= crate::limits::MAX_NAME_BYTES && !origin.chars().any(|it| it < ' ')
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}\n{}\n", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// A checkpoint with signature lines that are not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a checkpoint with its signatures.
    ///
    /// # Errors
    /// [`BadCheckpoint`] if it is no note, or its text no checkpoint.
    pub fn parse(octets: &[u8]) -> Result<Self, BadCheckpoint> {
        let note = Note::parse(octets)?;
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// Signs a checkpoint with every signer at one time (POSIX seconds).
    ///
    /// # Errors
    /// [`CheckpointError`] if one of them cannot sign; then nothing is signed.
    pub fn sign(checkpoint: Checkpoint, signers: &[&Signer], time: u64) -> Result<Self, CheckpointError> {
        let note = Note::unsigned(checkpoint.to_string()).map_err(BadCheckpoint::Note)?;
        let mut signed = Self { checkpoint, note };
        for signer in signers {
            signed.add(signed.checkpoint.sign(signer, time)?)?;
        }
        Ok(signed)
    }

    /// Adds a signature, such as a witness's.
    ///
    /// # Errors
    /// [`CheckpointError::Refused`] when the note is full.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), CheckpointError> {
        Ok(self.note.add(signature).map_err(BadCheckpoint::Note)?)
    }

    /// The same checkpoint with those signature lines alone that known keys made and that hold: whoever brings it may have
    /// added others.
    #[must_use]
    pub fn only_by(&self, keys: &[VerifierKey]) -> Self {
        let bare =
            Note::unsigned(self.note.text().to_owned()).map(|note| Self { checkpoint: self.checkpoint.clone(), note });
        let Ok(mut kept) = bare else { return self.clone() };
        for signature in self.note.signatures() {
            let mut with = kept.clone();
            if with.add(signature.clone()).is_ok()
                && with.verify(keys).is_ok_and(|by| by.len() > kept.note.signatures().len())
            {
                kept = with;
            }
        }
        kept
    }

    /// What it claims. Believe it only after [`Self::verify`].
    #[must_use]
    pub const fn claims(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Checks every signature line of a known key and answers which keys signed, and when. Lines of other keys are
    /// ignored. How many and which keys suffice is the caller's policy.
    ///
    /// # Errors
    /// [`CheckpointError::Forged`] if a known key's line does not verify; [`CheckpointError::NobodyKnown`] if no known key
    /// signed.
    pub fn verify<'keys>(&self, keys: &'keys [VerifierKey]) -> Result<Vec<Vouched<'keys>>, CheckpointError> {
        let mut vouched: Vec<Vouched<'keys>> = Vec::new();
        for key in keys.iter().filter(|key| key.public().is_some()) {
            for signature in self.note.signatures().iter().filter(|signature| is_by(key, signature)) {
                let time = self.check(key, signature).map_err(|_| CheckpointError::Forged { key: key.to_string() })?;
                if vouched.iter().all(|earlier| earlier.key != key) {
                    vouched.push(Vouched { key, time });
                }
            }
        }
        if vouched.is_empty() { Err(CheckpointError::NobodyKnown) } else { Ok(vouched) }
    }

    fn check(&self, key: &VerifierKey, signature: &NoteSignature) -> Result<Option<u64>, CosignError> {
        let (time, bare) = match key.kind() {
            KeyKind::Ed25519 => (None, signature.octets()),
            KeyKind::CosignatureEd25519 | KeyKind::CosignatureMlDsa44 | KeyKind::Private => {
                let (time, bare) = split_time(signature.octets()).ok_or(CosignError::DoesNotVerify)?;
                (Some(time), bare)
            }
        };
        let message = self.checkpoint.message(self.note.text(), key, time.unwrap_or(0))?;
        check(key, &message, bare)?;
        Ok(time)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(out)
    }
}

/// A key whose signature on a checkpoint was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vouched<'keys> {
    /// The key.
    pub key: &'keys VerifierKey,
    /// When it cosigned, in POSIX seconds: none for kind 0x01, and 0 if the cosigner made no statement about time.
    pub time: Option<u64>,
}

/// A text is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadCheckpoint {
    /// Not a signed note.
    #[error("the checkpoint is no signed note: {0}")]
    Note(#[from] BadNote),
    /// Fewer than three lines, or an empty one.
    #[error("a checkpoint has at least three lines, none empty, the last one ended")]
    Lines,
    /// The origin is empty, longer than 255 octets, or holds control characters.
    #[error("the checkpoint's first line is no origin")]
    Origin,
    /// The size is no decimal number below 2^64.
    #[error("the checkpoint's second line is no tree size")]
    Size,
    /// The root is no hash, or another than that of the empty tree at size 0.
    #[error("the checkpoint's third line is no root hash for its size")]
    Root,
}

/// A checkpoint cannot be believed or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A line names a known key, but that key did not sign this.
    #[error("a signature in the name of {key} does not verify")]
    Forged {
        /// The key that is said to have signed.
        key: String,
    },
    /// No known key signed.
    #[error("no known key signed the checkpoint")]
    NobodyKnown,
    /// The format refuses it.
    #[error(transparent)]
    Refused(#[from] BadCheckpoint),
    /// A signer could not sign.
    #[error(transparent)]
    Cosign(#[from] CosignError),
}
