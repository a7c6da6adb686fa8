//! Which partner reads which feeds of ours now: told by the agreements, and noted for the collections of partners.

use std::collections::{BTreeMap, BTreeSet};

use collections::audience::{self, AUDIENCES};
use record::digest::{AgreementDigest, PartyId, sha256};
use record::json::{self, Json};
use record::time::Timestamp;
use storage::{Batch, BatchId, LogName, NewEntry, Store as _};

use crate::command::log::fresh_salt;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::serve::open::Open;

/// The feeds of an agreement that there are. Its members never change under its digest, so there is one epoch and seldom another.
pub(super) fn feeds_of(open: &Open, agreement: AgreementDigest) -> impl Iterator<Item = LogName> {
    let epochs = (0..).map(move |epoch| LogName::feed(agreement, epoch));
    epochs.take_while(|name| open.store.head_of(name).is_some())
}

/// The feeds of ours that each partner may read now: those of agreements in force that are not suspended.
pub(super) fn in_force(open: &Open, now: Timestamp) -> BTreeMap<PartyId, BTreeSet<LogName>> {
    let negotiations = open.negotiations();
    let mut of_partners: BTreeMap<PartyId, BTreeSet<LogName>> = BTreeMap::new();
    for standing in negotiations.standing_at(now).iter().filter(|one| !one.is_suspended()) {
        let feeds: BTreeSet<LogName> = feeds_of(open, standing.agreement.digest()).collect();
        let members = standing.agreement.members().iter().map(|member| member.party);
        for partner in members.filter(|party| *party != open.party() && !feeds.is_empty()) {
            of_partners.entry(partner).or_default().extend(feeds.iter().cloned());
        }
    }
    of_partners
}

/// Notes what has become another since the last note. A crash before the note leaves collections that are refused as stale, and the
/// next turn notes it.
pub(super) fn settle(open: &Open, now: Timestamp) -> Done {
    let mut wanted = in_force(open, now);
    for partner in audience::partners(&open.store).map_err(store_of::fail)? {
        wanted.entry(partner).or_default();
    }
    for (partner, feeds) in wanted {
        if audience::noted(&open.store, partner).map_err(store_of::fail)? != feeds {
            let committed = open.store.commit(vec![batch(open.party(), partner, &feeds)?]).pop();
            if !matches!(committed, Some(Ok(_))) {
                return Err(Failure::environment("which feeds a partner reads could not be noted"));
            }
        }
    }
    Ok(())
}

fn batch(own: PartyId, partner: PartyId, feeds: &BTreeSet<LogName>) -> Done<Batch> {
    let log: LogName = AUDIENCES.parse().map_err(Failure::environment)?;
    let text = json::canonical(&Json::from(audience::note(partner, feeds))).map_err(Failure::environment)?;
    let salt = fresh_salt()?;
    // The leaves lie beside those that are published, so they tell nothing.
    let leaf = sha256(&[b"detente/audience/v1\0", &salt, &text]);
    let entry = NewEntry::with_body(log.clone(), leaf.to_vec(), [salt.as_slice(), &text].concat());
    Ok(Batch::new(BatchId::of(&[b"audience", &leaf])).open(log, &format!("detente/audiences/{own}")).entry(entry))
}
