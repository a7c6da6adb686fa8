//! Two parties, a server, and what they ask of it.

use record::json::{self, Json, Map};
use taxii::{About, CollectionId, CursorKey, Head, MEDIA_TYPE, Reply, Request, Server};

use crate::store::{Account, Store};

pub const ADA: Account = Account("ada");
pub const BO: Account = Account("bo");

/// A server with one collection that Ada reads and writes.
pub struct Scene {
    pub server: Server<Store>,
    pub shared: CollectionId,
}

pub fn server() -> Server<Store> {
    let mut about = About::new("Node of the Coast", "https://coast.example");
    about.contact = "duty@coast.example".into();
    Server::new(Store::default(), CursorKey::from_octets(&[7; 32]), about)
}

pub fn scene() -> Scene {
    let server = server();
    let shared = server.backend().open(1, &["ada"], &["ada"]);
    Scene { server, shared }
}

/// A head as the reference client sends it.
pub fn head<'a>(method: &'a str, target: &'a str) -> Head<'a> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut head = Head::new(method, path);
    (head.query, head.accept, head.content_type) = (query, Some(MEDIA_TYPE), Some(MEDIA_TYPE));
    head
}

pub fn incident(number: usize) -> String {
    version(number, 0)
}

/// A version of an incident; later ones have later times.
pub fn version(number: usize, version: usize) -> String {
    let id = id(number);
    let modified = format!("2026-06-{:02}T03:10:00.000Z", version % 28 + 1);
    format!(
        r#"{{"type":"incident","spec_version":"2.1","id":"{id}","created":"2026-06-01T03:10:00.000Z","modified":"{modified}","name":"no. {number}"}}"#
    )
}

pub fn id(number: usize) -> String {
    format!("incident--00000000-0000-4000-8000-{number:012x}")
}

impl Scene {
    pub fn put_many(&self, count: usize) {
        (0..count).for_each(|number| self.server.backend().put(self.shared, &incident(number)));
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/taxii2/api/collections/{}/{rest}", self.shared)
    }

    pub fn get(&self, target: &str) -> Reply {
        self.server.answer(Some(&ADA), &Request::new(head("GET", target), b""))
    }

    pub fn post(&self, body: &[u8]) -> Reply {
        self.server.answer(Some(&ADA), &Request::new(head("POST", &self.path("objects/")), body))
    }
}

pub fn body(reply: &Reply) -> Map {
    let Json::Object(members) = json::parse_within(reply.body.as_bytes(), 64 << 20).unwrap() else {
        panic!("{}", reply.body)
    };
    members
}

/// The ids of the objects, or the texts of the versions, of a page.
pub fn listed(reply: &Reply) -> Vec<String> {
    let members = body(reply);
    let list = members.get("objects").or_else(|| members.get("versions")).and_then(Json::as_array);
    let name = |one: &Json| match one.as_object() {
        Some(object) => object.text("id").unwrap().to_owned(),
        None => one.as_str().unwrap().to_owned(),
    };
    list.unwrap_or_default().iter().map(name).collect()
}

pub fn next(reply: &Reply) -> Option<String> {
    body(reply).text("next").map(str::to_owned)
}

/// Status and error code.
pub fn told(reply: &Reply) -> (u16, String) {
    (reply.status, body(reply).text("error_code").unwrap_or_default().to_owned())
}
