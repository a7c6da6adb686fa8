//! Showing less under the same signature.

use super::check::{self, Claims, RecordError};
use super::{Record, verify};
use crate::json;
use crate::path::Path;
use crate::signed::Signed;

/// Which disclosures go along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection(Choice);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Everything,
    Only(Vec<Path>),
    Without(Vec<Path>),
}

/// A record could not be shown as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresentError {
    /// A place that this record does not show, so cannot go on showing.
    #[error("this record shows nothing at `{at}`, so it cannot go on showing it")]
    NotShown {
        /// The place.
        at: Path,
    },
    /// What is left would not be a record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The properties that an ordinary release discloses: enough to know what it is, whose, and how to handle it.
const CORE: [&str; 8] =
    ["type", "spec_version", "id", "created", "modified", "created_by_ref", "lang", "object_marking_refs"];

impl Selection {
    /// Everything that the record shows.
    #[must_use]
    pub const fn everything() -> Self {
        Self(Choice::Everything)
    }

    /// Nothing: a sealed record, which proves that it existed and tells no more.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(Choice::Only(Vec::new()))
    }

    /// These places, all that lies inside them, and what is needed to reach them.
    #[must_use]
    pub fn only(places: impl IntoIterator<Item = Path>) -> Self {
        Self(Choice::Only(places.into_iter().collect()))
    }

    /// Everything but these places and what lies inside them.
    #[must_use]
    pub fn without(places: impl IntoIterator<Item = Path>) -> Self {
        Self(Choice::Without(places.into_iter().collect()))
    }

    /// The STIX core of this record, as far as it is shown.
    #[must_use]
    pub fn core(record: &Record) -> Self {
        let is_core = |place: &&Path| CORE.iter().any(|name| place.as_str().strip_prefix("/object/") == Some(*name));
        Self::only(record.places().iter().filter(is_core).cloned())
    }

    fn includes(&self, place: &Path) -> bool {
        match &self.0 {
            Choice::Everything => true,
            Choice::Only(chosen) => chosen.iter().any(|one| place.is_within(one) || one.is_within(place)),
            Choice::Without(dropped) => !dropped.iter().any(|one| place.is_within(one)),
        }
    }

    fn named(&self) -> &[Path] {
        match &self.0 {
            Choice::Everything => &[],
            Choice::Only(places) | Choice::Without(places) => places,
        }
    }
}

impl Signed<Record> {
    /// The same record, under the same signatures, showing the selected places only.
    ///
    /// What remains goes through every check that a recipient makes, but for the signatures, which do not change.
    ///
    /// # Errors
    /// [`PresentError::NotShown`] for a place that this record does not show.
    pub fn present(&self, selection: &Selection) -> Result<Self, PresentError> {
        let places = self.content().places();
        let unknown = selection.named().iter().find(|one| !places.iter().any(|place| place.is_within(one)));
        if let Some(at) = unknown {
            return Err(PresentError::NotShown { at: at.clone() });
        }
        let chosen = places.iter().zip(self.envelope().disclosures());
        let disclosures = chosen.filter(|(place, _)| selection.includes(place)).map(|(_, text)| text.clone());
        let envelope = self.envelope().clone().with_disclosures(disclosures.collect());
        let payload = json::parse(envelope.payload()).map_err(RecordError::from)?;
        let Claims { issuer, key_record, payload } = check::claims(payload)?;
        let record = verify::contents(issuer, key_record, payload, &envelope)?;
        Ok(Self::new(record, envelope, self.signature_set().to_vec()))
    }
}
