//! What a running node knows of duties, for the account that asks.

use std::sync::Arc;

use duties::Facts;
use duties::kept::{KeptFacts, Subject};
use pages::Say;
use record::digest::RecordDigest;

use super::super::shared::title;
use super::super::{Asked, Made, NoPage};
use super::asking::Answered;
use crate::cases::{Case, Cases};
use crate::duty_book::{Basis, DutyBook};
use crate::serve::ring::Keys;

/// What stands for the record of what is only supposed: nothing was signed.
const UNSIGNED: RecordDigest = RecordDigest::from_octets([0; 32]);

/// What the pages of one incident's duties are made from.
pub(super) struct Scene<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) keys: Arc<Keys>,
    pub(super) case: Case,
    pub(super) title: Say,
}

impl<'a> Scene<'a> {
    /// The incident that the path names, if all of it is for this account.
    pub(super) fn of(asked: &'a Asked<'a>) -> Made<Self> {
        let (sight, keys) = (asked.sight()?, asked.open.keys.get());
        let id = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
        let seen = sight.whole_case(&asked.cases(keys.ring()), &id)?.ok_or(NoPage::Hidden)?;
        let title = title(asked, &seen).map_or(Say::Word("no-title"), Say::content);
        Ok(Self { asked, keys, case: seen.case, title })
    }

    pub(super) fn book(&self) -> Made<DutyBook<'_>> {
        Ok(DutyBook::read(self.cases(), &[], self.asked.ask.now)?)
    }

    pub(super) fn cases(&self) -> Cases<'_> {
        self.asked.cases(self.keys.ring())
    }

    /// Its page among the duties.
    pub(super) fn path(&self) -> String {
        path_of(self.case.id.as_str())
    }
}

/// The page of an incident's duties.
pub(super) fn path_of(incident: &str) -> String {
    format!("/incidents/{incident}/duties")
}

/// What would be known with other answers.
pub(super) fn with_answers(book: &DutyBook<'_>, basis: &Basis, typed: &Answered) -> Facts {
    let taken_back: Vec<String> = typed.taken_back.iter().cloned().collect();
    let about = Subject::Incident(basis.incident.as_str().to_owned());
    let mut supposed = basis.clone();
    // What is said and taken back at once is refused when it is sent; until then the word stands.
    if let Ok(kept) = KeptFacts::new(about, &Facts::unknown(book.packs().dictionary()), &taken_back) {
        supposed.answered.take(UNSIGNED, &kept);
    }
    book.gather(&supposed).facts.with(&typed.facts)
}
