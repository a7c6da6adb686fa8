//! `detente agreement diff`: what changes, and what would newly flow.

pub(crate) mod widenings;

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::agreement::{Agreement, Redline, Widenings, compare};
use policy::decision::{Active, Ask, Engine, Exposure, Subject};
use policy::explain::Language;
use policy::floors::Floors;
use policy::vocabulary::Purpose;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::path::Path;

use super::find;
use crate::arguments::AgreementDiffArguments;
use crate::holdings::{Held, Holdings};
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &AgreementDiffArguments, report: &mut Report) -> Done {
    let dir = arguments.dir.as_deref();
    let (old, new) = (find(&arguments.old, dir)?, find(&arguments.new, dir)?);
    report.fact("old", old.digest().to_string());
    report.fact("new", new.digest().to_string());
    let redline = Redline::between(&old, &new).render(arguments.language);
    report.line(format!("\n{redline}"));
    report.data("redline", redline);
    let findings: Vec<_> = compare(&old, &new).iter().map(|finding| finding.message(arguments.language)).collect();
    for finding in &findings {
        report.warn(finding);
    }
    report.data("findings", Json::Array(findings.into_iter().map(Json::text).collect()));
    widenings::say(&Widenings::between(&old, &new), arguments.language, report);
    match dir {
        Some(dir) => say_records(dir, (&old, &new), arguments.language, report),
        None => Ok(()),
    }
}

/// The records of this node that the new text would let out and the old one would not, or more of them.
fn say_records(
    dir: &std::path::Path,
    (old, new): (&Agreement, &Agreement),
    language: Language,
    report: &mut Report,
) -> Done {
    let home = Home::open(dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let floors = holdings.floors()?;
    let engines = (engine(holdings.own, &floors, old)?, engine(holdings.own, &floors, new)?);
    let mut rows = Vec::new();
    for held in holdings.all()? {
        let in_force = holdings.in_force(held.record.content())?;
        let subject = Subject::new(held.record.content(), &in_force);
        let (before, after) = (shown(&engines.0, old, &subject), shown(&engines.1, new, &subject));
        if !after.is_subset(&before) {
            rows.push(say(&held, (&before, &after), language, report));
        }
    }
    if rows.is_empty() {
        report.line(match language {
            Language::English => "\nNo record in this node's log would newly flow from here.",
            Language::Chinese => "\n本节点日志中没有任何记录会因此新增发布。",
        });
    }
    report.data("newly_flowing", Json::Array(rows));
    Ok(())
}

fn engine(own: PartyId, floors: &Floors, agreement: &Agreement) -> Done<Engine> {
    let active = Active::new(Arc::new(agreement.clone()), agreement.from());
    Engine::new(own, floors.clone(), vec![active]).map_err(Failure::refused)
}

/// The places that any clause would show for any purpose.
fn shown(engine: &Engine, agreement: &Agreement, subject: &Subject) -> BTreeSet<Path> {
    let asks = Purpose::ALL.iter().map(|purpose| Ask::new(agreement.digest(), *purpose, "", agreement.from()));
    let decided = asks.flat_map(|ask| engine.what_if(subject, &ask, Some(ask.purpose), &Exposure::new()));
    let clauses = decided.flat_map(|one| one.clauses);
    clauses.filter_map(|one| Some(one.decision.proposal()?.shown.clone())).flatten().collect()
}

fn say(held: &Held, (before, after): (&BTreeSet<Path>, &BTreeSet<Path>), language: Language, report: &Report) -> Json {
    let name = held.record.content().object().text("name").unwrap_or_default();
    let digest = held.record.digest().to_string();
    let new: Vec<_> = after.difference(before).map(Path::as_str).collect();
    let (before, after) = (before.len(), after.len());
    let places = new.join(", ");
    report.line(match language {
        Language::English => {
            format!("would newly flow: {digest}  {name}  ({before} -> {after} fields)\n  new: {places}")
        }
        Language::Chinese => {
            format!("将新增发布：{digest}  {name}（{before} -> {after} 个字段）\n  新增：{places}")
        }
    });
    let count = |count: usize| Json::count(count);
    let row = Map::new().with("record", digest).with("fields_before", count(before)).with("fields_after", count(after));
    Json::from(row.with("new_fields", Json::Array(new.into_iter().map(Json::text).collect())))
}
