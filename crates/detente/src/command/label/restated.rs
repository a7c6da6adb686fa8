//! What feeds say once the marks on something that was released are others.

use node::exchange::Arrival;
use policy::decision::Subject;
use policy::feed::{FeedEntry, FeedWriter, MarksInForce, ReadEntry, ReleaseEntry};
use record::digest::PartyId;
use record::label::Marks;
use record::time::Timestamp;
use storage::views::records;
use storage::{LogName, Store as _};

use crate::command::log::Signing;
use crate::holdings::{Held, Holdings};
use crate::negotiations::Negotiations;
use crate::outcome::{Done, Failure};
use crate::{clock, node as store_of};

/// Entries that are read at once.
const AT_ONCE: usize = 4_096;

/// A release of ours, and the marks that its feed states for it now.
struct Standing {
    log: LogName,
    index: u64,
    release: Box<ReleaseEntry>,
    stated: Marks,
}

/// What follows from a label that is about to be logged.
#[derive(Debug, Default)]
pub(super) struct Restated {
    /// Entries that state the new marks.
    pub(super) entries: Vec<FeedEntry>,
    /// The feeds and entries that they are about.
    pub(super) about: Vec<(LogName, u64)>,
    /// Releases of which a part is unlabelled now, or bears a tag that its readers were not told of: they are to be recalled.
    pub(super) unlabelled: Vec<(LogName, u64)>,
}

/// The entries for every release of an object, under the labels that `holdings` counts. A recalled release has none.
pub(super) fn of(node: &Signing, holdings: &Holdings<'_>, held: &Held) -> Done<Restated> {
    let (now, mut restated) = (clock::now(), Restated::default());
    let negotiations = Negotiations::read(&node.store, &holdings.ring, holdings.own, now)?;
    for version in versions(node, holdings, held)? {
        let record = version.record.content();
        let standing = standing(node, &record.digest().to_string())?;
        if standing.is_empty() {
            continue;
        }
        let subject = Subject::new(record, &holdings.in_force(record)?);
        for one in standing {
            let agreement = negotiations.agreement(one.release.receipt.agreement);
            let members = agreement.iter().flat_map(|agreement| agreement.recipients(holdings.own));
            let mut known: Vec<_> = members.map(|member| member.party).collect();
            known.push(record.issuer());
            restated.add(one, &subject, &known, now)?;
        }
    }
    Ok(restated)
}

impl Restated {
    fn add(&mut self, one: Standing, subject: &Subject, known: &[PartyId], now: Timestamp) -> Done {
        let shown = &one.release.receipt.fields;
        let Some(marks) = MarksInForce::of(one.index, subject, shown, known, now) else {
            self.unlabelled.push((one.log, one.index));
            return Ok(());
        };
        if *marks.marks() == one.stated {
            return Ok(());
        }
        // To say that what they hold names a source, or holds a hazard, would tell them where to look.
        if !marks.marks().tags().is_subset(one.stated.tags()) {
            self.unlabelled.push((one.log, one.index));
            return Ok(());
        }
        let mut writer = FeedWriter::new(one.release.receipt.agreement);
        writer.marks(&marks).map_err(Failure::refused)?;
        self.entries.extend(writer.into_entries());
        self.about.push((one.log, one.index));
        Ok(())
    }
}

/// The record and every other one of the same object that our log holds: labels on one hold for those after it.
fn versions(node: &Signing, holdings: &Holdings<'_>, held: &Held) -> Done<Vec<Held>> {
    let Some(id) = held.record.content().object().text("id") else { return Ok(vec![held.clone()]) };
    let indices = records::of_object(&node.store, &LogName::node(), id).map_err(store_of::fail)?;
    holdings.at(&indices)
}

fn standing(node: &Signing, record: &str) -> Done<Vec<Standing>> {
    let mut standing = Vec::new();
    for (log, index) in Arrival::of_own(&node.store, record).map_err(Failure::environment)? {
        standing.extend(read(node, &log, index)?.map(|(release, stated)| Standing { log, index, release, stated }));
    }
    Ok(standing)
}

/// A release and the marks last stated for it; none if it was recalled.
fn read(node: &Signing, log: &LogName, index: u64) -> Done<Option<(Box<ReleaseEntry>, Marks)>> {
    let (mut found, mut from) = (None, index);
    loop {
        let entries = node.store.entries(log, from, AT_ONCE).map_err(store_of::fail)?;
        if entries.is_empty() {
            return Ok(found);
        }
        from = from.saturating_add(entries.len() as u64);
        for entry in &entries {
            match (ReadEntry::read(entry), &mut found) {
                (Ok(ReadEntry::Release(release)), None) => found = Some((release.clone(), release.marks.clone())),
                (Ok(ReadEntry::Marks(marks)), Some((_, stated))) if marks.index == index => *stated = marks.marks,
                (Ok(ReadEntry::Recall(recall)), _) if recall.index == index => return Ok(None),
                _ => {}
            }
        }
    }
}
