//! Signed notes (C2SP signed-note): a text and the lines that sign it.

mod key;
mod name;
mod signer;

use std::fmt;

pub use key::{BadVerifierKey, KeyKind, VerifierKey};
pub use name::{BadName, KeyName};
pub use signer::Signer;

use crate::limits::{MAX_NOTE_BYTES, MAX_NOTE_TEXT_BYTES, MAX_SIGNATURE_BYTES, MAX_SIGNATURES};
use crate::words;

/// Octets of a key id.
pub const KEY_ID_BYTES: usize = 4;

/// A note as it was read or made. Its signatures are claims until a key has checked them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line: who is said to have signed, by which key, and the signature's octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    pub(crate) name: KeyName,
    pub(crate) key_id: [u8; KEY_ID_BYTES],
    pub(crate) octets: Vec<u8>,
}

impl NoteSignature {
    /// The key's name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key's id: with the name it tells the key and the kind of signature.
    #[must_use]
    pub const fn key_id(&self) -> [u8; KEY_ID_BYTES] {
        self.key_id
    }

    /// The octets behind the key id: for cosignatures a time and a signature.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Reads one line without its newline.
    /// Reads one signature line, without its newline.
    ///
    /// # Errors
    /// [`BadNote`] if it is none.
    pub fn parse(line: &str) -> Result<Self, BadNote> {
        let rest = line.strip_prefix("— ").ok_or(BadNote::NotASignatureLine)?;
        let (name, signature) = rest.split_once(' ').ok_or(BadNote::NotASignatureLine)?;
        let octets = words::decode(signature).ok_or(BadNote::NotASignatureLine)?;
        let (key_id, signature) = octets.split_first_chunk().ok_or(BadNote::NotASignatureLine)?;
        if signature.is_empty() || signature.len() > MAX_SIGNATURE_BYTES {
            return Err(BadNote::SignatureLength { bytes: signature.len() });
        }
        Ok(Self { name: name.parse().map_err(BadNote::Name)?, key_id: *key_id, octets: signature.to_vec() })
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets = [self.key_id.as_slice(), &self.octets].concat();
        write!(out, "— {} {}", self.name, words::encode(&octets))
    }
}

impl Note {
    /// A text that nobody has signed yet.
    ///
    /// # Errors
    /// [`BadNote`] if the text does not end in a newline, is too long, or holds control characters.
    pub fn unsigned(text: String) -> Result<Self, BadNote> {
        check_text(&text)?;
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note with at least one signature line (C2SP signed-note, "Format").
    ///
    /// # Errors
    /// [`BadNote`] for whatever a writer that follows the format would not have written.
    pub fn parse(octets: &[u8]) -> Result<Self, BadNote> {
        if octets.len() > MAX_NOTE_BYTES {
            return Err(BadNote::TooLong { bytes: octets.len(), limit: MAX_NOTE_BYTES });
        }
        let note = str::from_utf8(octets).map_err(|_| BadNote::NotUtf8)?;
        let (text, lines) = note.rsplit_once("\n\n").ok_or(BadNote::NoSignatures)?;
        let text = format!("{text}\n");
        check_text(&text)?;
        let lines = lines.strip_suffix('\n').ok_or(BadNote::NoFinalNewline)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(BadNote::TooManySignatures { limit: MAX_SIGNATURES });
        }
        let signatures = lines.split('\n').map(NoteSignature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The signed text, its final newline included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line.
    ///
    /// # Errors
    /// [`BadNote::TooManySignatures`] when the note is full.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), BadNote> {
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(BadNote::TooManySignatures { limit: MAX_SIGNATURES });
        }
        self.signatures.push(signature);
        Ok(())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(out, "{signature}"))
    }
}

fn check_text(text: &str) -> Result<(), BadNote> {
    if text.len() > MAX_NOTE_TEXT_BYTES {
        return Err(BadNote::TooLong { bytes: text.len(), limit: MAX_NOTE_TEXT_BYTES });
    }
    if !text.ends_with('\n') {
        return Err(BadNote::NoFinalNewline);
    }
    let control = text.bytes().any(|octet| octet < 0x20 && octet != b'\n');
    if control { Err(BadNote::ControlCharacter) } else { Ok(()) }
}

/// Octets are no signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadNote {
    /// Longer than any honest note.
    #[error("a note of {bytes} octets; the limit is {limit}")]
    TooLong {
        /// Its octets.
        bytes: usize,
        /// The limit that it broke.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("the note is not UTF-8")]
    NotUtf8,
    /// A control character other than newline.
    #[error("the note holds a control character")]
    ControlCharacter,
    /// The text or the last line is not ended.
    #[error("the note does not end in a newline")]
    NoFinalNewline,
    /// No blank line with signatures behind it.
    #[error("the note has no blank line before its signatures")]
    NoSignatures,
    /// A line behind the last blank line is no signature.
    #[error("a line is not an em dash, a key name and a signature in base64")]
    NotASignatureLine,
    /// A signature is empty or longer than any known kind.
    #[error("a signature of {bytes} octets")]
    SignatureLength {
        /// Its octets.
        bytes: usize,
    },
    /// More signature lines than a verifier will look at.
    #[error("more than {limit} signatures")]
    TooManySignatures {
        /// The limit.
        limit: usize,
    },
    /// A key name that cannot be one.
    #[error(transparent)]
    Name(BadName),
}
