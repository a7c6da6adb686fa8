//! The agreement that everybody here has signed, and who is held back from it now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use node::exchange::Agreements;
use policy::agreement::Agreement;
use policy::cedar::{ENGINE, schema_digest};
use policy::decision::{Active, Engine};
use policy::floors::Floors;
use record::base64url;
use record::digest::{AgreementDigest, PartyId};
use record::json::{Json, Map};
use record::time::Timestamp;

use super::cast::member;
use super::told;

/// Engines by how many members there are, and whose it is.
#[derive(Default)]
struct Engines(BTreeMap<(u8, u8), Arc<Engine>>);

/// One agreement between all members: everything may go but descriptions.
pub(crate) struct Treaty {
    pub(crate) agreement: Arc<Agreement>,
    members: u8,
    suspended: Mutex<BTreeSet<PartyId>>,
}

impl Treaty {
    /// Between so many members, from number 1 on.
    pub(crate) fn new(members: u8) -> Result<Self, String> {
        Ok(Self { agreement: agreement(members)?, members, suspended: Mutex::default() })
    }

    pub(crate) fn digest(&self) -> AgreementDigest {
        self.agreement.digest()
    }

    /// From now on a member gets nothing.
    pub(crate) fn suspend(&self, party: PartyId) {
        let _new = self.suspended.lock().unwrap_or_else(PoisonError::into_inner).insert(party);
    }

    pub(crate) fn resume(&self) {
        self.suspended.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What decides for a member. To read the policies takes long, so each is made once.
    pub(crate) fn engine(&self, number: u8) -> Result<Arc<Engine>, String> {
        static MADE: OnceLock<Mutex<Engines>> = OnceLock::new();
        let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = made.0.get(&(self.members, number)) {
            return Ok(Arc::clone(engine));
        }
        let active = Active::new(Arc::clone(&self.agreement), self.agreement.from());
        let floors = Floors::new(&[]).map_err(told)?;
        let engine = Arc::new(Engine::new(member(number)?.id(), floors, vec![active]).map_err(told)?);
        drop(made.0.insert((self.members, number), Arc::clone(&engine)));
        Ok(engine)
    }
}

impl Agreements for Treaty {
    fn of_member(&self, party: &PartyId, now: Timestamp) -> Vec<AgreementDigest> {
        let is_suspended = self.suspended.lock().unwrap_or_else(PoisonError::into_inner).contains(party);
        let is_open = self.agreement.has(*party) && self.agreement.covers(now) && !is_suspended;
        is_open.then(|| self.digest()).into_iter().collect()
    }

    fn all(&self, _: Timestamp) -> Vec<AgreementDigest> {
        vec![self.digest()]
    }

    fn depositary(&self, _agreement: &AgreementDigest) -> Option<PartyId> {
        None
    }

    fn head_every_minutes(&self, agreement: &AgreementDigest) -> Option<u32> {
        (*agreement == self.digest()).then(|| self.agreement.head_every_minutes())
    }
}

fn list(items: &[&str]) -> Json {
    Json::Array(items.iter().map(|item| Json::text(*item)).collect())
}

fn language(tag: &str) -> Json {
    Map::new().with("language", tag).with("is_authentic", Json::Bool(true)).into()
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

fn agreement(members: u8) -> Result<Arc<Agreement>, String> {
    let roles: Vec<String> = (1..=members).map(|number| format!("member-{number}")).collect();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let mut parties = Vec::new();
    for (role, number) in roles.iter().zip(1_u8..) {
        let party = member(number)?.id().to_string();
        parties.push(Json::from(Map::new().with("role", *role).with("party", party)));
    }
    let text = Map::new()
        .with("format", policy::agreement::FORMAT)
        .with("engine", ENGINE)
        .with("schema", base64url::encode(&schema_digest()))
        .with("title", Map::new().with("en", "Incidents").with("zh-Hans", "事件"))
        .with("languages", Json::Array(["en", "zh-Hans"].map(language).to_vec()))
        .with("prevails", "equal")
        .with("parties", Json::Array(parties))
        .with("from", "2026-06-30T16:00:00Z")
        .with("until", "2026-10-31T16:00:00Z")
        .with("zone", "Asia/Shanghai")
        .with("keep_days", Json::count(365))
        .with("head_every_minutes", Json::count(60))
        .with("clauses", Json::Array(vec![clause(&roles)]))
        .with("examples", Json::Array(Vec::new()));
    Ok(Arc::new(Agreement::from_map(text).map_err(told)?))
}
