//! A pack of whoever wrote it cannot hold the machine that checks it.

use duties::Pack;

use crate::scene::{DANGER, dictionary, load, small_changed, told};

/// Facts of two values, of what happened.
fn booleans(most: usize) -> Vec<String> {
    facts_about(&["incident.", "harm."], most)
}

fn facts_about(groups: &[&str], most: usize) -> Vec<String> {
    let dictionary = dictionary();
    let all = dictionary.facts().filter(|(_, fact)| fact.fact_type == duties::FactType::Boolean);
    all.filter(|(_, fact)| groups.iter().any(|group| fact.id.starts_with(group)))
        .map(|(_, fact)| fact.id.clone())
        .take(most)
        .collect()
}

/// Holds if an odd number of them does: nothing of it is decided before all of them are known.
fn odd(facts: &[String]) -> String {
    let one = |id: &String, truth: bool| format!(r#"{{"fact": "{id}", "is": {truth}}}"#);
    let Some((first, rest)) = facts.split_first() else { panic!("some facts") };
    if rest.is_empty() {
        return one(first, true);
    }
    let inner = odd(rest);
    format!(
        r#"{{"any": [{{"all": [{}, {{"not": {inner}}}]}}, {{"all": [{}, {inner}]}}]}}"#,
        one(first, true),
        one(first, false)
    )
}

/// Each is asked twice, so that all of them have to be tried together.
fn twice(facts: &[String]) -> String {
    let ask = |id: &String| format!(r#"{{"fact": "{id}", "is": true}}, {{"not": {{"fact": "{id}", "is": false}}}}"#);
    format!(r#"{{"all": [{}]}}"#, facts.iter().map(ask).collect::<Vec<_>>().join(", "))
}

/// So many vignettes of eight moments each.
fn vignettes(count: usize) -> String {
    let moment =
        r#"{"as_of": "2026-07-01T12:00:00Z", "facts": {}, "expect": [{"duty": "warn", "standing": "undetermined"}]}"#;
    let moments = [moment; 8].join(", ");
    let one =
        |number: usize| format!(r#"{{"id": "v{number}", "label": {{"en": "V", "zh": "例"}}, "steps": [{moments}]}}"#);
    (0..count).map(one).collect::<Vec<_>>().join(",\n")
}

fn pack(trigger: &str, count: usize) -> String {
    let first = r#"    {
      "id": "a-death","#;
    let vignettes = format!("{},\n{first}", vignettes(count));
    small_changed(&[(DANGER, &format!("\"trigger\": {trigger}")), (first, &vignettes)])
}

#[test]
fn the_vignettes_of_a_pack_take_bounded_work_together() {
    let trigger = odd(&booleans(7));
    load(&[&pack(&trigger, 3)]).unwrap_or_else(|faults| panic!("a few of them are no burden: {}", told(&faults)));
    let faults = told(&load(&[&pack(&trigger, 1000)]).map(|_| ()).unwrap_err());
    assert!(faults.contains("all of the pack's vignettes together take more work"), "{faults}");
    assert!(faults.contains("make its conditions simpler, or its vignettes fewer"), "{faults}");
    assert_eq!(faults.lines().count(), 1, "nothing was run after it: {faults}");
}

#[test]
fn a_trigger_with_more_cases_than_can_be_checked_is_refused() {
    let refused = |facts: usize| Pack::parse(pack(&twice(&booleans(facts)), 1).as_bytes(), &dictionary()).is_err();
    assert!(!refused(16));
    let faults = Pack::parse(pack(&twice(&booleans(17)), 1).as_bytes(), &dictionary()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.reason.contains("too tangled")), "{faults:?}");
}

/// Whether a trigger holds by what we and the system are alone takes looking at all that these can be.
#[test]
fn the_check_of_triggers_takes_bounded_work() {
    let trigger = |facts: usize| {
        let standing = twice(&facts_about(&["actor.", "system."], facts));
        format!(r#"{{"all": [{{"fact": "incident.imminent_danger", "is": true}}, {standing}]}}"#)
    };
    let parse = |facts: usize| Pack::parse(pack(&trigger(facts), 1).as_bytes(), &dictionary());
    parse(8).unwrap_or_else(|faults| panic!("{faults:?}"));
    let faults = parse(16).unwrap_err();
    assert!(faults.iter().any(|fault| fault.reason.contains("too tangled")), "{faults:?}");
}

/// The small pack with more deadlines of its first report.
fn with_deadlines(count: usize, when: &str) -> String {
    let general = r#"            {
              "id": "general",
              "label": {"en": "15 days", "zh": "15日"},"#;
    let one = |number: usize| {
        format!(
            r#"{{"id": "d{number}", "label": {{"en": "D", "zh": "限"}}, {when} "within": {{"days": 1}}, "counting": "clock", "source": "treaty"}}"#
        )
    };
    let more: Vec<String> = (0..count).map(one).collect();
    let grave = "{\n      \"id\": \"grave\",";
    let tangle = format!(
        r#"{{"id": "odd", "label": {{"en": "Odd", "zh": "奇数"}}, "when": {}, "source": "treaty"}}, {grave}"#,
        odd(&booleans(7))
    );
    let used = format!("{general} \"when\": {{\"term\": \"odd\"}},");
    small_changed(&[(grave, &tangle), (general, &format!("{},\n{used}", more.join(",\n")))])
}

#[test]
fn a_pack_whose_answers_would_take_too_long_is_refused() {
    let refused = |count: usize, when: &str| {
        let faults = Pack::parse(with_deadlines(count, when).as_bytes(), &dictionary()).err().unwrap_or_default();
        faults.iter().map(|fault| format!("{fault}\n")).collect::<String>()
    };
    assert_eq!(refused(500, ""), "");
    assert!(refused(510, "").contains("have 514 deadlines; the most are 512"), "{}", refused(510, ""));
    let when = r#""when": {"term": "odd"},"#;
    assert_eq!(refused(100, when), "");
    assert!(refused(200, when).contains("the most are 65536: make them simpler, or two packs"));
}
