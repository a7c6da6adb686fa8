//! Whatever is asked, the answer is JSON of the right type.

use proptest::prelude::*;
use taxii::{Head, Reply, Request};

use crate::bodies::check;
use crate::scene::{ADA, Scene, scene};

fn word(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => prop::sample::select(choices).prop_map(str::to_owned), 1 => "[ -~é\\x00-\\x1f]{0,24}"]
}

const PLACES: &[&str] =
    &["", "manifest/", "objects/", "objects", "objects/incident--00000000-0000-4000-8000-000000000001/", "x/"];
const QUERIES: &[&str] =
    &["", "limit=1", "limit=0", "next=AAAA", "match[type]=incident", "match[version]=all&limit=2", "a", "%"];
const TYPES: &[&str] =
    &["", "*/*", "application/taxii+json;version=2.1", "application/taxii+json", "text/html", "*/*;q=0"];
const BODIES: &[&str] = &["", "{", "{\"objects\":[1,{}]}", "{\"objects\":[]}"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn every_answer_is_of_our_type_and_kept_by_nobody(
        is_known in any::<bool>(),
        method in word(&["GET", "HEAD", "POST", "DELETE", "PUT"]),
        (place, is_inside) in (word(PLACES), any::<bool>()),
        (query, accept, content_type) in (word(QUERIES), word(TYPES), word(TYPES)),
        (coding, length, tag) in (word(&["identity", "gzip"]), word(&["1", "x"]), word(&["*", "\"x\""])),
        body in word(BODIES),
        left_out in any::<u8>(),
    ) {
        let scene = scene();
        scene.put_many(3);
        let path = if is_inside { scene.path(&place) } else { format!("/{place}") };
        let mut head = Head::new(&method, &path);
        head.query = (left_out & 1 == 0).then_some(query.as_str());
        head.accept = (left_out & 2 == 0).then_some(accept.as_str());
        head.content_type = (left_out & 4 == 0).then_some(content_type.as_str());
        head.content_encoding = (left_out & 0b11000 == 0).then_some(coding.as_str());
        head.content_length = (left_out & 0b1100000 == 0).then_some(length.as_str());
        head.if_none_match = (left_out & 128 == 0).then_some(tag.as_str());
        answers(&scene, is_known, &Request::new(head, body.as_bytes()))?;
    }
}

fn answers(scene: &Scene, is_known: bool, request: &Request<'_>) -> Result<(), TestCaseError> {
    let reply: Reply = scene.server.answer(is_known.then_some(&ADA), request);
    check(request.head.method, &reply);
    prop_assert_eq!(is_known, reply.status != 401);
    Ok(())
}
