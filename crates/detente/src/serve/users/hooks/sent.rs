//! `webhooks-sent.json`: how far each webhook has come, and what waits to be sent there, so that a restart goes on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use api::Notice;
use api::webhook::{Subscription, SubscriptionId};
use record::json::{self, Json, Map};
use record::time::Timestamp;

use crate::home::{self, Home, Readers, check_private, read_input};
use crate::operations::read::events::Position;
use crate::outcome::{Done, Failure};

/// Name of the file.
const SENT: &str = "webhooks-sent.json";

/// Notices of one webhook that wait at the same time. The rest stay in the log, from which they follow, so nothing is lost; and
/// the file of as many webhooks as a node may have stays below what is read of a file.
pub(super) const MAX_WAITING: usize = 32;

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sent(BTreeMap<SubscriptionId, Row>);

/// One webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What happened before it was sent, or waits here.
    pub(super) position: Position,
    /// Nothing is sent earlier: the other side was not there.
    pub(super) not_before: Timestamp,
    pub(super) waiting: Vec<Waiting>,
}

/// A notice that was not taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) notice: Notice,
    /// Tries that were made.
    pub(super) attempts: u32,
    /// When the next one is due.
    pub(super) due: Timestamp,
}

impl Row {
    pub(super) const fn at(position: Position) -> Self {
        Self { position, not_before: Timestamp::from_micros(0), waiting: Vec::new() }
    }

    /// Forgets what waits, and goes on from there.
    pub(super) fn skip_to(&mut self, position: Position) {
        *self = Self::at(position);
    }

    /// Takes what happened, as far as there is room. What does not fit is read again later.
    pub(super) fn take(&mut self, notices: Vec<Notice>, reached: Position, now: Timestamp) {
        for notice in notices {
            if self.waiting.len() >= MAX_WAITING {
                return;
            }
            self.position = Position::of(notice.number);
            self.waiting.push(Waiting { notice, attempts: 0, due: now });
        }
        self.position = reached;
    }

    pub(super) fn is_due(&self, waiting: &Waiting, now: Timestamp) -> bool {
        now >= self.not_before && now >= waiting.due
    }

    fn to_json(&self) -> Map {
        let waiting = self.waiting.iter().map(|one| {
            let row = one.notice.to_json().with("attempts", Json::count(one.attempts));
            Json::from(row.with("due", one.due.to_string()))
        });
        Map::new()
            .with("position", Json::count(self.position.number()))
            .with("not_before", self.not_before.to_string())
            .with("waiting", Json::Array(waiting.collect()))
    }

    fn from_json(map: &Map) -> Option<Self> {
        let rows = map.get("waiting").and_then(Json::as_array)?;
        let waiting: Option<_> = rows.iter().map(|row| Waiting::from_json(row.as_object()?)).collect();
        let position = map.get("position").and_then(Json::as_integer)?;
        Some(Self {
            position: Position::of(u64::try_from(position).ok()?),
            not_before: map.text("not_before")?.parse().ok()?,
            waiting: waiting?,
        })
    }
}

impl Waiting {
    fn from_json(map: &Map) -> Option<Self> {
        let attempts = map.get("attempts").and_then(Json::as_integer)?;
        let due = map.text("due")?.parse().ok()?;
        Some(Self { notice: Notice::from_json(map)?, attempts: u32::try_from(attempts).ok()?, due })
    }
}

impl Sent {
    /// As it was kept; nothing before the first webhook.
    pub(super) fn read(home: &Home) -> Done<Self> {
        let path = path(home);
        if path.symlink_metadata().is_err() {
            return Ok(Self::default());
        }
        check_private(&path)?;
        let wrong = |why: String| {
            Failure::input(format!("`{}`: {why}", path.display()))
                .advise("delete it, and webhooks go on from now; what waited to be sent is not sent any more")
        };
        let json = json::parse(&read_input(&path)?).map_err(|error| wrong(error.to_string()))?;
        Self::from_json(&json).ok_or_else(|| wrong("it does not say how far webhooks have come".to_owned()))
    }

    fn from_json(json: &Json) -> Option<Self> {
        let rows = json.as_object()?.get("sent").and_then(Json::as_array)?;
        let read = |row: &Json| {
            let row = row.as_object()?;
            Some((row.text("id")?.parse().ok()?, Row::from_json(row)?))
        };
        rows.iter().map(read).collect::<Option<_>>().map(Self)
    }

    /// Writes it. The caller holds the node, and nobody else writes it.
    pub(super) fn write(&self, home: &Home) -> Done {
        let rows = self.0.iter().map(|(id, row)| Json::from(row.to_json().with("id", id.as_str()))).collect();
        home::replace(&path(home), &Map::new().with("sent", Json::Array(rows)).to_text(), Readers::Owner)
    }

    /// A row for each webhook that is called, and for no other. A new one hears of what happens from that position on.
    pub(super) fn keep(&mut self, hooks: &[Subscription], from: Position) {
        self.0.retain(|id, _| hooks.iter().any(|hook| hook.id == *id));
        for hook in hooks {
            let _row = self.0.entry(hook.id.clone()).or_insert_with(|| Row::at(from));
        }
    }

    pub(super) fn row(&mut self, id: &SubscriptionId) -> Option<&mut Row> {
        self.0.get_mut(id)
    }
}

fn path(home: &Home) -> PathBuf {
    home.dir().join(SENT)
}
