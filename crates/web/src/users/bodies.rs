//! What each account may send at once: one package, and a share of the room for bodies with everything that it sends.
//!
//! The room is as large as a few packages. Four programs of one account that send slowly would otherwise keep it from everybody.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use access::{AccountName, Caller, Skeleton};
use node::limits::{MAX_MESSAGE_BODY_BYTES, MAX_PACKAGE_BODY_BYTES};
use node::server::{Admitted, BodyClass, Fields, Share};

/// Octets of all bodies of one account at once: a package, and some requests beside it.
const SHARE_BYTES: usize = MAX_PACKAGE_BODY_BYTES + 4 * MAX_MESSAGE_BODY_BYTES;

/// When to come again, in seconds: a package takes some seconds.
pub(super) const AGAIN_S: u32 = 10;

/// What accounts are sending. There are never more than there ever were accounts.
#[derive(Debug, Default)]
pub(super) struct Bodies(Mutex<BTreeMap<Skeleton, Arc<OfAccount>>>);

#[derive(Debug)]
struct OfAccount {
    share: Share,
    sends_package: AtomicBool,
}

/// That an account sends a package, until this is dropped.
struct Package(Arc<OfAccount>);

impl Drop for Package {
    fn drop(&mut self) {
        self.0.sends_package.store(false, Ordering::SeqCst);
    }
}

impl Bodies {
    /// What goes with a body of a caller: none if it may not send it beside what it is sending.
    pub(super) fn admit(&self, caller: &Caller, class: BodyClass) -> Option<Admitted> {
        let Some(account) = caller.account() else { return Some(class.into()) };
        let own = self.of(account);
        let admitted = Admitted::from(class).within(own.share.clone());
        if class != BodyClass::Package {
            return Some(admitted);
        }
        let is_first = !own.sends_package.swap(true, Ordering::SeqCst);
        is_first.then(|| admitted.with(Package(own)))
    }

    fn of(&self, account: &AccountName) -> Arc<OfAccount> {
        let mut bodies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = bodies.entry(account.skeleton().clone()).or_insert_with(|| {
            Arc::new(OfAccount { share: Share::new(SHARE_BYTES), sends_package: AtomicBool::new(false) })
        });
        Arc::clone(own)
    }
}

/// The class of a body that says how long it is: the shortest that holds it, so that many short ones can come side by side.
pub(super) fn class_of(fields: &Fields, most: BodyClass) -> BodyClass {
    let length = fields.get("content-length").and_then(|length| length.parse::<usize>().ok());
    let Some(length) = length else { return most };
    let classes = [BodyClass::Nothing, BodyClass::Small, BodyClass::Message];
    let least = classes.into_iter().find(|class| length <= class.max_bytes());
    least.map_or(most, |least| least.max(BodyClass::Small).min(most))
}
