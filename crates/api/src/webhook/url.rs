//! Addresses of webhooks, as accounts give them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Octets of a URL: longer ones are not needed, and go into logs.
pub const MAX_URL_BYTES: usize = 1024;

/// Octets of a name in the DNS (RFC 1035).
const MAX_HOST_BYTES: usize = 253;

/// Octets between two of its dots.
const MAX_LABEL_BYTES: usize = 63;

/// The port of HTTPS.
const HTTPS_PORT: u16 = 443;

/// Below it lie the ports of other services, whom a request might mean something to.
const FREE_PORTS: u16 = 1024;

/// An `https` URL in the one form that is taken: no user, no fragment, a host whose name has one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    text: String,
    host: String,
    port: u16,
    target: String,
}

/// A text is no address for a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAUrl {
    /// Too long, or with characters that a URL does not have.
    #[error("a webhook's address has 1 to {MAX_URL_BYTES} visible ASCII characters")]
    Characters,
    /// Not `https`.
    #[error("a webhook's address begins with https://")]
    Scheme,
    /// A user, a password, a fragment, a backslash.
    #[error("a webhook's address has no user, no password, no `#` and no backslash")]
    Parts,
    /// A host that is no name and no address in its usual form.
    #[error("the host of a webhook's address is a name such as hooks.example.org, or an address in its usual form")]
    Host,
    /// A port of another service.
    #[error("the port of a webhook's address is 443, or 1024 and above")]
    Port,
}

impl WebhookUrl {
    /// The host: a name in small letters, or an address; an IPv6 one without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path and the query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The address, if the host is one and no name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl FromStr for WebhookUrl {
    type Err = NotAUrl;

    fn from_str(text: &str) -> Result<Self, NotAUrl> {
        if !(1..=MAX_URL_BYTES).contains(&text.len()) || !text.bytes().all(|octet| octet.is_ascii_graphic()) {
            return Err(NotAUrl::Characters);
        }
        let rest = text.strip_prefix("https://").ok_or(NotAUrl::Scheme)?;
        // Readers of URLs differ in what these mean: what was checked would not be what is called.
        if rest.contains(['#', '\\']) {
            return Err(NotAUrl::Parts);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).ok_or(NotAUrl::Host)?;
        if authority.contains('@') {
            return Err(NotAUrl::Parts);
        }
        let (host, port) = split_port(authority)?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { text: text.to_owned(), host: read_host(host)?, port, target })
    }
}

fn split_port(authority: &str) -> Result<(&str, u16), NotAUrl> {
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand inside of brackets.
        Some((_, after)) if after.ends_with(']') => (authority, None),
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let Some(port) = port else { return Ok((host, HTTPS_PORT)) };
    let is_number = (1..=5).contains(&port.len()) && port.bytes().all(|octet| octet.is_ascii_digit());
    let port = is_number.then(|| port.parse::<u16>().ok()).flatten().ok_or(NotAUrl::Port)?;
    if port == HTTPS_PORT || port >= FREE_PORTS { Ok((host, port)) } else { Err(NotAUrl::Port) }
}

/// A name of the DNS, an IPv4 address with its four decimal numbers, or an IPv6 one in brackets. `0x7f.1`, `2130706433` and
/// the like, which some programs take for addresses, are neither.
fn read_host(host: &str) -> Result<String, NotAUrl> {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().map(|address| address.to_string()).map_err(|_| NotAUrl::Host);
    }
    let name = host.to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|first: char| first.is_ascii_digit()) {
        return name.parse::<Ipv4Addr>().map(|address| address.to_string()).map_err(|_| NotAUrl::Host);
    }
    let is_name = name.len() <= MAX_HOST_BYTES && name.contains('.') && name.split('.').all(is_label);
    if is_name { Ok(name) } else { Err(NotAUrl::Host) }
}

fn is_label(label: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && label.bytes().all(fits)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// As it was given.
impl fmt::Display for WebhookUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
