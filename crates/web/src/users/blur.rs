//! Answers whose time would tell what is left out of them.
//!
//! A search looks through what it finds and leaves out what is hidden, about a millisecond for each. So its answer goes out at the next
//! whole step of time, when its place among the requests at work is free again. What lies just beside a step can still be told by
//! whoever asks often enough; nothing is told of a few records by one question.

use std::time::Duration;

use node::server::Request;
use tokio::time::{Instant, sleep_until};

/// The step: some hundred hidden records, and a wait that a person hardly minds.
const STEP: Duration = Duration::from_millis(250);

/// Where every answer is such.
const PATHS: [&str; 2] = ["/api/v1/search", "/published"];

/// The list of incidents, whose answer is such where it searches or leaves out: then it looks through more than it shows.
const LIST: &str = "/incidents";

/// What is compared with one incident.
const CANDIDATES: &str = "/candidates";

/// What the query of the list does not leave anything out by: how it is shown.
const SHOWS: [&str; 4] = ["lang", "zone", "text", "done"];

/// Whether the answer to a request is such.
pub(super) fn is_for(request: &Request) -> bool {
    let path = request.path.as_str();
    let is_candidates = path.starts_with(LIST) && path.ends_with(CANDIDATES);
    PATHS.contains(&path) || is_candidates || (path == LIST && leaves_out(request.query.as_deref()))
}

fn leaves_out(query: Option<&str>) -> bool {
    let mut pairs = query.unwrap_or_default().split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.any(|(name, value)| !value.is_empty() && !SHOWS.contains(&name))
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
        assert_eq!([0, 1, 7, 250].map(|took| whole(millis(took))), [STEP; 4]);
        assert_eq!([251, 400, 500].map(|took| whole(millis(took))), [STEP * 2; 3]);
    }

    #[tokio::test]
    async fn an_answer_waits_for_the_end_of_its_step() {
        let began = Instant::now();
        wait(began).await;
        assert!(began.elapsed() >= STEP);
    }

    #[test]
    fn what_leaves_out_is_blurred_and_what_shows_all_is_not() {
        let is_blurred = |address: &str| {
            let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
            let remote = "192.0.2.7:4000".parse().unwrap();
            let mut request = Request::new(node::server::Method::Get, path.to_owned(), remote);
            request.query = query.map(str::to_owned);
            is_for(&request)
        };
        for address in [
            "/api/v1/search",
            "/published",
            "/published?behind=x",
            "/incidents?q=crane",
            "/incidents?stage=initial&lang=en",
        ] {
            assert!(is_blurred(address), "{address}");
        }
        assert!(is_blurred("/incidents/incident--1/candidates"));
        for address in
            ["/api/v1/records", "/incidents", "/incidents?lang=en&q=", "/incidents/incident--1", "/published/x/record"]
        {
            assert!(!is_blurred(address), "{address}");
        }
    }
}
