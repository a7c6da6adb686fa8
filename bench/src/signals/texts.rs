//! Texts that are nearly the same: MinHash in bands, beside datasketch.

use matching::near::{NEAR_ESTIMATE, NearIndex, signature_of};
use record::json::{Json, parse_within};
use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths};

use super::made::Random;
use super::{data, peer, percent, real, timed};
use crate::table::{Limit, Table};

/// Prompts of the data, by file.
const FILES: [&str; 4] = [
    "prompts/jailbreak_verazuo_2023_05_07.jsonl",
    "prompts/adversarial_hh_harmless_test.jsonl",
    "prompts/unsafe_jade_zh.jsonl",
    "prompts/benign_questions_zh.jsonl",
];

/// Texts that are made where there are none: of this many characters.
const MADE: usize = 10_000;
const MADE_CHARACTERS: usize = 600;

/// The file in which near duplicates are looked for by comparing every pair.
const PAIRS_OF: &str = FILES[0];

/// From this Jaccard similarity on two texts are near.
const NEAR: f64 = 0.7;

/// Times datasketch, at indexing and asking.
const AIM: f64 = 10.0;

/// Of a hundred pairs so many have to be found.
const RECALL_AIM: f64 = 99.0;

/// How often all texts are asked for.
const ROUNDS: usize = 10;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let texts = texts(&FILES)?;
    let normal: Vec<String> = texts.iter().map(|text| NormaliserVersion::V1.normalise(text).into_string()).collect();
    let characters = normal.iter().map(|text| text.chars().count()).sum::<usize>();
    table.title(&format!(
        "match/texts: {} texts, their mean length {} characters",
        normal.len(),
        characters / normal.len().max(1)
    ));
    let sets: Vec<ShingleSet> = normal.iter().map(|text| ShingleSet::new(text, ShingleWidths::V1)).collect();
    let count = real(normal.len());
    let (signing, signatures) = timed(|| normal.iter().map(|text| signature(text)).collect::<Vec<_>>());
    let (indexing, index) = timed(|| NearIndex::new(&signatures));
    // One round takes less than a tenth of a second, too little to be told from what else the machine does.
    let ask = || signatures.iter().map(|one| index.search(one, NEAR_ESTIMATE).hits.len()).sum::<usize>();
    let (rounds, founds) = timed(|| (0..ROUNDS).map(|_| ask()).collect::<Vec<_>>());
    let (asking, found) = (rounds / real(ROUNDS), founds.first().copied().unwrap_or_default());
    table.figure("signatures, from text in normal form", count / signing, "texts/s", None);
    table.figure(
        "signatures, from shingles",
        count / timed(|| sets.iter().map(signature_of).count()).0,
        "texts/s",
        None,
    );
    table.figure("put into an index", count / indexing, "texts/s", None);
    table.figure("queries", count / asking, "/s", None);
    table.figure("found by one query", real(found) / count, "texts", None);
    table.figure("memory of the index for one text", real(index.memory()) / count, "octets", None);
    recall(table)?;
    let folder = tempfile::tempdir()?;
    peer::write_texts(&folder.path().join("texts"), &normal)?;
    peer::write_texts(&folder.path().join("pairs-of"), &normal_of(PAIRS_OF)?)?;
    let theirs = peer::ask(table, "texts", folder.path())?;
    let rows = [
        ("signatures", count / signing, None),
        ("put into an index", count / indexing, Some(Limit::AtLeast(AIM))),
        ("queries", count / asking, Some(Limit::AtLeast(AIM))),
        ("put into an index and asked", count / (indexing + asking), Some(Limit::AtLeast(AIM))),
        ("all of it", count / (signing + indexing + asking), None),
    ];
    for (name, ours, aim) in rows {
        let times = peer::beside(&theirs, &format!("datasketch: {name}"), ours);
        times.into_iter().for_each(|times| table.figure(&format!("{name}: beside datasketch"), times, "times", aim));
    }
    Ok(())
}

fn signature(normal: &str) -> MinHash {
    signature_of(&ShingleSet::new(normal, ShingleWidths::V1))
}

/// Of the pairs that are near by comparing all shingles, how many a query finds.
fn recall(table: &mut Table) -> anyhow::Result<()> {
    let normal = normal_of(PAIRS_OF)?;
    let sets: Vec<ShingleSet> = normal.iter().map(|text| ShingleSet::new(text, ShingleWidths::V1)).collect();
    let signatures: Vec<MinHash> = sets.iter().map(signature_of).collect();
    let index = NearIndex::new(&signatures);
    let (mut there, mut met) = (0, 0);
    for ((number, set), signature) in sets.iter().enumerate().zip(&signatures) {
        let hits = index.search(signature, NEAR_ESTIMATE).hits;
        for (other, _) in sets.iter().enumerate().skip(number + 1).filter(|(_, one)| text::jaccard(set, one) >= NEAR) {
            there += 1;
            met += usize::from(hits.iter().any(|hit| usize::try_from(hit.slot) == Ok(other)));
        }
    }
    let name = format!("recall of {there} pairs with a similarity of at least {NEAR}");
    table.figure(&name, percent(met, there), "%", Some(Limit::AtLeast(RECALL_AIM)));
    Ok(())
}

fn normal_of(file: &str) -> anyhow::Result<Vec<String>> {
    let texts = texts(&[file])?;
    Ok(texts.iter().map(|text| NormaliserVersion::V1.normalise(text).into_string()).collect())
}

/// The prompts of these files, or texts that are made.
pub(crate) fn texts(files: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for octets in files.iter().filter_map(|file| data(file)) {
        for line in String::from_utf8(octets)?.lines() {
            if let Json::Object(row) = parse_within(line.as_bytes(), 1024 * 1024)? {
                all.extend(row.text("text").map(str::to_owned));
            }
        }
    }
    if all.is_empty() {
        let mut random = Random(2);
        all.extend((0..MADE).map(|_| random.prose(MADE_CHARACTERS)));
        let near: Vec<String> = all.iter().take(MADE / 10).map(|text| format!("{text} {}", random.prose(40))).collect();
        all.extend(near);
    }
    Ok(all)
}
