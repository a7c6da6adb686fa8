//! What the benchmarks print.

use record::json::{Json, Map};

/// Figures, printed as they come or as one JSON object at the end.
#[derive(Debug)]
pub(crate) struct Table {
    json: Option<Map>,
}

impl Table {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json: if json { Some(Map::new()) } else { None } }
    }

    pub(crate) fn title(&self, title: &str) {
        self.line(&format!("\n{title}"));
    }

    /// A figure, with the limit that was promised, if one was.
    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &str, limit: Option<Limit>) {
        let verdict = limit.map(|limit| limit.verdict(value)).unwrap_or_default();
        self.line(&format!("  {name:<58} {value:>10.1} {unit}{verdict}"));
        if let Some(figures) = &mut self.json {
            // Rounded to tenths, which is finer than the noise.
            let text = format!("{value:.1}");
            figures.set(format!("{name} ({unit})"), record::json::parse(text.as_bytes()).unwrap_or(Json::Null));
        }
    }

    pub(crate) fn finish(self) {
        if let Some(figures) = &self.json {
            print(&figures.to_text());
        }
    }

    fn line(&self, line: &str) {
        if self.json.is_none() {
            print(line);
        }
    }
}

/// A promise about a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Limit {
    fn verdict(self, value: f64) -> String {
        let (holds, words) = match self {
            Self::AtMost(limit) => (value <= limit, format!("at most {limit}")),
            Self::AtLeast(limit) => (value >= limit, format!("at least {limit}")),
        };
        format!("   [{words}: {}]", if holds { "holds" } else { "DOES NOT HOLD HERE" })
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's figures are its product")]
fn print(line: &str) {
    println!("{line}");
}
