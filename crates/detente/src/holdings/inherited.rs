//! The labels in force on a record, with those of everything that bears on it.

use std::collections::{BTreeMap, BTreeSet};

use incident::TRANSLATION_TYPE;
use policy::labels::{InForce, in_force};
use record::Record;
use record::digest::RecordDigest;
use record::label::{LabelSet, Place};
use storage::LogName;
use storage::views::records;

use super::{Holdings, Labels, erased_object};
use crate::node;
use crate::outcome::Done;

/// How many versions back, or sources deep, labels are looked for: what goes on for longer is a circle or an attack.
const MAX_DEPTH: usize = 64;

/// What was gathered about one record.
#[derive(Debug, Clone)]
struct Found {
    in_force: InForce,
    /// Erasures that took labels away which may have held for it, by their place in the log.
    gone: BTreeSet<u64>,
}

/// What bears on one record, while it is gathered.
#[derive(Debug, Default)]
struct Bearing {
    missing: Vec<String>,
    gone: BTreeSet<u64>,
}

/// Records that were gathered already; none for one that is not here.
type Known = BTreeMap<RecordDigest, Option<Found>>;

impl Holdings<'_> {
    /// The labels on a record. Those of every other record of the same object that was logged before hold place by place,
    /// and those of what it was made of hold for all of it. What bears on it and is not here leaves it unlabelled.
    pub(crate) fn in_force(&self, record: &Record) -> Done<InForce> {
        let Found { in_force, gone } = self.gather(record, &mut Vec::new(), &mut BTreeMap::new())?;
        let gone = gone.iter().map(|at| {
            format!(
                "labels of a record that was erased (entry {at} of the log says so): label this one anew as a whole"
            )
        });
        Ok(in_force.lacking(gone.collect::<Vec<_>>()))
    }

    fn gather(&self, record: &Record, path: &mut Vec<RecordDigest>, known: &mut Known) -> Done<Found> {
        let mut bearing = Bearing::default();
        path.push(record.digest());
        let mut earlier = LabelSet::new(record.digest());
        let versions = self.versions(record, &mut bearing)?;
        for digest in record.aside().previous().into_iter().chain(versions) {
            self.take(&digest, path, known, &mut bearing)?.iter().for_each(|set| earlier.inherit(set));
        }
        let mut sources = Vec::new();
        for digest in self.sources(record, &mut bearing)? {
            sources.extend(self.take(&digest, path, known, &mut bearing)?);
        }
        let _this = path.pop();
        let labels = self.labels_on(&record.digest())?;
        if labels.has_unread {
            bearing.missing.push("a label by a party whose keys are not here".to_owned());
        }
        let found = in_force(record, self.own, &labels.labels, &self.declassifications, Some(&earlier), &sources);
        bearing.gone.retain(|at| !self.is_labelled_since(&labels, *at));
        Ok(Found { in_force: found.lacking(bearing.missing), gone: bearing.gone })
    }

    /// The labels on another record. A circle adds nothing: whatever stands on it is joined where it was entered.
    fn take(
        &self,
        digest: &RecordDigest,
        path: &mut Vec<RecordDigest>,
        known: &mut Known,
        bearing: &mut Bearing,
    ) -> Done<Option<LabelSet>> {
        if path.contains(digest) {
            return Ok(None);
        }
        if path.len() > MAX_DEPTH {
            bearing.missing.push(format!("more than {MAX_DEPTH} records that it was made of"));
            return Ok(None);
        }
        if !known.contains_key(digest) {
            let found = match self.find(digest)? {
                Some(held) => Some(self.gather(held.record.content(), path, known)?),
                None => None,
            };
            drop(known.insert(*digest, found));
        }
        let Some(Some(found)) = known.get(digest) else {
            bearing.missing.push(format!("record {digest}, which it was made of"));
            return Ok(None);
        };
        bearing.missing.extend(found.in_force.lacking.iter().cloned());
        bearing.gone.extend(&found.gone);
        Ok(Some(found.in_force.labels.clone()))
    }

    /// The other records of the same object that were logged before this one: signing an object again takes no label off.
    fn versions(&self, record: &Record, bearing: &mut Bearing) -> Done<Vec<RecordDigest>> {
        let Some(id) = record.object().text("id") else { return Ok(Vec::new()) };
        let own = records::find(self.store, &LogName::node(), &record.digest()).map_err(node::fail)?;
        let is_before = |index: u64| own.is_none_or(|own| index < own);
        self.note_erased(id, is_before, bearing);
        let indices = records::of_object(self.store, &LogName::node(), id).map_err(node::fail)?;
        let before: Vec<_> = indices.into_iter().filter(|index| is_before(*index)).collect();
        self.digests(id, &before, bearing)
    }

    /// The records whose objects this one was derived from: by STIX relationships `derived-from` of this party, and of a translation
    /// those of what it translates.
    fn sources(&self, record: &Record, bearing: &mut Bearing) -> Done<Vec<RecordDigest>> {
        let id = record.object().text("id").unwrap_or_default();
        let targets = self.derived.iter().filter(|(source, _)| source == id).map(|(_, target)| target.as_str());
        let is_translation = record.object().text("type") == Some(TRANSLATION_TYPE);
        let translated = record.object().text("object_ref").filter(|_| is_translation);
        if is_translation && translated.is_none() {
            bearing.missing.push("the object that it translates, which it does not show".to_owned());
        }
        let mut digests = Vec::new();
        for target in targets.chain(translated) {
            self.note_erased(target, |_| true, bearing);
            let indices = records::of_object(self.store, &LogName::node(), target).map_err(node::fail)?;
            if indices.is_empty() {
                bearing.missing.push(format!("object {target}, which it was made of"));
            }
            digests.extend(self.digests(target, &indices, bearing)?);
        }
        Ok(digests)
    }

    /// The records at these places; those whose author's keys are not here bear on what is gathered, and are missing.
    fn digests(&self, id: &str, indices: &[u64], bearing: &mut Bearing) -> Done<Vec<RecordDigest>> {
        let held = self.at(indices)?;
        if held.len() < indices.len() {
            bearing.missing.push(format!("a record of object {id} whose author's keys are not here"));
        }
        Ok(held.iter().map(|held| held.record.digest()).collect())
    }

    fn note_erased(&self, id: &str, bears: impl Fn(u64) -> bool, bearing: &mut Bearing) {
        let object = erased_object(id);
        let erased = self.erased.iter().filter(|one| one.object == object && bears(one.index));
        bearing.gone.extend(erased.map(|one| one.at));
    }

    /// Whether this party has labelled a record as a whole since: whoever did knew what was gone.
    fn is_labelled_since(&self, labels: &Labels, at: u64) -> bool {
        let is_whole = |label: &policy::labels::SignedLabel| *label.label.at() == Place::Whole;
        let all = labels.labels.iter().zip(&labels.places);
        all.filter(|(one, _)| one.author == self.own && is_whole(one)).any(|(_, index)| *index > at)
    }
}
