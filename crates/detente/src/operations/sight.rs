//! What of a node's records an account may see.
//!
//! A command shows whole records, so for a command a record is there only if all of it is for the account: by its marking
//! (`access`), and field by field by the rules of the house (`policy::shown`).

mod seen;

use std::collections::{BTreeMap, BTreeSet};

use access::{Caller, Resource, Right, Verdict, judge};
use duties::kept;
use node::exchange::FeedState;
use policy::decision::Subject;
use policy::feed::ReadEntry;
use policy::labels::InForce;
use policy::shown::{self, House, NotShown, Shown};
use policy::vocabulary::Care;
use record::digest::{PartyId, RecordDigest};
use record::label::{Marks, Tlp};
use record::stix::StixId;
use record::{Record, Signed};
use storage::views::cases;
use storage::views::records::{self, AGREEMENT_MESSAGE, KEY_RECORD, Row};
use storage::{LocalStore, LogName, Place, Store as _};

use crate::holdings::{Held, Holdings};
use crate::home::Home;
use crate::node as store_of;
use crate::outcome::{Done, Failure};

pub(crate) use seen::{Seen, SeenCase};

/// Records of a log that are looked through for one answer. Each takes about a millisecond.
pub(crate) const MAX_LOOKED_THROUGH: usize = 5_000;

/// One account's sight of a node.
pub(crate) struct Sight<'s> {
    store: &'s LocalStore,
    pub(crate) holdings: Holdings<'s>,
    house: House,
    caller: &'s Caller,
    account: shown::Account,
}

/// What is not there for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// Digests of records and ids of objects.
    pub(crate) names: BTreeSet<String>,
}

impl<'s> Sight<'s> {
    pub(crate) fn of(home: &Home, store: &'s LocalStore, caller: &'s Caller) -> Done<Self> {
        let holdings = Holdings::read(store, home)?;
        let house = House::new(holdings.own).map_err(Failure::environment)?;
        let account = account_of(caller, holdings.own);
        Ok(Self { store, holdings, house, caller, account })
    }

    pub(crate) const fn caller(&self) -> &'s Caller {
        self.caller
    }

    /// The marking in force on a record as a whole; none if nobody has labelled it, or what bears on it is not here.
    pub(crate) fn tlp(in_force: &InForce) -> Option<Tlp> {
        in_force.labels.whole().filter(|_| in_force.lacking.is_empty()).map(|marks| marks.tlp())
    }

    /// Whether the account may do something with a record, all of it.
    pub(crate) fn judge(&self, right: Right, held: &Held) -> Done<Verdict> {
        if let Some(verdict) = self.judge_book(right, held.record.content())? {
            return Ok(verdict);
        }
        let in_force = self.holdings.in_force(held.record.content())?;
        let verdict = judge(self.caller, right, &Resource::Record { tlp: Self::tlp(&in_force), is_named: false });
        let is_whole = verdict == Verdict::Allowed && self.sees_all_of(&held.record, &in_force);
        Ok(if verdict == Verdict::Allowed && !is_whole { Verdict::Hidden } else { verdict })
    }

    /// What is kept of duties is for whoever may do the same with all of the incident, whatever label it bears itself; what is kept of
    /// the party, for whoever reads here. None of any other record.
    fn judge_book(&self, right: Right, record: &Record) -> Done<Option<Verdict>> {
        let object = record.object();
        if record.issuer() != self.holdings.own || !object.text("type").is_some_and(kept::is_kept) {
            return Ok(None);
        }
        match kept::incident_named(object).filter(|id| is_incident(id)) {
            Some(incident) => self.judge_incident(right, incident).map(Some),
            None => Ok(Some(judge(self.caller, right, &Resource::Node))),
        }
    }

    /// What the account may do with what is kept of an incident. It follows from our own versions where there is one: a peer that
    /// sends a version under the same id, marked so that nobody here may read it, must not take our clocks out of sight.
    pub(crate) fn judge_incident(&self, right: Right, incident: &str) -> Done<Verdict> {
        let ours = self.ours(incident)?;
        let own: Vec<&Held> = ours.iter().filter(|held| held.record.content().issuer() == self.holdings.own).collect();
        if own.is_empty() {
            return self.judge_named(right, incident);
        }
        for held in own {
            let verdict = self.judge(right, held)?;
            if verdict != Verdict::Allowed {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Allowed)
    }

    /// What of a record the account may see; none if there is nothing.
    pub(crate) fn show(&self, held: &Held) -> Done<Option<Shown<Record>>> {
        let in_force = self.holdings.in_force(held.record.content())?;
        self.show_in_force(held, &in_force)
    }

    /// The same with the labels that are in force on it.
    fn show_in_force(&self, held: &Held, in_force: &InForce) -> Done<Option<Shown<Record>>> {
        let resource = Resource::Record { tlp: Self::tlp(in_force), is_named: false };
        if judge(self.caller, Right::Read, &resource) != Verdict::Allowed {
            return Ok(None);
        }
        if self.judge_book(Right::Read, held.record.content())?.is_some_and(|verdict| verdict != Verdict::Allowed) {
            return Ok(None);
        }
        match self.house.show(&self.account, &held.record, in_force) {
            Ok(shown) => Ok(Some(shown)),
            Err(NotShown::Nothing | NotShown::OtherParty) => Ok(None),
            Err(error) => Err(Failure::environment(error)),
        }
    }

    fn sees_all_of(&self, record: &Signed<Record>, in_force: &InForce) -> bool {
        let fields = Subject::new(record.content(), in_force).fields;
        // Without a reason for care the marking decides, and that was asked already for the strictest.
        let is_plain = |marks: &Marks| marks.tags().is_empty() && judge_marks(self.caller, marks);
        if fields.iter().all(|field| field.marks.as_ref().is_some_and(is_plain)) {
            return true;
        }
        self.house.show(&self.account, record, in_force).is_ok_and(|shown| shown.withheld().is_empty())
    }

    /// Whether the account may read all of a record of ours, by its digest. One that is not in our log is not for it.
    pub(crate) fn reads(&self, digest: &RecordDigest) -> Done<bool> {
        match self.holdings.find(digest)? {
            Some(held) => Ok(self.judge(Right::Read, &held)? == Verdict::Allowed),
            None => Ok(false),
        }
    }

    /// Whether the account may read what came in a feed, by the marks that came with it.
    pub(crate) fn reads_marked(&self, marks: &Marks) -> bool {
        judge_marks(self.caller, marks) && (marks.tags().is_empty() || self.reads_tags(marks))
    }

    /// Whether one role of the account suffices for every reason for care.
    fn reads_tags(&self, marks: &Marks) -> bool {
        let care: Option<BTreeSet<Care>> = marks.tags().iter().map(Care::of).collect();
        let Some(care) = care else { return false };
        self.account.roles.iter().any(|role| care.is_subset(&self.house.reads_tagged(*role)))
    }

    /// Everything that is not there for the account, in our log and in the feeds that were read.
    pub(crate) fn hidden(&self) -> Done<Hidden> {
        let rows = self.marked_rows()?;
        if rows.len() > MAX_LOOKED_THROUGH {
            return Err(too_many());
        }
        let mut hidden = Hidden::default();
        for row in rows {
            let held = self.holdings.at(&[row.index])?.pop();
            let is_seen = match &held {
                Some(held) => self.judge(Right::Read, held)? == Verdict::Allowed,
                None => false,
            };
            if !is_seen {
                hidden.add(&row);
            }
        }
        self.hide_kept(&mut hidden)?;
        self.hide_read(&mut hidden)?;
        Ok(hidden)
    }

    /// What has to be judged by itself: not what is kept of duties, which is judged by its incident.
    fn marked_rows(&self) -> Done<Vec<Row>> {
        let mut rows = records::list(self.store, &LogName::node(), 0, usize::MAX).map_err(store_of::fail)?;
        let (own, is_apart) = (self.holdings.own.to_string(), self.reads_the_book());
        let is_kept = |row: &Row| {
            let is_of_book = row.object_type.as_deref().is_some_and(kept::is_kept);
            is_apart && is_of_book && row.issuer.as_ref() == Some(&own)
        };
        rows.retain(|row| is_marked(row) && !is_kept(row));
        Ok(rows)
    }

    /// Whether the account reads what is kept of the party itself.
    fn reads_the_book(&self) -> bool {
        judge(self.caller, Right::Read, &Resource::Node) == Verdict::Allowed
    }

    /// What is kept of duties is hidden with its incident. An incident is judged once, however much is kept of it.
    fn hide_kept(&self, hidden: &mut Hidden) -> Done {
        let mut judged: BTreeMap<String, bool> = BTreeMap::new();
        for object_type in kept::TYPES {
            let kept = cases::own_about(self.store, self.holdings.own, object_type).map_err(store_of::fail)?;
            for one in kept {
                let is_seen = match judged.get(&one.incident) {
                    Some(known) => *known,
                    None if judged.len() >= MAX_LOOKED_THROUGH => return Err(too_many()),
                    None => self.judge_incident(Right::Read, &one.incident)? == Verdict::Allowed,
                };
                if judged.insert(one.incident.clone(), is_seen).is_none() && !is_seen {
                    let _new = hidden.names.insert(one.incident.clone());
                }
                if !is_seen {
                    hidden.names.extend([one.digest.to_string(), one.id]);
                }
            }
        }
        Ok(())
    }

    /// What the account may do with the records that a digest or an id names: those of our log, and those that came in feeds.
    pub(crate) fn judge_named(&self, right: Right, name: &str) -> Done<Verdict> {
        let mut verdicts = Vec::new();
        for held in self.ours(name)? {
            verdicts.push(self.judge(right, &held)?);
        }
        for marks in self.marks_of_read(name)? {
            let verdict = judge(self.caller, right, &resource_of(&marks));
            let is_whole = verdict != Verdict::Allowed || self.reads_marked(&marks);
            verdicts.push(if is_whole { verdict } else { Verdict::Hidden });
        }
        // What is not here is answered as what is hidden.
        Ok(verdicts.iter().copied().find(|one| *one != Verdict::Allowed).unwrap_or(if verdicts.is_empty() {
            Verdict::Hidden
        } else {
            Verdict::Allowed
        }))
    }

    fn ours(&self, name: &str) -> Done<Vec<Held>> {
        if let Ok(digest) = name.parse::<RecordDigest>() {
            return Ok(self.holdings.find(&digest)?.into_iter().collect());
        }
        let indices = records::of_object(self.store, &LogName::node(), name).map_err(store_of::fail)?;
        let held = self.holdings.at(&indices)?;
        // A version that cannot be read is not for anybody.
        if held.len() < indices.len() {
            return Err(Failure::refused(
                "a version of it cannot be read here: its author's keys are missing, or it was erased",
            ));
        }
        Ok(held)
    }

    /// The marks with which records of this name came in feeds.
    fn marks_of_read(&self, name: &str) -> Done<Vec<Marks>> {
        let mut found = Vec::new();
        for (log, _) in self.read_logs()? {
            let indices = match name.parse::<RecordDigest>() {
                Ok(digest) => records::find(self.store, &log, &digest).map_err(store_of::fail)?.into_iter().collect(),
                Err(_) => records::of_object(self.store, &log, name).map_err(store_of::fail)?,
            };
            for index in indices {
                found.extend(self.marks_at(&Place::new(log.clone(), index))?);
            }
        }
        Ok(found)
    }

    /// The marks with which a record came at a place of a feed that was read.
    pub(crate) fn marks_at(&self, place: &Place) -> Done<Option<Marks>> {
        let entries = self.store.entries(&place.log, place.index, 1).map_err(store_of::fail)?;
        let entry = entries.first().map(|octets| ReadEntry::read(octets));
        Ok(if let Some(Ok(ReadEntry::Release(release))) = entry { Some(release.marks) } else { None })
    }

    /// The logs in which feeds of others are kept, with their sizes.
    fn read_logs(&self) -> Done<Vec<(LogName, usize)>> {
        let states = FeedState::all(self.store).map_err(Failure::environment)?;
        let log = |state: &FeedState| {
            let name = protocol::exchange::FeedName::of(&state.feed);
            let log = format!("pulled-{name}").parse().map_err(Failure::environment)?;
            Ok((log, usize::try_from(state.size).unwrap_or(usize::MAX)))
        };
        states.iter().map(log).collect()
    }

    /// What came in feeds is marked there.
    fn hide_read(&self, hidden: &mut Hidden) -> Done {
        for (log, size) in self.read_logs()? {
            let entries = self.store.entries(&log, 0, size).map_err(store_of::fail)?;
            let rows = records::list(self.store, &log, 0, usize::MAX).map_err(store_of::fail)?;
            for octets in &entries {
                let Ok(ReadEntry::Release(release)) = ReadEntry::read(octets) else { continue };
                if !self.reads_marked(&release.marks) {
                    hidden.names.insert(release.record.to_string());
                    let of_it = rows.iter().filter(|row| row.record_digest == Some(release.record));
                    of_it.for_each(|row| hidden.add(row));
                }
            }
        }
        Ok(())
    }
}

impl Hidden {
    fn add(&mut self, row: &Row) {
        self.names.extend(row.record_digest.map(|digest| digest.to_string()));
        self.names.extend(row.object_id.clone());
    }
}

fn too_many() -> Failure {
    Failure::refused(format!(
        "more than {MAX_LOOKED_THROUGH} records are here, too many to look through for what this account may see"
    ))
    .advise("ask for records and searches one by one at /api/v1/records and /api/v1/search, or run it at the machine")
}

/// What is kept is never about itself, so judging it comes to an end.
fn is_incident(id: &str) -> bool {
    id.parse::<StixId>().is_ok_and(|id| id.object_type() == incident::INCIDENT_TYPE)
}

const fn resource_of(marks: &Marks) -> Resource<'static> {
    Resource::Record { tlp: Some(marks.tlp()), is_named: false }
}

fn judge_marks(caller: &Caller, marks: &Marks) -> bool {
    judge(caller, Right::Read, &resource_of(marks)) == Verdict::Allowed
}

/// Bookkeeping of the node: it says what was done with records, by their digests, and is not labelled.
const BOOKKEEPING: [&str; 6] = [
    "detente-label",
    "detente-declassification",
    "detente-floor-switch",
    "detente-decisions",
    "detente-erasure",
    "detente-resumption",
];

/// Whether a type of records is the node's own bookkeeping, or speech about keys and agreements.
pub(crate) fn is_bookkeeping(kind: &str) -> bool {
    BOOKKEEPING.contains(&kind) || [AGREEMENT_MESSAGE, KEY_RECORD, "identity"].contains(&kind)
}

/// Whether a row is a record that is there only for whom its marking lets see it: content, and what was asked, answered and said
/// about it.
fn is_marked(row: &Row) -> bool {
    row.object_type.as_deref().is_some_and(|kind| !is_bookkeeping(kind))
}

/// Whether a row is a record of something, and no bookkeeping of ours.
pub(crate) fn is_content(row: &Row) -> bool {
    row.object_type.as_deref().is_some_and(is_content_type)
}

/// The same by the type of a record's object.
pub(crate) fn is_content_type(kind: &str) -> bool {
    !kind.starts_with("detente-") && ![AGREEMENT_MESSAGE, KEY_RECORD, "identity"].contains(&kind)
}

/// The account as the rules of the house know it.
fn account_of(caller: &Caller, own: PartyId) -> shown::Account {
    let party = match caller.belongs() {
        Some(access::Belongs::Partner(party)) => *party,
        Some(access::Belongs::Own) | None => own,
    };
    let roles = caller.roles().into_iter().flat_map(access::Roles::iter);
    shown::Account::new(party, roles.filter_map(|role| role.in_house().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::office::Office;

    const FACTS: &str = r#""incident.loss_of_control=true","incident.weight_exfiltration=none","harm.deaths=0""#;

    /// Answers of the analyst to the facts of an incident, of which the last is when we became aware.
    fn answers(office: &Office, incident: &str, aware: &str) {
        let body = format!(r#"{{"incident":"{incident}","facts":[{FACTS},"time.aware={aware}"]}}"#);
        office.told("lin", "duties answer", &body);
    }

    #[test]
    fn what_is_kept_of_an_incident_is_judged_with_it_and_counts_for_nothing() {
        let office = Office::staffed();
        office.told("lin", "duties profile", r#"{"facts":["actor.coalition_member=true"]}"#);
        let [(open, green), (closed, red)] = ["Seen by all", "Seen by nobody"].map(|title| office.incident(title));
        office.label(&green, "green");
        office.label(&red, "red");
        let looked = |office: &Office| {
            let (home, caller) = (office.home(), office.caller("rea"));
            let store = store_of::open_to_read(&home, &home.history().unwrap()).unwrap();
            let sight = Sight::of(&home, &store, &caller).unwrap();
            (sight.marked_rows().unwrap().len(), sight.hidden().unwrap().names)
        };
        let (before, _) = looked(&office);
        for aware in ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"] {
            answers(&office, &open, aware);
        }
        let facts = FACTS.replace('"', "").replace(',', " ");
        let typed = format!("duties answer {closed} {facts} time.aware=2026-11-01T00:00:00Z");
        let told = office.type_in(&format!("{typed} --dir {}", office.dir().display()));
        let (after, names) = looked(&office);
        assert_eq!(after, before, "answers and clocks are no more to be judged");
        assert!(names.contains(&closed) && names.contains(told.text("record_digest").unwrap()), "{names:?}");
        let log = office.type_in(&format!("log list --limit 1000 --dir {}", office.dir().display()));
        let rows = log.get("entries").and_then(record::json::Json::as_array).unwrap();
        let clocks = rows.iter().filter_map(record::json::Json::as_object);
        let digests = clocks.filter(|row| row.text("type") == Some("detente-clock"));
        let digests: Vec<&str> = digests.filter_map(|row| row.text("record_digest")).collect();
        let hidden = digests.iter().filter(|digest| names.contains(**digest)).count();
        assert!(digests.len() > hidden && hidden > 0, "{hidden} of {}", digests.len());
    }
}
