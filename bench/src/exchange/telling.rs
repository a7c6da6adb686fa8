//! Incidents that a node signs, logs and releases, some hundred at once, so that no more of them lie in memory.

use std::sync::Arc;

use anyhow::Context as _;
use policy::agreement::Agreement;
use policy::belief::logged;
use policy::decision::Engine;
use policy::released::OwnLeaf;
use record::digest::sha256;
use record::stix::StixObject;
use record::{Draft, Record, Signed};
use storage::{LogName, NewEntry};

use crate::agreement::Treaties;
use crate::scene::Node;

/// Records that are logged, and entries that are put into the feed, at once.
const AT_ONCE: u32 = 256;

/// What releases under the first agreement.
pub(super) struct Teller<'t> {
    treaties: &'t Treaties,
    agreement: Arc<Agreement>,
    engine: Engine,
}

impl<'t> Teller<'t> {
    pub(super) fn new(node: &Node, treaties: &'t Treaties) -> anyhow::Result<Self> {
        let agreement = Arc::clone(treaties.signed.first().context("an agreement")?);
        Ok(Self { treaties, agreement, engine: node.engine(treaties) })
    }

    /// Releases so many objects, states the feed's head, and hands each record to whoever keeps it.
    pub(super) fn tell(
        &self,
        node: &mut Node,
        count: u32,
        object: impl Fn(u32) -> anyhow::Result<StixObject>,
        mut keep: impl FnMut(Signed<Record>),
    ) -> anyhow::Result<()> {
        let mut from = 0;
        while from < count {
            let to = count.min(from + AT_ONCE);
            let sign = |number: u32| Ok(node.party.sign(Draft::new(object(number)?), &number.to_string()));
            let records = (from..to).map(sign).collect::<anyhow::Result<Vec<_>>>()?;
            self.release(node, &records)?;
            records.into_iter().for_each(&mut keep);
            from = to;
        }
        let _stated = node.state_heads(self.treaties);
        Ok(())
    }

    fn release(&self, node: &mut Node, records: &[Signed<Record>]) -> anyhow::Result<()> {
        let leaves = log(node, records);
        node.store.publish()?;
        let history = node.party.history();
        let mut entries = Vec::new();
        for (record, leaf) in records.iter().zip(leaves) {
            let proof = node.sender.prove(leaf.index, leaf.salt)?;
            let own = logged(record.clone(), proof.as_ref(), &history)?;
            entries.push(node.release_by(&self.engine, (&own).into(), leaf, &self.agreement));
        }
        node.feed(self.agreement.digest(), &entries);
        Ok(())
    }
}

/// Logs records in one commit.
fn log(node: &mut Node, records: &[Signed<Record>]) -> Vec<OwnLeaf> {
    let salt = |record: &Signed<Record>| sha256(&[b"salt", record.digest().octets()]);
    let entry = |record: &Signed<Record>| {
        let (salt, text) = (salt(record), record.envelope().to_json());
        let leaf = record.commitment(&salt).octets().to_vec();
        NewEntry::with_body(LogName::node(), leaf, [salt.as_slice(), text.as_bytes()].concat())
    };
    let batch = node.batch();
    let committed = node.commit(records.iter().fold(batch, |batch, record| batch.entry(entry(record))));
    let places = committed.entries.iter().zip(records);
    places.map(|(place, record)| OwnLeaf::new(place.index, record.commitment(&salt(record)), salt(record))).collect()
}
