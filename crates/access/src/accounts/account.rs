//! One account.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use record::base64url::NotBase64Url;
use record::digest::PartyId;
use record::time::Timestamp;

use super::AccountError;
use crate::name::AccountName;
use crate::password::PasswordHash;
use crate::role::{Right, Role, Roles};

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "ours or another's: every decision must say something about both")]
pub enum Belongs {
    /// This node's own party's.
    Own,
    /// Another party's: it gets that party's feeds, and nothing else.
    Partner(PartyId),
}

/// An account. A program's has tokens and no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    name: AccountName,
    roles: Roles,
    belongs: Belongs,
    password: Option<PasswordHash>,
    is_disabled: bool,
    created: Timestamp,
    sessions_from: Timestamp,
}

impl Account {
    /// # Errors
    /// [`AccountError::MachinePassword`].
    pub(super) fn new(
        name: AccountName,
        roles: Roles,
        belongs: Belongs,
        password: Option<PasswordHash>,
        now: Timestamp,
    ) -> Result<Self, AccountError> {
        if roles.is_machine() && password.is_some() {
            return Err(AccountError::MachinePassword(name));
        }
        Ok(Self { name, roles, belongs, password, is_disabled: false, created: now, sessions_from: now })
    }

    /// The same as it was read: disabled or not, and since when its sessions count.
    pub(super) fn restored(self, is_disabled: bool, sessions_from: Timestamp) -> Self {
        Self { is_disabled, sessions_from, ..self }
    }

    /// The same with other roles.
    ///
    /// # Errors
    /// [`AccountError::Machine`]: a program is not made a person, nor a person a program.
    pub(super) fn with_roles(self, roles: Roles, now: Timestamp) -> Result<Self, AccountError> {
        if self.roles.is_machine() != roles.is_machine() {
            return Err(AccountError::Machine(self.name));
        }
        Ok(Self { roles, sessions_from: now, ..self })
    }

    /// The same with another password.
    ///
    /// # Errors
    /// [`AccountError::MachinePassword`].
    pub(super) fn with_password(self, password: PasswordHash, now: Timestamp) -> Result<Self, AccountError> {
        if self.roles.is_machine() {
            return Err(AccountError::MachinePassword(self.name));
        }
        Ok(Self { password: Some(password), sessions_from: now, ..self })
    }

    pub(super) fn disabled(self, is_disabled: bool, now: Timestamp) -> Self {
        Self { is_disabled, sessions_from: now, ..self }
    }

    pub(super) fn signed_out(self, now: Timestamp) -> Self {
        Self { sessions_from: now, ..self }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &AccountName {
        &self.name
    }

    /// Its roles. For a partner's account they say nothing.
    #[must_use]
    pub const fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whose it is.
    #[must_use]
    pub const fn belongs(&self) -> &Belongs {
        &self.belongs
    }

    /// What is kept of its password.
    #[must_use]
    pub const fn password(&self) -> Option<&PasswordHash> {
        self.password.as_ref()
    }

    /// Whether it can do nothing at present.
    #[must_use]
    pub const fn is_disabled(&self) -> bool {
        self.is_disabled
    }

    /// When it was added.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// Sessions that began earlier do not count.
    #[must_use]
    pub const fn sessions_from(&self) -> Timestamp {
        self.sessions_from
    }

    /// Every right that it has.
    #[must_use]
    pub fn rights(&self) -> BTreeSet<Right> {
        match self.belongs {
            Belongs::Own => self.roles.rights(),
            Belongs::Partner(_) => BTreeSet::from([Right::ReadFeeds]),
        }
    }

    /// Whether it can sign in and open accounts.
    pub(super) fn can_administer(&self) -> bool {
        let is_ours = self.belongs == Belongs::Own && self.roles.contains(Role::Administrator);
        is_ours && !self.is_disabled && self.password.is_some()
    }

    /// Whether a session that began then still counts.
    pub(super) fn keeps_session(&self, began: Timestamp) -> bool {
        !self.is_disabled && began >= self.sessions_from
    }
}

/// `own`, or the party's id.
impl fmt::Display for Belongs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => out.write_str("own"),
            Self::Partner(party) => party.fmt(out),
        }
    }
}

impl FromStr for Belongs {
    type Err = NotBase64Url;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "own" { Ok(Self::Own) } else { text.parse().map(Self::Partner) }
    }
}
