//! Messages of negotiations, on their way in and out.

use std::collections::BTreeSet;

use protocol::exchange::Control;
use protocol::negotiation::{Effect, Said};
use record::Signed;
use record::digest::{MessageDigest, PartyId};
use record::key_history::Moment;
use record::message::Message;
use storage::{Batch, BatchId, Store as _};

use super::desk::TOO_MANY;
use super::open::Open;
use crate::command::log::{entry, fresh_salt};
use crate::negotiations::Negotiations;
use crate::{clock, negotiations};

/// Why a message is not taken: the status of HTTP, and words for whoever brings it.
pub(super) type Refused = (u16, String);

/// A message that was taken in.
pub(super) struct Received {
    /// What follows from it; nothing if it was known.
    pub(super) effects: Vec<Effect>,
    /// Whether it begins a negotiation.
    pub(super) is_beginning: bool,
}

/// Takes in a message, whoever brings it: it is signed by its author. `may_begin` is asked before a negotiation begins that is
/// not known here.
pub(super) fn receive(
    open: &Open,
    octets: &[u8],
    may_begin: &dyn Fn() -> Result<(), String>,
) -> Result<Result<Received, Refused>, String> {
    let keys = open.keys.get();
    let message = match negotiations::verify(octets, keys.ring(), Moment::At(clock::now())) {
        Ok(message) => message,
        Err(failure) => return Ok(Err((422, failure.message))),
    };
    let mut threads = open.negotiations();
    if let Err(failure) = threads.check_ours(&message) {
        return Ok(Err((403, failure.message)));
    }
    let is_beginning = Said::from_map(message.content().content()).is_ok_and(|said| said.thread.is_none());
    if is_beginning
        && !threads.has(&message)
        && let Err(problem) = may_begin()
    {
        return Ok(Err((TOO_MANY, problem)));
    }
    threads.set_now(clock::now());
    let effects = match threads.receive(message) {
        Ok(effects) => effects,
        Err(failure) => return Ok(Err((422, failure.message))),
    };
    for effect in &effects {
        if let Effect::Log(message) = effect
            && let Err(problem) = log(open, message)
        {
            // What the log does not hold must not count here either: it is sent again.
            if let Ok(again) = Negotiations::read(&open.store, keys.ring(), open.party(), clock::now()) {
                *threads = again;
            }
            return Err(problem);
        }
    }
    Ok(Ok(Received { effects, is_beginning }))
}

/// Logs a message that came in. One that is sent twice is logged once.
fn log(open: &Open, message: &Signed<Message>) -> Result<(), String> {
    let salt = fresh_salt().map_err(|failure| failure.message)?;
    let entry = entry(&message.commitment(&salt), &salt, &message.envelope().to_json());
    let batch = Batch::new(BatchId::of(&[b"message", message.digest().octets()])).entry(entry);
    let answer = open.store.commit(vec![batch]).pop();
    match answer {
        Some(Ok(_)) => open.store.publish().map_err(|error| error.to_string()),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("the store did not answer".to_owned()),
    }
}

/// What a peer may be told: the messages of every thread about a text that names it, but for those it has.
pub(super) fn for_peer(
    open: &Open,
    peer: PartyId,
    has: &BTreeSet<MessageDigest>,
) -> Result<Vec<(MessageDigest, Control)>, String> {
    let messages: Vec<_> = open.negotiations().messages_for(peer).into_iter().cloned().collect();
    let mut told = Vec::new();
    for message in messages.iter().filter(|message| !has.contains(&message.digest())) {
        let control = open.sender.message(message).map_err(|error| error.to_string())?;
        told.extend(control.map(|control| (message.digest(), control)));
    }
    Ok(told)
}
