//! Writes the frozen tables of `norm/1` into `tables/`.
//!
//! Run once, by hand, when a new normaliser version is born:
//! `cargo run -p detente-text --example freeze_tables -- crates/text/tables`.
//! The tables of a released version are never written again: make `norm/2` instead.

mod classes;
mod confusables;
mod plain;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// One table: its name, where it comes from, and its sorted lines.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) lines: Vec<String>,
}

impl Table {
    fn save(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let mut text = String::new();
        writeln!(text, "# norm/1 {} | {} | {}", self.name, self.source, self.licence)?;
        for line in &self.lines {
            writeln!(text, "{line}")?;
        }
        write(&folder.join(format!("{}.txt", self.name)), &text)
    }
}

/// Lines of code points in hexadecimal, the form of every table.
pub(crate) fn hexadecimal(characters: impl IntoIterator<Item = char>) -> String {
    let points: Vec<String> = characters.into_iter().map(|c| format!("{:X}", u32::from(c))).collect();
    points.join(" ")
}

/// Merges neighbours of equal value into `first last value` lines; `None` is left out.
pub(crate) fn ranges<T: PartialEq + std::fmt::Display>(value_of: impl Fn(char) -> Option<T>) -> Vec<String> {
    let mut merged: Vec<(u32, u32, T)> = Vec::new();
    for c in '\0'..=char::MAX {
        let point = u32::from(c);
        let Some(value) = value_of(c) else { continue };
        match merged.last_mut() {
            Some((_, last, known)) if *last + 1 == point && *known == value => *last = point,
            _ => merged.push((point, point, value)),
        }
    }
    merged.into_iter().map(|(first, last, value)| format!("{first:X} {last:X} {value}")).collect()
}

#[expect(clippy::disallowed_methods, reason = "a development tool writes files; the library does not")]
fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(path, text)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder to write the tables to")?;
    let folder = Path::new(&folder);
    for table in [
        plain::decompositions(),
        plain::compositions(),
        plain::combining_classes(),
        plain::case_folding(),
        plain::simplified()?,
        confusables::table(),
        classes::table(),
    ] {
        table.save(folder)?;
    }
    Ok(())
}
