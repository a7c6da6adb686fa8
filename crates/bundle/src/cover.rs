//! What a bundle says of itself, sealed: who sends what to whom, and at the end how much it was.

use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::time::Timestamp;

use crate::error::{ReadError, WriteError};
use crate::seal::Place;

/// Who sends a bundle to whom.
///
/// It is a claim: whoever knows the recipient's key can seal any cover. So a number or a time must never be a reason not to
/// read a bundle, and a file is from its author because of its own signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cover {
    /// Who made it.
    pub sender: PartyId,
    /// Whom it is for.
    pub recipient: PartyId,
    /// When it was made, by the sender's clock.
    pub created: Timestamp,
    /// Its number among the sender's bundles for this recipient, below 2^53: a gap tells people that a stick is missing.
    pub sequence: u64,
}

impl Cover {
    /// The cover of a bundle.
    #[must_use]
    pub const fn new(sender: PartyId, recipient: PartyId, created: Timestamp, sequence: u64) -> Self {
        Self { sender, recipient, created, sequence }
    }

    /// The canonical octets, if a reader will take them: numbers beyond 2^53 and moments outside the calendar have none.
    pub(crate) fn to_octets(self) -> Result<Vec<u8>, WriteError> {
        let octets = self.write().ok_or(WriteError::Cover)?;
        Self::read(&octets).map(|_| octets).map_err(|_| WriteError::Cover)
    }

    fn write(&self) -> Option<Vec<u8>> {
        let members = Map::new()
            .with("created", self.created.to_string())
            .with("recipient", self.recipient.to_string())
            .with("sender", self.sender.to_string())
            .with("sequence", Json::count(self.sequence));
        json::canonical(&members.into()).ok()
    }

    /// Reads a cover in its one spelling.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, ReadError> {
        let cover = parse_object(octets).and_then(|members| {
            let party = |name| members.text(name)?.parse().ok();
            let created = members.text("created")?.parse().ok()?;
            Some(Self::new(party("sender")?, party("recipient")?, created, count(&members, "sequence")?))
        });
        let exact = cover.filter(|cover| cover.write().is_some_and(|exact| exact == octets));
        exact.ok_or_else(|| wrong(Place::Cover, "it is no cover in canonical form"))
    }
}

/// How much a bundle holds. Its end says it, and what came is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Totals {
    /// Files.
    pub files: u64,
    /// Octets of all files together.
    pub file_bytes: u64,
    /// Packages.
    pub packages: u32,
}

impl Totals {
    /// Adds a package.
    pub(crate) fn add(&mut self, files: usize, file_bytes: usize) {
        self.packages = self.packages.saturating_add(1);
        self.files = self.files.saturating_add(files.try_into().unwrap_or(u64::MAX));
        self.file_bytes = self.file_bytes.saturating_add(file_bytes.try_into().unwrap_or(u64::MAX));
    }

    /// The canonical octets.
    pub(crate) fn to_octets(self) -> Option<Vec<u8>> {
        let members = Map::new()
            .with("file_bytes", Json::count(self.file_bytes))
            .with("files", Json::count(self.files))
            .with("packages", Json::count(self.packages));
        json::canonical(&members.into()).ok()
    }

    /// Reads totals in their one spelling.
    pub(crate) fn read(octets: &[u8], place: Place) -> Result<Self, ReadError> {
        let totals = parse_object(octets).and_then(|members| {
            let packages = count(&members, "packages")?.try_into().ok()?;
            Some(Self { files: count(&members, "files")?, file_bytes: count(&members, "file_bytes")?, packages })
        });
        let exact = totals.filter(|totals| totals.to_octets().is_some_and(|exact| exact == octets));
        exact.ok_or_else(|| wrong(place, "it is no end in canonical form"))
    }

    /// In words.
    pub(crate) fn words(self) -> String {
        format!("{} files with {} octets in {} packages", self.files, self.file_bytes, self.packages)
    }
}

/// An object under the profile.
pub(crate) fn parse_object(octets: &[u8]) -> Option<Map> {
    if let Ok(Json::Object(members)) = json::parse(octets) { Some(members) } else { None }
}

/// A number that counts.
pub(crate) fn count(members: &Map, name: &str) -> Option<u64> {
    members.get(name)?.as_integer()?.try_into().ok()
}

/// A text that was sealed in another form.
pub(crate) fn wrong(place: Place, problem: &str) -> ReadError {
    ReadError::Contents { member: place.name(), problem: problem.to_owned() }
}
