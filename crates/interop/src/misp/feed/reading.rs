//! Reading a feed that somebody else made: nothing in it is trusted to be what its name says.

use std::collections::{BTreeMap, BTreeSet};

use record::json::{Json, parse_within};
use uuid::Uuid;

use super::{HASHES, MANIFEST, MAX_FEED_FILES, listed, value_digests};
use crate::misp::Limits;
use crate::misp::event::Event;
use crate::misp::read::{LeftAside, read_event};

/// Octets of the list of events: a kilobyte for each file that may be there.
const MANIFEST_BYTES_MAX: usize = MAX_FEED_FILES * 1024;

/// Faults that are kept; a folder with more is not a feed.
const FAULTS_MAX: usize = 1_000;

/// Something in a feed that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedFault {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

/// An event of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedEntry {
    /// The event.
    pub event: Event,
    /// What of it was left aside.
    pub left_aside: Vec<LeftAside>,
}

/// What was read of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FeedRead {
    /// The events, by their ids.
    pub entries: BTreeMap<Uuid, FeedEntry>,
    /// What is wrong. An event with a fault of its own is not among the entries.
    pub faults: Vec<FeedFault>,
}

/// Reads the files of a feed, in any order. A file that is not what its name says is left, and the others are read.
#[must_use]
pub fn read_feed<P: AsRef<str>, O: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, O)>, limits: &Limits) -> FeedRead {
    let mut reading = Reading { limits, read: FeedRead::default(), manifest: None, hashes: None };
    for (count, (path, octets)) in files.into_iter().enumerate() {
        if count >= MAX_FEED_FILES {
            reading.fault(
                path.as_ref(),
                format!("is beyond the {MAX_FEED_FILES} files that a feed may have; the rest was not read"),
            );
            break;
        }
        reading.file(path.as_ref(), octets.as_ref());
    }
    reading.compare();
    reading.read
}

/// A feed of which some files were read.
struct Reading<'l> {
    limits: &'l Limits,
    read: FeedRead,
    /// What the list says of each event, if there is a list.
    manifest: Option<BTreeMap<Uuid, Json>>,
    hashes: Option<BTreeSet<(String, Uuid)>>,
}

impl Reading<'_> {
    fn fault(&mut self, path: &str, reason: impl Into<String>) {
        if self.read.faults.len() < FAULTS_MAX {
            let path = crate::error::excerpt(path);
            self.read.faults.push(FeedFault { path, reason: reason.into() });
        }
    }

    fn file(&mut self, path: &str, octets: &[u8]) {
        let outcome = match path {
            MANIFEST => self.manifest(octets),
            HASHES => self.hashes(octets),
            _ => self.event(path, octets),
        };
        if let Err(reason) = outcome {
            self.fault(path, reason);
        }
    }

    fn manifest(&mut self, octets: &[u8]) -> Result<(), String> {
        let parsed = parse_within(octets, MANIFEST_BYTES_MAX).map_err(|error| error.to_string())?;
        let members = parsed.as_object().ok_or("should be an object")?;
        let mut all = BTreeMap::new();
        for (name, value) in members.iter() {
            match name_of_event(name) {
                // The name becomes the name of a file: nothing but an id may.
                None => self.fault(MANIFEST, format!("names `{}`, which is no id of an event", name.escape_debug())),
                Some(uuid) => drop(all.insert(uuid, value.clone())),
            }
        }
        self.manifest = Some(all);
        Ok(())
    }

    fn hashes(&mut self, octets: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(octets).map_err(|_| "is not UTF-8")?;
        let mut all = BTreeSet::new();
        for (slot, line) in text.lines().enumerate() {
            match hash_line(line) {
                Some(found) => drop(all.insert(found)),
                None => self.fault(HASHES, format!("line {} is no digest and id of an event", slot.saturating_add(1))),
            }
        }
        self.hashes = Some(all);
        Ok(())
    }

    fn event(&mut self, path: &str, octets: &[u8]) -> Result<(), String> {
        let uuid = path.strip_suffix(".json").and_then(name_of_event);
        let uuid =
            uuid.ok_or("is no name of a file of a feed, such as manifest.json, hashes.csv or an event's id and .json")?;
        let read = read_event(octets, self.limits).map_err(|error| error.to_string())?;
        if read.event.uuid != uuid {
            return Err(format!("holds the event {}, and not the one of its name", read.event.uuid));
        }
        if self.read.entries.contains_key(&uuid) {
            return Err("is there twice".to_owned());
        }
        let entry = FeedEntry { event: read.event, left_aside: read.left_aside };
        self.read.entries.insert(uuid, entry);
        Ok(())
    }

    /// Whether list, digests and events fit together.
    fn compare(&mut self) {
        let Some(manifest) = self.manifest.take() else {
            return self.fault(MANIFEST, "is missing; without it nothing says that the feed is whole");
        };
        let unlisted: Vec<Uuid> =
            self.read.entries.keys().filter(|uuid| !manifest.contains_key(*uuid)).copied().collect();
        for uuid in unlisted {
            // What its maker does not list was taken out, or put there by somebody else.
            self.read.entries.remove(&uuid);
            self.fault(&format!("{uuid}.json"), "is not in the list of the feed; it was not taken");
        }
        for (uuid, told) in &manifest {
            match self.read.entries.get(uuid) {
                None => self.fault(&format!("{uuid}.json"), "is in the list of the feed, and was not read"),
                Some(entry) if !fits(&entry.event, told) => {
                    self.fault(MANIFEST, format!("says something else of {uuid} than the event itself, which stands"));
                }
                Some(_) => {}
            }
        }
        self.compare_hashes();
    }

    fn compare_hashes(&mut self) {
        let Some(hashes) = self.hashes.take() else { return };
        let digests = |(uuid, entry): (&Uuid, &FeedEntry)| {
            let uuid = *uuid;
            let all: Vec<_> = entry.event.all_attributes().flat_map(value_digests).map(|one| (one, uuid)).collect();
            all
        };
        let expected: BTreeSet<(String, Uuid)> = self.read.entries.iter().flat_map(digests).collect();
        let more = hashes.difference(&expected).count();
        let fewer = expected.difference(&hashes).count();
        if more > 0 || fewer > 0 {
            self.fault(HASHES, format!("{more} digests are of no value of the events, and {fewer} values have none"));
        }
    }
}

/// The lower-case form with hyphens, and no other: a name of a file has one spelling.
fn name_of_event(name: &str) -> Option<Uuid> {
    Uuid::parse_str(name).ok().filter(|uuid| uuid.to_string() == name)
}

fn hash_line(line: &str) -> Option<(String, Uuid)> {
    let (digest, uuid) = line.split_once(',')?;
    let is_digest =
        digest.len() == 32 && digest.bytes().all(|octet| octet.is_ascii_digit() || matches!(octet, b'a'..=b'f'));
    Some((digest.to_owned(), name_of_event(uuid)?)).filter(|_| is_digest)
}

/// Whether the list says what the event says: title, day, maker and time are what others go by.
fn fits(event: &Event, told: &Json) -> bool {
    let Some(told) = told.as_object() else { return false };
    let expected = listed(event);
    let same = |name: &str| told.get(name).map(plain) == expected.get(name).map(plain);
    let creator =
        |map: &record::json::Map| map.get("Orgc").and_then(|one| one.as_object()?.text("name").map(str::to_owned));
    ["info", "date", "analysis", "threat_level_id", "timestamp"].into_iter().all(same)
        && creator(told) == creator(&expected)
}

/// Numbers as text, as some write them.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_text(), str::to_owned)
}
