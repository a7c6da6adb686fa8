//! Reading a body whole, as far as size, rate and time allow.

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use crate::pace::{Pace, Window};

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stopped {
    /// It is longer than allowed.
    TooLong,
    /// It comes below the least rate.
    TooSlow,
    /// The time in all is over.
    OutOfTime,
    /// The connection ended first.
    Cut,
    /// There is no room in memory for more of it.
    NoRoom,
}

/// What came, and why no more of it, if it did not end by itself.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) octets: Vec<u8>,
    pub(crate) stopped: Option<Stopped>,
}

/// Reads at most `max_octets`, as long as there is room for as many octets as it says.
pub(crate) async fn gather(
    mut body: Incoming,
    max_octets: usize,
    (pace, deadline): (Pace, Instant),
    has_room: &mut (dyn FnMut(usize) -> bool + Send),
) -> Gathered {
    let mut octets = Vec::new();
    let mut window = pace.begin();
    let stopped = loop {
        match piece(&mut body, &mut window, deadline).await {
            Ok(Some(piece)) if octets.len().saturating_add(piece.len()) > max_octets => break Some(Stopped::TooLong),
            Ok(Some(piece)) if !has_room(octets.len().saturating_add(piece.len())) => break Some(Stopped::NoRoom),
            Ok(Some(piece)) => octets.extend_from_slice(&piece),
            Ok(None) => break None,
            Err(stopped) => break Some(stopped),
        }
    };
    Gathered { octets, stopped }
}

async fn piece(body: &mut Incoming, window: &mut Window, deadline: Instant) -> Result<Option<bytes::Bytes>, Stopped> {
    loop {
        if Instant::now() >= deadline {
            return Err(Stopped::OutOfTime);
        }
        if window.is_too_slow() {
            return Err(Stopped::TooSlow);
        }
        let Ok(frame) = timeout_at(window.ends().min(deadline), body.frame()).await else { continue };
        let Some(frame) = frame else { return Ok(None) };
        // A trailer is no part of the body, and nothing here asks for one.
        let piece = frame.map_err(|_| Stopped::Cut)?.into_data().unwrap_or_default();
        window.moved(piece.len());
        return Ok(Some(piece));
    }
}
