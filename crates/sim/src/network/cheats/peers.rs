//! What a peer does that is no sender's cheat: receipts, floods, silence.

use node::exchange::{Reader, Taken, alarms, latest_acknowledgement, raise_alarm};
use policy::control::{Acknowledgement, Sentence};
use protocol::exchange::timing::HEAD_EVERY_MS;
use protocol::exchange::{Allowance, Caught, Weight};
use tlog::Hash;

use super::{Check, LIAR, Network, OTHER, READER, Way, told};

/// Requests that a peer may make in a minute here.
const ALLOWED: u64 = 300;

impl Network {
    /// The liar acknowledges another feed than the reader's.
    pub(super) fn false_acknowledgement(&mut self) -> Check {
        let feed = self.actor(READER)?.origin();
        let read = Acknowledgement::new(feed, 1, Hash::leaf(b"another feed"));
        let leaf = self.actor_mut(LIAR)?.state(Sentence::Acknowledgement(read))?;
        self.cosign(LIAR)?;
        let opened = self.actor(LIAR)?.opened(leaf)?;
        let taken = self.hand_in(LIAR, &opened, READER)?;
        let is_refused = matches!(taken, Taken::Refused(_));
        if is_refused && self.has_alarm(READER, "false-acknowledgement")? {
            return Ok(());
        }
        Err(format!("it came to {taken:?}, and no alarm is kept"))
    }

    /// An acknowledgement of an honest reader by an honest reader, opened.
    fn honest_acknowledgement(&mut self) -> Result<Vec<u8>, String> {
        let pulled = self.pull(OTHER, READER, Way::default())?;
        self.is_clean(OTHER, READER, &pulled)?;
        self.cosign(READER)?;
        self.state_heads(READER)?;
        self.cosign(READER)?;
        let pulled = self.pull(OTHER, READER, Way::default())?;
        self.is_clean(OTHER, READER, &pulled)?;
        self.cosign(OTHER)?;
        let (other, reader) = (self.actor(OTHER)?, self.actor(READER)?);
        let leaf = latest_acknowledgement(&other.store, &reader.origin()).map_err(told)?;
        other.opened(leaf.ok_or("nothing was acknowledged")?)
    }

    /// Refused, and held against nobody: anybody can send rubbish in another's name.
    fn is_refused(&mut self, author: usize, opened: &[u8]) -> Check {
        let before = alarms(&self.actor(READER)?.store).map_err(told)?.len();
        let taken = self.hand_in(author, opened, READER)?;
        let after = alarms(&self.actor(READER)?.store).map_err(told)?.len();
        match taken {
            Taken::Refused(_) if before == after => Ok(()),
            other @ (Taken::Refused(_) | Taken::Kept | Taken::Known) => {
                Err(format!("it came to {other:?}, and {after} alarms are kept, where {before} were"))
            }
        }
    }

    pub(super) fn forged_acknowledgement(&mut self) -> Check {
        let opened = self.honest_acknowledgement()?;
        let text = String::from_utf8(opened).map_err(told)?;
        let marker = "\"signature\":\"";
        let place = text.find(marker).ok_or("it bears no signature")?.saturating_add(marker.len());
        let mut forged = text.into_bytes();
        for octet in forged.iter_mut().skip(place).take(1) {
            *octet = if *octet == b'A' { b'B' } else { b'A' };
        }
        self.is_refused(OTHER, &forged)
    }

    pub(super) fn borrowed_acknowledgement(&mut self) -> Check {
        let opened = self.honest_acknowledgement()?;
        self.is_refused(LIAR, &opened)
    }

    pub(super) fn flood(&mut self) -> Check {
        let mut allowance = Allowance::new(ALLOWED, 60_000);
        let (peer, reader) = (self.actor(LIAR)?.id(), self.actor(READER)?);
        for _ in 0..ALLOWED.saturating_mul(10) {
            if let Err(caught) = allowance.spend(peer, reader.now()) {
                let _new = raise_alarm(&reader.store, &reader.own, peer, "", &caught).map_err(told)?;
                break;
            }
        }
        if !self.has_alarm(READER, "budget")? {
            return Err("nobody was stopped".to_owned());
        }
        self.pass_minutes(1)?;
        let again = allowance.spend(peer, self.actor(READER)?.now());
        again.map_err(|caught| format!("after a minute it may not ask again: {caught}"))
    }

    pub(super) fn suspended(&mut self) -> Check {
        self.tell_and_show()?;
        let suspended_after = Some(self.seed.below(3).saturating_add(2));
        let pulled = self.pull(READER, LIAR, Way { suspended_after, ..Way::default() })?;
        let is_stopped = pulled.entries == 0 && pulled.caught.iter().any(|it| matches!(it, Caught::Withheld { .. }));
        if !is_stopped || pulled.caught.iter().any(|caught| caught.weight() > Weight::Look) {
            return Err(format!("a transfer that was held back came to {pulled:?}"));
        }
        if self.pull(READER, LIAR, Way::default())?.waiting.is_none() {
            return Err("who is held back gets something".to_owned());
        }
        self.treaty.resume();
        self.recovers()
    }

    pub(super) fn silence(&mut self) -> Check {
        self.pass_minutes(121)?;
        if self.is_frozen()? {
            return Err("two intervals are no silence yet".to_owned());
        }
        self.pass_minutes(60)?;
        if self.is_frozen()? && self.has_alarm(READER, "frozen")? {
            return Ok(());
        }
        Err("nobody was told that the liar is silent".to_owned())
    }

    fn is_frozen(&self) -> Result<bool, String> {
        let (reader, liar) = (self.actor(READER)?, self.actor(LIAR)?.id());
        let it = Reader::new(&reader.store, &reader.own, &self.quorum, HEAD_EVERY_MS);
        let frozen = it
            .check_fresh(record::time::Timestamp::from_micros(0), &|_| Some(HEAD_EVERY_MS), reader.now())
            .map_err(told)?;
        Ok(frozen.iter().any(|(peer, _)| *peer == liar))
    }
}
