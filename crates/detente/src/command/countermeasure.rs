//! `detente countermeasure`: new, list, show, link.

use std::collections::BTreeSet;

use incident::links::{Graph, LINK_TYPE, Link, LinkStatement, LinkWord};
use incident::{
    COUNTERMEASURE_TYPE, Countermeasure, CountermeasureFacts, CountermeasureText as Text, INCIDENT_TYPE, Outcome,
    Setting,
};
use matching::signal::SIGNAL_TYPE;
use record::json::{Json, Map};
use record::stix::StixId;
use storage::views::cases;

use super::incident::{Desk, Reading, fresh_id, made_nothing, wrong};
use crate::arguments::{
    CountermeasureCommand, CountermeasureLinkArguments, CountermeasureListArguments, CountermeasureNewArguments,
    CountermeasureShowArguments,
};
use crate::cases::Found;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::scanning::{Scanner, Settings};
use crate::{clock, node};

/// Countermeasures in one list. Nobody reads more of them at once; `--against` and `--outcome` narrow it.
const MAX_LISTED: usize = 1_000;

pub(crate) fn run(command: &CountermeasureCommand, report: &mut Report) -> Done {
    match command {
        CountermeasureCommand::New(arguments) => new(arguments, report),
        CountermeasureCommand::List(arguments) => list(arguments, report),
        CountermeasureCommand::Show(arguments) => show(arguments, report),
        CountermeasureCommand::Link(arguments) => link(arguments, report),
    }
}

fn facts(arguments: &CountermeasureNewArguments) -> CountermeasureFacts {
    let mut facts = CountermeasureFacts::default().with_text(Text::Name, &arguments.title);
    let texts = [
        (Text::Description, &arguments.description),
        (Text::Steps, &arguments.steps),
        (Text::Measured, &arguments.measured),
        (Text::TestedWhere, &arguments.tested_where),
        (Text::TestedBy, &arguments.tested_by),
        (Text::SideEffects, &arguments.side_effects),
        (Text::Conditions, &arguments.conditions),
    ];
    for (name, text) in texts {
        facts = text.iter().fold(facts, |facts, text| facts.with_text(name, text));
    }
    (facts.outcome, facts.setting) = (arguments.outcome, arguments.setting);
    facts.tested_from = arguments.from.as_ref().map(incident::Moment::instant);
    facts.tested_until = arguments.until.as_ref().map(incident::Moment::instant);
    facts
}

fn new(arguments: &CountermeasureNewArguments, report: &mut Report) -> Done {
    let id = fresh_id(COUNTERMEASURE_TYPE)?;
    let made = Countermeasure::new(&id, clock::now(), &facts(arguments)).map_err(wrong)?;
    say_facts(&made, report);
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let desk = Desk::open(&arguments.node)?;
    let record = desk.node.sign(made.to_object().map_err(wrong)?)?;
    report.fact("countermeasure", id.as_str());
    desk.log(&record, report)
}

fn say_facts(one: &Countermeasure, report: &mut Report) {
    let facts = one.facts();
    for (name, text) in &facts.texts {
        report.fact(name.name(), text.as_str());
    }
    report.fact("outcome", facts.outcome.map_or("not said", Outcome::name));
    report.fact("setting", facts.setting.map_or("not said", Setting::name));
    for (name, time) in [("tested_from", facts.tested_from), ("tested_until", facts.tested_until)] {
        if let Some(time) = time {
            report.fact(name, time.to_string());
        }
    }
}

/// Every version that is here under these places, the newest of each id last.
fn read(found: &[Found]) -> Vec<(&Found, Countermeasure)> {
    let mut all: Vec<_> = found
        .iter()
        .filter_map(|one| Some((one, Countermeasure::of_shown(one.record.content().object()).ok()?)))
        .collect();
    all.sort_by_key(|(_, one)| {
        (one.object().text("id").map(str::to_owned), one.object().text("modified").map(str::to_owned))
    });
    all
}

fn list(arguments: &CountermeasureListArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let wanted = arguments.against.as_ref().map(|id| against(&reading, id)).transpose()?;
    let places =
        cases::of_type(&reading.store, COUNTERMEASURE_TYPE, MAX_LISTED.saturating_add(1)).map_err(node::fail)?;
    let is_cut = places.len() > MAX_LISTED;
    let (found, _unread) = reading.cases().open(&places)?;
    let all = read(&found);
    let mut rows = Vec::new();
    for (at, (found, one)) in all.iter().enumerate() {
        let id = one.object().text("id").unwrap_or_default();
        let is_newest = all.get(at.saturating_add(1)).is_none_or(|(_, next)| next.object().text("id") != Some(id));
        let fits = wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|it| it.as_str() == id));
        let is_outcome = arguments.outcome.is_none_or(|outcome| one.facts().outcome == Some(outcome));
        if is_newest && fits && is_outcome {
            rows.push(say_row(&reading, found, one, report));
        }
    }
    if rows.is_empty() {
        report.line("None fits.");
    }
    if is_cut {
        report.warn(&format!("there are more than {MAX_LISTED}; narrow the list with --against"));
    }
    report.data("countermeasures", Json::Array(rows));
    report.data("is_cut", Json::Bool(is_cut));
    Ok(())
}

fn against(reading: &Reading, id: &StixId) -> Done<BTreeSet<StixId>> {
    let links = reading.cases().links(id)?;
    Ok(links.graph.countermeasures_of(id).into_iter().map(|one| one.id).collect())
}

fn say_row(reading: &Reading, found: &Found, one: &Countermeasure, report: &Report) -> Json {
    let id = one.object().text("id").unwrap_or_default();
    let title = one.facts().text(Text::Name).unwrap_or("(no title is shown)");
    let outcome = one.facts().outcome.map_or("not said", Outcome::name);
    let author = found.record.content().issuer();
    let name = reading.ring.name(author).unwrap_or("unknown party");
    report.line(format!("{id}  {outcome:<13}  {}  by {}", one_line(title), one_line(name)));
    let map = Map::new().with("id", id).with("title", title).with("outcome", outcome);
    map.with("author", author.to_string()).with("record_digest", found.record.digest().to_string()).into()
}

fn show(arguments: &CountermeasureShowArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let places = cases::of_object(&reading.store, arguments.id.as_str()).map_err(node::fail)?;
    let (found, _unread) = reading.cases().open(&places)?;
    let all = read(&found);
    let (newest, one) = all.last().ok_or_else(|| not_here(&arguments.id))?;
    report.fact("countermeasure", arguments.id.as_str());
    report.fact("author", newest.record.content().issuer().to_string());
    report.fact("record_digest", newest.record.digest().to_string());
    report.fact("versions", Json::count(all.len()));
    say_facts(one, report);
    let links = reading.cases().links(&arguments.id)?;
    let tried = links.graph.countered_by(&arguments.id);
    report.line(if tried.is_empty() { "\nNobody said against what it was tried." } else { "\nTried against:" });
    let rows = tried.iter().map(|lead| {
        let reason = links.reason(lead.statement).unwrap_or_default();
        report.line(format!("  {}  {}  ({})", lead.id, one_line(reason), lead.statement));
        let map = Map::new().with("id", lead.id.as_str()).with("statement", lead.statement.to_string());
        Json::from(map.with("reason", reason))
    });
    let rows = rows.collect();
    report.data("against", Json::Array(rows));
    Ok(())
}

fn not_here(id: &StixId) -> Failure {
    Failure::input(format!("{id} is not here")).advise("`detente countermeasure list --dir DIR` shows those that are")
}

fn link(arguments: &CountermeasureLinkArguments, report: &mut Report) -> Done {
    let link =
        Link::new(LinkWord::Mitigates, arguments.id.clone(), arguments.against.clone()).map_err(Failure::arguments)?;
    let desk = Desk::open(&arguments.why.node)?;
    for end in [link.from(), link.to()] {
        let places = match end.object_type() {
            INCIDENT_TYPE => cases::versions(&desk.node.store, end.as_str()),
            _ => cases::of_object(&desk.node.store, end.as_str()),
        };
        if places.map_err(node::fail)?.is_empty() && !is_signal(&desk, end)? {
            return Err(not_here(end).advise("a link to what nobody here can open is of no use: log it first"));
        }
    }
    let links = desk.cases().links(link.from())?;
    if says_already(&links.graph, &desk, &link) {
        made_nothing("This party says so already.", report);
        return Ok(());
    }
    let id = fresh_id(LINK_TYPE)?;
    let object = LinkStatement::to_object(&id, clock::now(), Some(&link), &BTreeSet::new(), &arguments.why.reason);
    let object = object.map_err(wrong)?;
    report.fact("link", format!("{} was tried against {}", link.from(), link.to()));
    if arguments.why.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let record = desk.node.sign(object)?;
    desk.log(&record, report)
}

/// A signal is a member of a record, and no object that has a record of its own.
fn is_signal(desk: &Desk, id: &StixId) -> Done<bool> {
    if id.object_type() != SIGNAL_TYPE {
        return Ok(false);
    }
    let scanner = Scanner::of(&desk.node.store, desk.ring(), desk.own(), Settings::default())?;
    Ok(scanner.known().any(|(name, _)| name.id == *id))
}

fn says_already(graph: &Graph, desk: &Desk, link: &Link) -> bool {
    graph.in_force().any(|one| one.author == desk.own() && one.link.as_ref() == Some(link))
}
