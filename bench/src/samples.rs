//! Records to measure with, and a party that signs them.

use anyhow::Context as _;
use record::entropy::SystemEntropy;
use record::json::{self, Json};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::kind::Kind;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};

/// A record of eight properties: what a retraction or a small note is.
pub(crate) const THIN: &str = r#"{"type":"note","id":"note--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f10","created":"2026-07-01T03:10:00.000Z",
"modified":"2026-07-01T03:10:00.000Z","created_by_ref":"identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f11",
"content":"The earlier note named the wrong model.","abstract":"correction","lang":"en"}"#;

/// An incident of 1.7 kB: eleven properties of the core, fourteen of the extension, three twins and a version.
const INCIDENT: &str = r#"{"type":"incident","spec_version":"2.1","id":"incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f12",
"created":"2026-07-01T03:10:00.000Z","modified":"2026-07-01T03:10:00.000Z",
"created_by_ref":"identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f11","lang":"en","confidence":80,
"name":"A delivery robot blocked the way of an ambulance for four minutes","description":"DESCRIPTION",
"extensions":{"EXTENSION":{"extension_type":"property-extension","occurred":"2026-06-30T21:04:00Z",
"discovered":"2026-06-30T21:09:00Z","aware":"2026-07-01T01:00:00Z","place":{"country":"NL","locality":"Utrecht"},
"system":"pavement delivery robot","model":"way-finder 7, build 2026.3","developer":"Example Robotics",
"deployer":"Example Deliveries","autonomy":"drives alone, called back by a person","severity":"serious incident",
"people_affected":3,"ai_involvement":"the planner treated the flashing lights as glare and stood still",
"actions_taken":"robots stay off that street at night; the planner was trained again"}}}"#;

/// The incident's text.
pub(crate) fn incident() -> anyhow::Result<String> {
    let extension =
        Kind::of("incident").and_then(|kind| kind.extension).context("the incident kind has an extension")?;
    Ok(INCIDENT.replace("EXTENSION", extension).replace("DESCRIPTION", &"It stood across the gate. ".repeat(26)))
}

/// Who signs.
pub(crate) struct Party {
    pub(crate) history: KeyHistory,
    pub(crate) key: PrivateKey,
}

impl Party {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let mut entropy = SystemEntropy::new();
        let (keys, recovery) = (PartyKeys::generate(&mut entropy)?, RecoveryKey::generate(&mut entropy)?);
        let always = (Timestamp::from_micros(0), Timestamp::from_micros(1 << 52));
        let entries = keys.entries(always.0, always.1)?;
        let first = KeyRecordDraft::new(always.0, entries).sign_first(&recovery.commitment(), &keys)?;
        let seed = *keys.get(Purpose::Record, Suite::Ed25519).context("a record key")?.seed();
        Ok(Self {
            history: KeyHistory::begin(first.envelope().clone())?,
            key: PrivateKey::from_seed(Suite::Ed25519, &seed)?,
        })
    }

    /// A record of an object, everything shown.
    pub(crate) fn sign(&self, object: &StixObject) -> anyhow::Result<Signed<Record>> {
        let keys = [&self.key];
        let author = Author::new(self.history.party(), self.history.head().content().digest(), &keys);
        Ok(Draft::new(object.clone()).sign(&author, &mut SystemEntropy::new())?)
    }
}

/// The object of a text.
pub(crate) fn object(text: &str) -> anyhow::Result<StixObject> {
    let Json::Object(object) = json::parse(text.as_bytes())? else { anyhow::bail!("not an object") };
    Ok(StixObject::from_map(object)?)
}
