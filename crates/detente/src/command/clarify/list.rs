//! `detente clarify list`: what was asked, by whom, and what became of it.

use policy::explain::Language;
use record::json::{Json, Map};
use record::language::TaggedText;
use record::time::Timestamp;

use super::words;
use crate::arguments::ClarifyListArguments;
use crate::clarifications::{Clarification, Clarifications, Given, State};
use crate::home::Home;
use crate::keyring::Keyring;
use crate::outcome::Done;
use crate::report::{Report, one_line};
use crate::{clock, node, partners};

pub(super) fn run(arguments: &ClarifyListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let store = node::open_to_read(&home, &history)?;
    let ring = partners::ring(&home)?;
    let mut all = Clarifications::new(&store, &ring, history.party()).all()?;
    // A thread stands together, where its first question stands.
    let threads: Vec<_> = all.iter().map(|one| one.question.thread).collect();
    all.sort_by_key(|one| threads.iter().position(|thread| *thread == one.question.thread));
    if all.is_empty() {
        report.line(words::choose(["Nothing was asked yet.", "尚无提问。"], arguments.language));
    }
    let (now, mut rows, mut thread) = (clock::now(), Vec::new(), None);
    for one in &all {
        if thread.replace(one.question.thread) != Some(one.question.thread) {
            say_thread(one, &ring, arguments.language, report);
        }
        say(one, now, arguments.language, report);
        rows.push(row(one, now));
    }
    report.data("questions", Json::Array(rows));
    Ok(())
}

fn say_thread(one: &Clarification, ring: &Keyring, language: Language, report: &Report) {
    let with = one.with.map(|party| one_line(&words::name(ring, party))).unwrap_or_default();
    let (thread, about) = (one.question.thread, one.question.about);
    report.line(match language {
        Language::English => format!("\nthread {thread} with {with}, about record {about}"),
        Language::Chinese => format!("\n往来 {thread}，对方：{with}，所涉记录：{about}"),
    });
}

fn say(one: &Clarification, now: Timestamp, language: Language, report: &Report) {
    let who = if one.is_ours { ["we ask", "我方提问"] } else { ["they ask", "对方提问"] };
    let state = one.state(now);
    let (who, state_words) = (words::choose(who, language), words::state(state, language));
    let note = note(one, state, now, language);
    report.line(format!("  {who}  {}  [{state_words}{note}]", one.question.digest));
    say_text(one.question.asks.as_ref(), language, report);
    for answer in &one.answers {
        let status = one_line(words::status(&answer.status, language));
        let (word, late) = match language {
            Language::English => ("answer", if is_late(one, answer) { ", late" } else { "" }),
            Language::Chinese => ("答复", if is_late(one, answer) { "，逾期" } else { "" }),
        };
        report.line(format!("    {word}  {}  {status}{late}  {}", answer.digest, answer.time));
        say_text(answer.says.as_ref(), language, report);
    }
}

/// What stands beside the state: the time that is left, or since when there is silence.
fn note(one: &Clarification, state: State, now: Timestamp, language: Language) -> String {
    let deadline = one.question.deadline;
    match (state, one.silence, language) {
        (State::Waiting, _, _) => {
            let left = words::span(left_seconds(deadline, now), language);
            words::choose([&format!(", {left} left"), &format!("，剩余{left}")], language).to_owned()
        }
        (State::Silent, None, Language::English) => format!(" since {deadline}, not recorded yet"),
        (State::Silent, None, Language::Chinese) => format!("，自{deadline}起，尚未记录"),
        (State::Silent | State::Late, Some(stated), Language::English) => {
            format!("{} silent since {deadline}, recorded {stated}", if state == State::Late { ";" } else { ":" })
        }
        (State::Silent | State::Late, Some(stated), Language::Chinese) => {
            format!("；自{deadline}起未答复，记录于{stated}")
        }
        _ => String::new(),
    }
}

fn is_late(one: &Clarification, answer: &Given) -> bool {
    answer.time > one.question.deadline || one.silence.is_some_and(|stated| stated < answer.time)
}

const fn left_seconds(deadline: Timestamp, now: Timestamp) -> i64 {
    deadline.micros().saturating_sub(now.micros()) / 1_000_000
}

fn say_text(text: Option<&TaggedText>, language: Language, report: &Report) {
    if let Some(text) = text {
        report.line(format!("      \"{}\"", one_line(language.choose(text))));
    }
}

fn row(one: &Clarification, now: Timestamp) -> Json {
    let question = &one.question;
    let state = one.state(now);
    let or_null = |text: Option<String>| text.map_or(Json::Null, Json::text);
    let left = if state == State::Waiting { Json::count(left_seconds(question.deadline, now)) } else { Json::Null };
    let silence = one.silence.map(|stated| {
        let since = question.deadline.to_string();
        Json::from(Map::new().with("since", since).with("stated", stated.to_string()))
    });
    Map::new()
        .with("thread", question.thread.to_string())
        .with("question", question.digest.to_string())
        .with("is_ours", Json::Bool(one.is_ours))
        .with("with", or_null(one.with.map(|party| party.to_string())))
        .with("about", question.about.to_string())
        .with("asks", question.asks.as_ref().map_or(Json::Null, TaggedText::to_json))
        .with("deadline", question.deadline.to_string())
        .with("state", words::code(state))
        .with("left_seconds", left)
        .with("silence", silence.unwrap_or(Json::Null))
        .with("answers", Json::Array(one.answers.iter().map(|answer| given(one, answer)).collect()))
        .into()
}

fn given(one: &Clarification, answer: &Given) -> Json {
    Map::new()
        .with("answer", answer.digest.to_string())
        .with("status", answer.status.as_str())
        .with("says", answer.says.as_ref().map_or(Json::Null, TaggedText::to_json))
        .with("time", answer.time.to_string())
        .with("is_late", Json::Bool(is_late(one, answer)))
        .into()
}
