//! What a recipient counts of a sender's budget, from the receipts in its feed.

use policy::agreement::Agreement;
use policy::decision::ReceivedExposure;
use policy::receipt::PublicReceipt;
use record::json::{Json, Map};

use crate::decision_scene::{HARBOUR, LOTUS, PERMIT_ALL, Terms, clause};

fn terms(title: &'static str, counted: &str, at_most: i64, per: &str) -> std::sync::Arc<Agreement> {
    let all = clause("2", "All.", "全部。", PERMIT_ALL).budget("incidents", counted, at_most, per);
    Terms::new(title, &[HARBOUR, LOTUS], vec![all]).agreement()
}

/// The receipt of a release under clause 2, with these places.
fn receipt(agreement: &Agreement, time: &str, places: &[&str]) -> PublicReceipt {
    let map = Map::new()
        .with("agreement", agreement.digest().to_string())
        .with("clause", "2")
        .with("fields", Json::Array(places.iter().map(|place| Json::text(*place)).collect()))
        .with("receipt", record::base64url::encode(&[7; 32]))
        .with("time", time);
    PublicReceipt::from_map(&map).unwrap()
}

const DAY: &str = "2026-08-14T12:00:00Z";
const NEXT: &str = "2026-08-15T12:00:00Z";

#[test]
fn what_passes_the_budget_is_told_once_in_a_period() {
    let (agreement, mut received) = (terms("Two a day", "records", 2, "day"), ReceivedExposure::new());
    let mut take = |time| received.take(&agreement, LOTUS, &receipt(&agreement, time, &["/object/name"]));
    assert_eq!((take(DAY), take(DAY)), (None, None));
    let exceeded = take(DAY).unwrap();
    assert_eq!((exceeded.clause.as_str(), exceeded.stands), ("2", 3));
    assert_eq!(take(DAY), None, "one alarm for a day");
    assert_eq!(take(NEXT), None, "another day begins anew");
}

#[test]
fn members_of_a_batch_count_each_where_the_budget_counts_members() {
    let (agreement, mut received) = (terms("Two signals", "members", 2, "month"), ReceivedExposure::new());
    let places = ["/aside/members/0", "/aside/members/3", "/aside/members/4"];
    let exceeded = received.take(&agreement, LOTUS, &receipt(&agreement, DAY, &places)).unwrap();
    assert_eq!(exceeded.stands, 3);
}

#[test]
fn an_honest_sender_under_two_agreements_is_not_accused_in_whatever_order_they_are_read() {
    let (strict, wide) = (terms("One a day", "records", 1, "day"), terms("Nine a month", "records", 9, "month"));
    // One under the strict text first, then eight under the wide one, as the sender's counters allow.
    for is_wide_first in [false, true] {
        let mut received = ReceivedExposure::new();
        let mut read = vec![&strict];
        let at = if is_wide_first { 0 } else { 1 };
        read.splice(at..at, std::iter::repeat_n(&wide, 8));
        for agreement in read {
            assert_eq!(received.take(agreement, LOTUS, &receipt(agreement, DAY, &["/object/name"])), None);
        }
    }
}

#[test]
fn a_clause_without_a_budget_and_one_that_is_not_there_count_nothing() {
    let all = clause("2", "All.", "全部。", PERMIT_ALL);
    let agreement = Terms::new("No budget", &[HARBOUR, LOTUS], vec![all]).agreement();
    let mut received = ReceivedExposure::new();
    for _ in 0..100 {
        assert_eq!(received.take(&agreement, LOTUS, &receipt(&agreement, DAY, &["/object/name"])), None);
    }
}
