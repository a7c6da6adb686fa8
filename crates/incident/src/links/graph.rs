//! What follows from a set of statements.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::RecordDigest;
use record::stix::StixId;

use super::{Link, LinkStatement, LinkWord};
use crate::taking_back::{self, Settled, Voided};

/// Statements in a row that are followed from one id. Further than this nobody decides from here, and the ways of a row of
/// thousands would fill the memory.
pub const BEYOND_STEPS_MAX: usize = 8;

/// The statements that hold, and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    statements: BTreeMap<RecordDigest, LinkStatement>,
    settled: Settled,
    by_end: BTreeMap<StixId, Vec<RecordDigest>>,
}

/// What is said about two incidents being one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum Verdict {
    /// Nobody said anything about these two.
    Open,
    /// They are one, by these statements.
    Same(Vec<RecordDigest>),
    /// They are two, by these statements.
    NotSame(Vec<RecordDigest>),
    /// Some say one and some say two. It stays so until somebody takes a statement back.
    Contested {
        /// Who says one.
        same: Vec<RecordDigest>,
        /// Who says two.
        not_same: Vec<RecordDigest>,
    },
}

/// Where an id leads by one statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Lead {
    /// The other id.
    pub id: StixId,
    /// The link that says so.
    pub word: LinkWord,
    /// The statement.
    pub statement: RecordDigest,
}

/// An id that is reached by several statements in a row. It is not joined: nobody said so of these two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Beyond {
    /// The id.
    pub id: StixId,
    /// The statements that lead there, in order: a shortest way.
    pub path: Vec<RecordDigest>,
}

/// What an id stands for. It always stands for itself: ids never die.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolution {
    /// The id that was asked for.
    pub id: StixId,
    /// The incidents that are one with it, itself among them.
    pub same: BTreeSet<StixId>,
    /// Where one statement leads, contested ones among them.
    pub leads: Vec<Lead>,
    /// Where only several statements in a row lead.
    pub beyond: Vec<Beyond>,
    /// Whether more lies further on; asking from there tells.
    pub goes_on: bool,
}

/// A report of a case, with the statements that bring it there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Report {
    /// The report's id.
    pub id: StixId,
    /// The incident that it names.
    pub incident: StixId,
    /// The statements: that it reports the incident, and, for another incident of the case, that both are one.
    pub path: Vec<RecordDigest>,
}

impl Graph {
    /// The graph of a set of statements. Their order does not matter, and one that comes twice counts once.
    #[must_use]
    pub fn of(statements: impl IntoIterator<Item = LinkStatement>) -> Self {
        let statements = taking_back::by_digest(statements);
        let settled = taking_back::settle(&statements);
        let mut graph = Self { statements, settled, by_end: BTreeMap::new() };
        graph.index();
        graph
    }

    /// Which statements in force name an id, so that a question about one id does not walk through all of them.
    fn index(&mut self) {
        let mut by_end: BTreeMap<StixId, Vec<RecordDigest>> = BTreeMap::new();
        for statement in self.in_force() {
            for end in statement.link.iter().flat_map(|link| [link.from(), link.to()]) {
                by_end.entry(end.clone()).or_default().push(statement.digest);
            }
        }
        self.by_end = by_end;
    }

    /// The statements that hold, by digest.
    pub fn in_force(&self) -> impl Iterator<Item = &LinkStatement> {
        self.settled.in_force.iter().filter_map(|digest| self.statements.get(digest))
    }

    /// What tried to take something back and changes nothing.
    #[must_use]
    pub fn voided(&self) -> &[Voided] {
        &self.settled.voided
    }

    /// The links in force that name an id.
    fn links_at(&self, id: &StixId) -> impl Iterator<Item = (RecordDigest, &Link)> {
        let digests = self.by_end.get(id).map(Vec::as_slice).unwrap_or_default();
        let statements = digests.iter().filter_map(|digest| self.statements.get(digest));
        statements.filter_map(|statement| Some((statement.digest, statement.link.as_ref()?)))
    }

    /// What an id stands for, with the statements that lead there.
    #[must_use]
    pub fn resolve(&self, id: &StixId) -> Resolution {
        let (beyond, goes_on) = self.beyond(id);
        Resolution { id: id.clone(), same: self.same(id), leads: self.leads(id), beyond, goes_on }
    }

    /// What is said about two incidents being one. A split says that they are two, as `related-not-same` does.
    #[must_use]
    pub fn verdict(&self, one: &StixId, other: &StixId) -> Verdict {
        let about = |wanted: &dyn Fn(LinkWord) -> bool| -> Vec<RecordDigest> {
            let found = self.links_at(one).filter(|(_, link)| link.joins(one, other) && wanted(link.word()));
            found.map(|(digest, _)| digest).collect()
        };
        let same = about(&|word| word == LinkWord::SameAs);
        let not_same = about(&|word| matches!(word, LinkWord::RelatedNotSame | LinkWord::Split));
        match (same.is_empty(), not_same.is_empty()) {
            (true, true) => Verdict::Open,
            (false, true) => Verdict::Same(same),
            (true, false) => Verdict::NotSame(not_same),
            (false, false) => Verdict::Contested { same, not_same },
        }
    }

    /// Where an id leads by one statement each: merged with, split into or from, related to. An id that nothing was said of
    /// leads nowhere and is itself: ids never die.
    #[must_use]
    pub fn leads(&self, id: &StixId) -> Vec<Lead> {
        let links = self.links_at(id).filter(|(_, link)| link.word().is_of_incidents());
        let found = links.filter_map(|(statement, link)| {
            Some(Lead { id: link.other_end(id)?.clone(), word: link.word(), statement })
        });
        let mut leads: Vec<Lead> = found.collect();
        leads.sort_unstable();
        leads
    }

    /// The incidents that are one with this one: itself, and those of which that was said and not contested. Not transitive.
    #[must_use]
    pub fn same(&self, id: &StixId) -> BTreeSet<StixId> {
        let ends = self.links_at(id).filter(|(_, link)| link.word() == LinkWord::SameAs);
        let ends = ends.filter_map(|(_, link)| link.other_end(id));
        let agreed = ends.filter(|other| matches!(self.verdict(id, other), Verdict::Same(_)));
        agreed.chain([id]).cloned().collect()
    }

    /// What lies beyond: ids that only several statements in a row lead to, at most [`BEYOND_STEPS_MAX`] of them, each with a
    /// shortest way. They are shown as questions to decide and never joined. Also whether more lies further on.
    #[must_use]
    pub fn beyond(&self, id: &StixId) -> (Vec<Beyond>, bool) {
        let mut ways: BTreeMap<StixId, Vec<RecordDigest>> = BTreeMap::from([(id.clone(), Vec::new())]);
        let mut edge = vec![id.clone()];
        for _ in 0..BEYOND_STEPS_MAX {
            edge = edge.iter().flat_map(|from| self.extend(from, &mut ways)).collect();
        }
        let goes_on = edge.iter().any(|from| self.onward(from).any(|lead| !ways.contains_key(&lead.id)));
        let far = ways.into_iter().filter(|(_, path)| path.len() > 1);
        (far.map(|(id, path)| Beyond { id, path }).collect(), goes_on)
    }

    /// Where merges and splits lead.
    fn onward(&self, from: &StixId) -> impl Iterator<Item = Lead> {
        let leads = self.leads(from).into_iter();
        leads.filter(|lead| matches!(lead.word, LinkWord::SameAs | LinkWord::Split))
    }

    /// Adds the ways that lead one statement further than to `from`.
    fn extend(&self, from: &StixId, ways: &mut BTreeMap<StixId, Vec<RecordDigest>>) -> Vec<StixId> {
        let here = ways.get(from).cloned().unwrap_or_default();
        let mut reached = Vec::new();
        for lead in self.onward(from) {
            if !ways.contains_key(&lead.id) {
                ways.insert(lead.id.clone(), here.iter().copied().chain([lead.statement]).collect());
                reached.push(lead.id);
            }
        }
        reached
    }

    /// The incidents that a report is about, with the statements.
    #[must_use]
    pub fn incidents_of(&self, report: &StixId) -> Vec<Lead> {
        self.pointed_at(report, LinkWord::Reports)
    }

    fn pointed_at(&self, from: &StixId, word: LinkWord) -> Vec<Lead> {
        let links = self.links_at(from).filter(|(_, link)| link.word() == word && link.from() == from);
        let found = links.map(|(statement, link)| Lead { id: link.to().clone(), word: link.word(), statement });
        let mut leads: Vec<Lead> = found.collect();
        leads.sort_unstable();
        leads
    }

    /// What was tried against an id, or against an incident that is one with it: each countermeasure with the statements
    /// that bring it there.
    #[must_use]
    pub fn countermeasures_of(&self, id: &StixId) -> Vec<Report> {
        self.pointing_at(id, LinkWord::Mitigates)
    }

    /// What a countermeasure was tried against, with the statements.
    #[must_use]
    pub fn countered_by(&self, countermeasure: &StixId) -> Vec<Lead> {
        self.pointed_at(countermeasure, LinkWord::Mitigates)
    }

    /// The reports of an incident and of those that are one with it, each with the statements that bring it there.
    #[must_use]
    pub fn reports_of(&self, incident: &StixId) -> Vec<Report> {
        self.pointing_at(incident, LinkWord::Reports)
    }

    fn pointing_at(&self, incident: &StixId, word: LinkWord) -> Vec<Report> {
        let case = self.same(incident);
        let links = case.iter().flat_map(|one| self.links_at(one).filter(move |(_, link)| link.to() == one));
        let links = links.filter(|(_, link)| link.word() == word);
        let found = links.map(|(statement, link)| Report {
            id: link.from().clone(),
            incident: link.to().clone(),
            path: [statement].into_iter().chain(self.same_statements(incident, link.to())).collect(),
        });
        let mut reports: Vec<Report> = found.collect();
        reports.sort_unstable();
        reports
    }

    fn same_statements(&self, one: &StixId, other: &StixId) -> Vec<RecordDigest> {
        match self.verdict(one, other) {
            Verdict::Same(statements) => statements,
            Verdict::Open | Verdict::NotSame(_) | Verdict::Contested { .. } => Vec::new(),
        }
    }
}
