//! `detente duties check`: which duties there are, by when, and what is not known yet.

use duties::{Answer, Change, Facts, Language, Packs, StandingWord};
use record::json::{Json, Map};

use super::{NOT_ADVICE, either, language, tell};
use crate::arguments::DutiesCheckArguments;
use crate::clock;
use crate::command::incident::Reading;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{self, known};

pub(super) fn run(arguments: &DutiesCheckArguments, report: &mut Report) -> Done {
    let now = clock::now();
    let packs = rules::packs(&arguments.packs.packs, now)?;
    let facts = facts(arguments, &packs, report)?;
    let as_of = arguments.known.as_of.unwrap_or(now);
    let answers = packs.evaluate(&facts, as_of);
    let language = language(arguments.known.language);
    report.fact("as_of", as_of.to_string());
    report.data("facts", facts.to_json());
    if let Some(duty) = &arguments.explain {
        return explain(&packs, &answers, (duty, &facts), language, report);
    }
    say(&packs, &answers, arguments.all, language, report);
    if !arguments.suppose.is_empty() {
        let supposed = known::typed(packs.dictionary(), &arguments.suppose)?;
        suppose(&packs.what_if(&facts, as_of, &supposed), language, report);
    }
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    Ok(())
}

/// What the incident says, under what was given besides.
fn facts(arguments: &DutiesCheckArguments, packs: &Packs, report: &mut Report) -> Done<Facts> {
    let dictionary = packs.dictionary();
    let given = known::given(dictionary, &arguments.known)?;
    let (Some(incident), Some(dir)) = (&arguments.incident, &arguments.dir) else { return Ok(given) };
    let reading = Reading::open(dir)?;
    let case = reading.cases().named(incident)?;
    let Some(version) = case.newest(reading.own) else {
        return Err(Failure::input(format!("no version of incident {} can be read", case.id))
            .advise("`detente incident show` says why"));
    };
    report.fact("incident", case.id.as_str());
    report.fact("record_digest", version.digest.to_string());
    Ok(Facts::of_incident(dictionary, &version.incident).with(&given))
}

fn say(packs: &Packs, answers: &[Answer<'_>], all: bool, language: Language, report: &mut Report) {
    let mut rows: Vec<&Answer<'_>> = answers.iter().collect();
    rows.sort_by_key(|answer| (tell::rank(answer), answer.next_due(), answer.duty.path.as_str()));
    for answer in &rows {
        if all || tell::is_open(answer) {
            tell::answer(answer, language, report);
        }
    }
    let count = |word: StandingWord| answers.iter().filter(|answer| answer.standing.word() == word).count();
    let counts = StandingWord::ALL.iter().map(|word| (*word, count(*word)));
    let line: Vec<String> = counts.clone().map(|(word, count)| tell::count(word, count, language)).collect();
    report.line(format!("\n{}", line.join(either(language, [", ", "，"]))));
    report.data(
        "counts",
        counts.map(|(word, count)| (word.name().to_owned(), Json::count(count as u64))).collect::<Map>(),
    );
    report.data("answers", Json::Array(rows.iter().map(|answer| answer.to_json()).collect()));
    let missing = tell::missing(packs, &rows, language);
    if !missing.is_empty() {
        report.line(either(
            language,
            ["\nThese facts are not known and would settle something:", "\n以下事实尚不清楚，明确后即可确定："],
        ));
        missing.iter().for_each(|(id, question)| report.line(format!("  {id:<36} {question}")));
    }
    let questions =
        missing.iter().map(|(id, question)| Json::from(Map::new().with("fact", *id).with("question", *question)));
    report.data("would_settle", Json::Array(questions.collect()));
}

fn explain(
    packs: &Packs,
    answers: &[Answer<'_>],
    (duty, facts): (&str, &Facts),
    language: Language,
    report: &mut Report,
) -> Done {
    let Some(answer) = answers.iter().find(|answer| answer.duty.path == duty) else {
        return Err(Failure::input(format!("there is no duty `{duty}`")).advise("`detente duties list` names them all"));
    };
    tell::answer(answer, language, report);
    report.line("");
    let steps = packs.explain(answer, facts);
    for step in &steps {
        report.line(tell::step(step, language));
    }
    report.data("answer", answer.to_json());
    report.data("steps", Json::Array(steps.iter().map(duties::Reason::to_json).collect()));
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    Ok(())
}

fn suppose(changes: &[Change], language: Language, report: &mut Report) {
    report.line(either(language, ["\nWith what is supposed:", "\n按所作假设："]));
    for change in changes {
        let word = |summary: Option<&duties::Summary>| {
            summary.map_or_else(|| "–".to_owned(), |summary| summary.standing.spoken(summary.is_disputed, language))
        };
        report.line(format!(
            "  {:<52} {} -> {}",
            change.duty,
            word(change.before.as_ref()),
            word(change.after.as_ref())
        ));
    }
    if changes.is_empty() {
        report.line(either(language, ["  nothing would be otherwise", "  没有变化"]));
    }
    let row = |change: &Change| {
        let json = |summary: Option<&duties::Summary>| summary.map_or(Json::Null, duties::Summary::to_json);
        let map = Map::new().with("duty", change.duty.as_str());
        Json::from(map.with("before", json(change.before.as_ref())).with("after", json(change.after.as_ref())))
    };
    report.data("supposed", Json::Array(changes.iter().map(row).collect()));
}
