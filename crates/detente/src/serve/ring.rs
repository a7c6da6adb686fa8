//! The keys that a running node believes, and which of them were named to it when.

use std::collections::BTreeMap;

use node::tls::{Pins, TransportKey};
use policy::belief::{Delivery, Knowledge};
use protocol::exchange::Ring;
use record::digest::PartyId;
use record::key_history::KeyHistory;
use record::time::Timestamp;
use std::sync::{Arc, PoisonError, RwLock};
use storage::LocalStore;

use crate::home::Home;
use crate::keyring::Keyring;
use crate::node as store_of;
use crate::outcome::Done;
use crate::partners;

/// Keys as they were when this was read.
#[derive(Debug)]
pub(super) struct Keys {
    ring: Keyring,
    named: BTreeMap<PartyId, Knowledge>,
    nothing: Knowledge,
}

impl Keys {
    pub(super) fn read(home: &Home, store: &LocalStore) -> Done<Self> {
        let sql = "SELECT peer, key_record, leaf, idx FROM exchange_named";
        let rows: Vec<(String, String, i64, i64)> = store
            .ask(|it| {
                let mut statement = it.prepare_cached(sql)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
                rows.collect()
            })
            .map_err(store_of::fail)?;
        let mut named: BTreeMap<PartyId, Knowledge> = BTreeMap::new();
        for (peer, key_record, leaf, delivery) in rows {
            if let (Ok(peer), Ok(key_record)) = (peer.parse(), key_record.parse()) {
                let delivery = Delivery::new(u64::try_from(delivery).unwrap_or(0));
                named.entry(peer).or_default().name(key_record, delivery, u64::try_from(leaf).unwrap_or(0));
            }
        }
        Ok(Self { ring: partners::ring(home)?, named, nothing: Knowledge::new() })
    }

    pub(super) const fn ring(&self) -> &Keyring {
        &self.ring
    }
}

impl Ring for Keys {
    fn history(&self, party: &PartyId) -> Option<&KeyHistory> {
        self.ring.find(*party).ok()
    }

    fn knowledge(&self, party: &PartyId) -> &Knowledge {
        self.named.get(party).unwrap_or(&self.nothing)
    }
}

/// The keys of today, for whoever needs them while they change.
#[derive(Debug, Clone)]
pub(super) struct SharedKeys(Arc<RwLock<Arc<Keys>>>);

impl SharedKeys {
    pub(super) fn new(keys: Keys) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(keys))))
    }

    pub(super) fn get(&self) -> Arc<Keys> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

impl Pins for SharedKeys {
    fn party_of(&self, key: &TransportKey, now: Timestamp) -> Option<PartyId> {
        self.get().ring.party_of(key, now)
    }
}
