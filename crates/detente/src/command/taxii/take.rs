//! `detente taxii take`: records of ours of what a person accepts.
//!
//! An object stays as its author wrote it, under its own id: this party signs that it took it. A note of ours beside each group says
//! from which server and collection, in the same commit. There is no list of what was taken that could disagree with the log: a
//! version that is in the log is not signed again, whatever the quarantine remembers.

mod given;
mod group;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use record::json::{Json, Map};

use crate::arguments::TaxiiTakeArguments;
use crate::command::log::Signing;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::quarantine::held::{Held, Object};
use crate::quarantine::{Cell, Quarantine, Verdict, judge};
use crate::report::Report;
use given::{Became, Log};
use group::Group;

/// Objects that are read from quarantine at a time.
const PAGE: usize = 256;

/// Objects that are named in an answer for a program.
const NAMED_MAX: usize = 1_000;

/// Objects that are named to a person.
const LINES_MAX: usize = 20;

/// How often progress is told, in milliseconds.
const TELL_EVERY_MS: u64 = 1_000;

/// What becomes of the objects that were asked for.
#[derive(Debug, Default)]
struct Told {
    became: BTreeMap<&'static str, u64>,
    types: BTreeMap<String, u64>,
    /// Objects that name no author.
    without_author: u64,
    /// Objects that were not taken, each with why.
    refused: Vec<(String, String)>,
    refusals: u64,
    records: Vec<Json>,
}

pub(super) fn run(arguments: &TaxiiTakeArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    let cell = Quarantine::of(&home).cell(&arguments.name)?;
    let mut held = Held::open(&cell)?;
    let mut told = Told::default();
    if arguments.yes {
        let node = Signing::open(&arguments.node)?;
        let mut taking = Taking::new(&node, &cell, report.is_json())?;
        let done = each(arguments, &mut held, &mut told, &mut |held, object, told| taking.take(held, object, told));
        // What was signed before an error is committed all the same.
        let flushed = taking.flush(&mut held, &mut told);
        node.store.publish().map_err(node::fail)?;
        done.and(flushed)?;
        told.print(true, report);
        node.print_guard(report);
    } else {
        each(arguments, &mut held, &mut told, &mut |held, object, told| told.foresee(held, object))?;
        told.print(false, report);
    }
    told.verdict()
}

/// What is done with one object.
type Do<'d> = &'d mut dyn FnMut(&mut Held, &Object, &mut Told) -> Done;

/// Goes through the objects that were asked for.
fn each(arguments: &TaxiiTakeArguments, held: &mut Held, told: &mut Told, act: Do<'_>) -> Done {
    if arguments.all_sound {
        return each_sound(held, told, act);
    }
    for id in &arguments.ids {
        let objects = held.of_id(id)?;
        if objects.is_empty() {
            told.refuse(id, "it is not in this quarantine");
        }
        for object in &objects {
            match (&object.taken, object.verdict) {
                (Some(_), _) => told.count(Became::Here),
                (None, Verdict::Sound) => act(held, object, told)?,
                (None, Verdict::Findings | Verdict::Unreadable) => told.refuse(id, &reasons(object)),
            }
        }
    }
    Ok(())
}

fn each_sound(held: &mut Held, told: &mut Told, act: Do<'_>) -> Done {
    let mut after = (String::new(), String::new(), 0);
    loop {
        let objects = held.to_take((&after.0, &after.1, after.2), PAGE)?;
        let Some(last) = objects.last() else { return Ok(()) };
        after = (last.id.clone().unwrap_or_default(), last.version.clone().unwrap_or_default(), last.number);
        for object in &objects {
            act(held, object, told)?;
        }
    }
}

fn reasons(object: &Object) -> String {
    let words = object.reasons.iter().filter_map(|reason| reason.as_object()?.text("message"));
    words.take(3).collect::<Vec<_>>().join("; ")
}

/// The object of a row. It is judged once more: what lies in a file is believed by nobody.
fn sound(held: &Held, object: &Object) -> Done<Result<Map, String>> {
    let Some(octets) = held.octets(object.number)? else { return Ok(Err("its octets are not kept here".to_owned())) };
    let judged = judge(&octets);
    Ok(judged.object.ok_or_else(|| "it is not sound any more under the checker of this build".to_owned()))
}

impl Told {
    fn foresee(&mut self, held: &Held, object: &Object) -> Done {
        match sound(held, object)? {
            Ok(members) => self.see(&members),
            Err(reason) => self.refuse(object.id.as_deref().unwrap_or_default(), &reason),
        }
        Ok(())
    }

    fn see(&mut self, members: &Map) {
        let count = self.types.entry(members.text("type").unwrap_or_default().to_owned()).or_default();
        *count = count.saturating_add(1);
        let is_ours = members.contains("created") && !members.contains("created_by_ref");
        self.without_author = self.without_author.saturating_add(u64::from(is_ours));
    }

    fn count(&mut self, became: Became) {
        let count = self.became.entry(became.word()).or_default();
        *count = count.saturating_add(1);
    }

    fn refuse(&mut self, id: &str, reason: &str) {
        self.refusals = self.refusals.saturating_add(1);
        if self.refused.len() < NAMED_MAX {
            self.refused.push((id.to_owned(), reason.to_owned()));
        }
    }

    fn made(&mut self, id: &str, record: &str) {
        if self.records.len() < NAMED_MAX {
            self.records.push(Json::from(Map::new().with("id", id).with("record_digest", record)));
        }
    }

    fn print(&self, is_done: bool, report: &mut Report) {
        let types =
            self.types.iter().fold(Map::new(), |map, (name, count)| map.with(name.as_str(), Json::count(*count)));
        for (name, count) in &self.types {
            report.line(format!("{count:>8}  {name}"));
        }
        report.data("types", types);
        report.fact("objects", Json::count(self.types.values().sum::<u64>()));
        for became in Became::ALL.iter().filter(|_| is_done) {
            report.fact(became.word(), Json::count(self.became.get(became.word()).copied().unwrap_or(0)));
        }
        report.fact("refused", Json::count(self.refusals));
        if self.without_author > 0 || report.is_json() {
            report.fact("without_author", Json::count(self.without_author));
        }
        let refused =
            self.refused.iter().map(|(id, reason)| Map::new().with("id", id.as_str()).with("reason", reason.as_str()));
        report.data("refusals", Json::Array(refused.map(Json::from).collect()));
        report.data("records", Json::Array(self.records.clone()));
        for (id, reason) in self.refused.iter().take(LINES_MAX) {
            report.line(format!("not taken: {}: {}", crate::report::one_line(id), crate::report::one_line(reason)));
        }
        if self.without_author > 0 {
            report.line(
                "Objects without an author get this party as theirs (created_by_ref): whoever signs answers for them.",
            );
        }
        report.line(if is_done {
            "What was taken stays here until a person labels it: detente label put RECORD --tlp LEVEL --dir DIR"
        } else {
            "\nNothing was signed. What is in the log already makes nothing. To do it, add --yes"
        });
    }

    fn verdict(&self) -> Done {
        if self.refusals == 0 {
            return Ok(());
        }
        Err(Failure::input(format!("{} objects were not taken", self.refusals))
            .advise("see why with: detente taxii show NAME --bad --dir DIR; the others were taken, if --yes was given"))
    }
}

/// Makes records, group by group.
struct Taking<'n> {
    log: Log<'n>,
    group: Group<'n>,
    is_quiet: bool,
    said: Instant,
    done: u64,
}

impl<'n> Taking<'n> {
    fn new(node: &'n Signing, cell: &Cell, is_quiet: bool) -> Done<Self> {
        let (log, group) = (Log::read(node)?, Group::new(node, cell)?);
        Ok(Self { log, group, is_quiet, said: Instant::now(), done: 0 })
    }

    fn take(&mut self, held: &mut Held, object: &Object, told: &mut Told) -> Done {
        let id = object.id.clone().unwrap_or_default();
        let members = match sound(held, object)? {
            Ok(members) => members,
            Err(reason) => {
                told.refuse(&id, &reason);
                return Ok(());
            }
        };
        told.see(&members);
        let records = held.of_id(&id)?.into_iter().filter_map(|one| one.taken);
        match self.log.given(&members, &records.collect())? {
            Ok(given) => match self.group.take(object, given, &mut self.log) {
                Ok(became) => told.count(became),
                Err(reason) => told.refuse(&id, &reason),
            },
            Err(reason) => told.refuse(&id, &reason),
        }
        self.done = self.done.saturating_add(1);
        self.tell();
        if self.group.is_full() { self.flush(held, told) } else { Ok(()) }
    }

    fn flush(&mut self, held: &mut Held, told: &mut Told) -> Done {
        for (id, record) in self.group.commit(held)? {
            told.made(&id, &record);
        }
        self.log.committed();
        Ok(())
    }

    fn tell(&mut self) {
        if self.is_quiet || self.said.elapsed() < Duration::from_millis(TELL_EVERY_MS) {
            return;
        }
        self.said = Instant::now();
        // Nothing is left to tell if even standard error is closed.
        let _closed = writeln!(std::io::stderr(), "{} objects", self.done);
    }
}
