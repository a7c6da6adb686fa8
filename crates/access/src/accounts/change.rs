//! Changes: each makes new accounts out of the old ones, so that a preview is the change itself, thrown away.

use record::time::Timestamp;

use super::{Account, AccountError, Accounts, Belongs, Effects, Event, pair};
use crate::ask::{ManageAccounts, OwnAccount};
use crate::decide::Permitted;
use crate::name::AccountName;
use crate::password::PasswordHash;
use crate::role::Roles;
use crate::token::Token;

/// Something that is done to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A new account. Without a password nobody can sign in to it yet.
    #[non_exhaustive]
    Add {
        /// Its name.
        name: AccountName,
        /// Its roles.
        roles: Roles,
        /// Whose it is.
        belongs: Belongs,
        /// Its password.
        password: Option<PasswordHash>,
    },
    /// It can do nothing any more, and neither can its tokens.
    Disable(AccountName),
    /// It can again.
    Enable(AccountName),
    /// Other roles.
    SetRoles(AccountName, Roles),
    /// Another password.
    SetPassword(AccountName, PasswordHash),
    /// Everybody who is signed in as this account is signed out.
    SignOut(AccountName),
    /// It goes for good, with its tokens.
    Remove(AccountName),
    /// A new token. It takes the place of a dead one of its name.
    MakeToken(Box<Token>),
    /// A token stops to count.
    RevokeToken(AccountName, AccountName),
}

/// Who changes accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(Who);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Console(String),
    Administrator(AccountName),
    Oneself(AccountName),
}

/// What came of a change: write the accounts and log the event, or show the effects and drop it.
#[derive(Debug, Clone)]
#[must_use = "nothing is changed until these accounts are kept"]
#[non_exhaustive]
pub struct Applied {
    /// The accounts as they are afterwards.
    pub accounts: Accounts,
    /// What it does.
    pub effects: Effects,
    /// What is logged.
    pub event: Event,
}

/// Characters of what an operator calls themselves.
const MAX_CONSOLE_CHARACTERS: usize = 64;

impl Actor {
    /// Somebody at the machine's own command line, under the name that they gave: who can write the file needs no right.
    #[must_use]
    pub fn console(name: &str) -> Self {
        Self(Who::Console(
            name.chars().filter(|character| !character.is_control()).take(MAX_CONSOLE_CHARACTERS).collect(),
        ))
    }

    /// An administrator; none if the caller is nobody, which no permission is for.
    #[must_use]
    pub fn administrator(permitted: &Permitted<ManageAccounts>) -> Option<Self> {
        permitted.by().account().cloned().map(Who::Administrator).map(Self)
    }

    /// The account itself, for its own password, sessions and tokens.
    #[must_use]
    pub fn oneself(permitted: &Permitted<OwnAccount>) -> Option<Self> {
        permitted.by().account().cloned().map(Who::Oneself).map(Self)
    }

    /// As it stands in the log.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.0 {
            Who::Console(name) => format!("console: {name}"),
            Who::Administrator(account) | Who::Oneself(account) => account.to_string(),
        }
    }

    fn may(&self, change: &Change) -> bool {
        match &self.0 {
            Who::Console(_) | Who::Administrator(_) => true,
            Who::Oneself(account) => change.is_ones_own() && change.account().skeleton() == account.skeleton(),
        }
    }
}

impl Change {
    /// A new account.
    #[must_use]
    pub const fn add(name: AccountName, roles: Roles, belongs: Belongs, password: Option<PasswordHash>) -> Self {
        Self::Add { name, roles, belongs, password }
    }

    /// The account that it is done to.
    #[must_use]
    pub fn account(&self) -> &AccountName {
        match self {
            Self::Add { name, .. }
            | Self::Disable(name)
            | Self::Enable(name)
            | Self::SetRoles(name, _)
            | Self::SetPassword(name, _)
            | Self::SignOut(name)
            | Self::Remove(name)
            | Self::RevokeToken(name, _) => name,
            Self::MakeToken(token) => token.account(),
        }
    }

    fn token(&self) -> Option<&AccountName> {
        match self {
            Self::MakeToken(token) => Some(token.name()),
            Self::RevokeToken(_, token) => Some(token),
            Self::Add { .. }
            | Self::Disable(_)
            | Self::Enable(_)
            | Self::SetRoles(..)
            | Self::SetPassword(..)
            | Self::SignOut(_)
            | Self::Remove(_) => None,
        }
    }

    const fn is_ones_own(&self) -> bool {
        matches!(self, Self::SetPassword(..) | Self::SignOut(_) | Self::MakeToken(_) | Self::RevokeToken(..))
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Add { .. } => "account-added",
            Self::Disable(_) => "account-disabled",
            Self::Enable(_) => "account-enabled",
            Self::SetRoles(..) => "account-roles",
            Self::SetPassword(..) => "account-password",
            Self::SignOut(_) => "account-signed-out",
            Self::Remove(_) => "account-removed",
            Self::MakeToken(_) => "token-made",
            Self::RevokeToken(..) => "token-revoked",
        }
    }
}

impl Accounts {
    /// The accounts as they are after a change. These stay as they are.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn apply(&self, change: Change, by: &Actor, now: Timestamp) -> Result<Applied, AccountError> {
        if !by.may(&change) {
            return Err(AccountError::NotYours);
        }
        let (action, name, token) = (change.action(), change.account().clone(), change.token().cloned());
        let mut accounts = self.clone();
        accounts.change(change, now)?;
        if !accounts.is_governed() {
            return Err(AccountError::LastAdministrator);
        }
        let effects = Effects::between(self, &accounts, &name, now);
        let rights = accounts.account(&name).map(Account::rights).unwrap_or_default();
        let event = Event { action, account: name, token, by: by.clone(), time: now, rights };
        Ok(Applied { accounts, effects, event })
    }

    fn change(&mut self, change: Change, now: Timestamp) -> Result<(), AccountError> {
        match change {
            Change::Add { name, roles, belongs, password } => {
                self.insert(Account::new(name, roles, belongs, password, now)?)
            }
            Change::Disable(name) => self.alter(&name, |account| Ok(account.disabled(true, now))),
            Change::Enable(name) => self.alter(&name, |account| Ok(account.disabled(false, now))),
            Change::SetRoles(name, roles) => self.alter(&name, |account| account.with_roles(roles, now)),
            Change::SetPassword(name, password) => self.alter(&name, |account| account.with_password(password, now)),
            Change::SignOut(name) => self.alter(&name, |account| Ok(account.signed_out(now))),
            Change::Remove(name) => self.remove(&name),
            Change::MakeToken(token) => self.make_token(*token, now),
            Change::RevokeToken(account, name) => self.revoke_token(account, name, now),
        }
    }

    fn alter(
        &mut self,
        name: &AccountName,
        how: impl FnOnce(Account) -> Result<Account, AccountError>,
    ) -> Result<(), AccountError> {
        let account = self.accounts.get_mut(name.skeleton()).ok_or_else(|| AccountError::Unknown(name.clone()))?;
        *account = how(account.clone())?;
        Ok(())
    }

    fn remove(&mut self, name: &AccountName) -> Result<(), AccountError> {
        let tokens: Vec<AccountName> = self.tokens_of(name).map(|token| token.name().clone()).collect();
        self.accounts.remove(name.skeleton()).ok_or_else(|| AccountError::Unknown(name.clone()))?;
        for token in tokens {
            self.remove_token(name, &token);
        }
        Ok(())
    }

    fn make_token(&mut self, token: Token, now: Timestamp) -> Result<(), AccountError> {
        let account = self.account(token.account()).ok_or_else(|| AccountError::Unknown(token.account().clone()))?;
        let rights = account.rights();
        if let Some(right) = token.scopes().rights().difference(&rights).next() {
            return Err(AccountError::BeyondAccount { account: account.name().clone(), right: *right });
        }
        if self.token(token.account(), token.name()).is_some_and(|old| old.standing(now).is_err()) {
            self.remove_token(&token.account, &token.name);
        }
        self.insert_token(token)
    }

    fn revoke_token(&mut self, account: AccountName, name: AccountName, now: Timestamp) -> Result<(), AccountError> {
        let place = self.places.get(&pair(&account, &name)).copied();
        let token = place.and_then(|place| self.tokens.get_mut(&place));
        let token = token.ok_or(AccountError::UnknownToken { account, token: name })?;
        // The first time stands: that is when it stopped to count.
        token.revoked = token.revoked.or(Some(now));
        Ok(())
    }
}
