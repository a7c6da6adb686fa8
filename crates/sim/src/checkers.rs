//! What must hold after every step, told as a problem if it does not. The disk is quiet while they look.

use storage::{Body as Found, LogName, Place, Store as _};

use crate::model::{Body, Entry, Log, Model};
use crate::node::Node;
use crate::seed::Seed;

/// What a checker answers.
pub(crate) type Check = Result<(), String>;

/// Bodies and receipts that are looked at when not all are.
const SAMPLE: usize = 8;

/// Which of what a store holds is read back.
#[derive(Debug)]
pub(crate) enum Extent<'seed> {
    /// All of it.
    All,
    /// The newest, and some by chance.
    Some(&'seed mut Seed),
}

/// Sizes, roots and counters are those of the model.
pub(crate) fn ledger(node: &Node, model: &Model) -> Check {
    let heads = node.store()?.heads().map_err(|error| format!("heads: {error}"))?;
    let wanted = model.logs.iter().map(|log| (&log.name, &log.origin, log.tree.size(), log.tree.root()));
    let found = heads.iter().map(|head| (&head.log, &head.origin, head.size, head.root));
    if !wanted.eq(found) {
        let found: Vec<_> = heads.iter().map(|head| (head.log.as_str(), head.size)).collect();
        return Err(format!("the heads are not those of what was acknowledged: {found:?}, not {:?}", model.sizes()));
    }
    let names: Vec<_> = model.counters.keys().map(String::as_str).collect();
    let found = node.store()?.counters(&names).map_err(|error| format!("counters: {error}"))?;
    let wanted: Vec<_> = model.counters.values().copied().collect();
    if found == wanted { Ok(()) } else { Err(format!("counters {names:?} stand at {found:?}, not {wanted:?}")) }
}

/// Entries, bodies and receipts are those of the model.
pub(crate) fn contents(node: &Node, model: &Model, mut extent: Extent<'_>) -> Check {
    for log in &model.logs {
        entries(node, log, &mut extent)?;
        bodies(node, log, &mut extent)?;
    }
    receipts(node, model, &mut extent)
}

fn entries(node: &Node, log: &Log, extent: &mut Extent<'_>) -> Check {
    let from = match extent {
        Extent::All => 0,
        Extent::Some(seed) => seed.index(log.entries.len()),
    };
    let start = u64::try_from(from).unwrap_or(u64::MAX);
    let limit = if matches!(extent, Extent::All) { usize::MAX } else { SAMPLE };
    let found = node.store()?.entries(&log.name, start, limit);
    let found = found.map_err(|error| format!("entries of {} from {from}: {error}", log.name))?;
    let wanted = log.entries.iter().skip(from).take(limit);
    let is_same = wanted.map(|entry| &entry.octets).eq(&found);
    if is_same { Ok(()) } else { Err(format!("the entries of {} from {from} are not those acknowledged", log.name)) }
}

fn bodies(node: &Node, log: &Log, extent: &mut Extent<'_>) -> Check {
    let count = log.entries.len();
    let indices: Vec<usize> = match extent {
        Extent::All => (0..count).collect(),
        Extent::Some(seed) => {
            let some = (0..SAMPLE.min(count)).map(|_| seed.index(count));
            (count.saturating_sub(3)..count).chain(some).collect()
        }
    };
    let places = indices.iter().map(|index| Place::new(log.name.clone(), u64::try_from(*index).unwrap_or(u64::MAX)));
    let places: Vec<_> = places.collect();
    let found = node.store()?.bodies(&places).map_err(|error| format!("bodies of {}: {error}", log.name))?;
    let wanted = indices.iter().filter_map(|index| log.entries.get(*index));
    for ((entry, found), place) in wanted.zip(&found).zip(&places) {
        body(entry, found).map_err(|problem| format!("{place}: {problem}"))?;
    }
    if found.len() == places.len() { Ok(()) } else { Err("not every place was answered".to_owned()) }
}

/// One body is what it must be.
pub(crate) fn body(entry: &Entry, found: &Found) -> Check {
    match (&entry.body, found) {
        (Body::None, Found::None) | (Body::Erasing(_) | Body::Erased, Found::Erased) => Ok(()),
        (Body::Kept(wanted) | Body::Erasing(wanted), Found::Kept(found)) if wanted == found => Ok(()),
        (Body::Erased, Found::Kept(_)) => Err("its body was erased and can be read".to_owned()),
        (wanted, found) => Err(format!("its body is {}, and must be {}", kind_of(found), word(wanted))),
    }
}

const fn kind_of(found: &Found) -> &'static str {
    match found {
        Found::None => "none",
        Found::Kept(_) => "kept",
        Found::Erased => "erased",
        _ => "something new",
    }
}

const fn word(wanted: &Body) -> &'static str {
    match wanted {
        Body::None => "none",
        Body::Kept(_) => "kept as it was",
        Body::Erasing(_) => "kept as it was, or erased",
        Body::Erased => "erased",
    }
}

fn receipts(node: &Node, model: &Model, extent: &mut Extent<'_>) -> Check {
    let limit = if matches!(extent, Extent::All) { usize::MAX } else { SAMPLE };
    for (digest, wanted) in model.receipts.iter().take(limit) {
        let found = node.store()?.receipt(digest).map_err(|error| format!("a receipt: {error}"))?;
        if found.as_ref() != Some(wanted) {
            return Err("a receipt is not the one that was acknowledged".to_owned());
        }
    }
    Ok(())
}

/// Nothing of a batch that was refused is there.
pub(crate) fn refused(node: &Node, digests: &[[u8; 32]], logs: &[LogName]) -> Check {
    for digest in digests {
        match node.store()?.receipt(digest) {
            Ok(None) => {}
            Ok(Some(_)) => return Err("a receipt of a refused batch is there".to_owned()),
            Err(error) => return Err(format!("a receipt: {error}")),
        }
    }
    let heads = node.store()?.heads().map_err(|error| format!("heads: {error}"))?;
    match heads.iter().find(|head| logs.contains(&head.log)) {
        Some(head) => Err(format!("log {} of a refused batch is there", head.log)),
        None => Ok(()),
    }
}

/// The whole check finds nothing. Before recovery, what a crash spoiled of views is no damage.
pub(crate) fn whole(node: &Node, is_recovered: bool) -> Check {
    let report = node.verify()?;
    match report.findings.iter().find(|finding| is_recovered || !finding.is_view) {
        Some(finding) => Err(format!("verify: `{}`: {}", finding.path, finding.problem)),
        None => Ok(()),
    }
}
