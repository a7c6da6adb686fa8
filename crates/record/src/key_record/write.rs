//! Writing the payload of a key record.

use super::{KeyEntry, KeyRecordError, Parts, Revocation};
use crate::base64url;
use crate::json::{self, Json, Map};
use crate::suite::PublicKey;

impl Parts {
    /// The canonical octets. Keys stand in the order of purpose and suite.
    pub(super) fn to_octets(&self) -> Result<Vec<u8>, KeyRecordError> {
        let mut keys: Vec<_> = self.keys.iter().collect();
        keys.sort_by_key(|entry| (entry.purpose(), entry.key().suite(), entry.not_before()));
        let mut members = Map::new()
            .with("created", self.created.to_string())
            .with("index", Json::integer(i64::from(self.index)).unwrap_or(Json::Null))
            .with("keys", Json::Array(keys.into_iter().map(write_key).collect()))
            .with(
                "recovery",
                self.recovery
                    .iter()
                    .map(|(suite, key_id)| (suite.as_str(), Json::text(key_id.to_string())))
                    .collect::<Map>(),
            )
            .with("required", self.write_required())
            .with("revoked", Json::Array(self.revoked.iter().map(write_revocation).collect()));
        if let Some(link) = self.link {
            members.set("party", link.party.to_string());
            members.set("previous", link.previous.to_string());
        }
        if !self.recovered_with.is_empty() {
            members.set("recovered_with", Json::Array(self.recovered_with.iter().map(write_recovery_key).collect()));
        }
        Ok(json::canonical(&members.into())?)
    }

    fn write_required(&self) -> Map {
        let names = |suites: &[super::SuiteName]| suites.iter().map(|suite| suite.as_str().into()).collect();
        self.required.iter().map(|(usage, suites)| (usage.name(), Json::Array(names(suites)))).collect()
    }
}

fn write_key(entry: &KeyEntry) -> Json {
    Map::new()
        .with("not_after", entry.not_after().to_string())
        .with("not_before", entry.not_before().to_string())
        .with("public_key", base64url::encode(entry.key().octets()))
        .with("purpose", entry.purpose().name())
        .with("suite", entry.key().suite().as_str())
        .into()
}

fn write_recovery_key(key: &PublicKey) -> Json {
    Map::new().with("public_key", base64url::encode(key.octets())).with("suite", key.suite().name()).into()
}

fn write_revocation(revocation: &Revocation) -> Json {
    Map::new()
        .with("kid", revocation.key_id.to_string())
        .with("reason", revocation.reason.name())
        .with("since", revocation.since.to_string())
        .into()
}
