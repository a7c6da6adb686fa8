//! Labels of others on the incidents that were taken in: classifications by their annotators, signed by this party as what it read.
//!
//! Their ids follow from table, incident and number, so that a second run finds them and makes nothing.

use std::collections::{BTreeMap, BTreeSet};

use incident::labels::{CLASSIFICATION_TYPE, Classification, ClassificationStatement};
use interop::LabelTable;
use record::digest::RecordDigest;
use record::key_history::Moment;
use record::stix::StixId;
use record::{Record, Signed, Unverified};
use storage::views::records;
use storage::{Body, LogName, NewEntry, Place, Store as _};
use uuid::Uuid;

use super::known::{Known, held, uuid_of};
use super::pipeline::batches;
use crate::command::log::{Signing, entry, fresh_salt, split_body};
use crate::outcome::{Done, Failure};
use crate::{clock, node};

/// Labels that are committed together.
const GROUP: usize = 256;

/// How often one annotator's labels on one incident are looked for under a further number.
const CHANGES_MAX: usize = 1_000;

/// What became of labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) made: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    /// On incidents that are not here.
    pub(super) without_incident: usize,
}

/// What is to be signed for one row.
struct Wanted {
    id: StixId,
    says: Classification,
    takes_back: BTreeSet<RecordDigest>,
}

struct Labels<'n> {
    signing: &'n Signing,
    known: &'n Known,
    source: &'n str,
    /// The entries of the classifications that are here.
    here: BTreeMap<Uuid, u64>,
    counts: Counts,
}

/// Takes in tables of labels.
pub(super) fn take_in(signing: &Signing, known: &Known, source: &str, tables: &[LabelTable]) -> Done<Counts> {
    let mut here = BTreeMap::new();
    let issuer = signing.history.party().to_string();
    let take = |id: &str, index| {
        if let Some(uuid) = uuid_of(id) {
            let _older = here.insert(uuid, index);
        }
    };
    records::ids_of_type(&signing.store, &LogName::node(), CLASSIFICATION_TYPE, &issuer, take).map_err(node::fail)?;
    let mut labels = Labels { signing, known, source, here, counts: Counts::default() };
    for table in tables {
        labels.table(table)?;
    }
    Ok(labels.counts)
}

impl Labels<'_> {
    fn table(&mut self, table: &LabelTable) -> Done {
        for rows in table.rows.chunks(GROUP) {
            let mut entries = Vec::new();
            for (number, values) in rows {
                if let Some(wanted) = self.wanted(table, number, values)? {
                    entries.push(self.sign(&wanted)?);
                }
            }
            for answer in self.signing.store.commit(batches(entries)) {
                let _committed = answer.map_err(node::refused)?;
            }
        }
        Ok(())
    }

    fn wanted(&mut self, table: &LabelTable, number: &str, values: &BTreeMap<String, String>) -> Done<Option<Wanted>> {
        let about = self.known.id(self.source, number);
        let Some(record) = self.newest(&about)? else {
            self.counts.without_incident = self.counts.without_incident.saturating_add(1);
            return Ok(None);
        };
        let says = says(table, &about, record, values)?;
        let (id, before) = self.place(table, number)?;
        let Some(before) = before else {
            self.counts.made = self.counts.made.saturating_add(1);
            return Ok(Some(Wanted { id, says, takes_back: BTreeSet::new() }));
        };
        if before.says.as_ref().is_some_and(|known| is_same(known, &says)) {
            self.counts.unchanged = self.counts.unchanged.saturating_add(1);
            return Ok(None);
        }
        self.counts.changed = self.counts.changed.saturating_add(1);
        Ok(Some(Wanted { id, says, takes_back: BTreeSet::from([before.digest]) }))
    }

    /// The digest of the incident's newest version that is here.
    fn newest(&self, about: &str) -> Done<Option<RecordDigest>> {
        let entries = records::of_object(&self.signing.store, &LogName::node(), about).map_err(node::fail)?;
        for index in entries.into_iter().rev() {
            if let Some(version) = held((&self.signing.store, &self.signing.history), index)? {
                return Ok(Some(version.digest));
            }
        }
        Ok(None)
    }

    /// The next free id of one annotator's labels on one incident, and what the one before it says.
    fn place(&self, table: &LabelTable, number: &str) -> Done<(StixId, Option<ClassificationStatement>)> {
        let mut before = None;
        for change in 1..=CHANGES_MAX {
            let name = format!("{} labels\0{}\0{number}\0{change}", self.source, table.name);
            let uuid = Uuid::new_v5(&self.known.namespace, name.as_bytes());
            let Some(index) = self.here.get(&uuid) else {
                let id = format!("{CLASSIFICATION_TYPE}--{uuid}").parse().map_err(Failure::environment)?;
                let before: Option<u64> = before;
                return Ok((id, before.map_or(Ok(None), |index| self.statement(index))?));
            };
            before = Some(*index);
        }
        Err(Failure::environment(format!("the labels on {number} were changed {CHANGES_MAX} times")))
    }

    fn statement(&self, index: u64) -> Done<Option<ClassificationStatement>> {
        let body = self.signing.store.bodies(&[Place::new(LogName::node(), index)]).map_err(node::fail)?.pop();
        let Some(Body::Kept(body)) = body else { return Ok(None) };
        let record = split_body(&body).and_then(|(_, text)| Unverified::read(text).ok());
        let verified = record.and_then(|record| record.verify(&self.signing.history, Moment::AsNamed).ok());
        Ok(verified.and_then(|record: Signed<Record>| ClassificationStatement::of_record(&record).ok()))
    }

    fn sign(&self, wanted: &Wanted) -> Done<(RecordDigest, NewEntry)> {
        let object =
            ClassificationStatement::to_object(&wanted.id, clock::now(), Some(&wanted.says), &wanted.takes_back, "");
        let signed = self.signing.sign(object.map_err(Failure::input)?)?;
        let salt = fresh_salt()?;
        Ok((signed.digest(), entry(&signed.commitment(&salt), &salt, &signed.envelope().to_json())))
    }
}

fn says(
    table: &LabelTable,
    about: &str,
    record: RecordDigest,
    values: &BTreeMap<String, String>,
) -> Done<Classification> {
    let about = about.parse().map_err(Failure::environment)?;
    let mut says =
        Classification::new(about, record, table.annotator.clone(), &table.taxonomy).map_err(Failure::input)?;
    for (field, value) in values {
        says = says.with_value(&table.taxonomy, field, value).map_err(Failure::input)?;
    }
    Ok(says)
}

/// Whether two say the same of one incident. Which version of it was read is not compared: the labels do not change with it.
fn is_same(known: &Classification, says: &Classification) -> bool {
    known.about == says.about
        && known.annotator == says.annotator
        && known.pinned == says.pinned
        && known.values == says.values
}
