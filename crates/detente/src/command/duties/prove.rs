//! `detente duties clock prove`: what somebody outside needs to see that a report was filed in time, and nothing of the case.

use std::path::Path;

use duties::clock::{Clock, ClockEvent};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::{Record, Selection, Signed};

use crate::arguments::DutiesClockProveArguments;
use crate::cases::Found;
use crate::clock;
use crate::command::incident::Reading;
use crate::command::log::{index_of, prove, salt_at};
use crate::duty_book::DutyBook;
use crate::home::{Home, Readers, write_whole};
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// What is written in one folder.
struct Folder<'a> {
    home: Home,
    reading: &'a Reading,
    path: &'a Path,
    rows: Vec<Json>,
}

pub(super) fn run(arguments: &DutiesClockProveArguments, report: &mut Report) -> Done {
    let (reading, now) = (Reading::open(&arguments.dir)?, clock::now());
    let book = DutyBook::read(reading.cases(), &[], now)?;
    let incident = book.named(&arguments.incident)?;
    let (row, events) = book.clock(&incident, &arguments.stage, now)?;
    std::fs::create_dir(&arguments.out).map_err(|error| {
        Failure::environment(format!("cannot make the folder `{}`: {error}", arguments.out.display()))
            .advise("name one that is not there yet")
    })?;
    let home = Home::open(&arguments.dir)?;
    let mut folder = Folder { home, reading: &reading, path: &arguments.out, rows: Vec::new() };
    for digest in said_in(&events) {
        folder.put(digest, "clock", false)?;
    }
    let missing = folder.filings(&row.clock)?;
    let profile = crate::home::read_input(&folder.home.profile_path())?;
    write_whole(&arguments.out.join("profile.json"), &String::from_utf8_lossy(&profile), Readers::All)?;
    report.fact("incident", incident.as_str());
    report.fact("stage", arguments.stage.as_str());
    report.fact("written", arguments.out.display().to_string());
    for row in folder.rows.iter().filter_map(Json::as_object) {
        let text = |name: &str| row.text(name).unwrap_or_default();
        report.line(format!("  {:<16} {}  {}", text("file"), text("what"), text("record")));
    }
    for digest in &missing {
        report.warn(&format!("what was filed as {digest} is not in the log here: whoever has it can prove it"));
    }
    report.line("Check each: detente verify FILE.json --proof FILE.proof --keys profile.json");
    report.data("files", Json::Array(folder.rows));
    report.data("missing", Json::Array(missing.iter().map(|digest| Json::text(digest.as_str())).collect()));
    Ok(())
}

/// The records that say what happened to a clock, each once, in their order.
fn said_in(events: &[(RecordDigest, ClockEvent)]) -> Vec<RecordDigest> {
    let mut digests: Vec<_> = events.iter().map(|(digest, _)| *digest).collect();
    digests.dedup();
    digests
}

impl Folder<'_> {
    /// What was filed, sealed: its digest and when it was logged can be checked, and nothing else is in the file. Answers what is not
    /// here.
    fn filings(&mut self, clock: &Clock) -> Done<Vec<String>> {
        let mut missing = Vec::new();
        for filing in &clock.filings {
            let digest = filing.version.parse::<RecordDigest>().ok();
            match digest.map(|digest| self.is_logged(digest).map(|is| is.then_some(digest))).transpose()?.flatten() {
                Some(digest) => self.put(digest, "filing", true)?,
                None => missing.push(filing.version.clone()),
            }
        }
        Ok(missing)
    }

    fn is_logged(&self, digest: RecordDigest) -> Done<bool> {
        Ok(index_of(&self.reading.store, &digest)?.is_some())
    }

    /// A record with the proof that it is in our log.
    fn put(&mut self, digest: RecordDigest, what: &str, is_sealed: bool) -> Done {
        let lost = || Failure::input(format!("record {digest} cannot be read: it was erased"));
        let found: Found = self.reading.cases().record(&digest)?.ok_or_else(lost)?;
        let index = index_of(&self.reading.store, &digest)?.ok_or_else(lost)?;
        let (name, record) = (format!("{what}-{index}"), shown(found.record, is_sealed)?);
        let salt = salt_at(&self.reading.store, index)?;
        let history = self.home.history()?;
        let proof = prove(&self.home, &self.reading.store, &history, index, salt)?.to_string();
        write_whole(&self.path.join(format!("{name}.json")), &record.envelope().to_json(), Readers::All)?;
        write_whole(&self.path.join(format!("{name}.proof")), proof.trim_end_matches('\n'), Readers::All)?;
        let row = Map::new().with("file", format!("{name}.json")).with("what", what).with("record", digest.to_string());
        self.rows.push(row.with("index", Json::count(index)).with("sealed", Json::Bool(is_sealed)).into());
        Ok(())
    }
}

fn shown(record: Signed<Record>, is_sealed: bool) -> Done<Signed<Record>> {
    if is_sealed { record.present(&Selection::nothing()).map_err(Failure::input) } else { Ok(record) }
}
