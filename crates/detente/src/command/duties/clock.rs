//! `detente duties clock`: set, list, show, acknowledge, withdraw, filed, calendar, prove.

use duties::Language;
use duties::clock::{CalendarEntry, Clock, ClockEvent, ClockId, Happening, calendar};
use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;

use super::follows::log;
use super::keep::say;
use super::tell;
use crate::arguments::{
    DutiesClockActArguments, DutiesClockCalendarArguments, DutiesClockCommand, DutiesClockFiledArguments,
    DutiesClockListArguments, DutiesClockSetArguments, DutiesClockShowArguments, DutiesClockWithdrawArguments,
};
use crate::clock;
use crate::command::incident::{Desk, Reading, made_nothing};
use crate::duty_book::{ClockRow, DutyBook, events_records};
use crate::home::{Readers, replace};
use crate::operations::asked;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(command: &DutiesClockCommand, report: &mut Report) -> Done {
    match command {
        DutiesClockCommand::Set(arguments) => set(arguments, report),
        DutiesClockCommand::List(arguments) => list(arguments, report),
        DutiesClockCommand::Show(arguments) => show(arguments, report),
        DutiesClockCommand::Acknowledge(arguments) => acknowledge(arguments, report),
        DutiesClockCommand::Withdraw(arguments) => withdraw(arguments, report),
        DutiesClockCommand::Filed(arguments) => filed(arguments, report),
        DutiesClockCommand::Calendar(arguments) => write_calendar(arguments, report),
        DutiesClockCommand::Prove(arguments) => super::prove::run(arguments, report),
    }
}

fn set(arguments: &DutiesClockSetArguments, report: &mut Report) -> Done {
    let (desk, now) = (Desk::open(&arguments.node)?, clock::now());
    let book = DutyBook::read(desk.cases(), &[], now)?;
    let id = book.named(&arguments.incident)?;
    let basis = book.basis(&id)?;
    let setting = book.setting(&basis, (basis.because()?, now));
    report.fact("incident", id.as_str());
    say(&[], &setting, Language::English, report);
    if setting.events.is_empty() {
        made_nothing("Its clocks stand as the facts ask.", report);
        return Ok(());
    }
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    log(&desk, &events_records(&desk.node, &id, &setting.events, now)?, report)
}

fn list(arguments: &DutiesClockListArguments, report: &mut Report) -> Done {
    let (reading, now) = (Reading::open(&arguments.dir)?, clock::now());
    let book = DutyBook::read(reading.cases(), &[], now)?;
    let rows = match &arguments.incident {
        Some(incident) => book.clocks_of(&book.named(incident)?, now)?,
        None => book.all_clocks(now)?,
    };
    let is_wanted = |row: &&ClockRow| arguments.state.is_none_or(|state| row.clock.state(now) == state);
    let rows: Vec<Map> = rows.iter().filter(is_wanted).map(|row| row.to_json(now)).collect();
    let rows: Vec<Map> = rows.into_iter().filter(asked::is_shown).collect();
    rows.iter().for_each(|row| report.line(tell::clock_row(row)));
    if rows.is_empty() {
        report.line("No clock runs that fits. `detente duties clock set INCIDENT` sets those that the facts ask for.");
    }
    report.fact("count", Json::count(rows.len()));
    report.data("as_of", now.to_string());
    report.data("clocks", Json::Array(rows.into_iter().map(Json::from).collect()));
    Ok(())
}

fn show(arguments: &DutiesClockShowArguments, report: &mut Report) -> Done {
    let (reading, now) = (Reading::open(&arguments.dir)?, clock::now());
    let book = DutyBook::read(reading.cases(), &[], now)?;
    let id = book.named(&arguments.incident)?;
    let (row, events) = book.clock(&id, &arguments.stage, now)?;
    for (name, value) in row.to_json(now).iter() {
        match value {
            Json::Array(_) | Json::Object(_) => report.data(name, value.clone()),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => report.fact(name, value.clone()),
        }
    }
    let mut told = Vec::new();
    for (digest, event) in &events {
        report.line(format!("{}  by {}  in record {digest}", tell::event(event, Language::English), event.by));
        if let Json::Object(event) = event.to_json() {
            told.push(Json::from(event.with("record", digest.to_string())));
        }
    }
    report.data("events", Json::Array(told));
    Ok(())
}

/// An act of a person on a clock that is there.
struct Act {
    desk: Desk,
    incident: StixId,
    now: Timestamp,
}

impl Act {
    fn open(arguments: &DutiesClockActArguments) -> Done<Self> {
        let (desk, now) = (Desk::open(&arguments.node)?, clock::now());
        let incident = DutyBook::read(desk.cases(), &[], now)?.named(&arguments.incident)?;
        Ok(Self { desk, incident, now })
    }

    fn book(&self) -> Done<DutyBook<'_>> {
        DutyBook::read(self.desk.cases(), &[], self.now)
    }

    /// The clock, if something of it is still open.
    fn open_clock(&self, book: &DutyBook<'_>, stage: &str) -> Done<Clock> {
        let (row, _) = book.clock(&self.incident, stage, self.now)?;
        if row.clock.is_open() {
            return Ok(row.clock);
        }
        let state = row.clock.state(self.now);
        Err(Failure::refused(format!(
            "the clock of {stage} is {}: there is nothing to be done about it any more",
            state.name()
        )))
    }

    fn log(&self, events: &[ClockEvent], report: &mut Report) -> Done {
        report.fact("incident", self.incident.as_str());
        events.iter().for_each(|event| report.line(tell::event(event, Language::English)));
        report.data("events", Json::Array(events.iter().map(ClockEvent::to_json).collect()));
        log(&self.desk, &events_records(&self.desk.node, &self.incident, events, self.now)?, report)
    }

    fn event(&self, arguments: &DutiesClockActArguments, happening: Happening) -> ClockEvent {
        let id = ClockId::new(self.incident.as_str(), arguments.stage.as_str());
        ClockEvent::new(id, self.now, arguments.by.as_str(), happening)
    }
}

fn acknowledge(arguments: &DutiesClockActArguments, report: &mut Report) -> Done {
    let act = Act::open(arguments)?;
    let clock = act.open_clock(&act.book()?, &arguments.stage)?;
    if clock.acknowledged_by.as_deref() == Some(arguments.by.as_str()) {
        made_nothing("You have taken it on already.", report);
        return Ok(());
    }
    act.log(&[act.event(arguments, Happening::Acknowledged)], report)
}

fn withdraw(arguments: &DutiesClockWithdrawArguments, report: &mut Report) -> Done {
    let act = Act::open(&arguments.act)?;
    let _open = act.open_clock(&act.book()?, &arguments.act.stage)?;
    if act.desk.cases().record(&arguments.because)?.is_none() {
        return Err(Failure::input(format!("record {} is not here", arguments.because))
            .advise("log the record that says why first, such as a version of the incident, and name its digest"));
    }
    act.log(&[act.event(&arguments.act, Happening::Withdrawn { because: arguments.because.to_string() })], report)
}

fn filed(arguments: &DutiesClockFiledArguments, report: &mut Report) -> Done {
    let act = Act::open(&arguments.act)?;
    let stage = arguments.act.stage.as_str();
    let book = act.book()?;
    let (row, _) = book.clock(&act.incident, stage, act.now)?;
    if row.clock.filings.iter().any(|filing| filing.version == arguments.version.to_string()) {
        made_nothing("It was told so already.", report);
        return Ok(());
    }
    if act.desk.cases().record(&arguments.version)?.is_none() {
        return Err(Failure::input(format!("record {} is not here", arguments.version))
            .advise("log what was filed as a record first, such as a version of the incident, and name its digest: nothing else proves what was filed"));
    }
    let events = book.filed((&act.incident, stage), arguments.version, (arguments.act.by.as_str(), act.now))?;
    act.log(&events, report)
}

fn write_calendar(arguments: &DutiesClockCalendarArguments, report: &mut Report) -> Done {
    let (reading, now) = (Reading::open(&arguments.dir)?, clock::now());
    let book = DutyBook::read(reading.cases(), &[], now)?;
    let site = arguments.site.trim_end_matches('/');
    let rows = book.all_clocks(now)?;
    let shown = rows.iter().filter(|row| asked::is_shown(&row.to_json(now)));
    let entries: Vec<CalendarEntry> = shown.map(|row| entry(&row.clock, site)).collect();
    let text = calendar(&entries, now);
    report.fact("entries", Json::count(entries.len()));
    match &arguments.out {
        Some(path) => {
            replace(path, &text, Readers::All)?;
            report.fact("written", path.display().to_string());
        }
        None if report.is_json() => report.data("calendar", text),
        None => report.product(&text),
    }
    Ok(())
}

/// What was filed, displaced or withdrawn need not be done any more: calendars strike it out.
fn entry(clock: &Clock, site: &str) -> CalendarEntry {
    let link = format!("{site}/incidents/{}/duties", clock.id.incident);
    let mut entry = CalendarEntry::new(clock.id.to_string(), clock.due.first, link);
    entry.sequence = clock.dues.len().saturating_sub(1);
    entry.is_cancelled = !clock.is_open();
    entry
}
