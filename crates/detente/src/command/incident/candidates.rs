//! `detente incident candidates`: which incidents may be the same event, and why. A person decides.

use incident::candidates::{Candidate, DayRange, Index, MAX_ANSWERS, Reason, Row, Shared, Weights};
use incident::links::Verdict;
use incident::{Facts, Incident, List, Precision, Text, TimeName};
use record::json::{Json, Map};
use record::stix::StixId;
use storage::views::cases::{self, Wanted};

use super::{Reading, link, words};
use crate::arguments::IncidentCandidatesArguments;
use crate::cases::{Case, Cases};
use crate::clock::DAY_MICROS;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// Incidents of which every body is opened and compared. Beyond that their titles alone are compared first: opening a hundred
/// thousand bodies takes a minute, and whoever asks waits for it.
const MAX_OPENED: u64 = 3_000;

/// Reasons of one candidate that are told: the heaviest, which are nearly all of its score.
const MAX_REASONS: usize = 8;

pub(super) fn run(arguments: &IncidentCandidatesArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let case = reading.cases().named(&arguments.incident)?;
    report.fact("incident", case.id.as_str());
    let question = row(&reading.cases(), &case)
        .ok_or_else(|| Failure::refused("no version of it can be read here, so there is nothing to compare"))?;
    let finder = Finder::new(reading.cases(), arguments.by_titles)?;
    let found = finder.find(&question, usize::from(arguments.limit))?;
    if finder.is_of_titles {
        report.line("Titles were compared first: incidents whose titles share nothing with it were passed over.");
    }
    if found.is_empty() {
        report.line("No other incident here shares anything with it. That does not say that none is the same.");
    }
    let links = reading.cases().links(&case.id)?;
    let mut rows = Vec::new();
    for candidate in &found {
        let Ok(id) = candidate.id.parse::<StixId>() else { continue };
        let verdict = links.graph.verdict(&case.id, &id);
        say(&reading, (&case.id, &id), candidate, &verdict, &arguments.dir, report)?;
        rows.push(to_json(candidate, &verdict));
    }
    if !found.is_empty() {
        report.line("\nThe order says which to look at first. It is no probability, and nothing was joined.");
    }
    report.data("by_titles", Json::Bool(finder.is_of_titles));
    report.data("candidates", Json::Array(rows));
    Ok(())
}

/// What is looked through: all incidents, or where there are too many their titles first.
pub(super) struct Finder<'c> {
    cases: Cases<'c>,
    index: Index,
    pub(super) is_of_titles: bool,
}

impl<'c> Finder<'c> {
    pub(super) fn new(cases: Cases<'c>, by_titles: bool) -> Done<Self> {
        let is_of_titles = by_titles || cases.count()? > MAX_OPENED;
        let index = if is_of_titles { titles(&cases)? } else { opened(&cases, &all(&cases)?)? };
        Ok(Self { cases, index, is_of_titles })
    }

    /// The candidates of an incident, best first.
    pub(super) fn find(&self, question: &Row, limit: usize) -> Done<Vec<Candidate>> {
        if !self.is_of_titles {
            return Ok(self.index.candidates(question, limit));
        }
        let alike = self.index.candidates(question, MAX_ANSWERS);
        let ids: Vec<_> = alike.iter().filter_map(|one| one.id.parse().ok()).collect();
        Ok(opened(&self.cases, &ids)?.candidates(question, limit))
    }
}

fn opened(cases: &Cases<'_>, ids: &[StixId]) -> Done<Index> {
    let mut index = Index::new(Weights::default());
    for id in ids {
        let row = cases.case(id)?.and_then(|case| row(cases, &case));
        // An id stands once in what was asked for.
        row.map_or(Ok(()), |row| index.insert(row)).map_err(Failure::environment)?;
    }
    Ok(index)
}

fn all(cases: &Cases<'_>) -> Done<Vec<StixId>> {
    let rows = cases::list(cases.store, &Wanted::default(), None, usize::MAX).map_err(node::fail)?;
    Ok(rows.iter().filter_map(|row| row.id.parse().ok()).collect())
}

fn titles(cases: &Cases<'_>) -> Done<Index> {
    let mut index = Index::new(Weights::default());
    for (id, title) in cases::titles(cases.store).map_err(node::fail)? {
        // A second title of one incident, of another version or another party, is passed over.
        let _twice = index.insert(Row { id, title, ..Row::default() });
    }
    Ok(index)
}

/// What is compared of an incident: its newest version, ours if there is one.
pub(crate) fn row(cases: &Cases<'_>, case: &Case) -> Option<Row> {
    let newest = case.newest(cases.own)?;
    let facts = newest.incident.facts();
    let text = |name| facts.text(name).unwrap_or_default().to_owned();
    let texts =
        |names: &[Text]| names.iter().filter_map(|name| facts.text(*name).map(str::to_owned)).collect::<Vec<_>>();
    let mut entities = texts(&[Text::Developer, Text::Deployer]);
    entities.extend(facts.lists.get(&List::AffectedParties).into_iter().flatten().cloned());
    Some(Row {
        id: case.id.to_string(),
        title: text(Text::Name),
        description: text(Text::Description),
        entities,
        models: texts(&[Text::System, Text::Model]),
        days: days(facts),
        sources: sources(&newest.incident),
    })
}

/// The days on which it may have happened, as exactly as is said.
fn days(facts: &Facts) -> Option<DayRange> {
    let moment = facts.moment(TimeName::Occurred)?;
    let first = i32::try_from(moment.instant().micros().div_euclid(DAY_MICROS)).ok()?;
    let more = match moment.precision() {
        Some(Precision::Year) => 365,
        Some(Precision::Month) => 30,
        _ => 0,
    };
    Some(DayRange::between(first, first.saturating_add(more)))
}

fn sources(incident: &Incident) -> Vec<String> {
    let list = incident.object().get("external_references").and_then(Json::as_array).unwrap_or_default();
    let members = list.iter().filter_map(Json::as_object);
    members.filter_map(|one| one.text("url").or_else(|| one.text("external_id")).map(str::to_owned)).collect()
}

fn say(
    reading: &Reading,
    (this, other): (&StixId, &StixId),
    candidate: &Candidate,
    verdict: &Verdict,
    dir: &std::path::Path,
    report: &Report,
) -> Done {
    let case = reading.cases().case(other)?;
    let title =
        case.as_ref().and_then(|case| case.newest(reading.own)?.incident.facts().text(Text::Name).map(words::cut));
    report.line(format!("\n{other}  {}", title.unwrap_or_else(|| "(no title is shown)".to_owned())));
    for reason in candidate.reasons.iter().take(MAX_REASONS) {
        report.line(format!("    {:>6.1}  {}", reason.weight, reason_words(reason)));
    }
    let left = candidate.reasons.len().saturating_sub(MAX_REASONS);
    if left > 0 {
        report.line(format!("            and {left} lighter reasons"));
    }
    report.line(format!("    said of the two so far: {}", link::verdict(verdict)));
    if matches!(verdict, Verdict::Open) {
        let dir = dir.display();
        report.line(format!("    the same event:  detente incident merge {other} {this} --reason WHY --dir {dir}"));
        report.line(format!(
            "    related only:    detente incident link {other} {this} --as related-not-same --reason WHY --dir {dir}"
        ));
    }
    Ok(())
}

fn reason_words(reason: &Reason) -> String {
    let pair = |what: &str, here: &str, there: &str| {
        let (here, there) = (words::cut(here), words::cut(there));
        if here == there { format!("{what} \"{here}\"") } else { format!("{what} \"{here}\" and \"{there}\"") }
    };
    match &reason.shared {
        Shared::Word(here, there) => pair("the word", here, there),
        Shared::Han(here, there) => pair("the characters", here, there),
        Shared::Phrase(here, there) => pair("the words", here, there),
        Shared::Meaning(here, there) => pair("words of one meaning,", here, there),
        Shared::Letters(pieces) => format!("{pieces} pieces of words"),
        Shared::Initials(here, there) => pair("initials,", here, there),
        Shared::Entity(here, there) => pair("a name of somebody concerned,", here, there),
        Shared::Model(here, there) => pair("a system's name,", here, there),
        Shared::Source(here, there) => pair("the source", here, there),
        Shared::Dates(0) => "the same days".to_owned(),
        Shared::Dates(days) => format!("dates {days} days apart"),
        _ => "something else".to_owned(),
    }
}

fn to_json(candidate: &Candidate, verdict: &Verdict) -> Json {
    let reasons = candidate.reasons.iter().map(|reason| {
        let weight = format!("{:.3}", reason.weight);
        Json::from(Map::new().with("says", reason_words(reason)).with("weight", weight))
    });
    let map = Map::new().with("id", candidate.id.as_str()).with("said", link::verdict(verdict));
    Json::from(map.with("reasons", Json::Array(reasons.collect())))
}
