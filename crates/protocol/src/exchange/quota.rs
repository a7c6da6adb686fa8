//! How much a peer may hand in for keeping, and how often its excess is told.
//!
//! Requests are bounded elsewhere, and cost us nothing that lasts. What is handed in and kept lies on our disk for ever, so it
//! has a share of its own. What is known already is not counted: an honest peer delivers all of it again after each start.

use std::collections::BTreeMap;

use record::digest::PartyId;
use record::time::Timestamp;

use super::allowance::Allowance;
use super::caught::Caught;
use super::timing::elapsed_ms;

/// Statements of one peer that are kept in a day. A peer to whom something is released every ten seconds acknowledges 8,640
/// times; at some six KiB each, a hostile one takes 60 MB a day.
pub const STATEMENTS_PER_DAY: u64 = 10_000;

/// Messages of negotiations from one peer that are kept in a day. Sixty-four parties who each say seven things about one text
/// say 448.
pub const MESSAGES_PER_DAY: u64 = 500;

/// Octets of such messages: sixty-four of the longest that a request may hold, in MiB.
pub const MESSAGE_BYTES_PER_DAY: u64 = 64 * 1024 * 1024;

/// Negotiations that one peer may begin in a day. Each is read anew for every message in it, and people read each text.
pub const THREADS_PER_DAY: u64 = 24;

/// The interval over which they count.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How long nothing must have been refused before the next refusal is told of again. An hour: a peer that goes on day and
/// night is told of once, and one that comes in bursts 24 times a day at most.
pub const SPELL_ENDS_MS: u64 = 60 * 60 * 1000;

/// What a peer hands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has a share of its own")]
pub enum HandedIn {
    /// An acknowledgement, an answer, a silence.
    Statement,
    /// A step of a negotiation.
    Message,
    /// The offer that begins one.
    Thread,
}

/// Excess of each peer, told once for each spell of it.
#[derive(Debug, Clone, Default)]
pub struct Spells {
    /// When each spell was last seen to go on.
    going: BTreeMap<(PartyId, &'static str), Timestamp>,
}

impl Spells {
    /// No spell.
    #[must_use]
    pub const fn new() -> Self {
        Self { going: BTreeMap::new() }
    }

    /// A peer was refused something of which it may have so much. What is to be told of it, at the beginning of a spell.
    pub fn refuse(&mut self, peer: PartyId, what: &'static str, limit: u64, now: Timestamp) -> Option<Caught> {
        let before = self.going.insert((peer, what), now);
        let goes_on = before.is_some_and(|before| elapsed_ms(before, now) < SPELL_ENDS_MS);
        (!goes_on).then_some(Caught::Overuse { what, limit, since: now })
    }
}

/// The shares of all peers.
#[derive(Debug, Clone)]
pub struct Quotas {
    statements: Allowance,
    messages: Allowance,
    octets: Allowance,
    threads: Allowance,
}

/// A peer has had its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{limit} {what} from one party are kept in a day, and yours are used up; come again tomorrow")]
#[non_exhaustive]
pub struct UsedUp {
    /// Of what.
    pub what: &'static str,
    /// How much of it is kept in a day.
    pub limit: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self::new()
    }
}

impl Quotas {
    /// The shares of the constants of this module.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            statements: Allowance::new(STATEMENTS_PER_DAY, DAY_MS),
            messages: Allowance::new(MESSAGES_PER_DAY, DAY_MS),
            octets: Allowance::new(MESSAGE_BYTES_PER_DAY, DAY_MS),
            threads: Allowance::new(THREADS_PER_DAY, DAY_MS),
        }
    }

    /// Whether a peer may hand in one more.
    ///
    /// # Errors
    /// [`UsedUp`]: it is to be refused before anything is done with it.
    pub fn check(&self, peer: PartyId, what: HandedIn, now: Timestamp) -> Result<(), UsedUp> {
        let of_messages = [(&self.messages, "messages of negotiations"), (&self.octets, "octets of such messages")];
        let (of_statements, of_threads) = ((&self.statements, "statements"), (&self.threads, "offers that begin one"));
        let asked: &[(&Allowance, &'static str)] = match what {
            HandedIn::Statement => &[of_statements],
            HandedIn::Message => &of_messages,
            HandedIn::Thread => &[of_threads],
        };
        let spent = asked.iter().find(|(allowance, _)| allowance.is_spent(&peer, now));
        spent.map_or(Ok(()), |(allowance, what)| Err(UsedUp { what, limit: allowance.limit() }))
    }

    /// Counts what was kept.
    pub fn count(&mut self, peer: PartyId, what: HandedIn, octets: usize, now: Timestamp) {
        match what {
            HandedIn::Statement => self.statements.count(peer, 1, now),
            HandedIn::Message => {
                self.messages.count(peer, 1, now);
                self.octets.count(peer, u64::try_from(octets).unwrap_or(u64::MAX), now);
            }
            HandedIn::Thread => self.threads.count(peer, 1, now),
        }
    }
}
