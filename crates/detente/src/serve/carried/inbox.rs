//! What is handed in by a bundle: messages, statements, cosignatures, requests to this node as a witness.

use std::path::Path;

use node::exchange::{Intake, Received, Taken};
use protocol::exchange::{AddCheckpoint, Opened, Refusal};
use protocol::negotiation::Effect;
use record::digest::PartyId;
use web::Handed;

use super::cosigned::{keep_feed, keep_head};
use super::paths::Handing;
use super::upkeep::{failed, failed_with};
use crate::clock;
use crate::keyring::check_text;
use crate::negotiations::words::say_alarm;
use crate::outcome::Done;
use crate::serve::desk::checkpoint;
use crate::serve::open::Open;
use crate::serve::{cosignatures, messages};

/// What was new, and what was not taken.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    pub(crate) messages: usize,
    pub(crate) statements: usize,
    /// Cosignatures on our node log and feeds.
    pub(crate) cosignatures: usize,
    /// Heads of others that this node cosigned as a witness.
    pub(crate) witnessed: usize,
    pub(crate) key_records: bool,
    /// How far agreements have come with what was said.
    pub(crate) changes: Vec<String>,
    /// What was not taken, and why.
    pub(crate) refused: Vec<String>,
}

/// Takes in later key records of a party that is known.
pub(super) fn learn(open: &Open, sender: PartyId, profile: Option<&[u8]>, inbox: &mut Inbox) -> Done {
    let Some(profile) = profile else { return Ok(()) };
    let known = match check_text(profile, Path::new("the profile in the bundle")) {
        Ok(known) => known,
        Err(failure) => {
            inbox.refuse("a profile", &failure.message);
            return Ok(());
        }
    };
    let keys = open.keys.get();
    if keys.ring().find(sender)?.get(&known.history.head().digest()).is_some() {
        return Ok(());
    }
    match open.learn(sender, profile) {
        Ok(()) => inbox.key_records = true,
        Err(failure) => inbox.refuse("a profile", &failure.message),
    }
    Ok(())
}

impl Inbox {
    pub(super) fn refuse(&mut self, what: &str, why: &str) {
        self.refused.push(format!("{what}: {why}"));
    }

    /// Whether anything was new.
    pub(super) const fn is_new(&self) -> bool {
        self.messages > 0 || self.statements > 0 || self.cosignatures > 0 || self.witnessed > 0 || self.key_records
    }

    /// Takes in everything: agreements first, since what follows may depend on them.
    pub(super) fn take(&mut self, open: &Open, sender: PartyId, handed: &[(Handing, Vec<u8>)]) -> Done {
        let mut handed: Vec<_> = handed.iter().collect();
        handed.sort_by_key(|(handing, _)| *handing);
        for (handing, octets) in handed {
            match handing {
                Handing::Message => self.message(open, octets)?,
                Handing::Statement => self.statement(open, sender, octets)?,
                Handing::Cosignature => self.cosignature(open, sender, octets)?,
                Handing::AddCheckpoint => self.witness(open, octets)?,
                Handing::Vouched => self.vouched(open, sender, octets)?,
            }
        }
        Ok(())
    }

    fn message(&mut self, open: &Open, octets: &[u8]) -> Done {
        match messages::receive(open, octets, &|| Ok(())).map_err(failed_with)? {
            Ok(received) => {
                self.messages = self.messages.saturating_add(usize::from(!received.effects.is_empty()));
                self.changes.extend(received.effects.iter().filter_map(said));
            }
            Err((_, problem)) => self.refuse("a message", &problem),
        }
        Ok(())
    }

    fn statement(&mut self, open: &Open, sender: PartyId, octets: &[u8]) -> Done {
        if is_kept(open, sender, octets)? {
            return Ok(());
        }
        let (keys, intake) = (open.keys.get(), Intake::new(&open.store, &open.own, &open.sender));
        match intake.take(sender, octets, (&*keys, open), clock::now()).map_err(failed)? {
            Taken::Kept => {
                self.statements = self.statements.saturating_add(1);
                open.refresh_keys()?;
            }
            Taken::Known => {}
            Taken::Refused(problem) => self.refuse("a statement", &problem),
        }
        Ok(())
    }

    fn cosignature(&mut self, open: &Open, sender: PartyId, octets: &[u8]) -> Done {
        match cosignatures::take(open, &sender, octets).map_err(failed_with)? {
            Handed::Taken(_) => {
                let signed = checkpoint(octets).map_err(failed_with)?;
                self.cosignatures = self.cosignatures.saturating_add(usize::from(keep_feed(open, &sender, &signed)?));
            }
            Handed::Refused(_, problem) | Handed::Unavailable(problem) => self.refuse("a cosignature", &problem),
        }
        Ok(())
    }

    fn vouched(&mut self, open: &Open, sender: PartyId, octets: &[u8]) -> Done {
        let signed = match checkpoint(octets) {
            Ok(signed) => signed,
            Err(problem) => {
                self.refuse("a cosigned head", &problem);
                return Ok(());
            }
        };
        match keep_head(open, &sender, &signed)? {
            Ok(is_new) => self.cosignatures = self.cosignatures.saturating_add(usize::from(is_new)),
            Err(problem) => self.refuse("a cosigned head", &problem),
        }
        Ok(())
    }

    /// Cosigns a head. Of several requests for one head the one that names the size that we remember counts.
    fn witness(&mut self, open: &Open, octets: &[u8]) -> Done {
        let request = match AddCheckpoint::read(octets) {
            Ok(request) => request,
            Err(error) => {
                self.refuse("a request to cosign", &error.to_string());
                return Ok(());
            }
        };
        let size = request.checkpoint.claims().size();
        match cosignatures::witness(open, &request).map_err(failed_with)? {
            Ok(_) => self.witnessed = self.witnessed.saturating_add(1),
            // What we remember goes out with the next bundle, and the one after it fits.
            Err(Refusal::AnotherSize(_)) => {}
            Err(refusal) => self.refuse("a request to cosign", &format!("a head of {size} leaves: {}", why(&refusal))),
        }
        Ok(())
    }
}

const fn why(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownLog => "the log is that of no party that is known here",
        Refusal::NotSigned => "none of the log's keys has signed it",
        Refusal::Backwards => "it is smaller than the size that the request names",
        Refusal::AnotherSize(_) => "another size is remembered here",
        Refusal::AnotherRoot(_) => "another root is remembered here for that size: the log may have two histories",
        Refusal::BadProof => "the proof does not lead from what is remembered here to it",
    }
}

/// Whether this very statement was taken in before: the same bundle may come any number of times.
fn is_kept(open: &Open, sender: PartyId, octets: &[u8]) -> Done<bool> {
    let digest = |octets: &[u8]| Opened::read(octets).ok().map(|opened| opened.claims().digest());
    let Some(wanted) = digest(octets) else { return Ok(false) };
    let sender = sender.to_string();
    let kept = Received::all(&open.store).map_err(failed)?;
    Ok(kept.iter().any(|one| one.peer == sender && digest(one.opened.as_bytes()) == Some(wanted)))
}

fn said(effect: &Effect) -> Option<String> {
    if let Effect::StateChanged { agreement, to, .. } = effect {
        return Some(format!("agreement {agreement} is {to}"));
    }
    let Effect::Alarm(alarm) = effect else { return None };
    Some(say_alarm(alarm, policy::explain::Language::English))
}
