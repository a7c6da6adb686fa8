//! The fields of one JSON object, asked for by name.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use record::json::{Json, Map};
use record::language::TaggedText;
use text::invisible_characters;

use crate::agreement::{AgreementError, AgreementProblem, LanguageOf, MAX_CLAUSE_CHARACTERS};

pub(super) fn form(field: &'static str, reason: impl Into<String>) -> AgreementError {
    AgreementProblem::Form { field, reason: reason.into() }.into()
}

/// An object of which every field has a name that is known.
pub(super) struct Fields<'m>(&'m Map);

impl<'m> Fields<'m> {
    pub(super) fn new(map: &'m Map, known: &[&str]) -> Result<Self, AgreementError> {
        match map.names().find(|name| !known.contains(name)) {
            Some(name) => Err(AgreementProblem::Unknown { field: name.chars().take(64).collect() }.into()),
            None => Ok(Self(map)),
        }
    }

    pub(super) fn of(field: &'static str, value: &'m Json, known: &[&str]) -> Result<Self, AgreementError> {
        let map = value.as_object().ok_or_else(|| form(field, format!("should hold objects, not {}", value.form())))?;
        Self::new(map, known)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.0.contains(field)
    }

    pub(super) fn get(&self, field: &'static str) -> Result<&'m Json, AgreementError> {
        self.0.get(field).ok_or_else(|| form(field, "is missing"))
    }

    pub(super) fn text(&self, field: &'static str) -> Result<&'m str, AgreementError> {
        let value = self.get(field)?;
        value.as_str().ok_or_else(|| form(field, format!("should be a string, not {}", value.form())))
    }

    pub(super) fn flag(&self, field: &'static str) -> Result<bool, AgreementError> {
        let value = self.get(field)?;
        let Json::Bool(flag) = value else {
            return Err(form(field, format!("should be true or false, not {}", value.form())));
        };
        Ok(*flag)
    }

    pub(super) fn count<T: TryFrom<i64>>(
        &self,
        field: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<T, AgreementError> {
        let value = self.get(field)?.as_integer().filter(|value| range.contains(value));
        let value = value.and_then(|value| T::try_from(value).ok());
        value.ok_or_else(|| form(field, format!("should be a whole number from {} to {}", range.start(), range.end())))
    }

    pub(super) fn optional_count<T: TryFrom<i64>>(
        &self,
        field: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<T>, AgreementError> {
        self.has(field).then(|| self.count(field, range)).transpose()
    }

    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&self, field: &'static str) -> Result<T, AgreementError> {
        self.text(field)?.parse().map_err(|error: T::Err| form(field, format!("is wrong: {error}")))
    }

    pub(super) fn optional<T: FromStr<Err: fmt::Display>>(
        &self,
        field: &'static str,
    ) -> Result<Option<T>, AgreementError> {
        self.has(field).then(|| self.parsed(field)).transpose()
    }

    pub(super) fn array(&self, field: &'static str) -> Result<&'m [Json], AgreementError> {
        let value = self.get(field)?;
        value.as_array().ok_or_else(|| form(field, format!("should be a list, not {}", value.form())))
    }

    /// A set of words, none twice.
    pub(super) fn set<T: FromStr<Err: fmt::Display> + Ord>(
        &self,
        field: &'static str,
    ) -> Result<BTreeSet<T>, AgreementError> {
        let mut set = BTreeSet::new();
        for value in self.array(field)? {
            let word = value.as_str().ok_or_else(|| form(field, "should hold strings"))?;
            let word = word.parse().map_err(|error: T::Err| form(field, format!("is wrong: {error}")))?;
            if !set.insert(word) {
                return Err(form(field, "names one thing twice"));
            }
        }
        Ok(set)
    }

    /// A text that stands in every authentic language, in no other language than the agreement's, and hides nothing.
    pub(super) fn worded(&self, field: &'static str, languages: &[LanguageOf]) -> Result<TaggedText, AgreementError> {
        let text = TaggedText::from_json(self.get(field)?).map_err(AgreementProblem::from)?;
        for one in languages.iter().filter(|one| one.is_authentic) {
            if text.get(&one.tag).is_none() {
                let (language, problem) = (one.tag.clone(), "is missing, and that language is authentic");
                return Err(AgreementProblem::Rendition { language, problem }.into());
            }
        }
        for (language, words) in text.iter() {
            if languages.iter().all(|one| one.tag != *language) {
                let problem = "is in a language that the agreement does not name";
                return Err(AgreementProblem::Rendition { language: language.clone(), problem }.into());
            }
            if words.chars().count() > MAX_CLAUSE_CHARACTERS {
                return Err(AgreementProblem::TooMany { what: "characters", limit: MAX_CLAUSE_CHARACTERS }.into());
            }
            if let Some(found) = invisible_characters(words).next() {
                let (kind, character, offset) = (found.kind, found.character, found.offset);
                return Err(AgreementProblem::Invisible { language: language.clone(), kind, character, offset }.into());
            }
        }
        Ok(text)
    }
}
