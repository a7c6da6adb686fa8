//! What logs published, against what follows from their entries.

use std::collections::BTreeMap;

use tlog::Hash;
use tlog::bundle::push_entry;
use tlog::checkpoint::SignedCheckpoint;
use tlog::edge::Edge;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_NOTE_BYTES, TILE_WIDTH};
use tlog::tile::{TileKind, TilePath, write_hashes};

use super::Report;
use crate::batch::LogName;
use crate::disk::{Disk, read_whole};
use crate::keys::LogKeys;
use crate::layout::{LOGS, log_folder};
use crate::ledger::{Ledger, Log};
use crate::store::StoreError;

/// [`TILE_WIDTH`] for indices.
const WIDTH: u64 = TILE_WIDTH as u64;

/// The published files of all logs, made once more in memory and compared.
#[derive(Debug, Default)]
pub(super) struct Logs(BTreeMap<LogName, Shadow>);

#[derive(Debug)]
struct Shadow {
    edge: Edge,
    bundle: Vec<u8>,
    /// The checkpoint on the disk; none if there is none, or none that holds.
    published: Option<SignedCheckpoint>,
}

impl Logs {
    /// Takes an entry in, and compares the files that it completes.
    pub(super) fn take(
        &mut self,
        disk: &dyn Disk,
        keys: &dyn LogKeys,
        log: &Log,
        index: u64,
        entry: &[u8],
        report: &mut Report,
    ) -> Result<(), StoreError> {
        if !self.0.contains_key(&log.name) {
            let shadow = Shadow::new(disk, keys, log, report)?;
            self.0.insert(log.name.clone(), shadow);
        }
        let Some(shadow) = self.0.get_mut(&log.name) else { return Ok(()) };
        if shadow.edge.size() != index || push_entry(&mut shadow.bundle, entry).is_err() {
            return Ok(());
        }
        let filled = shadow.edge.append(Hash::leaf(entry)).unwrap_or_default();
        let size = shadow.published_size();
        if !filled.is_empty() {
            let bundle = std::mem::take(&mut shadow.bundle);
            let is_published = index < size;
            let entries = TilePath::new(TileKind::Entries, index / WIDTH, TILE_WIDTH).ok();
            let hashes = filled.iter().map(|(path, hashes)| (*path, write_hashes(hashes)));
            for (path, wanted) in entries.map(|path| (path, bundle)).into_iter().chain(hashes) {
                compare(disk, &log.name, path, &wanted, is_published, report)?;
            }
        }
        if shadow.edge.size() == size { shadow.compare_end(disk, &log.name, report) } else { Ok(()) }
    }

    /// Logs without entries, and checkpoints that are ahead of the segments.
    pub(super) fn finish(
        &self,
        disk: &dyn Disk,
        keys: &dyn LogKeys,
        ledger: &Ledger,
        last_segment: &str,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        // Logs do not end: one that no frame opens any more was in frames that are gone.
        for name in disk.list(LOGS)? {
            let is_known = ledger.logs.iter().any(|log| log.name.as_str() == name);
            if !is_known && disk.length(&format!("{LOGS}/{name}/checkpoint"))?.is_some() {
                let problem = format!("log {name} has published, and the segments do not hold it: their end is lost");
                report.find(crate::layout::SEGMENTS, problem, false);
            }
        }
        for log in &ledger.logs {
            let empty = if self.0.contains_key(&log.name) { None } else { Some(Shadow::new(disk, keys, log, report)?) };
            let Some(shadow) = self.0.get(&log.name).or(empty.as_ref()) else { continue };
            let published = shadow.published_size();
            if published > log.frontier.size() {
                let size = log.frontier.size();
                let problem = format!(
                    "log {} has published {published} entries, and the segments hold {size}: their end is lost",
                    log.name
                );
                report.find(last_segment, problem, false);
            } else if published < log.frontier.size() {
                let behind = log.frontier.size().saturating_sub(published);
                report.not_checked.push(format!("log {}: its last {behind} entries are not published yet", log.name));
            }
        }
        Ok(())
    }
}

impl Shadow {
    fn new(disk: &dyn Disk, keys: &dyn LogKeys, log: &Log, report: &mut Report) -> Result<Self, StoreError> {
        let published = read_checkpoint(disk, keys, log, report)?;
        Ok(Self { edge: Edge::new(), bundle: Vec::new(), published })
    }

    fn published_size(&self) -> u64 {
        self.published.as_ref().map_or(0, |signed| signed.claims().size())
    }

    /// The partial tiles at the published size, and its root.
    fn compare_end(&self, disk: &dyn Disk, log: &LogName, report: &mut Report) -> Result<(), StoreError> {
        let size = self.edge.size();
        let entries = TilePath::in_tree(TileKind::Entries, size / WIDTH, size);
        let entries = entries.filter(|path| !path.is_full()).map(|path| (path, self.bundle.clone()));
        let partial = self.edge.partial().into_iter().map(|(path, hashes)| (path, write_hashes(&hashes)));
        for (path, wanted) in entries.into_iter().chain(partial) {
            compare(disk, log, path, &wanted, true, report)?;
        }
        Ok(())
    }
}

fn read_checkpoint(
    disk: &dyn Disk,
    keys: &dyn LogKeys,
    log: &Log,
    report: &mut Report,
) -> Result<Option<SignedCheckpoint>, StoreError> {
    let path = format!("{}/checkpoint", log_folder(&log.name));
    let octets = match read_whole(disk, &path, MAX_NOTE_BYTES) {
        Ok(octets) => octets,
        Err(error) if error.is_absent() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let verifiers = keys.verifiers(&log.origin);
    let parsed = SignedCheckpoint::parse(&octets).map_err(|error| error.to_string());
    let checked = parsed.and_then(|signed| {
        let vouched = signed.verify(&verifiers).map_err(|error| error.to_string())?.len();
        if signed.claims().origin() != log.origin {
            return Err(format!("it is of another log, {}", signed.claims().origin()));
        }
        if vouched < 2 || signed.note().signatures().len() != vouched {
            return Err("it does not bear exactly the signatures of the log's keys".to_owned());
        }
        Ok((signed, vouched))
    });
    match checked {
        Ok((signed, vouched)) => {
            report.signatures = report.signatures.saturating_add(u64::try_from(vouched).unwrap_or(0));
            report.published_files = report.published_files.saturating_add(1);
            Ok(Some(signed))
        }
        Err(problem) => {
            report.find(&path, problem, true);
            Ok(None)
        }
    }
}

/// Compares one file. One that was not published yet may be missing.
fn compare(
    disk: &dyn Disk,
    log: &LogName,
    path: TilePath,
    wanted: &[u8],
    must: bool,
    report: &mut Report,
) -> Result<(), StoreError> {
    let file = format!("{}/{path}", log_folder(log));
    match read_whole(disk, &file, MAX_BUNDLE_BYTES) {
        Ok(found) if found == wanted => report.published_files = report.published_files.saturating_add(1),
        Ok(_) => report.find(&file, "it is not what follows from the log's entries", true),
        Err(error) if error.is_absent() && !must => {}
        Err(error) if error.is_absent() => report.find(&file, "it is missing", true),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
