//! Members of a feed vouch to one another for what they saw of it: their cosignatures make a head common, and comparing what
//! each saw finds a sender that shows two histories.

use std::sync::PoisonError;

use node::exchange::{Agreements as _, FeedState, cosign, doubt, raise_alarm};
use policy::belief::{log_verifiers, witness_name};
use protocol::exchange::{AddCheckpoint, FeedName, Refusal};
use record::digest::PartyId;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::VerifierKey;
use web::{Handed, Shown};

use super::desk::checkpoint;
use super::open::Open;
use super::witnesses;
use crate::clock;

/// The checkpoint that this node saw of a feed, for another member of its agreement.
pub(super) fn seen_by_us(open: &Open, peer: &PartyId, feed: &str) -> Result<Shown, String> {
    let Ok(name) = feed.parse::<FeedName>() else { return Ok(Shown::NotThere) };
    let states = FeedState::all(&open.store).map_err(|error| error.to_string())?;
    let Some(state) = states.into_iter().find(|state| FeedName::of(&state.feed) == name) else {
        return Ok(Shown::NotThere);
    };
    let agreements = open.of_member(peer, clock::now());
    let is_member = agreements.iter().any(|agreement| agreement.to_string() == state.agreement);
    Ok(if is_member { Shown::Octets(state.checkpoint.into_bytes()) } else { Shown::NotThere })
}

/// Takes in a member's cosignature on a checkpoint of one of our feeds: the checkpoint with that signature added.
pub(super) fn take(open: &Open, peer: &PartyId, octets: &[u8]) -> Result<Handed, String> {
    let refused = |status, problem: &str| Ok(Handed::Refused(status, problem.to_owned()));
    let Ok(signed) = checkpoint(octets) else { return refused(400, "this is no checkpoint") };
    let feeds = open.sender.feeds_of(peer, open, clock::now()).map_err(|error| error.to_string())?;
    let origin = signed.claims().origin();
    if feeds.iter().all(|feed| feed.origin != origin) {
        return refused(404, "this is no feed of this node that you read");
    }
    if !open.sender.is_our_head(&signed).map_err(|error| error.to_string())? {
        return refused(409, "this is not what our feed was at that size");
    }
    let keys = open.keys.get();
    let Ok(history) = keys.ring().find(*peer) else { return refused(403, "your keys are not known here") };
    let verifiers = witnesses::keys_of(history);
    if signed.verify(&verifiers).is_err() {
        return refused(403, "none of your keys has cosigned it");
    }
    for signature in by(&signed.only_by(&verifiers), &witness_name(peer)) {
        open.sender.add_member(origin, signed.claims().size(), signature);
    }
    Ok(Handed::Taken(Vec::new()))
}

/// Cosigns a head as a witness, if it continues what was cosigned before. Nobody may come between looking and remembering.
pub(super) fn witness(
    open: &Open,
    request: &AddCheckpoint,
) -> Result<Result<Vec<tlog::note::NoteSignature>, Refusal>, String> {
    let keys = open.keys.get();
    let history = keys.ring().of_log(request.checkpoint.claims().origin());
    // A key that its party has withdrawn moves no witness on.
    let stands = |key: &VerifierKey| {
        key.public()
            .is_some_and(|public| history.is_some_and(|it| it.head().content().revocation(&public.id()).is_none()))
    };
    let verifiers: Vec<_> = history.map(log_verifiers).unwrap_or_default().into_iter().filter(stands).collect();
    let _alone = open.witnessing.lock().unwrap_or_else(PoisonError::into_inner);
    let answer =
        cosign(&open.store, &open.own, request, &verifiers, clock::now()).map_err(|error| error.to_string())?;
    if let Some(history) = history {
        accuse(open, history.party(), request, (&verifiers, answer.as_ref().err()))?;
    }
    Ok(answer)
}

/// One size with two roots, both signed: whoever brought it has brought the proof. Where the proof does not hold, a person is
/// told, and the head is kept.
fn accuse(
    open: &Open,
    party: PartyId,
    request: &AddCheckpoint,
    (keys, refusal): (&[VerifierKey], Option<&Refusal>),
) -> Result<(), String> {
    let origin = request.checkpoint.claims().origin();
    let said = |error: node::exchange::ExchangeError| error.to_string();
    let Some(caught) = doubt(&open.store, &open.own, request, keys, refusal).map_err(said)? else { return Ok(()) };
    raise_alarm(&open.store, &open.own, party, origin, &caught).map(drop).map_err(said)
}

/// The signature lines under a name.
pub(crate) fn by(signed: &SignedCheckpoint, name: &str) -> Vec<tlog::note::NoteSignature> {
    signed.note().signatures().iter().filter(|one| one.name().as_str() == name).cloned().collect()
}
