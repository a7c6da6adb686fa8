//! How a node's keys change, so that a crash at any moment leaves the old keys or the new ones, and never a half.
//!
//! Two files have to change, and a disk changes one at a time. So there is an order, with one point at which the change
//! takes effect:
//!
//! 1. The next private keys are written beside the old ones, as `keys.next.json`. A crash here leaves a spare file.
//! 2. [`publish`]: `profile.json` is replaced by one with the new key record in it. Before the renaming the old keys are in
//!    force, after it the new ones.
//! 3. `keys.next.json` takes the name `keys.json`. A crash before it leaves both, and [`settle`] does what is left.
//!
//! Which keys a key file holds is told by the ids in it, so that none of this needs a passphrase.

use std::fs::File;

use record::digest::KeyRecordDigest;
use record::key_history::{Extended, KeyHistory};
use record::key_record::KeyRecord;
use record::{Record, Signed};

use crate::home::{Home, Readers, draft_path, remove, replace, take_the_place};
use crate::keyring;
use crate::keystore::{self, KeyFile};
use crate::outcome::{Done, Failure};

/// A node that is held for a change of its keys: nobody else changes them, or tidies up, until this is dropped. Without it
/// two rotations at once would sign a fork.
#[derive(Debug)]
pub(crate) struct Change {
    home: Home,
    _held: File,
}

impl Change {
    /// Holds the node, and settles what a crash left.
    pub(crate) fn begin(home: &Home) -> Done<Self> {
        Self::begin_with(home, Missing::Refused)
    }

    /// The same where the old private keys may be gone.
    pub(crate) fn begin_without_keys(home: &Home) -> Done<Self> {
        Self::begin_with(home, Missing::Expected)
    }

    fn begin_with(home: &Home, missing: Missing) -> Done<Self> {
        let change = Self { home: home.clone(), _held: home.hold()? };
        for path in [home.keys_path(), home.profile_path()] {
            // A renaming would put private keys here that somebody has moved to an encrypted disk.
            if path.is_symlink() {
                return Err(Failure::environment(format!("`{}` leads to another place", path.display()))
                    .advise("put the file itself there, or the whole directory where the file is now"));
            }
        }
        settle_held(home, missing)?;
        Ok(change)
    }

    /// Step 1. The text of a key file is put on the disk, for its owner alone to read, and is not in force.
    pub(crate) fn stage(self, keys: &str, record: &Signed<KeyRecord>) -> Done<Staged> {
        // A crash while it is written leaves a draft of another name, which the next command removes. A crash after it
        // leaves keys that the key record in force does not list, which the next command removes too.
        replace(&self.home.next_keys_path(), keys, Readers::Owner)?;
        Ok(Staged { change: self, record: record.digest() })
    }
}

/// A change whose private keys are on the disk. One that is dropped before it took effect takes them away again.
#[derive(Debug)]
pub(crate) struct Staged {
    change: Change,
    record: KeyRecordDigest,
}

impl Staged {
    /// Steps 2 and 3. `undone` advises whoever reads that the change did not take effect.
    pub(crate) fn complete(self, next: &Next<'_>, undone: &str) -> Done {
        let home = &self.change.home;
        let done = publish(home, next.before, next.record, next.profile)
            // A crash here leaves the new key record in force, and its private keys under the name that they wait under.
            .and_then(|()| finish(home));
        done.map_err(|failure| match (self.is_in_force(), &failure.advice) {
            (true, _) => failure.advise(
                "the new key record is in force all the same, and its private keys are safe in keys.next.json; the next \
                 command that needs them gives them their name",
            ),
            (false, Some(advice)) => {
                let advice = format!("{undone}; {advice}");
                failure.advise(advice)
            }
            (false, None) => failure.advise(undone),
        })
    }

    fn is_in_force(&self) -> bool {
        self.change.home.history().is_ok_and(|history| history.head().digest() == self.record)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // A profile that cannot be read just now may hold the key record: then its private keys stay, and are settled later.
        let head = self.change.home.history().map(|history| history.head().digest());
        if head.is_ok_and(|head| head != self.record) {
            let _left = remove(&self.change.home.next_keys_path());
        }
    }
}

/// What is published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next<'a> {
    /// The history that it follows.
    pub(crate) before: &'a KeyHistory,
    pub(crate) record: &'a Signed<KeyRecord>,
    /// What the party says of itself, under a key that still counts.
    pub(crate) profile: &'a Signed<Record>,
}

/// Step 2, and the only place at which a key record takes effect: before it returns nothing is in force, and after it the
/// new keys are. Today that is a file with a new name; with a log it will be the log's next leaf.
fn publish(home: &Home, before: &KeyHistory, record: &Signed<KeyRecord>, profile: &Signed<Record>) -> Done {
    let mut after = before.clone();
    // Read as a stranger would read it: nobody can publish what partners refuse.
    let how = after.extend(record.envelope().clone()).map_err(Failure::refused)?;
    if !matches!(how, Extended::Added | Extended::Recovered { .. }) {
        return Err(Failure::refused("the new key record would not come into force"));
    }
    let (path, text) = (home.profile_path(), keyring::write_profile(&after, profile));
    let _known = keyring::check_text(text.as_bytes(), &path)?;
    // A crash while the draft is written, or a full disk, leaves the old profile. The renaming is one step for every
    // reader and for the disk. If the disk does not confirm it, either profile may be there after a loss of power, so the
    // caller must not go on to step 3: both key files are kept, and the one that fits is taken.
    replace(&path, &text, Readers::All)
}

/// Step 3. The private keys of the key record in force take the name under which they are looked for. The disk is first
/// asked once more to keep the new profile: keys of a key record that it then forgets would be worth nothing.
fn finish(home: &Home) -> Done {
    take_the_place(&home.next_keys_path(), &home.keys_path())
}

/// Settles what a killed command may have left: it did all or nothing, and this says which.
pub(crate) fn settle(home: &Home) -> Done {
    let leftovers = [home.next_keys_path(), draft_path(&home.next_keys_path()), draft_path(&home.profile_path())];
    if leftovers.iter().any(|path| path.symlink_metadata().is_ok()) {
        let _held = home.hold()?;
        settle_held(home, Missing::Refused)?;
    }
    Ok(())
}

/// What it means that no private keys fit the key record in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// Files of different backups: nothing is removed.
    Refused,
    /// That is why the party recovers.
    Expected,
}

fn settle_held(home: &Home, missing: Missing) -> Done {
    let (keys, next) = (home.keys_path(), home.next_keys_path());
    // A draft never took effect, whoever wrote it: it has no name that anybody looks for.
    for draft in [draft_path(&next), draft_path(&home.profile_path())] {
        if draft.symlink_metadata().is_ok() {
            remove(&draft)?;
        }
    }
    if next.symlink_metadata().is_err() {
        return Ok(());
    }
    let history = home.history()?;
    let fits = |file: KeyFile| file.fits(history.head().content());
    match KeyFile::read(&next).map(fits) {
        // Step 2 was done: the change took effect, and only step 3 is left.
        Ok(true) => finish(home),
        // Step 2 was not done: the change never happened.
        _ if KeyFile::read(&keys).is_ok_and(fits) => remove(&next),
        // What waits belongs to no key record in force; the recovery writes over it.
        _ if missing == Missing::Expected => Ok(()),
        Ok(false) => Err(keystore::not_in_force()),
        Err(failure) => Err(failure),
    }
}
