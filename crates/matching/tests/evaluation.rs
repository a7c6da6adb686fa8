//! What disguises do to finding a text again: recall and false flags for each attack, in English and Chinese.
//!
//! Two kinds of table are tried: those that the normaliser has, which is the best case, and others. Of the others a test holds that
//! no table here has them. Every attack is seeded and prints its line.
#![expect(clippy::print_stdout, reason = "figures are for the person who runs the test")]

pub(crate) mod attacks;

use std::sync::Arc;

use attacks::{Attack, CHINESE, ENGLISH};
use matching::bank::{Bank, Content, Match};
use matching::signal::{Disclosure, NewSignal, SignalKind};
use record::stix::StixId;
use record::time::Timestamp;
use text::{NormaliserVersion, ShingleSet, ShingleWidths, jaccard};

use crate::data;
use crate::pdq_search::Random;

/// The share of disguised texts that has to be found.
const LEAST_RECALL: f64 = 0.95;

/// Of unrelated pairs at most this share may be flagged.
const MOST_FLAGGED: f64 = 1e-4;

/// Texts below this have little in common.
const UNRELATED: f64 = 0.3;

/// Prompts that are disguised, for each attack.
const DISGUISED: usize = 150;

const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

pub(crate) fn id(number: usize) -> StixId {
    format!("indicator--00000000-0000-4000-8000-{number:012x}").parse().unwrap()
}

fn bank(texts: &[String]) -> Bank {
    let signal = |(number, text): (usize, &String)| {
        let new = NewSignal::text(SignalKind::Prompt, Disclosure::Open, text, NormaliserVersion::V1, NOW);
        Arc::new(new.build(&id(number), NOW).unwrap())
    };
    let mut bank = Bank::new(1);
    bank.add("author", texts.iter().enumerate().map(signal).collect(), NOW);
    bank
}

fn scan(bank: &Bank, text: String) -> Vec<Match> {
    bank.scan(Content::Text(text), NOW).matches
}

fn set(text: &str) -> ShingleSet {
    ShingleSet::new(NormaliserVersion::V1.normalise(text).as_str(), ShingleWidths::V1)
}

/// One line of the table.
fn evaluate(attack: &Attack, bank: &Bank, texts: &[String], others: &[String]) -> (f64, f64) {
    let mut random = Random(0xA77A_C000);
    let sets: Vec<ShingleSet> = texts.iter().map(|text| set(text)).collect();
    let numbers: Vec<usize> =
        (0..texts.len()).filter(|number| attack.applies(&texts[*number])).take(DISGUISED).collect();
    let (mut found, mut flagged, mut pairs) = (0_u32, 0_u32, 0_u32);
    for &number in &numbers {
        let matches = scan(bank, attack.disguise(&texts[number], &mut random));
        found += u32::from(matches.iter().any(|found| found.signal == id(number)));
        let unrelated: Vec<usize> =
            (0..texts.len()).filter(|other| jaccard(&sets[number], &sets[*other]) < UNRELATED).collect();
        pairs += unrelated.len() as u32;
        flagged +=
            matches.iter().filter(|found| unrelated.iter().any(|other| found.signal == id(*other))).count() as u32;
    }
    for other in others {
        flagged += scan(bank, attack.disguise(other, &mut random)).len() as u32;
        pairs += texts.len() as u32;
    }
    let (recall, flags) = (f64::from(found) / numbers.len() as f64, f64::from(flagged) / f64::from(pairs));
    println!(
        "{:<44} recall {recall:.3} of {}; {flagged} of {pairs} unrelated pairs flagged ({flags:.1e})",
        attack.name,
        numbers.len()
    );
    (recall, flags)
}

fn table(title: &str, attacks: &[Attack], texts: &[String], others: &[String]) {
    println!("DISGUISES {title}: {} texts are looked for, {} others are scanned", texts.len(), others.len());
    let bank = bank(texts);
    let mut below = Vec::new();
    for attack in attacks {
        let (recall, flags) = evaluate(attack, &bank, texts, others);
        assert!(flags <= MOST_FLAGGED, "{}: {flags:e} of unrelated pairs are flagged", attack.name);
        if recall < LEAST_RECALL {
            below.push(attack.name);
        }
    }
    assert_eq!(below, Vec::<&str>::new(), "found too seldom");
}

#[test]
fn english_prompts_under_disguise() {
    let files = ["jailbreak_verazuo_2023_05_07.jsonl", "adversarial_hh_harmless_test.jsonl"];
    let [Some(texts), Some(mut others)] = files.map(data::prompts) else { return };
    others.truncate(400);
    table("English", ENGLISH, &texts, &others);
}

#[test]
fn chinese_prompts_under_disguise() {
    let files = ["unsafe_jade_zh.jsonl", "benign_questions_zh.jsonl"];
    let [Some(texts), Some(mut others)] = files.map(data::prompts) else { return };
    others.truncate(400);
    table("Chinese", CHINESE, &texts, &others);
}

/// The attacks that are called unknown are: no table here takes their signs for any letter.
#[test]
fn the_other_tables_are_in_none_of_ours() {
    let ours = include_str!("../tables/look_alikes.txt");
    let tables = [attacks::OTHER_LOOKS, attacks::OTHER_SIGNS, attacks::OTHER_PAIRS];
    let others = tables.into_iter().flatten().flat_map(|(letter, all)| all.chars().map(move |other| (*letter, other)));
    let known = others.filter(|(_, other)| {
        let normal = NormaliserVersion::V1.normalise(&other.to_string()).into_string();
        normal.contains(|character: char| character.is_ascii_alphanumeric()) || ours.contains(*other)
    });
    assert_eq!(known.collect::<Vec<_>>(), []);
}
