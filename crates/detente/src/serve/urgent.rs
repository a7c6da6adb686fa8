//! Listens for urgent entries of a peer's feeds, beside the ordinary reading.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use node::backoff::Backoff;
use node::exchange::{FeedState, Reader, TakenUrgent, next_urgent};
use protocol::exchange::ListedFeed;
use protocol::exchange::timing::HEAD_EVERY_MS;
use protocol::exchange::urgent::{MAX_FRAME_BYTES, MAX_SHORT_PROOF_BYTES};

use super::lending::Lending;
use super::rounds::{FIRST_REST_MS, LONGEST_REST_MS, Tell, random, wait};
use super::source::{Line, Lines};
use crate::clock;

/// Feeds of one peer that are listened to at once: each holds a connection. A peer has one feed for each agreement, and those
/// beyond are read by the ordinary way.
const MAX_LISTENED: usize = 2;

/// How long one question waits at the peer, in seconds.
const WAIT_SECONDS: u64 = 25;

/// How often it is looked whether a peer has feeds, in milliseconds.
const LOOK_EVERY_MS: u64 = 200;

/// Listens to a peer, until the end.
pub(super) fn listen(lending: &Lending, line: &Line, lines: &Lines, tell: &Tell) {
    let mut rest = Backoff::new(FIRST_REST_MS, LONGEST_REST_MS);
    while !lending.has_ended() && lines.has(line) {
        let feeds = feeds(lending, line);
        let came = thread::scope(|scope| {
            let asked: Vec<_> = feeds.iter().map(|feed| scope.spawn(|| one_feed(lending, line, feed, tell))).collect();
            asked.into_iter().map(|one| one.join().unwrap_or(Err(()))).collect::<Vec<_>>()
        });
        if came.contains(&Err(())) {
            wait(lending, rest.next(clock::now(), random()));
        } else {
            rest.succeeded();
            wait(lending, Duration::from_millis(LOOK_EVERY_MS));
        }
    }
}

/// The feeds of a peer that are read here and in force.
fn feeds(lending: &Lending, line: &Line) -> Vec<ListedFeed> {
    let Ok(open) = lending.get() else { return Vec::new() };
    let peer = line.party.to_string();
    let states = FeedState::all(&open.store).unwrap_or_default().into_iter().filter(|state| state.peer == peer);
    let listed =
        states.filter_map(|state| Some(ListedFeed::new(state.feed, state.agreement.parse().ok()?, state.epoch)));
    listed.filter(|feed| super::rounds::is_ours(&open, line, feed)).take(MAX_LISTENED).collect()
}

/// Proofs of one feed that are asked for at once. Of more than these the ordinary reading brings the proof: a peer that sends
/// frames without end must not make us wait on a thread for each.
const MAX_PROOFS: usize = 2;

/// Asks until nothing comes any more. Each proof is asked for beside the next frame.
fn one_feed(lending: &Lending, line: &Line, feed: &ListedFeed, tell: &Tell) -> Result<(), ()> {
    let under_way = AtomicUsize::new(0);
    thread::scope(|scope| {
        while let Some(index) = next(lending, line, feed, tell)? {
            if under_way.load(Ordering::Relaxed) >= MAX_PROOFS {
                continue;
            }
            let _before = under_way.fetch_add(1, Ordering::Relaxed);
            let _proof = scope.spawn({
                let under_way = &under_way;
                move || {
                    prove(lending, line, feed, index, tell);
                    under_way.fetch_sub(1, Ordering::Relaxed)
                }
            });
        }
        Ok(())
    })
}

/// The next urgent entry. None once the time is up, or if nothing is to be had.
fn next(lending: &Lending, line: &Line, feed: &ListedFeed, tell: &Tell) -> Result<Option<u64>, ()> {
    let from = {
        let open = lending.get().map_err(drop)?;
        next_urgent(&open.store, &line.party.to_string(), &feed.origin).map_err(drop)?
    };
    let path = format!("/feed/{}/urgent?from={from}&wait={WAIT_SECONDS}", feed.name());
    let answer = line.get_patiently(&path, MAX_FRAME_BYTES).map_err(drop)?;
    match answer.status {
        204 => return Ok(None),
        200 => {}
        _ => return Err(()),
    }
    let open = lending.get().map_err(drop)?;
    let (quorum, keys) = (open.quorum(), open.keys.get());
    let reader = Reader::new(&open.store, &open.own, &quorum, HEAD_EVERY_MS);
    match reader.take_urgent(line.party, feed, &answer.octets, &*keys).map_err(drop)? {
        TakenUrgent::Kept { index } => {
            tell(format!("URGENT: entry {index} of feed {} of {}: signed, proof pending", feed.name(), line.party));
            Ok(Some(index))
        }
        TakenUrgent::Known => Ok(None),
        TakenUrgent::Refused(why) => {
            tell(format!("an urgent frame of {} is not taken: {why}", line.party));
            Err(())
        }
    }
}

/// Asks for the short proof of an entry. What it lacks the ordinary reading brings.
fn prove(lending: &Lending, line: &Line, feed: &ListedFeed, index: u64, tell: &Tell) {
    let path = format!("/feed/{}/proof/{index}?wait={WAIT_SECONDS}", feed.name());
    let Ok(answer) = line.get_patiently(&path, MAX_SHORT_PROOF_BYTES) else { return };
    let Ok(open) = lending.get() else { return };
    if answer.status != 200 {
        return;
    }
    let (quorum, keys) = (open.quorum(), open.keys.get());
    let reader = Reader::new(&open.store, &open.own, &quorum, HEAD_EVERY_MS);
    let taken = reader.take_short_proof(line.party, feed, (index, &answer.octets), &*keys);
    let about = format!("entry {index} of feed {} of {}", feed.name(), line.party);
    match taken {
        Ok(Ok(missing)) => tell(format!("URGENT: {about}: logged and cosigned; still to come: {missing}")),
        Ok(Err(why)) => tell(format!("{about}: no short proof: {why}")),
        Err(error) => tell(format!("{about}: {error}")),
    }
}
