//! The other side of a connection, octet by octet.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use node::tls::{Expected, client_config};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ClientConnection, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::scene::{Book, PATIENCE, SERVER, identity, party};

pub(crate) fn name() -> ServerName<'static> {
    ServerName::try_from("anything.invalid").unwrap()
}

pub(crate) fn config(number: u8) -> ClientConfig {
    client_config(&identity(number), Book::of(&[SERVER]), Expected::Party(party(SERVER))).unwrap()
}

/// Shows no certificate at all.
#[derive(Debug)]
struct Nothing;

impl ResolvesClientCert for Nothing {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// What a party shows, and the key with which it signs.
pub(crate) fn shown(number: u8) -> Arc<CertifiedKey> {
    config(number).client_auth_cert_resolver.resolve(&[], &[]).unwrap()
}

/// A client that shows this certificate and signs with the key of that party.
pub(crate) fn config_showing(certificate: CertificateDer<'static>, number: u8) -> ClientConfig {
    let mut config = config(number);
    let certified = CertifiedKey::new(vec![certificate], shown(number).key.clone());
    config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(certified));
    config
}

pub(crate) fn config_without_certificate() -> ClientConfig {
    let mut config = config(9);
    config.client_auth_cert_resolver = Arc::new(Nothing);
    config
}

pub(crate) async fn connect(address: SocketAddr, config: ClientConfig) -> TlsStream<TcpStream> {
    let socket = TcpStream::connect(address).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(name(), socket).await.unwrap()
}

/// The first flight of a client.
pub(crate) fn client_hello() -> Vec<u8> {
    let mut connection = ClientConnection::new(Arc::new(config(2)), name()).unwrap();
    let mut octets = Vec::new();
    connection.write_tls(&mut octets).unwrap();
    octets
}

/// Reads until the other side ends, however it does.
pub(crate) async fn read_all(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let (mut octets, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        match timeout(PATIENCE, stream.read(&mut piece)).await.unwrap() {
            Ok(0) | Err(_) => return octets,
            Ok(count) => octets.extend_from_slice(&piece[..count]),
        }
    }
}

/// Asks over one's own connection as that party, and reads all that comes. The request should ask to close.
pub(crate) async fn say(address: SocketAddr, number: u8, request: &[u8]) -> String {
    let mut stream = connect(address, config(number)).await;
    match stream.write_all(request).await {
        Err(error) if error.kind() != ErrorKind::ConnectionReset && error.kind() != ErrorKind::BrokenPipe => {
            panic!("{error}")
        }
        _ => {}
    }
    let _flushed = stream.flush().await;
    String::from_utf8_lossy(&read_all(&mut stream).await).into_owned()
}

/// The status in the first line.
pub(crate) fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// A line between client and server that lets so many octets of answer through and is then cut.
pub(crate) async fn line_that_is_cut(to: SocketAddr, after: usize) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (here, _) = listener.accept().await.unwrap();
        let there = TcpStream::connect(to).await.unwrap();
        let (mut from_client, mut to_client) = here.into_split();
        let (mut from_server, mut to_server) = there.into_split();
        let asking = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        let mut allowed = (&mut from_server).take(u64::try_from(after).unwrap());
        let _copied = tokio::io::copy(&mut allowed, &mut to_client).await;
        asking.abort();
    });
    address
}

/// Waits a little.
pub(crate) async fn moment(wait_ms: u64) {
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
}
