//! Compact JSON text, members in the order they have.

use std::fmt;

use super::{Json, Map, Number};

impl Json {
    /// The compact text of this value.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Adds the compact text of this value to `out`.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => write_number(number, out),
            Self::String(text) => write_string(text, out),
            Self::Array(elements) => write_array(elements, out),
            Self::Object(members) => members.write(out),
        }
    }
}

impl Map {
    /// The compact text of this object.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Adds the compact text of this object to `out`.
    pub(crate) fn write(&self, out: &mut String) {
        out.push('{');
        for (place, (name, value)) in self.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            write_string(name, out);
            out.push(':');
            value.write(out);
        }
        out.push('}');
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}

fn write_array(elements: &[Json], out: &mut String) {
    out.push('[');
    for (place, element) in elements.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        element.write(out);
    }
    out.push(']');
}

fn write_number(number: &Number, out: &mut String) {
    match number {
        Number::Integer(value) => out.push_str(&value.to_string()),
        Number::Decimal(spelling) => out.push_str(spelling),
    }
}

/// Adds `text` in quotes, with the shortest escapes (RFC 8785 section 3.2.2.2).
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(place) = rest.bytes().position(needs_escape) {
        let (plain, tail) = rest.split_at(place);
        out.push_str(plain);
        let mut characters = tail.chars();
        if let Some(character) = characters.next() {
            write_escape(character, out);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

const fn needs_escape(octet: u8) -> bool {
    matches!(octet, b'"' | b'\\' | 0..=0x1F)
}

fn write_escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{C}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        other => out.push_str(&format!("\\u{:04x}", u32::from(other))),
    }
}
