//! Numbers of a text: in digits, in Chinese numerals, in English words.
//!
//! Digits always are a number. A numeral is one for certain only where a unit follows it (三十日, `thirty days`): 一 and
//! `one` are mostly articles, and 第三方 is no three. What is not certain still answers for a number of the other rendition.
//! Fractions in words and digits grouped by spaces are not understood.

use std::collections::BTreeSet;

#[derive(Default)]
struct Numbers {
    certain: BTreeSet<String>,
    possible: BTreeSet<String>,
}

impl Numbers {
    fn add(&mut self, value: u64, is_certain: bool) {
        self.possible.insert(value.to_string());
        // One is an article in both languages.
        if is_certain && value > 1 {
            self.certain.insert(value.to_string());
        }
    }
}

/// The numbers of one rendition, in digits, that another does not have in any form.
pub(super) fn missing(one: &str, other: &str) -> Vec<String> {
    let (one, other) = (numbers(one), numbers(other));
    one.certain.into_iter().filter(|number| !other.possible.contains(number)).collect()
}

fn numbers(text: &str) -> Numbers {
    let mut found = Numbers::default();
    let characters: Vec<char> = text.chars().map(narrow).collect();
    let mut at = 0_usize;
    while let Some(first) = characters.get(at) {
        let rest = characters.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied();
        let len = match first {
            '0'..='9' => digits(&mut found, rest),
            _ if is_numeral(*first) => numeral(&mut found, before, rest),
            _ if first.is_ascii_alphabetic() => english(&mut found, rest),
            _ => 1,
        };
        at = at.saturating_add(len.max(1));
    }
    found
}

/// Full-width digits and stops as ASCII.
fn narrow(character: char) -> char {
    let offset = u32::from(character).checked_sub(0xFF00).filter(|offset| matches!(offset, 0x0E | 0x10..=0x19));
    offset.and_then(|offset| char::from_u32(offset.saturating_add(0x20))).unwrap_or(character)
}

/// A number in digits, with what multiplies it. The length of what was read is returned.
fn digits(found: &mut Numbers, text: &[char]) -> usize {
    let mut number = String::new();
    let mut len = 0_usize;
    while let Some(character) = text.get(len) {
        let is_before_digit = text.get(len.saturating_add(1)).is_some_and(char::is_ascii_digit);
        match character {
            '0'..='9' => number.push(*character),
            '.' if is_before_digit => number.push('.'),
            ',' if is_group(text.get(len.saturating_add(1)..).unwrap_or_default()) => {}
            _ => break,
        }
        len = len.saturating_add(1);
    }
    let (factor, more) = factor(text.get(len..).unwrap_or_default());
    let whole = number.parse::<u64>().ok().map(|value| value.saturating_mul(factor).to_string());
    let number = whole.unwrap_or(number);
    found.possible.insert(number.clone());
    found.certain.insert(number);
    len.saturating_add(more)
}

/// Exactly three digits.
fn is_group(text: &[char]) -> bool {
    text.iter().take_while(|it| it.is_ascii_digit()).count() == 3
}

fn factor(text: &[char]) -> (u64, usize) {
    match text.first() {
        Some('百') => (100, 1),
        Some('千') => (1_000, 1),
        Some('万' | '萬') => (10_000, 1),
        Some('亿' | '億') => (100_000_000, 1),
        Some(' ') => {
            let word: String = text.iter().skip(1).take_while(|it| it.is_ascii_alphabetic()).collect();
            let len = word.len().saturating_add(1);
            match word.to_lowercase().as_str() {
                "thousand" => (1_000, len),
                "million" => (1_000_000, len),
                "billion" => (1_000_000_000, len),
                _ => (1, 0),
            }
        }
        _ => (1, 0),
    }
}

const NUMERALS: [(char, u64); 21] = [
    ('零', 0),
    ('〇', 0),
    ('一', 1),
    ('二', 2),
    ('两', 2),
    ('兩', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('十', 10),
    ('百', 100),
    ('千', 1_000),
    ('万', 10_000),
    ('萬', 10_000),
    ('亿', 100_000_000),
    ('億', 100_000_000),
    ('廿', 20),
];

/// What makes a numeral before it a number for certain.
const UNITS: [&str; 20] = [
    "秒",
    "分钟",
    "小时",
    "日",
    "天",
    "周",
    "个月",
    "月",
    "年",
    "人",
    "名",
    "份",
    "条",
    "款",
    "项",
    "章",
    "倍",
    "个工作日",
    "个日历",
    "个成员",
];

fn value_of(character: char) -> Option<u64> {
    NUMERALS.iter().find(|(numeral, _)| *numeral == character).map(|(_, value)| *value)
}

fn is_numeral(character: char) -> bool {
    value_of(character).is_some()
}

/// A run of Chinese numerals.
fn numeral(found: &mut Numbers, before: Option<char>, text: &[char]) -> usize {
    let values: Vec<_> = text.iter().map_while(|it| value_of(*it)).collect();
    let len = values.len();
    let after: String = text.iter().skip(len).take(4).collect();
    let has_unit = UNITS.iter().any(|unit| after.starts_with(unit));
    let is_ordinal_of_text = before != Some('第') || ["条", "款", "项", "章"].iter().any(|it| after.starts_with(it));
    found.add(chinese_value(&values), has_unit && is_ordinal_of_text);
    len
}

/// 二〇二七 digit by digit; 三百六十五 by places; 十 alone is ten.
fn chinese_value(values: &[u64]) -> u64 {
    if values.len() > 1 && values.iter().all(|value| *value < 10) {
        return values.iter().fold(0_u64, |sum, value| sum.saturating_mul(10).saturating_add(*value));
    }
    let (mut total, mut section, mut digit) = (0_u64, 0_u64, None::<u64>);
    for value in values {
        match value {
            0..=9 => digit = Some(*value),
            20 => section = section.saturating_add(20),
            10..=1_000 => section = section.saturating_add(digit.take().unwrap_or(1).saturating_mul(*value)),
            _ => {
                section = section.saturating_add(digit.take().unwrap_or(0)).max(1);
                total = total.saturating_add(section.saturating_mul(*value));
                section = 0;
            }
        }
    }
    total.saturating_add(section).saturating_add(digit.unwrap_or(0))
}

const WORDS: [(&str, u64); 30] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1_000),
    ("both", 2),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const ENGLISH_UNITS: [&str; 9] = ["second", "minute", "hour", "day", "week", "month", "year", "person", "member"];

/// Words from here on, as far as they make one number.
fn english(found: &mut Numbers, text: &[char]) -> usize {
    let (word, mut len) = word(text);
    if let Some(month) = MONTHS.iter().position(|name| *name == word) {
        found.add(u64::try_from(month).unwrap_or(0).saturating_add(1), false);
        return len;
    }
    let Some(mut value) = english_value(&word) else { return len };
    while let Some((next, more)) = next_part(text.get(len..).unwrap_or_default(), value) {
        value = next;
        len = len.saturating_add(more);
    }
    let rest = text.get(len..).unwrap_or_default();
    let (unit, _) = word_after(rest);
    found.add(value, ENGLISH_UNITS.iter().any(|one| unit.starts_with(one)));
    len
}

fn english_value(word: &str) -> Option<u64> {
    let word = word.to_lowercase();
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// The number with one more word taken in: `thirty` and `one`, `two` and `hundred`, `hundred` and `five`.
fn next_part(text: &[char], value: u64) -> Option<(u64, usize)> {
    let (mut next, mut len) = word_after(text);
    if next == "and" && value >= 100 {
        let (after, more) = word_after(text.get(len..).unwrap_or_default());
        (next, len) = (after, len.saturating_add(more));
    }
    match english_value(&next)? {
        part @ (100 | 1_000) if value < part => Some((value.saturating_mul(part), len)),
        part @ 1..=9 if value >= 20 && value.checked_rem(10) == Some(0) => Some((value.saturating_add(part), len)),
        part @ 10..=90 if value >= 100 && value.checked_rem(100) == Some(0) => Some((value.saturating_add(part), len)),
        _ => None,
    }
}

fn word(text: &[char]) -> (String, usize) {
    let word: String = text.iter().take_while(|it| it.is_ascii_alphabetic()).collect();
    let len = word.len();
    (word, len)
}

/// The word after spaces or a hyphen, and how far it reaches.
fn word_after(text: &[char]) -> (String, usize) {
    let gap = text.iter().take_while(|it| matches!(it, ' ' | '-')).count();
    let (word, len) = word(text.get(gap..).unwrap_or_default());
    if gap == 0 { (String::new(), 0) } else { (word, len.saturating_add(gap)) }
}
