//! The keys that the reader of a record believes: those of profiles that were checked, and a node's own.
//!
//! A profile file is what a party hands to others: `{"key_records": [...], "profile": record}`.

use std::path::Path;

use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_KEY_RECORD_BYTES;
use record::{Record, Signed, Unverified};

use crate::arguments::KeyArguments;
use crate::home::{Home, read_input};
use crate::outcome::{Done, Failure};

/// A party whose profile was read and checked.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) history: KeyHistory,
    /// What it calls itself: its own word, under its own signature.
    name: Option<String>,
}

/// The parties whose keys are believed.
#[derive(Debug, Default)]
pub(crate) struct Keyring(Vec<Known>);

impl Keyring {
    /// Reads what the arguments name.
    pub(crate) fn read(arguments: &KeyArguments) -> Done<Self> {
        let mut ring = Self::default();
        for path in &arguments.profiles {
            ring.0.push(read_profile(path)?);
        }
        if let Some(dir) = &arguments.dir {
            ring.0.push(read_profile(&Home::open(dir)?.profile_path())?);
        }
        Ok(ring)
    }

    /// The history of a party.
    pub(crate) fn find(&self, party: PartyId) -> Done<&KeyHistory> {
        let found = self.known(party).map(|known| &known.history);
        found.ok_or_else(|| {
            Failure::refused(format!("the record claims to be from party {party}, whose keys are not here")).advise(
                "get that party's profile file by a way that you trust, compare the party id, and add: --keys PROFILE",
            )
        })
    }

    /// What a party calls itself.
    pub(crate) fn name(&self, party: PartyId) -> Option<&str> {
        self.known(party).and_then(|known| known.name.as_deref())
    }

    fn known(&self, party: PartyId) -> Option<&Known> {
        self.0.iter().find(|known| known.history.party() == party)
    }

    /// Verifies a record under the keys of the party that it claims to be from.
    pub(crate) fn verify(&self, record: Unverified, moment: Moment) -> Done<Signed<Record>> {
        let history = self.find(record.claimed_issuer())?;
        record.verify(history, moment).map_err(Failure::refused)
    }
}

/// The text of a profile file.
pub(crate) fn write_profile(history: &KeyHistory, profile: &Signed<Record>) -> String {
    let records = history.records().map(|record| embed(record.envelope()));
    let file = Map::new().with("key_records", Json::Array(records.collect()));
    file.with("profile", embed(profile.envelope())).to_text()
}

/// An envelope as a JSON value inside another file.
pub(crate) fn embed(envelope: &Envelope) -> Json {
    // An envelope's own text is JSON under the profile: it was read or written here.
    json::parse(envelope.to_json().as_bytes()).unwrap_or(Json::Null)
}

/// Reads a profile file and checks the chain of its key records, and that its profile is signed by them.
pub(crate) fn read_profile(path: &Path) -> Done<Known> {
    let wrong = |problem: String| Failure::input(format!("`{}` is no profile file: {problem}", path.display()));
    let Json::Object(file) = json::parse(&read_input(path)?).map_err(|error| wrong(error.to_string()))? else {
        return Err(wrong("it is not an object".to_owned()));
    };
    let records = file.get("key_records").and_then(Json::as_array).unwrap_or_default();
    if records.is_empty() {
        return Err(wrong("it holds no key records".to_owned())
            .advise("give the `profile.json` that the party's own `detente init` wrote"));
    }
    let envelopes = records
        .iter()
        .map(|record| Envelope::read(record.to_text().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES));
    let envelopes: Result<Vec<_>, _> = envelopes.collect();
    let envelopes = envelopes.map_err(|error| wrong(error.to_string()))?;
    let untrue = |problem: String| Failure::refused(format!("`{}` does not hold: {problem}", path.display()));
    let history = KeyHistory::from_records(envelopes).map_err(|error| untrue(error.to_string()))?;
    let profile = file.get("profile").map(Json::to_text).unwrap_or_default();
    let profile = Unverified::read(profile.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let profile = profile.verify(&history, Moment::AsNamed).map_err(|error| untrue(error.to_string()))?;
    let name = profile.content().object().text("name").map(str::to_owned);
    Ok(Known { history, name })
}
