//! Committing, and holding the store to each answer.

use storage::{Batch, CommitError, Committed, LogName, Place, Store as _};

use super::World;
use crate::checkers::Check;
use crate::model::{Model, Sizes};

/// Answered batches that may be sent again.
const ANSWERED: usize = 16;

/// A batch's answer.
type Answer = Result<Committed, CommitError>;

impl World {
    /// Sends what is pending until it is answered or once more unknown; then, if nothing is pending, these.
    pub(super) fn commit(&mut self, batches: Vec<Batch>) -> Check {
        if !self.pending.is_empty() {
            return self.resend();
        }
        self.send(batches)
    }

    /// Sends a call again whose answer was that it is not known.
    pub(super) fn resend(&mut self) -> Check {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(());
        }
        self.tally.count("unknown calls sent again");
        self.is_resent = true;
        let sent = self.send(pending);
        self.is_resent = false;
        sent
    }

    fn send(&mut self, batches: Vec<Batch>) -> Check {
        let before = self.model.sizes();
        self.plan();
        let answers = self.node.store()?.commit(batches.clone());
        self.calm();
        if answers.len() != batches.len() {
            return Err(format!("{} answers to {} batches", answers.len(), batches.len()));
        }
        let failed = answers.iter().any(|answer| answer.as_ref().is_err_and(is_of_disk));
        let mut staged = self.model.clone();
        for (batch, answer) in batches.into_iter().zip(answers) {
            self.trail_answer(&answer);
            self.judge(batch, answer, &mut staged, &before, failed)?;
        }
        self.check_signing()
    }

    fn trail_answer(&mut self, answer: &Answer) {
        let text = match answer {
            Ok(committed) => format!("frame {}", committed.frame),
            Err(error) => error.to_string(),
        };
        self.trail_fault(&text);
    }

    fn judge(&mut self, batch: Batch, answer: Answer, staged: &mut Model, before: &Sizes, failed: bool) -> Check {
        if let Some(places) = self.seen.get(&batch.id).cloned() {
            return self.judge_seen(batch, answer, &places);
        }
        match answer {
            Ok(committed) => self.take(batch, committed, before).map(|()| staged.clone_from(&self.model)),
            Err(CommitError::Unknown { problem }) => {
                self.tally.count("batches unknown");
                self.pending.push(batch);
                if self.met_faults() { Ok(()) } else { Err(format!("unknown without a fault: {problem}")) }
            }
            Err(error) if is_of_disk(&error) => {
                self.refuse(&batch);
                if self.met_faults() { Ok(()) } else { Err(format!("refused without a fault: {error}")) }
            }
            Err(error) => {
                self.refuse(&batch);
                let wanted = staged.admit(&batch, before);
                // Beside one that failed, whether a refusal was due cannot be told from outside.
                if failed || wanted.as_ref() == Err(&error) { Ok(()) } else { Err(wrongly(&error, &wanted)) }
            }
        }
    }

    /// An acknowledged batch: its entries lie where they must.
    fn take(&mut self, batch: Batch, committed: Committed, before: &Sizes) -> Check {
        let places = self.model.admit(&batch, before);
        let places = places.map_err(|error| format!("a batch was taken that must be refused: {error}"))?;
        self.acknowledge(batch, committed, &places)
    }

    /// A batch that was seen in the store stays there.
    fn judge_seen(&mut self, batch: Batch, answer: Answer, places: &[Place]) -> Check {
        match answer {
            Ok(committed) => {
                self.seen.remove(&batch.id);
                self.acknowledge(batch, committed, places)
            }
            Err(CommitError::Unknown { .. }) => {
                self.pending.push(batch);
                Ok(())
            }
            Err(error) => Err(format!("a batch that is there was refused: {error}")),
        }
    }

    fn acknowledge(&mut self, batch: Batch, committed: Committed, places: &[Place]) -> Check {
        if committed.entries != places || committed.id != batch.id {
            return Err(format!("entries were answered at {:?}, and belong at {places:?}", committed.entries));
        }
        let is_later = self
            .answered
            .iter()
            .all(|(_, earlier, _)| earlier.frame <= committed.frame && earlier.time <= committed.time);
        if !is_later {
            return Err("a frame's number or time runs backwards".to_owned());
        }
        if !batch.erasures.is_empty() {
            self.model.finish_erasures();
        }
        self.tally.count("batches committed");
        // A call that is sent again may begin a segment behind the one in which it has been all the time.
        let segment = self.node.last_segment().saturating_sub(usize::from(self.is_resent));
        self.answered.push_back((batch, committed, segment));
        if self.answered.len() > ANSWERED {
            self.answered.pop_front();
        }
        Ok(())
    }

    fn refuse(&mut self, batch: &Batch) {
        self.tally.count("batches refused");
        self.refused_receipts.extend(batch.receipts.iter().map(|receipt| receipt.digest));
        self.refused_logs.extend(
            batch
                .opens
                .iter()
                .map(|(log, _)| log.clone())
                .filter(|log| *log != LogName::node() && self.model.log(log).is_none()),
        );
    }

    /// Sends an answered batch again: the answer is the same.
    pub(super) fn retry(&mut self) -> Check {
        let least = self.node.last_segment().saturating_sub(1);
        let fresh: Vec<_> = self.answered.iter().filter(|(_, _, segment)| *segment >= least).cloned().collect();
        let Some((batch, wanted, _)) = self.seed.pick(&fresh).cloned() else { return Ok(()) };
        self.plan();
        let answers = self.node.store()?.commit(vec![batch]);
        self.calm();
        match answers.first() {
            Some(Ok(committed)) if *committed == wanted => Ok(()),
            Some(Err(CommitError::Unknown { .. })) if self.met_faults() => Ok(()),
            other => Err(format!("sent again, {wanted:?} was answered as {other:?}")),
        }
    }

    fn check_signing(&self) -> Check {
        let objection = self.node.store()?.objection();
        objection.map_or(Ok(()), |objection| Err(format!("nothing is signed: {objection}")))
    }
}

const fn is_of_disk(error: &CommitError) -> bool {
    matches!(error, CommitError::NotWritten { .. } | CommitError::NotSigning { .. } | CommitError::Unknown { .. })
}

fn wrongly(error: &CommitError, wanted: &Result<Vec<Place>, CommitError>) -> String {
    let wanted = wanted.as_ref().map_or_else(ToString::to_string, |_| "to be taken".to_owned());
    format!("refused with \"{error}\", and was due: {wanted}")
}
