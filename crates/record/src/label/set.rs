//! All labels on one record.

use std::collections::BTreeMap;

use super::{Label, Marks, Place};
use crate::digest::RecordDigest;
use crate::path::Path;

/// The labels on one record, joined place by place. There is no way to take one out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSet {
    about: RecordDigest,
    whole: Option<Marks>,
    at: BTreeMap<Path, Marks>,
}

impl LabelSet {
    /// No labels yet on the record with this digest.
    #[must_use]
    pub const fn new(about: RecordDigest) -> Self {
        Self { about, whole: None, at: BTreeMap::new() }
    }

    /// The record that these labels are about.
    #[must_use]
    pub const fn about(&self) -> RecordDigest {
        self.about
    }

    /// Adds a label.
    ///
    /// # Errors
    /// [`OtherRecord`] if it is about another record.
    pub fn add(&mut self, label: &Label) -> Result<(), OtherRecord> {
        if label.about() != self.about {
            return Err(OtherRecord { about: label.about(), expected: self.about });
        }
        self.join_at(label.at(), label.marks());
        Ok(())
    }

    /// Adds marks that do not come from a label record, such as the object's own markings.
    pub fn join_at(&mut self, place: &Place, marks: &Marks) {
        match place {
            Place::Whole => self.whole = Some(joined(self.whole.as_ref(), marks)),
            Place::At(path) => {
                let marks = joined(self.at.get(path), marks);
                self.at.insert(path.clone(), marks);
            }
        }
    }

    /// Takes over, place by place, what holds on an earlier version of the same object. Slots move from version to version,
    /// so what was asked of an element holds for the whole array.
    pub fn inherit(&mut self, earlier: &Self) {
        if let Some(marks) = &earlier.whole {
            self.join_at(&Place::Whole, marks);
        }
        for (path, marks) in &earlier.at {
            self.join_at(&Place::At(above_slots(path)), marks);
        }
    }

    /// The marks on the whole record: what holds for showing all of it. `None` if nothing labels the whole.
    #[must_use]
    pub fn whole(&self) -> Option<Marks> {
        let base = self.whole.clone()?;
        Some(self.at.values().fold(base, |marks, one| marks.join(one)))
    }

    /// The marks in force at a place: those on the whole record, on each place above, on the place itself, and on every
    /// place below, since showing a place shows what is below it.
    ///
    /// `None` means unlabelled, which is denied, never clear. Labels below a place do not label it: beside what they are on
    /// there may be parts that nobody has labelled yet.
    #[must_use]
    pub fn effective(&self, path: &Path) -> Option<Marks> {
        let upwards = std::iter::successors(Some(path.clone()), Path::parent);
        let above = upwards.filter_map(|place| self.at.get(&place)).chain(&self.whole);
        let own = above.fold(None, |marks: Option<Marks>, one| Some(joined(marks.as_ref(), one)))?;
        let below = self.at.range(path..).take_while(|(place, _)| place.is_within(path));
        Some(below.fold(own, |marks, (_, one)| marks.join(one)))
    }
}

/// The place above the first segment that may be a slot: the array that the place lies in, or the place itself.
fn above_slots(path: &Path) -> Path {
    let is_slot = |path: &Path| path.last().bytes().all(|octet| octet.is_ascii_digit());
    let upwards = std::iter::successors(Some(path.clone()), Path::parent);
    let highest = upwards.filter(is_slot).last();
    highest.and_then(|slot| slot.parent()).unwrap_or_else(|| path.clone())
}

fn joined(marks: Option<&Marks>, more: &Marks) -> Marks {
    marks.map_or_else(|| more.clone(), |marks| marks.join(more))
}

/// A label is about another record than the one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the label is about record {about}, not {expected}")]
#[non_exhaustive]
pub struct OtherRecord {
    /// The record that the label names.
    pub about: RecordDigest,
    /// The record at hand.
    pub expected: RecordDigest,
}
