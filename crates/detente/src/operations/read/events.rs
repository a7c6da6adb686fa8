//! Events: what happened, by ids, for streams and webhooks.
//!
//! They follow from the node's log and from its alarms, so nothing is kept for them: a number says how far of each a reader has
//! come, and a reader that comes again after a day goes on where it was.

use std::cell::OnceCell;

use access::{Right, Verdict};
use api::{Kind, Notice, Subject};
use node::exchange::{Alarm, alarms};
use record::digest::RecordDigest;
use record::time::Timestamp;
use storage::views::records::{self, Row};
use storage::{LogName, Store as _};

use super::{Answer, Reading};
use crate::node as store_of;
use crate::operations::sight::{Sight, is_content};
use crate::outcome::Failure;
use crate::proposals::{self, Proposal};

/// Entries that are looked at for one answer: a reader that lags comes again at once.
const STEP: usize = 256;

/// Bits of a number that count alarms. A million alarms are no alarms any more.
const ALARM_BITS: u32 = 20;

const MAX_ALARMS: u64 = (1 << ALARM_BITS) - 1;

/// How far a reader has come: entries of the log, and alarms.
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
        Ok(Position { entries, alarms: next_alarm(&self.all_alarms()?) })
    }

    /// What this account may hear of since a position. A reader of more asks again from the position that is answered.
    pub(crate) fn events(&self, since: Position) -> Answer<Happened> {
        self.permit(Right::Read)?;
        let rows =
            self.done(records::list(self.store, &LogName::node(), since.entries, STEP).map_err(store_of::fail))?;
        let (mut notices, mut position) = (Vec::new(), since);
        let sight = Looking { sight: self.sight()?, proposals: OnceCell::new() };
        for row in &rows {
            position.entries = row.index.saturating_add(1);
            notices.extend(self.of_row(&sight, row)?.into_iter().map(|what| what.at(position)));
        }
        for alarm in self.all_alarms()?.iter().filter(|alarm| alarm.number >= since.alarms) {
            position.alarms = alarm.number.saturating_add(1);
            if self.hears(Right::Alarms) {
                let what =
                    What { kind: Kind::AlarmRaised, subjects: vec![Subject::Alarm(alarm.number)], time: alarm.time };
                notices.push(what.at(position));
            }
        }
        Ok(Happened { notices, position })
    }

    /// Whether this account may still be told of something that it was to be told of before.
    pub(crate) fn still_hears(&self, notice: &Notice) -> Answer<bool> {
        if self.permit(Right::Read).is_err() || !self.hears(notice.kind.right()) {
            return Ok(false);
        }
        // As they are told of in the first place: the others by the right alone.
        let is_of_proposal = matches!(notice.kind, Kind::ReleasePublished | Kind::ReleaseRecalled);
        if !is_of_proposal && !matches!(notice.kind, Kind::RecordLogged | Kind::Clarification) {
            return Ok(true);
        }
        let looking = Looking { sight: self.sight()?, proposals: OnceCell::new() };
        for subject in &notice.subjects {
            let Subject::Record(digest) = subject else { continue };
            let reads = || self.done(looking.sight.reads(digest));
            if !if is_of_proposal { self.reads_proposal(&looking, *digest) } else { reads() }? {
                return Ok(false);
            }
        }
        Ok(true)
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

    /// What an entry of the log tells this account.
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
            _ if is_content(row) && self.done(sight.reads(&digest))? => of_kind(Kind::RecordLogged),
            _ => Ok(None),
        }
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
