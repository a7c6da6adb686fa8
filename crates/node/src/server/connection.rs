//! One connection, from its first octet to its last.

use std::convert::Infallible;
use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::limits::{MAX_HEAD_BYTES, MAX_HEADER_FIELDS};
use crate::metrics::{Metrics, Refused, Series};
use crate::pace::Pace;
use crate::server::exchange::{Exchange, Other};
use crate::server::gate::Slot;
use crate::server::{Acceptor, Door, Site};
use crate::tls::{TlsFault, TransportKey, key_of};
use crate::wire::Wire;

/// A connection with its right to be there.
#[derive(Debug)]
pub(super) struct Connection<S> {
    acceptor: Acceptor,
    exchange: Arc<Exchange<S>>,
    slot: Slot,
    remote: SocketAddr,
    open: Open,
}

/// Counted as open for as long as it lives.
#[derive(Debug)]
struct Open(Arc<Metrics>);

type Stream = TlsStream<Wire<TcpStream>>;

impl<S: Site> Connection<S> {
    pub(super) fn new(acceptor: Acceptor, exchange: Arc<Exchange<S>>, slot: Slot, remote: SocketAddr) -> Self {
        let open = Open::new(acceptor.metrics.clone());
        Self { acceptor, exchange, slot, remote, open }
    }

    pub(super) async fn run(mut self, socket: TcpStream) {
        let _latency = socket.set_nodelay(true);
        let limits = &self.acceptor.limits;
        let pace = Pace::new(limits.pace_window_ms, limits.least_octets_per_window);
        let wire = Wire::new(socket, pace, self.acceptor.metrics.clone());
        match self.acceptor.door.clone() {
            Door::Plain => self.serve(wire, None).await,
            Door::Tls(tls) => self.run_tls(&tls, wire).await,
        }
        drop(self.open);
    }

    async fn run_tls(&mut self, tls: &TlsAcceptor, wire: Wire<TcpStream>) {
        let Some(mut stream) = self.shake_hands(tls, wire).await else { return };
        let key = key_shown(&stream);
        match self.find_room(key.as_ref()) {
            Ok(()) => self.serve(stream, key).await,
            Err(refused) => {
                self.count(refused);
                let _closed = stream.shutdown().await;
            }
        }
    }

    async fn shake_hands(&self, tls: &TlsAcceptor, wire: Wire<TcpStream>) -> Option<Stream> {
        let accept = tls.accept(wire).into_fallible();
        let in_time = timeout(Duration::from_millis(self.acceptor.limits.handshake_ms), accept);
        let accepted = tokio::select! {
            accepted = in_time => accepted,
            () = self.acceptor.closing.begun() => return None,
        };
        match accepted {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err((error, wire))) => {
                self.acceptor.metrics.handshake_failed(&TlsFault::of_handshake(&error));
                close(wire).await;
                None
            }
            Err(_late) => {
                self.acceptor.metrics.handshake_failed(&TlsFault::TooSlow);
                None
            }
        }
    }

    fn find_room(&mut self, key: Option<&TransportKey>) -> Result<(), Refused> {
        match self.exchange.peer(key) {
            Some(party) => self.slot.belongs_to(party),
            None => Ok(()),
        }
    }

    async fn serve<I>(&self, stream: I, key: Option<TransportKey>)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let other = Other { key, remote: self.remote };
        let exchange = &self.exchange;
        let service =
            service_fn(move |request| async move { Ok::<_, Infallible>(exchange.answer(other, request).await) });
        let mut connection = pin!(self.http().serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.acceptor.closing.begun() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(refused) = ended.map_err(|error| cause(&error)) {
            refused.into_iter().for_each(|refused| self.count(refused));
        }
    }

    fn http(&self) -> http1::Builder {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(self.acceptor.limits.head_ms))
            .max_buf_size(MAX_HEAD_BYTES)
            .max_headers(MAX_HEADER_FIELDS)
            .half_close(false);
        http
    }

    fn count(&self, refused: Refused) {
        self.acceptor.metrics.add(Series::Refused(refused), 1);
    }
}

impl Open {
    fn new(metrics: Arc<Metrics>) -> Self {
        metrics.add(Series::Open, 1);
        Self(metrics)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lower(Series::Open);
    }
}

// Whatever happens while closing, it is closed.
async fn close(mut wire: Wire<TcpStream>) {
    let _closed = wire.shutdown().await;
}

fn key_shown(stream: &Stream) -> Option<TransportKey> {
    let (_, tls) = stream.get_ref();
    key_of(tls.peer_certificates()?.first()?)
}

/// Why we ended a connection; nothing if the other side did.
fn cause(error: &hyper::Error) -> Option<Refused> {
    if error.is_timeout() {
        return Some(Refused::HeadTime);
    }
    if error.is_parse_too_large() {
        return Some(Refused::HeadSize);
    }
    if error.is_parse() {
        return Some(Refused::NotHttp);
    }
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.filter(|source| source.kind() == io::ErrorKind::TimedOut).map(|_| Refused::SlowReader)
}
