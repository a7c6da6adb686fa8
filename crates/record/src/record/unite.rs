//! Two showings of one record become the one that shows what either shows.

use super::verify::{Unverified, VerifyError};

/// Two texts are no showings of one record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UniteError {
    /// They have different payloads, and so are different records.
    #[error("the two texts are showings of different records")]
    OtherRecord,
    /// What comes out is no record.
    #[error(transparent)]
    Record(#[from] VerifyError),
}

impl Unverified {
    /// What either of two showings of one record shows, under the signatures of the first. Whoever was shown a part, and later
    /// another, has seen both.
    ///
    /// # Errors
    /// [`UniteError::OtherRecord`] if their payloads differ; [`UniteError::Record`] if disclosures do not fit.
    pub fn united_with(&self, other: &Self) -> Result<Self, UniteError> {
        if self.envelope().payload() != other.envelope().payload() {
            return Err(UniteError::OtherRecord);
        }
        let own = self.envelope().disclosures();
        let more = other.envelope().disclosures().iter().filter(|one| !own.contains(one));
        let disclosures = own.iter().chain(more).cloned().collect();
        let envelope = self.envelope().clone().with_disclosures(disclosures);
        let united = Self::read(envelope.to_json().as_bytes())?;
        let _checked = united.claimed_content().map_err(VerifyError::from)?;
        Ok(united)
    }
}
