//! The timeline of a case: a pure function of dated things, each with who, when, and the digest that proves it.

use std::collections::BTreeSet;

use record::digest::{MessageDigest, PartyId, RecordDigest, StatementDigest};
use record::path::Path;
use record::stix::StixId;
use record::time::Timestamp;

use crate::chain::{Chain, Version};
use crate::difference::difference;
use crate::links::{LinkStatement, LinkWord};
use crate::moment::{Precision, TimeName};
use crate::stage::Stage;

/// What proves a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Proof {
    /// A record.
    Record(RecordDigest),
    /// A message.
    Message(MessageDigest),
    /// A statement.
    Statement(StatementDigest),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// One of the seven times of the incident, as an account gives it.
    Fact {
        /// Which.
        name: TimeName,
        /// How exact it is, if that is said.
        precision: Option<Precision>,
    },
    /// A first version: a report came in.
    Reported {
        /// Its stage, if it has one.
        stage: Option<Stage>,
    },
    /// A later version.
    Edited {
        /// Its stage, if it has one.
        stage: Option<Stage>,
        /// The places that changed; none if the version before is not here.
        places: Vec<Path>,
    },
    /// Somebody labelled it.
    Labelled {
        /// The place that is labelled.
        place: String,
    },
    /// A link was said.
    Linked {
        /// What it says.
        word: LinkWord,
        /// The two ends.
        ends: (StixId, StixId),
    },
    /// Links were taken back.
    TookBack {
        /// The statements.
        statements: BTreeSet<RecordDigest>,
    },
    /// It was released.
    Released {
        /// To whom.
        to: BTreeSet<PartyId>,
    },
    /// Somebody acknowledged that they have it.
    Acknowledged {
        /// What was acknowledged.
        what: Proof,
    },
    /// Somebody asked.
    Asked {
        /// Until when an answer is asked for.
        deadline: Option<Timestamp>,
    },
    /// Somebody answered.
    Answered {
        /// The question.
        question: Proof,
    },
    /// Something has to be done until then.
    Deadline {
        /// What.
        duty: String,
        /// The line's own time is the deadline; this is what meets it, once it is done.
        met_by: Option<(Proof, Timestamp)>,
    },
}

/// One dated thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Dated {
    /// When, by the word of whoever signed the proof.
    pub at: Timestamp,
    /// Who.
    pub who: PartyId,
    /// What.
    pub what: What,
    /// The digest that proves it.
    pub proof: Proof,
}

impl Dated {
    /// A dated thing.
    #[must_use]
    pub const fn new(at: Timestamp, who: PartyId, what: What, proof: Proof) -> Self {
        Self { at, who, what, proof }
    }
}

/// How a deadline stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum Due {
    /// It lies ahead, and nothing meets it yet.
    Ahead,
    /// It was met in time.
    Met(Proof),
    /// It was met too late.
    Late(Proof),
    /// It passed, and nothing met it.
    Missed,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// What happened.
    pub thing: Dated,
    /// How its deadline stands, if it has one.
    pub due: Option<Due>,
}

/// The timeline at a moment: earliest first, and in a fixed order where times are equal. The order in which things come does
/// not matter, and what comes twice stands once.
#[must_use]
pub fn timeline(things: impl IntoIterator<Item = Dated>, now: Timestamp) -> Vec<Line> {
    let things: BTreeSet<Dated> = things.into_iter().collect();
    things.iter().map(|thing| Line { thing: thing.clone(), due: due(thing, &things, now) }).collect()
}

fn due(thing: &Dated, all: &BTreeSet<Dated>, now: Timestamp) -> Option<Due> {
    match &thing.what {
        What::Asked { deadline } => Some(stands((*deadline)?, answer_to(thing, all), now)),
        What::Deadline { met_by, .. } => Some(stands(thing.at, *met_by, now)),
        What::Fact { .. }
        | What::Reported { .. }
        | What::Edited { .. }
        | What::Labelled { .. }
        | What::Linked { .. }
        | What::TookBack { .. }
        | What::Released { .. }
        | What::Acknowledged { .. }
        | What::Answered { .. } => None,
    }
}

/// The earliest answer by somebody else than whoever asked.
fn answer_to(asked: &Dated, all: &BTreeSet<Dated>) -> Option<(Proof, Timestamp)> {
    let answers = all.iter().filter(|thing| thing.who != asked.who);
    let mut answers =
        answers.filter(|thing| matches!(&thing.what, What::Answered { question } if *question == asked.proof));
    answers.next().map(|answer| (answer.proof, answer.at))
}

fn stands(deadline: Timestamp, met_by: Option<(Proof, Timestamp)>, now: Timestamp) -> Due {
    match met_by {
        Some((proof, at)) if at <= deadline => Due::Met(proof),
        Some((proof, _)) => Due::Late(proof),
        None if now > deadline => Due::Missed,
        None => Due::Ahead,
    }
}

/// The dated things of a chain of versions: each version, with what changed in it, and the seven times that its newest version
/// gives.
#[must_use]
pub fn of_chain(chain: &Chain) -> Vec<Dated> {
    let mut things: Vec<Dated> = chain.versions().filter_map(|version| of_version(chain, version)).collect();
    for newest in chain.newest() {
        let facts = newest.incident.facts();
        let moments = TimeName::ALL.iter().filter_map(|name| Some((*name, facts.moment(*name)?)));
        things.extend(moments.map(|(name, moment)| {
            let what = What::Fact { name, precision: moment.precision() };
            Dated::new(moment.instant(), newest.author, what, Proof::Record(newest.digest))
        }));
    }
    things
}

/// A version that does not show its `modified` has no place in time, and no line.
fn of_version(chain: &Chain, version: &Version) -> Option<Dated> {
    let at = version.incident.object().text("modified")?.parse().ok()?;
    let stage = version.incident.facts().stage;
    let what = match version.previous {
        None => What::Reported { stage },
        Some(previous) => {
            let before = chain.get(previous);
            let changes = before.map(|before| difference(&before.incident, &version.incident)).unwrap_or_default();
            What::Edited { stage, places: changes.into_iter().map(|one| one.place).collect() }
        }
    };
    Some(Dated::new(at, version.author, what, Proof::Record(version.digest)))
}

/// The dated things of a statement about links.
#[must_use]
pub fn of_link(statement: &LinkStatement) -> Vec<Dated> {
    let dated = |what| Dated::new(statement.time, statement.author, what, Proof::Record(statement.digest));
    let linked = statement
        .link
        .as_ref()
        .map(|link| dated(What::Linked { word: link.word(), ends: (link.from().clone(), link.to().clone()) }));
    let took_back =
        (!statement.takes_back.is_empty()).then(|| dated(What::TookBack { statements: statement.takes_back.clone() }));
    linked.into_iter().chain(took_back).collect()
}
