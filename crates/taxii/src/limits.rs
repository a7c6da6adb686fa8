//! Every limit, with its reason.

/// Octets of the body of one POST, told as `max_content_length` of the API root: a thousand objects of usual size many times
/// over, and what the node takes as one package.
pub const MAX_CONTENT_BYTES: usize = 16 * 1024 * 1024;

/// Octets of one object in it: what a record may have.
pub const MAX_OBJECT_BYTES: usize = record::limits::MAX_RECORD_BYTES;

/// Objects of one POST. The status has a line for each, so this bounds its size too.
pub const MAX_OBJECTS_PER_POST: usize = 10_000;

/// Objects of a page when the caller names no limit: about 100 kB, which even a weak line carries in some minutes.
pub const DEFAULT_PAGE_OBJECTS: usize = 100;

/// Objects of a page, whatever the caller asks for. A page lies in memory whole until it is taken.
pub const MAX_PAGE_OBJECTS: usize = 1_000;

/// Octets of the objects of a page: it ends early rather than grow beyond, and has one object at least.
pub const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// How long the status of a POST can be asked for, in milliseconds: the 24 hours that the interoperability profile names.
pub const STATUS_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Octets of a query, as they travel: some 150 ids in one `match[id]`.
pub const MAX_QUERY_BYTES: usize = 8 * 1024;

/// Values of one parameter. Each is looked up, so this bounds what one request costs.
pub const MAX_MATCH_VALUES: usize = 200;

/// Characters of a cursor. Ours have fewer; nothing longer is decoded.
pub const MAX_CURSOR_CHARACTERS: usize = 64;

/// Media ranges of one `Accept` that are looked at. Programs send a handful.
pub const MAX_MEDIA_RANGES: usize = 64;

/// Characters of foreign text that an error repeats: enough to find it by.
pub const EXCERPT_CHARACTERS: usize = 80;

/// Characters of the message beside one object of a status.
pub const MAX_MESSAGE_CHARACTERS: usize = 400;
