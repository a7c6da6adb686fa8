//! Keys that a running node has opened, left for the commands that it runs for others: nobody is there to be asked for a
//! passphrase once more.
//!
//! Only commands that run for somebody else take them ([`crate::operations::asked`]): whoever sits at the machine is asked.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::KeyFile;
use crate::home::Home;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};

/// The keys, and whose they are. Each private key wipes its seed when it is dropped.
static LEFT: Mutex<Option<(PathBuf, NodeKeys)>> = Mutex::new(None);

/// Takes the keys back when it is dropped: at the end of serving.
#[derive(Debug)]
#[must_use = "the keys are taken back when this is dropped"]
pub(crate) struct Left;

/// Leaves keys of a node for commands of this process.
pub(crate) fn leave(home: &Home, keys: &NodeKeys) -> Done<Left> {
    let keys = keys.duplicate()?;
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = Some((home.dir().to_owned(), keys));
    Ok(Left)
}

/// The keys that were left for this node, if they are those of its key file, and somebody else asks.
pub(super) fn taken(home: &Home, file: &KeyFile) -> Done<Option<NodeKeys>> {
    if !crate::operations::asked::is_remote() {
        return Ok(None);
    }
    let left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((dir, keys)) = left.as_ref().filter(|(dir, _)| dir == home.dir()) else { return Ok(None) };
    if !file.is_of(keys) {
        return Err(Failure::environment(format!(
            "the keys of `{}` have changed since this node was started",
            dir.display()
        ))
        .advise("start the node anew"));
    }
    keys.duplicate().map(Some)
}

impl Drop for Left {
    fn drop(&mut self) {
        *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
