//! A key for each body, in files that are made before they are needed and never appended to.
//!
//! A key file holds random keys in slots. A body takes the next slot, so committing it needs no sync of its own; erasing it
//! overwrites one slot with zeros. A slot never crosses a sector, so it is erased whole or not at all.
//!
//! A slot that was taken by a batch that was never committed is taken again after a restart, by a body under another nonce.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use record::digest::sha256;
use record::entropy::Entropy;
use zeroize::Zeroizing;

use crate::codec::Writer;
use crate::disk::{Disk, folder_of};
use crate::frame::SealedMeta;
use crate::layout::{LAYOUT, StoreId, keys_path};
use crate::limits::{KEY_SLOT_BYTES, KEYS_PER_FILE, READS_BEFORE_CUTTING};
use crate::store::StoreError;

const MAGIC: &[u8; 8] = b"detkeys\0";
/// Octets of a key file's header, as long as a slot.
const HEADER_BYTES: usize = KEY_SLOT_BYTES;
/// Octets of a key.
const KEY_BYTES: usize = 32;
/// What an erased slot holds.
const ERASED: [u8; KEY_SLOT_BYTES] = [0; KEY_SLOT_BYTES];

/// The keys of all bodies.
#[derive(Debug)]
pub(crate) struct BodyKeys {
    disk: Arc<dyn Disk>,
    store: StoreId,
    state: Mutex<State>,
}

struct State {
    next: u64,
    entropy: Box<dyn Entropy + Send>,
    /// Key files that are being handed out, by ordinal: the current one, and the one made ahead.
    open: BTreeMap<u64, Zeroizing<Vec<u8>>>,
    /// Slots whose erasure is durable in a frame: their keys are gone, whatever a write that failed half-way left of them.
    destroyed: BTreeSet<u64>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "next slot {}, keys withheld", self.next)
    }
}

/// A body under its key.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(crate) meta: SealedMeta,
    pub(crate) octets: Vec<u8>,
}

/// A key that was handed out for one body.
struct Taken {
    slot: u64,
    key: Zeroizing<[u8; KEY_BYTES]>,
    nonce: [u8; NONCE_LEN],
}

/// A slot as it was found.
enum Slot {
    Key(Zeroizing<[u8; KEY_BYTES]>),
    Erased,
    Damaged,
}

impl BodyKeys {
    /// Keys whose slots below `next` may be in use.
    pub(crate) fn new(disk: Arc<dyn Disk>, store: StoreId, next: u64, entropy: Box<dyn Entropy + Send>) -> Self {
        Self {
            disk,
            store,
            state: Mutex::new(State { next, entropy, open: BTreeMap::new(), destroyed: BTreeSet::new() }),
        }
    }

    /// The slot that the next body takes.
    pub(crate) fn next_slot(&self) -> u64 {
        self.lock().next
    }

    /// Never hands out a slot below this one again.
    pub(crate) fn skip_to(&self, next: u64) {
        let mut state = self.lock();
        state.next = state.next.max(next);
    }

    /// Puts a body under a key of its own.
    pub(crate) fn seal(&self, body: &[u8]) -> Result<Sealed, StoreError> {
        let Taken { slot, key, nonce } = self.take()?;
        // With room for the tag, so that it is not copied once more.
        let mut octets = Vec::with_capacity(body.len().saturating_add(CHACHA20_POLY1305.tag_len()));
        octets.extend_from_slice(body);
        let sealed = cipher(&key).and_then(|cipher| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            cipher.seal_in_place_append_tag(nonce, self.bound_to(slot), &mut octets).ok()
        });
        sealed.ok_or_else(|| StoreError::Refused { problem: "a body could not be encrypted".to_owned() })?;
        let bytes = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        let meta = SealedMeta { slot, nonce, bytes, digest: sha256(&[&octets]) };
        Ok(Sealed { meta, octets })
    }

    /// Opens a body; none if it was erased.
    pub(crate) fn open(&self, meta: &SealedMeta, mut octets: Vec<u8>) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.find(meta.slot)? else { return Ok(None) };
        let nonce = Nonce::assume_unique_for_key(meta.nonce);
        let opened = cipher(&key)
            .and_then(|cipher| Some(cipher.open_in_place(nonce, self.bound_to(meta.slot), &mut octets).ok()?.len()));
        let length = opened.ok_or_else(|| self.damaged(meta.slot, "its key does not open its body"))?;
        octets.truncate(length);
        Ok(Some(octets))
    }

    /// Destroys keys. On return no file holds them; one that is destroyed already is no error.
    pub(crate) fn destroy(&self, slots: &[u64]) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.destroyed.extend(slots);
        let mut touched = Vec::new();
        for slot in slots {
            let (ordinal, offset) = place(*slot);
            let path = keys_path(ordinal);
            if let Some(open) = state.open.get_mut(&ordinal) {
                let at = usize::try_from(offset).unwrap_or(usize::MAX);
                let kept = open.get_mut(at..at.saturating_add(KEY_SLOT_BYTES));
                kept.into_iter().for_each(|slot| slot.fill(0));
            }
            self.disk.write(&path, offset, &ERASED)?;
            touched.push(path);
        }
        touched.dedup();
        touched.iter().try_for_each(|path| self.disk.sync(path))?;
        Ok(())
    }

    /// Makes the next key file ahead, so that a commit does not wait for it.
    pub(crate) fn make_ahead(&self) -> Result<(), StoreError> {
        let mut state = self.lock();
        let (ordinal, offset) = place(state.next);
        let past_half = offset > KEYS_PER_FILE.saturating_mul(KEY_SLOT_BYTES as u64) / 2;
        if past_half { self.make_open(&mut state, ordinal.saturating_add(1)) } else { Ok(()) }
    }

    /// Takes keys for destroyed, without touching them: what a check finds in slots whose erasure is under way.
    pub(crate) fn take_as_destroyed(&self, slots: &BTreeSet<u64>) {
        self.lock().destroyed.extend(slots);
    }

    /// Checks every slot of a key file and answers how many are erased. Slots whose erasure is under way are passed over.
    pub(crate) fn check_file(&self, ordinal: u64, under_way: &BTreeSet<u64>) -> Result<u64, StoreError> {
        let path = keys_path(ordinal);
        // Not wiped afterwards: each octet wiped would cost more than all checks, and the machine's own cache holds them too.
        let octets = self.disk.read(&path, 0, file_bytes().saturating_add(1))?;
        if octets.len() != file_bytes() || !octets.starts_with(&header(self.store, ordinal)) {
            return Err(StoreError::damaged(&path, "its header or its length is not what was written"));
        }
        let first = ordinal.saturating_mul(KEYS_PER_FILE);
        let mut erased = 0_u64;
        for (slot, octets) in (first..).zip(octets.chunks_exact(KEY_SLOT_BYTES).skip(1)) {
            if octets == ERASED {
                erased = erased.saturating_add(1);
            } else if !self.holds(slot, octets) && (!under_way.contains(&slot) || is_one_bit(octets)) {
                return Err(self.damaged(slot, "it is neither a key nor erased"));
            }
        }
        Ok(erased)
    }

    fn take(&self) -> Result<Taken, StoreError> {
        let mut state = self.lock();
        let mut nonce = [0; NONCE_LEN];
        state.entropy.fill(&mut nonce).map_err(no_entropy)?;
        loop {
            let slot = state.next;
            let (ordinal, offset) = place(slot);
            self.make_open(&mut state, ordinal)?;
            state.open.retain(|open, _| *open >= ordinal);
            let at = usize::try_from(offset).unwrap_or(usize::MAX);
            let octets = state.open.get(&ordinal).and_then(|open| open.get(at..at.saturating_add(KEY_SLOT_BYTES)));
            let found = octets.map_or(Slot::Damaged, |octets| self.read_slot(slot, octets));
            state.next = slot.saturating_add(1);
            match found {
                Slot::Key(key) => return Ok(Taken { slot, key, nonce }),
                // An erased slot beyond the last known one: its frame was cut off after a crash. It stays erased.
                Slot::Erased => {}
                Slot::Damaged => {
                    // What was read once may have been the disk's error: the next attempt reads again.
                    state.open.remove(&ordinal);
                    state.next = slot;
                    return Err(self.damaged(slot, "it is neither a key nor erased"));
                }
            }
        }
    }

    /// Has a key file at hand, made anew if it does not exist. It is durable before any of its keys is used.
    fn make_open(&self, state: &mut State, ordinal: u64) -> Result<(), StoreError> {
        if state.open.contains_key(&ordinal) {
            return Ok(());
        }
        let path = keys_path(ordinal);
        let octets = match self.disk.length(&path)? {
            Some(_) => {
                // Whoever made it may have died before its name was durable, and no key may be used before that.
                self.disk.sync_names(folder_of(&path))?;
                Zeroizing::new(self.disk.read(&path, 0, file_bytes())?)
            }
            // Keys of it were handed out, so it was durable once. One in its place would hide what was lost.
            None if ordinal.saturating_mul(KEYS_PER_FILE) < state.next => {
                return Err(StoreError::damaged(&path, "it is missing; restore it from a backup"));
            }
            None => self.make_file(state, ordinal, &path)?,
        };
        state.open.insert(ordinal, octets);
        Ok(())
    }

    /// A crash on the way leaves a draft that the next attempt replaces.
    fn make_file(&self, state: &mut State, ordinal: u64, path: &str) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let mut octets = Zeroizing::new(Vec::with_capacity(file_bytes()));
        octets.extend(header(self.store, ordinal));
        let first = ordinal.saturating_mul(KEYS_PER_FILE);
        for slot in first..first.saturating_add(KEYS_PER_FILE) {
            let mut key = Zeroizing::new([0; KEY_BYTES]);
            state.entropy.fill(key.as_mut_slice()).map_err(no_entropy)?;
            octets.extend_from_slice(key.as_slice());
            octets.extend(self.check(slot, &key));
        }
        let draft = format!("{path}.new");
        self.disk.remove(&draft)?;
        self.disk.create(&draft, &octets)?;
        self.disk.sync(&draft)?;
        self.disk.rename(&draft, path)?;
        self.disk.sync_names(folder_of(path))?;
        Ok(octets)
    }

    fn find(&self, slot: u64) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, StoreError> {
        if self.lock().destroyed.contains(&slot) {
            return Ok(None);
        }
        let (ordinal, offset) = place(slot);
        let path = keys_path(ordinal);
        let mut found = Slot::Damaged;
        for _ in 0..READS_BEFORE_CUTTING {
            let octets = Zeroizing::new(self.disk.read(&path, offset, KEY_SLOT_BYTES)?);
            found = self.read_slot(slot, &octets);
            if matches!(found, Slot::Key(_)) {
                break;
            }
        }
        match found {
            Slot::Key(key) => Ok(Some(key)),
            Slot::Erased => Ok(None),
            Slot::Damaged => Err(self.damaged(slot, "it is neither a key nor erased")),
        }
    }

    fn read_slot(&self, slot: u64, octets: &[u8]) -> Slot {
        if octets == ERASED {
            return Slot::Erased;
        }
        let Some((key, found)) = octets.split_first_chunk::<KEY_BYTES>() else { return Slot::Damaged };
        let key = Zeroizing::new(*key);
        if found == self.check(slot, &key) { Slot::Key(key) } else { Slot::Damaged }
    }

    fn holds(&self, slot: u64, octets: &[u8]) -> bool {
        octets.split_first_chunk().is_some_and(|(key, found)| found == self.check(slot, key))
    }

    fn check(&self, slot: u64, key: &[u8; KEY_BYTES]) -> [u8; 32] {
        sha256(&[b"detente/body-key/v1\0", self.store.octets(), &slot.to_be_bytes(), key])
    }

    /// What a body is bound to beside its key: a body in another's place does not open.
    fn bound_to(&self, slot: u64) -> Aad<Vec<u8>> {
        Aad::from([b"detente/body/v1\0".as_slice(), self.store.octets(), &slot.to_be_bytes()].concat())
    }

    fn damaged(&self, slot: u64, problem: &str) -> StoreError {
        StoreError::damaged(&keys_path(place(slot).0), format!("slot {slot}: {problem}"))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with it held left at worst a slot that is not used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key file of a slot, and where in it the slot begins.
const fn place(slot: u64) -> (u64, u64) {
    let (ordinal, inside) = (slot / KEYS_PER_FILE, slot % KEYS_PER_FILE);
    (ordinal, inside.saturating_add(1).saturating_mul(KEY_SLOT_BYTES as u64))
}

/// What an erasure that was cut off leaves has many bits or none; one alone in an erased slot was flipped.
fn is_one_bit(octets: &[u8]) -> bool {
    octets.iter().map(|octet| octet.count_ones()).fold(0, u32::saturating_add) == 1
}

fn file_bytes() -> usize {
    usize::try_from(KEYS_PER_FILE).unwrap_or(usize::MAX).saturating_mul(KEY_SLOT_BYTES).saturating_add(HEADER_BYTES)
}

fn header(store: StoreId, ordinal: u64) -> Vec<u8> {
    let mut out = Writer::new();
    out.exact(MAGIC);
    out.u32(LAYOUT);
    out.exact(&ordinal.to_be_bytes());
    out.exact(store.octets());
    out.exact(&[0; 28]);
    out.into_octets()
}

fn cipher(key: &[u8; KEY_BYTES]) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(LessSafeKey::new)
}

fn no_entropy(error: record::entropy::NoEntropy) -> StoreError {
    StoreError::Refused { problem: error.to_string() }
}
