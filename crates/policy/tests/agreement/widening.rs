//! What an amendment would newly let out.

use policy::agreement::{Agreement, Loosened, Treatment, Widening, Widenings};
use policy::cedar::{Effect, Facts, Policies};
use record::digest::RecordDigest;
use record::json::Map;
use record::label::Tlp;

use super::scene::{draft, edit, object, party, read, repolicy, text, within, without};

fn widened(old: &Agreement, new: &Map) -> Widenings {
    Widenings::between(old, &read(new).unwrap())
}

/// Whether an agreement's policies let these facts out, asked of Cedar itself.
fn lets_out(agreement: &Agreement, facts: &Facts) -> bool {
    let asked = facts.to_party(party(2), RecordDigest::from_octets([9; 32])).unwrap();
    let holds = |effect: Effect| {
        let clauses = agreement.operative(party(1)).filter(|(_, operative)| operative.effect() == effect);
        let policies = Policies::new(clauses.map(|(_, operative)| operative.policy())).unwrap();
        !policies.ask(&asked).holds.is_empty()
    };
    holds(Effect::Permit) && !holds(Effect::Forbid)
}

#[test]
fn every_template_beside_itself_lets_out_nothing_new() {
    for name in ["public-incident", "misuse-signals", "confidential-incident"] {
        assert!(Widenings::between(&draft(name, 2), &draft(name, 2)).only_narrows(), "{name}");
    }
}

#[test]
fn an_amendment_that_takes_away_only_narrows() {
    let old = draft("public-incident", 2);
    let narrower = without(&text(), "2.2");
    let narrower = edit(&narrower, "2.1", |clause| {
        within(clause, "obligations", |owed| {
            owed.set("purposes", object(r#"["incident-response"]"#));
            owed.set("retention_days", object("30"));
            owed.set("onward", "nobody");
            owed.set("approvals", object("2"));
            owed.set("budget", object(r#"{"category": "i", "counted": "records", "at_most": 1, "per": "day"}"#));
        });
        within(clause, "transform", |transform| transform.set("show", object(r#"["name"]"#)));
    });
    let narrower = repolicy(
        &narrower,
        "3.1",
        r#"context.kind == Kind::"question""#,
        r#"context.kind == Kind::"question" && !context.foreign"#,
    );
    let found = widened(&old, &narrower);
    assert!(found.only_narrows(), "{found:#?}");
}

#[test]
fn a_policy_that_permits_more_is_found_with_a_case_that_replays() {
    let old = draft("confidential-incident", 2);
    let text = repolicy(
        old.text(),
        "2.1",
        r#"context.kind == Kind::"incident""#,
        r#"[Kind::"incident", Kind::"other"].contains(context.kind)"#,
    );
    let new = read(&text).unwrap();
    let found = Widenings::between(&old, &new);
    assert!(found.unknown.is_empty());
    let [Widening::Permits { clause, senders, example, cases }] = found.found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((clause.as_str(), senders.len(), *cases), ("2.1", 2, 4));
    assert!(lets_out(&new, example) && !lets_out(&old, example), "{example:?}");
}

#[test]
fn a_red_line_that_goes_is_found_in_every_clause_that_it_held_back() {
    let old = draft("public-incident", 2);
    let new = read(&without(&text(), "4.4")).unwrap();
    let found = Widenings::between(&old, &new);
    let mut clauses = Vec::new();
    for one in &found.found {
        let Widening::Permits { clause, example, .. } = one else { panic!("{one:?}") };
        assert!(example.relayed && lets_out(&new, example) && !lets_out(&old, example), "{example:?}");
        clauses.push(clause.as_str());
    }
    assert_eq!(clauses, ["2.1", "2.2", "3.1", "3.2", "3.3", "3.4", "3.5"]);
}

#[test]
fn what_a_common_red_line_stops_is_no_widening() {
    let old = draft("confidential-incident", 2);
    // Red is behind the red line 4.5, which stays.
    let policy = r#"context.tlp != Tlp::"clear""#;
    let levels = r#"[Tlp::"amber", Tlp::"amber+strict", Tlp::"clear", Tlp::"green"].contains(context.tlp)"#;
    let text = repolicy(old.text(), "2.1", levels, policy);
    assert!(widened(&old, &text).only_narrows());
    let new = read(&without(&text, "4.5")).unwrap();
    let found = Widenings::between(&old, &new);
    let [Widening::Permits { clause, example, .. }] = found.found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((clause.as_str(), example.tlp), ("2.1", Tlp::Red));
}

#[test]
fn a_changed_red_line_is_found_where_it_no_longer_reaches() {
    let old = draft("public-incident", 2);
    let new = read(&repolicy(&text(), "4.1", r#"Care::"personal-data:child", "#, "")).unwrap();
    let found = Widenings::between(&old, &new);
    assert!(found.unknown.is_empty() && !found.found.is_empty(), "{found:#?}");
    for one in &found.found {
        let Widening::Permits { example, .. } = one else { panic!("{one:?}") };
        assert!(lets_out(&new, example) && !lets_out(&old, example), "{example:?}");
    }
}

/// In what clause 2.2 of the public template is looser after a change of its obligations or transform.
fn looser(part: &str, change: impl FnOnce(&mut Map)) -> Vec<Loosened> {
    let new = edit(&text(), "2.2", |clause| within(clause, part, change));
    let found = widened(&draft("public-incident", 2), &new);
    let [Widening::Looser { clause, than, terms, .. }] = found.found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((clause.as_str(), than.as_str()), ("2.2", "2.2"));
    terms.clone()
}

#[test]
fn looser_terms_are_named_one_by_one() {
    let terms = looser("obligations", |owed| owed.set("retention_days", object("2000")));
    assert_eq!(terms, [Loosened::Retention { old: Some(1095), new: Some(2000) }]);
    let terms = looser("obligations", |owed| drop(owed.remove("retention_days")));
    assert_eq!(terms, [Loosened::Retention { old: Some(1095), new: None }]);
    let terms = looser("obligations", |owed| owed.set("onward", "public"));
    assert!(matches!(terms.as_slice(), [Loosened::Onward { .. }]));
    let terms = looser("obligations", |owed| {
        owed.set("purposes", object(r#"["incident-response", "standard-setting"]"#));
    });
    assert!(matches!(terms.as_slice(), [Loosened::Purposes(purposes)] if purposes.len() == 1));
}

#[test]
fn a_property_that_newly_goes_is_named() {
    let terms = looser("transform", |transform| {
        drop(transform.remove("twin"));
        drop(transform.remove("show"));
        transform.set("drop", object(r#"["affected_parties", "steps_to_reproduce"]"#));
    });
    let place = Loosened::Field { name: Some("place".to_owned()), old: Treatment::Coarsened, new: Treatment::Shown };
    let others = Loosened::Field { name: None, old: Treatment::Dropped, new: Treatment::Shown };
    assert_eq!(terms, [others, place]);
}

#[test]
fn fewer_approvals_and_larger_budgets_are_looser() {
    let old = draft("confidential-incident", 2);
    let changed = |change: &dyn Fn(&mut Map)| {
        let new = edit(old.text(), "2.1", |clause| within(clause, "obligations", |owed| change(owed)));
        let found = widened(&old, &new);
        match found.found.as_slice() {
            [] => None,
            [Widening::Looser { terms, .. }] => Some(terms.clone()),
            other => panic!("{other:#?}"),
        }
    };
    let budget = |at_most: u32, per: &str, category: &str| {
        object(&format!(r#"{{"category": "{category}", "counted": "records", "at_most": {at_most}, "per": "{per}"}}"#))
    };
    assert!(matches!(
        changed(&|owed| drop(owed.remove("approvals"))).unwrap().as_slice(),
        [Loosened::Approvals { old: 1, new: 0 }]
    ));
    for wider in [budget(41, "month", "incidents"), budget(40, "day", "incidents"), budget(40, "month", "apart")] {
        let terms = changed(&|owed| owed.set("budget", wider.clone())).unwrap();
        assert!(matches!(terms.as_slice(), [Loosened::Budget { .. }]), "{terms:?}");
    }
    for narrower in [budget(39, "month", "incidents"), budget(40, "year", "incidents")] {
        assert_eq!(changed(&|owed| owed.set("budget", narrower.clone())), None);
    }
}

#[test]
fn a_further_party_and_a_longer_period_are_widenings_of_their_own() {
    let found = Widenings::between(&draft("public-incident", 2), &draft("public-incident", 3));
    assert!(
        matches!(found.found.first(), Some(Widening::Joined { party: joined, .. }) if *joined == party(3)),
        "{found:#?}"
    );
    let mut longer = text();
    longer.set("until", "2030-01-01T00:00:00Z");
    let found = widened(&draft("public-incident", 2), &longer);
    assert!(matches!(found.found.as_slice(), [Widening::Longer { .. }]), "{found:#?}");
    assert!(Widenings::between(&draft("public-incident", 3), &draft("public-incident", 2)).only_narrows());
}

#[test]
fn what_cannot_be_tried_in_full_is_said() {
    let old = draft("confidential-incident", 2);
    let new = repolicy(old.text(), "2.1", r#"Tlp::"amber", "#, "");
    let new = repolicy(&new, "2.1", r#"context.kind == Kind::"incident""#, r#"context.kind != Kind::"other""#);
    let new = read(&new).unwrap();
    let told = Widenings::within(&old, &new, 3);
    assert!(!told.only_narrows());
    let [unknown] = told.unknown.as_slice() else { panic!("{told:#?}") };
    assert_eq!((unknown.clause.as_str(), unknown.limit), ("2.1", 3));
    assert!(unknown.cases > 3);
}

/// An agreement with a clause whose policy asks about much beside what clause 2.1 asks.
fn with_a_clause_that_asks_much() -> Agreement {
    let old = draft("confidential-incident", 2);
    let policy = r#"context.kind == Kind::"answer" && context.pap == Pap::"clear" && !context.foreign && context.tlp != Tlp::"red""#;
    let policy = format!("permit(principal, action == Action::\"release\", resource) when {{ {policy} }};");
    read(&edit(old.text(), "3.2", |clause| clause.set("policy", policy))).unwrap()
}

#[test]
fn where_the_whole_is_too_much_a_clause_is_held_against_the_one_it_amends() {
    let old = with_a_clause_that_asks_much();
    let narrower = repolicy(old.text(), "2.1", r#"Tlp::"amber", "#, "");
    let narrower = edit(&narrower, "3.2", |clause| drop(clause.remove("transform")));
    let told = Widenings::within(&old, &read(&narrower).unwrap(), 100);
    // Clause 2.1 is told apart by forty cases, and only narrows; clause 3.2 shows more, and asks about too much.
    assert!(told.unknown.iter().all(|one| one.clause.as_str() != "2.1"), "{told:#?}");
    assert!(told.unknown.iter().any(|one| one.clause.as_str() == "3.2"), "{told:#?}");

    let wider = repolicy(old.text(), "2.1", r#"context.kind == Kind::"incident""#, r#"context.kind != Kind::"other""#);
    let new = read(&wider).unwrap();
    let told = Widenings::within(&old, &new, 100);
    let mut examples = Vec::new();
    for one in &told.found {
        if let Widening::Permits { clause, example, .. } = one
            && clause.as_str() == "2.1"
        {
            examples.push(example);
        }
    }
    assert!(!examples.is_empty() && examples.iter().all(|one| lets_out(&new, one) && !lets_out(&old, one)));
}

#[test]
fn a_clause_by_another_name_is_the_same_clause() {
    let renamed = edit(&text(), "2.2", |clause| clause.set("id", "2.9"));
    let mut renamed = renamed;
    renamed.set("examples", object("[]"));
    assert!(widened(&draft("public-incident", 2), &renamed).only_narrows());
}
