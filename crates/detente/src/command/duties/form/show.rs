//! `detente duties form show` and `filings`: what was filed, as it was filed.

use duties::kept::{FILING_TYPE, KeptFiling};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixId;

use super::{output, tell};
use crate::arguments::{FormFilingsArguments, FormShowArguments};
use crate::cases::Cases;
use crate::clock;
use crate::command::incident::Reading;
use crate::duty_book::DutyBook;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::faulty;

pub(super) fn run(arguments: &FormShowArguments, report: &mut Report) -> Done {
    let out = output::Target::of(&arguments.out)?;
    let reading = Reading::open(&arguments.dir)?;
    let filing = filing(reading.cases(), &arguments.filing)?;
    let document = &filing.document;
    report.fact("filing", arguments.filing.to_string());
    report.fact("incident", document.incident.as_str());
    for (name, value) in tell::row(document) {
        report.fact(&name, value);
    }
    report.fact("pack_version", filing.pack_version.as_str());
    report.fact("pack_digest", filing.pack_digest.as_str());
    report.fact("html_digest", filing.html_digest.as_str());
    tell::document(document, report);
    report.data("document", document.to_json());
    report.fact("renders_the_same", Json::Bool(filing.renders_the_same()));
    if !filing.renders_the_same() {
        report.warn("this build renders the page otherwise than it was filed; its words are the signed ones");
    }
    output::write(out.as_ref(), document, report)
}

/// A filing of ours by its digest.
pub(super) fn filing(cases: Cases<'_>, digest: &RecordDigest) -> Done<KeptFiling> {
    let advice = "`detente duties form filings INCIDENT --dir DIR` lists what was filed";
    let found = cases.record(digest)?.filter(|found| found.record.content().issuer() == cases.own);
    let found = found.ok_or_else(|| Failure::input(format!("no filing {digest} is here")).advise(advice))?;
    let object = found.record.content().object();
    if object.text("type") != Some(FILING_TYPE) {
        return Err(Failure::input(format!("record {digest} is no filing")).advise(advice));
    }
    KeptFiling::of_shown(object).map_err(|faults| faulty("the filing", &faults))
}

/// What we filed about an incident, in the order of the log. What cannot be read is no filing.
pub(super) fn filings_of(cases: Cases<'_>, incident: &StixId) -> Done<Vec<(RecordDigest, KeptFiling)>> {
    let (mut found, _) = cases.naming(incident.as_str(), FILING_TYPE)?;
    found.retain(|one| one.record.content().issuer() == cases.own);
    let kept = found
        .iter()
        .filter_map(|one| Some((one.record.digest(), KeptFiling::of_shown(one.record.content().object()).ok()?)));
    let mut kept: Vec<_> = kept.filter(|(_, filing)| filing.document.incident == incident.as_str()).collect();
    kept.sort_by_key(|(digest, filing)| (filing.document.filled_at, *digest));
    Ok(kept)
}

pub(super) fn filings(arguments: &FormFilingsArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let book = DutyBook::read(reading.cases(), &[], clock::now())?;
    let incident = book.named(&arguments.incident)?;
    let clocks = book.basis(&incident)?.clocks;
    report.fact("incident", incident.as_str());
    let in_time = |digest: &RecordDigest| {
        let version = digest.to_string();
        let mut filed = clocks.iter().flat_map(|clock| &clock.filings).filter(move |filing| filing.version == version);
        filed.next().map_or(Json::Null, |filing| Json::Bool(filing.is_in_time()))
    };
    let mut rows = Vec::new();
    for (digest, filing) in filings_of(reading.cases(), &incident)? {
        let row = tell::row(&filing.document).with("filing", digest.to_string()).with("in_time", in_time(&digest));
        say(&row, report);
        rows.push(Json::from(row));
    }
    if rows.is_empty() {
        report.line("\nNothing was filed about it.");
    }
    report.data("filings", Json::Array(rows));
    Ok(())
}

fn say(row: &Map, report: &Report) {
    let text = |name: &str| row.text(name).unwrap_or_default();
    let timely = match row.get("in_time") {
        Some(Json::Bool(true)) => "in time",
        Some(Json::Bool(false)) => "LATE",
        Some(_) | None => "no clock",
    };
    report.line(format!("\n{}  {}", text("filed_at"), text("stage")));
    report.line(format!("    {} {} ({}), {timely}", text("form"), text("form_version"), text("language")));
    if let Some(reason) = row.text("incomplete_because") {
        report.line(format!("    incomplete: {reason}"));
    }
    report.line(format!("    {}", text("filing")));
}
