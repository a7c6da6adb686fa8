//! Triggers that cannot be meant: those that hold of everything, or of nothing.

use std::sync::Arc;

use super::Duty;
use crate::condition::{Condition, Reading};
use crate::dictionary::{About, Dictionary};
use crate::facts::Facts;
use crate::limits::{MAX_DEADLINES, MAX_PACK_PARTS};
use crate::reader::At;
use crate::settle;
use crate::truth::Truth;
use crate::work::Work;

/// Names a pack whose answers would take too long.
pub(super) fn check_size(duties: &At<'_>, list: &[Duty]) {
    let parts = list.iter().flat_map(Duty::conditions).map(Condition::parts).fold(0, u64::saturating_add);
    if parts > MAX_PACK_PARTS {
        duties.fault::<()>(format!(
            "have conditions of {parts} parts, definitions included; the most are {MAX_PACK_PARTS}: make them simpler, or two packs"
        ));
    }
    let deadlines = list.iter().flat_map(|duty| &duty.stages).map(|stage| stage.deadlines.len()).sum::<usize>();
    if deadlines > MAX_DEADLINES {
        duties.fault::<()>(format!("have {deadlines} deadlines; the most are {MAX_DEADLINES}: make two packs"));
    }
}

/// Names every trigger that would make everything due, or nothing.
pub(super) fn check_triggers(duties: &At<'_>, dictionary: &Arc<Dictionary>, list: &[Duty]) {
    let Some(places) = duties.any_list() else { return };
    let unknown = Facts::unknown(dictionary);
    let work = Work::of_check();
    for at in places {
        let id = at.any_object().and_then(|members| members.may("id")?.str());
        let Some(duty) = list.iter().find(|duty| Some(duty.id.as_str()) == id) else { continue };
        let trigger = at.any_object().and_then(|members| members.may("trigger"));
        let Some(at) = trigger else { continue };
        if let Some(reason) = wrong(&duty.trigger, &unknown, &work) {
            at.fault::<()>(reason);
        }
    }
}

/// What is said of a trigger with too many cases, or of the first that the pack's work does not suffice for.
const TANGLED: &str = "is too tangled to be checked; make it simpler";

fn wrong(trigger: &Condition, unknown: &Facts, work: &Work) -> Option<String> {
    if !reads_what_happened(trigger) {
        return Some(
            "asks nothing about the incident, so every incident would be due; add what has to have happened".into(),
        );
    }
    let (yes, no) = (Reading(u32::MAX), Reading(0));
    if trigger.truth(unknown, yes) == Truth::True || trigger.truth(unknown, no) == Truth::True {
        return Some(
            "holds although nothing is known, so everything would be due; add what has to have happened".into(),
        );
    }
    let of_anything = |reading| settle::can_hold_of_anything(trigger, unknown, reading, work);
    let (Some(if_yes), Some(if_no)) = (of_anything(yes), of_anything(no)) else { return Some(TANGLED.into()) };
    if if_yes || if_no {
        return Some(
            "can hold by what we or the system are alone, so every incident would be due; add what happened".into(),
        );
    }
    let can_be = |wanted| either(trigger, unknown, wanted, work);
    match (can_be(Truth::False), can_be(Truth::True)) {
        (None, _) | (_, None) => Some(TANGLED.into()),
        (Some(false), _) => Some("cannot be false, so everything would be due; take out what always holds".into()),
        (_, Some(false)) => Some("cannot be true, so the duty would never be due; take out what contradicts".into()),
        (Some(true), Some(true)) => None,
    }
}

/// Whether some reading of the open questions lets the trigger come to be this.
fn either(trigger: &Condition, unknown: &Facts, wanted: Truth, work: &Work) -> Option<bool> {
    let one = settle::can_be(trigger, unknown, Reading(u32::MAX), wanted, work)?;
    let other = settle::can_be(trigger, unknown, Reading(0), wanted, work)?;
    Some(one || other)
}

fn reads_what_happened(trigger: &Condition) -> bool {
    let mut leaves = Vec::new();
    trigger.leaves(&mut leaves);
    leaves.iter().any(|leaf| matches!(leaf.fact.about, About::Incident | About::Time))
}
