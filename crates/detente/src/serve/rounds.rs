//! What a running node does by itself: it states heads, has them cosigned, reads its peers' feeds, delivers what it owes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use node::backoff::Backoff;
use node::exchange::{Agreements as _, FeedState, Pulled, Reader};
use protocol::exchange::listing::{self, MAX_LISTING_BYTES};
use protocol::exchange::timing::{HEAD_EVERY_MS, interval_ms};
use protocol::exchange::{Control, FeedName, ListedFeed};
use record::digest::MessageDigest;
use record::entropy::{Entropy as _, SystemEntropy};
use record::time::Timestamp;
use storage::Store as _;
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::MAX_NOTE_BYTES;

use super::bounds::Bounds;
use super::deposits::{self, Deleting};
use super::exposure::Exposures;
use super::lending::Lending;
use super::messages;
use super::open::Open;
use super::silences::{self, Silences};
use super::source::{Line, Lines, PeerSource};
use super::witnessing::Witnessing;
use crate::clock;

/// How often own feeds are looked at for new entries, in milliseconds: what an urgent record loses to it.
const LOOK_EVERY_MS: u64 = 20;

/// How often a node in which nothing has grown looks at what is due, in milliseconds.
const IDLE_EVERY_MS: u64 = 500;

/// How long one question for news waits at the peer, in seconds.
const NEWS_SECONDS: u64 = 25;

/// How long a peer that does not answer is left alone at first, and at most, in milliseconds.
pub(super) const FIRST_REST_MS: u64 = 500;
pub(super) const LONGEST_REST_MS: u64 = 60_000;

/// The longest time between two looks at what witnesses still owe, in milliseconds. Urgent records wait for it, and one look
/// costs a request.
pub(super) const WITNESS_REST_MS: u64 = 5_000;

/// What a running node was told by its operator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// The longest time between two statements of a head, where agreements name a longer one.
    pub(super) head_every_ms: Option<u64>,
    /// When this node began to listen.
    pub(super) since: Timestamp,
}

/// Tells the operator what happens.
pub(super) type Tell = Arc<dyn Fn(String) + Send + Sync>;

/// States heads as soon as a feed has moved, and has the node log cosigned.
pub(super) fn own_feeds(lending: &Lending, lines: &Lines, (pace, bounds): (Pace, &Bounds), tell: &Tell) {
    let (mut trouble, mut silences) = (String::new(), Silences::default());
    let (mut exposures, mut witnessing) = (Exposures::default(), Witnessing::new());
    let (mut seen, mut looked, mut deleting) = (Vec::new(), Instant::now(), Deleting::default());
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        let Ok(open) = lending.get() else { continue };
        let heads = open.store.heads().unwrap_or_default();
        if heads == seen && looked.elapsed() < Duration::from_millis(IDLE_EVERY_MS) {
            continue;
        }
        (seen, looked) = (heads, Instant::now());
        let done = state(&open, lines, (pace, bounds), &mut witnessing, tell)
            .and_then(|()| keep_silence(&open, &mut silences, tell))
            .and_then(|()| exposures.count(&open, tell))
            .and_then(|()| deleting.look(&open, tell))
            .and_then(|()| bounds.tell(&open, tell));
        let problem = done.err().unwrap_or_default();
        if problem != trouble && !problem.is_empty() {
            tell(format!("heads: {problem}"));
        }
        trouble = problem;
    }
}

fn state(
    open: &Open,
    lines: &Lines,
    (pace, bounds): (Pace, &Bounds),
    witnessing: &mut Witnessing,
    tell: &Tell,
) -> Result<(), String> {
    let now = clock::now();
    let stated = open.sender.state_heads(&open.own, open, pace.head_every_ms, now).map_err(said)?;
    let quorum = open.quorum();
    let reader = Reader::new(&open.store, &open.own, &quorum, HEAD_EVERY_MS);
    let in_force = open.of_member(&open.party(), now);
    let every_ms = |state: &FeedState| {
        let agreement = in_force.iter().find(|one| one.to_string() == state.agreement)?;
        Some(interval_ms(open.head_every_minutes(agreement), pace.head_every_ms))
    };
    for (peer, feed) in reader.check_fresh(pace.since, &every_ms, now).map_err(said)? {
        tell(format!("ALARM about {peer}: nothing new has come on feed {} for three intervals", FeedName::of(&feed)));
    }
    let has_grown = stated > 0 || open.sender.lacks_cosignatures().map_err(said)?;
    witnessing.ask(open, lines, has_grown, bounds)
}

/// States that questions of ours were not answered in time.
fn keep_silence(open: &Open, silences: &mut Silences, tell: &Tell) -> Result<(), String> {
    let stated = silences.state(open, clock::now())?;
    if stated > 0 {
        tell(format!("{stated} questions of ours were not answered in time"));
    }
    Ok(())
}

/// Reads a peer's feeds whenever they change, and delivers what it is owed.
pub(super) fn peer(lending: &Lending, line: &Line, lines: &Lines, pace: Pace, tell: &Tell) {
    let mut rest = Backoff::new(FIRST_REST_MS, LONGEST_REST_MS);
    let (mut tag, mut owed) = (None, Owed::default());
    while !lending.has_ended() && lines.has(line) {
        let came = news(line, tag.as_deref());
        let done =
            came.and_then(|(feeds, now)| round(lending, (line, lines), &feeds, pace, (&mut owed, tell)).map(|()| now));
        match done {
            Ok(now) => {
                tag = now;
                rest.succeeded();
                // A peer that always has news must not keep us running.
                wait(lending, Duration::from_millis(LOOK_EVERY_MS));
            }
            // Lent to a command in the middle of it: that is no fault of the peer.
            Err(_) if lending.was_wanted() => {
                tag = None;
                wait(lending, Duration::from_millis(LOOK_EVERY_MS));
            }
            Err(problem) => {
                if owed.trouble != problem {
                    tell(format!("peer {}: {problem}", line.party));
                    owed.trouble = problem;
                }
                tag = None;
                let long = rest.next(clock::now(), random());
                let most = Duration::from_millis(if owed.lacks_witnesses { WITNESS_REST_MS } else { LONGEST_REST_MS });
                owed.lacks_witnesses = false;
                wait(lending, long.min(most));
            }
        }
    }
}

/// Delivers what a peer is owed as soon as our own log has grown: messages of negotiations, acknowledgements, answers.
pub(super) fn outbox(lending: &Lending, line: &Line, lines: &Lines) {
    let mut rest = Backoff::new(FIRST_REST_MS, LONGEST_REST_MS);
    let (mut owed, mut delivered) = (Owed::default(), None);
    while !lending.has_ended() && lines.has(line) {
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        let Ok(open) = lending.get() else { continue };
        let size = open.sender.node_size().ok();
        if size == delivered {
            continue;
        }
        match deliver(&open, line, &mut owed) {
            Ok(is_all) => {
                delivered = if is_all { size } else { None };
                rest.succeeded();
            }
            Err(_) => {
                drop(open);
                wait(lending, rest.next(clock::now(), random()));
            }
        }
    }
}

/// Delivers what a peer is owed. False if something waits for a head that covers it.
fn deliver(open: &Open, line: &Line, owed: &mut Owed) -> Result<bool, String> {
    deliver_messages(open, line, owed)?;
    let peer = line.party.to_string();
    let states = FeedState::all(&open.store).map_err(said)?;
    let mut is_all = true;
    for state in states.iter().filter(|state| state.peer == peer) {
        is_all &= deliver_of_feed(open, line, &state.feed, owed)?;
    }
    for (leaf, is_theirs) in silences::beside(open, &owed.leaves, line.party)? {
        // What another party is owed is not looked at again.
        is_all &= if is_theirs { deliver_leaf(open, line, leaf, owed)? } else { owed.leaves.insert(leaf) };
    }
    Ok(is_all)
}

/// Sleeps in short naps, so that the end is not waited for.
pub(super) fn wait(lending: &Lending, long: Duration) {
    let mut left = long;
    while !left.is_zero() && !lending.has_ended() {
        let nap = left.min(Duration::from_millis(50));
        std::thread::sleep(nap);
        left = left.saturating_sub(nap);
    }
}

pub(super) fn random() -> u64 {
    let mut octets = [0; 8];
    // Without randomness peers come back together; no more than that.
    let _drawn = SystemEntropy::new().fill(&mut octets);
    u64::from_be_bytes(octets)
}

/// The feeds that a peer has for us, once they differ from those of a tag.
fn news(line: &Line, tag: Option<&str>) -> Result<(Vec<ListedFeed>, Option<String>), String> {
    let known = tag.map(|tag| format!("&tag={tag}")).unwrap_or_default();
    let wait = if tag.is_some() { NEWS_SECONDS } else { 0 };
    let answer = line.get_patiently(&format!("/peer/feeds?wait={wait}{known}"), MAX_LISTING_BYTES).map_err(said)?;
    if answer.status != 200 {
        return Err(format!("it answered {} to the question for our feeds", answer.status));
    }
    let feeds = listing::read(&answer.octets).map_err(said)?;
    Ok((feeds, answer.etag.map(|tag| tag.trim_matches('"').to_owned())))
}

/// What was delivered already, since this process began.
#[derive(Debug, Default)]
pub(super) struct Owed {
    leaves: BTreeSet<u64>,
    messages: BTreeSet<MessageDigest>,
    shared: BTreeSet<(String, u64)>,
    trouble: String,
    /// Whether the last round ended for want of cosignatures.
    lacks_witnesses: bool,
}

fn round(
    lending: &Lending,
    (line, lines): (&Line, &Lines),
    feeds: &[ListedFeed],
    pace: Pace,
    (owed, tell): (&mut Owed, &Tell),
) -> Result<(), String> {
    let open = lending.get()?;
    for feed in feeds.iter().filter(|feed| is_ours(&open, line, feed)) {
        let seen = seen_by_others(&open, line, lines, feed);
        let pulled = one_feed(lending, &open, line, feed, pace, seen)?;
        say(line, feed, &pulled, tell);
        owed.lacks_witnesses = pulled.lacks_witnesses;
        if let Some(waiting) = &pulled.waiting {
            return Err(format!("feed {}: {waiting}", feed.name()));
        }
        share_cosignature(&open, line, &pulled, owed)?;
    }
    Ok(())
}

/// Reads one feed.
fn one_feed(
    lending: &Lending,
    open: &Open,
    line: &Line,
    feed: &ListedFeed,
    pace: Pace,
    seen: Vec<SignedCheckpoint>,
) -> Result<Pulled, String> {
    let quorum = open.quorum();
    let every_ms = interval_ms(open.head_every_minutes(&feed.agreement), pace.head_every_ms);
    let reader = Reader::new(&open.store, &open.own, &quorum, every_ms).with_seen_by_others(seen);
    let has_depositary = open.depositary(&feed.agreement).is_some();
    let mut source = PeerSource { open, lending, line, has_depositary };
    let mut pulled = deposits::pull(&reader, feed, &mut source)?;
    if pulled.waiting.is_none() {
        let now = clock::now();
        // An operator who wants to hear sooner may; the sender is held to the agreement alone.
        let agreed_ms = interval_ms(open.head_every_minutes(&feed.agreement), None);
        let patient = Reader::new(&open.store, &open.own, &quorum, agreed_ms);
        pulled.caught.extend(patient.settle_urgent(line.party, feed, &pulled.doubted, now).map_err(said)?);
    }
    open.refresh_keys().map_err(|failure| failure.message)?;
    Ok(pulled)
}

/// Reads a peer's feeds once.
pub(super) fn once(lending: &Lending, line: &Line, pace: Pace) -> Result<Vec<(FeedName, Pulled)>, String> {
    let open = lending.get()?;
    let mut owed = Owed::default();
    deliver_messages(&open, line, &mut owed)?;
    let (feeds, _tag) = news(line, None)?;
    let mut pulled = Vec::new();
    for feed in feeds.iter().filter(|feed| is_ours(&open, line, feed)) {
        let one = one_feed(lending, &open, line, feed, pace, Vec::new())?;
        share_cosignature(&open, line, &one, &mut owed)?;
        pulled.push((feed.name(), one));
    }
    let _is_all = deliver(&open, line, &mut owed)?;
    Ok(pulled)
}

/// What the other members of the agreement saw of a feed: whoever shows two histories shows one of them to somebody else.
fn seen_by_others(open: &Open, line: &Line, lines: &Lines, feed: &ListedFeed) -> Vec<SignedCheckpoint> {
    let agreement = open.negotiations().agreement(feed.agreement).cloned();
    let members = agreement.iter().flat_map(|agreement| agreement.members()).map(|member| member.party);
    let others = members.filter(|party| *party != open.party() && *party != line.party);
    let path = format!("/peer/seen?feed={}", feed.name());
    let seen = others.filter_map(|party| lines.to(party)?.get_soon(&path, MAX_NOTE_BYTES));
    seen.filter_map(|octets| SignedCheckpoint::parse(&octets).ok()).collect()
}

/// Whether we and the sender are parties of the feed's agreement: whoever lists other feeds is not followed.
pub(super) fn is_ours(open: &Open, line: &Line, feed: &ListedFeed) -> bool {
    open.negotiations().agreement(feed.agreement).is_some_and(|one| one.has(open.party()) && one.has(line.party))
}

fn say(line: &Line, feed: &ListedFeed, pulled: &Pulled, tell: &Tell) {
    if pulled.entries > 0 {
        tell(format!("feed {} of {}: {} new entries, {} in all", feed.name(), line.party, pulled.entries, pulled.size));
    }
    for caught in &pulled.caught {
        tell(format!("ALARM about {}: {caught}", line.party));
    }
}

/// The newest acknowledgement of a feed, and every answer to a recall in it.
fn deliver_of_feed(open: &Open, line: &Line, feed: &str, owed: &mut Owed) -> Result<bool, String> {
    let newest = open.sender.latest_leaf("acknowledgement", feed).map_err(said)?;
    let answers = open.sender.all_leaves("recall-answer", Some(feed)).map_err(said)?;
    let mut is_all = true;
    for leaf in newest.into_iter().chain(answers) {
        is_all &= deliver_leaf(open, line, leaf, owed)?;
    }
    Ok(is_all)
}

/// Delivers a statement of ours, opened. False if no head that is shown covers it yet.
fn deliver_leaf(open: &Open, line: &Line, leaf: u64, owed: &mut Owed) -> Result<bool, String> {
    if owed.leaves.contains(&leaf) {
        return Ok(true);
    }
    open.store.publish().map_err(said)?;
    let Some(opened) = open.sender.own_opened(leaf).map_err(said)? else { return Ok(false) };
    let answer = line.post(&Control::Statement(opened))?;
    // What it refuses now it refuses again, and the others must not wait for it.
    if !matches!(answer.status, 200 | 403 | 422) {
        return Err(format!("it answered {} to a statement", answer.status));
    }
    Ok(owed.leaves.insert(leaf))
}

/// Our cosignature on the feed's checkpoint, and the question to the other members what they saw.
fn share_cosignature(open: &Open, line: &Line, pulled: &Pulled, owed: &mut Owed) -> Result<(), String> {
    let Some(checkpoint) = &pulled.checkpoint else { return Ok(()) };
    let key = (checkpoint.claims().origin().to_owned(), checkpoint.claims().size());
    if owed.shared.contains(&key) {
        return Ok(());
    }
    let signed = open.sender.cosign_feed(&open.own, checkpoint, clock::now()).map_err(said)?;
    let answer = line.post(&Control::Cosignature(signed))?;
    if answer.status == 200 {
        let _new = owed.shared.insert(key);
    }
    Ok(())
}

fn deliver_messages(open: &Open, line: &Line, owed: &mut Owed) -> Result<(), String> {
    for (digest, control) in messages::for_peer(open, line.party, &owed.messages)? {
        let answer = line.post(&control)?;
        // What it refuses now it refuses again; a file carries it to a person there.
        if matches!(answer.status, 200 | 403 | 422) {
            let _new = owed.messages.insert(digest);
        } else {
            return Err(format!("it answered {} to a message", answer.status));
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(said)` takes an error as it comes")]
pub(super) fn said(error: impl ToString) -> String {
    error.to_string()
}
