//! The duty desk: what needs somebody now.

use access::{Resource, Right, Skeleton, Verdict, judge};
use node::exchange::{Alarm, alarms};
use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use protocol::exchange::FeedName;
use record::json::{Json, Map};
use record::time::Timestamp;

use super::{Asked, Made, act};
use crate::clarifications::{Clarification, State};
use storage::LogName;

use crate::operations::sight::Sight;
use crate::outcome::Failure;
use crate::{proposals, searching};

/// Most rows of one kind: what does not fit is told by number, and lies behind the link.
const MAX_ROWS: usize = 20;

/// Alerts that are opened for the desk: each needs its title, and nobody reads more before they note some.
const MAX_ALERTS: usize = 200;

/// Clocks that are looked at for the desk: what does not fit lies behind the link.
const MAX_CLOCKS: usize = 50;

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let sight = asked.sight()?;
    let mut parts = Vec::new();
    if asked.may(Right::Alarms) {
        parts.push(alarms_waiting(asked)?);
    }
    parts.extend(duties_waiting(asked)?);
    if asked.may(Right::Answer) {
        parts.push(questions(asked, &sight)?);
    }
    if asked.may(Right::Propose) {
        parts.push(proposals_waiting(asked, &sight)?);
    }
    parts.push(found(asked, &sight)?);
    if asked.may(Right::Write) || asked.may(Right::Operate) {
        parts.extend(signals_waiting(asked)?);
    }
    if asked.may(Right::ReadFeeds) {
        parts.push(unacknowledged(asked)?);
    }
    // What is grave stands first; among the rest the order stays, so that nothing jumps about.
    parts.sort_by_key(|part| part.waits == 0);
    let quiet = parts.iter().all(|part| part.waits == 0);
    let page = Page::new("desk-title").and(act::done(asked.ask));
    let page = if quiet { page.with(Block::notice(Tone::Good, "desk-quiet")) } else { page };
    Ok(page.and(parts.into_iter().map(|part| part.block)))
}

/// A part of the desk, and how many things in it wait.
struct Part {
    block: Block,
    waits: usize,
}

/// The same with what to do about it above.
fn helped(mut part: Part, help: &'static str) -> Part {
    if let Block::Section(section) = &mut part.block {
        section.blocks.insert(0, Block::line(help));
    }
    part
}

fn part(id: &'static str, title: &'static str, mut table: Table, more: &'static str) -> Part {
    let waits = table.rows.len();
    let left = waits.saturating_sub(MAX_ROWS);
    table.rows.truncate(MAX_ROWS);
    let mut blocks = vec![table.into()];
    if left > 0 {
        blocks.push(Block::Line(vec![Inline::link(more, Say::count("desk-more", left))]));
    }
    Part { block: Block::section(id, Say::count(title, waits), blocks), waits }
}

fn alarms_waiting(asked: &Asked<'_>) -> Made<Part> {
    let mut open = alarms(asked.store()).map_err(Failure::environment)?;
    open.retain(|alarm| alarm.closed.is_none());
    open.sort_by_key(|alarm| (std::cmp::Reverse(alarm.weight), alarm.time));
    let table = Table::new("desk-alarms-caption", &["desk-what", "desk-who", "desk-since"], "desk-alarms-none");
    let rows = open.iter().map(|alarm| alarm_row(asked, alarm));
    Ok(part("alarms", "desk-alarms", table.rows(rows), "/alarms"))
}

/// Clocks that are late or run out within a day: those that are for the account, where it keeps clocks; those of incidents that are not, and
/// those of which nobody is told, where it sees to it that none is missed.
fn duties_waiting(asked: &Asked<'_>) -> Made<Vec<Part>> {
    let waiting = super::duties::waiting(asked, MAX_CLOCKS)?;
    let mut parts = Vec::new();
    if asked.may(Right::Duties) {
        let head = ["desk-what", "desk-until", "duties-incident"];
        let table = Table::new("duties-soon-caption", &head, "duties-soon-none").rows(waiting.rows);
        parts.push(part("duties", "duties-soon", table, "/duties"));
    }
    let head = ["desk-what", "desk-until"];
    if !waiting.withheld.is_empty() {
        let table = Table::new("duties-withheld-caption", &head, "duties-withheld-none").rows(waiting.withheld);
        parts.push(helped(part("withheld", "duties-withheld", table, "/duties"), "duties-withheld-help"));
    }
    if !waiting.unheard.is_empty() {
        let table = Table::new("duties-unheard-caption", &head, "duties-unheard-none").rows(waiting.unheard);
        parts.push(helped(part("unheard", "duties-unheard", table, "/duties"), "duties-unheard-help"));
    }
    Ok(parts)
}

fn alarm_row(asked: &Asked<'_>, alarm: &Alarm) -> Row {
    let tone = if alarm.weight == 0 { Tone::Watch } else { Tone::Grave };
    let peer = alarm.peer.parse().map_or_else(|_| Say::sign(&alarm.peer), |party| asked.name(party));
    let what = Inline::link(format!("/alarms/{}", alarm.number), Say::known("alarm-kind", &alarm.kind));
    Row::new(vec![vec![what], vec![peer.into()], vec![Inline::Time(alarm.time)]]).toned(tone)
}

fn questions(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Part> {
    let now = asked.ask.now;
    let mut waiting = super::questions::seen(asked, sight)?;
    waiting.retain(|one| waits(one, now));
    waiting.sort_by_key(|one| one.question.deadline);
    let table = Table::new("desk-questions-caption", &["desk-what", "desk-who", "desk-until"], "desk-questions-none");
    let rows = waiting.iter().map(|one| question_row(asked, one, now));
    Ok(part("questions", "desk-questions", table.rows(rows), "/questions"))
}

/// Theirs wait for our answer; ours wait until they are answered or the deadline passes.
fn waits(one: &Clarification, now: Timestamp) -> bool {
    matches!(one.state(now), State::Waiting | State::Silent | State::Unsent)
}

fn question_row(asked: &Asked<'_>, one: &Clarification, now: Timestamp) -> Row {
    let (kind, tone) = match (one.is_ours, one.state(now)) {
        (false, State::Silent) => ("desk-question-late", Tone::Grave),
        (false, _) => ("desk-question-theirs", Tone::Watch),
        (true, State::Silent) => ("desk-question-silent", Tone::Grave),
        (true, State::Unsent) => ("desk-question-unsent", Tone::Watch),
        (true, _) => ("desk-question-ours", Tone::Calm),
    };
    let what = Inline::link(format!("/questions/{}", one.question.digest), kind);
    let with = one.with.map(|party| asked.name(party).into());
    let deadline = vec![Inline::Time(one.question.deadline)];
    Row::new(vec![vec![what], with.into_iter().collect(), deadline]).toned(tone)
}

fn proposals_waiting(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Part> {
    let table = Table::new("desk-releases-caption", &["desk-what", "desk-by", "desk-state"], "desk-releases-none");
    let mut rows = Vec::new();
    for one in proposals::read(asked.store(), &sight.holdings)? {
        let is_waiting = one.published.is_none() && !one.recalled;
        if !is_waiting || sight.judge_named(Right::Read, &one.subject.record.to_string())? != Verdict::Allowed {
            continue;
        }
        let proposer = Skeleton::of(&one.ask.proposer);
        let may_approve =
            judge(asked.caller(), Right::Approve, &Resource::Proposal { proposer: &proposer }) == Verdict::Allowed;
        let (state, tone) = match (one.approvals.is_empty(), may_approve) {
            (true, true) => ("desk-release-for-you", Tone::Watch),
            (true, false) => ("desk-release-waits", Tone::Calm),
            (false, _) => ("desk-release-approved", Tone::Watch),
        };
        let title = asked.title(sight, &one.subject.record)?;
        let what = Inline::link(format!("/releases/{}", one.id), title);
        rows.push(
            Row::new(vec![vec![what], vec![Inline::content(one.ask.proposer.as_str())], vec![state.into()]])
                .toned(tone),
        );
    }
    Ok(part("releases", "desk-releases", table.rows(rows), "/releases"))
}

/// Alerts of standing searches that nobody has noted, as far as their records are for this account.
fn found(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Part> {
    let table = Table::new("desk-found-caption", &["desk-what", "desk-watch", "desk-since"], "desk-found-none");
    let mut rows = Vec::new();
    if searching::has_watches(asked.home) {
        let alerts = searching::watches(asked.home)?.alerts(None, false).map_err(|error| searching::fail(&error))?;
        for alert in super::incidents::watches::seen(sight, alerts, MAX_ALERTS)? {
            let digest = alert.digest.to_string();
            let title = asked.title(sight, &alert.digest)?;
            let what = Inline::link(format!("/records/{digest}"), title);
            let row = vec![vec![what], vec![Inline::sign(alert.rule.as_str())], vec![Inline::Time(alert.found)]];
            rows.push(Row::new(row).toned(Tone::Watch));
        }
    }
    Ok(part("found", "desk-found", table.rows(rows), "/incidents"))
}

/// Feeds of signals, and signals, that wait for a person; nothing where none does.
fn signals_waiting(asked: &Asked<'_>) -> Made<Option<Part>> {
    let table = Table::new("desk-signals-caption", &["desk-what", "desk-who"], "desk-signals-none");
    let rows = super::signals::for_a_person(asked)?;
    Ok((!rows.is_empty()).then(|| part("signals", "desk-signals", table.rows(rows), "/signals")))
}

/// Feeds of ours that a partner has not read to their end.
fn unacknowledged(asked: &Asked<'_>) -> Made<Part> {
    let told = asked.reading().feeds()?;
    let table = Table::new("desk-acks-caption", &["desk-who", "desk-feed", "desk-behind"], "desk-acks-none");
    let rows = rows_of(&told, "own").into_iter().flat_map(|feed| behind(asked, &feed));
    Ok(part("acknowledgements", "desk-acks", table.rows(rows), "/partners"))
}

fn behind(asked: &Asked<'_>, feed: &Map) -> Vec<Row> {
    let (name, size) = (feed.text("feed").unwrap_or_default().to_owned(), count(feed, "size"));
    let members = members(asked, &name);
    let read: Vec<_> = rows_of(feed, "acknowledged")
        .iter()
        .map(|one| (one.text("peer").unwrap_or_default().to_owned(), count(one, "size")))
        .collect();
    let late = members.into_iter().filter_map(|party| {
        let known =
            read.iter().filter(|(peer, _)| *peer == party.to_string()).map(|(_, read)| *read).max().unwrap_or(0);
        let missing = size.checked_sub(known).filter(|missing| *missing > 0)?;
        let left = Say::With("desk-entries", vec![("count", missing.into())]);
        Some(
            Row::new(vec![vec![asked.name(party).into()], vec![Inline::code(&name)], vec![left.into()]])
                .toned(Tone::Watch),
        )
    });
    late.collect()
}

/// Who else is a member of the agreement of one of our feeds.
fn members(asked: &Asked<'_>, feed: &str) -> Vec<record::digest::PartyId> {
    let own = asked.open.party();
    let negotiations = asked.open.negotiations();
    let standing = negotiations.standing_at(asked.ask.now);
    let heads = |digest| (0..).map_while(move |epoch| asked.open.store.head_of(&LogName::feed(digest, epoch)));
    let is_of = |digest| heads(digest).any(|head| FeedName::of(&head.origin).to_string() == feed);
    let agreement = standing.iter().find(|one| is_of(one.agreement.digest()));
    let members = agreement.into_iter().flat_map(|one| one.agreement.members()).map(|member| member.party);
    members.filter(|party| *party != own).collect()
}

fn rows_of(map: &Map, name: &str) -> Vec<Map> {
    let rows = map.get(name).and_then(Json::as_array).unwrap_or_default();
    rows.iter().filter_map(|row| row.as_object().cloned()).collect()
}

fn count(map: &Map, name: &str) -> i64 {
    map.get(name).and_then(Json::as_integer).unwrap_or(0)
}
