//! Alarms: what partners were caught at, what to do about it, and the evidence that others can check.

use access::Right;
use node::exchange::{Alarm, Closed, alarms};
use pages::{Block, Field, Form, Inline, Page, Row, Say, Table, Tone, encoded};
use web::users::PageAnswer;

use super::{Asked, Made, NoPage, act};
use crate::outcome::Failure;

/// Most alarms of a list: what was dealt with long ago is found by the command line.
const MAX_ROWS: usize = 200;

/// What is open, and with `?all=yes` what was dealt with.
pub(super) fn list(asked: &Asked<'_>) -> Made {
    let with_closed = asked.query("all").is_some();
    let mut found = alarms(asked.store()).map_err(Failure::environment)?;
    let closed = found.iter().filter(|alarm| alarm.closed.is_some()).count();
    found.retain(|alarm| with_closed || alarm.closed.is_none());
    found.sort_by_key(|alarm| (alarm.closed.is_some(), std::cmp::Reverse((alarm.weight, alarm.time))));
    let head = ["alarms-what", "alarms-weight", "alarms-who", "alarms-since", "alarms-closed"];
    let rows = found.iter().take(MAX_ROWS).map(|alarm| row(asked, alarm));
    let table = Table::new("alarms-caption", &head, "alarms-none").rows(rows);
    let page = Page::new("alarms-title").and(act::done(asked.ask)).with(Block::line("alarms-about")).with(table.into());
    let other = match (with_closed, closed) {
        (true, _) => Some(Inline::link("/alarms", "alarms-open-only")),
        (false, 0) => None,
        (false, closed) => Some(Inline::link("/alarms?all=yes", Say::count("alarms-with-closed", closed))),
    };
    Ok(page.and(other.map(|link| Block::Line(vec![link]))))
}

fn row(asked: &Asked<'_>, alarm: &Alarm) -> Row {
    let what = Inline::link(format!("/alarms/{}", alarm.number), kind(alarm));
    let closed = alarm.closed.as_ref().map(|closed| Inline::Time(closed.time));
    let cells = vec![
        vec![what],
        vec![weight(alarm)],
        vec![peer(asked, alarm).into()],
        vec![Inline::Time(alarm.time)],
        closed.into_iter().collect(),
    ];
    Row::new(cells).toned(if alarm.closed.is_some() { Tone::Calm } else { tone(alarm) })
}

fn kind(alarm: &Alarm) -> Say {
    Say::known("alarm-kind", &alarm.kind)
}

const fn tone(alarm: &Alarm) -> Tone {
    if alarm.weight == 0 { Tone::Watch } else { Tone::Grave }
}

fn weight(alarm: &Alarm) -> Inline {
    let word = match alarm.weight {
        0 => "alarm-weight-look",
        1 => "alarm-weight-grave",
        _ => "alarm-weight-proved",
    };
    Inline::tag(tone(alarm), word)
}

fn peer(asked: &Asked<'_>, alarm: &Alarm) -> Say {
    alarm.peer.parse().map_or_else(|_| Say::sign(&alarm.peer), |party| asked.name(party))
}

fn find(asked: &Asked<'_>) -> Made<Alarm> {
    let number: u64 = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let found = alarms(asked.store()).map_err(Failure::environment)?;
    found.into_iter().find(|alarm| alarm.number == number).ok_or(NoPage::Hidden)
}

/// One alarm.
pub(super) fn one(asked: &Asked<'_>) -> Made {
    let alarm = find(asked)?;
    let mut facts = vec![
        ("alarms-weight".into(), vec![weight(&alarm)]),
        ("alarms-who".into(), vec![peer(asked, &alarm).into(), Inline::code(&alarm.peer)]),
        ("alarms-since".into(), vec![Inline::Time(alarm.time)]),
        ("alarms-text".into(), vec![Inline::content(alarm.text.as_str())]),
    ];
    if !alarm.feed.is_empty() {
        facts.push(("alarms-feed".into(), vec![Inline::code(&alarm.feed)]));
    }
    let advice = Say::Known(format!("alarm-advice-{}", alarm.kind), Say::Word("alarm-advice").text(asked.ask.language));
    let page = Page::new(kind(&alarm)).and(act::done(asked.ask)).with(Block::Facts(facts));
    let page = page.with(Block::section("advice", "alarms-advice", vec![Block::line(advice)]));
    let page = page.with(Block::section("evidence", "alarms-evidence", evidence(&alarm)));
    Ok(page.with(match &alarm.closed {
        Some(closed) => dealt_with(closed),
        None if asked.may(Right::Alarms) => close(&alarm).into(),
        None => Block::line("alarms-not-closed"),
    }))
}

fn evidence(alarm: &Alarm) -> Vec<Block> {
    if alarm.evidence.is_none() {
        return vec![Block::line("alarms-no-evidence")];
    }
    let link = Inline::link(format!("/alarms/{}/evidence", alarm.number), "alarms-download");
    let commands = "detente verify evidence.txt --keys PROFILE".to_owned();
    vec![Block::Line(vec![Inline::Text("alarms-evidence-about".into()), link]), Block::Code(commands)]
}

fn dealt_with(closed: &Closed) -> Block {
    let facts = vec![
        ("alarms-closed".into(), vec![Inline::Time(closed.time)]),
        ("alarms-closed-by".into(), vec![Inline::content(closed.by.as_str())]),
        ("alarms-note".into(), vec![Inline::content(closed.note.as_str())]),
    ];
    Block::section("closed", "alarms-closed-title", vec![Block::Facts(facts)])
}

fn close(alarm: &Alarm) -> Form {
    Form::command("close", "alarm close", format!("/alarms/{}", alarm.number))
        .titled("alarms-close-title", "alarms-close-button")
        .helped("alarms-close-help")
        .field(Field::area("note", "alarms-note").required())
        .given("number", alarm.number)
}

/// The evidence as a file: digests, sizes and signatures, and no content.
pub(super) fn evidence_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let alarm = find(asked)?;
    let evidence = alarm.evidence.as_ref().ok_or(NoPage::Hidden)?;
    let name = format!("alarm-{}-{}.txt", alarm.number, encoded(&alarm.kind));
    Ok(PageAnswer::File("text/plain; charset=utf-8", name, evidence.clone().into_bytes()))
}
