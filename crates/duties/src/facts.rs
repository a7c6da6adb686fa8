//! What is known of a case: a flat map from facts to values. What is absent is unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::json::{Json, Map};

use crate::day::Span;
use crate::dictionary::{Dictionary, FactIndex};
use crate::fault::{Fault, Faults};
use crate::lines::Lines;
use crate::reader::{At, file};
use crate::value::{self, Value};

/// Before the path of a filing in the names of facts.
pub(crate) const FILED: &str = "filed:";

/// The facts of a case under one dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    dictionary: Arc<Dictionary>,
    values: Vec<Option<Value>>,
    filed: BTreeMap<String, Value>,
}

impl Facts {
    /// Nothing is known.
    #[must_use]
    pub fn unknown(dictionary: &Arc<Dictionary>) -> Self {
        let values = vec![None; dictionary.len()];
        Self { dictionary: Arc::clone(dictionary), values, filed: BTreeMap::new() }
    }

    /// Reads `{"harm.deaths": 1, ...}`.
    ///
    /// # Errors
    /// Every [`Fault`], each with its line: facts that the dictionary has not, values of another type or outside a closed list.
    pub fn parse(dictionary: &Arc<Dictionary>, octets: &[u8]) -> Result<Self, Vec<Fault>> {
        let (json, faults) = file(octets)?;
        Self::checked(dictionary, &json, faults)
    }

    /// The same of a value that was read already; every fault is on line 1.
    ///
    /// # Errors
    /// As [`Facts::parse`].
    pub fn of_json(dictionary: &Arc<Dictionary>, json: &Json) -> Result<Self, Vec<Fault>> {
        Self::checked(dictionary, json, Faults::new(Lines::default()))
    }

    fn checked(dictionary: &Arc<Dictionary>, json: &Json, faults: Faults) -> Result<Self, Vec<Fault>> {
        let found = Self::read(dictionary, &At::root(json, &faults));
        let (_, faults) = faults.finish();
        match found {
            Some(facts) if faults.is_empty() => Ok(facts),
            _ => Err(faults),
        }
    }

    pub(crate) fn read(dictionary: &Arc<Dictionary>, at: &At<'_>) -> Option<Self> {
        let mut facts = Self::unknown(dictionary);
        for (id, at) in at.any_object()?.each_member() {
            facts.read_one(id, &at);
        }
        Some(facts)
    }

    fn read_one(&mut self, id: &str, at: &At<'_>) {
        if let Some(path) = id.strip_prefix(FILED) {
            self.read_filed(path, at);
            return;
        }
        let dictionary = Arc::clone(&self.dictionary);
        match dictionary.get(id) {
            Some((index, fact)) => drop(value::read(fact, at).map(|value| self.set(index, Some(value)))),
            None => drop(at.fault::<()>(format!("the dictionary has no fact `{id}`; see data/duties/facts.json"))),
        }
    }

    fn read_filed(&mut self, path: &str, at: &At<'_>) {
        let value = at.str().and_then(|text| match text {
            value::NOT_YET => Some(Value::NotYet),
            _ => Span::read(text).map(Value::Instant),
        });
        match value {
            Some(value) if path.split('/').count() == 3 => drop(self.filed.insert(path.to_owned(), value)),
            Some(_) => drop(at.fault::<()>("should be named filed:PACK/DUTY/STAGE")),
            None => drop(at.fault::<()>("should be a UTC instant or `not yet`")),
        }
    }

    /// The dictionary.
    #[must_use]
    pub const fn dictionary(&self) -> &Arc<Dictionary> {
        &self.dictionary
    }

    /// What is known of a fact.
    #[must_use]
    pub fn get(&self, index: FactIndex) -> Option<&Value> {
        self.values.get(index.place()).and_then(Option::as_ref)
    }

    /// What is known of a fact with an id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Value> {
        self.get(self.dictionary.find(id)?)
    }

    /// Says what is known of a fact; `None` takes it back.
    pub fn set(&mut self, index: FactIndex, value: Option<Value>) -> Option<Value> {
        let place = self.values.get_mut(index.place())?;
        std::mem::replace(place, value)
    }

    /// Says when a stage was filed: `PACK/DUTY/STAGE`.
    pub fn set_filed(&mut self, path: impl Into<String>, value: Value) {
        self.filed.insert(path.into(), value);
    }

    /// When a stage was filed.
    #[must_use]
    pub fn filed(&self, path: &str) -> Option<&Value> {
        self.filed.get(path)
    }

    /// Every fact that is known, in the dictionary's order.
    pub fn known(&self) -> impl Iterator<Item = (FactIndex, &Value)> {
        let all = self.dictionary.facts().map(|(index, _)| index).zip(&self.values);
        all.filter_map(|(index, value)| Some((index, value.as_ref()?)))
    }

    /// The same, with what the other says in place of or beside it.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (index, value) in other.known() {
            self.set(index, Some(value.clone()));
        }
        self.filed.extend(other.filed.iter().map(|(path, value)| (path.clone(), value.clone())));
        self
    }

    /// The facts as packs write them.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let known = self.known().filter_map(|(index, value)| {
            let fact = self.dictionary.fact(index)?;
            Some((fact.id.clone(), value.to_json(fact)))
        });
        let filed = self.filed.iter().map(|(path, value)| (format!("{FILED}{path}"), filed_json(value)));
        known.chain(filed).collect::<Map>().into()
    }
}

fn filed_json(value: &Value) -> Json {
    if let Value::Instant(span) = value { Json::text(span.to_string()) } else { Json::text(value::NOT_YET) }
}
