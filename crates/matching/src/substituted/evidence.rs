//! What speaks for two texts' being one, counted in bits.
//!
//! Each agreement is worth as much as it is seldom among texts that have nothing to do with each other: two words of the same length a
//! few bits, a letter that is the same as much as it is seldom. A sign that nobody knows says nothing where it stands first. From
//! then on it is expected to be the letter that it was, the more the oftener it was so, and earns what was expected rightly.
//! A sign that is now this letter and now that, such as `*` for every letter, earns nothing and may be anything.

use super::COVERED_PERCENT;
use super::lengths::LONGEST;
use super::written::{Laid, Letter, Sign, Substituted};

/// Bits that two texts need. Chance gives one of a million pairs twenty; texts of one form have some lengths and words in common
/// that are not chance.
const MIN_BITS: f64 = 36.0;

/// Of them so many have to come from letters and signs: lengths alone are told by nobody who sees them.
const MIN_CONTENT_BITS: f64 = 8.0;

/// Of a hundred plain letters so many have to agree.
const AGREEING_PERCENT: usize = 80;

/// Bits that a word of one, two, three letters earns by its length: as few of a hundred English words are as long.
const LENGTH_BITS: [f64; LONGEST] = [4.0, 2.6, 2.2, 2.5, 3.2, 3.5, 3.6, 4.3, 5.0, 5.5, 6.0, 6.0, 6.0, 6.0, 6.0];

/// What a word of another length costs.
const OTHER_LENGTH_BITS: f64 = -4.0;

/// Bits that a word of so many letters earns by them at most: of short words a few make up most of every text.
const WORD_BITS: [f64; 4] = [0.5, 2.0, 3.0, 6.0];

/// And each letter of a longer one.
const LETTER_BITS: f64 = 2.5;

/// What the letters of one word cost at most. A single word may have been replaced.
const WORST_WORD_BITS: f64 = -6.0;

/// What a sign costs at most that stands for now this letter and now that.
const WORST_SIGN_BITS: f64 = -0.5;

/// How frequent each letter is, of a thousand. Seldom ones count as somewhat more frequent, so that a few of them prove nothing.
const LETTERS: [u16; 26] =
    [82, 15, 28, 43, 127, 22, 20, 61, 70, 5, 8, 40, 24, 67, 75, 19, 5, 60, 63, 91, 28, 10, 24, 5, 20, 5];

/// What agrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    /// Words that have the same length.
    pub(crate) words: usize,
    /// Words of the longer text, or of as much of it as is compared.
    pub(crate) of_words: usize,
    /// Plain letters that are the same at the same place.
    pub(crate) letters: usize,
    /// Signs that are there the letter that they mostly are.
    pub(crate) signs: usize,
    /// Characters that were compared.
    pub(crate) characters: usize,
    /// What all that is worth, in bits.
    pub(crate) bits: f64,
}

impl Evidence {
    /// What two texts have in common if one begins so many words later; none if that is too little.
    pub(super) fn of(substituted: &Substituted, known: &Laid<Letter>, shift: i32) -> Option<Self> {
        let mut weighed = Weighed::new(substituted.signs());
        let skip = |shift: i32| usize::try_from(shift).unwrap_or_default();
        let mine = substituted.laid().words().skip(skip(shift));
        for (mine, other) in mine.zip(known.words().skip(skip(-shift))) {
            weighed.word(mine, other);
        }
        let of_words = substituted.laid().count().max(known.count());
        weighed.result(of_words)
    }
}

/// A sign and what it was so far.
#[derive(Debug, Clone)]
struct Seen {
    sign: Sign,
    all: u16,
    letters: [u16; 26],
    bits: f64,
}

impl Seen {
    /// How much likelier a letter is where this sign stands than it is anywhere: as many bits.
    fn bits_of(&self, letter: usize) -> f64 {
        let frequency = LETTERS.get(letter).map_or(1.0, |count| f64::from(*count) / 1_000.0);
        let (hint, share, weight) = match self.sign {
            Sign::Letter(hint) => (Some(hint), 0.95, 8.0),
            Sign::Guess(hint) => (Some(hint), 0.5, 1.0),
            Sign::Unknown => (None, 0.0, 1.0),
        };
        let is_hinted = hint.and_then(place_of) == Some(letter);
        let expected = (1.0 - share) + if is_hinted { share / frequency } else { 0.0 };
        let was = self.letters.get(letter).map_or(0.0, |count| f64::from(*count)) / frequency;
        ((was + weight * expected) / (f64::from(self.all) + weight)).log2()
    }

    fn see(&mut self, letter: usize) {
        self.all = self.all.saturating_add(1);
        self.letters.get_mut(letter).into_iter().for_each(|count| *count = count.saturating_add(1));
    }

    fn worth(&self) -> f64 {
        if matches!(self.sign, Sign::Letter(_)) { self.bits } else { self.bits.max(WORST_SIGN_BITS) }
    }

    /// How often it was the letter that it mostly is. Once is not often, and a sign that is mostly no letter at all is none.
    fn mostly(&self) -> usize {
        let is_often = |most: &u16| *most > 1 && most.saturating_mul(2) > self.all;
        let most = match self.sign {
            Sign::Letter(letter) => place_of(letter).and_then(|at| self.letters.get(at)).copied(),
            Sign::Guess(_) | Sign::Unknown => self.letters.iter().copied().max().filter(is_often),
        };
        usize::from(most.unwrap_or_default())
    }
}

/// Two texts, as far as they were laid side by side.
#[derive(Debug)]
struct Weighed {
    signs: Vec<Seen>,
    words: usize,
    characters: usize,
    length_bits: f64,
}

impl Weighed {
    fn new(signs: &[Sign]) -> Self {
        let seen = signs.iter().map(|sign| Seen { sign: *sign, all: 0, letters: [0; 26], bits: 0.0 });
        Self { signs: seen.collect(), words: 0, characters: 0, length_bits: 0.0 }
    }

    fn word(&mut self, mine: &[usize], other: &[Letter]) {
        self.characters += mine.len();
        if mine.len() != other.len() {
            self.length_bits += OTHER_LENGTH_BITS;
            return;
        }
        self.words += 1;
        self.length_bits +=
            LENGTH_BITS.get(mine.len().saturating_sub(1)).or(LENGTH_BITS.last()).copied().unwrap_or_default();
        let pairs = || mine.iter().zip(other).filter_map(|(sign, letter)| Some((*sign, place_of((*letter)?)?)));
        let bits: Vec<f64> = pairs().map(|(sign, letter)| self.seen(sign, letter)).collect();
        let (gain, loss) =
            bits.iter().fold((0.0, 0.0), |(gain, loss): (f64, f64), bits| (gain + bits.max(0.0), loss + bits.min(0.0)));
        let (most, least) = (share(most_of(mine.len()), gain), share(WORST_WORD_BITS, loss));
        for ((sign, _), bits) in pairs().zip(bits) {
            let bits = bits * if bits > 0.0 { most } else { least };
            self.signs.get_mut(sign).into_iter().for_each(|seen| seen.bits += bits);
        }
    }

    fn seen(&mut self, sign: usize, letter: usize) -> f64 {
        let Some(seen) = self.signs.get_mut(sign) else { return 0.0 };
        let bits = seen.bits_of(letter);
        seen.see(letter);
        bits
    }

    fn result(self, of_words: usize) -> Option<Evidence> {
        let is_plain = |seen: &&Seen| matches!(seen.sign, Sign::Letter(_));
        let plain = || self.signs.iter().filter(is_plain);
        let letters: usize = plain().map(Seen::mostly).sum();
        let legible: usize = plain().map(|seen| usize::from(seen.all)).sum();
        let signs = self.signs.iter().filter(|seen| !is_plain(seen)).map(Seen::mostly).sum();
        let content: f64 = self.signs.iter().map(Seen::worth).sum();
        let bits = self.length_bits + content;
        let is_near = bits >= MIN_BITS
            && content >= MIN_CONTENT_BITS
            && self.words * 100 >= of_words * COVERED_PERCENT
            && letters * 100 >= legible * AGREEING_PERCENT;
        is_near.then_some(Evidence { words: self.words, of_words, letters, signs, characters: self.characters, bits })
    }
}

/// By how much something has to be multiplied to be no more than so much.
fn share(most: f64, all: f64) -> f64 {
    if all.abs() > most.abs() { most / all } else { 1.0 }
}

fn most_of(letters: usize) -> f64 {
    let longer = || f64::from(u16::try_from(letters).unwrap_or(u16::MAX)) * LETTER_BITS;
    WORD_BITS.get(letters.saturating_sub(1)).copied().unwrap_or_else(longer)
}

fn place_of(letter: u8) -> Option<usize> {
    letter.checked_sub(b'a').map(usize::from).filter(|at| *at < LETTERS.len())
}
