//! What was typed of an incident: flags and files as properties.

use std::collections::BTreeMap;
use std::path::Path;

use incident::{Wish, typed};
use record::json::{self, Json, Map};

use super::wrong;
use crate::arguments::FactArguments;
use crate::home::read_input;
use crate::outcome::{Done, Failure};

/// What the flags say.
pub(super) fn of_flags(facts: &FactArguments) -> Done<Vec<Wish>> {
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let singles = [
        ("name", facts.title.as_deref()),
        ("description", facts.description.as_deref()),
        ("ai_involvement", facts.involvement.as_deref()),
        ("event_kind", facts.kind.map(incident::EventKind::name)),
        ("severity", facts.severity.map(incident::Severity::name)),
        ("submitter_role", facts.role.map(incident::SubmitterRole::name)),
        ("occurred", facts.occurred.as_deref()),
        ("aware", facts.aware.as_deref()),
        ("system", facts.system.as_deref()),
    ];
    let single = singles.into_iter().filter_map(|(name, text)| Some((name, text?)));
    let harms = facts.harms.iter().map(|text| ("harm_types", text.as_str()));
    let countries = facts.countries.iter().map(|text| ("countries", text.as_str()));
    let sets: Done<Vec<_>> = facts.set.iter().map(|text| split(text)).collect();
    for (name, text) in single.chain(harms).chain(countries).chain(sets?) {
        texts.entry(name).or_default().push(text);
    }
    let wishes = texts.iter().map(|(name, texts)| Ok(((*name).to_owned(), Some(typed(name, texts).map_err(wrong)?))));
    wishes.collect()
}

fn split(text: &str) -> Done<(&str, &str)> {
    text.split_once('=').ok_or_else(|| {
        Failure::arguments(format!("`{text}` is not PROPERTY=VALUE")).advise("for example: --set deaths=0")
    })
}

/// The sources that the flags name, as elements of `external_references`.
pub(super) fn sources(facts: &FactArguments) -> Vec<Json> {
    facts.sources.iter().map(|text| Json::Object(source(text))).collect()
}

fn source(text: &str) -> Map {
    match text.split_once('=') {
        Some((name, address)) if address.starts_with("https://") || address.starts_with("http://") => {
            Map::new().with("source_name", name).with("url", address)
        }
        Some((name, id)) => Map::new().with("source_name", name).with("external_id", id),
        None => Map::new().with("source_name", text),
    }
}

/// What a file holds.
pub(super) enum Typed {
    /// A STIX object.
    Object(Map),
    /// Properties by name.
    Wishes(Vec<Wish>),
}

/// Reads a file: a STIX object says its type, and whatever says none is properties by name.
pub(super) fn of_file(path: &Path) -> Done<Typed> {
    let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
    let value = json::parse(&read_input(path)?).map_err(|error| wrong(error.to_string()))?;
    let Json::Object(members) = value else { return Err(wrong("it is not a JSON object".to_owned())) };
    if members.contains("type") {
        return Ok(Typed::Object(members));
    }
    let wishes = members.into_iter().map(|(name, value)| (name, Some(value).filter(|value| *value != Json::Null)));
    Ok(Typed::Wishes(wishes.collect()))
}
