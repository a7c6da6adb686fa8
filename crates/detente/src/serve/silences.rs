//! Silence: a question of ours whose deadline has passed without an answer. It is stated once, signed, and delivered to
//! whoever was asked.

use std::collections::{BTreeMap, BTreeSet};

use node::exchange::{OwnStatement, state_alone};
use policy::control::{Sentence, Silence};
use record::digest::{PartyId, RecordDigest};
use record::time::Timestamp;

use super::open::Open;
use crate::clarifications::{Clarifications, Question, State};
use crate::keyring::Keyring;
use crate::outcome::Done;

/// Questions that may still be met by silence. Each is read once, so that looking costs nothing while none is due.
#[derive(Debug, Default)]
pub(super) struct Silences {
    /// Entries of the node log when it was last looked through.
    size: u64,
    waiting: BTreeMap<RecordDigest, Question>,
    /// Due, and not to be told yet: they were never sent, or were taken back. Looked at again once the log has grown.
    put_off: BTreeSet<RecordDigest>,
}

impl Silences {
    /// States the silence on every question that is due. Answers how many.
    pub(super) fn state(&mut self, open: &Open, now: Timestamp) -> Result<usize, String> {
        let keys = open.keys.get();
        let clarifications = clarifications(open, keys.ring());
        self.learn(open, &clarifications)?;
        let is_due = |question: &&Question| question.deadline < now && !self.put_off.contains(&question.digest);
        let due: Vec<_> = self.waiting.values().filter(is_due).cloned().collect();
        let mut stated = 0;
        for question in due {
            let (digest, deadline) = (question.digest, question.deadline);
            let clarification = clarifications.of_own_question(question).map_err(|failure| failure.message)?;
            match clarification.state(now) {
                State::Silent if clarification.silence.is_none() => {
                    let silence = Sentence::Silence(Silence::new(digest, deadline));
                    state_alone(&open.store, &open.own, silence, now).map_err(|error| error.to_string())?;
                    stated += 1;
                    drop(self.waiting.remove(&digest));
                }
                State::Silent | State::Answered | State::Late => drop(self.waiting.remove(&digest)),
                State::Unsent | State::Recalled | State::Waiting => drop(self.put_off.insert(digest)),
            }
        }
        Ok(stated)
    }

    fn learn(&mut self, open: &Open, clarifications: &Clarifications<'_>) -> Result<(), String> {
        let size = open.sender.node_size().map_err(|error| error.to_string())?;
        if size == self.size {
            return Ok(());
        }
        let new = clarifications.own_questions_from(self.size).map_err(|failure| failure.message)?;
        self.waiting.extend(new.into_iter().map(|question| (question.digest, question)));
        self.put_off.clear();
        self.size = size;
        Ok(())
    }
}

/// The silences of ours that are not among these leaves, each with whether this party is the one that was asked.
pub(super) fn beside(open: &Open, known: &BTreeSet<u64>, party: PartyId) -> Result<Vec<(u64, bool)>, String> {
    let mut leaves = open.sender.all_leaves("silence", None).map_err(|error| error.to_string())?;
    leaves.retain(|leaf| !known.contains(leaf));
    let new = OwnStatement::at(&open.store, &leaves).map_err(|error| error.to_string())?;
    let keys = open.keys.get();
    let clarifications = clarifications(open, keys.ring());
    let asked = new.into_iter().map(|one| {
        let Sentence::Silence(silence) = one.stated.sentence else { return Ok((one.leaf, false)) };
        let question = clarifications.own_question(&silence.question)?;
        let asked = question.map_or(Ok(None), |question| clarifications.asked(&question))?;
        Ok((one.leaf, asked == Some(party)))
    });
    asked.collect::<Done<_>>().map_err(|failure| failure.message)
}

fn clarifications<'o>(open: &'o Open, ring: &'o Keyring) -> Clarifications<'o> {
    Clarifications::new(&open.store, ring, open.party())
}
