//! `detente feed verify`: what was read of a feed, checked again from what is kept here and nothing else.

use node::exchange::FeedState;
use policy::belief::verifiers_of;
use policy::feed::ReadEntry;
use record::Unverified;
use record::json::Json;
use record::key_history::Moment;
use storage::Store as _;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::frontier::Frontier;

use super::{find, open, record_text};
use crate::arguments::FeedShowArguments;
use crate::home::Home;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::partners;
use crate::report::Report;

/// Entries that are read at once.
const AT_ONCE: usize = 4_096;

pub(super) fn run(arguments: &FeedShowArguments, report: &mut Report) -> Done {
    let store = open(&arguments.dir)?;
    let ring = partners::ring(&Home::open(&arguments.dir)?)?;
    let (state, log) = find(&store, &arguments.feed)?;
    let (mut tree, mut records) = (Frontier::new(), 0_u64);
    while tree.size() < state.size {
        let from = tree.size();
        let entries = store.entries(&log, from, AT_ONCE).map_err(store_of::fail)?;
        if entries.is_empty() {
            return Err(Failure::refused(format!("only {from} of {} entries are here", state.size)));
        }
        for (index, octets) in (from..).zip(&entries) {
            let _size = tree.append(Hash::leaf(octets)).map_err(Failure::refused)?;
            let Ok(ReadEntry::Release(release)) = ReadEntry::read(octets) else { continue };
            let Ok(text) = record_text(&store, &log, index) else { continue };
            let Ok(record) = Unverified::read(text.as_bytes()) else { continue };
            let signed = ring.verify(record, Moment::AsNamed)?;
            if signed.digest() != release.record || signed.commitment(&release.salt) != release.commitment {
                return Err(Failure::refused(format!("the record of entry {index} is not the one that it names")));
            }
            records = records.saturating_add(1);
        }
    }
    if tree.root().to_string() != state.root {
        return Err(Failure::refused("the entries that are kept do not make the root that was read"));
    }
    let who = check_checkpoint(&state, &ring)?;
    report.fact("entries", Json::count(tree.size()));
    report.fact("records", Json::count(records));
    report.fact("checkpoint_signed_by", who);
    report.line(
        "\nProved: every entry stands in the feed as its sender's log key signed it, and every record that is kept is the one \
         that its entry commits to, under its author's signature.",
    );
    Ok(())
}

fn check_checkpoint(state: &FeedState, ring: &crate::keyring::Keyring) -> Done<String> {
    let party = state.peer.parse().map_err(|_| Failure::refused("the note of this feed is damaged"))?;
    let signed = SignedCheckpoint::parse(state.checkpoint.as_bytes()).map_err(Failure::refused)?;
    let keys = verifiers_of(ring.find(party)?, &state.feed);
    let _vouched = signed.verify(&keys).map_err(Failure::refused)?;
    Ok(state.peer.clone())
}
