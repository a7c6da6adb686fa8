//! What a command says: lines for a person, or one JSON object for a program.
//!
//! A record's text comes from people who may wish the reader ill. Control characters and invisible ones are shown as
//! escapes, so that a record can neither move the cursor nor hide a word.

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Write as _};

use record::json::{Json, Map};
use zeroize::Zeroizing;

use crate::outcome::{Done, Failure};

/// Where a command's words go.
#[derive(Debug)]
pub(crate) struct Report {
    json: Option<Map>,
    /// The first error of standard output.
    lost: Cell<Option<ErrorKind>>,
    /// What to do if the answer is lost, where it cannot be had again.
    once: Option<String>,
    /// What would have been printed beside the facts, if it is kept instead.
    kept: Option<RefCell<Kept>>,
}

/// What a command says beside its facts.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Texts that are its product.
    pub(crate) product: String,
    /// Warnings.
    pub(crate) warnings: Vec<String>,
}

impl Report {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json: if json { Some(Map::new()) } else { None }, lost: Cell::new(None), once: None, kept: None }
    }

    /// One that prints nothing and remembers what it was told.
    pub(crate) const fn quiet() -> Self {
        Self { json: Some(Map::new()), lost: Cell::new(None), once: None, kept: None }
    }

    /// One that prints nothing and keeps all that a program would read, warnings and products too.
    pub(crate) fn keeping() -> Self {
        Self { kept: Some(RefCell::default()), ..Self::quiet() }
    }

    /// What was kept: facts, and the rest.
    pub(crate) fn into_kept(self) -> (Map, Kept) {
        (self.json.unwrap_or_default(), self.kept.map(RefCell::into_inner).unwrap_or_default())
    }

    /// What it was told so far, as a program would read it.
    pub(crate) fn told(&self) -> String {
        self.json.as_ref().map(Map::to_text).unwrap_or_default()
    }

    /// True if a program reads the answer.
    pub(crate) const fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// One line for a person; a program does not see it.
    pub(crate) fn line(&self, line: impl AsRef<str>) {
        if self.json.is_none() {
            self.print(&printable(line.as_ref()));
        }
    }

    /// A name and a value, for both readers.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Json>) {
        let value = value.into();
        match &mut self.json {
            Some(facts) => facts.set(name, value),
            None => {
                let text = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
                self.print(&format!("{:<18} {}", format!("{}:", name.replace('_', " ")), one_line(&text)));
            }
        }
    }

    /// A fact that must not lie in memory longer than it takes to write it. A program's answer is one object, so there it
    /// has to wait for the others.
    pub(crate) fn secret(&mut self, name: &str, secret: &Zeroizing<String>) {
        match &mut self.json {
            Some(facts) => facts.set(name, secret.as_str()),
            None => self.write(format_args!("{:<18} {}", format!("{}:", name.replace('_', " ")), **secret)),
        }
    }

    /// A warning for a person, on standard error, where standard output carries a product.
    pub(crate) fn warn(&self, words: &str) {
        if let Some(kept) = &self.kept {
            kept.borrow_mut().warnings.push(one_line(words));
        }
        if self.json.is_none() {
            // Nothing is left to tell if even standard error is closed.
            let _closed = writeln!(std::io::stderr(), "WARNING: {}", one_line(words));
        }
    }

    /// A value for a program alone.
    pub(crate) fn data(&mut self, name: &str, value: impl Into<Json>) {
        if let Some(facts) = &mut self.json {
            facts.set(name, value.into());
        }
    }

    /// A text that is the command's product, to standard output as it is.
    pub(crate) fn product(&self, text: &str) {
        match &self.kept {
            Some(kept) => kept.borrow_mut().product.push_str(text),
            None => self.print(text),
        }
    }

    /// From here on the answer cannot be had again: if it does not arrive, even at a reader that closed the pipe, the
    /// command fails with this advice.
    pub(crate) fn only_once(&mut self, advice: impl Into<String>) {
        self.once = Some(advice.into());
    }

    /// Writes what there is to tell now, before a command that goes on for long: one JSON object on a line of its own.
    pub(crate) fn say_now(&mut self) -> Done {
        self.finish()
    }

    /// Writes what is left, and says whether all of the answer has arrived.
    pub(crate) fn finish(&mut self) -> Done {
        if self.kept.is_some() {
            return Ok(());
        }
        let facts = self.json.as_mut().map(std::mem::take).unwrap_or_default();
        if !facts.is_empty() {
            self.print(&escaped_json(&facts.to_text()));
        }
        if self.lost.get().is_none() {
            self.lost.set(std::io::stdout().flush().err().map(|error| error.kind()));
        }
        match self.lost.get() {
            None => Ok(()),
            // A reader that has closed the pipe has seen enough.
            Some(ErrorKind::BrokenPipe) if self.once.is_none() => Ok(()),
            Some(kind) => Err(Failure::environment(format!("the answer could not be written: {kind}"))
                .advise(self.once.as_deref().unwrap_or("what stands there is cut short: delete it and try again"))),
        }
    }

    /// Says what went wrong, on standard error.
    pub(crate) fn failure(&self, failure: &Failure) {
        let text = if self.json.is_some() {
            let error = Map::new().with("kind", failure.exit.name()).with("message", failure.message.as_str());
            let advice = failure.advice.as_deref().map_or(Json::Null, Json::from);
            Map::new().with("error", error.with("advice", advice)).to_text()
        } else {
            let advice =
                failure.advice.as_deref().map(|advice| format!("\n  -> {}", one_line(advice))).unwrap_or_default();
            format!("error: {}{advice}", one_line(&failure.message))
        };
        // Nothing is left to tell if even standard error is closed.
        let _closed = writeln!(std::io::stderr(), "{text}");
    }

    fn print(&self, text: &str) {
        self.write(format_args!("{text}"));
    }

    fn write(&self, text: std::fmt::Arguments<'_>) {
        if self.lost.get().is_none() {
            self.lost.set(writeln!(std::io::stdout(), "{text}").err().map(|error| error.kind()));
        }
    }
}

/// Characters that some terminals and viewers take for the end of a line.
const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];

/// The text with control and invisible characters as escapes; line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = text::invisible_characters(text).map(|found| found.offset).peekable();
    for (offset, character) in text.char_indices() {
        let is_hidden =
            hidden.next_if_eq(&offset).is_some() || character.is_control() || SEPARATORS.contains(&character);
        if is_hidden && !matches!(character, '\n' | '\t') {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// JSON text with invisible characters as JSON escapes: the same value, and harmless in a terminal.
pub(crate) fn escaped_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = text::invisible_characters(text).map(|found| found.offset).peekable();
    for (offset, character) in text.char_indices() {
        if hidden.next_if_eq(&offset).is_none() && !SEPARATORS.contains(&character) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

/// As [`printable`], with line breaks and tabs as escapes too: foreign text that must not begin a line of its own.
pub(crate) fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n").replace('\t', "\\t")
}
