//! `detente incident handover`: what a shift hands to the next: what changed, and what waits.

use std::collections::BTreeSet;

use incident::Stage;
use incident::labels::CLASSIFICATION_TYPE;
use incident::links::{LINK_TYPE, LinkStatement, Verdict};
use node::exchange::alarms;
use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;
use storage::views::cases::{self, Mark, Wanted};

use super::candidates::{self, Finder};
use super::{Reading, words};
use crate::arguments::IncidentHandoverArguments;
use crate::cases::{Case, modified};
use crate::clarifications::{Clarifications, State};
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::{clock, node as store_of};

/// Incidents of one heading that a note lists. A shift reads no more; how many there are beyond is said.
const MAX_LISTED: usize = 100;

/// Changed incidents for which look-alikes are sought: each asks the whole desk.
const MAX_COMPARED: usize = 20;

/// Look-alikes of one incident that a note names: the first. `detente incident candidates` has the rest.
const MAX_CANDIDATES: usize = 1;

pub(super) fn run(arguments: &IncidentHandoverArguments, report: &mut Report) -> Done {
    let now = clock::now();
    if arguments.since > now {
        return Err(Failure::arguments("that time has not come yet").advise("give the beginning of the shift, in UTC"));
    }
    let reading = Reading::open(&arguments.dir)?;
    report.fact("since", arguments.since.to_string());
    report.fact("written", now.to_string());
    let changed = changed(&reading, arguments.since, report)?;
    say_statements(&reading, arguments.since, report)?;
    say_questions(&reading, now, report)?;
    say_waiting(&reading, report)?;
    say_undecided(&reading, &changed, report)?;
    say_alarms(&reading, report)
}

fn heading(title: &str, rows: &[Json], more: bool, report: &mut Report, name: &str) {
    if rows.is_empty() {
        report.line(format!("  no {title}"));
    }
    if more {
        report.line("  and more: `detente incident list` has all");
    }
    report.data(name, Json::Array(rows.to_vec()));
}

/// The incidents of which a version was written here, or came, since then.
fn changed(reading: &Reading, since: Timestamp, report: &mut Report) -> Done<Vec<Case>> {
    report.line("\nwritten, edited, or come in:");
    let mut ids = cases::arrived(&reading.store, since, MAX_LISTED.saturating_add(1)).map_err(store_of::fail)?;
    let more = ids.len() > MAX_LISTED;
    ids.truncate(MAX_LISTED);
    let mut changed = Vec::new();
    for id in ids.iter().filter_map(|id| id.parse::<StixId>().ok()) {
        changed.extend(reading.cases().case(&id)?);
    }
    let rows: Vec<_> = changed.iter().map(|case| say_case(reading, case, report)).collect();
    heading("incident was written, edited, or came in", &rows, more, report, "changed");
    Ok(changed)
}

fn say_case(reading: &Reading, case: &Case, report: &Report) -> Json {
    let Some(newest) = case.newest(reading.own) else { return Json::Null };
    let facts = newest.incident.facts();
    let title = facts.text(incident::Text::Name).map_or_else(|| "(no title is shown)".to_owned(), words::cut);
    let stage = facts.stage.map_or("stage not said", Stage::name);
    let when = modified(newest).map(|time| time.to_string()).unwrap_or_default();
    let by = words::name(&reading.ring, newest.author);
    report.line(format!("  {}  {title}", case.id));
    report.line(format!("      {stage}, version {} by {by} at {when}", newest.number.unwrap_or_default()));
    Json::from(words::version(newest).with("id", case.id.as_str()).with("title", title))
}

/// Links and labels that were said since.
fn say_statements(reading: &Reading, since: Timestamp, report: &mut Report) -> Done {
    report.line("\nlinked and labelled:");
    let mut rows = Vec::new();
    for object_type in [LINK_TYPE, CLASSIFICATION_TYPE] {
        let places = cases::named_since(&reading.store, object_type, since).map_err(store_of::fail)?;
        let newest = places.get(places.len().saturating_sub(MAX_LISTED)..).unwrap_or_default();
        for found in reading.cases().open(newest)?.0 {
            let line = match LinkStatement::of_record(&found.record).ok().map(|one| one.link) {
                Some(Some(link)) => format!("{} {} {}", link.from(), words::link(link.word()), link.to()),
                Some(None) => "a link was taken back".to_owned(),
                None => {
                    format!("a label on {}", words::cut(about(&found.record).unwrap_or("something that is not shown")))
                }
            };
            let by = words::name(&reading.ring, found.record.content().issuer());
            report.line(format!("  {line}; by {by}; {}", found.record.digest()));
            let row = Map::new().with("record_digest", found.record.digest().to_string()).with("says", line);
            rows.push(Json::from(row.with("author", found.record.content().issuer().to_string())));
        }
    }
    heading("link or label was made", &rows, false, report, "statements");
    Ok(())
}

fn about(record: &record::Signed<record::Record>) -> Option<&str> {
    record.content().extension()?.text("about")
}

/// Questions that wait, ours and theirs.
fn say_questions(reading: &Reading, now: Timestamp, report: &mut Report) -> Done {
    report.line("\nunanswered questions:");
    let all = Clarifications::new(&reading.store, &reading.ring, reading.own).all()?;
    let open = all.iter().filter(|one| matches!(one.state(now), State::Waiting | State::Silent | State::Unsent));
    let rows: Vec<_> = open
        .map(|one| {
            let with = one.with.map(|party| words::name(&reading.ring, party)).unwrap_or_default();
            let who = if one.is_ours { format!("we asked {with}") } else { format!("{with} asks us") };
            let late = if one.question.deadline < now { ", PASSED" } else { "" };
            report.line(format!(
                "  {who}, an answer until {}{late}; question {}",
                one.question.deadline, one.question.digest
            ));
            let row =
                Map::new().with("question", one.question.digest.to_string()).with("is_ours", Json::Bool(one.is_ours));
            let row = row.with("with", with).with("deadline", one.question.deadline.to_string());
            Json::from(row.with("has_passed", Json::Bool(one.question.deadline < now)))
        })
        .collect();
    heading("question waits", &rows, false, report, "questions");
    Ok(())
}

/// Reports of ours that are neither final nor done with otherwise.
fn say_waiting(reading: &Reading, report: &mut Report) -> Done {
    report.line("\nreports of ours that are not final:");
    let (mut rows, mut more) = (Vec::new(), false);
    for stage in [Stage::Initial, Stage::Interim] {
        let wanted = Wanted { stage: Some(stage.name().to_owned()), ..Wanted::default() };
        let mut mark: Option<Mark> = None;
        loop {
            let page = reading.cases().page(&wanted, mark, MAX_LISTED)?;
            let ours = page.cases.iter().filter(|case| is_ours_at(reading, case, stage));
            rows.extend(ours.map(|case| say_case(reading, case, report)));
            mark = page.next;
            more |= mark.is_some() && rows.len() >= MAX_LISTED;
            if mark.is_none() || rows.len() >= MAX_LISTED {
                break;
            }
        }
    }
    heading("report waits for its next stage", &rows, more, report, "waiting");
    Ok(())
}

fn is_ours_at(reading: &Reading, case: &Case, stage: Stage) -> bool {
    case.chain.newest_of(reading.own).any(|version| version.incident.facts().stage == Some(stage))
}

/// Look-alikes of what changed, of which nobody has said yet whether they are the same.
fn say_undecided(reading: &Reading, changed: &[Case], report: &mut Report) -> Done {
    report.line("\nlook-alikes that nobody has decided:");
    let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
    let finder = Finder::new(reading.cases(), false)?;
    for case in changed.iter().take(MAX_COMPARED) {
        let Some(question) = candidates::row(&reading.cases(), case) else { continue };
        let links = reading.cases().links(&case.id)?;
        let found = finder.find(&question, MAX_CANDIDATES)?;
        for other in found.iter().filter_map(|one| one.id.parse::<StixId>().ok()) {
            let pair = BTreeSet::from([case.id.clone(), other.clone()]);
            if !matches!(links.graph.verdict(&case.id, &other), Verdict::Open) || !seen.insert(pair) {
                continue;
            }
            report.line(format!("  {} and {other}", case.id));
            rows.push(Json::from(Map::new().with("one", case.id.as_str()).with("other", other.as_str())));
        }
    }
    if !rows.is_empty() {
        report.line("  reasons: detente incident candidates INCIDENT --dir DIR");
    }
    if changed.len() > MAX_COMPARED {
        report.line(format!("  only the latest {MAX_COMPARED} of what changed were compared"));
    }
    heading("look-alike waits", &rows, false, report, "undecided");
    Ok(())
}

fn say_alarms(reading: &Reading, report: &mut Report) -> Done {
    report.line("\nopen alarms:");
    let all = alarms(&reading.store).map_err(Failure::environment)?;
    let rows: Vec<_> = all
        .iter()
        .filter(|alarm| alarm.closed.is_none())
        .map(|alarm| {
            report.line(format!("  {}  {}  {}", alarm.number, alarm.time, one_line(&alarm.text)));
            let row = Map::new().with("number", Json::count(alarm.number)).with("time", alarm.time.to_string());
            Json::from(row.with("peer", alarm.peer.as_str()).with("text", alarm.text.as_str()))
        })
        .collect();
    heading("alarm is open", &rows, false, report, "alarms");
    Ok(())
}
