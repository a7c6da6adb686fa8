//! What a request shows of who sends it.

use access::Caller;
use node::server::Fields;
use zeroize::Zeroizing;

use super::credentials::{self, Credentials};
use super::taxii_site::Asker;

/// The cookie of a session. Browsers send one of this name only over TLS, and only to the host that set it.
pub(super) const SESSION_COOKIE: &str = "__Host-detente";

/// What a request shows.
#[derive(Debug)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// Something that cannot be read.
    Wrong,
    /// A token, and the account that it is said to be of.
    Token(Option<String>, Zeroizing<String>),
    /// The cookie of a session.
    Session(Zeroizing<String>),
}

/// Who sends a request, as it was proved.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) caller: Caller,
    /// The cookie by which it was proved.
    pub(super) cookie: Option<Zeroizing<String>>,
    /// Whether something was shown that does not count.
    pub(super) is_refused: bool,
}

impl Who {
    pub(super) const fn nobody() -> Self {
        Self { caller: Caller::nobody(), cookie: None, is_refused: false }
    }

    pub(super) const fn refused() -> Self {
        Self { caller: Caller::nobody(), cookie: None, is_refused: true }
    }

    pub(super) const fn by_token(caller: Caller) -> Self {
        Self { caller, cookie: None, is_refused: false }
    }

    pub(super) const fn by_session(caller: Caller, cookie: Zeroizing<String>) -> Self {
        Self { caller, cookie: Some(cookie), is_refused: false }
    }

    /// For TAXII: none for nobody. A session does not count there: its programs show tokens, and a browser that is made to send a
    /// form must not post objects.
    pub(super) fn taxii_caller(&self) -> Option<Asker> {
        let is_program = self.cookie.is_none() && self.caller.account().is_some();
        is_program.then(|| Asker(self.caller.clone()))
    }
}

/// Reads the header. A token counts before a cookie.
pub(super) fn shown(fields: &Fields) -> Shown {
    match fields.get("authorization") {
        Some(header) => match credentials::read(&header) {
            Some(Credentials::Bearer(token)) => Shown::Token(None, token),
            Some(Credentials::Basic(account, token)) => Shown::Token(Some(account), token),
            None => Shown::Wrong,
        },
        None => fields.cookie(SESSION_COOKIE).map_or(Shown::Nothing, |cookie| Shown::Session(Zeroizing::new(cookie))),
    }
}
