//! Searching: hits of which the account may see all.

use ::api::{Place as In, Problem, ProblemKind, Wrong};
use ::search::{Ask, Cursor, Hit, Query};
use access::Right;
use policy::feed::ReadEntry;
use record::json::{Json, Map};
use storage::{LogName, Store as _};

use super::{Answer, Paged, Reading};
use crate::command::search::to_map;
use crate::node;
use crate::operations::sight::Sight;
use crate::report::Report;
use crate::searching;

/// Pages of the index that are looked through for one page of an answer: whoever may see little must not cost much.
const MAX_ROUNDS: usize = 20;

impl Reading<'_> {
    /// A page of hits. How many there are in all is not said: that would tell of what is hidden.
    pub(crate) fn search(&self, paged: Paged<'_>) -> Answer {
        self.permit(Right::Read)?;
        let query = parsed(paged.values.text("q").unwrap_or_default())?;
        let caller = self.caller.shown();
        let paging = paged.key.paging(&caller, paged.operation, paged.values)?;
        let after = paging.after.as_deref().map(cursor).transpose()?;
        let sight = self.sight()?;
        let index = self.done(crate::command::search::caught(self.home, self.store, &Report::keeping()))?.index;
        let (mut hits, mut at) = (Vec::new(), after);
        for _ in 0..MAX_ROUNDS {
            let room = paging.limit.saturating_sub(hits.len());
            let ask = Ask::new(&query, room).going_on(at).with_versions(paged.values.flag("all_versions"));
            let page = self.done(index.search(&ask).map_err(|error| searching::fail(&error)))?;
            for hit in &page.hits {
                if self.sees(&sight, hit)? {
                    hits.push(Json::from(to_map(hit)));
                }
            }
            at = page.next;
            if at.is_none() || hits.len() >= paging.limit {
                break;
            }
        }
        let next = at.map(|at| at.to_string());
        let next = next.and_then(|at| paged.key.next(at.as_bytes(), &caller, paged.operation, paged.values));
        Ok(Map::new().with("hits", Json::Array(hits)).with("next", next.map_or(Json::Null, Json::text)))
    }

    /// Records of our log by the labels in force, what came in feeds by the marks that came with it.
    fn sees(&self, sight: &Sight<'_>, hit: &Hit) -> Answer<bool> {
        let log: LogName = self.done(hit.place.log.parse().map_err(crate::outcome::Failure::environment))?;
        if log == LogName::node() {
            return self.done(sight.reads(&hit.digest));
        }
        let entries = self.done(self.store.entries(&log, hit.place.index, 1).map_err(node::fail))?;
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
