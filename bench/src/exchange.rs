//! Reading a feed from the first entry: every file fetched from another node in this process, every record verified, proved
//! in its author's log, committed, and acknowledged.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use policy::belief::logged;
use record::{Draft, Record, Signed};

use crate::agreement::{Treaties, agreement};
use crate::line::{self, Line};
use crate::samples;
use crate::scene::{Clock, Node};
use crate::table::{Limit, Table};

/// Records that are read: ten packages.
const RECORDS: u32 = 2_560;

/// Entries that are put into the feed at once.
const AT_ONCE: usize = 256;

/// What is asked of reading, in percent of bare strict verification.
const LEAST_SHARE: f64 = 25.0;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let clock = Clock::new();
    let (mut harbour, mut hills) = (Node::new("harbour", &clock), Node::new("hills", &clock));
    let histories = (harbour.party.history(), hills.party.history());
    harbour.know(hills.id(), histories.1);
    hills.know(harbour.id(), histories.0);
    let text = agreement("a bench", &[harbour.id(), hills.id()]);
    let treaties = Treaties::of(vec![Arc::clone(&text)]);
    let records = release(&mut harbour, &treaties)?;
    let _stated = harbour.state_heads(&treaties);
    table.title(&format!("exchange: {RECORDS} released incidents to a fresh peer, one core, no network"));
    let bare = per_second(|| verify_bare(&harbour, &records))?;
    let mut line = Line::new(&hills, &harbour, &treaties);
    let whole = per_second(|| {
        let pulled = line::pull(&mut hills, &mut line);
        anyhow::ensure!(
            pulled.entries == u64::from(RECORDS) && pulled.caught.is_empty(),
            "not all was read: {pulled:?}"
        );
        Ok(())
    })?;
    table.figure("bare strict verification of their signatures", bare, "/s", None);
    table.figure("read, verified, proved, committed, acknowledged", whole, "/s", None);
    let share = 100.0 * whole / bare;
    table.figure("share of bare verification", share, "%", Some(Limit::AtLeast(LEAST_SHARE)));
    Ok(())
}

/// Records for each second that the work takes.
fn per_second(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(f64::from(RECORDS) / start.elapsed().as_secs_f64())
}

/// Signs, logs and releases them all.
fn release(harbour: &mut Node, treaties: &Treaties) -> anyhow::Result<Vec<Signed<Record>>> {
    let (text, agreement) = (samples::incident()?, Arc::clone(treaties.signed.first().context("an agreement")?));
    let mut logged_records = Vec::new();
    for number in 0..RECORDS {
        let object = samples::object(&text)?;
        let id = format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}");
        let object = samples::object(&text.replace(object.id().to_string().as_str(), &id))?;
        let record = harbour.party.sign(Draft::new(object), &id);
        let leaf = harbour.log_record(&record);
        logged_records.push((record, leaf));
    }
    harbour.store.publish()?;
    let history = harbour.party.history();
    let mut entries = Vec::new();
    for (record, leaf) in &logged_records {
        let proof = harbour.sender.prove(leaf.index, leaf.salt)?;
        let own = logged(record.clone(), proof.as_ref(), &history)?;
        entries.push(harbour.release((&own).into(), *leaf, &agreement, treaties));
    }
    for some in entries.chunks(AT_ONCE) {
        harbour.feed(agreement.digest(), some);
    }
    Ok(logged_records.into_iter().map(|(record, _)| record).collect())
}

/// Only the signatures.
fn verify_bare(harbour: &Node, records: &[Signed<Record>]) -> anyhow::Result<()> {
    for record in records {
        let signature = record.envelope().signatures().first().context("a signature")?;
        let key = harbour.party.head().content().key(&signature.key_id()).and_then(|entry| entry.key().signing());
        let input = record.envelope().signing_input(signature.header());
        key.context("the key")?.verify(&input, signature.octets())?;
    }
    Ok(())
}
