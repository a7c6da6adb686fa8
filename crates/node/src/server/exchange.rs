//! From one request to its answer.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, CONTENT_ENCODING, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use hyper::{Response, Uri};
use record::digest::PartyId;
use tokio::time::{Instant, timeout};

use crate::gather::{Stopped, gather};
use crate::limits::{PACE_WINDOW_MS, ServerLimits};
use crate::metrics::{Metrics, Series};
use crate::pace::Pace;
use crate::server::bucket::{Buckets, Rate};
use crate::server::gate::block;
use crate::server::outgoing::{Outgoing, refuse, respond};
use crate::server::path::{PathFault, check_path, check_query};
use crate::server::refusal::{Refusal, TurnedAway};
use crate::server::reply::Reply;
use crate::server::request::{Conditions, Fields, Method, Request};
use crate::server::room::Room;
use crate::server::{Admitted, BodyClass, Closing, Octets, Site};
use crate::tls::{Identity, Pins, TransportKey};

/// What all connections share.
pub(super) struct Exchange<S> {
    site: Arc<S>,
    known: Option<Known>,
    limits: ServerLimits,
    metrics: Arc<Metrics>,
    closing: Closing,
    peer_rate: Rate,
    stranger_rate: Rate,
    turns: Mutex<Buckets<Caller>>,
    room: Room,
}

/// Who we are, and whom we know.
pub(super) struct Known {
    pub(super) pins: Arc<dyn Pins>,
    pub(super) identity: Arc<Identity>,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Peer(PartyId),
    Address(IpAddr),
}

/// Who is at the other end of one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Other {
    pub(super) key: Option<TransportKey>,
    pub(super) remote: SocketAddr,
}

impl<S: Site> Exchange<S> {
    pub(super) fn new(
        site: Arc<S>,
        known: Option<Known>,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        closing: Closing,
    ) -> Self {
        let room = Room::new(&limits);
        let peer_rate = Rate::new(limits.peer_requests_per_second, limits.peer_requests_burst);
        let stranger_rate = Rate::new(limits.stranger_requests_per_second, limits.stranger_requests_burst);
        Self { site, known, limits, metrics, closing, peer_rate, stranger_rate, turns: Mutex::default(), room }
    }

    /// The party of a key at this moment.
    pub(super) fn peer(&self, key: Option<&TransportKey>) -> Option<PartyId> {
        let known = self.known.as_ref()?;
        known.pins.party_of(key?, known.identity.now())
    }

    /// Answers one request.
    pub(super) async fn answer(&self, other: Other, request: hyper::Request<Incoming>) -> Response<Outgoing> {
        let (head, body) = request.into_parts();
        let (method, path) = (head.method.clone(), head.uri.path().to_owned());
        let fields = Fields::of(head.headers);
        let mut is_unread = !body.is_end_stream();
        let mut response = match self.ask(other, (&head.method, &head.uri), &fields, (body, &mut is_unread)).await {
            Ok(response) => response,
            Err(refusal) => self.turn_away(refusal, (method.as_str(), &path), &fields, other.remote).await,
        };
        // A connection that still holds a body is closed. Whoever is not told sends his next request into that.
        if is_unread {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.metrics.add(Series::Answered(response.status().as_u16()), 1);
        response
    }

    async fn ask(
        &self,
        other: Other,
        (method, uri): (&hyper::Method, &Uri),
        fields: &Fields,
        (body, is_unread): (Incoming, &mut bool),
    ) -> Result<Response<Outgoing>, Refusal> {
        let peer = self.peer(other.key.as_ref());
        self.take_turn(peer, other.remote)?;
        let method = Method::of(method).filter(|method| self.site.methods().contains(method));
        let method = method.ok_or(Refusal::Method)?;
        let (path, query) = target(uri, self.site.max_query_bytes())?;
        let conditions = Conditions::of(fields.headers());
        let mut asked = Request::new(method, path, other.remote);
        (asked.peer, asked.key, asked.query, asked.range) = (peer, other.key, query, conditions.first_octet);
        (asked.fields, asked.closing) = (fields.clone(), self.closing.clone());
        let admitted = match self.admitted(&asked).await {
            Ok(admitted) => admitted,
            Err(reply) => return respond(*reply, method, &conditions).await,
        };
        plain(fields.headers())?;
        asked.body = self.read(body, admitted).await?;
        *is_unread = false;
        let reply = timeout(Duration::from_millis(self.limits.answer_ms), self.site.answer(asked)).await;
        respond(reply.map_err(|_| Refusal::NoAnswer)?, method, &conditions).await
    }

    /// A refusal in the site's words, or in ours.
    async fn turn_away(
        &self,
        refusal: Refusal,
        (method, path): (&str, &str),
        fields: &Fields,
        remote: SocketAddr,
    ) -> Response<Outgoing> {
        let (status, reason, retry_after_s) = (refusal.code(), refusal.to_string(), refusal.retry_after_s());
        let turned = TurnedAway { method, path, fields, remote, status, reason: &reason, retry_after_s };
        let ours = || refuse(refusal, self.site.methods());
        match self.site.turned_away(&turned) {
            Some(reply) => respond(reply, Method::Post, &Conditions::default()).await.unwrap_or_else(|_| ours()),
            None => ours(),
        }
    }

    fn take_turn(&self, peer: Option<PartyId>, remote: SocketAddr) -> Result<(), Refusal> {
        let (caller, rate) = match peer {
            Some(party) => (Caller::Peer(party), self.peer_rate),
            None => (Caller::Address(block(remote.ip())), self.stranger_rate),
        };
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = turns.take(caller, rate, Instant::now());
        drop(turns);
        if let (Err(_), Caller::Peer(party)) = (&taken, caller) {
            self.site.over_rate(&party);
        }
        taken.map_err(|seconds| Refusal::TooMany { seconds })
    }

    async fn admitted(&self, asked: &Request) -> Result<Admitted, Box<Reply>> {
        match asked.method {
            Method::Delete | Method::Get | Method::Head => Ok(BodyClass::Nothing.into()),
            Method::Post => self.site.before_body(asked).await,
        }
    }

    /// The body, with the room in memory that it holds for as long as it is needed.
    async fn read(&self, body: Incoming, admitted: Admitted) -> Result<Octets, Refusal> {
        if body.is_end_stream() {
            return Ok(Octets::default());
        }
        let class = admitted.class;
        let max_bytes = class.max_bytes();
        let expected = body.size_hint().upper().map_or(Some(max_bytes), |upper| usize::try_from(upper).ok());
        let expected = expected.filter(|expected| *expected <= max_bytes).ok_or(Refusal::TooLong { max_bytes })?;
        let mut room = self.room.begin(admitted, expected).ok_or(Refusal::Busy)?;
        let (window_ms, octets) = self.limits.pace_of(class);
        let times = (Pace::new(window_ms, octets), deadline(expected, window_ms, octets));
        let gathered = gather(body, max_bytes, times, &mut |octets| room.grow_to(octets)).await;
        match gathered.stopped {
            None => Ok(Octets::of(gathered.octets, room)),
            Some(Stopped::TooLong) => Err(Refusal::TooLong { max_bytes }),
            Some(Stopped::TooSlow | Stopped::OutOfTime) => Err(Refusal::TooSlow),
            Some(Stopped::Cut) => Err(Refusal::Cut),
            Some(Stopped::NoRoom) => Err(Refusal::Busy),
        }
    }
}

/// The least rate, kept up for the whole body, and one span more.
fn deadline(expected: usize, window_ms: u64, octets: u64) -> Instant {
    let windows = u64::try_from(expected).unwrap_or(u64::MAX) / octets.max(1);
    let longest_ms = windows.saturating_add(1).saturating_mul(window_ms);
    Instant::now() + Duration::from_millis(longest_ms.min(PACE_WINDOW_MS * 1000))
}

fn target(uri: &Uri, max_query_bytes: usize) -> Result<(String, Option<String>), PathFault> {
    if uri.scheme().is_some() || uri.authority().is_some() {
        return Err(PathFault::NotAbsolute);
    }
    check_path(uri.path())?;
    uri.query().map_or(Ok(()), |query| check_query(query, max_query_bytes))?;
    Ok((uri.path().to_owned(), uri.query().map(str::to_owned)))
}

/// Nothing is unpacked here, so a small body that would unpack into a huge one is nothing but a small body.
fn plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter().chain(headers.get_all(TRANSFER_ENCODING));
    let is_plain = |value: &HeaderValue| {
        value.as_bytes().eq_ignore_ascii_case(b"identity") || value.as_bytes().eq_ignore_ascii_case(b"chunked")
    };
    if codings.all(is_plain) { Ok(()) } else { Err(Refusal::Encoded) }
}

impl<S> fmt::Debug for Exchange<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Exchange").field("limits", &self.limits).finish_non_exhaustive()
    }
}
