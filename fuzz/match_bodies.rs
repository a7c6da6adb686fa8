//! What the fuzz targets of `matching` do with their input.

use matching::rules::{Combine, MAX_PATTERN_STATES, Pattern, Rule, RuleIndex};
use regex_automata::nfa::thompson::pikevm;
use regex_automata::nfa::thompson::{NFA, WhichCaptures};

/// Octets of a program of the engine that reads UTF-8: larger ones are not compared with, since they take seconds.
const MAX_ORACLE_BYTES: usize = 256 * 1024;

/// A pattern, a line end, and a text. Whatever is read finds what the engine finds that reads the pattern as it is written, at the
/// same place, by itself and in an index of rules.
pub fn match_pattern(data: &[u8]) {
    let input = String::from_utf8_lossy(data);
    let (pattern, text) = input.split_once('\n').unwrap_or((&input, ""));
    let Ok(read) = Pattern::new(pattern) else { return };
    assert!(read.states() <= MAX_PATTERN_STATES);
    let Some(expected) = by_octets(pattern, text) else { return };
    assert_eq!(read.find(text), expected);
    let Ok(rule) = Rule::new(Combine::Any, [pattern]) else { return };
    let found = RuleIndex::new(&[rule]).search(text);
    let place = found.hits.first().and_then(|hit| hit.places.first()).map(|(_, range)| range.clone());
    assert!(place == expected || !found.not_run.is_empty());
}

/// What is found by octets; none if the program is too large to be compared with.
fn by_octets(pattern: &str, text: &str) -> Option<Option<std::ops::Range<usize>>> {
    let config = NFA::config().nfa_size_limit(Some(MAX_ORACLE_BYTES)).which_captures(WhichCaptures::Implicit);
    let machine = pikevm::Builder::new().thompson(config).build(pattern).ok()?;
    Some(machine.find(&mut machine.create_cache(), text).map(|found| found.range()))
}
