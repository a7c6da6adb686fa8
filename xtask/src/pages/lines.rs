//! What the scripts write: `{"kind": "check" | "skipped" | "note", ...}`, one object per line.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::tally::Tally;

/// What one script, or all of them, had to say.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// The counts.
    pub(crate) tally: Tally,
    /// Each failed check, with why and what to do.
    pub(crate) failures: Vec<String>,
    /// What was skipped, for the end.
    pub(crate) skipped: Vec<String>,
}

impl Account {
    /// Takes in one line and answers how it is shown.
    ///
    /// # Errors
    /// When it is no such object.
    pub(crate) fn hear(&mut self, line: &str) -> Result<String> {
        let fact: Value = serde_json::from_str(line).with_context(|| format!("`{line}` is not JSON"))?;
        match text(&fact, "kind")? {
            "check" if fact.get("holds") == Some(&Value::Bool(true)) => {
                self.tally.passed += 1;
                Ok(format!("ok {}", text(&fact, "name")?))
            }
            "check" => self.fail(&fact),
            "skipped" => self.skip(&fact),
            "note" => Ok(text(&fact, "text")?.to_owned()),
            other => bail!("`{other}` is no kind of line"),
        }
    }

    /// Adds what another script said.
    pub(crate) fn add(&mut self, other: Self) {
        self.tally += other.tally;
        self.failures.extend(other.failures);
        self.skipped.extend(other.skipped);
    }

    fn fail(&mut self, fact: &Value) -> Result<String> {
        self.tally.failed += 1;
        let mut shown = format!("FAILED {}", text(fact, "name")?);
        for (member, mark) in [("why", ""), ("advice", "-> ")] {
            if let Some(said) = fact.get(member).and_then(Value::as_str).filter(|said| !said.is_empty()) {
                shown.push_str(&format!("\n    {mark}{said}"));
            }
        }
        self.failures.push(shown.clone());
        Ok(shown)
    }

    fn skip(&mut self, fact: &Value) -> Result<String> {
        self.tally.skipped += 1;
        let shown = format!("SKIPPED: {}: {}", text(fact, "name")?, text(fact, "why")?);
        self.skipped.push(shown.clone());
        Ok(shown)
    }
}

fn text<'a>(fact: &'a Value, member: &str) -> Result<&'a str> {
    fact.get(member).and_then(Value::as_str).with_context(|| format!("no `{member}` in {fact}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_is_counted_as_what_it_is() {
        let mut account = Account::default();
        let mut hear = |line: &str| account.hear(line).unwrap();
        assert_eq!(hear(r#"{"kind":"check","name":"a","holds":true}"#), "ok a");
        let told = hear(r#"{"kind":"check","name":"b","holds":false,"why":"red","advice":"paint it"}"#);
        assert_eq!(told, "FAILED b\n    red\n    -> paint it");
        assert_eq!(hear(r#"{"kind":"skipped","name":"c","why":"no page"}"#), "SKIPPED: c: no page");
        assert_eq!(hear(r#"{"kind":"note","text":"12 ms"}"#), "12 ms");
        assert_eq!(account.tally, Tally { passed: 1, failed: 1, skipped: 1 });
        assert_eq!((account.failures.len(), account.skipped.len()), (1, 1));
    }

    #[test]
    fn a_check_that_does_not_say_that_it_holds_does_not() {
        let mut account = Account::default();
        let _shown = account.hear(r#"{"kind":"check","name":"a"}"#).unwrap();
        assert_eq!(account.tally.failed, 1);
    }

    #[test]
    fn anything_else_is_refused() {
        let mut account = Account::default();
        assert!(account.hear("ok a").is_err());
        assert!(account.hear(r#"{"kind":"guess"}"#).is_err());
        assert!(account.hear(r#"{"kind":"check","holds":true}"#).is_err());
    }
}
