//! Reading from a local store: views say where something lies, and what lies there is checked.

use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::MAX_NOTE_BYTES;

use super::{Inner, LocalStore};
use crate::batch::{Batch, LogName, Place};
use crate::bodies;
use crate::disk::read_whole;
use crate::layout::log_folder;
use crate::ledger::Log;
use crate::store::{Body, CommitError, Committed, Head, Store, StoreError};
use crate::views::EntryPlace;

impl Store for LocalStore {
    fn commit(&self, batches: Vec<Batch>) -> Vec<Result<Committed, CommitError>> {
        self.submit(batches).wait()
    }

    fn heads(&self) -> Result<Vec<Head>, StoreError> {
        Ok(self.inner.engine().ledger().logs.iter().map(Log::head).collect())
    }

    fn published(&self, log: &LogName) -> Result<Option<SignedCheckpoint>, StoreError> {
        self.inner.number(log)?;
        let path = format!("{}/checkpoint", log_folder(log));
        let octets = match read_whole(&*self.inner.disk, &path, MAX_NOTE_BYTES) {
            Ok(octets) => octets,
            Err(error) if error.is_absent() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let signed = SignedCheckpoint::parse(&octets);
        signed.map(Some).map_err(|error| StoreError::damaged(&path, error.to_string()))
    }

    fn entries(&self, log: &LogName, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let number = self.inner.number(log)?;
        self.inner.follow_views(&mut |_, _, _| Ok(()))?;
        self.inner.entry_octets(number, from, limit)
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
        places.iter().map(|place| Ok(bodies::entry(self.source(), place)?.entry)).collect()
    }

    fn body(&self, place: &Place) -> Result<Body, StoreError> {
        let found = self.locate(place, self.number(&place.log)?)?;
        let Some(sealed) = bodies::entry(self.source(), &found)?.body else { return Ok(Body::None) };
        let body = bodies::read(self.source(), found.segment, found.body_offset, &sealed)?;
        Ok(body.map_or(Body::Erased, Body::Kept))
    }

    fn locate(&self, place: &Place, log: u32) -> Result<EntryPlace, StoreError> {
        let missing = || StoreError::NoSuchEntry { place: place.clone() };
        self.views.entry(log, place.index)?.ok_or_else(missing)
    }

    pub(super) fn number(&self, log: &LogName) -> Result<u32, StoreError> {
        self.engine().ledger().number(log).ok_or_else(|| StoreError::NoSuchLog { log: log.clone() })
    }
}
