//! Cuts a text into runs of one way of writing, and runs into overlapping windows.

use crate::class::Class;
use crate::tables::V1;

/// How a stretch of text marks its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Gap,
    /// Letters and digits, with spaces between words.
    Word,
    Symbol,
    /// Han and kana: one run, since Japanese mixes them inside a word.
    Ideographs,
    /// Thai, Lao, Khmer and Burmese.
    Unspaced,
}

impl Group {
    /// `None` for a mark, which belongs to whatever it follows.
    pub(crate) fn of(class: Class) -> Option<Self> {
        Some(match class {
            Class::Invisible | Class::Space | Class::Punctuation | Class::LetterSymbol => Self::Gap,
            Class::Mark => return None,
            Class::AsciiDigit | Class::Digit | Class::Latin | Class::GreekOrCyrillic | Class::Letter => Self::Word,
            Class::Han | Class::Kana => Self::Ideographs,
            Class::Unspaced => Self::Unspaced,
            Class::Symbol => Self::Symbol,
        })
    }

    pub(crate) fn is_unspaced(self) -> bool {
        matches!(self, Self::Ideographs | Self::Unspaced)
    }
}

/// Neighbours of one group form a run; `regroup` may merge groups first.
pub(crate) fn runs(text: &str, regroup: impl Fn(Group) -> Group) -> impl Iterator<Item = (Group, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut run: Option<Group> = None;
        let mut end = rest.len();
        for (at, character) in rest.char_indices() {
            let group = Group::of(V1.class(character)).map(&regroup);
            match (run, group) {
                (None, _) => run = Some(group.unwrap_or(Group::Gap)),
                (Some(current), Some(next)) if current != next => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let (head, tail) = rest.split_at_checked(end)?;
        rest = tail;
        Some((run?, head))
    })
}

/// Every `width` neighbours of a run; the whole run if it is shorter.
///
/// In an unspaced run a neighbour is a character with its marks, elsewhere a character.
pub(crate) fn windows(group: Group, run: &str, width: usize) -> impl Iterator<Item = &str> {
    let starts_unit = move |character: char| !group.is_unspaced() || V1.class(character) != Class::Mark;
    let starts = run.char_indices().filter(move |&(_, character)| starts_unit(character)).map(|(at, _)| at);
    let mut bounds: Vec<usize> = Vec::with_capacity(run.len() + 1);
    bounds.extend(starts);
    bounds.push(run.len());
    let width = width.clamp(1, bounds.len().saturating_sub(1).max(1));
    (0..bounds.len().saturating_sub(width)).filter_map(move |at| run.get(*bounds.get(at)?..*bounds.get(at + width)?))
}

#[cfg(test)]
mod tests {
    use super::{Group, runs, windows};

    #[test]
    fn runs_cover_the_text() {
        let text = "ab 3中文カナ😀กิน";
        let found: Vec<_> = runs(text, |group| group).collect();
        assert_eq!(
            found,
            [
                (Group::Word, "ab"),
                (Group::Gap, " "),
                (Group::Word, "3"),
                (Group::Ideographs, "中文カナ"),
                (Group::Symbol, "😀"),
                (Group::Unspaced, "กิน"),
            ]
        );
    }

    #[test]
    fn windows_keep_thai_marks_with_their_letters() {
        assert_eq!(windows(Group::Unspaced, "กินดี", 2).collect::<Vec<_>>(), ["กิน", "นดี"]);
        assert_eq!(windows(Group::Word, "abc", 5).collect::<Vec<_>>(), ["abc"]);
        assert_eq!(windows(Group::Word, "abc", 2).collect::<Vec<_>>(), ["ab", "bc"]);
    }
}
