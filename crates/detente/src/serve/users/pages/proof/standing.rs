//! Where a record stands: under which keys, in which logs, and what was proved of it.

use node::exchange::{FeedState, OwnStatement};
use pages::{Block, Inline, Row, Say, Table, Tone};
use protocol::exchange::FeedName;
use record::time::Timestamp;
use storage::{LogName, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;

use super::super::{Asked, Made};
use crate::clarifications::recalls;
use crate::node as store_of;
use crate::operations::sight::{Seen, Sight};
use crate::outcome::Failure;
use crate::serve::witnesses;

/// Entries of a feed that are looked through for whether its sender took one back. What is longer is told by `feed show`.
const MAX_LOOKED_THROUGH: u64 = 20_000;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// What became by now of the keys that signed it.
pub(super) fn key(asked: &Asked<'_>, seen: &Seen) -> Made<Option<Block>> {
    let keys = asked.open.keys.get();
    let Ok(standing) = keys.ring().standing(&seen.record) else {
        return Ok(Some(Block::notice(Tone::Watch, "proof-key-unknown")));
    };
    Ok(Some(match standing.problem() {
        None => Block::notice(Tone::Good, "proof-key-good"),
        Some(problem) => {
            let tone = if standing.is_grave() { Tone::Grave } else { Tone::Watch };
            Block::Notice(tone, vec![Inline::Strong(Say::Word("proof-key-problem")), Inline::content(problem)])
        }
    }))
}

/// Where it stands in our own log, and who vouches for the log's newest published head.
pub(super) fn own_log(asked: &Asked<'_>, seen: &Seen) -> Made<Option<Block>> {
    let Some(place) = own_place(seen) else { return Ok(None) };
    let published = asked.store().published(&LogName::node()).map_err(store_of::fail)?;
    let Some(signed) = published.filter(|signed| signed.claims().size() > place.index) else {
        return Ok(Some(Block::section("log", "proof-log", vec![Block::notice(Tone::Watch, "proof-log-not-yet")])));
    };
    let history = asked.home.history()?;
    let salt = super::files::salt(asked, place.index)?;
    let claims = signed.claims();
    let mut blocks = vec![match crate::command::log::prove(asked.home, asked.store(), &history, place.index, salt) {
        Ok(_) => Block::notice(Tone::Good, "proof-included"),
        Err(failure) => {
            let line = vec![Inline::Strong(Say::Word("proof-not-included")), Inline::content(failure.message)];
            Block::Notice(Tone::Grave, line)
        }
    }];
    blocks.push(Block::Facts(vec![
        ("proof-entry".into(), vec![Inline::sign(place.index)]),
        ("proof-log-origin".into(), vec![Inline::code(claims.origin())]),
        ("proof-log-size".into(), vec![Inline::sign(claims.size())]),
        ("proof-log-root".into(), vec![Inline::code(record::base64url::encode(claims.root().octets()))]),
    ]));
    blocks.push(cosignatures(asked, &signed).into());
    blocks.push(Block::line("proof-time-about"));
    Ok(Some(Block::section("log", "proof-log", blocks)))
}

pub(super) fn own_place(seen: &Seen) -> Option<&Place> {
    seen.places.iter().find(|place| place.log == LogName::node())
}

/// Who has cosigned the head, and when each says that it saw it.
fn cosignatures(asked: &Asked<'_>, signed: &SignedCheckpoint) -> Table {
    let keys = asked.open.keys.get();
    let mut table =
        Table::new("proof-cosigned-caption", &["proof-cosigned-by", "proof-cosigned-at"], "proof-cosigned-none");
    for party in keys.ring().parties().filter(|party| *party != asked.open.party()) {
        let Ok(history) = keys.ring().find(party) else { continue };
        let verifiers = witnesses::keys_of(history);
        let Ok(vouched) = signed.verify(&verifiers) else { continue };
        let times = vouched.iter().filter_map(|one| one.time).filter(|time| *time > 0);
        let first = times.min().and_then(|time| i64::try_from(time).ok()?.checked_mul(SECOND));
        let time = first.map(|micros| Inline::Time(Timestamp::from_micros(micros)));
        table.rows.push(Row::new(vec![vec![asked.name(party).into()], time.into_iter().collect()]));
    }
    table
}

/// The feeds in which it came, what was proved of it there, and since when the sender knows that we have it.
pub(super) fn feeds(asked: &Asked<'_>, sight: &Sight<'_>, seen: &Seen) -> Made<Option<Block>> {
    let came: Vec<_> = seen.places.iter().filter(|place| place.log.as_str().starts_with("pulled-")).collect();
    if came.is_empty() {
        return Ok(None);
    }
    let head = &["proof-feed-from", "proof-entry", "proof-feed-proved", "proof-feed-acknowledged", "incidents-tlp"];
    let mut table = Table::new("proof-feeds-caption", head, "proof-feeds-none");
    for state in FeedState::all(asked.store()).map_err(Failure::environment)? {
        let log = format!("pulled-{}", FeedName::of(&state.feed));
        for place in came.iter().filter(|place| place.log.as_str() == log) {
            table.rows.push(came_row(asked, sight, &state, place)?);
        }
    }
    Ok(Some(Block::section("feeds", "proof-feeds", vec![table.into(), Block::line("proof-feeds-about")])))
}

fn came_row(asked: &Asked<'_>, sight: &Sight<'_>, state: &FeedState, place: &Place) -> Made<Row> {
    let from = state.peer.parse().map_or_else(|_| Say::sign(&state.peer), |party| asked.name(party));
    let judged = state.judgements(asked.store()).map_err(Failure::environment)?.get(&place.index).copied();
    let (proved, tone) = match judged {
        Some(true) => ("proof-feed-is-proved", Tone::Good),
        Some(false) => ("proof-feed-only-signed", Tone::Watch),
        None => ("proof-feed-not-judged", Tone::Calm),
    };
    let read = OwnStatement::read_by(asked.store(), &state.feed, place.index).map_err(Failure::environment)?;
    let mut first = vec![Inline::Text(from)];
    let is_recalled =
        state.size <= MAX_LOOKED_THROUGH && recalls(asked.store(), &place.log)?.contains_key(&place.index);
    first.extend(is_recalled.then(|| Inline::tag(Tone::Grave, "proof-feed-recalled")));
    let acknowledged = read.map_or(Inline::Text(Say::Word("proof-feed-not-acknowledged")), Inline::Time);
    let tlp = sight.marks_at(place)?.map(|marks| marks.tlp());
    let cells = vec![
        first,
        vec![Inline::sign(place.index)],
        vec![Inline::Tag(tone, Say::Word(proved))],
        vec![acknowledged],
        vec![Inline::Tlp(tlp)],
    ];
    Ok(Row::new(cells).toned(if is_recalled { Tone::Grave } else { Tone::Calm }))
}
