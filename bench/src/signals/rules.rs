//! Rules of the Agent Threat Rules project: reading, compiling, running, beside pyatr.

use std::hint::black_box;
use std::time::Instant;

use anyhow::ensure;
use matching::rules::{Rule, RuleIndex, read_atr_json};

use super::texts::texts;
use super::{data, peer, real, timed};
use crate::measure::{memory_mb, percentile};
use crate::table::{Limit, Table};

/// The file of rules.
const FILE: &str = "rules/atr_bundled_rules_pyatr_0.3.1.json";

/// Seconds in which all that run are ready.
const READY_AIM: f64 = 5.0;

/// Megabytes that they take.
const MEMORY_AIM: f64 = 300.0;

/// Prompts that they run on: these, and as many that are cut or grown to so many characters.
const PROMPTS: usize = 400;
const CHARACTERS: usize = 2_000;

/// Prompts that pyatr is asked: the first ones.
const PEER_PROMPTS: usize = 60;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(octets) = data(FILE) else {
        table.title("match/rules: not measured; shared/data/signals is not here");
        return Ok(());
    };
    table.title("match/rules: the rules of the ATR project, one core");
    let before = memory_mb("self", "VmRSS")?;
    let (reading, rules) = timed(|| read_atr_json(&octets));
    let rules = rules?;
    let all = rules.len();
    let run: Vec<Rule> = rules.into_iter().filter_map(|rule| rule.ok()?.rule.ok()).collect();
    let (indexing, index) = timed(|| RuleIndex::new(&run));
    let (compiling, compiled) = timed(|| run.iter().filter(|rule| rule.compile()).count());
    ensure!(compiled == run.len(), "{compiled} of {} rules are compiled", run.len());
    table.figure(&format!("of {all} rules run"), real(run.len()), "rules", None);
    table.figure("their patterns", real(index.patterns()), "patterns", None);
    table.figure("their states", real(run.iter().map(Rule::states).sum()), "states", None);
    table.figure("octets of their programs", real(run.iter().map(Rule::program_bytes).sum()) / 1e6, "MB", None);
    table.figure("read", reading * 1e3, "ms", None);
    table.figure("put together", indexing * 1e3, "ms", None);
    table.figure("compiled, all of them", compiling * 1e3, "ms", None);
    table.figure("ready", reading + indexing + compiling, "s", Some(Limit::AtMost(READY_AIM)));
    let prompts = prompts()?;
    let (mut times, mut on_core_s) = (Vec::new(), 0.0);
    let (mut patterns, mut read, mut met) = (0, 0, 0);
    // Once to compile what is needed, as it is in a program that runs.
    for round in 0..4 {
        (patterns, read, met) = (0, 0, 0);
        let mut one = |prompt: &&String| {
            let start = Instant::now();
            let hits = black_box(index.search(black_box(prompt)));
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
            patterns += hits.run;
            read += hits.read;
            met += usize::from(!hits.hits.is_empty());
            !hits.not_run.is_empty()
        };
        let (seconds, slow) = timed(|| prompts.iter().filter(&mut one).count());
        ensure!(slow == 0, "rules were not run to their end on {slow} prompts");
        on_core_s = seconds;
    }
    let mean_us = on_core_s * 1e6 / real(prompts.len());
    table.figure(
        "memory, all compiled and run",
        memory_mb("self", "VmRSS")? - before,
        "MB",
        Some(Limit::AtMost(MEMORY_AIM)),
    );
    table.figure(
        &format!("prompts of {CHARACTERS} characters that meet a rule, of {}", prompts.len()),
        real(met),
        "prompts",
        None,
    );
    table.figure("patterns run on one prompt", real(patterns) / real(prompts.len()), "patterns", None);
    table.figure("characters that they read", real(read) / real(prompts.len()), "characters", None);
    table.figure("one prompt, the mean", mean_us, "us", None);
    table.figure("one prompt, half of them within", percentile(&mut times, 50), "us", None);
    table.figure("one prompt, 99 of 100 within", percentile(&mut times, 99), "us", None);
    let folder = tempfile::tempdir()?;
    peer::write_texts(&folder.path().join("prompts"), &prompts)?;
    let few = prompts.iter().take(PEER_PROMPTS);
    let few_met = few.filter(|prompt| !index.search(prompt).hits.is_empty()).count();
    table.figure(&format!("prompts that meet a rule, of the first {PEER_PROMPTS}"), real(few_met), "prompts", None);
    let theirs = peer::ask(table, "rules", folder.path())?;
    let times = peer::beside(&theirs, "pyatr: one prompt, the mean", mean_us);
    times.into_iter().for_each(|share| table.figure("faster than pyatr", 1.0 / share, "times", None));
    Ok(())
}

/// Real prompts, each of exactly so many characters: cut, or with others behind.
pub(crate) fn prompts() -> anyhow::Result<Vec<String>> {
    let texts = texts(&["prompts/jailbreak_verazuo_2023_05_07.jsonl", "prompts/adversarial_hh_harmless_test.jsonl"])?;
    let from = |at: usize| {
        let joined: Vec<char> =
            texts.iter().cycle().skip(at).flat_map(|text| text.chars().chain([' '])).take(CHARACTERS).collect();
        joined.into_iter().collect::<String>()
    };
    Ok((0..PROMPTS).map(|number| from(number * 7)).collect())
}
