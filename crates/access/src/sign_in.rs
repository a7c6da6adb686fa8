//! How often somebody may try to sign in.
//!
//! Tries are counted for one account from one address, and for one address over all accounts. They are not counted for an
//! account from everywhere in order to refuse: then whoever knows an officer's name could keep that officer out. A browser
//! that has signed in before carries a mark, and is counted by that mark alone: guesses from elsewhere, even from the same
//! address, do not reach it.

use std::net::IpAddr;

use record::base64url;
use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};
use record::time::Timestamp;

use crate::bounded::Bounded;
use crate::keyed::{NodeSecret, same};
use crate::name::{AccountName, MAX_NAME_BYTES, Skeleton};

/// Tries of one account from one address that may fail before there is a wait: slips of somebody who has just changed a password.
pub const FREE_TRIES: u32 = 5;

/// Tries from one address, over all accounts: a whole office behind one address on a Monday morning.
pub const FREE_TRIES_OF_ADDRESS: u32 = 20;

/// The first wait in microseconds; each failure more doubles it.
pub const FIRST_WAIT_MICROS: i64 = 1_000_000;

/// The longest wait, in microseconds: 15 minutes, which leaves an attacker a hundred guesses a day from each address.
pub const LONGEST_WAIT_MICROS: i64 = 15 * 60 * 1_000_000;

/// After how long without a try failures are forgotten, in microseconds: a day.
pub const FORGOTTEN_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Failures of one account from anywhere, within [`FORGOTTEN_MICROS`] of each other, at which an alarm is raised: nobody slips
/// so often.
pub const ALARM_TRIES: u32 = 50;

/// For how long a browser's mark counts, in microseconds: 180 days.
pub const MARK_LASTS_MICROS: i64 = 180 * 24 * 60 * 60 * 1_000_000;

/// Entries of each kind that are remembered: some 5 MiB in all. An attacker who has more addresses than this makes the oldest
/// forgotten, and spends a try for each.
pub const MAX_TRACKED: usize = 1 << 16;

const MARK_DOMAIN: &str = "detente/device/v1";
const MARK_NONCE_BYTES: usize = 16;
const MARK_BYTES: usize = MARK_NONCE_BYTES + 8 + 32;

/// Where a request comes from, as far as one subscriber has it: an IPv4 address, or the first 64 bits of an IPv6 one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(PrefixKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum PrefixKind {
    V4([u8; 4]),
    V6([u16; 4]),
}

/// Somebody tries to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the caller makes it; a further fact must break it")]
pub struct Attempt<'a> {
    /// What was typed as the account's name.
    pub account: &'a str,
    /// The address that it comes from.
    pub address: IpAddr,
    /// The mark that the browser carries, if any.
    pub mark: Option<&'a str>,
}

/// Who waits with whom for a place among those whose passwords are stretched at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "known or not")]
pub enum Lane {
    /// The browser has signed in to this account before.
    Known,
    /// Anybody.
    Stranger,
}

/// A try that may be made. It counts as failed until [`SignIns::succeeded`] takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "tell whether it succeeded"]
pub struct Admitted {
    keys: Keys,
    lane: Lane,
    raises_alarm: bool,
}

/// Wait until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; wait until {until} and try again")]
#[non_exhaustive]
pub struct Wait {
    /// From when on a try is admitted.
    pub until: Timestamp,
}

/// The tries that failed.
#[derive(Debug, Clone)]
pub struct SignIns {
    pairs: Bounded<[u8; 16], Track>,
    prefixes: Bounded<Prefix, Track>,
    marks: Bounded<[u8; 16], Track>,
    accounts: Bounded<[u8; 16], Track>,
}

#[derive(Debug, Clone, Copy)]
struct Track {
    failures: u32,
    last: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Keys {
    account: [u8; 16],
    by: By,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Mark([u8; 16]),
    Address { pair: [u8; 16], prefix: Prefix },
}

impl Prefix {
    /// The prefix of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(four) => Self(PrefixKind::V4(four.octets())),
            IpAddr::V6(six) => {
                let [one, two, three, four, ..] = six.segments();
                Self(PrefixKind::V6([one, two, three, four]))
            }
        }
    }
}

impl std::fmt::Display for Prefix {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            PrefixKind::V4([a, b, c, d]) => write!(out, "{a}.{b}.{c}.{d}"),
            PrefixKind::V6([a, b, c, d]) => write!(out, "{a:x}:{b:x}:{c:x}:{d:x}::/64"),
        }
    }
}

impl Admitted {
    /// The lane in which it waits for a place.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// Whether tries for this account have just become so many that somebody should look.
    #[must_use]
    pub const fn raises_alarm(&self) -> bool {
        self.raises_alarm
    }
}

impl Default for SignIns {
    fn default() -> Self {
        Self::new()
    }
}

impl SignIns {
    /// No tries yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pairs: Bounded::new(MAX_TRACKED),
            prefixes: Bounded::new(MAX_TRACKED),
            marks: Bounded::new(MAX_TRACKED),
            accounts: Bounded::new(MAX_TRACKED),
        }
    }

    /// Whether a try may be made now. One that may is counted as failed at once, so that many at the same time are counted too;
    /// one that may not costs nothing and moves nothing.
    ///
    /// # Errors
    /// [`Wait`].
    pub fn admit(&mut self, secret: &NodeSecret, attempt: &Attempt<'_>, now: Timestamp) -> Result<Admitted, Wait> {
        let keys = Keys::of(secret, attempt, now);
        let lane = match &keys.by {
            By::Mark(mark) => {
                count(&mut self.marks, *mark, FREE_TRIES, now)?;
                Lane::Known
            }
            By::Address { pair, prefix } => {
                // Looked at first, so that a wait for the one does not count in the other.
                fresh(self.prefixes.get(prefix), now).open(FREE_TRIES_OF_ADDRESS, now)?;
                count(&mut self.pairs, *pair, FREE_TRIES, now)?;
                count(&mut self.prefixes, *prefix, FREE_TRIES_OF_ADDRESS, now)?;
                Lane::Stranger
            }
        };
        let failures = count(&mut self.accounts, keys.account, u32::MAX, now)?;
        Ok(Admitted { keys, lane, raises_alarm: failures == ALARM_TRIES })
    }

    /// The password was right: what failed from there before is forgotten, and this try does not count.
    pub fn succeeded(&mut self, admitted: Admitted) {
        let Admitted { keys, .. } = admitted;
        match keys.by {
            By::Mark(mark) => self.marks.remove(&mark),
            By::Address { pair, prefix } => {
                // Not forgotten: whoever has one account of their own could guess at others without end.
                refund(&mut self.prefixes, prefix);
                self.pairs.remove(&pair)
            }
        };
        refund(&mut self.accounts, keys.account);
    }
}

impl Keys {
    /// What was typed is cut before anything is made of it. What looks alike counts together, as it opens the same account.
    fn of(secret: &NodeSecret, attempt: &Attempt<'_>, now: Timestamp) -> Self {
        let is_name = attempt.account.len() <= MAX_NAME_BYTES;
        let skeleton = Skeleton::of(if is_name { attempt.account } else { "" });
        let account = short(&[b"account\0", skeleton.as_str().as_bytes()]);
        let mark = attempt.mark.and_then(|mark| read_mark(secret, &skeleton, mark, now));
        let prefix = Prefix::of(attempt.address);
        let pair = short(&[b"pair\0", &account, prefix.to_string().as_bytes()]);
        Self { account, by: mark.map_or(By::Address { pair, prefix }, By::Mark) }
    }
}

impl Track {
    /// # Errors
    /// [`Wait`], while there is one.
    fn open(self, free: u32, now: Timestamp) -> Result<(), Wait> {
        let until = Timestamp::from_micros(self.last.micros().saturating_add(self.wait(free)));
        if now >= until { Ok(()) } else { Err(Wait { until }) }
    }

    fn wait(self, free: u32) -> i64 {
        let Some(beyond) = self.failures.checked_sub(free) else { return 0 };
        // Shifted by no more than makes it longer than the longest.
        FIRST_WAIT_MICROS.saturating_mul(1_i64 << beyond.min(20)).min(LONGEST_WAIT_MICROS)
    }
}

/// What is known, as of now. Tries of one moment come in no order, so one that is dated a little ahead still counts; a clock
/// that was set back by more must not make anybody wait until it is where it was.
fn fresh(track: Option<&Track>, now: Timestamp) -> Track {
    let none = Track { failures: 0, last: now };
    let Some(track) = track else { return none };
    let age = now.micros().saturating_sub(track.last.micros());
    if age >= FORGOTTEN_MICROS {
        return none;
    }
    let waited = Timestamp::from_micros(now.micros().saturating_sub(LONGEST_WAIT_MICROS));
    if age < -LONGEST_WAIT_MICROS { Track { last: waited, ..*track } } else { *track }
}

fn count<K: Ord + Clone>(tracks: &mut Bounded<K, Track>, key: K, free: u32, now: Timestamp) -> Result<u32, Wait> {
    let track = fresh(tracks.get(&key), now);
    track.open(free, now)?;
    let failures = track.failures.saturating_add(1);
    let _forgotten = tracks.set(key, Track { failures, last: now });
    Ok(failures)
}

fn refund<K: Ord + Clone>(tracks: &mut Bounded<K, Track>, key: K) {
    let Some(track) = tracks.get(&key).copied() else { return };
    let _nothing_goes = tracks.set(key, Track { failures: track.failures.saturating_sub(1), ..track });
}

fn short(parts: &[&[u8]]) -> [u8; 16] {
    sha256(parts).first_chunk::<16>().copied().unwrap_or_default()
}

/// A mark for the browser of somebody who has just signed in. It opens nothing: it only says that this browser was here.
///
/// # Errors
/// [`NoEntropy`].
pub fn mark(
    secret: &NodeSecret,
    account: &AccountName,
    now: Timestamp,
    entropy: &mut impl Entropy,
) -> Result<String, NoEntropy> {
    let mut nonce = [0; MARK_NONCE_BYTES];
    entropy.fill(&mut nonce)?;
    let made = now.micros().to_be_bytes();
    let seal = seal(secret, account.skeleton(), &nonce, made);
    Ok(base64url::encode(&[&nonce[..], &made, &seal].concat()))
}

fn seal(secret: &NodeSecret, account: &Skeleton, nonce: &[u8], made: [u8; 8]) -> [u8; 32] {
    let message = [nonce, &made, account.as_str().as_bytes()].concat();
    *secret.hash(MARK_DOMAIN, &message).octets()
}

/// What a browser is counted by; none for a mark of another account, of another node, or past its end.
fn read_mark(secret: &NodeSecret, account: &Skeleton, mark: &str, now: Timestamp) -> Option<[u8; 16]> {
    let octets: [u8; MARK_BYTES] = base64url::decode_exactly(mark).ok()?;
    let (nonce, rest) = octets.split_first_chunk::<MARK_NONCE_BYTES>()?;
    let (made, found) = rest.split_first_chunk::<8>()?;
    let is_ours = same(found, &seal(secret, account, nonce, *made));
    let age = now.micros().saturating_sub(i64::from_be_bytes(*made));
    (is_ours && (0..MARK_LASTS_MICROS).contains(&age)).then_some(*nonce)
}
