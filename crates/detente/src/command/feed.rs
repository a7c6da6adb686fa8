//! `detente feed`: what this node sends and reads.

mod pull;
mod verify;

use node::exchange::{Arrival, FeedState, Received};
use policy::agreement::Agreement;
use policy::feed::ReadEntry;
use protocol::exchange::FeedName;
use record::digest::PartyId;
use record::json::{Json, Map};
use storage::{Body, LocalStore, LogName, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;

use super::log::split_body;
use crate::arguments::{FeedAcksArguments, FeedCommand, FeedListArguments, FeedShowArguments};
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::negotiations::Negotiations;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::serve::cosignatures::by;
use crate::serve::witnesses::name_of;
use crate::{clock, partners};

pub(crate) fn run(command: &FeedCommand, report: &mut Report) -> Done {
    match command {
        FeedCommand::List(arguments) => list(arguments, report),
        FeedCommand::Pull(arguments) => pull::run(arguments, report),
        FeedCommand::Show(arguments) => show(arguments, report),
        FeedCommand::Verify(arguments) => verify::run(arguments, report),
        FeedCommand::Acks(arguments) => acks(arguments, report),
    }
}

fn open(dir: &std::path::Path) -> Done<LocalStore> {
    let home = Home::open(dir)?;
    store_of::open_to_read(&home, &home.history()?)
}

fn list(arguments: &FeedListArguments, report: &mut Report) -> Done {
    let store = open(&arguments.dir)?;
    let home = Home::open(&arguments.dir)?;
    let party = home.history()?.party();
    let negotiations = Negotiations::read(&store, &partners::ring(&home)?, party, clock::now())?;
    let received = Received::all(&store).map_err(Failure::environment)?;
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
    for state in FeedState::all(&store).map_err(Failure::environment)? {
        let name = FeedName::of(&state.feed);
        let agreement = state.agreement.parse().ok().and_then(|digest| negotiations.agreement(digest));
        let is_common = is_common(&state, agreement, party);
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
            .with("heard", state.heard.to_string());
        read.push(Json::from(map.with("is_common", Json::Bool(is_common))));
    }
    report.data("own", Json::Array(own));
    report.data("read", Json::Array(read));
    Ok(())
}

/// Whether every other member of the agreement has cosigned the checkpoint that we saw, so that nobody was shown another.
fn is_common(state: &FeedState, agreement: Option<&Agreement>, own: PartyId) -> bool {
    let Ok(signed) = SignedCheckpoint::parse(state.checkpoint.as_bytes()) else { return false };
    let Some(agreement) = agreement else { return false };
    let has_signed = |party: &PartyId| !by(&signed, &name_of(party)).is_empty();
    let others = agreement.members().iter().map(|member| member.party);
    others.filter(|party| *party != own && party.to_string() != state.peer).all(|party| has_signed(&party))
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
        report.line(format!("{index:>6}  {kind:<8} {about}"));
        rows.push(Json::from(Map::new().with("index", Json::count(index)).with("kind", kind).with("about", about)));
    }
    report.fact("records", Json::count(records.len()));
    report.data("entries", Json::Array(rows));
    if let (Some(index), Some(out)) = (arguments.entry, &arguments.out) {
        let text = record_text(&store, &log, index)?;
        write_whole(out, text.trim_end(), Readers::Owner)?;
        report.fact("written", out.display().to_string());
    }
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
    let received = Received::all(&open(&arguments.dir)?).map_err(Failure::environment)?;
    let mut rows = Vec::new();
    for (number, one) in received.iter().enumerate() {
        report.line(format!("{number:>4}  {:<16} {}  to {}  at {}", one.kind, one.peer, one.size, one.time));
        let map = Map::new().with("number", Json::count(number)).with("kind", one.kind.as_str());
        let map = map.with("peer", one.peer.as_str()).with("about", one.about.as_str());
        rows.push(Json::from(map.with("size", Json::count(one.size)).with("time", one.time.as_str())));
    }
    report.data("statements", Json::Array(rows));
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
