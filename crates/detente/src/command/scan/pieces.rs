//! What a file is looked through as: one content, its tensors beside it, or values line by line.

use std::path::{Path, PathBuf};

use matching::bank::Content;

use super::{content, key_of, named, read};
use crate::arguments::ScanArguments;
use crate::outcome::{Done, Failure};
use crate::scanning::{CommonKey, ContentKind, ValueKind, tensors};

/// Values of one file. Each is looked up, and has a line in the answer.
const MAX_VALUES: usize = 100_000;

/// One content of a file.
pub(super) struct Piece {
    pub(super) file: PathBuf,
    /// Which part of the file it is, if it is not all of it.
    pub(super) part: Option<String>,
    pub(super) kind: &'static str,
    pub(super) content: Done<Content>,
}

/// All that is looked for in a file.
pub(super) fn of(file: &Path, arguments: &ScanArguments, common: Option<&CommonKey>) -> Vec<Piece> {
    let failed = |failure| vec![Piece { file: file.to_owned(), part: None, kind: "none", content: Err(failure) }];
    match (arguments.values, common) {
        (Some(kind), Some(common)) => values(file, kind, common).unwrap_or_else(failed),
        _ => whole(file, arguments.kind),
    }
}

fn whole(file: &Path, kind: Option<ContentKind>) -> Vec<Piece> {
    let is_stdin = file.as_os_str() == "-";
    let piece =
        |part: Option<String>, kind: &'static str, content| Piece { file: file.to_owned(), part, kind, content };
    let (kind, content) = match content(file, kind) {
        Ok(content) => content,
        // The very same file is found although nobody could look at it. What came by standard input is gone.
        Err(failure) => {
            let key = (!is_stdin).then(|| key_of(file).ok()).flatten();
            let same = key.map(|key| piece(None, "hash", Ok(Content::Key(key))));
            return same.into_iter().chain([piece(None, "none", Err(failure))]).collect();
        }
    };
    let mut pieces = vec![piece(None, kind.name(), Ok(content))];
    if kind == ContentKind::Hash && !is_stdin {
        match tensors::of(file) {
            Ok(tensors) => {
                pieces.extend(tensors.unwrap_or_default().into_iter().map(|tensor| {
                    piece(Some(format!("tensor {}", tensor.name)), "tensor", Ok(Content::Key(tensor.key)))
                }));
            }
            Err(failure) => pieces.push(piece(None, "tensor", Err(failure))),
        }
    }
    pieces
}

/// Values are told by their line and never by what they are: an answer can be kept.
fn values(file: &Path, kind: ValueKind, common: &CommonKey) -> Done<Vec<Piece>> {
    let octets = read(file)?;
    let text = std::str::from_utf8(&octets).map_err(|_| named(Failure::input("it is not UTF-8"), file))?;
    let lines: Vec<_> = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).collect();
    if lines.len() > MAX_VALUES {
        return Err(named(Failure::input(format!("it has more than {MAX_VALUES} values; cut it into several")), file));
    }
    let piece = |(number, line): (usize, &str)| Piece {
        file: file.to_owned(),
        part: Some(format!("line {number}")),
        kind: kind.signal_kind().name(),
        content: common.of(kind, line).map(Content::Key),
    };
    Ok(lines.into_iter().map(piece).collect())
}
