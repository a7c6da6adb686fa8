//! The text of an evidence file.
//!
//! ```text
//! detente/log-fork/v1
//! key <verifier key>
//! conflict same-size | other-prefix | same-index <index>
//! root <hash>                   other-prefix: the root that the second tree had at the first size
//! hash <hash> ...               other-prefix: the consistency proof
//! first <lines>                 then that many lines: the first checkpoint, as it was signed
//! leaf <hash>, hash <hash> ...  same-index: the leaf in the first tree and its proof
//! second <lines>                then that many lines: the second checkpoint
//! leaf <hash>, hash <hash> ...  same-index: the leaf in the second tree and its proof
//! end
//! ```

use std::fmt;

use super::{Conflict, Fork, LeafProof};
use crate::checkpoint::{BadCheckpoint, SignedCheckpoint};
use crate::hash::Hash;
use crate::limits::{MAX_CONSISTENCY_HASHES, MAX_FORK_BYTES};
use crate::note::BadVerifierKey;
use crate::words;

const HEADER: &str = "detente/log-fork/v1";

impl Fork {
    /// Reads an evidence file.
    ///
    /// # Errors
    /// [`BadFork`] for whatever the writer would not have written.
    pub fn parse(octets: &[u8]) -> Result<Self, BadFork> {
        if octets.len() > MAX_FORK_BYTES {
            return Err(BadFork::TooLong { bytes: octets.len(), limit: MAX_FORK_BYTES });
        }
        let text = str::from_utf8(octets).map_err(|_| BadFork::NotUtf8)?;
        let mut lines = Lines { rest: text };
        if lines.next_line()? != HEADER {
            return Err(BadFork::Header);
        }
        let key = lines.word("key ")?.parse()?;
        let form = lines.word("conflict ")?;
        let (root, proof) = match form {
            "other-prefix" => (Some(lines.hash("root ")?), lines.hashes()?),
            _ => (None, Vec::new()),
        };
        let index = form.strip_prefix("same-index ").map(|index| words::decimal(index).ok_or(BadFork::Conflict));
        let index = index.transpose()?;
        let first = lines.checkpoint("first ")?;
        let first_leaf = lines.leaf_if(index.is_some())?;
        let second = lines.checkpoint("second ")?;
        let second_leaf = lines.leaf_if(index.is_some())?;
        if lines.next_line()? != "end" || !lines.rest.is_empty() {
            return Err(BadFork::End);
        }
        let conflict = match (form, root, index, first_leaf, second_leaf) {
            ("same-size", ..) => Conflict::SameSize,
            (_, Some(root), ..) => Conflict::OtherPrefix { root, proof },
            (_, _, Some(index), Some(first), Some(second)) => Conflict::SameIndex { index, first, second },
            _ => return Err(BadFork::Conflict),
        };
        Ok(Self { key, conflict, first, second })
    }
}

/// What is left of a file.
struct Lines<'text> {
    rest: &'text str,
}

impl<'text> Lines<'text> {
    fn next_line(&mut self) -> Result<&'text str, BadFork> {
        let (line, rest) = words::line(self.rest).ok_or(BadFork::End)?;
        self.rest = rest;
        Ok(line)
    }

    /// The rest of the next line, which begins with a keyword.
    fn word(&mut self, keyword: &'static str) -> Result<&'text str, BadFork> {
        self.next_line()?.strip_prefix(keyword).ok_or(BadFork::Missing { keyword })
    }

    fn hash(&mut self, keyword: &'static str) -> Result<Hash, BadFork> {
        self.word(keyword)?.parse().map_err(|_| BadFork::Hash)
    }

    /// Every line that follows with `hash`.
    fn hashes(&mut self) -> Result<Vec<Hash>, BadFork> {
        let mut hashes = Vec::new();
        while self.rest.starts_with("hash ") {
            if hashes.len() >= MAX_CONSISTENCY_HASHES {
                return Err(BadFork::TooManyHashes { limit: MAX_CONSISTENCY_HASHES });
            }
            hashes.push(self.hash("hash ")?);
        }
        Ok(hashes)
    }

    fn leaf_if(&mut self, wanted: bool) -> Result<Option<LeafProof>, BadFork> {
        if !wanted {
            return Ok(None);
        }
        let leaf = self.hash("leaf ")?;
        Ok(Some(LeafProof::new(leaf, self.hashes()?)))
    }

    fn checkpoint(&mut self, keyword: &'static str) -> Result<SignedCheckpoint, BadFork> {
        let count = words::decimal(self.word(keyword)?).ok_or(BadFork::Missing { keyword })?;
        let mut note = String::new();
        for _ in 0..count {
            note.push_str(self.next_line()?);
            note.push('\n');
        }
        Ok(SignedCheckpoint::parse(note.as_bytes())?)
    }
}

impl fmt::Display for Fork {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}\nkey {}", self.key)?;
        let (first, second) = match &self.conflict {
            Conflict::SameSize => {
                writeln!(out, "conflict same-size")?;
                (None, None)
            }
            Conflict::OtherPrefix { root, proof } => {
                writeln!(out, "conflict other-prefix\nroot {root}")?;
                write_hashes(out, proof)?;
                (None, None)
            }
            Conflict::SameIndex { index, first, second } => {
                writeln!(out, "conflict same-index {index}")?;
                (Some(first), Some(second))
            }
        };
        write_checkpoint(out, "first", &self.first, first)?;
        write_checkpoint(out, "second", &self.second, second)?;
        writeln!(out, "end")
    }
}

fn write_checkpoint(
    out: &mut fmt::Formatter<'_>,
    keyword: &str,
    checkpoint: &SignedCheckpoint,
    leaf: Option<&LeafProof>,
) -> fmt::Result {
    let note = checkpoint.to_string();
    write!(out, "{keyword} {}\n{note}", note.matches('\n').count())?;
    if let Some(leaf) = leaf {
        writeln!(out, "leaf {}", leaf.leaf)?;
        write_hashes(out, &leaf.proof)?;
    }
    Ok(())
}

fn write_hashes(out: &mut fmt::Formatter<'_>, hashes: &[Hash]) -> fmt::Result {
    hashes.iter().try_for_each(|hash| writeln!(out, "hash {hash}"))
}

/// Octets are no evidence file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadFork {
    /// Longer than any evidence.
    #[error("an evidence file of {bytes} octets; the limit is {limit}")]
    TooLong {
        /// Its octets.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("the evidence file is not UTF-8")]
    NotUtf8,
    /// Another first line.
    #[error("the first line is not `{HEADER}`")]
    Header,
    /// A line does not begin with its keyword.
    #[error("a line with `{}` is missing or malformed", keyword.trim_end())]
    Missing {
        /// The keyword, with its space.
        keyword: &'static str,
    },
    /// An unknown kind of conflict.
    #[error("the conflict is none of same-size, other-prefix, same-index")]
    Conflict,
    /// A hash is not one.
    #[error("a line has no hash where one is due")]
    Hash,
    /// More hashes than any proof has.
    #[error("more than {limit} hashes in one proof")]
    TooManyHashes {
        /// The limit.
        limit: usize,
    },
    /// The file ends early, or goes on after `end`.
    #[error("the file does not end with the line `end`")]
    End,
    /// The key is none.
    #[error(transparent)]
    Key(#[from] BadVerifierKey),
    /// A checkpoint is none.
    #[error(transparent)]
    Checkpoint(#[from] BadCheckpoint),
}
