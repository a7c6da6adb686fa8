//! Whoever asks: nobody in particular, or an account that was checked.

use std::collections::BTreeSet;

use record::label::Tlp;
use record::time::Timestamp;

use crate::accounts::{Account, Belongs};
use crate::decide::Resource;
use crate::name::AccountName;
use crate::role::{Right, Roles};
use crate::session::SessionMark;
use crate::token::{Scopes, Token};

/// Who asks, as a password, a session or a token proved it. For one request: it says what held when it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(Option<Box<Known>>);

/// An account, and the token that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) account: AccountName,
    pub(crate) roles: Roles,
    pub(crate) belongs: Belongs,
    pub(crate) token: Option<(AccountName, Scopes)>,
    /// When its account was made: another account may have its name later.
    pub(crate) account_made: Timestamp,
    /// The session that a password began, where one was shown.
    pub(crate) session: Option<SessionMark>,
    /// What it is told of beyond what it can ask for: it asked to be told when it came with these rights.
    told_of: BTreeSet<Right>,
}

impl Caller {
    /// Somebody who showed nothing.
    #[must_use]
    pub const fn nobody() -> Self {
        Self(None)
    }

    pub(crate) fn person(account: &Account) -> Self {
        Self(Some(Box::new(Known::of(account, None))))
    }

    pub(crate) fn in_session(account: &Account, session: SessionMark) -> Self {
        Self(Some(Box::new(Known { session: Some(session), ..Known::of(account, None) })))
    }

    pub(crate) fn bearer(account: &Account, token: &Token) -> Self {
        Self(Some(Box::new(Known::of(account, Some((token.name().clone(), token.scopes().clone()))))))
    }

    /// Somebody who is told of what happens and is not there: it reads as with a token for reading, and does nothing.
    pub(crate) fn told(account: &Account, reads: (AccountName, Scopes), of: BTreeSet<Right>) -> Self {
        Self(Some(Box::new(Known { told_of: of, ..Known::of(account, Some(reads)) })))
    }

    pub(crate) fn known(&self) -> Option<&Known> {
        self.0.as_deref()
    }

    /// The account; none for nobody.
    #[must_use]
    pub fn account(&self) -> Option<&AccountName> {
        self.0.as_ref().map(|known| &known.account)
    }

    /// The token that was shown; none in a session.
    #[must_use]
    pub fn token(&self) -> Option<&AccountName> {
        self.0.as_ref()?.token.as_ref().map(|(name, _)| name)
    }

    /// When the account was made; none for nobody. Two accounts of one name are told apart by it.
    #[must_use]
    pub fn account_made(&self) -> Option<Timestamp> {
        self.0.as_ref().map(|known| known.account_made)
    }

    /// Its roles; none for nobody.
    #[must_use]
    pub fn roles(&self) -> Option<&Roles> {
        self.0.as_ref().map(|known| &known.roles)
    }

    /// Whose account it is; none for nobody.
    #[must_use]
    pub fn belongs(&self) -> Option<&Belongs> {
        self.0.as_ref().map(|known| &known.belongs)
    }

    /// As it stands in logs: `-`, `account` or `account/token`. Names have neither character.
    #[must_use]
    pub fn shown(&self) -> String {
        match (self.account(), self.token()) {
            (None, _) => "-".to_owned(),
            (Some(account), None) => account.to_string(),
            (Some(account), Some(token)) => format!("{account}/{token}"),
        }
    }
}

impl Known {
    fn of(account: &Account, token: Option<(AccountName, Scopes)>) -> Self {
        let (name, roles, belongs) = (account.name().clone(), account.roles().clone(), account.belongs().clone());
        let account_made = account.created();
        Self { account: name, roles, belongs, token, account_made, session: None, told_of: BTreeSet::new() }
    }

    /// Whether it asked to be told of what this right is needed for, and its account has the right still.
    pub(crate) fn is_told_of(&self, right: Right) -> bool {
        self.belongs == Belongs::Own && self.told_of.contains(&right) && self.roles.may(right)
    }

    /// Whether what it came with reaches so far; a session reaches as far as the account. A token for some collections reaches
    /// nothing but those: otherwise it would read by another way what lies in the rest.
    pub(crate) fn reaches(&self, right: Right, resource: &Resource<'_>) -> bool {
        let is_in_place = matches!(resource, Resource::Feed { .. }) || self.reaches_collection(None);
        is_in_place && self.token.as_ref().is_none_or(|(_, scopes)| scopes.has(right))
    }

    /// Whether it may know that this is there.
    pub(crate) fn sees(&self, resource: &Resource<'_>) -> bool {
        match resource {
            Resource::Node | Resource::Proposal { .. } => true,
            Resource::Record { tlp: Some(Tlp::Red), is_named } => *is_named,
            Resource::Record { tlp, .. } => self.roles.reads(*tlp),
            Resource::Feed { collection, .. } => self.reaches_collection(*collection),
            Resource::Account(name) => **name == self.account,
        }
    }

    /// A token for some collections does not reach a feed that is none.
    pub(crate) fn reaches_collection(&self, collection: Option<&str>) -> bool {
        self.token.as_ref().is_none_or(|(_, scopes)| scopes.has_collection(collection))
    }
}
