//! Open questions inside deadlines, stages and displacements, each read by itself; and deadlines without a number.

use duties::{Language, Reckoned, Sooner, StandingWord, Truth};

use crate::scene::{answer, due, facts, set, small_changed};

const AS_OF: &str = "2026-07-02T00:00:00Z";

const DEATH: &str = r#"{"actor.roles": ["provider"], "harm.deaths": 1, "harm.death_link": "established",
    "time.aware": "2026-07-01T09:00:00Z", "time.suspected": "not yet", "actor.eu_equivalent_reporting": false}"#;

/// The place of the questions, and two more of them.
const QUESTIONS: &str = r#"{"id": "is-suspicion-enough", "text""#;
const MORE_QUESTIONS: &str = r#"{"id": "short", "text": {"en": "Is it short?", "zh": "是否从短？"}, "source": "letter"},
    {"id": "strict", "text": {"en": "Is it strict?", "zh": "是否从严？"}, "source": "letter"},
    {"id": "is-suspicion-enough", "text""#;

/// The first deadline of the first report; others are put before it.
const GENERAL: &str = r#"            {
              "id": "general",
              "label": {"en": "15 days", "zh": "15日"},"#;

fn with_deadline(deadline: &str) -> String {
    small_changed(&[(QUESTIONS, MORE_QUESTIONS), (GENERAL, &format!("{deadline},\n{GENERAL}"))])
}

fn three_days(when: &str) -> String {
    format!(
        r#"{{"id": "three", "label": {{"en": "3 days", "zh": "3日"}}, "when": {when}, "within": {{"days": 3}},
            "counting": "clock", "source": "letter"}}"#
    )
}

fn at_once(when: &str) -> String {
    format!(
        r#"{{"id": "now", "label": {{"en": "At once", "zh": "立即"}}, {when} "within": "without delay", "source": "treaty"}}"#
    )
}

fn ids(list: &[&std::sync::Arc<duties::Question>]) -> Vec<String> {
    list.iter().map(|question| question.id.clone()).collect()
}

fn deadlines(list: &[Sooner<'_>]) -> Vec<(String, bool)> {
    list.iter().map(|sooner| (sooner.deadline.id.clone(), sooner.is_certain())).collect()
}

#[test]
fn a_disputed_deadline_is_shown_by_its_earlier_reading_with_the_other_beside_it() {
    let packs = set(&[&with_deadline(&three_days(r#"{"question": "short"}"#))]);
    let answer = answer(&packs, &facts(DEATH), AS_OF, "small/tell");
    assert_eq!(due(&answer, "initial"), "2026-07-04T09:00:00Z");
    let by = answer.due().unwrap().clock("initial").unwrap().reckoned.by().unwrap().clone();
    assert_eq!(by.otherwise.as_ref().map(|other| other.due.to_string()).as_deref(), Some("2026-07-13T22:00:00Z"));
    assert_eq!(ids(&answer.disputed), ["short"]);
    assert!(answer.contested.is_empty(), "that it is due is not in doubt");
    let json = answer.to_json().to_string();
    assert!(json.contains(r#""otherwise":{"deadline":"death""#), "{json}");
}

#[test]
fn questions_are_read_one_by_one_and_not_all_alike() {
    // Read all yes, or all no, it never applies; read one yes and one no, it does.
    let mixed = r#"{"all": [{"question": "short"}, {"not": {"question": "strict"}}]}"#;
    let packs = set(&[&with_deadline(&three_days(mixed))]);
    let answer = answer(&packs, &facts(DEATH), AS_OF, "small/tell");
    assert_eq!(answer.due().unwrap().clock("initial").unwrap().reckoned.by().unwrap().deadline.id, "three");
    assert_eq!(ids(&answer.disputed), ["short", "strict"]);
}

#[test]
fn a_question_that_moves_nothing_is_not_named() {
    let never = r#"{"all": [{"question": "short"}, {"fact": "harm.injured", "at_least": 1}]}"#;
    let packs = set(&[&with_deadline(&three_days(never))]);
    let unhurt = DEATH.replace("\"harm.deaths\"", "\"harm.injured\": 0, \"harm.deaths\"");
    let settled = answer(&packs, &facts(&unhurt), AS_OF, "small/tell");
    assert_eq!((settled.disputed.len(), due(&settled, "initial").as_str()), (0, "2026-07-13T22:00:00Z"));
    let open = answer(&packs, &facts(DEATH), AS_OF, "small/tell");
    let by = open.due().unwrap().clock("initial").unwrap().reckoned.by().unwrap().clone();
    assert_eq!((by.deadline.id.as_str(), by.sooner_if.len()), ("death", 1));
    assert_eq!(by.sooner_if[0].missing, ["harm.injured"]);
    assert_eq!(ids(&open.disputed), ["short"], "with somebody hurt it would depend on the question");
}

#[test]
fn a_disputed_displacement_leaves_the_duty_due_and_is_named() {
    let when = r#""when": {"fact": "actor.eu_equivalent_reporting", "is": true}, "if_due": true"#;
    let mixed = r#""when": {"all": [{"question": "short"}, {"not": {"question": "strict"}}]}, "if_due": true"#;
    let packs = set(&[&small_changed(&[(QUESTIONS, MORE_QUESTIONS), (when, mixed)])]);
    let stand = |danger: &str| {
        let known = facts(
            &DEATH.replace("\"harm.deaths\"", &format!("\"incident.imminent_danger\": {danger}, \"harm.deaths\"")),
        );
        let answer = answer(&packs, &known, AS_OF, "small/tell");
        let possible: Vec<String> =
            answer.due().unwrap().displaced_if.iter().flat_map(|one| ids(&one.disputed)).collect();
        (ids(&answer.disputed), possible)
    };
    let both = vec!["short".to_owned(), "strict".to_owned()];
    assert_eq!(stand("true"), (both.clone(), both));
    assert_eq!(stand("false"), (Vec::new(), Vec::new()), "nothing could displace it, however the questions are read");
}

#[test]
fn a_condition_asks_few_questions() {
    let five = r#"{"any": [{"question": "is-suspicion-enough"}, {"question": "short"}, {"question": "strict"}, {"question": "late"}]}"#;
    let more = MORE_QUESTIONS.replace(
        "{\"id\": \"strict\"",
        r#"{"id": "late", "text": {"en": "Late?", "zh": "是否迟？"}, "source": "letter"}, {"id": "strict""#,
    );
    let text = small_changed(&[(QUESTIONS, &more), (GENERAL, &format!("{},\n{GENERAL}", three_days(five)))]);
    let faults = duties::Pack::parse(text.as_bytes(), &crate::scene::dictionary()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.reason.contains("asks 4 open questions; at most 3")), "{faults:?}");
}

#[test]
fn at_once_stands_beside_a_number() {
    let certain = set(&[&with_deadline(&at_once(""))]);
    let found = answer(&certain, &facts(DEATH), AS_OF, "small/tell");
    let clock = found.due().unwrap().clock("initial").unwrap();
    assert_eq!(clock.reckoned.by().unwrap().deadline.id, "death");
    assert_eq!(deadlines(&clock.at_once), [("now".to_owned(), true)]);
    let steps = certain.explain(&found, &facts(DEATH));
    let beside = steps.iter().find(|step| step.what.en.starts_with("Besides, without a number")).unwrap();
    assert_eq!((beside.truth, beside.source.as_ref().unwrap().id.as_str()), (Some(Truth::True), "treaty"));
    assert!(beside.what.get(Language::Chinese).contains("立即"));
    let json = found.to_json().to_string();
    assert!(json.contains(r#""at_once":[{"deadline":"now""#), "{json}");

    let open = set(&[&with_deadline(&at_once(r#""when": {"fact": "harm.injured", "at_least": 1},"#))]);
    let found = answer(&open, &facts(DEATH), AS_OF, "small/tell");
    let clock = found.due().unwrap().clock("initial").unwrap();
    assert_eq!(
        (deadlines(&clock.at_once), &clock.at_once[0].missing),
        (vec![("now".to_owned(), false)], &vec!["harm.injured"])
    );

    let waiting = DEATH.replace(r#""time.aware": "2026-07-01T09:00:00Z", "#, "");
    let found = answer(&certain, &facts(&waiting), AS_OF, "small/tell");
    let clock = found.due().unwrap().clock("initial").unwrap();
    assert!(matches!(clock.reckoned, Reckoned::WaitsFor { .. }));
    assert_eq!(deadlines(&clock.at_once), [("now".to_owned(), true)], "a clock that waits is no leave to wait");
}

#[test]
fn numbers_that_are_open_stand_beside_a_certain_at_once() {
    let general = r#""label": {"en": "15 days", "zh": "15日"},"#;
    let open = r#""label": {"en": "15 days", "zh": "15日"}, "when": {"fact": "harm.injured", "at_least": 1},"#;
    let text = with_deadline(&at_once("")).replace(general, open);
    let packs = set(&[&text]);
    let hurt = r#"{"actor.roles": ["provider"], "harm.deaths": 0, "harm.serious_health": true, "time.suspected": "not yet",
        "time.aware": "2026-07-01T09:00:00Z", "actor.eu_equivalent_reporting": false}"#;
    let found = answer(&packs, &facts(hurt), AS_OF, "small/tell");
    let clock = found.due().unwrap().clock("initial").unwrap();
    let Reckoned::WithoutDelay { perhaps, deadline, .. } = &clock.reckoned else { panic!("{clock:?}") };
    assert_eq!((deadline.id.as_str(), deadlines(perhaps)), ("now", vec![("general".to_owned(), false)]));
    assert_eq!(perhaps[0].due.unwrap().to_string(), "2026-07-16T22:00:00Z");
    assert!(
        packs
            .explain(&found, &facts(hurt))
            .iter()
            .any(|step| step.what.en.starts_with("Perhaps by 2026-07-16T22:00:00Z"))
    );
    assert!(found.to_json().to_string().contains(r#""perhaps":[{"deadline":"general""#));
}

#[test]
fn a_repeated_stage_that_was_owed_before_its_end_stays_owed() {
    let packs = set(&[crate::scene::SMALL]);
    let interim = |more: &str| {
        let known = facts(&DEATH.replace("\"harm.deaths\"", &format!("{more}, \"harm.deaths\"")));
        let answer = answer(&packs, &known, "2026-09-01T00:00:00Z", "small/tell");
        answer.due().unwrap().clock("interim").unwrap().reckoned.clone()
    };
    let filed = r#""filed:small/tell/initial": "2026-07-05T10:00:00Z""#;
    let resolved = |at: &str| interim(&format!(r#"{filed}, "time.resolved": "{at}""#));
    assert_eq!(resolved("2026-08-02T10:00:01Z").by().unwrap().due.to_string(), "2026-08-02T10:00:00Z");
    assert_eq!(
        resolved("2026-08-02T10:00:00Z"),
        Reckoned::None,
        "resolved when the period ended: nothing was unresolved"
    );
    assert_eq!(resolved("2026-07-20T10:00:00Z"), Reckoned::None);
    assert!(
        matches!(resolved("2026-08-02"), Reckoned::Undetermined { missing, .. } if missing == ["time.resolved"]),
        "the hour decides"
    );
    let late = r#""filed:small/tell/interim": "2026-08-30T10:00:00Z""#;
    assert_eq!(interim(&format!(r#"{filed}, {late}, "time.resolved": "2026-08-10T10:00:00Z""#)), Reckoned::None);
    let unfiled = r#""filed:small/tell/initial": "not yet", "time.resolved": "2026-08-10T10:00:00Z""#;
    assert_eq!(interim(unfiled), Reckoned::None);
    assert!(matches!(interim(r#""time.resolved": "2026-08-10T10:00:00Z""#), Reckoned::WaitsFor { .. }), "nobody said");
}

#[test]
fn an_end_found_by_trying_all_cases_is_explained_as_such() {
    let excluding = r#"{"all": [{"not": {"fact": "incident.cn_cii_involved", "is": true}}, {"any": [
        {"fact": "incident.imminent_danger", "is": true},
        {"all": [{"fact": "incident.cn_cii_involved", "is": true}, {"fact": "harm.outage_minutes", "at_least": 10}]}]}]}"#;
    let packs = crate::scene::warned_by(excluding);
    let known = facts(r#"{"incident.imminent_danger": false}"#);
    let found = answer(&packs, &known, AS_OF, "small/warn");
    assert_eq!(found.standing.word(), StandingWord::NotDue);
    let steps = packs.explain(&found, &known);
    let whole = steps.iter().position(|step| step.what.en == "All of these:").unwrap();
    assert_eq!(steps[whole].truth, Some(Truth::False), "a duty that is not due is not explained by something open");
    assert!(
        steps[whole + 1].what.en.contains("all cases of the facts not known were tried together, and it holds in none")
    );
    assert!(steps[whole + 1].what.zh.contains("均不成立"));
    let open = steps.iter().filter(|step| step.truth == Some(Truth::Unknown)).count();
    assert!(open >= 2, "its parts are open each by itself");
    let plain =
        packs.explain(&found, &facts(r#"{"incident.imminent_danger": false, "incident.cn_cii_involved": false}"#));
    assert!(!plain.iter().any(|step| step.what.en.contains("tried together")), "what its parts say needs no cases");
}
