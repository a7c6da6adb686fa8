//! Every limit, with its reason.

/// Octets of a request's body: a record of the largest size in base64, with room for the other members.
pub const MAX_BODY_BYTES: usize = 2 * record::limits::MAX_RECORD_BYTES;

/// Octets of a file within a body: what a record may have. Larger things travel as bundles.
pub const MAX_FILE_BYTES: usize = record::limits::MAX_RECORD_BYTES;

/// Octets of a query, as they travel: a search and a cursor many times over.
pub const MAX_QUERY_BYTES: usize = 8 * 1024;

/// Characters of one text in a request, where nothing closer is said: the longest description that a person writes.
pub const MAX_TEXT_CHARACTERS: usize = 100_000;

/// Elements of one list in a request: each may be a file that is looked up and signed.
pub const MAX_LIST_ELEMENTS: usize = 1_000;

/// Elements of a page when the caller names no limit: a screen or two.
pub const DEFAULT_PAGE: u16 = 50;

/// Elements of a page, whatever the caller asks for. A page lies in memory whole until it is taken.
pub const MAX_PAGE: u16 = 1_000;

/// Octets of the place that a cursor holds: a sort key and a digest.
pub const MAX_PLACE_BYTES: usize = 256;

/// Characters of a cursor: a place with its padding, nonce and tag, in base64url. Nothing longer is decoded.
pub const MAX_CURSOR_CHARACTERS: usize = (MAX_PLACE_BYTES + 64 + 12 + 16) * 4 / 3 + 4;

/// Entity tags of one `If-Match` or `If-None-Match` that are looked at. Programs send a handful.
pub const MAX_ENTITY_TAGS: usize = 64;

/// Languages of one `Accept-Language` that are looked at. Browsers send a handful.
pub const MAX_LANGUAGE_RANGES: usize = 64;

/// Characters of foreign text that a problem repeats: enough to find it by.
pub const EXCERPT_CHARACTERS: usize = 80;
