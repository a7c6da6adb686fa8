//! What the log has of an object already, and so what becomes of another version of it.
//!
//! What is taken is signed by this party, so nothing may be taken that this party's signature would make a statement of its own: a
//! label, an erasure, a switch of a floor, what a record of ours was made of, or another version of what we made.

use std::collections::{BTreeMap, BTreeSet};

use policy::handed::Reserved;
use record::Draft;
use record::digest::RecordDigest;
use record::json::{self, Json, Map};
use record::stix::StixObject;
use record::time::Timestamp;
use storage::LogName;
use storage::views::records;

use crate::command::import::{erased_objects, held_version};
use crate::command::log::Signing;
use crate::holdings::erased_object;
use crate::node;
use crate::outcome::Done;
use crate::statements::{is_own, reserved, words};

/// Versions of one object that are looked at, from the newest on.
const VERSIONS_MAX: usize = 64;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// The first record of its id.
    Made,
    /// A further version of one that is here.
    Changed,
    /// Nothing: this version is in the log.
    Here,
    /// Nothing: the log has a newer version.
    Older,
    /// Nothing: the object was erased here.
    Erased,
}

impl Became {
    pub(super) const ALL: [Self; 5] = [Self::Made, Self::Changed, Self::Here, Self::Older, Self::Erased];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Here => "here_before",
            Self::Older => "older",
            Self::Erased => "erased",
        }
    }
}

/// What is to be done with an object.
pub(super) enum Given {
    /// It is to be signed.
    Sign { draft: Box<Draft>, became: Became, number: i64 },
    /// It is not, and what is remembered of it instead.
    Leave { became: Became, record: Option<RecordDigest> },
}

/// A version that is here.
#[derive(Debug, Clone)]
struct Version {
    object: Map,
    number: i64,
    digest: RecordDigest,
    /// Whether it was signed just now, and quarantine does not know it yet.
    is_of_this_run: bool,
}

/// This party's records in its log.
pub(super) struct Log<'n> {
    node: &'n Signing,
    erased: BTreeSet<String>,
    /// What was signed and is not committed yet, newest last.
    signed: BTreeMap<String, Vec<Version>>,
}

impl<'n> Log<'n> {
    pub(super) fn read(node: &'n Signing) -> Done<Self> {
        Ok(Self { node, erased: erased_objects(&node.store, &node.history)?, signed: BTreeMap::new() })
    }

    /// What becomes of an object, or why it cannot be a record. `taken` are the records that were made of its earlier versions from
    /// this source.
    pub(super) fn given(&self, members: &Map, taken: &BTreeSet<String>) -> Done<Result<Given, String>> {
        let id = members.text("id").unwrap_or_default();
        if let Some(reason) = self.statement(members) {
            return Ok(Err(reason.to_owned()));
        }
        if self.erased.contains(&erased_object(id)) {
            return Ok(Ok(Given::Leave { became: Became::Erased, record: None }));
        }
        let versions = self.versions(id)?;
        if let Some(same) = versions.iter().find(|version| is_same(&version.object, members)) {
            return Ok(Ok(Given::Leave { became: Became::Here, record: Some(same.digest) }));
        }
        let newest = versions.iter().max_by_key(|version| version.number);
        if let Some(newest) = newest.filter(|newest| !self.has_author_of(newest, members, taken)) {
            let author = newest.object.text("created_by_ref").unwrap_or_default();
            let who = if is_own(self.node.history.party(), author) { "this party" } else { "another author" };
            return Ok(Err(format!(
                "an object of this id is here, by {who}, and only its author makes versions of it"
            )));
        }
        if newest.is_some_and(|newest| time_of(members) < time_of(&newest.object)) {
            return Ok(Ok(Given::Leave { became: Became::Older, record: None }));
        }
        Ok(draft(members, newest))
    }

    /// Why an object would say, under our signature, what only this party's own people say.
    fn statement(&self, members: &Map) -> Option<&'static str> {
        reserved(self.node.history.party(), members, false).map(|reserved| match reserved {
            Reserved::OwnWork => "it says that this party made it, and that is not taken from others",
            Reserved::Statement | Reserved::OwnIdentity | Reserved::Inheritance => words(reserved),
        })
    }

    /// Whether a further version is its author's, as far as objects say that. One that names nobody follows one that named nobody
    /// where it came from, and got us as its author by our signature.
    fn has_author_of(&self, newest: &Version, members: &Map, taken: &BTreeSet<String>) -> bool {
        match members.text("created_by_ref") {
            Some(author) => newest.object.text("created_by_ref") == Some(author),
            None => {
                let was_taken = taken.contains(&newest.digest.to_string()) || newest.is_of_this_run;
                newest.object.text("created_by_ref").is_none() || was_taken
            }
        }
    }

    fn versions(&self, id: &str) -> Done<Vec<Version>> {
        let mut versions = self.signed.get(id).cloned().unwrap_or_default();
        let entries = records::of_object(&self.node.store, &LogName::node(), id).map_err(node::fail)?;
        for index in entries.into_iter().rev().take(VERSIONS_MAX) {
            if let Some(one) = held_version((&self.node.store, &self.node.history), index)? {
                versions.push(Version {
                    object: one.object,
                    number: one.version,
                    digest: one.digest,
                    is_of_this_run: false,
                });
            }
        }
        Ok(versions)
    }

    /// The log has what was signed.
    pub(super) fn committed(&mut self) {
        self.signed.clear();
    }

    /// Remembers what was signed until the log has it.
    pub(super) fn signed(&mut self, object: &Map, number: i64, digest: RecordDigest) {
        let id = object.text("id").unwrap_or_default().to_owned();
        self.signed.entry(id).or_default().push(Version {
            object: object.clone(),
            number,
            digest,
            is_of_this_run: true,
        });
    }
}

fn draft(members: &Map, newest: Option<&Version>) -> Result<Given, String> {
    let object = StixObject::from_map(members.clone()).map_err(|error| error.to_string())?;
    let number = newest.map_or(1, |newest| newest.number.saturating_add(1));
    let (draft, became) = match newest {
        None => (Draft::new(object), Became::Made),
        Some(newest) => {
            let draft = Draft::after(object, number, newest.digest).map_err(|error| error.to_string())?;
            (draft, Became::Changed)
        }
    };
    Ok(Given::Sign { draft: Box::new(draft), became, number })
}

/// Versions of STIX are told apart by their times; an object without any is what it says.
fn is_same(here: &Map, given: &Map) -> bool {
    match (time_of(here), time_of(given)) {
        (Some(here), Some(given)) => here == given,
        (None, None) => content(here).is_some_and(|here| content(given) == Some(here)),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn time_of(object: &Map) -> Option<Timestamp> {
    object.text("modified").or_else(|| object.text("created"))?.parse().ok()
}

/// What an object says, without who is said to have made it: where nobody is, signing names us.
fn content(object: &Map) -> Option<Vec<u8>> {
    let mut object = object.clone();
    let _author = object.remove("created_by_ref");
    json::canonical(&Json::Object(object)).ok()
}
