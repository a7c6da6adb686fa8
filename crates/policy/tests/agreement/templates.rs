//! The agreements to begin with.

use policy::agreement::{Expected, Template, lint};
use policy::explain::Language;
use policy::floors::Floors;

use super::scene::{draft, party, role, time};

#[test]
fn each_template_says_in_both_languages_what_it_is_for() {
    assert_eq!(Template::ALL.len(), 3);
    for template in Template::ALL {
        assert_eq!(Template::find(template.name), Some(template));
        let [english, chinese] = Language::ALL.map(|language| template.about(language));
        assert!(english.is_ascii() && !chinese.is_ascii(), "{english} {chinese}");
    }
    assert_eq!(Template::find("public"), None);
}

#[test]
fn each_is_drafted_for_two_parties_and_for_more() {
    for template in Template::ALL {
        for parties in [2, 3, 7] {
            let agreement = draft(template.name, parties);
            assert_eq!(agreement.members().len(), usize::from(parties));
            assert!(agreement.languages().iter().all(|one| one.is_authentic));
            for sender in 1..=parties {
                let clauses = agreement.operative(party(sender)).count();
                let all = agreement.all_clauses().filter(|clause| clause.operative().is_some()).count();
                assert_eq!(clauses, all, "every clause runs from every party to all others");
            }
        }
    }
}

#[test]
fn a_draft_needs_two_parties_of_two_names_and_a_period() {
    let template = Template::find("public-incident").unwrap();
    let (from, until) = (time("2027-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
    let (a, b) = ((role("a"), party(1)), (role("b"), party(2)));
    assert!(template.draft(std::slice::from_ref(&a), from, until, "UTC").is_err());
    assert!(template.draft(&[a.clone(), a.clone()], from, until, "UTC").is_err());
    assert!(template.draft(&[a.clone(), (role("b"), party(1))], from, until, "UTC").is_err());
    assert!(template.draft(&[a.clone(), b.clone()], until, from, "UTC").is_err());
    assert!(template.draft(&[a, b], from, until, "Asia/Shanghai").is_ok());
}

#[test]
fn the_renditions_of_each_say_the_same_as_far_as_a_program_can_tell() {
    for template in Template::ALL {
        let findings = lint(&draft(template.name, 2));
        let told: Vec<_> = findings.iter().map(|finding| finding.message(Language::English)).collect();
        assert!(told.is_empty(), "{}: {told:#?}", template.name);
    }
}

#[test]
fn each_node_reproduces_the_worked_examples() {
    let floors = Floors::new(&[]).unwrap();
    for template in Template::ALL {
        for parties in [2, 3] {
            let agreement = draft(template.name, parties);
            let tried = agreement.reproduce(&floors).unwrap();
            let failed: Vec<_> = tried.failed().collect();
            assert!(failed.is_empty(), "{}: {failed:#?}", template.name);
            assert_eq!(tried.examples.len(), agreement.examples().len());
        }
    }
}

#[test]
fn the_examples_show_what_goes_and_what_stays() {
    for template in Template::ALL {
        let agreement = draft(template.name, 2);
        assert!((8..=16).contains(&agreement.examples().len()), "{}", template.name);
        let refused =
            agreement.examples().iter().filter(|one| matches!(one.expected, Expected::Refused { .. })).count();
        assert!(refused >= 4 && refused + 4 <= agreement.examples().len(), "{}: {refused}", template.name);
        assert!(agreement.examples().iter().any(|one| one.from == role("b")));
    }
}

#[test]
fn a_draft_says_nothing_of_a_country_and_hides_no_empty_clause() {
    for template in Template::ALL {
        let agreement = draft(template.name, 2);
        for clause in agreement.all_clauses() {
            for (language, words) in clause.text().iter() {
                assert!(!words.contains("TODO") && !words.contains("  "), "{} {language}", clause.id());
            }
        }
    }
}

#[test]
fn what_the_words_number_is_what_the_nodes_run() {
    for template in Template::ALL {
        let agreement = draft(template.name, 2);
        for clause in agreement.all_clauses() {
            let Some(operative) = clause.operative() else { continue };
            let owed = operative.obligations();
            let numbers = [owed.retention_days, owed.answer_within_hours].into_iter().flatten().map(i64::from);
            for number in numbers.chain(owed.budget.iter().map(|budget| budget.at_most)) {
                // A clause "for the same purposes" may leave the time to the one before it.
                let above = agreement
                    .all_clauses()
                    .any(|other| other.text().iter().any(|(_, words)| words.contains(&number.to_string())));
                assert!(above, "{} {}: {number}", template.name, clause.id());
            }
        }
        let keep = agreement.keep_days().to_string();
        let heads = agreement.head_every_minutes().to_string();
        for number in [keep, heads] {
            let found =
                agreement.all_clauses().filter(|clause| clause.text().iter().all(|(_, words)| words.contains(&number)));
            assert!(found.count() >= 1, "{}: {number}", template.name);
        }
    }
}
