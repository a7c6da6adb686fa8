//! Sets of which many members are tested: every way in which the tests can come out counts, and none is left out.

use duties::StandingWord;

use crate::scene::{answer, facts, warned_by};

const AS_OF: &str = "2026-07-01T00:00:00Z";

/// Germany and France, and none of so many others.
fn only_two(others: &[&str]) -> String {
    let none = others.iter().map(|code| format!(r#", {{"not": {{"fact": "place.countries", "has": "{code}"}}}}"#));
    let none: String = none.collect();
    format!(
        r#"{{"all": [{{"fact": "incident.imminent_danger", "is": true}},
            {{"fact": "place.countries", "has": "DE"}}, {{"fact": "place.countries", "has": "FR"}}{none}]}}"#
    )
}

const FIVE: [&str; 5] = ["BE", "ES", "IT", "NL", "PT"];

fn stand(trigger: &str, countries: &str) -> (StandingWord, Vec<String>) {
    let packs = warned_by(trigger);
    let known = facts(&format!(r#"{{"incident.imminent_danger": true{countries}}}"#));
    let answer = answer(&packs, &known, AS_OF, "small/warn");
    (answer.standing.word(), answer.standing.missing().into_iter().map(str::to_owned).collect())
}

#[test]
fn two_of_seven_together_are_one_of_the_cases() {
    let trigger = only_two(&FIVE);
    let open = (StandingWord::Undetermined, vec!["place.countries".to_owned()]);
    assert_eq!(stand(&trigger, ""), open, "two of seven could be it");
    assert_eq!(stand(&trigger, r#", "place.countries": {"has": ["DE"]}"#), open);
    assert_eq!(stand(&trigger, r#", "place.countries": {"has": ["DE", "FR"]}"#), open);
    assert_eq!(stand(&trigger, r#", "place.countries": ["DE", "FR", "CN"]"#).0, StandingWord::Due);
    assert_eq!(stand(&trigger, r#", "place.countries": {"has": ["IT"]}"#).0, StandingWord::NotDue);
    assert_eq!(stand(&trigger, r#", "place.countries": ["DE"]"#).0, StandingWord::NotDue);
}

#[test]
fn where_not_every_case_is_tried_the_answer_is_undetermined() {
    // Two and twelve others: more ways than one evaluation tries, and few enough to check the trigger.
    let twelve = ["AT", "BE", "CN", "ES", "IE", "IT", "LU", "MT", "NL", "PL", "PT", "SE"];
    let trigger = only_two(&twelve);
    let open = (StandingWord::Undetermined, vec!["place.countries".to_owned()]);
    assert_eq!(stand(&trigger, ""), open);
    assert_eq!(stand(&trigger, r#", "place.countries": ["DE", "FR"]"#).0, StandingWord::Due);
    assert_eq!(stand(&trigger, r#", "place.countries": ["DE", "FR", "SE"]"#).0, StandingWord::NotDue);
}

#[test]
fn what_no_set_can_be_is_not_due_however_many_members_are_tested() {
    let lands = r#"["BE", "DE", "ES", "FR", "IT", "NL", "PT", "SE"]"#;
    let never = format!(
        r#"{{"any": [{{"fact": "incident.imminent_danger", "is": false}}, {{"all": [
            {{"fact": "place.countries", "has_any": ["SE", "PT"]}},
            {{"not": {{"fact": "place.countries", "has_any": {lands}}}}}]}}]}}"#
    );
    assert_eq!(stand(&never, ""), (StandingWord::NotDue, Vec::new()), "no set holds Sweden and none of the eight");
}

#[test]
fn codes_are_tried_as_countries_are() {
    let two = r#"{"all": [{"fact": "incident.imminent_danger", "is": true},
        {"fact": "actor.roles", "has": "provider"}, {"fact": "actor.roles", "has": "deployer"},
        {"not": {"fact": "actor.roles", "has": "importer"}}, {"not": {"fact": "actor.roles", "has": "distributor"}},
        {"not": {"fact": "actor.roles", "has": "gpai_provider"}},
        {"not": {"fact": "actor.roles", "has": "frontier_developer"}}]}"#;
    let open = (StandingWord::Undetermined, vec!["actor.roles".to_owned()]);
    assert_eq!(stand(two, ""), open);
    assert_eq!(stand(two, r#", "actor.roles": {"has": ["provider"]}"#), open);
    assert_eq!(stand(two, r#", "actor.roles": ["provider", "deployer"]"#).0, StandingWord::Due);
    assert_eq!(stand(two, r#", "actor.roles": {"has": ["importer"]}"#).0, StandingWord::NotDue);
}

/// The code that is tried for "any other country" may itself be tested.
#[test]
fn there_is_always_another_country() {
    let neither = r#"{"all": [{"fact": "incident.imminent_danger", "is": true},
        {"not": {"fact": "place.country", "is": "DE"}}, {"not": {"fact": "place.country", "is": "ZZ"}}]}"#;
    assert_eq!(stand(neither, ""), (StandingWord::Undetermined, vec!["place.country".to_owned()]));
    assert_eq!(stand(neither, r#", "place.country": "FR""#).0, StandingWord::Due);
    assert_eq!(stand(neither, r#", "place.country": "ZZ""#).0, StandingWord::NotDue);
}
