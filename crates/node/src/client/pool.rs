//! Connections that are kept, as many for each peer as were needed at once: a handshake costs the slowest line 14 s.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client::dial::{Dialler, Link};
use crate::client::{Address, ClientError};
use crate::limits::ClientLimits;
use crate::metrics::Metrics;
use crate::tls::{Expected, Identity, Pins};

/// All lanes. There are as many as there are peers with addresses.
pub(super) struct Pool {
    dialler: Dialler,
    lanes: Mutex<BTreeMap<(Address, Expected), Shared>>,
}

/// What requests to one peer share.
#[derive(Clone)]
struct Shared {
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Link>>>,
}

/// The right to make one request to one peer.
pub(super) struct Lane<'a> {
    pool: &'a Pool,
    address: &'a Address,
    expected: Expected,
    idle: Arc<Mutex<Vec<Link>>>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(super) fn new(
        identity: Arc<Identity>,
        pins: Arc<dyn Pins>,
        limits: ClientLimits,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { dialler: Dialler { identity, pins, limits, metrics }, lanes: Mutex::default() }
    }

    /// A turn to ask this peer.
    pub(super) async fn lane<'a>(&'a self, address: &'a Address, expected: Expected) -> Lane<'a> {
        let shared = self.shared(address, expected);
        // The semaphore is never closed, so there is always a turn in the end.
        let turn = shared.turns.acquire_owned().await.ok();
        Lane { pool: self, address, expected, idle: shared.idle, _turn: turn }
    }

    fn shared(&self, address: &Address, expected: Expected) -> Shared {
        let mut lanes = lock(&self.lanes);
        let limit = self.dialler.limits.max_requests_per_peer;
        lanes.entry((address.clone(), expected)).or_insert_with(|| Shared::new(limit)).clone()
    }
}

impl Shared {
    fn new(limit: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(limit)), idle: Arc::default() }
    }
}

impl Lane<'_> {
    /// The connection that was kept last and still leads to whom it should.
    pub(super) fn kept(&self) -> Option<Link> {
        let mut idle = lock(&self.idle);
        idle.retain(|link| !link.sender.is_closed() && self.leads_to(link));
        idle.pop()
    }

    // A key may have been taken back since the handshake. Where any key will do, nothing is kept.
    fn leads_to(&self, link: &Link) -> bool {
        let Dialler { pins, identity, .. } = &self.pool.dialler;
        match self.expected {
            Expected::Party(party) => pins.party_of(&link.key, identity.now()) == Some(party),
            Expected::AnyKey => false,
        }
    }

    /// A new connection.
    pub(super) async fn dial(&self) -> Result<Link, ClientError> {
        self.pool.dialler.dial(self.address, self.expected).await
    }

    /// Keeps a connection for the next request. There are never more than requests at once.
    pub(super) fn keep(&self, link: Link) {
        if !link.sender.is_closed() && self.leads_to(&link) {
            lock(&self.idle).push(link);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Pool {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pool").field("limits", &self.dialler.limits).finish_non_exhaustive()
    }
}
