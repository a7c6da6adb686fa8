//! Searching: hits of which the account may see all.

use ::api::{Place as In, Problem, ProblemKind, Wrong};
use ::search::{Ask, Cursor, Hit, Query};
use access::Right;
use policy::feed::ReadEntry;
use record::json::{Json, Map};
use storage::{LogName, Store as _};

use super::{Answer, Paged, Reading};
use crate::command::search::{shown, to_map};
use crate::node;
use crate::operations::sight::Sight;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// Hits of the index that are looked through for one page of an answer: some two seconds, and whoever may see little must not cost
/// much. That more than so many records in a row have a word is all that `next` can tell of what is hidden.
pub(crate) const MAX_HITS_LOOKED_THROUGH: usize = 2_000;

impl Reading<'_> {
    /// A page of hits, newest first. How many there are in all is not said, nor are they ranked: a count, and a rank, which follows
    /// from how rare a word is, would tell of what is hidden. Whether there is a next page follows from what may be seen.
    pub(crate) fn search(&self, paged: Paged<'_>) -> Answer {
        self.permit(Right::Read)?;
        let query = parsed(paged.values.text("q").unwrap_or_default())?;
        let caller = self.caller.shown();
        let paging = paged.key.paging(&caller, paged.operation, paged.values)?;
        let after = paging.after.as_deref().map(cursor).transpose()?;
        let sight = self.sight()?;
        let index = self.done(crate::command::search::caught(self.home, self.store, &Report::keeping()))?.index;
        let ask = Ask::new(&query, paging.limit).going_on(after).with_versions(paged.values.flag("all_versions"));
        let page = self.done(shown(&index, ask, MAX_HITS_LOOKED_THROUGH, &mut |hit| self.sees(&sight, hit)))?;
        let next = page.next.map(|at| at.to_string());
        let next = next.and_then(|at| paged.key.next(at.as_bytes(), &caller, paged.operation, paged.values));
        let hits = page.hits.iter().map(|hit| Json::from(to_map(hit))).collect();
        Ok(Map::new().with("hits", Json::Array(hits)).with("next", next.map_or(Json::Null, Json::text)))
    }

    /// Records of our log by the labels in force, what came in feeds by the marks that came with it.
    fn sees(&self, sight: &Sight<'_>, hit: &Hit) -> Done<bool> {
        let log: LogName = hit.place.log.parse().map_err(Failure::environment)?;
        if log == LogName::node() {
            return sight.reads(&hit.digest);
        }
        let entries = self.store.entries(&log, hit.place.index, 1).map_err(node::fail)?;
        let entry = entries.first().map(|octets| ReadEntry::read(octets));
        Ok(matches!(entry, Some(Ok(ReadEntry::Release(release))) if sight.reads_marked(&release.marks)))
    }
}

fn parsed(text: &str) -> Answer<Query> {
    text.parse().map_err(|error: ::search::QueryError| Wrong::Other(error.to_string()).about(In::Query, "q"))
}

fn cursor(place: &[u8]) -> Answer<Cursor> {
    let text = std::str::from_utf8(place).ok();
    text.and_then(|text| text.parse().ok()).ok_or_else(|| Problem::new(ProblemKind::Cursor))
}
