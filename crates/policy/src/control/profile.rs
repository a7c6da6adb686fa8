//! What a party says of itself: the one file that anybody may have.

use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_KEY_RECORD_BYTES;
use record::{Record, Signed, Unverified};

/// Properties of an identity that a profile may show.
const SHOWN: [&str; 12] = [
    "type",
    "spec_version",
    "id",
    "created",
    "modified",
    "created_by_ref",
    "lang",
    "name",
    "description",
    "identity_class",
    "contact_information",
    "extensions",
];

/// Our own profile file: our key records, and an identity record about ourselves that shows nothing which a profile does not
/// have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFile(String);

impl ProfileFile {
    /// Reads `{"key_records": [JWS], "profile": JWS}`. None if it holds anything else, if a signature does not hold, or if it
    /// is another party's than that of `own`.
    #[must_use]
    pub fn read(text: &str, own: &KeyHistory) -> Option<Self> {
        let Ok(Json::Object(file)) = json::parse(text.as_bytes()) else { return None };
        let history = key_records(&file)?;
        let profile = Unverified::read(file.get("profile")?.to_text().as_bytes()).ok()?;
        let profile = profile.verify(&history, Moment::AsNamed).ok()?;
        let is_whole = file.len() == 2 && history.party() == own.party() && is_profile(&profile);
        is_whole.then(|| Self(text.to_owned()))
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

fn key_records(file: &Map) -> Option<KeyHistory> {
    let records = file.get("key_records")?.as_array()?.iter();
    let read =
        |record: &Json| Envelope::read(record.to_text().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).ok();
    KeyHistory::from_records(records.map(read).collect::<Option<Vec<_>>>()?).ok()
}

/// An identity record about its own signer.
fn is_profile(record: &Signed<Record>) -> bool {
    let content = record.content();
    let is_own = content.object().text("id") == Some(content.issuer().identity().as_str());
    let is_identity = content.object().text("type") == Some("identity") && content.relayed_for().is_none();
    is_own && is_identity && content.object().names().all(|name| SHOWN.contains(&name))
}
