//! What a node's log holds, read for a decision: records, the labels in force on them, switches of floors.
//!
//! Whatever stands in our log was checked before it was logged. It is read again under the keys that each record names, and
//! a record whose author's keys are not here stops the decision: what it asks cannot be kept.

use std::collections::BTreeMap;

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

/// Labels that were gathered already; none for a record that is not here.
type Known = BTreeMap<RecordDigest, Option<InForce>>;

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
        // Another party's relationship says nothing of what we made.
        let ours = |held: &Held| held.record.content().issuer() == own;
        for held in holdings.of_types(&[RELATIONSHIP])?.into_iter().filter(ours) {
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
        let opened = kept.map(|(index, body)| self.open(index, &body));
        opened.filter_map(Result::transpose).collect()
    }

    /// A record of a party whose keys are not here is passed over: it can say nothing, and must not stop what does not need it.
    fn open(&self, index: u64, body: &[u8]) -> Done<Option<Held>> {
        let damaged = || Failure::refused(format!("entry {index} of the log does not hold what it should"));
        let (salt, text) = split_body(body).ok_or_else(damaged)?;
        let record = Unverified::read(text).map_err(Failure::refused)?;
        if self.ring.find(record.claimed_issuer()).is_err() {
            return Ok(None);
        }
        let record = self.ring.verify(record, Moment::AsNamed)?;
        Ok(Some(Held { index, salt: *salt, record }))
    }

    /// The labels on a record. Those of every other record of the same object that was logged before hold place by place,
    /// and those of what it was made of hold for all of it. What bears on it and is not here leaves it unlabelled.
    pub(crate) fn in_force(&self, record: &Record) -> Done<InForce> {
        self.in_force_within(record, &mut Vec::new(), &mut BTreeMap::new())
    }

    fn in_force_within(&self, record: &Record, path: &mut Vec<RecordDigest>, known: &mut Known) -> Done<InForce> {
        let mut missing = Vec::new();
        path.push(record.digest());
        let mut earlier = LabelSet::new(record.digest());
        if let Some(previous) = record.aside().previous() {
            self.take(&previous, path, known, &mut missing)?.iter().for_each(|set| earlier.inherit(set));
        }
        for digest in self.versions(record)? {
            self.take(&digest, path, known, &mut missing)?.iter().for_each(|set| earlier.inherit(set));
        }
        let mut sources = Vec::new();
        for digest in self.sources(record, &mut missing)? {
            sources.extend(self.take(&digest, path, known, &mut missing)?);
        }
        let _this = path.pop();
        let found = in_force(record, self.own, &self.labels, &self.declassifications, Some(&earlier), &sources);
        Ok(found.lacking(missing))
    }

    /// The labels on another record. A circle adds nothing: whatever stands on it is joined where it was entered.
    fn take(
        &self,
        digest: &RecordDigest,
        path: &mut Vec<RecordDigest>,
        known: &mut Known,
        missing: &mut Vec<String>,
    ) -> Done<Option<LabelSet>> {
        if path.contains(digest) {
            return Ok(None);
        }
        if path.len() > MAX_DEPTH {
            missing.push(format!("more than {MAX_DEPTH} records that it was made of"));
            return Ok(None);
        }
        if !known.contains_key(digest) {
            let found = match self.find(digest)? {
                Some(held) => Some(self.in_force_within(held.record.content(), path, known)?),
                None => None,
            };
            drop(known.insert(*digest, found));
        }
        let Some(Some(found)) = known.get(digest) else {
            missing.push(format!("record {digest}, which it was made of"));
            return Ok(None);
        };
        missing.extend(found.lacking.iter().cloned());
        Ok(Some(found.labels.clone()))
    }

    /// The other records of the same object that were logged before this one: signing an object again takes no label off.
    fn versions(&self, record: &Record) -> Done<Vec<RecordDigest>> {
        let Some(id) = record.object().text("id") else { return Ok(Vec::new()) };
        let own = records::find(self.store, &LogName::node(), &record.digest()).map_err(node::fail)?;
        let indices = records::of_object(self.store, &LogName::node(), id).map_err(node::fail)?;
        let before: Vec<_> = indices.into_iter().filter(|index| own.is_none_or(|own| *index < own)).collect();
        Ok(self.at(&before)?.iter().map(|held| held.record.digest()).collect())
    }

    /// The records whose objects this one was derived from, by STIX relationships `derived-from` of this party.
    fn sources(&self, record: &Record, missing: &mut Vec<String>) -> Done<Vec<RecordDigest>> {
        let id = record.object().text("id").unwrap_or_default();
        let targets = self.derived.iter().filter(|(source, _)| source == id).map(|(_, target)| target);
        let mut digests = Vec::new();
        for target in targets {
            let indices = records::of_object(self.store, &LogName::node(), target).map_err(node::fail)?;
            let held = self.at(&indices)?;
            if held.is_empty() {
                missing.push(format!("object {target}, which it was made of"));
            }
            digests.extend(held.iter().map(|held| held.record.digest()));
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
