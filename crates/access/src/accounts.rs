//! The accounts of a node, with their tokens: one value that is whole at any time.

mod account;
mod change;
mod document;
mod effects;

use std::collections::{BTreeMap, BTreeSet};

use record::time::Timestamp;

use crate::caller::Caller;
use crate::keyed::{KeyedHash, NodeSecret};
use crate::lookup::Lookup;
use crate::name::{AccountName, Skeleton};
use crate::password::{self, PasswordHash};
use crate::role::{Right, Role, Roles};
use crate::session::{SessionMark, SessionRefused, Sessions};
use crate::token::{self, Collections, Day, Scopes, Token, TokenRefused};

pub use account::{Account, Belongs};
pub use change::{Actor, Applied, Change};
pub use document::{DocumentError, MAX_DOCUMENT_BYTES};
pub use effects::{AccountError, Effects, Event};

/// Accounts of one node: a large organisation's whole staff for AI safety, with its programs. The document is read as a whole.
pub const MAX_ACCOUNTS: usize = 1_000;

/// Tokens of one node, dead ones included: two for each account at its fullest.
pub const MAX_TOKENS: usize = 2_000;

/// Tokens of one account: a program on each of some machines, with old and new side by side while they are changed.
pub const MAX_TOKENS_PER_ACCOUNT: usize = 32;

/// What stands in the place of a token's name for an account that is told of something and is not there.
const TOLD: &str = "webhook";

/// Every account and token. What makes it wrong cannot be held: two names that look alike, a token without an account, nobody
/// who could open accounts.
#[derive(Debug, Clone)]
pub struct Accounts {
    accounts: BTreeMap<Skeleton, Account>,
    tokens: Lookup<Token>,
    places: BTreeMap<(Skeleton, Skeleton), [u8; 16]>,
}

/// A name and a password that do not fit. It does not say which of the two, nor whether there is such an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("wrong name or password")]
#[non_exhaustive]
pub struct SignInRefused;

impl Accounts {
    /// The first account: this node's own administrator.
    ///
    /// # Errors
    /// Never for one account; the error of adding is passed on rather than hidden.
    pub fn first(name: AccountName, password: PasswordHash, now: Timestamp) -> Result<Self, AccountError> {
        let roles = Roles::new([Role::Administrator]).map_err(AccountError::Roles)?;
        let mut accounts = Self::nobody();
        accounts.insert(Account::new(name, roles, Belongs::Own, Some(password), now)?)?;
        Ok(accounts)
    }

    /// No account at all: nobody comes in.
    #[must_use]
    pub fn nobody() -> Self {
        Self { accounts: BTreeMap::new(), tokens: Lookup::default(), places: BTreeMap::new() }
    }

    /// An account, by any spelling of its name.
    #[must_use]
    pub fn account(&self, name: &AccountName) -> Option<&Account> {
        self.accounts.get(name.skeleton())
    }

    /// Every account.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Every token, dead ones too, by account.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.places.values().filter_map(|place| self.tokens.get(place))
    }

    /// The tokens of one account.
    pub fn tokens_of(&self, account: &AccountName) -> impl Iterator<Item = &Token> {
        let skeleton = account.skeleton();
        self.tokens().filter(move |token| token.account().skeleton() == skeleton)
    }

    /// A token by its account's name and its own.
    #[must_use]
    pub fn token(&self, account: &AccountName, name: &AccountName) -> Option<&Token> {
        self.tokens.get(self.places.get(&pair(account, name))?)
    }

    /// Whether this is the password of that account. It stretches a password once in every case, so ask
    /// [`crate::sign_in::SignIns::admit`] first, and no more than [`password::SIGN_INS_AT_ONCE`] at once.
    ///
    /// # Errors
    /// [`SignInRefused`].
    pub fn sign_in(&self, name: &str, password: &str) -> Result<Caller, SignInRefused> {
        let account = name.parse().ok().and_then(|name| self.account(&name)).filter(|account| !account.is_disabled());
        let is_right = password::is_right(account.and_then(Account::password), password);
        account.filter(|_| is_right).map(Caller::person).ok_or(SignInRefused)
    }

    /// Whose token this is: one keyed hash and one look-up.
    ///
    /// # Errors
    /// [`TokenRefused`], for the log; say outside that the token does not count, and nothing more.
    pub fn check_token(&self, secret: &NodeSecret, text: &str, now: Timestamp) -> Result<Caller, TokenRefused> {
        let hash = token::hash_of(secret, text).ok_or(TokenRefused::Malformed)?;
        let token = self.token_of(&hash).ok_or(TokenRefused::Unknown)?;
        token.standing(now)?;
        let account = self.account(token.account()).ok_or(TokenRefused::Unknown)?;
        if account.is_disabled() { Err(TokenRefused::Disabled) } else { Ok(Caller::bearer(account, token)) }
    }

    /// Whose session this is, and that it goes on.
    ///
    /// # Errors
    /// [`SessionRefused`].
    pub fn check_session(
        &self,
        secret: &NodeSecret,
        sessions: &mut Sessions,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Caller, SessionRefused> {
        let touched = sessions.touch(secret, cookie, now)?;
        self.of_session(secret, sessions, cookie, touched)
    }

    /// The same for what a browser asks by itself, such as news: nobody sits there for that, so the session does not go on for longer.
    ///
    /// # Errors
    /// As [`Self::check_session`].
    pub fn check_unattended(
        &self,
        secret: &NodeSecret,
        sessions: &mut Sessions,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Caller, SessionRefused> {
        let found = sessions.look(secret, cookie, now)?;
        self.of_session(secret, sessions, cookie, found)
    }

    fn of_session(
        &self,
        secret: &NodeSecret,
        sessions: &mut Sessions,
        cookie: &str,
        (name, session): (AccountName, SessionMark),
    ) -> Result<Caller, SessionRefused> {
        let account = self.account(&name).filter(|account| account.keeps_session(session.began));
        let Some(account) = account else {
            sessions.end(secret, cookie);
            return Err(SessionRefused::SignedOut);
        };
        Ok(Caller::in_session(account, session))
    }

    /// Whether a caller that was checked before would be let in now, with what it came with. For what goes on for long; ask
    /// [`Sessions::goes_on`] too.
    #[must_use]
    pub fn still_admits(&self, caller: &Caller, now: Timestamp) -> bool {
        let Some(account) = caller.account().and_then(|name| self.account(name)) else { return false };
        let known = caller.known();
        let is_same = Some(account.roles()) == caller.roles()
            && Some(account.belongs()) == caller.belongs()
            && known.is_some_and(|known| known.account_made == account.created());
        let is_kept = known.and_then(|known| known.session).is_none_or(|session| account.keeps_session(session.began));
        let token = caller.token().map(|name| self.token(account.name(), name));
        let is_good = token.is_none_or(|token| token.is_some_and(|token| token.standing(now).is_ok()));
        is_same && is_kept && is_good && !account.is_disabled()
    }

    /// For whom something is told to an account that asked for it at that time, such as by a webhook, and that is not there now;
    /// none if it hears nothing: it is disabled, was removed (whoever has its name since is somebody else), or may not read any
    /// more. It is told of what these rights are needed for, as far as it has them still: name none that it did not have when it
    /// asked.
    ///
    /// Nobody shows a password or a token here. The invariant of this crate holds all the same: the account was checked when it
    /// asked, what it may is looked up as it stands now, and what comes back reads as a token for reading does. Nothing can be
    /// changed with it, and no session begun: [`crate::may_be_told`] alone knows of the other rights.
    #[must_use]
    pub fn standing_for(&self, name: &AccountName, asked: Timestamp, of: BTreeSet<Right>) -> Option<Caller> {
        let account = self.account(name).filter(|account| !account.is_disabled() && account.created() <= asked)?;
        let scopes = Scopes::new([Right::Read, Right::ReadFeeds], Collections::All).ok()?;
        let caller = Caller::told(account, (TOLD.parse().ok()?, scopes), of);
        account.rights().contains(&Right::Read).then_some(caller)
    }

    /// Notes that a caller's token was used; true if that is news, which it is once a day: then write the document.
    pub fn note_use(&mut self, caller: &Caller, now: Timestamp) -> bool {
        let (Some(account), Some(name)) = (caller.account(), caller.token()) else { return false };
        let Some(place) = self.places.get(&pair(account, name)) else { return false };
        let Some(token) = self.tokens.get_mut(place) else { return false };
        let today = Some(Day::of(now));
        let is_news = token.last_used < today;
        token.last_used = token.last_used.max(today);
        is_news
    }

    fn token_of(&self, hash: &KeyedHash) -> Option<&Token> {
        self.tokens.get(&hash.place()).filter(|token| token.hash.is(hash))
    }

    fn insert(&mut self, account: Account) -> Result<(), AccountError> {
        let skeleton = account.name().skeleton().clone();
        if let Some(like) = self.accounts.get(&skeleton) {
            return Err(AccountError::Taken { name: account.name().clone(), like: like.name().clone() });
        }
        if self.accounts.len() >= MAX_ACCOUNTS {
            return Err(AccountError::TooMany { what: "accounts", limit: MAX_ACCOUNTS });
        }
        self.accounts.insert(skeleton, account);
        Ok(())
    }

    fn insert_token(&mut self, mut token: Token) -> Result<(), AccountError> {
        let account = self.accounts.get(token.account().skeleton());
        let account = account.ok_or_else(|| AccountError::Unknown(token.account().clone()))?;
        token.account = account.name().clone();
        let place = pair(&token.account, &token.name);
        if let Some(like) = self.places.get(&place).and_then(|place| self.tokens.get(place)) {
            return Err(AccountError::Taken { name: token.name().clone(), like: like.name().clone() });
        }
        if self.tokens_of(token.account()).count() >= MAX_TOKENS_PER_ACCOUNT {
            return Err(AccountError::TooMany { what: "tokens of one account", limit: MAX_TOKENS_PER_ACCOUNT });
        }
        if self.tokens.len() >= MAX_TOKENS {
            return Err(AccountError::TooMany { what: "tokens", limit: MAX_TOKENS });
        }
        if self.tokens.get(&token.hash.place()).is_some() {
            return Err(AccountError::SameToken(token.name().clone()));
        }
        self.places.insert(place, token.hash.place());
        self.tokens.insert(token.hash.place(), token);
        Ok(())
    }

    fn remove_token(&mut self, account: &AccountName, name: &AccountName) {
        if let Some(place) = self.places.remove(&pair(account, name)) {
            self.tokens.remove(&place);
        }
    }

    /// Whether somebody is left who can open accounts.
    fn is_governed(&self) -> bool {
        self.iter().any(Account::can_administer)
    }
}

/// Where a token is found by name.
fn pair(account: &AccountName, name: &AccountName) -> (Skeleton, Skeleton) {
    (account.skeleton().clone(), name.skeleton().clone())
}
