//! How far an own record is for others of this node, and who reads how far.

use std::collections::BTreeSet;

use policy::vocabulary::Care;
use record::label::{Marks, Pap, Tag, Tlp};

/// Bits of a column: the level in the lowest three, then these, then one for each reason for care.
const LABELLED: i64 = 1 << 3;
const COPY: i64 = 1 << 4;
/// Set in the column of every own record, so that no row of a feed, which has 0 there, can be taken for one.
const OWN: i64 = 1 << 5;
/// Tags that this build has no word for.
const STRANGE: i64 = 1 << 6;
const FIRST_CARE: usize = 8;
/// Where the level of PAP stands: behind room for 32 reasons for care.
const FIRST_PAP: u32 = 40;

/// What is in force on a record as a whole: the most restrictive of all that bears on it or on any part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Marking {
    /// The highest level of TLP that a label or a marking of the object asks, on whatever part.
    pub tlp: Tlp,
    /// The highest level of PAP that a label asks. It keeps a record from nobody: it says what whoever reads it may do.
    pub pap: Pap,
    /// Whether the record as a whole is labelled by us. While anything bears on it that nobody here knows, it is not.
    pub is_labelled: bool,
    /// Every reason for care that a label names.
    pub care: BTreeSet<Care>,
    /// Whether a label has a tag that this build does not know.
    pub has_strange_tags: bool,
    /// A further copy of a record that is logged already: nobody reads it.
    pub(crate) is_copy: bool,
}

impl Marking {
    /// Nothing is said of it.
    pub(crate) const UNLABELLED: Self = Self {
        tlp: Tlp::Clear,
        pap: Pap::Clear,
        is_labelled: false,
        care: BTreeSet::new(),
        has_strange_tags: false,
        is_copy: false,
    };

    /// What may have asked for anything.
    pub(crate) fn closed() -> Self {
        let care = Care::ALL.iter().copied().collect();
        Self { tlp: Tlp::Red, pap: Pap::Red, care, has_strange_tags: true, ..Self::UNLABELLED }
    }

    /// Joins what marks ask. That they label is for the caller to say.
    pub(crate) fn join(&mut self, marks: &Marks) {
        self.tlp = self.tlp.max(marks.tlp());
        self.pap = self.pap.max(marks.pap());
        for tag in marks.tags() {
            match Care::of(tag) {
                Some(care) => drop(self.care.insert(care)),
                None => self.has_strange_tags = true,
            }
        }
    }

    /// The same as marks, for whoever writes it in another format; none where nobody here can say what they are.
    #[must_use]
    pub fn marks(&self) -> Option<Marks> {
        let tags: Option<Vec<Tag>> = self.care.iter().map(|care| care.name().parse().ok()).collect();
        let is_known = self.is_labelled && !self.has_strange_tags;
        tags.filter(|_| is_known).map(|tags| Marks::new(self.tlp, self.pap).with_tags(tags))
    }

    /// Whether nobody reads this who would not read the other.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.is_copy
            || (!other.is_copy
                && self.tlp >= other.tlp
                && self.is_labelled <= other.is_labelled
                && self.care.is_superset(&other.care)
                && self.has_strange_tags >= other.has_strange_tags)
    }

    pub(crate) fn to_column(&self) -> i64 {
        let level = Tlp::ALL.iter().position(|level| *level == self.tlp).unwrap_or(Tlp::ALL.len());
        let flag = |is_set: bool, bit: i64| if is_set { bit } else { 0 };
        let care = self.care.iter().map(|care| bit_of(*care)).fold(0, |all, bit| all | bit);
        let flags = flag(self.is_labelled, LABELLED) | flag(self.is_copy, COPY) | flag(self.has_strange_tags, STRANGE);
        let pap = Pap::ALL.iter().position(|pap| *pap == self.pap).unwrap_or(Pap::ALL.len());
        let pap = i64::try_from(pap).unwrap_or(0) << FIRST_PAP;
        OWN | i64::try_from(level).unwrap_or(i64::MAX) | flags | care | pap
    }

    /// None of a column that no own record has.
    pub(crate) fn of_column(column: i64) -> Option<Self> {
        let is_set = |bit: i64| column & bit != 0;
        let level = usize::try_from(column & 7).ok()?;
        let pap = usize::try_from((column >> FIRST_PAP) & 7).ok()?;
        is_set(OWN).then_some(Self {
            tlp: *Tlp::ALL.get(level)?,
            pap: *Pap::ALL.get(pap)?,
            is_labelled: is_set(LABELLED),
            care: Care::ALL.iter().copied().filter(|care| is_set(bit_of(*care))).collect(),
            has_strange_tags: is_set(STRANGE),
            is_copy: is_set(COPY),
        })
    }
}

/// By the place in the list: when the list changes, the view needs another name.
fn bit_of(care: Care) -> i64 {
    let place = Care::ALL.iter().position(|known| *known == care).unwrap_or(Care::ALL.len());
    u32::try_from(FIRST_CARE.saturating_add(place)).ok().and_then(|place| 1_i64.checked_shl(place)).unwrap_or(0)
}

/// Who reads our own records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reader {
    /// The highest level that is shown to it.
    pub reads_up_to: Tlp,
    /// Whether it is shown what nobody has labelled.
    pub reads_unlabelled: bool,
    /// The reasons for care that do not keep a record from it.
    pub reads_tagged: BTreeSet<Care>,
    /// Whether tags that this build has no word for do not either.
    pub reads_strange_tags: bool,
}

impl Reader {
    /// Reads what is labelled, up to a level, and has no tags.
    #[must_use]
    pub const fn up_to(level: Tlp) -> Self {
        let reads_tagged = BTreeSet::new();
        Self { reads_up_to: level, reads_unlabelled: false, reads_tagged, reads_strange_tags: false }
    }

    /// Reads everything.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            reads_up_to: Tlp::Red,
            reads_unlabelled: true,
            reads_tagged: Care::ALL.iter().copied().collect(),
            reads_strange_tags: true,
        }
    }

    /// The same, which also reads what is not labelled.
    #[must_use]
    pub fn with_unlabelled(self) -> Self {
        Self { reads_unlabelled: true, ..self }
    }

    /// The same, which also reads what has these tags.
    #[must_use]
    pub fn with_tagged(mut self, care: impl IntoIterator<Item = Care>) -> Self {
        self.reads_tagged.extend(care);
        self
    }

    /// Whether it reads what is marked so.
    #[must_use]
    pub fn reads(&self, marking: &Marking) -> bool {
        !marking.is_copy
            && marking.tlp <= self.reads_up_to
            && (marking.is_labelled || self.reads_unlabelled)
            && marking.care.is_subset(&self.reads_tagged)
            && (!marking.has_strange_tags || self.reads_strange_tags)
    }
}
