//! What has to occur in whatever a pattern finds.
//!
//! The answer is a list of clauses, each a list of literals: of every clause at least one literal occurs. Literals are folded by
//! [`fold`], which takes letters together that any case-insensitive pattern takes together, and the text is folded in the same
//! way before it is searched. Where nothing can be said the list is shorter, and never wrong.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::reach::Reach;
use crate::lists::place;

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

/// Literals of which one has to occur, and where in what is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) literals: BTreeSet<String>,
    /// What stands before the literal at the most; none for no bound.
    pub(super) before: Option<Reach>,
    /// From the beginning of the literal to the end at the most; none for no bound.
    pub(super) after: Option<Reach>,
}

/// What a part of a pattern finds.
enum Finds {
    /// Exactly one of these strings.
    Exactly(BTreeSet<String>),
    /// Something that holds one literal of each clause, and whose ends are known or not.
    Something(Vec<Clause>, Option<Ends>),
}

/// Strings of which one stands at the beginning of what is found, and one at its end.
struct Ends {
    heads: BTreeSet<String>,
    tails: BTreeSet<String>,
}

/// A text in which literals are looked for: each character folded, and of white space that stands together one sign. So words with
/// `\s+` between them are one literal, however much stands there.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    add_folded(&mut folded, text);
    folded
}

fn add_folded(folded: &mut String, text: &str) {
    for character in text.chars().map(fold) {
        if character != ' ' || !folded.ends_with(' ') {
            folded.push(character);
        }
    }
}

/// Upper and lower case taken together, and what any case-insensitive pattern takes for the same letter: the long s and the sign
/// of kelvin too. All white space is one sign.
pub(super) fn fold(character: char) -> char {
    match character {
        '\t'..='\r' => return ' ',
        '\0'..='\x7F' => return character.to_ascii_lowercase(),
        // Two spellings each of three letters whose capitals are several characters.
        '\u{1FD3}' => return '\u{390}',
        '\u{1FE3}' => return '\u{3B0}',
        '\u{FB05}' => return '\u{FB06}',
        _ if character.is_whitespace() => return ' ',
        // From the radicals of Han to Yi nothing has two cases.
        '\u{2E80}'..='\u{A4CF}' => return character,
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
    let mut clauses = finds(pattern).into_clauses(Reach::of(pattern));
    clauses.sort_by_key(|clause| std::cmp::Reverse(worth(clause)));
    clauses.dedup();
    clauses.truncate(MAX_CLAUSES);
    clauses
}

/// Long literals are seldom, and many literals are frequent.
fn worth(clause: &Clause) -> (usize, std::cmp::Reverse<usize>) {
    let shortest = clause.literals.iter().map(|text| text.trim().len()).min();
    (shortest.unwrap_or(0), std::cmp::Reverse(clause.literals.len()))
}

fn finds(part: &Hir) -> Finds {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Finds::exactly(""),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Finds::Exactly(BTreeSet::from([folded(text)])),
            Err(_) => Finds::anything(),
        },
        HirKind::Class(class) => of_class(class),
        HirKind::Capture(capture) => finds(&capture.sub),
        HirKind::Repetition(repetition) => repeated(&repetition.sub, repetition.min, repetition.max),
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Alternation(parts) => one_of(parts.iter().map(finds).collect(), parts.iter().map(Reach::of)),
    }
}

impl Finds {
    fn exactly(text: &str) -> Self {
        Self::Exactly(BTreeSet::from([text.to_owned()]))
    }

    const fn anything() -> Self {
        Self::Something(Vec::new(), None)
    }

    /// How it begins and ends when it is found several times in a row.
    fn as_ends(&self) -> Option<Ends> {
        match self {
            Self::Exactly(strings) if strings.len() <= MAX_CLASS && strings.iter().all(|text| !text.is_empty()) => {
                Some(Ends { heads: strings.clone(), tails: strings.clone() })
            }
            Self::Exactly(_) | Self::Something(..) => None,
        }
    }

    /// The clauses of a part that is at most so long.
    fn into_clauses(self, longest: Option<Reach>) -> Vec<Clause> {
        match self {
            Self::Exactly(strings) => clause(strings, Some(Reach::NONE), longest).into_iter().collect(),
            Self::Something(clauses, _) => clauses,
        }
    }
}

/// Strings as a clause, if each of them is long enough to be looked for.
fn clause(strings: BTreeSet<String>, before: Option<Reach>, after: Option<Reach>) -> Option<Clause> {
    let is_telling = !strings.is_empty() && strings.iter().all(|text| text.len() >= MIN_LITERAL_BYTES);
    let are_few = strings.len() <= MAX_LITERALS;
    // White space in front stands where all of it begins, and what is found may begin behind.
    let after = if strings.iter().any(|text| text.starts_with(' ')) { sum(after, Some(Reach::SPACE)) } else { after };
    (is_telling && are_few).then(|| Clause { literals: strings.into_iter().map(beginning).collect(), before, after })
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
    let Class::Unicode(class) = class else { return Finds::anything() };
    let characters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
    let folded: BTreeSet<String> = characters.take(4 * MAX_CLASS).map(|c| fold(c).to_string()).collect();
    let size: usize = class.ranges().iter().map(|range| range.len()).sum();
    if folded.is_empty() || size > 4 * MAX_CLASS || folded.len() > MAX_CLASS {
        return Finds::anything();
    }
    Finds::Exactly(folded)
}

fn repeated(part: &Hir, min: u32, max: Option<u32>) -> Finds {
    match (finds(part), min, max) {
        (Finds::Exactly(mut strings), 0, Some(1)) => {
            strings.insert(String::new());
            Finds::Exactly(strings)
        }
        // However often: white space that stands together is one sign.
        (Finds::Exactly(strings), min, _) if is_white_space(&strings) => {
            let none = (min == 0).then(String::new);
            Finds::Exactly(strings.into_iter().chain(none).collect())
        }
        (_, 0, _) => Finds::anything(),
        (inner, 1, Some(1)) => inner,
        (inner, _, max) => {
            let longest = Reach::of(part);
            let more = max.zip(longest).map(|(max, longest)| longest.times(place(max.saturating_sub(1))));
            let ends = inner.as_ends();
            let mut clauses = inner.into_clauses(longest);
            clauses.iter_mut().for_each(|clause| clause.after = sum(clause.after, more));
            Finds::Something(clauses, ends)
        }
    }
}

fn is_white_space(strings: &BTreeSet<String>) -> bool {
    strings.len() == 1 && strings.contains(" ")
}

fn sum(one: Option<Reach>, other: Option<Reach>) -> Option<Reach> {
    one.zip(other).map(|(one, other)| one.and(other))
}

/// Parts in a row, as far as they were followed.
struct Row {
    /// Of each part how far it and all behind it reach.
    behind: Vec<Option<Reach>>,
    /// What ends here is exactly one of these.
    strings: BTreeSet<String>,
    /// How much stands before them at the most, and how far it is from their beginning to the end of all.
    before: Option<Reach>,
    after: Option<Reach>,
    /// How far everything so far reaches.
    length: Option<Reach>,
    clauses: Vec<Clause>,
    is_exact: bool,
}

impl Row {
    fn new(parts: &[Hir]) -> Self {
        let mut behind = vec![Some(Reach::NONE)];
        for part in parts.iter().rev() {
            behind.push(sum(Reach::of(part), behind.last().copied().flatten()));
        }
        behind.reverse();
        let (before, after) = (Some(Reach::NONE), behind.first().copied().flatten());
        let strings = BTreeSet::from([String::new()]);
        Self { behind, strings, before, after, length: before, clauses: Vec::new(), is_exact: true }
    }

    /// How far the parts from this one on reach.
    fn from(&self, part: usize) -> Option<Reach> {
        self.behind.get(part).copied().flatten()
    }

    /// What was exact so far is a clause. What follows begins with these strings, behind so much at the most.
    fn close(&mut self, next: BTreeSet<String>, before: Option<Reach>, after: Option<Reach>) {
        let strings = std::mem::replace(&mut self.strings, next);
        self.clauses.extend(clause(strings, self.before, self.after));
        (self.before, self.after, self.is_exact) = (before, after, false);
    }

    fn follow(&mut self, at: usize, part: &Hir) {
        let (length, longest, rest) = (self.length, Reach::of(part), self.from(at + 1));
        match finds(part) {
            Finds::Exactly(next) if self.is_room(&next) => self.strings = joined(&self.strings, &next),
            Finds::Exactly(next) => self.close(next, length, self.from(at)),
            Finds::Something(clauses, ends) => {
                let (tails, reach) = match ends {
                    Some(ends) => {
                        if self.is_room(&ends.heads) {
                            self.strings = joined(&self.strings, &ends.heads);
                        }
                        let reach = ends.tails.iter().map(|tail| Reach::of_literal(tail)).reduce(Reach::or);
                        (ends.tails, reach.unwrap_or(Reach::NONE))
                    }
                    None => (BTreeSet::from([String::new()]), Reach::NONE),
                };
                self.close(tails, sum(length, longest), sum(Some(reach), rest));
                self.clauses.extend(clauses.into_iter().map(|Clause { literals, before, after }| Clause {
                    literals,
                    before: sum(before, length),
                    after: sum(after, rest),
                }));
            }
        }
        self.length = sum(length, longest);
    }

    fn is_room(&self, next: &BTreeSet<String>) -> bool {
        self.strings.len() * next.len() <= MAX_STRINGS && !are_long(&self.strings)
    }
}

fn in_a_row(parts: &[Hir]) -> Finds {
    let mut row = Row::new(parts);
    parts.iter().enumerate().for_each(|(at, part)| row.follow(at, part));
    if row.is_exact {
        return Finds::Exactly(row.strings);
    }
    row.close(BTreeSet::new(), None, None);
    Finds::Something(row.clauses, None)
}

fn joined(first: &BTreeSet<String>, second: &BTreeSet<String>) -> BTreeSet<String> {
    let join = |head: &str, tail: &str| {
        let mut joined = String::with_capacity(head.len() + tail.len());
        joined.push_str(head);
        add_folded(&mut joined, tail);
        joined
    };
    first.iter().flat_map(|head| second.iter().map(move |tail| join(head, tail))).collect()
}

fn one_of(parts: Vec<Finds>, longest: impl Iterator<Item = Option<Reach>>) -> Finds {
    let exact: Option<Vec<&BTreeSet<String>>> =
        parts.iter().map(|part| if let Finds::Exactly(strings) = part { Some(strings) } else { None }).collect();
    if let Some(exact) = exact.filter(|exact| exact.iter().map(|strings| strings.len()).sum::<usize>() <= MAX_STRINGS) {
        return Finds::Exactly(exact.into_iter().flatten().cloned().collect());
    }
    let best =
        parts.into_iter().zip(longest).map(|(part, longest)| part.into_clauses(longest).into_iter().max_by_key(worth));
    let all: Option<Vec<Clause>> = best.collect();
    let together = all.and_then(|clauses| {
        let most = |of: fn(&Clause) -> Option<Reach>| {
            clauses.iter().map(of).try_fold(Reach::NONE, |most, one| Some(most.or(one?)))
        };
        let (before, after) = (most(|clause| clause.before), most(|clause| clause.after));
        clause(clauses.into_iter().flat_map(|clause| clause.literals).collect(), before, after)
    });
    Finds::Something(together.into_iter().collect(), None)
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    use super::super::reach::{Reach, Stretches};
    use super::{clauses, fold, folded};

    fn of(pattern: &str) -> Vec<Vec<String>> {
        clauses(&regex_syntax::parse(pattern).unwrap())
            .into_iter()
            .map(|clause| clause.literals.into_iter().collect())
            .collect()
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
    fn white_space_that_stands_together_is_one_sign() {
        assert_eq!(folded("You \t\r\n ARE\u{3000}\u{A0}now  "), "you are now ");
    }

    #[test]
    fn words_between_gaps_are_clauses() {
        assert_eq!(of(r"(?i)ignore\s+(?:all\s+)?previous"), [["ignore all previous", "ignore previous"]]);
        assert_eq!(of(r"(?i)ignore\W+previous"), [["previous"], ["ignore"]]);
        assert_eq!(of(r"(?i)\bKISS\b"), [["kiss"]]);
        assert_eq!(of(r"越狱.{0,9}模式"), [["越狱"], ["模式"]]);
    }

    #[test]
    fn white_space_between_words_is_part_of_a_literal() {
        assert_eq!(of(r"(?i)\bOR\s+1"), [["or 1"]]);
        assert_eq!(of(r"I\s+h\s+\w"), [["i h "]]);
        assert_eq!(of(r"I\s{2,}h \s\t*\w"), [["i h "]]);
        assert_eq!(of(r"D\s*E\s{0,9}N"), [["d e n", "d en", "de n", "den"]]);
        assert_eq!(of(r"P[\s.]{1,3}W[\n_]+N"), [["\u{20}w ", " w_", ".w ", ".w_"]]);
        assert_eq!(of(r"\s{3}\t+\s\s\s"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn where_a_literal_stands_is_told() {
        let text = Stretches::of("a text with three  spaces");
        let within = |reach: Option<Reach>| reach.map(|reach| reach.within(text));
        let places = |pattern: &str| -> Vec<(Option<usize>, Option<usize>)> {
            let clauses = clauses(&regex_syntax::parse(pattern).unwrap());
            clauses.iter().map(|one| (within(one.before), within(one.after))).collect()
        };
        assert_eq!(places(r"\bignore [a-z]{0,9}rules"), [(Some(0), Some(21)), (Some(16), Some(5))]);
        assert_eq!(places(r"x{0,3}(?:secret|hidden)\s*"), [(Some(3), Some(6 + 2))]);
        assert_eq!(places(r"(?s).*secret[0-9]"), [(None, Some(7))]);
        assert_eq!(places(r"\w+secret\S*"), [(Some(6), Some(6 + 6))]);
        assert_eq!(places(r"of\s+\w+\s+at\d"), [(Some(0), Some(15)), (Some(10), Some(7))]);
        assert_eq!(places(r"[a-z]\s{2}key"), [(Some(1), Some(2 + 3 + 2))], "a run of white space begins earlier");
        assert_eq!(places(r"(?:[0-9]{2}abc|defg){2,3}"), [(Some(2), Some(14))]);
    }

    #[test]
    fn alternatives_are_one_clause() {
        assert_eq!(of(r"(forget|ignore)\W*rules?"), [["forget", "ignore"], ["rule", "rules"]]);
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
