//! `detente duties check`: which duties there are, by when, and what is not known yet.

use duties::{Answer, Change, Facts, Language, Packs, StandingWord};
use record::json::{Json, Map};
use record::time::Timestamp;

use super::{NOT_ADVICE, either, keep, language, show, tell};
use crate::arguments::DutiesCheckArguments;
use crate::clock;
use crate::command::incident::Reading;
use crate::duty_book::{DutyBook, Gathered, Source};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{self, RuleFile, known};

pub(super) fn run(arguments: &DutiesCheckArguments, report: &mut Report) -> Done {
    let now = clock::now();
    let Known { packs, gathered } = known(arguments, now, report)?;
    let facts = gathered.facts.clone();
    let as_of = arguments.known.as_of.unwrap_or(now);
    let answers = packs.evaluate(&facts, as_of);
    let language = language(arguments.known.language);
    report.fact("as_of", as_of.to_string());
    report.data("facts", facts.to_json());
    if let Some(duty) = &arguments.explain {
        return explain(&packs, &answers, (duty, &facts), language, report);
    }
    say(&packs, &answers, arguments.all, language, report);
    say_sources(&gathered, language, report);
    if !arguments.suppose.is_empty() {
        let supposed = known::typed(packs.dictionary(), &arguments.suppose)?;
        suppose(&packs.what_if(&facts, as_of, &supposed), language, report);
    }
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    Ok(())
}

/// The packs that hold, and what is known under them.
struct Known {
    packs: Packs,
    gathered: Gathered,
}

/// What is kept and what the incident says, under what was given besides. Without a node only what was given.
fn known(arguments: &DutiesCheckArguments, now: Timestamp, report: &mut Report) -> Done<Known> {
    let Some(dir) = &arguments.dir else {
        let packs = rules::packs(&arguments.packs.packs, now)?;
        let given = known::given(packs.dictionary(), &arguments.known)?;
        let gathered = Gathered::nothing(packs.dictionary()).with(&given);
        return Ok(Known { packs, gathered });
    };
    let reading = Reading::open(dir)?;
    let files = arguments.packs.packs.iter().map(|path| RuleFile::read(path)).collect::<Done<Vec<_>>>()?;
    let book = DutyBook::read(reading.cases(), &files, now)?;
    let given = known::given(book.dictionary(), &arguments.known)?;
    let gathered = match &arguments.incident {
        Some(incident) => of_incident(&reading, &book, incident, now, report)?,
        None => book.profile()?,
    };
    let gathered = gathered.with(&given);
    report.data("sources", gathered.sources_json());
    keep::say_left_out(&gathered, report);
    show::say_adopted(&book, report);
    Ok(Known { packs: book.packs().clone(), gathered })
}

fn of_incident(
    reading: &Reading,
    book: &DutyBook<'_>,
    incident: &str,
    now: Timestamp,
    report: &mut Report,
) -> Done<Gathered> {
    let case = reading.cases().named(incident)?;
    if case.newest(reading.own).is_none() {
        return Err(Failure::input(format!("no version of incident {} can be read", case.id))
            .advise("`detente incident show` says why"));
    }
    let gathered = book.facts_of(&case.id)?;
    report.fact("incident", case.id.as_str());
    if let Some(version) = gathered.version {
        report.fact("record_digest", version.to_string());
    }
    let clocks = book.clocks_of(&case.id, now)?;
    report.data("clocks", Json::Array(clocks.iter().map(|row| Json::from(row.to_json(now))).collect()));
    Ok(gathered)
}

/// Where the facts come from, in a line for each place.
fn say_sources(gathered: &Gathered, language: Language, report: &Report) {
    if gathered.sources.values().all(|source| *source == Source::Typed) {
        return;
    }
    report.line(either(language, ["\nWhat is known, and from where:", "\n已知事实及其来源："]));
    for (id, source) in &gathered.sources {
        let record = source.record().map(|record| record.to_string()).unwrap_or_default();
        let by = gathered.said_by(source).map(|by| format!("  {by}")).unwrap_or_default();
        report.line(format!("  {id:<36} {:<9} {record}{by}", source.word()));
    }
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
    changes.iter().for_each(|change| report.line(tell::change(change, language)));
    if changes.is_empty() {
        report.line(either(language, ["  nothing would be otherwise", "  没有变化"]));
    }
    report.data("supposed", Json::Array(changes.iter().map(tell::change_json).collect()));
}
