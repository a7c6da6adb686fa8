//! What a change does, what is logged of it, and why it is refused.

use std::collections::BTreeSet;

use record::json::{Json, Map};
use record::time::Timestamp;

use super::{Account, Accounts, Actor};
use crate::name::AccountName;
use crate::role::{NoRoles, Right};

/// What a change does, to be shown before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effects {
    /// Rights that the account has afterwards and did not have before.
    pub gains: BTreeSet<Right>,
    /// Rights that it had.
    pub loses: BTreeSet<Right>,
    /// Whether everybody who is signed in as this account is signed out.
    pub ends_sessions: bool,
    /// Tokens that stop to count, by name.
    pub stops_tokens: Vec<AccountName>,
}

/// What happened, for the node's log. It has no secret in it, and no hash of one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// What: `account-added`, `token-revoked` and so on.
    pub action: &'static str,
    /// To which account.
    pub account: AccountName,
    /// To which of its tokens.
    pub token: Option<AccountName>,
    /// By whom.
    pub by: Actor,
    /// When.
    pub time: Timestamp,
    /// The rights that the account has afterwards.
    pub rights: BTreeSet<Right>,
}

/// A change that is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The name, or one that looks like it, is in use.
    #[error("`{name}` cannot be told from `{like}`, which there is; choose another name")]
    Taken {
        /// The new one.
        name: AccountName,
        /// The one there is.
        like: AccountName,
    },
    /// No such account.
    #[error("there is no account `{0}`")]
    Unknown(AccountName),
    /// No such token.
    #[error("the account `{account}` has no token `{token}`")]
    UnknownToken {
        /// The account.
        account: AccountName,
        /// What was named.
        token: AccountName,
    },
    /// The same random octets: a source of randomness that repeats itself.
    #[error("the token `{0}` is another's again: the source of random octets repeats itself; make no tokens with it")]
    SameToken(AccountName),
    /// A limit was reached.
    #[error("there are {limit} {what}, and no more can be added; remove some")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        limit: usize,
    },
    /// Nobody would be left who can open accounts.
    #[error("one enabled administrator of this party with a password must be left; add another first")]
    LastAdministrator,
    /// A program with a password.
    #[error("`{0}` is a machine's account: it has tokens and no password")]
    MachinePassword(AccountName),
    /// A person made a program, or the other way round.
    #[error("`{0}`: a machine's account stays one, and a person's too; add another account")]
    Machine(AccountName),
    /// These are no roles.
    #[error(transparent)]
    Roles(#[from] NoRoles),
    /// A token for more than the account may.
    #[error("the account `{account}` does not have the right `{right}`, so no token of it can carry it")]
    BeyondAccount {
        /// The account.
        account: AccountName,
        /// The first such right.
        right: Right,
    },
    /// Somebody changes another's account under the right to change their own.
    #[error("this takes the right `{}`", Right::Accounts)]
    NotYours,
}

impl Effects {
    /// What lies between the two, for one account.
    pub(super) fn between(before: &Accounts, after: &Accounts, name: &AccountName, now: Timestamp) -> Self {
        let (old, new) = (before.account(name), after.account(name));
        let (had, has) = (active_rights(old), active_rights(new));
        let still: BTreeSet<AccountName> = live(after, name, now).collect();
        Self {
            gains: has.difference(&had).copied().collect(),
            loses: had.difference(&has).copied().collect(),
            ends_sessions: old.is_some() && old.map(Account::sessions_from) != new.map(Account::sessions_from),
            stops_tokens: live(before, name, now).filter(|token| !still.contains(token)).collect(),
        }
    }
}

fn active_rights(account: Option<&Account>) -> BTreeSet<Right> {
    account.filter(|account| !account.is_disabled()).map(Account::rights).unwrap_or_default()
}

/// The names of the tokens that count.
fn live(accounts: &Accounts, name: &AccountName, now: Timestamp) -> impl Iterator<Item = AccountName> {
    let is_enabled = accounts.account(name).is_some_and(|account| !account.is_disabled());
    let count = accounts.tokens_of(name).filter(move |token| is_enabled && token.standing(now).is_ok());
    count.map(|token| token.name().clone())
}

impl Event {
    /// That the first account was added: there were no accounts to change before.
    #[must_use]
    pub fn first(account: &Account, by: &Actor) -> Self {
        Self {
            action: "account-added",
            account: account.name().clone(),
            token: None,
            by: by.clone(),
            time: account.created(),
            rights: account.rights(),
        }
    }

    /// The event as it is logged.
    #[must_use]
    pub fn to_json(&self) -> Map {
        let rights = self.rights.iter().map(|right| Json::text(right.name())).collect();
        let mut event = Map::new()
            .with("event", self.action)
            .with("account", self.account.as_str())
            .with("by", self.by.shown())
            .with("time", self.time.to_string())
            .with("rights", Json::Array(rights));
        if let Some(token) = &self.token {
            event.set("token", token.as_str());
        }
        event
    }
}
