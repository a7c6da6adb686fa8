//! The server: takes connections in, finds out who is there, and asks a site for the answers.
//!
//! Whatever a stranger does costs a bounded share: connections are counted before anything is read from them, a handshake
//! and a header have their time, a body its size and its least rate, and whoever does not read is let go. Beyond the
//! limits it closes at once, since a queue would only be another thing to fill. Half of the room is kept for peers.

mod bucket;
mod closing;
mod connection;
mod exchange;
mod gate;
mod outgoing;
mod path;
mod refusal;
mod reply;
mod request;
mod room;

pub use closing::Closing;
pub use path::{PathFault, check_path, check_query};
pub use refusal::TurnedAway;
pub use reply::{Body, CacheControl, EntityTag, Header, Live, Reply, Status};
pub use request::{BodyClass, Fields, Method, Request};
pub use room::{Admitted, Octets, Share};

use std::fmt;
use std::future::{Future, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use record::digest::PartyId;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::limits::{MAX_QUERY_BYTES, ServerLimits};
use crate::metrics::{Metrics, Refused, Series};
use crate::server::exchange::{Exchange, Known};
use crate::server::gate::Gate;
use crate::tls::{Identity, Pins, server_config};

/// How long accepting rests when the system has no file to spare.
const NO_FILES_MS: u64 = 100;

/// What is served. It decides what each caller may see.
///
/// An answer may wait, as a long-poll does; it is dropped where it stands if the caller goes away, if it takes longer than
/// [`crate::limits::ANSWER_MS`], or at the end of the server.
pub trait Site: Send + Sync + 'static {
    /// The answer to a request. `request.peer` is the party whose transport key the caller proved; none for everybody else.
    fn answer(&self, request: Request) -> impl Future<Output = Reply> + Send;

    /// A peer asked for more than its rate allows, and is refused. Called for each such request, on the thread of its
    /// connection: it must not block.
    fn over_rate(&self, peer: &PartyId) {
        let _ = peer;
    }

    /// The methods that it answers. Others are refused.
    fn methods(&self) -> &'static [Method] {
        &[Method::Get, Method::Post]
    }

    /// Octets of the longest query.
    fn max_query_bytes(&self) -> usize {
        MAX_QUERY_BYTES
    }

    /// How long a body may be, asked once the header is here and before any of the body is read; or the answer, so that whoever
    /// may not send is spared sending.
    fn before_body(&self, request: &Request) -> impl Future<Output = Result<Admitted, Box<Reply>>> + Send {
        ready(Ok(self.body_class(request.peer.as_ref(), &request.path).into()))
    }

    /// An answer in the site's own words to a request that is turned away. It must not block.
    fn turned_away(&self, turned: &TurnedAway<'_>) -> Option<Reply> {
        let _ = turned;
        None
    }

    /// How long a body may be that is sent to this path. It is asked before any of the body is read.
    fn body_class(&self, peer: Option<&PartyId>, path: &str) -> BodyClass {
        let _ = path;
        if peer.is_some() { BodyClass::Message } else { BodyClass::Small }
    }
}

/// A server that holds its address and has not begun to answer.
#[derive(Debug)]
pub struct Server<S> {
    listener: TcpListener,
    acceptor: Acceptor,
    exchange: Arc<Exchange<S>>,
    gate: Arc<Gate>,
}

/// What every connection needs before it can speak.
#[derive(Clone)]
struct Acceptor {
    door: Door,
    limits: ServerLimits,
    metrics: Arc<Metrics>,
    closing: Closing,
    close: Arc<watch::Sender<bool>>,
}

/// How connections begin.
#[derive(Clone)]
enum Door {
    /// With a handshake.
    Tls(TlsAcceptor),
    /// With the first request. Only this machine can come.
    Plain,
}

/// Takes an address, before anything answers there.
///
/// # Errors
/// [`CannotServe::Address`].
pub async fn hold(address: SocketAddr) -> Result<TcpListener, CannotServe> {
    TcpListener::bind(address).await.map_err(|cause| CannotServe::Address { address, cause })
}

impl<S: Site> Server<S> {
    /// Takes an address.
    ///
    /// # Errors
    /// [`CannotServe`] if the address is not to be had, or TLS refuses its settings.
    pub async fn bind(
        address: SocketAddr,
        identity: Arc<Identity>,
        pins: Arc<dyn Pins>,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        site: Arc<S>,
    ) -> Result<Self, CannotServe> {
        let (tls, listener) = (server_config(&identity)?, hold(address).await?);
        let door = Door::Tls(TlsAcceptor::from(Arc::new(tls)));
        Ok(Self::over(listener, door, Some(Known { pins, identity }), limits, metrics, site))
    }

    /// The same for people and programs that show no transport key: who they are is the site's business. The address is taken
    /// already, by [`hold`].
    pub fn for_users(
        listener: TcpListener,
        tls: ServerConfig,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        site: Arc<S>,
    ) -> Self {
        let door = Door::Tls(TlsAcceptor::from(Arc::new(tls)));
        Self::over(listener, door, None, limits, metrics, site)
    }

    /// The same for programs beside this one, without TLS: what passes never leaves the machine.
    ///
    /// # Errors
    /// [`CannotServe::NotLocal`] if the address can be reached from elsewhere; [`CannotServe::Address`].
    pub async fn for_neighbours(
        address: SocketAddr,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        site: Arc<S>,
    ) -> Result<Self, CannotServe> {
        if !address.ip().is_loopback() {
            return Err(CannotServe::NotLocal { address });
        }
        Ok(Self::over(hold(address).await?, Door::Plain, None, limits, metrics, site))
    }

    fn over(
        listener: TcpListener,
        door: Door,
        known: Option<Known>,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        site: Arc<S>,
    ) -> Self {
        let (close, closing) = watch::channel(false);
        let (closing, close) = (Closing::of(closing), Arc::new(close));
        let exchange = Exchange::new(site, known, limits, metrics.clone(), closing.clone());
        let acceptor = Acceptor { door, limits, metrics, closing, close };
        Self { listener, acceptor, exchange: Arc::new(exchange), gate: Arc::new(Gate::new(limits)) }
    }

    /// The address that it holds, with the port that the system chose for port 0.
    ///
    /// # Errors
    /// If the system cannot say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `shutdown` is ready. Then it takes no more connections, lets requests under way come to their end
    /// within the time of grace, and cuts what is left.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let grace = Duration::from_millis(self.acceptor.limits.grace_ms);
        let close = self.acceptor.close.clone();
        let mut connections = JoinSet::new();
        tokio::select! {
            () = self.take_in(&mut connections) => {}
            () = shutdown => {}
        }
        drop(self.listener);
        close.send_replace(true);
        let all = async { while connections.join_next().await.is_some() {} };
        if timeout(grace, all).await.is_err() {
            connections.shutdown().await;
        }
    }

    async fn take_in(&self, connections: &mut JoinSet<()>) {
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, remote)) => self.admit(socket, remote, connections),
                    Err(error) => self.rest(&error).await,
                },
                Some(_ended) = connections.join_next() => {}
            }
        }
    }

    fn admit(&self, socket: TcpStream, remote: SocketAddr, connections: &mut JoinSet<()>) {
        let metrics = &self.acceptor.metrics;
        match Gate::admit(&self.gate, remote.ip()) {
            Ok(slot) => {
                metrics.add(Series::Accepted, 1);
                let connection =
                    connection::Connection::new(self.acceptor.clone(), self.exchange.clone(), slot, remote);
                connections.spawn(connection.run(socket));
            }
            // The socket is dropped, which closes it.
            Err(refused) => metrics.add(Series::Refused(refused), 1),
        }
    }

    // A connection that was gone before it was accepted is nothing; a system without files needs a rest.
    async fn rest(&self, error: &io::Error) {
        let gone = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::Interrupted];
        if !gone.contains(&error.kind()) {
            self.acceptor.metrics.add(Series::Refused(Refused::NoFiles), 1);
            sleep(Duration::from_millis(NO_FILES_MS)).await;
        }
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Acceptor").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The server cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotServe {
    /// The address is not to be had.
    #[error("cannot listen at {address}, choose another or end what holds it: {cause}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// Without TLS only an address of this machine is listened at.
    #[error("cannot listen at {address} without TLS: others could listen too; choose 127.0.0.1 or [::1]")]
    NotLocal {
        /// The address.
        address: SocketAddr,
    },
    /// TLS refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}
