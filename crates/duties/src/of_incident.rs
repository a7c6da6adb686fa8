//! What an incident says, as facts. Only what it says: nothing is concluded from its silence, and of a list that may go on
//! elsewhere only that it holds what it holds. What is counted before the last report is counted so far: at least so many.

use std::sync::Arc;

use incident::{Incident, Moment, Precision, Stage, TimeName};
use record::json::Json;

use crate::day::Span;
use crate::dictionary::{Dictionary, Fact, FactIndex, FactType};
use crate::facts::Facts;
use crate::value::{Value, compute_key};

impl Facts {
    /// The facts that an incident says, by what the dictionary reads from which property.
    #[must_use]
    pub fn of_incident(dictionary: &Arc<Dictionary>, incident: &Incident) -> Self {
        let mut facts = Self::unknown(dictionary);
        let read = dictionary.facts().filter_map(|(index, fact)| Some((index, value(fact, incident)?)));
        let read: Vec<(FactIndex, Value)> = read.collect();
        for (index, value) in read {
            facts.set(index, Some(value));
        }
        facts
    }
}

fn value(fact: &Fact, incident: &Incident) -> Option<Value> {
    let property = fact.read_from.as_deref()?;
    match fact.fact_type {
        FactType::Instant => moment(&incident.facts().moment(property.parse::<TimeName>().ok()?)?),
        FactType::Compute => {
            let compute = incident.facts().training_compute?;
            let bound = |flop: Option<incident::Flop>, otherwise| flop.map_or(Some(otherwise), compute_key);
            Some(Value::Number { low: bound(compute.low(), 0)?, high: bound(compute.high(), u64::MAX)? })
        }
        FactType::Country => Some(Value::Country(incident.facts().place.as_ref()?.country()?)),
        FactType::Countries => countries(incident),
        FactType::Boolean => match incident.property(property)? {
            Json::Bool(truth) => Some(Value::Boolean(*truth)),
            Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => None,
        },
        FactType::Count => count(incident, incident.property(property)?.as_integer()?.try_into().ok()?),
        FactType::Code => code(fact, incident.property(property)?.as_str()?),
        FactType::Codes => codes(fact, incident.property(property)?.as_array()?),
    }
}

/// "30 dead" in a first report means 30 so far: it can pass a threshold, and never says that there are no more. Nobody so far
/// says nothing. Only a report that is closed says how many there were; one without a stage does not say that it is.
fn count(incident: &Incident, counted: u64) -> Option<Value> {
    match incident.facts().stage {
        Some(Stage::Final | Stage::NotReportable) => Some(Value::number(counted)),
        Some(Stage::Initial | Stage::Interim | Stage::Retracted | _) | None => {
            (counted > 0).then_some(Value::Number { low: counted, high: u64::MAX })
        }
    }
}

/// The countries that are named; there may be more of which nobody has written yet.
fn countries(incident: &Incident) -> Option<Value> {
    let mut has = incident.facts().countries.clone();
    has.extend(incident.facts().place.as_ref().and_then(incident::Place::country));
    has.sort_unstable();
    has.dedup();
    (!has.is_empty()).then(|| Value::Countries { has: has.into(), is_complete: false })
}

fn code(fact: &Fact, word: &str) -> Option<Value> {
    let place = fact.codes.iter().position(|code| code.code == word)?;
    u8::try_from(place).ok().map(Value::Code)
}

fn codes(fact: &Fact, words: &[Json]) -> Option<Value> {
    let place =
        |word: &str| fact.codes.iter().position(|code| code.code == word).and_then(|place| u8::try_from(place).ok());
    let places = words.iter().filter_map(|word| place(word.as_str()?));
    let has = places.fold(0, |all, place| all | crate::value::bit(place));
    (has != 0).then_some(Value::Codes { has, is_complete: false })
}

/// A time as exact as its author says. Where he does not say how exact it is, it counts as he wrote it.
fn moment(moment: &Moment) -> Option<Value> {
    let text = moment.time().text();
    let cut = |octets: usize, end: &str| text.get(..octets).map(|known| format!("{known}{end}"));
    let known = match moment.precision() {
        Some(Precision::Year) => cut(4, ""),
        Some(Precision::Month) => cut(7, ""),
        Some(Precision::Day) => cut(10, ""),
        Some(Precision::Hour) => cut(13, "Z"),
        Some(Precision::Minute) => cut(16, "Z"),
        Some(_) | None => Some(text.to_owned()),
    };
    Span::read(&known?).map(Value::Instant)
}
