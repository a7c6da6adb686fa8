//! Two histories: of a feed, or of the node log.

use node::exchange::raise_alarm;
use policy::belief::{log_verifiers, verifiers_of};
use protocol::exchange::{Caught, compare, evidence, fork_of};
use tlog::checkpoint::SignedCheckpoint;

use super::{Check, LIAR, Network, OTHER, READER, Way, accepted, told};
use crate::network::actor::Actor;
use crate::network::hand::{HandMade, root};
use crate::network::{WITNESS, cast};
use crate::seed::Seed;

impl Network {
    /// A feed of these entries, with a head statement that says the same.
    fn hand_made(&mut self, entries: Vec<Vec<u8>>) -> Result<HandMade, String> {
        let head = self.state_head(entries.len(), root(&entries), None)?;
        HandMade::new(self.actor(LIAR)?, entries, head)
    }

    /// A reader takes what is shown, and finds nothing wrong with it.
    fn takes(&mut self, reader: usize, shown: &HandMade) -> Check {
        let lie = |resource: &protocol::exchange::Resource, answer| shown.answer(resource, answer);
        accepted(&self.pull(reader, LIAR, Way::lying(&lie))?)
    }

    /// What a reader saw of the liar's feed and node log.
    fn saw(&self, reader: usize) -> Result<(SignedCheckpoint, SignedCheckpoint), String> {
        let state = self.state_of(reader, LIAR)?;
        let read = |text: &str| SignedCheckpoint::parse(text.as_bytes()).map_err(told);
        Ok((read(&state.checkpoint)?, read(&state.node)?))
    }

    /// Whoever took no part finds that evidence against the liar holds, and that it accuses nobody else.
    pub(super) fn convinces(&self, text: Option<String>) -> Check {
        let text = text.ok_or("there is no evidence to show")?;
        let (liar, other) = (&self.actor(LIAR)?.member, cast::member(0)?);
        let _sentence = evidence::check(&text, &liar.second.history).map_err(told)?;
        match evidence::check(&text, &other.first.history) {
            Err(_) => Ok(()),
            Ok(sentence) => Err(format!("evidence against one is taken for evidence against another: {sentence}")),
        }
    }

    pub(super) fn feed_of_two_roots(&mut self) -> Check {
        let base = self.entries(LIAR)?;
        let mut shown = Vec::new();
        for reader in [READER, OTHER] {
            let stray = self.stray_entry()?;
            let hand_made = self.hand_made([base.clone(), vec![stray]].concat())?;
            self.takes(reader, &hand_made)?;
            shown.push(self.saw(reader)?.0);
        }
        let [mine, others] = shown.as_slice() else { return Err("two readers saw it".to_owned()) };
        let liar = self.actor(LIAR)?;
        let (peer, origin) = (liar.id(), liar.origin());
        let caught = compare(mine, others, &verifiers_of(&liar.member.first.history, &origin));
        let caught = caught.ok_or("two readers compare what they saw, and see nothing")?;
        let reader = self.actor(READER)?;
        let _new = raise_alarm(&reader.store, &reader.own, peer, &origin, &caught).map_err(told)?;
        self.convinces(caught.evidence())?;
        if self.has_alarm(READER, "fork")? { Ok(()) } else { Err("no alarm is kept".to_owned()) }
    }

    pub(super) fn feed_of_two_lengths(&mut self) -> Check {
        let base = self.entries(LIAR)?;
        let (one, two, three) = (self.stray_entry()?, self.stray_entry()?, self.stray_entry()?);
        let short = self.hand_made([base.clone(), vec![one]].concat())?;
        let long = self.hand_made([base, vec![two, three]].concat())?;
        self.takes(READER, &short)?;
        self.takes(OTHER, &long)?;
        let seen = self.saw(READER)?.0;
        let lie = |resource: &protocol::exchange::Resource, answer| long.answer(resource, answer);
        let way = Way { seen_by_others: vec![seen], ..Way::lying(&lie) };
        let pulled = self.pull(OTHER, LIAR, way)?;
        match pulled.caught.as_slice() {
            [caught @ Caught::Fork(_)] => self.convinces(caught.evidence()),
            other => Err(format!("told of what another saw, a reader finds {other:?}")),
        }
    }

    pub(super) fn two_node_logs(&mut self) -> Check {
        let twin = self.twin()?;
        self.actors.push(twin);
        let number = self.actors.len().saturating_sub(1);
        let caught = self.both_tell(number);
        drop(self.actors.pop());
        caught
    }

    /// The liar's node once more, from a copy of its disk.
    fn twin(&mut self) -> Result<Actor, String> {
        let seed = Seed::new(self.seed.any());
        let liar = self.actor(LIAR)?;
        let (member, clock, disk) = (std::sync::Arc::clone(&liar.member), liar.clock.clone(), liar.disk.copy());
        // The copy of a directory that is in use is one of a process that was killed.
        disk.kill();
        let mut twin = Actor::on(member, clock, disk, seed)?;
        twin.histories = liar.histories.clone();
        Ok(twin)
    }

    fn both_tell(&mut self, twin: usize) -> Check {
        for one in [LIAR, twin] {
            self.tell(one)?;
            self.state_heads(one)?;
        }
        if self.quorum.is_none() { self.readers_notice(twin) } else { self.witness_notices(twin) }
    }

    fn readers_notice(&mut self, twin: usize) -> Check {
        let other = self.pull(OTHER, twin, Way::default())?;
        accepted(&other)?;
        let seen = self.saw(OTHER)?;
        self.cosign(LIAR)?;
        let way = Way { seen_by_others: vec![seen.0, seen.1], ..Way::default() };
        let pulled = self.pull(READER, LIAR, way)?;
        match pulled.caught.as_slice() {
            [caught @ Caught::Fork(_)] => self.convinces(caught.evidence()),
            other => Err(format!("told of what another saw, a reader finds {other:?}")),
        }
    }

    /// The witness cosigns the one it sees first. Who is shown the other waits for it in vain.
    fn witness_notices(&mut self, twin: usize) -> Check {
        self.cosign(LIAR)?;
        let Err(refusal) = self.ask_witness(twin)? else { return Err("the witness cosigned both".to_owned()) };
        let liar = self.actor(LIAR)?;
        let (peer, origin) = (liar.id(), liar.own.log_origin());
        let shown = self.actor(twin)?.sender.to_witness(0).map_err(told)?.ok_or("the twin shows nothing")?;
        let witness = self.actor(WITNESS)?;
        let before = node::exchange::remembered(&witness.store, &origin).map_err(told)?;
        let before = before.ok_or("the witness remembers nothing")?;
        let fork = fork_of(&log_verifiers(&liar.member.first.history), &before, &shown.checkpoint);
        let fork = fork.ok_or_else(|| format!("the witness refuses with {refusal:?}, and cannot prove why"))?;
        let caught = Caught::Fork(Box::new(fork));
        let _new = raise_alarm(&witness.store, &witness.own, peer, &origin, &caught).map_err(told)?;
        let waiting = self.pull(OTHER, twin, Way::default())?;
        if waiting.entries > 0 || !waiting.caught.is_empty() {
            return Err(format!("a reader takes what the witness refused: {waiting:?}"));
        }
        self.convinces(caught.evidence())?;
        if self.witness_has("fork")? { Ok(()) } else { Err("no alarm is kept".to_owned()) }
    }

    /// The feed signed anew, other than it was read.
    pub(super) fn rewritten(&mut self, rewrite: impl FnOnce(&mut Vec<Vec<u8>>)) -> Check {
        let mut entries = self.entries(LIAR)?;
        rewrite(&mut entries);
        for _ in 0..2 {
            entries.push(self.stray_entry()?);
        }
        let shown = self.hand_made(entries)?;
        let evidence = self.must_catch(READER, |resource, answer| shown.answer(resource, answer), "fork")?;
        self.convinces(evidence)
    }
}
