//! Comparing answers with what a vignette expects of them.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::{Expectation, ExpectedClock, ExpectedStage, Step};
use crate::answer::{Answer, By, Reckoned, Sooner, Standing};
use crate::day::spell;

/// What is wrong, each with its place in the file.
pub(super) fn step(answers: &[Answer<'_>], step: &Step) -> Vec<(String, String)> {
    let check = |expected: &Expectation| {
        let answer = answers.iter().find(|answer| answer.duty.path == expected.duty);
        let wrong = match answer {
            Some(answer) => against(answer, expected),
            None => vec![format!("there is no duty `{}`", expected.duty)],
        };
        wrong.into_iter().map(|reason| (expected.at.clone(), reason)).collect::<Vec<_>>()
    };
    step.expect.iter().flat_map(check).collect()
}

fn against(answer: &Answer<'_>, expected: &Expectation) -> Vec<String> {
    let duty = &expected.duty;
    let word = answer.standing.word();
    if word != expected.standing {
        let missing = answer.standing.missing();
        let hint = if missing.is_empty() { String::new() } else { format!(" (missing: {})", missing.join(", ")) };
        return vec![format!("`{duty}` is {word}{hint}, expected {}", expected.standing)];
    }
    let mut wrong = Vec::new();
    let missing: BTreeSet<String> = answer.standing.missing().into_iter().map(str::to_owned).collect();
    let disputed = answer.disputed.iter().map(|question| question.id.clone()).collect();
    differ(&mut wrong, &format!("missing of `{duty}`"), expected.missing.as_ref(), &missing);
    differ(&mut wrong, &format!("disputed of `{duty}`"), expected.disputed.as_ref(), &disputed);
    if let Some(by) = &expected.by {
        let found = if let Standing::Displaced { by } = answer.standing { by } else { "" };
        differ(&mut wrong, &format!("`{duty}` displaced by"), Some(by), &found.to_owned());
    }
    if let Some(from) = expected.from {
        let found = if let Standing::NotInForce { from } = answer.standing { from } else { None };
        differ(&mut wrong, &format!("`{duty}` in force from"), Some(&Some(from)), &found);
    }
    for expected in &expected.clocks {
        clock(&mut wrong, answer, expected);
    }
    wrong
}

fn differ<T: PartialEq + Debug>(wrong: &mut Vec<String>, what: &str, expected: Option<&T>, found: &T) {
    if let Some(expected) = expected
        && expected != found
    {
        wrong.push(format!("{what}: {found:?}, expected {expected:?}"));
    }
}

fn clock(wrong: &mut Vec<String>, answer: &Answer<'_>, expected: &ExpectedStage) {
    let what = format!("stage `{}` of `{}`", expected.stage, answer.duty.path);
    let Some(clock) = answer.due().and_then(|due| due.clock(&expected.stage)) else {
        wrong.push(format!("{what}: there is no such stage, or the duty is not due"));
        return;
    };
    let set = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<String>>();
    let perhaps = match &clock.reckoned {
        Reckoned::WithoutDelay { perhaps: list, .. } | Reckoned::Undetermined { sooner_if: list, .. } => {
            list.as_slice()
        }
        Reckoned::By(_) | Reckoned::WaitsFor { .. } | Reckoned::None => &[],
    };
    differ(wrong, &format!("{what}, at once"), expected.at_once.as_ref(), &deadlines(&clock.at_once));
    differ(wrong, &format!("{what}, perhaps"), expected.perhaps.as_ref(), &deadlines(perhaps));
    match (&expected.clock, &clock.reckoned) {
        (ExpectedClock::By { .. }, Reckoned::By(found)) => by(wrong, &what, &expected.clock, found),
        (ExpectedClock::WaitsFor(facts), Reckoned::WaitsFor { missing })
        | (ExpectedClock::Undetermined(facts), Reckoned::Undetermined { missing, .. }) => {
            differ(wrong, &what, Some(facts), &set(missing));
        }
        (ExpectedClock::WithoutDelay, Reckoned::WithoutDelay { .. }) | (ExpectedClock::None, Reckoned::None) => {}
        (expected, found) => wrong.push(format!("{what}: {}, expected {expected:?}", words(found))),
    }
}

fn by(wrong: &mut Vec<String>, what: &str, expected: &ExpectedClock, found: &By<'_>) {
    let ExpectedClock::By { first, last, deadline, sooner_if, otherwise, calendar_missing } = expected else { return };
    differ(wrong, &format!("{what}, due"), Some(&spell(*first)), &spell(found.due.first));
    let latest = last.map(spell);
    differ(wrong, &format!("{what}, due at the latest"), latest.as_ref(), &spell(found.due.last));
    differ(wrong, &format!("{what}, deadline"), deadline.as_ref(), &found.deadline.id);
    let read_otherwise = found.otherwise.as_ref().map(|otherwise| spell(otherwise.due.first)).unwrap_or_default();
    differ(wrong, &format!("{what}, otherwise"), otherwise.map(spell).as_ref(), &read_otherwise);
    differ(wrong, &format!("{what}, sooner if"), sooner_if.as_ref(), &deadlines(&found.sooner_if));
    differ(wrong, &format!("{what}, years without holidays"), calendar_missing.as_ref(), &found.calendar_missing);
}

fn deadlines(list: &[Sooner<'_>]) -> BTreeSet<String> {
    list.iter().map(|sooner| sooner.deadline.id.clone()).collect()
}

fn words(found: &Reckoned<'_>) -> String {
    match found {
        Reckoned::By(by) => format!("due {} by `{}`", by.due, by.deadline.id),
        Reckoned::WithoutDelay { .. } => "without delay".to_owned(),
        Reckoned::WaitsFor { missing } => format!("waits for {}", missing.join(", ")),
        Reckoned::Undetermined { missing, .. } => format!("undetermined for want of {}", missing.join(", ")),
        Reckoned::None => "none".to_owned(),
    }
}
