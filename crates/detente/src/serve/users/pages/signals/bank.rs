//! Where pages get the signals from: the bank that the running node keeps.

use std::sync::Arc;
use std::time::Duration;

use storage::Store as _;

use super::super::{Asked, Made};
use crate::node as store_of;
use crate::scanning::Scanner;

/// How long a page that tells what was just done waits for the bank to have read it, in milliseconds, and how often it looks: the bank
/// looks at the logs five times in a second.
const PATIENCE_MS: u64 = 1_000;
const LOOK_EVERY_MS: u64 = 50;

/// The signals of this node as they are now; none while those that were here at the start are still being read.
pub(super) fn scanner(asked: &Asked<'_>) -> Made<Option<Arc<Scanner>>> {
    if asked.ask.was_done().is_none() {
        return Ok(asked.bank.current());
    }
    let heads = asked.store().heads().map_err(store_of::fail)?;
    for _ in 0..PATIENCE_MS / LOOK_EVERY_MS {
        if asked.bank.current().is_some_and(|scanner| scanner.has_read(&heads)) {
            break;
        }
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
    }
    Ok(asked.bank.current())
}
