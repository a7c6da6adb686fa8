//! A server with its hall, peers who are known there, and strangers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use node::client::{Address, Client, ClientError, Fetched, Wanted};
use node::clock::{Clock, SystemClock};
use node::limits::{ClientLimits, ServerLimits};
use node::metrics::{Metrics, Series};
use node::server::Server;
use node::tls::{Expected, Identity, Pins, TransportKey};
use protocol::exchange::{AddCheckpoint, Control};
use record::digest::PartyId;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use tlog::Hash;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::note::{KeyKind, Signer};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::hall::Hall;

/// Nothing in these tests takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Octets of answer that are enough for a greeting.
pub(crate) const SMALL: usize = 64 * 1024;

pub(crate) fn party(number: u8) -> PartyId {
    PartyId::from_octets([number; 32])
}

pub(crate) const fn seed(number: u8) -> [u8; 32] {
    [number; 32]
}

pub(crate) fn key(number: u8) -> TransportKey {
    PrivateKey::from_seed(Suite::Ed25519, &seed(number)).unwrap().public().octets().try_into().unwrap()
}

/// The party that serves, the two peers that it knows, and one that it does not.
pub(crate) const SERVER: u8 = 1;
pub(crate) const PEER: u8 = 2;
pub(crate) const OTHER_PEER: u8 = 3;
pub(crate) const STRANGER: u8 = 9;

/// Who has which key, as far as one node knows.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<BTreeMap<TransportKey, PartyId>>);

impl Book {
    pub(crate) fn of(numbers: &[u8]) -> Arc<Self> {
        let book = Self::default();
        numbers.iter().for_each(|number| book.pin(*number));
        Arc::new(book)
    }

    pub(crate) fn pin(&self, number: u8) {
        self.0.lock().unwrap().insert(key(number), party(number));
    }

    pub(crate) fn take_back(&self, number: u8) {
        self.0.lock().unwrap().remove(&key(number));
    }
}

impl Pins for Book {
    fn party_of(&self, key: &TransportKey, _now: Timestamp) -> Option<PartyId> {
        self.0.lock().unwrap().get(key).copied()
    }
}

/// A clock that stands some hours beside the machine's.
#[derive(Debug, Default)]
pub(crate) struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    pub(crate) fn by_hours(hours: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(hours)))
    }

    pub(crate) fn move_to(&self, hours: i64) {
        self.0.store(hours, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let hours = self.0.load(Ordering::SeqCst);
        Timestamp::from_micros(SystemClock::new().now().micros() + hours * 3_600_000_000)
    }
}

pub(crate) fn identity(number: u8) -> Arc<Identity> {
    identity_at(number, Arc::new(SystemClock::new()))
}

pub(crate) fn identity_at(number: u8, clock: Arc<dyn Clock>) -> Arc<Identity> {
    Arc::new(Identity::new(party(number), &seed(number), clock).unwrap())
}

/// A server that runs.
pub(crate) struct Scene {
    pub(crate) address: SocketAddr,
    pub(crate) pins: Arc<Book>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) hall: Arc<Hall>,
    end: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Scene {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ServerLimits)) -> Self {
        Self::with_identity(identity(SERVER), change).await
    }

    pub(crate) async fn with_identity(server: Arc<Identity>, change: impl FnOnce(&mut ServerLimits)) -> Self {
        let mut limits = ServerLimits::default();
        change(&mut limits);
        let (pins, metrics) = (Book::of(&[SERVER, PEER, OTHER_PEER]), Arc::new(Metrics::new()));
        let hall = Arc::new(Hall::new());
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let bound = Server::bind(anywhere, server, pins.clone(), limits, metrics.clone(), hall.clone());
        let server = bound.await.unwrap();
        let address = server.address().unwrap();
        let (end, ended) = oneshot::channel();
        let running = tokio::spawn(server.run(async move { drop(ended.await) }));
        Self { address, pins, metrics, hall, end: Some(end), running }
    }

    pub(crate) fn to(&self) -> Address {
        self.address.into()
    }

    pub(crate) fn client(&self, number: u8) -> Client {
        client(number, ClientLimits::default())
    }

    /// The peer asks over a connection of its own.
    pub(crate) async fn ask(&self, number: u8, path: &str) -> Result<Fetched, ClientError> {
        self.client(number).get(&self.to(), Expected::Party(party(SERVER)), &Wanted::new(path, SMALL)).await
    }

    pub(crate) async fn greeting(&self, number: u8) -> String {
        text(&self.ask(number, "/hello").await.unwrap())
    }

    /// Whatever happened before: a good peer is served, at once.
    pub(crate) async fn still_answers(&self) {
        let greeting = timeout(Duration::from_secs(5), self.greeting(PEER)).await.unwrap();
        assert_eq!(greeting, format!("hello {}", party(PEER)));
    }

    /// Waits until a number stands where it should.
    pub(crate) async fn counted(&self, series: Series, at_least: u64) {
        let start = Instant::now();
        while self.metrics.value(series) < at_least {
            assert!(start.elapsed() < PATIENCE, "{series:?} is not {at_least}:\n{}", self.metrics.to_text());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Tells the server to end.
    pub(crate) fn end(&mut self) {
        self.end.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn ended(&mut self) {
        timeout(PATIENCE, &mut self.running).await.unwrap().unwrap();
    }
}

/// A client that knows the server and its peers.
pub(crate) fn client(number: u8, limits: ClientLimits) -> Client {
    client_with(identity(number), limits)
}

pub(crate) fn client_with(identity: Arc<Identity>, limits: ClientLimits) -> Client {
    Client::new(identity, Book::of(&[SERVER, PEER, OTHER_PEER]), limits, Arc::new(Metrics::new()))
}

pub(crate) fn text(fetched: &Fetched) -> String {
    String::from_utf8(fetched.octets.clone()).unwrap()
}

/// Something to hand in: a request to a witness whose proof is so many hashes long. It makes no sense, and has a length.
pub(crate) fn request(hashes: usize) -> Control {
    let name = "detente.example/some-log".parse().unwrap();
    let key = PrivateKey::from_seed(Suite::Ed25519, &seed(7)).unwrap();
    let signer = Signer::new(name, KeyKind::Ed25519, key).unwrap();
    let head = Checkpoint::new("detente.example/some-log", 1, Hash::leaf(b"a leaf")).unwrap();
    let head = SignedCheckpoint::sign(head, &[&signer], 0).unwrap();
    Control::AddCheckpoint(AddCheckpoint::new(0, vec![Hash::EMPTY; hashes], head))
}

/// The longest such request of at most so many octets.
pub(crate) fn request_within(octets: usize) -> Control {
    let (none, one) = (request(0).to_octets().len(), request(1).to_octets().len());
    request((octets - none) / (one - none))
}
