//! Urgent frames go ahead: while one is on its way to a peer, the news that its feeds have changed waits.
//!
//! Both go over the same line, and on one of 2,400 bit/s the news takes more than a second from a frame that has ten in all.
//! What follows from the news, the whole of the ordinary reading, comes later in any case.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use record::digest::PartyId;
use tokio::time::Instant;

/// The longest that news waits for frames: twelve seconds. A frame of 1,800 octets takes eight on the slowest line with its
/// latency, and the next question, by which it is seen that the frame has arrived, takes two on its way back.
pub(super) const MAX_HOLD: Duration = Duration::from_secs(12);

/// Frames that are on their way, and questions for frames that wait.
#[derive(Debug, Default)]
pub(super) struct Ahead(Mutex<BTreeMap<PartyId, Peer>>);

#[derive(Debug, Default)]
struct Peer {
    /// Questions for a frame that wait for an answer.
    asking: usize,
    /// When a frame was sent after which nothing has been asked yet.
    sent: Option<Instant>,
}

/// A question that waits. When it is dropped, it waits no more.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    ahead: &'a Ahead,
    peer: PartyId,
}

impl Ahead {
    /// A peer asks for the next frame: what was sent before has arrived.
    pub(super) fn ask(&self, peer: PartyId) -> Asking<'_> {
        let mut peers = self.lock();
        let known = peers.entry(peer).or_default();
        known.asking = known.asking.saturating_add(1);
        known.sent = None;
        drop(peers);
        Asking { ahead: self, peer }
    }

    /// Whether a frame may be found for this peer at any moment.
    pub(super) fn is_asked(&self, peer: &PartyId) -> bool {
        self.lock().get(peer).is_some_and(|known| known.asking > 0)
    }

    /// Whether a frame is on its way to this peer.
    pub(super) fn is_under_way(&self, peer: &PartyId, now: Instant) -> bool {
        let sent = self.lock().get(peer).and_then(|known| known.sent);
        sent.is_some_and(|sent| now.saturating_duration_since(sent) < MAX_HOLD)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PartyId, Peer>> {
        // Whoever panicked with it held left at worst news that waits for some seconds.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking<'_> {
    /// A frame is sent.
    pub(super) fn answered(self) {
        if let Some(known) = self.ahead.lock().get_mut(&self.peer) {
            known.sent = Some(Instant::now());
        }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut peers = self.ahead.lock();
        let Some(known) = peers.get_mut(&self.peer) else { return };
        known.asking = known.asking.saturating_sub(1);
        // Peers that ask for nothing more take no room.
        if known.asking == 0 && known.sent.is_none() {
            peers.remove(&self.peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_waits_from_the_frame_to_the_next_question() {
        let (ahead, peer, now) = (Ahead::default(), PartyId::from_octets([1; 32]), Instant::now());
        let asking = ahead.ask(peer);
        assert!(ahead.is_asked(&peer) && !ahead.is_under_way(&peer, now));
        asking.answered();
        assert!(!ahead.is_asked(&peer) && ahead.is_under_way(&peer, now));
        let next = ahead.ask(peer);
        assert!(!ahead.is_under_way(&peer, now));
        drop(next);
        assert!(ahead.lock().is_empty());
    }

    #[test]
    fn news_does_not_wait_for_ever_nor_for_the_frame_of_another() {
        let (ahead, peer, other) = (Ahead::default(), PartyId::from_octets([1; 32]), PartyId::from_octets([2; 32]));
        ahead.ask(peer).answered();
        let later = Instant::now() + MAX_HOLD;
        assert!(!ahead.is_under_way(&peer, later) && !ahead.is_under_way(&other, Instant::now()));
    }
}
