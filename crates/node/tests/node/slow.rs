//! Whoever is slow, on purpose or not.

use std::time::{Duration, Instant};

use node::metrics::{Refused, Series};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::raw::{client_hello, config, connect, moment, read_all, status};
use crate::scene::{PEER, Scene};

async fn hasty() -> Scene {
    Scene::with(|limits| {
        limits.handshake_ms = 300;
        limits.head_ms = 400;
        (limits.pace_window_ms, limits.long_window_ms) = (400, 400);
    })
    .await
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_ended() {
    let scene = hasty().await;
    let start = Instant::now();
    let mut socket = TcpStream::connect(scene.address).await.unwrap();
    assert!(read_all(&mut socket).await.is_empty());
    assert!(start.elapsed() < Duration::from_secs(3));
    scene.counted(Series::Handshakes("too_slow"), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_handshake_octet_by_octet_is_ended() {
    let scene = hasty().await;
    let mut socket = TcpStream::connect(scene.address).await.unwrap();
    for octet in client_hello() {
        if socket.write_all(&[octet]).await.is_err() {
            break;
        }
        moment(5).await;
    }
    scene.counted(Series::Handshakes("too_slow"), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn headers_octet_by_octet_are_ended() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    let start = Instant::now();
    for octet in b"GET /hello HTTP/1.1\r\nx: ".iter().chain([b'y'; 1000].iter()) {
        if stream.write_all(&[*octet]).await.is_err() || stream.flush().await.is_err() {
            break;
        }
        if scene.metrics.value(Series::Refused(Refused::HeadTime)) > 0 {
            break;
        }
        moment(10).await;
    }
    assert!(start.elapsed() < Duration::from_secs(3));
    scene.counted(Series::Refused(Refused::HeadTime), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_connection_that_idles_is_ended() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    stream.write_all(b"GET /hello HTTP/1.1\r\n\r\n").await.unwrap();
    let answer = read_all(&mut stream).await;
    assert_eq!(status(&String::from_utf8(answer).unwrap()), "200");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_body_that_trickles_is_refused() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    stream.write_all(b"POST /take HTTP/1.1\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
    for _ in 0..20 {
        let _sent = stream.write_all(b"x").await;
        let _sent = stream.flush().await;
        moment(50).await;
    }
    let answer = String::from_utf8(read_all(&mut stream).await).unwrap();
    assert_eq!(status(&answer), "408", "{answer}");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_reader_that_reads_nothing_is_let_go() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    stream.write_all(b"GET /big HTTP/1.1\r\n\r\n").await.unwrap();
    scene.counted(Series::Refused(Refused::SlowReader), 1).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn a_reader_that_sips_is_let_go() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    stream.write_all(b"GET /big HTTP/1.1\r\n\r\n").await.unwrap();
    let mut sip = [0; 8];
    while scene.metrics.value(Series::Refused(Refused::SlowReader)) == 0 {
        let _read = stream.read(&mut sip).await;
        moment(20).await;
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn a_reader_that_is_only_not_fast_gets_everything() {
    let scene = hasty().await;
    let mut stream = connect(scene.address, config(PEER)).await;
    stream.write_all(b"GET /big HTTP/1.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let (mut total, mut piece) = (0, vec![0; 1024 * 1024]);
    loop {
        let count = stream.read(&mut piece).await.unwrap();
        if count == 0 {
            break;
        }
        total += count;
        if total % 7 == 0 {
            moment(1).await;
        }
    }
    assert!(total > crate::hall::BIG_BYTES);
    assert_eq!(scene.metrics.value(Series::Refused(Refused::SlowReader)), 0);
}
