//! The one pass of `norm/1` over a text.

use super::Folded;
use super::fold::{FOLDS, Fold, Folds};
use super::leet::{Numeral, letter_for_sign};
use super::nfkc::{compose, decompose};
use crate::class::Class;
use crate::tables::V1;

pub(super) fn normalise(text: &str) -> String {
    let mut stream = Stream::new(&FOLDS, text.len());
    for character in text.chars() {
        match u8::try_from(character).ok().and_then(|byte| stream.folds.ascii(byte)) {
            Some((class, byte)) => stream.ascii(class, byte),
            None => stream.character(character),
        }
    }
    stream.finish()
}

/// One character by itself.
pub(super) fn fold(character: char) -> Folded {
    let fold = FOLDS.get(character);
    let settled = FOLDS.target(fold).first().copied().unwrap_or(character);
    match FOLDS.get(settled).class {
        Class::Invisible | Class::Mark => Folded::Nothing,
        Class::Space => Folded::Space,
        Class::Latin if settled.is_ascii_lowercase() => Folded::Letter(settled),
        Class::Latin
        | Class::Punctuation
        | Class::LetterSymbol
        | Class::AsciiDigit
        | Class::Digit
        | Class::GreekOrCyrillic
        | Class::Han
        | Class::Kana
        | Class::Unspaced
        | Class::Symbol
        | Class::Letter => Folded::Other(settled),
    }
}

/// How many numerals may wait for a later word to say what they are. Without an end to it a list of
/// numbers would be held in memory a word at a time.
const MAX_WAITING: usize = 16;

struct Stream<'a> {
    folds: &'a Folds,
    out: String,
    /// The word being read; it waits until it is known whether it has a Latin letter.
    word: String,
    word_has_latin: bool,
    word_has_signs: bool,
    /// Numerals that are letters if the next word has a digit for a letter.
    waiting: Vec<Numeral>,
    /// The last word had a digit for a letter.
    after_leet: bool,
    /// A separator was seen since the last character written.
    gap: bool,
    keeps_marks: bool,
    joins: bool,
}

impl<'a> Stream<'a> {
    fn new(folds: &'a Folds, capacity: usize) -> Self {
        Self {
            folds,
            out: String::with_capacity(capacity),
            word: String::new(),
            word_has_latin: false,
            word_has_signs: false,
            waiting: Vec::new(),
            after_leet: false,
            gap: false,
            keeps_marks: false,
            joins: false,
        }
    }

    fn ascii(&mut self, class: Class, byte: u8) {
        if class.joins_latin_words() {
            self.join_word(char::from(byte), class);
        } else if class != Class::Invisible {
            self.separate();
        }
    }

    fn character(&mut self, character: char) {
        let folds = self.folds;
        let fold = folds.get(character);
        match folds.target(fold) {
            [] => self.settled(character, fold),
            parts => parts.iter().for_each(|&part| self.settled(part, folds.get(part))),
        }
    }

    fn settled(&mut self, character: char, fold: Fold) {
        match fold.class {
            Class::Invisible => {}
            Class::Space | Class::Punctuation => self.separate(),
            Class::LetterSymbol | Class::AsciiDigit | Class::Latin | Class::GreekOrCyrillic => {
                self.join_word(character, fold.class);
            }
            Class::Mark if !self.keeps_marks => {}
            Class::Mark => self.other(character, fold.joins),
            Class::Digit | Class::Han | Class::Kana | Class::Unspaced | Class::Symbol | Class::Letter => {
                self.other(character, fold.joins);
                self.keeps_marks = true;
            }
        }
    }

    fn separate(&mut self) {
        self.end_word();
        self.gap = true;
        self.keeps_marks = false;
    }

    fn join_word(&mut self, character: char, class: Class) {
        self.word.push(character);
        self.word_has_latin |= class == Class::Latin;
        self.word_has_signs |= matches!(class, Class::AsciiDigit | Class::LetterSymbol);
        self.keeps_marks = false;
    }

    fn other(&mut self, character: char, joins: bool) {
        self.end_word();
        self.end_sentence();
        self.close_gap();
        self.out.push(character);
        self.joins |= joins;
    }

    fn close_gap(&mut self) {
        if self.gap && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.gap = false;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        if self.word_has_signs {
            self.write_signed_word(&word);
        } else {
            self.end_sentence();
            self.write_word(&word);
        }
        // Keeps the allocation for the next word.
        self.word = word;
        self.word.clear();
        (self.word_has_latin, self.word_has_signs) = (false, false);
    }

    fn write_signed_word(&mut self, word: &str) {
        if self.word_has_latin {
            let folded: String = word.chars().map(letter_for_sign).collect();
            self.after_leet = folded != word;
            self.settle_waiting();
            self.write_word(&folded);
        } else if !Numeral::spells_letters(word) {
            self.end_sentence();
            self.write_number(word);
        } else if self.after_leet {
            self.write_word(&word.chars().map(letter_for_sign).collect::<String>());
        } else {
            if self.waiting.len() == MAX_WAITING {
                self.settle_waiting();
            }
            self.waiting.push(Numeral { word: word.to_owned(), gap: std::mem::take(&mut self.gap) });
        }
    }

    fn write_word(&mut self, word: &str) {
        self.close_gap();
        self.out.push_str(word);
    }

    /// Without a Latin letter near by `@` and `$` are punctuation after all.
    fn write_number(&mut self, word: &str) {
        for character in word.chars() {
            if Class::default().refined(character) == Class::LetterSymbol {
                self.gap = true;
            } else {
                self.close_gap();
                self.out.push(character);
            }
        }
    }

    /// What follows is no neighbour in which digits stand for letters.
    fn end_sentence(&mut self) {
        self.after_leet = false;
        self.settle_waiting();
    }

    fn settle_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let gap_after = std::mem::take(&mut self.gap);
        for numeral in std::mem::take(&mut self.waiting) {
            self.gap |= numeral.gap;
            if self.after_leet {
                self.write_word(&numeral.word.chars().map(letter_for_sign).collect::<String>());
            } else {
                self.write_number(&numeral.word);
            }
        }
        self.gap |= gap_after;
    }

    fn finish(mut self) -> String {
        self.end_word();
        self.end_sentence();
        if !self.joins {
            return self.out;
        }
        let mut characters = Vec::with_capacity(self.out.len());
        for character in self.out.chars() {
            decompose(&V1, character, &mut |part| characters.push(part));
        }
        compose(&V1, &mut characters);
        characters.into_iter().collect()
    }
}
