//! Writing a bundle for one party.

use std::io::BufWriter;
use std::path::Path;

use bundle::{Cover, Writer};
use protocol::exchange::{Control, FeedKnown, FeedName, ListedFeed, LogId, Resource, listing};
use record::digest::PartyId;
use record::entropy::SystemEntropy;
use record::key_history::KeyHistory;
use record::key_record::{BundleKey, ListedKey, Purpose};
use record::time::Timestamp;

use super::cosigned::Cosigned;
use super::files::Packing;
use super::ledger::Ledger;
use super::outbox::{Owed, acknowledged, owed, requests, seen};
use super::paths::{Carried, Handing};
use super::upkeep::{Tell, failed};
use crate::arguments::NodeArguments;
use crate::clock;
use crate::home::{Readers, check_absent, write_whole_by};
use crate::node_keys::BUNDLE_SUITE;
use crate::outcome::{Done, Failure};
use crate::serve::open::{Open, Opener};

/// A bundle that was written.
#[derive(Debug)]
pub(crate) struct Exported {
    pub(crate) number: u64,
    pub(crate) files: usize,
    /// The statements, messages, cosignatures and requests in it.
    pub(crate) handed: usize,
    pub(crate) feeds: Vec<SentFeed>,
    /// Whether witnesses are named, and none of their cosignatures can be shown.
    pub(crate) is_unwitnessed: bool,
}

/// A feed in a bundle.
#[derive(Debug)]
pub(crate) struct SentFeed {
    pub(crate) name: FeedName,
    /// The first entry that it holds: what comes before it was acknowledged.
    pub(crate) from: u64,
    pub(crate) entries: u64,
    /// Whether more did not fit, and goes into the next bundle.
    pub(crate) has_more: bool,
}

/// Writes a bundle for a party: what it may read and has not acknowledged, and what it is owed.
pub(crate) fn export(
    arguments: &NodeArguments,
    (to, out): (PartyId, &Path),
    is_full: bool,
    tell: Tell<'_>,
) -> Done<Exported> {
    check_absent(out)?;
    let (_, open) = Opener::first(arguments)?;
    let now = clock::now();
    let key = bundle_key(&open, to, now)?;
    let stated = open.sender.state_heads(&open.own, &open, None, now).map_err(failed)?;
    let mut ledger = Ledger::read(&open.home, to);
    ledger.sent = ledger.sent.saturating_add(1);
    tell.now(&format!("{stated} head statements are made"));
    // Statements of ours are proved under the newest head, whoever has cosigned it.
    let mut handed = owed(&open, to, now)?;
    if open.peers().iter().any(|peer| peer.party == to && peer.is_witness) {
        handed.extend(requests(&open, to, &mut ledger)?);
    }
    let is_unwitnessed = !show_cosigned(&open, &ledger);
    let cover = Cover::new(open.party(), to, now, ledger.sent);
    let mut exported =
        Exported { number: ledger.sent, files: 0, handed: handed.len(), feeds: Vec::new(), is_unwitnessed };
    write_whole_by(out, Readers::Owner, |file| {
        let writer = Writer::new(BufWriter::new(file), &cover, &key, &mut SystemEntropy::new());
        let mut packing = Packing::new(&open, (to, now), writer.map_err(Failure::environment)?, tell);
        exported.feeds = pack(&mut packing, &open, handed, (to, is_full))?;
        exported.files = packing.files();
        packing.finish()
    })?;
    let shown = open.sender.node_head().map_err(failed)?.map_or(0, |head| head.claims().size());
    ledger.shown = ledger.shown.max(shown);
    ledger.write(&open.home, to)?;
    Ok(exported)
}

/// Shows the newest head that the witnesses of this node have cosigned, unless the recipient has been shown a larger one. False
/// if there are witnesses and none of their cosignatures is shown.
fn show_cosigned(open: &Open, ledger: &Ledger) -> bool {
    let cosigned = Cosigned::read(&open.home);
    cosigned.lend(open);
    let quorum = open.quorum();
    if quorum.is_none() {
        return true;
    }
    let head = cosigned.head(&quorum).filter(|head| head.claims().size() >= ledger.shown);
    head.map(|head| open.sender.set_cosigned(head.clone())).is_some()
}

/// Everything in the order in which its reader needs it.
fn pack(packing: &mut Packing<'_>, open: &Open, handed: Owed, (to, is_full): (PartyId, bool)) -> Done<Vec<SentFeed>> {
    let _profile = packing.serve(Resource::Profile)?;
    number(handed).try_for_each(|(what, control)| packing.add(what, control.to_octets()))?;
    let listed = packing.serve(Resource::Feeds)?.unwrap_or_default();
    let listed = listing::read(&listed).map_err(Failure::environment)?;
    let from = starts(open, to, &listed, is_full)?;
    for record in open.own.history.records() {
        let _proof = packing.serve(Resource::KeyProof(record.digest()))?;
    }
    packing.serve_hashes(LogId::Node, from.node)?;
    let mut feeds = Vec::new();
    for (feed, known) in listed.iter().zip(from.feeds) {
        let (entries, has_more) = packing.serve_feed(feed, known)?;
        feeds.push(SentFeed { name: feed.name(), from: known.size, entries, has_more });
    }
    Ok(feeds)
}

/// Gives each thing that is handed in a path of its own.
fn number(handed: Owed) -> impl Iterator<Item = (Carried, Control)> {
    let mut last = std::collections::BTreeMap::<Handing, u32>::new();
    handed.into_iter().map(move |(handing, control)| {
        let number = last.entry(handing).or_default();
        *number = number.saturating_add(1);
        (Carried::Handed(handing, *number), control)
    })
}

/// From where the recipient needs each log.
struct Starts {
    node: u64,
    feeds: Vec<FeedKnown>,
}

fn starts(open: &Open, to: PartyId, listed: &[ListedFeed], is_full: bool) -> Done<Starts> {
    let mut starts = Starts { node: 0, feeds: Vec::new() };
    for feed in listed {
        let known = if is_full { None } else { acknowledged(open, to, feed)? };
        if let Some(known) = &known {
            starts.node = starts.node.max(seen(open, feed, known.size)?);
        }
        starts.feeds.push(known.unwrap_or_default());
    }
    Ok(starts)
}

/// The key for which a bundle is sealed. A party that lists none, or whose key's window is over, gets none: nobody may be able
/// to open it.
fn bundle_key(open: &Open, to: PartyId, now: Timestamp) -> Done<BundleKey> {
    if to == open.party() {
        return Err(Failure::arguments("a bundle for this node itself goes nowhere"));
    }
    let keys = open.keys.get();
    let history = keys.ring().find(to).map_err(|_| {
        Failure::input(format!("the keys of party {to} are not known here"))
            .advise("take in its profile file with: detente partner add PROFILE --dir DIR")
    })?;
    key_in_window(history, now)
}

/// The key of a party's newest profile, if its time has come and is not over.
pub(crate) fn key_in_window(history: &KeyHistory, now: Timestamp) -> Done<BundleKey> {
    let renew =
        "ask that party for its newest profile file, and take it in with: detente partner add PROFILE --dir DIR";
    let party = history.party();
    let entry = history.head().content().key_for(Purpose::Bundle, &BUNDLE_SUITE.into());
    let entry = entry.ok_or_else(|| {
        Failure::refused(format!("party {party} lists no {BUNDLE_SUITE} key for bundles")).advise(format!(
            "its node is from before bundles; there: detente key rotate --purpose bundle --dir DIR. Then {renew}"
        ))
    })?;
    if now < entry.not_before() || entry.not_after() <= now {
        let (from, until) = (entry.not_before(), entry.not_after());
        return Err(
            Failure::refused(format!("the bundle key of party {party} counts from {from} until {until}")).advise(renew)
        );
    }
    if let ListedKey::Bundle(key) = entry.key() {
        return Ok(key.clone());
    }
    Err(Failure::refused(format!("what party {party} lists as its bundle key is another kind of key")))
}
