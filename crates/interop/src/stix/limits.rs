//! How much is borne of a file that others wrote.

/// Octets of a file: as for every other import, see [`crate::rows::MAX_FILE_BYTES`].
pub const MAX_FILE_BYTES: usize = crate::rows::MAX_FILE_BYTES;

/// Objects of a file. The largest published catalogue of techniques has some 25,000.
pub const MAX_OBJECTS: usize = 1_000_000;

/// Findings of one object. Who has more does not read them one by one, and an object of nothing but faults must not cost many
/// times its size.
pub const MAX_FINDINGS: usize = 100;

/// Characters of foreign text that a finding quotes: a whole identifier with its UUID fits.
pub const MAX_QUOTED_CHARACTERS: usize = 120;

/// Selectors of granular markings in one object. Each is a walk through the object, which has some dozens of parts.
pub const MAX_SELECTORS: usize = 1_000;

/// Members around the objects of a file. A bundle has two of its own.
pub const MAX_ENVELOPE_MEMBERS: usize = 1_000;

/// Octets of one pattern. Generated ones that list a thousand hashes have some 100,000.
pub const MAX_PATTERN_BYTES: usize = 1024 * 1024;

/// Parentheses of a pattern inside one another. Nobody writes ten; the parser recurses, so this bounds its stack.
pub const MAX_PATTERN_DEPTH: usize = 64;

/// Steps of an object path: more than any object nests.
pub const MAX_PATH_STEPS: usize = 64;
