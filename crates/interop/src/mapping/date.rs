//! The pattern of a date: `DD.MM.YYYY`.

use incident::{Moment, Precision};

/// Parts of a pattern, each with the digits it has.
const PARTS: [(&str, Part); 6] = [
    ("YYYY", Part::Year),
    ("MM", Part::Month),
    ("DD", Part::Day),
    ("hh", Part::Hour),
    ("mm", Part::Minute),
    ("ss", Part::Second),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Digits(Part, usize),
    Literal(char),
}

/// How dates are written in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatePattern {
    pieces: Vec<Piece>,
    text: String,
}

impl DatePattern {
    /// Reads a pattern. The finer a part, the more of the coarser ones must be there.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let (mut pieces, mut left) = (Vec::new(), text);
        while let Some(first) = left.chars().next() {
            let part = PARTS.iter().find(|(letters, _)| left.starts_with(letters));
            let (piece, length) = match part {
                Some((letters, part)) => (Piece::Digits(*part, letters.len()), letters.len()),
                None if first.is_ascii_alphanumeric() && first != 'T' && first != 'Z' => {
                    return Err(format!(
                        "`{first}` is no part of a date; use YYYY, MM, DD, hh, mm, ss and marks between them"
                    ));
                }
                None => (Piece::Literal(first), first.len_utf8()),
            };
            pieces.push(piece);
            left = left.get(length..).unwrap_or_default();
        }
        let pattern = Self { pieces, text: text.to_owned() };
        pattern.check_parts()?;
        Ok(pattern)
    }

    fn check_parts(&self) -> Result<(), String> {
        let mut parts = self.parts();
        parts.sort();
        let expected = PARTS.iter().map(|(_, part)| *part).take(parts.len());
        if parts.is_empty() || !parts.iter().copied().eq(expected) {
            return Err("needs YYYY, and each finer part only with all that are coarser, each once".to_owned());
        }
        if parts.len() > 3 && !self.text.ends_with('Z') {
            return Err(
                "has an hour, and must end in Z: only times in UTC are read, and none is shifted by guess".to_owned()
            );
        }
        Ok(())
    }

    fn parts(&self) -> Vec<Part> {
        let part = |piece: &Piece| if let Piece::Digits(part, _) = piece { Some(*part) } else { None };
        self.pieces.iter().filter_map(part).collect()
    }

    /// Reads a date as exact as the pattern is.
    pub(super) fn read(&self, text: &str) -> Result<Moment, String> {
        let wrong = || format!("`{}` is not written as {}", text.escape_debug(), self.text);
        let found = self.digits(text).ok_or_else(wrong)?;
        let part = |part: Part| found.iter().find(|(known, _)| *known == part).map(|(_, digits)| *digits);
        let year = part(Part::Year).ok_or_else(wrong)?;
        let date = format!("{year}-{}-{}", part(Part::Month).unwrap_or("01"), part(Part::Day).unwrap_or("01"));
        let or_zero = |name| part(name).unwrap_or("00");
        let time = format!("{}:{}:{}", or_zero(Part::Hour), or_zero(Part::Minute), or_zero(Part::Second));
        let whole = format!("{date}T{time}Z").parse();
        let whole = whole.map_err(|_| format!("`{}` is no day of the calendar; correct it", text.escape_debug()))?;
        Ok(Moment::new(whole, Some(self.precision())))
    }

    fn precision(&self) -> Precision {
        match self.parts().len() {
            1 => Precision::Year,
            2 => Precision::Month,
            3 => Precision::Day,
            4 => Precision::Hour,
            5 => Precision::Minute,
            _ => Precision::Second,
        }
    }

    fn digits<'t>(&self, text: &'t str) -> Option<Vec<(Part, &'t str)>> {
        let (mut found, mut left) = (Vec::new(), text);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(mark) => left = left.strip_prefix(*mark)?,
                Piece::Digits(part, length) => {
                    let (digits, rest) = left.split_at_checked(*length)?;
                    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
                        return None;
                    }
                    found.push((*part, digits));
                    left = rest;
                }
            }
        }
        left.is_empty().then_some(found)
    }
}
