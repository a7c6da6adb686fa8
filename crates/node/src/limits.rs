//! How much of a peer is borne. Every number is here, with its reason.
//!
//! The slowest line that a node must serve carries 2,400 bit/s with 2 s of latency. No time here may shut it out.

use crate::server::BodyClass;

/// Connections in all. Common systems let a process open 1,024 files, and the store needs some of them.
pub const MAX_CONNECTIONS: usize = 512;

/// Connections whose other end is not (yet) known to be a peer. The other half is kept for peers, and for addresses from
/// which a peer came before.
pub const MAX_STRANGERS: usize = 256;

/// Connections of one peer: a few long-polls, a transfer, and what a broken line has left open.
pub const MAX_CONNECTIONS_PER_PEER: usize = 16;

/// Connections of strangers from one address (one IPv4 address or one IPv6 /64). Some are many people behind one router.
pub const MAX_STRANGERS_PER_ADDRESS: usize = 32;

/// Addresses remembered as those of peers. An entry is a few octets; no party has so many peers.
pub const MAX_REMEMBERED_ADDRESSES: usize = 256;

/// Time for the whole TLS handshake. Its hybrid key exchange and two certificates are some 4 KiB: 14 s on the slowest line.
pub const HANDSHAKE_MS: u64 = 30_000;

/// Time until the next request's header is complete, idling included. A peer that idles longer connects anew. The header may
/// come in one TLS record with its body, and a record of 16 KiB takes 55 s on the slowest line, more if others share it.
pub const HEAD_MS: u64 = 90_000;

/// Octets of a header. Ours take under 1 KiB, a browser's up to 8 KiB.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Header fields of one message.
pub const MAX_HEADER_FIELDS: usize = 64;

/// Octets of a path.
pub const MAX_PATH_BYTES: usize = 1024;

/// Octets of a query.
pub const MAX_QUERY_BYTES: usize = 2048;

/// Octets of a small body: a checkpoint with its proof, a pairing message.
pub const MAX_SMALL_BODY_BYTES: usize = 64 * 1024;

/// Octets of a message's body: an acknowledgement, an offer, a text of an agreement.
pub const MAX_MESSAGE_BODY_BYTES: usize = 1024 * 1024;

/// Octets of a package's body: a batch of records, a bundle's part.
pub const MAX_PACKAGE_BODY_BYTES: usize = 16 * 1024 * 1024;

/// Octets of all bodies that are in memory at once. Whoever comes later is asked to come again.
pub const MAX_BODIES_BYTES: usize = 64 * 1024 * 1024;

/// Octets of all packages of these: the rest is for what is short, so that whoever sends little has room whatever others send.
pub const MAX_PACKAGES_BYTES: usize = 48 * 1024 * 1024;

/// The span over which the least rate is measured. Long enough for a line that drops out for some seconds, and for a TLS record
/// of 16 KiB, of which nothing is seen before all of it is here, on the slowest line while another request shares it.
pub const PACE_WINDOW_MS: u64 = 120_000;

/// Octets that must pass in each [`PACE_WINDOW_MS`]: a sixth of what the slowest line carries.
pub const LEAST_OCTETS_PER_WINDOW: u64 = 6_000;

/// Time that a site may take for one answer, long-polls included.
pub const ANSWER_MS: u64 = 120_000;

/// Time that connections get to finish when the server ends.
pub const GRACE_MS: u64 = 10_000;

/// Requests in a second that a peer may go on with. A pull of a feed is one request for each body.
pub const PEER_REQUESTS_PER_SECOND: u32 = 200;

/// Requests that a peer may make at once.
pub const PEER_REQUESTS_BURST: u32 = 400;

/// Requests in a second from a stranger's address.
pub const STRANGER_REQUESTS_PER_SECOND: u32 = 10;

/// Requests that a stranger's address may make at once: a page with its parts, or a log's tiles.
pub const STRANGER_REQUESTS_BURST: u32 = 40;

/// Connections in a second from an address of strangers. A handshake costs a fraction of a millisecond of ours, and a peer
/// keeps its connections.
pub const STRANGER_CONNECTIONS_PER_SECOND: u32 = 10;

/// Connections that an address of strangers may open at once.
pub const STRANGER_CONNECTIONS_BURST: u32 = 40;

/// Callers whose rate is kept in mind. An entry is dropped once its burst is whole again, which takes seconds.
pub const MAX_RATED_CALLERS: usize = 4096;

/// Time for a connection to a peer to open.
pub const CONNECT_MS: u64 = 20_000;

/// Time for the header of an answer: a long-poll, and the slowest line.
pub const ANSWER_HEAD_MS: u64 = 150_000;

/// Time for one request in all. What came until then is kept, and the next request goes on from there.
pub const REQUEST_MS: u64 = 900_000;

/// Requests to one peer at once: four for files, and those that wait for news. Others wait for one to end.
pub const MAX_REQUESTS_PER_PEER: usize = 8;

/// Time for which the other side may still be read after the last octet to it, so that it sees why we close.
pub(crate) const LINGER_MS: u64 = 1_000;

/// Octets that are read and thrown away in that time: programs send the whole of a body before they read why it is refused, and
/// few send more than the longest that is taken anywhere. They are counted beneath TLS, and nothing of them is kept.
pub(crate) const LINGER_BYTES: usize = MAX_PACKAGE_BODY_BYTES + MAX_PACKAGE_BODY_BYTES / 4;

/// What a server bears. The defaults are the constants of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// [`MAX_CONNECTIONS`].
    pub max_connections: usize,
    /// [`MAX_STRANGERS`].
    pub max_strangers: usize,
    /// [`MAX_CONNECTIONS_PER_PEER`].
    pub max_connections_per_peer: usize,
    /// [`MAX_STRANGERS_PER_ADDRESS`].
    pub max_strangers_per_address: usize,
    /// [`HANDSHAKE_MS`].
    pub handshake_ms: u64,
    /// [`HEAD_MS`].
    pub head_ms: u64,
    /// [`MAX_BODIES_BYTES`].
    pub max_bodies_bytes: usize,
    /// [`MAX_PACKAGES_BYTES`].
    pub max_packages_bytes: usize,
    /// [`PACE_WINDOW_MS`] for messages and packages, where no line is as slow as the slowest.
    pub long_window_ms: u64,
    /// [`LEAST_OCTETS_PER_WINDOW`] for messages and packages.
    pub long_octets_per_window: u64,
    /// [`PACE_WINDOW_MS`].
    pub pace_window_ms: u64,
    /// [`LEAST_OCTETS_PER_WINDOW`].
    pub least_octets_per_window: u64,
    /// [`ANSWER_MS`].
    pub answer_ms: u64,
    /// [`GRACE_MS`].
    pub grace_ms: u64,
    /// [`PEER_REQUESTS_PER_SECOND`].
    pub peer_requests_per_second: u32,
    /// [`PEER_REQUESTS_BURST`].
    pub peer_requests_burst: u32,
    /// [`STRANGER_CONNECTIONS_PER_SECOND`].
    pub stranger_connections_per_second: u32,
    /// [`STRANGER_CONNECTIONS_BURST`].
    pub stranger_connections_burst: u32,
    /// [`STRANGER_REQUESTS_PER_SECOND`].
    pub stranger_requests_per_second: u32,
    /// [`STRANGER_REQUESTS_BURST`].
    pub stranger_requests_burst: u32,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_connections: MAX_CONNECTIONS,
            max_strangers: MAX_STRANGERS,
            max_connections_per_peer: MAX_CONNECTIONS_PER_PEER,
            max_strangers_per_address: MAX_STRANGERS_PER_ADDRESS,
            handshake_ms: HANDSHAKE_MS,
            head_ms: HEAD_MS,
            max_bodies_bytes: MAX_BODIES_BYTES,
            max_packages_bytes: MAX_PACKAGES_BYTES,
            long_window_ms: PACE_WINDOW_MS,
            long_octets_per_window: LEAST_OCTETS_PER_WINDOW,
            pace_window_ms: PACE_WINDOW_MS,
            least_octets_per_window: LEAST_OCTETS_PER_WINDOW,
            answer_ms: ANSWER_MS,
            grace_ms: GRACE_MS,
            peer_requests_per_second: PEER_REQUESTS_PER_SECOND,
            peer_requests_burst: PEER_REQUESTS_BURST,
            stranger_connections_per_second: STRANGER_CONNECTIONS_PER_SECOND,
            stranger_connections_burst: STRANGER_CONNECTIONS_BURST,
            stranger_requests_per_second: STRANGER_REQUESTS_PER_SECOND,
            stranger_requests_burst: STRANGER_REQUESTS_BURST,
        }
    }
}

impl ServerLimits {
    /// The span over which the rate of a body is measured, and the octets that must pass in it.
    pub(crate) const fn pace_of(&self, class: BodyClass) -> (u64, u64) {
        match class {
            BodyClass::Nothing | BodyClass::Small => (self.pace_window_ms, self.least_octets_per_window),
            BodyClass::Message | BodyClass::Package => (self.long_window_ms, self.long_octets_per_window),
        }
    }
}

/// What a client bears. The defaults are the constants of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientLimits {
    /// [`CONNECT_MS`].
    pub connect_ms: u64,
    /// [`HANDSHAKE_MS`].
    pub handshake_ms: u64,
    /// [`ANSWER_HEAD_MS`].
    pub answer_head_ms: u64,
    /// [`REQUEST_MS`].
    pub request_ms: u64,
    /// [`PACE_WINDOW_MS`].
    pub pace_window_ms: u64,
    /// [`LEAST_OCTETS_PER_WINDOW`].
    pub least_octets_per_window: u64,
    /// [`MAX_REQUESTS_PER_PEER`].
    pub max_requests_per_peer: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect_ms: CONNECT_MS,
            handshake_ms: HANDSHAKE_MS,
            answer_head_ms: ANSWER_HEAD_MS,
            request_ms: REQUEST_MS,
            pace_window_ms: PACE_WINDOW_MS,
            least_octets_per_window: LEAST_OCTETS_PER_WINDOW,
            max_requests_per_peer: MAX_REQUESTS_PER_PEER,
        }
    }
}
