//! What a party is owed beside files: messages, statements, cosignatures, and requests to a witness.

use std::collections::BTreeSet;

use node::exchange::{FeedState, Received, remembered};
use policy::belief::log_origin;
use policy::control::{Sentence, Stated};
use protocol::exchange::{AddCheckpoint, Control, FeedKnown, ListedFeed, Opened};
use record::digest::PartyId;
use record::time::Timestamp;
use tlog::checkpoint::SignedCheckpoint;

use super::cosigned::Cosigned;
use super::ledger::Ledger;
use super::paths::Handing;
use super::upkeep::{failed, failed_with};
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::serve::messages;
use crate::serve::open::Open;

/// Things to hand in, in this order.
pub(super) type Owed = Vec<(Handing, Control)>;

/// Everything that a party is owed, requests to it as a witness aside.
pub(super) fn owed(open: &Open, to: PartyId, now: Timestamp) -> Done<Owed> {
    let messages = messages::for_peer(open, to, &BTreeSet::new()).map_err(failed_with)?;
    let mut owed: Owed = messages.into_iter().map(|(_, control)| (Handing::Message, control)).collect();
    let states = FeedState::all(&open.store).map_err(failed)?;
    let peer = to.to_string();
    for state in states.iter().filter(|state| state.peer == peer) {
        for kind in ["acknowledgement", "recall-answer"] {
            let Some(leaf) = open.sender.latest_leaf(kind, &state.feed).map_err(failed)? else { continue };
            let opened = open.sender.own_opened(leaf).map_err(failed)?;
            let opened = opened.ok_or_else(|| Failure::environment(format!("our {kind} is not published yet")))?;
            owed.push((Handing::Statement, Control::Statement(opened)));
        }
        let checkpoint = SignedCheckpoint::parse(state.checkpoint.as_bytes()).map_err(Failure::environment)?;
        let signed = open.sender.cosign_feed(&open.own, &checkpoint, now).map_err(failed)?;
        owed.push((Handing::Cosignature, Control::Cosignature(signed)));
    }
    owed.extend(vouched(open, to, now)?);
    Ok(owed)
}

/// The largest head of the recipient's node log that we cosigned, signed once more: it still is the largest.
fn vouched(open: &Open, to: PartyId, now: Timestamp) -> Done<Option<(Handing, Control)>> {
    let Some(head) = remembered(&open.store, &log_origin(&to)).map_err(failed)? else { return Ok(None) };
    let signed = open.sender.cosign_feed(&open.own, &head, now).map_err(failed)?;
    Ok(Some((Handing::Vouched, Control::Cosignature(signed))))
}

/// Requests to a witness to cosign our newest head: one for each size that it may remember, since its answers to earlier ones
/// may still be on their way.
pub(super) fn requests(open: &Open, to: PartyId, ledger: &mut Ledger) -> Done<Owed> {
    let Some(head) = open.sender.published().map_err(failed)? else { return Ok(Vec::new()) };
    let size = head.claims().size();
    let mut sizes = vec![Cosigned::read(&open.home).size_of(&to)];
    sizes.extend(ledger.asked.iter().copied().filter(|asked| *asked <= size));
    sizes.sort_unstable();
    sizes.dedup();
    let mut requests = Vec::new();
    for old in sizes {
        let proof = open.sender.consistency(old, &head).map_err(failed)?;
        let request = AddCheckpoint::new(old, proof, head.clone());
        requests.push((Handing::AddCheckpoint, Control::AddCheckpoint(request)));
    }
    ledger.ask(size);
    Ok(requests)
}

/// How far a party has acknowledged a feed of ours: the farthest that it ever stated, which was checked when it came.
pub(super) fn acknowledged(open: &Open, by: PartyId, feed: &ListedFeed) -> Done<Option<FeedKnown>> {
    let (by, all) = (by.to_string(), Received::all(&open.store).map_err(failed)?);
    let of_feed = |one: &&Received| one.peer == by && one.kind == "acknowledgement" && one.about == feed.origin;
    let Some(newest) = all.iter().filter(of_feed).max_by_key(|one| one.size) else { return Ok(None) };
    let wrong = || failed_with("an acknowledgement that is kept here does not read".to_owned());
    let opened = Opened::read(newest.opened.as_bytes()).map_err(|_| wrong())?;
    let stated = Stated::from_map(opened.claims().content()).map_err(|_| wrong())?;
    let Sentence::Acknowledgement(read) = stated.sentence else { return Err(wrong()) };
    Ok(Some(FeedKnown::new(read.size, read.root)))
}

/// A size of our node log that whoever acknowledged so much of a feed has seen: it lies above the first statement that told of
/// so much.
pub(super) fn seen(open: &Open, feed: &ListedFeed, acknowledged: u64) -> Done<u64> {
    let sql = "SELECT MIN(idx) FROM exchange_own WHERE kind = 'head' AND about = ?1 AND size >= ?2";
    let size = i64::try_from(acknowledged).unwrap_or(i64::MAX);
    let values = (feed.origin.as_str(), size);
    let found = open.store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get::<_, Option<i64>>(0)));
    Ok(found.map_err(store_of::fail)?.and_then(|leaf| u64::try_from(leaf).ok()).unwrap_or(0))
}
