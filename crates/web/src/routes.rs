//! From a request to the desk, and back.

mod ahead;
mod polls;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use node::server::{Body, BodyClass, CacheControl, EntityTag, Header, Method, Reply, Request, Site, Status};
use protocol::exchange::Resource;
use record::digest::PartyId;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use self::ahead::Ahead;
use crate::desk::{Desk, Handed, PairStep, Shown};

/// The longest that a caller may wait for news, in seconds: below what lines and their middle boxes bear.
pub const MAX_WAIT_SECONDS: u64 = 50;

/// How often a waiting caller's feeds are looked at, in milliseconds: what an urgent notice may lose to it.
const LOOK_EVERY_MS: u64 = 25;

/// Under which the answers to reports from outside lie.
const ANSWERS: &str = "/report/answers/";

/// Where such a report is handed in.
const SUBMIT: &str = "/report/submit";

const OCTETS: &str = "application/octet-stream";
const JSON: &str = "application/json";

/// The handlers over a desk.
#[derive(Debug)]
pub struct Routes<D> {
    desk: Arc<D>,
    ahead: Ahead,
}

impl<D: Desk> Routes<D> {
    /// Handlers.
    #[must_use]
    pub fn new(desk: Arc<D>) -> Self {
        Self { desk, ahead: Ahead::default() }
    }

    /// Asks the desk on a thread that may block.
    async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&D) -> T + Send + 'static) -> Option<T> {
        let desk = Arc::clone(&self.desk);
        spawn_blocking(move || question(&desk)).await.ok()
    }

    async fn get(&self, request: Request) -> Reply {
        match request.path.as_str() {
            "/healthz" => Reply::text(Status::Ok, "ok\n"),
            "/readyz" => self.ready().await,
            "/metrics" if is_for_operators(request.peer.as_ref(), request.remote.ip()) => self.metrics().await,
            "/metrics" => stranger(),
            "/peer/feeds" => self.feeds(request).await,
            "/peer/heads" => match request.peer {
                Some(peer) => shown(self.ask(move |desk| desk.heads(&peer)).await, CacheControl::NoStore),
                None => stranger(),
            },
            "/peer/seen" => self.seen(request).await,
            path if path.starts_with(ANSWERS) => self.report_answers(path).await,
            path if polls::is_poll(path) => self.poll(request).await,
            path => match path.strip_prefix('/').unwrap_or_default().parse::<Resource>() {
                Ok(resource) => self.file(request.peer, resource).await,
                Err(_) => Reply::text(Status::NotFound, "there is nothing here\n"),
            },
        }
    }

    /// Whoever asks, and however often: a tag tells nothing, and what lies under it is sealed.
    async fn report_answers(&self, path: &str) -> Reply {
        let tag = path.strip_prefix(ANSWERS).unwrap_or_default().to_owned();
        shown(self.ask(move |desk| desk.report_answers(&tag)).await, CacheControl::NoStore)
    }

    async fn ready(&self) -> Reply {
        match self.ask(Desk::is_ready).await {
            Some(Ok(())) => Reply::text(Status::Ok, "ready\n"),
            Some(Err(problem)) => Reply::text(Status::Unavailable, format!("{problem}\n")),
            None => Reply::empty(Status::Internal),
        }
    }

    async fn metrics(&self) -> Reply {
        let text = self.ask(Desk::metrics).await.unwrap_or_default();
        Reply::ok("text/plain; version=0.0.4", Body::Octets(text.into_bytes()))
    }

    async fn file(&self, peer: Option<PartyId>, resource: Resource) -> Reply {
        if peer.is_none() && !matches!(resource, Resource::Profile | Resource::KeyProof(_)) {
            return stranger();
        }
        let kept = if is_fixed(&resource) { CacheControl::Immutable } else { CacheControl::NoStore };
        shown(self.ask(move |desk| desk.file(peer.as_ref(), &resource)).await, kept)
    }

    /// The caller's feeds. A caller that names the tag it has is answered once another one holds, or its time is up.
    async fn feeds(&self, request: Request) -> Reply {
        let Some(peer) = request.peer else { return stranger() };
        let (wait, known) = (number(&request, "wait").unwrap_or(0).min(MAX_WAIT_SECONDS), word(&request, "tag"));
        let end = Instant::now() + Duration::from_secs(wait);
        let mut tag = self.ask(move |desk| desk.feeds_tag(&peer)).await.flatten();
        while tag.is_some() && tag == known && Instant::now() < end {
            // At the end of the server nobody is kept waiting.
            tokio::select! {
                () = sleep(Duration::from_millis(LOOK_EVERY_MS)) => {}
                () = request.closing.begun() => break,
            }
            tag = self.ask(move |desk| desk.feeds_tag(&peer)).await.flatten();
        }
        if wait > 0 && self.let_frames_pass(&request, &peer).await {
            tag = self.ask(move |desk| desk.feeds_tag(&peer)).await.flatten();
        }
        let reply = self.file(Some(peer), Resource::Feeds).await;
        match tag.and_then(|tag| EntityTag::new(&tag)) {
            Some(tag) => reply.with(Header::Etag(tag)),
            None => reply,
        }
    }

    /// Waits until no urgent frame is on its way to a peer. True if one was.
    async fn let_frames_pass(&self, request: &Request, peer: &PartyId) -> bool {
        let pause = Duration::from_millis(LOOK_EVERY_MS);
        // What makes news also makes frames: whoever asks for them looks at least once before the news is told.
        if self.ahead.is_asked(peer) {
            sleep(pause.saturating_mul(2)).await;
        }
        let mut has_waited = false;
        // One end for all frames: under steady ones the news must come all the same.
        let end = Instant::now() + ahead::MAX_HOLD;
        while self.ahead.is_under_way(peer, Instant::now()) && Instant::now() < end {
            has_waited = true;
            tokio::select! {
                () = sleep(pause) => {}
                () = request.closing.begun() => break,
            }
        }
        has_waited
    }

    async fn seen(&self, request: Request) -> Reply {
        let Some(peer) = request.peer else { return stranger() };
        let Some(feed) = word(&request, "feed") else { return Reply::empty(Status::BadRequest) };
        shown(self.ask(move |desk| desk.seen(&peer, &feed)).await, CacheControl::NoStore)
    }

    async fn post(&self, request: Request) -> Reply {
        let Request { peer, key, body, path, .. } = request;
        let answer = match (path.as_str(), peer) {
            // A witness answers whoever shows a head that a log which it knows has signed.
            ("/peer/add-checkpoint", _) => self.ask(move |desk| desk.add_checkpoint(&body)).await,
            ("/peer/pair/commit", _) => self.ask(move |desk| desk.pair(PairStep::Commit, key.as_ref(), &body)).await,
            ("/peer/pair/reveal", _) => self.ask(move |desk| desk.pair(PairStep::Reveal, key.as_ref(), &body)).await,
            (SUBMIT, _) => self.ask(move |desk| desk.report(&body)).await,
            (_, None) => return stranger(),
            ("/peer/statement", Some(peer)) => self.ask(move |desk| desk.statement(&peer, &body)).await,
            ("/peer/message", Some(peer)) => self.ask(move |desk| desk.message(&peer, &body)).await,
            ("/peer/deposit", Some(peer)) => self.ask(move |desk| desk.deposit(&peer, &body)).await,
            ("/peer/deposit/ask", Some(peer)) => self.ask(move |desk| desk.deposited(&peer, &body)).await,
            ("/peer/cosignature", Some(peer)) => self.ask(move |desk| desk.cosignature(&peer, &body)).await,
            _ => return Reply::text(Status::NotFound, "there is nothing here\n"),
        };
        let is_witness = path == "/peer/add-checkpoint";
        let mut reply = handed(answer);
        // The types are those of C2SP tlog-witness.
        if is_witness && reply.status == Status::Ok {
            reply.content_type = "text/plain; charset=utf-8";
        }
        if is_witness && reply.status == Status::Conflict {
            reply.content_type = "text/x.tlog.size";
        }
        reply
    }
}

impl<D: Desk> Site for Routes<D> {
    async fn answer(&self, request: Request) -> Reply {
        match request.method {
            Method::Get => self.get(request).await,
            Method::Post => self.post(request).await,
            Method::Delete | Method::Head | _ => Reply::empty(Status::BadRequest),
        }
    }

    fn over_rate(&self, peer: &PartyId) {
        self.desk.over_rate(peer);
    }

    fn body_class(&self, peer: Option<&PartyId>, path: &str) -> BodyClass {
        match path {
            // One checkpoint with its longest proof.
            "/peer/add-checkpoint" => BodyClass::Message,
            // The longest body of a record, sealed.
            "/peer/deposit" if peer.is_some() => BodyClass::Package,
            // The desk takes less of it, and says so.
            SUBMIT => BodyClass::Message,
            _ if peer.is_some() => BodyClass::Message,
            _ => BodyClass::Small,
        }
    }
}

/// What never changes under its name.
const fn is_fixed(resource: &Resource) -> bool {
    if let Resource::Tile(_, path) = resource { path.is_full() } else { false }
}

/// Counters tell how busy a node is with whom, so strangers get none: a watcher runs on this machine, or shows a peer's key.
fn is_for_operators(peer: Option<&PartyId>, from: IpAddr) -> bool {
    peer.is_some() || from.to_canonical().is_loopback()
}

fn stranger() -> Reply {
    Reply::text(Status::Unauthorized, "this is for peers: pair first, and show your transport key\n")
}

fn shown(found: Option<Shown>, kept: CacheControl) -> Reply {
    match found {
        Some(Shown::Octets(octets)) => {
            let tag = record::base64url::encode(&record::digest::sha256(&[&octets]));
            let reply = Reply::ok(OCTETS, Body::Octets(octets)).with(Header::CacheControl(kept));
            EntityTag::new(&tag).map_or(reply.clone(), |tag| reply.with(Header::Etag(tag)))
        }
        Some(Shown::NotThere) => Reply::text(Status::NotFound, "there is no such file for you\n"),
        Some(Shown::Erased) => Reply::text(Status::Gone, "it was erased\n"),
        Some(Shown::NotYet) => Reply::empty(Status::NoContent),
        Some(Shown::Unavailable(problem)) => {
            Reply::text(Status::Unavailable, format!("{problem}\n")).with(Header::RetryAfter(1))
        }
        None => Reply::empty(Status::Internal),
    }
}

fn handed(answer: Option<Handed>) -> Reply {
    match answer {
        Some(Handed::Taken(octets)) => Reply::ok(JSON, Body::Octets(octets)),
        Some(Handed::Refused(status, problem)) => Reply::text(status_of(status), problem),
        Some(Handed::Unavailable(problem)) => {
            Reply::text(Status::Unavailable, format!("{problem}\n")).with(Header::RetryAfter(1))
        }
        None => Reply::empty(Status::Internal),
    }
}

const fn status_of(code: u16) -> Status {
    match code {
        401 => Status::Unauthorized,
        403 => Status::Forbidden,
        404 => Status::NotFound,
        409 => Status::Conflict,
        410 => Status::Gone,
        413 => Status::TooLong,
        422 => Status::Unprocessable,
        429 => Status::TooMany,
        _ => Status::BadRequest,
    }
}

fn word(request: &Request, name: &str) -> Option<String> {
    let pairs = request.query.as_deref()?.split('&');
    pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn number(request: &Request, name: &str) -> Option<u64> {
    word(request, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{PartyId, is_for_operators};

    #[test]
    fn counters_are_for_peers_and_for_this_machine() {
        let peer = PartyId::from_octets([1; 32]);
        for (from, is_here) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("203.0.113.7", false),
            ("10.0.0.1", false),
        ] {
            let from = from.parse().unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
            assert_eq!(is_for_operators(None, from), is_here, "{from}");
            assert!(is_for_operators(Some(&peer), from), "{from}");
        }
    }
}
