//! The parser: one pass, bounded depth, every refusal named.

use super::{Json, Map, Number, ParseError, ParseErrorKind, Position};
use crate::limits::{
    MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_NAME_BYTES, MAX_NUMBER_BYTES, MAX_RECORD_BYTES, MAX_SAFE_INTEGER,
};

/// Up to this many members a new name is compared with each earlier one; beyond it names are sorted once at the end.
const SCAN_MEMBERS: usize = 24;

/// Reads one JSON value of at most [`MAX_RECORD_BYTES`] octets.
///
/// # Errors
/// The first violation of the profile, with its place.
pub fn parse(text: &[u8]) -> Result<Json, ParseError> {
    parse_within(text, MAX_RECORD_BYTES)
}

/// Reads one JSON value of at most `limit` octets.
///
/// # Errors
/// The first violation of the profile, with its place.
pub fn parse_within(text: &[u8], limit: usize) -> Result<Json, ParseError> {
    Parser::over(text, limit)?.document().map_err(|fault| fault.within(text))
}

/// The parts of an SD-JWT disclosure: salt, name if it is a property's, value (RFC 9901 section 4.2).
pub(crate) struct DisclosureParts {
    /// Characters of the salt.
    pub(crate) salt_length: usize,
    /// The property's name; `None` for an array element.
    pub(crate) name: Option<String>,
    /// The value.
    pub(crate) value: Json,
}

/// Reads an array of salt and value, or of salt, name and value, without building the array; `None` if it is any other
/// JSON. Thirty of them stand in a record of usual size, so this is where verification spends its time.
pub(crate) fn parse_disclosure(octets: &[u8]) -> Result<Option<DisclosureParts>, ParseError> {
    let mut parser = Parser::over(octets, MAX_RECORD_BYTES)?;
    parser.disclosure().map_err(|fault| fault.within(octets))
}

/// An error before its line and column are worked out.
struct Fault {
    offset: usize,
    kind: ParseErrorKind,
}

impl Fault {
    fn within(self, text: &[u8]) -> ParseError {
        ParseError { kind: self.kind, position: Position::of(text, self.offset) }
    }
}

struct Parser<'a> {
    text: &'a str,
    offset: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn over(text: &'a [u8], limit: usize) -> Result<Self, ParseError> {
        let at = |offset, kind| Fault { offset, kind }.within(text);
        if text.len() > limit {
            return Err(at(limit, ParseErrorKind::TooLong { limit }));
        }
        let text = std::str::from_utf8(text).map_err(|error| at(error.valid_up_to(), ParseErrorKind::InvalidUtf8))?;
        if text.starts_with('\u{FEFF}') {
            return Err(at(0, ParseErrorKind::ByteOrderMark));
        }
        Ok(Parser { text, offset: 0, values: 0 })
    }

    fn document(&mut self) -> Result<Json, Fault> {
        self.skip_space();
        let value = self.value(0)?;
        self.end()?;
        Ok(value)
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.peek().is_some() { Err(self.fault(ParseErrorKind::TrailingData)) } else { Ok(()) }
    }

    fn disclosure(&mut self) -> Result<Option<DisclosureParts>, Fault> {
        self.skip_space();
        let start = self.offset;
        match self.disclosure_parts()? {
            Some(parts) => self.end().map(|()| Some(parts)),
            None => {
                // Some other value: read it all the same, so that what is wrong with it is named.
                self.offset = start;
                self.document().map(|_| None)
            }
        }
    }

    fn disclosure_parts(&mut self) -> Result<Option<DisclosureParts>, Fault> {
        if !self.opens(b'[') || self.peek() != Some(b'"') {
            return Ok(None);
        }
        let salt_length = self.string()?.len();
        if self.closes(b']', "a comma or a closing bracket")? {
            return Ok(None);
        }
        self.skip_space();
        let place = self.offset;
        let first = self.value(1)?;
        if self.closes(b']', "a comma or a closing bracket")? {
            return Ok(Some(DisclosureParts { salt_length, name: None, value: first }));
        }
        self.skip_space();
        let value = self.value(1)?;
        let (Json::String(name), true) = (first, self.closes(b']', "a comma or a closing bracket")?) else {
            return Ok(None);
        };
        // It will be a key, and what was put back must be readable again.
        if name.len() > MAX_NAME_BYTES {
            return Err(Fault { offset: place, kind: ParseErrorKind::KeyTooLong });
        }
        Ok(Some(DisclosureParts { salt_length, name: Some(name), value }))
    }

    /// Steps over an opening sign and the space after it.
    fn opens(&mut self, sign: u8) -> bool {
        let found = self.peek() == Some(sign);
        if found {
            self.advance();
            self.skip_space();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, Fault> {
        self.values = self.values.saturating_add(1);
        if self.values > MAX_JSON_VALUES {
            return Err(self.fault(ParseErrorKind::TooManyValues));
        }
        match self.peek() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Fault> {
        let inside = self.deeper(depth)?;
        let mut members = Vec::new();
        let mut places = Vec::new();
        if self.opens_empty(b'}') {
            return Ok(Json::Object(Map::new()));
        }
        loop {
            self.skip_space();
            let place = self.offset;
            let name = self.name()?;
            if members.len() < SCAN_MEMBERS && members.iter().any(|(earlier, _)| *earlier == name) {
                return Err(Fault { offset: place, kind: ParseErrorKind::DuplicateKey { key: name } });
            }
            self.skip_space();
            self.expect(b':', "a colon")?;
            self.skip_space();
            members.push((name, self.value(inside)?));
            if members.len() > SCAN_MEMBERS {
                places.push(place);
            }
            if self.closes(b'}', "a comma or a closing brace")? {
                return unique(members, &places);
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, Fault> {
        let inside = self.deeper(depth)?;
        let mut elements = Vec::new();
        if self.opens_empty(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            self.skip_space();
            elements.push(self.value(inside)?);
            if self.closes(b']', "a comma or a closing bracket")? {
                return Ok(Json::Array(elements));
            }
        }
    }

    fn name(&mut self) -> Result<String, Fault> {
        let place = self.offset;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in quotes"));
        }
        let name = self.string()?;
        if name.len() > MAX_NAME_BYTES {
            return Err(Fault { offset: place, kind: ParseErrorKind::KeyTooLong });
        }
        Ok(name)
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.advance();
        let plain = self.plain_run();
        if self.peek() == Some(b'"') {
            self.advance();
            return Ok(plain.to_owned());
        }
        let mut out = plain.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.advance();
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(code) => return Err(self.fault(ParseErrorKind::ControlCharacter { code })),
                None => return Err(self.unexpected("a closing quote")),
            }
            out.push_str(self.plain_run());
        }
    }

    /// Everything up to the next quote, backslash or control character.
    fn plain_run(&mut self) -> &'a str {
        let start = self.offset;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        self.offset = start.saturating_add(plain_length(rest));
        self.text.get(start..self.offset).unwrap_or_default()
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.offset;
        self.advance();
        let character = match self.peek() {
            Some(b'u') => return self.unicode_escape(start),
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(Fault { offset: start, kind: ParseErrorKind::InvalidEscape }),
        };
        self.advance();
        Ok(character)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let lone = || Fault { offset: start, kind: ParseErrorKind::LoneSurrogate };
        let first = self.four_digits(start)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(lone);
        }
        if !self.text.as_bytes().get(self.offset..).unwrap_or_default().starts_with(b"\\u") {
            return Err(lone());
        }
        self.advance();
        let second = self.four_digits(start)?;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or_else(lone)?;
        let high = first & 0x3FF;
        char::from_u32((high << 10 | low).saturating_add(0x1_0000)).ok_or_else(lone)
    }

    /// The value of `uXXXX`, from the `u` on.
    fn four_digits(&mut self, start: usize) -> Result<u32, Fault> {
        self.advance();
        let end = self.offset.saturating_add(4);
        let digits =
            self.text.get(self.offset..end).filter(|digits| digits.bytes().all(|octet| octet.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.offset = end;
        value.ok_or(Fault { offset: start, kind: ParseErrorKind::InvalidEscape })
    }

    fn number(&mut self) -> Result<Number, Fault> {
        let start = self.offset;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().position(|octet| !matches!(octet, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        self.offset = start.saturating_add(length.unwrap_or(rest.len()));
        let spelling = self.text.get(start..self.offset).unwrap_or_default();
        read_number(spelling).map_err(|kind| Fault { offset: start, kind })
    }

    fn word(&mut self, word: &'static str, value: Json) -> Result<Json, Fault> {
        if !self.text.as_bytes().get(self.offset..).unwrap_or_default().starts_with(word.as_bytes()) {
            return Err(self.unexpected("a value"));
        }
        self.offset = self.offset.saturating_add(word.len());
        Ok(value)
    }

    fn deeper(&mut self, depth: usize) -> Result<usize, Fault> {
        if depth >= MAX_JSON_DEPTH {
            return Err(self.fault(ParseErrorKind::TooDeep));
        }
        self.advance();
        Ok(depth.saturating_add(1))
    }

    fn opens_empty(&mut self, close: u8) -> bool {
        self.skip_space();
        let empty = self.peek() == Some(close);
        if empty {
            self.advance();
        }
        empty
    }

    /// After an element: true at the closing sign, false after a comma.
    fn closes(&mut self, close: u8, expected: &'static str) -> Result<bool, Fault> {
        self.skip_space();
        let closed = self.peek() == Some(close);
        if closed {
            self.advance();
        } else {
            self.expect(b',', expected)?;
        }
        Ok(closed)
    }

    fn expect(&mut self, octet: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(octet) {
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok(())
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.advance();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    const fn advance(&mut self) {
        self.offset = self.offset.saturating_add(1);
    }

    const fn fault(&self, kind: ParseErrorKind) -> Fault {
        Fault { offset: self.offset, kind }
    }

    fn unexpected(&self, expected: &'static str) -> Fault {
        let found = self.text.get(self.offset..).and_then(|rest| rest.chars().next());
        self.fault(found.map_or(ParseErrorKind::UnexpectedEnd { expected }, |found| {
            ParseErrorKind::UnexpectedCharacter { found, expected }
        }))
    }
}

/// Octets before the first quote, backslash or control character, looked for in eight at a time.
fn plain_length(rest: &[u8]) -> usize {
    let (words, tail) = rest.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let stops = stops_in(u64::from_le_bytes(*word));
        if stops != 0 {
            return place.saturating_mul(8).saturating_add((stops.trailing_zeros() / 8) as usize);
        }
    }
    let is_stop = |octet: &u8| matches!(octet, b'"' | b'\\' | 0..=0x1F);
    words.len().saturating_mul(8).saturating_add(tail.iter().position(is_stop).unwrap_or(tail.len()))
}

/// A word whose lowest set bit lies in the first octet that ends a plain run; zero if none does.
///
/// `x - 1` borrows into the top bit of an octet that is zero, and `x - 0x20` into one that is below 0x20. A borrow may
/// also mark octets above the first hit, which is why only the lowest bit counts.
const fn stops_in(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    let quotes = word ^ u64::from_le_bytes([b'"'; 8]);
    let backslashes = word ^ u64::from_le_bytes([b'\\'; 8]);
    let is_quote = quotes.wrapping_sub(ONES) & !quotes;
    let is_backslash = backslashes.wrapping_sub(ONES) & !backslashes;
    let is_control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word;
    (is_quote | is_backslash | is_control) & TOPS
}

/// `places` are those of the members after the first [`SCAN_MEMBERS`], which were compared one by one.
fn unique(members: Vec<(String, Json)>, places: &[usize]) -> Result<Json, Fault> {
    if !places.is_empty() {
        let first = std::iter::repeat_n(0, SCAN_MEMBERS);
        let names = members.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<_> = names.zip(first.chain(places.iter().copied())).collect();
        names.sort_unstable();
        if let Some([_, (key, place)]) = names.array_windows().find(|[(one, _), (next, _)]| one == next) {
            return Err(Fault { offset: *place, kind: ParseErrorKind::DuplicateKey { key: (*key).to_owned() } });
        }
    }
    Ok(Json::Object(Map::from_unique(members)))
}

fn read_number(spelling: &str) -> Result<Number, ParseErrorKind> {
    if !is_json_number(spelling) {
        return Err(ParseErrorKind::MalformedNumber);
    }
    if spelling.len() > MAX_NUMBER_BYTES {
        return Err(ParseErrorKind::NumberOutOfRange);
    }
    let is_integer = spelling != "-0" && !spelling.contains(['.', 'e', 'E']);
    if is_integer {
        let value = spelling.parse::<i64>().ok();
        let safe = value.filter(|value| (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(value));
        return safe.map(Number::Integer).ok_or(ParseErrorKind::IntegerOutOfRange);
    }
    read_decimal(spelling)
}

#[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is exact as a double")]
fn read_decimal(spelling: &str) -> Result<Number, ParseErrorKind> {
    let value: f64 = spelling.parse().map_err(|_| ParseErrorKind::MalformedNumber)?;
    if !value.is_finite() {
        return Err(ParseErrorKind::NumberOutOfRange);
    }
    // `1e17` is an integer in other words: as far from exact as its digits would be.
    if value.fract() == 0.0 && value.abs() > MAX_SAFE_INTEGER as f64 {
        return Err(ParseErrorKind::IntegerOutOfRange);
    }
    Ok(Number::Decimal(spelling.into()))
}

/// RFC 8259 section 6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_json_number(spelling: &str) -> bool {
    let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let whole_fits = digits(whole) && (whole.len() == 1 || !whole.starts_with('0'));
    let exponent_fits = exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)));
    whole_fits && fraction.is_none_or(digits) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::plain_length;

    #[test]
    fn a_plain_run_ends_at_the_first_stop_wherever_it_lies() {
        for filler in [b' ', b'a', 0x7F, 0x80, 0xA2, 0xFF, b'!', b'#', b'[', b']'] {
            for length in 0..40 {
                let mut octets = vec![filler; length];
                assert_eq!(plain_length(&octets), length);
                for stop in [b'"', b'\\', 0, 0x1F] {
                    for place in 0..length {
                        octets[place] = stop;
                        octets[length - 1] = b'"';
                        assert_eq!(plain_length(&octets), place, "{filler:#x} {stop:#x}");
                        octets[place] = filler;
                        octets[length - 1] = filler;
                    }
                }
            }
        }
    }
}
