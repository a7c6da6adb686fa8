//! Rules of the Agent Threat Rules project: YAML, one rule to a file, or JSON, a list of them.

use record::json::{Json, Map, parse_within};

use super::{Budget, Combine, Pattern, PatternError, Rule, SetAside, yaml};
use crate::signal::MAX_MEMBERS;

/// Octets of a file of rules. The 833 rules of 0.3.1 have 2.7 million.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;

/// Rules of one file: ten times as many as the project has.
pub const MAX_FILE_RULES: usize = 10_000;

/// Fields that are about a text which somebody hands us. Others are about what an agent did, and in what order.
const TEXT_FIELDS: [&str; 8] = [
    "agent_output",
    "content",
    "tool_args",
    "tool_description",
    "tool_input",
    "tool_name",
    "tool_response",
    "user_input",
];

/// One rule of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AtrRule {
    /// Its id: `ATR-2026-00001`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// `low`, `medium`, `high` or `critical`, as its authors see it; as it came.
    pub severity: String,
    /// `stable`, `experimental`, `draft` or `deprecated`; as it came.
    pub status: String,
    /// How its patterns go together.
    pub combine: Combine,
    /// Its patterns as they are written, of those conditions that have one.
    pub written: Vec<String>,
    /// The rule, or why it is set aside.
    pub rule: Result<Rule, SetAside>,
}

/// Octets are no rule of this project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {place}: {reason}")]
#[non_exhaustive]
pub struct NotAnAtrRule {
    /// Which of the file, counted from 1.
    pub place: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a list of rules in JSON. A rule that cannot be read stands in its place with its reason.
///
/// # Errors
/// [`NotAnAtrRule`] if the octets are no list.
pub fn read_atr_json(octets: &[u8]) -> Result<Vec<Result<AtrRule, NotAnAtrRule>>, NotAnAtrRule> {
    let whole = |reason: String| NotAnAtrRule { place: 1, reason };
    let json = parse_within(octets, MAX_FILE_BYTES).map_err(|error| whole(error.to_string()))?;
    let list = json.as_array().ok_or_else(|| whole("the file should hold a list of rules".to_owned()))?;
    if list.len() > MAX_FILE_RULES {
        return Err(whole(format!("the file has {} rules and at most {MAX_FILE_RULES} are read; cut it", list.len())));
    }
    let mut budget = Budget::of_record();
    let rules = (1..).zip(list).map(|(place, rule)| {
        // As many as go into one record have one budget.
        if place % MAX_MEMBERS == 0 {
            budget = Budget::of_record();
        }
        read(rule, &mut budget).map_err(|reason| NotAnAtrRule { place, reason })
    });
    Ok(rules.collect())
}

/// Reads one rule in YAML.
///
/// # Errors
/// [`NotAnAtrRule`] if it is none.
pub fn read_atr_yaml(octets: &[u8]) -> Result<AtrRule, NotAnAtrRule> {
    let wrong = |reason: String| NotAnAtrRule { place: 1, reason };
    if octets.len() > MAX_FILE_BYTES {
        return Err(wrong(format!("the file has more than {MAX_FILE_BYTES} octets")));
    }
    let text = std::str::from_utf8(octets).map_err(|_| wrong("the text is not UTF-8".to_owned()))?;
    yaml::read(text).and_then(|json| read(&json, &mut Budget::of_record())).map_err(wrong)
}

fn read(rule: &Json, budget: &mut Budget) -> Result<AtrRule, String> {
    let rule = rule.as_object().ok_or("a rule should be an object")?;
    let detection = rule.get("detection").and_then(Json::as_object).ok_or("`detection` is missing")?;
    let conditions = detection.get("conditions").and_then(Json::as_array).ok_or("`conditions` should be a list")?;
    let combine = match detection.text("condition") {
        Some("any") => Combine::Any,
        Some("all") => Combine::All,
        _ => return Err("`condition` should be `any` or `all`".to_owned()),
    };
    let text = |name: &str| rule.text(name).map(str::to_owned).ok_or_else(|| format!("`{name}` is missing"));
    budget.begin_rule();
    Ok(AtrRule {
        id: text("id")?,
        title: text("title")?,
        severity: text("severity")?,
        status: text("status")?,
        combine,
        written: conditions.iter().filter_map(written).collect(),
        rule: Rule::of_patterns(combine, conditions.iter().map(|condition| pattern(condition, budget))),
    })
}

fn written(condition: &Json) -> Option<String> {
    condition.as_object().and_then(|condition| condition.text("value")).map(str::to_owned)
}

fn pattern(condition: &Json, budget: &mut Budget) -> Result<Pattern, PatternError> {
    let wrong = |reason: &str| PatternError::Syntax { reason: reason.to_owned() };
    let condition = condition.as_object().ok_or_else(|| wrong("a condition should be an object"))?;
    let text = |name: &str| Map::text(condition, name).ok_or_else(|| wrong(&format!("`{name}` is missing")));
    let field = text("field")?;
    if !TEXT_FIELDS.contains(&field) {
        return Err(PatternError::NotAboutText { field: field.to_owned() });
    }
    match text("operator")? {
        "regex" => Pattern::within(text("value")?, budget),
        other => Err(wrong(&format!("the operator `{other}` is not known"))),
    }
}
