//! Confidential reports from outside, at the desk.

use pages::{Block, Field, Form, Inline, Page, Row, Say, Table, Tone};

use super::{Asked, Made, NoPage, act};
use crate::intake::{Answer, Intake, State, Thread};

/// Most reports of a list.
const MAX_ROWS: usize = 200;

/// Those that wait first.
pub(super) fn list(asked: &Asked<'_>) -> Made {
    let page = Page::new("reports-title").and(act::done(asked.ask)).with(Block::line("reports-about"));
    let Ok(intake) = Intake::open(asked.home) else {
        return Ok(page
            .with(Block::notice(Tone::Watch, "reports-closed"))
            .with(Block::Code("detente report open --dir DIR".to_owned())));
    };
    let mut threads = intake.threads()?;
    threads.sort_by_key(|thread| (!waits(thread), thread.name.clone()));
    let table = Table::new(
        "reports-caption",
        &["reports-name", "reports-state", "reports-messages", "reports-last"],
        "reports-none",
    );
    let table = table.rows(threads.iter().take(MAX_ROWS).map(row));
    Ok(page.with(opening().into()).with(table.into()))
}

/// Whether nobody has answered what came last.
const fn waits(thread: &Thread) -> bool {
    matches!(thread.state, State::New | State::Read)
}

fn row(thread: &Thread) -> Row {
    let name = Inline::link(format!("/reports/{}", thread.name), Say::sign(&thread.name));
    let cells = vec![
        vec![name],
        vec![Inline::Text(Say::known("report-state", thread.state.name()))],
        vec![Inline::sign(thread.messages.len())],
        thread.messages.last().map(|last| Inline::sign(&last.day)).into_iter().collect(),
    ];
    Row::new(cells).toned(if waits(thread) { Tone::Watch } else { Tone::Calm })
}

/// Sealed reports lie aside until the node's keys open them.
fn opening() -> Form {
    Form::command("inbox", "report inbox", "/reports")
        .titled("reports-inbox-title", "reports-inbox-button")
        .helped("reports-inbox-help")
}

/// One report: what was said, by both sides.
pub(super) fn one(asked: &Asked<'_>) -> Made {
    let name = asked.part(0)?;
    let thread = Intake::open(asked.home).and_then(|intake| intake.thread(name)).map_err(|_| NoPage::Hidden)?;
    let path = format!("/reports/{}", thread.name);
    let state = Block::Facts(vec![(
        "reports-state".into(),
        vec![Inline::Text(Say::known("report-state", thread.state.name()))],
    )]);
    let said = thread.messages.iter().map(|one| (one, "reports-theirs"));
    let answered = thread.answers.iter().map(|one| (one, "reports-ours"));
    let mut talk: Vec<(&Answer, &'static str)> = said.chain(answered).collect();
    talk.sort_by(|one, other| one.0.day.cmp(&other.0.day));
    let page = Page::new(Say::with("reports-one", "name", thread.name.clone())).and(act::done(asked.ask)).with(state);
    let page = page.and(talk.into_iter().flat_map(|(one, side)| spoken(one, side)));
    Ok(if thread.state != State::Closed { page.and(forms(&thread, &path)) } else { page })
}

fn spoken(one: &Answer, side: &'static str) -> Vec<Block> {
    vec![
        Block::Line(vec![Inline::Strong(Say::Word(side)), Inline::sign(&one.day)]),
        Block::Text(Say::content(one.text.as_str())),
    ]
}

fn forms(thread: &Thread, path: &str) -> Vec<Block> {
    let answer = Form::command("answer", "report answer", path)
        .titled("reports-answer-title", "reports-answer-button")
        .helped("reports-answer-help")
        .field(Field::area("text", "reports-text").required())
        .given("report", &thread.name);
    let close = Form::command("close", "report close", path)
        .titled("reports-close-title", "reports-close-button")
        .helped("reports-close-help")
        .field(Field::area("text", "reports-last-word"))
        .given("report", &thread.name);
    vec![answer.into(), Block::Fold("reports-close-title".into(), vec![close.into()])]
}
