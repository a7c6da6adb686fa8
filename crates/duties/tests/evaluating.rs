//! What is answered about a duty.

use duties::{Confidence, Reckoned, Standing, StandingWord, Truth};

use crate::scene::{SMALL, answer, at, due, facts, set, small, small_with};

const DEATH: &str = r#"{"actor.roles": ["provider"], "harm.deaths": 1, "harm.death_link": "established",
    "time.aware": "2026-07-01T09:00:00Z", "actor.eu_equivalent_reporting": false}"#;

fn missing(text: &str, duty: &str) -> Vec<String> {
    let packs = small();
    let answer = answer(&packs, &facts(text), "2026-07-02T00:00:00Z", duty);
    assert_eq!(answer.standing.word(), StandingWord::Undetermined);
    answer.standing.missing().into_iter().map(str::to_owned).collect()
}

#[test]
fn an_undetermined_answer_names_exactly_what_could_change_it() {
    assert_eq!(missing("{}", "small/tell"), ["actor.roles", "harm.deaths", "harm.death_link", "harm.serious_health"]);
    // Nobody died: then whether a death is linked matters only for the suspicion, which the law leaves open.
    let nobody = r#"{"actor.roles": ["provider"], "harm.deaths": 0, "harm.death_link": "established"}"#;
    assert_eq!(missing(nobody, "small/tell"), ["harm.serious_health"]);
}

#[test]
fn a_range_settles_what_it_can() {
    let packs = small();
    let stand = |deaths: &str| {
        let text = format!(
            r#"{{"actor.roles": {{"has": ["provider"]}}, "harm.deaths": {deaths}, "harm.death_link": "established", "harm.serious_health": false}}"#
        );
        answer(&packs, &facts(&text), "2026-07-02T00:00:00Z", "small/tell").standing.word()
    };
    assert_eq!(stand(r#"{"low": 1, "high": 4}"#), StandingWord::Due);
    assert_eq!(stand(r#"{"high": 4}"#), StandingWord::Undetermined);
    assert_eq!(stand("0"), StandingWord::NotDue);
}

#[test]
fn a_death_that_is_ruled_out_ends_the_duty() {
    let packs = small();
    let stand = |link: &str| {
        let text = format!(
            r#"{{"actor.roles": ["provider"], "harm.deaths": 1, "harm.death_link": "{link}", "harm.serious_health": false}}"#
        );
        let answer = answer(&packs, &facts(&text), "2026-07-02T00:00:00Z", "small/tell");
        (answer.standing.word(), !answer.disputed.is_empty())
    };
    assert_eq!(stand("suspected"), (StandingWord::Due, true), "the law leaves open whether a suspicion is enough");
    assert_eq!(stand("ruled_out"), (StandingWord::NotDue, false));
    assert_eq!(stand("established"), (StandingWord::Due, false));
}

#[test]
fn a_dispute_that_changes_nothing_is_not_told() {
    let packs = small();
    let both = r#"{"actor.roles": ["provider"], "harm.death_link": "suspected", "harm.serious_health": true}"#;
    let answer = answer(&packs, &facts(both), "2026-07-02T00:00:00Z", "small/tell");
    assert!(answer.disputed.is_empty());
    assert_eq!(answer.confidence, Confidence::Official);
}

#[test]
fn a_disputed_answer_is_as_weak_as_its_dispute() {
    let packs = small();
    let suspected = r#"{"actor.roles": ["provider"], "harm.death_link": "suspected", "harm.serious_health": false}"#;
    let answer = answer(&packs, &facts(suspected), "2026-07-02T00:00:00Z", "small/tell");
    assert_eq!(
        answer.disputed.iter().map(|question| question.id.as_str()).collect::<Vec<_>>(),
        ["is-suspicion-enough"]
    );
    assert_eq!(answer.confidence, Confidence::Disputed);
}

#[test]
fn the_days_of_a_window_are_those_of_its_zone() {
    let packs = small();
    let stand = |as_of: &str| answer(&packs, &facts(DEATH), as_of, "small/tell").standing;
    // 1 June 2026 begins in Brussels at 22:00 UTC of the day before.
    assert!(
        matches!(stand("2026-05-31T21:59:59Z"), Standing::NotInForce { from: Some(day), .. } if day.to_string() == "2026-06-01")
    );
    assert_eq!(stand("2026-05-31T22:00:00Z").word(), StandingWord::Due);
    assert_eq!(stand("2027-12-31T22:59:59Z").word(), StandingWord::Due);
    assert!(matches!(stand("2027-12-31T23:00:00Z"), Standing::NotInForce { from: None, .. }));
}

#[test]
fn after_its_review_every_answer_says_so() {
    let packs = small();
    assert!(!answer(&packs, &facts(DEATH), "2027-12-31T12:00:00Z", "small/warn").is_past_review);
    assert!(answer(&packs, &facts(DEATH), "2028-01-01T12:00:00Z", "small/warn").is_past_review);
}

#[test]
fn a_deferred_predicate_is_an_open_question_or_keeps_the_duty_from_force() {
    let window = r#""in_force": {"from": "2026-06-01", "until": "2028-01-01", "source": "treaty"},"#;
    let deferred = format!(
        r#"{window} "predicate_in_force": {{"from": "2027-12-02", "source": "letter", "outside": "not in force"}},"#
    );
    let packs = set(&[&small_with(window, &deferred)]);
    let early = answer(&packs, &facts(DEATH), "2026-08-02T00:00:00Z", "small/tell");
    assert!(matches!(early.standing, Standing::NotInForce { from: Some(day), .. } if day.to_string() == "2027-12-02"));
    assert_eq!(answer(&packs, &facts(DEATH), "2027-12-02T00:00:00Z", "small/tell").standing.word(), StandingWord::Due);

    let open = format!(
        r#"{window} "predicate_in_force": {{"from": "2027-12-02", "source": "letter", "outside": "question", "question": "is-suspicion-enough"}},"#
    );
    let packs = set(&[&small_with(window, &open)]);
    let early = answer(&packs, &facts(DEATH), "2026-08-02T00:00:00Z", "small/tell");
    assert_eq!((early.standing.word(), early.disputed.len()), (StandingWord::Due, 1));
    let late = answer(&packs, &facts(DEATH), "2027-12-02T00:00:00Z", "small/tell");
    assert_eq!((late.standing.word(), late.disputed.len()), (StandingWord::Due, 0));
    let not_ours = facts(r#"{"actor.roles": ["deployer"]}"#);
    let early = answer(&packs, &not_ours, "2026-08-02T00:00:00Z", "small/tell");
    assert_eq!((early.standing.word(), early.disputed.len()), (StandingWord::NotDue, 0));
}

#[test]
fn the_soonest_deadline_holds_and_one_that_could_apply_is_named() {
    let packs = small();
    let injured = r#"{"actor.roles": ["provider"], "harm.serious_health": true, "time.aware": "2026-07-01T09:00:00Z",
        "time.suspected": "not yet", "actor.eu_equivalent_reporting": false}"#;
    let answer = answer(&packs, &facts(injured), "2026-07-02T00:00:00Z", "small/tell");
    assert_eq!(due(&answer, "initial"), "2026-07-16T22:00:00Z");
    let by = answer.due().unwrap().clock("initial").unwrap().reckoned.by().unwrap().clone();
    assert_eq!(by.sooner_if.len(), 1);
    assert_eq!((by.sooner_if[0].deadline.id.as_str(), &by.sooner_if[0].missing), ("death", &vec!["harm.deaths"]));
    assert!(by.start_could_move.is_empty(), "what has not happened cannot move the start");
}

#[test]
fn a_time_that_is_not_known_could_move_the_start() {
    let packs = small();
    let answer = answer(&packs, &facts(DEATH), "2026-07-02T00:00:00Z", "small/tell");
    let by = answer.due().unwrap().clock("initial").unwrap().reckoned.by().unwrap().clone();
    assert_eq!(by.start_could_move, ["time.suspected"]);
}

#[test]
fn without_a_start_the_clock_waits_and_the_duty_is_due_all_the_same() {
    let packs = small();
    let text = DEATH.replace(r#""time.aware": "2026-07-01T09:00:00Z", "#, "");
    let answer = answer(&packs, &facts(&text), "2026-07-02T00:00:00Z", "small/tell");
    let clock = answer.due().unwrap().clock("initial").unwrap();
    assert!(
        matches!(&clock.reckoned, Reckoned::WaitsFor { missing, .. } if *missing == ["time.aware", "time.suspected"])
    );
}

#[test]
fn stages_follow_one_another_and_repeat_until_it_is_over() {
    let packs = small();
    let stage = |more: &str| {
        let text = DEATH.replace("\"actor.eu", &format!("{more} \"actor.eu"));
        let answer = answer(&packs, &facts(&text), "2026-07-02T00:00:00Z", "small/tell");
        answer.due().unwrap().clock("interim").unwrap().reckoned.clone()
    };
    assert!(matches!(stage(""), Reckoned::WaitsFor { missing, .. } if missing == ["filed:small/tell/initial"]));
    let filed = r#""filed:small/tell/initial": "2026-07-05T10:00:00Z","#;
    assert_eq!(stage(filed).by().unwrap().due.to_string(), "2026-08-02T10:00:00Z");
    let again =
        r#""filed:small/tell/initial": "2026-07-05T10:00:00Z", "filed:small/tell/interim": "2026-07-30T10:00:00Z","#;
    assert_eq!(stage(again).by().unwrap().due.to_string(), "2026-08-27T10:00:00Z");
    let over = r#""filed:small/tell/initial": "2026-07-05T10:00:00Z", "time.resolved": "2026-07-20T10:00:00Z","#;
    assert_eq!(stage(over), Reckoned::None);
}

#[test]
fn a_duty_gives_way_only_to_one_that_is_due() {
    let packs = small();
    let stand = |danger: &str, equivalent: &str| {
        let text = DEATH.replace(
            "\"actor.eu_equivalent_reporting\": false",
            &format!("\"actor.eu_equivalent_reporting\": {equivalent}{danger}"),
        );
        answer(&packs, &facts(&text), "2026-07-02T00:00:00Z", "small/tell")
    };
    let displaced = stand(r#", "incident.imminent_danger": true"#, "true");
    assert!(matches!(displaced.standing, Standing::Displaced { by: "small/warn", .. }));
    assert_eq!(stand(r#", "incident.imminent_danger": false"#, "true").standing.word(), StandingWord::Due);
    let perhaps = stand("", "true");
    assert_eq!(perhaps.standing.word(), StandingWord::Due, "while it is open, the duty stays due");
    assert_eq!(perhaps.standing.missing(), ["incident.imminent_danger"]);
    assert_eq!(stand(r#", "incident.imminent_danger": true"#, "false").standing.missing(), Vec::<&str>::new());
}

#[test]
fn while_the_country_is_not_known_the_soonest_zone_holds() {
    let packs = small();
    // A day later at the same time of the wall clock: the clocks of Brussels and Lisbon go forward on 29 March 2027.
    let danger = |country: &str| {
        let text = format!(r#"{{"incident.imminent_danger": true, "time.aware": "2027-03-27T12:00:00Z"{country}}}"#);
        answer(&packs, &facts(&text), "2027-03-27T12:00:00Z", "small/warn")
    };
    assert_eq!(due(&danger(r#", "place.country": "CN""#), "warning"), "2027-03-28T12:00:00Z");
    assert_eq!(due(&danger(r#", "place.country": "DE""#), "warning"), "2027-03-28T11:00:00Z");
    let unknown = danger("");
    assert_eq!(due(&unknown, "warning"), "2027-03-28T11:00:00Z");
    let by = unknown.due().unwrap().clock("warning").unwrap().reckoned.by().unwrap().clone();
    assert_eq!(by.zone_if, Some("place.country"));
}

#[test]
fn every_step_is_explained_with_its_source() {
    let packs = small();
    let known = facts(DEATH);
    let answer = answer(&packs, &known, "2026-07-02T00:00:00Z", "small/tell");
    let steps = packs.explain(&answer, &known);
    let find = |text: &str| steps.iter().find(|step| step.what.en.contains(text)).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(find("A grave event").truth, Some(Truth::True));
    assert_eq!(find("A grave event").source.as_ref().unwrap().article, "Art. 1");
    assert!(find("People who died").what.en.ends_with("at least 1 – known: 1"));
    assert!(find("First report: 10 days").what.en.ends_with("by 2026-07-13T22:00:00Z"));
    assert!(find("First report: 10 days").what.zh.contains("不迟于2026-07-13T22:00:00Z"));
    assert!(find("Ends with a working day").source.is_some());
}

#[test]
fn what_if_tells_only_what_changes() {
    let packs = small();
    let changes = packs.what_if(
        &facts(DEATH),
        at("2026-07-02T00:00:00Z"),
        &facts(r#"{"harm.deaths": 0, "harm.serious_health": true}"#),
    );
    assert_eq!(changes.len(), 1);
    let (before, after) = (changes[0].before.as_ref().unwrap(), changes[0].after.as_ref().unwrap());
    assert_eq!(before.due["initial"].to_string(), "2026-07-13T22:00:00Z");
    assert_eq!(after.due["initial"].to_string(), "2026-07-16T22:00:00Z");
    assert!(packs.what_if(&facts(DEATH), at("2026-07-02T00:00:00Z"), &facts("{}")).is_empty());
}

#[test]
fn would_settle_tells_each_case_of_each_missing_fact() {
    let packs = small();
    let known = facts(r#"{"actor.roles": ["provider"], "harm.deaths": 0}"#);
    let settling = packs.would_settle(&known, at("2026-07-02T00:00:00Z"), "small/tell");
    let health = settling.iter().find(|settling| settling.fact == "harm.serious_health").unwrap();
    assert_eq!(health.outcomes[0].1, StandingWord::Due);
    assert!(!health.is_enough(), "without harm to health the suspicion stays open");
    let link = settling.iter().find(|settling| settling.fact == "harm.death_link").unwrap();
    assert!(link.outcomes.iter().any(|(_, standing)| *standing == StandingWord::Due), "a suspicion may be enough");
}

#[test]
fn a_preview_supposes_that_it_happened_now() {
    let packs = small();
    let previews = packs.preview(
        &facts(r#"{"actor.roles": ["provider"], "actor.eu_equivalent_reporting": false}"#),
        at("2026-07-01T09:00:00Z"),
    );
    let death = previews.iter().find(|preview| preview.kind.id == "death").unwrap();
    let tell = death.answers.iter().find(|answer| answer.duty.path == "small/tell").unwrap();
    assert_eq!(due(tell, "initial"), "2026-07-13T22:00:00Z");
    let near_miss = previews.iter().find(|preview| preview.kind.id == "near-miss").unwrap();
    assert!(near_miss.answers.iter().all(|answer| answer.standing.word() != StandingWord::Due));
}

#[test]
fn duties_are_found_by_the_facts_that_they_read() {
    let packs = small();
    assert_eq!(packs.reading("incident.imminent_danger"), ["small/warn"]);
    assert_eq!(packs.reading("place.country"), ["small/warn"]);
    assert_eq!(packs.reading("time.resolved"), ["small/tell"]);
    assert!(packs.reading("harm.damage_usd").is_empty());
}

#[test]
fn a_new_version_of_a_pack_tells_what_it_changes() {
    let (old, new) = (small(), set(&[&small_with(r#""within": {"days": 10}"#, r#""within": {"days": 5}"#)]));
    let as_of = at("2026-07-02T00:00:00Z");
    let changes = duties::changed(&old.summaries(&facts(DEATH), as_of), &new.summaries(&facts(DEATH), as_of));
    assert_eq!(changes.iter().map(|change| change.duty.as_str()).collect::<Vec<_>>(), ["small/tell"]);
    assert!(SMALL.contains("\"days\": 10"));
}

/// Two parts that exclude one another may each be open, and together they cannot hold.
#[test]
fn what_cannot_hold_any_more_is_not_due_and_asks_nothing() {
    let trigger = r#""trigger": {"fact": "incident.imminent_danger", "is": true}"#;
    let excluding = r#""trigger": {"all": [{"not": {"fact": "incident.cn_cii_involved", "is": true}}, {"any": [
        {"fact": "incident.imminent_danger", "is": true},
        {"all": [{"fact": "incident.cn_cii_involved", "is": true}, {"fact": "harm.outage_minutes", "at_least": 10}]}]}]}"#;
    let packs = set(&[&small_with(trigger, excluding)]);
    let answer = answer(&packs, &facts(r#"{"incident.imminent_danger": false}"#), "2026-07-01T00:00:00Z", "small/warn");
    assert_eq!(answer.standing, Standing::NotDue);
}
