//! What a node's log holds, read for a decision: records, the labels in force on them, switches of floors.
//!
//! Whatever stands in our log was checked before it was logged. It is read again under the keys that each record names. What
//! bears on a record and whose author's keys are not here leaves that record unlabelled: what it asks cannot be kept.

mod inherited;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use policy::floors::{FloorSwitch, Floors};
pub(crate) use policy::labels::erased_object;
use policy::labels::{Declassification, SignedLabel};
use record::digest::{Commitment, PartyId, RecordDigest};
use record::json::Json;
use record::key_history::Moment;
use record::{Record, Signed, Unverified};
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

/// The labels on one record.
#[derive(Debug, Default)]
struct Labels {
    labels: Vec<SignedLabel>,
    /// Where each of them stands in the log.
    places: Vec<u64>,
    /// Whether there is one that cannot be read, since its author's keys are not here.
    has_unread: bool,
}

/// The node's own view of its log.
pub(crate) struct Holdings<'s> {
    store: &'s LocalStore,
    pub(crate) ring: Keyring,
    pub(crate) own: PartyId,
    /// The labels on records that were asked about. A node has as many labels as records, and a decision needs a few.
    labels: RefCell<BTreeMap<RecordDigest, Rc<Labels>>>,
    /// Labels that are about to be logged.
    counted: Vec<SignedLabel>,
    erased: Vec<Erased>,
    declassifications: Vec<Declassification>,
    derived: Vec<(String, String)>,
}

impl<'s> Holdings<'s> {
    /// Reads what every decision needs.
    pub(crate) fn read(store: &'s LocalStore, home: &Home) -> Done<Self> {
        let (ring, own) = (partners::ring(home)?, home.history()?.party());
        let mut holdings = Self {
            store,
            ring,
            own,
            labels: RefCell::default(),
            counted: Vec::new(),
            erased: Vec::new(),
            declassifications: Vec::new(),
            derived: Vec::new(),
        };
        for held in holdings.of_types(&[DECLASSIFICATION])? {
            holdings.declassifications.extend(Declassification::of(&held.record).ok());
        }
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

    /// The labels on a record, those that are about to be logged among them.
    fn labels_on(&self, digest: &RecordDigest) -> Done<Rc<Labels>> {
        if let Some(known) = self.labels.borrow().get(digest) {
            return Ok(Rc::clone(known));
        }
        let labels = Rc::new(self.read_labels(digest)?);
        drop(self.labels.borrow_mut().insert(*digest, Rc::clone(&labels)));
        Ok(labels)
    }

    fn read_labels(&self, digest: &RecordDigest) -> Done<Labels> {
        let indices = records::labels_on(self.store, &LogName::node(), digest).map_err(node::fail)?;
        let (mut labels, bodies) = (Labels::default(), self.bodies(&indices)?);
        // A label whose body is gone without having been erased still asks something, and nobody knows what.
        labels.has_unread = bodies.len() < indices.len();
        for (index, body) in bodies {
            match self.open(index, &body)? {
                // A label that travelled in part asks nothing definite, and none was logged as one of ours.
                Some(held) => labels.add(SignedLabel::of(&held.record).ok(), held.index),
                None => labels.has_unread |= self.of_strangers(&body).is_some(),
            }
        }
        let counted = self.counted.iter().filter(|label| label.label.about() == *digest);
        counted.for_each(|label| labels.add(Some(label.clone()), u64::MAX));
        Ok(labels)
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
        let Ok(label) = SignedLabel::of(signed) else { return };
        let _read_anew = self.labels.get_mut().remove(&label.label.about());
        self.counted.push(label);
    }

    /// Counts a declassification that is about to be logged.
    pub(crate) fn count_declassification(&mut self, signed: &Signed<Record>) {
        self.declassifications.extend(Declassification::of(signed).ok());
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
        Ok(self.labels_on(&digest)?.labels.clone())
    }

    /// A label by its record's digest.
    pub(crate) fn label(&self, digest: RecordDigest) -> Done<Option<SignedLabel>> {
        Ok(self.find(&digest)?.and_then(|held| SignedLabel::of(&held.record).ok()))
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

impl Labels {
    fn add(&mut self, label: Option<SignedLabel>, place: u64) {
        self.places.extend(label.iter().map(|_| place));
        self.labels.extend(label);
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
