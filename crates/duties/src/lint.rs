//! What a careful author would look at again: nothing here keeps a pack from being loaded.

use record::words;

use crate::answer::StandingWord;
use crate::day::Day;
use crate::fault::Fault;
use crate::pack::{Confidence, Pack};
use crate::set::Packs;

words! {
    /// How much a finding weighs.
    Weight, "weight" {
        /// It is as it is; one should know it.
        Note = "note",
        /// It should be repaired.
        Warning = "warning",
    }
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// Where and what.
    pub fault: Fault,
}

/// Vignettes that a pack should have at least: fewer do not show its edges.
pub const LEAST_VIGNETTES: usize = 8;

/// Days before its review within which a pack is told to be near it.
const NEAR_REVIEW_DAYS: i32 = 30;

impl Packs {
    /// Everything to look at in one pack, as of a day.
    #[must_use]
    pub fn lint(&self, pack: &Pack, today: Day) -> Vec<Finding> {
        let mut found: Vec<Finding> = review(pack, today).into_iter().collect();
        found.extend(vignettes(pack));
        found.extend(weak(pack));
        found.extend(calendars(pack, today));
        found.extend(unseen(pack));
        found
    }
}

fn warning(pack: &Pack, path: impl Into<String>, reason: impl Into<String>) -> Finding {
    Finding { weight: Weight::Warning, fault: pack.fault(path, reason) }
}

fn note(pack: &Pack, path: impl Into<String>, reason: impl Into<String>) -> Finding {
    Finding { weight: Weight::Note, fault: pack.fault(path, reason) }
}

fn review(pack: &Pack, today: Day) -> Option<Finding> {
    if today > pack.review_by {
        let reason = "has passed: every answer says so; read the sources again, and date the pack anew";
        return Some(warning(pack, "review_by", reason));
    }
    let near = today.days_until(pack.review_by).is_some_and(|days| days <= NEAR_REVIEW_DAYS);
    near.then(|| note(pack, "review_by", format!("comes within {NEAR_REVIEW_DAYS} days; read the sources again")))
}

fn vignettes(pack: &Pack) -> Vec<Finding> {
    let mut found = Vec::new();
    let count = pack.vignettes.len();
    if count < LEAST_VIGNETTES {
        found.push(warning(
            pack,
            "vignettes",
            format!("has {count} vignettes; at least {LEAST_VIGNETTES} show its edges"),
        ));
    }
    let shown = |word: StandingWord| expectations(pack).any(|(_, standing)| standing == word);
    let negative = shown(StandingWord::NotDue) || shown(StandingWord::NotInForce);
    for (is_shown, what) in [
        (shown(StandingWord::Due), "due"),
        (negative, "not due or not in force"),
        (shown(StandingWord::Undetermined), "undetermined"),
    ] {
        if !is_shown {
            found.push(warning(pack, "vignettes", format!("no vignette shows a duty that is {what}; add one")));
        }
    }
    found
}

fn expectations(pack: &Pack) -> impl Iterator<Item = (&str, StandingWord)> {
    let steps = pack.vignettes.iter().flat_map(|vignette| &vignette.steps);
    steps.flat_map(|step| &step.expect).map(|expected| (expected.duty.as_str(), expected.standing))
}

/// Duties that no vignette shows as due: nobody has seen them work.
fn unseen(pack: &Pack) -> Vec<Finding> {
    let is_seen = |path: &str| expectations(pack).any(|(duty, standing)| duty == path && standing == StandingWord::Due);
    let unseen = pack.duties.iter().enumerate().filter(|(_, duty)| !is_seen(&duty.path));
    unseen
        .map(|(at, duty)| {
            warning(pack, format!("duties/{at}"), format!("no vignette shows `{}` as due; add one", duty.id))
        })
        .collect()
}

fn weak(pack: &Pack) -> Vec<Finding> {
    let sources = pack.sources.iter().filter(|source| source.confidence != Confidence::Official);
    sources
        .map(|source| {
            note(
                pack,
                "sources",
                format!("`{}` is {}: every answer that rests on it says so", source.id, source.confidence),
            )
        })
        .collect()
}

/// Calendars that end before the longest clocks that start today.
fn calendars(pack: &Pack, today: Day) -> Vec<Finding> {
    let rules = pack.duties.iter().flat_map(|duty| &duty.stages).flat_map(|stage| &stage.deadlines);
    let calendars = rules.filter_map(|deadline| deadline.within.as_ref()?.1.calendar.as_ref());
    let mut ids: Vec<(&str, Option<i16>)> =
        calendars.map(|calendar| (calendar.id.as_str(), calendar.years.last().copied())).collect();
    ids.sort_unstable();
    ids.dedup();
    let short = ids.into_iter().filter(|(_, last)| last.is_none_or(|last| last <= today.year()));
    short
        .map(|(id, _)| {
            let next = i32::from(today.year()).saturating_add(1);
            warning(
                pack,
                "calendars",
                format!("`{id}` lists no holidays of {next}: answers that reach into it say so; add them"),
            )
        })
        .collect()
}
