//! The labels in force on a record.
//!
//! Labels by anyone join and never weaken. One thing lowers a label: its own author's signed declassification. A record that
//! was made of others inherits theirs, and what the object's own markings ask holds too.

mod markings;

use std::collections::BTreeMap;

use record::base64url;
use record::digest::{PartyId, RecordDigest, sha256};
use record::json::{Json, Map};
use record::label::{Label, LabelError, LabelSet, Marks, Place};
use record::path::Path;
use record::{Record, Signed};

/// The STIX type of a declassification.
const DECLASSIFICATION_TYPE: &str = "detente-declassification";

/// What an erasure keeps of the object: enough to know a later version of it again, and nothing that says what it was.
/// SHA-256("detente/erased-object/v1\0" || id), in base64url.
#[must_use]
pub fn erased_object(id: &str) -> String {
    base64url::encode(&sha256(&[b"detente/erased-object/v1\0", id.as_bytes()]))
}

/// A label that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedLabel {
    /// The label record.
    pub digest: RecordDigest,
    /// Who put it on.
    pub author: PartyId,
    /// What it says.
    pub label: Label,
}

impl SignedLabel {
    /// The label that a signed record is. Whoever signed: a label only ever restricts.
    ///
    /// # Errors
    /// [`LabelError`].
    pub fn of(record: &Signed<Record>) -> Result<Self, LabelError> {
        let label = Label::of_record(record.content())?;
        Ok(Self { digest: record.digest(), author: record.content().issuer(), label })
    }
}

/// A label's author lowers it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Declassification {
    /// The label record that is lowered.
    pub label: RecordDigest,
    /// Who lowers it.
    pub author: PartyId,
    /// What it asks from now on, on the same place of the same record.
    pub becomes: Label,
    /// Why it may be lowered.
    pub reason: String,
    /// Who decided it.
    pub approved_by: String,
}

impl Declassification {
    /// A declassification by a label's author.
    ///
    /// # Errors
    /// [`DeclassifyError`]: another party's label, another place, no reason, or marks that ask more or other things than
    /// before, which a further label is for.
    pub fn new(
        label: &SignedLabel,
        author: PartyId,
        becomes: Marks,
        reason: &str,
        by: &str,
    ) -> Result<Self, DeclassifyError> {
        let becomes = Label::new(label.label.about(), label.label.at().clone(), becomes);
        let (reason, approved_by) = (reason.to_owned(), by.to_owned());
        let made = Self { label: label.digest, author, becomes, reason, approved_by };
        made.check(label).map(|()| made)
    }

    fn check(&self, label: &SignedLabel) -> Result<(), DeclassifyError> {
        self.lowers(&label.label, label.author)
    }

    /// Whether it lowers a label by this author.
    ///
    /// # Errors
    /// [`DeclassifyError`]: another party's label, another place, no reason, or marks that ask more or other things.
    pub fn lowers(&self, label: &Label, author: PartyId) -> Result<(), DeclassifyError> {
        if self.author != author {
            return Err(DeclassifyError::Stranger { author: self.author, owner: author });
        }
        if self.becomes.about() != label.about() || self.becomes.at() != label.at() {
            return Err(DeclassifyError::OtherPlace);
        }
        if self.reason.trim().is_empty() || self.approved_by.trim().is_empty() {
            return Err(DeclassifyError::NoReason);
        }
        if label.marks().covers(self.becomes.marks()) { Ok(()) } else { Err(DeclassifyError::NotLower) }
    }

    /// The fields of its record.
    #[must_use]
    pub fn to_map(&self) -> Map {
        let fields = self.becomes.to_map().with("label", self.label.to_string());
        fields.with("reason", self.reason.as_str()).with("approved_by", self.approved_by.as_str())
    }

    /// What a record says. Whether it counts is decided beside the label it names.
    ///
    /// # Errors
    /// [`DeclassifyError::NotOne`] for another record, or one of which anything is withheld.
    pub fn of(record: &Signed<Record>) -> Result<Self, DeclassifyError> {
        Self::claimed(record.content())
    }

    /// What a record claims, for whoever knows otherwise that it was signed: what lies in our node log was checked before.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn claimed(content: &Record) -> Result<Self, DeclassifyError> {
        if content.object().text("type") != Some(DECLASSIFICATION_TYPE) || content.relayed_for().is_some() {
            return Err(DeclassifyError::NotOne);
        }
        let mut fields = content.extension().cloned().ok_or(DeclassifyError::NotOne)?;
        let mut text = |name: &str| match fields.remove(name) {
            Some(Json::String(text)) => Ok(text),
            _ => Err(DeclassifyError::NotOne),
        };
        let label = text("label")?.parse().map_err(|_| DeclassifyError::NotOne)?;
        let (reason, approved_by) = (text("reason")?, text("approved_by")?);
        let _kind = text("extension_type");
        let becomes = Label::from_map(&fields).map_err(|_| DeclassifyError::NotOne)?;
        Ok(Self { label, author: content.issuer(), becomes, reason, approved_by })
    }
}

/// A label is not lowered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeclassifyError {
    /// Another kind of record, or one that does not show all it says.
    #[error("this record is no declassification, or does not show all of what it says")]
    NotOne,
    /// Somebody else's label.
    #[error("party {author} cannot lower a label of party {owner}: ask them to")]
    Stranger {
        /// Who tried.
        author: PartyId,
        /// Whose label it is.
        owner: PartyId,
    },
    /// Another party's, without proof that it logged it.
    #[error("nothing here proves that party {author} logged this before its key was taken back, so the label stands")]
    Unproved {
        /// Who signed it.
        author: PartyId,
    },
    /// Another record or another place than the label's.
    #[error("a declassification is about the same place of the same record as its label")]
    OtherPlace,
    /// No reason, or nobody who decided.
    #[error("a label is not lowered without a reason and the name of who decided it")]
    NoReason,
    /// It asks for more, or for something else.
    #[error("this asks for something that the label did not: put a further label on instead")]
    NotLower,
}

/// The labels in force on one record, and what was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InForce {
    /// The labels, joined.
    pub labels: LabelSet,
    /// Declassifications that do not count, with the reason.
    pub passed_over: Vec<DeclassifyError>,
    /// What bears on the record and cannot be kept, since nobody here knows it: markings without a meaning here, records that
    /// it was made of and that are gone. While there is any, the record counts as unlabelled, whatever labels say.
    pub lacking: Vec<String>,
}

impl InForce {
    /// The same, with more that bears on the record and is not here.
    #[must_use]
    pub fn lacking(mut self, what: impl IntoIterator<Item = String>) -> Self {
        self.lacking.extend(what);
        self
    }
}

/// Joins all labels on a record.
///
/// Only labels of `own`, the party whose node decides, label: whoever else could put a label on what is unlabelled would open
/// it. Labels of others join wherever there is one, and restrict.
///
/// `declassifications` stand in the order in which they took effect: of two on one label the later counts. `earlier` are the
/// labels in force on the version before, which hold place by place; `sources` those on other records that this one was made
/// of, which hold for all of it.
#[must_use]
pub fn in_force(
    record: &Record,
    own: PartyId,
    labels: &[SignedLabel],
    declassifications: &[Declassification],
    earlier: Option<&LabelSet>,
    sources: &[LabelSet],
) -> InForce {
    let mut passed_over = Vec::new();
    let mut lowered: BTreeMap<RecordDigest, &Label> = BTreeMap::new();
    for one in declassifications {
        let Some(label) = labels.iter().find(|label| label.digest == one.label) else { continue };
        // A label only restricts, but this opens: without the log of another party a stolen key could open what it labelled.
        let proved = if one.author == own { Ok(()) } else { Err(DeclassifyError::Unproved { author: one.author }) };
        match proved.and_then(|()| one.check(label)) {
            Ok(()) => drop(lowered.insert(one.label, &one.becomes)),
            Err(error) => passed_over.push(error),
        }
    }
    let mut joined = LabelSet::new(record.digest());
    let now = |label: &'_ SignedLabel| lowered.get(&label.digest).copied().unwrap_or(&label.label).clone();
    let about = labels.iter().filter(|label| label.label.about() == record.digest());
    let (ours, others): (Vec<_>, Vec<_>) = about.partition(|label| label.author == own);
    for label in ours {
        joined.join_at(label.label.at(), now(label).marks());
    }
    earlier.into_iter().for_each(|earlier| joined.inherit(earlier));
    inherit(&mut joined, record, sources);
    for label in others.into_iter().map(now) {
        match label.at() {
            Place::Whole => restrict_all(&mut joined, record, label.marks()),
            // What is labelled there already is only restricted by more.
            Place::At(path) if joined.effective(path).is_some() => joined.join_at(label.at(), label.marks()),
            Place::At(path) => restrict(&mut joined, record, path, label.marks()),
        }
    }
    let lacking = markings::join(&mut joined, record);
    InForce { labels: joined, passed_over, lacking }
}

/// What something was made of restricts all of it: which part came from where cannot be told. A source that is labelled as a
/// whole labels what was made of it; one that is labelled in part only restricts.
fn inherit(joined: &mut LabelSet, record: &Record, sources: &[LabelSet]) {
    for marks in sources.iter().filter_map(LabelSet::whole) {
        joined.join_at(&Place::Whole, &marks);
    }
    for source in sources.iter().filter(|source| source.whole().is_none()) {
        let mut all = source.clone();
        all.join_at(&Place::Whole, &Marks::OPEN);
        all.whole().iter().for_each(|marks| restrict_all(joined, record, marks));
    }
}

/// Joins marks wherever there is a label, and labels nothing.
fn restrict_all(joined: &mut LabelSet, record: &Record, marks: &Marks) {
    if joined.whole().is_some() {
        return joined.join_at(&Place::Whole, marks);
    }
    [Path::object_root(), Path::aside_root()].iter().for_each(|root| restrict(joined, record, root, marks));
}

/// The same at one place and below it.
fn restrict(joined: &mut LabelSet, record: &Record, at: &Path, marks: &Marks) {
    let places = record.places().iter().filter(|path| path.is_within(at));
    let labelled: Vec<_> = places.filter(|path| joined.effective(path).is_some()).collect();
    labelled.into_iter().for_each(|path| joined.join_at(&Place::At(path.clone()), marks));
}
