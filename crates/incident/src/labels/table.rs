//! What annotators say side by side, and how far they agree.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::{PartyId, RecordDigest};
use record::stix::StixId;
use record::time::Timestamp;

use super::{Agreement, Annotator, Classification, ClassificationStatement, KappaError, Pinned, Values, cohen, fleiss};
use crate::taking_back::{self, Settled, VoidReason, Voided};

/// Who rated: an annotator as one party names it. Two parties' annotators of one name are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Rater {
    /// The party that signed.
    pub author: PartyId,
    /// Whom it names.
    pub name: RaterName,
}

/// Whom a classification names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a name is shown or it is not")]
pub enum RaterName {
    /// An annotator.
    Known(Annotator),
    /// The name is withheld. Nobody can tell whether two such records are by one annotator, so each is one of its own.
    Withheld(RecordDigest),
}

/// What one rater says of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said<'s> {
    /// The statement.
    pub statement: RecordDigest,
    /// The values.
    pub values: &'s Values,
    /// How sure the rater is, 0 to 100.
    pub confidence: Option<u8>,
    /// Why.
    pub reason: &'s str,
}

/// One field of one incident: who says what. Nothing here chooses between raters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldRow<'s> {
    /// The field.
    pub field: &'s str,
    /// What each rater says.
    pub said: BTreeMap<Rater, Said<'s>>,
}

impl FieldRow<'_> {
    /// True if two raters say different things.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        let mut all = self.said.values().map(|said| said.values);
        all.next().is_some_and(|first| all.any(|other| other != first))
    }
}

/// The classifications that are here, and which of them hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classifications {
    statements: BTreeMap<RecordDigest, ClassificationStatement>,
    settled: Settled,
}

impl Classifications {
    /// What holds of a set of statements. Their order does not matter, and one that comes twice counts once.
    #[must_use]
    pub fn of(statements: impl IntoIterator<Item = ClassificationStatement>) -> Self {
        let statements = taking_back::by_digest(statements);
        let settled = taking_back::settle(&statements);
        Self { statements, settled }
    }

    /// The statements that hold, by digest.
    pub fn in_force(&self) -> impl Iterator<Item = &ClassificationStatement> {
        self.settled.in_force.iter().filter_map(|digest| self.statements.get(digest))
    }

    /// What tried to take something back and changes nothing.
    #[must_use]
    pub fn voided(&self) -> &[Voided] {
        &self.settled.voided
    }

    /// Asks before anything is signed whether this author can take that statement back now.
    ///
    /// # Errors
    /// With the reason why it would change nothing.
    pub fn may_take_back(&self, author: PartyId, now: Timestamp, names: RecordDigest) -> Result<(), VoidReason> {
        taking_back::refusal(&self.statements, author, now, names).map_or(Ok(()), Err)
    }

    /// The taxonomies in whose words something is said of an incident.
    #[must_use]
    pub fn pinned(&self, about: &StixId) -> BTreeSet<&Pinned> {
        self.about(about).map(|(_, says)| &says.pinned).collect()
    }

    /// Who says what of an incident in the words of one taxonomy: a row for each field, a later statement of a rater in place
    /// of an earlier one of the same rater.
    #[must_use]
    pub fn rows(&self, about: &StixId, pinned: &Pinned) -> Vec<FieldRow<'_>> {
        let mut rows: BTreeMap<&str, BTreeMap<Rater, Said<'_>>> = BTreeMap::new();
        let mut statements: Vec<_> = self.about(about).filter(|(_, says)| says.pinned == *pinned).collect();
        statements.sort_unstable_by_key(|(statement, _)| (statement.time, statement.digest));
        for (statement, says) in statements {
            for (field, values) in &says.values {
                rows.entry(field).or_default().insert(rater(statement, says), said(statement, says, values));
            }
        }
        rows.into_iter().map(|(field, said)| FieldRow { field, said }).collect()
    }

    fn about<'s>(&'s self, about: &StixId) -> impl Iterator<Item = (&'s ClassificationStatement, &'s Classification)> {
        let all = self.in_force().filter_map(|statement| Some((statement, statement.says.as_ref()?)));
        all.filter(move |(_, says)| says.about == *about)
    }

    /// Every incident of which something is said.
    #[must_use]
    pub fn incidents(&self) -> BTreeSet<&StixId> {
        self.in_force().filter_map(|statement| Some(&statement.says.as_ref()?.about)).collect()
    }

    /// What each rater says of one field, by incident. Several values of one rater are compared as one set.
    #[must_use]
    pub fn by_rater(&self, pinned: &Pinned, field: &str) -> BTreeMap<Rater, BTreeMap<&StixId, String>> {
        let mut found: BTreeMap<Rater, BTreeMap<&StixId, String>> = BTreeMap::new();
        for about in self.incidents() {
            let rows = self.rows(about, pinned);
            for (rater, said) in rows.into_iter().filter(|row| row.field == field).flat_map(|row| row.said) {
                let values: Vec<&str> = said.values.iter().map(String::as_str).collect();
                found.entry(rater).or_default().insert(about, values.join(" + "));
            }
        }
        found
    }

    /// Cohen's kappa of two raters over the incidents that both rated.
    ///
    /// # Errors
    /// If there is no such incident.
    pub fn between(&self, one: &Rater, other: &Rater, pinned: &Pinned, field: &str) -> Result<Agreement, KappaError> {
        let rated = self.by_rater(pinned, field);
        let (Some(one), Some(other)) = (rated.get(one), rated.get(other)) else { return Err(KappaError::Nothing) };
        let pairs: Vec<(&str, &str)> =
            one.iter().filter_map(|(about, value)| Some((value.as_str(), other.get(about)?.as_str()))).collect();
        cohen(&pairs)
    }

    /// Fleiss' kappa of all these raters over the incidents that each of them rated.
    ///
    /// # Errors
    /// If there is no such incident, or only one rater.
    pub fn among(&self, raters: &BTreeSet<Rater>, pinned: &Pinned, field: &str) -> Result<Agreement, KappaError> {
        let rated = self.by_rater(pinned, field);
        let all: Vec<_> = raters.iter().filter_map(|rater| rated.get(rater)).collect();
        let Some(first) = all.first().filter(|_| all.len() == raters.len()) else { return Err(KappaError::Nothing) };
        let items = first.keys().filter_map(|about| {
            all.iter().map(|values| values.get(about).map(String::as_str)).collect::<Option<Vec<_>>>()
        });
        fleiss(&items.collect::<Vec<_>>())
    }
}

fn rater(statement: &ClassificationStatement, says: &Classification) -> Rater {
    let name = says.annotator.clone().map_or(RaterName::Withheld(statement.digest), RaterName::Known);
    Rater { author: statement.author, name }
}

fn said<'s>(statement: &ClassificationStatement, says: &'s Classification, values: &'s Values) -> Said<'s> {
    Said { statement: statement.digest, values, confidence: says.confidence, reason: &says.reason }
}
