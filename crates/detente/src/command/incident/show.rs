//! `detente incident show`: what each party says, how it came to that, and what stands beside it.

mod beside;

use incident::{Account, Comparison, Row, Saying, Version, difference, side_by_side};
use record::digest::RecordDigest;
use record::json::{Json, Map};

use super::{Reading, translate, words};
use crate::arguments::IncidentShowArguments;
use crate::cases::{Case, Links, modified};
use crate::clarifications::recalls;
use crate::command::record::show::print_value;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &IncidentShowArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let case = reading.cases().named(&arguments.incident)?;
    if let [older, newer] = arguments.diff.as_slice() {
        return diff(&case, *older, *newer, report);
    }
    report.fact("incident", case.id.as_str());
    let links = reading.cases().links(&case.id)?;
    let accounts = accounts(&reading, &case, &links)?;
    say_accounts(&reading, &accounts, report);
    say_versions(&reading, &case, arguments.versions, report);
    beside::say_links(&reading, &case.id, &links, report);
    beside::say_labels(&reading, &case.id, report)?;
    say_translations(&reading, &case, report)?;
    say_recalls(&reading, &case, report)?;
    say_troubles(&case, report);
    Ok(())
}

/// Its texts in other languages, with who says so.
fn say_translations(reading: &Reading, case: &Case, report: &mut Report) -> Done {
    let mut rows = Vec::new();
    for (found, said) in translate::of(&reading.cases(), &case.id)? {
        let (author, digest) = (found.record.content().issuer(), found.record.digest());
        let by = said.translator.as_deref().map(|by| format!(", translated by {by}")).unwrap_or_default();
        let name = words::name(&reading.ring, author);
        report.line(format!("\nin {}, by {name}{by}; record {digest}", said.language.as_str()));
        let mut texts = Map::new();
        for (property, text) in &said.texts {
            report.line(format!("  {}: {text}", property.name()));
            texts.set(property.name(), text.as_str());
        }
        let row = Map::new().with("record_digest", digest.to_string()).with("author", author.to_string());
        let row = row.with("language", said.language.as_str()).with("texts", texts);
        let optional = |text: Option<String>| text.map_or(Json::Null, Json::text);
        let row = row.with("object_modified", optional(said.modified)).with("translator", optional(said.translator));
        rows.push(Json::from(row));
    }
    report.data("translations", Json::Array(rows));
    Ok(())
}

/// What its sender has taken back since: it may be read on, and not relied on.
fn say_recalls(reading: &Reading, case: &Case, report: &mut Report) -> Done {
    let mut rows = Vec::new();
    for found in case.found.values() {
        for place in found.places.iter().filter(|place| place.log.as_str().starts_with("pulled-")) {
            if recalls(&reading.store, &place.log)?.contains_key(&place.index) {
                let digest = found.record.digest();
                report.line(format!(
                    "\nWARNING: record {digest} was taken back by whoever released it ({})",
                    words::at(std::slice::from_ref(place))
                ));
                rows.push(Json::from(digest.to_string()));
            }
        }
    }
    report.data("recalled", Json::Array(rows));
    Ok(())
}

/// The accounts of the case: of this incident, and of those that are one with it.
fn accounts(reading: &Reading, case: &Case, links: &Links) -> Done<Vec<Account>> {
    let mut accounts = case.accounts(reading.own);
    for other in links.graph.same(&case.id).iter().filter(|id| **id != case.id) {
        let other = reading.cases().case(other)?;
        accounts.extend(other.iter().flat_map(|case| case.accounts(reading.own)));
    }
    Ok(accounts)
}

fn say_accounts(reading: &Reading, accounts: &[Account], report: &mut Report) {
    for (account, letter) in accounts.iter().zip('A'..) {
        report.line(format!("{letter}: {}", account_line(reading, account)));
    }
    let rows = if accounts.len() > 1 { side_by_side(accounts) } else { Vec::new() };
    if let [account] = accounts {
        report.line("");
        account.incident.object().iter().for_each(|(name, value)| print_value(name, value, 1, report));
    }
    rows.iter().for_each(|row| say_row(row, report));
    let all = accounts.iter().map(|account| account_json(reading, account)).collect();
    report.data("accounts", Json::Array(all));
    report.data("side_by_side", Json::Array(rows.iter().map(row_json).collect()));
}

fn account_line(reading: &Reading, account: &Account) -> String {
    let role = account.role().map(|role| format!(", {role}")).unwrap_or_default();
    let id = account.incident.object().text("id").unwrap_or("(withholds its id)");
    format!("{}{role}; {id}; record {}", words::name(&reading.ring, account.author), account.digest)
}

fn account_json(reading: &Reading, account: &Account) -> Json {
    let map = Map::new().with("author", account.author.to_string());
    let map = map.with("name", words::name(&reading.ring, account.author));
    let map = map.with("record_digest", account.digest.to_string());
    Json::from(map.with("object", account.incident.object().clone()))
}

fn say_row(row: &Row, report: &Report) {
    report.line(format!("\n{}  [{}]", row.property, comparison(row.comparison)));
    for (saying, letter) in row.says.iter().zip('A'..) {
        let text = match saying {
            Saying::Says(value) => words::short(value),
            Saying::Silent => "(says nothing)".to_owned(),
            Saying::NotShown => "(not shown here)".to_owned(),
        };
        report.line(format!("  {letter}: {text}"));
    }
}

const fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Agree => "agree",
        Comparison::Differ => "DIFFER",
        Comparison::OneSpeaks => "one speaks",
    }
}

fn row_json(row: &Row) -> Json {
    let says = row.says.iter().map(|saying| match saying {
        Saying::Says(value) => Json::from(Map::new().with("says", value.clone())),
        Saying::Silent => Json::from(Map::new().with("silent", Json::Bool(true))),
        Saying::NotShown => Json::from(Map::new().with("not_shown", Json::Bool(true))),
    });
    let map = Map::new().with("property", row.property);
    Json::from(map.with("comparison", comparison(row.comparison)).with("says", Json::Array(says.collect())))
}

/// The versions, oldest first: who made each, when, and where it stands.
fn say_versions(reading: &Reading, case: &Case, with_changes: bool, report: &mut Report) {
    let mut versions: Vec<&Version> = case.chain.versions().collect();
    versions.sort_by_key(|version| (modified(version), version.number, version.digest));
    report.line("\nversions:");
    let mut rows = Vec::new();
    for version in versions {
        let places = case.record(version.digest).map(|found| found.places.clone()).unwrap_or_default();
        report.line(format!("  {}  in {}", version_line(reading, version), words::at(&places)));
        let changes = version.previous.and_then(|before| case.chain.get(before));
        let changes = changes.map(|before| difference(&before.incident, &version.incident)).unwrap_or_default();
        if with_changes {
            changes.iter().for_each(|one| report.line(format!("      {}", words::difference(one))));
        }
        let row = words::version(version).with("places", words::places(&places));
        rows.push(Json::from(row.with("differences", words::differences(&changes))));
    }
    if case.is_cut {
        report.line("  there are more versions than are read: the last of each log are here");
    }
    report.data("versions", Json::Array(rows));
    report.data("versions_cut", Json::Bool(case.is_cut));
}

fn version_line(reading: &Reading, version: &Version) -> String {
    let number = version.number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let when = modified(version).map(|time| time.to_string()).unwrap_or_default();
    let stage = version.incident.facts().stage.map_or("stage not shown", incident::Stage::name);
    format!("{number:>3}  {when}  {stage}  by {}  {}", words::name(&reading.ring, version.author), version.digest)
}

fn diff(case: &Case, older: RecordDigest, newer: RecordDigest, report: &mut Report) -> Done {
    let version = |digest| {
        case.chain.get(digest).ok_or_else(|| {
            Failure::input(format!("{digest} is no version of incident {} that is here", case.id))
                .advise("`detente incident show INCIDENT --versions` lists them")
        })
    };
    let differences = difference(&version(older)?.incident, &version(newer)?.incident);
    if differences.is_empty() {
        report.line("The two say the same.");
    }
    differences.iter().for_each(|one| report.line(words::difference(one)));
    report.data("differences", words::differences(&differences));
    Ok(())
}

/// What does not fit together, and what lies here and cannot be read. Nothing of it is hidden or repaired.
fn say_troubles(case: &Case, report: &mut Report) {
    let faults: Vec<_> = case.chain.faults().iter().map(ToString::to_string).collect();
    faults.iter().for_each(|fault| report.line(format!("\nWARNING: {fault}")));
    let unread = case.unread.iter().map(|one| {
        report.line(format!("\nnot read: {}: {}", words::at(std::slice::from_ref(&one.place)), words::cut(&one.why)));
        Json::from(
            Map::new()
                .with("log", one.place.log.as_str())
                .with("index", Json::count(one.place.index))
                .with("why", one.why.as_str()),
        )
    });
    let unread = unread.collect();
    report.data("faults", Json::Array(faults.into_iter().map(Json::from).collect()));
    report.data("unread", Json::Array(unread));
}
