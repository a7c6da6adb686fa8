//! `detente feed`: what this node sends and reads.

mod answer;
mod came;
mod collection;
mod pull;
mod verify;

use std::collections::BTreeMap;

use node::exchange::{Arrival, FeedState, OwnStatement, Received};
use policy::agreement::Agreement;
use policy::control::{Deposited, RecallAnswer, Sentence};
use policy::feed::ReadEntry;
use protocol::exchange::FeedName;
use record::digest::PartyId;
use record::json::{Json, Map};
use storage::{Body, LocalStore, LogName, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;

use super::log::split_body;
use crate::arguments::{FeedAcksArguments, FeedCommand, FeedListArguments, FeedShowArguments};
use crate::clarifications::recalls;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::keyring::Keyring;
use crate::negotiations::Negotiations;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::serve::witnesses::keys_of;
use crate::{clock, partners};

pub(crate) fn run(command: &FeedCommand, report: &mut Report) -> Done {
    match command {
        FeedCommand::List(arguments) => list(arguments, report),
        FeedCommand::Pull(arguments) => pull::run(arguments, report),
        FeedCommand::Show(arguments) => show(arguments, report),
        FeedCommand::Answer(arguments) => answer::run(arguments, report),
        FeedCommand::Verify(arguments) => verify::run(arguments, report),
        FeedCommand::Acks(arguments) => acks(arguments, report),
        FeedCommand::Collection(arguments) => collection::run(arguments, report),
    }
}

fn open(dir: &std::path::Path) -> Done<LocalStore> {
    let home = Home::open(dir)?;
    store_of::open_to_read(&home, &home.history()?)
}

fn list(arguments: &FeedListArguments, report: &mut Report) -> Done {
    let store = open(&arguments.dir)?;
    tell(&store, &Home::open(&arguments.dir)?, report)
}

/// Says which feeds there are, of an open store.
pub(crate) fn tell(store: &LocalStore, home: &Home, report: &mut Report) -> Done {
    let party = home.history()?.party();
    let ring = partners::ring(home)?;
    let negotiations = Negotiations::read(store, &ring, party, clock::now())?;
    let received = Received::all(store).map_err(Failure::environment)?;
    let mut own = Vec::new();
    for head in store.heads().map_err(store_of::fail)?.iter().filter(|head| head.log.is_feed()) {
        report.line(format!("ours   {}  {:>6} entries", FeedName::of(&head.origin), head.size));
        let acknowledged = received.iter().filter(|one| one.kind == "acknowledgement" && one.about == head.origin);
        let mut rows = Vec::new();
        for one in acknowledged {
            report.line(format!("         read to {:>6} by {} at {}", one.size, one.peer, one.time));
            rows.push(Json::from(Map::new().with("peer", one.peer.as_str()).with("size", Json::count(one.size))));
        }
        let map = Map::new().with("feed", FeedName::of(&head.origin).to_string()).with("size", Json::count(head.size));
        own.push(Json::from(map.with("acknowledged", Json::Array(rows))));
    }
    let mut read = Vec::new();
    for state in FeedState::all(store).map_err(Failure::environment)? {
        let name = FeedName::of(&state.feed);
        let agreement = state.agreement.parse().ok().and_then(|digest| negotiations.agreement(digest));
        let is_common = is_common(&state, agreement, (party, &ring));
        report.line(format!(
            "reads  {name}  {:>6} entries  from {}  last heard {}  {}",
            state.size,
            state.peer,
            state.heard,
            if is_common { "common" } else { "seen by us only" }
        ));
        let map = Map::new()
            .with("feed", name.to_string())
            .with("peer", state.peer.as_str())
            .with("agreement", state.agreement.as_str())
            .with("epoch", Json::count(state.epoch))
            .with("size", Json::count(state.size))
            .with("heard", state.heard.to_string())
            .with("urgent", came::say(store, &state, report)?);
        read.push(Json::from(map.with("is_common", Json::Bool(is_common))));
    }
    report.data("own", Json::Array(own));
    report.data("read", Json::Array(read));
    Ok(())
}

/// Whether everybody whom the agreement names for it, and else every other member, has cosigned the checkpoint that we saw: so
/// none of them was shown another.
fn is_common(state: &FeedState, agreement: Option<&Agreement>, (own, ring): (PartyId, &Keyring)) -> bool {
    let Ok(signed) = SignedCheckpoint::parse(state.checkpoint.as_bytes()) else { return false };
    let Some(agreement) = agreement else { return false };
    let has_signed = |party: PartyId| ring.find(party).is_ok_and(|history| signed.verify(&keys_of(history)).is_ok());
    let Ok(sender) = state.peer.parse::<PartyId>() else { return false };
    agreement.common_by(sender).filter(|party| *party != own).all(has_signed)
}

/// A feed that is read here, by its name.
pub(super) fn find(store: &LocalStore, name: &str) -> Done<(FeedState, LogName)> {
    let wanted: FeedName = name.parse().map_err(Failure::input)?;
    let states = FeedState::all(store).map_err(Failure::environment)?;
    let state = states.into_iter().find(|state| FeedName::of(&state.feed) == wanted).ok_or_else(|| {
        Failure::input("this node reads no such feed").advise("`detente feed list --dir DIR` shows those that it reads")
    })?;
    let log = format!("pulled-{wanted}").parse().map_err(Failure::input)?;
    Ok((state, log))
}

fn show(arguments: &FeedShowArguments, report: &mut Report) -> Done {
    if let Some(out) = &arguments.out {
        check_absent(out)?;
    }
    let store = open(&arguments.dir)?;
    let (state, log) = find(&store, &arguments.feed)?;
    let records = Arrival::of_log(&store, &log).map_err(Failure::environment)?;
    let (recalls, answers) = (recalls(&store, &log)?, answers_of(&store, &state.feed)?);
    let judgements = state.judgements(&store).map_err(Failure::environment)?;
    let size = usize::try_from(state.size).unwrap_or(usize::MAX);
    let entries = store.entries(&log, 0, size).map_err(store_of::fail)?;
    let mut rows = Vec::new();
    for (index, octets) in (0_u64..).zip(&entries) {
        let (kind, about) = match ReadEntry::read(octets) {
            Ok(ReadEntry::Release(release)) => ("release", release.record.to_string()),
            Ok(ReadEntry::Recall(recall)) => ("recall", format!("entry {}, {}", recall.index, recall.reason.name())),
            Ok(ReadEntry::Marks(marks)) => ("marks", format!("entry {}", marks.index)),
            Ok(ReadEntry::Erased(erased)) => ("erased", format!("entry {}", erased.index)),
            Ok(ReadEntry::Close { time }) => ("close", time.to_string()),
            Ok(_) | Err(_) => ("unread", "a later build of this program reads it".to_owned()),
        };
        let is_recalled =
            recalls.get(&index).is_some_and(|recall| kind == "release" && recall.record.to_string() == about);
        let answer = answers.get(&index).filter(|_| is_recalled);
        let standing = judgements.get(&index).map(|is_proved| if *is_proved { "proved" } else { "signed" });
        let said = match standing {
            Some("proved") => "  proved",
            Some(_) => "  ONLY SIGNED: not proved in its author's log",
            None => "",
        };
        let note = if is_recalled { format!("  RECALLED, {}", say_answer(answer)) } else { String::new() };
        report.line(format!("{index:>6}  {kind:<8} {about}{said}{note}"));
        let map = Map::new().with("index", Json::count(index)).with("kind", kind).with("about", about);
        let map = map.with("standing", standing.map_or(Json::Null, Json::text));
        let map = map.with("recalled", Json::Bool(is_recalled));
        rows.push(Json::from(map.with("answer", answer.map_or(Json::Null, answer_json))));
    }
    report.fact("records", Json::count(records.len()));
    report.data("urgent", came::say(&store, &state, report)?);
    report.data("entries", Json::Array(rows));
    if let (Some(index), Some(out)) = (arguments.entry, &arguments.out) {
        if recalls.contains_key(&index) {
            report.warn("its sender took this record back: it is shown here no more as what it says now");
        }
        let text = if index < state.size {
            record_text(&store, &log, index)?
        } else {
            came::record_text(&store, &state, index, report)?
        };
        write_whole(out, text.trim_end(), Readers::Owner)?;
        report.fact("written", out.display().to_string());
    }
    Ok(())
}

/// Our newest answer to each recall in a feed, by the index of what was taken back.
fn answers_of(store: &LocalStore, feed: &str) -> Done<BTreeMap<u64, RecallAnswer>> {
    let own = OwnStatement::all(store, "recall-answer", Some(feed)).map_err(Failure::environment)?;
    let answers = own.into_iter().filter_map(|one| match one.stated.sentence {
        Sentence::RecallAnswer(answer) => Some((answer.index, answer)),
        Sentence::Head(_)
        | Sentence::Acknowledgement(_)
        | Sentence::Silence(_)
        | Sentence::Deposit(_)
        | Sentence::NoDeposit(_)
        | Sentence::DepositWithdrawn(_) => None,
    });
    Ok(answers.collect())
}

fn say_answer(answer: Option<&RecallAnswer>) -> String {
    let Some(answer) = answer else { return "not answered yet".to_owned() };
    let deed = if answer.is_deleted { "deleted" } else { "kept" };
    format!("{deed}{}", if answer.was_passed_on { ", passed on before" } else { "" })
}

fn answer_json(answer: &RecallAnswer) -> Json {
    let map = Map::new().with("index", Json::count(answer.index)).with("record", answer.record.to_string());
    map.with("deleted", Json::Bool(answer.is_deleted)).with("passed_on", Json::Bool(answer.was_passed_on)).into()
}

/// What a statement says, in words and for programs.
fn told(sentence: &Sentence, size: u64) -> (String, Json) {
    match sentence {
        Sentence::Head(_) | Sentence::Acknowledgement(_) => (format!("to {size}"), Json::Null),
        Sentence::RecallAnswer(answer) => {
            (format!("entry {} {}", answer.index, say_answer(Some(answer))), answer_json(answer))
        }
        Sentence::Silence(silence) => {
            let (question, deadline) = (silence.question.to_string(), silence.deadline.to_string());
            let words = format!("no answer to {question} by {deadline}");
            (words, Map::new().with("question", question).with("deadline", deadline).into())
        }
        Sentence::Deposit(deposit) => {
            let (of, bytes) = (&deposit.of, deposit.bytes);
            let (index, member, until) = (of.index, of.member, deposit.until.to_string());
            let words = format!("keeps the body of entry {index} for {member}, {bytes} octets sealed, until {until}");
            let map = deposited_json(of).with("sealed", deposit.sealed.to_string()).with("bytes", Json::count(bytes));
            (words, map.with("until", until).into())
        }
        Sentence::NoDeposit(of) => {
            (format!("has no body of entry {} for {}", of.index, of.member), deposited_json(of).into())
        }
        Sentence::DepositWithdrawn(of) => {
            let words = format!("took the body of entry {} for {} back from its depositary", of.index, of.member);
            (words, deposited_json(of).into())
        }
    }
}

fn deposited_json(of: &Deposited) -> Map {
    Map::new()
        .with("feed", of.feed.as_str())
        .with("index", Json::count(of.index))
        .with("body", of.body.to_string())
        .with("sender", of.sender.to_string())
        .with("member", of.member.to_string())
}

/// What we stated ourselves beside acknowledgements.
fn own_statements(store: &LocalStore, report: &mut Report) -> Done {
    let mut rows = Vec::new();
    for kind in ["recall-answer", "silence", "deposit", "no-deposit", "deposit-withdrawn"] {
        for one in OwnStatement::all(store, kind, None).map_err(Failure::environment)? {
            let (words, says) = told(&one.stated.sentence, 0);
            report.line(format!("ours  {kind:<16} {words}  at {}", one.stated.time));
            let map = Map::new().with("leaf", Json::count(one.leaf)).with("kind", kind).with("says", says);
            rows.push(Json::from(map.with("time", one.stated.time.to_string())));
        }
    }
    report.data("own", Json::Array(rows));
    Ok(())
}

/// The record beside an entry.
pub(super) fn record_text(store: &LocalStore, log: &LogName, index: u64) -> Done<String> {
    let body = store.bodies(&[Place::new(log.clone(), index)]).map_err(store_of::fail)?.pop();
    match body {
        Some(Body::Kept(body)) => {
            let (_, text) = split_body(&body).ok_or_else(|| Failure::refused("the entry's body is damaged"))?;
            Ok(String::from_utf8_lossy(text).into_owned())
        }
        _ => Err(Failure::input(format!("entry {index} has no record here: it has none, or it was erased"))),
    }
}

fn acks(arguments: &FeedAcksArguments, report: &mut Report) -> Done {
    if let Some(out) = &arguments.out {
        check_absent(out)?;
    }
    let store = open(&arguments.dir)?;
    let received = Received::all(&store).map_err(Failure::environment)?;
    let mut rows = Vec::new();
    for (number, one) in received.iter().enumerate() {
        let (words, says) = one.sentence().map_or_else(|| (String::new(), Json::Null), |it| told(&it, one.size));
        report.line(format!("{number:>4}  {:<16} {}  {words}  at {}", one.kind, one.peer, one.time));
        let map = Map::new().with("number", Json::count(number)).with("kind", one.kind.as_str());
        let map = map.with("peer", one.peer.as_str()).with("about", one.about.as_str());
        let map = map.with("size", Json::count(one.size)).with("time", one.time.as_str());
        rows.push(Json::from(map.with("says", says)));
    }
    report.data("statements", Json::Array(rows));
    own_statements(&store, report)?;
    if let (Some(number), Some(out)) = (arguments.number, &arguments.out) {
        let one = received.get(number).ok_or_else(|| Failure::input(format!("there is no statement {number}")))?;
        write_whole(out, &one.opened, Readers::All)?;
        report.fact("written", out.display().to_string());
        report.line(
            "\nProves to anybody who has that party's profile that it stated this: detente verify FILE --keys PROFILE",
        );
    }
    Ok(())
}
