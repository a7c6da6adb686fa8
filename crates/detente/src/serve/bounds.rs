//! What peers may ask and hand in, and what is told of those who go beyond it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use node::exchange::raise_alarm;
use node::limits::PEER_REQUESTS_PER_SECOND;
use protocol::exchange::{Caught, HandedIn, Quotas, Spells};
use record::digest::PartyId;

use super::open::Open;
use super::rounds::Tell;
use crate::clock;

/// The shares of all peers, and the alarms about them that wait to be kept: whoever refuses a request must not wait for a
/// disk.
#[derive(Debug, Default)]
pub(super) struct Bounds(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    quotas: Quotas,
    spells: Spells,
    waiting: Vec<(PartyId, Caught)>,
}

impl Bounds {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a peer may hand in one more; otherwise what it is told.
    pub(super) fn check(&self, peer: PartyId, what: HandedIn) -> Result<(), String> {
        let (now, mut state) = (clock::now(), self.state());
        let used_up = match state.quotas.check(peer, what, now) {
            Ok(()) => return Ok(()),
            Err(used_up) => used_up,
        };
        state.refuse(peer, used_up.what, used_up.limit);
        Err(used_up.to_string())
    }

    pub(super) fn count(&self, peer: PartyId, what: HandedIn, octets: usize) {
        self.state().quotas.count(peer, what, octets, clock::now());
    }

    /// A peer asks more often than it may.
    pub(super) fn over_rate(&self, peer: PartyId) {
        self.state().refuse(peer, "requests in a second", u64::from(PEER_REQUESTS_PER_SECOND));
    }

    /// A witness does not cosign what we are now: the error for whoever asked it.
    pub(super) fn unwitnessed<T>(&self, peer: PartyId, size: u64) -> Result<T, String> {
        let (now, mut state) = (clock::now(), self.state());
        if state.spells.refuse(peer, "cosignatures", 0, now).is_some() {
            state.waiting.push((peer, Caught::Unwitnessed { size, since: now }));
        }
        Err("a witness remembers another history of this log".to_owned())
    }

    /// Keeps the alarms that wait.
    pub(super) fn tell(&self, open: &Open, tell: &Tell) -> Result<(), String> {
        let waiting = std::mem::take(&mut self.state().waiting);
        for (at, (peer, caught)) in waiting.iter().enumerate() {
            match raise_alarm(&open.store, &open.own, *peer, "", caught) {
                Ok(_) => tell(format!("ALARM about {peer}: {caught}")),
                Err(error) => {
                    self.state().waiting.extend(waiting.into_iter().skip(at));
                    return Err(error.to_string());
                }
            }
        }
        Ok(())
    }
}

impl State {
    fn refuse(&mut self, peer: PartyId, what: &'static str, limit: u64) {
        let caught = self.spells.refuse(peer, what, limit, clock::now());
        self.waiting.extend(caught.map(|caught| (peer, caught)));
    }
}
