//! Members taken out of an object one by one; what is left over is kept.
//!
//! MISP writes numbers and booleans as such or as text, from version to version.

use record::json::{Json, Map};

/// What is wrong with a member.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) name: &'static str,
    pub(super) reason: String,
}

impl Wrong {
    pub(super) fn new(name: &'static str, reason: impl Into<String>) -> Self {
        Self { name, reason: reason.into() }
    }

    fn form(name: &'static str, expected: &str, value: &Json) -> Self {
        Self::new(name, format!("should be {expected}, not {}", value.form()))
    }
}

/// An object of which members are taken.
#[derive(Debug)]
pub(super) struct Taking {
    left: Map,
}

impl Taking {
    pub(super) fn of(members: &Map) -> Self {
        Self { left: members.clone() }
    }

    /// What was not taken.
    pub(super) fn rest(self) -> Map {
        self.left
    }

    /// A member that says something: null is how MISP writes that it does not.
    fn said(&mut self, name: &'static str) -> Option<Json> {
        self.left.remove(name).filter(|value| *value != Json::Null)
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, Wrong> {
        match self.said(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(value @ (Json::Number(_) | Json::Bool(_))) => Ok(Some(value.to_text())),
            Some(value) => Err(Wrong::form(name, "text", &value)),
        }
    }

    pub(super) fn needed(&mut self, name: &'static str) -> Result<String, Wrong> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| Wrong::new(name, "is missing"))
    }

    pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<T>, Wrong> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|error: T::Err| Wrong::new(name, error.to_string()))).transpose()
    }

    pub(super) fn needed_as<T: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        name: &'static str,
    ) -> Result<T, Wrong> {
        self.parsed(name)?.ok_or_else(|| Wrong::new(name, "is missing"))
    }

    /// A whole number, also one that is written as text.
    pub(super) fn integer(&mut self, name: &'static str) -> Result<Option<i64>, Wrong> {
        let Some(value) = self.said(name) else { return Ok(None) };
        let number = match &value {
            Json::Number(_) => value.as_integer(),
            Json::String(text) if text.is_empty() => return Ok(None),
            Json::String(text) => text.parse().ok(),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
        };
        // What JSON could not say again as a number would not come back the same.
        let number = number.filter(|number| Json::integer(*number).is_some());
        number.map(Some).ok_or_else(|| Wrong::new(name, format!("should be a whole number: {}", value.to_text())))
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Wrong> {
        let Some(value) = self.said(name) else { return Ok(None) };
        match (&value, value.as_integer(), value.as_str()) {
            (Json::Bool(flag), _, _) => Ok(Some(*flag)),
            (_, Some(1), _) | (_, _, Some("1" | "true")) => Ok(Some(true)),
            (_, Some(0), _) | (_, _, Some("0" | "false" | "")) => Ok(Some(false)),
            _ => Err(Wrong::new(name, format!("should be true or false: {}", value.to_text()))),
        }
    }

    pub(super) fn list(&mut self, name: &'static str) -> Result<Vec<Json>, Wrong> {
        match self.said(name) {
            None => Ok(Vec::new()),
            Some(Json::Array(elements)) => Ok(elements),
            Some(value) => Err(Wrong::form(name, "a list", &value)),
        }
    }

    pub(super) fn members(&mut self, name: &'static str) -> Result<Option<Map>, Wrong> {
        match self.said(name) {
            None => Ok(None),
            Some(Json::Object(members)) => Ok(Some(members)),
            Some(value) => Err(Wrong::form(name, "an object", &value)),
        }
    }
}
