//! One request and its answer.

use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, RETRY_AFTER};
use hyper::{Response, StatusCode};
use tokio::time::{Instant, timeout};

use crate::client::dial::Link;
use crate::client::pool::Lane;
use crate::client::{ClientError, Fetched, Interruption, Outgoing};
use crate::gather::{Stopped, gather};
use crate::limits::ClientLimits;
use crate::pace::Pace;
use crate::tls::TransportKey;

/// Longer names of versions are not kept.
const MAX_ETAG_BYTES: usize = 256;

/// Asks over the connection that was kept, or a new one.
pub(super) async fn exchange(
    lane: &Lane<'_>,
    request: Outgoing,
    max_octets: usize,
    limits: ClientLimits,
) -> Result<Fetched, ClientError> {
    let deadline = Instant::now() + Duration::from_millis(limits.request_ms);
    let (link, response) = match ask_kept(lane, request, limits).await? {
        Asked::Answered(link, response) => (link, response),
        Asked::Again(request) => {
            let link = lane.dial().await?;
            ask(link, *request, limits).await.map_err(|lost| lost.error)?
        }
    };
    let fetched = take(link.key, *response, max_octets, limits, deadline).await?;
    lane.keep(link);
    Ok(fetched)
}

/// What became of a request to the connection that was kept.
enum Asked {
    Answered(Link, Box<Response<Incoming>>),
    /// There was no such connection, or it had ended: ask over a new one.
    Again(Box<Outgoing>),
}

/// A request without an answer.
struct Lost {
    error: ClientError,
    /// The request, if none of it was sent.
    unsent: Option<Outgoing>,
}

async fn ask_kept(lane: &Lane<'_>, request: Outgoing, limits: ClientLimits) -> Result<Asked, ClientError> {
    let Some(link) = lane.kept() else { return Ok(Asked::Again(Box::new(request))) };
    // A GET changes nothing, so it may be asked again even if it was sent.
    let copy = (request.method() == hyper::Method::GET).then(|| request.clone());
    let lost = match ask(link, request, limits).await {
        Ok((link, response)) => return Ok(Asked::Answered(link, response)),
        Err(lost) => lost,
    };
    let copy = copy.filter(|_| matches!(lost.error, ClientError::Dropped));
    lost.unsent.or(copy).map(|again| Asked::Again(Box::new(again))).ok_or(lost.error)
}

async fn ask(mut link: Link, request: Outgoing, limits: ClientLimits) -> Result<(Link, Box<Response<Incoming>>), Lost> {
    let waited_ms = limits.answer_head_ms;
    match timeout(Duration::from_millis(waited_ms), link.sender.try_send_request(request)).await {
        Ok(Ok(response)) => Ok((link, Box::new(response))),
        Ok(Err(mut failed)) => {
            let unsent = failed.take_message();
            Err(Lost { error: ClientError::of_lost(failed.error()), unsent })
        }
        Err(_late) => Err(Lost { error: ClientError::NoAnswer { waited_ms }, unsent: None }),
    }
}

/// Takes an answer, if it is one that may be taken.
async fn take(
    key: TransportKey,
    response: Response<Incoming>,
    max_octets: usize,
    limits: ClientLimits,
    deadline: Instant,
) -> Result<Fetched, ClientError> {
    let (head, body) = response.into_parts();
    check(head.status, &head.headers)?;
    if body.size_hint().lower() > u64::try_from(max_octets).unwrap_or(u64::MAX) {
        return Err(ClientError::TooLong { max_octets });
    }
    let pace = Pace::new(limits.pace_window_ms, limits.least_octets_per_window);
    let gathered = gather(body, max_octets, (pace, deadline), &mut |_| true).await;
    let fetched = fetched(key, head.status, &head.headers, gathered.octets);
    match gathered.stopped {
        None => Ok(fetched),
        Some(Stopped::TooLong) => Err(ClientError::TooLong { max_octets }),
        Some(Stopped::TooSlow) => Err(interrupted(Interruption::TooSlow, fetched)),
        Some(Stopped::OutOfTime) => Err(interrupted(Interruption::OutOfTime, fetched)),
        // There is always room here: what a client reads is bounded by what it asked for.
        Some(Stopped::Cut | Stopped::NoRoom) => Err(interrupted(Interruption::Cut, fetched)),
    }
}

fn interrupted(cause: Interruption, fetched: Fetched) -> ClientError {
    ClientError::Interrupted { cause, so_far: Box::new(fetched) }
}

fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), ClientError> {
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        return Err(ClientError::Redirected { status: status.as_u16() });
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(ClientError::Encoded);
    }
    Ok(())
}

fn fetched(key: TransportKey, status: StatusCode, headers: &HeaderMap, octets: Vec<u8>) -> Fetched {
    let range = text(headers, &CONTENT_RANGE).and_then(range_of);
    let (first_octet, length) = match range {
        Some((first, length)) => (first, length),
        None => (0, text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok())),
    };
    let etag = text(headers, &ETAG).filter(|etag| etag.len() <= MAX_ETAG_BYTES).map(str::to_owned);
    let retry_after_s = text(headers, &RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    Fetched { status: status.as_u16(), key, etag, first_octet, length, retry_after_s, octets }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The first octet and the whole length, as in `bytes 5-9/10` or `bytes */10`.
fn range_of(range: &str) -> Option<(u64, Option<u64>)> {
    let (part, length) = range.strip_prefix("bytes ")?.split_once('/')?;
    let first = part.split_once('-').map_or(Some(0), |(first, _)| first.parse().ok())?;
    Some((first, length.parse().ok()))
}
