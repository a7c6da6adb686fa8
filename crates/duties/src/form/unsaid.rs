//! What a filing does not say, with what to ask; and what may be written into it.

use std::collections::BTreeMap;

use record::json::{Json, Map};

use super::{Field, FieldState, Filled, Form, Origin};
use crate::dictionary::Dictionary;
use crate::limits::MAX_WRITTEN_BYTES;
use crate::text::Both;

/// A field of which nothing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsaid<'f> {
    /// The field.
    pub field: &'f Field,
    /// How it stands: missing, to follow, left out.
    pub state: FieldState,
    /// What to ask: of each of its facts its question; where it has none, what the field asks.
    pub questions: Vec<Both>,
}

impl Filled {
    /// The fields of which nothing is said, what has to be filled first.
    #[must_use]
    pub fn unsaid(&self, dictionary: &Dictionary) -> Vec<Unsaid<'_>> {
        let pairs = self.form.fields().zip(&self.fields).filter(|(_, filled)| filled.state != FieldState::Said);
        let mut unsaid: Vec<Unsaid<'_>> = pairs
            .map(|(field, filled)| Unsaid { field, state: filled.state, questions: questions(field, dictionary) })
            .collect();
        unsaid.sort_by_key(|one| rank(one.state));
        unsaid
    }
}

const fn rank(state: FieldState) -> u8 {
    match state {
        FieldState::Missing => 0,
        FieldState::ToFollow => 1,
        FieldState::LeftOut => 2,
        FieldState::Said => 3,
    }
}

fn questions(field: &Field, dictionary: &Dictionary) -> Vec<Both> {
    let facts = field.from.iter().filter_map(|origin| match origin {
        Origin::Fact(id) => dictionary.get(id).map(|(_, fact)| fact.question.clone()),
        Origin::Property(_) | Origin::Answer(_) | Origin::Written => None,
    });
    let mut questions: Vec<Both> = facts.collect();
    if questions.is_empty() {
        questions.push(field.label.clone());
    }
    questions
}

impl Unsaid<'_> {
    /// For a program: the field, how it stands, what to ask, where an answer would come from, and what may be chosen.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let choice = |(code, label): &(String, Both)| {
            Json::from(Map::new().with("code", code.as_str()).with("label", label.to_json()))
        };
        Map::new()
            .with("field", self.field.id.as_str())
            .with("state", self.state.name())
            .with("label", self.field.label.to_json())
            .with("questions", Json::Array(self.questions.iter().map(Both::to_json).collect()))
            .with("from", Json::Array(self.field.from.iter().map(|origin| Json::text(origin.name())).collect()))
            .with("choices", Json::Array(self.field.choices.iter().map(choice).collect()))
            .into()
    }
}

/// Something that was written into a form and that it does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrittenError {
    /// The form has no such field.
    #[error("the form has no field `{field}`; those that can be written are {known}")]
    #[non_exhaustive]
    NoField {
        /// The field.
        field: String,
        /// The fields that can be written.
        known: String,
    },
    /// The field is filled from elsewhere.
    #[error("the field `{field}` is not written but read from {from}; say it there")]
    #[non_exhaustive]
    NotWritten {
        /// The field.
        field: String,
        /// Where it is read from.
        from: String,
    },
    /// There is no such choice.
    #[error("the field `{field}` has no choice of that name; it has {known}")]
    #[non_exhaustive]
    NoChoice {
        /// The field.
        field: String,
        /// Its choices.
        known: String,
    },
    /// It is too long.
    #[error("what is written for `{field}` is longer than {MAX_WRITTEN_BYTES} octets; shorten it, and attach the rest")]
    #[non_exhaustive]
    TooLong {
        /// The field.
        field: String,
    },
}

impl Form {
    /// Refuses what the form does not take.
    ///
    /// # Errors
    /// [`WrittenError`] with the first of them.
    pub fn check_written(&self, written: &BTreeMap<String, String>) -> Result<(), WrittenError> {
        written.iter().try_for_each(|(id, text)| self.check_one(id, text))
    }

    fn check_one(&self, id: &str, text: &str) -> Result<(), WrittenError> {
        let name = || id.to_owned();
        let field = self.fields().find(|field| field.id == id);
        let field = field.ok_or_else(|| WrittenError::NoField { field: name(), known: self.writable() })?;
        if !field.is_written() {
            let from: Vec<String> = field.from.iter().map(Origin::name).collect();
            return Err(WrittenError::NotWritten { field: name(), from: from.join(", ") });
        }
        if !field.choices.is_empty() && !field.choices.iter().any(|(code, _)| code == text) {
            let known: Vec<&str> = field.choices.iter().map(|(code, _)| code.as_str()).collect();
            return Err(WrittenError::NoChoice { field: name(), known: known.join(", ") });
        }
        if text.len() > MAX_WRITTEN_BYTES {
            return Err(WrittenError::TooLong { field: name() });
        }
        Ok(())
    }

    fn writable(&self) -> String {
        let fields = self.fields().filter(|field| field.is_written()).map(|field| field.id.as_str());
        fields.collect::<Vec<_>>().join(", ")
    }
}

impl Field {
    /// True if whoever files it may write it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.from.contains(&Origin::Written)
    }
}
