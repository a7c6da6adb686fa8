//! The answering side of pairing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use node::tls::TransportKey;
use protocol::pairing::{Side, code};
use record::base64url;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{self, Json, Map};
use web::{Handed, PairStep};

use crate::clock;
use crate::home::{Home, read_input};
use crate::keyring::{check_text, lists_transport};
use crate::pairings;

/// Pairings that are under way at once: one call at a time, and room for a line that broke.
const MAX_UNDER_WAY: usize = 16;

/// Pairings under way, by the commitment of the one who began.
#[derive(Debug)]
pub(super) struct Pairing {
    home: Home,
    under_way: Mutex<BTreeMap<[u8; 32], [u8; 32]>>,
}

impl Pairing {
    pub(super) const fn new(home: Home) -> Self {
        Self { home, under_way: Mutex::new(BTreeMap::new()) }
    }

    pub(super) fn answer(&self, step: PairStep, key: Option<&TransportKey>, octets: &[u8]) -> Handed {
        if !pairings::is_open(&self.home) {
            let problem = "this node does not pair now; its operator opens it with: detente peer invite";
            return Handed::Refused(403, problem.to_owned());
        }
        let Ok(Json::Object(map)) = json::parse(octets) else { return refused("this is no step of pairing") };
        let Some(commitment) = octets_of(&map, "commitment") else { return refused("there is no commitment") };
        match step {
            PairStep::Commit => self.commit(commitment),
            PairStep::Reveal => self.reveal(&commitment, key, &map),
        }
    }

    fn commit(&self, commitment: [u8; 32]) -> Handed {
        let mut number = [0; 32];
        if SystemEntropy::new().fill(&mut number).is_err() {
            return Handed::Unavailable("this machine gives no random numbers".to_owned());
        }
        let Ok(profile) = read_input(&self.home.profile_path()) else {
            return Handed::Unavailable("the profile cannot be read".to_owned());
        };
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.len() >= MAX_UNDER_WAY {
            let _oldest = under_way.pop_first();
        }
        // A commitment is answered once: a second number for it would be a second try.
        if under_way.insert(commitment, number).is_some() {
            let _gone = under_way.remove(&commitment);
            return refused("this commitment was used before");
        }
        let map = Map::new()
            .with("number", base64url::encode(&number))
            .with("profile", String::from_utf8_lossy(&profile).into_owned());
        Handed::Taken(Json::from(map).to_text().into_bytes())
    }

    fn reveal(&self, commitment: &[u8; 32], key: Option<&TransportKey>, map: &Map) -> Handed {
        let number = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(commitment);
        let Some(number) = number else { return refused("no pairing began with this commitment") };
        let (Some(theirs), Some(profile)) = (octets_of(map, "number"), map.text("profile")) else {
            return refused("number or profile is missing");
        };
        let path = std::path::Path::new("the profile that came");
        let Ok(known) = check_text(profile.as_bytes(), path) else { return refused("the profile does not hold") };
        let beginner = Side::new(known.history.party(), known.history.head().digest(), theirs);
        if beginner.commitment() != *commitment {
            return refused("this is not what was committed to");
        }
        if !key.is_some_and(|key| lists_transport(&known.history, key, clock::now())) {
            return refused("the profile does not list the key of this connection");
        }
        let Ok(history) = self.home.history() else { return refused("our own profile does not read") };
        let ours = Side::new(history.party(), history.head().digest(), number);
        match pairings::keep(&self.home, &code(&beginner, &ours), profile, map.text("address")) {
            Ok(()) => Handed::Taken(Vec::new()),
            Err(failure) => Handed::Unavailable(failure.message),
        }
    }
}

pub(crate) fn octets_of(map: &Map, name: &str) -> Option<[u8; 32]> {
    base64url::decode_exactly(map.text(name)?).ok()
}

fn refused(problem: &str) -> Handed {
    Handed::Refused(400, problem.to_owned())
}
