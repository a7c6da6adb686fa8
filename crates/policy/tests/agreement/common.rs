//! Whose cosignatures make a head common.

use policy::agreement::{AgreementProblem, Redline, TermChange};
use policy::explain::Language;
use record::json::Map;

use super::scene::{draft, party, read, role, words};

/// The public template between three, with these roles named.
fn named(roles: &[&str]) -> Map {
    let mut text = draft("public-incident", 3).text().clone();
    text.set("common_by", words(roles));
    text
}

fn refused(text: &Map) -> AgreementProblem {
    read(text).unwrap_err().problem
}

#[test]
fn a_text_that_names_nobody_asks_every_other_member() {
    let agreement = draft("public-incident", 3);
    assert_eq!(agreement.common_roles(), None);
    assert_eq!(agreement.common_by(party(1)).collect::<Vec<_>>(), [party(2), party(3)]);
}

#[test]
fn a_text_that_names_roles_asks_those_and_never_the_sender() {
    let agreement = read(&named(&["b", "a"])).unwrap();
    assert_eq!(agreement.common_by(party(1)).collect::<Vec<_>>(), [party(2)]);
    assert_eq!(agreement.common_by(party(3)).collect::<Vec<_>>(), [party(1), party(2)]);
}

#[test]
fn roles_that_are_no_partys_or_too_few_are_refused() {
    for roles in [&["a", "z"][..], &["a"], &[], &["a", "a"]] {
        let problem = refused(&named(roles));
        assert!(matches!(problem, AgreementProblem::Form { field: "common_by", .. }), "{roles:?}: {problem}");
    }
}

#[test]
fn an_amendment_that_names_other_roles_is_shown() {
    let (before, after) = (draft("public-incident", 3), read(&named(&["a", "b"])).unwrap());
    let redline = Redline::between(&before, &after);
    let [TermChange::CommonBy { old: None, new: Some(roles) }] = redline.terms.as_slice() else {
        panic!("{:?}", redline.terms)
    };
    assert_eq!(roles.iter().collect::<Vec<_>>(), [&role("a"), &role("b")]);
    assert!(redline.render(Language::English).contains("every member"), "{}", redline.render(Language::English));
}

/// The public template between two, with this party as its depositary.
fn kept_by(number: u8) -> Map {
    let mut text = draft("public-incident", 2).text().clone();
    text.set("depositary", party(number).to_string());
    text
}

#[test]
fn a_depositary_is_none_of_the_parties() {
    assert_eq!(draft("public-incident", 2).depositary(), None);
    assert_eq!(read(&kept_by(9)).unwrap().depositary(), Some(party(9)));
    let problem = refused(&kept_by(2));
    assert!(matches!(problem, AgreementProblem::Form { field: "depositary", .. }), "{problem}");
}

#[test]
fn an_amendment_that_names_a_depositary_is_shown_in_both_languages() {
    let (before, after) = (draft("public-incident", 2), read(&kept_by(9)).unwrap());
    let redline = Redline::between(&before, &after);
    assert_eq!(redline.terms, [TermChange::Depositary { old: None, new: Some(party(9)) }]);
    for (language, word) in [(Language::English, "depositary"), (Language::Chinese, "保存方")] {
        assert!(redline.render(language).contains(word), "{}", redline.render(language));
    }
}
