//! Answers on their way out.

use std::io::{Error, ErrorKind, SeekFrom};
use std::path::Path;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{HeaderMap, Response, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncRead as _, AsyncSeekExt as _, ReadBuf};

use crate::server::refusal::Refusal;
use crate::server::reply::{Body, CacheControl, Header, Live, Reply, Status};
use crate::server::request::{Conditions, Method};

/// Octets of a file that are in memory for one caller.
const PIECE_BYTES: usize = 64 * 1024;

/// The octets of an answer.
#[derive(Debug)]
pub(super) enum Outgoing {
    Octets(Bytes),
    File(Pieces),
    Live(Live),
}

/// A file that is read as it goes.
#[derive(Debug)]
pub(super) struct Pieces {
    file: File,
    buffer: Vec<u8>,
    left: u64,
}

/// The answer to what was asked: whole, the rest of it, or that nothing has changed.
///
/// # Errors
/// [`Refusal`], if its file cannot be read or a part beyond its end is asked for.
pub(super) async fn respond(
    mut reply: Reply,
    method: Method,
    conditions: &Conditions,
) -> Result<Response<Outgoing>, Refusal> {
    let mut response = selected(&mut reply, method, conditions).await?;
    headers(&reply, response.headers_mut());
    Ok(response)
}

async fn selected(reply: &mut Reply, method: Method, conditions: &Conditions) -> Result<Response<Outgoing>, Refusal> {
    if reply.status != Status::Ok || method != Method::Get || !reply.is_in_parts {
        return whole(reply).await;
    }
    if conditions.is_known(reply.tag()) {
        return Ok(with_status(304, Outgoing::Octets(Bytes::new())));
    }
    match conditions.first_of(reply.tag()) {
        Some(first) => rest(reply, first).await,
        None => whole(reply).await,
    }
}

async fn whole(reply: &mut Reply) -> Result<Response<Outgoing>, Refusal> {
    let body = Outgoing::open(reply.take_body(), 0).await.map_err(|_| Refusal::Unreadable)?;
    Ok(with_status(reply.status.code(), body))
}

async fn rest(reply: &mut Reply, first: u64) -> Result<Response<Outgoing>, Refusal> {
    let length = reply.body.length();
    let last = length.checked_sub(1).filter(|last| first <= *last).ok_or(Refusal::BeyondEnd { length })?;
    let body = Outgoing::open(reply.take_body(), first).await.map_err(|_| Refusal::Unreadable)?;
    let mut response = with_status(206, body);
    insert(response.headers_mut(), CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
    Ok(response)
}

/// The answer that the server gives by itself.
pub(super) fn refuse(refusal: Refusal, methods: &[Method]) -> Response<Outgoing> {
    let mut response = with_status(refusal.code(), Outgoing::Octets(Bytes::from(refusal.to_string())));
    let headers = response.headers_mut();
    common(headers, "text/plain; charset=utf-8", CacheControl::NoStore);
    if let Some(seconds) = refusal.retry_after_s() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Refusal::BeyondEnd { length } = refusal {
        insert(headers, CONTENT_RANGE, &format!("bytes */{length}"));
    }
    if refusal == Refusal::Method {
        let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
        insert(headers, ALLOW, &names.join(", "));
    }
    response
}

fn headers(reply: &Reply, headers: &mut HeaderMap) {
    common(headers, reply.content_type, CacheControl::NoStore);
    if reply.status == Status::Ok && reply.is_in_parts {
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    for header in &reply.headers {
        match header {
            Header::Etag(tag) => insert(headers, ETAG, tag.quoted()),
            Header::CacheControl(control) => insert(headers, CACHE_CONTROL, control.value()),
            Header::RetryAfter(seconds) => insert(headers, RETRY_AFTER, &seconds.to_string()),
            Header::Location(path) => insert(headers, LOCATION, path),
            Header::Field(name, value) => append(headers, name, value),
        }
    }
}

fn common(headers: &mut HeaderMap, content_type: &str, control: CacheControl) {
    insert(headers, CONTENT_TYPE, content_type);
    insert(headers, CACHE_CONTROL, control.value());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

// A value that no header can have is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

// Several of one name stand side by side, as cookies must.
fn append(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}

fn with_status(code: u16, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

impl Outgoing {
    async fn open(body: Body, first: u64) -> Result<Self, Error> {
        match body {
            Body::Octets(octets) => {
                let from = usize::try_from(first).unwrap_or(usize::MAX).min(octets.len());
                Ok(Self::Octets(Bytes::from(octets).slice(from..)))
            }
            Body::File { path, length } => Pieces::open(&path, first, length).await.map(Self::File),
            Body::Live(live) => Ok(Self::Live(live)),
        }
    }
}

impl Pieces {
    async fn open(path: &Path, first: u64, length: u64) -> Result<Self, Error> {
        let mut file = File::open(path).await?;
        if file.metadata().await?.len() < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        file.seek(SeekFrom::Start(first)).await?;
        Ok(Self { file, buffer: vec![0; PIECE_BYTES], left: length.saturating_sub(first) })
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Error>> {
        let wanted = usize::try_from(self.left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let mut buffer = ReadBuf::new(self.buffer.get_mut(..wanted).unwrap_or_default());
        ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer))?;
        let piece = Bytes::copy_from_slice(buffer.filled());
        if piece.is_empty() {
            return Poll::Ready(Err(ErrorKind::UnexpectedEof.into()));
        }
        self.left = self.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Poll::Ready(Ok(piece))
    }
}

impl Live {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut receiver = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.poll_recv(context).map(|next| next.map(Bytes::from))
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        match &mut *self {
            Self::Octets(octets) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(octets))))),
            Self::File(pieces) => pieces.poll_piece(context).map_ok(Frame::data).map(Some),
            Self::Live(live) => live.poll(context).map(|next| next.map(|octets| Ok(Frame::data(octets)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Octets(octets) => SizeHint::with_exact(u64::try_from(octets.len()).unwrap_or(u64::MAX)),
            Self::File(pieces) => SizeHint::with_exact(pieces.left),
            Self::Live(_) => SizeHint::new(),
        }
    }
}
