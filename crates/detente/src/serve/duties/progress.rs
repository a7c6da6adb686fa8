//! How far a node has come with evaluating its incidents: a file beside its log.
//!
//! It is written behind what was done, so a node that is killed looks a second time and misses nothing. If it is lost, or tells of another
//! log, every incident is looked at again.

use record::base64url;
use record::json::{self, Json, Map};

use crate::cases::Cases;
use crate::duty_book::fold;
use crate::home::{Home, Readers, read_input, replace};
use crate::outcome::Done;

/// Name of the file.
const FILE: &str = "duties-evaluated.json";

/// How far a node has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    /// Entries of the log of which every incident was looked at.
    pub(super) entries: u64,
    /// The last of them, by which the log is known again.
    leaf: Option<Vec<u8>>,
    /// Under what all incidents were evaluated last: the day, the packs, who we are. None if they never were.
    pub(super) done_under: Option<String>,
    /// The round through all incidents that has not come to its end.
    pub(super) round: Option<Round>,
}

/// A round through all incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Round {
    /// Under what they are evaluated.
    pub(super) under: String,
    /// The last incident that was looked at; empty at the beginning.
    pub(super) after: String,
}

impl Round {
    pub(super) const fn begun(under: String) -> Self {
        Self { under, after: String::new() }
    }
}

impl Progress {
    /// The beginning: a round through all incidents looks at whatever the log holds now.
    fn none(cases: Cases<'_>) -> Done<Self> {
        let entries = fold::size(cases)?;
        Ok(Self { entries, leaf: fold::leaf_before(cases, entries)?, done_under: None, round: None })
    }

    /// What is kept of this log, or the beginning.
    pub(super) fn read(home: &Home, cases: Cases<'_>) -> Done<Self> {
        let kept = read_input(&home.dir().join(FILE)).ok();
        let kept = kept.and_then(|octets| Self::of_json(&json::parse(&octets).ok()?));
        match kept {
            Some(kept) if kept.is_of(cases)? => Ok(kept),
            Some(_) | None => Self::none(cases),
        }
    }

    /// Whether it tells of the log that lies here.
    pub(super) fn is_of(&self, cases: Cases<'_>) -> Done<bool> {
        Ok(fold::leaf_before(cases, self.entries)? == self.leaf)
    }

    /// Every incident of the entries before this one was looked at.
    pub(super) fn has_read(&mut self, entries: u64, cases: Cases<'_>) -> Done {
        self.leaf = fold::leaf_before(cases, entries)?;
        self.entries = entries;
        Ok(())
    }

    pub(super) fn write(&self, home: &Home) -> Done {
        replace(&home.dir().join(FILE), &self.to_json().to_text(), Readers::Owner)
    }

    fn to_json(&self) -> Map {
        let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::text);
        let round = |round: &Round| Map::new().with("under", round.under.as_str()).with("after", round.after.as_str());
        Map::new()
            .with("entries", Json::count(self.entries))
            .with("leaf", text(&self.leaf.as_ref().map(|leaf| base64url::encode(leaf))))
            .with("done_under", text(&self.done_under))
            .with("round", self.round.as_ref().map_or(Json::Null, |one| round(one).into()))
    }

    fn of_json(json: &Json) -> Option<Self> {
        let map = json.as_object()?;
        let entries = map.get("entries")?.as_integer().and_then(|entries| u64::try_from(entries).ok())?;
        let leaf = match map.text("leaf") {
            Some(text) => Some(base64url::decode(text).ok()?),
            None => None,
        };
        let round = map.get("round").and_then(Json::as_object).and_then(|round| {
            Some(Round { under: round.text("under")?.to_owned(), after: round.text("after")?.to_owned() })
        });
        Some(Self { entries, leaf, done_under: map.text("done_under").map(str::to_owned), round })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let round = Some(Round { under: "2026-11-30".to_owned(), after: "incident--1".to_owned() });
        for (leaf, done_under, round) in
            [(None, None, None), (Some(vec![0, 255, 7]), Some("2026-11-29".to_owned()), round)]
        {
            let progress = Progress { entries: 12, leaf, done_under, round };
            assert_eq!(Progress::of_json(&progress.to_json().into()), Some(progress));
        }
    }

    #[test]
    fn what_is_no_progress_is_none() {
        for text in ["[]", "{}", r#"{"entries":-1}"#, r#"{"entries":1,"leaf":"!"}"#] {
            assert_eq!(Progress::of_json(&json::parse(text.as_bytes()).unwrap()), None, "{text}");
        }
    }
}
