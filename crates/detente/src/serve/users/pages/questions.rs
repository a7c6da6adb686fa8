//! Questions about records, ours and theirs, and what became of each.

mod asking;
mod list;
mod thread;

pub(super) use self::list::page as list;
pub(super) use self::thread::page as thread;

use access::{Right, Verdict};
use pages::{Inline, Say, Tone};
use policy::decision::Engine;
use record::language::TaggedText;

use super::{Asked, Made};
use crate::clarifications::{Clarification, Clarifications, Given, State};
use crate::operations::sight::Sight;

/// The questions that this account may see: those whose record, and whose own text, are for it.
pub(super) fn seen(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Vec<Clarification>> {
    let keys = asked.open.keys.get();
    let all = Clarifications::new(asked.store(), keys.ring(), asked.open.party()).all()?;
    let mut seen = Vec::new();
    for mut one in all {
        if is_for(sight, &one)? {
            one.answers = answers_for(sight, std::mem::take(&mut one.answers))?;
            seen.push(one);
        }
    }
    Ok(seen)
}

/// The answers that are for this account: each is a record of its own, with its own marking.
fn answers_for(sight: &Sight<'_>, answers: Vec<Given>) -> Made<Vec<Given>> {
    let mut seen = Vec::new();
    for answer in answers {
        if sight.judge_named(Right::Read, &answer.digest.to_string())? == Verdict::Allowed {
            seen.push(answer);
        }
    }
    Ok(seen)
}

fn is_for(sight: &Sight<'_>, one: &Clarification) -> Made<bool> {
    for digest in [one.question.about, one.question.digest] {
        if sight.judge_named(Right::Answer, &digest.to_string())? != Verdict::Allowed {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A state in words, and how it is meant. Silence past a deadline is an outcome like the others.
fn state(one: &Clarification, state: State) -> (Say, Tone) {
    match (state, one.is_ours) {
        (State::Unsent, _) => ("question-unsent".into(), Tone::Watch),
        (State::Recalled, _) => ("question-recalled".into(), Tone::Calm),
        (State::Waiting, true) => ("question-waiting-them".into(), Tone::Calm),
        (State::Waiting, false) => ("question-waiting-us".into(), Tone::Watch),
        (State::Answered, _) => ("question-answered".into(), Tone::Good),
        (State::Late, _) => ("question-late".into(), Tone::Watch),
        (State::Silent, true) => ("question-silent-them".into(), Tone::Grave),
        (State::Silent, false) => ("question-silent-us".into(), Tone::Grave),
    }
}

/// A text in every language that it has, the reader's first.
fn renditions(asked: &Asked<'_>, text: Option<&TaggedText>) -> Vec<Say> {
    let Some(text) = text else { return Vec::new() };
    let first = asked.language().choose(text);
    let others = text.iter().map(|(_, words)| words).filter(|words| *words != first);
    std::iter::once(first).chain(others).map(Say::content).collect()
}

/// The agreements under which something could go, to choose from; the first stands for the one by which the record came.
fn agreements(asked: &Asked<'_>, engine: &Engine) -> Vec<(String, Say)> {
    let own = std::iter::once((String::new(), Say::Word("question-same-agreement")));
    let titled = |one: &policy::decision::Active| {
        (one.agreement.digest().to_string(), super::releases::title_of(asked, &one.agreement))
    };
    own.chain(engine.agreements().map(titled)).collect()
}

/// A link to the record that a question is about.
fn about(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Inline> {
    let digest = one.question.about;
    let held = asked.title(sight, &digest)?;
    let title = if held == Say::Word("no-title") { Say::sign(digest) } else { held };
    Ok(Inline::link(format!("/records/{digest}"), title))
}
