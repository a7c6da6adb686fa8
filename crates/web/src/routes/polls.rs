//! Questions about one feed that may wait for an answer: `feed/NAME/urgent?from=K`, `feed/NAME/next?from=K` and
//! `feed/NAME/proof/INDEX`, each with `wait=SECONDS`.
//!
//! 200 as soon as there is something; 204 if there was nothing until the time was up; 404 if there is no such feed for the
//! caller, also if that became so while it waited.

use std::time::Duration;

use node::exchange::Question;
use node::server::{Body, CacheControl, Reply, Request, Status};
use protocol::exchange::FeedName;
use tokio::time::{Instant, sleep};

use super::{LOOK_EVERY_MS, MAX_WAIT_SECONDS, OCTETS, Routes, number, shown, stranger};
use crate::desk::{Desk, Shown};

/// Whether a path is that of such a question.
pub(super) fn is_poll(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    matches!(parts.as_slice(), ["", "feed", _, "urgent" | "next"] | ["", "feed", _, "proof", _])
}

fn read(request: &Request) -> Option<(FeedName, Question)> {
    let parts: Vec<_> = request.path.split('/').collect();
    let from = || number(request, "from").unwrap_or(0);
    match parts.as_slice() {
        ["", "feed", name, "urgent"] => Some((name.parse().ok()?, Question::Urgent { from: from() })),
        ["", "feed", name, "next"] => Some((name.parse().ok()?, Question::Next { from: from() })),
        ["", "feed", name, "proof", index] => {
            let index: u64 = index.parse().ok().filter(|number: &u64| number.to_string() == *index)?;
            Some((name.parse().ok()?, Question::Proof { index }))
        }
        _ => None,
    }
}

impl<D: Desk> Routes<D> {
    /// Asks the desk again and again: each time it looks whether the caller may still know.
    pub(super) async fn poll(&self, request: Request) -> Reply {
        let Some(peer) = request.peer else { return stranger() };
        let Some((feed, question)) = read(&request) else {
            return Reply::text(Status::NotFound, "there is nothing here\n");
        };
        let wait = number(&request, "wait").unwrap_or(0).min(MAX_WAIT_SECONDS);
        let end = Instant::now() + Duration::from_secs(wait);
        let asking = matches!(question, Question::Urgent { .. }).then(|| self.ahead.ask(peer));
        loop {
            let told = self.ask(move |desk| desk.tell(&peer, &feed, question)).await;
            if told != Some(Shown::NotYet) || Instant::now() >= end {
                if let (Some(Shown::Octets(_)), Some(asking)) = (&told, asking) {
                    asking.answered();
                }
                return answer(told);
            }
            // At the end of the server nobody is kept waiting.
            tokio::select! {
                () = sleep(Duration::from_millis(LOOK_EVERY_MS)) => {}
                () = request.closing.begun() => return Reply::empty(Status::NoContent),
            }
        }
    }
}

/// An answer that is there has no header that can be spared: on the slowest line thirty octets take a tenth of a second.
fn answer(told: Option<Shown>) -> Reply {
    match told {
        Some(Shown::Octets(octets)) => Reply::ok(OCTETS, Body::Octets(octets)),
        other => shown(other, CacheControl::NoStore),
    }
}
