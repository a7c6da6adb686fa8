//! Counters belong to a counterpart and a category, whatever the agreement is called today.

use policy::agreement::{Budget, Per};
use policy::decision::{Decision, Exposure, Reason, counter_name};
use record::digest::PartyId;

use crate::decision_scene::{
    HARBOUR, LOTUS, MERIDIAN, PERMIT_ALL, Terms, ask, clause, green, incident, node, signed, subject,
};

fn terms(title: &'static str, at_most: i64, per: &str) -> Terms {
    let all = clause("2", "All.", "全部。", PERMIT_ALL).budget("incidents", "records", at_most, per);
    Terms::new(title, &[HARBOUR, LOTUS], vec![all])
}

/// Decides a release under the first of these, and moves the counters as a commit does.
fn release(all: &[&Terms], exposure: &mut Exposure) -> Decision {
    let engine = node(HARBOUR, all, &[]);
    let subject = subject(signed(HARBOUR, incident()).content(), &[("*", green())]);
    let decision = engine.decide(&subject, &ask(all[0]), exposure);
    assert!(decision.movements.iter().all(|one| engine.counters(&ask(all[0])).contains(&one.counter)));
    for one in &decision.movements {
        *exposure.entry(one.counter.clone()).or_default() += one.by;
    }
    decision
}

fn is_over(decision: &Decision, stood: i64) -> bool {
    matches!(decision.reasons(), [Reason::OverBudget { stands, .. }] if *stands == stood)
}

#[test]
fn an_amendment_goes_on_counting_where_the_text_before_stood() {
    let (before, after) = (terms("Incidents", 2, "month"), terms("Incidents, a comma changed", 2, "month"));
    assert_ne!(before.agreement().digest(), after.agreement().digest());
    let mut exposure = Exposure::new();
    assert!(release(&[&before], &mut exposure).permit().is_some());
    assert!(release(&[&after], &mut exposure).permit().is_some());
    assert!(is_over(&release(&[&after], &mut exposure), 2));
}

#[test]
fn an_amendment_to_a_longer_period_counts_what_went_under_the_shorter_one() {
    let (before, after) = (terms("Three a day", 3, "day"), terms("Three a year", 3, "year"));
    let mut exposure = Exposure::new();
    for _ in 0..3 {
        assert!(release(&[&before], &mut exposure).permit().is_some());
    }
    assert!(is_over(&release(&[&after], &mut exposure), 3));
}

#[test]
fn two_agreements_at_once_see_what_went_under_the_other() {
    let (daily, monthly) = (terms("One a day", 1, "day"), terms("Nine a month", 9, "month"));
    let mut exposure = Exposure::new();
    assert!(release(&[&monthly, &daily], &mut exposure).permit().is_some());
    assert!(is_over(&release(&[&daily, &monthly], &mut exposure), 1), "the day is used up");
    assert!(release(&[&monthly, &daily], &mut exposure).permit().is_some(), "the month is not");
}

#[test]
fn other_counterparts_categories_units_and_periods_have_counters_of_their_own() {
    let of = |category: &str, counted: &str| {
        let all = clause("2", "All.", "全部。", PERMIT_ALL).budget(category, counted, 9, "month");
        let agreement = Terms::new("All", &[HARBOUR, LOTUS], vec![all]).agreement();
        agreement.operative(HARBOUR).find_map(|(_, one)| one.obligations().budget.clone()).unwrap()
    };
    let incidents = of("incidents", "records");
    let name = |to: PartyId, budget: &Budget, per, time: &str| counter_name(to, budget, per, time.parse().unwrap());
    let (today, later) = ("2026-08-14T12:00:00Z", "2026-09-01T00:00:00Z");
    let names = [
        name(LOTUS, &incidents, Per::Month, today),
        name(MERIDIAN, &incidents, Per::Month, today),
        name(LOTUS, &of("incidents", "members"), Per::Month, today),
        name(LOTUS, &of("signals", "records"), Per::Month, today),
        name(LOTUS, &incidents, Per::Day, today),
        name(LOTUS, &incidents, Per::Year, today),
        name(LOTUS, &incidents, Per::Ever, today),
        name(LOTUS, &incidents, Per::Month, later),
    ];
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len());
    assert_eq!(name(LOTUS, &incidents, Per::Ever, later), names[6]);
}
