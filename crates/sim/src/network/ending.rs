//! What must hold in the end: all was delivered, proven and acknowledged, and nobody was accused of what they did not do.

use node::exchange::{Arrival, FeedState, Received, alarms};
use protocol::exchange::FeedName;
use storage::LogName;

use super::{Check, LIAR, Network, OTHER, READER, WITNESS, Way, told};

/// Pulls after which all must be there.
const PULLS: usize = 4;

impl Network {
    /// No honest node holds a grave alarm about an honest one.
    pub(super) fn accuses_nobody(&self) -> Check {
        let liar = self.actor(LIAR)?.id().to_string();
        for (number, actor) in self.actors.iter().enumerate() {
            if number == LIAR && self.is_lying {
                continue;
            }
            let all = alarms(&actor.store).map_err(told)?;
            let is_false = |alarm: &&node::exchange::Alarm| alarm.weight > 0 && (!self.is_lying || alarm.peer != liar);
            if let Some(alarm) = all.iter().find(is_false) {
                return Err(format!("node {number} accuses an honest node: {}: {}", alarm.kind, alarm.text));
            }
        }
        Ok(())
    }

    /// After faults stop, everybody has everything.
    pub(super) fn converge(&mut self) -> Check {
        for number in 0..self.actors.len() {
            if self.seed.once_in(4) && (number != LIAR || !self.is_lying) {
                self.actor_mut(number)?.restart(true)?;
            }
        }
        self.wait_minutes(61);
        for sender in [READER, OTHER] {
            self.state_heads(sender)?;
            self.cosign(sender)?;
        }
        for sender in [READER, OTHER] {
            for reader in (READER..self.actors.len()).filter(|reader| *reader != sender) {
                self.catch_up(reader, sender)?;
            }
        }
        self.problem.take().map_or(Ok(()), Err)?;
        self.accuses_nobody()
    }

    fn catch_up(&mut self, reader: usize, sender: usize) -> Check {
        let wanted = u64::try_from(self.entries(sender)?.len()).map_err(told)?;
        let mut last = None;
        for _ in 0..PULLS {
            let pulled = self.pull(reader, sender, Way::default())?;
            self.is_clean(reader, sender, &pulled)?;
            let is_done = pulled.size == wanted && pulled.waiting.is_none();
            last = Some(pulled);
            if is_done {
                break;
            }
        }
        let size = last.as_ref().map_or(0, |pulled| pulled.size);
        if size != wanted {
            return Err(format!("node {reader} has {size} of {wanted} entries of node {sender}: {last:?}"));
        }
        self.same_releases(reader, sender)?;
        self.cosign(reader)?;
        self.deliver(reader, sender)?;
        self.is_acknowledged(reader, sender, wanted)
    }

    /// What the reader holds is what the sender released.
    fn same_releases(&self, reader: usize, sender: usize) -> Check {
        let (from, to) = (self.actor(reader)?, self.actor(sender)?);
        let log: LogName = format!("pulled-{}", FeedName::of(&to.origin())).parse().map_err(told)?;
        let held = Arrival::of_log(&from.store, &log).map_err(told)?;
        let sent = Arrival::of_log(&to.store, &LogName::feed(self.treaty.digest(), 0)).map_err(told)?;
        if held == sent {
            Ok(())
        } else {
            Err(format!("node {reader} holds other records than node {sender} released"))
        }
    }

    fn is_acknowledged(&self, reader: usize, sender: usize, wanted: u64) -> Check {
        let (from, to) = (self.actor(reader)?, self.actor(sender)?);
        let (peer, feed) = (from.id().to_string(), to.origin());
        let all = Received::all(&to.store).map_err(told)?;
        let is_it = |one: &Received| one.peer == peer && one.about == feed && one.size == wanted;
        if all.iter().any(is_it) {
            return Ok(());
        }
        Err(format!("node {sender} has no acknowledgement of {wanted} entries by node {reader}"))
    }

    /// How far a node has read another's feed.
    pub(super) fn state_of(&self, reader: usize, sender: usize) -> Result<FeedState, String> {
        let (from, to) = (self.actor(reader)?, self.actor(sender)?);
        let state = FeedState::find(&from.store, &to.id().to_string(), &to.origin()).map_err(told)?;
        state.ok_or_else(|| format!("node {reader} has read nothing of node {sender}"))
    }

    /// Whether an honest node holds an alarm of a kind about the liar.
    pub(super) fn has_alarm(&self, number: usize, kind: &str) -> Result<bool, String> {
        let liar = self.actor(LIAR)?.id().to_string();
        let all = alarms(&self.actor(number)?.store).map_err(told)?;
        Ok(all.iter().any(|alarm| alarm.peer == liar && alarm.kind == kind))
    }

    /// The witness's own store, for what it raises.
    pub(super) fn witness_has(&self, kind: &str) -> Result<bool, String> {
        self.has_alarm(WITNESS, kind)
    }
}
