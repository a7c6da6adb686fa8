//! Decisions in words, for people and programs.

use policy::agreement::Agreement;
use policy::decision::{Decision, Dropped, Engine, Permit, Reason};
use policy::explain::{Language, WhatIf, explain};
use policy::released::Released;
use record::Record;
use record::json::{Json, Map};

use crate::command::label::say_marks;
use crate::holdings::Holdings;
use crate::report::Report;

/// Says what may go, what stays, and why.
pub(super) fn decision(engine: &Engine, decision: &Decision, language: Language, report: &Report) -> Json {
    let permit = decision.proposal();
    let asked = permit.and_then(|permit| engine.agreement(&permit.agreement));
    let verdict = match (decision.permit(), permit) {
        (Some(_), _) => "may go",
        (None, Some(_)) => "may go once the reasons below are gone",
        (None, None) => "stays",
    };
    report.line(format!("\nverdict: {verdict}"));
    let reasons = reasons(engine, asked, decision.reasons(), language, report, "");
    let map = Map::new().with("verdict", verdict).with("reasons", reasons);
    let Some(permit) = permit else { return map.into() };
    map.with("permit", say_permit(engine, permit, language, report)).into()
}

/// Says what was released.
pub(super) fn permit(engine: &Engine, released: &Released<Record>, language: Language, report: &Report) -> Json {
    say_permit(engine, released.permit(), language, report)
}

fn say_permit(engine: &Engine, permit: &Permit, language: Language, report: &Report) -> Json {
    let agreement = engine.agreement(&permit.agreement);
    report.line(format!("under clause {} for {}", permit.clause, permit.purpose.meaning(language)));
    let clause = agreement.and_then(|one| one.clause(&permit.clause));
    let words = clause.map(|clause| clause.text().choose(language.tag().parse().ok().as_slice()).1.to_owned());
    words.iter().for_each(|words| report.line(format!("  \"{words}\"")));
    report.line(format!("marks of what goes: {}", say_marks(&permit.marks)));
    report.line("goes:");
    for path in &permit.shown {
        report.line(format!("  {path}"));
    }
    report.line("stays:");
    let dropped: Vec<_> =
        permit.dropped.iter().map(|one| say_dropped(engine, agreement, one, language, report)).collect();
    let shown = permit.shown.iter().map(|path| Json::text(path.as_str())).collect();
    let recipients = permit.recipients.iter().map(|party| Json::text(party.to_string())).collect();
    Map::new()
        .with("clause", permit.clause.as_str())
        .with("recipients", Json::Array(recipients))
        .with("shown", Json::Array(shown))
        .with("dropped", Json::Array(dropped))
        .with("marks", say_marks(&permit.marks))
        .with("binding", permit.binding().to_string())
        .into()
}

fn say_dropped(
    engine: &Engine,
    agreement: Option<&Agreement>,
    dropped: &Dropped,
    language: Language,
    report: &Report,
) -> Json {
    report.line(format!("  {}", dropped.path));
    let reasons = reasons(engine, agreement, &dropped.reasons, language, report, "    ");
    Map::new().with("place", dropped.path.as_str()).with("reasons", reasons).into()
}

fn reasons(
    engine: &Engine,
    agreement: Option<&Agreement>,
    reasons: &[Reason],
    language: Language,
    report: &Report,
    indent: &str,
) -> Json {
    let told = reasons.iter().map(|reason| {
        let told = explain(engine, agreement, reason, language);
        report.line(format!("{indent}- {} ({})", told.why, told.code));
        told.clause.iter().for_each(|words| report.line(format!("{indent}  \"{words}\"")));
        report.line(format!("{indent}  -> {}", told.change));
        let map = Map::new().with("code", told.code).with("why", told.why).with("change", told.change);
        Json::from(match told.clause {
            Some(words) => map.with("clause", words),
            None => map,
        })
    });
    Json::Array(told.collect())
}

/// Says who could receive a record under one agreement.
pub(super) fn what_if(
    engine: &Engine,
    holdings: &Holdings<'_>,
    answer: &WhatIf,
    language: Language,
    report: &Report,
) -> Json {
    let name =
        |party: &record::digest::PartyId| holdings.ring.name(*party).map_or_else(|| party.to_string(), str::to_owned);
    let names: Vec<_> = answer.recipients.iter().map(name).collect();
    let title =
        engine.agreement(&answer.agreement).map(|one| one.title().choose(language.tag().parse().ok().as_slice()).1);
    report.line(format!("\n== {} — {}\n   {}", names.join(", "), title.unwrap_or_default(), answer.agreement));
    let best = answer.best().map(|one| &one.decision).unwrap_or(&answer.decision);
    let told = decision(engine, best, language, report);
    let clauses = answer.clauses.iter().map(|one| {
        let fields = one.decision.proposal().map_or(0, |permit| permit.shown.len());
        let codes: Vec<_> = one.decision.reasons().iter().map(Reason::code).collect();
        report.line(format!("   clause {}: {fields} places {}", one.clause, codes.join(", ")));
        let map = Map::new().with("clause", one.clause.as_str()).with("purpose", one.purpose.name());
        let fields = i64::try_from(fields).ok().and_then(Json::integer).unwrap_or(Json::Null);
        Json::from(map.with("fields", fields).with("reasons", Json::Array(codes.into_iter().map(Json::text).collect())))
    });
    let clauses = Json::Array(clauses.collect());
    let recipients = answer.recipients.iter().map(|party| Json::text(party.to_string())).collect();
    Map::new()
        .with("agreement", answer.agreement.to_string())
        .with("recipients", Json::Array(recipients))
        .with("best", told)
        .with("clauses", clauses)
        .into()
}
