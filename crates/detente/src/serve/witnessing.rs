//! Having our own log cosigned.

use std::time::{Duration, Instant};

use node::backoff::Backoff;
use policy::belief::witness_name;
use protocol::exchange::{AddCheckpoint, Control};
use record::digest::PartyId;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::NoteSignature;

use super::bounds::Bounds;
use super::cosignatures::by;
use super::open::Open;
use super::rounds::{FIRST_REST_MS, WITNESS_REST_MS, random, said};
use super::source::{Line, Lines};
use super::witnesses;
use crate::clock;

/// When the witnesses are asked next.
pub(super) struct Witnessing {
    rest: Backoff,
    /// Set while one of them owes us a cosignature on the newest head: what lies under that head waits for it.
    due: Option<Instant>,
    /// Who was asked last: one that was named since knows nothing of our log, and whoever relies on it waits.
    asked: Vec<PartyId>,
}

impl Witnessing {
    pub(super) fn new() -> Self {
        Self { rest: Backoff::new(FIRST_REST_MS, WITNESS_REST_MS), due: None, asked: Vec::new() }
    }

    /// Asks at once if our log has grown or a witness was named, and otherwise those who did not answer, at longer and longer
    /// intervals.
    pub(super) fn ask(&mut self, open: &Open, lines: &Lines, has_grown: bool, bounds: &Bounds) -> Result<(), String> {
        let is_due = self.due.is_some_and(|due| due <= Instant::now());
        // One to which no line has been taken yet is as good as not named: it cannot be asked.
        let named = open.peers().into_iter().filter(|peer| peer.is_witness).map(|peer| peer.party);
        let named: Vec<_> = named.filter(|party| lines.to(*party).is_some()).collect();
        if !has_grown && !is_due && named == self.asked {
            return Ok(());
        }
        let Some(head) = newest(open)? else { return Ok(()) };
        self.asked = named;
        self.due = if have_cosigned(open, lines, head, bounds) {
            self.rest.succeeded();
            None
        } else {
            Some(Instant::now() + self.rest())
        };
        Ok(())
    }

    fn rest(&mut self) -> Duration {
        self.rest.next(clock::now(), random())
    }
}

/// The newest head, with whoever has cosigned it already.
fn newest(open: &Open) -> Result<Option<SignedCheckpoint>, String> {
    let Some(published) = open.sender.published().map_err(said)? else { return Ok(None) };
    let shown = open.sender.node_head().map_err(said)?;
    Ok(shown.filter(|shown| shown.claims() == published.claims()).or(Some(published)))
}

/// Asks every witness that has not cosigned it. One that does not answer is left out: the head is served without it. False if
/// there is one.
fn have_cosigned(open: &Open, lines: &Lines, mut head: SignedCheckpoint, bounds: &Bounds) -> bool {
    let mut is_whole = true;
    for peer in open.peers().iter().filter(|peer| peer.is_witness) {
        if !by(&head, &witness_name(&peer.party)).is_empty() {
            continue;
        }
        // Without an address it is reached by stick alone, and asking again does not help.
        let Some(line) = lines.to(peer.party) else { continue };
        let answered = ask_witness(open, &line, &head, bounds);
        is_whole &= answered.is_ok();
        for signature in answered.unwrap_or_default() {
            // A note that is full goes without the rest.
            let _full = head.add(signature);
        }
    }
    open.sender.set_cosigned(head);
    is_whole
}

/// A witness remembers a size that we do not know after a restart: it names it, and is asked again.
fn ask_witness(
    open: &Open,
    line: &Line,
    head: &SignedCheckpoint,
    bounds: &Bounds,
) -> Result<Vec<NoteSignature>, String> {
    let mut old_size = 0;
    for _ in 0..2 {
        let proof = open.sender.consistency(old_size, head).map_err(said)?;
        let request = AddCheckpoint::new(old_size, proof, head.clone());
        let answer = line.post(&Control::AddCheckpoint(request))?;
        let text = String::from_utf8_lossy(&answer.octets).into_owned();
        match answer.status {
            200 => return signatures(open, line, head, &text),
            // One size with another root, or a proof from a root that is not ours: it remembers another history of this log.
            409 if text.is_empty() => return bounds.unwitnessed(line.party, head.claims().size()),
            422 => return bounds.unwitnessed(line.party, head.claims().size()),
            409 => old_size = text.trim().parse().map_err(|_| "a witness named no size".to_owned())?,
            status => return Err(format!("a witness answered {status}")),
        }
    }
    Err("a witness named two sizes".to_owned())
}

/// What a witness answered, if it holds.
fn signatures(open: &Open, line: &Line, head: &SignedCheckpoint, text: &str) -> Result<Vec<NoteSignature>, String> {
    let found: Result<Vec<NoteSignature>, _> = text.lines().map(NoteSignature::parse).collect();
    let found = found.map_err(|_| "a witness answered with no signature lines".to_owned())?;
    let keys = open.keys.get();
    let verifiers = keys.ring().find(line.party).map(witnesses::keys_of).map_err(|failure| failure.message)?;
    let mut with = head.clone();
    for signature in &found {
        with.add(signature.clone()).map_err(said)?;
    }
    let _vouched = with.verify(&verifiers).map_err(said)?;
    Ok(found)
}
