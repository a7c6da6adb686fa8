//! Every limit of the record format, with its reason.
//!
//! A limit is part of the format: two nodes with different limits would accept different records.
//! Each is far above what an honest party needs and low enough that a hostile one gains nothing.

/// Octets of one record as it travels (JWS JSON or compact), padding included.
///
/// The largest honest record is a batch of 256 signals of some kilobytes each. A body of a gibibyte is
/// refused before a second octet past this limit is read.
pub const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// Octets of one key record. A full one with post-quantum keys for five purposes is near 12 kB.
pub const MAX_KEY_RECORD_BYTES: usize = 64 * 1024;

/// Octets of one signed message: an agreement of some hundred clauses in several languages, with its examples.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// Octets of one signed statement: a handful of digests and numbers, near 1 kB, and room for suites with long signatures.
pub const MAX_STATEMENT_BYTES: usize = 32 * 1024;

/// Nesting of JSON arrays and objects. STIX objects nest fewer than ten; the parser recurses, so this bounds its stack.
pub const MAX_JSON_DEPTH: usize = 64;

/// Nesting of one STIX object: less than [`MAX_JSON_DEPTH`], because payload, disclosure and batch wrap it in a few levels
/// more, and whatever can be signed must be readable again.
pub const MAX_OBJECT_DEPTH: usize = 60;

/// Values in one JSON text. A batch of 256 signals with sixty values each has 15,360; a text of nothing but `[0],[0]` costs
/// many times its size in memory, and this bounds how much.
pub const MAX_JSON_VALUES: usize = 1 << 17;

/// Largest magnitude of an integer: I-JSON (RFC 7493 section 2.2), beyond which readers disagree about the value.
pub const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// Digits of one JSON number. No double needs more than 17 to be told from its neighbours; the rest is room for zeros.
pub const MAX_NUMBER_BYTES: usize = 64;

/// Disclosures in one record: one full `_sd` of every kind beside a full batch leaves this half empty.
pub const MAX_DISCLOSURES: usize = 2048;

/// Digests in one `_sd` or one array, decoys included: the last step of [`crate::sd_jwt::PADDING_STEPS`].
pub const MAX_DIGESTS: usize = 256;

/// Objects and arrays that hold digests in one record: object, aside, and each extension and array inside them.
pub const MAX_DIGEST_SETS: usize = 512;

/// Octets of the name of a place where something is disclosed: the longest is an element of an array of an extension, with
/// each octet of its names escaped.
pub const MAX_PLACE_BYTES: usize = 4 * (2 * MAX_NAME_BYTES + 1);

/// Signatures over one text: a rotation of keys is signed by old and new, each in every suite, with room for two suites
/// more. A bomb of them is refused before any is verified.
pub const MAX_SIGNATURES: usize = 8;

/// Octets of one protected header. Ours have about 100; the rest is room for longer names of suites.
pub const MAX_PROTECTED_HEADER_BYTES: usize = 1024;

/// Keys in one key record: five purposes with room for overlap on rotation.
pub const MAX_KEYS: usize = 32;

/// Key records in one history: a rotation a week for twenty years.
pub const MAX_KEY_RECORDS: usize = 1024;

/// Octets of a property name. STIX 2.1 section 3.1 allows 250 characters.
pub const MAX_NAME_BYTES: usize = 250;

/// Padding of bodies in feeds, so that a length tells little about what was withheld.
pub const BODY_STEP_BYTES: usize = 256;

/// Marks of one kind (tags, origins, recipients) in one label.
pub const MAX_MARKS: usize = 256;

/// Octets of a handling tag.
pub const MAX_TAG_BYTES: usize = 64;

/// Languages of one language-tagged text: the six of the United Nations many times over.
pub const MAX_LANGUAGES: usize = 64;

/// Octets of a language tag. RFC 5646 section 4.4.1 calls 35 enough for every tag that is in use.
pub const MAX_LANGUAGE_BYTES: usize = 64;

/// Octets of a path: as many of the longest names as JSON may nest, each octet escaped, so that every place that can be
/// parsed has a path.
pub const MAX_PATH_BYTES: usize = MAX_JSON_DEPTH * (2 * MAX_NAME_BYTES + 1);
