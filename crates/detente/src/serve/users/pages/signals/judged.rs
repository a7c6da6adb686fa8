//! Records about signals, each judged once for a page.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Right, Verdict};
use pages::Say;
use record::digest::RecordDigest;
use storage::Place;

use super::super::{Asked, Made};
use crate::cases::Cases;
use crate::operations::sight::Sight;
use crate::serve::ring::Keys;

/// Records that are judged for one page beside its list: each takes a millisecond at most. What is beyond is not shown, and the page says
/// so.
pub(super) const MAX_JUDGED: usize = 300;

/// What this account may see of the records about signals.
pub(super) struct Judged<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) sight: Sight<'a>,
    keys: Arc<Keys>,
    verdicts: BTreeMap<RecordDigest, bool>,
    titles: BTreeMap<RecordDigest, Option<String>>,
    /// Records that may be judged yet.
    left: usize,
    /// Whether there were more records than are judged for one page.
    pub(super) is_cut: bool,
}

impl<'a> Judged<'a> {
    pub(super) fn new(asked: &'a Asked<'a>) -> Made<Self> {
        let (verdicts, titles) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self {
            asked,
            sight: asked.sight()?,
            keys: asked.open.keys.get(),
            verdicts,
            titles,
            left: MAX_JUDGED,
            is_cut: false,
        })
    }

    pub(super) fn cases(&self) -> Cases<'_> {
        self.asked.cases(self.keys.ring())
    }

    /// Whether all of a record is for this account.
    pub(super) fn reads(&mut self, record: RecordDigest) -> Made<bool> {
        if let Some(known) = self.verdicts.get(&record) {
            return Ok(*known);
        }
        let Some(left) = self.left.checked_sub(1) else {
            self.is_cut = true;
            return Ok(false);
        };
        self.left = left;
        self.judge(record)
    }

    /// The same for the list of a page, which has a bound of its own and keeps it itself: what is hidden there takes nothing from the
    /// sightings beside it.
    pub(super) fn reads_in_list(&mut self, record: RecordDigest) -> Made<bool> {
        match self.verdicts.get(&record) {
            Some(known) => Ok(*known),
            None => self.judge(record),
        }
    }

    fn judge(&mut self, record: RecordDigest) -> Made<bool> {
        let reads = self.sight.judge_named(Right::Read, &record.to_string())? == Verdict::Allowed;
        self.verdicts.insert(record, reads);
        Ok(reads)
    }

    /// Whether what came at a place of a feed is for this account, by the marks that came with it.
    pub(super) fn reads_at(&self, place: &Place) -> Made<bool> {
        Ok(self.sight.marks_at(place)?.is_some_and(|marks| self.sight.reads_marked(&marks)))
    }

    /// The title of a record that is for this account.
    pub(super) fn title(&mut self, record: RecordDigest) -> Made<Option<String>> {
        if let Some(known) = self.titles.get(&record) {
            return Ok(known.clone());
        }
        let found = self.cases().record(&record)?;
        let title = found.and_then(|found| found.record.content().object().text("name").map(str::to_owned));
        self.titles.insert(record, title.clone());
        Ok(title)
    }

    /// What a party is called, by the name that a bank has for it.
    pub(super) fn party(&self, author: &str) -> Say {
        author.parse().map_or_else(|_| Say::sign(author), |party| self.asked.name(party))
    }
}
