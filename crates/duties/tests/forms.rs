//! The shipped forms: which stages they were made for, and whether all that they say can be said in both languages.

use std::collections::BTreeSet;

use duties::form::{self, Field, Form, Origin};
use duties::{Facts, shipped};
use incident::{
    AutonomyLevel, DeploymentState, EventKind, HarmState, HarmType, Severity, Stage, SubmitterRole, UseKind,
};
use record::json::{Json, parse};

use crate::filings::{crane, texts};
use crate::scene::{answer, at, dictionary, facts, today};

/// A form for any stage: it serves where no other was made.
const GENERAL: &str = "oecd-29";

fn forms() -> Vec<Form> {
    form::names().map(|name| form::shipped(name).unwrap()).collect()
}

/// Every stage of the shipped packs, with the form that its pack names.
fn stages() -> Vec<(String, Option<String>)> {
    let packs = shipped::packs(today()).unwrap();
    let duties = packs.packs().iter().flat_map(|pack| &pack.duties);
    duties
        .flat_map(|duty| duty.stages.iter().map(|stage| (format!("{}/{}", duty.path, stage.id), stage.form.clone())))
        .collect()
}

#[test]
fn every_stage_of_the_shipped_packs_has_a_form_that_was_made_for_it() {
    for (path, named) in stages() {
        let fitting = form::fitting(&path, named.as_deref()).unwrap();
        let first = &fitting[0];
        assert!(named.as_ref().is_none_or(|named| *named == first.id), "{path}: its pack names another form");
        assert!(first.id != GENERAL || path.starts_with("coalition-template/"), "{path} has no form of its own");
        assert!(fitting.iter().any(|form| form.id == GENERAL), "{path}");
        assert!(first.closeness(&path).is_some(), "{path}: {} does not say that it was made for it", first.id);
    }
}

#[test]
fn the_closest_form_comes_first() {
    let summary = form::fitting("cn-incident-reporting/cii-one-hour/summary", None).unwrap();
    assert_eq!(summary[0].id, "cn-incident-summary");
    let report = form::fitting("cn-incident-reporting/cii-one-hour/initial", None).unwrap();
    assert_eq!(report[0].id, "cn-incident-report");
    let named = form::fitting("elsewhere/duty/stage", Some("us-ca-sb53")).unwrap();
    assert_eq!(named.iter().map(|form| form.id.as_str()).collect::<Vec<_>>(), ["us-ca-sb53", GENERAL]);
}

/// A stage that is named in a form and is nowhere would never ask for anything.
#[test]
fn every_stage_that_a_form_names_is_there() {
    let paths: Vec<String> = stages().into_iter().map(|(path, _)| path).collect();
    for form in forms() {
        let inner = form.fields().flat_map(|field| &field.stages);
        for pattern in form.stages.iter().chain(&form.last).chain(inner) {
            assert!(paths.iter().any(|path| pattern.fits(path)), "{}: {pattern} fits no stage", form.id);
        }
        for field in form.fields() {
            for pattern in &field.stages {
                let fits = paths.iter().filter(|path| pattern.fits(path));
                assert!(
                    fits.clone().count() > 0 && fits.into_iter().all(|path| form.closeness(path).is_some()),
                    "{}: {pattern}",
                    form.id
                );
            }
        }
    }
}

/// The words that an incident's closed lists have, by the property.
fn closed(property: &str) -> Vec<&'static str> {
    macro_rules! names {
        ($kind:ty) => {
            <$kind>::ALL.iter().map(|word| word.name()).collect()
        };
    }
    match property {
        "event_kind" => names!(EventKind),
        "severity" => names!(Severity),
        "submitter_role" => names!(SubmitterRole),
        "use_kind" => names!(UseKind),
        "autonomy_level" => names!(AutonomyLevel),
        "deployment_state" => names!(DeploymentState),
        "stage" => names!(Stage),
        "harms" => {
            let types = HarmType::ALL.iter().map(|word| word.name());
            types.chain(HarmState::ALL.iter().map(|word| word.name())).chain(["people"]).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_word_of_a_closed_list_has_its_chinese() {
    for form in forms() {
        let known: BTreeSet<&str> = form.words.iter().map(|(word, _)| word.as_str()).collect();
        for property in form.fields().flat_map(|field| &field.from).filter_map(property) {
            for word in closed(property) {
                assert!(known.contains(word), "{}: no Chinese for `{word}` of {property}", form.id);
            }
        }
    }
}

fn property(origin: &Origin) -> Option<&str> {
    if let Origin::Property(name) = origin { Some(name) } else { None }
}

/// A field that has to be filled, and can be filled from nothing that a person can say, would make its report impossible to file.
#[test]
fn whatever_has_to_be_said_can_be_said_by_a_person() {
    let is_sayable = |field: &Field| field.from.iter().any(|origin| !matches!(origin, Origin::Answer(_)));
    let always = ["answer:filed_on", "answer:recipient", "answer:stage", "answer:channel"];
    for form in forms() {
        for field in form.fields().filter(|field| field.wanted != form::Wanted::Never || !field.stages.is_empty()) {
            let is_given = field.from.iter().any(|origin| always.contains(&origin.name().as_str()));
            assert!(is_sayable(field) || is_given, "{}: {} hangs on a moment that may not be there", form.id, field.id);
        }
    }
}

/// What each stage of NIS 2 has to say, by the ids of the fields that nothing fills.
fn missing_of_nis2(stage: &str) -> BTreeSet<String> {
    let packs = shipped::packs(today()).unwrap();
    let known = Facts::of_incident(&dictionary(), &crane())
        .with(&facts(r#"{"actor.nis2_class": "essential", "incident.nis2_significant": true}"#));
    let answer = answer(&packs, &known, "2026-07-02T00:00:00Z", "eu-nis2-23/notify");
    let incident = crane();
    let filing = form::Filing::new(&incident, &known, &answer, stage, at("2026-07-02T08:00:00Z"));
    form::shipped("eu-nis2").unwrap().fill(&filing, &texts(&[])).missing.into_iter().collect()
}

#[test]
fn each_stage_of_nis_2_asks_for_its_own_part() {
    let [early, last] = ["early-warning", "final"].map(missing_of_nis2);
    assert!(early.contains("unlawful") && !early.contains("cause"), "{early:?}");
    assert!(last.contains("cause") && last.contains("measures"), "{last:?}");
    assert!(!missing_of_nis2("notification").contains("cause"));
}

#[test]
fn the_four_statements_are_asked_for_in_the_report_and_the_danger_in_the_call() {
    let form = form::shipped("us-ca-sb53").unwrap();
    let four: Vec<&Field> = form
        .fields()
        .filter(|field| field.stages.iter().any(|one| one.fits("us-ca-sb53/report-15-days/initial")))
        .collect();
    assert_eq!(
        four.iter().map(|field| field.id.as_str()).collect::<Vec<_>>(),
        ["date", "why", "statement", "internal"]
    );
    let danger = form.fields().find(|field| field.id == "danger").unwrap();
    assert!(danger.stages[0].fits("us-ca-sb53/tell-24-hours/initial"));
}

/// The facts of July 2026, as far as they were known at a step of the scenario, and its moment.
fn sandbox_escape(step: usize) -> (Facts, String) {
    let text = include_str!("../../../data/duties/scenarios/sandbox-escape.json");
    let Json::Object(scenario) = parse(text.as_bytes()).unwrap() else { panic!("no object") };
    let step = scenario.get("steps").unwrap().as_array().unwrap()[step].as_object().unwrap().clone();
    let known = Facts::of_json(&dictionary(), step.get("facts").unwrap()).unwrap();
    (known, step.text("as_of").unwrap().to_owned())
}

fn filled_for_july(step: usize) -> (duties::StandingWord, form::Filled) {
    let packs = shipped::packs(today()).unwrap();
    let (known, as_of) = sandbox_escape(step);
    let answer = answer(&packs, &known, &as_of, "eu-gpai-code/code-measure-9-3");
    let incident = crane();
    let filing = form::Filing::new(&incident, &known, &answer, "initial", at(&as_of));
    (answer.standing.word(), form::shipped("eu-gpai").unwrap().fill(&filing, &texts(&[])))
}

#[test]
fn in_july_2026_the_report_names_the_date_that_nobody_told() {
    let (standing, filled) = filled_for_july(0);
    assert_eq!(standing, duties::StandingWord::Undetermined);
    let missing: BTreeSet<&str> = filled.missing.iter().map(String::as_str).collect();
    for asked in ["involvement_known", "model", "capacity", "contact", "response", "recommended"] {
        assert!(missing.contains(asked), "{asked}: {missing:?}");
    }
    for open in ["cause", "patterns", "due", "duration"] {
        assert!(!missing.contains(open), "{open}: a first report may leave it open, or it is known");
    }
    let unsaid = filled.unsaid(&dictionary());
    assert!(unsaid.iter().all(|one| one.questions.iter().all(|both| !both.en.is_empty() && !both.zh.is_empty())));
    let date = unsaid.iter().find(|one| one.field.id == "involvement_known").unwrap();
    assert_eq!(date.questions[0].en, "When did we become aware that our model was involved?");
}

#[test]
fn once_the_date_is_told_the_report_shows_whether_it_came_in_time() {
    let (standing, filled) = filled_for_july(3);
    assert_eq!(standing, duties::StandingWord::Due);
    assert!(!filled.missing.contains(&"involvement_known".to_owned()));
    assert!(!filled.field("due").unwrap().said.is_empty() && !filled.field("filed_on").unwrap().said.is_empty());
}
