//! The proof types, and the one form in which a decision takes them.

use record::digest::PartyId;
use record::signed::Signed;
use record::{PresentError, Record, Selection};

use super::LogPlace;

/// Another party's signed content that counts: logged by its signer below whatever takes the key back, under a checkpoint
/// that a quorum cosigned. Only [`super::verify()`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    record: Signed<T>,
    place: LogPlace,
}

/// Our own signed content that our own log holds. Only [`super::logged`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged<T> {
    record: Signed<T>,
    place: LogPlace,
}

impl<T> Verified<T> {
    pub(super) const fn new(record: Signed<T>, place: LogPlace) -> Self {
        Self { record, place }
    }

    /// What was signed, with its signatures.
    #[must_use]
    pub const fn record(&self) -> &Signed<T> {
        &self.record
    }

    /// Where it lies in its author's log, with the proof to pass on.
    #[must_use]
    pub const fn log_place(&self) -> &LogPlace {
        &self.place
    }
}

impl<T> Verified<T> {
    /// What was signed, for whoever keeps it: that it counts is not kept with it.
    #[must_use]
    pub fn into_record(self) -> Signed<T> {
        self.record
    }
}

impl<T> Logged<T> {
    pub(super) const fn new(record: Signed<T>, place: LogPlace) -> Self {
        Self { record, place }
    }

    /// What was signed, with its signatures.
    #[must_use]
    pub const fn record(&self) -> &Signed<T> {
        &self.record
    }

    /// Where it lies in our log, with the proof to pass on.
    #[must_use]
    pub const fn log_place(&self) -> &LogPlace {
        &self.place
    }
}

impl Verified<Record> {
    /// The same record showing less. Signatures and commitment are the same, so it counts as before.
    ///
    /// # Errors
    /// [`PresentError`], as [`Signed::present`].
    pub fn present(&self, selection: &Selection) -> Result<Self, PresentError> {
        Ok(Self { record: self.record.present(selection)?, place: self.place.clone() })
    }
}

impl Logged<Record> {
    /// The same record showing less. Signatures and commitment are the same, so it counts as before.
    ///
    /// # Errors
    /// [`PresentError`], as [`Signed::present`].
    pub fn present(&self, selection: &Selection) -> Result<Self, PresentError> {
        Ok(Self { record: self.record.present(selection)?, place: self.place.clone() })
    }
}

/// A record that may be decided about: ours once it is logged, another's once it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Believed<'a> {
    /// Our own.
    Own(&'a Logged<Record>),
    /// Another party's, which we would relay.
    Others(&'a Verified<Record>),
}

impl<'a> Believed<'a> {
    /// The record.
    #[must_use]
    pub const fn record(self) -> &'a Signed<Record> {
        match self {
            Self::Own(logged) => logged.record(),
            Self::Others(verified) => verified.record(),
        }
    }

    /// Where it lies in its author's log.
    #[must_use]
    pub const fn log_place(self) -> &'a LogPlace {
        match self {
            Self::Own(logged) => logged.log_place(),
            Self::Others(verified) => verified.log_place(),
        }
    }

    /// The party that signed it.
    #[must_use]
    pub const fn author(self) -> PartyId {
        self.record().content().issuer()
    }

    /// Whether whoever passes it on relays another party's signature.
    #[must_use]
    pub const fn is_relayed(self) -> bool {
        matches!(self, Self::Others(_))
    }
}

impl<'a> From<&'a Logged<Record>> for Believed<'a> {
    fn from(logged: &'a Logged<Record>) -> Self {
        Self::Own(logged)
    }
}

impl<'a> From<&'a Verified<Record>> for Believed<'a> {
    fn from(verified: &'a Verified<Record>) -> Self {
        Self::Others(verified)
    }
}
