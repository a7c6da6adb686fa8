//! What stands behind the handlers: the node, asked and told by peers.

use std::sync::Arc;

use node::exchange::{Intake, Question, Taken, Told, remembered};
use node::metrics::Metrics;
use node::tls::TransportKey;
use policy::belief::log_origin;
use protocol::exchange::{AddCheckpoint, FeedName, HandedIn, Resource};
use record::digest::{PartyId, sha256};
use record::json::{Json, Map};
use tlog::checkpoint::SignedCheckpoint;
use web::{Desk, Handed, PairStep, Shown};

use super::bounds::Bounds;
use super::lending::Lending;
use super::open::Open;
use super::pairing::Pairing;
use super::{cosignatures, deposits, messages, reports};
use crate::clock;

/// The status of whoever has had his share (RFC 6585).
pub(super) const TOO_MANY: u16 = 429;

/// The desk of a running node.
pub(super) struct NodeDesk {
    pub(super) lending: Arc<Lending>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) pairing: Pairing,
    pub(super) bounds: Arc<Bounds>,
}

impl NodeDesk {
    fn shown(&self, question: impl FnOnce(&Open) -> Result<Shown, String>) -> Shown {
        self.lending.get().and_then(|open| question(&open)).unwrap_or_else(Shown::Unavailable)
    }

    fn handed(&self, work: impl FnOnce(&Open) -> Result<Handed, String>) -> Handed {
        self.lending.get().and_then(|open| work(&open)).unwrap_or_else(Handed::Unavailable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(said)` takes an error as it comes")]
fn said(error: impl ToString) -> String {
    error.to_string()
}

impl Desk for NodeDesk {
    fn file(&self, peer: Option<&PartyId>, resource: &Resource) -> Shown {
        self.shown(|open| {
            let answer = open.sender.answer(peer, resource, open, clock::now()).map_err(said)?;
            Ok(match answer {
                node::exchange::Answer::Octets(octets) => Shown::Octets(octets),
                node::exchange::Answer::NotThere => Shown::NotThere,
                node::exchange::Answer::Erased => Shown::Erased,
            })
        })
    }

    fn tell(&self, peer: &PartyId, feed: &FeedName, question: Question) -> Shown {
        self.shown(|open| {
            Ok(match open.sender.tell(peer, (feed, question), open, clock::now()).map_err(said)? {
                Told::Octets(octets) => Shown::Octets(octets),
                Told::Nothing => Shown::NotYet,
                Told::NotThere => Shown::NotThere,
            })
        })
    }

    fn feeds_tag(&self, peer: &PartyId) -> Option<String> {
        let open = self.lending.get().ok()?;
        let heads = open.sender.stated(peer, &*open, clock::now()).ok()?;
        let digest = sha256(&[format!("{heads:?}").as_bytes()]);
        Some(record::base64url::encode(&digest))
    }

    fn heads(&self, peer: &PartyId) -> Shown {
        self.shown(|open| {
            let head = remembered(&open.store, &log_origin(peer)).map_err(said)?;
            Ok(head.map_or(Shown::NotThere, |head| Shown::Octets(head.to_string().into_bytes())))
        })
    }

    fn seen(&self, peer: &PartyId, feed: &str) -> Shown {
        self.shown(|open| cosignatures::seen_by_us(open, peer, feed).map_err(said))
    }

    fn statement(&self, peer: &PartyId, octets: &[u8]) -> Handed {
        if let Err(problem) = self.bounds.check(*peer, HandedIn::Statement) {
            return Handed::Refused(TOO_MANY, problem);
        }
        self.handed(|open| {
            let keys = open.keys.get();
            let intake = Intake::new(&open.store, &open.own, &open.sender);
            let taken = intake.take(*peer, octets, (&*keys, open), clock::now()).map_err(said)?;
            // What is refused may have left an alarm, so it counts too.
            if taken != Taken::Known {
                self.bounds.count(*peer, HandedIn::Statement, octets.len());
            }
            if taken == Taken::Kept {
                open.refresh_keys().map_err(|failure| failure.message)?;
            }
            Ok(match taken {
                Taken::Kept => ok("kept"),
                Taken::Known => ok("known"),
                Taken::Refused(problem) => Handed::Refused(422, problem),
            })
        })
    }

    fn message(&self, peer: &PartyId, octets: &[u8]) -> Handed {
        if let Err(problem) = self.bounds.check(*peer, HandedIn::Message) {
            return Handed::Refused(TOO_MANY, problem);
        }
        self.handed(|open| {
            let may_begin = || self.bounds.check(*peer, HandedIn::Thread);
            let received = match messages::receive(open, octets, &may_begin)? {
                Ok(received) => received,
                Err((status, problem)) => return Ok(Handed::Refused(status, problem)),
            };
            let is_new = !received.effects.is_empty();
            if is_new {
                self.bounds.count(*peer, HandedIn::Message, octets.len());
            }
            if is_new && received.is_beginning {
                self.bounds.count(*peer, HandedIn::Thread, octets.len());
            }
            Ok(ok(if is_new { "kept" } else { "known" }))
        })
    }

    fn over_rate(&self, peer: &PartyId) {
        self.bounds.over_rate(*peer);
    }

    fn cosignature(&self, peer: &PartyId, octets: &[u8]) -> Handed {
        self.handed(|open| cosignatures::take(open, peer, octets))
    }

    fn deposit(&self, peer: &PartyId, octets: &[u8]) -> Handed {
        self.handed(|open| deposits::take(open, peer, octets))
    }

    fn deposited(&self, peer: &PartyId, octets: &[u8]) -> Handed {
        self.handed(|open| deposits::asked(open, &self.bounds, peer, octets))
    }

    fn add_checkpoint(&self, octets: &[u8]) -> Handed {
        let request = match AddCheckpoint::read(octets) {
            Ok(request) => request,
            Err(error) => return Handed::Refused(400, said(error)),
        };
        self.handed(|open| {
            let signed = cosignatures::witness(open, &request)?;
            Ok(match signed {
                Ok(signatures) => {
                    Handed::Taken(signatures.iter().map(|one| format!("{one}\n")).collect::<String>().into())
                }
                Err(refusal) => Handed::Refused(refusal.status(), refusal.body()),
            })
        })
    }

    fn pair(&self, step: PairStep, key: Option<&TransportKey>, octets: &[u8]) -> Handed {
        self.pairing.answer(step, key, octets)
    }

    fn report(&self, octets: &[u8]) -> Handed {
        self.handed(|open| Ok(reports::take(&open.home, octets)))
    }

    fn report_answers(&self, tag: &str) -> Shown {
        self.shown(|open| Ok(reports::answers(&open.home, tag)))
    }

    fn is_ready(&self) -> Result<(), String> {
        self.lending.get().map(drop)
    }

    fn metrics(&self) -> String {
        self.metrics.to_text()
    }
}

pub(super) fn ok(word: &str) -> Handed {
    Handed::Taken(Json::from(Map::new().with("result", word)).to_text().into_bytes())
}

/// A checkpoint as text, if it is one.
pub(super) fn checkpoint(text: &[u8]) -> Result<SignedCheckpoint, String> {
    SignedCheckpoint::parse(text).map_err(said)
}
