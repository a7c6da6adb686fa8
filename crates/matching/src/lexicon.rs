//! The words of the signals themselves, for reading what a disguise made of them.
//!
//! No dictionary comes with this: what is looked for is what signals say, so their words are the words to look for. A signal of
//! which only digests are known adds none.

use std::collections::BTreeMap;

use text::{is_unspaced, units, xxh64};

use crate::table::Table;

/// Letters of the longest word that is kept.
pub(crate) const MAX_LETTERS: usize = 24;

/// Words of one length that are kept, the most frequent ones: one bit each in the sets below. English has about as many that are
/// in use.
const MAX_WORDS_OF_LENGTH: usize = 8_192;

/// Words that are kept to cut a text into. A bank of a million texts has about as many.
const MAX_WORDS: usize = 400_000;

/// Neighbourhoods of Han characters that are kept: some 100 MB of them.
const MAX_NEIGHBOURHOODS: usize = 1_000_000;

/// Surroundings of four characters that are kept: a table of 128 MB.
const MAX_AMID: usize = 4_000_000;

const LETTERS: usize = 26;

/// The words of one length, and for each place and letter the set of those that have it there.
#[derive(Debug, Clone, Default)]
struct WordsOfLength {
    words: Vec<(Box<[u8]>, u32)>,
    sets: Vec<Vec<u64>>,
}

impl WordsOfLength {
    fn new(words: Vec<(Box<[u8]>, u32)>, length: usize) -> Self {
        let mut sets = vec![vec![0_u64; words.len().div_ceil(64)]; length * LETTERS];
        for (number, (word, _)) in words.iter().enumerate() {
            for (at, letter) in word.iter().enumerate() {
                let set = sets.get_mut(set_of(at, *letter)).and_then(|set| set.get_mut(number / 64));
                set.into_iter().for_each(|bits| *bits |= 1 << (number % 64));
            }
        }
        Self { words, sets }
    }

    /// The words that have the known letters where they should be, with how often they occur: the most frequent first.
    fn find(&self, pattern: &[Option<u8>]) -> impl Iterator<Item = (&[u8], u32)> {
        let mut left = vec![u64::MAX; self.words.len().div_ceil(64)];
        for (at, letter) in pattern.iter().enumerate().filter_map(|(at, letter)| Some((at, (*letter)?))) {
            let set = self.sets.get(set_of(at, letter)).map(Vec::as_slice).unwrap_or_default();
            left.iter_mut().zip(set).for_each(|(left, set)| *left &= set);
        }
        let numbers =
            left.into_iter().enumerate().flat_map(|(block, bits)| ones(bits).map(move |bit| block * 64 + bit));
        numbers.map_while(|number| self.words.get(number)).map(|(word, count)| (word.as_ref(), *count))
    }
}

/// The places of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        usize::try_from(lowest).ok()
    })
}

fn set_of(at: usize, letter: u8) -> usize {
    at * LETTERS + usize::from(letter.saturating_sub(b'a')).min(LETTERS - 1)
}

/// Words with how often they occur.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// What nobody outside knows, so that nobody can choose words that fill one place of a table.
    seed: u64,
    costs: Table,
    by_length: Vec<WordsOfLength>,
    /// Han characters that occur, a bit each.
    characters: Vec<u64>,
    /// Hashes of those that stand side by side.
    pairs: Table,
    /// What stands between two Han characters, and how often.
    between: BTreeMap<(char, char), BTreeMap<char, u32>>,
    /// What stands after a Han character, and how often.
    after: BTreeMap<char, BTreeMap<char, u32>>,
    /// What stands before one, and how often.
    before: BTreeMap<char, BTreeMap<char, u32>>,
    /// What stands in the middle of four, by a hash of them.
    amid: Table,
}

impl Lexicon {
    /// The words of these normalised texts. The seed is a random number.
    pub fn new(texts: impl Iterator<Item: AsRef<str>>, seed: u64) -> Self {
        let mut counts: BTreeMap<Box<[u8]>, u32> = BTreeMap::new();
        let mut lexicon = Self { seed, ..Self::default() };
        for text in texts {
            for unit in units(text.as_ref()).filter(|unit| is_word(unit)) {
                *counts.entry(unit.as_bytes().into()).or_default() += 1;
            }
            lexicon.learn_neighbours(text.as_ref());
        }
        (lexicon.costs, lexicon.by_length) = by_frequency(counts, seed);
        lexicon.look_up_neighbours();
        lexicon
    }

    /// What is asked of each character of a text is answered without a search.
    fn look_up_neighbours(&mut self) {
        self.characters = vec![0; bit_of(char::MAX).0 + 1];
        for (before, all) in &self.after {
            for after in all.keys() {
                self.pairs.update(pair_hash(*before, *after, self.seed), |_| 0);
                for (word, bit) in [*before, *after].map(bit_of) {
                    self.characters.get_mut(word).into_iter().for_each(|bits| *bits |= 1 << bit);
                }
            }
        }
    }

    fn learn_neighbours(&mut self, text: &str) {
        if self.between.len() >= MAX_NEIGHBOURHOODS {
            return;
        }
        let characters: Vec<(char, bool)> = text.chars().map(|character| (character, is_unspaced(character))).collect();
        if !characters.iter().any(|(_, is_unspaced)| *is_unspaced) {
            return;
        }
        for [a, b, middle, c, d] in characters.array_windows::<5>().filter(|[_, _, middle, _, _]| middle.1) {
            if self.amid.len() >= MAX_AMID {
                break;
            }
            let four = amid_hash([a.0, b.0, c.0, d.0], self.seed);
            self.amid.update(four, |known| known.unwrap_or(u32::from(middle.0)));
        }
        for triple in characters.array_windows::<3>().filter(|triple| triple.iter().all(|one| one.1)) {
            let [before, middle, after] = triple.map(|one| one.0);
            *self.between.entry((before, after)).or_default().entry(middle).or_default() += 1;
        }
        for pair in characters.array_windows::<2>().filter(|pair| pair.iter().all(|one| one.1)) {
            let [before, after] = pair.map(|one| one.0);
            *self.after.entry(before).or_default().entry(after).or_default() += 1;
            *self.before.entry(after).or_default().entry(before).or_default() += 1;
        }
    }

    /// Whether a word of small Latin letters is known.
    pub(crate) fn knows(&self, word: &[u8]) -> bool {
        self.cost(word).is_some()
    }

    /// What it costs to take these letters for a word: less for a frequent one.
    pub(crate) fn cost(&self, word: &[u8]) -> Option<u32> {
        self.costs.get(xxh64(word, self.seed))
    }

    /// The words of that length with these letters, and how often each occurs: the most frequent first.
    pub(crate) fn fitting(&self, pattern: &[Option<u8>]) -> impl Iterator<Item = (&[u8], u32)> {
        self.by_length.get(pattern.len()).into_iter().flat_map(|words| words.find(pattern))
    }

    /// Whether a Han character occurs.
    pub(crate) fn knows_character(&self, character: char) -> bool {
        let (word, bit) = bit_of(character);
        self.characters.get(word).is_some_and(|bits| bits >> bit & 1 == 1)
    }

    /// Whether one Han character occurs after another.
    pub(crate) fn knows_pair(&self, before: char, after: char) -> bool {
        self.pairs.get(pair_hash(before, after, self.seed)).is_some()
    }

    /// What occurs between two Han characters, and how often; beside one of them if nothing is known of the other.
    pub(crate) fn between(&self, before: Option<char>, after: Option<char>) -> Option<&BTreeMap<char, u32>> {
        match (before, after) {
            (Some(before), Some(after)) => self.between.get(&(before, after)),
            (Some(before), None) => self.after.get(&before),
            (None, Some(after)) => self.before.get(&after),
            (None, None) => None,
        }
    }

    /// What first occurred in the middle of four characters.
    pub(crate) fn amid(&self, four: [char; 4]) -> Option<char> {
        self.amid.get(amid_hash(four, self.seed)).and_then(char::from_u32)
    }
}

/// The word and the bit of a character in a set of them.
fn bit_of(character: char) -> (usize, u32) {
    let code = u32::from(character);
    (crate::lists::place(code / u64::BITS), code % u64::BITS)
}

fn pair_hash(before: char, after: char, seed: u64) -> u64 {
    let octets = [before, after].map(|character| u32::from(character).to_le_bytes());
    xxh64(octets.as_flattened(), seed)
}

fn amid_hash(four: [char; 4], seed: u64) -> u64 {
    let octets = four.map(|character| u32::from(character).to_le_bytes());
    xxh64(octets.as_flattened(), seed)
}

fn is_word(unit: &str) -> bool {
    unit.len() <= MAX_LETTERS && unit.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn by_frequency(counts: BTreeMap<Box<[u8]>, u32>, seed: u64) -> (Table, Vec<WordsOfLength>) {
    let total: u64 = counts.values().map(|&count| u64::from(count)).sum();
    let mut sorted: Vec<(Box<[u8]>, u32)> = counts.into_iter().collect();
    sorted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    sorted.truncate(MAX_WORDS);
    let mut costs = Table::with_room(sorted.len());
    let mut lengths: Vec<Vec<(Box<[u8]>, u32)>> = vec![Vec::new(); MAX_LETTERS + 1];
    for (word, count) in sorted {
        costs.update(xxh64(&word, seed), |_| cost_of(count, total));
        let length = lengths.get_mut(word.len()).filter(|words| words.len() < MAX_WORDS_OF_LENGTH);
        length.into_iter().for_each(|words| words.push((word.clone(), count)));
    }
    let by_length = lengths.into_iter().enumerate().map(|(length, words)| WordsOfLength::new(words, length));
    (costs, by_length.collect())
}

/// Four times the binary logarithm of how seldom it is.
fn cost_of(count: u32, total: u64) -> u32 {
    let seldom = (total << 8) / u64::from(count).max(1);
    // A logarithm in quarters: that of the fourth power.
    u128::from(seldom).saturating_pow(4).max(1).ilog2().saturating_sub(32)
}
