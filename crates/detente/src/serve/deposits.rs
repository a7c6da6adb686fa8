//! Deposits: bodies of ours handed in to depositaries, bodies that this node keeps for others, and bodies that a sender does
//! not give.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use node::backoff::Backoff;
use node::exchange::{
    Depositing, Intake, Lying, Pulled, Reader, Taken, Undeposited, delete_due, deny, deposit, lying, raise_alarm,
};
use policy::control::{Deposited, Sentence, Stated};
use protocol::exchange::deposit::{MAX_KEPT_BYTES, open as open_sealed, read_deposited, sealed_digest};
use protocol::exchange::{Caught, Control, HandIn, HandedIn, Kept, ListedFeed, MAX_OPENED_BYTES, Opened, Resource};
use record::digest::{BodyDigest, KeyId, PartyId};
use record::entropy::SystemEntropy;
use record::key_history::KeyHistory;
use record::key_record::{ListedKey, Purpose};
use web::Handed;

use super::bounds::Bounds;
use super::desk::TOO_MANY;
use super::lending::Lending;
use super::open::Open;
use super::rounds::{FIRST_REST_MS, LONGEST_REST_MS, Tell, random, said, wait};
use super::sealing;
use super::source::{Line, Lines, PeerSource};
use crate::clock;

/// How often own feeds are looked at for what is to be handed in, in milliseconds: nobody waits for it.
const LOOK_EVERY_MS: u64 = 250;

/// Bodies of one reading that a depositary is asked for before the next round: a package holds no more.
const MAX_ASKED: usize = 256;

/// Octets in a MiB, in which an operator says how much is kept.
const MIB: u64 = 1024 * 1024;

/// Hands in what this peer keeps for the readers of our feeds, as soon as it is released.
pub(super) fn hand_in(lending: &Lending, line: &Line, lines: &Lines, tell: &Tell) {
    let mut rest = Backoff::new(FIRST_REST_MS, LONGEST_REST_MS);
    let (mut reached, mut trouble) = (Reached::new(), String::new());
    while !lending.has_ended() && lines.has(line) {
        wait(lending, Duration::from_millis(LOOK_EVERY_MS));
        let Ok(open) = lending.get() else { continue };
        match hand_in_all(&open, line, &mut reached) {
            Ok(()) => rest.succeeded(),
            Err(_) if lending.was_wanted() => {}
            Err(problem) => {
                drop(open);
                if trouble != problem {
                    tell(format!("deposits with {}: {problem}", line.party));
                    trouble = problem;
                }
                wait(lending, rest.next(clock::now(), random()));
            }
        }
    }
}

/// How far each feed was handed in for each member, by member and origin.
type Reached = BTreeMap<(PartyId, String), u64>;

fn hand_in_all(open: &Open, line: &Line, reached: &mut Reached) -> Result<(), String> {
    // A member whose key is out of date, or unknown there, must not keep the others from theirs.
    let each = members_of(open, line.party).into_iter().map(|member| hand_in_for(open, line, member, reached));
    let done: Vec<_> = each.collect();
    done.into_iter().collect()
}

fn hand_in_for(open: &Open, line: &Line, member: PartyId, reached: &mut Reached) -> Result<(), String> {
    let from = |origin: &str| reached.get(&(member, origin.to_owned())).copied().unwrap_or(0);
    let parties = (&open.own, member, line.party);
    for due in open.sender.owed_to_depositary(parties, &from, open, clock::now()).map_err(said)? {
        // What is erased goes first, and one body that is not taken keeps no other from its way.
        let erased: Vec<_> = due.erased.iter().map(|one| withdraw_one(open, line, one)).collect();
        let lacking: Vec<_> = due.lacking.iter().map(|one| hand_in_one(open, line, one)).collect();
        erased.into_iter().chain(lacking).collect::<Result<(), String>>()?;
        let _before = reached.insert((member, due.origin), due.next);
    }
    Ok(())
}

/// Tells a depositary that a body of ours is erased. After a restart all are told again, and it answers that it knows.
fn withdraw_one(open: &Open, line: &Line, of: &Deposited) -> Result<(), String> {
    let Some(leaf) = open.sender.withdraw(&open.own, of, clock::now()).map_err(said)? else { return Ok(()) };
    open.store.publish().map_err(said)?;
    let not_yet = || "a body is taken back once the head of our log is cosigned".to_owned();
    let opened = open.sender.own_opened(leaf).map_err(said)?.ok_or_else(not_yet)?;
    let answer = line.post(&Control::Statement(opened))?;
    // What it refuses now it refuses again: nothing of it is kept there.
    if matches!(answer.status, 200 | 403 | 422) {
        return Ok(());
    }
    Err(format!("it answered {} to a statement that takes a body back", answer.status))
}

/// How often a node looks for bodies that it need not keep any more: what is erased elsewhere is to be gone here soon.
const DELETE_EVERY: Duration = Duration::from_secs(5);

/// Deletes what this node keeps for others and need not keep any more.
#[derive(Debug, Default)]
pub(super) struct Deleting {
    looked: Option<Instant>,
}

impl Deleting {
    pub(super) fn look(&mut self, open: &Open, tell: &Tell) -> Result<(), String> {
        if self.looked.is_some_and(|looked| looked.elapsed() < DELETE_EVERY) {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        let deleted = delete_due(&open.store, &open.own, clock::now()).map_err(said)?;
        if deleted > 0 {
            tell(format!("deposits: {deleted} bodies deleted that their senders took back, or whose days are over"));
        }
        Ok(())
    }
}

/// Whoever reads feeds of ours whose bodies this party keeps.
fn members_of(open: &Open, depositary: PartyId) -> Vec<PartyId> {
    let own = open.party();
    let negotiations = open.negotiations();
    let standing = negotiations.standing_at(clock::now());
    let with_it = standing.iter().map(|one| &one.agreement).filter(|one| one.depositary() == Some(depositary));
    let mut members: Vec<_> =
        with_it.filter(|one| one.has(own)).flat_map(|one| one.recipients(own)).map(|member| member.party).collect();
    members.sort_unstable();
    members.dedup();
    members
}

fn hand_in_one(open: &Open, line: &Line, one: &Undeposited) -> Result<(), String> {
    let now = clock::now();
    let keys = open.keys.get();
    let history = keys.ring().find(one.of.member).map_err(|failure| failure.message)?;
    let key = sealing::key_in_window(history, now).map_err(|failure| failure.message)?;
    let sealed = open.sender.seal(one, &key, now, &mut SystemEntropy::new()).map_err(said)?;
    let Some(handed) = sealed else { return Ok(()) };
    let answer = line.post_for(&Control::HandIn(handed), MAX_OPENED_BYTES)?;
    // What it has deleted it keeps no more, whoever is right.
    if answer.status == 410 {
        return Ok(());
    }
    if answer.status != 200 {
        let why = String::from_utf8_lossy(&answer.octets).trim().to_owned();
        return Err(format!("it answered {}: {why}", answer.status));
    }
    let stated = stated(open, line.party, &answer.octets)?;
    if matches!(stated, Sentence::Deposit(deposit) if deposit.of == one.of) {
        return Ok(());
    }
    Err("it answered with another statement than was asked for".to_owned())
}

/// Keeps a depositary's statement, and answers what it says.
fn stated(open: &Open, depositary: PartyId, opened: &[u8]) -> Result<Sentence, String> {
    let keys = open.keys.get();
    let intake = Intake::new(&open.store, &open.own, &open.sender);
    match intake.asked().take(depositary, opened, (&*keys, open), clock::now()).map_err(said)? {
        Taken::Kept | Taken::Known => {}
        Taken::Refused(problem) => return Err(problem),
    }
    let opened = Opened::read(opened).map_err(said)?;
    Stated::from_map(opened.claims().content()).map(|stated| stated.sentence).map_err(said)
}

/// Who made the statement that a depositary answers with: it hands on a sender's own word that takes a body back.
fn author(opened: &[u8], depositary: PartyId, sender: PartyId) -> PartyId {
    let is_of_sender = Opened::read(opened).is_ok_and(|opened| opened.claimed_issuer() == sender);
    if is_of_sender { sender } else { depositary }
}

/// MiB that this node keeps for a peer.
fn keeps_for(open: &Open, peer: &PartyId) -> u32 {
    open.peers().iter().find(|one| one.party == *peer).map_or(0, |one| one.deposit_mib)
}

/// Takes in a body that a peer hands in for a member.
pub(super) fn take(open: &Open, peer: &PartyId, octets: &[u8]) -> Result<Handed, String> {
    let allowed = keeps_for(open, peer);
    if allowed == 0 {
        return Ok(refused(
            403,
            "this node keeps no bodies for you; its operator can allow it: detente peer add .. --deposits MIB",
        ));
    }
    let handed = match HandIn::read(octets) {
        Ok(handed) => handed,
        Err(error) => return Ok(refused(422, &error.to_string())),
    };
    if handed.of().sender != *peer {
        return Ok(refused(403, "nobody hands in what another party released"));
    }
    if !is_for_its_member(open, &handed)? {
        return Ok(refused(422, "it is not sealed for a bundle key of that member that is known here"));
    }
    let _alone = open.witnessing.lock().unwrap_or_else(PoisonError::into_inner);
    let allowed_bytes = u64::from(allowed).saturating_mul(MIB);
    match deposit(&open.store, &open.own, (*peer, allowed_bytes), &handed, clock::now()).map_err(said)? {
        Depositing::Kept(leaf) => Ok(opened(open, leaf)?.map_or_else(not_yet, Handed::Taken)),
        Depositing::Deleted => Ok(refused(410, "it lay here, and is deleted: it was taken back, or its days are over")),
        Depositing::Full { kept, allowed } => {
            Ok(refused(413, &format!("{kept} octets are kept for you here, and {allowed} may be")))
        }
    }
}

fn is_for_its_member(open: &Open, handed: &HandIn) -> Result<bool, String> {
    let key = handed.key().map_err(said)?;
    let keys = open.keys.get();
    Ok(keys.ring().find(handed.of().member).is_ok_and(|history| lists(history, key)))
}

/// Whether any key record of a party lists this bundle key: one that was replaced a moment ago still opens.
fn lists(history: &KeyHistory, key: KeyId) -> bool {
    let listed = history.records().flat_map(|record| record.content().keys());
    let mut bundle = listed.filter(|entry| entry.purpose() == Purpose::Bundle);
    bundle.any(|entry| matches!(entry.key(), ListedKey::Bundle(listed) if listed.id() == key))
}

/// Answers a member who asks for a body: with the sealed octets, or with the statement that there are none.
pub(super) fn asked(open: &Open, bounds: &Bounds, peer: &PartyId, octets: &[u8]) -> Result<Handed, String> {
    let of = match read_deposited(octets) {
        // A statement about parties who never chose this depositary would look like one that counts.
        Ok(of) if keeps_for(open, &of.sender) == 0 => {
            return Ok(refused(403, "this node keeps no bodies for that sender"));
        }
        Ok(of) if of.member == *peer => of,
        Ok(_) => return Ok(refused(403, "what is kept for another party is not given to you")),
        Err(error) => return Ok(refused(422, &error.to_string())),
    };
    let _alone = open.witnessing.lock().unwrap_or_else(PoisonError::into_inner);
    let (leaf, sealed) = match lying(&open.store, &of).map_err(said)? {
        Lying::Here { leaf, sealed } => (leaf, Some(sealed)),
        Lying::Deleted { withdrawn: Some(opened) } => {
            return Ok(Handed::Taken(Kept { opened: opened.into_bytes(), sealed: None }.to_octets()));
        }
        Lying::Deleted { withdrawn: None } => {
            return Ok(refused(410, "it was kept here to the day that was named, and is deleted"));
        }
        Lying::Nothing => {
            // Each is a statement that lies in our log for ever.
            if let Err(problem) = bounds.check(*peer, HandedIn::Statement) {
                return Ok(refused(TOO_MANY, &problem));
            }
            bounds.count(*peer, HandedIn::Statement, octets.len());
            (deny(&open.store, &open.own, &of, clock::now()).map_err(said)?, None)
        }
    };
    let opened = opened(open, leaf)?;
    Ok(opened.map_or_else(not_yet, |opened| Handed::Taken(Kept { opened, sealed }.to_octets())))
}

/// A statement of ours, opened under the newest head, whoever has cosigned it: whoever asks need not wait for our witnesses.
fn opened(open: &Open, leaf: u64) -> Result<Option<Vec<u8>>, String> {
    open.store.publish().map_err(said)?;
    Ok(open.sender.own_opened_unwitnessed(leaf).map_err(said)?.map(|opened| opened.to_octets()))
}

fn not_yet() -> Handed {
    Handed::Unavailable("its proof is not published yet; ask again".to_owned())
}

fn refused(status: u16, problem: &str) -> Handed {
    Handed::Refused(status, format!("{problem}\n"))
}

/// Reads a feed, and asks its depositary for each body that the sender does not give.
pub(super) fn pull(reader: &Reader<'_>, feed: &ListedFeed, source: &mut PeerSource<'_>) -> Result<Pulled, String> {
    let party = source.line.party;
    let mut pulled = reader.pull(party, feed, source).map_err(said)?;
    for _ in 0..MAX_ASKED {
        let Some(of) = missing((party, reader.own.party()), feed, &pulled) else { break };
        // A depositary that is away must not keep us from the sender's other feeds.
        let asked = match ask(source, feed, &of) {
            Err(problem) if source.lending.is_wanted() => return Err(problem),
            other => other.ok().flatten(),
        };
        let Some(caught) = asked else { break };
        if matches!(caught, Caught::DepositWithdrawn { .. }) {
            // Its sender took it back after the feed said that it is erased: an honest one shows us that now.
            let again = reader.pull(party, feed, source).map_err(said)?;
            let is_missing = missing((party, reader.own.party()), feed, &again).as_ref() == Some(&of);
            let has_gone_on = again.size > pulled.size;
            pulled = pulled.followed_by(again);
            if !is_missing && has_gone_on {
                continue;
            }
            if !is_missing {
                break;
            }
        }
        let is_here = matches!(caught, Caught::FromDepositary { .. });
        if raise_alarm(&source.open.store, &source.open.own, party, &feed.origin, &caught).map_err(said)? {
            pulled.caught.push(caught);
        }
        if !is_here {
            break;
        }
        let (before, again) = (pulled.size, reader.pull(party, feed, source).map_err(said)?);
        pulled = pulled.followed_by(again);
        if pulled.size <= before || pulled.waiting.is_some() {
            break;
        }
    }
    Ok(pulled)
}

/// The body at which a reading ended.
fn missing(parties: (PartyId, PartyId), feed: &ListedFeed, pulled: &Pulled) -> Option<Deposited> {
    let of = |index, body| Deposited::new((feed.origin.clone(), index), BodyDigest::from_octets(body), parties);
    pulled.caught.iter().rev().find_map(|caught| {
        let (Caught::MissingBody { index, body } | Caught::TamperedBody { index, body, .. }) = caught else {
            return None;
        };
        (*index >= pulled.size).then(|| of(*index, *body))
    })
}

/// Asks the depositary that the agreement names. None if there is nobody to ask, or no answer.
fn ask(source: &PeerSource<'_>, feed: &ListedFeed, of: &Deposited) -> Result<Option<Caught>, String> {
    let open = source.open;
    let depositary = open.negotiations().agreement(feed.agreement).and_then(|agreement| agreement.depositary());
    let Some(line) = depositary.and_then(|party| source.line.to_another(open, party)) else { return Ok(None) };
    let answer = line.post_for(&Control::Ask(of.clone()), MAX_KEPT_BYTES)?;
    if answer.status != 200 {
        return Ok(None);
    }
    let Ok(kept) = Kept::read(&answer.octets) else { return Ok(None) };
    let index = of.index;
    let author = author(&kept.opened, line.party, of.sender);
    match (stated(open, author, &kept.opened)?, kept.sealed) {
        (Sentence::DepositWithdrawn(withdrawn), None) if author == of.sender && withdrawn == *of => {
            Ok(Some(Caught::DepositWithdrawn { index, opened: kept.opened }))
        }
        (Sentence::Deposit(deposit), Some(sealed))
            if author == line.party && deposit.of == *of && deposit.sealed == sealed_digest(&sealed) =>
        {
            Ok(Some(match open_sealed(&sealed, of, &open.bundle_keys) {
                Ok(body) => {
                    source.line.rescued.put(Resource::Body(feed.name(), *of.body.octets()), body);
                    Caught::FromDepositary { index, depositary: line.party }
                }
                Err(_) => Caught::FalseDeposit { index, opened: kept.opened },
            }))
        }
        (Sentence::NoDeposit(none), None) if author == line.party && none == *of => {
            Ok(Some(Caught::NotDeposited { index, opened: kept.opened }))
        }
        _ => Ok(None),
    }
}
