//! What a running node knows of duties, for the account that asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Right;
use duties::Facts;
use pages::Say;

use super::super::shared::title;
use super::super::{Asked, Made, NoPage};
use crate::cases::{Case, Cases};
use crate::duty_book::{DutyBook, Gathered, Source};
use crate::serve::ring::Keys;

/// The right to answer facts, keep clocks and file.
pub(super) const ANSWERS: Right = Right::Write;

/// The right to take a clock on.
pub(super) const TAKES_ON: [Right; 2] = [Right::Write, Right::Answer];

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

/// What would be known with other answers: those that are taken back give way to what the incident or the profile says.
pub(super) fn with_answers(
    book: &DutyBook<'_>,
    gathered: &Gathered,
    said: &Facts,
    (typed, taken_back): (&Facts, &BTreeSet<String>),
) -> Made<Facts> {
    let dictionary = book.packs().dictionary();
    let mut facts = gathered.facts.clone();
    let profile = book.profile()?.facts;
    for id in taken_back {
        let is_answered = matches!(gathered.sources.get(id), Some(Source::Answered(_)));
        if let Some(index) = dictionary.find(id).filter(|_| is_answered) {
            let below = said.get(index).or_else(|| profile.get(index)).cloned();
            drop(facts.set(index, below));
        }
    }
    Ok(facts.with(typed))
}
