//! What a node's log holds, read for a decision: records, the labels in force on them, switches of floors.
//!
//! Whatever stands in our log was checked before it was logged. It is read again under the keys that each record names. What
//! bears on a record and whose author's keys are not here leaves that record unlabelled: what it asks cannot be kept.

mod inherited;

use std::collections::{BTreeMap, BTreeSet};

use policy::floors::{FloorSwitch, Floors};
pub(crate) use policy::labels::erased_object;
use policy::labels::{Declassification, SignedLabel};
use record::digest::{Commitment, PartyId, RecordDigest};
use record::json::Json;
use record::key_history::Moment;
use record::label::Label;
use record::{Record, Signed, Unverified};
use storage::views::cases;
use storage::views::records::{self, AGREEMENT_MESSAGE, KEY_RECORD};
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::command::log::{SALT_BYTES, split_body};
use crate::home::Home;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::{node, partners};

/// Most records that are tried at once: what a person can still read.
const MAX_LISTED: usize = 1_000;

/// The STIX types that bear on what may leave.
const LABEL: &str = "detente-label";
const DECLASSIFICATION: &str = "detente-declassification";
const FLOOR_SWITCH: &str = "detente-floor-switch";
const RELATIONSHIP: &str = "relationship";

/// The STIX type of the record that says that a body was erased.
pub(crate) const ERASURE: &str = "detente-erasure";

/// A body that was erased, and the labels on it with it.
#[derive(Debug, Clone)]
struct Erased {
    /// The digest of the object's id.
    object: String,
    /// Where the body was.
    index: u64,
    /// Where the log says that it was erased.
    at: u64,
}

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
    /// Labels and declassifications that are about to be logged.
    new_labels: Vec<SignedLabel>,
    new_declassifications: Vec<Declassification>,
    erased: Vec<Erased>,
    derived: Vec<(String, String)>,
}

/// The labels on one record.
#[derive(Debug, Default)]
struct Labelled {
    labels: Vec<SignedLabel>,
    /// Where each label stands in the log.
    at: BTreeMap<RecordDigest, u64>,
    /// What lowers one of them, in the order in which it took effect.
    lowered: Vec<Declassification>,
    /// Whether there is a label on it that cannot be read, since its author's keys are not here.
    has_unread: bool,
}

/// Labels on one record, and declassifications of one label, that are looked up: the view keeps as many names for as many records.
const MAX_LABELS: usize = 1_000_000;

impl<'s> Holdings<'s> {
    /// Reads what every decision needs.
    pub(crate) fn read(store: &'s LocalStore, home: &Home) -> Done<Self> {
        let (ring, own) = (partners::ring(home)?, home.history()?.party());
        let mut holdings = Self {
            store,
            ring,
            own,
            new_labels: Vec::new(),
            new_declassifications: Vec::new(),
            erased: Vec::new(),
            derived: Vec::new(),
        };
        // Another party's relationship says nothing of what we made.
        let ours = |held: &Held| held.record.content().issuer() == own;
        for held in holdings.of_types(&[ERASURE])?.into_iter().filter(ours) {
            holdings.erased.extend(Erased::of(&held));
        }
        for held in holdings.of_types(&[RELATIONSHIP])?.into_iter().filter(ours) {
            holdings.derived.extend(derivation(held.record.content()));
        }
        Ok(holdings)
    }

    /// The labels on a record, as the view of names finds them: whoever looks at a few records does not read the labels of all.
    fn labelled(&self, digest: RecordDigest) -> Done<Labelled> {
        let indices = self.naming(digest, LABEL)?;
        let mut found = Labelled::default();
        let held = self.at(&indices)?;
        found.has_unread = held.len() < indices.len() && self.has_unread(digest, &indices)?;
        for held in held {
            // A label that travelled in part asks nothing definite, and none was logged as one of ours.
            let Ok(label) = SignedLabel::of(&held.record) else { continue };
            if label.label.about() == digest {
                let _new = found.at.insert(label.digest, held.index);
                found.labels.push(label);
            }
        }
        for label in self.new_labels.iter().filter(|label| label.label.about() == digest) {
            let _new = found.at.insert(label.digest, u64::MAX);
            found.labels.push(label.clone());
        }
        found.lowered = self.lowered(found.labels.iter().map(|label| label.digest))?;
        Ok(found)
    }

    /// Where records of a type stand in our log that name another, in order.
    fn naming(&self, digest: RecordDigest, object_type: &str) -> Done<Vec<u64>> {
        let name = digest.to_string();
        let share =
            cases::naming_in_turn(self.store, (&name, object_type), self.own, MAX_LABELS).map_err(node::fail)?;
        let mut indices: Vec<_> =
            share.places.iter().filter(|place| place.log == LogName::node()).map(|place| place.index).collect();
        indices.sort_unstable();
        Ok(indices)
    }

    /// Whether one of these labels is by a party whose keys are not here.
    fn has_unread(&self, digest: RecordDigest, indices: &[u64]) -> Done<bool> {
        let bodies = self.bodies(indices)?;
        let mut strange = bodies.iter().filter_map(|(_, text)| self.of_strangers(text));
        Ok(strange.any(|record| Label::of_record(&record).is_ok_and(|label| label.about() == digest)))
    }

    /// What a record claims whose author's keys are not here.
    fn of_strangers(&self, body: &[u8]) -> Option<Record> {
        let (_, text) = split_body(body)?;
        let record = Unverified::read(text).ok()?;
        let is_strange = self.ring.find(record.claimed_issuer()).is_err();
        record.claimed_content().ok().filter(|_| is_strange)
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

    /// Counts a label that is about to be logged.
    pub(crate) fn count_label(&mut self, signed: &Signed<Record>) {
        self.new_labels.extend(SignedLabel::of(signed).ok());
    }

    /// Counts a declassification that is about to be logged.
    pub(crate) fn count_declassification(&mut self, signed: &Signed<Record>) {
        self.new_declassifications.extend(Declassification::of(signed).ok());
    }

    pub(crate) fn at(&self, indices: &[u64]) -> Done<Vec<Held>> {
        let opened = self.bodies(indices)?.into_iter().map(|(index, body)| self.open(index, &body));
        opened.filter_map(Result::transpose).collect()
    }

    fn bodies(&self, indices: &[u64]) -> Done<Vec<(u64, Vec<u8>)>> {
        let places: Vec<_> = indices.iter().map(|index| Place::new(LogName::node(), *index)).collect();
        let bodies = self.store.bodies(&places).map_err(node::fail)?;
        let kept = indices.iter().zip(bodies).filter_map(|(index, body)| match body {
            Body::Kept(body) => Some((*index, body)),
            Body::None | Body::Erased | _ => None,
        });
        Ok(kept.collect())
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

    /// The labels on a record with the digests of their own records.
    pub(crate) fn labels_of(&self, digest: RecordDigest) -> Done<Vec<SignedLabel>> {
        Ok(self.labelled(digest)?.labels)
    }

    /// A label by its record's digest.
    pub(crate) fn label(&self, digest: RecordDigest) -> Done<Option<SignedLabel>> {
        Ok(self.find(&digest)?.and_then(|held| SignedLabel::of(&held.record).ok()))
    }

    /// The declassifications of labels, in the order in which they took effect.
    pub(crate) fn lowered(&self, labels: impl IntoIterator<Item = RecordDigest>) -> Done<Vec<Declassification>> {
        let labels: BTreeSet<_> = labels.into_iter().collect();
        let mut indices = BTreeSet::new();
        for label in &labels {
            indices.extend(self.naming(*label, DECLASSIFICATION)?);
        }
        let indices: Vec<_> = indices.into_iter().collect();
        let held = self.at(&indices)?;
        let logged = held.iter().filter_map(|held| Declassification::of(&held.record).ok());
        Ok(logged.chain(self.new_declassifications.iter().cloned()).filter(|one| labels.contains(&one.label)).collect())
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

impl Erased {
    /// What an erasure of ours says. One from before this was written down names no object.
    fn of(held: &Held) -> Option<Self> {
        let fields = held.record.content().extension()?;
        let index = fields.get("index").and_then(Json::as_integer).and_then(|index| u64::try_from(index).ok())?;
        Some(Self { object: fields.text("object_digest")?.to_owned(), index, at: held.index })
    }
}

fn derivation(record: &Record) -> Option<(String, String)> {
    let object = record.object();
    let text = |name| object.get(name).and_then(Json::as_str).map(str::to_owned);
    (object.text("relationship_type") == Some("derived-from"))
        .then(|| Some((text("source_ref")?, text("target_ref")?)))?
}
