//! A peer whose key is right and whose answers are not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use node::client::{ClientError, Fetched, Interruption, Wanted};
use node::limits::ClientLimits;
use node::tls::{Expected, server_config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::raw::{moment, read_all};
use crate::scene::{PEER, SERVER, client, identity, party, request};

/// The server's key, with whatever it says once it has read a request.
async fn liar<F>(says: impl FnOnce(TlsStream<TcpStream>) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server_config(&identity(SERVER)).unwrap()));
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(socket).await.unwrap();
        let mut request = [0; 2048];
        if stream.read(&mut request).await.is_ok() {
            says(stream).await;
        }
    });
    address
}

async fn liar_who_says(answer: &'static str) -> SocketAddr {
    liar(move |mut stream| async move {
        let _sent = stream.write_all(answer.as_bytes()).await;
        let _sent = stream.shutdown().await;
        drop(read_all(&mut stream).await);
    })
    .await
}

fn hasty() -> ClientLimits {
    let mut limits = ClientLimits::default();
    limits.answer_head_ms = 300;
    limits.pace_window_ms = 300;
    limits.request_ms = 2000;
    limits
}

async fn ask(address: SocketAddr, wanted: &Wanted) -> Result<Fetched, ClientError> {
    client(PEER, hasty()).get(&address.into(), Expected::Party(party(SERVER)), wanted).await
}

async fn ask_liar(answer: &'static str) -> Result<Fetched, ClientError> {
    ask(liar_who_says(answer).await, &Wanted::new("/thing", 1000)).await
}

#[tokio::test]
async fn a_plain_answer_is_taken() {
    let fetched = ask_liar("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
    assert_eq!((fetched.status, fetched.octets.as_slice()), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
    assert!(matches!(ask_liar(answer).await, Err(ClientError::Redirected { status: 302 })));
}

#[tokio::test]
async fn a_packed_answer_is_not_unpacked() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc";
    assert!(matches!(ask_liar(answer).await, Err(ClientError::Encoded)));
}

#[tokio::test]
async fn an_answer_that_says_it_is_too_long_is_not_read() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n";
    assert!(matches!(ask_liar(answer).await, Err(ClientError::TooLong { max_octets: 1000 })));
}

#[tokio::test]
async fn an_answer_without_end_is_stopped_at_the_limit() {
    let address = liar(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(&[b"1000\r\n".as_slice(), &[b'x'; 4096], b"\r\n"].concat()).await;
        }
    })
    .await;
    let asked = ask(address, &Wanted::new("/thing", 1_000_000)).await;
    assert!(matches!(asked, Err(ClientError::TooLong { max_octets: 1_000_000 })));
}

#[tokio::test]
async fn a_header_without_end_is_stopped() {
    let address = liar(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await;
        while sent.is_ok() {
            sent = stream.write_all(&[b'y'; 4096]).await;
        }
    })
    .await;
    assert!(matches!(ask(address, &Wanted::new("/thing", 1000)).await, Err(ClientError::NotHttp)));
}

#[tokio::test]
async fn what_is_no_http_is_named() {
    assert!(matches!(ask_liar("SSH-2.0-something\r\n\r\n").await, Err(ClientError::NotHttp)));
}

#[tokio::test]
async fn an_ended_connection_is_named() {
    assert!(matches!(ask_liar("").await, Err(ClientError::Dropped)));
}

#[tokio::test]
async fn a_peer_that_never_answers_is_given_up() {
    let address = liar(|mut stream| async move { drop(read_all(&mut stream).await) }).await;
    let start = Instant::now();
    assert!(matches!(ask(address, &Wanted::new("/", 10)).await, Err(ClientError::NoAnswer { waited_ms: 300 })));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_peer_that_only_says_wait_is_given_up() {
    let address = liar(|mut stream| async move {
        while stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n").await.is_ok() {
            moment(5).await;
        }
    })
    .await;
    assert!(matches!(ask(address, &Wanted::new("/", 10)).await, Err(ClientError::NoAnswer { .. })));
}

#[tokio::test]
async fn an_answer_that_trickles_is_interrupted_and_what_came_is_kept() {
    let address = liar(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\netag: \"v\"\r\ncontent-length: 900\r\n\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(b"x").await;
            moment(50).await;
        }
    })
    .await;
    let asked = ask(address, &Wanted::new("/thing", 1000)).await;
    let Err(ClientError::Interrupted { cause, so_far }) = asked else { panic!("{asked:?}") };
    assert_eq!((cause, so_far.etag.as_deref()), (Interruption::TooSlow, Some("\"v\"")));
    assert!(!so_far.octets.is_empty());
}

#[tokio::test]
async fn an_answer_just_above_the_least_rate_ends_with_the_time_for_one_request() {
    let address = liar(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(&[b"400\r\n".as_slice(), &[b'x'; 1024], b"\r\n"].concat()).await;
            moment(30).await;
        }
    })
    .await;
    let asked = ask(address, &Wanted::new("/thing", 100_000_000)).await;
    assert!(matches!(asked, Err(ClientError::Interrupted { cause: Interruption::OutOfTime, .. })));
}

#[tokio::test]
async fn another_part_than_the_one_asked_for_is_refused() {
    let part = "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 5-9/10\r\ncontent-length: 5\r\n\r\nhello";
    let wanted = Wanted::new("/thing", 1000).from_octet(4, None);
    let asked = ask(liar_who_says(part).await, &wanted).await;
    assert!(matches!(asked, Err(ClientError::WrongRange { wanted: 4 })));
    assert!(matches!(ask_liar(part).await, Err(ClientError::WrongRange { wanted: 0 })));
    let wanted = Wanted::new("/thing", 1000).from_octet(5, None);
    assert_eq!(ask(liar_who_says(part).await, &wanted).await.unwrap().first_octet, 5);
}

/// Answers the first request of each connection, takes the second, and goes.
async fn forgetful() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server_config(&identity(SERVER)).unwrap()));
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(socket).await.unwrap();
            let mut request = [0; 2048];
            let _first = stream.read(&mut request).await;
            let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
            let _second = stream.read(&mut request).await;
        }
    });
    address
}

#[tokio::test]
async fn a_get_that_was_lost_on_a_kept_connection_is_asked_again_and_a_post_is_not() {
    let (address, client, expected) = (forgetful().await.into(), client(PEER, hasty()), Expected::Party(party(SERVER)));
    for _ in 0..3 {
        assert_eq!(client.get(&address, expected, &Wanted::new("/", 10)).await.unwrap().octets, b"hi");
    }
    let posted = client.post(&address, expected, &request(0), 10).await;
    assert!(matches!(posted, Err(ClientError::Dropped)), "{posted:?}");
    let posted = client.post(&address, expected, &request(0), 10).await;
    assert_eq!(posted.unwrap().octets, b"hi");
}
