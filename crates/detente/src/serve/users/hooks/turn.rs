//! A webhook's turn: a short-lived worker that calls for some notices and says what came of each.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use access::{Accounts, Caller};
use api::Notice;
use api::webhook::{Answered, Message, Subscription, SubscriptionId};
use record::time::Timestamp;

use super::call::{Called, Network, call};
use crate::home::Home;
use crate::operations::read::hooks::Hooks;
use crate::outcome::{Done, Failure};
use crate::{accounts_file, clock};

/// Notices of one webhook in one turn.
pub(super) const MAX_NOTICES: usize = 16;

/// No call is begun later than this in a turn: then others have theirs. The last call may take its time beyond it.
const LASTS: Duration = Duration::from_secs(20);

/// The status of a receiver that wants no more (RFC 9110 section 15.5.11).
const GONE: u16 = 410;

/// One turn.
pub(super) struct Turn {
    pub(super) home: Home,
    pub(super) hook: Subscription,
    /// For whom the notices were read.
    pub(super) caller: Caller,
    pub(super) notices: Vec<Notice>,
}

/// What a worker says.
pub(super) enum Said {
    /// A call was made.
    Tried(Tried),
    /// The turn is over.
    Over(SubscriptionId),
}

/// A call that was made.
pub(super) struct Tried {
    pub(super) id: SubscriptionId,
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) called: Called,
}

/// Says that a turn is over, however it ends.
struct Ends(Sender<Said>, SubscriptionId);

impl Drop for Ends {
    fn drop(&mut self) {
        // Nobody hears it once the node has ended.
        let _ended = self.0.send(Said::Over(self.1.clone()));
    }
}

/// Who hears of what a webhook is for, as the account stands now.
pub(super) fn standing(accounts: &Accounts, hook: &Subscription) -> Option<Caller> {
    let rights = hook.kinds.iter().map(|kind| kind.right()).collect();
    accounts.standing_for(&hook.account, hook.created, rights)
}

impl Turn {
    /// Begins it.
    pub(super) fn begin(self, network: &Arc<dyn Network>, send: &Sender<Said>) -> Done {
        let (network, send) = (Arc::clone(network), send.clone());
        let ends = Ends(send.clone(), self.hook.id.clone());
        let begun = thread::Builder::new().name("webhook".to_owned()).spawn(move || {
            let _ends = ends;
            self.run(&*network, &send);
        });
        begun.map(drop).map_err(Failure::environment)
    }

    fn run(&self, network: &dyn Network, send: &Sender<Said>) {
        let began = Instant::now();
        for notice in &self.notices {
            if began.elapsed() >= LASTS || !self.still_counts() {
                return;
            }
            let now = clock::now();
            let message = Message::of(notice, &self.hook.id, &[self.hook.secret()], now);
            let called = call(network, &self.hook.url, &message);
            // Whoever is not there, or wants no more, is not there for the next notice either.
            let is_there = !matches!(called.answered, Answered::Not | Answered::Status(GONE, _));
            let tried = Tried { id: self.hook.id.clone(), number: notice.number, at: clock::now(), called };
            if send.send(Said::Tried(tried)).is_err() || !is_there {
                return;
            }
        }
    }

    /// Whether webhook and account are what they were when the notices were read: a turn takes long where the other side does.
    fn still_counts(&self) -> bool {
        let hooks = Hooks::of(&self.home).all().unwrap_or_default();
        let is_there = hooks.iter().any(|hook| hook.id == self.hook.id && hook.ended.is_none());
        let accounts = accounts_file::read(&self.home).ok().flatten();
        is_there && accounts.and_then(|accounts| standing(&accounts, &self.hook)).as_ref() == Some(&self.caller)
    }
}
