//! One collection, page by page.

use std::collections::BTreeSet;

use record::digest::sha256;
use record::time::Timestamp;

use super::answer::Answer;
use super::fault::{Fault, Note};
use super::offer::Offered;
use super::page::{Parts, Piece};
use super::place::Place;
use super::url::Url;

/// Objects that a page is asked for. Servers give fewer as they like; a page of this many of usual size is half a mebibyte.
pub const MAX_ASKED_OBJECTS: usize = 500;

/// Pages of a collection in one run. A hundred thousand hold more objects than a source may keep.
pub const MAX_PAGES: u32 = 100_000;

/// Pages in a row that bring nothing new while the server says that there is more. Two happen where a run goes on from an earlier
/// one; what comes after them would come for ever.
const MAX_IDLE_PAGES: u32 = 8;

/// Objects that one run remembers so as to notice that it goes round, at 16 octets each.
const MAX_SEEN: usize = 2_000_000;

/// The smallest step of a date of TAXII, in microseconds. Servers are known that give several objects one date, of which a page
/// may have had only the first: so the last date is asked for once more, and what is known by then is passed over. That ends when a
/// whole run has found nothing newer: a thousand objects of one date are not read again each hour for ever.
const OVERLAP_MICROS: i64 = 1;

/// A collection that is being read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) offered: Offered,
    place: Place,
    limit: usize,
    /// Dates later than this are not believed: they would hide everything that is added before them.
    latest: Timestamp,
    /// Where the run began.
    begun: Option<Timestamp>,
    /// Whether the date is asked for as it stands, because asking for it once more brought nothing.
    is_exact: bool,
    has_fallen_back: bool,
    seen: BTreeSet<[u8; 16]>,
    cursors: BTreeSet<[u8; 16]>,
    idle: u32,
    pages: u32,
    pub(super) notes: Vec<Note>,
}

/// What became of an answer.
#[derive(Debug)]
pub(super) enum Taken {
    /// A page: to be kept with the place behind it.
    Page { pieces: Vec<Piece>, place: Place, is_last: bool },
    /// Nothing: the same is asked for in another way.
    Again,
}

impl Reading {
    pub(super) fn new(offered: Offered, place: Place, limit: usize, latest: Timestamp) -> Self {
        let mut reading = Self {
            offered,
            begun: place.added_after,
            is_exact: place.is_settled,
            place,
            limit: limit.clamp(1, MAX_ASKED_OBJECTS),
            latest,
            has_fallen_back: false,
            seen: BTreeSet::new(),
            cursors: BTreeSet::new(),
            idle: 0,
            pages: 0,
            notes: Vec::new(),
        };
        // The run before may have asked with its cursor, and been cut off before it kept the answer.
        if !reading.place.is_at_end() {
            reading.lost_an_answer();
        }
        reading
    }

    /// What to ask next.
    pub(super) fn url(&self) -> Url {
        let limit = self.limit.to_string();
        let overlap = if self.is_exact { 0 } else { OVERLAP_MICROS };
        let after = self
            .place
            .added_after
            .map(|date| Timestamp::from_micros(date.micros().saturating_sub(overlap)).to_string());
        let mut parameters = vec![("limit", limit.as_str())];
        parameters.extend(after.as_deref().map(|after| ("added_after", after)));
        parameters.extend(self.place.next.as_deref().map(|next| ("next", next)));
        self.offered.objects.with_query(&parameters)
    }

    /// Whether an error may be about the cursor alone: those of some servers live for seconds. The date goes on from there, once for
    /// each stretch that brought something.
    pub(super) fn falls_back(&mut self, status: u16) -> bool {
        let is_of_cursor =
            matches!(status, 400 | 404 | 410 | 422) && self.place.next.is_some() && !self.has_fallen_back;
        if is_of_cursor {
            self.by_last_date();
            self.has_fallen_back = true;
            self.notes.push(Note::CursorRefused);
        }
        is_of_cursor
    }

    /// The request was made, and its answer is lost. At a server whose cursor is a session, as at the reference server, it may have
    /// moved, and the same cursor would pass over a page. The date means the same whoever has asked before.
    pub(super) fn lost_an_answer(&mut self) {
        if self.place.last.is_some() {
            self.by_last_date();
        }
    }

    fn by_last_date(&mut self) {
        self.is_exact = false;
        self.place.next = None;
        self.place.added_after = self.place.last.or(self.place.added_after);
    }

    pub(super) fn take(&mut self, answer: &Answer) -> Result<Taken, Fault> {
        if answer.is_too_large() {
            return self.ask_smaller();
        }
        self.notes.extend(answer.media()?);
        let parts = Parts::read(&answer.body)?;
        if parts.pieces.len() > self.limit {
            self.notes.push(Note::LimitPassedOver);
        }
        let last = self.last_added(answer);
        self.count(&parts.pieces)?;
        let is_last = self.go_on(&parts, last)?;
        Ok(Taken::Page { pieces: parts.pieces, place: self.place.clone(), is_last })
    }

    fn ask_smaller(&mut self) -> Result<Taken, Fault> {
        if self.limit == 1 {
            return Err(Fault::TooLarge);
        }
        self.limit /= 2;
        self.notes.push(Note::SmallerPages(self.limit));
        Ok(Taken::Again)
    }

    fn last_added(&mut self, answer: &Answer) -> Option<Timestamp> {
        match answer.last_added() {
            Ok(Some(date)) if date > self.latest => {
                self.notes.push(Note::DateUnreadable(date.to_string()));
                None
            }
            Ok(date) => date,
            Err(note) => {
                self.notes.push(note);
                None
            }
        }
    }

    /// Counts pages, and those that bring nothing.
    fn count(&mut self, pieces: &[Piece]) -> Result<(), Fault> {
        self.pages = self.pages.saturating_add(1);
        let before = self.seen.len();
        self.seen.extend(pieces.iter().map(|piece| short(&piece.key)));
        if self.seen.len() > before {
            (self.idle, self.has_fallen_back) = (0, false);
        } else {
            self.idle = self.idle.saturating_add(1);
        }
        if self.pages > MAX_PAGES || self.seen.len() > MAX_SEEN { Err(Fault::TooManyPages) } else { Ok(()) }
    }

    /// Moves the place behind the page. True if that was the last one.
    fn go_on(&mut self, parts: &Parts, last: Option<Timestamp>) -> Result<bool, Fault> {
        self.place.last = self.place.last.max(last);
        let has_more = parts.more.unwrap_or(parts.next.is_some() && !parts.pieces.is_empty());
        if !has_more {
            return Ok(self.end());
        }
        if self.idle > MAX_IDLE_PAGES {
            return Err(Fault::GoesRound);
        }
        match (&parts.next, last) {
            (Some(next), _) => self.by_cursor(next)?,
            (None, Some(last)) => self.by_date(last)?,
            (None, None) => return Err(Fault::NoWayOn),
        }
        Ok(false)
    }

    fn end(&mut self) -> bool {
        let date = self.place.last.or(self.place.added_after);
        if date.is_none() && !self.seen.is_empty() {
            self.notes.push(Note::Undated);
        }
        let is_settled = date.is_some() && date == self.begun;
        self.place = Place { added_after: date, last: date, next: None, is_settled };
        true
    }

    /// A cursor that is a session stays the same from page to page, so only one that comes again and brings nothing goes round.
    fn by_cursor(&mut self, next: &str) -> Result<(), Fault> {
        let is_new = self.cursors.insert(short(next.as_bytes()));
        if !is_new && self.idle > 0 {
            return Err(Fault::CursorRepeats);
        }
        self.place.next = Some(next.to_owned());
        Ok(())
    }

    /// Goes on from the last date. Where a page brings nothing and its date does not move, it is asked for exactly, which passes over
    /// what else has this date; if that brings nothing either, nothing will.
    fn by_date(&mut self, last: Timestamp) -> Result<(), Fault> {
        self.place.next = None;
        if self.place.added_after.is_none_or(|before| last > before) {
            self.is_exact = false;
        } else if self.idle > 0 {
            if self.is_exact {
                return Err(Fault::GoesRound);
            }
            self.is_exact = true;
            self.notes.push(Note::SharedDate);
        }
        self.place.added_after = self.place.added_after.max(Some(last));
        Ok(())
    }
}

fn short(octets: &[u8]) -> [u8; 16] {
    let whole = sha256(&[octets]);
    whole.first_chunk::<16>().copied().unwrap_or_default()
}
