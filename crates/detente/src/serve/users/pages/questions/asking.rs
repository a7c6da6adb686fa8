//! Forms: to ask about a record, and to answer a question.

use access::{Right, Verdict};
use pages::{Block, Field, Form, Inline, Say, Tone};
use record::digest::RecordDigest;
use record::label::Tlp;

use super::super::{Asked, Made, NoPage};
use super::agreements;
use crate::clarifications::{Clarification, Clarifications};
use crate::operations::sight::Sight;

/// What a question or an answer can be marked, and what it is if nobody says.
const LEVELS: [Tlp; 4] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];

/// The form to ask about the record that the query names, if it came in a feed and this account may see it.
pub(super) fn block(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Vec<Block>> {
    let Some(text) = asked.query("about") else { return Ok(Vec::new()) };
    let digest: RecordDigest = text.parse().map_err(|_| NoPage::Hidden)?;
    if !asked.may(Right::Answer) || sight.judge_named(Right::Answer, text)? != Verdict::Allowed {
        return Err(NoPage::Hidden);
    }
    let keys = asked.open.keys.get();
    let came = Clarifications::new(asked.store(), keys.ring(), asked.open.party()).came(&digest)?;
    if came.is_none() {
        return Ok(vec![Block::notice(Tone::Watch, "question-did-not-come")]);
    }
    Ok(vec![ask(asked, sight, digest, "/questions")?.into()])
}

/// The form to ask about a record, or further about an answer.
pub(super) fn ask(asked: &Asked<'_>, sight: &Sight<'_>, about: RecordDigest, page: &str) -> Made<Form> {
    let engine = engine(asked, sight)?;
    let page = if page == "/questions" { format!("/questions?about={about}") } else { page.to_owned() };
    let form = Form::command("ask", "clarify ask", page)
        .titled("question-ask-title", "question-ask-button")
        .helped("question-ask-help")
        .given("record", about)
        .field(Field::area("text:en", "question-text-en"))
        .field(Field::area("text:zh-Hans", "question-text-zh"))
        .field(Field::line("deadline", "question-deadline").helped("question-deadline-help").required())
        .then("/questions/{question}")
        .saved();
    Ok(sending(asked, form, agreements(asked, &engine)))
}

/// The form to answer a question of theirs.
pub(super) fn answer(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Form> {
    let engine = engine(asked, sight)?;
    let statuses = ["answered", "partly", "declined", "cannot-say"];
    let statuses = statuses.map(|word| (word.to_owned(), Say::known("answer-status", word)));
    let page = format!("/questions/{}", one.question.digest);
    let form = Form::command("answer", "clarify answer", page)
        .titled("question-answer-title", "question-answer-button")
        .helped("question-answer-help")
        .given("question", one.question.digest)
        .field(Field::choice("status", "question-status", statuses.to_vec()).required())
        .field(Field::area("text:en", "question-text-en"))
        .field(Field::area("text:zh-Hans", "question-text-zh"))
        .saved();
    Ok(sending(asked, form, agreements(asked, &engine)))
}

/// How it goes out. To send it at once takes the clause's leave; the command itself refuses to skip a second person.
fn sending(asked: &Asked<'_>, form: Form, agreements: Vec<(String, Say)>) -> Form {
    let levels =
        LEVELS.map(|level| (level.name().to_owned(), Say::sign(format!("TLP:{}", level.name().to_uppercase()))));
    form.field(Field::choice("agreement", "release-agreement", agreements))
        .field(Field::choice("tlp", "question-marking", levels.to_vec()).value(Tlp::Green.name()))
        .field(Field::flag("yes", "question-send").helped("question-send-help"))
        .given("language", asked.ask.language.tag())
}

fn engine(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<policy::decision::Engine> {
    let mut negotiations = asked.open.negotiations();
    negotiations.set_now(asked.ask.now);
    Ok(negotiations.engine(&sight.holdings)?)
}

/// That an answer that was proposed still has to be released, and where that is done.
pub(super) fn releasing(proposal: Option<String>, record: RecordDigest) -> Block {
    let link = match proposal {
        Some(id) => Inline::link(format!("/releases/{id}"), "question-its-release"),
        None => Inline::link(format!("/releases/what-if?record={record}"), "question-its-what-if"),
    };
    Block::Notice(Tone::Watch, vec![Inline::Text("question-not-released".into()), link])
}
