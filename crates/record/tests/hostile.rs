//! Records that must be refused, each with its own error: what is malformed, what is signed wrongly, and what a hostile
//! author signs rightly.

mod bombs;
mod contents;
mod corpus;
mod disclosures;
mod envelopes;
mod forgery;
mod inputs;
mod payloads;
mod signatures;

use std::collections::BTreeSet;

use record::json::{self, Json, Map, ParseError};
use record::key_history::Moment;
use record::signed::Signed;
use record::stix::StixError;
use record::{Draft, Record, RecordError, Selection, VerifyError};

use crate::records::stage::{self, Party, at, incident};
use crate::shared::say;
use forgery::Forgery;

/// What every case begins with.
struct World {
    /// The author of most records, hostile or not: an author may be both.
    alice: Party,
    /// An author whose records need two signatures.
    cautious: Party,
    /// Somebody else.
    mallory: Party,
    full: Signed<Record>,
    text: String,
}

impl World {
    fn new() -> Self {
        let alice = Party::new("alice");
        let full = alice.sign(Draft::new(incident()), "alice's incident");
        let text = full.envelope().to_json();
        Self { cautious: Party::cautious("cautious"), mallory: Party::new("mallory"), full, text, alice }
    }

    /// The text of a good record after a change to its envelope.
    fn edited(&self, change: impl FnOnce(&mut Map)) -> String {
        let Ok(Json::Object(mut envelope)) = json::parse(self.text.as_bytes()) else { panic!("no envelope") };
        change(&mut envelope);
        envelope.to_text()
    }

    /// A member of a good record's envelope.
    fn part(&self, name: &str) -> String {
        let envelope = json::parse(self.text.as_bytes()).unwrap();
        envelope.as_object().unwrap().text(name).unwrap().to_owned()
    }

    fn disclosures(&self) -> &[String] {
        self.full.envelope().disclosures()
    }
}

/// What a refusal comes from.
#[derive(Debug)]
enum Refusal {
    Verify(VerifyError),
    Record(RecordError),
    Stix(StixError),
    Json(ParseError),
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self::Verify(error)
    }
}

impl From<RecordError> for Refusal {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

impl From<StixError> for Refusal {
    fn from(error: StixError) -> Self {
        Self::Stix(error)
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::Json(error)
    }
}

/// One thing that must be refused, and how.
struct Case {
    name: &'static str,
    expected: &'static str,
    fits: fn(&Refusal) -> bool,
    attempt: fn(&World) -> Result<(), Refusal>,
}

/// A case whose attempt is made by hand.
macro_rules! attempt {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $attempt:expr) => {
        crate::hostile::Case {
            name: $name,
            expected: stringify!($pattern),
            fits: |refusal| matches!(refusal, $pattern $(if $guard)?),
            attempt: $attempt,
        }
    };
}

/// A case whose text Alice's key history refuses on day 2.
macro_rules! refused {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $text:expr) => {
        crate::hostile::attempt!($name, crate::hostile::Refusal::Verify($pattern) $(if $guard)?, |world| {
            let make: fn(&crate::hostile::World) -> _ = $text;
            crate::hostile::verify(world, Vec::<u8>::from(make(world)))
        })
    };
}

use {attempt, refused};

#[expect(clippy::needless_pass_by_value, reason = "texts are made where they are used")]
fn verify(world: &World, text: Vec<u8>) -> Result<(), Refusal> {
    stage::verify(&text, &world.alice.history(), Moment::At(at(2)))?;
    Ok(())
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let tables =
        [envelopes::CASES, signatures::CASES, payloads::CASES, disclosures::CASES, contents::CASES, inputs::CASES];
    tables.into_iter().flatten()
}

#[test]
fn every_malformed_record_is_refused_by_name() {
    let world = World::new();
    let (mut names, mut wrong) = (BTreeSet::new(), Vec::new());
    for case in cases() {
        assert!(names.insert(case.name), "two cases are called {}", case.name);
        match (case.attempt)(&world) {
            Err(refusal) if (case.fits)(&refusal) => {}
            other => wrong.push(format!("{}: {other:?} where {} should be", case.name, case.expected)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    say(&format!("COUNT: malformed records refused by name: {}", names.len()));
    assert!(names.len() >= 80, "cases have gone");
}

/// What the forgeries begin with is sound, so that it is the change that is refused.
#[test]
fn the_records_that_hostile_ones_are_made_from_are_sound() {
    let world = World::new();
    assert!(verify(&world, world.text.clone().into()).is_ok());
    assert!(verify(&world, world.edited(|_| ()).into()).is_ok());
    assert!(verify(&world, Forgery::new().sign(&world.alice).into()).is_ok());
    assert!(verify(&world, Forgery::bare().sign(&world.alice).into()).is_ok());
    let both = Forgery::new().sign(&world.cautious);
    assert!(world.cautious.verify(&both).is_ok());
    let sealed = world.full.present(&Selection::nothing()).unwrap();
    assert!(verify(&world, sealed.envelope().to_json().into()).is_ok());
}
