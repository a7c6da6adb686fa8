//! Every limit of belief and of quorum policies, with its reason.
//!
//! C2SP tlog-policy asks for room for 32 logs, 32 witnesses and 32 groups at least.

/// Heads of one author's log that are remembered as checked: a package lies under one, and each key record that ends a key
/// may be proved under another. They are looked through for each record.
pub const MAX_HELD_HEADS: usize = 8;

/// Logs in one policy. Ours come from key histories; the lines are kept for other programs that read the same file.
pub const MAX_LOGS: usize = 256;

/// Witnesses in one policy. A checkpoint bears at most [`tlog::limits::MAX_SIGNATURES`] signatures, so of more than a few
/// hundred none could make a difference.
pub const MAX_WITNESSES: usize = 256;

/// Groups in one policy: one for each witness, as for an operator with keys of two suites.
pub const MAX_GROUPS: usize = 256;

/// Octets of the name of a witness or group: any key's name may be one.
pub const MAX_NAME_BYTES: usize = tlog::limits::MAX_NAME_BYTES;

/// Octets of a URL: what common software still follows.
pub const MAX_URL_BYTES: usize = 2048;

/// Octets of a policy file: every line with an ML-DSA-44 key (1.8 kB as text) and a URL of the longest, twice over.
pub const MAX_POLICY_BYTES: usize = 4 * 1024 * 1024;
