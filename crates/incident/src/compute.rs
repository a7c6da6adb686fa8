//! Training compute as a range of powers of ten: laws draw their line at 10^25 or 10^26 FLOP, beyond any integer of JSON.

use std::fmt;
use std::str::FromStr;

use record::json::{Json, Map};

use crate::error::{PropertyError, excerpt};

/// Largest exponent: far above any machine, and two digits.
const EXPONENT_MAX: u8 = 99;

/// Digits of the coefficient behind its point. Nobody knows a training run more exactly.
const FRACTION_DIGITS_MAX: usize = 3;

/// A number of floating-point operations: `3.2e25`.
///
/// Ordered by size. The spelling is normal: one digit before the point, no zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flop {
    exponent: u8,
    thousandths: u16,
}

impl FromStr for Flop {
    type Err = NotFlop;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or_else(|| NotFlop { text: excerpt(text) })
    }
}

fn read(text: &str) -> Option<Flop> {
    let (coefficient, exponent) = text.split_once('e')?;
    let (whole, fraction) = coefficient.split_once('.').unwrap_or((coefficient, ""));
    let is_number = |part: &str| part.bytes().all(|octet| octet.is_ascii_digit());
    if whole.len() != 1
        || fraction.len() > FRACTION_DIGITS_MAX
        || ![whole, fraction, exponent].iter().all(|part| is_number(part))
    {
        return None;
    }
    let digits: String = whole.chars().chain(fraction.chars()).chain("000".chars()).take(4).collect();
    let thousandths: u16 = digits.parse().ok().filter(|value| *value >= 1000)?;
    let exponent = exponent.parse().ok().filter(|value| *value <= EXPONENT_MAX)?;
    Some(Flop { exponent, thousandths })
}

impl fmt::Display for Flop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.thousandths.to_string();
        let (whole, fraction) = digits.split_at_checked(1).unwrap_or(("0", ""));
        match fraction.trim_end_matches('0') {
            "" => write!(out, "{whole}e{}", self.exponent),
            rest => write!(out, "{whole}.{rest}e{}", self.exponent),
        }
    }
}

/// A text is no number of operations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a number of operations such as 1e25 or 3.2e26; write it so", text.escape_debug())]
#[non_exhaustive]
pub struct NotFlop {
    /// What stood there.
    pub text: String,
}

/// Training compute, at least and at most. Whether it passes a line may stay open, and then it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComputeRange {
    low: Option<Flop>,
    high: Option<Flop>,
}

impl ComputeRange {
    /// From `low` to `high`, both included.
    ///
    /// # Errors
    /// [`PropertyError`] if `low` lies above `high`, or neither is known.
    pub fn new(low: Option<Flop>, high: Option<Flop>) -> Result<Self, PropertyError> {
        match (low, high) {
            (None, None) => {
                Err(PropertyError::new("low", "is missing, and `high` too; give one, or leave the range out"))
            }
            (Some(least), Some(most)) if least > most => {
                Err(PropertyError::new("low", format!("is {least}, more than `high` ({most}); exchange the two")))
            }
            _ => Ok(Self { low, high }),
        }
    }

    /// Whether the run lies above a line; `None` while the range leaves it open.
    #[must_use]
    pub fn exceeds(self, line: Flop) -> Option<bool> {
        match (self.low, self.high) {
            (Some(low), _) if low > line => Some(true),
            (_, Some(high)) if high <= line => Some(false),
            _ => None,
        }
    }

    /// At least so much.
    #[must_use]
    pub const fn low(self) -> Option<Flop> {
        self.low
    }

    /// At most so much.
    #[must_use]
    pub const fn high(self) -> Option<Flop> {
        self.high
    }

    /// Reads `{"low": "1e25", "high": "3e26"}`.
    ///
    /// # Errors
    /// [`PropertyError`] with the member that is wrong.
    pub fn read(value: &Json) -> Result<Self, PropertyError> {
        let members = value.as_object().ok_or_else(|| PropertyError::new("low", "is missing: compute is an object"))?;
        let unknown = members.names().find(|name| *name != "low" && *name != "high");
        if let Some(name) = unknown {
            return Err(PropertyError::new(name, "is not known here; write `low` and `high`"));
        }
        Self::new(bound(members, "low")?, bound(members, "high")?)
    }

    /// The range as it stands in an object.
    #[must_use]
    pub fn to_json(self) -> Json {
        let bounds = [("low", self.low), ("high", self.high)];
        let known = bounds.into_iter().filter_map(|(name, bound)| Some((name, Json::text(bound?.to_string()))));
        Json::Object(known.collect::<Map>())
    }
}

fn bound(members: &Map, name: &str) -> Result<Option<Flop>, PropertyError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| PropertyError::new(name, "should be a text such as \"1e25\""))?;
    text.parse().map(Some).map_err(|error: NotFlop| PropertyError::new(name, error.to_string()))
}
