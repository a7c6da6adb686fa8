//! Sessions of pages: who has signed in with a password, in the memory of one process.

use std::collections::BTreeMap;

use record::base64url;
use record::entropy::{Entropy, NoEntropy};
use record::time::Timestamp;
use zeroize::Zeroizing;

use crate::bounded::Bounded;
use crate::caller::Caller;
use crate::keyed::{NodeSecret, same};
use crate::name::{AccountName, Skeleton};

/// How long a session may lie still, in microseconds: 30 minutes, a desk that was left.
pub const IDLE_MICROS: i64 = 30 * 60 * 1_000_000;

/// How long a session lasts, in microseconds: 12 hours, one shift (NIST SP 800-63B has the same two figures).
pub const LASTS_MICROS: i64 = 12 * 60 * 60 * 1_000_000;

/// Sessions of one account: desk, second screen, telephone, a few more. The one left alone for the longest goes.
pub const MAX_SESSIONS_PER_ACCOUNT: usize = 8;

/// Sessions of one process: all accounts at their fullest.
pub const MAX_SESSIONS: usize = 8 * crate::accounts::MAX_ACCOUNTS;

const RANDOM_BYTES: usize = 32;
const HASH_DOMAIN: &str = "detente/session/v1";
const CSRF_DOMAIN: &str = "detente/session-form/v1";

/// The sessions. What is kept of each is a keyed hash; whoever reads the memory's dump cannot take one over.
#[derive(Debug, Clone)]
pub struct Sessions {
    sessions: Bounded<[u8; 16], Session>,
    of_account: BTreeMap<Skeleton, Vec<[u8; 16]>>,
}

#[derive(Debug, Clone)]
struct Session {
    hash: [u8; 32],
    account: AccountName,
    began: Timestamp,
    seen: Timestamp,
}

/// Which session it was: it tells nothing of the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionMark {
    place: [u8; 16],
    pub(crate) began: Timestamp,
}

/// A session that has begun.
#[derive(Clone)]
#[non_exhaustive]
pub struct Begun {
    /// For the cookie `__Host-detente`: `Secure`, `HttpOnly`, `SameSite=Strict`, path `/`.
    pub cookie: Zeroizing<String>,
    /// For a hidden field of every form.
    pub form_token: String,
}

/// A session that does not count: sign in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionRefused {
    /// None that was begun here, or it went to make room.
    #[error("no such session; sign in")]
    Unknown,
    /// It lay still for too long, or is past its end.
    #[error("the session is past its end; sign in again")]
    Expired,
    /// The account was changed, disabled or signed out since.
    #[error("the session was ended; sign in again")]
    SignedOut,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::new()
    }
}

impl Sessions {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { sessions: Bounded::new(MAX_SESSIONS), of_account: BTreeMap::new() }
    }

    /// Begins a session for somebody whose password was checked. A session that the browser had before ends: a cookie that
    /// somebody planted there must not become theirs.
    ///
    /// # Errors
    /// [`NoEntropy`]. None for nobody, and for a token: those have no session.
    pub fn begin(
        &mut self,
        secret: &NodeSecret,
        caller: &Caller,
        before: Option<&str>,
        now: Timestamp,
        entropy: &mut impl Entropy,
    ) -> Result<Option<Begun>, NoEntropy> {
        let Some(account) = caller.account().filter(|_| caller.token().is_none()) else { return Ok(None) };
        let mut random = Zeroizing::new([0; RANDOM_BYTES]);
        entropy.fill(&mut *random)?;
        if let Some(cookie) = before {
            self.end(secret, cookie);
        }
        let hash = secret.hash(HASH_DOMAIN, &*random);
        let session = Session { hash: *hash.octets(), account: account.clone(), began: now, seen: now };
        self.keep(hash.place(), session);
        let form_token = form_token(secret, &random);
        Ok(Some(Begun { cookie: Zeroizing::new(base64url::encode(&*random)), form_token }))
    }

    fn keep(&mut self, place: [u8; 16], session: Session) {
        let skeleton = session.account.skeleton().clone();
        if let Some((gone, session)) = self.sessions.set(place, session) {
            self.forget(&session.account, &gone);
        }
        let places = self.of_account.entry(skeleton).or_default();
        places.push(place);
        if places.len() > MAX_SESSIONS_PER_ACCOUNT {
            self.end_stalest(&place);
        }
    }

    /// Of the account that has just got this one.
    fn end_stalest(&mut self, newest: &[u8; 16]) {
        let Some(account) = self.sessions.get(newest).map(|session| session.account.clone()) else { return };
        let places = self.of_account.get(account.skeleton()).map_or(&[][..], Vec::as_slice);
        let others = places.iter().filter(|place| *place != newest);
        let stalest = others.min_by_key(|place| self.sessions.get(place).map(|session| session.seen)).copied();
        if let Some(place) = stalest {
            self.drop_session(&place);
        }
    }

    /// Whether the session that a caller came with goes on; a caller that came without one has none that could end. For what goes on
    /// for long, beside [`crate::Accounts::still_admits`]. It does not make the session go on for longer.
    #[must_use]
    pub fn goes_on(&self, caller: &Caller, now: Timestamp) -> bool {
        let Some(mark) = caller.known().and_then(|known| known.session) else { return true };
        let session = self.sessions.get(&mark.place).filter(|session| session.began == mark.began);
        session
            .is_some_and(|session| since(session.seen, now) < IDLE_MICROS && since(session.began, now) < LASTS_MICROS)
    }

    /// Whose session it is and when it began; it goes on. Ask [`crate::Accounts::check_session`], which looks at the account.
    pub(crate) fn touch(
        &mut self,
        secret: &NodeSecret,
        cookie: &str,
        now: Timestamp,
    ) -> Result<(AccountName, SessionMark), SessionRefused> {
        let (name, mark) = self.look(secret, cookie, now)?;
        if let Some(mut session) = self.sessions.get(&mark.place).cloned() {
            session.seen = session.seen.max(now);
            let _nothing_goes = self.sessions.set(mark.place, session);
        }
        Ok((name, mark))
    }

    /// The same, and it does not go on for longer.
    pub(crate) fn look(
        &mut self,
        secret: &NodeSecret,
        cookie: &str,
        now: Timestamp,
    ) -> Result<(AccountName, SessionMark), SessionRefused> {
        let (place, session) = self.find(secret, cookie).ok_or(SessionRefused::Unknown)?;
        let (account, began, seen) = (session.account.clone(), session.began, session.seen);
        if since(seen, now) >= IDLE_MICROS || since(began, now) >= LASTS_MICROS {
            self.drop_session(&place);
            return Err(SessionRefused::Expired);
        }
        Ok((account, SessionMark { place, began }))
    }

    /// The form token of a session; none for a cookie that is none.
    #[must_use]
    pub fn form_token(&self, secret: &NodeSecret, cookie: &str) -> Option<String> {
        self.find(secret, cookie)?;
        read(cookie).map(|random| form_token(secret, &random))
    }

    /// Whether a form was made for this session. Ask at everything that changes something.
    #[must_use]
    pub fn is_own_form(&self, secret: &NodeSecret, cookie: &str, token: &str) -> bool {
        self.form_token(secret, cookie).is_some_and(|own| same(own.as_bytes(), token.as_bytes()))
    }

    /// Ends one session.
    pub fn end(&mut self, secret: &NodeSecret, cookie: &str) {
        if let Some(place) = self.find(secret, cookie).map(|(place, _)| place) {
            self.drop_session(&place);
        }
    }

    /// Ends every session of an account here. [`crate::Change::SignOut`] does so in every process.
    pub fn end_all(&mut self, account: &AccountName) {
        for place in self.of_account.remove(account.skeleton()).unwrap_or_default() {
            self.sessions.remove(&place);
        }
    }

    /// How many sessions an account has.
    #[must_use]
    pub fn count(&self, account: &AccountName) -> usize {
        self.of_account.get(account.skeleton()).map_or(0, Vec::len)
    }

    fn find(&self, secret: &NodeSecret, cookie: &str) -> Option<([u8; 16], &Session)> {
        let hash = secret.hash(HASH_DOMAIN, &*read(cookie)?);
        let session = self.sessions.get(&hash.place())?;
        same(&session.hash, hash.octets()).then_some((hash.place(), session))
    }

    fn drop_session(&mut self, place: &[u8; 16]) {
        if let Some(session) = self.sessions.remove(place) {
            self.forget(&session.account, place);
        }
    }

    fn forget(&mut self, account: &AccountName, place: &[u8; 16]) {
        let skeleton = account.skeleton();
        let Some(places) = self.of_account.get_mut(skeleton) else { return };
        places.retain(|kept| kept != place);
        if places.is_empty() {
            self.of_account.remove(skeleton);
        }
    }
}

/// How far apart the two are, whichever comes first: after a clock was set back by much, sessions end rather than go on for
/// longer.
const fn since(then: Timestamp, now: Timestamp) -> i64 {
    let between = now.micros().saturating_sub(then.micros());
    if between == i64::MIN { i64::MAX } else { between.abs() }
}

fn read(cookie: &str) -> Option<Zeroizing<[u8; RANDOM_BYTES]>> {
    base64url::decode_exactly(cookie).ok().map(Zeroizing::new)
}

fn form_token(secret: &NodeSecret, random: &[u8; RANDOM_BYTES]) -> String {
    base64url::encode(secret.hash(CSRF_DOMAIN, random).octets())
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Begun(..)")
    }
}
