//! Answers whose time would tell what is left out of them.
//!
//! A search looks through what it finds and leaves out what is hidden, about a millisecond for each. So its answer goes out at the next
//! whole step of time, when its place among the requests at work is free again. What lies just beside a step can still be told by
//! whoever asks often enough; nothing is told of a few records by one question.

use std::time::Duration;

use node::server::Request;
use tokio::time::{Instant, sleep_until};

/// The step: some ninety hidden records. Nearly every answer at a hundred thousand incidents is made within one, so that its time tells
/// nothing at all; and a page is there within the tenth of a second in which nobody notices that he waits.
const STEP: Duration = Duration::from_millis(90);

/// Where every answer is such: they look through more than they show.
const PATHS: [&str; 9] = [
    "/",
    "/api/v1/commands/signal/show",
    "/api/v1/search",
    "/duties",
    "/duties/calendar",
    "/incidents",
    "/published",
    "/releases",
    "/signals",
];

/// What is compared with one incident.
const CANDIDATES: &str = "/candidates";

/// One signal, of which sightings, versions and withdrawals are judged besides.
const SIGNALS: &str = "/signals/";

/// Whether the answer to a request is such.
pub(super) fn is_for(request: &Request) -> bool {
    let path = request.path.as_str();
    PATHS.contains(&path)
        || path.starts_with(SIGNALS)
        || (path.starts_with("/incidents/") && path.ends_with(CANDIDATES))
}

/// Waits until the next step since then.
pub(super) async fn wait(began: Instant) {
    sleep_until(began + whole(began.elapsed())).await;
}

/// The whole steps within which something was done; one at least.
fn whole(took: Duration) -> Duration {
    let steps = took.as_micros().div_ceil(STEP.as_micros()).max(1);
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_more_or_less_is_not_seen() {
        let millis = Duration::from_millis;
        assert_eq!([0, 1, 7, 90].map(|took| whole(millis(took))), [STEP; 4]);
        assert_eq!([91, 150, 180].map(|took| whole(millis(took))), [STEP * 2; 3]);
    }

    #[tokio::test]
    async fn an_answer_waits_for_the_end_of_its_step() {
        let began = Instant::now();
        wait(began).await;
        assert!(began.elapsed() >= STEP);
    }

    #[test]
    fn what_looks_through_more_than_it_shows_is_blurred() {
        let is_blurred = |path: &str| {
            let remote = "192.0.2.7:4000".parse().unwrap();
            is_for(&Request::new(node::server::Method::Get, path.to_owned(), remote))
        };
        for path in [
            "/",
            "/api/v1/commands/signal/show",
            "/api/v1/search",
            "/duties",
            "/duties/calendar",
            "/incidents",
            "/incidents/incident--1/candidates",
            "/published",
            "/releases",
            "/signals",
            "/signals/x/indicator--1",
        ] {
            assert!(is_blurred(path), "{path}");
        }
        for path in [
            "/api/v1/records",
            "/incidents/incident--1",
            "/incidents/incident--1/duties",
            "/published/x/record",
            "/settings",
        ] {
            assert!(!is_blurred(path), "{path}");
        }
    }
}
