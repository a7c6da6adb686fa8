//! A node of an invented party, with its people and programs.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use access::password::{Password, PasswordHash};
use access::{
    AccountName, Accounts, Actor, Belongs, Caller, Change, Collections, NodeSecret, Right, Role, Roles, Scopes, Secret,
    Sessions, Token,
};
use record::digest::PartyId;
use record::entropy::{Entropy, NoEntropy};
use record::time::Timestamp;

/// The password of everybody here.
pub(crate) const PASSWORD: &str = "seven herons over the weir";

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Octets that differ each time, and are the same in each run.
#[derive(Debug, Default)]
pub(crate) struct Counted(u64);

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(8) {
            self.0 += 1;
            let octets = record::digest::sha256(&[&self.0.to_be_bytes()]);
            chunk.copy_from_slice(&octets[..chunk.len()]);
        }
        Ok(())
    }
}

/// A source that does not answer.
pub(crate) struct Dry;

impl Entropy for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy::new())
    }
}

/// So long after noon of the first day.
pub(crate) fn noon(after_micros: i64) -> Timestamp {
    let noon: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
    Timestamp::from_micros(noon.micros() + after_micros)
}

pub(crate) fn name(name: &str) -> AccountName {
    name.parse().unwrap()
}

pub(crate) fn roles(roles: &[Role]) -> Roles {
    Roles::new(roles.iter().copied()).unwrap()
}

pub(crate) fn party(first: u8) -> PartyId {
    PartyId::from_octets([first; 32])
}

/// [`PASSWORD`], stretched once for all tests.
pub(crate) fn kept_password() -> PasswordHash {
    static KEPT: OnceLock<PasswordHash> = OnceLock::new();
    let stretch = || PasswordHash::of(&Password::new(PASSWORD, &name("nobody")).unwrap(), &mut Counted::default());
    KEPT.get_or_init(|| stretch().unwrap()).clone()
}

/// A node.
pub(crate) struct Node {
    pub(crate) secret: NodeSecret,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) entropy: Counted,
}

impl Node {
    /// With Ada, its administrator, alone.
    pub(crate) fn new() -> Self {
        let mut entropy = Counted::default();
        let secret = NodeSecret::generate(&mut entropy).unwrap();
        let accounts = Accounts::first(name("ada"), kept_password(), noon(0)).unwrap();
        Self { secret, accounts, sessions: Sessions::new(), entropy }
    }

    pub(crate) fn with(mut self, who: &str, its: &[Role]) -> Self {
        self.add(who, its, Belongs::Own);
        self
    }

    pub(crate) fn with_partner(mut self, who: &str, its: &[Role], theirs: PartyId) -> Self {
        self.add(who, its, Belongs::Partner(theirs));
        self
    }

    fn add(&mut self, who: &str, its: &[Role], belongs: Belongs) {
        let password = (!its.contains(&Role::Machine)).then(kept_password);
        self.make(Change::add(name(who), roles(its), belongs, password), noon(0));
    }

    pub(crate) fn make(&mut self, change: Change, now: Timestamp) {
        self.accounts = self.accounts.apply(change, &operator(), now).unwrap().accounts;
    }

    /// A token of an account, good for 30 days.
    pub(crate) fn token(&mut self, account: &str, token: &str, scopes: Scopes) -> Secret {
        let ends = (noon(0), noon(30 * DAY));
        let made = Token::make(&self.secret, (name(account), name(token)), scopes, ends, &mut self.entropy);
        let (token, secret) = made.unwrap();
        self.make(Change::MakeToken(Box::new(token)), noon(0));
        secret
    }

    /// Signed in with the password, or by a token for a program.
    pub(crate) fn caller(&self, who: &str) -> Caller {
        let account = self.accounts.account(&name(who)).unwrap();
        if account.roles().is_machine() {
            let mut copy = Self::new();
            copy.accounts = self.accounts.clone();
            let secret = copy.token(who, "scene", all_of(account.rights()));
            return copy.accounts.check_token(&copy.secret, secret.reveal(), noon(1)).unwrap();
        }
        self.accounts.sign_in(who, PASSWORD).unwrap()
    }
}

pub(crate) fn operator() -> Actor {
    Actor::console("the operator")
}

pub(crate) fn all_of(rights: BTreeSet<Right>) -> Scopes {
    Scopes::new(rights.into_iter().filter(|right| right.is_for_tokens()), Collections::All).unwrap()
}

pub(crate) fn scopes(rights: &[Right], collections: &[&str]) -> Scopes {
    let only = Collections::Only(collections.iter().map(|name| (*name).to_owned()).collect());
    let collections = if collections.is_empty() { Collections::All } else { only };
    Scopes::new(rights.iter().copied(), collections).unwrap()
}
