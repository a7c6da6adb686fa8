//! `detente incident list`: the incidents that are here, page by page.

use record::json::{Json, Map};
use storage::views::cases::{Mark, Wanted};

use super::{Reading, words};
use crate::arguments::IncidentListArguments;
use crate::cases::{Case, modified, read_mark, write_mark};
use crate::command::log::number;
use crate::operations::asked;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &IncidentListArguments, report: &mut Report) -> Done {
    let behind = arguments.behind.as_deref().map(mark).transpose()?;
    let reading = Reading::open(&arguments.dir)?;
    let is_shown = |case: &Case| row(&reading, case).is_none_or(|row| asked::is_shown(&row));
    let page = reading.cases().page_of(&wanted(arguments), behind, usize::from(arguments.limit), &is_shown)?;
    let count = reading.cases().count()?;
    report.line(format!("here: {}", words::so_many(usize::try_from(count).unwrap_or(usize::MAX), "incident")));
    page.cases.iter().for_each(|case| say(&reading, case, report));
    let rows: Vec<_> = page.cases.iter().map(|case| row(&reading, case).map_or(Json::Null, Json::from)).collect();
    if page.cases.is_empty() {
        report.line("None fits. Filters that name a time leave out what has none.");
    }
    let next = page.next.as_ref().map(write_mark);
    if let Some(next) = &next {
        report.line(format!("\nthere are more: add --behind {next}"));
    }
    report.data("count", number(count));
    report.data("incidents", Json::Array(rows));
    report.data("next", next.map_or(Json::Null, Json::from));
    Ok(())
}

fn wanted(arguments: &IncidentListArguments) -> Wanted {
    Wanted {
        stage: arguments.stage.map(|stage| stage.name().to_owned()),
        kind: arguments.kind.map(|kind| kind.name().to_owned()),
        severity: arguments.severity.map(|severity| severity.name().to_owned()),
        country: arguments.country.map(|country| country.to_string()),
        from: arguments.from.as_ref().map(incident::Moment::instant),
        before: arguments.before.as_ref().map(incident::Moment::instant),
        issuer: None,
    }
}

fn mark(text: &str) -> Done<Mark> {
    read_mark(text).ok_or_else(|| {
        Failure::arguments(format!("`{text}` is no mark")).advise("give what the page before printed behind --behind")
    })
}

fn say(reading: &Reading, case: &Case, report: &Report) {
    let Some(newest) = case.newest(reading.own) else { return };
    let facts = newest.incident.facts();
    let accounts = case.accounts(reading.own);
    let title = facts.text(incident::Text::Name);
    let when = modified(newest).map(|time| time.to_string()).unwrap_or_default();
    let stage = facts.stage.map(incident::Stage::name);
    let (kind, severity) =
        (facts.event_kind.map(incident::EventKind::name), facts.severity.map(incident::Severity::name));
    report.line(format!("{when}  {}  {}", case.id, title.map_or_else(|| "(no title is shown)".to_owned(), words::cut)));
    let (versions, by) = (case.chain.versions().count(), words::name(&reading.ring, newest.author));
    report.line(format!(
        "    {}, {}, {}; by {by}; {}, {}{}{}",
        kind.unwrap_or("kind not said"),
        severity.unwrap_or("severity not said"),
        stage.unwrap_or("stage not said"),
        words::so_many(versions, "version"),
        words::so_many(accounts.len(), "account"),
        if case.is_cut { " and more versions than are read" } else { "" },
        if case.chain.faults().is_empty() { "" } else { "; its versions do not fit together" }
    ));
}

/// An incident as a program reads it.
fn row(reading: &Reading, case: &Case) -> Option<Map> {
    let newest = case.newest(reading.own)?;
    let facts = newest.incident.facts();
    let text = |text: Option<&str>| text.map_or(Json::Null, Json::from);
    let when = modified(newest).map(|time| time.to_string()).unwrap_or_default();
    let row = Map::new().with("id", case.id.as_str()).with("title", text(facts.text(incident::Text::Name)));
    let row = row.with("modified", when).with("kind", text(facts.event_kind.map(incident::EventKind::name)));
    let row = row.with("severity", text(facts.severity.map(incident::Severity::name)));
    let row = row.with("stage", text(facts.stage.map(incident::Stage::name)));
    let row = row.with("author", newest.author.to_string()).with("record_digest", newest.digest.to_string());
    let row = row.with("versions_cut", Json::Bool(case.is_cut));
    let row = row.with("versions", Json::count(case.chain.versions().count()));
    Some(row.with("accounts", Json::count(case.accounts(reading.own).len())))
}
