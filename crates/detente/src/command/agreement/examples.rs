//! `detente agreement examples`: the worked examples, tried here.

use policy::agreement::{Agreement, Expected, Reproduction};
use policy::explain::Language;
use record::json::{Json, Map};

use super::find;
use crate::arguments::AgreementExamplesArguments;
use crate::holdings::Holdings;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &AgreementExamplesArguments, report: &mut Report) -> Done {
    let agreement = find(&arguments.agreement, Some(&arguments.dir))?;
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let floors = Holdings::read(&store, &home)?.floors()?;
    let reproduction = agreement.reproduce(&floors).map_err(Failure::refused)?;
    say(&agreement, &reproduction, arguments.language, report);
    check(&reproduction)
}

/// Refuses what comes out otherwise here.
pub(super) fn check(reproduction: &Reproduction) -> Done {
    let failed: Vec<_> = reproduction.failed().map(|one| one.id.as_str()).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::refused(format!("worked examples come out otherwise on this node: {}", failed.join(", ")))
        .advise("look at the floors of both sides, and at the build that each runs, before anybody signs"))
}

fn say(agreement: &Agreement, reproduction: &Reproduction, language: Language, report: &mut Report) {
    let mut rows = Vec::new();
    for one in &reproduction.examples {
        let title = agreement.examples().iter().find(|example| example.id == one.id);
        let title = title.map(|example| language.choose(&example.title)).unwrap_or_default();
        let verdict = if one.holds() { "as expected" } else { "OTHERWISE" };
        report.line(format!("{verdict:<12} {:<6} {title}\n             {}", one.id, outcome(&one.found)));
        if !one.holds() {
            report.line(format!("             expected: {}", outcome(&one.expected)));
        }
        let row = Map::new().with("id", one.id.as_str()).with("holds", Json::Bool(one.holds()));
        rows.push(Json::from(row.with("found", outcome(&one.found)).with("expected", outcome(&one.expected))));
    }
    report.data("examples", Json::Array(rows));
}

fn outcome(expected: &Expected) -> String {
    match expected {
        Expected::Permitted { clause, shown } => {
            format!("goes under clause {clause}: {}", shown.iter().cloned().collect::<Vec<_>>().join(", "))
        }
        Expected::Refused { because } => format!("stays: {because}"),
    }
}
