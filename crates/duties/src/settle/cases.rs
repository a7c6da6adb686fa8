//! What a fact could be, as far as tests can tell it apart.

use std::collections::BTreeSet;

use incident::Country;
use record::time::Timestamp;

use crate::condition::{Comparison, Leaf, Test, names};
use crate::day::Span;
use crate::dictionary::{FactIndex, FactType};
use crate::limits::MAX_CODES;
use crate::value::{Value, bit};

/// Distinct tests of one set of which every combination can be told: a bit for each.
const MAX_TESTS_OF_A_SET: usize = 64;

/// One value for each way in which tests can come out for a fact, within what is known of it. `None` if there are more ways
/// than `most`.
pub(crate) fn cases(all: &[&Leaf], index: FactIndex, known: Option<&Value>, most: usize) -> Option<Vec<Value>> {
    let leaves: Vec<&Leaf> = all.iter().copied().filter(|leaf| leaf.index == index).collect();
    let Some(first) = leaves.first() else { return Some(Vec::new()) };
    match known {
        Some(value) if value.is_exact() => Some(vec![value.clone()]),
        _ => match first.fact.fact_type {
            FactType::Boolean => Some(vec![Value::Boolean(true), Value::Boolean(false)]),
            FactType::Code => Some((0..).zip(&first.fact.codes).map(|(place, _)| Value::Code(place)).collect()),
            FactType::Codes => code_sets(&leaves, known, most),
            FactType::Country => Some(countries(&leaves)),
            FactType::Countries => country_sets(&leaves, known, most),
            FactType::Count | FactType::Compute => Some(numbers(&leaves, known)),
            FactType::Instant => Some(instants(&leaves, known)),
        },
    }
}

/// One country for each way in which the tests come out: those of one list that every test has need no case each.
fn countries(leaves: &[&Leaf]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let named = mentioned(leaves);
    let other = other(&named);
    let each = named.into_iter().chain(other).map(Value::Country);
    each.filter(|case| seen.insert(leaves.iter().map(|leaf| leaf.test.truth(case)).collect::<Vec<_>>())).collect()
}

/// A country that no test names; none if every code is named. `ZZ`, which ISO 3166-1 sets aside for users, as a rule.
fn other(mentioned: &BTreeSet<Country>) -> Option<Country> {
    let letters = || ('A'..='Z').rev();
    let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
    codes.filter_map(|code| code.parse().ok()).find(|code| !mentioned.contains(code))
}

fn mentioned(leaves: &[&Leaf]) -> BTreeSet<Country> {
    let lists = leaves.iter().filter_map(|leaf| match &leaf.test {
        Test::CountryIn(list) | Test::HasCountry(list) => Some(list),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::HasCode(_)
        | Test::Compare(..)
        | Test::Happened(_)
        | Test::From(_)
        | Test::Before(_) => None,
    });
    lists.flat_map(|list| list.iter().copied()).collect()
}

/// One set for each way in which the tests of it can come out together, given what it holds for certain.
///
/// A test of a set holds or not by its members, each by itself. So a way is the union of what single members bring, and members
/// that bring the same need be tried once. `None` if there are more ways than `most`.
fn sets<M: Copy>(
    members: &[M],
    known: &[M],
    tests: &[&Test],
    hits: impl Fn(&Test, M) -> bool,
    most: usize,
) -> Option<Vec<Vec<M>>> {
    if tests.len() > MAX_TESTS_OF_A_SET {
        return None;
    }
    let brings = |member: M| {
        let held = (0_u8..).zip(tests).filter(|(_, test)| hits(test, member));
        held.fold(0_u64, |all, (place, _)| all | bit(place))
    };
    let base = known.iter().fold(0, |all, member| all | brings(*member));
    let members: Vec<(M, u64)> = members.iter().map(|member| (*member, brings(*member))).collect();
    let ways = unions(base, members.iter().map(|(_, brought)| *brought).collect(), most)?;
    Some(ways.into_iter().map(|way| few(known, base, &members, way)).collect())
}

fn unions(base: u64, brought: BTreeSet<u64>, most: usize) -> Option<BTreeSet<u64>> {
    let mut ways = BTreeSet::from([base]);
    for more in brought {
        let joined: Vec<u64> = ways.iter().map(|way| way | more).collect();
        ways.extend(joined);
        if ways.len() > most {
            return None;
        }
    }
    Some(ways)
}

/// A few members that together bring exactly this.
fn few<M: Copy>(known: &[M], base: u64, members: &[(M, u64)], way: u64) -> Vec<M> {
    let (mut chosen, mut so_far) = (known.to_vec(), base);
    for (member, brought) in members {
        if brought & !way == 0 && brought & !so_far != 0 {
            so_far |= brought;
            chosen.push(*member);
        }
    }
    chosen
}

/// The tests of a set, each once.
fn distinct<'l>(leaves: &[&'l Leaf]) -> Vec<&'l Test> {
    let tests: BTreeSet<&Test> = leaves.iter().map(|leaf| &leaf.test).collect();
    tests.into_iter().collect()
}

fn code_sets(leaves: &[&Leaf], known: Option<&Value>, most: usize) -> Option<Vec<Value>> {
    let places = u8::try_from(MAX_CODES).unwrap_or(u8::MAX);
    let has = if let Some(Value::Codes { has, .. }) = known { *has } else { 0 };
    let all: Vec<u64> = (0..places).map(bit).collect();
    let known: Vec<u64> = all.iter().copied().filter(|bit| has & bit != 0).collect();
    let hits = |test: &Test, code: u64| matches!(test, Test::HasCode(bits) if bits & code != 0);
    let sets = sets(&all, &known, &distinct(leaves), hits, most)?;
    let complete = |set: Vec<u64>| set.into_iter().fold(0, |all, bit| all | bit);
    Some(sets.into_iter().map(|set| Value::Codes { has: complete(set), is_complete: true }).collect())
}

fn country_sets(leaves: &[&Leaf], known: Option<&Value>, most: usize) -> Option<Vec<Value>> {
    let all: Vec<Country> = mentioned(leaves).into_iter().collect();
    let known = if let Some(Value::Countries { has, .. }) = known { has.to_vec() } else { Vec::new() };
    let hits = |test: &Test, country: Country| matches!(test, Test::HasCountry(list) if names(list, country));
    let sets = sets(&all, &known, &distinct(leaves), hits, most)?;
    let complete = |mut set: Vec<Country>| {
        set.sort_unstable();
        Value::Countries { has: set.into(), is_complete: true }
    };
    Some(sets.into_iter().map(complete).collect())
}

fn numbers(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let (low, high) = if let Some(Value::Number { low, high }) = known { (*low, *high) } else { (0, u64::MAX) };
    // The least number at which a test comes out otherwise.
    let turns = leaves.iter().filter_map(|leaf| match leaf.test {
        Test::Compare(Comparison::AtLeast | Comparison::LessThan, bound) => Some(bound),
        Test::Compare(Comparison::MoreThan | Comparison::AtMost, bound) => bound.checked_add(1),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::CountryIn(_)
        | Test::HasCode(_)
        | Test::HasCountry(_)
        | Test::Happened(_)
        | Test::From(_)
        | Test::Before(_) => None,
    });
    let mut starts: BTreeSet<u64> = turns.filter(|turn| (low..=high).contains(turn)).collect();
    starts.insert(low);
    starts.into_iter().map(Value::number).collect()
}

fn instants(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let (least, most) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let span = if let Some(Value::Instant(span)) = known { *span } else { Span::between(least, most) };
    let turns = leaves.iter().filter_map(|leaf| match leaf.test {
        Test::From(bound) | Test::Before(bound) => Some(bound),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::CountryIn(_)
        | Test::HasCode(_)
        | Test::HasCountry(_)
        | Test::Compare(..)
        | Test::Happened(_) => None,
    });
    let mut starts: BTreeSet<Timestamp> = turns.filter(|turn| (span.first..=span.last).contains(turn)).collect();
    starts.insert(span.first);
    let not_yet = known.is_none().then_some(Value::NotYet);
    starts.into_iter().map(Value::instant).chain(not_yet).collect()
}
