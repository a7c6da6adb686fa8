//! How many objects a second go out page by page, and come in: `cargo run --release -p detente-taxii --example taxii_throughput`.
//!
//! The store is a list in memory whose objects are JSON already, so what is measured is this crate's own share: reading the
//! request, the cursor, and the envelope.
#![expect(clippy::disallowed_methods, reason = "a development tool reads the clock; the library does not")]
#![expect(clippy::print_stdout, reason = "a development tool reports to a person")]

use std::borrow::Cow;
use std::time::{Duration, Instant};

use record::json::{self, Json};
use record::stix::StixId;
use record::time::{LexicalTime, Timestamp};
use taxii::{
    About, Backend, Caller, Collection, CollectionId, CursorKey, DateAdded, Fault, Found, Head, MEDIA_TYPE, Manifest,
    ManifestPage, ObjectPage, Outcome, Query, Request, Room, Server, SpecVersion, Status, StatusId, Submission,
    VersionPage,
};

/// Objects in the collection.
const OBJECTS: i64 = 100_000;
const ROUND: Duration = Duration::from_secs(2);
const BEGINNING: i64 = 1_782_864_000_000_000;

struct Somebody;

impl Caller for Somebody {
    fn name(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(b"somebody")
    }
}

struct List {
    collection: Collection,
    objects: Vec<(DateAdded, StixId, LexicalTime, String)>,
}

impl List {
    fn new() -> Self {
        let id = CollectionId::from_random([1; 16]);
        let mut collection = Collection::readable(id, "Measured");
        collection.can_write = true;
        Self { collection, objects: (0..OBJECTS).filter_map(object).collect() }
    }

    fn each(&self, query: &Query<'_>, mut push: impl FnMut(&(DateAdded, StixId, LexicalTime, String)) -> Room) {
        let start = self.objects.partition_point(|(added, ..)| query.after.is_some_and(|after| *added <= after));
        for object in self.objects.iter().skip(start) {
            if push(object) == Room::Full {
                return;
            }
        }
    }
}

/// An incident of about 1 kB.
fn object(number: i64) -> Option<(DateAdded, StixId, LexicalTime, String)> {
    let id = format!("incident--00000000-0000-4000-8000-{number:012x}");
    let modified = "2026-06-01T03:10:00.000Z";
    let text = format!(
        r#"{{"type":"incident","spec_version":"2.1","id":"{id}","created":"{modified}","modified":"{modified}","name":"no. {number}","description":"{}"}}"#,
        "An assistant gave away what it was told in confidence. ".repeat(15)
    );
    Some((DateAdded::from_micros(BEGINNING + number)?, id.parse().ok()?, modified.parse().ok()?, text))
}

impl Backend for List {
    type Caller = Somebody;

    fn collections(&self, _: &Somebody) -> Result<Vec<Collection>, Fault> {
        Ok(vec![self.collection.clone()])
    }

    fn collection(&self, _: &Somebody, id: CollectionId) -> Result<Option<Collection>, Fault> {
        Ok(Some(self.collection.clone()).filter(|one| one.id == id))
    }

    fn objects(&self, _: &Somebody, query: &Query<'_>, page: &mut ObjectPage) -> Result<Found, Fault> {
        self.each(query, |(added, _, _, text)| page.push(*added, text));
        Ok(Found::Here)
    }

    fn manifest(&self, _: &Somebody, query: &Query<'_>, page: &mut ManifestPage) -> Result<Found, Fault> {
        self.each(query, |(date_added, id, version, _)| {
            page.push(Manifest { id, date_added: *date_added, version, spec_version: SpecVersion::V21 })
        });
        Ok(Found::Here)
    }

    fn versions(&self, _: &Somebody, _: &Query<'_>, _: &mut VersionPage) -> Result<Found, Fault> {
        Ok(Found::Nothing)
    }

    fn add_objects(&self, _: &Somebody, _: CollectionId, sent: &Submission<'_>) -> Result<Option<Status>, Fault> {
        Ok(Some(sent.settle(StatusId::from_random([1; 16]), Timestamp::from_micros(BEGINNING), |_| Outcome::Success)))
    }

    fn status(&self, _: &Somebody, _: StatusId) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

fn main() {
    let server = Server::new(List::new(), CursorKey::from_octets(&[7; 32]), About::new("x", "https://x.example"));
    let each = server.backend().objects.first().map_or(0, |(_, _, _, text)| text.len());
    println!("{OBJECTS} objects of {each} octets");
    for rest in ["objects/", "manifest/"] {
        for limit in [100, 1000] {
            println!("GET {rest:9} limit {limit:4} {:9.0} objects/s", read(&server, rest, limit));
        }
    }
    for count in [1, 100, 1000] {
        println!("POST {count:4} per request   {:9.0} objects/s", write(&server, count));
    }
}

/// Reads the collection to its end, again and again.
fn read(server: &Server<List>, rest: &str, limit: usize) -> f64 {
    let path = format!("/taxii2/api/collections/{}/{rest}", server.backend().collection.id);
    let (started, mut count) = (Instant::now(), 0_usize);
    while started.elapsed() < ROUND {
        let mut query = format!("limit={limit}");
        loop {
            let mut head = Head::new("GET", &path);
            (head.query, head.accept) = (Some(query.as_str()), Some(MEDIA_TYPE));
            let reply = server.answer(Some(&Somebody), &Request::new(head, b""));
            count += limit;
            match next(&reply.body) {
                Some(next) => query = format!("limit={limit}&next={next}"),
                None => break,
            }
        }
    }
    rate(count, started)
}

/// The cursor stands before the list, so that a client need not read all of it to ask for the next page meanwhile.
fn next(body: &str) -> Option<String> {
    let (head, _) = body.split_once(",\"objects\"")?;
    let Ok(Json::Object(members)) = json::parse(format!("{head}}}").as_bytes()) else { return None };
    members.text("next").map(str::to_owned)
}

/// Sends envelopes; the store keeps nothing, so this is the reading of them and the status.
fn write(server: &Server<List>, count: usize) -> f64 {
    let path = format!("/taxii2/api/collections/{}/objects/", server.backend().collection.id);
    let texts: Vec<&str> = server.backend().objects.iter().take(count).map(|(_, _, _, text)| text.as_str()).collect();
    let body = format!(r#"{{"objects":[{}]}}"#, texts.join(","));
    let (started, mut sent) = (Instant::now(), 0);
    while started.elapsed() < ROUND {
        let mut head = Head::new("POST", &path);
        head.content_type = Some(MEDIA_TYPE);
        assert_eq!(server.answer(Some(&Somebody), &Request::new(head, body.as_bytes())).status, 202);
        sent += count;
    }
    rate(sent, started)
}

fn rate(count: usize, started: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / started.elapsed().as_secs_f64()
}
