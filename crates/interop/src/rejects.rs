//! Rows that were not taken, in the form of the file that they came from, each with its reason: to be mended and fed again.

use record::json::{Json, Map};

use crate::error::RowError;
use crate::rows::{Format, RAW, REASON, RawRow};

/// Collects rejected rows.
#[derive(Debug)]
pub struct Rejects {
    format: Format,
    names: Vec<String>,
    text: String,
    count: usize,
}

impl Rejects {
    /// None yet, of a file of this form with these columns.
    #[must_use]
    pub fn new(format: Format, names: &[String]) -> Self {
        let names = names.iter().filter(|name| *name != REASON && *name != RAW).cloned().collect();
        Self { format, names, text: String::new(), count: 0 }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Adds a row.
    pub fn push(&mut self, raw: &RawRow<'_>, error: &RowError) {
        self.count = self.count.saturating_add(1);
        let reason = error.to_string();
        match self.format {
            Format::Csv => self.push_csv(raw, &reason),
            Format::JsonLines => self.push_line(raw, &reason, "\n"),
            Format::Json { .. } | Format::Response | Format::Yaml { .. } => self.push_line(raw, &reason, ",\n"),
        }
    }

    /// The file. It is read by the same command as the one that the rows came from.
    #[must_use]
    pub fn finish(mut self) -> String {
        let elements = self.text.strip_suffix(",\n").map(str::to_owned);
        match &self.format {
            Format::Csv => {
                let names = self.names.iter().map(String::as_str).chain([REASON, RAW]);
                let head = line(names);
                format!("{head}{}", self.text)
            }
            Format::JsonLines => std::mem::take(&mut self.text),
            Format::Json { member: None } => format!("[\n{}\n]\n", elements.unwrap_or_default()),
            Format::Response => list_in("response", &elements.unwrap_or_default()),
            Format::Json { member: Some(name) } => list_in(name, &elements.unwrap_or_default()),
            // Every JSON text is YAML too.
            Format::Yaml { key } => list_in(key, &elements.unwrap_or_default()),
        }
    }

    fn push_csv(&mut self, raw: &RawRow<'_>, reason: &str) {
        let octets = String::from_utf8_lossy(raw.octets);
        let raw_text = if raw.cells.is_err() { octets.trim_end_matches(['\r', '\n']) } else { "" };
        let cells = raw.cells.as_ref().ok();
        let fields = self.names.iter().map(|name| cells.and_then(|cells| cells.text(name)).unwrap_or_default());
        let row = line(fields.chain([reason, raw_text]));
        self.text.push_str(&row);
    }

    fn push_line(&mut self, raw: &RawRow<'_>, reason: &str, end: &str) {
        let members = match &raw.cells {
            Ok(cells) => cells.clone().with(REASON, reason),
            Err(_) => Map::new().with(REASON, reason).with(RAW, String::from_utf8_lossy(raw.octets).into_owned()),
        };
        Json::Object(members).write(&mut self.text);
        self.text.push_str(end);
    }
}

fn list_in(name: &str, elements: &str) -> String {
    format!("{{{}: [\n{elements}\n]}}\n", Json::text(name).to_text())
}

/// One line of a table.
pub(crate) fn line(fields: impl Iterator<Item: AsRef<str>>) -> String {
    let fields: Vec<_> = fields.map(|field| cell(field.as_ref())).collect();
    format!("{}\n", fields.join(","))
}

/// One field, in quotation marks where it needs them.
fn cell(text: &str) -> String {
    let needs = text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
    if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
