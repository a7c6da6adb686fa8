//! The accounts as they stand: read again whenever a command has changed them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use access::ask::OwnAccount;
use access::password::PasswordHash;
use access::{Accounts, Actor, Caller, Change, decide};
use record::digest::PartyId;
use storage::{LocalStore, Store as _};

use crate::accounts_file;
use crate::clock;
use crate::home::Home;
use crate::outcome::{Done, Failure};

/// The accounts, and who has used a token since they were written.
pub(super) struct Standing {
    home: Home,
    kept: Mutex<Kept>,
    used: Mutex<BTreeMap<String, Caller>>,
    /// Held by whoever reads the file and writes it anew. Commands do so while this node is closed.
    changing: Mutex<()>,
}

struct Kept {
    stamp: Stamp,
    accounts: Arc<Accounts>,
}

/// By which a changed file is told: each writing makes another file.
#[derive(PartialEq, Eq)]
struct Stamp(Option<(SystemTime, u64, u64)>);

impl Stamp {
    fn of(home: &Home) -> Self {
        let data = std::fs::metadata(home.dir().join(accounts_file::ACCOUNTS)).ok();
        Self(data.and_then(|data| Some((data.modified().ok()?, data.len(), inode(&data)))))
    }
}

#[cfg(unix)]
fn inode(data: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    data.ino()
}

#[cfg(not(unix))]
const fn inode(_data: &std::fs::Metadata) -> u64 {
    0
}

impl Standing {
    /// There must be accounts: nobody could ask anything of a site without.
    pub(super) fn open(home: &Home) -> Done<Self> {
        let (stamp, accounts) = (Stamp::of(home), Arc::new(accounts_file::read_some(home)?));
        Ok(Self {
            home: home.clone(),
            kept: Mutex::new(Kept { stamp, accounts }),
            used: Mutex::default(),
            changing: Mutex::default(),
        })
    }

    /// As they stand now. Accounts that cannot be read any more let nobody in: what they said before may have been taken back.
    pub(super) fn now(&self) -> Arc<Accounts> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(&self.home);
        if stamp != kept.stamp {
            let accounts = accounts_file::read(&self.home).ok().flatten().unwrap_or_else(Accounts::nobody);
            *kept = Kept { stamp, accounts: Arc::new(accounts) };
        }
        Arc::clone(&kept.accounts)
    }

    /// Remembers that a token was used.
    pub(super) fn note_use(&self, caller: &Caller) {
        let mut used = self.used();
        let _noted = used.entry(caller.shown()).or_insert_with(|| caller.clone());
    }

    fn used(&self) -> MutexGuard<'_, BTreeMap<String, Caller>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down which tokens were used today. The caller holds the node's directory, so that no command changes accounts at the
    /// same time.
    pub(super) fn write_used(&self) -> Done {
        let used = std::mem::take(&mut *self.used());
        if used.is_empty() {
            return Ok(());
        }
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut accounts) = accounts_file::read(&self.home)? else { return Ok(()) };
        let now = clock::now();
        // Every one is noted; whether any is news decides on writing.
        let mut is_news = false;
        for caller in used.values() {
            is_news |= accounts.note_use(caller, now);
        }
        if is_news { accounts_file::write(&self.home, &accounts) } else { Ok(()) }
    }

    /// Sets the password of the account that a caller has proved to be, and logs it. The caller of this holds the node's directory.
    pub(super) fn set_password(
        &self,
        (store, party): (&LocalStore, PartyId),
        caller: &Caller,
        password: PasswordHash,
    ) -> Done {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (accounts, now) = (accounts_file::read_some(&self.home)?, clock::now());
        let may_not = || Failure::refused("this account may not change its password");
        let name = caller.account().cloned().ok_or_else(may_not)?;
        let ask = OwnAccount { account: name.clone() };
        let permitted = decide(caller, ask).permitted().filter(|_| accounts.still_admits(caller, now));
        let actor = permitted.as_ref().and_then(Actor::oneself).ok_or_else(may_not)?;
        let applied = accounts.apply(Change::SetPassword(name, password), &actor, now).map_err(Failure::refused)?;
        let batch = accounts_file::event_batch(party, &applied.event.to_json().into())?;
        let committed = store.commit(vec![batch]).pop();
        if !matches!(committed, Some(Ok(_))) {
            return Err(Failure::environment("the change could not be logged"));
        }
        accounts_file::write(&self.home, &applied.accounts)
    }

    /// The secret of this node, which tokens and sessions follow from.
    pub(super) fn secret(&self) -> Done<access::NodeSecret> {
        accounts_file::secret(&self.home)
    }
}
