//! How the events of MISP stand: labelled by their tags, or waiting for a person.

use interop::Row;
use interop::misp::{Observable, Verdict};
use record::json::{Json, Map};
use record::label::{Marks, Pap, Recipients, Tlp};

use crate::report::Report;

/// Events and things to search for that are named in an answer for a program.
const NAMED_MAX: usize = 1_000;

/// Events that are named to a person.
const LINES_MAX: usize = 20;

/// What the tags of the events of a file say.
#[derive(Debug, Default)]
pub(super) struct Standing {
    labelled: usize,
    waiting: usize,
    /// Events that wait, each with why.
    waits: Vec<(String, Vec<String>)>,
    observables: usize,
    named: Vec<Observable>,
}

/// The marks that a row's label asks: those of its tags. A new version inherits the labels of the one before, and one that waits
/// must not leave under them: it is for nobody until a person says otherwise. A first version that waits gets no label, and is
/// denied for want of one.
pub(super) fn marks(row: &Row, is_new_version: bool) -> Option<Marks> {
    match &row.beside.as_ref()?.verdict {
        Verdict::Labels(marks) => Some(marks.clone()),
        Verdict::Waits { .. } if is_new_version => {
            Some(Marks::new(Tlp::Red, Pap::Red).with_recipients(Recipients::Only(Default::default())))
        }
        Verdict::Waits { .. } => None,
    }
}

impl Standing {
    /// Counts a row.
    pub(super) fn see(&mut self, row: &Row) {
        let Some(beside) = &row.beside else { return };
        match &beside.verdict {
            Verdict::Labels(_) => self.labelled = self.labelled.saturating_add(1),
            Verdict::Waits { reasons } => {
                self.waiting = self.waiting.saturating_add(1);
                self.waits.push((row.source_id.clone(), reasons.clone()));
            }
        }
        self.observables = self.observables.saturating_add(beside.observables.len());
        self.named.extend(beside.observables.iter().cloned());
        self.cut();
    }

    /// Takes what another part of the file counted.
    pub(super) fn add(&mut self, other: Self) {
        self.labelled = self.labelled.saturating_add(other.labelled);
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.observables = self.observables.saturating_add(other.observables);
        self.waits.extend(other.waits);
        self.named.extend(other.named);
        self.cut();
    }

    fn cut(&mut self) {
        self.waits.truncate(NAMED_MAX);
        self.named.truncate(NAMED_MAX);
    }

    pub(super) fn print(&self, report: &mut Report) {
        if self.labelled.max(self.waiting) == 0 {
            return;
        }
        report.fact("labelled", Json::count(self.labelled));
        report.fact("waiting", Json::count(self.waiting));
        report.fact("observables", Json::count(self.observables));
        let waits = self.waits.iter().map(|(event, reasons)| {
            let reasons = reasons.iter().map(|reason| Json::text(reason.as_str())).collect();
            Json::Object(Map::new().with("event", event.as_str()).with("reasons", Json::Array(reasons)))
        });
        report.data("waits", Json::Array(waits.collect()));
        report.data("observables_named", Json::Array(self.named.iter().map(Observable::to_json).collect()));
        for (event, reasons) in self.waits.iter().take(LINES_MAX) {
            report.line(format!("waits: {event}: {}", reasons.join("; ")));
        }
        if self.waiting > 0 {
            report.line("What waits stays here until a person labels it: detente label put RECORD --tlp LEVEL --pap LEVEL --dir DIR");
        }
    }
}
