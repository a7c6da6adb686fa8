//! The header `Authorization` (RFC 9110 section 11.6.2): a bearer token (RFC 6750), or an account with a token as its password
//! (RFC 7617).
//!
//! An account's own password is not taken here: a password is stretched once at sign-in, and never for each request.

use access::{AccountName, Caller};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What such a header holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    Bearer(Zeroizing<String>),
    Basic(String, Zeroizing<String>),
}

/// None for any other scheme, and for what cannot be read.
pub(super) fn read(header: &str) -> Option<Credentials> {
    let (scheme, rest) = header.split_once(' ')?;
    let rest = rest.trim();
    // Schemes are compared without case (RFC 9110 section 11.1). `Token` is what some clients of threat platforms send.
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => Some(Credentials::Bearer(Zeroizing::new(rest.to_owned()))),
        "basic" => basic(rest),
        _ => None,
    }
}

fn basic(encoded: &str) -> Option<Credentials> {
    let octets = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let text = std::str::from_utf8(&octets).ok()?;
    let (account, password) = text.split_once(':')?;
    Some(Credentials::Basic(account.to_owned(), Zeroizing::new(password.to_owned())))
}

/// Whether a token is of the account that was named beside it, if one was. An empty name is none.
pub(super) fn is_of(caller: &Caller, named: Option<&str>) -> bool {
    let Some(named) = named.filter(|named| !named.is_empty()) else { return true };
    let named = named.parse::<AccountName>().ok();
    let own = caller.account().map(AccountName::skeleton);
    named.is_some_and(|named| Some(named.skeleton()) == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_in_two_schemes() {
        let token = |text: &str| Zeroizing::new(text.to_owned());
        assert_eq!(read("Bearer detente_abc"), Some(Credentials::Bearer(token("detente_abc"))));
        assert_eq!(read("bearer  detente_abc "), Some(Credentials::Bearer(token("detente_abc"))));
        let basic = format!("Basic {}", STANDARD.encode("gate:detente_abc"));
        assert_eq!(read(&basic), Some(Credentials::Basic("gate".to_owned(), token("detente_abc"))));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for header in ["", "Bearer", "Digest username=x", "Basic %%%", "Basic bm9jb2xvbg=="] {
            assert_eq!(read(header), None, "{header:?}");
        }
    }
}
