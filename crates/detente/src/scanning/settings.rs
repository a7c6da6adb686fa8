//! What a person decided about signals at this node: whose are looked for beyond the limits, and what is never flagged.
//!
//! It is this node's own decision, is signed by nobody and goes nowhere. Of content that is harmless its keys are kept, and no word.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use matching::bank::{Bank, Harmless, HarmlessBank, SignalName};
use matching::pdq::Pdq;
use matching::signal::{ExactKey, SimilarityKey};
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::stix::StixId;
use record::time::Timestamp;

use crate::home::{Readers, read_input, replace};
use crate::outcome::{Done, Failure};

/// Name of the file in the node's directory.
pub(crate) const FILE: &str = "signals.json";

/// Decisions of each kind: a person made each of them.
const MAX_DECISIONS: usize = 10_000;

/// For whom there is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// All signals of a party, however fast they come.
    Party(PartyId),
    /// A signal, however often it is found.
    Signal(PartyId, StixId),
}

/// Content that is never flagged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HarmlessEntry {
    pub(crate) note: String,
    /// Who said so, if that was said.
    pub(crate) by: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) content: Harmless,
}

/// All decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) allowed: Vec<Allowed>,
    pub(crate) harmless: Vec<HarmlessEntry>,
}

impl Settings {
    /// Those of a node; none if nothing was decided.
    pub(crate) fn read(dir: &Path) -> Done<Self> {
        let path = dir.join(FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let wrong = |problem: &str| Failure::input(format!("`{}`: {problem}", path.display()));
        let json = json::parse(&read_input(&path)?).map_err(|error| wrong(&error.to_string()))?;
        json.as_object().and_then(Self::of_map).ok_or_else(|| {
            wrong("it is not what this program writes")
                .advise("put it back from a backup, or remove it: then nothing is allowed beyond the limits, and nothing is harmless")
        })
    }

    /// Writes them. The caller has the directory.
    pub(crate) fn write(&self, dir: &Path) -> Done {
        if self.allowed.len().max(self.harmless.len()) > MAX_DECISIONS {
            return Err(Failure::input(format!("there are {MAX_DECISIONS} decisions already; remove one first")));
        }
        replace(&dir.join(FILE), &format!("{}\n", self.to_map().to_text()), Readers::Owner)
    }

    fn of_map(map: &Map) -> Option<Self> {
        let list = |name: &str| map.get(name).and_then(Json::as_array).unwrap_or_default();
        let allowed = list("allowed").iter().map(|json| Allowed::of_map(json.as_object()?)).collect::<Option<_>>()?;
        let harmless =
            list("harmless").iter().map(|json| HarmlessEntry::of_map(json.as_object()?)).collect::<Option<_>>()?;
        Some(Self { allowed, harmless })
    }

    fn to_map(&self) -> Map {
        let allowed = self.allowed.iter().map(|one| Json::from(one.to_map())).collect();
        let harmless = self.harmless.iter().map(|one| Json::from(one.to_map())).collect();
        Map::new().with("allowed", Json::Array(allowed)).with("harmless", Json::Array(harmless))
    }

    /// A bank that follows them.
    pub(super) fn apply(&self, bank: Bank) -> Bank {
        let parties = self.parties().into_iter().map(|party| Arc::from(party.to_string())).collect();
        let mut bank = bank.with_allowed(parties);
        self.apply_to_scans(&mut bank);
        bank
    }

    /// What holds for the next scan, whatever was read before: which signals are found without a limit, and what is never flagged.
    pub(super) fn apply_to_scans(&self, bank: &mut Bank) {
        let signals = self.allowed.iter().filter_map(|allowed| match allowed {
            Allowed::Party(_) => None,
            Allowed::Signal(party, id) => Some(SignalName::new(&party.to_string(), id.clone())),
        });
        bank.set_allowed_signals(signals.collect());
        let entries = self.harmless.iter().map(|entry| (entry.content.clone(), entry.note.clone()));
        bank.set_harmless(HarmlessBank::new(entries));
    }

    /// Parties whose feeds have no limit.
    pub(super) fn parties(&self) -> BTreeSet<PartyId> {
        let party = |allowed: &Allowed| if let Allowed::Party(party) = allowed { Some(*party) } else { None };
        self.allowed.iter().filter_map(party).collect()
    }
}

impl Allowed {
    fn of_map(map: &Map) -> Option<Self> {
        let party = map.text("party")?.parse().ok()?;
        Some(match map.text("signal") {
            Some(id) => Self::Signal(party, id.parse().ok()?),
            None => Self::Party(party),
        })
    }

    /// As the command line takes it.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Party(party) => party.to_string(),
            Self::Signal(party, id) => format!("{party}/{id}"),
        }
    }

    pub(crate) fn to_map(&self) -> Map {
        match self {
            Self::Party(party) => Map::new().with("party", party.to_string()),
            Self::Signal(party, id) => Map::new().with("party", party.to_string()).with("signal", id.as_str()),
        }
    }
}

impl HarmlessEntry {
    fn of_map(map: &Map) -> Option<Self> {
        let digest = || match map.text("key")?.parse().ok()? {
            ExactKey::Plain(digest) => Some(digest),
            ExactKey::Keyed(..) => None,
        };
        let content = match map.text("kind")? {
            "text" => match map.text("near")?.parse().ok()? {
                SimilarityKey::MinHash(signature) => Harmless::Keys { digest: digest()?, signature },
                SimilarityKey::SimHash(_) | SimilarityKey::Pdq(_) | _ => return None,
            },
            "picture" => Harmless::Picture(map.text("near")?.parse::<Pdq>().ok()?),
            "file" => Harmless::Digest(digest()?),
            _ => return None,
        };
        let by = map.text("by").map(str::to_owned);
        Some(Self { note: map.text("note")?.to_owned(), by, at: map.text("at")?.parse().ok()?, content })
    }

    pub(crate) fn to_map(&self) -> Map {
        let map = Map::new().with("kind", self.kind()).with("note", self.note.as_str()).with("at", self.at.to_string());
        let map = self.by.iter().fold(map, |map, by| map.with("by", by.as_str()));
        let key = |digest: &[u8; 32]| ExactKey::Plain(*digest).to_string();
        match &self.content {
            Harmless::Keys { digest, signature } => {
                map.with("key", key(digest)).with("near", SimilarityKey::MinHash(signature.clone()).to_string())
            }
            Harmless::Digest(digest) => map.with("key", key(digest)),
            Harmless::Picture(hash) => map.with("near", hash.to_string()),
            Harmless::Text(_) | _ => map,
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match &self.content {
            Harmless::Digest(_) => "file",
            Harmless::Picture(_) => "picture",
            Harmless::Text(_) | Harmless::Keys { .. } | _ => "text",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Settings::read(dir.path()).unwrap(), Settings::default());
        let id: StixId = "indicator--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f31".parse().unwrap();
        let party = PartyId::from_octets([7; 32]);
        let entry = |content: Harmless| HarmlessEntry {
            note: "a poem".to_owned(),
            by: Some("Ada".to_owned()),
            at: Timestamp::from_micros(0),
            content,
        };
        let settings = Settings {
            allowed: vec![Allowed::Party(party), Allowed::Signal(party, id)],
            harmless: vec![
                entry(Harmless::keys_of("Roses are red, violets are blue.")),
                entry(Harmless::Digest([9; 32])),
            ],
        };
        settings.write(dir.path()).unwrap();
        assert_eq!(Settings::read(dir.path()).unwrap(), settings);
        let text = std::fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(!text.contains("Roses"), "content is kept nowhere");
        std::fs::write(dir.path().join(FILE), r#"{"harmless":[{"kind":"text"}]}"#).unwrap();
        let told = Settings::read(dir.path()).unwrap_err();
        assert!(told.message.contains("not what this program writes"), "{}", told.message);
    }
}
