//! The log of requests: one line for each, and each minute a digest of its lines for the node's own log.

mod line;
mod verify;

use aws_lc_rs::digest::{Context, SHA256};
use record::base64url;
use record::json::Map;
use record::time::Timestamp;

pub use line::{Entry, Method, NotARoute, Route};
pub use verify::{LogFault, Sealed, verify, verify_from};

const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// The digest of a minute's lines: SHA-256 over a head line with the minute and the digest before, and the lines as they stand.
/// Whoever has the file can take it with the tools of their own system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MinuteDigest {
    /// The minute, by its beginning.
    pub minute: Timestamp,
    /// How many lines of the file it covers, after those of the digest before.
    pub lines: u64,
    /// The digest before; zeros for the first.
    pub previous: [u8; 32],
    /// The digest.
    pub digest: [u8; 32],
}

/// Makes lines, and closes minutes.
#[derive(Debug)]
pub struct LineWriter {
    previous: [u8; 32],
    open: Option<Open>,
}

/// A minute that is not closed yet.
#[derive(Clone)]
struct Open {
    minute: Timestamp,
    lines: u64,
    context: Context,
}

impl MinuteDigest {
    /// The digest as it is logged.
    #[must_use]
    pub fn to_json(&self) -> Map {
        Map::new()
            .with("event", "access-log")
            .with("minute", self.minute.to_string())
            .with("lines", record::json::Json::count(self.lines))
            .with("previous", base64url::encode(&self.previous))
            .with("digest", base64url::encode(&self.digest))
    }

    /// A digest as it was logged; none if this is none.
    #[must_use]
    pub fn from_json(event: &Map) -> Option<Self> {
        let octets = |name: &str| base64url::decode_exactly(event.text(name)?).ok();
        Some(Self {
            minute: event.text("minute")?.parse().ok()?,
            lines: u64::try_from(event.get("lines")?.as_integer()?).ok()?,
            previous: octets("previous")?,
            digest: octets("digest").filter(|_| event.text("event") == Some("access-log"))?,
        })
    }
}

impl Default for LineWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl LineWriter {
    /// For a log that begins.
    #[must_use]
    pub const fn new() -> Self {
        Self { previous: [0; 32], open: None }
    }

    /// Goes on after a stop: `last` is the newest digest that was logged, and `tail` the lines of the file after those that it
    /// covers. A crash leaves some; they are covered by the first digest after it.
    #[must_use]
    pub fn resume(last: Option<&MinuteDigest>, tail: impl IntoIterator<Item: AsRef<str>>, now: Timestamp) -> Self {
        let mut writer = Self { previous: last.map_or([0; 32], |last| last.digest), open: None };
        for line in tail {
            writer.add(line.as_ref(), now);
        }
        writer
    }

    /// The line of a request, without its end, and the digest of the minute before if this is the first of another.
    ///
    /// Write the line and its end to the file before the next is asked for: digests cover lines in the order of this call.
    pub fn write(&mut self, entry: &Entry<'_>) -> (String, Option<MinuteDigest>) {
        let closed = self.tick(entry.time);
        let line = entry.line();
        self.add(&line, entry.time);
        (line, closed)
    }

    /// The digest of the open minute, if it has passed. Ask each second or so; a minute without lines has none.
    pub fn tick(&mut self, now: Timestamp) -> Option<MinuteDigest> {
        let has_passed = self.open.as_ref().is_some_and(|open| open.has_passed(now));
        if has_passed { self.close() } else { None }
    }

    /// The digest of the open minute, passed or not: before the process stops.
    pub fn close(&mut self) -> Option<MinuteDigest> {
        let open = self.open.take()?;
        let closed = open.close(self.previous);
        self.previous = closed.digest;
        Some(closed)
    }

    fn add(&mut self, line: &str, time: Timestamp) {
        let previous = self.previous;
        self.open.get_or_insert_with(|| Open::new(minute_of(time), &previous)).add(line);
    }
}

impl Open {
    fn new(minute: Timestamp, previous: &[u8; 32]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(format!("detente/access-log/v1 {minute} {}\n", base64url::encode(previous)).as_bytes());
        Self { minute, lines: 0, context }
    }

    /// Requests of one moment come in no order, so the minute before is still this one. A clock that was set back by more shows.
    const fn has_passed(&self, now: Timestamp) -> bool {
        let beyond = minute_of(now).micros().saturating_sub(self.minute.micros());
        beyond > 0 || beyond < -MINUTE_MICROS
    }

    fn add(&mut self, line: &str) {
        self.context.update(line.as_bytes());
        self.context.update(b"\n");
        self.lines = self.lines.saturating_add(1);
    }

    fn close(self, previous: [u8; 32]) -> MinuteDigest {
        let mut digest = [0; 32];
        for (to, from) in digest.iter_mut().zip(self.context.finish().as_ref()) {
            *to = *from;
        }
        MinuteDigest { minute: self.minute, lines: self.lines, previous, digest }
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Open").field("minute", &self.minute).field("lines", &self.lines).finish_non_exhaustive()
    }
}

const fn minute_of(time: Timestamp) -> Timestamp {
    Timestamp::from_micros(time.micros().div_euclid(MINUTE_MICROS).saturating_mul(MINUTE_MICROS))
}
