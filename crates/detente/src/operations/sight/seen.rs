//! Records and cases wherever they stand, cut to what an account may see of them.
//!
//! What is cut away is not there: no version, link or label that the account may not see is counted, compared or named.

use std::collections::BTreeMap;

use incident::labels::Classifications;
use incident::links::Graph;
use incident::{Chain, Version};
use record::digest::RecordDigest;
use record::label::Tlp;
use record::path::Path;
use record::stix::StixId;
use record::{Record, Signed};
use storage::{LogName, Place};

use super::{BOOKKEEPING, Sight};
use crate::cases::{Case, Cases, Found, Labels, Links};
use crate::outcome::Done;

/// A record as an account may see it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// What may be seen of it.
    pub(crate) record: Signed<Record>,
    /// The places that are kept from this account. That there are some is no secret inside the house.
    pub(crate) withheld: Vec<Path>,
    /// The marking in force on it as a whole; none if nobody has labelled it.
    pub(crate) tlp: Option<Tlp>,
    /// Where it stands: the node's own log first, then feeds that are read.
    pub(crate) places: Vec<Place>,
}

/// An incident as an account may see it.
#[derive(Debug, Clone)]
pub(crate) struct SeenCase {
    /// Its versions, as far as they are for the account.
    pub(crate) case: Case,
    pub(crate) seen: BTreeMap<RecordDigest, Seen>,
}

impl Sight<'_> {
    /// What the account may see of a record that was found in any log; none if that is nothing. A record of our own log is
    /// shown field by field, one that came in feeds as it came, if the marks of every feed let the account read it.
    pub(crate) fn seen(&self, found: &Found) -> Done<Option<Seen>> {
        let is_own = |place: &&Place| place.log == LogName::node();
        let (own, came): (Vec<_>, Vec<_>) = found
            .places
            .iter()
            .filter(|place| is_own(place) || place.log.as_str().starts_with("pulled-"))
            .partition(is_own);
        let mut tlp = None;
        for place in &came {
            let Some(marks) = self.marks_at(place)?.filter(|marks| self.reads_marked(marks)) else { return Ok(None) };
            tlp = Some(marks.tlp());
        }
        let places = own.iter().chain(&came).map(|place| (*place).clone()).collect();
        if own.is_empty() {
            let seen = Seen { record: found.record.clone(), withheld: Vec::new(), tlp, places };
            return Ok((!came.is_empty()).then_some(seen));
        }
        let Some(held) = self.holdings.find(&found.record.digest())? else { return Ok(None) };
        let in_force = self.holdings.in_force(held.record.content())?;
        let shown = self.show_in_force(&held, &in_force)?;
        Ok(shown.map(|shown| Seen {
            record: shown.content().clone(),
            withheld: shown.withheld().to_vec(),
            tlp: Self::tlp(&in_force),
            places,
        }))
    }

    /// A case, as far as it is for the account; none if nothing of it is.
    pub(crate) fn case(&self, cases: &Cases<'_>, id: &StixId) -> Done<Option<SeenCase>> {
        match cases.case(id)? {
            Some(case) => self.cut(cases, &case),
            None => Ok(None),
        }
    }

    /// A case of which all of our versions, or of the others' where we have none, that can be read here are for the account; none
    /// otherwise.
    pub(crate) fn whole_case(&self, cases: &Cases<'_>, id: &StixId) -> Done<Option<SeenCase>> {
        let Some(case) = cases.case(id)? else { return Ok(None) };
        let is_ours = |found: &Found| found.record.content().issuer() == self.holdings.own;
        let has_ours = case.found.values().any(is_ours);
        let wanted: Vec<_> =
            case.found.iter().filter(|(_, one)| !has_ours || is_ours(one)).map(|(digest, _)| *digest).collect();
        let is_whole = |seen: &SeenCase| {
            seen.case.chain.newest().next().is_some()
                && wanted.iter().all(|digest| seen.seen.get(digest).is_some_and(|one| one.withheld.is_empty()))
        };
        Ok(self.cut(cases, &case)?.filter(is_whole))
    }

    fn cut(&self, cases: &Cases<'_>, case: &Case) -> Done<Option<SeenCase>> {
        let (mut seen, mut found, mut versions) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for (digest, one) in &case.found {
            let Some(shown) = self.seen(one)? else { continue };
            let cut = Found { record: shown.record.clone(), places: shown.places.clone() };
            let version = if shown.withheld.is_empty() { cases.version(&cut) } else { Version::of_record(&cut.record) };
            let Ok(version) = version else { continue };
            versions.push(version);
            drop(found.insert(*digest, cut));
            drop(seen.insert(*digest, shown));
        }
        let chain = Chain::of(versions);
        let case = Case { id: case.id.clone(), chain, found, unread: Vec::new(), is_cut: case.is_cut };
        Ok((!seen.is_empty()).then_some(SeenCase { case, seen }))
    }

    /// Whether anything that an id names is for the account.
    pub(crate) fn knows(&self, cases: &Cases<'_>, id: &StixId) -> Done<bool> {
        if id.object_type() == incident::INCIDENT_TYPE {
            return Ok(self.case(cases, id)?.is_some());
        }
        Ok(self.judge_named(access::Right::Read, id.as_str())? == access::Verdict::Allowed)
    }

    /// Whether all of a statement about incidents is for the account. Bookkeeping of the node is not labelled: it tells of
    /// records by their digests, and is for whoever may see those.
    pub(crate) fn sees_whole(&self, found: &Found) -> Done<bool> {
        let kind = found.record.content().object().text("type").unwrap_or_default();
        if BOOKKEEPING.contains(&kind) {
            return Ok(true);
        }
        Ok(self.seen(found)?.is_some_and(|seen| seen.withheld.is_empty()))
    }

    /// The links around a case, as far as both their ends and they themselves are for the account.
    pub(crate) fn links(&self, cases: &Cases<'_>, id: &StixId) -> Done<Links> {
        let mut links = cases.links(id)?;
        let mut ends: BTreeMap<StixId, bool> = BTreeMap::from([(id.clone(), true)]);
        let mut kept = Vec::new();
        for statement in std::mem::take(&mut links.statements) {
            let Some(found) = links.found.get(&statement.digest) else { continue };
            let mut is_seen = self.sees_whole(found)?;
            for end in statement.link.iter().flat_map(|link| [link.from(), link.to()]) {
                if is_seen && !ends.contains_key(end) {
                    let known = self.knows(cases, end)?;
                    let _new = ends.insert(end.clone(), known);
                }
                is_seen &= ends.get(end).copied().unwrap_or(false);
            }
            if is_seen {
                kept.push(statement);
            }
        }
        links.found.retain(|digest, _| kept.iter().any(|one| one.digest == *digest));
        links.graph = Graph::of(kept.iter().cloned());
        links.statements = kept;
        Ok(links)
    }

    /// What annotators say of a case, as far as it is for the account.
    pub(crate) fn labels(&self, cases: &Cases<'_>, id: &StixId) -> Done<Labels> {
        let mut labels = cases.labels(id)?;
        let mut kept = Vec::new();
        for statement in std::mem::take(&mut labels.statements) {
            let Some(found) = labels.found.get(&statement.digest) else { continue };
            if self.sees_whole(found)? {
                kept.push(statement);
            }
        }
        labels.found.retain(|digest, _| kept.iter().any(|one| one.digest == *digest));
        labels.said = Classifications::of(kept.iter().cloned());
        labels.statements = kept;
        Ok(labels)
    }
}

impl SeenCase {
    /// What may be seen of a version.
    pub(crate) fn of(&self, digest: RecordDigest) -> Option<&Seen> {
        self.seen.get(&digest)
    }
}
