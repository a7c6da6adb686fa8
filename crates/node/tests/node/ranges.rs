//! Going on where a line was cut, and not fetching what is here already.

use node::client::{ClientError, Fetched, Interruption, Wanted};
use node::tls::Expected;

use crate::hall::{THING_BYTES, thing};
use crate::raw::line_that_is_cut;
use crate::scene::{PEER, SERVER, Scene, party, text};

const ROOM: usize = 2 * THING_BYTES;

async fn fetch(scene: &Scene, wanted: &Wanted) -> Result<Fetched, ClientError> {
    scene.client(PEER).get(&scene.to(), Expected::Party(party(SERVER)), wanted).await
}

async fn cut_then_resume(scene: &Scene, path: &str, after: usize) -> Vec<u8> {
    let line = line_that_is_cut(scene.address, after).await;
    let asked = scene.client(PEER).get(&line.into(), Expected::Party(party(SERVER)), &Wanted::new(path, ROOM)).await;
    let ClientError::Interrupted { cause, so_far } = asked.unwrap_err() else { panic!("not interrupted") };
    assert_eq!(cause, Interruption::Cut);
    let begun = so_far.octets.len();
    assert!(begun > 0 && begun < THING_BYTES, "{begun}");
    let rest = Wanted::new(path, ROOM).from_octet(u64::try_from(begun).unwrap(), so_far.etag.clone());
    let rest = fetch(scene, &rest).await.unwrap();
    assert_eq!((rest.status, rest.first_octet), (206, u64::try_from(begun).unwrap()));
    assert_eq!(rest.octets.len(), THING_BYTES - begun);
    [so_far.octets, rest.octets].concat()
}

#[tokio::test]
async fn after_a_cut_exactly_the_rest_comes() {
    let scene = Scene::open().await;
    for after in [100_000, 500_000, 900_000] {
        assert!(cut_then_resume(&scene, "/thing", after).await == thing());
    }
    scene.still_answers().await;
}

#[tokio::test]
async fn a_file_is_resumed_in_the_same_way() {
    let scene = Scene::open().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    // The file has grown since its length was told: what grew does not go out.
    std::fs::write(&path, [thing(), vec![0; 5000]].concat()).unwrap();
    *scene.hall.file.lock().unwrap() = Some(path);
    assert!(fetch(&scene, &Wanted::new("/file", ROOM)).await.unwrap().octets == thing());
    assert!(cut_then_resume(&scene, "/file", 300_000).await == thing());
}

#[tokio::test]
async fn a_file_that_is_gone_or_too_short_is_our_fault_and_said() {
    let scene = Scene::open().await;
    let folder = tempfile::tempdir().unwrap();
    *scene.hall.file.lock().unwrap() = Some(folder.path().join("file"));
    assert_eq!(fetch(&scene, &Wanted::new("/file", ROOM)).await.unwrap().status, 500);
    std::fs::write(folder.path().join("file"), b"short").unwrap();
    assert_eq!(fetch(&scene, &Wanted::new("/file", ROOM)).await.unwrap().status, 500);
    scene.still_answers().await;
}

#[tokio::test]
async fn another_version_comes_whole() {
    let scene = Scene::open().await;
    let first = fetch(&scene, &Wanted::new("/thing", ROOM)).await.unwrap();
    assert_eq!((first.status, first.etag.as_deref()), (200, Some("\"one\"")));
    "two".clone_into(&mut scene.hall.version.lock().unwrap());
    let rest = fetch(&scene, &Wanted::new("/thing", ROOM).from_octet(10, first.etag)).await.unwrap();
    assert_eq!((rest.status, rest.first_octet, rest.octets.len()), (200, 0, THING_BYTES));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let scene = Scene::open().await;
    let same = fetch(&scene, &Wanted::new("/thing", ROOM).unless("\"one\"".to_owned())).await.unwrap();
    assert_eq!((same.status, same.octets.len(), same.etag.as_deref()), (304, 0, Some("\"one\"")));
    let other = fetch(&scene, &Wanted::new("/thing", ROOM).unless("\"zero\"".to_owned())).await.unwrap();
    assert_eq!((other.status, other.octets.len()), (200, THING_BYTES));
}

#[tokio::test]
async fn beyond_the_end_there_is_nothing_and_the_length_is_told() {
    let scene = Scene::open().await;
    let end = u64::try_from(THING_BYTES).unwrap();
    for first in [end, end + 1, u64::MAX] {
        let beyond = fetch(&scene, &Wanted::new("/thing", ROOM).from_octet(first, None)).await.unwrap();
        assert_eq!((beyond.status, beyond.length), (416, Some(end)), "{}", text(&beyond));
    }
    let last = fetch(&scene, &Wanted::new("/thing", ROOM).from_octet(end - 1, None)).await.unwrap();
    assert_eq!(last.octets, [*thing().last().unwrap()]);
}
