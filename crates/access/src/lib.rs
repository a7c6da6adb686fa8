//! Who may do what at a node: accounts, roles, tokens, sessions, limits, and the log of requests.
//!
//! One invariant: **who may do what is one decision, [`judge`]; a [`Permitted`] is its proof, only [`decide`] makes one, and only for a
//! caller whose password or token was checked against the accounts as they stand.** An account that belongs to another party gets that party's feeds,
//! whatever its role says. Nothing here reads a clock, a file or a socket: time, entropy and texts go in, values come out.
//!
//! ```compile_fail,E0451
//! use access::{Caller, Permitted, ask::Operate};
//!
//! fn forge(by: Caller, ask: Operate) -> Permitted<Operate> {
//!     Permitted { by, ask }
//! }
//! ```

mod accounts;
pub mod ask;
mod base32;
mod bounded;
mod caller;
mod decide;
mod keyed;
mod log;
mod lookup;
mod name;
pub mod password;
pub mod rates;
mod role;
mod session;
pub mod sign_in;
mod token;

pub use accounts::{
    Account, AccountError, Accounts, Actor, Applied, Belongs, Change, DocumentError, Effects, Event, MAX_ACCOUNTS,
    MAX_DOCUMENT_BYTES, MAX_TOKENS, MAX_TOKENS_PER_ACCOUNT, SignInRefused,
};
pub use caller::Caller;
pub use decide::{Decision, Permitted, Refused, Resource, Verdict, decide, judge, may_be_told};
pub use keyed::{NodeSecret, SecretError};
pub use log::{Entry, LineWriter, LogFault, Method, MinuteDigest, NotARoute, Route, Sealed, verify, verify_from};
pub use name::{AccountName, MAX_NAME_BYTES, MAX_NAME_CHARACTERS, NameError, Skeleton};
pub use role::{NoRoles, Right, Role, Roles};
pub use session::{Begun, IDLE_MICROS, LASTS_MICROS, MAX_SESSIONS, MAX_SESSIONS_PER_ACCOUNT, SessionRefused, Sessions};
pub use token::{
    Collections, Day, MAX_COLLECTIONS, MAX_LIFE_MICROS, PREFIX, Scopes, Secret, Token, TokenError, TokenRefused,
};
