//! What happened around an incident, gathered from all that this node keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use incident::labels::ClassificationStatement;
use incident::timeline::{Dated, Proof, What, of_chain, of_link};
use node::exchange::{Arrival, FeedState, OwnStatement, Received};
use policy::feed::ReadEntry;
use protocol::exchange::{FeedName, Opened};
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::label::Label;
use record::time::Timestamp;
use storage::{LogName, Place, Store as _};

use super::super::words;
use crate::cases::{Case, Cases, Found};
use crate::clarifications::{Clarification, Clarifications};
use crate::negotiations::Negotiations;
use crate::outcome::{Done, Failure};
use crate::{clock, node as store_of};

/// Where what proves a line stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seat {
    /// An entry of a log of this node.
    Entry(Place),
    /// A statement that somebody delivered.
    Delivered,
}

impl Seat {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Entry(place) => words::at(std::slice::from_ref(place)),
            Self::Delivered => "delivered to this node".to_owned(),
        }
    }

    /// The command that proves it.
    pub(crate) fn proving(&self, dir: &Path) -> String {
        match self {
            Self::Entry(place) => words::proving(place, dir),
            Self::Delivered => format!("detente feed acks --dir {}", dir.display()),
        }
    }

    pub(crate) fn to_map(&self) -> Map {
        match self {
            Self::Entry(place) => Map::new().with("log", place.log.as_str()).with("index", Json::count(place.index)),
            Self::Delivered => Map::new().with("log", Json::Null),
        }
    }
}

/// Where each proof stands.
#[derive(Debug, Default)]
pub(crate) struct Seats(BTreeMap<(Proof, Option<Timestamp>), BTreeSet<Seat>>);

impl Seats {
    /// The places of a line's proof: those of that very moment, or those of the record wherever it stands.
    pub(crate) fn of(&self, thing: &Dated) -> impl Iterator<Item = &Seat> {
        let exact = self.0.get(&(thing.proof, Some(thing.at)));
        exact.or_else(|| self.0.get(&(thing.proof, None))).into_iter().flatten()
    }
}

/// Dated things, and where they stand.
#[derive(Debug, Default)]
pub(crate) struct Things {
    pub(crate) dated: Vec<Dated>,
    pub(crate) seats: Seats,
    /// Whether there was more than is read: what stands here then is not all.
    pub(crate) is_cut: bool,
}

impl Things {
    /// All that is here around an incident.
    pub(crate) fn of(cases: &Cases<'_>, case: &Case) -> Done<Self> {
        let mut things = Self { dated: of_chain(&case.chain), is_cut: case.is_cut, ..Self::default() };
        case.found.values().for_each(|found| things.seat(found));
        things.add_links(cases, case)?;
        things.add_classifications(cases, case)?;
        let digests: Vec<RecordDigest> = case.found.keys().copied().collect();
        for digest in &digests {
            things.add_labels(cases, digest)?;
            things.add_releases(cases, digest)?;
        }
        things.add_readings(cases, case)?;
        things.add_questions(cases, &digests)?;
        Ok(things)
    }

    /// Notes where a record stands. Copies in our feeds are told of by their releases.
    fn seat(&mut self, found: &Found) {
        let places = found.places.iter().filter(|place| !place.log.is_feed()).cloned().map(Seat::Entry);
        self.seats.0.entry((Proof::Record(found.record.digest()), None)).or_default().extend(places);
    }

    fn add(&mut self, thing: Dated, seat: Seat) {
        self.seats.0.entry((thing.proof, Some(thing.at))).or_default().insert(seat);
        self.dated.push(thing);
    }

    fn add_links(&mut self, cases: &Cases<'_>, case: &Case) -> Done {
        let links = cases.links(&case.id)?;
        self.is_cut |= links.is_cut;
        let is_near = |ends: &[&record::stix::StixId]| ends.contains(&&case.id);
        let mut near = BTreeSet::new();
        for statement in &links.statements {
            if statement.link.as_ref().is_some_and(|link| is_near(&[link.from(), link.to()])) {
                let _new = near.insert(statement.digest);
            }
        }
        for statement in &links.statements {
            // What takes back a statement about this incident belongs here too.
            if near.contains(&statement.digest) || statement.takes_back.iter().any(|one| near.contains(one)) {
                self.dated.extend(of_link(statement));
                links.found.get(&statement.digest).into_iter().for_each(|found| self.seat(found));
            }
        }
        Ok(())
    }

    fn add_classifications(&mut self, cases: &Cases<'_>, case: &Case) -> Done {
        let labels = cases.labels(&case.id)?;
        self.is_cut |= labels.is_cut;
        labels.found.values().for_each(|found| self.seat(found));
        self.dated.extend(labels.statements.iter().map(of_classification));
        Ok(())
    }

    /// Labels about handling, on a record of the case.
    fn add_labels(&mut self, cases: &Cases<'_>, digest: &RecordDigest) -> Done {
        let (found, is_cut) = cases.naming(&digest.to_string(), "detente-label")?;
        self.is_cut |= is_cut;
        for found in found {
            let record = found.record.content();
            let created = record.object().text("created").and_then(|text| text.parse().ok());
            if let (Some(at), Ok(label)) = (created, Label::of_record(record)) {
                let what = What::Labelled { place: format!("how {} is handled", label.at()) };
                self.dated.push(Dated::new(at, record.issuer(), what, Proof::Record(found.record.digest())));
                self.seat(&found);
            }
        }
        Ok(())
    }

    /// Releases of ours, and who acknowledged that they read so far.
    fn add_releases(&mut self, cases: &Cases<'_>, digest: &RecordDigest) -> Done {
        let released = Arrival::of_own(cases.store, &digest.to_string()).map_err(Failure::environment)?;
        for (log, index) in released {
            let entry = cases.store.entries(&log, index, 1).map_err(store_of::fail)?.pop().unwrap_or_default();
            let Ok(ReadEntry::Release(release)) = ReadEntry::read(&entry) else { continue };
            let all = Negotiations::read(cases.store, cases.ring, cases.own, clock::now())?;
            let agreement = all.agreement(release.receipt.agreement);
            let to: BTreeSet<PartyId> =
                agreement.iter().flat_map(|one| one.recipients(cases.own)).map(|member| member.party).collect();
            let released = Dated::new(release.receipt.time, cases.own, What::Released { to }, Proof::Record(*digest));
            self.add(released, Seat::Entry(Place::new(log.clone(), index)));
            self.add_acknowledgements(cases, digest, &log, index)?;
        }
        Ok(())
    }

    /// The first acknowledgement of each peer that reaches beyond an entry of a feed of ours.
    fn add_acknowledgements(&mut self, cases: &Cases<'_>, digest: &RecordDigest, log: &LogName, index: u64) -> Done {
        let heads = cases.store.heads().map_err(store_of::fail)?;
        let Some(head) = heads.into_iter().find(|head| head.log == *log) else { return Ok(()) };
        let mut first: BTreeMap<String, Dated> = BTreeMap::new();
        for one in Received::all(cases.store).map_err(Failure::environment)? {
            let is_beyond = one.kind == "acknowledgement" && one.about == head.origin && one.size > index;
            let Some(thing) = acknowledgement(&one, digest).filter(|_| is_beyond) else { continue };
            let known = first.entry(one.peer).or_insert_with(|| thing.clone());
            if thing.at < known.at {
                *known = thing;
            }
        }
        first.into_values().for_each(|thing| self.add(thing, Seat::Delivered));
        Ok(())
    }

    /// When this node acknowledged what came.
    fn add_readings(&mut self, cases: &Cases<'_>, case: &Case) -> Done {
        for state in FeedState::all(cases.store).map_err(Failure::environment)? {
            let log = format!("pulled-{}", FeedName::of(&state.feed));
            for found in case.found.values() {
                for place in found.places.iter().filter(|place| place.log.as_str() == log) {
                    let read = OwnStatement::read_by(cases.store, &state.feed, place.index);
                    let Some(at) = read.map_err(Failure::environment)? else { continue };
                    let proof = Proof::Record(found.record.digest());
                    let thing = Dated::new(at, cases.own, What::Acknowledged { what: proof }, proof);
                    self.add(thing, Seat::Entry(place.clone()));
                }
            }
        }
        Ok(())
    }

    fn add_questions(&mut self, cases: &Cases<'_>, digests: &[RecordDigest]) -> Done {
        let all = Clarifications::new(cases.store, cases.ring, cases.own).all()?;
        for one in all.iter().filter(|one| digests.contains(&one.question.about)) {
            self.add_question(cases, one)?;
        }
        Ok(())
    }

    fn add_question(&mut self, cases: &Cases<'_>, one: &Clarification) -> Done {
        let (question, proof) = (&one.question, Proof::Record(one.question.digest));
        let found = cases.record(&question.digest)?;
        let asked = found.as_ref().and_then(|found| found.record.content().object().text("created")?.parse().ok());
        if let Some(at) = asked {
            let what = What::Asked { deadline: Some(question.deadline) };
            self.dated.push(Dated::new(at, question.author, what, proof));
        }
        found.iter().for_each(|found| self.seat(found));
        for answer in &one.answers {
            let who = if one.is_ours { one.with } else { Some(cases.own) };
            let Some(who) = who else { continue };
            let what = What::Answered { question: proof };
            self.dated.push(Dated::new(answer.time, who, what, Proof::Record(answer.digest)));
            cases.record(&answer.digest)?.iter().for_each(|found| self.seat(found));
        }
        Ok(())
    }
}

fn of_classification(one: &ClassificationStatement) -> Dated {
    let what = match &one.says {
        None => What::TookBack { statements: one.takes_back.clone() },
        Some(says) => {
            let values =
                says.values.iter().flat_map(|(field, values)| values.iter().map(move |it| format!("{field}={it}")));
            let values: Vec<_> = values.collect();
            let (taxonomy, version) = (&says.pinned.taxonomy, &says.pinned.version);
            What::Labelled { place: format!("{} in {taxonomy} {version}", values.join(", ")) }
        }
    };
    Dated::new(one.time, one.author, what, Proof::Record(one.digest))
}

fn acknowledgement(one: &Received, digest: &RecordDigest) -> Option<Dated> {
    let opened = Opened::read(one.opened.as_bytes()).ok()?;
    let (peer, time) = (one.peer.parse().ok()?, one.time.parse().ok()?);
    let what = What::Acknowledged { what: Proof::Record(*digest) };
    Some(Dated::new(time, peer, what, Proof::Statement(opened.claims().digest())))
}
