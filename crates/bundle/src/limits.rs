//! Every limit of bundles, with its reason.
//!
//! All but [`Limits`] are part of the format: two nodes with different limits would accept different bundles.

/// Octets of files in one package. Beyond it a new package begins, so that a damaged stick costs a package and a reader
/// needs memory for one.
pub const MAX_PACKAGE_BYTES: usize = 1024 * 1024;

/// Files in one package: as many as entries in a tile, so that the bodies of one tile travel together.
pub const MAX_PACKAGE_FILES: usize = 256;

/// Octets of one file. The longest is a bundle of 256 log entries of the longest kind (C2SP tlog-tiles): 16,777,472. A
/// file above [`MAX_PACKAGE_BYTES`] has a package of its own.
pub const MAX_FILE_BYTES: usize = 17 * 1024 * 1024;

/// Octets of a path: several times the longest that a node serves.
pub const MAX_PATH_BYTES: usize = 240;

/// Segments of a path: a tile of a log with 2^64 entries has fewer than ten.
pub const MAX_PATH_SEGMENTS: usize = 16;

/// Octets of what a package says about its files: 256 of the longest paths with their lengths.
pub const MAX_INDEX_BYTES: usize = 128 * 1024;

/// Octets of a manifest. One has near 1,700.
pub const MAX_MANIFEST_BYTES: usize = 4 * 1024;

/// A package's plaintext is filled up to a multiple of this, so that sizes tell little about what lies in it.
pub const PACKAGE_STEP_BYTES: usize = 64 * 1024;

/// The same for the cover and the end, which are short.
pub const COVER_STEP_BYTES: usize = 1024;

/// Octets of one block of the Zstandard frame: the most that RFC 8878 section 3.1.1.2.3 allows.
pub const BLOCK_BYTES: usize = 128 * 1024;

/// What one reader takes. These bound how long a hostile bundle can keep it busy, and how much it must remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of the whole archive.
    pub archive_bytes: u64,
    /// Files in the whole bundle. Of each the reader remembers 16 octets, to know a path that comes twice.
    pub files: usize,
}

impl Limits {
    /// 64 GiB and 1,048,576 files: what one stick holds. Whoever has more to send makes several bundles.
    pub const STANDARD: Self = Self { archive_bytes: 64 << 30, files: 1 << 20 };

    /// Other limits, such as those of a small machine.
    #[must_use]
    pub const fn new(archive_bytes: u64, files: usize) -> Self {
        Self { archive_bytes, files }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
