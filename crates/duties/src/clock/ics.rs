//! Deadlines as a calendar (RFC 5545): ids and links, and nothing of the case, since calendars are kept on other people's servers.

use record::time::Timestamp;

/// A deadline in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CalendarEntry {
    /// An id that stays the same when the moment moves, so that calendars move the entry and make no second one.
    pub id: String,
    /// By when.
    pub due: Timestamp,
    /// Where the duty is shown to whoever may see it.
    pub link: String,
    /// How often the moment has been moved.
    pub sequence: usize,
    /// True if it need not be done any more: calendars strike it out.
    pub is_cancelled: bool,
}

impl CalendarEntry {
    /// An entry.
    #[must_use]
    pub fn new(id: impl Into<String>, due: Timestamp, link: impl Into<String>) -> Self {
        Self { id: id.into(), due, link: link.into(), sequence: 0, is_cancelled: false }
    }
}

/// Octets of a line, the break not counted (RFC 5545 section 3.1).
const LINE_BYTES: usize = 75;

/// Minutes before the moment at which a calendar rings.
const ALARM_MINUTES: u8 = 60;

/// The calendar as it stands at `now`.
#[must_use]
pub fn calendar(entries: &[CalendarEntry], now: Timestamp) -> String {
    let mut out = String::new();
    let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Detente//Duties//EN", "METHOD:PUBLISH"];
    head.iter().for_each(|line| fold(&mut out, line));
    for entry in entries {
        event(entry, now).iter().for_each(|line| fold(&mut out, line));
    }
    fold(&mut out, "END:VCALENDAR");
    out
}

fn event(entry: &CalendarEntry, now: Timestamp) -> Vec<String> {
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escape(&entry.id)),
        format!("DTSTAMP:{}", moment(now)),
        format!("DTSTART:{}", moment(entry.due)),
        format!("SEQUENCE:{}", entry.sequence),
        format!("SUMMARY:{}", escape(&entry.id)),
        format!("URL:{}", entry.link.chars().filter(|one| !one.is_control()).collect::<String>()),
        format!("STATUS:{}", if entry.is_cancelled { "CANCELLED" } else { "CONFIRMED" }),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    if !entry.is_cancelled {
        lines.extend(["BEGIN:VALARM", "ACTION:DISPLAY"].map(str::to_owned));
        lines.push(format!("DESCRIPTION:{}", escape(&entry.id)));
        lines.push(format!("TRIGGER:-PT{ALARM_MINUTES}M"));
        lines.push("END:VALARM".to_owned());
    }
    lines.push("END:VEVENT".to_owned());
    lines
}

/// `20260701T031000Z`. A fraction of a second is dropped: it is due no later than it says.
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{}Z", seconds.chars().filter(|one| *one != '-' && *one != ':').collect::<String>())
}

/// TEXT of RFC 5545 section 3.3.11.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, one| {
        match one {
            '\\' | ';' | ',' => out.extend(['\\', one]),
            '\n' => out.push_str("\\n"),
            _ if one.is_control() => {}
            _ => out.push(one),
        }
        out
    })
}

/// Breaks a line between characters, and goes on after a space.
fn fold(out: &mut String, line: &str) {
    let mut width = 0_usize;
    for one in line.chars() {
        if width.saturating_add(one.len_utf8()) > LINE_BYTES {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(one);
        width = width.saturating_add(one.len_utf8());
    }
    out.push_str("\r\n");
}
