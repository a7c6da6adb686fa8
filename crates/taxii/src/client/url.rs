//! Addresses: read strictly, since a server may name any, and compared by origin.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::told;

/// Characters of an address. Those of real servers have a hundred.
const MAX_CHARACTERS: usize = 2_048;

/// Scheme, host and port: who is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    is_secure: bool,
    host: String,
    port: u16,
}

/// An absolute address of HTTP, without a name and password and without a fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    origin: Origin,
    path: String,
    query: Option<String>,
}

/// A text is no address that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address: {why}")]
#[non_exhaustive]
pub struct NotAnAddress {
    /// What stood there, cut short.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Origin {
    /// Whether what is said to it is encrypted.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether it is this machine, so that nothing travels.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

impl Url {
    /// Who is asked.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The path, as it travels.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same address with a path that ends in a slash and without a query: one beneath which others lie.
    pub(super) fn into_folder(mut self) -> Self {
        if !self.path.ends_with('/') {
            self.path.push('/');
        }
        self.query = None;
        self
    }

    /// An address beneath this one. The rest is ours.
    pub(super) fn beneath(&self, rest: &str) -> Self {
        Self { path: format!("{}{rest}", self.path), ..self.clone() }
    }

    /// The same address with these parameters. Values are foreign, and everything in them that is not plain is encoded.
    pub(super) fn with_query(&self, parameters: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        Self { query: (!pairs.is_empty()).then(|| pairs.join("&")), ..self.clone() }
    }

    /// What another address means where this one was asked (RFC 3986 section 5.2).
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub(super) fn join(&self, reference: &str) -> Result<Self, NotAnAddress> {
        let scheme = if self.origin.is_secure { "https" } else { "http" };
        let first = reference.split(['/', '?', '#']).next().unwrap_or_default();
        if first.contains(':') {
            return reference.parse();
        }
        if reference.starts_with("//") {
            return format!("{scheme}:{reference}").parse();
        }
        if reference.is_empty() {
            return Err(wrong(reference, "it is empty"));
        }
        let path = if reference.starts_with('/') {
            reference.to_owned()
        } else {
            let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{reference}")
        };
        format!("{}{path}", self.origin).parse()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.is_secure { ("https", 443) } else { ("http", 80) };
        write!(out, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(out, ":{}", self.port) }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.origin, self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(out, "?{query}"))
    }
}

impl FromStr for Origin {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Url = text.parse()?;
        if url.path == "/" && url.query.is_none() {
            return Ok(url.origin);
        }
        Err(wrong(text, "write scheme, host and port alone, such as https://taxii.example:8443"))
    }
}

impl FromStr for Url {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.chars().count() > MAX_CHARACTERS {
            return Err(wrong(text, "it is too long"));
        }
        // What is not printable, or means something to a shell of quotes, stands in no address that is well written.
        if !text.bytes().all(|octet| octet.is_ascii_graphic() && !b"\"\\<>^`{|}".contains(&octet)) {
            return Err(wrong(text, "it has characters that an address does not have; write them as % and two digits"));
        }
        let (is_secure, rest) =
            scheme(text).ok_or_else(|| wrong(text, "it begins with neither https:// nor http://"))?;
        if rest.contains('#') {
            return Err(wrong(text, "it has a `#`"));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let origin = authority_of(authority, is_secure).map_err(|why| wrong(text, why))?;
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query.to_owned())));
        Ok(Self { origin, path: without_dots(path), query })
    }
}

fn wrong(text: &str, why: &'static str) -> NotAnAddress {
    // A password may stand in it, and this may be printed.
    let text = if text.contains('@') { "…@…".to_owned() } else { told(text) };
    NotAnAddress { text, why }
}

fn scheme(text: &str) -> Option<(bool, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Some((true, rest)),
        "http" => Some((false, rest)),
        _ => None,
    }
}

fn authority_of(text: &str, is_secure: bool) -> Result<Origin, &'static str> {
    if text.contains('@') {
        return Err("a name and password do not belong into it");
    }
    let inside = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = match inside {
        Some((address, port)) => (ipv6(address)?, port.strip_prefix(':').or_else(|| port.is_empty().then_some(""))),
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, ""));
            (name(host)?, Some(port))
        }
    };
    let port = match port.ok_or("its port is none")? {
        "" => {
            if is_secure {
                443
            } else {
                80
            }
        }
        digits => digits.parse().ok().filter(|port| *port > 0).ok_or("its port is none")?,
    };
    Ok(Origin { is_secure, host, port })
}

fn ipv6(text: &str) -> Result<String, &'static str> {
    text.parse::<Ipv6Addr>().map(|address| format!("[{address}]")).map_err(|_| "its host is no address")
}

fn name(text: &str) -> Result<String, &'static str> {
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b".-_".contains(&octet);
    let is_name = !text.is_empty() && text.len() <= 253 && text.bytes().all(is_plain) && !text.starts_with(['.', '-']);
    if is_name { Ok(text.to_ascii_lowercase()) } else { Err("its host is no name") }
}

/// The path without `.` and `..` (RFC 3986 section 5.2.4), so that one place has one spelling.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let steps: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let ends_open = matches!(steps.last(), Some(&"." | &".."));
    for step in steps {
        match step {
            "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let open = if ends_open && !kept.is_empty() { "/" } else { "" };
    format!("/{}{open}", kept.join("/"))
}

/// Everything but letters, digits and four signs as `%` and two digits (RFC 3986 section 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, reference: &str) -> String {
        base.parse::<Url>().unwrap().join(reference).map_or_else(|error| error.why.to_owned(), |url| url.to_string())
    }

    #[test]
    fn what_a_server_names_is_read_from_where_it_was_asked() {
        let base = "https://taxii.example/taxii2/";
        for (reference, meant) in [
            ("/api/", "https://taxii.example/api/"),
            ("api/", "https://taxii.example/taxii2/api/"),
            ("../api/", "https://taxii.example/api/"),
            ("../../../../etc/passwd", "https://taxii.example/etc/passwd"),
            ("https://TAXII.example:443/api/", "https://taxii.example/api/"),
            ("//other.example/api/", "https://other.example/api/"),
            ("http://taxii.example/api/", "http://taxii.example/api/"),
        ] {
            assert_eq!(joined(base, reference), meant, "{reference}");
        }
    }

    #[test]
    fn what_is_no_address_is_told() {
        for (text, why) in [
            ("file:///etc/passwd", "it begins with neither https:// nor http://"),
            ("gopher://host/", "it begins with neither https:// nor http://"),
            ("https://ada:secret@taxii.example/", "a name and password do not belong into it"),
            ("https://taxii.example/#x", "it has a `#`"),
            ("https:///taxii2/", "its host is no name"),
            ("https://taxii.example:0/", "its port is none"),
            ("https://taxii.example:99999/", "its port is none"),
            ("https://[::g]/", "its host is no address"),
            (
                "https://taxii.example/\r\nX: 1",
                "it has characters that an address does not have; write them as % and two digits",
            ),
        ] {
            assert_eq!(text.parse::<Url>().unwrap_err().why, why, "{text}");
        }
        let error = "https://ada:secret@taxii.example/".parse::<Url>().unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn origins_are_compared_whole() {
        let origin = |text: &str| text.parse::<Url>().unwrap().origin().clone();
        assert_eq!(origin("https://a.example"), origin("HTTPS://A.example:443/x?y"));
        for other in ["http://a.example", "https://a.example:444", "https://b.example", "https://a.example.b.example"] {
            assert_ne!(origin("https://a.example"), origin(other));
        }
        for here in ["http://localhost:1", "http://127.9.0.1", "http://[::1]:5000/taxii2/"] {
            assert!(origin(here).is_loopback(), "{here}");
        }
        assert!(!origin("http://127.0.0.1.example").is_loopback());
    }

    #[test]
    fn values_of_a_query_cannot_become_parameters() {
        let url: Url = "https://a.example/x/".parse().unwrap();
        let with = url.with_query(&[("limit", "5"), ("next", "a&b=c #é/..")]);
        assert_eq!(with.to_string(), "https://a.example/x/?limit=5&next=a%26b%3Dc%20%23%C3%A9%2F..");
    }
}
