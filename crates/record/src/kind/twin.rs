//! Coarse twins: what may be said instead of the exact value.
//!
//! A twin is signed with its original at creation, because a value that is in no digest cannot be shown later. One rule
//! makes it and checks it, so an author cannot sign a year that differs from the date.

use crate::json::Json;
use crate::time::Timestamp;

/// A coarse value beside a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Twin {
    /// Its name in `aside`, unique over all kinds.
    pub name: &'static str,
    /// The property that it coarsens.
    pub of: &'static str,
    /// How it follows from the property.
    pub rule: TwinRule,
}

/// How a coarse value follows from an exact one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TwinRule {
    /// The calendar year, in UTC, of a timestamp: `"2026"`.
    Year,
    /// The member `country` of a place, an ISO 3166-1 code.
    Country,
    /// The power of ten that a count lies in: `"0"`, `"1-9"`, `"10-99"`, `"100-999"`, ...
    Band,
}

impl TwinRule {
    /// The twin of a value; `None` if the value has not the form that the rule coarsens.
    #[must_use]
    pub fn apply(self, original: &Json) -> Option<Json> {
        let twin = match self {
            Self::Year => year(original.as_str()?),
            Self::Country => original.as_object()?.text("country").map(Json::from),
            Self::Band => band(original.as_integer()?),
        };
        twin.filter(|twin| self.fits(twin))
    }

    /// True if a value is one that this rule can give. A reader checks it while the original is withheld.
    #[must_use]
    pub fn fits(self, twin: &Json) -> bool {
        let Some(text) = twin.as_str() else { return false };
        match self {
            Self::Year => text.len() == 4 && text.bytes().all(|octet| octet.is_ascii_digit()),
            Self::Country => text.len() == 2 && text.bytes().all(|octet| octet.is_ascii_uppercase()),
            Self::Band => is_band(text),
        }
    }

    /// What the rule does, for the documents.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Year => "the calendar year in UTC",
            Self::Country => "the country alone",
            Self::Band => "the power of ten that the count lies in",
        }
    }
}

/// A band is named by the lowest count in it.
fn is_band(text: &str) -> bool {
    let low = text.split_once('-').map_or(text, |(low, _)| low);
    let count: Option<i64> = low.parse().ok();
    count.and_then(band).is_some_and(|band| band.as_str() == Some(text))
}

fn year(text: &str) -> Option<Json> {
    let instant: Timestamp = text.parse().ok()?;
    Some(Json::text(format!("{:04}", instant.year()?)))
}

fn band(count: i64) -> Option<Json> {
    if count < 0 {
        return None;
    }
    if count == 0 {
        return Some(Json::text("0"));
    }
    let low = 10_i64.checked_pow(count.ilog10())?;
    let high = low.checked_mul(10)?.checked_sub(1)?;
    Some(Json::text(format!("{low}-{high}")))
}
