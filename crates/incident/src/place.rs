//! Where it happened, and in which industry.

use std::fmt;
use std::str::FromStr;

use record::json::{Json, Map};

use crate::error::{PropertyError, excerpt};

/// A country or territory by the form of its ISO 3166-1 code: two capital letters. Whether the code is assigned is not checked,
/// since assignments change and a record is kept for decades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Country {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code: Option<[u8; 2]> = text.as_bytes().try_into().ok();
        let code = code.filter(|code| code.iter().all(u8::is_ascii_uppercase));
        code.map(Self).ok_or_else(|| NotACode { text: excerpt(text), form: "a country code of ISO 3166-1 such as NL" })
    }
}

impl fmt::Display for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// An industry by the form of its ISIC code: the section's letter, then up to four digits: `J`, `J62`, `J6201`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Industry(Box<str>);

/// Digits that follow the letter of a section: division, group, class.
const ISIC_DIGITS_MAX: usize = 4;

impl Industry {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Industry {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(|first: char| first.is_ascii_uppercase());
        let fits = digits.is_some_and(|rest| {
            rest.bytes().all(|octet| octet.is_ascii_digit()) && rest.len() != 1 && rest.len() <= ISIC_DIGITS_MAX
        });
        let wrong = || NotACode { text: excerpt(text), form: "an ISIC code such as J or J62" };
        if fits { Ok(Self(text.into())) } else { Err(wrong()) }
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A text does not have the form of a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {form}; write the code, or leave it out", text.escape_debug())]
#[non_exhaustive]
pub struct NotACode {
    /// What stood there.
    pub text: String,
    /// What should stand there.
    pub form: &'static str,
}

/// Where it happened: a country, and whatever is known beyond it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    members: Map,
    country: Option<Country>,
}

impl Place {
    /// A place of which the country is known.
    #[must_use]
    pub fn in_country(country: Country) -> Self {
        Self { members: Map::new().with("country", country.as_str()), country: Some(country) }
    }

    /// The same, with the name of the town, region or site.
    #[must_use]
    pub fn at(mut self, locality: &str) -> Self {
        self.members.set("locality", locality);
        self
    }

    /// The country, which alone is signed apart as a coarse twin.
    #[must_use]
    pub const fn country(&self) -> Option<Country> {
        self.country
    }

    /// The town, region or site.
    #[must_use]
    pub fn locality(&self) -> Option<&str> {
        self.members.text("locality")
    }

    /// Reads a place. Members that are not known are kept.
    ///
    /// # Errors
    /// [`PropertyError`] if it is no object, or its `country` is no code.
    pub fn read(value: &Json) -> Result<Self, PropertyError> {
        let members = value.as_object().ok_or_else(|| PropertyError::new("place", "should be an object"))?;
        let wrong = |reason: String| PropertyError::new("place/country", reason);
        let country = match members.get("country") {
            None => None,
            Some(code) => {
                let text = code.as_str().ok_or_else(|| wrong("should be a string".to_owned()))?;
                Some(text.parse().map_err(|error: NotACode| wrong(error.to_string()))?)
            }
        };
        Ok(Self { members: members.clone(), country })
    }

    /// The place as it stands in an object.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(self.members.clone())
    }
}
