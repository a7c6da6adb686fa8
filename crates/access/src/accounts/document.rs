//! The accounts as a text: `accounts.json`.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use record::base64url;
use record::json::{Json, Map, ParseError, parse_within};
use record::time::Timestamp;

use super::{Account, AccountError, Accounts};
use crate::keyed::KeyedHash;
use crate::name::AccountName;
use crate::password::PasswordHash;
use crate::role::{Right, Roles};
use crate::token::{Collections, Scopes, Token, is_life};

/// Octets of the document: the fullest one has some 2 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

const FORMAT: &str = "detente/accounts/v1";
const DOCUMENT: &[&str] = &["format", "accounts", "tokens"];
const ACCOUNT: &[&str] = &["name", "roles", "belongs", "password", "disabled", "created", "sessions_from"];
const TOKEN: &[&str] =
    &["account", "name", "hash", "rights", "collections", "created", "expires", "last_used", "revoked"];

/// A text is no accounts. Nothing of it is used: an account that was left out could be the one that was disabled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Not JSON under the profile.
    #[error("the accounts are not readable: {0}; restore the last copy")]
    Json(#[from] ParseError),
    /// Another format.
    #[error("the accounts are not in the format {FORMAT}; a newer build may have written them")]
    Format,
    /// A member that is missing, wrong or not known here.
    #[error("the accounts are damaged at {place}: {why}; restore the last copy")]
    Member {
        /// Where: `accounts, 3rd: roles` and the like.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// They would be accounts that cannot be.
    #[error("the accounts are damaged: {0}; restore the last copy")]
    State(#[from] AccountError),
}

impl Accounts {
    /// The text that [`Self::from_text`] reads. It has hashes in it: keep it readable by its owner alone.
    #[must_use]
    pub fn to_text(&self) -> String {
        let accounts = self.iter().map(|account| write_account(account).into()).collect();
        let tokens = self.tokens().map(|token| write_token(token).into()).collect();
        let document = Map::new()
            .with("format", FORMAT)
            .with("accounts", Json::Array(accounts))
            .with("tokens", Json::Array(tokens));
        document.to_text()
    }

    /// The accounts of a text.
    ///
    /// # Errors
    /// [`DocumentError`], for the first thing that is wrong.
    pub fn from_text(text: &[u8]) -> Result<Self, DocumentError> {
        let json = parse_within(text, MAX_DOCUMENT_BYTES)?;
        let document = json.as_object().ok_or(DocumentError::Format)?;
        if document.text("format") != Some(FORMAT) {
            return Err(DocumentError::Format);
        }
        let top = Reading { members: document, place: "the document".to_owned() };
        top.only(DOCUMENT)?;
        let mut accounts = Self::nobody();
        for row in top.rows("accounts", ACCOUNT)? {
            accounts.insert(read_account(&row)?)?;
        }
        for row in top.rows("tokens", TOKEN)? {
            accounts.insert_token(read_token(&row)?)?;
        }
        if accounts.is_governed() { Ok(accounts) } else { Err(AccountError::LastAdministrator.into()) }
    }
}

fn write_account(account: &Account) -> Map {
    let roles = account.roles().iter().map(|role| Json::text(role.name())).collect();
    Map::new()
        .with("name", account.name().as_str())
        .with("roles", Json::Array(roles))
        .with("belongs", account.belongs().to_string())
        .with("password", optional(account.password().map(PasswordHash::to_text)))
        .with("disabled", Json::Bool(account.is_disabled()))
        .with("created", account.created().to_string())
        .with("sessions_from", account.sessions_from().to_string())
}

fn write_token(token: &Token) -> Map {
    let rights = token.scopes.rights().iter().map(|right| Json::text(right.name())).collect();
    let collections = match token.scopes.collections() {
        Collections::All => Json::text("all"),
        Collections::Only(names) => Json::Array(names.iter().map(|name| Json::text(name.as_str())).collect()),
    };
    Map::new()
        .with("account", token.account.as_str())
        .with("name", token.name.as_str())
        .with("hash", base64url::encode(token.hash.octets()))
        .with("rights", Json::Array(rights))
        .with("collections", collections)
        .with("created", token.created.to_string())
        .with("expires", token.expires.to_string())
        .with("last_used", optional(token.last_used))
        .with("revoked", optional(token.revoked))
}

fn optional(value: Option<impl Display>) -> Json {
    value.map_or(Json::Null, |value| Json::text(value.to_string()))
}

fn read_account(row: &Reading<'_>) -> Result<Account, DocumentError> {
    let roles = Roles::new(row.words("roles")?).map_err(|why| row.wrong("roles", why))?;
    let password = row.maybe("password", PasswordHash::from_text)?;
    let account = Account::new(row.word("name")?, roles, row.word("belongs")?, password, row.word("created")?)?;
    Ok(account.restored(row.flag("disabled")?, row.word("sessions_from")?))
}

fn read_token(row: &Reading<'_>) -> Result<Token, DocumentError> {
    let rights: Vec<Right> = row.words("rights")?;
    let scopes = Scopes::new(rights, row.collections()?).map_err(|why| row.wrong("rights and collections", why))?;
    let (created, expires): (Timestamp, Timestamp) = (row.word("created")?, row.word("expires")?);
    // An end that was moved out would keep a leaked token alive.
    if !is_life(created, expires) {
        return Err(row.wrong("expires", "no token is good for so long"));
    }
    let hash =
        row.text("hash").and_then(|text| base64url::decode_exactly(text).map_err(|why| row.wrong("hash", why)))?;
    Ok(Token {
        account: row.word("account")?,
        name: row.word::<AccountName>("name")?,
        hash: KeyedHash::from_octets(hash),
        scopes,
        created,
        expires,
        last_used: row.maybe("last_used", str::parse)?,
        revoked: row.maybe("revoked", str::parse)?,
    })
}

/// An object that is being read, and where it stands.
struct Reading<'a> {
    members: &'a Map,
    place: String,
}

impl<'a> Reading<'a> {
    fn wrong(&self, member: &str, why: impl Display) -> DocumentError {
        DocumentError::Member { place: format!("{}, `{member}`", self.place), why: why.to_string() }
    }

    /// What is not known here could be a restriction.
    fn only(&self, known: &[&str]) -> Result<(), DocumentError> {
        let odd = self.members.names().find(|name| !known.contains(name));
        odd.map_or(Ok(()), |name| Err(self.wrong(&name.escape_debug().to_string(), "not known to this build")))
    }

    fn rows(&self, member: &str, known: &[&str]) -> Result<Vec<Self>, DocumentError> {
        let rows = self.array(member)?.iter().enumerate();
        rows.map(|(at, row)| {
            let place = format!("{member}, number {}", at.saturating_add(1));
            let members = row.as_object().ok_or_else(|| self.wrong(member, "each is an object"))?;
            let row = Self { members, place };
            row.only(known)?;
            Ok(row)
        })
        .collect()
    }

    fn array(&self, member: &str) -> Result<&'a [Json], DocumentError> {
        self.members.get(member).and_then(Json::as_array).ok_or_else(|| self.wrong(member, "must be a list"))
    }

    fn text(&self, member: &str) -> Result<&'a str, DocumentError> {
        self.members.text(member).ok_or_else(|| self.wrong(member, "must be a text"))
    }

    fn word<T: FromStr<Err: Display>>(&self, member: &str) -> Result<T, DocumentError> {
        self.text(member)?.parse().map_err(|why| self.wrong(member, why))
    }

    fn words<T: FromStr<Err: Display>>(&self, member: &str) -> Result<Vec<T>, DocumentError> {
        let texts = self.texts(member)?;
        texts.iter().map(|text| text.parse().map_err(|why| self.wrong(member, why))).collect()
    }

    /// Each once, so that one state has one text.
    fn texts(&self, member: &str) -> Result<BTreeSet<&'a str>, DocumentError> {
        let mut texts = BTreeSet::new();
        for element in self.array(member)? {
            let text = element.as_str().ok_or_else(|| self.wrong(member, "each is a text"))?;
            if !texts.insert(text) {
                return Err(self.wrong(member, "something stands twice"));
            }
        }
        Ok(texts)
    }

    fn maybe<T, E: Display>(
        &self,
        member: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, DocumentError> {
        if self.members.get(member) == Some(&Json::Null) {
            return Ok(None);
        }
        read(self.text(member)?).map(Some).map_err(|why| self.wrong(member, why))
    }

    fn flag(&self, member: &str) -> Result<bool, DocumentError> {
        match self.members.get(member) {
            Some(Json::Bool(value)) => Ok(*value),
            _ => Err(self.wrong(member, "must be true or false")),
        }
    }

    fn collections(&self) -> Result<Collections, DocumentError> {
        if self.members.text("collections") == Some("all") {
            return Ok(Collections::All);
        }
        let names = self.texts("collections")?;
        Ok(Collections::Only(names.into_iter().map(str::to_owned).collect()))
    }
}
