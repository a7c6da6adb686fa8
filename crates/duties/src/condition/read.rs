//! Reading conditions: every fact known, every value of its type.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::time::Timestamp;

use super::{Comparison, Condition, Leaf, Test};
use crate::dictionary::{Dictionary, Fact, FactType};
use crate::limits::{MAX_CASES, MAX_CONDITION_DEPTH, MAX_PARTS, MAX_TESTS};
use crate::pack::{Definition, Question};
use crate::reader::{At, Members};
use crate::settle;
use crate::truth::Truth;
use crate::value;

/// What a condition may name.
#[derive(Debug)]
pub(crate) struct Terms<'d> {
    pub(crate) dictionary: &'d Dictionary,
    pub(crate) definitions: &'d BTreeMap<String, Arc<Definition>>,
    pub(crate) questions: &'d BTreeMap<String, Arc<Question>>,
}

/// The names of the tests.
const TESTS: [&str; 11] =
    ["is", "in", "has", "has_any", "at_least", "more_than", "at_most", "less_than", "happened", "from", "before"];

/// Reads a condition, and refuses one that is too large to be evaluated for every incident.
pub(crate) fn read(terms: &Terms<'_>, at: &At<'_>) -> Option<Condition> {
    let condition = part(terms, at, 0)?;
    let mut left = MAX_PARTS;
    // Before anything walks the tree: definitions of definitions grow twofold with each line of the file.
    if !condition.fits(0, &mut left) {
        return at.fault(format!(
            "is too large, definitions included: at most {MAX_PARTS} parts, at most {MAX_CONDITION_DEPTH} within each other"
        ));
    }
    let mut leaves = Vec::new();
    condition.leaves(&mut leaves);
    if leaves.len() > MAX_TESTS {
        return at.fault(format!("makes {} tests, definitions included; the most are {MAX_TESTS}", leaves.len()));
    }
    Some(condition)
}

impl Condition {
    /// Whether it is no deeper and has no more parts than are evaluated, definitions included. `left` is what may still come.
    fn fits(&self, depth: usize, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        let deeper = depth.saturating_add(1);
        depth <= MAX_CONDITION_DEPTH
            && match self {
                Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.fits(deeper, left)),
                Self::Not(part) => part.fits(deeper, left),
                Self::Term(definition) => definition.when.fits(deeper, left),
                Self::Leaf(_) | Self::Question(_) => true,
            }
    }
}

fn part(terms: &Terms<'_>, at: &At<'_>, depth: usize) -> Option<Condition> {
    if depth > MAX_CONDITION_DEPTH {
        return at.fault(format!("nests deeper than {MAX_CONDITION_DEPTH}; make a definition of its inner part"));
    }
    let members = at.any_object()?;
    let inner = |at: At<'_>| part(terms, &at, depth.saturating_add(1));
    let first = members.each_member().next().map(|(name, _)| name);
    match first {
        Some("all") => Some(Condition::All(alone(at, "all")?.each(inner)?)),
        Some("any") => Some(Condition::Any(alone(at, "any")?.each(inner)?)),
        Some("not") => Some(Condition::Not(Box::new(inner(alone(at, "not")?)?))),
        Some("term") => term(terms, &alone(at, "term")?).map(Condition::Term),
        Some("question") => question(terms, &alone(at, "question")?).map(Condition::Question),
        _ if members.may("fact").is_some() => leaf(terms, at, &members).map(Condition::Leaf),
        _ => at.fault("is no condition: it needs `fact`, `all`, `any`, `not`, `term` or `question`"),
    }
}

/// The only member of an object.
fn alone<'f>(at: &At<'f>, name: &str) -> Option<At<'f>> {
    at.object(&[name])?.need(name)
}

fn term(terms: &Terms<'_>, at: &At<'_>) -> Option<Arc<Definition>> {
    let id = at.id()?;
    let found = terms.definitions.get(id).cloned();
    if found.is_none() {
        at.fault(format!("no definition `{id}` stands before this; add it, or move it up"))
    } else {
        found
    }
}

pub(crate) fn question(terms: &Terms<'_>, at: &At<'_>) -> Option<Arc<Question>> {
    let id = at.id()?;
    let found = terms.questions.get(id).cloned();
    if found.is_none() { at.fault(format!("the pack has no question `{id}`; add it to `questions`")) } else { found }
}

fn leaf(terms: &Terms<'_>, at: &At<'_>, members: &Members<'_>) -> Option<Leaf> {
    let named = members.need("fact")?;
    let id = named.str()?;
    let Some((index, fact)) = terms.dictionary.get(id) else {
        return named.fault(format!("the dictionary has no fact `{id}`; see data/duties/facts.json"));
    };
    let mut tests = members.each_member().filter(|(name, _)| *name != "fact");
    let (Some((name, value)), None) = (tests.next(), tests.next()) else {
        return at.fault(format!("needs one test beside `fact`: {}", TESTS.join(", ")));
    };
    let test = test(fact, name, &value)?;
    let leaf = Leaf { index, fact: Arc::clone(fact), test };
    refuse_one_sided(&value, &leaf)?;
    Some(leaf)
}

/// A test that comes out one way whatever the fact is.
fn refuse_one_sided(at: &At<'_>, leaf: &Leaf) -> Option<()> {
    // The ways in which one test alone can come out are never too many.
    let cases = settle::cases(&[leaf], leaf.index, None, MAX_CASES).unwrap_or_default();
    let comes_out = |wanted| cases.iter().any(|case| leaf.test.truth(case) == wanted);
    match (comes_out(Truth::True), comes_out(Truth::False)) {
        (true, true) => Some(()),
        (true, false) => {
            at.fault("always holds, whatever the fact is: everything would be due by it; ask something of it")
        }
        (false, _) => at.fault("never holds, whatever the fact is; ask what can be"),
    }
}

fn test(fact: &Fact, name: &str, at: &At<'_>) -> Option<Test> {
    match (fact.fact_type, name) {
        (FactType::Boolean, "is") => at.truth().map(Test::Is),
        (FactType::Code, "is") => Some(Test::CodeIn(value::bit(value::code(fact, at)?))),
        (FactType::Code, "in") => bits(fact, at).map(Test::CodeIn),
        (FactType::Codes, "has") => Some(Test::HasCode(value::bit(value::code(fact, at)?))),
        (FactType::Codes, "has_any") => bits(fact, at).map(Test::HasCode),
        (FactType::Country, "is") => Some(Test::CountryIn(value::countries(std::slice::from_ref(at))?)),
        (FactType::Country, "in") => Some(Test::CountryIn(value::countries(&at.list()?)?)),
        (FactType::Countries, "has") => Some(Test::HasCountry(value::countries(std::slice::from_ref(at))?)),
        (FactType::Countries, "has_any") => Some(Test::HasCountry(value::countries(&at.list()?)?)),
        (FactType::Instant, "happened") => at.truth().map(Test::Happened),
        (FactType::Instant, "from") => bound(at).map(Test::From),
        (FactType::Instant, "before") => bound(at).map(Test::Before),
        (FactType::Count, _) => compare(fact, name, at, |at| at.count()),
        (FactType::Compute, _) => compare(fact, name, at, value::compute),
        _ => unfit(fact, at),
    }
}

fn unfit(fact: &Fact, at: &At<'_>) -> Option<Test> {
    let fit = match fact.fact_type {
        FactType::Boolean => "is",
        FactType::Code | FactType::Country => "is, in",
        FactType::Codes | FactType::Countries => "has, has_any",
        FactType::Count | FactType::Compute => "at_least, more_than, at_most, less_than",
        FactType::Instant => "happened, from, before",
    };
    at.fault(format!("`{}` is of the type {}, whose tests are {fit}", fact.id, fact.fact_type))
}

fn compare(fact: &Fact, name: &str, at: &At<'_>, read: impl Fn(&At<'_>) -> Option<u64>) -> Option<Test> {
    match name.parse::<Comparison>() {
        Ok(comparison) => Some(Test::Compare(comparison, read(at)?)),
        Err(_) => unfit(fact, at),
    }
}

fn bits(fact: &Fact, at: &At<'_>) -> Option<u64> {
    let codes = at.list()?.iter().map(|at| value::code(fact, at)).collect::<Option<Vec<_>>>()?;
    Some(codes.into_iter().fold(0, |all, place| all | value::bit(place)))
}

/// A day begins at 00:00 UTC.
fn bound(at: &At<'_>) -> Option<Timestamp> {
    let text = at.str()?;
    let of_day = || format!("{text}T00:00:00Z").parse().ok();
    let found = text.parse().ok().or_else(of_day);
    if found.is_none() { at.fault("should be a day or a UTC instant") } else { found }
}
