//! Connections that are kept.

use std::sync::Arc;

use node::client::{Address, Client, ClientError, NotAnAddress, Wanted};
use node::limits::{ClientLimits, MAX_REQUESTS_PER_PEER};
use node::metrics::{Metrics, Series};
use node::tls::Expected;

use crate::raw::moment;
use crate::scene::{Book, PEER, SERVER, SMALL, Scene, identity, party, request};

fn counting_client() -> (Client, Arc<Metrics>, Arc<Book>) {
    let (metrics, pins) = (Arc::new(Metrics::new()), Book::of(&[SERVER]));
    (Client::new(identity(PEER), pins.clone(), ClientLimits::default(), metrics.clone()), metrics, pins)
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let scene = Scene::open().await;
    let (client, metrics, _) = counting_client();
    for _ in 0..5 {
        client.get(&scene.to(), Expected::Party(party(SERVER)), &Wanted::new("/hello", SMALL)).await.unwrap();
    }
    assert_eq!(metrics.value(Series::Dialled), 1);
    assert_eq!(metrics.value(Series::Asked("answered")), 5);
}

#[tokio::test]
async fn a_connection_that_the_server_ended_is_replaced() {
    let scene = Scene::with(|limits| limits.head_ms = 150).await;
    let (client, metrics, _) = counting_client();
    let expected = Expected::Party(party(SERVER));
    for _ in 0..3 {
        client.get(&scene.to(), expected, &Wanted::new("/hello", SMALL)).await.unwrap();
        client.post(&scene.to(), expected, &request(0), SMALL).await.unwrap();
        moment(300).await;
    }
    assert_eq!(metrics.value(Series::Dialled), 3);
}

#[tokio::test]
async fn a_kept_connection_is_not_used_once_its_key_is_taken_back() {
    let scene = Scene::open().await;
    let (client, _, pins) = counting_client();
    let wanted = Wanted::new("/hello", SMALL);
    client.get(&scene.to(), Expected::Party(party(SERVER)), &wanted).await.unwrap();
    pins.take_back(SERVER);
    let asked = client.get(&scene.to(), Expected::Party(party(SERVER)), &wanted).await;
    assert!(matches!(asked, Err(ClientError::Tls(_))));
}

#[tokio::test]
async fn requests_to_one_peer_wait_for_their_turn() {
    let scene = Scene::open().await;
    let (client, metrics, _) = counting_client();
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (client, to) = (client.clone(), scene.to());
        asked.spawn(async move {
            client.get(&to, Expected::Party(party(SERVER)), &Wanted::new("/nap", SMALL)).await.unwrap();
        });
    }
    asked.join_all().await;
    assert_eq!(metrics.value(Series::Asked("answered")), 10);
    let most = u64::try_from(MAX_REQUESTS_PER_PEER).unwrap();
    assert!(metrics.value(Series::Dialled) <= most, "those that waited took connections that were kept");
    assert!(scene.metrics.value(Series::Open) <= most);
}

#[test]
fn an_address_is_a_host_and_a_port() {
    for text in ["node.example:7443", "127.0.0.1:1", "[2001:db8::1]:7443"] {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }
    for text in ["", "node.example", "node.example:0", "node.example:99999", "a/b:1", "::1:80", "[x]:1", ":80", "a b:1"]
    {
        assert!(matches!(text.parse::<Address>(), Err(NotAnAddress { .. })), "{text:?}");
    }
}

#[tokio::test]
async fn a_path_that_no_server_would_take_is_not_sent() {
    let scene = Scene::open().await;
    for path in ["hello", "/../key", "/a b", "/a\r\nx: y", "//"] {
        assert!(matches!(scene.ask(PEER, path).await, Err(ClientError::Path(_))), "{path:?}");
    }
    assert_eq!(scene.metrics.value(Series::Accepted), 0);
}
