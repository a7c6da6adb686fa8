//! Telling and checking.

use std::path::Path;

use record::json::{Json, Map};

use super::cast::Player;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// A story whose every claim is checked.
#[derive(Debug)]
pub(super) struct Story<'r> {
    report: &'r mut Report,
    dir: String,
    claims: Vec<(String, bool)>,
}

impl<'r> Story<'r> {
    pub(super) fn new(dir: &Path, report: &'r mut Report) -> Self {
        Self { report, dir: dir.display().to_string(), claims: Vec::new() }
    }

    /// A chapter begins.
    pub(super) fn chapter(&self, title: &str) {
        self.report.line(format!("\n== {title}\n"));
    }

    /// Something is said.
    pub(super) fn say(&self, words: &str) {
        self.report.line(words);
    }

    /// The command that a person would type to do what just happened. `DIR` stands for the story's directory.
    pub(super) fn command(&self, command: &str) {
        self.report.line(format!("   $ detente {}", command.replace("DIR", &self.dir)));
    }

    /// The page on which a party's own people see what the chapter is about. Sites run from the chapter on in which the nodes
    /// begin to run.
    pub(super) fn page(&self, whose: &Player, path: &str) {
        self.report.line(format!("   page: https://{}{path}", whose.site()));
    }

    /// Something is claimed, and this is whether it holds.
    pub(super) fn claim(&mut self, words: &str, holds: bool) {
        self.report.line(format!("   [{}] {words}", if holds { "holds" } else { "DOES NOT HOLD" }));
        self.claims.push((words.to_owned(), holds));
    }

    /// Something that must be refused was tried. The refusal is shown in its own words.
    pub(super) fn refusal<T, E: ToString>(&mut self, words: &str, outcome: Result<T, E>) {
        let words = format!("refused: {words}");
        match outcome {
            Ok(_) => self.claim(&words, false),
            Err(error) => {
                self.claim(&words, true);
                self.report.line(format!("           \"{}\"", error.to_string()));
            }
        }
    }

    /// A value for a program alone.
    pub(super) fn data(&mut self, name: &str, value: impl Into<Json>) {
        self.report.data(name, value);
    }

    /// Writes what a program reads now: the story goes on for as long as the reader likes.
    pub(super) fn say_now(&mut self) -> Done {
        self.report.say_now()
    }

    /// The table of what was shown, and the verdict.
    pub(super) fn table(&mut self) -> Done {
        let failed = self.claims.iter().filter(|(_, holds)| !holds).count();
        self.report.line(format!(
            "\n== What was shown: {} of {}\n",
            self.claims.len().saturating_sub(failed),
            self.claims.len()
        ));
        for (words, holds) in &self.claims {
            self.report.line(format!("   {}  {words}", if *holds { "yes" } else { "NO " }));
        }
        let rows = self.claims.iter().map(|(words, holds)| {
            Json::from(Map::new().with("claim", words.as_str()).with("holds", Json::Bool(*holds)))
        });
        self.report.data("claims", Json::Array(rows.collect()));
        if failed == 0 { Ok(()) } else { Err(Failure::refused(format!("{failed} claims do not hold"))) }
    }
}
