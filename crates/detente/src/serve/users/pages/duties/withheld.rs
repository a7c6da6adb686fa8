//! Clocks of incidents that an account cannot read: that they run, until when, and by which duty, so that nobody misses them; and nothing
//! of the incident, nor which it is.

use access::{Belongs, Role};
use pages::{Block, Row, Table};
use record::time::Timestamp;

use super::super::{Asked, Made};
use super::clocks::row;
use crate::duty_book::{ClockRow, DutyBook};
use crate::operations::hearers::Hearers;

/// Whether an account sees to it that nothing is missed: whoever runs the node, and whoever is on duty. Nobody of another party does.
pub(super) fn is_told(asked: &Asked<'_>) -> bool {
    has_role(asked, &[Role::Administrator, Role::DutyOfficer])
}

fn has_role(asked: &Asked<'_>, wanted: &[Role]) -> bool {
    let is_own = asked.caller().belongs() == Some(&Belongs::Own);
    is_own && asked.caller().roles().is_some_and(|roles| wanted.iter().any(|role| roles.contains(*role)))
}

/// A line of the desk: what it is the clock of, and until when.
pub(super) fn line(book: &DutyBook<'_>, one: &ClockRow, now: Timestamp) -> Row {
    let mut line = row(book.packs(), one, now, Vec::new());
    line.cells.truncate(2);
    line
}

/// The part of the calendar; none if none is withheld.
pub(super) fn block(book: &DutyBook<'_>, withheld: &[ClockRow], now: Timestamp) -> Vec<Block> {
    if withheld.is_empty() {
        return Vec::new();
    }
    let table = Table::new("duties-withheld-caption", &["duties-what", "duties-state"], "duties-withheld-none");
    let rows = withheld.iter().map(|one| line(book, one, now));
    let blocks = vec![Block::line("duties-withheld-help"), table.rows(rows).into()];
    vec![Block::section("withheld", pages::Say::count("duties-withheld", withheld.len()), blocks)]
}

/// The clocks of which nobody is told who may read the incident, where the account runs the node.
pub(super) fn unheard<'r>(asked: &Asked<'_>, rows: impl Iterator<Item = &'r ClockRow>) -> Made<Vec<&'r ClockRow>> {
    if !has_role(asked, &[Role::Administrator]) {
        return Ok(Vec::new());
    }
    let hearers = Hearers::read(asked.home, asked.store(), asked.ask.now)?;
    let mut found = Vec::new();
    for row in rows {
        if !hearers.hear(&row.clock.id.incident, row.clock.left_micros(asked.ask.now) < 0)? {
            found.push(row);
        }
    }
    Ok(found)
}
