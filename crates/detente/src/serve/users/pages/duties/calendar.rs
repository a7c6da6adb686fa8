//! The calendar: every clock that runs, late ones on top, then day by day; and as a file for a calendar of one's own.

use std::collections::BTreeMap;

use duties::clock::{CalendarEntry, calendar};
use pages::{Block, Inline, Page, Row, Say, Table};
use record::stix::StixId;
use record::time::Timestamp;
use web::users::PageAnswer;

use super::super::shared::{case_link, title, ways};
use super::super::{Asked, Made, act};
use super::book::path_of;
use super::clocks::{is_late, row};
use super::withheld;
use super::words::no_advice;
use crate::cases::Cases;
use crate::duty_book::{ClockRow, DutyBook};
use crate::operations::sight::Sight;

/// Clocks that stand on the page.
const MAX_CLOCKS: usize = 200;

/// Incidents that are judged for one answer, those of the most urgent clocks first: each takes about a millisecond. The page says so
/// whether there are more or not, so that nothing is told of what is hidden.
const MAX_INCIDENTS: usize = 1_000;

/// What is late, or falls within this time, waits on the desk.
const WAITS_MICROS: i64 = 24 * 3_600_000_000;

/// Characters of a day in a moment's text.
const DAY: usize = 10;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let (keys, now) = (asked.open.keys.get(), asked.ask.now);
    let book = DutyBook::read(asked.cases(keys.ring()), &[], now)?;
    let seen = Seen::of(asked, &book, (MAX_CLOCKS, None))?;
    let bound = Block::line(Say::count("duties-calendar-bound", MAX_INCIDENTS));
    let page = Page::new("duties-calendar").and(act::done(asked.ask)).with(no_advice()).with(places()).with(bound);
    let withheld = withheld::block(&book, &seen.withheld, now);
    if seen.open.is_empty() {
        return Ok(page.with(Block::line("duties-calendar-none")).and(withheld));
    }
    let (late, running): (Vec<_>, Vec<_>) = seen.open.iter().partition(|one| is_late(&one.row, now));
    let mut blocks = Vec::new();
    if !late.is_empty() {
        let rows = table(&book, &late, now, Say::Word("duties-late-caption"));
        blocks.push(Block::section("late", Say::count("duties-late", late.len()), vec![rows]));
    }
    let mut days: BTreeMap<String, Vec<&Open>> = BTreeMap::new();
    running.into_iter().for_each(|one| days.entry(day(one.row.clock.due.first)).or_default().push(one));
    let tables = days.iter().map(|(day, open)| table(&book, open, now, Say::with("duties-day", "day", day.as_str())));
    let tables: Vec<_> = tables.collect();
    blocks.extend((!tables.is_empty()).then(|| Block::section("days", "duties-days", tables)));
    blocks.extend(seen.is_cut.then(|| Block::line("duties-calendar-cut")));
    Ok(page.and(blocks).and(withheld))
}

fn places() -> Block {
    ways([
        ("/duties/calendar".to_owned(), "duties-calendar-file"),
        ("/duties/preview".to_owned(), "duties-preview"),
        ("/duties/packs".to_owned(), "duties-packs"),
    ])
}

/// The day on which a moment falls, in UTC.
fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(DAY).collect()
}

/// A clock that runs and is for an account, and what its incident is called.
struct Open {
    row: ClockRow,
    incident: StixId,
    title: Option<String>,
}

impl Open {
    /// The way to its incident, and to its duties.
    fn ways(&self) -> Vec<Inline> {
        let title = case_link(&self.incident, self.title.clone());
        vec![title, Inline::link(path_of(self.incident.as_str()), "duties-of-link")]
    }
}

/// The clocks that run and are for an account.
struct Seen {
    open: Vec<Open>,
    /// Clocks of incidents that are not for the account, where it is one of those who see to it that none is missed.
    withheld: Vec<ClockRow>,
    /// Whether there are more.
    is_cut: bool,
}

/// The title of an incident that is for the account; none if it is not.
type Judged = Option<(StixId, Option<String>)>;

impl Seen {
    /// At most so many, and those alone that fall before a moment.
    fn of(asked: &Asked<'_>, book: &DutyBook<'_>, (most, until): (usize, Option<Timestamp>)) -> Made<Self> {
        let (keys, sight, now) = (asked.open.keys.get(), asked.sight()?, asked.ask.now);
        let cases = asked.cases(keys.ring());
        let mut judged: BTreeMap<String, Judged> = BTreeMap::new();
        let mut seen = Self { open: Vec::new(), withheld: Vec::new(), is_cut: false };
        let is_told = withheld::is_told(asked);
        let mut all = book.open_clocks(now)?;
        all.retain(|row| until.is_none_or(|until| row.clock.due.first <= until));
        all.sort_by_key(|row| row.clock.due.first);
        for row in all {
            let name = row.clock.id.incident.clone();
            if judged.len() >= MAX_INCIDENTS && !judged.contains_key(&name) {
                break;
            }
            let is_for = match judged.get(&name) {
                Some(known) => known.clone(),
                None => judge(asked, &sight, &cases, &name)?,
            };
            drop(judged.insert(name, is_for.clone()));
            let Some((incident, title)) = is_for else {
                seen.withheld.extend(Some(row).filter(|_| is_told && seen.withheld.len() < most));
                continue;
            };
            // That there are more is told once one more was found that is for this account.
            if seen.open.len() >= most {
                seen.is_cut = true;
                break;
            }
            seen.open.push(Open { row, incident, title });
        }
        Ok(seen)
    }
}

fn judge(asked: &Asked<'_>, sight: &Sight<'_>, cases: &Cases<'_>, incident: &str) -> Made<Judged> {
    let Ok(id) = incident.parse::<StixId>() else { return Ok(None) };
    let seen = sight.whole_case(cases, &id)?;
    Ok(seen.map(|seen| (id, title(asked, &seen))))
}

fn table(book: &DutyBook<'_>, open: &[&Open], now: Timestamp, caption: Say) -> Block {
    let lines = open.iter().map(|one| row(book.packs(), &one.row, now, one.ways()));
    let head = ["duties-what", "duties-state", "duties-history", "duties-incident"];
    Table::new(caption, &head, "duties-clocks-none").rows(lines).into()
}

/// What is late or falls within a day, for the desk.
pub(in super::super) struct Waiting {
    /// Clocks of incidents that are for the account.
    pub(in super::super) rows: Vec<Row>,
    /// Those of others, without a word of what they are about.
    pub(in super::super) withheld: Vec<Row>,
    /// Those of which nobody is told who may read the incident, for whoever runs the node.
    pub(in super::super) unheard: Vec<Row>,
}

pub(in super::super) fn waiting(asked: &Asked<'_>, most: usize) -> Made<Waiting> {
    let (keys, now) = (asked.open.keys.get(), asked.ask.now);
    let book = DutyBook::read(asked.cases(keys.ring()), &[], now)?;
    let until = Timestamp::from_micros(now.micros().saturating_add(WAITS_MICROS));
    let seen = Seen::of(asked, &book, (most, Some(until)))?;
    let rows = seen.open.iter().map(|one| {
        let mut line = row(book.packs(), &one.row, now, Vec::new());
        line.cells.truncate(2);
        line.cells.push(one.ways());
        line
    });
    let shown = seen.open.iter().map(|one| &one.row).chain(&seen.withheld);
    let unheard = withheld::unheard(asked, shown)?;
    let lines = |rows: &[&ClockRow]| rows.iter().map(|one| withheld::line(&book, one, now)).collect();
    let withheld = lines(&seen.withheld.iter().collect::<Vec<_>>());
    Ok(Waiting { rows: rows.collect(), withheld, unheard: lines(&unheard) })
}

/// The same clocks as a file for a calendar: ids and links alone.
pub(in super::super) fn calendar_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let (keys, now) = (asked.open.keys.get(), asked.ask.now);
    let book = DutyBook::read(asked.cases(keys.ring()), &[], now)?;
    let seen = Seen::of(asked, &book, (MAX_CLOCKS, None))?;
    let site = site(asked.ask.request.fields.get("host").as_deref().unwrap_or_default());
    let entries = seen.open.iter().map(|one| {
        let clock = &one.row.clock;
        let link = format!("{site}{}", path_of(&clock.id.incident));
        let mut entry = CalendarEntry::new(clock.id.to_string(), clock.due.first, link);
        entry.sequence = clock.dues.len().saturating_sub(1);
        entry
    });
    let text = calendar(&entries.collect::<Vec<_>>(), now);
    Ok(PageAnswer::File("text/calendar; charset=utf-8", "duties.ics".to_owned(), text.into_bytes()))
}

/// This site as whoever asks calls it.
fn site(host: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | ':' | '[' | ']');
    if !host.is_empty() && host.chars().all(is_plain) { format!("https://{host}") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_named_as_it_was_asked_for_and_nothing_else() {
        assert_eq!(site("desk.example:8443"), "https://desk.example:8443");
        assert_eq!(site("[::1]:8443"), "https://[::1]:8443");
        assert_eq!(site("a\r\nEND:VCALENDAR"), "");
        assert_eq!(site(""), "");
    }
}
