//! Values of facts: what is known, exactly or not.

use std::sync::Arc;

use incident::{Country, Flop};
use record::json::{Json, Map};
use record::time::Timestamp;

use crate::day::{Span, spell};
use crate::dictionary::{Fact, FactType};
use crate::reader::{At, Members};

/// A value. What is known only to lie within bounds is kept so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// A count, or compute as an ordering key; at least and at most, both included.
    #[non_exhaustive]
    Number {
        /// At least so much.
        low: u64,
        /// At most so much.
        high: u64,
    },
    /// A code, by its place in the fact's list.
    Code(u8),
    /// Codes, one bit for each place in the fact's list.
    #[non_exhaustive]
    Codes {
        /// Those that are known to be there.
        has: u64,
        /// Whether there are no others.
        is_complete: bool,
    },
    /// A country.
    Country(Country),
    /// Countries, sorted.
    #[non_exhaustive]
    Countries {
        /// Those that are known to be there.
        has: Arc<[Country]>,
        /// Whether there are no others.
        is_complete: bool,
    },
    /// It has not happened.
    NotYet,
    /// It happened, at an instant that is known or lies within a span.
    Instant(Span),
}

/// Reads a value as facts and vignettes write it.
pub(crate) fn read(fact: &Fact, at: &At<'_>) -> Option<Value> {
    match fact.fact_type {
        FactType::Boolean => at.truth().map(Value::Boolean),
        FactType::Count => number(at, |at| at.count()),
        FactType::Compute => number(at, compute),
        FactType::Code => code(fact, at).map(Value::Code),
        FactType::Codes => {
            let (list, is_complete) = set(at)?;
            let has = list.iter().map(|at| Some(bit(code(fact, at)?))).collect::<Option<Vec<u64>>>()?;
            Some(Value::Codes { has: has.into_iter().fold(0, |all, bit| all | bit), is_complete })
        }
        FactType::Country => at.parse().map(Value::Country),
        FactType::Countries => {
            let (list, is_complete) = set(at)?;
            Some(Value::Countries { has: countries(&list)?, is_complete })
        }
        FactType::Instant => instant(at),
    }
}

/// The place of a code in its fact's list.
pub(crate) fn code(fact: &Fact, at: &At<'_>) -> Option<u8> {
    let text = at.str()?;
    let place = fact.codes.iter().position(|code| code.code == text).and_then(|place| u8::try_from(place).ok());
    let known = || fact.codes.iter().map(|code| code.code.as_str()).collect::<Vec<_>>().join(", ");
    if place.is_none() { at.fault(format!("`{}` has no such code; its codes are {}", fact.id, known())) } else { place }
}

pub(crate) fn bit(place: u8) -> u64 {
    1_u64.wrapping_shl(u32::from(place))
}

pub(crate) fn countries(list: &[At<'_>]) -> Option<Arc<[Country]>> {
    let mut found = list.iter().map(At::parse).collect::<Option<Vec<Country>>>()?;
    found.sort_unstable();
    found.dedup();
    Some(found.into())
}

/// A number of floating-point operations as an ordering key: ten thousand for each power of ten, and the coefficient in
/// thousandths. So it compares as a count does.
pub(crate) fn compute(at: &At<'_>) -> Option<u64> {
    let flop: Flop = at.parse()?;
    compute_key(flop)
}

pub(crate) fn compute_key(flop: Flop) -> Option<u64> {
    let text = flop.to_string();
    let (coefficient, exponent) = text.split_once('e')?;
    let (whole, fraction) = coefficient.split_once('.').unwrap_or((coefficient, ""));
    let thousandths: u64 = format!("{whole}{fraction:0<3}").parse().ok()?;
    exponent.parse::<u64>().ok()?.checked_mul(KEY_OF_A_POWER)?.checked_add(thousandths)
}

const KEY_OF_A_POWER: u64 = 10_000;

/// The key as people write it: `3.2e25`.
pub(crate) fn compute_text(key: u64) -> String {
    let (exponent, thousandths) = (key / KEY_OF_A_POWER, key % KEY_OF_A_POWER);
    let (whole, fraction) = (thousandths / 1000, format!("{:03}", thousandths % 1000));
    match fraction.trim_end_matches('0') {
        "" => format!("{whole}e{exponent}"),
        fraction => format!("{whole}.{fraction}e{exponent}"),
    }
}

fn number(at: &At<'_>, read: impl Fn(&At<'_>) -> Option<u64>) -> Option<Value> {
    if at.json().as_object().is_none() {
        return read(at).map(|exact| Value::Number { low: exact, high: exact });
    }
    let members = at.object(&["low", "high"])?;
    let bound = |name: &str, otherwise: u64| members.may(name).map_or(Some(otherwise), |at| read(&at));
    let (low, high) = (bound("low", 0)?, bound("high", u64::MAX)?);
    if low > high {
        return at.fault("`low` is more than `high`; exchange the two");
    }
    Some(Value::Number { low, high })
}

fn set<'f>(at: &At<'f>) -> Option<(Vec<At<'f>>, bool)> {
    if at.json().as_object().is_none() {
        return Some((at.any_list()?, true));
    }
    let members: Members<'f> = at.object(&["has"])?;
    Some((members.need("has")?.any_list()?, false))
}

fn instant(at: &At<'_>) -> Option<Value> {
    let text = at.str()?;
    if text == NOT_YET {
        return Some(Value::NotYet);
    }
    let span = Span::read(text).map(Value::Instant);
    let reason = "should be a UTC instant such as 2026-07-01T03:10:00Z, less of one such as 2026-07-01, or `not yet`";
    if span.is_none() { at.fault(reason) } else { span }
}

pub(crate) const NOT_YET: &str = "not yet";

impl Value {
    /// An exact number.
    #[must_use]
    pub const fn number(exact: u64) -> Self {
        Self::Number { low: exact, high: exact }
    }

    /// An exact instant.
    #[must_use]
    pub const fn instant(exact: Timestamp) -> Self {
        Self::Instant(Span::exact(exact))
    }

    /// True if nothing more can be known of it.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Boolean(_) | Self::Code(_) | Self::Country(_) | Self::NotYet => true,
            Self::Number { low, high } => low == high,
            Self::Codes { is_complete, .. } | Self::Countries { is_complete, .. } => *is_complete,
            Self::Instant(span) => span.is_exact(),
        }
    }

    /// The value as a pack would write it.
    #[must_use]
    pub fn to_json(&self, fact: &Fact) -> Json {
        match self {
            Self::Boolean(truth) => Json::Bool(*truth),
            Self::Number { low, high } => bounds(*low, *high, fact.fact_type == FactType::Compute),
            Self::Code(place) => fact.code(*place).map_or(Json::Null, Json::text),
            Self::Codes { has, is_complete } => set_json(&fact.codes_of(*has).collect::<Vec<_>>(), *is_complete),
            Self::Country(country) => Json::text(country.as_str()),
            Self::Countries { has, is_complete } => {
                set_json(&has.iter().map(Country::as_str).collect::<Vec<_>>(), *is_complete)
            }
            Self::NotYet => Json::text(NOT_YET),
            Self::Instant(span) => Json::text(span.to_string()),
        }
    }
}

fn bounds(low: u64, high: u64, is_compute: bool) -> Json {
    let write = |number: u64| if is_compute { Json::text(compute_text(number)) } else { Json::count(number) };
    if low == high {
        return write(low);
    }
    let mut map = Map::new();
    if low > 0 {
        map.set("low", write(low));
    }
    if high < u64::MAX {
        map.set("high", write(high));
    }
    map.into()
}

fn set_json(elements: &[&str], is_complete: bool) -> Json {
    let list = Json::Array(elements.iter().map(|element| Json::text(*element)).collect());
    if is_complete { list } else { Map::new().with("has", list).into() }
}

/// A value in the words of a language.
#[must_use]
pub fn words(value: &Value, fact: &Fact, language: crate::text::Language) -> String {
    use crate::text::Language::{Chinese, English};
    match value {
        Value::Boolean(truth) => match (truth, language) {
            (true, English) => "yes".to_owned(),
            (false, English) => "no".to_owned(),
            (true, Chinese) => "是".to_owned(),
            (false, Chinese) => "否".to_owned(),
        },
        Value::Number { low, high } => range_words(*low, *high, fact.fact_type == FactType::Compute, language),
        Value::Code(place) => fact.code_label(*place).map_or_else(String::new, |label| label.get(language).to_owned()),
        Value::Codes { has, is_complete } => {
            list_words(fact.labels_of(*has).map(|label| label.get(language).to_owned()).collect(), *is_complete)
        }
        Value::Country(country) => country.as_str().to_owned(),
        Value::Countries { has, is_complete } => {
            list_words(has.iter().map(|country| country.as_str().to_owned()).collect(), *is_complete)
        }
        Value::NotYet => if language == English { NOT_YET } else { "尚未" }.to_owned(),
        Value::Instant(span) if span.is_exact() => spell(span.first),
        Value::Instant(span) => span.to_string(),
    }
}

fn range_words(low: u64, high: u64, is_compute: bool, language: crate::text::Language) -> String {
    use crate::text::Language::{Chinese, English};
    let write = |number: u64| if is_compute { compute_text(number) } else { number.to_string() };
    match (low, high, language) {
        _ if low == high => write(low),
        (0, u64::MAX, _) => "?".to_owned(),
        (_, u64::MAX, English) => format!("at least {}", write(low)),
        (_, u64::MAX, Chinese) => format!("至少{}", write(low)),
        (0, _, English) => format!("at most {}", write(high)),
        (0, _, Chinese) => format!("至多{}", write(high)),
        _ => format!("{} – {}", write(low), write(high)),
    }
}

fn list_words(mut elements: Vec<String>, is_complete: bool) -> String {
    if !is_complete || elements.is_empty() {
        elements.push(if is_complete { "–" } else { "…" }.to_owned());
    }
    elements.join(", ")
}
