//! What is known of a case, as a person gives it.

use std::sync::Arc;

use duties::{Dictionary, Fact, FactType, Facts};
use record::json::{self, Json, Map};

use super::{RuleFile, faulty};
use crate::arguments::KnownArguments;
use crate::outcome::{Done, Failure};

/// How a list ends that may go on.
const AND_SO_ON: &str = "...";

/// The facts of a file, and those that were typed, which count before it.
pub(crate) fn given(dictionary: &Arc<Dictionary>, known: &KnownArguments) -> Done<Facts> {
    let base = match &known.facts {
        Some(path) => {
            let file = RuleFile::read(path)?;
            Facts::parse(dictionary, &file.octets).map_err(|faults| faulty(&file.name, &faults))?
        }
        None => Facts::unknown(dictionary),
    };
    Ok(base.with(&typed(dictionary, &known.set)?))
}

/// Facts as they are typed: `harm.deaths=1`.
pub(crate) fn typed(dictionary: &Arc<Dictionary>, words: &[String]) -> Done<Facts> {
    let mut map = Map::new();
    for word in words {
        let Some((id, value)) = word.split_once('=') else {
            return Err(Failure::arguments(format!("`{word}` says no value"))
                .advise("type FACT=VALUE, such as harm.deaths=1; `detente duties facts` lists the facts"));
        };
        let fact = dictionary.get(id.trim()).map(|(_, fact)| fact);
        map.set(id.trim(), value_of(fact.map(AsRef::as_ref), value.trim()));
    }
    Facts::of_json(dictionary, &Json::from(map)).map_err(|faults| faulty("what was typed", &faults))
}

/// A value by the type of its fact. What does not fit is left as it is, and refused with what would.
fn value_of(fact: Option<&Fact>, text: &str) -> Json {
    let as_it_is = || Json::text(text);
    if text.starts_with(['{', '[']) {
        return json::parse(text.as_bytes()).unwrap_or_else(|_| as_it_is());
    }
    match fact.map(|fact| fact.fact_type) {
        Some(FactType::Boolean) => truth(text).map_or_else(as_it_is, Json::Bool),
        Some(FactType::Count) => text.parse::<i64>().map_or_else(|_| as_it_is(), Json::count),
        Some(FactType::Codes | FactType::Countries) => list(text),
        Some(_) | None => as_it_is(),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "是" => Some(true),
        "false" | "no" | "否" => Some(false),
        _ => None,
    }
}

/// `DE,FR` is these and no others; `DE,...` is these, and perhaps others; nothing is none.
fn list(text: &str) -> Json {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_open = parts.last() == Some(&AND_SO_ON);
    let named = parts.iter().filter(|part| **part != AND_SO_ON).map(|part| Json::text(*part));
    let listed = Json::Array(named.collect());
    if is_open { Map::new().with("has", listed).into() } else { listed }
}
