//! The end of a server.

use std::time::{Duration, Instant};

use node::client::{ClientError, Wanted};
use node::limits::ClientLimits;
use node::metrics::Series;
use node::tls::Expected;
use tokio::net::TcpStream;

use crate::raw::{config, connect, moment, read_all};
use crate::scene::{PEER, SERVER, SMALL, Scene, client, party, text};

#[tokio::test]
async fn a_request_under_way_comes_to_its_end_and_no_other_begins() {
    let mut scene = Scene::open().await;
    let (client, to) = (scene.client(PEER), scene.to());
    let asked =
        tokio::spawn(async move { client.get(&to, Expected::Party(party(SERVER)), &Wanted::new("/nap", SMALL)).await });
    scene.counted(Series::Accepted, 1).await;
    moment(100).await;
    scene.end();
    assert_eq!(text(&asked.await.unwrap().unwrap()), "rested");
    scene.ended().await;
    assert!(matches!(scene.ask(PEER, "/hello").await, Err(ClientError::Unreachable { .. })));
}

#[tokio::test]
async fn a_long_poll_hears_of_the_end_and_answers() {
    let mut scene = Scene::open().await;
    let (client, to) = (scene.client(PEER), scene.to());
    let asked =
        tokio::spawn(
            async move { client.get(&to, Expected::Party(party(SERVER)), &Wanted::new("/patient", SMALL)).await },
        );
    scene.counted(Series::Accepted, 1).await;
    moment(100).await;
    let start = Instant::now();
    scene.end();
    assert_eq!(text(&asked.await.unwrap().unwrap()), "nothing yet");
    scene.ended().await;
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn idle_and_half_open_connections_do_not_hold_up_the_end() {
    let mut scene = Scene::open().await;
    let mut silent = TcpStream::connect(scene.address).await.unwrap();
    let mut idle = connect(scene.address, config(PEER)).await;
    scene.counted(Series::Accepted, 2).await;
    moment(50).await;
    let start = Instant::now();
    scene.end();
    drop((read_all(&mut silent).await, read_all(&mut idle).await));
    drop((silent, idle));
    scene.ended().await;
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn what_does_not_end_by_itself_is_cut_after_the_time_of_grace() {
    let mut scene = Scene::with(|limits| limits.grace_ms = 200).await;
    let (client, to) = (client(PEER, ClientLimits::default()), scene.to());
    let asked =
        tokio::spawn(
            async move { client.get(&to, Expected::Party(party(SERVER)), &Wanted::new("/news", SMALL)).await },
        );
    scene.counted(Series::Accepted, 1).await;
    moment(100).await;
    scene.end();
    scene.ended().await;
    assert!(matches!(asked.await.unwrap(), Err(ClientError::Dropped)));
    assert_eq!(scene.metrics.value(Series::Open), 0);
}
