//! Packs that are refused, each with line and reason.

use crate::scene::{SMALL, load, load_on, small_with, told};

/// The line on which a text stands in the small pack.
fn line_of(text: &str) -> usize {
    SMALL.lines().position(|line| line.contains(text)).unwrap() + 1
}

/// What is told of the small pack with one place changed.
fn refused(from: &str, to: &str) -> String {
    told(&load(&[&small_with(from, to)]).expect_err("it should be refused"))
}

fn refused_at(line: usize, reason: &str, from: &str, to: &str) {
    let told = refused(from, to);
    assert!(told.contains(&format!("line {line},")) && told.contains(reason), "{told}");
}

#[test]
fn overlapping_windows() {
    let from = r#""in_force": {"from": "2026-06-01", "until": "2028-01-01", "source": "treaty"}"#;
    let to = r#""in_force": [{"from": "2026-06-01", "until": "2028-01-01", "source": "treaty"}, {"from": "2027-12-31", "source": "treaty"}]"#;
    refused_at(line_of(from), "overlaps the window from 2026-06-01 (until 2028-01-01)", from, to);
}

#[test]
fn windows_that_stood_at_different_times_may_overlap() {
    let from = r#""in_force": {"from": "2026-06-01", "until": "2028-01-01", "source": "treaty"}"#;
    let to = r#""in_force": [{"from": "2026-06-01", "stood": {"until": "2026-07-27"}, "source": "treaty"}, {"from": "2026-06-02", "stood": {"from": "2026-07-27"}, "source": "treaty"}]"#;
    load(&[&small_with(from, to)]).unwrap_or_else(|faults| panic!("{}", told(&faults)));
}

#[test]
fn a_window_that_ends_before_it_begins() {
    let from = r#""until": "2028-01-01""#;
    refused_at(line_of(from), "ends (2026-05-01) before it begins (2026-06-01)", from, r#""until": "2026-05-01""#);
}

#[test]
fn a_circle_of_displacement() {
    let from = r#""languages": [],"#;
    let to = r#""languages": [], "displaced_by": [{"duty": "small/tell", "source": "treaty"}],"#;
    let told = refused(from, to);
    assert!(
        told.contains("displaces in a circle: small/tell gives way to small/warn gives way to small/tell"),
        "{told}"
    );
    assert!(told.contains(&format!("line {}", line_of(from))), "{told}");
}

#[test]
fn a_duty_that_displaces_itself() {
    let told = refused(r#"{"duty": "small/warn", "when""#, r#"{"duty": "small/tell", "when""#);
    assert!(told.contains("displaces in a circle: small/tell gives way to small/tell"), "{told}");
}

#[test]
fn displacement_by_a_duty_that_is_not_here() {
    let from = r#"{"duty": "small/warn", "when""#;
    refused_at(line_of(from), "no loaded pack has the duty `other/duty`", from, r#"{"duty": "other/duty", "when""#);
}

#[test]
fn an_unknown_fact() {
    let from = r#"{"fact": "incident.imminent_danger", "is": true}"#;
    refused_at(line_of(from), "no fact `incident.imminent`", from, r#"{"fact": "incident.imminent", "is": true}"#);
}

#[test]
fn a_test_of_another_type() {
    let from = r#"{"fact": "incident.imminent_danger", "is": true}"#;
    let to = r#"{"fact": "incident.imminent_danger", "at_least": 1}"#;
    refused_at(line_of(from), "is of the type boolean, whose tests are is", from, to);
}

#[test]
fn a_code_outside_its_list() {
    let from = r#"{"fact": "harm.death_link", "is": "established"}"#;
    refused_at(
        line_of(from),
        "has no such code; its codes are",
        from,
        r#"{"fact": "harm.death_link", "is": "certain"}"#,
    );
}

#[test]
fn a_failing_vignette() {
    let from = r#""due": "2026-07-13T22:00:00Z""#;
    let told = refused(from, r#""due": "2026-07-11T22:00:00Z""#);
    assert!(told.contains("vignette `a-death` fails"), "{told}");
    assert!(told.contains("2026-07-13T22:00:00Z") && told.contains("line "), "{told}");
}

#[test]
fn an_expired_pack() {
    let told = told(&load_on(&[SMALL], "2029-01-01".parse().unwrap()).unwrap_err());
    assert!(told.contains(&format!("line {}", line_of("\"expires\""))) && told.contains("has passed"), "{told}");
    load_on(&[SMALL], "2028-12-31".parse().unwrap()).unwrap_or_else(|faults| panic!("{faults:?}"));
}

/// What would make everything due.
#[test]
fn triggers_that_hold_of_everything() {
    let from = r#"{"fact": "incident.imminent_danger", "is": true}"#;
    let always = r#"{"any": [{"fact": "incident.imminent_danger", "is": true}, {"not": {"fact": "incident.imminent_danger", "is": true}}]}"#;
    refused_at(line_of(from), "cannot be false, so everything would be due", from, always);
    let of_us = r#"{"fact": "actor.roles", "has": "provider"}"#;
    refused_at(line_of(from), "asks nothing about the incident", from, of_us);
    let by_us =
        r#"{"any": [{"fact": "incident.imminent_danger", "is": true}, {"fact": "actor.roles", "has": "deployer"}]}"#;
    refused_at(line_of(from), "can hold by what we or the system are alone", from, by_us);
    let at_least_none = r#"{"fact": "harm.deaths", "at_least": 0}"#;
    refused_at(line_of(from), "everything would be due", from, at_least_none);
}

#[test]
fn a_trigger_that_can_never_hold() {
    let from = r#"{"fact": "incident.imminent_danger", "is": true}"#;
    let never = r#"{"all": [{"fact": "incident.imminent_danger", "is": true}, {"fact": "incident.imminent_danger", "is": false}]}"#;
    refused_at(line_of(from), "cannot be true, so the duty would never be due", from, never);
}

#[test]
fn references_to_what_is_not_there() {
    let cases = [
        (r#"{"term": "grave"}"#, r#"{"term": "graver"}"#, "no definition `graver` stands before this"),
        (r#"{"question": "is-suspicion-enough"}"#, r#"{"question": "what"}"#, "the pack has no question `what`"),
        (
            r#""counting": "clock", "source": "letter""#,
            r#""counting": "sundial", "source": "letter""#,
            "no counting rule `sundial`",
        ),
        (r#""calendar": "office""#, r#""calendar": "home""#, "no calendar `home`"),
        (
            r#""start": {"filed": "initial"}"#,
            r#""start": {"filed": "first"}"#,
            "no stage `first` stands before this one",
        ),
        (r#""form": "oecd-29""#, r#""form": "oecd-30""#, "there is no form `oecd-30`"),
        (r#""else": "Europe/Brussels""#, r#""else": "Europe/Nowhere""#, "is no zone of the IANA database"),
        (r#""confidence": "secondary""#, r#""confidence": "rumour""#, "unknown confidence `rumour`"),
    ];
    for (from, to, reason) in cases {
        refused_at(line_of(from), reason, from, to);
    }
}

#[test]
fn what_nothing_uses() {
    let from = r#"  "definitions": ["#;
    let unused = r#"  "definitions": [ {"id": "idle", "label": {"en": "Idle", "zh": "闲置"}, "when": {"fact": "harm.serious_health", "is": true}, "source": "treaty"},"#;
    refused_at(line_of(from), "nothing uses `idle`", from, unused);
}

#[test]
fn members_that_are_not_known_and_texts_in_one_language() {
    let from = r#""label": {"en": "Warn at once", "zh": "立即预警"}"#;
    refused_at(line_of(from), "`zh` is missing", from, r#""label": {"en": "Warn at once"}"#);
    refused_at(line_of(from), "is empty", from, r#""label": {"en": "Warn at once", "zh": " "}"#);
    let from = r#""languages": [],"#;
    refused_at(line_of(from), "is not known here", from, r#""languages": [], "lawyer": "me","#);
}

#[test]
fn a_link_that_would_act_is_refused() {
    let from = r#""link": """#;
    refused_at(line_of(from), "begins with https://", from, r#""link": "javascript:alert(1)""#);
}

#[test]
fn a_calendar_that_closes_for_good_and_a_holiday_of_an_unlisted_year() {
    let from = r#""weekend": ["saturday", "sunday"]"#;
    let week = r#""weekend": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]"#;
    refused_at(line_of(from), "closes every day of the week", from, week);
    let from = r#""2027-01-01"]"#;
    refused_at(line_of(from), "lies in 2028, which `years` does not list", from, r#""2028-01-01"]"#);
}

#[test]
fn every_fault_is_told_at_once() {
    let broken = small_with(r#""confidence": "secondary""#, r#""confidence": "rumour""#);
    let broken = broken.replace(r#""review_by": "2027-12-31""#, r#""review_by": "2027-02-30""#);
    let told = told(&load(&[&broken]).unwrap_err());
    assert!(told.contains("rumour") && told.contains("2027-02-30"), "{told}");
}

#[test]
fn two_packs_of_one_id() {
    let told = told(&load(&[SMALL, SMALL]).unwrap_err());
    assert!(told.contains("another pack has the id `small` too"), "{told}");
}

#[test]
fn text_that_is_no_json_and_a_duplicate_key_have_their_line() {
    let told_of = |text: &str| told(&load(&[text]).unwrap_err());
    assert!(told_of("{\n\"a\": 1,\n").contains("line 3"), "{}", told_of("{\n\"a\": 1,\n"));
    let twice = small_with(r#""version": "1.0.0","#, "\"version\": \"1.0.0\",\n\"version\": \"1.0.1\",");
    assert!(told_of(&twice).contains("duplicate key `version`"), "{}", told_of(&twice));
}

#[test]
fn conditions_that_nest_too_deep_or_test_too_much() {
    let from = r#"{"fact": "incident.imminent_danger", "is": true}"#;
    let deep = (0..30).fold(from.to_owned(), |inner, _| format!(r#"{{"not": {inner}}}"#));
    refused_at(line_of(from), "nests deeper than", from, &deep);
    let many = format!(r#"{{"any": [{}]}}"#, vec![from; 300].join(", "));
    refused_at(line_of(from), "makes 300 tests", from, &many);
}

#[test]
fn a_dictionary_that_is_wrong_tells_each_fault_with_its_line() {
    let wrong = r#"{"facts": [
        {"id": "a", "about": "system", "type": "code", "label": {"en": "A", "zh": "A"}, "question": {"en": "A?", "zh": "A?"}},
        {"id": "b", "about": "system", "type": "boolean", "codes": [], "label": {"en": "B", "zh": "B"}, "question": {"en": "B?", "zh": "B?"}},
        {"id": "c", "about": "system", "type": "count", "label": {"en": "C", "zh": "C"}, "question": {"en": "C?", "zh": "C?"}, "read_from": "nowhere"},
        {"id": "d", "about": "system", "type": "boolean", "label": {"en": "D", "zh": "D"}, "question": {"en": "D?", "zh": "D?"}}],
        "kinds": [{"id": "k", "label": {"en": "K", "zh": "K"}, "facts": {"d": true, "e": 1}}]}"#;
    let faults = duties::Dictionary::parse(wrong.as_bytes()).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for (line, reason) in [
        (2, "`codes` is missing"),
        (3, "stands only with the types code and codes"),
        (4, "is no property of an incident"),
        (6, "says what happened, not who we are"),
        (6, "no fact `e`"),
    ] {
        assert!(
            told.iter().any(|told| told.starts_with(&format!("line {line},")) && told.contains(reason)),
            "{reason}: {told:#?}"
        );
    }
}

#[test]
fn facts_that_are_wrong_are_named_and_none_is_taken() {
    let wrong = r#"{
        "harm.deaths": -1,
        "harm.injured": {"low": 5, "high": 2},
        "harm.nothing": true,
        "actor.roles": ["king"],
        "place.country": "Germany",
        "system.training_compute": "10e25",
        "time.aware": "yesterday",
        "filed:small": "2026-07-01"
    }"#;
    let faults = duties::Facts::parse(&crate::scene::dictionary(), wrong.as_bytes()).unwrap_err();
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9], "{faults:#?}");
}

#[test]
fn definitions_of_definitions_that_grow_twofold() {
    let from = r#"  "definitions": ["#;
    let one = |number: usize, when: &str| {
        format!(r#"{{"id": "twice-{number}", "label": {{"en": "x", "zh": "x"}}, "when": {when}, "source": "treaty"}},"#)
    };
    let first = one(0, r#"{"fact": "harm.serious_health", "is": true}"#);
    let more = (1..40).map(|number| {
        let term = format!(r#"{{"term": "twice-{}"}}"#, number - 1);
        one(number, &format!(r#"{{"all": [{term}, {term}]}}"#))
    });
    let told = refused(from, &format!("{from} {first}{}", more.collect::<String>()));
    assert!(told.contains("is too large, definitions included"), "{told}");
}
