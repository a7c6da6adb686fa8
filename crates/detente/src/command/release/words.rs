//! Decisions in words, for people and programs.

use policy::agreement::Agreement;
use policy::decision::{Decision, Engine, Permit, Reason};
use policy::explain::{Language, WhatIf, explain};
use policy::released::Released;
use record::Record;
use record::json::{Json, Map};

use crate::command::label::say_marks;
use crate::command::record::places::short;
use crate::holdings::Holdings;
use crate::report::Report;

/// Says what may go, what stays, and why.
pub(super) fn decision(engine: &Engine, decision: &Decision, language: Language, report: &Report) -> Json {
    let permit = decision.proposal();
    let asked = permit.and_then(|permit| engine.agreement(&permit.agreement));
    let verdict = match (decision.permit(), permit) {
        (Some(_), _) => ["may go", "可以发布"],
        (None, Some(_)) => ["may go once the reasons below are gone", "消除下列原因后可以发布"],
        (None, None) => ["stays", "予以保留"],
    };
    report.line(format!("\n{}", labelled(["verdict", "结论"], language, in_language(verdict, language))));
    // What programs compare is the same in every language.
    let [verdict, _] = verdict;
    let reasons = reasons(engine, asked, decision.reasons(), language, report, "");
    let map = Map::new().with("verdict", verdict).with("reasons", reasons);
    let Some(permit) = permit else { return map.into() };
    map.with("permit", say_permit(engine, permit, language, report)).into()
}

/// Of an English and a Chinese rendition, the one for this reader.
const fn in_language([english, chinese]: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// A line that begins with a word for what follows.
fn labelled(words: [&'static str; 2], language: Language, text: &str) -> String {
    let colon = in_language([":", "："], language);
    let gap = if text.is_empty() || text.starts_with('\n') || language == Language::Chinese { "" } else { " " };
    format!("{}{colon}{gap}{text}", in_language(words, language))
}

/// Says what was released.
pub(super) fn permit(engine: &Engine, released: &Released<Record>, language: Language, report: &Report) -> Json {
    say_permit(engine, released.permit(), language, report)
}

fn say_permit(engine: &Engine, permit: &Permit, language: Language, report: &Report) -> Json {
    let agreement = engine.agreement(&permit.agreement);
    let (clause, purpose) = (&permit.clause, permit.purpose.meaning(language));
    report.line(match language {
        Language::English => format!("under clause {clause} for {purpose}"),
        Language::Chinese => format!("依据第 {clause} 条，目的：{purpose}"),
    });
    let clause = agreement.and_then(|one| one.clause(&permit.clause));
    let words = clause.map(|clause| language.choose(clause.text()).to_owned());
    words.iter().for_each(|words| report.line(format!("  \"{words}\"")));
    report.line(labelled(["marks of what goes", "所发布内容的标注"], language, &say_marks(&permit.marks)));
    let goes: Vec<_> = permit.shown.iter().map(short).collect();
    report.line(labelled(["goes", "发布"], language, &format!("\n  {}", goes.join(", "))));
    report.line(labelled(["stays", "保留"], language, ""));
    say_dropped(engine, agreement, permit, language, report);
    let dropped = permit.dropped.iter().map(|one| {
        let codes = one.reasons.iter().map(|reason| Json::text(reason.code())).collect();
        Json::from(Map::new().with("place", one.path.as_str()).with("reasons", Json::Array(codes)))
    });
    let dropped = dropped.collect();
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

/// What stays, by reason: places that stay for the same reasons stand together.
fn say_dropped(engine: &Engine, asked: Option<&Agreement>, permit: &Permit, language: Language, report: &Report) {
    let mut groups: Vec<(&[Reason], Vec<String>)> = Vec::new();
    for dropped in &permit.dropped {
        match groups.iter_mut().find(|(known, _)| *known == dropped.reasons.as_slice()) {
            Some((_, places)) => places.push(short(&dropped.path)),
            None => groups.push((&dropped.reasons, vec![short(&dropped.path)])),
        }
    }
    for (why, places) in groups {
        report.line(format!("  {}", places.join(", ")));
        // The clause itself stands above already.
        let by_clause = |reason: &Reason| reason.code().ends_with(&format!(":{}", permit.clause));
        let asked = asked.filter(|_| !why.iter().any(by_clause));
        let _told = reasons(engine, asked, why, language, report, "    ");
    }
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
    let title = engine.agreement(&answer.agreement).map(|one| language.choose(one.title()));
    report.line(format!("\n== {} — {}\n   {}", names.join(", "), title.unwrap_or_default(), answer.agreement));
    let best = answer.best().map(|one| &one.decision).unwrap_or(&answer.decision);
    let told = decision(engine, best, language, report);
    let clauses = answer.clauses.iter().map(|one| {
        let fields = one.decision.proposal().map_or(0, |permit| permit.shown.len());
        let codes: Vec<_> = one.decision.reasons().iter().map(Reason::code).collect();
        let (clause, codes_said) = (&one.clause, codes.join(", "));
        report.line(match language {
            Language::English => format!("   clause {clause}: {fields} places {codes_said}"),
            Language::Chinese => format!("   第 {clause} 条：{fields} 处 {codes_said}"),
        });
        let map = Map::new().with("clause", one.clause.as_str()).with("purpose", one.purpose.name());
        let fields = Json::count(fields);
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
