//! Which addresses of the network may be called.
//!
//! A node stands inside of somebody's network. A name that an account gives to it may lead to that network's own machines,
//! to the service that hands out the credentials of a cloud, or to the node itself. So only addresses that are reachable from
//! anywhere may be called: the IANA registries of special-purpose addresses (RFC 6890, as of RFC 9637) say which are not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::url::WebhookUrl;

/// Blocks of IPv4 that are not to be called: address, length of the prefix.
const CLOSED_V4: [(Ipv4Addr, u32); 18] = [
    // RFC 791, RFC 1122: this network.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // RFC 1918: private.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // RFC 6598: shared by carriers (CGNAT).
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // RFC 1122: loopback.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // RFC 3927: link-local, and where clouds hand out credentials.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // RFC 1918: private.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // RFC 6890: assignments of the IETF, DS-Lite and NAT64 discovery among them.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // RFC 5737: documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // RFC 7535: AS112, which every network has a copy of.
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    // RFC 7450: AMT, likewise.
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    // RFC 7526: the relay of 6to4, given up.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // RFC 1918: private.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // RFC 7534: AS112.
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    // RFC 2544: measurements.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // RFC 5737: documentation.
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // RFC 5771: multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // RFC 1112: reserved; RFC 919: everybody on this network.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All of IPv6 that is assigned to be reached from anywhere (RFC 4291, RFC 3513). Loopback, link-local, unique local, mapped
/// IPv4, NAT64, discard, multicast and segment routing lie outside of it.
const OPEN_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within it that are not to be called.
const CLOSED_V6: [(Ipv6Addr, u32); 5] = [
    // RFC 2928: assignments of the IETF: Teredo (an IPv4 address inside), benchmarking, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // RFC 3849: documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // RFC 3056: 6to4 (an IPv4 address inside).
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // RFC 7534: AS112.
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    // RFC 9637: documentation.
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address may be called: one that is reachable from anywhere.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|block| is_in_v4(address, *block)),
        IpAddr::V6(address) => is_in_v6(address, OPEN_V6) && !CLOSED_V6.iter().any(|block| is_in_v6(address, *block)),
    }
}

fn is_in_v4(address: Ipv4Addr, (block, length): (Ipv4Addr, u32)) -> bool {
    let apart = 32_u32.saturating_sub(length);
    (address.to_bits() ^ block.to_bits()).checked_shr(apart).unwrap_or_default() == 0
}

fn is_in_v6(address: Ipv6Addr, (block, length): (Ipv6Addr, u32)) -> bool {
    let apart = 128_u32.saturating_sub(length);
    (address.to_bits() ^ block.to_bits()).checked_shr(apart).unwrap_or_default() == 0
}

/// Whom to call: an address that was checked, and the name to ask for there. Only [`Callee::check`] makes one, so what is
/// called is what was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    address: SocketAddr,
    host: String,
    target: String,
}

/// An address that is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotCallable {
    /// The name stands for no address.
    #[error("the name of the webhook's address stands for nothing")]
    NoAddress,
    /// One of the addresses that it stands for is none that is reachable from anywhere.
    #[error("the webhook's address leads into a network that is not public; only public addresses are called")]
    NotPublic,
}

impl Callee {
    /// Whom to call for a URL, from all the addresses that its host stands for just now. Look the name up once for each call.
    ///
    /// # Errors
    /// [`NotCallable`]. One address that is not public is enough: which of several is taken must not be luck.
    pub fn check(url: &WebhookUrl, found: &[IpAddr]) -> Result<Self, NotCallable> {
        let literal = url.address();
        let all = literal.as_ref().map_or(found, std::slice::from_ref);
        let first = all.first().ok_or(NotCallable::NoAddress)?;
        if !all.iter().copied().all(is_public) {
            return Err(NotCallable::NotPublic);
        }
        let (host, target) = (url.host().to_owned(), url.target().to_owned());
        Ok(Self { address: SocketAddr::new(*first, url.port()), host, target })
    }

    /// The address to connect to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The name that the other side's certificate must have, for `Host` and for TLS.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path and the query to ask for.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}
