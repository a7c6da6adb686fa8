//! A text against everything at once: a bank of texts, keywords and rules. And how soon a new signal is found there.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use matching::bank::{Arrival, Bank, Content};
use matching::rules::read_atr_json;
use matching::signal::{Combining, Disclosure, NewSignal, Signal, SignalKind};
use record::stix::StixId;
use record::time::Timestamp;
use text::NormaliserVersion;

use super::made::Random;
use super::{data, percent, real, rules, timed};
use crate::measure::{memory_mb, percentile};
use crate::table::{Limit, Table};

const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
const V1: NormaliserVersion = NormaliserVersion::V1;

/// Characters of a text in the bank: two thirds of them English, one Han.
const TEXT_CHARACTERS: usize = 240;
const HAN_CHARACTERS: usize = 80;

/// Texts of the bank that are changed a little and looked for.
const CHANGED: usize = 300;

/// Milliseconds within which 99 of 100 prompts are answered.
const SLOWEST_AIM: f64 = 3.0;

/// Prompts a second.
const RATE_AIM: f64 = 1_000.0;

/// Milliseconds until a new signal is found.
const NEW_AIM: f64 = 1_000.0;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    measure(table, 100_000)
}

/// A million of each.
pub(crate) fn run_largest(table: &mut Table) -> anyhow::Result<()> {
    measure(table, 1_000_000)
}

fn measure(table: &mut Table, count: usize) -> anyhow::Result<()> {
    table.title(&format!(
        "match/scan: a bank of {count} texts, {count} keywords and the rules of the ATR project, one core"
    ));
    let before = memory_mb("self", "VmRSS")?;
    let mut random = Random(3);
    let made = Made::new(count, &mut random)?;
    let signals = made.signals.len();
    let parsed = memory_mb("self", "VmRSS")?;
    table.figure("signals read", real(signals) / made.seconds, "/s", None);
    table.figure("their memory as signals", parsed - before, "MB", None);
    let texts = made.texts.clone();
    let (seconds, mut bank) = timed(|| made.into_bank());
    table.figure("a bank built of them", seconds, "s", None);
    table.figure("memory of the bank beside them", memory_mb("self", "VmRSS")? - parsed, "MB", None);
    ensure!(bank.len() == signals, "{} of {signals} signals are in the bank", bank.len());
    changes(table, &mut bank, signals)?;
    prompts(table, &bank)?;
    changed(table, &bank, &texts, &mut random);
    Ok(())
}

/// Signals that were read, and the texts among them.
struct Made {
    signals: Vec<Arc<Signal>>,
    texts: Vec<(StixId, String)>,
    seconds: f64,
}

impl Made {
    fn new(count: usize, random: &mut Random) -> anyhow::Result<Self> {
        let mut made = Self { signals: Vec::new(), texts: Vec::new(), seconds: 0.0 };
        for number in 0..count {
            let text = if number % 3 == 2 { random.han(HAN_CHARACTERS) } else { random.prose(TEXT_CHARACTERS) };
            made.read(NewSignal::text(SignalKind::Prompt, Disclosure::Open, &text, V1, NOW))?;
            if number % (count / CHANGED).max(1) == 0 {
                made.texts.push((id(made.signals.len() - 1)?, text));
            }
        }
        for number in 0..count {
            let (first, second) = (random.prose(9), random.prose(5));
            made.read(NewSignal::keyword(&format!("{first} {number:x} {second}"), V1, NOW))?;
        }
        let rules =
            data("rules/atr_bundled_rules_pyatr_0.3.1.json").map(|octets| read_atr_json(&octets)).transpose()?;
        for rule in rules.into_iter().flatten().filter_map(Result::ok).filter(|rule| rule.rule.is_ok()) {
            let patterns: Vec<&str> = rule.written.iter().map(String::as_str).collect();
            let combine = match rule.combine {
                matching::rules::Combine::Any => Combining::Any,
                matching::rules::Combine::All => Combining::All,
            };
            made.read(NewSignal::rule(combine, &patterns, NOW))?;
        }
        Ok(made)
    }

    fn read(&mut self, new: NewSignal) -> anyhow::Result<()> {
        let id = id(self.signals.len())?;
        let (seconds, signal) = timed(|| new.build(&id, NOW));
        self.seconds += seconds;
        self.signals.push(Arc::new(signal?));
        Ok(())
    }

    fn into_bank(self) -> Bank {
        let mut bank = Bank::new(0x5EED).with_own("author");
        let _taken = bank.take_in(vec![arrival(self.signals)]);
        bank
    }
}

fn arrival(signals: Vec<Arc<Signal>>) -> Arrival {
    Arrival::Signals { author: "author".into(), signals, at: NOW }
}

fn id(number: usize) -> anyhow::Result<StixId> {
    format!("indicator--00000000-0000-4000-8000-{number:012x}").parse().context("an id")
}

/// A new signal, a copy to show it to those who scan, and one that is taken back.
fn changes(table: &mut Table, bank: &mut Bank, from: usize) -> anyhow::Result<()> {
    let (mut until_found, mut copied, mut retracted) = (Vec::new(), Vec::new(), Vec::new());
    let mut random = Random(4);
    for number in 0..40 {
        let text = random.prose(TEXT_CHARACTERS);
        let id = id(from + number)?;
        let signal = Arc::new(NewSignal::text(SignalKind::Prompt, Disclosure::Open, &text, V1, NOW).build(&id, NOW)?);
        let start = Instant::now();
        let _taken = bank.take_in(vec![arrival(vec![signal])]);
        let began = Instant::now();
        let shown = bank.clone();
        let copy = began.elapsed().as_secs_f64();
        let found = shown.scan(Content::Text(text.clone()), NOW);
        until_found.push(start.elapsed().as_secs_f64() * 1e3);
        copied.push(copy * 1e6);
        ensure!(found.matches.iter().any(|one| one.signal == id), "a new signal is not found");
        let start = Instant::now();
        ensure!(bank.retract("author", &id), "it is here");
        retracted.push(start.elapsed().as_secs_f64() * 1e6);
        ensure!(!bank.scan(Content::Text(text), NOW).matches.iter().any(|one| one.signal == id), "it was taken back");
    }
    let name = "one new signal: taken in, shown and found, the slowest of 40";
    table.figure(name, percentile(&mut until_found, 100), "ms", Some(Limit::AtMost(NEW_AIM)));
    table.figure("the same, half of them within", percentile(&mut until_found, 50), "ms", None);
    table.figure("a copy of the bank to scan with, the slowest of 40", percentile(&mut copied, 100), "us", None);
    table.figure("one signal taken back, the slowest of 40", percentile(&mut retracted, 100), "us", None);
    Ok(())
}

/// Prompts of 2,000 characters: real ones, and Han.
fn prompts(table: &mut Table, bank: &Bank) -> anyhow::Result<()> {
    let mut random = Random(5);
    let english = rules::prompts()?;
    let han: Vec<String> = (0..english.len() / 4).map(|_| random.han(2_000)).collect();
    for (name, prompts) in [("real prompts, English", english), ("made prompts, Chinese", han)] {
        let mut times = Vec::new();
        let (mut matches, mut on_core) = (0, 0.0);
        // Once to fill what is made on first use, as it is in a program that runs.
        for round in 0..3 {
            let mut one = |prompt: &String| {
                let content = Content::Text(prompt.clone());
                let start = Instant::now();
                let scan = black_box(bank.scan(content, NOW));
                if round > 0 {
                    times.push(start.elapsed().as_secs_f64() * 1e3);
                }
                scan.matches.len()
            };
            let (seconds, found) = timed(|| prompts.iter().map(&mut one).sum::<usize>());
            (matches, on_core) = (found, seconds);
        }
        table.figure(&format!("{name}: matches of one"), real(matches) / real(prompts.len()), "signals", None);
        table.figure(
            &format!("{name}: a second"),
            real(prompts.len()) / on_core,
            "prompts",
            Some(Limit::AtLeast(RATE_AIM)),
        );
        table.figure(&format!("{name}: half of them within"), percentile(&mut times, 50), "ms", None);
        let slowest = percentile(&mut times, 99);
        table.figure(&format!("{name}: 99 of 100 within"), slowest, "ms", Some(Limit::AtMost(SLOWEST_AIM)));
    }
    Ok(())
}

/// Texts of the bank with a word put in.
fn changed(table: &mut Table, bank: &Bank, texts: &[(StixId, String)], random: &mut Random) {
    let found = texts.iter().filter(|(id, text)| {
        let changed = format!("{} {text}", random.prose(6));
        bank.scan(Content::Text(changed), NOW).matches.iter().any(|one| one.signal == *id)
    });
    let name = format!("{} texts with a word put in front: found", texts.len());
    table.figure(&name, percent(found.count(), texts.len()), "%", Some(Limit::AtLeast(99.0)));
}
