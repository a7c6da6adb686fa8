//! What can be believed: whatever a party signs and logs.

use record::Record;
use record::digest::{Commitment, KeyRecordDigest, PartyId};
use record::message::{Form, Plain};
use record::signed::Signed;

/// Content that its author signs and logs: a record, a statement, or a message.
pub trait Content: sealed::Sealed + Sized {
    /// The party that signed.
    fn issuer(&self) -> PartyId;

    /// The key record that it signed under.
    fn key_record(&self) -> KeyRecordDigest;

    /// The leaf that commits to it under a salt.
    fn commitment(signed: &Signed<Self>, salt: &[u8; 32]) -> Commitment;
}

mod sealed {
    #[expect(unnameable_types, reason = "what else can be believed is for this crate to say")]
    pub trait Sealed {}
    impl Sealed for record::Record {}
    impl<F: record::message::Form> Sealed for record::message::Plain<F> {}
}

impl Content for Record {
    fn issuer(&self) -> PartyId {
        Self::issuer(self)
    }

    fn key_record(&self) -> KeyRecordDigest {
        Self::key_record(self)
    }

    fn commitment(signed: &Signed<Self>, salt: &[u8; 32]) -> Commitment {
        signed.commitment(salt)
    }
}

impl<F: Form> Content for Plain<F> {
    fn issuer(&self) -> PartyId {
        Self::issuer(self)
    }

    fn key_record(&self) -> KeyRecordDigest {
        Self::key_record(self)
    }

    fn commitment(signed: &Signed<Self>, salt: &[u8; 32]) -> Commitment {
        signed.commitment(salt)
    }
}
