//! The letters of a pattern: characters that no part of it tells apart are one letter, and a letter is one octet.
//!
//! A pattern says `\w` and means 140,000 characters, which as octets of UTF-8 are a program of hundreds of steps each time that it
//! stands there. But most patterns tell apart a few dozen kinds of characters and no more. So the pattern is written anew in those
//! letters, and so is each text before it is run: the program is then a hundredth of the size, one step of it reads one character
//! of whatever script, and a boundary of words is where the engine finds one in ASCII, since letters of words are given octets of
//! words there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use regex_automata::Input;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};
use text::xxh64;

use super::PatternError;

/// Letters that a pattern may tell apart: as many as an octet has values, without those of the two ends of lines.
const MAX_LETTERS: usize = 254;

/// Octets that the engine takes for letters of words.
const WORD_LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// Classes of characters that one pattern may name, each counted once however often it stands there.
const MAX_CLASSES: usize = 512;

/// Ends of lines are themselves, since the engine knows them.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// Kinds of characters beyond ASCII have the numbers from here on.
const FIRST_BEYOND: u8 = 128;

/// From where on characters beyond ASCII are of which kind, as a pattern tells them apart. Many patterns share one.
type Beyond = [(u32, u8)];

/// How a text is written in the letters of one pattern.
#[derive(Debug)]
pub(super) struct Alphabet {
    beyond: Arc<Beyond>,
    /// The letter of each character of ASCII, and of each kind beyond.
    letters: Box<[u8; 256]>,
}

/// A class as its ranges, both ends included.
type Ranges = Vec<(u32, u32)>;

impl Alphabet {
    /// The letters of a pattern, and the pattern written in them.
    ///
    /// # Errors
    /// [`PatternError::TooManyLetters`] if it tells more characters apart than an octet can; [`PatternError::MixedBoundaries`] if it
    /// asks for boundaries of words both of ASCII and of all scripts.
    pub(super) fn of(pattern: &Hir) -> Result<(Self, Hir), PatternError> {
        let mut classes = Classes::default();
        classes.collect(pattern)?;
        let atoms = classes.atoms()?;
        let has_words = classes.words.is_some();
        let mut free = Free::new(has_words);
        let mut letters = Vec::with_capacity(atoms.len());
        for atom in &atoms {
            letters.push(free.next(atom).ok_or(PatternError::TooManyLetters)?);
        }
        let alphabet = Self::new(&atoms, &letters)?;
        let written = classes.write(pattern, &atoms, &letters)?;
        Ok((alphabet, written))
    }

    fn new(atoms: &[Atom], letters: &[u8]) -> Result<Self, PatternError> {
        let mut table = Box::new([0; 256]);
        let mut starts: Vec<(u32, usize)> = atoms
            .iter()
            .enumerate()
            .flat_map(|(number, atom)| atom.starts.iter().map(move |at| (*at, number)))
            .collect();
        starts.sort_unstable();
        let letter_of = |atom: usize| letters.get(atom).copied().unwrap_or_default();
        let mut beyond = Vec::new();
        let mut kinds: BTreeMap<usize, u8> = BTreeMap::new();
        let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([u32::MAX]);
        for (&(from, atom), to) in starts.iter().zip(ends) {
            for at in from..to.min(128) {
                table.get_mut(super::place(at)).into_iter().for_each(|letter| *letter = letter_of(atom));
            }
            if to > 128 {
                let next = u8::try_from(kinds.len()).ok().and_then(|count| FIRST_BEYOND.checked_add(count));
                let kind = match kinds.get(&atom) {
                    Some(kind) => *kind,
                    None => next.ok_or(PatternError::TooManyLetters)?,
                };
                kinds.insert(atom, kind);
                table.get_mut(usize::from(kind)).into_iter().for_each(|letter| *letter = letter_of(atom));
                beyond.push((from.max(128), kind));
            }
        }
        Ok(Self { beyond: shared(beyond), letters: table })
    }
}

/// The one table of its kind, so that patterns which tell the same apart share it.
fn shared(table: Vec<(u32, u8)>) -> Arc<Beyond> {
    static TABLES: Mutex<BTreeMap<u64, Weak<Beyond>>> = Mutex::new(BTreeMap::new());
    /// Tables that nobody uses any more are let go when there are so many.
    const MANY: usize = 1_024;
    let octets: Vec<u8> =
        table.iter().flat_map(|(from, kind)| [u64::from(*from), u64::from(*kind)]).flat_map(u64::to_le_bytes).collect();
    let key = xxh64(&octets, 0);
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    // Two tables of one key are possible, and then both are kept by whoever has them.
    if let Some(known) = tables.get(&key).and_then(Weak::upgrade).filter(|known| **known == *table) {
        return known;
    }
    if tables.len() >= MANY {
        tables.retain(|_, table| table.strong_count() > 0);
    }
    let table: Arc<Beyond> = table.into();
    tables.insert(key, Arc::downgrade(&table));
    table
}

/// A text that patterns are run on, written in the letters of one after another.
pub(super) struct Letters<'t> {
    text: &'t str,
    /// None of them where each is one octet.
    characters: Vec<char>,
    letters: Vec<u8>,
}

impl<'t> Letters<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let characters = if text.is_ascii() { Vec::new() } else { text.chars().collect() };
        Self { text, characters, letters: Vec::new() }
    }

    const fn is_ascii(&self) -> bool {
        self.characters.is_empty()
    }

    /// A part of the text, in characters, in the letters of a pattern: one octet for each, with the character before it and the one
    /// behind, at which boundaries may stand.
    pub(super) fn write(&mut self, alphabet: &Alphabet, within: Range<usize>) -> Written<'_> {
        let letter = |kind: u8| alphabet.letters.get(usize::from(kind)).copied().unwrap_or_default();
        let count = if self.is_ascii() { self.text.len() } else { self.characters.len() };
        let to = within.end.min(count);
        let from = within.start.min(to).saturating_sub(1);
        let around = from..(to + 1).min(count);
        self.letters.clear();
        if self.is_ascii() {
            let octets = self.text.as_bytes().get(around).unwrap_or_default();
            self.letters.extend(octets.iter().map(|octet| letter(*octet)));
        } else {
            let mut kinds = Kinds { beyond: &alphabet.beyond, last: (0..0, FIRST_BEYOND) };
            let characters = self.characters.get(around).unwrap_or_default();
            self.letters.extend(characters.iter().map(|character| letter(kinds.of(*character))));
        }
        Written { letters: &self.letters, within: within.start.min(to) - from..to - from }
    }

    /// Where letters of a part stand in the text, in octets.
    pub(super) fn place(&self, letters: Range<usize>, within: &Range<usize>) -> Range<usize> {
        let from = within.start.saturating_sub(1);
        let (first, last) = (letters.start + from, letters.end + from);
        if self.is_ascii() {
            return first..last;
        }
        let mut starts = self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]);
        let start = starts.nth(first).unwrap_or(self.text.len());
        let end = last.checked_sub(first + 1).map_or(Some(start), |more| starts.nth(more));
        start..end.unwrap_or(self.text.len())
    }
}

/// A part of a text in letters.
#[derive(Debug)]
pub(super) struct Written<'l> {
    letters: &'l [u8],
    within: Range<usize>,
}

impl<'l> Written<'l> {
    pub(super) fn input(&self) -> Input<'l> {
        Input::new(self.letters).range(self.within.clone())
    }
}

/// Characters as their kinds. Neighbours in a text are mostly of one stretch, so what was found last is tried first.
struct Kinds<'b> {
    beyond: &'b Beyond,
    last: (Range<u32>, u8),
}

impl Kinds<'_> {
    fn of(&mut self, character: char) -> u8 {
        if let Some(ascii) = u8::try_from(character).ok().filter(u8::is_ascii) {
            return ascii;
        }
        let code = u32::from(character);
        if !self.last.0.contains(&code) {
            self.last = stretch(code, self.beyond);
        }
        self.last.1
    }
}

/// The stretch in which a character is, and its kind.
fn stretch(code: u32, beyond: &Beyond) -> (Range<u32>, u8) {
    let after = beyond.partition_point(|(from, _)| *from <= code);
    let end = beyond.get(after).map_or(u32::MAX, |(from, _)| *from);
    let known = after.checked_sub(1).and_then(|at| beyond.get(at));
    known.map_or((0..end, FIRST_BEYOND), |(from, kind)| (*from..end, *kind))
}

/// Characters that are in the same classes.
#[derive(Debug, Default)]
struct Atom {
    /// The classes: one bit each.
    classes: Vec<u64>,
    /// Where stretches of it begin.
    starts: Vec<u32>,
    is_word: bool,
}

impl Atom {
    fn is_in(&self, class: usize) -> bool {
        self.classes.get(class / 64).is_some_and(|bits| bits >> (class % 64) & 1 == 1)
    }

    /// The end of a line that it is, if it is one.
    fn line_end(&self) -> Option<u8> {
        let end = LINE_ENDS.into_iter().find(|end| self.starts.first() == Some(&u32::from(*end)))?;
        u8::try_from(end).ok()
    }
}

/// All classes of a pattern, each once.
#[derive(Debug, Default)]
struct Classes {
    numbers: BTreeMap<Ranges, usize>,
    /// Which of them is that of the letters of words, and whether those of ASCII alone are.
    words: Option<(usize, bool)>,
}

impl Classes {
    fn collect(&mut self, pattern: &Hir) -> Result<(), PatternError> {
        for end in LINE_ENDS {
            self.number(vec![(u32::from(end), u32::from(end))])?;
        }
        self.add(pattern)
    }

    fn add(&mut self, part: &Hir) -> Result<(), PatternError> {
        match part.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(literal) => {
                for character in characters(&literal.0)?.chars() {
                    self.number(one(character))?;
                }
                Ok(())
            }
            HirKind::Class(class) => self.number(ranges(class)).map(drop),
            HirKind::Look(look) => self.look(*look),
            HirKind::Repetition(repetition) => self.add(&repetition.sub),
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().try_for_each(|part| self.add(part)),
        }
    }

    fn number(&mut self, ranges: Ranges) -> Result<usize, PatternError> {
        let next = self.numbers.len();
        let number = *self.numbers.entry(ranges).or_insert(next);
        if number >= MAX_CLASSES { Err(PatternError::TooManyLetters) } else { Ok(number) }
    }

    fn look(&mut self, look: Look) -> Result<(), PatternError> {
        let Some(is_ascii) = words_of(look) else { return Ok(()) };
        if self.words.is_some_and(|(_, other)| other != is_ascii) {
            return Err(PatternError::MixedBoundaries);
        }
        let words = if is_ascii {
            [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')].map(|(a, b)| (u32::from(a), u32::from(b))).to_vec()
        } else {
            unicode_words()
        };
        let number = self.number(words)?;
        self.words = Some((number, is_ascii));
        Ok(())
    }

    /// Characters that are in the same classes, together.
    fn atoms(&self) -> Result<Vec<Atom>, PatternError> {
        let mut changes: Vec<(u32, usize)> = Vec::new();
        for (ranges, number) in &self.numbers {
            changes.extend(ranges.iter().flat_map(|(from, to)| [(*from, *number), (to + 1, *number)]));
        }
        changes.sort_unstable();
        let mut now = vec![0_u64; self.numbers.len().div_ceil(64)];
        let mut atoms: Vec<Atom> = Vec::new();
        let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut start = 0;
        for stretch in changes.chunk_by(|one, other| one.0 == other.0) {
            let at = stretch.first().map_or(0, |(at, _)| *at);
            if at > start {
                self.put(&mut atoms, &mut known, &now, start)?;
                start = at;
            }
            for (_, number) in stretch {
                now.get_mut(number / 64).into_iter().for_each(|bits| *bits ^= 1 << (number % 64));
            }
        }
        if start <= u32::from(char::MAX) {
            self.put(&mut atoms, &mut known, &now, start)?;
        }
        Ok(atoms)
    }

    fn put(
        &self,
        atoms: &mut Vec<Atom>,
        known: &mut BTreeMap<Vec<u64>, usize>,
        classes: &[u64],
        start: u32,
    ) -> Result<(), PatternError> {
        let at = match known.get(classes) {
            Some(at) => *at,
            None if atoms.len() > MAX_LETTERS => return Err(PatternError::TooManyLetters),
            None => {
                let mut atom = Atom { classes: classes.to_vec(), ..Atom::default() };
                atom.is_word = self.words.is_some_and(|(words, _)| atom.is_in(words));
                known.insert(classes.to_vec(), atoms.len());
                atoms.push(atom);
                atoms.len() - 1
            }
        };
        atoms.get_mut(at).into_iter().for_each(|atom| atom.starts.push(start));
        Ok(())
    }

    /// A pattern in its letters.
    fn write(&self, part: &Hir, atoms: &[Atom], letters: &[u8]) -> Result<Hir, PatternError> {
        let class = |ranges: &Ranges| self.class(ranges, atoms, letters);
        let each = |parts: &[Hir]| -> Result<Vec<Hir>, PatternError> {
            parts.iter().map(|part| self.write(part, atoms, letters)).collect()
        };
        Ok(match part.kind() {
            HirKind::Empty => Hir::empty(),
            HirKind::Literal(literal) => {
                let text = characters(&literal.0)?;
                Hir::concat(text.chars().map(|character| class(&one(character))).collect())
            }
            HirKind::Class(of) => class(&ranges(of)),
            HirKind::Look(look) => Hir::look(in_letters(*look)),
            HirKind::Repetition(repetition) => {
                let sub = Box::new(self.write(&repetition.sub, atoms, letters)?);
                let Repetition { min, max, greedy, .. } = *repetition;
                Hir::repetition(Repetition { min, max, greedy, sub })
            }
            HirKind::Capture(capture) => self.write(&capture.sub, atoms, letters)?,
            HirKind::Concat(parts) => Hir::concat(each(parts)?),
            HirKind::Alternation(parts) => Hir::alternation(each(parts)?),
        })
    }

    fn class(&self, ranges: &Ranges, atoms: &[Atom], letters: &[u8]) -> Hir {
        let Some(number) = self.numbers.get(ranges) else { return Hir::fail() };
        let within = atoms.iter().zip(letters).filter(|(atom, _)| atom.is_in(*number)).map(|(_, letter)| *letter);
        Hir::class(Class::Bytes(ClassBytes::new(within.map(|letter| ClassBytesRange::new(letter, letter)))))
    }
}

/// Octets that are not given to any letter yet.
struct Free {
    words: Vec<u8>,
    others: Vec<u8>,
}

impl Free {
    fn new(has_words: bool) -> Self {
        let ends = LINE_ENDS.map(u32::from);
        let is_taken = |octet: &u8| ends.contains(&u32::from(*octet)) || (has_words && WORD_LETTERS.contains(octet));
        let words = if has_words { WORD_LETTERS.iter().rev().copied().collect() } else { Vec::new() };
        Self { words, others: (0..=u8::MAX).rev().filter(|octet| !is_taken(octet)).collect() }
    }

    fn next(&mut self, atom: &Atom) -> Option<u8> {
        atom.line_end().or_else(|| if atom.is_word { self.words.pop() } else { self.others.pop() })
    }
}

/// Whether a boundary is one of words, and of those of ASCII alone.
const fn words_of(look: Look) -> Option<bool> {
    match look {
        Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF => None,
        Look::WordAscii
        | Look::WordAsciiNegate
        | Look::WordStartAscii
        | Look::WordEndAscii
        | Look::WordStartHalfAscii
        | Look::WordEndHalfAscii => Some(true),
        Look::WordUnicode
        | Look::WordUnicodeNegate
        | Look::WordStartUnicode
        | Look::WordEndUnicode
        | Look::WordStartHalfUnicode
        | Look::WordEndHalfUnicode => Some(false),
    }
}

/// A boundary among letters: words of all scripts have letters of words of ASCII there.
const fn in_letters(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        Look::Start
        | Look::End
        | Look::StartLF
        | Look::EndLF
        | Look::StartCRLF
        | Look::EndCRLF
        | Look::WordAscii
        | Look::WordAsciiNegate
        | Look::WordStartAscii
        | Look::WordEndAscii
        | Look::WordStartHalfAscii
        | Look::WordEndHalfAscii => look,
    }
}

fn unicode_words() -> Ranges {
    let words = regex_syntax::parse(r"\w").map(Hir::into_kind);
    if let Ok(HirKind::Class(class)) = words { ranges(&class) } else { Vec::new() }
}

/// The characters of a literal. One that is no text is no pattern for texts.
fn characters(octets: &[u8]) -> Result<&str, PatternError> {
    std::str::from_utf8(octets)
        .map_err(|_| PatternError::Syntax { reason: "a literal is not UTF-8, and texts are".to_owned() })
}

fn one(character: char) -> Ranges {
    vec![(u32::from(character), u32::from(character))]
}

/// A class of octets is one of ASCII: no other can stand in a pattern for texts.
fn ranges(class: &Class) -> Ranges {
    match class {
        Class::Unicode(class) => class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect(),
        Class::Bytes(class) => class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect(),
    }
}
