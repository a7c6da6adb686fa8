//! Batches by chance: such as must be taken, and such as must be refused.

use record::digest::sha256;
use storage::batch::{Movement, PrivateReceipt};
use storage::{Batch, BatchId, LogName, NewEntry, Place};
use tlog::limits::MAX_ENTRY_BYTES;

use crate::model::Model;
use crate::seed::Seed;

/// Logs that a world opens at most.
const MAX_LOGS: usize = 4;
/// The most at which a counter may stand.
const LIMIT: i64 = 1_000_000;
/// Kinds of batches that must be refused.
const WRONGS: u64 = 6;

/// Makes batches, each with an id of its own.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    made: u64,
}

impl Batches {
    /// A batch that opens the node log.
    pub(crate) fn first(&mut self) -> Batch {
        Batch::new(self.id()).open(LogName::node(), &origin("node"))
    }

    /// A batch that must be taken.
    pub(crate) fn good(&mut self, seed: &mut Seed, model: &Model) -> Batch {
        let mut batch = Batch::new(self.id());
        if model.logs.len() < MAX_LOGS && seed.once_in(6) {
            batch = self.open(batch, model);
        }
        if seed.once_in(4) {
            batch = expect(batch, seed, model);
        }
        for _ in 0..seed.below(4).saturating_add(1) {
            batch = batch.entry(entry(seed, model));
        }
        if seed.once_in(4) {
            let body = seed.octets(40);
            batch = batch.receipt(PrivateReceipt::new(sha256(&[&body]), body));
        }
        if seed.once_in(3) {
            batch = batch.movement(Movement::new(format!("budget-{}", seed.below(3)), 1, LIMIT));
        }
        batch
    }

    /// A batch that erases a body or two, and logs that it does.
    pub(crate) fn erasing(&mut self, seed: &mut Seed, model: &Model) -> Batch {
        let mut batch = Batch::new(self.id()).entry(NewEntry::bare(LogName::node(), seed.octets(32)));
        let kept = model.kept();
        for _ in 0..seed.below(2).saturating_add(1) {
            // The newest bodies are those whose frames a crash may still touch.
            let from = if seed.once_in(2) { kept.len().saturating_sub(3) } else { 0 };
            let place = seed.pick(kept.get(from..).unwrap_or_default());
            batch = place.map_or(batch.clone(), |place| batch.erase(place.clone()));
        }
        batch
    }

    /// A batch that must be refused whole: one thing in it is wrong.
    pub(crate) fn wrong(&mut self, seed: &mut Seed, model: &Model) -> Batch {
        let batch = self.good(seed, model);
        let node = LogName::node();
        let size = model.size(&node).unwrap_or(0);
        match seed.below(WRONGS) {
            0 => batch.expect(node, size.saturating_add(7)),
            1 => batch.movement(Movement::new("budget-0".to_owned(), LIMIT.saturating_mul(2), LIMIT)),
            2 => batch.erase(Place::new(node, size.saturating_add(100))),
            3 => batch.open(node, "elsewhere.example/log"),
            4 => batch.entry(NewEntry::bare(node, vec![0; MAX_ENTRY_BYTES.saturating_add(1)])),
            _ => batch.movement(Movement::new("x".repeat(100), 1, LIMIT)),
        }
    }

    fn open(&self, batch: Batch, model: &Model) -> Batch {
        let name = format!("log-{}", self.made);
        // A name of digits and letters is always one.
        let Ok(log) = name.parse::<LogName>() else { return batch };
        let batch = batch.open(log.clone(), &origin(&name));
        if model.logs.len().is_multiple_of(2) { batch.entry(NewEntry::bare(log, name.into_bytes())) } else { batch }
    }

    fn id(&mut self) -> BatchId {
        self.made = self.made.saturating_add(1);
        BatchId::of(&[b"sim", &self.made.to_be_bytes()])
    }
}

fn origin(name: &str) -> String {
    format!("{name}.example/log")
}

fn expect(batch: Batch, seed: &mut Seed, model: &Model) -> Batch {
    let Some(log) = seed.pick(&model.logs) else { return batch };
    batch.expect(log.name.clone(), log.tree.size())
}

/// Mostly short, sometimes over several sectors.
fn entry(seed: &mut Seed, model: &Model) -> NewEntry {
    let log = seed.pick(&model.logs).map_or_else(LogName::node, |log| log.name.clone());
    let length = if seed.once_in(10) { seed.index(3000) } else { 32 };
    let octets = seed.octets(length);
    if seed.once_in(4) {
        return NewEntry::bare(log, octets);
    }
    let length = if seed.once_in(6) { seed.index(2500) } else { seed.index(80) };
    NewEntry::with_body(log, octets, seed.octets(length))
}
