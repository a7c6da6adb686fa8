//! Records: a page of them, and one.

use access::Right;
use api::{Problem, ProblemKind, Values};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::time::Timestamp;
use storage::LogName;
use storage::views::records::{self, Row};

use super::{Answer, Paged, Reading};
use crate::keyring::embed;
use crate::node;
use crate::operations::sight::{MAX_LOOKED_THROUGH, Sight, is_content, is_content_type};
use crate::operations::state::state_of;

/// Rows that are read from the view at once.
const STEP: usize = 256;

/// What a page asks for.
struct Filter {
    kind: Option<String>,
    author: Option<String>,
    since: Option<Timestamp>,
}

impl Reading<'_> {
    /// A page of records, in the order in which they were logged. It may have fewer than were asked for, and go on.
    pub(crate) fn records(&self, paged: Paged<'_>) -> Answer {
        self.permit(Right::Read)?;
        let caller = self.caller.shown();
        let paging = paged.key.paging(&caller, paged.operation, paged.values)?;
        let filter = Filter::of(paged.values);
        let from = paging.after.as_deref().map_or(Ok(0), place)?;
        let (found, next) = self.walk(&filter, from, paging.limit)?;
        let next = next.and_then(|at| paged.key.next(&at.to_be_bytes(), &caller, paged.operation, paged.values));
        Ok(Map::new().with("records", Json::Array(found)).with("next", next.map_or(Json::Null, Json::text)))
    }

    /// Walks the log from an entry on, until one more is found than the page holds, the log ends, or enough was looked through.
    /// Whether the page has a next one follows from what may be seen.
    fn walk(&self, filter: &Filter, from: u64, limit: usize) -> Answer<(Vec<Json>, Option<u64>)> {
        let sight = self.sight()?;
        let (mut found, mut at, mut looked) = (Vec::new(), from, 0_usize);
        loop {
            let rows = self.done(records::list(self.store, &LogName::node(), at, STEP).map_err(node::fail))?;
            if rows.is_empty() {
                return Ok((found, None));
            }
            for row in rows {
                if looked >= MAX_LOOKED_THROUGH {
                    return Ok((found, Some(row.index)));
                }
                at = row.index.saturating_add(1);
                let Some(digest) = row.record_digest.filter(|_| filter.fits(&row)) else { continue };
                looked = looked.saturating_add(1);
                if !self.done(sight.reads(&digest))? {
                    continue;
                }
                if found.len() >= limit {
                    return Ok((found, Some(row.index)));
                }
                found.push(to_map(&row, digest).into());
            }
        }
    }

    /// One record, with what the account may see of it, and how its object stands.
    pub(crate) fn record(&self, values: &Values) -> Answer<(Map, Vec<u8>)> {
        self.permit(Right::Read)?;
        let not_found = || Problem::new(ProblemKind::NotFound);
        let digest: RecordDigest = values.text("digest").and_then(|text| text.parse().ok()).ok_or_else(not_found)?;
        let sight: Sight<'_> = self.sight()?;
        let held = self.done(sight.holdings.find(&digest))?.ok_or_else(not_found)?;
        // Books of the node name records, also hidden ones.
        let _content =
            held.record.content().object().text("type").filter(|kind| is_content_type(kind)).ok_or_else(not_found)?;
        let shown = self.done(sight.show(&held))?.ok_or_else(not_found)?;
        let withheld = shown.withheld().iter().map(|path| Json::text(path.as_str())).collect();
        let state = self.done(state_of(self.store, &sight, &digest.to_string()))?;
        let record = Map::new()
            .with("digest", digest.to_string())
            .with("index", Json::count(held.index))
            .with("record", embed(shown.content().envelope()))
            .with("withheld", Json::Array(withheld));
        Ok((record, state))
    }
}

fn place(after: &[u8]) -> Answer<u64> {
    let octets = after.first_chunk::<8>().filter(|_| after.len() == 8);
    octets.map(|octets| u64::from_be_bytes(*octets)).ok_or_else(|| Problem::new(ProblemKind::Cursor))
}

impl Filter {
    fn of(values: &Values) -> Self {
        let text = |name| values.text(name).map(str::to_owned);
        let since = values.text("since").and_then(|time| time.parse().ok());
        Self { kind: text("type"), author: text("author"), since }
    }

    fn fits(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        let modified = || row.modified.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
        let is_since = self.since.is_none_or(|since| modified().is_some_and(|modified| modified >= since));
        is_content(row) && is(&self.kind, &row.object_type) && is(&self.author, &row.issuer) && is_since
    }
}

fn to_map(row: &Row, digest: RecordDigest) -> Map {
    let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    Map::new()
        .with("digest", digest.to_string())
        .with("index", Json::count(row.index))
        .with("type", text(&row.object_type))
        .with("id", text(&row.object_id))
        .with("author", text(&row.issuer))
        .with("created", text(&row.created))
        .with("modified", text(&row.modified))
        .with("name", text(&row.name))
}
