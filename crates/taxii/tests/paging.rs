//! Pages read to their end while somebody writes: each object once.

use proptest::prelude::*;
use record::json::Json;
use taxii::{About, CursorKey, Request, Server};

use crate::scene::{ADA, BO, Scene, body, head, id, incident, listed, next, scene, told, version};
use crate::store::Store;

/// How a client goes on.
#[derive(Debug, Clone, Copy)]
enum Way {
    Next,
    AddedAfter,
    /// As a widely used platform did: both, and the date moves.
    Both,
}

/// Reads to the end; between pages so many more objects come in.
fn read_all(scene: &Scene, rest: &str, limit: usize, way: Way, coming: &[usize]) -> Vec<String> {
    let (mut seen, mut count, mut coming) = (Vec::new(), 1000, coming.iter());
    let mut go_on = String::new();
    loop {
        let reply = scene.get(&scene.path(&format!("{rest}?limit={limit}{go_on}")));
        assert_eq!(reply.status, 200, "{}", reply.body);
        let page = listed(&reply);
        assert!(page.len() <= limit);
        seen.extend(page);
        let more = body(&reply).get("more") == Some(&Json::Bool(true));
        assert_eq!(more, next(&reply).is_some());
        let Some(last) = reply.header("X-TAXII-Date-Added-Last") else { return seen };
        for _ in 0..coming.next().copied().unwrap_or(0) {
            scene.server.backend().put(scene.shared, &incident(count));
            count += 1;
        }
        go_on = match (way, next(&reply)) {
            (Way::Next, Some(next)) => format!("&next={next}"),
            (Way::Both, Some(next)) => format!("&next={next}&added_after={last}"),
            (Way::AddedAfter, _) | (_, None) => format!("&added_after={last}"),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_object_is_read_once_while_others_are_added(
        count in 0..40_usize,
        limit in 1..9_usize,
        coming in prop::collection::vec(0..4_usize, 0..8),
        rest in prop::sample::select(vec!["objects/", "manifest/"]),
        way in prop::sample::select(vec![Way::Next, Way::AddedAfter, Way::Both]),
    ) {
        let scene = scene();
        scene.put_many(count);
        let seen = read_all(&scene, rest, limit, way, &coming);
        let whole = listed(&scene.get(&scene.path(&format!("{rest}?limit=1000"))));
        prop_assert_eq!(seen, whole);
    }
}

#[test]
fn our_limit_wins_over_a_larger_one() {
    let scene = scene();
    scene.put_many(1001);
    for limit in ["1000", "1001", "99999999999999999999999999"] {
        assert_eq!(listed(&scene.get(&scene.path(&format!("objects/?limit={limit}")))).len(), 1000);
    }
    assert_eq!(listed(&scene.get(&scene.path("objects/"))).len(), taxii::limits::DEFAULT_PAGE_OBJECTS);
}

#[test]
fn a_page_of_large_objects_ends_early_and_nothing_is_lost() {
    let scene = scene();
    let long = "x".repeat(3 << 20);
    for number in 0..5 {
        scene.server.backend().put(scene.shared, &incident(number).replace("no.", &long));
    }
    let first = scene.get(&scene.path("objects/?limit=5"));
    assert_eq!(listed(&first), [id(0), id(1)]);
    assert!(first.length < taxii::limits::MAX_PAGE_BYTES + 1024);
    let second = scene.get(&scene.path(&format!("objects/?limit=5&next={}", next(&first).unwrap())));
    assert_eq!(listed(&second), [id(2), id(3)]);
}

fn cursor(scene: &Scene, target: &str) -> String {
    next(&scene.get(&scene.path(target))).unwrap()
}

#[test]
fn a_cursor_is_for_one_caller_collection_endpoint_and_question() {
    let scene = scene();
    scene.put_many(5);
    let other = scene.server.backend().open(2, &["ada"], &["ada"]);
    (0..5).for_each(|number| scene.server.backend().put(other, &incident(number)));
    let cursor = cursor(&scene, "objects/?limit=1");
    let elsewhere = [
        format!("/taxii2/api/collections/{other}/objects/?next={cursor}"),
        scene.path(&format!("manifest/?next={cursor}")),
        scene.path(&format!("objects/{}/?next={cursor}", id(0))),
        scene.path(&format!("objects/{}/versions/?next={cursor}", id(0))),
        scene.path(&format!("objects/?match[type]=incident&next={cursor}")),
        scene.path(&format!("objects/?match[version]=all&next={cursor}")),
    ];
    for target in elsewhere {
        assert_eq!(told(&scene.get(&target)), (400, "cursor".into()), "{target}");
    }
    let widened = scene.path(&format!("objects/?limit=3&match[version]=last&next={cursor}"));
    assert_eq!(listed(&scene.get(&widened)), [id(1), id(2), id(3)]);
}

#[test]
fn a_cursor_through_one_object_is_none_through_another() {
    let scene = scene();
    for (number, age) in [(1, 0), (2, 0), (1, 1), (2, 1)] {
        scene.server.backend().put(scene.shared, &version(number, age));
    }
    for rest in ["versions/?limit=1", "?match[version]=all&limit=1"] {
        let ask = |number, go_on: &str| scene.get(&scene.path(&format!("objects/{}/{rest}{go_on}", id(number))));
        let go_on = format!("&next={}", next(&ask(1, "")).unwrap());
        assert_eq!(listed(&ask(1, &go_on)).len(), 1);
        assert_eq!(told(&ask(2, &go_on)), (400, "cursor".into()));
    }
}

#[test]
fn a_full_page_with_nothing_behind_it_is_the_last() {
    let scene = scene();
    scene.put_many(3);
    for (limit, more) in [(2, true), (3, false), (4, false)] {
        let reply = scene.get(&scene.path(&format!("objects/?limit={limit}")));
        assert_eq!(body(&reply).get("more"), Some(&Json::Bool(more)));
        assert_eq!(next(&reply).is_some(), more);
    }
}

#[test]
fn a_cursor_is_not_for_another_member_of_the_same_collection() {
    let scene = scene();
    let both = scene.server.backend().open(2, &["ada", "bo"], &[]);
    (0..3).for_each(|number| scene.server.backend().put(both, &incident(number)));
    let target = format!("/taxii2/api/collections/{both}/objects/?limit=1");
    let ask = |who, target: &str| scene.server.answer(Some(who), &Request::new(head("GET", target), b""));
    let stolen = format!("{target}&next={}", next(&ask(&BO, &target)).unwrap());
    assert_eq!(listed(&ask(&BO, &stolen)), [id(1)]);
    assert_eq!(told(&ask(&ADA, &stolen)), (400, "cursor".into()));
}

#[test]
fn the_order_of_values_is_no_other_question() {
    let scene = scene();
    scene.put_many(3);
    let ask = |first, second, rest: &str| {
        scene.get(&scene.path(&format!("objects/?limit=1&match[id]={},{}{rest}", id(first), id(second))))
    };
    let cursor = next(&ask(0, 2, "")).unwrap();
    assert_eq!(listed(&ask(2, 0, &format!("&next={cursor}"))), [id(2)]);
}

#[test]
fn a_cursor_never_grows_old_and_another_servers_is_none() {
    let scene = scene();
    scene.put_many(3);
    let cursor = cursor(&scene, "objects/?limit=1");
    scene.server.backend().wait(400 * 24 * 3600 * 1_000_000);
    let target = scene.path(&format!("objects/?next={cursor}"));
    assert_eq!(listed(&scene.get(&target)), [id(1), id(2)]);
    let other = Server::new(Store::default(), CursorKey::from_octets(&[8; 32]), About::new("x", "https://x.example"));
    assert_eq!(other.backend().open(1, &["ada"], &[]), scene.shared);
    let reply = other.answer(Some(&ADA), &Request::new(head("GET", &target), b""));
    assert_eq!(told(&reply), (400, "cursor".into()));
}

proptest! {
    #[test]
    fn no_changed_cursor_is_good(place in 0..54_usize, sign in "[A-Za-z0-9_-]") {
        let scene = scene();
        scene.put_many(2);
        let cursor = cursor(&scene, "objects/?limit=1");
        let change = |(at, old): (usize, char)| if at == place { sign.clone() } else { old.to_string() };
        let forged: String = cursor.chars().enumerate().map(change).collect();
        prop_assume!(forged != cursor);
        let reply = scene.get(&scene.path(&format!("objects/?next={forged}")));
        prop_assert_eq!(told(&reply), (400, "cursor".to_owned()));
    }
}
