//! Frames: what one sync makes durable.
//!
//! ```text
//! header   128 octets: magic, number, blank sectors, lengths, digest of the frame before, digest of this one, check of the
//!          header
//! meta     what was committed: entries, heads with their signed checkpoints, movements; and the digest of each body
//! bodies   one after another, each under its own key
//! trailer   96 octets: the digest once more, so that a lost end shows, and a signature of it by the log's Ed25519 key
//! ```
//!
//! Each frame holds the digest of the one before, so no frame can be changed, left out or moved without its successor
//! showing it. A frame's digest covers its bodies through their own digests: when a body's octets are dropped long after it
//! was erased, the chain still holds.

mod meta;

use record::digest::sha256;
use tlog::note::{KeyKind, VerifierKey};

pub(crate) use meta::{
    BatchMeta, Change, EntryMeta, ErasureMeta, HeadMeta, LogMeta, LogSnapshot, Meta, Range, ReceiptMeta, SealedMeta,
    Snapshot,
};

use crate::codec::{Malformed, Reader, Writer};
use crate::layout::StoreId;
use crate::limits::{MAX_FRAME_BODY_BYTES, MAX_FRAME_META_BYTES, SECTOR_BYTES};

/// What every frame begins with.
pub(crate) const MAGIC: &[u8; 8] = b"detframe";
/// Octets of a frame's header.
pub(crate) const HEADER_BYTES: usize = 128;
/// Octets of a frame's trailer: the digest and its signature.
pub(crate) const TRAILER_BYTES: usize = 32 + SIGNATURE_BYTES;
/// Octets of an Ed25519 signature.
pub(crate) const SIGNATURE_BYTES: usize = 64;
/// What the signature of a frame is bound to beside its digest. Whoever can write the directory and has not the key can make
/// no frame: the digest covers all frames before it, so one signature at the end speaks for all.
pub(crate) const SIGNATURE_DOMAIN: &str = "detente/frame-signature/v1";
/// The name under which keys for logs sign frames. It stands in no note.
pub(crate) const SIGNER: &str = "detente/frames";
/// Octets of the header that its check covers.
const CHECKED_BYTES: usize = 96;

/// The digest of a frame.
pub(crate) type FrameDigest = [u8; 32];

/// What stands before the first frame of a store.
pub(crate) const NO_FRAME: FrameDigest = [0; 32];

/// The header of a frame, its check found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    /// How many sectors of the frame hold nothing but zeros although they were written: those beyond were never written.
    pub(crate) blank_sectors: u32,
    pub(crate) meta_bytes: usize,
    pub(crate) body_bytes: usize,
    pub(crate) previous: FrameDigest,
    pub(crate) digest: FrameDigest,
}

/// Where the next frame goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next {
    pub(crate) number: u64,
    pub(crate) previous: FrameDigest,
    /// Where in its segment it begins.
    pub(crate) offset: u64,
}

impl Header {
    /// The header of a frame with this meta.
    pub(crate) fn of(store: StoreId, number: u64, previous: FrameDigest, meta: &[u8], body_bytes: usize) -> Self {
        let meta_bytes = meta.len();
        let digest = sha256(&[
            b"detente/frame/v1\0",
            store.octets(),
            &number.to_be_bytes(),
            &length_octets(meta_bytes),
            &length_octets(body_bytes),
            &previous,
            meta,
        ]);
        Self { number, blank_sectors: 0, meta_bytes, body_bytes, previous, digest }
    }

    pub(crate) fn write(&self, store: StoreId) -> Vec<u8> {
        let mut out = Writer::new();
        out.exact(MAGIC);
        out.u64(self.number);
        out.u32(self.blank_sectors);
        out.count(self.meta_bytes);
        out.exact(&length_octets(self.body_bytes));
        out.exact(&self.previous);
        out.exact(&self.digest);
        let mut octets = out.into_octets();
        octets.extend(check(store, &octets));
        octets
    }

    /// Reads a header whose check holds. One that holds was written by this store, so its lengths can be believed.
    pub(crate) fn read(store: StoreId, octets: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (checked, found) = octets.split_first_chunk::<CHECKED_BYTES>()?;
        if found != check(store, checked) {
            return None;
        }
        let mut reader = Reader::new(checked);
        Self::parse(&mut reader).ok()
    }

    fn parse(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        if reader.array()? != *MAGIC {
            return Err(Malformed);
        }
        let number = reader.u64()?;
        let blank_sectors = reader.u32()?;
        let meta_bytes = usize::try_from(reader.u32()?).map_err(|_| Malformed)?;
        let body_bytes = usize::try_from(reader.u64()?).map_err(|_| Malformed)?;
        let (previous, digest) = (reader.array()?, reader.array()?);
        let header = Self { number, blank_sectors, meta_bytes, body_bytes, previous, digest };
        if header.is_within_bounds() { Ok(header) } else { Err(Malformed) }
    }

    /// Whether a frame is no longer than any that is read again. One that is longer must never be written.
    pub(crate) const fn is_within_bounds(&self) -> bool {
        self.meta_bytes <= MAX_FRAME_META_BYTES && self.body_bytes <= MAX_FRAME_BODY_BYTES.saturating_mul(2)
    }

    /// Octets of the whole frame.
    pub(crate) const fn frame_bytes(&self) -> usize {
        HEADER_BYTES.saturating_add(self.meta_bytes).saturating_add(self.body_bytes).saturating_add(TRAILER_BYTES)
    }

    /// Whether this is the meta that the header stands for.
    pub(crate) fn fits(&self, store: StoreId, meta: &[u8]) -> bool {
        let found = Self::of(store, self.number, self.previous, meta, self.body_bytes);
        found.digest == self.digest && found.meta_bytes == self.meta_bytes
    }
}

fn length_octets(length: usize) -> [u8; 8] {
    u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes()
}

fn check(store: StoreId, checked: &[u8]) -> [u8; 32] {
    sha256(&[b"detente/frame-header/v1\0", store.octets(), checked])
}

/// Signs the digest of a frame, or says why it cannot.
pub(crate) type SignFrame<'sign> = dyn Fn(&FrameDigest) -> Result<Vec<u8>, String> + 'sign;

/// The octets of a frame.
pub(crate) fn write(
    store: StoreId,
    next: Next,
    meta: &Meta,
    bodies: &[&[u8]],
    sign: &SignFrame<'_>,
) -> Result<(Header, Vec<u8>), String> {
    let mut octets = Vec::new();
    let header = write_onto(&mut octets, (store, next), meta, bodies, sign)?;
    Ok((header, octets))
}

/// The same in memory that is there already, in place of what it held.
pub(crate) fn write_onto(
    octets: &mut Vec<u8>,
    (store, next): (StoreId, Next),
    meta: &Meta,
    bodies: &[&[u8]],
    sign: &SignFrame<'_>,
) -> Result<Header, String> {
    let body_bytes = bodies.iter().map(|body| body.len()).fold(0, usize::saturating_add);
    octets.clear();
    // The header's place; what it says follows from the meta.
    octets.resize(HEADER_BYTES, 0);
    let mut out = Writer::behind(std::mem::take(octets));
    meta.write_onto(&mut out);
    *octets = out.into_octets();
    let written = octets.get(HEADER_BYTES..).unwrap_or_default();
    let mut header = Header::of(store, next.number, next.previous, written, body_bytes);
    octets.reserve(body_bytes.saturating_add(TRAILER_BYTES));
    bodies.iter().for_each(|body| octets.extend_from_slice(body));
    octets.extend(header.digest);
    octets.extend(sign(&header.digest)?);
    // No sector with a part of the header is blank, whatever the count: it begins with the magic or ends in the meta's kind.
    put_header(octets, &header.write(store));
    header.blank_sectors = blank_sectors(next.offset, octets);
    put_header(octets, &header.write(store));
    Ok(header)
}

fn put_header(octets: &mut [u8], header: &[u8]) {
    octets.iter_mut().zip(header).for_each(|(place, octet)| *place = *octet);
}

/// Whether one of these keys signed a frame of this digest.
pub(crate) fn is_signed(keys: &[VerifierKey], digest: &FrameDigest, signature: &[u8]) -> bool {
    keys.iter()
        .filter(|key| key.kind() == KeyKind::Ed25519)
        .any(|key| key.signed_message(SIGNATURE_DOMAIN, digest, signature))
}

/// How many sectors, or what a region has of one, hold nothing but zeros: so reads what a torn write has left out.
pub(crate) fn blank_sectors(offset: u64, octets: &[u8]) -> u32 {
    let (mut rest, mut position, mut blank) = (octets, offset, 0_u32);
    while !rest.is_empty() {
        let in_sector = SECTOR_BYTES.saturating_sub(position % SECTOR_BYTES);
        let (sector, after) = rest.split_at(rest.len().min(usize::try_from(in_sector).unwrap_or(usize::MAX)));
        blank = blank.saturating_add(u32::from(sector.iter().all(|octet| *octet == 0)));
        position = position.saturating_add(in_sector);
        rest = after;
    }
    blank
}
