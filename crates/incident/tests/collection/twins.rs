//! Incidents told twice, by two parties in two languages: does one account find the other?

use std::collections::BTreeSet;

use incident::candidates::{DayRange, Evaluation, Index, MAX_ANSWERS, Row, Weights};
use incident::{Incident, List, Precision, Text, TimeName};
use record::json::{Json, Map};

use super::{incidents, listed, objects, word};
use crate::shared::say;

const LEAST_PAIRS: usize = 8;

/// The twin has to be among so many.
const AMONG: usize = 3;

const MICROS_PER_DAY: i64 = 86_400_000_000;

#[derive(Clone, Copy)]
enum Using {
    /// Title and description.
    Words,
    /// These, the parties and systems that are named, and the days.
    Facts,
}

/// An incident as the index sees it. Sources are left out: that two accounts link one page says nothing of their words.
fn row(id: &str, incident: &Incident, using: Using) -> Row {
    let facts = incident.facts();
    let text = |name| facts.text(name).unwrap_or_default().to_owned();
    let words =
        Row { id: id.to_owned(), title: text(Text::Name), description: text(Text::Description), ..Row::default() };
    match using {
        Using::Words => words,
        Using::Facts => Row {
            entities: [text(Text::Developer), text(Text::Deployer)]
                .into_iter()
                .chain(facts.lists.get(&List::AffectedParties).cloned().unwrap_or_default())
                .collect(),
            models: vec![text(Text::System), text(Text::Model)],
            days: days(incident),
            ..words
        },
    }
}

fn days(incident: &Incident) -> Option<DayRange> {
    let facts = incident.facts();
    let moment = facts.moment(TimeName::Occurred).or_else(|| facts.moment(TimeName::Discovered))?;
    let first = i32::try_from(moment.instant().micros().div_euclid(MICROS_PER_DAY)).ok()?;
    let more = match moment.precision() {
        Some(Precision::Year) => 365,
        Some(Precision::Month) => 30,
        Some(_) | None => 0,
    };
    Some(DayRange::between(first, first + more))
}

/// The first accounts, and whatever else is held.
fn index(held: Held, using: Using, weights: Weights) -> Index {
    let mut index = Index::new(weights);
    for (name, incident) in incidents("") {
        index.insert(row(&name, &incident, using)).unwrap();
    }
    if held == Held::Both {
        for (name, incident) in incidents("told-twice") {
            index.insert(row(&second(&name), &incident, using)).unwrap();
        }
    }
    index
}

fn second(name: &str) -> String {
    format!("{name} (second account)")
}

/// What the node that asks holds.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    /// The English accounts alone: what another language says is looked for in them.
    English,
    /// The second accounts too. They share a language with the question, and so words, without being of its event.
    Both,
}

/// Where the first account stands when the second asks. A row with the question's own id is left out of the answer.
fn place(index: &Index, name: &str, incident: &Incident, using: Using) -> Option<usize> {
    let found = index.candidates(&row(&second(name), incident, using), MAX_ANSWERS);
    found.iter().position(|candidate| candidate.id == name).map(|before| before + 1)
}

fn measure(what: &str, held: Held, using: Using, weights: Weights) -> Vec<(String, Option<usize>)> {
    let index = index(held, using, weights);
    let pairs = incidents("told-twice");
    let places: Vec<_> = pairs.iter().map(|(name, told)| (name.clone(), place(&index, name, told, using))).collect();
    let figures = Evaluation::of(places.iter().map(|(_, place)| *place).collect());
    let near = places.iter().filter(|(_, place)| place.is_some_and(|place| place <= AMONG)).count();
    let (first, mean) = (figures.first, figures.mean_reciprocal);
    say(&format!("{what}: {near} of {} among {AMONG}, R@1 {first:.2} MRR {mean:.2}: {places:?}", places.len()));
    places
}

#[test]
fn the_twin_in_another_language_is_among_the_first_three() {
    let weights = Weights::default();
    let none = Weights { meaning: 0.0, ..weights };
    measure("told twice, words alone, no meanings", Held::English, Using::Words, none);
    measure("told twice, words alone", Held::English, Using::Words, weights);
    measure("told twice, with parties, systems and days, no meanings", Held::English, Using::Facts, none);
    measure("told twice, both languages held", Held::Both, Using::Facts, weights);
    let facts = measure("told twice, with parties, systems and days", Held::English, Using::Facts, weights);
    assert!(facts.len() >= LEAST_PAIRS);
    let far: Vec<_> = facts.iter().filter(|(_, place)| place.is_none_or(|place| place > AMONG)).collect();
    assert!(far.is_empty(), "not among the first {AMONG}: {far:?}");
}

/// Translations are texts for which no word of the table was chosen, so they tell more of it than the pairs do.
#[test]
fn a_translation_finds_its_original_by_words_alone() {
    let index = index(Held::English, Using::Words, Weights::default());
    let asked: Vec<_> = objects("zh-Hans").iter().map(|(name, one)| (name.clone(), translated(one))).collect();
    let far: Vec<_> = asked.iter().filter(|(name, row)| !is_near(&index, name, row)).map(|(name, _)| name).collect();
    say(&format!("translations: {} of {} among {AMONG}; not so: {far:?}", asked.len() - far.len(), asked.len()));
    assert!(far.len() * 10 <= asked.len() * FAR_IN_TEN, "{far:?}");
}

/// Of ten translations, how many may miss their original: above what was measured, below what a broken index would reach.
const FAR_IN_TEN: usize = 2;

fn translated(object: &Map) -> Row {
    let texts = object.get("contents").and_then(|all| all.as_object()?.get("zh-Hans")?.as_object()).unwrap();
    Row {
        id: "asked".to_owned(),
        title: word(texts, "name"),
        description: word(texts, "description"),
        ..Row::default()
    }
}

fn is_near(index: &Index, name: &str, row: &Row) -> bool {
    index.candidates(row, AMONG).iter().any(|candidate| candidate.id == name)
}

#[test]
fn the_ground_truth_names_the_pairs_and_where_they_differ() {
    let seconds = incidents("told-twice");
    let firsts = incidents("");
    let pairs = listed("told-twice.json", "pairs");
    let named: BTreeSet<String> = pairs.iter().map(|pair| word(pair, "incident")).collect();
    assert_eq!(named, seconds.keys().cloned().collect());
    for pair in &pairs {
        let name = word(pair, "incident");
        let (first, second) = (&firsts[&name], &seconds[&name]);
        assert_ne!(first.property("lang"), second.property("lang"), "{name}");
        assert_ne!(first.property("id"), second.property("id"), "{name}");
        for property in pair.get("differ_in").and_then(Json::as_array).unwrap().iter().filter_map(Json::as_str) {
            assert!(differs(first, second, property), "{name} does not differ in {property}");
        }
    }
}

fn differs(first: &Incident, second: &Incident, property: &str) -> bool {
    first.property(property) != second.property(property)
}
