//! What a node's log holds, read for a decision: records, the labels in force on them, switches of floors.
//!
//! Whatever stands in our log was checked before it was logged. It is read again under the keys that each record names, and
//! a record whose author's keys are not here stops the decision: what it asks cannot be kept.

use std::collections::BTreeSet;

use policy::floors::{FloorSwitch, Floors};
use policy::labels::{Declassification, InForce, SignedLabel, in_force};
use record::digest::{Commitment, PartyId, RecordDigest};
use record::json::Json;
use record::key_history::Moment;
use record::label::LabelSet;
use record::{Record, Signed, Unverified};
use storage::views::records::{self, AGREEMENT_MESSAGE, KEY_RECORD};
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::command::log::{SALT_BYTES, split_body};
use crate::home::Home;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::{node, partners};

/// How many versions back, or sources deep, labels are looked for: what goes on for longer is a circle or an attack.
const MAX_DEPTH: usize = 64;

/// Most records that are tried at once: what a person can still read.
const MAX_LISTED: usize = 1_000;

/// The STIX types that bear on what may leave.
const LABEL: &str = "detente-label";
const DECLASSIFICATION: &str = "detente-declassification";
const FLOOR_SWITCH: &str = "detente-floor-switch";
const RELATIONSHIP: &str = "relationship";

/// A record that our log holds.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) index: u64,
    pub(crate) salt: [u8; SALT_BYTES],
    pub(crate) record: Signed<Record>,
}

impl Held {
    /// The leaf that commits to it.
    pub(crate) fn commitment(&self) -> Commitment {
        self.record.commitment(&self.salt)
    }
}

/// The node's own view of its log.
pub(crate) struct Holdings<'s> {
    store: &'s LocalStore,
    pub(crate) ring: Keyring,
    pub(crate) own: PartyId,
    labels: Vec<SignedLabel>,
    declassifications: Vec<Declassification>,
    derived: Vec<(String, String)>,
}

impl<'s> Holdings<'s> {
    /// Reads what every decision needs.
    pub(crate) fn read(store: &'s LocalStore, home: &Home) -> Done<Self> {
        let (ring, own) = (partners::ring(home)?, home.history()?.party());
        let (labels, declassifications, derived) = (Vec::new(), Vec::new(), Vec::new());
        let mut holdings = Self { store, ring, own, labels, declassifications, derived };
        for held in holdings.of_types(&[LABEL])? {
            let label = SignedLabel::of(&held.record);
            // A label that travelled in part asks nothing definite, and none was logged as one of ours.
            holdings.labels.extend(label.ok());
        }
        for held in holdings.of_types(&[DECLASSIFICATION])? {
            holdings.declassifications.extend(Declassification::of(&held.record).ok());
        }
        for held in holdings.of_types(&[RELATIONSHIP])? {
            holdings.derived.extend(derivation(held.record.content()));
        }
        Ok(holdings)
    }

    /// The records of these STIX types, in the order in which they were logged. Erased ones are passed over.
    pub(crate) fn of_types(&self, types: &[&str]) -> Done<Vec<Held>> {
        let indices = records::of_types(self.store, &LogName::node(), types).map_err(node::fail)?;
        self.at(&indices)
    }

    /// Every STIX record of the log that is no bookkeeping of ours, in the order in which they were logged: the newest
    /// [`MAX_LISTED`] of them.
    pub(crate) fn all(&self) -> Done<Vec<Held>> {
        let rows = records::list(self.store, &LogName::node(), 0, usize::MAX).map_err(node::fail)?;
        let is_content =
            |kind: &str| !kind.starts_with("detente-") && ![AGREEMENT_MESSAGE, KEY_RECORD, "identity"].contains(&kind);
        let content = rows.iter().filter(|row| row.object_type.as_deref().is_some_and(is_content));
        let indices: Vec<_> = content.map(|row| row.index).collect();
        self.at(indices.get(indices.len().saturating_sub(MAX_LISTED)..).unwrap_or_default())
    }

    /// The record of this digest, if our log holds it.
    pub(crate) fn find(&self, digest: &RecordDigest) -> Done<Option<Held>> {
        let index = records::find(self.store, &LogName::node(), digest).map_err(node::fail)?;
        Ok(self.at(index.as_slice())?.pop())
    }

    /// The same, and what to do if it is not there.
    pub(crate) fn must_find(&self, digest: &RecordDigest) -> Done<Held> {
        self.find(digest)?.ok_or_else(|| {
            Failure::input(format!("record {digest} is not in this node's log, or its body was erased"))
                .advise("log it with: detente log append RECORD --dir DIR")
        })
    }

    fn at(&self, indices: &[u64]) -> Done<Vec<Held>> {
        let places: Vec<_> = indices.iter().map(|index| Place::new(LogName::node(), *index)).collect();
        let bodies = self.store.bodies(&places).map_err(node::fail)?;
        let kept = indices.iter().zip(bodies).filter_map(|(index, body)| match body {
            Body::Kept(body) => Some((*index, body)),
            Body::None | Body::Erased | _ => None,
        });
        kept.map(|(index, body)| self.open(index, &body)).collect()
    }

    fn open(&self, index: u64, body: &[u8]) -> Done<Held> {
        let damaged = || Failure::refused(format!("entry {index} of the log does not hold what it should"));
        let (salt, text) = split_body(body).ok_or_else(damaged)?;
        let record = Unverified::read(text).map_err(Failure::refused)?;
        let record = self.ring.verify(record, Moment::AsNamed).map_err(|failure| Failure {
            message: format!("entry {index} of the log cannot be read: {}", failure.message),
            advice: Some("take in its author's profile with: detente partner add PROFILE --dir DIR".to_owned()),
            ..failure
        })?;
        Ok(Held { index, salt: *salt, record })
    }

    /// The labels on a record, its earlier versions' and its sources' among them.
    pub(crate) fn in_force(&self, record: &Record) -> Done<InForce> {
        self.in_force_within(record, &mut BTreeSet::new())
    }

    fn in_force_within(&self, record: &Record, seen: &mut BTreeSet<RecordDigest>) -> Done<InForce> {
        if !seen.insert(record.digest()) || seen.len() > MAX_DEPTH {
            return Err(Failure::refused("this record was made of itself, or of more than 64 others")
                .advise("look at the `derived-from` relationships that name it"));
        }
        let earlier = record.aside().previous().map(|previous| self.labels_on(&previous, seen)).transpose()?;
        let mut sources = Vec::new();
        for digest in self.sources(record)? {
            sources.push(self.labels_on(&digest, seen)?);
        }
        Ok(in_force(record, &self.labels, &self.declassifications, earlier.as_ref(), &sources))
    }

    /// The labels on another record; of one whose body is gone, what labels still say of it.
    fn labels_on(&self, digest: &RecordDigest, seen: &mut BTreeSet<RecordDigest>) -> Done<LabelSet> {
        if let Some(held) = self.find(digest)? {
            return Ok(self.in_force_within(held.record.content(), seen)?.labels);
        }
        let mut set = LabelSet::new(*digest);
        for label in self.labels.iter().filter(|label| label.label.about() == *digest) {
            set.add(&label.label).map_err(Failure::refused)?;
        }
        Ok(set)
    }

    /// The records whose objects this one was derived from, by STIX relationships `derived-from`.
    fn sources(&self, record: &Record) -> Done<Vec<RecordDigest>> {
        let id = record.object().text("id").unwrap_or_default();
        let targets = self.derived.iter().filter(|(source, _)| source == id).map(|(_, target)| target);
        let mut digests = Vec::new();
        for target in targets {
            let indices = records::of_object(self.store, &LogName::node(), target).map_err(node::fail)?;
            digests.extend(self.at(&indices)?.iter().map(|held| held.record.digest()));
        }
        Ok(digests)
    }

    /// The labels on a record with the digests of their own records.
    pub(crate) fn labels_of(&self, digest: RecordDigest) -> impl Iterator<Item = &SignedLabel> {
        self.labels.iter().filter(move |label| label.label.about() == digest)
    }

    /// A label by its record's digest.
    pub(crate) fn label(&self, digest: RecordDigest) -> Option<&SignedLabel> {
        self.labels.iter().find(|label| label.digest == digest)
    }

    /// The declassifications of a label, in the order in which they took effect.
    pub(crate) fn lowered(&self, label: RecordDigest) -> impl Iterator<Item = &Declassification> {
        self.declassifications.iter().filter(move |one| one.label == label)
    }

    /// The floors as they stand.
    pub(crate) fn floors(&self) -> Done<Floors> {
        Floors::new(&self.switches()?).map_err(Failure::refused)
    }

    /// Every switch of a floor, in order.
    pub(crate) fn switches(&self) -> Done<Vec<FloorSwitch>> {
        let records = self.of_types(&[FLOOR_SWITCH])?;
        // Another party's switch that was logged here switches nothing.
        Ok(records.iter().filter_map(|held| FloorSwitch::of_record(held.record.content(), self.own).ok()).collect())
    }
}

fn derivation(record: &Record) -> Option<(String, String)> {
    let object = record.object();
    let text = |name| object.get(name).and_then(Json::as_str).map(str::to_owned);
    (object.text("relationship_type") == Some("derived-from"))
        .then(|| Some((text("source_ref")?, text("target_ref")?)))?
}
