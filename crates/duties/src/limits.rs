//! Every limit of rule packs, with its reason.

/// Octets of a pack, a dictionary, a scenario or a form. The largest shipped has some hundred thousand.
pub const MAX_FILE_BYTES: usize = 2 * 1024 * 1024;

/// Octets of an id: long enough to be a sentence, short enough for a path in a web page.
pub const MAX_ID_BYTES: usize = 64;

/// Octets of a text for people. A page shows it whole.
pub const MAX_TEXT_BYTES: usize = 4096;

/// Elements of any list. The holidays of ten years are some hundreds.
pub const MAX_LIST: usize = 1024;

/// Facts of a dictionary: a form that asks more is answered by nobody.
pub const MAX_FACTS: usize = 1024;

/// Codes of one fact: a set of them is kept in 64 bits.
pub const MAX_CODES: usize = 64;

/// Nesting of conditions, definitions counted by what they stand for.
pub const MAX_CONDITION_DEPTH: usize = 24;

/// Tests that a condition makes, definitions counted by what they stand for. The longest known trigger makes some thirty; each
/// evaluation of each incident pays for all of them.
pub const MAX_TESTS: usize = 256;

/// Parts of one condition, definitions included: its tests and what joins them. Four for each test is more than anybody writes.
pub const MAX_PARTS: usize = 4 * MAX_TESTS;

/// Duties of one pack. The largest instrument known has seven.
pub const MAX_DUTIES: usize = 64;

/// Packs that are checked together: a world's worth, and displacement is still followed in an instant.
pub const MAX_PACKS: usize = 256;

/// Open questions that one duty hangs on, and that any other condition of it asks: each doubles the evaluations of it.
pub const MAX_QUESTIONS_OF_A_DUTY: usize = 3;

/// Open questions of one pack: a reading of all of them is kept in 32 bits.
pub const MAX_QUESTIONS: usize = 32;

/// The longest period, in its unit: 10 years in days, 60 in weeks. A longer one is a slip of the pen.
pub const MAX_PERIOD: u32 = 3660;

/// Cases that are tried to find the facts that could still matter. Ordinary triggers have some tens. Beyond it a fact is named
/// although it might not matter: too much is asked, never too little.
pub const MAX_CASES: usize = 2048;

/// Cases that are tried when a pack is checked. Beyond it a trigger is refused as too tangled.
pub const MAX_CHECK_CASES: usize = 65_536;

/// Parts of all conditions of one pack, definitions counted by what they stand for: each answer looks at them some times over. The
/// largest shipped pack has 239.
pub const MAX_PACK_PARTS: u64 = 65_536;

/// Deadlines of one pack: each is counted for every answer, in every zone that it could be.
pub const MAX_DEADLINES: usize = 512;

/// Work of one answer about one duty that goes into trying cases: parts of conditions looked at. Beyond it the answer says what the
/// three values say. The hardest shipped duty takes some five thousand.
pub const MAX_DUTY_WORK: u64 = 1_000_000;

/// Work of all vignettes of one pack: parts of conditions looked at and days counted, about a second's worth. The
/// vignettes of all shipped packs together take some hundred thousand.
pub const MAX_VIGNETTE_WORK: u64 = 50_000_000;

/// Work of checking all triggers of one pack when it is read, in the same unit. Beyond it a trigger is refused as too tangled.
pub const MAX_CHECK_WORK: u64 = 50_000_000;

/// Work of one explanation, in the same unit. Beyond it a step says what its parts say, each by itself.
pub const MAX_EXPLAIN_WORK: u64 = 10_000_000;

/// Faults that are told of one file: whoever has more repairs these first.
pub const MAX_FAULTS: usize = 200;

/// Events of one clock. A filing is amended some tens of times; the rest would be a loop in somebody's program.
pub const MAX_CLOCK_EVENTS: usize = 10_000;

/// Octets of a filing in one language: an incident of a mebibyte of text goes in, and its record stays below what a record may have
/// after its text was escaped and encoded once more.
pub const MAX_DOCUMENT_BYTES: usize = 2 * 1024 * 1024;

/// Octets of what somebody writes into one field: some twenty pages.
pub const MAX_WRITTEN_BYTES: usize = 64 * 1024;
