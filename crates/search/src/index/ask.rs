//! Queries are answered.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::RecordDigest;
use record::time::Timestamp;
use rusqlite::params;

use super::{Index, Place, rows};
use crate::cursor::{After, Cursor};
use crate::error::SearchError;
use crate::limits::{MAX_HITS, MAX_RANKED};
use crate::plan::{ALL_DAYS, Plan};
use crate::query::Query;
use crate::range::first_instant;
use crate::snippet::snippet;
use crate::token::{self, SHADOWED};

/// Rows from the first to the last.
const ALL_ROWS: (i64, i64) = (i64::MIN, i64::MAX);

/// A question to the index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ask<'q> {
    /// What is searched for.
    pub query: &'q Query,
    /// Hits of one page, at most [`MAX_HITS`].
    pub limit: usize,
    /// Where the page before ended.
    pub before: Option<Cursor>,
    /// Older versions of an object too, and records of which another showing tells more.
    pub all_versions: bool,
    /// Newest first, without a count, and with cursors that say no more than the hit before them: for whoever may not know of
    /// all that is here. A rank tells how rare a word is, also in what is not shown.
    pub plainly: bool,
}

impl<'q> Ask<'q> {
    /// The first page of a query.
    #[must_use]
    pub const fn new(query: &'q Query, limit: usize) -> Self {
        Self { query, limit, before: None, all_versions: false, plainly: false }
    }

    /// The page that begins where another ended.
    #[must_use]
    pub const fn going_on(mut self, before: Option<Cursor>) -> Self {
        self.before = before;
        self
    }

    /// With older versions, or without.
    #[must_use]
    pub const fn with_versions(mut self, all_versions: bool) -> Self {
        self.all_versions = all_versions;
        self
    }

    /// For whoever may not know of all that is here.
    #[must_use]
    pub const fn plainly(mut self, plainly: bool) -> Self {
        self.plainly = plainly;
        self
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hits {
    /// How many records were found.
    pub total: Total,
    /// How the hits stand.
    pub order: Order,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// Where the next page begins; none if this is the last.
    pub next: Option<Cursor>,
}

/// How many records were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "counted to the end, or not")]
pub enum Total {
    /// So many.
    Exact(usize),
    /// More than so many: they were not counted further.
    MoreThan(usize),
}

/// How hits stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "by rank where that is affordable, else by date")]
pub enum Order {
    /// Best first.
    ByRank,
    /// Newest first.
    ByDate,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// Where it lies.
    pub place: Place,
    /// Its digest.
    pub digest: RecordDigest,
    /// Its object's STIX id, if that is shown.
    pub object: Option<String>,
    /// The day that it counts under, from 1970 on.
    pub day: i32,
    /// What it is called.
    pub title: String,
    /// The part of its text that shows why it was found.
    pub snippet: String,
    /// Whether another version, or another showing of it, stands before it.
    pub shadowed: bool,
    /// Where a page that ends with it goes on.
    pub behind: Cursor,
}

impl Hit {
    /// The beginning of the day that it counts under.
    #[must_use]
    pub fn date(&self) -> Timestamp {
        first_instant(self.day)
    }
}

impl Index {
    /// Answers a query.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn search(&self, ask: &Ask<'_>) -> Result<Hits, SearchError> {
        if ask.plainly {
            return self.plain(ask);
        }
        let (plan, days) = Plan::of(ask.query).apart_from_days();
        let (query, bounds) = (printed(&plan, ask.all_versions), rows::of_days(days));
        let found = self.rows(&query, bounds, MAX_RANKED.saturating_add(1))?;
        let total = if found.len() > MAX_RANKED { Total::MoreThan(MAX_RANKED) } else { Total::Exact(found.len()) };
        let limit = ask.limit.clamp(1, MAX_HITS);
        // A page goes on in the order in which it began, also if the total has passed the limit meanwhile.
        let by_date = match ask.before.map(|cursor| cursor.0) {
            Some(After::Date(_) | After::Place(..)) => true,
            Some(After::Rank(..)) => false,
            None => found.len() > MAX_RANKED,
        };
        let (order, page) = if by_date {
            (Order::ByDate, self.by_date(&query, bounds, ask.before, limit)?)
        } else {
            (Order::ByRank, self.by_rank((&plan, days == ALL_DAYS), found, ask.before, limit)?)
        };
        let next = page.get(limit.saturating_sub(1)).filter(|_| page.len() > limit).copied().map(Cursor);
        Ok(Hits { total, order, hits: self.hits(ask, &page, limit)?, next })
    }

    /// Neither counted nor ranked: what is not shown changes nothing but the time it takes.
    fn plain(&self, ask: &Ask<'_>) -> Result<Hits, SearchError> {
        let (plan, days) = Plan::of(ask.query).apart_from_days();
        let (query, bounds) = (printed(&plan, ask.all_versions), rows::of_days(days));
        let limit = ask.limit.clamp(1, MAX_HITS);
        let page = self.by_date(&query, bounds, ask.before, limit)?;
        let is_all = ask.before.is_none() && page.len() <= limit;
        let total = if is_all { Total::Exact(page.len()) } else { Total::MoreThan(limit.min(page.len())) };
        let hits = self.hits(ask, &page, limit)?;
        // If another process has just taken all of them away, the page before them is as good an end.
        let end = || page.get(limit.saturating_sub(1)).copied().map(Cursor);
        let next = if page.len() > limit { hits.last().map(|hit| hit.behind).or_else(end) } else { None };
        Ok(Hits { total, order: Order::ByDate, hits, next })
    }

    fn hits(&self, ask: &Ask<'_>, page: &[After], limit: usize) -> Result<Vec<Hit>, SearchError> {
        let wanted: BTreeSet<String> = ask.query.texts().flat_map(token::tokens).collect();
        let hits = page.iter().take(limit).map(|after| self.hit(*after, ask.plainly, &wanted));
        hits.filter_map(Result::transpose).collect()
    }

    /// How many records a query finds, counted up to the limit.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn total(&self, query: &Query) -> Result<Total, SearchError> {
        let (plan, days) = Plan::of(query).apart_from_days();
        let found = self.rows(&printed(&plan, false), rows::of_days(days), MAX_RANKED.saturating_add(1))?.len();
        Ok(if found > MAX_RANKED { Total::MoreThan(MAX_RANKED) } else { Total::Exact(found) })
    }

    /// Rows that a query finds, newest first.
    fn rows(&self, query: &str, (first, last): (i64, i64), limit: usize) -> Result<Vec<i64>, SearchError> {
        let sql =
            "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid <= ?3 ORDER BY rowid DESC LIMIT ?4";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![query, first, last, limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One more than a page, newest first.
    fn by_date(
        &self,
        query: &str,
        (first, last): (i64, i64),
        before: Option<Cursor>,
        limit: usize,
    ) -> Result<Vec<After>, SearchError> {
        let last = match before.map(|cursor| cursor.0) {
            Some(After::Date(row)) => last.min(row.saturating_sub(1)),
            // A record that is gone meanwhile leaves its day: some hits of it may come again, and none is left out.
            Some(After::Place(day, place)) => match rows::row_of(&self.connection, place)? {
                Some(row) => last.min(row.saturating_sub(1)),
                None => last.min(rows::of_days((day, day)).1),
            },
            Some(After::Rank(..)) | None => last,
        };
        let rows = self.rows(query, (first, last), limit.saturating_add(1))?;
        Ok(rows.into_iter().map(After::Date).collect())
    }

    /// One more than a page, best first.
    fn by_rank(
        &self,
        plan: (&Plan, bool),
        found: Vec<i64>,
        before: Option<Cursor>,
        limit: usize,
    ) -> Result<Vec<After>, SearchError> {
        let ranks = self.ranks(plan, &found)?;
        let mut ranked: Vec<(f64, i64)> =
            found.into_iter().map(|row| (ranks.get(&row).copied().unwrap_or(0.0), row)).collect();
        // The database's rank is smaller for better; of equal ones the newest stands first.
        ranked.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        let is_behind = |rank: f64, row: i64| match before {
            Some(Cursor(After::Rank(last, at))) => rank.total_cmp(&last).then(at.cmp(&row)).is_gt(),
            _ => true,
        };
        let page = ranked.into_iter().filter(|(rank, row)| is_behind(*rank, *row)).take(limit.saturating_add(1));
        Ok(page.map(|(rank, row)| After::Rank(rank, row)).collect())
    }

    /// The ranks of rows, by the phrases that are rare enough to tell records apart. A phrase that more than the limit have
    /// weighs little, and reading all that have it would cost more than the whole answer.
    fn ranks(&self, (plan, is_of_all_days): (&Plan, bool), found: &[i64]) -> Result<BTreeMap<i64, f64>, SearchError> {
        let (Some(last), Some(first)) = (found.first(), found.last()) else { return Ok(BTreeMap::new()) };
        let mut phrases = Vec::new();
        plan.ranking(&mut phrases);
        phrases.sort();
        phrases.dedup();
        let mut rare = Vec::new();
        for phrase in phrases {
            // What is asked for alone and of all days has been counted.
            let is_counted = is_of_all_days && plan.to_fts() == format!("({phrase})");
            if is_counted || self.rows(&phrase, ALL_ROWS, MAX_RANKED.saturating_add(1))?.len() <= MAX_RANKED {
                rare.push(phrase);
            }
        }
        if rare.is_empty() || found.len() == 1 {
            return Ok(BTreeMap::new());
        }
        // A word in the title counts as four in the text. What the rest of the query leaves out is not weighed: the sign before
        // `rowid` keeps the database from asking for each row anew.
        let sql = "SELECT rowid, bm25(words, 1.0, 4.0) FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid <= ?3 \
                   AND +rowid IN (SELECT value FROM json_each(?4))";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![rare.join(" OR "), first, last, listed(found)];
        let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A hit; none if its row is gone, which another process may have done just now.
    fn hit(&self, after: After, plainly: bool, wanted: &BTreeSet<String>) -> Result<Option<Hit>, SearchError> {
        let Some(found) = rows::of_row(&self.connection, row_of(after))? else { return Ok(None) };
        let after = if plainly { After::Place(found.named.day, found.place) } else { after };
        Ok(Some(Hit {
            place: Place { log: rows::log_of(&self.connection, found.place)?, index: rows::index_of(found.place) },
            digest: found.named.digest,
            day: found.named.day,
            object: found.named.object,
            snippet: snippet(&found.content.text, wanted),
            title: found.content.title,
            shadowed: found.shadowed,
            behind: Cursor(after),
        }))
    }
}

/// The plan as the database takes it, with rows that another stands before or without them.
fn printed(plan: &Plan, all_versions: bool) -> String {
    if all_versions { plan.to_fts() } else { format!("{} NOT \"{SHADOWED}\"", plan.to_fts()) }
}

/// Rows as the database reads a list.
fn listed(rows: &[i64]) -> String {
    let rows: Vec<_> = rows.iter().map(i64::to_string).collect();
    format!("[{}]", rows.join(","))
}

const fn row_of(after: After) -> i64 {
    match after {
        After::Date(row) | After::Rank(_, row) | After::Place(_, row) => row,
    }
}
