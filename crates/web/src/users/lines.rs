//! The log of requests, and what every answer carries.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use access::{Entry, Method, Route};
use node::server::{Header, Reply};

use super::{Answered, Inner, UserDesk, reporters};

/// Where style and script lie.
const ASSETS: &str = "/assets/";

/// What is heard of a request by its head, as far as a line may tell it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard<'h> {
    method: &'h str,
    address: Option<IpAddr>,
    is_logged: bool,
}

impl<'h> Heard<'h> {
    /// Whoever reports in confidence leaves no line, and no address beside it: a browser asks for style and script within the same
    /// second, so these are logged without one.
    pub(super) fn of(path: &str, method: &'h str, remote: SocketAddr) -> Self {
        let address = (!path.starts_with(ASSETS)).then(|| remote.ip());
        Self { method, address, is_logged: !reporters::is_path(path) }
    }
}

/// Patterns of the paths of TAXII. What stands for a name in braces is not logged.
const TAXII: &[&str] = &[
    "/taxii2/",
    "/taxii2/api/",
    "/taxii2/api/status/{id}/",
    "/taxii2/api/collections/",
    "/taxii2/api/collections/{id}/",
    "/taxii2/api/collections/{id}/manifest/",
    "/taxii2/api/collections/{id}/objects/",
    "/taxii2/api/collections/{id}/objects/{object}/",
    "/taxii2/api/collections/{id}/objects/{object}/versions/",
];

/// The pattern that a path of TAXII matches.
pub(super) fn pattern(path: &str) -> Option<&'static str> {
    TAXII.iter().copied().find(|pattern| matches(pattern, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut known, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (known.next(), found.next()) {
            (None, None) => return true,
            (Some(known), Some(found)) if known == found || (known.starts_with('{') && !found.is_empty()) => {}
            _ => return false,
        }
    }
}

impl<D: UserDesk> Inner<D> {
    /// One line for each request, but for those that nobody may learn of.
    pub(super) fn note(&self, answered: &Answered, heard: Heard<'_>, began: Instant) {
        if !heard.is_logged {
            return;
        }
        let took = began.elapsed();
        self.desk.log(&Entry {
            time: self.desk.now(),
            caller: &answered.caller,
            address: heard.address,
            method: Method::of(heard.method),
            route: answered.route.and_then(|pattern| Route::new(pattern).ok()),
            status: answered.reply.status.code(),
            octets: answered.reply.body.length(),
            duration_micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        });
    }
}

/// With what every answer carries: a browser that came here over TLS comes back over TLS, tells no other site where it was, and
/// lets no other page show ours.
pub(super) fn guarded(reply: Reply) -> Reply {
    let is_set =
        |name: &str| reply.headers.iter().any(|header| matches!(header, Header::Field(known, _) if *known == name));
    let fields = [
        ("strict-transport-security", "max-age=31536000"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        // A page says by itself what it may load.
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| !is_set(name)).collect();
    fields.into_iter().fold(reply, |reply, (name, value)| reply.with(Header::Field(name, value.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_logged_by_its_pattern() {
        let path = "/taxii2/api/collections/5f0a9c1e-7c55-4f0b-9b8e-2a6d1c3e4f70/objects/";
        assert_eq!(pattern(path), Some("/taxii2/api/collections/{id}/objects/"));
        assert_eq!(pattern("/taxii2/"), Some("/taxii2/"));
        assert_eq!(pattern("/taxii2/api/collections//objects/"), None);
        assert_eq!(pattern("/secret"), None);
    }

    #[test]
    fn whoever_reports_in_confidence_leaves_no_address() {
        let remote = "192.0.2.7:4000".parse().unwrap();
        for path in ["/report", "/report/return", "/report/nothing"] {
            assert!(!Heard::of(path, "POST", remote).is_logged, "{path}");
        }
        assert!(Heard::of("/reports", "GET", remote).is_logged, "that page is the officers' own");
        assert_eq!(Heard::of("/assets/000000000000/desk.css", "GET", remote).address, None);
        assert_eq!(Heard::of("/sign-in", "POST", remote).address, Some(remote.ip()));
    }

    #[test]
    fn every_pattern_is_one() {
        assert!(TAXII.iter().all(|pattern| Route::new(pattern).is_ok()));
    }
}
