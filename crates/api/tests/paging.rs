//! A cursor leads one caller through one question.

use api::page::PageKey;
use api::{Operation, ProblemKind, Values};
use proptest::prelude::*;

use crate::scene::{good, ship, ships};

fn key() -> PageKey {
    PageKey::from_octets(&[7; 32])
}

fn given_out_for(text: &str) -> String {
    key().next(b"place", "ada", &ships(), &good(text)).unwrap()
}

/// A query of Ada's with the cursor that was given out for another.
fn asked(first: &str, then: &str) -> Result<Vec<u8>, ProblemKind> {
    let values = good(&format!("{then}&after={}", given_out_for(first)));
    key().paging("ada", &ships(), &values).map(|paging| paging.after.unwrap()).map_err(|problem| problem.kind())
}

#[test]
fn a_page_goes_on_where_the_last_one_ended() {
    assert_eq!(asked("flag=nl", "flag=nl"), Ok(b"place".to_vec()));
    assert_eq!(asked("flag=nl&limit=3", "limit=9&flag=nl"), Ok(b"place".to_vec()), "pages may differ in length");
    let paging = key().paging("ada", &ships(), &Values::new()).unwrap();
    assert_eq!((paging.limit, paging.after), (50, None));
}

#[test]
fn a_cursor_is_good_for_nothing_else() {
    assert_eq!(asked("flag=nl", "flag=cn"), Err(ProblemKind::Cursor));
    assert_eq!(asked("flag=nl", ""), Err(ProblemKind::Cursor));
    let values = good("flag=nl");
    let again = good(&format!("flag=nl&after={}", given_out_for("flag=nl")));
    let kind = |key: &PageKey, caller: &str, operation: &Operation| {
        key.paging(caller, operation, &again).map_err(|problem| problem.kind())
    };
    assert_eq!(kind(&key(), "bo", &ships()), Err(ProblemKind::Cursor), "another caller");
    assert_eq!(kind(&key(), "ada", &ship()), Err(ProblemKind::Cursor), "another operation");
    assert_eq!(kind(&PageKey::from_octets(&[8; 32]), "ada", &ships()), Err(ProblemKind::Cursor), "another node");
    assert!(kind(&key(), "ada", &ships()).is_ok());
    assert_eq!(key().next(&[0; 257], "ada", &ships(), &values), None);
}

#[test]
fn a_cursor_tells_nothing_of_the_place_where_it_leads() {
    let cursor = |place: &[u8]| key().next(place, "ada", &ships(), &Values::new()).unwrap();
    let (one, other) = (cursor(b"d1f4000"), cursor(b"d1f4001"));
    let (one, other) = (record::base64url::decode(&one).unwrap(), record::base64url::decode(&other).unwrap());
    assert!(!one.windows(7).any(|part| part == b"d1f4000"));
    let same = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    assert!(same < 16, "neighbours look as different as strangers: {same} octets are the same");
    assert_eq!(one.len(), cursor_octets(40), "how long a place is is not seen either");
    assert_eq!(cursor(b"d1f4000"), cursor(b"d1f4000"), "and an answer that has not changed has one tag");
}

fn cursor_octets(place_octets: usize) -> usize {
    let cursor = key().next(&vec![1; place_octets], "ada", &ships(), &Values::new()).unwrap();
    record::base64url::decode(&cursor).unwrap().len()
}

proptest! {
    #[test]
    fn nobody_makes_one_up(cursor in "[A-Za-z0-9_-]{1,400}") {
        let mut values = Values::new();
        values.add("after", api::Value::Text(cursor));
        let refused = key().paging("ada", &ships(), &values).map_err(|problem| problem.kind());
        prop_assert_eq!(refused, Err(ProblemKind::Cursor));
    }

    #[test]
    fn any_place_comes_back(place in proptest::collection::vec(any::<u8>(), 0..=256)) {
        let cursor = key().next(&place, "ada", &ships(), &Values::new()).unwrap();
        let mut values = Values::new();
        values.add("after", api::Value::Text(cursor));
        prop_assert_eq!(key().paging("ada", &ships(), &values).unwrap().after, Some(place));
    }
}

#[test]
fn a_place_in_a_list_of_a_page_is_read_by_nobody_and_taken_for_no_other() {
    let (key, asked) = (key(), ["prompt", ""]);
    let sealed = key.seal_for(b"a hidden place", "ada", &asked).unwrap();
    assert!(!sealed.contains("hidden"));
    assert_eq!(key.open_for(&sealed, "ada", &asked), Some(b"a hidden place".to_vec()));
    assert_eq!(key.open_for(&sealed, "lin", &asked), None, "another account");
    assert_eq!(key.open_for(&sealed, "ada", &["", "prompt"]), None, "another question");
    assert_eq!(PageKey::from_octets(&[8; 32]).open_for(&sealed, "ada", &asked), None, "another node");
    let shorter = key.seal_for(b"x", "ada", &asked).unwrap();
    assert_eq!(shorter.len(), sealed.len(), "how long a place is tells nothing");
    assert_eq!(key.seal_for(&[0; 1_000], "ada", &asked), None);
}
