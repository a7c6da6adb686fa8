//! Who is told when time runs out for a duty: `"duties": {"first": ["lin"], "second": ["dov"]}` in `serve.json`.
//!
//! The first are told as time passes. The second are told when nobody has taken a clock on, and when time has run out. Where none are
//! named, everybody is meant who may read the incident: nobody is left untold because a setting is missing.

use access::AccountName;
use api::Kind;
use record::json::{self, Json};

use crate::home::{Home, read_input};
use crate::outcome::{Done, Failure};
use crate::serve::CONFIG;

/// The member of the settings.
pub(crate) const DUTIES: &str = "duties";

/// Names of one list: a rota has some dozens.
const MAX_PERSONS: usize = 256;

/// Who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Persons {
    first: Vec<AccountName>,
    second: Vec<AccountName>,
}

impl Persons {
    /// As the settings of a node say.
    pub(crate) fn read(home: &Home) -> Done<Self> {
        let path = home.dir().join(CONFIG);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
        let json = json::parse(&read_input(&path)?).map_err(|error| wrong(error.to_string()))?;
        json.as_object().and_then(|map| map.get(DUTIES)).map_or_else(|| Ok(Self::default()), Self::of_json)
    }

    /// The member of the settings.
    pub(crate) fn of_json(json: &Json) -> Done<Self> {
        let wrong = |problem: &str| {
            Failure::input(format!("`{DUTIES}` in `{CONFIG}`: {problem}"))
                .advise(r#"such as {"first": ["lin"], "second": ["dov"]}: names of accounts"#)
        };
        let map = json.as_object().ok_or_else(|| wrong("it is not an object"))?;
        if let Some(other) = map.names().find(|name| !["first", "second"].contains(name)) {
            return Err(wrong(&format!("there is no setting `{other}`")));
        }
        let list = |name: &str| {
            let Some(json) = map.get(name) else { return Ok(Vec::new()) };
            let one = std::slice::from_ref(json);
            let names = json.as_array().unwrap_or(one);
            if names.len() > MAX_PERSONS {
                return Err(wrong(&format!("`{name}` has more than {MAX_PERSONS} names")));
            }
            let read = |name: &Json| name.as_str().and_then(|text| text.parse::<AccountName>().ok());
            let read: Option<Vec<AccountName>> = names.iter().map(read).collect();
            read.ok_or_else(|| wrong(&format!("`{name}` is no list of names of accounts")))
        };
        Ok(Self { first: list("first")?, second: list("second")? })
    }

    /// Whether an account is meant by a notice of this kind.
    pub(crate) fn are_told(&self, kind: Kind, name: &AccountName) -> bool {
        let is_of = |list: &[AccountName]| list.is_empty() || list.iter().any(|one| one.skeleton() == name.skeleton());
        is_of(&self.first) || (kind != Kind::DutyDue && is_of(&self.second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> AccountName {
        text.parse().unwrap()
    }

    fn persons(text: &str) -> Done<Persons> {
        Persons::of_json(&json::parse(text.as_bytes()).map_err(Failure::input)?)
    }

    #[test]
    fn the_first_are_told_and_the_second_once_it_is_serious() {
        let both = persons(r#"{"first": "lin", "second": ["dov", "ada"]}"#).unwrap();
        assert!(both.are_told(Kind::DutyDue, &name("lin")) && !both.are_told(Kind::DutyDue, &name("dov")));
        for kind in [Kind::DutyEscalated, Kind::DutyMissed] {
            assert!(["lin", "dov", "ada"].iter().all(|who| both.are_told(kind, &name(who))));
            assert!(!both.are_told(kind, &name("rea")));
        }
    }

    #[test]
    fn where_nobody_is_named_everybody_is_meant() {
        assert!(Persons::default().are_told(Kind::DutyDue, &name("rea")));
        let first = persons(r#"{"first": ["lin"]}"#).unwrap();
        assert!(!first.are_told(Kind::DutyDue, &name("rea")) && first.are_told(Kind::DutyMissed, &name("rea")));
    }

    #[test]
    fn a_setting_that_is_none_is_refused() {
        for text in ["[]", r#"{"third": ["lin"]}"#, r#"{"first": [1]}"#, r#"{"first": ["two words"]}"#] {
            assert!(persons(text).is_err(), "{text}");
        }
    }
}
