//! What stands behind the handlers. Calls may block on a disk, and never on the network.

use node::exchange::Question;
use protocol::exchange::{FeedName, Resource};
use record::digest::PartyId;

use node::tls::TransportKey;

/// What is shown of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has its status code")]
pub enum Shown {
    /// Here it is.
    Octets(Vec<u8>),
    /// There is none, or none for this caller.
    NotThere,
    /// It was erased.
    Erased,
    /// There is nothing new yet.
    NotYet,
    /// Not now: another command has the directory, or the disk fails.
    Unavailable(String),
}

/// What became of something that a peer handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has its status code")]
pub enum Handed {
    /// Taken, and this is the answer.
    Taken(Vec<u8>),
    /// Not taken, by this status of C2SP tlog-witness or of HTTP, and why.
    Refused(u16, String),
    /// Not now.
    Unavailable(String),
}

/// A step of pairing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two")]
pub enum PairStep {
    /// The caller commits itself, and is told who we are.
    Commit,
    /// The caller reveals what it committed itself to.
    Reveal,
}

/// Behind the handlers.
pub trait Desk: Send + Sync + 'static {
    /// A file.
    fn file(&self, peer: Option<&PartyId>, resource: &Resource) -> Shown;

    /// What a member asks about one feed, answered from what is committed now.
    fn tell(&self, peer: &PartyId, feed: &FeedName, question: Question) -> Shown;

    /// A tag that changes when any feed of this peer does.
    fn feeds_tag(&self, peer: &PartyId) -> Option<String>;

    /// What we remember of the peer's node log.
    fn heads(&self, peer: &PartyId) -> Shown;

    /// The checkpoint that we saw of a feed, by the feed's name in paths, if the peer may know of it.
    fn seen(&self, peer: &PartyId, feed: &str) -> Shown;

    /// Takes in a statement.
    fn statement(&self, peer: &PartyId, octets: &[u8]) -> Handed;

    /// Takes in a message of a negotiation.
    fn message(&self, peer: &PartyId, octets: &[u8]) -> Handed;

    /// Takes in a member's cosignature on a feed.
    fn cosignature(&self, peer: &PartyId, octets: &[u8]) -> Handed;

    /// Takes in a sealed body that a sender hands in for a member.
    fn deposit(&self, peer: &PartyId, octets: &[u8]) -> Handed;

    /// Answers a member who asks for a body: what it is told, and the sealed octets.
    fn deposited(&self, peer: &PartyId, octets: &[u8]) -> Handed;

    /// Cosigns a head.
    fn add_checkpoint(&self, octets: &[u8]) -> Handed;

    /// A step of pairing with whoever has this transport key.
    fn pair(&self, step: PairStep, key: Option<&TransportKey>, octets: &[u8]) -> Handed;

    /// Lays a sealed report of somebody unknown aside, unread.
    fn report(&self, octets: &[u8]) -> Handed;

    /// The sealed answers to a report, by the tag that its reporter knows.
    fn report_answers(&self, tag: &str) -> Shown;

    /// A peer asks for more than its rate allows. Called for each such request, so it must not block.
    fn over_rate(&self, peer: &PartyId);

    /// Whether requests can be answered.
    ///
    /// # Errors
    /// Why not.
    fn is_ready(&self) -> Result<(), String>;

    /// Counters and gauges in the text form of Prometheus.
    fn metrics(&self) -> String;
}
