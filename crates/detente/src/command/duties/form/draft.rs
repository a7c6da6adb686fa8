//! `detente duties form fill`: a report as far as it is known.

use std::collections::BTreeMap;
use std::path::Path;

use duties::form::{self, Filing, Filled, Form};
use duties::{Answer, Facts, Fault, Language, Reckoned, Span, StandingWord};
use record::digest::RecordDigest;
use record::json::{self, Json};
use record::stix::StixId;
use record::time::Timestamp;

use super::super::language as language_of;
use super::{output, tell};
use crate::arguments::{FilledArguments, FormFillArguments};
use crate::cases::Cases;
use crate::clock;
use crate::command::incident::Reading;
use crate::duty_book::DutyBook;
use crate::home::read_input;
use crate::operations::asked::is_remote;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{RuleFile, faulty};

/// A report as far as it is known, and how its duty stands.
pub(super) struct Draft {
    pub(super) incident: StixId,
    /// The version of the incident from which it is filled.
    pub(super) version: RecordDigest,
    pub(super) filled: Filled,
    pub(super) language: Language,
    pub(super) standing: StandingWord,
    pub(super) is_disputed: bool,
    /// The start and the end of the stage's clock, where there is one.
    pub(super) moments: Option<(Span, Span)>,
}

pub(super) fn run(arguments: &FormFillArguments, report: &mut Report) -> Done {
    let out = output::Target::of(&arguments.out)?;
    let now = clock::now();
    let reading = Reading::open(&arguments.dir)?;
    let book = DutyBook::read(reading.cases(), &[], now)?;
    let draft = draft(&book, reading.cases(), &arguments.filled, now)?;
    tell::head(&draft, report);
    let document = draft.filled.document(draft.language);
    tell::document(&document, report);
    tell::unsaid(&draft, book.packs().dictionary(), report);
    report.data("draft", document.to_json());
    report.line("\nThis is a draft. Nothing was signed.");
    output::write(out.as_ref(), &document, report)
}

/// Fills the form of a stage from all that is known.
pub(super) fn draft(book: &DutyBook<'_>, cases: Cases<'_>, asked: &FilledArguments, now: Timestamp) -> Done<Draft> {
    let written = written(asked)?;
    let case = cases.named(&asked.incident)?;
    let Some(version) = case.newest(cases.own) else {
        return Err(Failure::input(format!("no version of incident {} can be read", case.id))
            .advise("`detente incident show` says why"));
    };
    let gathered = book.facts_of(&case.id)?;
    let facts = match &asked.facts {
        Some(path) => gathered.with(&facts_of(book, path)?).facts,
        None => gathered.facts,
    };
    let (duty, stage) = stage_of(&asked.stage)?;
    let answers = book.answers(&facts, now);
    let answer = answers.iter().find(|answer| answer.duty.path == duty).ok_or_else(|| no_duty(duty))?;
    let known = answer.duty.stage(stage).ok_or_else(|| no_stage(answer, stage))?;
    let form = form_for(asked, known.form.as_deref())?;
    form.check_written(&written).map_err(|error| {
        Failure::arguments(error)
            .advise(format!("`detente duties form list --for {} --fields` has the fields", asked.stage))
    })?;
    let filing = Filing::new(&version.incident, &facts, answer, stage, now);
    let filing = if asked.last { filing.as_last() } else { filing };
    Ok(Draft {
        incident: case.id.clone(),
        version: version.digest,
        filled: form.fill(&filing, &written),
        language: asked.language.map_or_else(|| wanted(answer), language_of),
        standing: answer.standing.word(),
        is_disputed: !answer.disputed.is_empty(),
        moments: moments(answer, stage),
    })
}

fn moments(answer: &Answer<'_>, stage: &str) -> Option<(Span, Span)> {
    let by = answer.due().and_then(|due| due.clock(stage)).and_then(|clock| Reckoned::by(&clock.reckoned))?;
    Some((by.started, by.due))
}

/// The language that a duty wants its reports in; English where any will do.
fn wanted(answer: &Answer<'_>) -> Language {
    let wants = |tag: &str| answer.duty.languages.iter().any(|language| language.split('-').next() == Some(tag));
    if wants("zh") && !wants("en") { Language::Chinese } else { Language::English }
}

fn facts_of(book: &DutyBook<'_>, path: &Path) -> Done<Facts> {
    let file = RuleFile::read(path)?;
    Facts::parse(book.packs().dictionary(), &file.octets).map_err(|faults| faulty(&file.name, &faults))
}

/// The duty and the stage of a path.
fn stage_of(path: &str) -> Done<(&str, &str)> {
    path.rsplit_once('/').filter(|(duty, _)| duty.split('/').count() == 2).ok_or_else(|| {
        Failure::arguments(format!("`{path}` names no stage of a duty"))
            .advise("a stage is PACK/DUTY/STAGE, such as us-ca-sb53/report-15-days/initial; `detente duties show PACK` has them")
    })
}

fn no_duty(duty: &str) -> Failure {
    Failure::input(format!("there is no duty `{duty}`")).advise("`detente duties list` names them all")
}

fn no_stage(answer: &Answer<'_>, stage: &str) -> Failure {
    let known: Vec<&str> = answer.duty.stages.iter().map(|stage| stage.id.as_str()).collect();
    Failure::input(format!("the duty {} has no stage `{stage}`", answer.duty.path))
        .advise(format!("its stages are {}", known.join(", ")))
}

fn form_for(asked: &FilledArguments, named: Option<&str>) -> Done<Form> {
    let Some(name) = &asked.form else {
        let mut fitting = form::fitting(&asked.stage, named).map_err(|faults| faulty_form(&faults))?.into_iter();
        return fitting.next().ok_or_else(|| {
            Failure::input(format!("no form was made for {}", asked.stage))
                .advise("choose one with --form; `detente duties form list` has them")
        });
    };
    if form::names().any(|known| known == name) || is_remote() {
        return form::shipped(name).map_err(|faults| faulty_form(&faults));
    }
    if !Path::new(name).is_file() {
        let known = form::names().collect::<Vec<_>>().join(", ");
        return Err(Failure::input(format!("there is no form `{name}`, and no file of that name"))
            .advise(format!("there are {known}")));
    }
    Form::parse(&read_input(Path::new(name))?).map_err(|faults| faulty(name, &faults))
}

pub(super) fn faulty_form(faults: &[Fault]) -> Failure {
    faulty("the form", faults)
}

/// What was written by hand: the file, and over it what was typed.
fn written(asked: &FilledArguments) -> Done<BTreeMap<String, String>> {
    let mut written = match &asked.written {
        Some(path) => written_file(path)?,
        None => BTreeMap::new(),
    };
    for word in &asked.write {
        let (field, text) = word.split_once('=').ok_or_else(|| {
            Failure::arguments(format!("`{word}` says nothing"))
                .advise("type FIELD=TEXT, such as contact=\"A. Officer\"")
        })?;
        drop(written.insert(field.trim().to_owned(), text.to_owned()));
    }
    Ok(written)
}

fn written_file(path: &Path) -> Done<BTreeMap<String, String>> {
    let wrong = |why: String| {
        Failure::input(format!("`{}` {why}", path.display()))
            .advise(r#"write {"contact": "A. Officer", ...}: fields and texts"#)
    };
    let json = json::parse(&read_input(path)?).map_err(|error| wrong(format!("is no JSON: {error}")))?;
    let Json::Object(map) = json else { return Err(wrong("is no object".to_owned())) };
    let text = |(field, text): (String, Json)| match text {
        Json::String(text) => Ok((field, text)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            Err(wrong(format!("holds no text for `{field}`")))
        }
    };
    map.into_iter().map(text).collect()
}
