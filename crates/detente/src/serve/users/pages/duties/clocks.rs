//! Clocks: how each stands, and what can be done with it.

use access::Right;
use duties::Packs;
use duties::clock::{Clock, ClockState};
use pages::{Block, Field, Form, Inline, Row, Say, Table, Tone};
use record::time::Timestamp;

use super::super::Made;
use super::super::shared::parted;
use super::book::{Scene, path_of};
use super::words::{both, by_when};
use crate::duty_book::{ClockRow, DutyBook};

/// Clocks that still run, the next moment first.
pub(super) fn open(rows: &[ClockRow], now: Timestamp) -> Vec<&ClockRow> {
    let mut open: Vec<&ClockRow> = rows.iter().filter(|row| is_open(row, now)).collect();
    open.sort_by_key(|row| row.clock.due.first);
    open
}

pub(super) fn is_open(row: &ClockRow, now: Timestamp) -> bool {
    matches!(row.clock.state(now), ClockState::Running | ClockState::Acknowledged | ClockState::Late)
}

pub(super) fn is_late(row: &ClockRow, now: Timestamp) -> bool {
    row.clock.state(now) == ClockState::Late
}

/// What a clock is the clock of, in words.
pub(super) fn what(packs: &Packs, clock: &Clock) -> Vec<Inline> {
    stage_words(packs, &clock.id.stage)
}

/// A stage by its path: its duty, and what it is called there.
pub(super) fn stage_words(packs: &Packs, path: &str) -> Vec<Inline> {
    parted(said(packs, path).into_iter().map(|say| vec![Inline::Text(say)]))
}

fn said(packs: &Packs, path: &str) -> Vec<Say> {
    let found = path.rsplit_once('/').and_then(|(duty, stage)| {
        let (_, duty) = packs.duty(duty)?;
        Some((duty, duty.stage(stage)?))
    });
    // A clock, and a filing, outlive the pack that set it.
    found.map_or_else(|| vec![Say::sign(path)], |(duty, stage)| vec![both(&duty.label), both(&stage.label)])
}

/// How it stands: the word, by when, and how much time is left.
pub(super) fn state(row: &ClockRow, now: Timestamp) -> Vec<Inline> {
    let mut line = vec![word(row.clock.state(now))];
    if is_open(row, now) {
        line.extend(by_when(now, row.clock.due));
    } else {
        line.push(Inline::Time(row.clock.due.first));
    }
    line
}

fn word(state: ClockState) -> Inline {
    Inline::tag(tone(state), Say::known("duty-clock", state.name()))
}

const fn tone(state: ClockState) -> Tone {
    match state {
        ClockState::Late => Tone::Grave,
        ClockState::Running => Tone::Watch,
        ClockState::Filed => Tone::Good,
        ClockState::Acknowledged | ClockState::Displaced | ClockState::Withdrawn | _ => Tone::Calm,
    }
}

/// What was filed, and in time or not; what was missed.
fn history(row: &ClockRow) -> Vec<Inline> {
    let filed = row.clock.filings.iter().map(|filing| {
        let (say, tone) = match (filing.is_amendment, filing.is_in_time()) {
            (true, _) => ("duties-amended", Tone::Calm),
            (false, true) => ("duties-in-time", Tone::Good),
            (false, false) => ("duties-filed-late", Tone::Grave),
        };
        vec![Inline::tag(tone, say), Inline::Time(filing.at)]
    });
    let missed = row.clock.missed.iter().map(|missed| {
        let say = if missed.contradicted_at.is_some() { "duties-missed-perhaps" } else { "duties-missed" };
        vec![Inline::tag(Tone::Grave, say), Inline::Time(missed.due)]
    });
    let by = row
        .clock
        .acknowledged_by
        .iter()
        .map(|name| vec![Inline::Text(Say::Word("duties-taken-by")), Inline::content(name)]);
    let ended =
        row.clock.ended_for.iter().map(|why| vec![Inline::Text(Say::Word("duties-ended-by")), Inline::code(why)]);
    parted(by.chain(filed).chain(missed).chain(ended))
}

/// A row of a clock.
pub(super) fn row(packs: &Packs, row: &ClockRow, now: Timestamp, more: Vec<Inline>) -> Row {
    let cells = vec![what(packs, &row.clock), state(row, now), history(row), more];
    Row::new(cells).toned(tone(row.clock.state(now)))
}

/// The clocks of an incident, and what can be done with them.
pub(super) fn of_incident(scene: &Scene<'_>, book: &DutyBook<'_>, rows: &[ClockRow]) -> Made<Vec<Block>> {
    let now = scene.asked.ask.now;
    let mut first = open(rows, now);
    first.extend(rows.iter().filter(|row| !is_open(row, now)));
    let may_file = scene.asked.may(Right::Duties);
    let file = |one: &ClockRow| {
        let to = format!("{}/file/{}", path_of(&one.clock.id.incident), one.clock.id.stage);
        (may_file && is_open(one, now)).then(|| Inline::link(to, "duties-file")).into_iter().collect::<Vec<_>>()
    };
    let lines = first.iter().map(|one| row(book.packs(), one, now, file(one)));
    let head = ["duties-what", "duties-state", "duties-history", "duties-to-do"];
    let mut blocks = vec![Table::new("duties-clocks-caption", &head, "duties-clocks-none").rows(lines).into()];
    blocks.extend(forms(scene, book.packs(), &first));
    Ok(blocks)
}

fn forms(scene: &Scene<'_>, packs: &Packs, rows: &[&ClockRow]) -> Vec<Block> {
    let now = scene.asked.ask.now;
    let running: Vec<_> = rows.iter().copied().filter(|row| is_open(row, now)).collect();
    let free: Vec<_> = running.iter().copied().filter(|row| row.clock.acknowledged_by.is_none()).collect();
    let mut forms = Vec::new();
    if scene.asked.may(Right::Duties) && !free.is_empty() {
        forms.push(
            form(
                scene,
                "acknowledge",
                "duties clock acknowledge",
                ["duties-acknowledge-title", "duties-acknowledge-button"],
            )
            .helped("duties-acknowledge-help")
            .field(stages(packs, &free)),
        );
    }
    if scene.asked.may(Right::Duties) {
        forms.push(
            form(scene, "set", "duties clock set", ["duties-set-title", "duties-set-button"]).helped("duties-set-help"),
        );
        if !running.is_empty() {
            forms.push(
                form(scene, "filed", "duties clock filed", ["duties-filed-title", "duties-filed-button"])
                    .helped("duties-filed-help")
                    .field(stages(packs, &running))
                    .field(
                        Field::line("version", "duties-filed-version").helped("duties-filed-version-help").required(),
                    ),
            );
            forms.push(
                form(scene, "withdraw", "duties clock withdraw", ["duties-withdraw-title", "duties-withdraw-button"])
                    .helped("duties-withdraw-help")
                    .field(stages(packs, &running))
                    .field(Field::line("because", "duties-withdraw-because").required()),
            );
        }
    }
    forms.into_iter().map(|form| Block::Fold(form.title.clone(), vec![form.into()])).collect()
}

fn form(scene: &Scene<'_>, id: &str, command: &'static str, [title, button]: [&'static str; 2]) -> Form {
    Form::command(id, command, scene.path())
        .titled(title, button)
        .given("incident", &scene.case.id)
        .then(format!("{}#clocks", scene.path()))
}

fn stages(packs: &Packs, rows: &[&ClockRow]) -> Field {
    let choices = rows.iter().map(|row| (row.clock.id.stage.clone(), plain(packs, &row.clock)));
    Field::choice("stage", "duties-clock", choices.collect()).required()
}

/// The same words as one text.
fn plain(packs: &Packs, clock: &Clock) -> Say {
    let said = said(packs, &clock.id.stage);
    let spoken = [api::Language::English, api::Language::Chinese]
        .map(|language| said.iter().map(|say| say.text(language)).collect::<Vec<_>>().join(" · "));
    Say::Both(spoken)
}
