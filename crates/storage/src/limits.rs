//! Every limit of the store, with its reason.

/// Octets of one segment file before the next is begun. Recovery reads the last two, so this bounds how long a start takes.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Octets of the bodies of one frame. A larger group waits for the next frame: what is written before one sync must fit in
/// memory many times over.
pub const MAX_FRAME_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Octets of memory for frames that the sequencer keeps from one to the next: twice those of a package of 256 incidents that is
/// read, since memory grows by doubling. What is given back after every frame costs as much to get again as writing into it.
pub const MAX_KEPT_FRAME_BYTES: usize = MAX_FRAME_BODY_BYTES;

/// Octets of what a frame says beside its bodies: the entries of a full group, a checkpoint of every log, or a snapshot of
/// [`MAX_LOGS`] logs and [`MAX_COUNTERS`] counters.
pub const MAX_FRAME_META_BYTES: usize = 64 * 1024 * 1024;

/// Batches in one frame: as many as may wait while a slow disk syncs.
pub const MAX_FRAME_BATCHES: usize = 4096;

/// Entries of one batch, all of which one frame must take.
pub const MAX_BATCH_ENTRIES: usize = 4096;

/// Octets of one body: the longest record, its salt before it.
pub const MAX_BODY_BYTES: usize = record::limits::MAX_RECORD_BYTES + 32;

/// Octets of the bodies and receipts of one batch: less than [`MAX_FRAME_BODY_BYTES`], so that a batch always fits.
pub const MAX_BATCH_BYTES: usize = MAX_FRAME_BODY_BYTES;

/// Batches whose ids are remembered, so that one that is sent again is answered and not repeated. A caller who lost an
/// answer asks again at once; these are seconds of the fastest load, hours of a common one, and some ten megabytes.
pub const REMEMBERED_BATCHES: usize = 65_536;

/// Batches that may wait to be committed before a caller has to wait.
pub const MAX_WAITING_BATCHES: usize = 8192;

/// Octets that may wait to be committed before a caller has to wait.
pub const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// Octets of a log's or counter's name.
pub const MAX_NAME_BYTES: usize = 64;

/// Octets of bodies that wait in memory, as they were before they were put under keys, until the views have taken them in: those
/// of one frame. Views that are further behind read the disk.
pub const MAX_HANDED_BYTES: usize = MAX_FRAME_BODY_BYTES;

/// Logs of one node: its own and one for each feed. The design expects hundreds; every snapshot holds all of them in a frame.
pub const MAX_LOGS: usize = 4096;

/// Counters of one node.
pub const MAX_COUNTERS: usize = 65_536;

/// How often a frame that reads as torn is read again before it is cut off: a disk that answers wrongly twice in a row must
/// not cost an acknowledged frame.
pub const READS_BEFORE_CUTTING: usize = 3;

/// Smallest unit that a disk writes as a whole, in octets. A torn write leaves whole sectors unwritten.
pub const SECTOR_BYTES: u64 = 512;

/// Body keys in one key file: 1 MiB of slots. The file is made durable before its first key is used.
pub const KEYS_PER_FILE: u64 = 16_384;

/// Octets of one slot of a key file: key and check. It divides a sector, so that a slot is never written in part.
pub const KEY_SLOT_BYTES: usize = 64;

/// How far the clock may lie behind the last commit before nothing is signed, in microseconds. Clocks are set by seconds;
/// five minutes behind is a wrong clock.
pub const MAX_CLOCK_BACK_MICROS: i64 = 5 * 60 * 1_000_000;

/// Heads that a head source may answer with: a hostile folder costs one signature check each.
pub const MAX_HEADS: usize = 1024;

/// Files of a head source that are read to find them: a folder may hold the heads of many logs.
pub const MAX_HEAD_FILES: usize = 16 * MAX_HEADS;
