//! Members of requests and answers: parameters, and members of bodies.

use record::json::{Json, Map};

use crate::shape::Shape;

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "requests have these four")]
pub enum Place {
    /// In the path, in braces.
    Path,
    /// In the query.
    Query,
    /// In the JSON body.
    Body,
    /// In a header field.
    Header,
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Its name: letters, digits and `_`.
    pub name: String,
    /// What it is, for people.
    pub about: String,
    /// What it looks like.
    pub shape: Shape,
    /// Whether it must be there.
    pub is_required: bool,
    /// What holds if it is not there.
    pub default: Option<Json>,
}

impl Member {
    /// A member that may be left out.
    #[must_use]
    pub fn new(name: impl Into<String>, about: impl Into<String>, shape: Shape) -> Self {
        Self { name: name.into(), about: about.into(), shape, is_required: false, default: None }
    }

    /// The same, and it must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The same, with what holds if it is not there.
    #[must_use]
    pub fn or(mut self, default: impl Into<Json>) -> Self {
        self.default = Some(default.into());
        self
    }

    pub(crate) fn schema(&self) -> Map {
        let mut schema = self.shape.schema();
        if let Some(default) = &self.default {
            schema.set("default", default.clone());
        }
        if !self.about.is_empty() {
            schema.set("description", self.about.as_str());
        }
        schema
    }
}

impl Place {
    /// As the document and problems have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
            Self::Header => "header",
        }
    }
}
