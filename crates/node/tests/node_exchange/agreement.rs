//! An agreement in force between parties, and who is held back from it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use node::exchange::Agreements;
use policy::agreement::Agreement;
use policy::cedar::{ENGINE, schema_digest};
use policy::decision::Active;
use record::base64url;
use record::digest::{AgreementDigest, PartyId};
use record::json::{Json, Map};
use record::time::Timestamp;

fn list(items: &[&str]) -> Json {
    Json::Array(items.iter().map(|item| Json::text(*item)).collect())
}

fn clause(roles: &[&str]) -> Json {
    let obligations = Map::new().with("purposes", list(&["incident-response"])).with("onward", "organisation");
    Map::new()
        .with("id", "1")
        .with("text", Map::new().with("en", "All but the description.").with("zh-Hans", "除描述外的全部。"))
        .with("policy", "permit(principal, action, resource);")
        .with("transform", Map::new().with("drop", list(&["description"])))
        .with("from", list(roles))
        .with("to", list(roles))
        .with("obligations", obligations)
        .into()
}

fn language(tag: &str) -> Json {
    Map::new().with("language", tag).with("is_authentic", Json::Bool(true)).into()
}

/// Everything may go but descriptions, from every member to every other.
pub(crate) fn agreement(title: &str, parties: &[PartyId]) -> Arc<Agreement> {
    agreement_with(title, parties, 60)
}

/// The same, whose heads are stated that often.
pub(crate) fn agreement_with(title: &str, parties: &[PartyId], head_every_minutes: i64) -> Arc<Agreement> {
    let roles: Vec<String> = (0..parties.len()).map(|number| format!("member-{number}")).collect();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let members = roles.iter().zip(parties);
    let members =
        members.map(|(role, party)| Json::from(Map::new().with("role", *role).with("party", party.to_string())));
    let text = Map::new()
        .with("format", policy::agreement::FORMAT)
        .with("engine", ENGINE)
        .with("schema", base64url::encode(&schema_digest()))
        .with("title", Map::new().with("en", title).with("zh-Hans", "协议"))
        .with("languages", Json::Array(["en", "zh-Hans"].map(language).to_vec()))
        .with("prevails", "equal")
        .with("parties", Json::Array(members.collect()))
        .with("from", "2026-06-30T16:00:00Z")
        .with("until", "2026-10-31T16:00:00Z")
        .with("zone", "Asia/Shanghai")
        .with("keep_days", Json::integer(365).unwrap())
        .with("head_every_minutes", Json::integer(head_every_minutes).unwrap())
        .with("clauses", Json::Array(vec![clause(&roles)]))
        .with("examples", Json::Array(Vec::new()));
    Arc::new(Agreement::from_map(text).unwrap())
}

/// The agreements that everybody here has signed.
#[derive(Default)]
pub(crate) struct Treaties {
    pub(crate) signed: Vec<Arc<Agreement>>,
    suspended: Mutex<BTreeSet<AgreementDigest>>,
}

impl Treaties {
    pub(crate) fn of(signed: Vec<Arc<Agreement>>) -> Self {
        Self { signed, suspended: Mutex::default() }
    }

    pub(crate) fn suspend(&self, agreement: AgreementDigest) {
        self.suspended.lock().unwrap().insert(agreement);
    }

    pub(crate) fn active(&self) -> Vec<Active> {
        self.signed.iter().map(|one| Active::new(Arc::clone(one), one.from())).collect()
    }
}

impl Agreements for Treaties {
    fn of_member(&self, party: &PartyId, now: Timestamp) -> Vec<AgreementDigest> {
        let suspended = self.suspended.lock().unwrap();
        let of_member = self.signed.iter().filter(|one| one.has(*party) && one.covers(now));
        let digests = of_member.map(|one| one.digest()).filter(|digest| !suspended.contains(digest));
        digests.collect()
    }

    fn all(&self, _: Timestamp) -> Vec<AgreementDigest> {
        self.signed.iter().map(|one| one.digest()).collect()
    }

    fn depositary(&self, _: &AgreementDigest) -> Option<PartyId> {
        None
    }

    fn head_every_minutes(&self, agreement: &AgreementDigest) -> Option<u32> {
        let found = self.signed.iter().find(|one| one.digest() == *agreement);
        found.map(|one| one.head_every_minutes())
    }
}
