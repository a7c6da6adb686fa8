//! Harms, each with its type, whether it came about, and how much of it, as a range.

use record::json::{Json, Map};
use record::words;
use record::words::UnknownWord;

use crate::error::PropertyError;

words! {
    /// The type of a harm, as the OECD groups them.
    HarmType, "type of harm" {
        /// To property or income.
        Economic = "economic",
        /// To the environment.
        Environmental = "environmental",
        /// Of another type; the note says which.
        Other = "other",
        /// To body or life.
        Physical = "physical",
        /// To the mind.
        Psychological = "psychological",
        /// To critical infrastructure, public order, or how institutions work.
        PublicInterest = "public interest",
        /// To somebody's standing.
        Reputational = "reputational",
        /// To human or fundamental rights.
        Rights = "rights",
    }
}

words! {
    /// Whether a harm came about.
    HarmState, "state of a harm" {
        /// It was near, and was kept off.
        Averted = "averted",
        /// It came about.
        Occurred = "occurred",
        /// It may still come about, or may have without being known.
        Possible = "possible",
    }
}

/// How many, at least and at most. Either may be unknown; a range is never turned into one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    low: Option<u64>,
    high: Option<u64>,
}

impl Range {
    /// From `low` to `high`, both included; `None` where nothing is known.
    ///
    /// # Errors
    /// [`PropertyError`] at `low` if it lies above `high`.
    pub fn new(low: Option<u64>, high: Option<u64>) -> Result<Self, PropertyError> {
        match (low, high) {
            (Some(least), Some(most)) if least > most => {
                Err(PropertyError::new("low", format!("is {least}, more than `high` ({most}); exchange the two")))
            }
            _ => Ok(Self { low, high }),
        }
    }

    /// At least so many.
    #[must_use]
    pub const fn low(self) -> Option<u64> {
        self.low
    }

    /// At most so many.
    #[must_use]
    pub const fn high(self) -> Option<u64> {
        self.high
    }
}

/// One harm. Members that are not known are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harm {
    members: Map,
    harm_type: HarmType,
    state: Option<HarmState>,
    range: Range,
}

impl Harm {
    /// A harm of a type.
    #[must_use]
    pub fn new(harm_type: HarmType) -> Self {
        let members = Map::new().with("type", harm_type.name());
        Self { members, harm_type, state: None, range: Range { low: None, high: None } }
    }

    /// The same, with whether it came about.
    #[must_use]
    pub fn that(mut self, state: HarmState) -> Self {
        self.members.set("state", state.name());
        self.state = Some(state);
        self
    }

    /// The same, with how much of it, and of what: `people`, `EUR`, `records`.
    #[must_use]
    pub fn of(mut self, range: Range, unit: &str) -> Self {
        for (name, bound) in [("low", range.low), ("high", range.high)] {
            match bound.map(Json::count) {
                Some(count) => self.members.set(name, count),
                None => drop(self.members.remove(name)),
            }
        }
        self.members.set("unit", unit);
        self.range = range;
        self
    }

    /// Its type.
    #[must_use]
    pub const fn harm_type(&self) -> HarmType {
        self.harm_type
    }

    /// Whether it came about, if that is said.
    #[must_use]
    pub const fn state(&self) -> Option<HarmState> {
        self.state
    }

    /// How much of it.
    #[must_use]
    pub const fn range(&self) -> Range {
        self.range
    }

    /// What the range counts.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.members.text("unit")
    }

    /// Reads a harm.
    ///
    /// # Errors
    /// [`PropertyError`] with the member that is wrong.
    pub fn read(value: &Json) -> Result<Self, PropertyError> {
        let members = value.as_object().ok_or_else(|| PropertyError::new("type", "is missing: a harm is an object"))?;
        let harm_type = word(members, "type")?.ok_or_else(|| PropertyError::new("type", "is missing; add it"))?;
        let range = Range::new(bound(members, "low")?, bound(members, "high")?)?;
        check_unit(members, range)?;
        Ok(Self { harm_type, state: word(members, "state")?, range, members: members.clone() })
    }

    /// The harm as it stands in an object.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(self.members.clone())
    }
}

fn word<T>(members: &Map, name: &str) -> Result<Option<T>, PropertyError>
where
    T: std::str::FromStr<Err = UnknownWord>,
{
    let Some(value) = members.get(name) else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| PropertyError::new(name, "should be a word"))?;
    let word = text.parse().map_err(|error: UnknownWord| PropertyError::new(name, error.to_string()))?;
    Ok(Some(word))
}

fn bound(members: &Map, name: &str) -> Result<Option<u64>, PropertyError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let count = value.as_integer().and_then(|count| u64::try_from(count).ok());
    count.map(Some).ok_or_else(|| PropertyError::new(name, "should be a whole number, 0 or more, below 2^53"))
}

/// A number that does not say what it counts could be people or money.
fn check_unit(members: &Map, range: Range) -> Result<(), PropertyError> {
    let has_bound = range.low.is_some() || range.high.is_some();
    let has_unit = members.text("unit").is_some_and(|unit| !unit.is_empty());
    if has_bound && !has_unit {
        return Err(PropertyError::new("unit", "is missing; say what the range counts: people, EUR, records"));
    }
    Ok(())
}
