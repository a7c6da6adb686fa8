//! What happens in a network before and after the cheat.

use std::sync::Arc;

use node::exchange::{Intake, Taken, cosign, latest_acknowledgement, remembered};
use policy::belief::verifiers_of;
use policy::feed::{FeedWriter, Recall, RecallReason};
use protocol::exchange::AddCheckpoint;
use record::digest::RecordDigest;
use storage::{LogName, Store as _};

use super::actor::Actor;
use super::{Check, LIAR, Network, OTHER, READER, WITNESS, Way, told};

/// Senders in a world: more than these only read.
const SENDERS: [usize; 3] = [LIAR, READER, OTHER];

/// One step in so many is played on a disk with faults.
const FAULTS_ONE_IN: u64 = 3;

/// What may happen, and how often.
const WEIGHTS: [(&str, u64); 8] = [
    ("tell", 5),
    ("state heads", 5),
    ("pull", 12),
    ("cosign", 4),
    ("restart", 3),
    ("cut or heal a line", 3),
    ("time passes", 3),
    ("recall", 1),
];

impl Network {
    /// Everybody has something to read.
    pub(super) fn warm_up(&mut self) -> Check {
        for sender in SENDERS {
            self.tell(sender)?;
            self.state_heads(sender)?;
            self.cosign(sender)?;
        }
        Ok(())
    }

    /// One step by chance.
    pub(super) fn step(&mut self) -> Check {
        let mut left = self.seed.below(WEIGHTS.iter().map(|(_, weight)| weight).sum());
        let mut name = "pull";
        for (one, weight) in WEIGHTS {
            if left < weight {
                name = one;
                break;
            }
            left = left.saturating_sub(weight);
        }
        self.tally.step(name);
        self.perform(name)?;
        self.problem.take().map_or(Ok(()), Err)
    }

    fn perform(&mut self, name: &'static str) -> Check {
        let sender = self.sender();
        match name {
            "tell" => self.under_faults(name, sender, |it| it.tell(sender)),
            "state heads" => self.under_faults(name, sender, |it| it.state_heads(sender)),
            "recall" => self.under_faults(name, sender, |it| it.recall(sender)),
            "cosign" => self.under_faults(name, WITNESS, |it| it.cosign(sender)),
            "restart" => self.restart(),
            "cut or heal a line" => self.cut_or_heal(),
            "time passes" => {
                let minutes = self.seed.below(90);
                self.trail.push(format!("{minutes} minutes pass"));
                self.pass_minutes(i64::try_from(minutes).unwrap_or(0))
            }
            _ => self.read_by_chance(sender),
        }
    }

    /// Time passes, and whoever is honest states heads in it, as a running node does each hour: one that did not would be
    /// accused, and rightly.
    pub(super) fn pass_minutes(&mut self, minutes: i64) -> Check {
        self.wait_minutes(minutes);
        for sender in SENDERS.into_iter().skip(usize::from(self.is_lying)) {
            self.state_heads(sender)?;
            self.cosign(sender)?;
        }
        Ok(())
    }

    /// A sender. Once the liar lies, it plays no part in what must go well.
    fn sender(&mut self) -> usize {
        let honest = SENDERS.get(usize::from(self.is_lying)..).unwrap_or_default();
        self.seed.pick(honest).copied().unwrap_or(READER)
    }

    /// Plays on a disk with faults, sometimes. What fails may fail because of them alone, and the node begins anew.
    fn under_faults(&mut self, name: &str, number: usize, act: impl FnOnce(&mut Self) -> Check) -> Check {
        let is_faulty = self.seed.once_in(FAULTS_ONE_IN);
        let (seed, one_in) = (self.seed.any(), self.seed.below(40).saturating_add(8));
        if is_faulty {
            self.actor(number)?.disk.plan_randomly(seed, u32::try_from(one_in).unwrap_or(20));
        }
        let done = act(self);
        self.actor(number)?.quiet();
        let suffix = if is_faulty { ", with faults" } else { "" };
        self.trail.push(format!(
            "{name}: node {number}{suffix}{}",
            done.as_ref().err().map_or_else(String::new, |it| format!(": {it}"))
        ));
        match done {
            Err(_) if is_faulty => {
                self.tally.count("steps that failed on a faulty disk");
                let is_power_lost = self.seed.once_in(2);
                self.actor_mut(number)?.restart(is_power_lost)
            }
            other => other,
        }
    }

    pub(super) fn tell(&mut self, sender: usize) -> Check {
        let treaty = &self.treaty;
        let actor = self.actors.get_mut(sender).ok_or("there is no such node")?;
        let _entry = actor.tell(treaty)?;
        self.tally.count("records released");
        Ok(())
    }

    pub(super) fn state_heads(&mut self, sender: usize) -> Check {
        let actor = self.actor(sender)?;
        let stated = actor.sender.state_heads(&actor.own, &self.treaty, None, actor.now());
        let _count = stated.map_err(told)?;
        Ok(())
    }

    fn recall(&mut self, sender: usize) -> Check {
        let digest = self.treaty.digest();
        let actor = self.actor_mut(sender)?;
        let record = RecordDigest::from_octets([7; 32]);
        let recall = Recall::new(0, record, RecallReason::Error, actor.now());
        let mut writer = FeedWriter::new(digest);
        writer.recall(&recall).map_err(told)?;
        actor.feed(digest, &writer.into_entries())
    }

    /// A node asks the witness for its cosignature. In worlds without a quorum nobody does.
    pub(super) fn cosign(&mut self, sender: usize) -> Check {
        if self.quorum.is_none() {
            return Ok(());
        }
        let problem = match self.ask_witness(sender)? {
            Ok(()) => return Ok(()),
            Err(refusal) => format!("the witness refuses node {sender}: {refusal:?}"),
        };
        self.problem = self.problem.take().or_else(|| Some(problem.clone()));
        Err(problem)
    }

    /// The same, with the witness's refusal.
    pub(super) fn ask_witness(&mut self, sender: usize) -> Result<Result<(), protocol::exchange::Refusal>, String> {
        let (asker, witness) = (self.actor(sender)?, self.actor(WITNESS)?);
        let origin = asker.own.log_origin();
        let before = remembered(&witness.store, &origin).map_err(told)?;
        let size = before.as_ref().map_or(0, |head| head.claims().size());
        let Some(request) = asker.sender.to_witness(size).map_err(told)? else {
            return Err(format!("the witness remembers {size} leaves of node {sender}, which has fewer"));
        };
        let request = AddCheckpoint::read(request.write().as_bytes()).map_err(told)?;
        let keys = verifiers_of(&asker.member.first.history, &origin);
        let cosigned = cosign(&witness.store, &witness.own, &request, &keys, witness.now()).map_err(told)?;
        let signatures = match cosigned {
            Ok(signatures) => signatures,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut head = request.checkpoint.clone();
        signatures.into_iter().try_for_each(|signature| head.add(signature)).map_err(told)?;
        let text = request.write();
        self.actor(sender)?.sender.set_cosigned(head);
        self.wire.carry("a request to the witness", text.as_bytes())?;
        Ok(Ok(()))
    }

    fn restart(&mut self) -> Check {
        let number = self.seed.index(self.actors.len());
        let is_power_lost = self.seed.once_in(2);
        self.trail.push(format!("restart: node {number}, power lost: {is_power_lost}"));
        self.tally.count(if is_power_lost { "power losses" } else { "kills" });
        self.actor_mut(number)?.restart(is_power_lost)
    }

    fn cut_or_heal(&mut self) -> Check {
        let line = (self.seed.index(self.actors.len()), self.sender());
        let is_cut = self.cut.insert(line);
        if !is_cut {
            let _was = self.cut.remove(&line);
        }
        self.trail.push(format!("line {line:?} is {}", if is_cut { "cut" } else { "healed" }));
        Ok(())
    }

    /// Some honest member reads, over a line that may lose files or be cut.
    fn read_by_chance(&mut self, sender: usize) -> Check {
        let first = if self.is_lying { READER } else { LIAR };
        let reader = first.saturating_add(self.seed.index(self.actors.len().saturating_sub(first)));
        if reader == sender || self.cut.contains(&(reader, sender)) {
            self.trail.push(format!("pull: node {reader} does not reach node {sender}"));
            return Ok(());
        }
        let lost_one_in = if self.seed.once_in(3) { self.seed.below(12).saturating_add(2) } else { 0 };
        self.under_faults(&format!("pull from node {sender}"), reader, |it| {
            let pulled = it.pull(reader, sender, Way { lost_one_in, ..Way::default() })?;
            it.is_clean(reader, sender, &pulled)
        })?;
        let is_lost = lost_one_in > 0 && self.seed.once_in(3);
        if is_lost { Ok(()) } else { self.under_faults("acknowledge", sender, |it| it.deliver(reader, sender)) }
    }

    /// Nothing is wrong with what came from an honest node.
    pub(super) fn is_clean(&mut self, reader: usize, sender: usize, pulled: &node::exchange::Pulled) -> Check {
        self.tally.add("entries that came proven", u64::try_from(pulled.proven.len()).unwrap_or(0));
        let Some(caught) = pulled.caught.first() else {
            return match pulled.doubted.first() {
                None => Ok(()),
                Some(entry) => self.break_promise(format!("entry {entry} of honest node {sender} is in doubt")),
            };
        };
        self.break_promise(format!("node {reader} accuses honest node {sender}: {}: {caught}", caught.kind()))
    }

    /// What no fault excuses.
    fn break_promise(&mut self, problem: String) -> Check {
        self.problem = self.problem.take().or(Some(problem));
        Ok(())
    }

    /// A reader delivers its newest acknowledgement, if a head that it shows covers it.
    pub(super) fn deliver(&mut self, reader: usize, sender: usize) -> Check {
        let (from, to) = (self.actor(reader)?, self.actor(sender)?);
        let Some(leaf) = latest_acknowledgement(&from.store, &to.origin()).map_err(told)? else { return Ok(()) };
        let Some(opened) = from.sender.opened(leaf).map_err(told)? else { return Ok(()) };
        let taken = self.hand_in(reader, &opened, sender)?;
        self.wire.carry("an acknowledgement", &opened)?;
        match taken {
            Taken::Kept => self.tally.count("acknowledgements kept"),
            Taken::Known => {}
            Taken::Refused(problem) => {
                return self.break_promise(format!("node {sender} refuses honest node {reader}: {problem}"));
            }
        }
        Ok(())
    }

    /// A statement is handed in.
    pub(super) fn hand_in(&self, author: usize, opened: &[u8], to: usize) -> Result<Taken, String> {
        let (author, to) = (self.actor(author)?.id(), self.actor(to)?);
        let intake = Intake::new(&to.store, &to.own, &to.sender);
        intake.take(author, opened, (&to.ring(author)?, &self.treaty), to.now()).map_err(told)
    }

    /// Faults stop, and lines hold.
    pub(super) fn calm(&mut self) -> Check {
        self.cut.clear();
        self.actors.iter().for_each(Actor::quiet);
        self.problem.take().map_or(Ok(()), Err)
    }

    /// The entries of a node's feed.
    pub(super) fn entries(&self, sender: usize) -> Result<Vec<Vec<u8>>, String> {
        let log = LogName::feed(self.treaty.digest(), 0);
        let store = Arc::clone(&self.actor(sender)?.store);
        store.entries(&log, 0, usize::MAX).map_err(told)
    }
}
