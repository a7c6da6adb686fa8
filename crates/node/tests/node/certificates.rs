//! Who is at the other end, and who is not.

use std::sync::Arc;

use node::client::{ClientError, Wanted};
use node::limits::ClientLimits;
use node::metrics::Series;
use node::tls::{Expected, TlsFault, client_config, server_config};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::DefaultTimeProvider;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::raw::{client_hello, config, config_showing, config_without_certificate, connect, name, read_all, shown};
use crate::scene::{
    Book, OTHER_PEER, PEER, SERVER, SMALL, STRANGER, Scene, ShiftedClock, client, client_with, identity, identity_at,
    key, party, text,
};

fn fault(error: ClientError) -> TlsFault {
    let ClientError::Tls(fault) = error else { panic!("no fault of TLS: {error:?}") };
    fault
}

#[tokio::test]
async fn a_peer_is_known_by_its_key() {
    let scene = Scene::open().await;
    assert_eq!(scene.greeting(PEER).await, format!("hello {}", party(PEER)));
    assert_eq!(scene.greeting(OTHER_PEER).await, format!("hello {}", party(OTHER_PEER)));
}

#[tokio::test]
async fn an_unknown_key_is_a_stranger_and_the_site_decides() {
    let scene = Scene::open().await;
    assert_eq!(scene.greeting(STRANGER).await, "hello stranger");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_client_without_a_certificate_is_a_stranger() {
    let scene = Scene::open().await;
    let mut stream = connect(scene.address, config_without_certificate()).await;
    stream.write_all(b"GET /hello HTTP/1.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let answer = String::from_utf8(read_all(&mut stream).await).unwrap();
    assert!(answer.ends_with("hello stranger"), "{answer}");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_key_that_is_taken_back_counts_for_nothing_on_an_open_connection_too() {
    let scene = Scene::open().await;
    let (client, wanted) = (scene.client(PEER), Wanted::new("/hello", SMALL));
    let expected = Expected::Party(party(SERVER));
    assert!(text(&client.get(&scene.to(), expected, &wanted).await.unwrap()).contains(&party(PEER).to_string()));
    scene.pins.take_back(PEER);
    assert_eq!(text(&client.get(&scene.to(), expected, &wanted).await.unwrap()), "hello stranger");
    assert_eq!(scene.metrics.value(Series::Accepted), 1);
}

#[tokio::test]
async fn the_wrong_party_at_an_address_is_named() {
    let scene = Scene::open().await;
    let (client, wanted) = (scene.client(PEER), Wanted::new("/hello", SMALL));
    let asked = client.get(&scene.to(), Expected::Party(party(OTHER_PEER)), &wanted).await;
    let TlsFault::WrongKey(wrong) = fault(asked.unwrap_err()) else { panic!("another fault") };
    assert_eq!((wrong.expected, wrong.found, wrong.key), (party(OTHER_PEER), Some(party(SERVER)), key(SERVER)));
    scene.still_answers().await;
}

#[tokio::test]
async fn a_key_that_nobody_pinned_is_somebody_unknown() {
    let scene = Scene::with_identity(identity_at(STRANGER, ShiftedClock::by_hours(0)), |_| {}).await;
    let TlsFault::WrongKey(wrong) = fault(scene.ask(PEER, "/hello").await.unwrap_err()) else {
        panic!("another fault")
    };
    assert_eq!(wrong.found, None);
    assert!(wrong.to_string().contains("somebody unknown"));
}

#[tokio::test]
async fn pairing_takes_any_key_and_tells_which_it_was() {
    let scene = Scene::with_identity(identity_at(STRANGER, ShiftedClock::by_hours(0)), |_| {}).await;
    let (client, wanted) = (scene.client(PEER), Wanted::new("/hello", SMALL));
    let asked = client.get(&scene.to(), Expected::AnyKey, &wanted).await;
    assert_eq!(asked.unwrap().key, key(STRANGER));
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_is_worth_nothing_to_a_client() {
    let scene = Scene::open().await;
    let mut thief = connect(scene.address, config_showing(shown(PEER).cert[0].clone(), STRANGER)).await;
    let _sent = thief.write_all(b"GET /hello HTTP/1.1\r\n\r\n").await;
    assert!(read_all(&mut thief).await.is_empty());
    scene.counted(Series::Handshakes("bad_signature"), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_is_worth_nothing_to_a_server() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = server_config(&identity(STRANGER)).unwrap();
    let copied = CertifiedKey::new(shown(SERVER).cert.clone(), shown(STRANGER).key.clone());
    config.cert_resolver = Arc::new(SingleCertAndKey::from(copied));
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        assert!(TlsAcceptor::from(Arc::new(config)).accept(socket).await.is_err());
    });
    let client = client(PEER, ClientLimits::default());
    let asked = client.get(&address.into(), Expected::Party(party(SERVER)), &Wanted::new("/", SMALL)).await;
    assert_eq!(fault(asked.unwrap_err()), TlsFault::BadSignature);
}

#[tokio::test]
async fn a_certificate_that_was_changed_anywhere_is_refused() {
    let scene = Scene::open().await;
    scene.still_answers().await;
    let good = shown(PEER).cert[0].to_vec();
    let places: Vec<_> = (0..good.len()).step_by(5).collect();
    for place in &places {
        let mut changed = good.clone();
        changed[*place] ^= 1;
        let mut stream = connect(scene.address, config_showing(changed.into(), PEER)).await;
        let _sent = stream.write_all(b"GET /hello HTTP/1.1\r\nconnection: close\r\n\r\n").await;
        assert!(read_all(&mut stream).await.is_empty(), "octet {place}");
    }
    scene.still_answers().await;
    assert_eq!(scene.metrics.value(Series::Answered(200)), 2);
}

#[tokio::test]
async fn an_expired_certificate_of_the_server_is_named() {
    let scene = Scene::with_identity(identity_at(SERVER, ShiftedClock::by_hours(-24 * 10)), |_| {}).await;
    assert_eq!(fault(scene.ask(PEER, "/hello").await.unwrap_err()), TlsFault::Expired);
}

#[tokio::test]
async fn a_certificate_from_the_future_is_named() {
    let scene = Scene::with_identity(identity_at(SERVER, ShiftedClock::by_hours(24 * 10)), |_| {}).await;
    assert_eq!(fault(scene.ask(PEER, "/hello").await.unwrap_err()), TlsFault::NotYetValid);
}

#[tokio::test]
async fn an_expired_client_is_refused_and_counted() {
    let scene = Scene::open().await;
    let late = identity_at(PEER, ShiftedClock::by_hours(-240));
    let mut config = config(PEER);
    let shown = client_config(&late, Book::of(&[]), Expected::AnyKey).unwrap();
    config.client_auth_cert_resolver = shown.client_auth_cert_resolver;
    let mut stream = connect(scene.address, config).await;
    let _sent = stream.write_all(b"GET /hello HTTP/1.1\r\n\r\n").await;
    assert!(read_all(&mut stream).await.is_empty());
    scene.counted(Series::Handshakes("expired"), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_client_that_is_refused_as_expired_is_told_to_look_at_its_clock() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    // Its certificate is of ten days ago, like the client's clock, but it knows what day it is.
    let mut config = server_config(&identity_at(SERVER, ShiftedClock::by_hours(-240))).unwrap();
    config.time_provider = Arc::new(DefaultTimeProvider);
    let refused = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let Err((_, mut socket)) = TlsAcceptor::from(Arc::new(config)).accept(socket).into_fallible().await else {
            panic!("it took an expired certificate")
        };
        drop(read_all(&mut socket).await);
    });
    let late = client_with(identity_at(PEER, ShiftedClock::by_hours(-240)), ClientLimits::default());
    let asked = late.get(&address.into(), Expected::Party(party(SERVER)), &Wanted::new("/", SMALL)).await;
    assert_eq!(fault(asked.unwrap_err()), TlsFault::WeAreExpired);
    drop(late);
    refused.await.unwrap();
}

#[tokio::test]
async fn clocks_a_day_apart_do_no_harm() {
    for hours in [-23, 23] {
        let scene = Scene::with_identity(identity_at(SERVER, ShiftedClock::by_hours(hours)), |_| {}).await;
        scene.still_answers().await;
    }
}

#[tokio::test]
async fn a_node_that_runs_for_weeks_makes_its_certificate_anew() {
    let (here, there) = (ShiftedClock::by_hours(0), ShiftedClock::by_hours(0));
    let scene = Scene::with_identity(identity_at(SERVER, here.clone()), |_| {}).await;
    for days in [0, 3, 30] {
        here.move_to(24 * days);
        there.move_to(24 * days);
        // A new client each time, so that each shakes hands.
        let fresh = client_with(identity_at(PEER, there.clone()), ClientLimits::default());
        let asked = fresh.get(&scene.to(), Expected::Party(party(SERVER)), &Wanted::new("/hello", SMALL)).await;
        assert_eq!(text(&asked.unwrap()), format!("hello {}", party(PEER)), "day {days}");
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_named_on_both_sides() {
    let scene = Scene::open().await;
    let mut plain = TcpStream::connect(scene.address).await.unwrap();
    plain.write_all(b"GET /hello HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let answer = read_all(&mut plain).await;
    assert!(!answer.windows(5).any(|part| part == b"hello"));
    scene.counted(Series::Handshakes("not_tls"), 1).await;
    scene.still_answers().await;

    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let mut rest = Vec::new();
        let _read = socket.read_to_end(&mut rest).await;
    });
    let expected = Expected::Party(party(SERVER));
    let asked = client(PEER, ClientLimits::default()).get(&address.into(), expected, &Wanted::new("/", SMALL)).await;
    assert_eq!(fault(asked.unwrap_err()), TlsFault::NotTls);
}

#[tokio::test]
async fn a_handshake_that_is_cut_off_is_named_on_both_sides() {
    let scene = Scene::open().await;
    let hello = client_hello();
    for length in [1, 4, 5, 100, hello.len() - 1, hello.len()] {
        let mut socket = TcpStream::connect(scene.address).await.unwrap();
        socket.write_all(&hello[..length]).await.unwrap();
        socket.shutdown().await.unwrap();
        drop(read_all(&mut socket).await);
    }
    scene.counted(Series::Handshakes("truncated"), 6).await;
    scene.still_answers().await;

    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut piece = [0; 100];
        socket.read_exact(&mut piece).await.unwrap();
        socket.shutdown().await.unwrap();
        drop(read_all(&mut socket).await);
    });
    let expected = Expected::Party(party(SERVER));
    let asked = client(PEER, ClientLimits::default()).get(&address.into(), expected, &Wanted::new("/", SMALL)).await;
    assert_eq!(fault(asked.unwrap_err()), TlsFault::Truncated);
}

#[tokio::test]
async fn the_key_exchange_holds_against_a_quantum_computer() {
    let scene = Scene::open().await;
    let stream = connect(scene.address, config(PEER)).await;
    let group = stream.get_ref().1.negotiated_key_exchange_group().unwrap();
    assert_eq!(group.name(), rustls::NamedGroup::X25519MLKEM768);
}

#[tokio::test]
async fn older_tls_is_refused() {
    let scene = Scene::open().await;
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS12]).unwrap();
    let config = builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let socket = TcpStream::connect(scene.address).await.unwrap();
    assert!(TlsConnector::from(Arc::new(config)).connect(name(), socket).await.is_err());
    scene.counted(Series::Handshakes("incompatible"), 1).await;
    scene.still_answers().await;
}
