//! What has to occur in whatever a pattern finds.
//!
//! The answer is a list of clauses, each a list of literals: of every clause at least one literal occurs. Literals are folded by
//! [`fold`], which takes letters together that any case-insensitive pattern takes together, and the text is folded in the same
//! way before it is searched. Where nothing can be said the list is shorter, and never wrong.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Octets of the shortest literal that is looked for: shorter ones are in any text.
const MIN_LITERAL_BYTES: usize = 3;

/// Octets of the longest literal that is looked for; of a longer one its beginning is. Literals that end at one place are of
/// different lengths, so this bounds how many one place of a text can end, whoever writes the patterns.
const MAX_LITERAL_BYTES: usize = 24;

/// Strings that a part of a pattern is followed as.
const MAX_STRINGS: usize = 64;

/// Literals of one clause.
const MAX_LITERALS: usize = 256;

/// Clauses of one pattern: one bit each in an octet.
pub(super) const MAX_CLAUSES: usize = 8;

/// Characters of a class that is followed character by character.
const MAX_CLASS: usize = 12;

/// Literals of which one has to occur.
pub(super) type Clause = BTreeSet<String>;

/// What a part of a pattern finds.
enum Finds {
    /// Exactly one of these strings.
    Exactly(BTreeSet<String>),
    /// Something that holds one literal of each clause.
    Something(Vec<Clause>),
}

/// Upper and lower case taken together, and what any case-insensitive pattern takes for the same letter: the long s and the sign
/// of kelvin too.
pub(super) fn fold(character: char) -> char {
    match character {
        '\0'..='\x7F' => return character.to_ascii_lowercase(),
        // Two spellings each of three letters whose capitals are several characters.
        '\u{1FD3}' => return '\u{390}',
        '\u{1FE3}' => return '\u{3B0}',
        '\u{FB05}' => return '\u{FB06}',
        _ => {}
    }
    let upper = only(character.to_uppercase()).unwrap_or(character);
    only(upper.to_lowercase()).unwrap_or(upper)
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next();
    if characters.next().is_some() { None } else { first }
}

/// The clauses of a pattern, the most telling first.
pub(super) fn clauses(pattern: &Hir) -> Vec<Clause> {
    let mut clauses = finds(pattern).into_clauses();
    clauses.sort_by_key(|clause| std::cmp::Reverse(worth(clause)));
    clauses.dedup();
    clauses.truncate(MAX_CLAUSES);
    clauses
}

/// Long literals are seldom, and many literals are frequent.
fn worth(clause: &Clause) -> (usize, std::cmp::Reverse<usize>) {
    (clause.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(clause.len()))
}

fn finds(part: &Hir) -> Finds {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Finds::exactly(""),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Finds::Exactly(BTreeSet::from([text.chars().map(fold).collect()])),
            Err(_) => Finds::Something(Vec::new()),
        },
        HirKind::Class(class) => of_class(class),
        HirKind::Capture(capture) => finds(&capture.sub),
        HirKind::Repetition(repetition) => repeated(finds(&repetition.sub), repetition.min, repetition.max),
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Alternation(parts) => one_of(parts.iter().map(finds).collect()),
    }
}

impl Finds {
    fn exactly(text: &str) -> Self {
        Self::Exactly(BTreeSet::from([text.to_owned()]))
    }

    fn into_clauses(self) -> Vec<Clause> {
        match self {
            Self::Exactly(strings) => clause(strings).into_iter().collect(),
            Self::Something(clauses) => clauses,
        }
    }
}

/// Strings as a clause, if each of them is long enough to be looked for.
fn clause(strings: BTreeSet<String>) -> Option<Clause> {
    let is_telling = !strings.is_empty() && strings.iter().all(|text| text.len() >= MIN_LITERAL_BYTES);
    (is_telling && strings.len() <= MAX_LITERALS).then(|| strings.into_iter().map(beginning).collect())
}

fn beginning(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_LITERAL_BYTES));
    text
}

/// Whether strings are as long as what is looked for: then following them further says nothing more, and copying them would cost
/// the square of the pattern's length.
fn are_long(strings: &BTreeSet<String>) -> bool {
    strings.iter().any(|text| text.len() >= MAX_LITERAL_BYTES)
}

fn of_class(class: &Class) -> Finds {
    let Class::Unicode(class) = class else { return Finds::Something(Vec::new()) };
    let characters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
    let folded: BTreeSet<String> = characters.take(4 * MAX_CLASS).map(|c| fold(c).to_string()).collect();
    let size: usize = class.ranges().iter().map(|range| range.len()).sum();
    if folded.is_empty() || size > 4 * MAX_CLASS || folded.len() > MAX_CLASS {
        return Finds::Something(Vec::new());
    }
    Finds::Exactly(folded)
}

fn repeated(inner: Finds, min: u32, max: Option<u32>) -> Finds {
    match (inner, min, max) {
        (Finds::Exactly(mut strings), 0, Some(1)) => {
            strings.insert(String::new());
            Finds::Exactly(strings)
        }
        (_, 0, _) => Finds::Something(Vec::new()),
        (inner, 1, Some(1)) => inner,
        (inner, ..) => Finds::Something(inner.into_clauses()),
    }
}

fn in_a_row(parts: &[Hir]) -> Finds {
    let (mut strings, mut clauses, mut is_exact) = (BTreeSet::from([String::new()]), Vec::new(), true);
    for part in parts {
        match finds(part) {
            Finds::Exactly(next) if strings.len() * next.len() <= MAX_STRINGS && !are_long(&strings) => {
                strings = joined(&strings, &next);
            }
            Finds::Exactly(next) => {
                clauses.extend(clause(std::mem::replace(&mut strings, next)));
                is_exact = false;
            }
            Finds::Something(more) => {
                clauses.extend(clause(std::mem::replace(&mut strings, BTreeSet::from([String::new()]))));
                clauses.extend(more);
                is_exact = false;
            }
        }
    }
    if is_exact {
        return Finds::Exactly(strings);
    }
    clauses.extend(clause(strings));
    Finds::Something(clauses)
}

fn joined(first: &BTreeSet<String>, second: &BTreeSet<String>) -> BTreeSet<String> {
    first.iter().flat_map(|head| second.iter().map(move |tail| format!("{head}{tail}"))).collect()
}

fn one_of(parts: Vec<Finds>) -> Finds {
    let exact: Option<Vec<&BTreeSet<String>>> =
        parts.iter().map(|part| if let Finds::Exactly(strings) = part { Some(strings) } else { None }).collect();
    if let Some(exact) = exact.filter(|exact| exact.iter().map(|strings| strings.len()).sum::<usize>() <= MAX_STRINGS) {
        return Finds::Exactly(exact.into_iter().flatten().cloned().collect());
    }
    let best = parts.into_iter().map(|part| part.into_clauses().into_iter().max_by_key(worth));
    let all: Option<Vec<Clause>> = best.collect();
    let together = all.map(|clauses| clauses.into_iter().flatten().collect::<Clause>());
    Finds::Something(together.and_then(clause).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    use super::{clauses, fold};

    fn of(pattern: &str) -> Vec<Vec<String>> {
        clauses(&regex_syntax::parse(pattern).unwrap()).into_iter().map(|clause| clause.into_iter().collect()).collect()
    }

    #[test]
    fn whatever_a_pattern_takes_for_the_same_letter_is_folded_to_one() {
        for character in '\0'..=char::MAX {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(character, character)]);
            class.try_case_fold_simple().unwrap();
            for other in class.ranges().iter().flat_map(|range| range.start()..=range.end()) {
                assert_eq!(fold(other), fold(character), "{other:?} and {character:?}");
            }
        }
    }

    #[test]
    fn words_between_gaps_are_clauses() {
        assert_eq!(of(r"(?i)ignore\s+(?:all\s+)?previous"), [["previous"], ["ignore"]]);
        assert_eq!(of(r"(?i)\bKISS\b"), [["kiss"]]);
        assert_eq!(of(r"越狱.{0,9}模式"), [["越狱"], ["模式"]]);
    }

    #[test]
    fn alternatives_are_one_clause() {
        assert_eq!(of(r"(forget|ignore)\s*rules?"), [["forget", "ignore"], ["rule", "rules"]]);
        assert_eq!(of(r"(forget\s+me|\d+)"), Vec::<Vec<String>>::new());
        assert_eq!(of(r"gr[ae]y"), [["gray", "grey"]]);
    }

    #[test]
    fn what_may_be_missing_is_not_needed() {
        assert_eq!(of(r"(?:secret)*\d"), Vec::<Vec<String>>::new());
        assert_eq!(of(r"(?:secret){2,}"), [["secret"]]);
        assert_eq!(of(r"\w+@\w+"), Vec::<Vec<String>>::new());
    }
}
