//! Chapter: 北岭 asks about what was revealed, and Harbour answers, both under the agreement.

use record::json::Map;
use record::time::Timestamp;

use super::{is_true, until_heard};
use crate::clock::{DAY_MICROS, now};
use crate::demo::cast::Cast;
use crate::demo::nodes::Nodes;
use crate::demo::steps::{act, fact, quiet, rows};
use crate::demo::story::Story;
use crate::outcome::Done;

/// Days until an answer is asked for: the clause gives three.
const DAYS: i64 = 4;

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, record: &str) -> Done {
    story.chapter("北岭 asks Harbour about it, in two languages and with a deadline");
    let question = ask(cast, story, nodes, record)?;
    story.chapter("Harbour answers in time");
    answer(cast, story, nodes, &question)
}

fn ask(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, record: &str) -> Done<String> {
    let deadline = Timestamp::from_micros(now().micros().saturating_add(DAY_MICROS.saturating_mul(DAYS)));
    let asked = act(
        cast,
        story,
        &format!(
            "clarify ask {record} --text zh-Hans=\"它用的是哪一年的潮汐表？\" --text en=\"Of which year was its tide table?\" \
             --deadline {deadline} --by Wei --yes --dir DIR/hills"
        ),
    )?;
    let (question, proposal) = (fact(&asked, "question")?, fact(&asked, "proposal")?);
    send(cast, story, &proposal, ("hills", "Ning"))?;
    let _come = until_heard(cast, || nodes.harbour.heard("1 new entries, 1 in all").is_some())?;
    let row = row(cast, "harbour", &question);
    let waits = row.text("state") == Some("waiting");
    story.page(&cast.harbour, "/");
    let says = row.get("asks").and_then(record::json::Json::as_object).cloned().unwrap_or_default();
    if let Some(words) = says.text("zh-Hans") {
        story.say(&format!("   Harbour's desk reads: {words}"));
    }
    let is_whole = says.contains("zh-Hans") && says.contains("en") && row.text("about") == Some(record);
    story.claim(
        "the question waits at Harbour's desk, in both languages, about the record that Harbour showed",
        waits && is_whole,
    );
    Ok(question)
}

fn answer(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, question: &str) -> Done {
    let answered = act(
        cast,
        story,
        &format!(
            "clarify answer {question} --text en=\"Of the year before: the change of model brought it back.\" --text \
             zh-Hans=\"前一年的：更换模型时旧表被重新启用。\" --status answered --by Ana --yes --dir DIR/harbour"
        ),
    )?;
    send(cast, story, &fact(&answered, "proposal")?, ("harbour", "Bo"))?;
    // Behind the commitment and what was revealed.
    let _come = until_heard(cast, || nodes.hills.heard("1 new entries, 5 in all").is_some())?;
    let states = ["hills", "harbour"].map(|at| row(cast, at, question).text("state").map(str::to_owned));
    act(cast, story, "clarify list --dir DIR/hills --language zh-Hans")?;
    story.page(&cast.hills, "/");
    story.claim("both nodes say that it was answered", states.iter().all(|state| state.as_deref() == Some("answered")));
    let given = rows(&row(cast, "hills", question), "answers").into_iter().next().unwrap_or_default();
    story.claim("in time, by what 北岭's own log proves", given.contains("is_late") && !is_true(&given, "is_late"));
    Ok(())
}

/// A second person approves what goes, and it goes.
fn send(cast: &Cast, story: &Story<'_>, proposal: &str, (at, by): (&str, &str)) -> Done {
    act(cast, story, &format!("release approve {proposal} --by {by} --yes --dir DIR/{at}"))?;
    act(cast, story, &format!("release publish {proposal} --dir DIR/{at}")).map(drop)
}

/// What a node says of a question.
fn row(cast: &Cast, at: &str, question: &str) -> Map {
    let all = rows(&quiet(cast, &format!("clarify list --dir DIR/{at}")), "questions");
    all.into_iter().find(|row| row.text("question") == Some(question)).unwrap_or_default()
}
