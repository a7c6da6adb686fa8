//! What a command says: lines for a person, or one JSON object for a program.
//!
//! A record's text comes from people who may wish the reader ill. Control characters and invisible ones are shown as
//! escapes, so that a record can neither move the cursor nor hide a word.

use std::io::Write as _;

use record::json::{Json, Map};

use crate::outcome::Failure;

/// Where a command's words go.
#[derive(Debug)]
pub(crate) struct Report {
    json: Option<Map>,
}

impl Report {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json: if json { Some(Map::new()) } else { None } }
    }

    /// True if a program reads the answer.
    pub(crate) const fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// One line for a person; a program does not see it.
    pub(crate) fn line(&self, line: impl AsRef<str>) {
        if self.json.is_none() {
            print(&printable(line.as_ref()));
        }
    }

    /// A name and a value, for both readers.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Json>) {
        let value = value.into();
        match &mut self.json {
            Some(facts) => facts.set(name, value),
            None => {
                let text = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
                print(&printable(&format!("{:<18} {text}", format!("{}:", name.replace('_', " ")))));
            }
        }
    }

    /// A value for a program alone.
    pub(crate) fn data(&mut self, name: &str, value: impl Into<Json>) {
        if let Some(facts) = &mut self.json {
            facts.set(name, value.into());
        }
    }

    /// A text that is the command's product, to standard output as it is.
    pub(crate) fn product(text: &str) {
        print(text);
    }

    /// Says what went wrong, on standard error.
    pub(crate) fn failure(&self, failure: &Failure) {
        let text = if self.json.is_some() {
            let error = Map::new().with("kind", failure.exit.name()).with("message", failure.message.as_str());
            let advice = failure.advice.as_deref().map_or(Json::Null, Json::from);
            Map::new().with("error", error.with("advice", advice)).to_text()
        } else {
            let advice = failure.advice.as_deref().map(|advice| format!("\n  -> {advice}")).unwrap_or_default();
            printable(&format!("error: {}{advice}", failure.message))
        };
        // Nothing is left to tell if even standard error is closed.
        let _closed = writeln!(std::io::stderr(), "{text}");
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(facts) = self.json.take().filter(|facts| !facts.is_empty()) {
            print(&facts.to_text());
        }
    }
}

/// The text with control and invisible characters as escapes; line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = text::invisible_characters(text).map(|found| found.offset).peekable();
    for (offset, character) in text.char_indices() {
        let is_hidden = hidden.next_if_eq(&offset).is_some() || character.is_control();
        if is_hidden && !matches!(character, '\n' | '\t') {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

fn print(text: &str) {
    // A reader that has closed the pipe has seen enough.
    let _closed = writeln!(std::io::stdout(), "{text}");
}
