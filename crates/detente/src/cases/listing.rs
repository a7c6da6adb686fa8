//! Incidents page by page.

use incident::Version;
use record::stix::StixId;
use record::time::Timestamp;
use storage::views::cases::{self, Mark, Wanted};

use super::{Case, Cases};
use crate::node;
use crate::outcome::Done;

/// One page of a list, and where the next one begins.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) cases: Vec<Case>,
    /// None if the list ends here.
    pub(crate) next: Option<Mark>,
}

/// The fewest rows that are read at once: a row is some octets, and asking costs more.
const LEAST_STEP: usize = 16;

/// A place in a list as it stands in a command or an address; none if it is none.
pub(crate) fn read_mark(text: &str) -> Option<Mark> {
    let (time, id) = text.split_once(',')?;
    Some(Mark { modified: time.parse().ok()?, id: id.to_owned() })
}

/// The same, written.
pub(crate) fn write_mark(mark: &Mark) -> String {
    format!("{},{}", mark.modified, mark.id)
}

impl Cases<'_> {
    /// The incidents that fit, the latest first, behind a mark. The view proposes, and what was opened decides.
    pub(crate) fn page(&self, wanted: &Wanted, behind: Option<Mark>, limit: usize) -> Done<Page> {
        self.page_of(wanted, behind, limit, &|_| true)
    }

    /// The same of those that are shown: where a page ends, and whether there is a next one, follows from them alone.
    pub(crate) fn page_of(
        &self,
        wanted: &Wanted,
        behind: Option<Mark>,
        limit: usize,
        is_shown: &dyn Fn(&Case) -> bool,
    ) -> Done<Page> {
        let (mut page, mut mark) = (Page { cases: Vec::new(), next: None }, behind);
        let mut last = None;
        loop {
            // One more than is shown tells whether there is a next page.
            let asked = limit.saturating_sub(page.cases.len()).saturating_add(1).max(LEAST_STEP);
            let rows = cases::list(self.store, wanted, mark.as_ref(), asked).map_err(node::fail)?;
            let is_end = rows.len() < asked;
            for row in rows {
                mark = Some(row.clone());
                let Some(case) = self.fitting(&row, wanted)?.filter(is_shown) else { continue };
                if page.cases.len() == limit {
                    page.next = last;
                    return Ok(page);
                }
                page.cases.push(case);
                last = Some(row);
            }
            if is_end {
                return Ok(page);
            }
        }
    }

    fn fitting(&self, row: &Mark, wanted: &Wanted) -> Done<Option<Case>> {
        let id: Option<StixId> = row.id.parse().ok();
        let case = id.map_or(Ok(None), |id| self.case(&id))?;
        Ok(case.filter(|case| case.chain.newest().any(|version| fits(version, case, wanted))))
    }
}

/// Whether a version shows what is wanted.
pub(crate) fn fits(version: &Version, case: &Case, wanted: &Wanted) -> bool {
    let facts = version.incident.facts();
    let is = |wanted: &Option<String>, word: Option<&str>| wanted.as_deref().is_none_or(|it| word == Some(it));
    is(&wanted.stage, facts.stage.map(incident::Stage::name))
        && is(&wanted.kind, facts.event_kind.map(incident::EventKind::name))
        && is(&wanted.severity, facts.severity.map(incident::Severity::name))
        && wanted.country.as_deref().is_none_or(|country| countries(version, case).any(|code| code == country))
        && occurred_within(version, wanted)
}

fn occurred_within(version: &Version, wanted: &Wanted) -> bool {
    let occurred = version.incident.facts().moment(incident::TimeName::Occurred).map(|moment| moment.instant());
    let holds = |bound: Option<Timestamp>, is_kept: &dyn Fn(Timestamp, Timestamp) -> bool| {
        bound.is_none_or(|bound| occurred.is_some_and(|at| is_kept(at, bound)))
    };
    holds(wanted.from, &|at, from| at >= from) && holds(wanted.before, &|at, before| at < before)
}

/// Every country that a version shows, the coarse twin's among them.
fn countries<'c>(version: &'c Version, case: &'c Case) -> impl Iterator<Item = String> + use<'c> {
    let facts = version.incident.facts();
    let place = facts.place.as_ref().and_then(incident::Place::country);
    let twin =
        case.record(version.digest).and_then(|found| found.record.content().aside().twins().text("place_country"));
    let codes = facts.countries.iter().copied().chain(place).map(|code| code.as_str().to_owned());
    codes.chain(twin.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_what_is_none_begins_at_the_top() {
        let mark = Mark { modified: "2026-11-30T06:01:00.000Z".parse().unwrap(), id: "incident--1".to_owned() };
        assert_eq!(read_mark(&write_mark(&mark)), Some(mark));
        assert_eq!((read_mark(""), read_mark("yesterday,incident--1")), (None, None));
    }
}
