//! Private receipts: what was decided, opened, and decided again to see that it comes out the same.

use pages::{Block, Inline, Say, Tone};
use policy::decision::{Decision, Engine};
use policy::receipt::{self, Opened};
use record::digest::RecordDigest;
use storage::Store as _;

use super::super::{Asked, Made};
use super::deciding::Deciding;
use crate::command::release::engine_of;
use crate::node;

/// A receipt, and what the rules of its day decide.
pub(super) struct Receipt {
    pub(super) digest: RecordDigest,
    pub(super) opened: Opened,
    /// The engine of its day, if all that it needs is still here.
    pub(super) engine: Option<Engine>,
    pub(super) decision: Option<Decision>,
    /// Whether deciding again gives the same receipt; the English words why not.
    replays: Result<(), String>,
}

impl Receipt {
    /// The private receipt of a decision; none if there is none of this digest.
    pub(super) fn of(asked: &Asked<'_>, deciding: &Deciding<'_>, digest: RecordDigest) -> Made<Option<Self>> {
        let body = asked.store().receipt(digest.octets()).map_err(node::fail)?;
        let Some((body, opened)) = body.and_then(|body| {
            let opened = receipt::open(digest.octets(), &body).ok()?;
            Some((body, opened))
        }) else {
            return Ok(None);
        };
        let engine = engine_of(&asked.open.negotiations(), &deciding.sight.holdings, &opened);
        Ok(Some(match engine {
            Ok(engine) => {
                let decision = engine.decide(&opened.subject, &opened.ask, &opened.exposure);
                let replays = receipt::replay(digest.octets(), &body, &engine).map_err(|error| error.to_string());
                Self { digest, opened, engine: Some(engine), decision: Some(decision), replays }
            }
            Err(failure) => Self { digest, opened, engine: None, decision: None, replays: Err(failure.message) },
        }))
    }

    /// What it is, when it was decided, and whether it holds.
    pub(super) fn blocks(&self, name: &'static str) -> Vec<Block> {
        let facts = vec![
            (Say::Word(name), vec![Inline::code(self.digest)]),
            ("receipt-decided-at".into(), vec![Inline::Time(self.opened.ask.time)]),
            ("receipt-by".into(), vec![Inline::content(self.opened.ask.proposer.as_str())]),
        ];
        let holds = match &self.replays {
            Ok(()) => Block::notice(Tone::Good, "receipt-replays"),
            Err(why) => {
                let line = vec![Inline::Text("receipt-replays-not".into()), Inline::content(why.as_str())];
                Block::Notice(Tone::Grave, line)
            }
        };
        vec![Block::Facts(facts), holds]
    }
}
