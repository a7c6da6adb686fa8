//! Opening a connection to a peer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{Address, ClientError};
use crate::limits::{ClientLimits, MAX_HEAD_BYTES, MAX_HEADER_FIELDS};
use crate::metrics::{Metrics, Series};
use crate::pace::Pace;
use crate::tls::{Expected, Identity, Pins, TlsFault, TransportKey, client_config, key_of};
use crate::wire::Wire;

/// TLS wants a name. Ours is in nobody's certificate, and none is asked for it.
const NAME: &str = "node.invalid";

/// What is needed to dial anybody.
pub(super) struct Dialler {
    pub(super) identity: Arc<Identity>,
    pub(super) pins: Arc<dyn Pins>,
    pub(super) limits: ClientLimits,
    pub(super) metrics: Arc<Metrics>,
}

/// A connection that can be asked. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) sender: SendRequest<Full<Bytes>>,
    pub(super) key: TransportKey,
    task: AbortHandle,
}

type Stream = TlsStream<Wire<TcpStream>>;

impl Dialler {
    pub(super) async fn dial(&self, address: &Address, expected: Expected) -> Result<Link, ClientError> {
        let socket = self.connect(address).await?;
        let stream = self.shake_hands(socket, expected).await?;
        let key = key_shown(&stream).ok_or(TlsFault::BadCertificate)?;
        let mut http = http1::Builder::new();
        http.max_buf_size(MAX_HEAD_BYTES).max_headers(MAX_HEADER_FIELDS);
        let opened = http.handshake(TokioIo::new(stream)).await;
        let (sender, connection) = opened.map_err(|error| ClientError::of_lost(&error))?;
        self.metrics.add(Series::Dialled, 1);
        // What ends a connection is told to whoever waits for an answer on it.
        let task = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        Ok(Link { sender, key, task })
    }

    async fn connect(&self, address: &Address) -> Result<TcpStream, ClientError> {
        let waited_ms = self.limits.connect_ms;
        let connect = TcpStream::connect((address.host(), address.port()));
        let opened = timeout(Duration::from_millis(waited_ms), connect).await;
        let opened = opened.map_err(|_late| ClientError::ConnectTime { address: address.clone(), waited_ms })?;
        let socket = opened.map_err(|cause| ClientError::Unreachable { address: address.clone(), cause })?;
        let _latency = socket.set_nodelay(true);
        Ok(socket)
    }

    async fn shake_hands(&self, socket: TcpStream, expected: Expected) -> Result<Stream, ClientError> {
        let config = client_config(&self.identity, self.pins.clone(), expected).map_err(ClientError::Setup)?;
        let name = ServerName::try_from(NAME).map_err(|_| ClientError::Setup(rustls::Error::UnsupportedNameType))?;
        let pace = Pace::new(self.limits.pace_window_ms, self.limits.least_octets_per_window);
        let wire = Wire::new(socket, pace, self.metrics.clone());
        let connect = TlsConnector::from(Arc::new(config)).connect(name, wire);
        let shaken = timeout(Duration::from_millis(self.limits.handshake_ms), connect).await;
        shaken.map_err(|_late| TlsFault::TooSlow)?.map_err(|error| TlsFault::of_handshake(&error).into())
    }
}

fn key_shown(stream: &Stream) -> Option<TransportKey> {
    let (_, tls) = stream.get_ref();
    key_of(tls.peer_certificates()?.first()?)
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}
