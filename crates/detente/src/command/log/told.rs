//! What an erasure does to the copies of a record in our own feeds, and says in them.

use node::exchange::Arrival;
use policy::feed::{Erased, FeedWriter, ReadEntry, ReleaseEntry};
use record::digest::RecordDigest;
use record::time::Timestamp;
use storage::{Batch, Body, Place, Store as _};

use super::Signing;
use crate::command::release::publish::EPOCH;
use crate::home::Home;
use crate::negotiations::Negotiations;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, node as store_of, partners};

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// A release of a record whose body still lies in a feed of ours.
pub(super) struct Copy {
    place: Place,
    release: Box<ReleaseEntry>,
}

/// The copies of a record that members can still fetch.
pub(super) fn copies(node: &Signing, record: &RecordDigest) -> Done<Vec<Copy>> {
    let mut copies = Vec::new();
    for (log, index) in Arrival::of_own(&node.store, &record.to_string()).map_err(Failure::environment)? {
        let place = Place::new(log, index);
        let entry = node.store.entries(&place.log, index, 1).map_err(store_of::fail)?.pop().unwrap_or_default();
        let body = node.store.bodies(std::slice::from_ref(&place)).map_err(store_of::fail)?.pop();
        if let (Ok(ReadEntry::Release(release)), Some(Body::Kept(_))) = (ReadEntry::read(&entry), body) {
            copies.push(Copy { place, release });
        }
    }
    Ok(copies)
}

/// Says which feeds lose a body, and which agreement asks that it be kept for longer.
pub(super) fn describe(node: &Signing, home: &Home, copies: &[Copy], report: &mut Report) -> Done {
    if copies.is_empty() {
        return Ok(());
    }
    let party = home.history()?.party();
    let negotiations = Negotiations::read(&node.store, &partners::ring(home)?, party, clock::now())?;
    for copy in copies {
        report.line(format!(
            "Entry {} of the feed {} loses its body too, and the feed says so from then on.",
            copy.place.index, copy.place.log
        ));
        let receipt = &copy.release.receipt;
        let Some(agreement) = negotiations.agreement(receipt.agreement) else { continue };
        let days = i64::from(agreement.keep_days());
        let until = receipt.time.micros().saturating_add(days.saturating_mul(DAY_MICROS));
        if clock::now().micros() < until {
            report.warn(&format!(
                "agreement {} asks that this body be kept until {}: a member that lacks it before may hold that against you",
                receipt.agreement,
                Timestamp::from_micros(until)
            ));
        }
    }
    Ok(())
}

/// Erases the copies and says so in their feeds, in the same commit as the rest of the batch.
pub(super) fn erase(mut batch: Batch, copies: &[Copy]) -> Done<Batch> {
    let now = clock::now();
    for copy in copies {
        let mut writer = FeedWriter::new(copy.release.receipt.agreement);
        writer.erased(&Erased::new(copy.place.index, copy.release.record, now)).map_err(Failure::refused)?;
        batch = batch.erase(copy.place.clone());
        for entry in writer.into_entries() {
            batch = batch.feed(EPOCH, &entry);
        }
    }
    Ok(batch)
}
