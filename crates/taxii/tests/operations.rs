//! What each of the eleven operations answers when all is well.

use record::json::Json;
use taxii::{Fault, Request};

use crate::scene::{ADA, BO, Scene, body, head, id, incident, listed, next, scene, told, version};

#[test]
fn a_client_finds_its_way_from_the_first_path_to_an_object() {
    let scene = scene();
    scene.put_many(1);
    let discovery = body(&scene.get("/taxii2/"));
    assert_eq!(discovery.text("title"), Some("Node of the Coast"));
    assert_eq!(discovery.text("default"), Some("https://coast.example/taxii2/api/"));
    let root = body(&scene.get("/taxii2/api/"));
    assert_eq!(root.get("max_content_length").unwrap().as_integer(), Some(16 * 1024 * 1024));
    assert_eq!(root.get("versions").unwrap().to_text(), r#"["application/taxii+json;version=2.1"]"#);
    let collections = body(&scene.get("/taxii2/api/collections/"));
    let [Json::Object(collection)] = collections.get("collections").unwrap().as_array().unwrap() else { panic!() };
    assert_eq!(collection.text("id"), Some(scene.shared.to_string().as_str()));
    assert_eq!(body(&scene.get(&scene.path(""))), *collection);
    assert_eq!(listed(&scene.get(&scene.path("objects/"))), [id(0)]);
    assert_eq!(listed(&scene.get(&scene.path(&format!("objects/{}/", id(0))))), [id(0)]);
}

#[test]
fn collections_come_in_the_order_of_their_ids_and_only_the_callers() {
    let scene = scene();
    let (second, _bos) = (scene.server.backend().open(0, &["ada"], &[]), scene.server.backend().open(9, &["bo"], &[]));
    assert_eq!(
        body(&scene.get("/taxii2/api/collections/"))
            .get("collections")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_object().unwrap().text("id").unwrap().to_owned())
            .collect::<Vec<_>>(),
        [second.to_string(), scene.shared.to_string()]
    );
}

#[test]
fn who_has_no_collection_gets_an_empty_object_and_not_an_empty_list() {
    let scene = crate::scene::server();
    let reply = scene.answer(Some(&ADA), &Request::new(head("GET", "/taxii2/api/collections/"), b""));
    assert_eq!(reply.body, "{}");
}

fn grown() -> Scene {
    let scene = scene();
    for text in [version(1, 0), incident(2), version(1, 1), version(1, 2)] {
        scene.server.backend().put(scene.shared, &text);
    }
    scene
}

#[test]
fn the_last_version_is_meant_unless_another_is_asked_for() {
    let scene = grown();
    let count = |filter: &str| listed(&scene.get(&scene.path(&format!("objects/{filter}")))).len();
    assert_eq!(["", "?match[version]=last", "?match[version]=first"].map(count), [2, 2, 2]);
    assert_eq!(["?match[version]=all", "?match[version]=first,last"].map(count), [4, 3]);
    assert_eq!(
        ["?match[version]=2026-06-02T03:10:00Z", "?match[version]=2026-06-02T03:10:00.000000Z"].map(count),
        [1, 1]
    );
    assert_eq!(count("?match[version]=2026-06-09T03:10:00Z"), 0);
}

#[test]
fn values_widen_and_parameters_narrow() {
    let scene = grown();
    let names = |filter: String| listed(&scene.get(&scene.path(&format!("objects/?{filter}"))));
    assert_eq!(names(format!("match[id]={},{}", id(1), id(2))), [id(2), id(1)]);
    assert_eq!(names(format!("match[id]={}&match[type]=incident,indicator", id(2))), [id(2)]);
    assert!(names(format!("match[id]={}&match[type]=indicator", id(2))).is_empty());
    assert!(names("match%5Bspec_version%5D=2.0".into()).is_empty());
    assert_eq!(names("match%5Bspec_version%5D=2.0%2C2.1".into()).len(), 2);
}

#[test]
fn an_object_shows_its_versions_and_a_list_of_them() {
    let scene = grown();
    let object = scene.path(&format!("objects/{}/", id(1)));
    assert_eq!(listed(&scene.get(&object)).len(), 1);
    assert_eq!(listed(&scene.get(&format!("{object}?match[version]=all"))).len(), 3);
    let versions = scene.get(&format!("{object}versions/?limit=2"));
    assert_eq!(listed(&versions), ["2026-06-01T03:10:00.000Z", "2026-06-02T03:10:00.000Z"]);
    let rest = scene.get(&format!("{object}versions/?next={}", next(&versions).unwrap()));
    assert_eq!(listed(&rest), ["2026-06-03T03:10:00.000Z"]);
    let filtered = scene.get(&format!("{object}?match[version]=2020-01-01T00:00:00Z"));
    assert_eq!((filtered.status, filtered.body.as_str()), (200, "{}"));
}

#[test]
fn a_manifest_has_four_things_of_each_version_and_its_own_cursor() {
    let scene = grown();
    let reply = scene.get(&scene.path("manifest/?match[version]=all&limit=1"));
    let members = body(&reply);
    assert_eq!(
        members.get("objects").unwrap().to_text(),
        format!(
            r#"[{{"id":"{}","date_added":"2026-07-01T00:00:00.000001Z","version":"2026-06-01T03:10:00.000Z","media_type":"application/stix+json;version=2.1"}}]"#,
            id(1)
        )
    );
    assert_eq!(members.get("more"), Some(&Json::Bool(true)));
    assert!(members.text("next").is_some());
}

#[test]
fn the_header_fields_bracket_a_page() {
    let scene = grown();
    for rest in ["objects/", "manifest/"] {
        let reply = scene.get(&scene.path(&format!("{rest}?match[version]=all&limit=3")));
        assert_eq!(reply.header("X-TAXII-Date-Added-First"), Some("2026-07-01T00:00:00.000001Z"));
        assert_eq!(reply.header("X-TAXII-Date-Added-Last"), Some("2026-07-01T00:00:00.000003Z"));
    }
    let empty = scene.get(&scene.path("objects/?added_after=2027-01-01T00:00:00Z"));
    assert_eq!((empty.body.as_str(), empty.header("x-taxii-date-added-first")), ("{}", None));
}

#[test]
fn added_after_leaves_out_that_moment_itself() {
    let scene = grown();
    let count = |after: &str| {
        listed(&scene.get(&scene.path(&format!("objects/?match[version]=all&added_after={after}")))).len()
    };
    assert_eq!(count("2026-07-01T00:00:00.000001Z"), 3);
    assert_eq!(count("2026-07-01T00:00:00.000000Z"), 4);
    // A client that drops digits reads something again, and misses nothing.
    assert_eq!(count("2026-07-01T00:00:00Z"), 4);
    assert_eq!(["1969-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"].map(count), [4, 0]);
}

#[test]
fn nothing_is_deleted_and_the_reason_is_told() {
    let scene = grown();
    let target = scene.path(&format!("objects/{}/", id(1)));
    let reply = scene.server.answer(Some(&ADA), &Request::new(head("DELETE", &target), b""));
    assert_eq!(told(&reply), (403, "append_only".into()));
    assert!(body(&reply).text("description").unwrap().contains("revoked"));
    assert_eq!(listed(&scene.get(&target)).len(), 1);
}

#[test]
fn head_is_get_without_its_body() {
    let scene = grown();
    for target in ["/taxii2/".to_owned(), scene.path("objects/"), scene.path("objects/?limit=0"), "/taxii2/x/".into()] {
        let get = scene.get(&target);
        let reply = scene.server.answer(Some(&ADA), &Request::new(head("HEAD", &target), b""));
        assert_eq!((reply.status, &reply.headers, reply.length), (get.status, &get.headers, get.body.len()));
        assert_eq!(reply.body, "");
    }
}

#[test]
fn who_has_the_same_already_is_spared_it() {
    let scene = scene();
    for target in ["/taxii2/", "/taxii2/api/", "/taxii2/api/collections/"] {
        let tag = scene.get(target).header("ETag").unwrap().to_owned();
        for (known, status) in
            [(tag.clone(), 304), (format!("\"x\", W/{tag}"), 304), ("*".into(), 304), ("\"x\"".into(), 200)]
        {
            let mut head = head("GET", target);
            head.if_none_match = Some(&known);
            let reply = scene.server.answer(Some(&ADA), &Request::new(head, b""));
            assert_eq!((reply.status, reply.body.is_empty()), (status, status == 304), "{target} {known}");
        }
    }
}

#[test]
fn a_store_that_cannot_answer_is_not_an_empty_collection() {
    let scene = grown();
    scene.server.backend().fault.set(Some(Fault::Unavailable { retry_after_s: 7 }));
    let reply = scene.get(&scene.path("objects/"));
    assert_eq!((told(&reply), reply.header("Retry-After")), ((503, "unavailable".into()), Some("7")));
    scene.server.backend().fault.set(Some(Fault::Failed));
    assert_eq!(told(&scene.get(&scene.path("manifest/"))), (500, "internal".into()));
}

#[test]
fn a_store_out_of_order_is_found_out_before_anybody_loses_something() {
    let scene = grown();
    scene.server.backend().is_confused.set(true);
    assert_eq!(told(&scene.get(&scene.path("objects/?match[version]=all"))), (500, "internal".into()));
}

#[test]
fn a_status_is_for_its_sender_and_for_a_day() {
    let scene = scene();
    let envelope = format!(r#"{{"objects":[{}]}}"#, incident(1));
    let id = body(&scene.post(envelope.as_bytes())).text("id").unwrap().to_owned();
    let target = format!("/taxii2/api/status/{id}/");
    assert_eq!(body(&scene.get(&target)).text("status"), Some("complete"));
    let bos = scene.server.answer(Some(&BO), &Request::new(head("GET", &target), b""));
    assert_eq!(told(&bos), (404, "not_found".into()));
    scene.server.backend().wait(taxii::limits::STATUS_KEPT_MS * 1000 - 1);
    assert_eq!(scene.get(&target).status, 200);
    scene.server.backend().wait(2);
    assert_eq!(told(&scene.get(&target)), (404, "not_found".into()));
}
