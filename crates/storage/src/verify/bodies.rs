//! Bodies and their keys.

use record::digest::sha256;

use super::Walk;
use crate::codec::Reader;
use crate::layout::{BODY_KEYS, SEGMENTS, keys_path, ordinals, segment_path};
use crate::limits::KEYS_PER_FILE;
use crate::segment::Located;
use crate::store::StoreError;

impl Walk<'_> {
    /// Opens every body of a frame, or finds its key destroyed where an erasure says so, and nowhere else.
    /// `holds`: every body was found to be the one that the frame stands for.
    pub(super) fn check_bodies(&mut self, located: &Located, octets: &[u8], holds: bool) {
        let start = usize::try_from(located.body_offset().saturating_sub(located.offset)).unwrap_or(usize::MAX);
        let mut reader = Reader::new(octets.get(start..).unwrap_or_default());
        for body in located.meta.bodies() {
            let bytes = usize::try_from(body.bytes).unwrap_or(usize::MAX);
            let Ok(sealed) = reader.exact(bytes) else { return };
            // One that does not hold was told of with its frame.
            if holds || sha256(&[sealed]) == body.digest {
                self.check_body(located, body, sealed.to_vec());
            }
        }
    }

    fn check_body(&mut self, located: &Located, body: &crate::frame::SealedMeta, sealed: Vec<u8>) {
        let opened = self.body_keys.open(body, sealed);
        if self.under_way.contains(&body.slot) && !matches!(opened, Ok(None)) {
            let slot = body.slot;
            let unfinished = format!("slot {slot}: its erasure is under way, and the next start destroys the key");
            self.report.not_checked.push(unfinished);
            return;
        }
        match (opened, self.erased.contains_key(&body.slot)) {
            (Ok(Some(_)), false) => self.report.bodies = self.report.bodies.saturating_add(1),
            (Ok(None), true) => self.report.erased = self.report.erased.saturating_add(1),
            (Ok(Some(_)), true) => {
                let problem = format!("slot {}: an erasure is in the log, and its key is still there", body.slot);
                self.report.find(&keys_path(body.slot / KEYS_PER_FILE), problem, false);
            }
            (Ok(None), false) if !self.knows_erasures => self.report.erased = self.report.erased.saturating_add(1),
            (Ok(None), false) => {
                let place = format!("{} at octet {}", segment_path(located.segment), located.offset);
                self.unexplained.push((body.slot, place));
            }
            (Err(error), _) => self.report.find_error(error),
        }
    }

    /// Looks once more for the erasures of bodies whose keys are destroyed: a node that goes on writing may have erased them
    /// since the walk began.
    pub(super) fn explain(&mut self) -> Result<(), StoreError> {
        if self.unexplained.is_empty() {
            return Ok(());
        }
        let found = ordinals(&**self.disk, SEGMENTS, "segment")?;
        let found: Vec<_> = found.into_iter().filter_map(|ordinal| u32::try_from(ordinal).ok()).collect();
        for ordinal in &found {
            let _is_whole = self.collect_erasures(*ordinal, found.last() == Some(ordinal));
        }
        for (slot, place) in std::mem::take(&mut self.unexplained) {
            if self.erased.contains_key(&slot) {
                self.report.erased = self.report.erased.saturating_add(1);
            } else {
                let problem = format!("slot {slot}: the key of a body in {place} is destroyed without an erasure");
                self.report.find(&keys_path(slot / KEYS_PER_FILE), problem, false);
            }
        }
        Ok(())
    }

    /// Checks every slot of every key file, those that no body uses included.
    pub(super) fn check_key_files(&mut self) -> Result<(), StoreError> {
        for ordinal in ordinals(&**self.disk, BODY_KEYS, "keys")? {
            match self.body_keys.check_file(ordinal, &self.under_way) {
                Ok(_) => self.report.key_files = self.report.key_files.saturating_add(1),
                Err(error) => self.report.find_error(error),
            }
        }
        Ok(())
    }
}
