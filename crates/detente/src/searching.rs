//! The search index of a node, and how it follows the node's logs.

mod erasures;
mod follow;

use std::path::PathBuf;

use search::{Index, Opened, SearchError, Watches};
use storage::LocalStore;
use storage::layout;

pub(crate) use erasures::{Erasure, Erasures};
pub(crate) use follow::{Behind, Until, has_news, is_read};

use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::{clock, node, partners};

/// The folder of the index: a view, which `detente rebuild` makes anew.
const SEARCH: &str = "search";
/// The index in it.
const INDEX: &str = "index.sqlite";
/// The folder of standing searches: primary state.
const WATCH: &str = "watch";
/// The file in it.
const RULES: &str = "watch.sqlite";

pub(crate) fn index_path(home: &Home) -> PathBuf {
    home.dir().join(SEARCH).join(INDEX)
}

/// The standing searches of a node.
pub(crate) fn watches(home: &Home) -> Done<Watches> {
    Watches::open(&home.dir().join(WATCH).join(RULES)).map_err(|error| {
        let failure = fail(&error);
        if error.is_damage() {
            failure.advise("restore the folder `watch` from a backup; nothing else has the rules")
        } else {
            failure
        }
    })
}

/// An index that was brought up to the logs.
#[derive(Debug)]
pub(crate) struct Caught {
    pub(crate) index: Index,
    pub(crate) behind: Behind,
    /// Why what was there was of no use.
    pub(crate) remade: Option<String>,
}

/// Opens the index of a store and reads the logs into it, for as long as `until` lets it. An index that turns out to be damaged,
/// or of logs that went another way, is made anew, once.
pub(crate) fn catch_up(home: &Home, store: &LocalStore, until: &Until<'_>) -> Done<Caught> {
    let path = index_path(home);
    let id = store_id(home)?;
    let ring = partners::ring(home)?;
    let logs = follow::Logs { store, ring: &ring };
    let (mut index, opened) = Index::open(&path, &id).map_err(|error| fail(&error))?;
    let remade = if let Opened::Remade(reason) = opened { Some(reason) } else { None };
    match follow::follow(&mut index, logs, until) {
        Ok(behind) => Ok(Caught { index, behind, remade }),
        Err(follow::Lost::Failed(failure)) => Err(failure),
        Err(follow::Lost::Index(reason)) => {
            drop(index);
            Index::drop_at(&path).map_err(|error| fail(&error))?;
            let (mut index, _new) = Index::open(&path, &id).map_err(|error| fail(&error))?;
            match follow::follow(&mut index, logs, until) {
                Ok(behind) => Ok(Caught { index, behind, remade: Some(reason) }),
                Err(follow::Lost::Failed(failure)) => Err(failure),
                Err(follow::Lost::Index(reason)) => {
                    Err(Failure::environment(format!("the search index does not hold: {reason}"))
                        .advise("is the disk sound? `detente verify DIR` looks at all of the node's files"))
                }
            }
        }
    }
}

/// The index as it stands, where the logs cannot be read now; none if there is none.
pub(crate) fn as_it_stands(home: &Home) -> Done<Option<Index>> {
    Index::as_it_stands(&index_path(home), &store_id(home)?).map_err(|error| fail(&error))
}

/// Takes the index away: it is made anew from the logs when it is asked next.
pub(crate) fn drop_index(home: &Home) -> Done {
    Index::drop_at(&index_path(home)).map_err(|error| fail(&error))
}

fn store_id(home: &Home) -> Done<[u8; 16]> {
    Ok(*layout::must(&node::disk(home.dir())?).map_err(node::fail)?.octets())
}

/// What is searched for the standing searches, after the index has followed.
pub(crate) fn run_watches(home: &Home, index: &Index) -> Done<search::Round> {
    let mut watches = watches(home)?;
    watches.run(index, clock::now()).map_err(|error| fail(&error))
}

/// Whether this node has standing searches at all.
pub(crate) fn has_watches(home: &Home) -> bool {
    home.dir().join(WATCH).join(RULES).is_file()
}

/// An error of the index as a command's.
pub(crate) fn fail(error: &SearchError) -> Failure {
    let failure = Failure::environment(error);
    if error.is_damage() { failure.advise("run `detente rebuild`: the index can be made anew") } else { failure }
}
