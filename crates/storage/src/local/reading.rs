//! Reading from a local store: views say where something lies, and what lies there is checked.

use tlog::Hash;
use tlog::bundle::{push_entry, read_entries};
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_NOTE_BYTES, TILE_WIDTH};
use tlog::tile::{TileKind, TilePath};

use super::{Inner, LocalStore, threads};
use crate::batch::{Batch, LogName, Place};
use crate::bodies;
use crate::disk::read_whole;
use crate::keys::LogKeys as _;
use crate::layout::log_folder;
use crate::ledger::Log;
use crate::publisher::SIGNATURES;
use crate::store::{Body, CommitError, Committed, Head, Store, StoreError};
use crate::views::{EntryPlace, failed};

impl LocalStore {
    /// A published file of a log: a tile, or entries. A partial one that was pruned is cut from the full one in its place.
    /// None if the log has not published so far.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn published_tile(&self, log: &LogName, path: TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        let _known = self.inner.stands(log)?;
        if let Some(octets) = self.read_tile(log, path)? {
            return Ok(Some(octets));
        }
        let Ok(full) = TilePath::new(path.kind(), path.index(), TILE_WIDTH) else { return Ok(None) };
        Ok(self.read_tile(log, full)?.and_then(|octets| cut(&octets, path)))
    }

    fn read_tile(&self, log: &LogName, path: TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        match read_whole(&*self.inner.disk, &format!("{}/{path}", log_folder(log)), MAX_BUNDLE_BYTES) {
            Ok(octets) => Ok(Some(octets)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The beginning of a full tile.
fn cut(full: &[u8], path: TilePath) -> Option<Vec<u8>> {
    match path.kind() {
        TileKind::Hashes(_) => full.get(..usize::from(path.width()).checked_mul(Hash::BYTES)?).map(<[u8]>::to_vec),
        TileKind::Entries => {
            let mut bundle = Vec::new();
            for entry in read_entries(full, TILE_WIDTH).ok()?.into_iter().take(usize::from(path.width())) {
                push_entry(&mut bundle, entry).ok()?;
            }
            Some(bundle)
        }
        _ => None,
    }
}

impl Store for LocalStore {
    fn commit(&self, batches: Vec<Batch>) -> Vec<Result<Committed, CommitError>> {
        threads::hand_in(&self.inner, self.inner.ready(batches), threads::By::WhoeverIsFree).wait()
    }

    fn heads(&self) -> Result<Vec<Head>, StoreError> {
        Ok(self.inner.engine().ledger().logs.iter().map(Log::head).collect())
    }

    fn published(&self, log: &LogName) -> Result<Option<SignedCheckpoint>, StoreError> {
        self.inner.stands(log)?;
        let path = format!("{}/checkpoint", log_folder(log));
        let octets = match read_whole(&*self.inner.disk, &path, MAX_NOTE_BYTES) {
            Ok(octets) => octets,
            Err(error) if error.is_absent() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let damaged = |problem: String| StoreError::damaged(&path, problem);
        let signed = SignedCheckpoint::parse(&octets).map_err(|error| damaged(error.to_string()))?;
        self.inner.check_shown(log, &signed).map_err(damaged)?;
        Ok(Some(signed))
    }

    fn entries(&self, log: &LogName, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let (number, size) = self.inner.stands(log)?;
        self.inner.follow_views(&mut |_, _, _| Ok(()))?;
        let left = usize::try_from(size.saturating_sub(from)).unwrap_or(usize::MAX);
        self.inner.entry_octets(number, from, limit.min(left))
    }

    fn bodies(&self, places: &[Place]) -> Result<Vec<Body>, StoreError> {
        self.inner.follow_views(&mut |_, _, _| Ok(()))?;
        places.iter().map(|place| self.inner.body(place)).collect()
    }

    fn receipt(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.follow_views(&mut |_, _, _| Ok(()))?;
        let Some(place) = self.inner.views.receipt(digest)? else { return Ok(None) };
        bodies::read(self.inner.source(), place.segment, place.body_offset, &place.body)
    }

    fn counters(&self, names: &[&str]) -> Result<Vec<i64>, StoreError> {
        let engine = self.inner.engine();
        Ok(names.iter().map(|name| engine.ledger().counter(name)).collect())
    }
}

impl Inner {
    /// The slot of the key of an entry's body; none if it never had one.
    pub(super) fn find_slot(&self, place: &Place, log: u32) -> Result<Option<u64>, StoreError> {
        self.follow_views(&mut |_, _, _| Ok(()))?;
        let found = self.locate(place, log)?;
        Ok(bodies::entry(self.source(), &found)?.body.map(|body| body.slot))
    }

    pub(super) fn entry_octets(&self, log: u32, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let places = self.views.entries(log, from, limit)?;
        let wanted = (from..).take(limit);
        if places.len() != limit || wanted.zip(&places).any(|(index, place)| place.index != index) {
            return Err(failed("entries are missing from the index; remake the views"));
        }
        places.iter().map(|place| Ok(bodies::entry(self.source(), place)?.entry)).collect()
    }

    fn body(&self, place: &Place) -> Result<Body, StoreError> {
        let (number, size) = self.stands(&place.log)?;
        if place.index >= size {
            return Err(StoreError::NoSuchEntry { place: place.clone() });
        }
        let found = self.locate(place, number)?;
        let Some(sealed) = bodies::entry(self.source(), &found)?.body else { return Ok(Body::None) };
        let body = bodies::read(self.source(), found.segment, found.body_offset, &sealed)?;
        Ok(body.map_or(Body::Erased, Body::Kept))
    }

    fn locate(&self, place: &Place, log: u32) -> Result<EntryPlace, StoreError> {
        let missing = || failed(format!("{place} is missing from the index; remake the views"));
        self.views.entry(log, place.index)?.ok_or_else(missing)
    }

    /// The number of a log, and its size.
    fn stands(&self, log: &LogName) -> Result<(u32, u64), StoreError> {
        let engine = self.engine();
        let number = engine.ledger().number(log);
        let found = number.and_then(|number| Some((number, engine.ledger().log(number)?.frontier.size())));
        found.ok_or_else(|| StoreError::NoSuchLog { log: log.clone() })
    }

    /// Whether a checkpoint is one that this log may show: of its own, under all its keys.
    fn check_shown(&self, log: &LogName, signed: &SignedCheckpoint) -> Result<(), String> {
        let head = self.engine().ledger().named(log).map(Log::head).ok_or("it is of no log")?;
        let claims = signed.claims();
        if claims.origin() != head.origin || claims.size() > head.size {
            return Err(format!("it is not of log {log}, but of {} entries of {}", claims.size(), claims.origin()));
        }
        let verifiers = self.gate.verifiers(&head.origin);
        match signed.verify(&verifiers) {
            Ok(vouched) if vouched.len() >= SIGNATURES => Ok(()),
            Ok(_) => Err("a signature of the log's keys is missing".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
