//! One question: its thread, the record that it is about, its answers, and what can be done now.

use access::{Right, Verdict};
use pages::{Block, Inline, Page, Say, Tone};
use record::digest::RecordDigest;

use super::super::{Asked, Made, NoPage, act};
use super::{about, asking, renditions, seen, state};
use crate::clarifications::{ANSWER, Clarification, Given, State};
use crate::operations::sight::Sight;
use crate::proposals;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let digest: RecordDigest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let sight = asked.sight()?;
    let mut all = seen(asked, &sight)?;
    let thread = all.iter().find(|one| one.question.digest == digest).map(|one| one.question.thread);
    let thread = thread.ok_or(NoPage::Hidden)?;
    all.retain(|one| one.question.thread == thread);
    let this = all.iter().find(|one| one.question.digest == digest).ok_or(NoPage::Hidden)?;
    let (words, tone) = state(this, this.state(asked.ask.now));
    let mut page = Page::new("question-title").and(act::done(asked.ask)).with(Block::notice(tone, words));
    page = page.with(Block::Facts(facts(asked, &sight, this)?));
    for one in &all {
        page = page.and(told(asked, one));
    }
    Ok(page.and(unreleased(asked, &sight, this)?).and(doing(asked, &sight, this)?))
}

fn facts(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Vec<(Say, Vec<Inline>)>> {
    let mut facts = vec![(Say::Word("question-about"), vec![about(asked, sight, one)?])];
    facts.extend(one.with.map(|party| (Say::Word("question-with"), vec![asked.name(party).into()])));
    facts.push(("question-deadline".into(), vec![Inline::Time(one.question.deadline)]));
    facts.extend(one.silence.map(|stated| (Say::Word("question-silence-stated"), vec![Inline::Time(stated)])));
    facts.push(("question-digest".into(), vec![Inline::code(one.question.digest)]));
    Ok(facts)
}

/// A question with its answers, as they were written.
fn told(asked: &Asked<'_>, one: &Clarification) -> Vec<Block> {
    let (words, tone) = state(one, one.state(asked.ask.now));
    let who = if one.is_ours { "question-we-ask" } else { "question-they-ask" };
    let mut blocks = vec![Block::Line(vec![
        Inline::Strong(who.into()),
        Inline::Text("question-until".into()),
        Inline::Time(one.question.deadline),
        Inline::tag(tone, words),
        Inline::link(format!("/questions/{}", one.question.digest), "question-this"),
    ])];
    let asks = renditions(asked, one.question.asks.as_ref());
    if asks.is_empty() {
        blocks.push(Block::line("question-withheld"));
    }
    blocks.extend(asks.into_iter().map(Block::Text));
    blocks.extend(one.answers.iter().flat_map(|answer| answered(asked, one, answer)));
    blocks
}

fn answered(asked: &Asked<'_>, one: &Clarification, answer: &Given) -> Vec<Block> {
    let is_late = answer.time > one.question.deadline || one.silence.is_some_and(|stated| stated < answer.time);
    let mut line = vec![
        Inline::Strong("question-answer".into()),
        Inline::tag(Tone::Calm, Say::known("answer-status", &answer.status)),
        Inline::Time(answer.time),
    ];
    line.extend(is_late.then(|| Inline::tag(Tone::Watch, "question-answer-late")));
    line.push(Inline::link(format!("/records/{}", answer.digest), "question-answer-record"));
    let mut blocks = vec![Block::Line(line)];
    blocks.extend(renditions(asked, answer.says.as_ref()).into_iter().map(Block::Text));
    blocks
}

/// What of ours was written and not released: a question, or an answer that nobody sent yet.
fn unreleased(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Vec<Block>> {
    if !asked.may(Right::Propose) {
        return Ok(Vec::new());
    }
    let written = if one.is_ours {
        if one.state(asked.ask.now) == State::Unsent { vec![one.question.digest] } else { Vec::new() }
    } else {
        unsent_answers(sight, one)?
    };
    if written.is_empty() {
        return Ok(Vec::new());
    }
    let proposals = proposals::read(asked.store(), &sight.holdings)?;
    let of = |record: RecordDigest| {
        let open = proposals.iter().rev().find(|one| one.subject.record == record && one.published.is_none());
        asking::releasing(open.map(|one| one.id.to_string()), record)
    };
    Ok(written.into_iter().map(of).collect())
}

/// Our answers to a question that are logged and were not released.
fn unsent_answers(sight: &Sight<'_>, one: &Clarification) -> Made<Vec<RecordDigest>> {
    let question = one.question.digest.to_string();
    let answers = sight.holdings.of_types(&[ANSWER])?;
    let ours = answers.iter().map(|held| held.record.content()).filter(|record| {
        let about = record.extension().and_then(|fields| fields.text("about"));
        record.issuer() == sight.holdings.own && about == Some(question.as_str())
    });
    let sent = |digest: &RecordDigest| one.answers.iter().any(|answer| answer.digest == *digest);
    let mut unsent = Vec::new();
    for digest in ours.map(record::Record::digest).filter(|digest| !sent(digest)) {
        if sight.judge_named(Right::Read, &digest.to_string())? == Verdict::Allowed {
            unsent.push(digest);
        }
    }
    Ok(unsent)
}

/// The form that is next: to answer theirs, to ask further about an answer to ours.
fn doing(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Vec<Block>> {
    let state = one.state(asked.ask.now);
    if !asked.may(Right::Answer) || state == State::Recalled {
        return Ok(Vec::new());
    }
    if !one.is_ours {
        return Ok(vec![asking::answer(asked, sight, one)?.into()]);
    }
    let Some(answer) = one.answers.last() else { return Ok(Vec::new()) };
    let page = format!("/questions/{}", one.question.digest);
    Ok(vec![Block::Fold("question-ask-further".into(), vec![asking::ask(asked, sight, answer.digest, &page)?.into()])])
}
