//! Patterns as text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{Comparison, Condition, Constant, Observation, Operator, Path, Qualifier, Step, Test, is_keyword};

impl Display for Observation {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(comparison) => write!(out, "[{comparison}]"),
            Self::Joined(join, parts) => between(out, parts, &format!(" {} ", join.word())),
            Self::Grouped(inside) => write!(out, "({inside})"),
            Self::Qualified(inside, qualifier) => write!(out, "{inside} {qualifier}"),
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(seconds) => write!(out, "WITHIN {seconds} SECONDS"),
            Self::Repeats(times) => write!(out, "REPEATS {times} TIMES"),
            Self::Between(start, stop) => write!(out, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => test.fmt(out),
            Self::All(parts) => between(out, parts, " AND "),
            Self::Any(parts) => between(out, parts, " OR "),
            Self::Grouped(inside) => write!(out, "({inside})"),
        }
    }
}

impl Display for Test {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let not = if self.is_negated { "NOT " } else { "" };
        if self.condition == Condition::Exists {
            return write!(out, "{not}EXISTS {}", self.path);
        }
        write!(out, "{} {not}{}", self.path, self.condition)
    }
}

impl Display for Condition {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists => out.write_str("EXISTS"),
            Self::Compare(operator, constant) => write!(out, "{} {constant}", operator.sign()),
            Self::In(constants) => {
                out.write_str("IN (")?;
                between(out, constants, ", ")?;
                out.write_char(')')
            }
            Self::Like(text) => word_and_text(out, "LIKE", text),
            Self::Matches(text) => word_and_text(out, "MATCHES", text),
            Self::Subset(text) => word_and_text(out, "ISSUBSET", text),
            Self::Superset(text) => word_and_text(out, "ISSUPERSET", text),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(out, "{value}"),
            Self::Integer(value) => write!(out, "{value}"),
            Self::Float(value) => out.write_str(value),
            Self::Text(text) => quoted(out, text),
            Self::Hex(octets) => write!(out, "h'{octets}'"),
            Self::Binary(octets) => write!(out, "b'{octets}'"),
            Self::Time(time) => write!(out, "t'{time}'"),
        }
    }
}

impl Display for Path {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.object_type)?;
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Name(name) => {
                    out.write_str(if place == 0 { "" } else { "." })?;
                    if is_plain(name) { out.write_str(name)? } else { quoted(out, name)? }
                }
                Step::Slot(slot) => write!(out, "[{slot}]")?,
                Step::Some => out.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Operator {
    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

fn between(out: &mut Formatter<'_>, parts: &[impl Display], sign: &str) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        out.write_str(if place == 0 { "" } else { sign })?;
        part.fmt(out)?;
    }
    Ok(())
}

fn word_and_text(out: &mut Formatter<'_>, word: &str, text: &str) -> fmt::Result {
    write!(out, "{word} ")?;
    quoted(out, text)
}

fn quoted(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('\'')?;
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(character)?;
    }
    out.write_char('\'')
}

/// Whether a name can stand without apostrophes.
fn is_plain(name: &str) -> bool {
    let mut characters = name.chars();
    let begins = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins && !is_keyword(name) && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}
