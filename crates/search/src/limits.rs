//! Every limit of search, with its reason.

/// Characters of a query: a page of text. Whoever pastes more means another command.
pub const MAX_QUERY_CHARACTERS: usize = 4_096;

/// Things that one query asks for: beyond it nobody can say why a record was found.
pub const MAX_TERMS: usize = 64;

/// Brackets within brackets. The database's own parser gives up at 256, and ranges and exclusions add levels of their own.
pub const MAX_DEPTH: usize = 16;

/// Tokens of one phrase: a long sentence.
pub const MAX_PHRASE_TOKENS: usize = 64;

/// Octets of a token's text that count. Longer runs of letters are no words, and are equal if they begin equally.
pub const MAX_TOKEN_BYTES: usize = 64;

/// Octets of a record's text that are indexed: some forty pages. A longer text is found by its beginning.
pub const MAX_TEXT_BYTES: usize = 256 * 1024;

/// Hits up to which all are counted and ranked. Ranking reads each of them; beyond it the newest come first, and the answer
/// says so.
pub const MAX_RANKED: usize = 20_000;

/// Hits of one answer: what a program takes in one page.
pub const MAX_HITS: usize = 1_000;

/// The largest count that is told apart: more than there are people, below 2^40. A larger one counts as this.
pub const MAX_NUMBER: u64 = (1 << 40) - 1;

/// Characters of a snippet: about two lines.
pub const SNIPPET_CHARACTERS: usize = 160;

/// Standing searches of one node. Each is tried on every record that comes.
pub const MAX_RULES: usize = 1_000;

/// Octets of a standing search's name.
pub const MAX_RULE_NAME_BYTES: usize = 64;
