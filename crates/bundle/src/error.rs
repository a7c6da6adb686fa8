//! Why a bundle could not be read or written.

use std::fmt;
use std::io;

use record::digest::{KeyId, PartyId};
use record::entropy::NoEntropy;

use crate::limits::{MAX_FILE_BYTES, MAX_MANIFEST_BYTES};
use crate::path::{FilePath, NotAPath};

/// What an archive member is, where it is no ordinary file. None of them is ever in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberKind {
    /// A second name for a file.
    HardLink,
    /// A name that leads elsewhere.
    SymbolicLink,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// A folder.
    Folder,
    /// A named pipe.
    Pipe,
    /// An extension that gives the next member another name or other properties (GNU or POSIX pax).
    Extension,
    /// Any other kind, by its letter.
    Other(u8),
}

impl MemberKind {
    /// The kind that a type flag stands for (POSIX ustar).
    pub(crate) const fn of(flag: u8) -> Self {
        match flag {
            b'1' => Self::HardLink,
            b'2' => Self::SymbolicLink,
            b'3' => Self::CharacterDevice,
            b'4' => Self::BlockDevice,
            b'5' => Self::Folder,
            b'6' => Self::Pipe,
            b'K' | b'L' | b'S' | b'g' | b'x' | b'X' => Self::Extension,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for MemberKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::HardLink => "a hard link",
            Self::SymbolicLink => "a symbolic link",
            Self::CharacterDevice => "a character device",
            Self::BlockDevice => "a block device",
            Self::Folder => "a folder",
            Self::Pipe => "a pipe",
            Self::Extension => "an extension of the archive format",
            Self::Other(flag) => return write!(out, "of the unknown kind {flag}"),
        };
        out.write_str(word)
    }
}

/// Why a bundle was not read further. Packages that came before are good all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The archive is longer than this reader takes.
    #[error("the bundle is longer than {limit} octets")]
    ArchiveTooLong {
        /// The limit.
        limit: u64,
    },
    /// A member's own digest does not fit what it decrypts to: its sender made it to say two things.
    #[error("`{member}` does not hold what it commits to; its sender made it so")]
    Commitment {
        /// The member.
        member: String,
    },
    /// The octets inside a member were sealed by its sender, and break the format.
    #[error("`{member}` was sealed in another form: {problem}")]
    Contents {
        /// The member.
        member: String,
        /// What is wrong.
        problem: String,
    },
    /// The frame is not as a bundle's writer makes it.
    #[error("the Zstandard frame is not one of whole, stored blocks; was the bundle unpacked and packed again?")]
    Frame,
    /// A member was changed on the way, or sealed for another key.
    #[error("`{member}` was damaged or changed on the way, or sealed for another key")]
    NotAuthentic {
        /// The member.
        member: String,
    },
    /// The manifest cannot be read.
    #[error("the manifest cannot be read: {problem}")]
    Manifest {
        /// What is wrong.
        problem: String,
    },
    /// The manifest is longer than any.
    #[error("the manifest has {bytes} octets; the limit is {MAX_MANIFEST_BYTES}")]
    ManifestTooLong {
        /// Its length.
        bytes: u64,
    },
    /// What fills the last block of a member is not zeros.
    #[error("something stands in the archive behind `{member}`")]
    MemberFilling {
        /// The member.
        member: String,
    },
    /// The head of a member is not the one that its name and length ask for.
    #[error("the archive's member {number} has another head than its name and length ask for")]
    MemberHead {
        /// Its place, from 0.
        number: u32,
    },
    /// A member that is no ordinary file.
    #[error("the archive's member {number} is {kind}; a bundle holds ordinary files alone")]
    MemberKind {
        /// Its place, from 0.
        number: u32,
        /// What it is.
        kind: MemberKind,
    },
    /// A member was left out, doubled, or put in another place.
    #[error("`{found}` stands where `{wanted}` is due: members were left out, doubled or put in another order")]
    MemberOrder {
        /// The name that is due.
        wanted: String,
        /// The name that stands there.
        found: String,
    },
    /// A member has a length that none of its kind can have.
    #[error("`{member}` has {bytes} octets, which no such member can have")]
    MemberSize {
        /// The member.
        member: String,
        /// Its length.
        bytes: u64,
    },
    /// The octets are no bundle at all.
    #[error("this is no bundle")]
    NotABundle,
    /// The bundle is sealed for a key that is not among those given.
    #[error("the bundle is for somebody else: its key {key} is not one of ours")]
    NotForUs {
        /// The key it is for.
        key: KeyId,
    },
    /// The bundle is sealed for our key, and says that it is for another party.
    #[error("the bundle says that it is for party {party}, though it is sealed for our key")]
    OtherRecipient {
        /// The party that it names.
        party: PartyId,
    },
    /// A path outside the grammar.
    #[error("a path in `{member}` is refused: {error}")]
    Path {
        /// The member.
        member: String,
        /// Why.
        error: NotAPath,
    },
    /// A path that came before.
    #[error("the path `{path}` comes twice")]
    RepeatedPath {
        /// The path.
        path: FilePath,
    },
    /// More files than this reader takes.
    #[error("the bundle holds more than {limit} files")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// What came is not what the bundle's end says.
    #[error("the bundle's end speaks of {said} where {came} came")]
    Totals {
        /// What it says.
        said: String,
        /// What came.
        came: String,
    },
    /// Something follows the end.
    #[error("something follows the end of the bundle")]
    Trailing,
    /// The bundle ends before its end.
    #[error("the bundle was cut off")]
    Truncated,
    /// A format that this build does not know.
    #[error("unknown bundle format `{}`; this build knows {}", format.escape_debug(), crate::FORMAT)]
    UnknownFormat {
        /// Its name.
        format: String,
    },
    /// A suite that this build does not know.
    #[error("unknown bundle suite `{}`", suite.escape_debug())]
    UnknownSuite {
        /// Its name.
        suite: String,
    },
    /// The octets could not be had: a bad stick, for instance.
    #[error("the bundle cannot be read: {kind}")]
    Unreadable {
        /// What the system says.
        kind: io::ErrorKind,
    },
}

/// Why a bundle could not be written. Whatever was written of it is to be thrown away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The cover names a moment or a number that the format cannot hold.
    #[error("a bundle's number and moment must fit 53 bits and the calendar")]
    Cover,
    /// A file longer than the format allows.
    #[error("`{path}` has {bytes} octets; the limit is {MAX_FILE_BYTES}")]
    FileTooLong {
        /// Its path.
        path: FilePath,
        /// Its length.
        bytes: usize,
    },
    /// The source of random octets did not answer.
    #[error("the source of random octets did not answer; nothing was sealed")]
    NoEntropy,
    /// The recipient's public key is none, or the cipher's library failed.
    #[error("the bundle cannot be sealed for key {key}")]
    Seal {
        /// The key.
        key: KeyId,
    },
    /// A path that was added before.
    #[error("the path `{path}` was added twice")]
    RepeatedPath {
        /// The path.
        path: FilePath,
    },
    /// More files than one bundle holds.
    #[error("a bundle holds at most {limit} files; make another one for the rest")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// The octets could not be written: a full stick, for instance.
    #[error("the bundle cannot be written: {kind}")]
    Unwritable {
        /// What the system says.
        kind: io::ErrorKind,
    },
}

impl From<NoEntropy> for WriteError {
    fn from(_: NoEntropy) -> Self {
        Self::NoEntropy
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Unwritable { kind: error.kind() }
    }
}
