//! What became of the keys that signed a record, in words.

use record::digest::{KeyId, KeyRecordDigest};
use record::key_history::{KeyHistory, KeyStanding, Moment};
use record::{Record, Signed};

use crate::clock;
use crate::outcome::{Done, Failure};

/// The standing of a record's keys today: of the gravest one, if several keys signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    key_id: KeyId,
    standing: KeyStanding,
}

impl Standing {
    /// What became of the keys of a record by now.
    pub(crate) fn today(signed: &Signed<Record>, history: &KeyHistory) -> Done<Self> {
        Self::at(signed, history, Moment::At(clock::now()))
    }

    /// The same at another moment.
    pub(crate) fn at(signed: &Signed<Record>, history: &KeyHistory, moment: Moment) -> Done<Self> {
        let mut gravest: Option<Self> = None;
        for signature in signed.envelope().signatures() {
            let key_id = signature.key_id();
            let standing = history.standing(&signed.content().key_record(), &key_id, moment);
            let found = Self { key_id, standing: standing.map_err(Failure::refused)? };
            if gravest.is_none_or(|one| one.gravity() < found.gravity()) {
                gravest = Some(found);
            }
        }
        gravest.ok_or_else(|| Failure::refused("the record bears no signature"))
    }

    /// What became by now of a key that a key record lists.
    pub(crate) fn of_key(key_id: KeyId, key_record: &KeyRecordDigest, history: &KeyHistory) -> Done<Self> {
        let standing = history.standing(key_record, &key_id, Moment::At(clock::now()));
        Ok(Self { key_id, standing: standing.map_err(Failure::refused)? })
    }

    /// The word for it, the same for people and programs.
    pub(crate) fn word(self) -> String {
        let word = match self.standing {
            KeyStanding::InForce => "in force",
            KeyStanding::NotYetValid { .. } => "not yet valid",
            KeyStanding::Expired { .. } => "expired",
            KeyStanding::Retired { .. } => "retired",
            KeyStanding::Revoked { reason, .. } => return format!("revoked ({reason})"),
            KeyStanding::Overruled { .. } => "overruled",
            _ => "unknown to this build",
        };
        word.to_owned()
    }

    /// True if somebody else may have made the signature: the key was withdrawn, or its key record set aside.
    pub(crate) const fn is_grave(self) -> bool {
        self.gravity() >= 4
    }

    /// True if the key may have been good when it signed.
    pub(crate) const fn is_about_time(self) -> bool {
        matches!(self.gravity(), 1..=3)
    }

    /// True if a later key record lists the key no more, so that no other time would help.
    pub(crate) const fn is_retired(self) -> bool {
        matches!(self.standing, KeyStanding::Retired { .. })
    }

    /// What is wrong, in a sentence.
    pub(crate) fn problem(self) -> Option<String> {
        self.standing.enforce(self.key_id).err().map(|error| error.to_string())
    }

    const fn gravity(self) -> u8 {
        match self.standing {
            KeyStanding::InForce => 0,
            KeyStanding::NotYetValid { .. } => 1,
            KeyStanding::Expired { .. } => 2,
            KeyStanding::Retired { .. } => 3,
            KeyStanding::Revoked { .. } => 4,
            KeyStanding::Overruled { .. } => 5,
            // What this build does not know is not taken lightly.
            _ => 6,
        }
    }
}
