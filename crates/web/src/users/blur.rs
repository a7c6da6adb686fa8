//! Answers whose time would tell what is left out of them.
//!
//! A search looks through what it finds and leaves out what is hidden, about a millisecond for each. So its answer goes out at the next
//! whole step of time, when its place among the requests at work is free again. What lies just beside a step can still be told by
//! whoever asks often enough; nothing is told of a few records by one question.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The step: some hundred hidden records, and a wait that a person hardly minds.
const STEP: Duration = Duration::from_millis(250);

/// Where such answers are given.
const PATHS: [&str; 1] = ["/api/v1/search"];

/// Whether the answers at a path are such.
pub(super) fn is_for(path: &str) -> bool {
    PATHS.contains(&path)
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
        assert!(is_for("/api/v1/search") && !is_for("/api/v1/records"));
    }
}
