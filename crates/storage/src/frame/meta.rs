//! What a frame says was committed.

use record::digest::sha256;
use record::time::Timestamp;
use tlog::Hash;

use crate::batch::{BatchId, LogName};
use crate::codec::{Malformed, Reader, Writer};

/// What a frame holds beside its bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meta {
    /// When it was committed.
    pub(crate) time: Timestamp,
    pub(crate) change: Change,
}

/// What a frame does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It commits batches.
    Commit { opens: Vec<LogMeta>, batches: Vec<BatchMeta>, heads: Vec<HeadMeta> },
    /// It begins a segment with all that the frames before it amount to, so that a start need not read them.
    Snapshot(Snapshot),
}

/// Where something stands in a meta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) length: usize,
    /// SHA-256 of what stands there.
    pub(crate) digest: [u8; 32],
}

/// A log that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogMeta {
    pub(crate) name: LogName,
    pub(crate) origin: String,
}

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchMeta {
    pub(crate) id: BatchId,
    pub(crate) entries: Vec<EntryMeta>,
    pub(crate) receipts: Vec<ReceiptMeta>,
    pub(crate) movements: Vec<(String, i64)>,
    pub(crate) erasures: Vec<ErasureMeta>,
}

/// One entry. Logs are named by their number, in the order in which they were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryMeta {
    pub(crate) log: u32,
    pub(crate) index: u64,
    pub(crate) entry: Vec<u8>,
    pub(crate) body: Option<SealedMeta>,
}

/// A body under its key: the octets stand among the frame's bodies, in the order of the meta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedMeta {
    pub(crate) slot: u64,
    pub(crate) nonce: [u8; 12],
    pub(crate) bytes: u32,
    /// SHA-256 of the sealed octets.
    pub(crate) digest: [u8; 32],
}

/// A private receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceiptMeta {
    pub(crate) digest: [u8; 32],
    pub(crate) body: SealedMeta,
}

/// A body that is erased: its key is destroyed right after the sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErasureMeta {
    pub(crate) log: u32,
    pub(crate) index: u64,
    /// None if the entry never had a body.
    pub(crate) slot: Option<u64>,
}

/// The head of a log after this frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadMeta {
    pub(crate) log: u32,
    /// The checkpoint as a signed note, by the log's Ed25519 key.
    pub(crate) note: String,
}

/// All that the frames before amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) logs: Vec<LogSnapshot>,
    pub(crate) counters: Vec<(String, i64)>,
    pub(crate) next_slot: u64,
}

/// A log as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogSnapshot {
    pub(crate) log: LogMeta,
    pub(crate) size: u64,
    pub(crate) nodes: Vec<Hash>,
    /// Empty before the first checkpoint.
    pub(crate) note: String,
}

/// First octet of a meta: its version, and what the frame does.
const COMMIT_V1: u8 = 0x11;
const SNAPSHOT_V1: u8 = 0x12;

impl Meta {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write_onto(&mut out);
        out.into_octets()
    }

    pub(crate) fn write_onto(&self, out: &mut Writer) {
        match &self.change {
            Change::Commit { opens, batches, heads } => {
                out.u8(COMMIT_V1);
                out.i64(self.time.micros());
                list(out, opens, write_log);
                list(out, batches, write_batch);
                list(out, heads, |out, head| {
                    out.u32(head.log);
                    out.octets(head.note.as_bytes());
                });
            }
            Change::Snapshot(snapshot) => {
                out.u8(SNAPSHOT_V1);
                out.i64(self.time.micros());
                list(out, &snapshot.logs, write_log_snapshot);
                list(out, &snapshot.counters, write_counter);
                out.u64(snapshot.next_slot);
            }
        }
    }

    /// The meta, and where in it each entry stands, in their order.
    pub(crate) fn read_with_places(octets: &[u8]) -> Result<(Self, Vec<Range>), Malformed> {
        let mut reader = Reader::new(octets);
        let mut places = Vec::new();
        let kind = reader.u8()?;
        let time = Timestamp::from_micros(reader.i64()?);
        let change = match kind {
            COMMIT_V1 => Change::Commit {
                opens: reader.list(read_log)?,
                batches: reader.list(|reader| read_batch(reader, &mut places))?,
                heads: reader.list(|reader| Ok(HeadMeta { log: reader.u32()?, note: reader.text()?.to_owned() }))?,
            },
            SNAPSHOT_V1 => Change::Snapshot(Snapshot {
                logs: reader.list(read_log_snapshot)?,
                counters: reader.list(read_counter)?,
                next_slot: reader.u64()?,
            }),
            _ => return Err(Malformed),
        };
        reader.end()?;
        Ok((Self { time, change }, places))
    }

    /// The bodies, in the order in which their octets stand.
    pub(crate) fn bodies(&self) -> Vec<&SealedMeta> {
        let Change::Commit { batches, .. } = &self.change else { return Vec::new() };
        batches.iter().flat_map(BatchMeta::bodies).collect()
    }
}

impl BatchMeta {
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &SealedMeta> {
        let entries = self.entries.iter().filter_map(|entry| entry.body.as_ref());
        entries.chain(self.receipts.iter().map(|receipt| &receipt.body))
    }
}

fn list<T>(out: &mut Writer, list: &[T], mut one: impl FnMut(&mut Writer, &T)) {
    out.count(list.len());
    list.iter().for_each(|it| one(out, it));
}

fn write_log(out: &mut Writer, log: &LogMeta) {
    out.octets(log.name.as_str().as_bytes());
    out.octets(log.origin.as_bytes());
}

fn read_log(reader: &mut Reader<'_>) -> Result<LogMeta, Malformed> {
    let name = reader.text()?.parse().map_err(|_| Malformed)?;
    Ok(LogMeta { name, origin: reader.text()?.to_owned() })
}

fn write_counter(out: &mut Writer, (name, value): &(String, i64)) {
    out.octets(name.as_bytes());
    out.i64(*value);
}

fn read_counter(reader: &mut Reader<'_>) -> Result<(String, i64), Malformed> {
    Ok((reader.text()?.to_owned(), reader.i64()?))
}

fn write_log_snapshot(out: &mut Writer, log: &LogSnapshot) {
    write_log(out, &log.log);
    out.u64(log.size);
    list(out, &log.nodes, |out, node| out.exact(node.octets()));
    out.octets(log.note.as_bytes());
}

fn read_log_snapshot(reader: &mut Reader<'_>) -> Result<LogSnapshot, Malformed> {
    Ok(LogSnapshot {
        log: read_log(reader)?,
        size: reader.u64()?,
        nodes: reader.list(|reader| reader.array().map(Hash::from_octets))?,
        note: reader.text()?.to_owned(),
    })
}

fn write_batch(out: &mut Writer, batch: &BatchMeta) {
    out.exact(batch.id.octets());
    list(out, &batch.entries, write_entry);
    list(out, &batch.receipts, |out, receipt| {
        out.exact(&receipt.digest);
        write_sealed(out, &receipt.body);
    });
    list(out, &batch.movements, write_counter);
    list(out, &batch.erasures, |out, erasure| {
        out.u32(erasure.log);
        out.u64(erasure.index);
        out.u8(u8::from(erasure.slot.is_some()));
        out.u64(erasure.slot.unwrap_or(0));
    });
}

fn read_batch(reader: &mut Reader<'_>, places: &mut Vec<Range>) -> Result<BatchMeta, Malformed> {
    Ok(BatchMeta {
        id: BatchId::from_octets(reader.array()?),
        entries: reader.list(|reader| read_entry(reader, places))?,
        receipts: reader.list(|reader| Ok(ReceiptMeta { digest: reader.array()?, body: read_sealed(reader)? }))?,
        movements: reader.list(read_counter)?,
        erasures: reader.list(read_erasure)?,
    })
}

fn write_entry(out: &mut Writer, entry: &EntryMeta) {
    out.u32(entry.log);
    out.u64(entry.index);
    out.octets(&entry.entry);
    out.u8(u8::from(entry.body.is_some()));
    if let Some(body) = &entry.body {
        write_sealed(out, body);
    }
}

fn read_entry(reader: &mut Reader<'_>, places: &mut Vec<Range>) -> Result<EntryMeta, Malformed> {
    let (start, before) = (reader.position(), *reader);
    let entry = EntryMeta::parse(reader)?;
    let length = reader.position().saturating_sub(start);
    let digest = sha256(&[before.clone().exact(length)?]);
    places.push(Range { start, length, digest });
    Ok(entry)
}

impl EntryMeta {
    fn parse(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (log, index) = (reader.u32()?, reader.u64()?);
        let entry = reader.octets()?.to_vec();
        let body = read_flag(reader)?.then(|| read_sealed(reader)).transpose()?;
        Ok(Self { log, index, entry, body })
    }

    /// Reads one entry from the octets where a meta has it.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(octets);
        let entry = Self::parse(&mut reader)?;
        reader.end()?;
        Ok(entry)
    }
}

impl SealedMeta {
    /// Its octets, for a view that points at a body.
    pub(crate) fn to_octets(&self) -> Vec<u8> {
        let mut out = Writer::new();
        write_sealed(&mut out, self);
        out.into_octets()
    }

    pub(crate) fn from_octets(octets: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(octets);
        let sealed = read_sealed(&mut reader)?;
        reader.end()?;
        Ok(sealed)
    }
}

fn read_erasure(reader: &mut Reader<'_>) -> Result<ErasureMeta, Malformed> {
    let (log, index) = (reader.u32()?, reader.u64()?);
    let has_slot = read_flag(reader)?;
    let slot = reader.u64()?;
    Ok(ErasureMeta { log, index, slot: has_slot.then_some(slot) })
}

fn read_flag(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    match reader.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Malformed),
    }
}

fn write_sealed(out: &mut Writer, sealed: &SealedMeta) {
    out.u64(sealed.slot);
    out.exact(&sealed.nonce);
    out.u32(sealed.bytes);
    out.exact(&sealed.digest);
}

fn read_sealed(reader: &mut Reader<'_>) -> Result<SealedMeta, Malformed> {
    Ok(SealedMeta { slot: reader.u64()?, nonce: reader.array()?, bytes: reader.u32()?, digest: reader.array()? })
}
