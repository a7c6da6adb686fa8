//! A node that is open: its store, its keys, its agreements, as of the moment in which it was opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bundle::PrivateBundleKey;
use node::exchange::{Agreements, Own, Sender, Shared};
use policy::belief::Quorum;
use record::digest::{AgreementDigest, PartyId};
use record::entropy::SystemEntropy;
use record::key_record::PartyKeys;
use record::stix::StixObject;
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};

use super::ring::{Keys, SharedKeys};
use super::witnesses;
use crate::arguments::NodeArguments;
use crate::duty_book::Signs;
use crate::home::{Home, read_input};
use crate::negotiations::Negotiations;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::peers::{self, Peer};
use crate::{clock, key_log, keystore, node as store_of};

/// Everything that a request or a round needs.
pub(super) struct Open {
    pub(super) store: Shared,
    pub(super) own: Own,
    pub(super) sender: Sender,
    pub(super) keys: SharedKeys,
    /// What opens bodies that a depositary kept for us.
    pub(super) bundle_keys: Arc<Vec<PrivateBundleKey>>,
    named: RwLock<Named>,
    pub(super) home: Home,
    negotiations: Mutex<Negotiations>,
    /// One request of a witness at a time: nobody may come between looking and remembering.
    pub(super) witnessing: Mutex<()>,
    /// One writer of clocks at a time: what was found of a clock holds until what follows is logged.
    clocks: Mutex<()>,
}

/// What the operator named: it may change while the node is open.
#[derive(Clone)]
struct Named {
    peers: Vec<Peer>,
    quorum: Arc<Quorum>,
}

impl Named {
    fn read(home: &Home, keys: &Keys) -> Done<Self> {
        let peers = peers::read(home)?;
        let quorum = Arc::new(witnesses::quorum(home, &peers, keys.ring())?);
        Ok(Self { peers, quorum })
    }
}

/// What is needed to open it again after it was lent.
pub(super) struct Opener {
    home: Home,
    keys: PartyKeys,
    bundle_keys: Arc<Vec<PrivateBundleKey>>,
    shared: SharedKeys,
}

impl Opener {
    /// Opens the keys, asking for a passphrase if they need one, and the node for the first time.
    pub(super) fn first(arguments: &NodeArguments) -> Done<(Self, Open)> {
        let home = Home::open(&arguments.dir)?;
        let keys = keystore::open(&home, &home.history()?, &arguments.passphrase)?.keys;
        Self::with_keys(home, keys)
    }

    /// The same with keys that were opened before.
    pub(super) fn with_keys(home: Home, keys: NodeKeys) -> Done<(Self, Open)> {
        let (keys, bundle_keys) = (keys.signing, Arc::new(keys.bundle));
        let store = open_store(&home, &keys)?;
        let shared = SharedKeys::new(Keys::read(&home, &store)?);
        let opener = Self { home, keys, bundle_keys, shared };
        let open = opener.with(store)?;
        Ok((opener, open))
    }

    pub(super) fn again(&self) -> Done<Open> {
        let store = open_store(&self.home, &self.keys)?;
        self.shared.set(Keys::read(&self.home, &store)?);
        self.with(store)
    }

    pub(super) const fn keys(&self) -> &SharedKeys {
        &self.shared
    }

    pub(super) const fn private(&self) -> &PartyKeys {
        &self.keys
    }

    fn with(&self, store: Shared) -> Done<Open> {
        let (home, history) = (self.home.clone(), self.home.history()?);
        let keys = self.shared.get();
        let named = RwLock::new(Named::read(&home, &keys)?);
        let negotiations = Negotiations::read(&store, keys.ring(), history.party(), clock::now())?;
        let own = Own::new(history, self.keys.duplicate().map_err(Failure::environment)?);
        let sender = Sender::new(Arc::clone(&store), read_input(&home.profile_path())?);
        let (negotiations, witnessing, clocks) = (Mutex::new(negotiations), Mutex::new(()), Mutex::new(()));
        let bundle_keys = Arc::clone(&self.bundle_keys);
        let keys = self.shared.clone();
        Ok(Open { store, own, sender, keys, bundle_keys, named, home, negotiations, witnessing, clocks })
    }
}

fn open_store(home: &Home, keys: &PartyKeys) -> Done<Shared> {
    let history = home.history()?;
    let (store, _guarded) = store_of::open_to_sign(home, &history, keys)?;
    if let Some(profile) = home.known()?.profile() {
        key_log::catch_up(&store, &history, profile)?;
    }
    storage::LocalStore::publish(&store).map_err(store_of::fail)?;
    Ok(Arc::new(store))
}

impl Open {
    pub(super) fn negotiations(&self) -> MutexGuard<'_, Negotiations> {
        self.negotiations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by whoever looks at clocks and logs what follows.
    pub(super) fn writing_clocks(&self) -> MutexGuard<'_, ()> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn party(&self) -> PartyId {
        self.own.party()
    }

    /// Takes in a profile that came over a pinned connection: later key records of a party that is known.
    pub(super) fn learn(&self, party: PartyId, profile: &[u8]) -> Done {
        crate::partners::learn(&self.home, party, profile)?;
        self.keys.set(Keys::read(&self.home, &self.store)?);
        Ok(())
    }

    /// The peers that are named now.
    pub(super) fn peers(&self) -> Vec<Peer> {
        self.named.read().unwrap_or_else(PoisonError::into_inner).peers.clone()
    }

    /// Whose cosignatures are relied on now.
    pub(super) fn quorum(&self) -> Arc<Quorum> {
        Arc::clone(&self.named.read().unwrap_or_else(PoisonError::into_inner).quorum)
    }

    /// Reads again what the operator named: partners, peers, witnesses.
    pub(super) fn reload(&self) -> Done {
        self.refresh_keys()?;
        let named = Named::read(&self.home, &self.keys.get())?;
        *self.named.write().unwrap_or_else(PoisonError::into_inner) = named;
        Ok(())
    }

    /// Reads again what was named to us, after something arrived that names keys.
    pub(super) fn refresh_keys(&self) -> Done {
        self.keys.set(Keys::read(&self.home, &self.store)?);
        Ok(())
    }
}

impl Signs for Open {
    fn sign_kept(&self, object: StixObject, now: Timestamp) -> Done<Signed<Record>> {
        let keys = self.own.signers(now).map_err(Failure::environment)?;
        let author = Author::new(self.party(), self.own.history.head().digest(), &keys);
        Draft::new(object).sign(&author, &mut SystemEntropy::new()).map_err(Failure::environment)
    }
}

impl Agreements for Open {
    fn of_member(&self, party: &PartyId, now: Timestamp) -> Vec<AgreementDigest> {
        let negotiations = self.negotiations();
        let standing = negotiations.standing_at(now);
        let open = standing.iter().filter(|one| !one.is_suspended() && one.agreement.has(*party));
        open.map(|one| one.agreement.digest()).collect()
    }

    fn all(&self, now: Timestamp) -> Vec<AgreementDigest> {
        self.negotiations().standing_at(now).iter().map(|one| one.agreement.digest()).collect()
    }

    fn depositary(&self, agreement: &AgreementDigest) -> Option<PartyId> {
        self.negotiations().agreement(*agreement).and_then(policy::agreement::Agreement::depositary)
    }

    fn head_every_minutes(&self, agreement: &AgreementDigest) -> Option<u32> {
        self.negotiations().agreement(*agreement).map(policy::agreement::Agreement::head_every_minutes)
    }
}
