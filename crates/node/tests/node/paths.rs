//! Paths that want to lead elsewhere.

use crate::raw::{say, status};
use crate::scene::{PEER, Scene};

async fn refused(targets: &[&str]) {
    let scene = Scene::open().await;
    for target in targets {
        let request = format!("GET {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let answer = say(scene.address, PEER, request.as_bytes()).await;
        assert_eq!(status(&answer), "400", "{target:?}: {answer}");
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn dots_lead_nowhere() {
    refused(&["/../key", "/log/../../key", "/./hello", "/hello/..", "/log/.."]).await;
}

#[tokio::test]
async fn percent_signs_are_not_decoded() {
    refused(&["/%2e%2e/key", "/%2E%2E%2fkey", "/hell%6f", "/a%00b", "/%", "/%zz"]).await;
}

#[tokio::test]
async fn empty_parts_are_refused() {
    refused(&["//hello", "/hello//", "/log//tile", "//"]).await;
}

#[tokio::test]
async fn odd_characters_are_refused() {
    refused(&["/a\\..\\b", "/a\0b", "/a;b", "/a\tb", "/安全", "/a|b", "/\u{7f}"]).await;
}

#[tokio::test]
async fn a_target_that_names_a_host_is_refused() {
    refused(&["http://elsewhere.example/hello", "hello", "*", "elsewhere.example:80"]).await;
}

#[tokio::test]
async fn a_path_that_is_too_long_is_refused() {
    let scene = Scene::open().await;
    let request = format!("GET /{} HTTP/1.1\r\nconnection: close\r\n\r\n", "a".repeat(2000));
    assert_eq!(status(&say(scene.address, PEER, request.as_bytes()).await), "414");
    scene.still_answers().await;
}

#[tokio::test]
async fn a_query_with_odd_characters_is_refused() {
    refused(&["/hello?a=<b>", "/hello?a=%", "/hello?a=%0", "/hello?a=\"b\""]).await;
}
