//! The site that these tests serve.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use node::server::{Body, BodyClass, EntityTag, Header, Reply, Request, Site, Status};
use record::digest::PartyId;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Octets of `/big`: more than all buffers between two sockets hold.
pub(crate) const BIG_BYTES: usize = 48 * 1024 * 1024;

/// Octets of `/thing` and `/file`.
pub(crate) const THING_BYTES: usize = 1_000_000;

#[derive(Debug)]
pub(crate) struct Hall {
    pub(crate) news: Notify,
    /// Lets go of a body that was sent to `/keep`.
    pub(crate) release: Arc<Notify>,
    pub(crate) version: Mutex<String>,
    pub(crate) file: Mutex<Option<PathBuf>>,
    /// Peers that asked too often, once for each request.
    pub(crate) over_rate: Mutex<Vec<PartyId>>,
}

impl Hall {
    pub(crate) fn new() -> Self {
        Self {
            news: Notify::new(),
            release: Arc::default(),
            version: Mutex::new("one".to_owned()),
            file: Mutex::default(),
            over_rate: Mutex::default(),
        }
    }

    fn tag(&self) -> Header {
        Header::Etag(EntityTag::new(&self.version.lock().unwrap()).unwrap())
    }

    fn file(&self) -> Reply {
        let path = self.file.lock().unwrap().clone().unwrap();
        let length = u64::try_from(THING_BYTES).unwrap();
        octets(Body::File { path, length }).with(self.tag())
    }
}

/// Octets that tell their place.
pub(crate) fn thing() -> Vec<u8> {
    (0..THING_BYTES).map(|place| u8::try_from((place / 7 + place / 1000) % 251).unwrap()).collect()
}

fn octets(body: Body) -> Reply {
    Reply::ok("application/octet-stream", body)
}

fn hello(peer: Option<PartyId>) -> Reply {
    let who = peer.map_or_else(|| "stranger".to_owned(), |party| party.to_string());
    Reply::text(Status::Ok, format!("hello {who}"))
}

impl Site for Hall {
    fn over_rate(&self, peer: &PartyId) {
        self.over_rate.lock().unwrap().push(*peer);
    }

    async fn answer(&self, request: Request) -> Reply {
        match request.path.as_str() {
            "/hello" => hello(request.peer),
            "/big" => octets(Body::Octets(vec![7; BIG_BYTES])),
            "/thing" => octets(Body::Octets(thing())).with(self.tag()),
            "/file" => self.file(),
            "/take" | "/package" | "/peer/add-checkpoint" => {
                Reply::text(Status::Accepted, request.body.len().to_string())
            }
            "/keep" => {
                let release = Arc::clone(&self.release);
                let kept = request.body;
                tokio::spawn(async move {
                    release.notified().await;
                    drop(kept);
                });
                self.news.notified().await;
                Reply::text(Status::Accepted, "kept")
            }
            "/news" => {
                self.news.notified().await;
                Reply::text(Status::Ok, "news")
            }
            "/patient" => {
                request.closing.begun().await;
                Reply::text(Status::Ok, "nothing yet")
            }
            "/nap" => {
                sleep(Duration::from_millis(300)).await;
                Reply::text(Status::Ok, "rested")
            }
            "/panic" => panic!("the hall is on fire, as this test wants it"),
            _ => Reply::text(Status::NotFound, "no such thing"),
        }
    }

    fn body_class(&self, peer: Option<&PartyId>, path: &str) -> BodyClass {
        match (peer, path) {
            (Some(_), "/package") => BodyClass::Package,
            (Some(_), _) => BodyClass::Message,
            (None, _) => BodyClass::Small,
        }
    }
}
