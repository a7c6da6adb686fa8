//! The client: asks peers, and bears from a hostile one no more than a bounded answer in a bounded time.
//!
//! It follows no redirect and unpacks nothing. A connection is kept for the next request to the same peer. What came of an
//! answer that was cut off is handed over, so that the next request can go on from there.

mod address;
mod ask;
mod dial;
mod error;
mod exchange;
mod pool;

pub use address::{Address, NotAnAddress};
pub use ask::{Fetched, Wanted};
pub use error::{ClientError, Interruption};

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use protocol::exchange::Control;

use crate::client::pool::Pool;
use crate::limits::ClientLimits;
use crate::metrics::{Metrics, Series};
use crate::tls::{Expected, Identity, Pins};

/// A request as it goes out.
type Outgoing = Request<Full<Bytes>>;

/// Asks peers. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    pool: Arc<Pool>,
    limits: ClientLimits,
    metrics: Arc<Metrics>,
}

impl Client {
    /// A client that shows this identity.
    #[must_use]
    pub fn new(identity: Arc<Identity>, pins: Arc<dyn Pins>, limits: ClientLimits, metrics: Arc<Metrics>) -> Self {
        let pool = Arc::new(Pool::new(identity, pins, limits, metrics.clone()));
        Self { pool, limits, metrics }
    }

    /// Fetches a thing, or the rest of it.
    ///
    /// # Errors
    /// [`ClientError`]. A status that is no success is no error: it is an answer.
    pub async fn get(&self, address: &Address, expected: Expected, wanted: &Wanted) -> Result<Fetched, ClientError> {
        let request = ask::get(address, wanted)?;
        let fetched = self.exchange(address, expected, request, wanted.max_octets).await;
        self.count(fetched.and_then(|fetched| ask::check_range(fetched, wanted)))
    }

    /// Sends one of the closed list of what a node hands to others, and takes at most `max_octets` of answer.
    ///
    /// It may have arrived even if there is an error, unless nothing was sent: whoever takes it must bear it twice.
    ///
    /// # Errors
    /// [`ClientError`]. A status that is no success is no error: it is an answer.
    pub async fn post(
        &self,
        address: &Address,
        expected: Expected,
        control: &Control,
        max_octets: usize,
    ) -> Result<Fetched, ClientError> {
        let request = ask::post(address, control)?;
        let fetched = self.exchange(address, expected, request, max_octets).await;
        self.count(fetched)
    }

    async fn exchange(
        &self,
        address: &Address,
        expected: Expected,
        request: Outgoing,
        max_octets: usize,
    ) -> Result<Fetched, ClientError> {
        let lane = self.pool.lane(address, expected).await;
        exchange::exchange(&lane, request, max_octets, self.limits).await
    }

    fn count(&self, fetched: Result<Fetched, ClientError>) -> Result<Fetched, ClientError> {
        let outcome = match &fetched {
            Ok(_) => "answered",
            Err(error) => error.word(),
        };
        self.metrics.add(Series::Asked(outcome), 1);
        if let Err(ClientError::Tls(fault)) = &fetched {
            self.metrics.handshake_failed(fault);
        }
        fetched
    }
}
