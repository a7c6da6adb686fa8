//! Every limit of logs and proofs, with its reason.
//!
//! Each is far above what an honest log needs and low enough that a hostile one gains nothing.

/// Hashes in an inclusion proof: a tree of `u64` leaves is at most 64 levels high.
pub const MAX_INCLUSION_HASHES: usize = 64;

/// Hashes in a consistency proof: one for each of 64 levels, and one for where the old tree ends.
pub const MAX_CONSISTENCY_HASHES: usize = 65;

/// Signature lines in one note. C2SP signed-note asks for at least 16; this leaves room for a log with three suites and
/// sixty witnesses. Each line may cost one signature check.
pub const MAX_SIGNATURES: usize = 64;

/// Octets of one signed note: every signature of the longest kind (an ML-DSA-44 cosignature is 3.3 kB as text) and a text
/// of [`MAX_NOTE_TEXT_BYTES`].
pub const MAX_NOTE_BYTES: usize = 512 * 1024;

/// Octets of a note's text. A checkpoint has near 100.
pub const MAX_NOTE_TEXT_BYTES: usize = 64 * 1024;

/// Octets of a key name or an origin: the length prefix of a C2SP tlog-cosignature message is one octet.
pub const MAX_NAME_BYTES: usize = 255;

/// Octets of one signature behind its key id. The longest post-quantum signature that C2SP foresees is near 5 kB.
pub const MAX_SIGNATURE_BYTES: usize = 8 * 1024;

/// Octets of one verifier key's material. ML-DSA-87 keys have 2,592.
pub const MAX_KEY_BYTES: usize = 4 * 1024;

/// Largest POSIX time in a cosignature (C2SP tlog-cosignature: "MUST NOT exceed 2^63 - 1").
pub const MAX_POSIX_SECONDS: u64 = (1 << 63) - 1;

/// Octets of extra data in a tlog-proof file: a record's salt and digest many times over.
pub const MAX_EXTRA_BYTES: usize = 64 * 1024;

/// Octets of one tlog-proof file: extra data in base64, proof, and one note.
pub const MAX_LOG_PROOF_BYTES: usize = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES;

/// Octets of one evidence file: two notes and one proof for each.
pub const MAX_FORK_BYTES: usize = 2 * MAX_NOTE_BYTES + 64 * 1024;

/// Hashes in a full tile (C2SP tlog-tiles).
pub const TILE_WIDTH: u16 = 256;

/// Levels of the tree that one tile spans: 2^8 = [`TILE_WIDTH`].
pub const TILE_HEIGHT: u8 = 8;

/// Highest tile level that a path may name (C2SP tlog-tiles). A tree of `u64` leaves uses 0 to 7.
pub const MAX_TILE_LEVEL: u8 = 63;

/// Octets of one log entry: its length prefix has 16 bits.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Octets of one entry bundle: as many of the longest entries as a tile is wide.
pub const MAX_BUNDLE_BYTES: usize = 256 * (MAX_ENTRY_BYTES + 2);

/// Octets of a tile path. The largest index has seven groups of digits.
pub const MAX_TILE_PATH_BYTES: usize = 64;

/// Tiles that a reader keeps once checked, 16 KiB each with the nodes over their hashes: 16 MiB.
pub const MAX_KEPT_TILES: usize = 1024;

/// Unreadable files that a part of an audit names before it ends: a log without its files must not fill the memory.
pub const MAX_FAULTS: usize = 1024;
