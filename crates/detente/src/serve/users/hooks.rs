//! Webhooks are delivered: what happened is read for each as its account stands now, and sent by workers of a few seconds.
//!
//! A try is written down once its answer is there. A node that ends between the two sends the same message again, with the same
//! `webhook-id`. Nothing is sent that was not written down as waiting before.

mod call;
mod sent;
#[cfg(test)]
mod tests;
mod turn;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use access::{Accounts, Caller, Skeleton};
use api::webhook::{Answered, Next, Subscription, SubscriptionId, after};
use record::entropy::{Entropy as _, SystemEntropy};
use record::time::Timestamp;

use self::call::{Internet, Network};
use self::sent::{MAX_WAITING, Sent};
use self::turn::{MAX_NOTICES, Said, Tried, Turn, standing};
use crate::home::Home;
use crate::operations::read::Reading;
use crate::operations::read::events::Position;
use crate::operations::read::hooks::Hooks;
use crate::outcome::{Done, Failure};
use crate::serve::lending::Lending;
use crate::serve::open::Open;
use crate::serve::rounds::Tell;
use crate::{accounts_file, clock};

/// How often it is looked what happened.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Workers at once: that many receivers may be slow before others wait for a turn.
const AT_ONCE: usize = 4;

/// Workers at once for one account: whose receivers are slow leaves half to the others.
const AT_ONCE_PER_ACCOUNT: usize = 2;

/// The longest for which nothing is sent to a receiver that was not there, in microseconds. One message waits for longer, but
/// another may find it back again.
const LONGEST_PAUSE_MICROS: i64 = 5 * 60 * 1_000_000;

/// Delivers until the node ends.
pub(in crate::serve) fn deliver(home: &Home, lending: &Lending, tell: &Tell) {
    Delivery::new(home, lending, tell, Arc::new(Internet)).run();
}

/// The delivery.
struct Delivery<'a> {
    home: &'a Home,
    lending: &'a Lending,
    tell: &'a Tell,
    network: Arc<dyn Network>,
    /// None until it was read.
    sent: Option<Sent>,
    /// How it lies on the disk.
    kept: Option<Sent>,
    /// How far the last look saw: from there a new webhook hears.
    seen: Option<Position>,
    /// Whose turn it is.
    running: BTreeMap<SubscriptionId, Skeleton>,
    /// When each had its last turn.
    had_turn: BTreeMap<SubscriptionId, Instant>,
    /// What is still to be written into the webhooks.
    outcomes: Vec<Outcome>,
    said: (Sender<Said>, Receiver<Said>),
    /// What the operator was told last: a trouble that stays is told once.
    trouble: Option<String>,
}

/// What a try means for its webhook.
struct Outcome {
    id: SubscriptionId,
    at: Timestamp,
    is_taken: bool,
    wants_no_more: bool,
    why: String,
}

impl Outcome {
    fn apply(&self, hook: &mut Subscription) {
        hook.tried(self.is_taken, self.at);
        if self.wants_no_more {
            hook.end(self.at);
        }
    }
}

impl<'a> Delivery<'a> {
    fn new(home: &'a Home, lending: &'a Lending, tell: &'a Tell, network: Arc<dyn Network>) -> Self {
        Self {
            home,
            lending,
            tell,
            network,
            sent: None,
            kept: None,
            seen: None,
            running: BTreeMap::new(),
            had_turn: BTreeMap::new(),
            outcomes: Vec::new(),
            said: channel(),
            trouble: None,
        }
    }

    fn run(&mut self) {
        while !self.lending.has_ended() {
            self.round(LOOK_EVERY);
        }
    }

    /// One look, and the work that came of it, for so long.
    fn round(&mut self, lasts: Duration) {
        let end = Instant::now().checked_add(lasts);
        let turns = self.looked().unwrap_or_else(|failure| {
            self.trouble(&failure);
            Vec::new()
        });
        self.work(turns, end.unwrap_or_else(Instant::now));
    }

    fn looked(&mut self) -> Done<Vec<Turn>> {
        // While a command has the directory nothing can be seen or written.
        let Ok(open) = self.lending.get() else { return Ok(Vec::new()) };
        self.settle()?;
        let turns = self.look(&open)?;
        self.write()?;
        self.trouble = None;
        Ok(turns)
    }

    fn trouble(&mut self, failure: &Failure) {
        if self.trouble.as_ref() != Some(&failure.message) {
            (self.tell)(format!("webhooks: {}", failure.message));
            self.trouble = Some(failure.message.clone());
        }
    }

    /// What is to be sent now, one turn for each webhook that has something, whoever waited longest first.
    fn look(&mut self, open: &Open) -> Done<Vec<Turn>> {
        let mut hooks = Hooks::of(self.home).all()?;
        hooks.retain(|hook| hook.ended.is_none());
        let (accounts, reached) =
            (accounts_file::read(self.home)?.unwrap_or_else(Accounts::nobody), self.reached(open)?);
        let mut sent = if let Some(sent) = &self.sent { sent.clone() } else { self.read()? };
        sent.keep(&hooks, self.seen.unwrap_or(reached));
        self.seen = Some(reached);
        self.had_turn.retain(|id, _| hooks.iter().any(|hook| hook.id == *id));
        hooks.retain(|hook| !self.running.contains_key(&hook.id));
        hooks.sort_by_key(|hook| self.had_turn.get(&hook.id).copied());
        let mut turns = Vec::new();
        for hook in hooks {
            if self.lending.is_wanted() {
                break;
            }
            turns.extend(self.turn_of((open, &accounts), &mut sent, hook, reached));
        }
        self.sent = Some(sent);
        Ok(turns)
    }

    fn read(&mut self) -> Done<Sent> {
        let sent = Sent::read(self.home)?;
        self.kept = Some(sent.clone());
        Ok(sent)
    }

    fn reached(&self, open: &Open) -> Done<Position> {
        let reading = Reading { home: self.home, store: &open.store, caller: &Caller::nobody() };
        reading.position().map_err(|_| Failure::environment("cannot see how far the log has come"))
    }

    /// Takes what happened for one webhook, and answers what of it is due.
    fn turn_of(
        &self,
        (open, accounts): (&Open, &Accounts),
        sent: &mut Sent,
        hook: Subscription,
        reached: Position,
    ) -> Option<Turn> {
        let (row, now) = (sent.row(&hook.id)?, clock::now());
        let Some(caller) = standing(accounts, &hook) else {
            // It hears nothing of this time, later either.
            row.skip_to(reached);
            return None;
        };
        let reading = Reading { home: self.home, store: &open.store, caller: &caller };
        if row.position != reached && row.waiting.len() < MAX_WAITING {
            let happened = reading.events(row.position).ok()?;
            let wanted = happened.notices.into_iter().filter(|notice| hook.wants(notice)).collect();
            row.take(wanted, happened.position, now);
        }
        let due: Vec<_> = row.waiting.iter().filter(|one| row.is_due(one, now)).take(MAX_NOTICES).collect();
        let (mut hears, mut not) = (Vec::new(), Vec::new());
        for notice in due.into_iter().map(|one| one.notice.clone()) {
            // What cannot be looked at now stays as it is.
            if reading.still_hears(&notice).ok()? { hears.push(notice) } else { not.push(notice.number) }
        }
        row.waiting.retain(|one| !not.contains(&one.notice.number));
        (!hears.is_empty()).then(|| Turn { home: self.home.clone(), hook, caller, notices: hears })
    }

    /// Begins turns as workers are free, and hears what came of them, until then.
    fn work(&mut self, turns: Vec<Turn>, end: Instant) {
        let mut turns = turns;
        loop {
            turns = self.begin(turns);
            let left = end.saturating_duration_since(Instant::now());
            let Ok(said) = self.said.1.recv_timeout(left) else { return };
            match said {
                Said::Tried(tried) => self.note(tried),
                Said::Over(id) => drop(self.running.remove(&id)),
            }
        }
    }

    /// Begins those for which there is room, and answers the others.
    fn begin(&mut self, turns: Vec<Turn>) -> Vec<Turn> {
        let mut later = Vec::new();
        for turn in turns {
            if !self.has_room(&turn.hook) {
                later.push(turn);
                continue;
            }
            let (id, account) = (turn.hook.id.clone(), turn.hook.account.skeleton().clone());
            self.running.insert(id.clone(), account);
            self.had_turn.insert(id, Instant::now());
            if let Err(failure) = turn.begin(&self.network, &self.said.0) {
                self.trouble(&failure);
            }
        }
        later
    }

    fn has_room(&self, hook: &Subscription) -> bool {
        let own = self.running.values().filter(|account| *account == hook.account.skeleton()).count();
        self.running.len() < AT_ONCE && own < AT_ONCE_PER_ACCOUNT
    }

    /// What follows from a try.
    fn note(&mut self, tried: Tried) {
        let Tried { id, number, at, called } = tried;
        let why = called.why.unwrap_or_default();
        let Some(row) = self.sent.as_mut().and_then(|sent| sent.row(&id)) else { return };
        let Some(place) = row.waiting.iter().position(|one| one.notice.number == number) else { return };
        let attempt = row.waiting.get(place).map_or(1, |one| one.attempts.saturating_add(1));
        let next = after(attempt, called.answered, at, chance());
        match next {
            Next::At(due) => {
                if let Some(one) = row.waiting.get_mut(place) {
                    (one.attempts, one.due) = (attempt, due);
                }
                if called.answered == Answered::Not {
                    row.not_before = due.min(Timestamp::from_micros(at.micros().saturating_add(LONGEST_PAUSE_MICROS)));
                }
            }
            Next::Delivered | Next::GiveUp | Next::Unsubscribe => drop(row.waiting.remove(place)),
        }
        if next == Next::GiveUp {
            (self.tell)(format!("webhook {id}: message {number} was given up after {attempt} tries: {why}"));
        }
        let (is_taken, wants_no_more) = (next == Next::Delivered, next == Next::Unsubscribe);
        self.outcomes.push(Outcome { id, at, is_taken, wants_no_more, why });
    }

    /// Writes what came of tries into the webhooks, if it changes anything there, and tells what the operator should know.
    fn settle(&mut self) -> Done {
        let hooks = Hooks::of(self.home);
        let before = hooks.all()?;
        let after = self.settled(&before);
        if before != after {
            // Made anew over what lies there when the directory is held: somebody may have made or deleted one since.
            hooks.change(|hooks| *hooks = self.settled(hooks))?;
        }
        for (old, new) in before.iter().zip(&after) {
            self.tell_of(old, new);
        }
        self.outcomes.clear();
        Ok(())
    }

    fn settled(&self, hooks: &[Subscription]) -> Vec<Subscription> {
        let mut hooks = hooks.to_vec();
        for outcome in &self.outcomes {
            hooks.iter_mut().filter(|hook| hook.id == outcome.id).for_each(|hook| outcome.apply(hook));
        }
        hooks
    }

    fn tell_of(&self, old: &Subscription, new: &Subscription) {
        let why = self.outcomes.iter().rev().find(|one| one.id == new.id && !one.is_taken).map(|one| one.why.as_str());
        let what = match (old.ended != new.ended, old.failing_since.is_none() && new.failing_since.is_some()) {
            (true, _) => "was ended, and is called no more",
            (false, true) => "was called in vain, and is called again later",
            (false, false) => return,
        };
        (self.tell)(format!("webhook {} of `{}` {what}: {}", new.id, new.account, why.unwrap_or_default()));
    }

    /// Writes how far everything has come, if that has changed. The caller holds the node.
    fn write(&mut self) -> Done {
        if self.sent == self.kept {
            return Ok(());
        }
        if let Some(sent) = &self.sent {
            sent.write(self.home)?;
        }
        self.kept = self.sent.clone();
        Ok(())
    }
}

/// Any number, so that messages that failed together come again apart. Without entropy they come together.
fn chance() -> u64 {
    let mut octets = [0; 8];
    let _together = SystemEntropy::new().fill(&mut octets);
    u64::from_le_bytes(octets)
}
