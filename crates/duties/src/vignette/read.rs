//! Reading vignettes and scenarios.

use std::collections::BTreeSet;
use std::sync::Arc;

use record::time::Timestamp;

use super::{Expectation, ExpectedClock, ExpectedStage, Step, Vignette};
use crate::day::Span;
use crate::dictionary::Dictionary;
use crate::facts::Facts;
use crate::fault::Fault;
use crate::reader::{At, Members, file};

/// Reads a scenario: a vignette over all packs, in a file of its own.
///
/// # Errors
/// Every [`Fault`] of the file.
pub fn scenario(octets: &[u8], dictionary: &Arc<Dictionary>) -> Result<Vignette, Vec<Fault>> {
    let (json, faults) = file(octets)?;
    let found = vignette(dictionary, None, &At::root(&json, &faults));
    let (_, faults) = faults.finish();
    match found {
        Some(vignette) if faults.is_empty() => Ok(vignette),
        _ => Err(faults),
    }
}

/// Reads a vignette of a pack, whose duties are named without the pack.
pub(crate) fn of_pack(dictionary: &Arc<Dictionary>, pack: &str, at: &At<'_>) -> Option<Vignette> {
    vignette(dictionary, Some(pack), at)
}

fn vignette(dictionary: &Arc<Dictionary>, pack: Option<&str>, at: &At<'_>) -> Option<Vignette> {
    let members = at.object(&["id", "label", "as_of", "facts", "expect", "steps"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let steps = match members.may("steps") {
        Some(list) => {
            for name in ["as_of", "facts", "expect"] {
                members.may(name).and_then(|at| at.fault::<()>("stands in the steps; take it out here"));
            }
            list.each(|at| step(dictionary, pack, &at.object(&["as_of", "facts", "expect"])?))
        }
        None => step(dictionary, pack, &members).map(|step| vec![step]),
    };
    Some(Vignette { id: id?.to_owned(), label: label?, steps: steps? })
}

fn step(dictionary: &Arc<Dictionary>, pack: Option<&str>, members: &Members<'_>) -> Option<Step> {
    let as_of = members.need("as_of").and_then(|at| at.parse());
    let facts = members.need("facts").and_then(|at| Facts::read(dictionary, &at));
    let expect = members.need("expect").and_then(|at| at.each(|at| expectation(pack, &at)));
    Some(Step { as_of: as_of?, facts: facts?, expect: expect? })
}

fn expectation(pack: Option<&str>, at: &At<'_>) -> Option<Expectation> {
    let members = at.object(&["duty", "standing", "missing", "disputed", "by", "from", "clocks"])?;
    let duty = members.need("duty").and_then(|at| at.str());
    let standing = members.need("standing").and_then(|at| at.parse());
    let missing = members.may("missing").and_then(|at| words(&at));
    let disputed = members.may("disputed").and_then(|at| words(&at));
    let by = members.may("by").and_then(|at| at.str()).map(str::to_owned);
    let from = members.may("from").and_then(|at| at.day());
    let clocks = match members.may("clocks") {
        Some(at) => at.any_object()?.each_member().filter_map(|(stage, at)| expected_stage(stage, &at)).collect(),
        None => Vec::new(),
    };
    let duty = pack.map_or_else(|| duty.map(str::to_owned), |pack| duty.map(|duty| format!("{pack}/{duty}")));
    Some(Expectation { duty: duty?, standing: standing?, missing, disputed, by, from, clocks, at: at.path.clone() })
}

fn words(at: &At<'_>) -> Option<BTreeSet<String>> {
    at.any_list()?.iter().map(|at| at.str().map(str::to_owned)).collect()
}

const STAGE: [&str; 11] = [
    "due",
    "deadline",
    "sooner_if",
    "otherwise",
    "calendar_missing",
    "waits_for",
    "without_delay",
    "none",
    "undetermined",
    "at_once",
    "perhaps",
];

fn expected_stage(stage: &str, at: &At<'_>) -> Option<ExpectedStage> {
    let members = at.object(&STAGE)?;
    let clock = clock(&members, at)?;
    let list = |name: &str| members.may(name).and_then(|at| words(&at));
    Some(ExpectedStage { stage: stage.to_owned(), clock, at_once: list("at_once"), perhaps: list("perhaps") })
}

fn clock(members: &Members<'_>, at: &At<'_>) -> Option<ExpectedClock> {
    let kind = ["due", "waits_for", "without_delay", "none", "undetermined"].iter().find_map(|name| members.may(name));
    let Some(kind) = kind else {
        return at.fault("needs `due`, `waits_for`, `without_delay`, `none` or `undetermined`");
    };
    match kind.path.rsplit('/').next() {
        Some("due") => by(members, &kind),
        Some("waits_for") => words(&kind).map(ExpectedClock::WaitsFor),
        Some("undetermined") => words(&kind).map(ExpectedClock::Undetermined),
        Some("without_delay") => kind.truth().map(|_| ExpectedClock::WithoutDelay),
        _ => kind.truth().map(|_| ExpectedClock::None),
    }
}

fn by(members: &Members<'_>, at: &At<'_>) -> Option<ExpectedClock> {
    let (first, last) = moments(at)?;
    Some(ExpectedClock::By {
        first,
        last,
        deadline: members.may("deadline").and_then(|at| at.str()).map(str::to_owned),
        sooner_if: members.may("sooner_if").and_then(|at| words(&at)),
        otherwise: members.may("otherwise").and_then(|at| at.parse()),
        calendar_missing: members.may("calendar_missing").and_then(|at| years(&at)),
    })
}

fn moments(at: &At<'_>) -> Option<(Timestamp, Option<Timestamp>)> {
    let text = at.str()?;
    let found = Span::read(text).filter(|span| span.is_exact() || text.contains('/'));
    let found = found.map(|span| (span.first, text.contains('/').then_some(span.last)));
    if found.is_none() { at.fault("should be a UTC instant, or two with a slash between them") } else { found }
}

fn years(at: &At<'_>) -> Option<BTreeSet<i16>> {
    at.any_list()?.iter().map(|at| at.count().and_then(|year| i16::try_from(year).ok())).collect()
}
