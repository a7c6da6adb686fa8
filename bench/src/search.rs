//! What finding costs in an index of a hundred thousand and of a million incidents, and what building it costs.

pub(crate) mod corpus;
pub(crate) mod lag;

use std::time::Instant;

use anyhow::Context as _;
use record::time::Timestamp;
use search::{Ask, Index, Place, Position, Query};

use crate::table::{Limit, Table};
use corpus::Corpus;

/// Records of one transaction, as the node reads its log.
const BATCH: u64 = 2_048;

/// How often each query is asked. The first time counts too: nobody warms an index for a person.
const ROUNDS: usize = 5;

/// What people ask, the commonest words of both languages among it.
const QUERIES: [&str; 32] = [
    // The commonest words, alone and together.
    "the",
    "the of and to",
    "系统",
    "的",
    "\"of the\"",
    "the OR 系统",
    "model system",
    "人工智能 系统",
    // Rare words.
    "crane",
    "pump valve",
    "起重机",
    "\"lane marks\"",
    "zurobaki",
    "隧道 OR tunnel",
    // A common word with fields.
    "the severity:disaster",
    "the country:NL,DE",
    "system severity>=serious-incident after:2026-01",
    "系统 lang:zh stage:final",
    "the injured>=10",
    "the occurred>=2026-03 occurred<2026-04",
    "model deaths>0 -country:US",
    "the -system -model",
    "system developer:robotics",
    "the after:2026-06-01 before:2026-07-01",
    // Fields alone.
    "severity:disaster",
    "severity>=serious-hazard country:CN",
    "event_kind:hazard industry:J",
    "critical_infrastructure:yes autonomy_level:high",
    "database:aiid people_affected>=1000",
    "-severity:hazard",
    "deployer:harbour",
    "(crane OR pump OR 起重机) (country:NL OR country:CN) -stage:retracted",
];

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    measure(table, 100_000, 50.0)
}

pub(crate) fn run_largest(table: &mut Table) -> anyhow::Result<()> {
    measure(table, 1_000_000, 200.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of records and octets, far below 2^53")]
fn measure(table: &mut Table, records: u64, limit_ms: f64) -> anyhow::Result<()> {
    table.title(&format!(
        "search: an index of {records} incidents, two thirds in English and one in Chinese, on one core"
    ));
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("index.sqlite");
    let seconds = build(&path, records)?;
    table.figure("taken in", records as f64 / seconds, "records/s", Some(Limit::AtLeast(6_000.0)));
    table.figure("on the disk", std::fs::metadata(&path)?.len() as f64 / records as f64, "octets/record", None);
    let (index, _kept) = Index::open(&path, b"bench")?;
    let mut samples = Vec::new();
    let mut slowest = (0.0, "");
    for text in QUERIES {
        let query: Query = text.parse()?;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let _hits = index.search(&Ask::new(&query, 20))?;
            let ms = start.elapsed().as_secs_f64() * 1e3;
            samples.push(ms);
            if ms > slowest.0 {
                slowest = (ms, text);
            }
        }
    }
    samples.sort_by(f64::total_cmp);
    let at = |percent: usize| samples.get((samples.len() * percent / 100).min(samples.len() - 1)).copied();
    let of = |percent| at(percent).context("there are samples");
    table.figure("a query, half of them within", of(50)?, "ms", None);
    table.figure("a query, 95 of 100 within", of(95)?, "ms", Some(Limit::AtMost(limit_ms)));
    table.figure(&format!("the slowest: {}", slowest.1), slowest.0, "ms", None);
    Ok(())
}

/// Builds the index; how many seconds of it were spent in the index and not in making up the corpus.
fn build(path: &std::path::Path, records: u64) -> anyhow::Result<f64> {
    let (mut index, _new) = Index::open(path, b"bench")?;
    let mut corpus = Corpus::new();
    let read_at: Timestamp = "2026-11-01T00:00:00Z".parse()?;
    let (mut from, mut seconds) = (0, 0.0);
    while from < records {
        let to = records.min(from + BATCH);
        let made: Vec<_> = (from..to).map(|number| corpus.incident(number)).collect();
        let start = Instant::now();
        let mut writer = index.writer()?;
        for (number, (object, author, digest)) in (from..to).zip(&made) {
            let document = search::Document::of_object(object, *author, *digest, read_at).context("an incident")?;
            writer.take(&Place { log: "node".to_owned(), index: number }, &document)?;
        }
        writer.passed("node", &Position { next: to, mark: [0; 32] })?;
        writer.commit()?;
        seconds += start.elapsed().as_secs_f64();
        from = to;
    }
    let start = Instant::now();
    let _folded = index.clean()?;
    Ok(seconds + start.elapsed().as_secs_f64())
}
