//! The versions of one incident as a chain: a pure function of the set of versions that are here.

use std::collections::{BTreeMap, BTreeSet};

use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::signed::Signed;
use record::stix::StixId;

use crate::error::PropertyError;
use crate::incident::Incident;
use crate::stage::StageError;

/// One signed version of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// The record that says it.
    pub digest: RecordDigest,
    /// Who signed.
    pub author: PartyId,
    /// The incident's id, if it is shown.
    pub id: Option<StixId>,
    /// Which version its author calls it, from 1, if that is shown.
    pub number: Option<i64>,
    /// The version before, if that is shown.
    pub previous: Option<RecordDigest>,
    /// What it says.
    pub incident: Incident,
}

impl Version {
    /// The version that a record is.
    ///
    /// # Errors
    /// [`PropertyError`] if what it shows is no incident of the format.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, PropertyError> {
        let content = record.content();
        let incident = Incident::of_shown(content.object())?;
        let aside = content.aside();
        Ok(Self::new(record.digest(), content.issuer(), incident).numbered(aside.version(), aside.previous()))
    }

    /// A version by itself.
    #[must_use]
    pub fn new(digest: RecordDigest, author: PartyId, incident: Incident) -> Self {
        let id = incident.object().text("id").and_then(|text| text.parse().ok());
        Self { digest, author, id, number: None, previous: None, incident }
    }

    /// The same, with its place among the versions.
    #[must_use]
    pub fn numbered(self, number: Option<i64>, previous: Option<RecordDigest>) -> Self {
        Self { number, previous, ..self }
    }
}

/// What is wrong with a chain. Nothing is repaired or hidden: whoever looks sees the versions and this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A version names one before it that is not here.
    #[error("version {version} follows {previous}, which is not here; ask its author for it")]
    Gap {
        /// The version.
        version: RecordDigest,
        /// The one that it names.
        previous: RecordDigest,
    },
    /// Several versions name the same one before them.
    #[error("{previous} is followed by {} versions; ask their author which one holds", next.len())]
    Fork {
        /// The version before.
        previous: RecordDigest,
        /// Those that follow it.
        next: Vec<RecordDigest>,
    },
    /// A version by somebody else than the author of the one before. It is another account, not a later version.
    #[error("version {version} is by another party than {previous}; read it as an account of its own")]
    OtherAuthor {
        /// The version.
        version: RecordDigest,
        /// The one that it names.
        previous: RecordDigest,
    },
    /// A version of another incident.
    #[error("version {version} has another id than {previous}")]
    OtherIncident {
        /// The version.
        version: RecordDigest,
        /// The one that it names.
        previous: RecordDigest,
    },
    /// A number that is not one more than that of the version before.
    #[error("version {version} is numbered {number}, and follows number {before}")]
    Number {
        /// The version.
        version: RecordDigest,
        /// Its number.
        number: i64,
        /// The number before.
        before: i64,
    },
    /// A stage that cannot follow.
    #[error("version {version}: {error}")]
    Stage {
        /// The version.
        version: RecordDigest,
        /// What is wrong.
        error: StageError,
    },
}

/// The versions that are here, by what they say of one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    versions: BTreeMap<RecordDigest, Version>,
    faults: Vec<Fault>,
}

impl Chain {
    /// The chain of a set of versions. Their order does not matter, and one that comes twice counts once.
    #[must_use]
    pub fn of(versions: impl IntoIterator<Item = Version>) -> Self {
        let versions: BTreeMap<_, _> = versions.into_iter().map(|version| (version.digest, version)).collect();
        let mut faults: Vec<Fault> = versions.values().flat_map(|version| faults_of(version, &versions)).collect();
        faults.extend(forks(&versions));
        Self { versions, faults }
    }

    /// What is wrong, in the order of the versions' digests, forks last.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Every version, by digest.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.values()
    }

    /// A version.
    #[must_use]
    pub fn get(&self, digest: RecordDigest) -> Option<&Version> {
        self.versions.get(&digest)
    }

    /// The newest versions: those that no other of the same author names as the one before. More than one is a fork, a gap, or
    /// an account of somebody else: nobody can put a later version behind another party's.
    pub fn newest(&self) -> impl Iterator<Item = &Version> {
        let named = self.versions.values().filter_map(|version| Some((version.previous?, version.author)));
        let followed: BTreeSet<_> = named.collect();
        self.versions.values().filter(move |version| !followed.contains(&(version.digest, version.author)))
    }

    /// The newest versions of one author.
    pub fn newest_of(&self, author: PartyId) -> impl Iterator<Item = &Version> {
        self.newest().filter(move |version| version.author == author)
    }

    /// A version, and those before it as far as they are here: the newest first.
    #[must_use]
    pub fn back_from(&self, newest: RecordDigest) -> Vec<&Version> {
        let mut way: Vec<&Version> = Vec::new();
        let mut next = Some(newest);
        while let Some(version) = next.and_then(|digest| self.versions.get(&digest)) {
            // Honest digests cannot form a ring; a set that claims one ends here.
            if way.iter().any(|seen| seen.digest == version.digest) {
                break;
            }
            way.push(version);
            next = version.previous;
        }
        way
    }
}

fn faults_of(version: &Version, all: &BTreeMap<RecordDigest, Version>) -> Vec<Fault> {
    let Some(previous) = version.previous else { return stage_fault(version, None).into_iter().collect() };
    let digest = version.digest;
    let Some(before) = all.get(&previous) else { return vec![Fault::Gap { version: digest, previous }] };
    let author = (version.author != before.author).then_some(Fault::OtherAuthor { version: digest, previous });
    let is_other = version.id.is_some() && before.id.is_some() && version.id != before.id;
    let other = is_other.then_some(Fault::OtherIncident { version: digest, previous });
    let faults = [author, other, number_fault(version, before), stage_fault(version, Some(before))];
    faults.into_iter().flatten().collect()
}

fn number_fault(version: &Version, before: &Version) -> Option<Fault> {
    let (number, before) = (version.number?, before.number?);
    (before.checked_add(1) != Some(number)).then_some(Fault::Number { version: version.digest, number, before })
}

/// Stages are compared where both are shown: one that is withheld is no fault.
fn stage_fault(version: &Version, before: Option<&Version>) -> Option<Fault> {
    let stage = version.incident.facts().stage?;
    let from = match before {
        Some(before) => Some(before.incident.facts().stage?),
        // Without a number it may be a later version whose predecessor is withheld.
        None if version.number == Some(1) => None,
        None => return None,
    };
    stage.after(from).err().map(|error| Fault::Stage { version: version.digest, error })
}

fn forks(all: &BTreeMap<RecordDigest, Version>) -> Vec<Fault> {
    let mut next: BTreeMap<RecordDigest, Vec<RecordDigest>> = BTreeMap::new();
    for version in all.values() {
        if let Some(previous) = version.previous {
            next.entry(previous).or_default().push(version.digest);
        }
    }
    let forked = next.into_iter().filter(|(_, next)| next.len() > 1);
    forked.map(|(previous, next)| Fault::Fork { previous, next }).collect()
}
