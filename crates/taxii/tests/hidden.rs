//! What is hidden is not there.

use proptest::prelude::*;
use taxii::{CollectionId, Request};

use crate::scene::{ADA, head, id, incident, scene, version};

const OPERATIONS: [(&str, &str); 12] = [
    ("GET", ""),
    ("HEAD", ""),
    ("GET", "manifest/"),
    ("GET", "objects/"),
    ("POST", "objects/"),
    ("GET", "objects/incident--00000000-0000-4000-8000-000000000001/"),
    ("DELETE", "objects/incident--00000000-0000-4000-8000-000000000001/"),
    ("GET", "objects/incident--00000000-0000-4000-8000-000000000001/versions/"),
    ("POST", ""),
    ("GET", "object/"),
    ("GET", "manifest"),
    ("GET", "objects/x/"),
];

proptest! {
    #[test]
    fn no_operation_tells_a_hidden_collection_from_an_unknown_one(
        which in 0..OPERATIONS.len(),
        query in prop::sample::select(vec!["", "limit=1", "limit=0", "next=x", "match[id]=y", "match[version]=all", "a=b"]),
        sent in prop::sample::select(vec!["", "{", r#"{"objects":[]}"#, r#"{"objects":[{}]}"#]),
        accept in prop::sample::select(vec!["*/*", "text/html"]),
    ) {
        let scene = scene();
        let hidden = scene.server.backend().open(2, &["bo"], &["bo"]);
        (0..5).for_each(|number| scene.server.backend().put(hidden, &incident(number)));
        let unknown = CollectionId::from_random([3; 16]);
        let (method, rest) = OPERATIONS[which];
        let answers = [hidden, unknown].map(|collection| {
            let target = format!("/taxii2/api/collections/{collection}/{rest}?{query}");
            let mut head = head(method, &target);
            head.accept = Some(accept);
            scene.server.backend().work.set(0);
            let request = Request::new(head, sent.as_bytes());
            let before = scene.server.before_body(Some(&ADA), &head);
            (scene.server.answer(Some(&ADA), &request), before, scene.server.backend().work.get())
        });
        prop_assert_eq!(&answers[0], &answers[1]);
        prop_assert!(answers[0].0.status >= 400);
    }
}

#[test]
fn an_object_that_was_never_shown_is_like_one_that_never_was() {
    let scene = scene();
    let hidden = scene.server.backend().open(2, &["bo"], &[]);
    scene.server.backend().put(hidden, &version(7, 0));
    scene.put_many(1);
    let ask = |number| scene.get(&scene.path(&format!("objects/{}/", id(number))));
    assert_eq!(ask(7).status, 404);
    assert_eq!(ask(7), ask(8));
    let versions = |number| scene.get(&scene.path(&format!("objects/{}/versions/", id(number))));
    assert_eq!(versions(7), versions(8));
}

#[test]
fn one_who_is_lost_from_a_collection_loses_its_cursors_too() {
    let scene = scene();
    let hidden = scene.server.backend().open(2, &["bo"], &[]);
    (0..3).for_each(|number| scene.server.backend().put(hidden, &incident(number)));
    let target = format!("/taxii2/api/collections/{hidden}/objects/?limit=1");
    let bos = scene.server.answer(Some(&crate::scene::BO), &Request::new(head("GET", &target), b""));
    let stolen = format!("{target}&next={}", crate::scene::next(&bos).unwrap());
    assert_eq!(scene.get(&stolen), scene.get(&target));
    assert_eq!(scene.get(&stolen).status, 404);
}
