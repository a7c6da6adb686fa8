//! Parties whose keys this node believes: their profile files, as somebody handed them in.
//!
//! They are primary state: nothing else has them, so they belong into a backup.

use std::path::{Path, PathBuf};

use record::digest::PartyId;
use record::key_history::KeyHistory;
use record::key_record::Purpose;

use crate::arguments::KeyArguments;
use crate::home::{Home, Readers, replace};
use crate::keyring::{Keyring, Known, check_text, read_profile, write_profile};
use crate::outcome::{Done, Failure};

/// Folder of the profile files, each named by its party's id.
pub(crate) const PARTNERS: &str = "partners";

/// Takes in a profile that somebody has checked: later key records count, whichever file brings them.
pub(crate) fn remember(home: &Home, path: &Path) -> Done<PartyId> {
    remember_known(home, read_profile(path)?)
}

fn remember_known(home: &Home, mut known: Known) -> Done<PartyId> {
    let party = known.history.party();
    if party == home.history()?.party() {
        return Ok(party);
    }
    check_transport_keys(home, &known)?;
    let _held = home.hold()?;
    let folder = home.dir().join(PARTNERS);
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::environment(format!("cannot make `{}`: {error}", folder.display())))?;
    let target = folder.join(format!("{party}.json"));
    if target.is_file() {
        let new = std::mem::replace(&mut known, read_profile(&target)?);
        known.merge(new)?;
    }
    let profile = known.profile().ok_or_else(|| Failure::input("the profile file holds no profile"))?;
    replace(&target, &write_profile(&known.history, profile), Readers::All)?;
    Ok(party)
}

/// Whether a party's profile is here.
pub(crate) fn has(home: &Home, party: PartyId) -> bool {
    home.dir().join(PARTNERS).join(format!("{party}.json")).is_file()
}

/// Forgets a party's profile, and so its keys. The caller holds the directory.
pub(crate) fn forget(home: &Home, party: PartyId) -> Done {
    let path = home.dir().join(PARTNERS).join(format!("{party}.json"));
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::environment(format!("cannot remove `{}`: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

/// Takes in a profile's text that somebody has checked.
pub(crate) fn take(home: &Home, profile: &[u8]) -> Done<PartyId> {
    let known = check_text(profile, Path::new("the profile that came"))?;
    remember_known(home, known)
}

/// Takes in the newest key records of a party that is known already, as its own node gives them.
pub(crate) fn learn(home: &Home, party: PartyId, profile: &[u8]) -> Done {
    let known = check_text(profile, Path::new("the profile that came"))?;
    if known.history.party() != party {
        return Err(Failure::refused("the profile that came is another party's"));
    }
    remember_known(home, known).map(drop)
}

/// Refuses a profile that lists a transport key which another party has: a key that two claim would be nobody's, and the one
/// who lists it second would cut the other off.
fn check_transport_keys(home: &Home, known: &Known) -> Done {
    let ring = ring(home)?;
    let others = ring.parties().filter(|party| *party != known.history.party());
    let listed = |history: &KeyHistory| -> Vec<Vec<u8>> {
        let entries = history.head().content().keys().iter().filter(|entry| entry.purpose() == Purpose::Transport);
        entries.map(|entry| entry.key().octets().to_vec()).collect()
    };
    let theirs = listed(&known.history);
    for other in others {
        if listed(ring.find(other)?).iter().any(|key| theirs.contains(key)) {
            return Err(Failure::refused(format!("this profile lists a transport key of party {other}"))
                .advise("it was not taken in; ask both parties whose key it is"));
        }
    }
    Ok(())
}

/// The keys of this node and of every party that it knows.
pub(crate) fn ring(home: &Home) -> Done<Keyring> {
    Keyring::read(&KeyArguments { profiles: files(home)?, dir: Some(home.dir().to_owned()) })
}

fn files(home: &Home) -> Done<Vec<PathBuf>> {
    let folder = home.dir().join(PARTNERS);
    let cannot = |error| Failure::environment(format!("cannot read `{}`: {error}", folder.display()));
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot(error)),
    };
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(cannot)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort_unstable();
    Ok(paths)
}
