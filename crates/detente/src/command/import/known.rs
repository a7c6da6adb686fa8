//! What is here already: one pass over the view before the first row, instead of a question for each.

use std::collections::{BTreeMap, BTreeSet};

use interop::Content;
use record::digest::RecordDigest;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::Map;
use record::key_history::{KeyHistory, Moment};
use record::{Record, Signed, Unverified};
use storage::views::records;
use storage::{Body, LocalStore, LogName, Place, Store as _};
use uuid::Uuid;

use crate::command::log::{Signing, split_body};
use crate::holdings::{ERASURE, erased_object};
use crate::home::{self, Home, Readers};
use crate::node;
use crate::outcome::{Done, Failure};

/// The file of the secret from which the ids of imported rows follow.
const SECRET: &str = "import-secret";

/// Versions of one incident that are looked at, from the newest on. A case is rarely changed more often.
const VERSIONS_MAX: usize = 64;

/// The incidents of this party.
pub(super) struct Known {
    /// The entries of each, oldest first, by the UUID of the incident: 16 octets instead of a text.
    entries: BTreeMap<Uuid, Vec<u64>>,
    /// Digests of the ids of objects whose body was erased here.
    erased: BTreeSet<String>,
    /// The namespace of our imports.
    pub(super) namespace: Uuid,
}

/// A version that is here.
pub(crate) struct Held {
    pub(crate) object: Map,
    pub(crate) version: i64,
    pub(crate) digest: RecordDigest,
}

impl Known {
    pub(super) fn read(signing: &Signing, home: &Home, may_begin_anew: bool) -> Done<Self> {
        let party = signing.history.party();
        let mut entries: BTreeMap<Uuid, Vec<u64>> = BTreeMap::new();
        let take = |id: &str, index: u64| {
            if let Some(uuid) = uuid_of(id) {
                entries.entry(uuid).or_default().push(index);
            }
        };
        let issuer = party.to_string();
        records::ids_of_type(&signing.store, &LogName::node(), incident::INCIDENT_TYPE, &issuer, take)
            .map_err(node::fail)?;
        let erased = erased(&signing.store, &signing.history)?;
        let secret = secret(home, signing, may_begin_anew && erased.is_empty())?;
        Ok(Self { entries, erased, namespace: interop::namespace(&party.identity(), &secret) })
    }

    /// The id of the incident that a row becomes.
    pub(super) fn id(&self, source: &str, source_id: &str) -> String {
        Content::id(&self.namespace, source, source_id)
    }

    /// Whether the incident was erased here, and so must not come back by itself.
    pub(super) fn is_erased(&self, id: &str) -> bool {
        !self.erased.is_empty() && self.erased.contains(&erased_object(id))
    }

    /// The entries of the versions that are here, newest first.
    pub(super) fn entries(&self, id: &str) -> Vec<u64> {
        let all = uuid_of(id).and_then(|uuid| self.entries.get(&uuid));
        all.into_iter().flatten().rev().take(VERSIONS_MAX).copied().collect()
    }
}

/// The secret from which the ids of imported rows follow, made at the first import. Whoever is shown an id must not be able to try
/// which internal number it is of; and the same row must get the same id at every reading, whatever keys are rotated meanwhile.
///
/// The node's directory is held by whoever signs, so two imports never make two.
fn secret(home: &Home, signing: &Signing, may_begin_anew: bool) -> Done<[u8; 32]> {
    let path = home.dir().join(SECRET);
    if path.exists() {
        home::check_private(&path)?;
        let text = String::from_utf8(home::read_input(&path)?).unwrap_or_default();
        return record::base64url::decode_exactly(text.trim()).map_err(|_| {
            Failure::input(format!("`{}` does not hold what it should", path.display()))
                .advise("put it back from a backup; without it every row would be imported a second time")
        });
    }
    if !may_begin_anew && has_imports(signing)? {
        return Err(Failure::input(format!("`{}` is missing, and rows were imported here before", path.display()))
            .advise(
                "put it back from a backup; if it is lost for good, --anew makes every row an incident once more",
            ));
    }
    let mut octets = [0; 32];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    home::write_whole(&path, &record::base64url::encode(&octets), Readers::Owner)?;
    Ok(octets)
}

/// Whether an incident of ours has an id as imports make them: a UUID of version 5, which nothing else of ours here has. What was
/// taken from another server may have one, and names its own author.
fn has_imports(signing: &Signing) -> Done<bool> {
    let mut found = Vec::new();
    let take =
        |id: &str, index: u64| found.extend(uuid_of(id).filter(|uuid| uuid.get_version_num() == 5).map(|_| index));
    let issuer = signing.history.party().to_string();
    records::ids_of_type(&signing.store, &LogName::node(), incident::INCIDENT_TYPE, &issuer, take)
        .map_err(node::fail)?;
    let identity = signing.history.party().identity();
    for index in found {
        if held((&signing.store, &signing.history), index)?
            .is_some_and(|held| held.object.text("created_by_ref") == Some(identity.as_str()))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The UUID of an id.
pub(super) fn uuid_of(id: &str) -> Option<Uuid> {
    id.split_once("--").and_then(|(_, uuid)| Uuid::parse_str(uuid).ok())
}

/// Digests of the ids of objects whose bodies were erased here, as our own erasures name them.
pub(crate) fn erased(store: &LocalStore, history: &KeyHistory) -> Done<BTreeSet<String>> {
    let indices = records::of_types(store, &LogName::node(), &[ERASURE]).map_err(node::fail)?;
    let mut erased = BTreeSet::new();
    for index in indices {
        let Some(record) = open((store, history), index)? else { continue };
        let digest = record.content().extension().and_then(|fields| fields.text("object_digest"));
        erased.extend(digest.map(str::to_owned));
    }
    Ok(erased)
}

/// A version by its entry, checked under our own keys: what was damaged must not be built upon.
pub(crate) fn held(from: (&LocalStore, &KeyHistory), index: u64) -> Done<Option<Held>> {
    Ok(open(from, index)?.map(|record| {
        let content = record.content();
        let version = content.aside().version().unwrap_or(1);
        Held { object: content.object().clone(), version, digest: record.digest() }
    }))
}

/// A record of ours. One whose body was erased is not there.
fn open((store, history): (&LocalStore, &KeyHistory), index: u64) -> Done<Option<Signed<Record>>> {
    let body = store.bodies(&[Place::new(LogName::node(), index)]).map_err(node::fail)?.pop();
    let Some(Body::Kept(body)) = body else { return Ok(None) };
    let damaged = || Failure::refused(format!("entry {index} of the log does not hold what it should"));
    let (_, text) = split_body(&body).ok_or_else(damaged)?;
    let record = Unverified::read(text).map_err(Failure::refused)?;
    if record.claimed_issuer() != history.party() {
        return Ok(None);
    }
    record.verify(history, Moment::AsNamed).map(Some).map_err(Failure::refused)
}
