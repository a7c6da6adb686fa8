//! Helpers of the stories: a small pack, facts, answers.

use std::sync::Arc;

use duties::{Answer, Day, Dictionary, Facts, Pack, PackFault, Packs, shipped};
use record::time::Timestamp;

pub(crate) const SMALL: &str = include_str!("packs/small.json");

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn today() -> Day {
    "2026-11-30".parse().unwrap()
}

pub(crate) fn dictionary() -> Arc<Dictionary> {
    shipped::dictionary().unwrap()
}

/// The small pack's text with one place changed; the place has to be there exactly once.
pub(crate) fn small_with(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` does not stand there once");
    SMALL.replace(from, to)
}

/// The small pack's text with several places changed; each has to be there exactly once.
pub(crate) fn small_changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(SMALL.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "`{from}` does not stand there once");
        text.replace(from, to)
    })
}

/// The trigger of `small/warn`, as it stands.
pub(crate) const DANGER: &str = r#""trigger": {"fact": "incident.imminent_danger", "is": true}"#;

/// The small pack, where `small/warn` is brought about by something else.
pub(crate) fn warned_by(trigger: &str) -> Packs {
    set(&[&small_with(DANGER, &format!("\"trigger\": {trigger}"))])
}

pub(crate) fn load(texts: &[&str]) -> Result<Packs, Vec<PackFault>> {
    load_on(texts, today())
}

pub(crate) fn load_on(texts: &[&str], today: Day) -> Result<Packs, Vec<PackFault>> {
    Packs::load(&dictionary(), texts.iter().map(|text| ("file", text.as_bytes())), today)
}

/// Loads without running vignettes, for stories about a changed pack.
pub(crate) fn set(texts: &[&str]) -> Packs {
    let dictionary = dictionary();
    let packs =
        texts.iter().map(|text| Arc::new(Pack::parse(text.as_bytes(), &dictionary).expect("the pack is sound")));
    Packs::unproved(&dictionary, packs.collect(), today()).expect("the packs go together")
}

pub(crate) fn small() -> Packs {
    load(&[SMALL]).unwrap()
}

pub(crate) fn facts(text: &str) -> Facts {
    Facts::parse(&dictionary(), text.as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The answer about one duty.
pub(crate) fn answer<'p>(packs: &'p Packs, facts: &Facts, as_of: &str, duty: &str) -> Answer<'p> {
    let answers = packs.evaluate(facts, at(as_of));
    answers.into_iter().find(|answer| answer.duty.path == duty).unwrap_or_else(|| panic!("no duty `{duty}`"))
}

/// By when a stage has to be done.
pub(crate) fn due(answer: &Answer<'_>, stage: &str) -> String {
    let clock = answer.due().expect("it is due").clock(stage).expect("there is the stage");
    let by = clock.reckoned.by().unwrap_or_else(|| panic!("no moment: {:?}", clock.reckoned));
    by.due.to_string()
}

pub(crate) fn told(faults: &[PackFault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}
