//! What is too large, packed, or panics.

use std::time::Instant;

use node::client::Wanted;
use node::metrics::{Refused, Series};
use node::server::BodyClass;
use node::tls::Expected;
use tokio::io::AsyncWriteExt as _;

use crate::raw::{config, connect, moment, read_all, say, status};
use crate::scene::{OTHER_PEER, PATIENCE, PEER, SERVER, SMALL, STRANGER, Scene, party, request, request_within, text};

#[tokio::test]
async fn a_body_arrives_whole() {
    let scene = Scene::open().await;
    let client = scene.client(PEER);
    for control in [request(0), request_within(100_000), request_within(BodyClass::Message.max_bytes())] {
        let sent = client.post(&scene.to(), Expected::Party(party(SERVER)), &control, SMALL).await.unwrap();
        assert_eq!((sent.status, text(&sent)), (202, control.to_octets().len().to_string()));
    }
}

#[tokio::test]
async fn a_header_that_is_too_large_is_refused() {
    let scene = Scene::open().await;
    let request = format!("GET /hello HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    assert_eq!(status(&say(scene.address, PEER, request.as_bytes()).await), "431");
    scene.counted(Series::Refused(Refused::HeadSize), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn too_many_header_fields_are_refused() {
    let scene = Scene::open().await;
    let request = format!("GET /hello HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(100));
    assert_eq!(status(&say(scene.address, PEER, request.as_bytes()).await), "431");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let scene = Scene::open().await;
    let request = b"POST /take HTTP/1.1\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\nbeginning";
    assert_eq!(status(&say(scene.address, PEER, request).await), "413");
    scene.still_answers().await;
}

#[tokio::test]
async fn whoever_is_answered_before_his_body_is_read_is_told_that_the_connection_ends() {
    let scene = Scene::open().await;
    let too_long = b"POST /take HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\nbeginning";
    let encoded = b"POST /take HTTP/1.1\r\ncontent-length: 3\r\ncontent-encoding: gzip\r\n\r\nabc";
    for request in [too_long.as_slice(), encoded.as_slice()] {
        let answer = say(scene.address, PEER, request).await;
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    let two = b"POST /take HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcGET /hello HTTP/1.1\r\nconnection: close\r\n\r\n";
    let answer = say(scene.address, PEER, two).await;
    assert_eq!(answer.matches("HTTP/1.1 20").count(), 2, "a body that was read ends nothing: {answer}");
}

#[tokio::test]
async fn whoever_sends_all_of_a_body_that_is_too_long_still_reads_why_it_is_refused() {
    let scene = Scene::open().await;
    for length in [BodyClass::Message.max_bytes() + 1, BodyClass::Package.max_bytes()] {
        let mut request = format!("POST /take HTTP/1.1\r\ncontent-length: {length}\r\n\r\n").into_bytes();
        request.resize(request.len() + length, b'x');
        assert_eq!(status(&say(scene.address, PEER, &request).await), "413", "{length}");
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn a_body_that_does_not_say_its_length_is_cut_at_the_limit() {
    let scene = Scene::open().await;
    let mut request = b"POST /take HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n".to_vec();
    for _ in 0..40 {
        request.extend_from_slice(b"8000\r\n");
        request.extend_from_slice(&[b'x'; 0x8000]);
        request.extend_from_slice(b"\r\n");
    }
    assert_eq!(status(&say(scene.address, PEER, &request).await), "413");
    scene.still_answers().await;
}

#[tokio::test]
async fn strangers_may_send_less_than_peers() {
    let scene = Scene::open().await;
    let control = request_within(BodyClass::Small.max_bytes() + 100);
    for (who, expected) in [(PEER, 202), (STRANGER, 413)] {
        let sent = scene.client(who);
        let to = Expected::Party(party(SERVER));
        let sent = sent.post(&scene.to(), to, &control, SMALL).await.unwrap();
        assert_eq!(sent.status, expected);
    }
}

#[tokio::test]
async fn a_packed_body_is_not_unpacked() {
    let scene = Scene::open().await;
    for coding in ["gzip", "br", "zstd", "identity, gzip"] {
        let head = "POST /take HTTP/1.1\r\nconnection: close\r\ncontent-length: 3";
        let request = format!("{head}\r\ncontent-encoding: {coding}\r\n\r\nabc");
        assert_eq!(status(&say(scene.address, PEER, request.as_bytes()).await), "415", "{coding}");
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn other_methods_are_refused() {
    let scene = Scene::open().await;
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"] {
        let request = format!("{method} /hello HTTP/1.1\r\nconnection: close\r\n\r\n");
        assert_eq!(status(&say(scene.address, PEER, request.as_bytes()).await), "405", "{method}");
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn noise_after_the_handshake_is_refused() {
    let scene = Scene::open().await;
    assert_eq!(status(&say(scene.address, PEER, &[0xff; 200]).await), "400");
    scene.counted(Series::Refused(Refused::NotHttp), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_request_that_is_cut_in_its_middle_leaves_nothing_behind() {
    let scene = Scene::open().await;
    for request in ["GET /hel", "POST /take HTTP/1.1\r\ncontent-length: 100000\r\n\r\nhalf of it"] {
        let mut stream = connect(scene.address, config(PEER)).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        // The socket goes without a word of TLS.
        drop(stream);
    }
    let start = Instant::now();
    while scene.metrics.value(Series::Open) > 0 {
        assert!(start.elapsed() < PATIENCE);
        moment(10).await;
    }
    scene.still_answers().await;
}

/// Posts a body of some 50,000 octets as another peer.
async fn another_body(scene: &Scene) -> (u16, Option<u64>) {
    let (client, to) = (scene.client(OTHER_PEER), Expected::Party(party(SERVER)));
    let sent = client.post(&scene.to(), to, &request_within(50_000), SMALL).await.unwrap();
    (sent.status, sent.retry_after_s.map(u64::from))
}

#[tokio::test]
async fn bodies_share_a_bounded_memory_and_hold_what_has_come_of_them() {
    let scene = Scene::with(|limits| limits.max_bodies_bytes = 128 * 1024).await;
    let mut holder = connect(scene.address, config(PEER)).await;
    holder.write_all(b"POST /take HTTP/1.1\r\ncontent-length: 120000\r\n\r\nx").await.unwrap();
    moment(100).await;
    assert_eq!(another_body(&scene).await, (202, None), "what is said to come holds nothing");
    holder.write_all(&[b'x'; 100_000]).await.unwrap();
    moment(100).await;
    assert_eq!(another_body(&scene).await, (503, Some(5)));
    holder.write_all(&[b'x'; 19_999]).await.unwrap();
    scene.counted(Series::Answered(202), 2).await;
    assert_eq!(another_body(&scene).await, (202, None));
}

#[tokio::test]
async fn whoever_hangs_up_makes_no_room_while_his_octets_are_there() {
    let scene = Scene::with(|limits| limits.max_bodies_bytes = 128 * 1024).await;
    let mut sender = connect(scene.address, config(PEER)).await;
    sender.write_all(b"POST /keep HTTP/1.1\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
    sender.write_all(&[b'x'; 100_000]).await.unwrap();
    moment(100).await;
    drop(sender);
    let start = Instant::now();
    while scene.metrics.value(Series::Open) > 0 {
        assert!(start.elapsed() < PATIENCE);
        moment(10).await;
    }
    assert_eq!(another_body(&scene).await, (503, Some(5)));
    scene.hall.release.notify_one();
    moment(100).await;
    assert_eq!(another_body(&scene).await, (202, None));
}

#[tokio::test]
async fn packages_leave_room_for_what_is_short() {
    let scene =
        Scene::with(|limits| (limits.max_bodies_bytes, limits.max_packages_bytes) = (128 * 1024, 64 * 1024)).await;
    let mut holder = connect(scene.address, config(PEER)).await;
    holder.write_all(b"POST /package HTTP/1.1\r\ncontent-length: 60000\r\n\r\n").await.unwrap();
    holder.write_all(&[b'x'; 59_000]).await.unwrap();
    moment(100).await;
    let package = b"POST /package HTTP/1.1\r\ncontent-length: 10000\r\nconnection: close\r\n\r\nx";
    assert_eq!(status(&say(scene.address, OTHER_PEER, package).await), "503");
    assert_eq!(another_body(&scene).await, (202, None));
}

#[tokio::test]
async fn a_long_body_has_a_rate_of_its_own() {
    let scene = Scene::with(|limits| (limits.long_window_ms, limits.long_octets_per_window) = (300, 10_000)).await;
    let mut slow = connect(scene.address, config(PEER)).await;
    slow.write_all(b"POST /package HTTP/1.1\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
    for _ in 0..8 {
        let _sent = slow.write_all(&[b'x'; 1_000]).await;
        moment(50).await;
    }
    assert_eq!(status(&String::from_utf8(read_all(&mut slow).await).unwrap()), "408");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_site_that_panics_takes_nobody_else_along() {
    let scene = Scene::open().await;
    assert!(scene.ask(OTHER_PEER, "/panic").await.is_err());
    scene.still_answers().await;
    assert_eq!(scene.ask(PEER, "/nowhere").await.unwrap().status, 404);
    let wanted = Wanted::new("/hello", SMALL);
    assert!(scene.client(OTHER_PEER).get(&scene.to(), Expected::Party(party(SERVER)), &wanted).await.is_ok());
}
