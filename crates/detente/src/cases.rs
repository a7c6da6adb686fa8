//! The incidents that a node holds: its own, and those that came in feeds, with their versions and what stands beside them.
//!
//! The store's view says where things lie; whatever is shown was opened and its signature checked. So a list of a hundred
//! thousand incidents opens the bodies of one page. Nothing is joined here: what is said of two incidents being one is a
//! matter of signed links, and of whoever reads them.

mod labels;
mod links;
mod listing;
mod naming;

pub(crate) use labels::Labels;
pub(crate) use links::Links;
pub(crate) use listing::{fits, read_mark, write_mark};

use std::collections::BTreeMap;

use incident::{Account, Chain, INCIDENT_TYPE, Incident, PropertyError, Version};
use record::digest::{PartyId, RecordDigest};
use record::key_history::Moment;
use record::stix::{StixId, StixObject};
use record::{Record, Signed, Unverified};
use storage::views::cases::{self, Share};
use storage::{Body, LocalStore, Place, Store as _};

use crate::command::log::split_body;
use crate::keyring::Keyring;
use crate::node;
use crate::outcome::{Done, Failure};

/// Most versions of one incident that are read of each log: its last ones. An incident that is worked on for a year has some
/// dozens, and a peer that writes a version every second must not fill the memory of whoever looks at it.
const MAX_VERSIONS_OF_A_LOG: usize = 256;

/// Most copies of one record that are read of each log. A log has one, or a few that show different parts.
const MAX_COPIES_OF_A_LOG: usize = 16;

/// Bodies that are in memory at once before they are read.
const BODIES_AT_ONCE: usize = 64;

/// A record that is here, and every place where it stands. Of several copies it is the one that shows most.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) record: Signed<Record>,
    /// Logs and entries: the node's own first, then feeds that are read, then feeds of ours.
    pub(crate) places: Vec<Place>,
}

/// A body that is here and tells nothing.
#[derive(Debug, Clone)]
pub(crate) struct Unread {
    pub(crate) place: Place,
    pub(crate) why: String,
}

/// All that is here under one incident's id.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) id: StixId,
    /// Its versions by any author.
    pub(crate) chain: Chain,
    /// The records that say them.
    pub(crate) found: BTreeMap<RecordDigest, Found>,
    /// What lies here under that id and cannot be read.
    pub(crate) unread: Vec<Unread>,
    /// Whether a log has more versions than are read of it: what is said then is not all.
    pub(crate) is_cut: bool,
}

impl Case {
    /// The version that its own author made last, by the time that the author gives; of several authors, ours.
    pub(crate) fn newest(&self, own: PartyId) -> Option<&Version> {
        self.chain.newest().max_by_key(|version| (version.author == own, modified(version)))
    }

    /// Each party's account: its newest version, or several where it has not said which one holds. Ours stands first.
    pub(crate) fn accounts(&self, own: PartyId) -> Vec<Account> {
        let mut newest: Vec<&Version> = self.chain.newest().collect();
        newest.sort_by_key(|version| (version.author != own, version.author, version.digest));
        newest.into_iter().map(|one| Account::new(one.author, one.digest, one.incident.clone())).collect()
    }

    /// The record of a version.
    pub(crate) fn record(&self, digest: RecordDigest) -> Option<&Found> {
        self.found.get(&digest)
    }
}

/// When a version was made, by its author's word, in its author's spelling.
pub(crate) fn modified(version: &Version) -> Option<record::time::Timestamp> {
    version.incident.object().text("modified").and_then(|text| text.parse().ok())
}

/// The store, and the keys under which what it holds is read.
#[derive(Clone, Copy)]
pub(crate) struct Cases<'s> {
    pub(crate) store: &'s LocalStore,
    pub(crate) ring: &'s Keyring,
    pub(crate) own: PartyId,
}

impl<'s> Cases<'s> {
    pub(crate) const fn new(store: &'s LocalStore, ring: &'s Keyring, own: PartyId) -> Self {
        Self { store, ring, own }
    }

    /// How many incidents are here, as far as their ids are shown.
    pub(crate) fn count(&self) -> Done<u64> {
        cases::count(self.store).map_err(node::fail)
    }

    /// All that is here under an id; none if nothing is.
    pub(crate) fn case(&self, id: &StixId) -> Done<Option<Case>> {
        let Share { places, is_cut } =
            cases::last_versions(self.store, id.as_str(), MAX_VERSIONS_OF_A_LOG).map_err(node::fail)?;
        if places.is_empty() {
            return Ok(None);
        }
        let (found, mut unread) = self.open(&places)?;
        let mut versions = Vec::new();
        for one in &found {
            match self.version(one) {
                Ok(version) => versions.push(version),
                Err(error) => unread.extend(one.places.first().map(|place| unreadable(place, error.to_string()))),
            }
        }
        let found = found.into_iter().map(|one| (one.record.digest(), one)).collect();
        Ok(Some(Case { id: id.clone(), chain: Chain::of(versions), found, unread, is_cut }))
    }

    /// The version that a record says. What this node logs of its own is what it signed, so it is whole: what a later version
    /// does not say was taken away. Of others it is a part.
    pub(crate) fn version(&self, found: &Found) -> Result<Version, PropertyError> {
        let mut version = Version::of_record(&found.record)?;
        let is_logged = found.places.iter().any(|place| rank(place) == 0);
        let object = StixObject::from_map(found.record.content().object().clone());
        if let Some(object) = object.ok().filter(|_| is_logged && version.author == self.own) {
            version.incident = Incident::of_object(&object)?;
        }
        Ok(version)
    }

    /// The same, and what to do if nothing is here.
    pub(crate) fn must_find(&self, id: &StixId) -> Done<Case> {
        self.case(id)?.ok_or_else(|| {
            Failure::input(format!("incident {id} is not here"))
                .advise("`detente incident list --dir DIR` shows those that are, and `detente feed list` what is read")
        })
    }

    /// The case that a person names: by the incident's id, or by the digest of one of its versions.
    pub(crate) fn named(&self, text: &str) -> Done<Case> {
        self.must_find(&self.id_of(text)?)
    }

    /// The id that a person names.
    pub(crate) fn id_of(&self, text: &str) -> Done<StixId> {
        if let Ok(digest) = text.parse::<RecordDigest>() {
            return self.id_of_version(digest);
        }
        let wrong = || {
            Failure::arguments(format!("`{text}` is neither an incident's id nor the digest of a version")).advise(
                "an id looks like incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01; `detente incident list` has them",
            )
        };
        let id: StixId = text.parse().map_err(|_| wrong())?;
        if id.object_type() == INCIDENT_TYPE { Ok(id) } else { Err(wrong()) }
    }

    fn id_of_version(&self, digest: RecordDigest) -> Done<StixId> {
        let found = self.record(&digest)?.ok_or_else(|| {
            Failure::input(format!("record {digest} is not here")).advise("`detente log list --dir DIR` shows what is")
        })?;
        let object = found.record.content().object();
        let id = object.text("id").filter(|_| object.text("type") == Some(INCIDENT_TYPE));
        id.and_then(|id| id.parse().ok())
            .ok_or_else(|| Failure::input(format!("record {digest} is no incident, or does not show its id")))
    }

    /// A record of any kind by its digest, wherever it stands.
    pub(crate) fn record(&self, digest: &RecordDigest) -> Done<Option<Found>> {
        let share = cases::last_copies(self.store, digest, MAX_COPIES_OF_A_LOG).map_err(node::fail)?;
        Ok(self.open(&share.places)?.0.pop())
    }

    /// The records of a type, in any log, that name an id or a digest, and whether there are more.
    pub(crate) fn naming(&self, name: &str, object_type: &str) -> Done<(Vec<Found>, bool)> {
        let mut naming = naming::Naming::default();
        let found = naming.read(self, name, object_type)?;
        Ok((found, naming.is_cut))
    }

    /// Incidents of this node with a title, to see whether the same was said before.
    pub(crate) fn titled(&self, title: &str) -> Done<Vec<Found>> {
        let places = cases::titled(self.store, INCIDENT_TYPE, title).map_err(node::fail)?;
        let mut found = self.open(&places)?.0;
        found.retain(|one| one.record.content().issuer() == self.own);
        Ok(found)
    }

    /// Opens what lies at these places, each record once, and names what cannot be read.
    pub(crate) fn open(&self, places: &[Place]) -> Done<(Vec<Found>, Vec<Unread>)> {
        let (mut found, mut unread) = (BTreeMap::<RecordDigest, Found>::new(), Vec::new());
        for places in places.chunks(BODIES_AT_ONCE) {
            let bodies = self.store.bodies(places).map_err(node::fail)?;
            for (place, body) in places.iter().zip(bodies) {
                match verified(self.ring, &body) {
                    Ok(record) => merge(&mut found, record, place.clone()),
                    Err(why) => unread.push(unreadable(place, why)),
                }
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.iter_mut().for_each(|one| one.places.sort_by_key(|place| (rank(place), place.clone())));
        Ok((found, unread))
    }
}

/// The record of a body, if its signature holds under the keys that are here; or why not.
pub(crate) fn verified(ring: &Keyring, body: &Body) -> Result<Signed<Record>, String> {
    let Body::Kept(body) = body else { return Err("its body was erased".to_owned()) };
    let (_, text) = split_body(body).ok_or("it has not the form of a body")?;
    let record = Unverified::read(text).map_err(|error| error.to_string())?;
    ring.verify(record, Moment::AsNamed).map_err(|failure| failure.message)
}

fn unreadable(place: &Place, why: String) -> Unread {
    Unread { place: place.clone(), why }
}

/// One more copy of a record: the one that shows most is kept.
fn merge(found: &mut BTreeMap<RecordDigest, Found>, record: Signed<Record>, place: Place) {
    let digest = record.digest();
    let Some(known) = found.get_mut(&digest) else {
        drop(found.insert(digest, Found { record, places: vec![place] }));
        return;
    };
    known.places.push(place);
    if known.record.content().places().len() < record.content().places().len() {
        known.record = record;
    }
}

/// The node's own log first, then what came, then copies that went out.
fn rank(place: &Place) -> u8 {
    match place.log.as_str() {
        "node" => 0,
        name if name.starts_with("feed-") => 2,
        _ => 1,
    }
}
