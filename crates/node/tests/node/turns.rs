//! Long-polls, and whoever asks too often.

use std::time::Duration;

use node::client::Wanted;
use node::metrics::{Refused, Series};
use node::tls::Expected;
use tokio::time::timeout;

use crate::raw::{config, connect, moment};
use crate::scene::{OTHER_PEER, PATIENCE, PEER, SERVER, SMALL, STRANGER, Scene, party, text};

#[tokio::test]
async fn a_long_poll_is_answered_when_there_is_news_and_holds_up_nobody() {
    let scene = Scene::open().await;
    let (client, to) = (scene.client(PEER), scene.to());
    let wanted = Wanted::new("/news", SMALL);
    let mut poll = Box::pin(client.get(&to, Expected::Party(party(SERVER)), &wanted));
    assert!(timeout(Duration::from_millis(200), &mut poll).await.is_err());
    let wanted = Wanted::new("/hello", SMALL);
    let meanwhile = client.get(&to, Expected::Party(party(SERVER)), &wanted).await;
    assert_eq!(meanwhile.unwrap().status, 200);
    scene.hall.news.notify_one();
    assert_eq!(text(&timeout(PATIENCE, poll).await.unwrap().unwrap()), "news");
}

#[tokio::test]
async fn a_site_that_never_answers_is_given_up() {
    let scene = Scene::with(|limits| limits.answer_ms = 200).await;
    let answer = scene.ask(PEER, "/news").await.unwrap();
    assert_eq!((answer.status, answer.retry_after_s), (503, Some(5)));
    scene.still_answers().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again_and_others_are_served() {
    let scene = Scene::with(|limits| {
        limits.peer_requests_burst = 5;
        limits.peer_requests_per_second = 1;
    })
    .await;
    let client = scene.client(OTHER_PEER);
    let (to, wanted) = (scene.to(), Wanted::new("/hello", SMALL));
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let answer = client.get(&to, Expected::Party(party(SERVER)), &wanted).await.unwrap();
        assert_eq!(answer.retry_after_s.is_some(), answer.status == 429);
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..5], [200; 5]);
    assert_eq!(statuses[7], 429);
    let told = scene.hall.over_rate.lock().unwrap().clone();
    assert_eq!(told.len(), statuses.iter().filter(|status| **status == 429).count(), "the site is told of each");
    assert!(told.iter().all(|peer| *peer == party(OTHER_PEER)));
    scene.still_answers().await;
}

#[tokio::test]
async fn strangers_share_the_rate_of_their_address() {
    let scene = Scene::with(|limits| {
        limits.stranger_requests_burst = 2;
        limits.stranger_requests_per_second = 1;
    })
    .await;
    let mut statuses = Vec::new();
    for number in [STRANGER, STRANGER + 1, STRANGER + 2] {
        statuses.push(scene.ask(number, "/hello").await.unwrap().status);
    }
    assert_eq!(statuses, [200, 200, 429]);
    assert!(scene.hall.over_rate.lock().unwrap().is_empty(), "a stranger is nobody of whom to tell");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_peer_has_only_so_many_connections() {
    let scene = Scene::with(|limits| limits.max_connections_per_peer = 2).await;
    let first = connect(scene.address, config(OTHER_PEER)).await;
    let second = connect(scene.address, config(OTHER_PEER)).await;
    moment(50).await;
    assert!(scene.ask(OTHER_PEER, "/hello").await.is_err());
    scene.counted(Series::Refused(Refused::PeerFull), 1).await;
    scene.still_answers().await;
    drop((first, second));
    moment(100).await;
    assert!(scene.ask(OTHER_PEER, "/hello").await.is_ok());
}
