//! Partners and witnesses: who is known here, how the line to each is, what was read of them and what they have read of us.

use std::collections::BTreeSet;

use access::Right;
use node::exchange::{Agreements as _, FeedState, Received};
use pages::{Block, Field, Form, Inline, Page, Row, Table, Tone};
use protocol::exchange::FeedName;
use protocol::exchange::timing::{interval_ms, is_frozen};
use record::digest::PartyId;
use record::time::Timestamp;

use super::releases::agreement_link;
use super::{Asked, Made, NoPage, act};
use crate::outcome::Failure;
use crate::peers::Peer;

/// Everybody who is known here.
pub(super) fn list(asked: &Asked<'_>) -> Made {
    let states = FeedState::all(asked.store()).map_err(Failure::environment)?;
    let peers = asked.open.peers();
    let mut parties: BTreeSet<PartyId> = asked.open.keys.get().ring().parties().collect();
    parties.remove(&asked.open.party());
    let head = ["partners-who", "partners-role", "partners-line", "partners-heard", "partners-feeds"];
    let rows = parties.iter().map(|party| row(asked, *party, peer_of(&peers, *party), &states));
    let table = Table::new("partners-caption", &head, "partners-none").rows(rows);
    let page = Page::new("partners-title").and(act::done(asked.ask)).with(Block::line("partners-about"));
    let page = page.with(table.into());
    Ok(if asked.may(Right::Operate) { page.with(Block::line("partners-pair")).with(invite()) } else { page })
}

fn peer_of(peers: &[Peer], party: PartyId) -> Option<&Peer> {
    peers.iter().find(|peer| peer.party == party)
}

fn row(asked: &Asked<'_>, party: PartyId, peer: Option<&Peer>, states: &[FeedState]) -> Row {
    let own: Vec<_> = states.iter().filter(|state| state.peer == party.to_string()).collect();
    let heard = own.iter().map(|state| state.heard).max();
    let is_silent = own.iter().any(|state| is_silent(asked, state));
    let line = match (peer.and_then(|peer| peer.address.as_ref()), is_silent) {
        (_, true) => Inline::tag(Tone::Grave, "partners-line-silent"),
        (Some(_), false) => Inline::tag(Tone::Good, "partners-line-open"),
        (None, false) => Inline::tag(Tone::Calm, "partners-line-none"),
    };
    let role = if peer.is_some_and(|peer| peer.is_witness) { "partners-witness" } else { "partners-partner" };
    let name = Inline::link(format!("/partners/{party}"), asked.name(party));
    let cells = vec![
        vec![name],
        vec![role.into()],
        vec![line],
        heard.map(Inline::Time).into_iter().collect(),
        vec![Inline::sign(own.len())],
    ];
    Row::new(cells).toned(if is_silent { Tone::Grave } else { Tone::Calm })
}

/// Whether so little came on a feed that the node raises an alarm for it.
fn is_silent(asked: &Asked<'_>, state: &FeedState) -> bool {
    let Ok(agreement) = state.agreement.parse() else { return false };
    let every_ms = interval_ms(asked.open.head_every_minutes(&agreement), None);
    is_frozen(state.heard, every_ms, asked.ask.now)
}

fn invite() -> Block {
    Block::Code("detente peer invite --help".to_owned())
}

/// One partner.
pub(super) fn one(asked: &Asked<'_>) -> Made {
    let party: PartyId = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let is_known = asked.open.keys.get().ring().find(party).is_ok();
    if !is_known || party == asked.open.party() {
        return Err(NoPage::Hidden);
    }
    let peers = asked.open.peers();
    let peer = peer_of(&peers, party);
    let address = peer.and_then(|peer| peer.address.as_ref());
    let shown = if asked.may(Right::Operate) { address } else { None };
    let mut facts = vec![("partners-id".into(), vec![Inline::code(party)])];
    facts.extend(shown.map(|address| ("partners-address".into(), vec![Inline::code(address)])));
    let is_witness = peer.is_some_and(|peer| peer.is_witness);
    facts.push(("partners-role".into(), vec![if is_witness { "partners-witness" } else { "partners-partner" }.into()]));
    let states = FeedState::all(asked.store()).map_err(Failure::environment)?;
    let own: Vec<_> = states.iter().filter(|state| state.peer == party.to_string()).collect();
    let page = Page::new(asked.name(party)).and(act::done(asked.ask)).with(Block::Facts(facts));
    let page = page
        .with(read_of(asked, &own))
        .with(read_by(asked, party)?)
        .and(asked.may(Right::Read).then(|| agreements(asked, party)));
    Ok(if asked.may(Right::Operate) { page.with(check(party).into()) } else { page })
}

/// What was read of it.
fn read_of(asked: &Asked<'_>, states: &[&FeedState]) -> Block {
    let head = ["partners-feed", "partners-entries", "partners-heard", "partners-line"];
    let table = Table::new("partners-read-caption", &head, "partners-read-none");
    let rows = states.iter().map(|state| {
        let is_silent = is_silent(asked, state);
        let line = match (is_silent, state.ahead) {
            (true, _) => Inline::tag(Tone::Grave, "partners-line-silent"),
            (false, Some(_)) => Inline::tag(Tone::Watch, "partners-line-ahead"),
            (false, None) => Inline::tag(Tone::Good, "partners-line-fresh"),
        };
        let cells = vec![
            vec![Inline::code(FeedName::of(&state.feed))],
            vec![Inline::sign(state.size)],
            vec![Inline::Time(state.heard)],
            vec![line],
        ];
        Row::new(cells).toned(if is_silent { Tone::Grave } else { Tone::Calm })
    });
    Block::section("read-of", "partners-read-title", vec![table.rows(rows).into()])
}

/// What it has acknowledged of ours.
fn read_by(asked: &Asked<'_>, party: PartyId) -> Made<Block> {
    let received = Received::all(asked.store()).map_err(Failure::environment)?;
    let of_it = received.into_iter().filter(|one| one.kind == "acknowledgement" && one.peer == party.to_string());
    let mut newest: std::collections::BTreeMap<String, Received> = std::collections::BTreeMap::new();
    for one in of_it {
        let is_newer = newest.get(&one.about).is_none_or(|known| known.size <= one.size);
        if is_newer {
            drop(newest.insert(one.about.clone(), one));
        }
    }
    let table = Table::new(
        "partners-acks-caption",
        &["partners-feed", "partners-entries", "partners-stated"],
        "partners-acks-none",
    );
    let rows = newest.into_values().map(|one| {
        let time: Option<Timestamp> = one.time.parse().ok();
        let cells = vec![
            vec![Inline::code(FeedName::of(&one.about))],
            vec![Inline::sign(one.size)],
            time.map(Inline::Time).into_iter().collect(),
        ];
        Row::new(cells)
    });
    Ok(Block::section("read-by", "partners-acks-title", vec![table.rows(rows).into()]))
}

fn agreements(asked: &Asked<'_>, party: PartyId) -> Block {
    let negotiations = asked.open.negotiations();
    let standing = negotiations.standing_at(asked.ask.now);
    let own = standing.iter().filter(|one| one.agreement.has(party));
    let lines: Vec<_> = own
        .map(|one| {
            let link = agreement_link(asked, one.agreement.digest(), Some(one.agreement));
            if one.is_suspended() { vec![link, Inline::tag(Tone::Watch, "partners-suspended")] } else { vec![link] }
        })
        .collect();
    let none = lines.is_empty().then(|| Block::line("partners-agreements-none"));
    let blocks = none.into_iter().chain((!lines.is_empty()).then_some(Block::List(lines))).collect();
    Block::section("agreements", "partners-agreements", blocks)
}

/// Tries the line.
fn check(party: PartyId) -> Form {
    Form::command("check", "peer check", format!("/partners/{party}"))
        .titled("partners-check-title", "partners-check-button")
        .helped("partners-check-help")
        .field(Field::hidden("party", party))
}
