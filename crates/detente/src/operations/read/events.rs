//! Events: what happened, by ids, for streams and webhooks.
//!
//! They follow from the node's log, and from what the node notes of alarms and of alerts, so nothing is kept for them: a number says how
//! far of each a reader has come, and a reader that comes again after a day goes on where it was.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use access::{Right, Verdict};
use api::{Kind, Notice, Subject};
use duties::clock::Happening;
use duties::kept::{CLOCK_TYPE, KeptClock};
use node::exchange::hits::{self, Hit};
use node::exchange::{Alarm, FeedRead, alarms, feeds_read};
use record::digest::{PartyId, RecordDigest};
use record::label::Tlp;
use record::time::Timestamp;
use storage::views::records::{self, Row};
use storage::{LogName, Store as _};

use super::{Answer, Reading};
use crate::duty_book::persons::Persons;
use crate::holdings::Held;
use crate::node as store_of;
use crate::operations::sight::{Sight, is_content};
use crate::outcome::{Done, Failure};
use crate::proposals::{self, Proposal};
use crate::searching;

/// Entries that are looked at for one answer: a reader that lags comes again at once.
const STEP: usize = 256;

/// Bits of a number that say how far a reader has come in the log in which alarms and alerts are noted, among other things. One that
/// reaches a million entries tells of no more of them.
const ALARM_BITS: u32 = 20;

const MAX_ALARMS: u64 = (1 << ALARM_BITS) - 1;

/// How far a reader has come: entries of the log, and notes of alarms and alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    entries: u64,
    alarms: u64,
}

impl Position {
    /// The position that the number of a notice says.
    pub(crate) const fn of(number: u64) -> Self {
        Self { entries: number >> ALARM_BITS, alarms: number & MAX_ALARMS }
    }

    /// The number. It grows whenever one of the two does, and stays below 2^53 for 2^33 entries.
    pub(crate) const fn number(self) -> u64 {
        self.entries << ALARM_BITS | if self.alarms < MAX_ALARMS { self.alarms } else { MAX_ALARMS }
    }
}

/// What happened since a position, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) notices: Vec<Notice>,
    pub(crate) position: Position,
}

impl Reading<'_> {
    /// Where a stream begins for a reader that names no event: now.
    pub(crate) fn position(&self) -> Answer<Position> {
        let heads = self.done(self.store.heads().map_err(store_of::fail))?;
        let entries = heads.iter().find(|head| head.log == LogName::node()).map_or(0, |head| head.size);
        let noted = self.done(hits::next(self.store).map_err(Failure::environment))?;
        Ok(Position { entries, alarms: next_alarm(&self.all_alarms()?).max(noted) })
    }

    /// What this account may hear of since a position. A reader of more asks again from the position that is answered.
    pub(crate) fn events(&self, since: Position) -> Answer<Happened> {
        self.permit(Right::Read)?;
        let rows =
            self.done(records::list(self.store, &LogName::node(), since.entries, STEP).map_err(store_of::fail))?;
        let (mut notices, mut position) = (Vec::new(), since);
        let sight = Looking { sight: self.sight()?, proposals: OnceCell::new(), alerts: OnceCell::new() };
        let read = self.feeds_read(since, &rows)?;
        for row in &rows {
            position.entries = row.index.saturating_add(1);
            let what = match read.get(&row.index) {
                Some(read) => Some(of_feed(read)),
                None => self.of_row(&sight, row)?,
            };
            notices.extend(what.map(|what| what.at(position)));
        }
        for (number, noted) in self.noted(since)? {
            position.alarms = number.saturating_add(1);
            notices.extend(self.of_noted(&sight, number, &noted)?.map(|what| what.at(position)));
        }
        Ok(Happened { notices, position })
    }

    /// The feeds that were read by these entries of the log, if this account reads what comes in feeds.
    fn feeds_read(&self, since: Position, rows: &[Row]) -> Answer<BTreeMap<u64, FeedRead>> {
        let (Some(last), true) = (rows.last(), self.reaches_feeds() && self.hears(Right::ReadFeeds)) else {
            return Ok(BTreeMap::new());
        };
        let read = feeds_read(self.store, since.entries, last.index.saturating_add(1)).map_err(Failure::environment);
        Ok(self.done(read)?.into_iter().map(|read| (read.leaf, read)).collect())
    }

    fn reaches_feeds(&self) -> bool {
        self.caller.roles().is_some_and(|roles| roles.iter().any(|role| role.reads_up_to() >= FEEDS))
    }

    /// The first alarms and alerts that were noted since, by their numbers. Alerts come in the order of their numbers and no more than a
    /// step of them, so none is passed over if both are cut to a step.
    fn noted(&self, since: Position) -> Answer<BTreeMap<u64, Noted>> {
        let alarms = self.all_alarms()?.into_iter().filter(|alarm| alarm.number >= since.alarms);
        let hits = self.done(hits::since(self.store, since.alarms).map_err(Failure::environment))?;
        let hits = hits.into_iter().map(|hit| (hit.number, Noted::Hit(hit)));
        let all: BTreeMap<_, _> = alarms.map(|alarm| (alarm.number, Noted::Alarm(alarm.time))).chain(hits).collect();
        Ok(all.into_iter().take(STEP).collect())
    }

    fn of_noted(&self, looking: &Looking<'_>, number: u64, noted: &Noted) -> Answer<Option<What>> {
        match noted {
            Noted::Alarm(time) if self.hears(Right::Alarms) => {
                Ok(Some(What { kind: Kind::AlarmRaised, subjects: vec![Subject::Alarm(number)], time: *time }))
            }
            Noted::Alarm(_) => Ok(None),
            Noted::Hit(hit) => self.of_hit(looking, hit),
        }
    }

    /// What a standing search has found, if this account may read it. An alert that went with its search tells nothing any more.
    fn of_hit(&self, looking: &Looking<'_>, hit: &Hit) -> Answer<Option<What>> {
        let Some(digest) = self.done(looking.alert(self, hit.alert))? else { return Ok(None) };
        if !self.hears(Right::Read) || !self.reads_wherever(looking, &digest)? {
            return Ok(None);
        }
        let subjects = vec![Subject::Record(digest), Subject::Alert(hit.alert)];
        Ok(Some(What { kind: Kind::WatchHit, subjects, time: hit.time }))
    }

    /// Whether this account may still be told of something that it was to be told of before.
    pub(crate) fn still_hears(&self, notice: &Notice) -> Answer<bool> {
        if self.permit(Right::Read).is_err() || !self.hears(notice.kind.right()) {
            return Ok(false);
        }
        // As they are told of in the first place.
        if matches!(notice.kind, Kind::AlarmRaised | Kind::FeedRead) {
            return Ok(notice.kind == Kind::AlarmRaised || self.reaches_feeds());
        }
        let looking = Looking { sight: self.sight()?, proposals: OnceCell::new(), alerts: OnceCell::new() };
        for subject in &notice.subjects {
            let Subject::Record(digest) = subject else { continue };
            let reads = match notice.kind {
                Kind::DutyDue | Kind::DutyEscalated | Kind::DutyMissed => {
                    self.hears_clock(&looking, notice.kind, digest)
                }
                Kind::ReleasePublished | Kind::ReleaseRecalled => self.reads_proposal(&looking, *digest),
                Kind::WatchHit => self.reads_wherever(&looking, digest),
                Kind::AlarmRaised | Kind::Clarification | Kind::FeedRead | Kind::RecordLogged => {
                    self.done(looking.sight.reads(digest))
                }
                _ => Ok(false),
            };
            if !reads? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether this account may read a record, in our log and in the feeds in which it came.
    fn reads_wherever(&self, looking: &Looking<'_>, digest: &RecordDigest) -> Answer<bool> {
        Ok(self.done(looking.sight.judge_named(Right::Read, &digest.to_string()))? == Verdict::Allowed)
    }

    /// Whether this account may read the record that a proposal is about. One that is not here is about nothing that it may read.
    fn reads_proposal(&self, looking: &Looking<'_>, id: RecordDigest) -> Answer<bool> {
        if looking.proposals.get().is_none() {
            let read = self.done(proposals::read(self.store, &looking.sight.holdings))?;
            let _first = looking.proposals.set(read);
        }
        let proposal = looking.proposals.get().and_then(|all| all.iter().find(|one| one.id == id));
        let Some(proposal) = proposal else { return Ok(false) };
        let verdict = looking.sight.judge_named(Right::Read, &proposal.subject.record.to_string());
        Ok(self.done(verdict)? == Verdict::Allowed)
    }

    fn all_alarms(&self) -> Answer<Vec<Alarm>> {
        self.done(alarms(self.store).map_err(Failure::environment))
    }

    /// What an entry of the log tells this account, if it is no acknowledgement.
    fn of_row(&self, looking: &Looking<'_>, row: &Row) -> Answer<Option<What>> {
        let sight = &looking.sight;
        let Some(digest) = row.record_digest else { return Ok(None) };
        let time = row.modified.as_deref().and_then(|time| time.parse().ok()).unwrap_or(Timestamp::from_micros(0));
        let subjects = vec![Subject::Record(digest), Subject::Entry(row.index)];
        let of_kind = |kind| Ok(Some(What { kind, subjects: subjects.clone(), time }));
        match row.object_type.as_deref() {
            Some(proposals::DECISIONS) if self.hears(Right::Propose) => self.of_decisions(looking, row.index, time),
            Some("detente-question" | "detente-answer")
                if self.hears(Right::Answer) && self.done(sight.reads(&digest))? =>
            {
                of_kind(Kind::Clarification)
            }
            Some(CLOCK_TYPE) if self.hears(Right::Read) => match self.of_clock(looking, row.index)? {
                Some(kind) => of_kind(kind),
                None => Ok(None),
            },
            _ if is_content(row) && self.done(sight.reads(&digest))? => of_kind(Kind::RecordLogged),
            _ => Ok(None),
        }
    }

    /// What an entry says of a clock that this account is told of: whoever may read all of the incident, and is meant.
    fn of_clock(&self, looking: &Looking<'_>, index: u64) -> Answer<Option<Kind>> {
        let Some(held) = self.done(looking.sight.holdings.at(&[index]))?.pop() else { return Ok(None) };
        let Some((incident, kind)) = clock_notice(&held, looking.sight.holdings.own) else { return Ok(None) };
        Ok(if self.hears_duty(looking, kind, &incident)? { Some(kind) } else { None })
    }

    /// The same of a notice that was to be told before, by the digest of its record.
    fn hears_clock(&self, looking: &Looking<'_>, kind: Kind, digest: &RecordDigest) -> Answer<bool> {
        let held = self.done(looking.sight.holdings.find(digest))?;
        let said = held.and_then(|held| clock_notice(&held, looking.sight.holdings.own));
        match said {
            Some((incident, said)) if said == kind => self.hears_duty(looking, kind, &incident),
            Some(_) | None => Ok(false),
        }
    }

    fn hears_duty(&self, looking: &Looking<'_>, kind: Kind, incident: &str) -> Answer<bool> {
        let verdict = self.done(looking.sight.judge_incident(Right::Read, incident))?;
        let persons = self.done(Persons::read(self.home))?;
        Ok(verdict == Verdict::Allowed && self.caller.account().is_some_and(|name| persons.are_told(kind, name)))
    }

    /// Releases and recalls, by the proposals that they are of.
    fn of_decisions(&self, looking: &Looking<'_>, index: u64, time: Timestamp) -> Answer<Option<What>> {
        let Some(held) = self.done(looking.sight.holdings.at(&[index]))?.pop() else { return Ok(None) };
        for (act, proposal) in self.done(proposals::acts(self.store, held.record.content()))? {
            let kind = match act.as_str() {
                "published" => Kind::ReleasePublished,
                "recalled" => Kind::ReleaseRecalled,
                _ => continue,
            };
            if !self.reads_proposal(looking, proposal)? {
                continue;
            }
            return Ok(Some(What { kind, subjects: vec![Subject::Record(proposal), Subject::Entry(index)], time }));
        }
        Ok(None)
    }
}

/// What is looked at for one answer.
struct Looking<'s> {
    sight: Sight<'s>,
    /// All proposals, read for the first release or recall.
    proposals: OnceCell<Vec<Proposal>>,
    /// What each alert found, read for the first of them.
    alerts: OnceCell<BTreeMap<u64, RecordDigest>>,
}

impl Looking<'_> {
    fn alert(&self, reading: &Reading<'_>, number: u64) -> Done<Option<RecordDigest>> {
        if self.alerts.get().is_none() {
            let _first = self.alerts.set(alerts(reading)?);
        }
        Ok(self.alerts.get().and_then(|all| all.get(&number)).copied())
    }
}

/// What a record of ours about clocks is told of as, and the incident. What the node says of time that runs out stands alone in its
/// record, so that each is told once and by itself.
fn clock_notice(held: &Held, own: PartyId) -> Option<(String, Kind)> {
    let content = held.record.content();
    let kept = KeptClock::of_shown(content.object()).ok().filter(|_| content.issuer() == own)?;
    let kind = match &kept.events.first()?.happening {
        Happening::Reminded { .. } => Kind::DutyDue,
        Happening::Escalated => Kind::DutyEscalated,
        Happening::Missed { .. } => Kind::DutyMissed,
        Happening::Set { .. }
        | Happening::Acknowledged
        | Happening::Filed { .. }
        | Happening::Displaced { .. }
        | Happening::Withdrawn { .. }
        | _ => return None,
    };
    Some((kept.incident, kind))
}

/// What each alert of each standing search found.
fn alerts(reading: &Reading<'_>) -> Done<BTreeMap<u64, RecordDigest>> {
    if !searching::has_watches(reading.home) {
        return Ok(BTreeMap::new());
    }
    let all = searching::watches(reading.home)?.alerts(None, true).map_err(|error| searching::fail(&error))?;
    Ok(all.into_iter().map(|alert| (alert.number, alert.digest)).collect())
}

/// What the node notes beside its log.
enum Noted {
    Alarm(Timestamp),
    Hit(Hit),
}

/// Up to which level somebody reads who is told of what came in feeds: what was released bears marks up to this one.
const FEEDS: Tlp = Tlp::AmberStrict;

/// A feed was read, by the ids of its sender and agreement. What came in it is told of by no id.
fn of_feed(read: &FeedRead) -> What {
    let (party, agreement) = match &read.of {
        Some((peer, agreement)) => (peer.parse().ok(), agreement.parse().ok()),
        None => (None, None),
    };
    let known = party.map(Subject::Party).into_iter().chain(agreement.map(Subject::Agreement));
    let subjects = known.chain([Subject::Entry(read.leaf)]).collect();
    What { kind: Kind::FeedRead, subjects, time: read.time }
}

/// The first alarm that is not there yet.
fn next_alarm(alarms: &[Alarm]) -> u64 {
    alarms.last().map_or(0, |alarm| alarm.number.saturating_add(1))
}

/// A notice without its number.
struct What {
    kind: Kind,
    subjects: Vec<Subject>,
    time: Timestamp,
}

impl What {
    fn at(self, position: Position) -> Notice {
        let Self { kind, subjects, time } = self;
        Notice { number: position.number(), kind, time, subjects }
    }
}
