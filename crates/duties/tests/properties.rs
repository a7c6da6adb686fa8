//! What holds whatever is known.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use duties::{Answer, Fact, FactType, Facts, Packs, Standing, StandingWord, shipped};
use proptest::prelude::*;
use record::time::Timestamp;

use crate::scene::{SMALL, at, dictionary, load, today};

static SHIPPED: LazyLock<Packs> = LazyLock::new(|| shipped::packs(today()).unwrap());

/// A value of a fact, chosen by a number.
fn value(fact: &Fact, seed: u64) -> String {
    let code = |seed: u64| &fact.codes[usize::try_from(seed).unwrap() % fact.codes.len()].code;
    let edge = [0, 1, 10, 30, 50, 51, 1_000_000, 10_000_000, 1_000_000_001][usize::try_from(seed % 9).unwrap()];
    let instant = format!("2026-{:02}-{:02}T{:02}:30:00Z", seed % 12 + 1, seed % 28 + 1, seed % 24);
    match fact.fact_type {
        FactType::Boolean => (seed.is_multiple_of(2)).to_string(),
        FactType::Count => edge.to_string(),
        FactType::Compute => format!("\"{}e{}\"", seed % 9 + 1, seed % 4 + 24),
        FactType::Code => format!("\"{}\"", code(seed)),
        FactType::Codes if seed.is_multiple_of(3) => format!("{{\"has\": [\"{}\"]}}", code(seed / 3)),
        FactType::Codes => format!("[\"{}\", \"{}\"]", code(seed / 3), code(seed / 7)),
        FactType::Country => ["\"DE\"", "\"CN\"", "\"US\"", "\"PT\""][usize::try_from(seed % 4).unwrap()].to_owned(),
        FactType::Countries => "[\"DE\"]".to_owned(),
        FactType::Instant if seed.is_multiple_of(5) => "\"not yet\"".to_owned(),
        FactType::Instant => format!("\"{instant}\""),
        _ => unreachable!(),
    }
}

/// Some facts with values, by their ids.
fn some_facts(most: usize) -> impl Strategy<Value = BTreeMap<String, String>> {
    let all = dictionary();
    let count = all.len();
    prop::collection::vec((0..count, any::<u64>()), 0..most).prop_map(move |chosen| {
        let facts: Vec<_> = all.facts().map(|(_, fact)| fact).collect();
        chosen.into_iter().map(|(place, seed)| (facts[place].id.clone(), value(facts[place], seed))).collect()
    })
}

fn facts(chosen: &BTreeMap<String, String>) -> Facts {
    let members: Vec<String> = chosen.iter().map(|(id, value)| format!("\"{id}\": {value}")).collect();
    crate::scene::facts(&format!("{{{}}}", members.join(", ")))
}

fn moments() -> impl Strategy<Value = Timestamp> {
    let days = 0..1100_i64;
    days.prop_map(|day| Timestamp::from_micros(at("2026-01-01T12:00:00Z").micros() + day * 86_400_000_000))
}

fn by_duty<'p>(answers: Vec<Answer<'p>>) -> BTreeMap<&'p str, Answer<'p>> {
    answers.into_iter().map(|answer| (answer.duty.path.as_str(), answer)).collect()
}

/// Whether more knowledge may lead from one standing to another.
fn may_follow(before: &Answer<'_>, after: &Answer<'_>, added: &BTreeSet<&str>) -> bool {
    let named = before.standing.missing().iter().any(|missing| added.contains(missing));
    match (before.standing.word(), after.standing.word()) {
        (StandingWord::NotDue, after) => after == StandingWord::NotDue,
        (StandingWord::NotInForce, after) => after == StandingWord::NotInForce,
        (StandingWord::Displaced, StandingWord::Displaced | StandingWord::NotDue) => true,
        (StandingWord::Displaced, _) => false,
        (StandingWord::Due, StandingWord::Due) => true,
        (StandingWord::Due, StandingWord::Displaced) => named,
        (StandingWord::Due, _) => false,
        (StandingWord::Undetermined, StandingWord::Undetermined | StandingWord::Displaced) => true,
        (StandingWord::Undetermined, _) => named,
        _ => false,
    }
}

fn in_order(answer: &Answer<'_>) -> bool {
    let clocks = answer.due().into_iter().flat_map(|due| &due.clocks);
    clocks.filter_map(|clock| clock.reckoned.by()).all(|by| {
        let sooner = by.sooner_if.iter().filter_map(|sooner| sooner.due);
        sooner.chain([by.due]).all(|due| due.first >= by.started.first && due.last >= due.first)
            && by.sooner_if.iter().all(|sooner| sooner.due.is_some_and(|due| due.first < by.due.first))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// More knowledge never takes back what was certain, and what it changes was named.
    #[test]
    fn knowledge_only_settles(base in some_facts(40), more in some_facts(12), as_of in moments()) {
        let mut all = more;
        all.extend(base.iter().map(|(id, value)| (id.clone(), value.clone())));
        let added: BTreeSet<&str> = all.keys().filter(|id| !base.contains_key(*id)).map(String::as_str).collect();
        let before = by_duty(SHIPPED.evaluate(&facts(&base), as_of));
        let after = by_duty(SHIPPED.evaluate(&facts(&all), as_of));
        for (duty, before) in &before {
            let after = &after[duty];
            prop_assert!(may_follow(before, after, &added), "{duty}: {} to {}, missing {:?}, added {added:?}",
                before.standing.word(), after.standing.word(), before.standing.missing());
        }
    }

    #[test]
    fn the_same_facts_and_moment_give_the_same_answers(chosen in some_facts(40), as_of in moments()) {
        let known = facts(&chosen);
        let again = facts(&chosen);
        prop_assert_eq!(SHIPPED.evaluate(&known, as_of), SHIPPED.evaluate(&again, as_of));
    }

    #[test]
    fn nothing_is_due_before_its_start(known in some_facts(60), as_of in moments()) {
        for answer in SHIPPED.evaluate(&facts(&known), as_of) {
            prop_assert!(in_order(&answer), "{:?}", answer.to_json().to_string());
        }
    }

    /// A duty gives way only while the other is due, and is not due itself.
    #[test]
    fn one_of_two_is_due(known in some_facts(60), as_of in moments()) {
        let answers = by_duty(SHIPPED.evaluate(&facts(&known), as_of));
        for answer in answers.values() {
            let Standing::Displaced { by, .. } = answer.standing else { continue };
            let displacement = answer.duty.displaced_by.iter().find(|to| to.duty == by).unwrap();
            let other = answers[by].standing.word();
            prop_assert!(!displacement.if_due || other == StandingWord::Due, "{} gives way to {by}, which is {other}", answer.duty.path);
            prop_assert!(answer.due().is_none());
        }
    }

    /// The facts that are named are exactly those that could still change the answer, by trying everything.
    #[test]
    fn what_is_missing_is_what_could_matter(trigger in conditions(), seeds in prop::collection::vec(0..6_usize, 5)) {
        let text = SMALL.replace(r#""trigger": {"fact": "incident.imminent_danger", "is": true}"#, &format!("\"trigger\": {trigger}"));
        let Ok(packs) = load(&[&text]) else { return Ok(()) };
        let known: BTreeMap<String, String> = DOMAIN.iter().zip(&seeds)
            .filter_map(|((id, values), seed)| Some(((*id).to_owned(), (*values.get(*seed)?).to_owned()))).collect();
        let stand = |known: &BTreeMap<String, String>| {
            let answers = by_duty(packs.evaluate(&facts(known), at("2026-07-01T00:00:00Z")));
            answers["small/warn"].standing.clone()
        };
        // Each fact is tried beside every case of the others: the same cases come again and again.
        let told: RefCell<BTreeMap<BTreeMap<String, String>, StandingWord>> = RefCell::default();
        let word = |known: &BTreeMap<String, String>| {
            let kept = told.borrow().get(known).copied();
            kept.unwrap_or_else(|| {
                let word = stand(known).word();
                told.borrow_mut().insert(known.clone(), word);
                word
            })
        };
        let expected: Vec<&str> = DOMAIN.iter().map(|(id, _)| *id)
            .filter(|id| !known.contains_key(*id) && could_matter(id, &known, &word)).collect();
        let mut found = stand(&known).missing();
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        prop_assert_eq!(found, expected, "{} with {:?}", trigger, known);
    }
}

/// Facts with every value that the conditions below can tell apart.
const DOMAIN: [(&str, &[&str]); 5] = [
    ("incident.imminent_danger", &["true", "false"]),
    ("harm.deaths", &["0", "1", "10"]),
    ("harm.death_link", &["\"established\"", "\"suspected\"", "\"ruled_out\"", "\"reasonably_likely\""]),
    ("harm.serious_health", &["true", "false"]),
    ("place.countries", &["[]", "[\"DE\"]", "[\"FR\"]", "[\"DE\", \"FR\"]"]),
];

/// Whether two values of a fact can lead to different answers, the other unknown facts being anything.
fn could_matter(
    id: &str,
    known: &BTreeMap<String, String>,
    stand: &dyn Fn(&BTreeMap<String, String>) -> StandingWord,
) -> bool {
    let others: Vec<_> = DOMAIN.iter().filter(|(other, _)| *other != id && !known.contains_key(*other)).collect();
    let (_, values) = DOMAIN.iter().find(|(other, _)| *other == id).unwrap();
    let completions = others.iter().fold(vec![known.clone()], |all, (other, values)| {
        let with = |one: &BTreeMap<String, String>, value: &str| {
            let mut one = one.clone();
            one.insert((*other).to_owned(), value.to_owned());
            one
        };
        all.iter().flat_map(|one| values.iter().map(|value| with(one, value)).collect::<Vec<_>>()).collect()
    });
    completions.into_iter().any(|mut one| {
        let outcomes: BTreeSet<_> = values
            .iter()
            .map(|value| {
                one.insert(id.to_owned(), (*value).to_owned());
                stand(&one)
            })
            .collect();
        outcomes.len() > 1
    })
}

fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(r#"{"fact": "incident.imminent_danger", "is": true}"#.to_owned()),
        Just(r#"{"fact": "harm.deaths", "at_least": 1}"#.to_owned()),
        Just(r#"{"fact": "harm.deaths", "less_than": 10}"#.to_owned()),
        Just(r#"{"fact": "harm.death_link", "is": "established"}"#.to_owned()),
        Just(r#"{"fact": "harm.death_link", "in": ["suspected", "ruled_out"]}"#.to_owned()),
        Just(r#"{"fact": "harm.serious_health", "is": false}"#.to_owned()),
        Just(r#"{"fact": "place.countries", "has": "DE"}"#.to_owned()),
        Just(r#"{"fact": "place.countries", "has_any": ["DE", "FR"]}"#.to_owned()),
        Just(r#"{"fact": "place.countries", "has": "FR"}"#.to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("{{\"all\": [{}]}}", parts.join(", "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("{{\"any\": [{}]}}", parts.join(", "))),
            inner.prop_map(|part| format!("{{\"not\": {part}}}")),
        ]
    })
}
