//! What became of a file.

use interop::misp::FeedFault;
use interop::{At, Losses, RawRow, Read, Reader, Rejects, RowError};
use record::json::{Json, Map};

use super::labels::Counts;
use super::standing::Standing;
use crate::report::Report;

/// Rows that are named in an answer for a program; the file of rejected rows has all.
const NAMED_MAX: usize = 1_000;

/// Rows that are named to a person.
const LINES_MAX: usize = 20;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// A new incident.
    Made,
    /// A new version of one that was here.
    Changed,
    /// Nothing: it says what the newest version says.
    Unchanged,
    /// Nothing: it says what an older version says, and somebody went on from there.
    Left,
    /// Nothing: the incident was withdrawn here.
    Withdrawn,
    /// Nothing: the incident was erased here.
    Erased,
}

/// What became of a file.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) rows: usize,
    pub(super) stopped: Option<String>,
    pub(super) rejects: Option<Rejects>,
    pub(super) labels: Option<Counts>,
    became: Vec<(Became, usize)>,
    errors: Vec<RowError>,
    rejected: usize,
    notes: Vec<RowError>,
    losses: Losses,
    /// What is wrong with a feed.
    pub(super) faults: Vec<FeedFault>,
    standing: Standing,
    /// How long reading, signing and logging took, in milliseconds.
    pub(super) elapsed_ms: Option<u64>,
}

impl Told {
    /// Sees a row that nothing is made of. Answers one that would not be taken.
    pub(super) fn see<'f>(&mut self, read: Read<'f>) -> Option<(RawRow<'f>, RowError)> {
        self.rows = self.rows.saturating_add(1);
        match read.outcome {
            Ok(row) => {
                self.standing.see(&row);
                self.note(row.notes);
                None
            }
            Err(error) => Some((read.raw, error)),
        }
    }

    pub(super) fn note(&mut self, notes: Vec<RowError>) {
        self.notes.extend(notes);
        self.notes.truncate(NAMED_MAX);
    }

    pub(super) fn stand(&mut self, standing: Standing) {
        self.standing.add(standing);
    }

    pub(super) fn became(&mut self, what: Became) {
        match self.became.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.became.push((what, 1)),
        }
    }

    fn reject(&mut self, error: RowError) {
        self.rejected = self.rejected.saturating_add(1);
        if self.errors.len() < NAMED_MAX {
            self.errors.push(error);
        }
    }

    pub(super) const fn rejected(&self) -> usize {
        self.rejected
    }

    /// Takes what the reader has counted.
    pub(super) fn close(&mut self, reader: &Reader<'_>) {
        self.losses = reader.losses().clone();
    }

    /// Takes the rejected rows, in the order of the file.
    pub(super) fn take_rejected(&mut self, mut rejected: Vec<(RawRow<'_>, RowError)>, mut rejects: Rejects) {
        rejected.sort_by_key(|(raw, _)| raw.at);
        for (raw, error) in rejected {
            rejects.push(&raw, &error);
            self.reject(error);
        }
        self.rejects = Some(rejects);
    }

    fn count(&self, what: Became) -> usize {
        self.became.iter().find(|(known, _)| *known == what).map_or(0, |(_, count)| *count)
    }

    pub(super) fn print(&self, report: &mut Report) {
        let count = |what| Json::count(self.count(what));
        report.fact("rows", Json::count(self.rows));
        let counts = [
            ("made", Became::Made),
            ("changed", Became::Changed),
            ("unchanged", Became::Unchanged),
            ("left", Became::Left),
            ("withdrawn", Became::Withdrawn),
            ("erased", Became::Erased),
        ];
        for (name, what) in counts {
            if report.is_json() || self.count(what) > 0 {
                report.fact(name, count(what));
            }
        }
        report.fact("rejected", Json::count(self.rejected));
        self.print_labels(report);
        self.standing.print(report);
        for fault in &self.faults {
            report.line(format!("wrong in the feed: {}: {}", fault.path, fault.reason));
        }
        let faults = self.faults.iter().map(|fault| {
            Json::Object(Map::new().with("path", fault.path.as_str()).with("reason", fault.reason.as_str()))
        });
        report.data("faults", Json::Array(faults.collect()));
        self.print_speed(report);
        self.print_rows(report);
        self.print_losses(report);
    }

    fn print_labels(&self, report: &mut Report) {
        let Some(counts) = self.labels else { return };
        report.fact("labels_made", Json::count(counts.made));
        report.fact("labels_changed", Json::count(counts.changed));
        report.fact("labels_unchanged", Json::count(counts.unchanged));
        if counts.without_incident > 0 {
            report.fact("labels_without_incident", Json::count(counts.without_incident));
        }
    }

    fn print_speed(&self, report: &mut Report) {
        let Some(elapsed_ms) = self.elapsed_ms else { return };
        let rate = per_second(self.rows, elapsed_ms);
        report.line(format!("{elapsed_ms} ms, {rate} rows/s"));
        report.data("elapsed_ms", Json::count(elapsed_ms));
        report.data("rows_per_second", Json::count(rate));
    }

    fn print_rows(&self, report: &mut Report) {
        report.data("errors", list(&self.errors));
        report.data("notes", list(&self.notes));
        for error in self.errors.iter().take(LINES_MAX) {
            report.line(format!("not taken: {error}"));
        }
        if self.rejected > LINES_MAX {
            report.line(format!("not taken: {} more", self.rejected.saturating_sub(LINES_MAX)));
        }
        self.notes.iter().take(LINES_MAX).for_each(|note| report.line(format!("look at: {note}")));
        if self.count(Became::Left) > 0 {
            report.line(
                "`left`: these rows say what an older version here says, and a newer one was made since; it stands.",
            );
        }
    }

    fn print_losses(&self, report: &mut Report) {
        report.data("losses", self.losses.to_json());
        if self.losses.is_empty() {
            return;
        }
        report.line("\nWhat had no place:");
        for (field, loss) in self.losses.iter() {
            let examples = loss.examples.first().map(|example| format!(" e.g. `{example}`")).unwrap_or_default();
            report.line(format!("  {field}: {} rows; {}{examples}", loss.rows, loss.why));
        }
    }
}

/// Whole rows in a second.
pub(super) fn per_second(rows: usize, elapsed_ms: u64) -> u64 {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    rows.saturating_mul(1_000).checked_div(elapsed_ms.max(1)).unwrap_or(0)
}

fn list(errors: &[RowError]) -> Json {
    Json::Array(errors.iter().map(|error| Json::Object(one(error))).collect())
}

fn one(error: &RowError) -> Map {
    let At { row, line, .. } = error.at;
    Map::new()
        .with("row", Json::count(row))
        .with("line", Json::count(line))
        .with("column", error.column.map_or(Json::Null, Json::count))
        .with("field", error.field.as_str())
        .with("reason", error.reason.as_str())
}
