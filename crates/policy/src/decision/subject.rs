//! What is decided about: a record's fields with the marks in force on each.

use std::collections::BTreeSet;
use std::ops::Bound;

use record::Record;
use record::digest::{PartyId, RecordDigest, sha256};
use record::json::{self, Json, Map};
use record::label::{Label, LabelError, Marks, Place};
use record::path::Path;

use crate::labels::InForce;
use crate::vocabulary::Kind;

/// Properties that an ordinary release always shows: without them nobody knows what it is, whose, and how to handle it.
const CORE: [&str; 8] =
    ["type", "spec_version", "id", "created", "modified", "created_by_ref", "lang", "object_marking_refs"];

/// What an extension says of itself (STIX 2.1 section 7.3).
const EXTENSION_TYPE: &str = "extension_type";

/// What a field is to a clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a record has these parts")]
pub enum FieldRole {
    /// Belongs to what every ordinary release shows.
    Core,
    /// A property, or an element of one, by the property's name.
    Property(String),
    /// A coarse twin by its own name.
    Twin(String),
    /// Version and predecessor. They are shown iff that version is in the same feed, which a later part decides.
    History,
}

/// One field that can be shown or withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Where it stands.
    pub path: Path,
    /// What it is to a clause.
    pub role: FieldRole,
    /// The marks in force there; none if it is unlabelled.
    pub marks: Option<Marks>,
}

impl Field {
    pub(crate) const fn new(role: FieldRole, path: Path, marks: Option<Marks>) -> Self {
        Self { path, role, marks }
    }
}

/// A record as the decision sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The record.
    pub record: RecordDigest,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Who signed it.
    pub author: PartyId,
    /// Whether the signer passes on what another identity made.
    pub is_second_hand: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// SHA-256 over fields and marks: two subjects of one digest are decided alike.
    pub labels_digest: [u8; 32],
}

impl Subject {
    /// A record with the labels in force on it. An object with markings that nobody here knows counts as unlabelled.
    #[must_use]
    pub fn new(record: &Record, in_force: &InForce) -> Self {
        let places: BTreeSet<Path> = record.places().iter().cloned().collect();
        let next = |path: &Path| places.range::<Path, _>((Bound::Excluded(path), Bound::Unbounded)).next();
        let is_leaf = |path: &&Path| next(path).is_none_or(|next| !next.is_within(path));
        let is_known = in_force.lacking.is_empty();
        let marks = |path: &Path| in_force.labels.effective(path).filter(|_| is_known);
        let leaves = record.places().iter().filter(is_leaf);
        let fields = leaves.map(|path| Field { path: path.clone(), role: role_of(path), marks: marks(path) });
        let kind = kind_of(record);
        let is_second_hand = record.relayed_for().is_some();
        Self::of_fields(record.digest(), kind, record.issuer(), is_second_hand, fields.collect())
    }

    /// From fields that were put together elsewhere, such as those of a worked example.
    pub(crate) fn of_fields(
        record: RecordDigest,
        kind: Kind,
        author: PartyId,
        is_second_hand: bool,
        fields: Vec<Field>,
    ) -> Self {
        let labels_digest = labels_digest(record, kind, author, is_second_hand, &fields);
        Self { record, kind, author, is_second_hand, fields, labels_digest }
    }

    /// How many members of a batch, or objects that it names, stand among these places; a record without any counts as one.
    #[must_use]
    pub fn members(places: &[Path]) -> i64 {
        let within = |array: &str| places.iter().filter(|path| path.as_str().starts_with(array)).count();
        let members = within("/aside/members/").max(within("/object/object_refs/"));
        i64::try_from(members.max(1)).unwrap_or(i64::MAX)
    }
}

/// A record that carries another kind's extension is nothing that a clause for its type could mean.
fn kind_of(record: &Record) -> Kind {
    let object_type = record.object().text("type").unwrap_or_default();
    let own = record::kind::Kind::of(object_type).and_then(|kind| kind.extension);
    let extensions = record.object().get("extensions").and_then(Json::as_object);
    let is_strange = |id: &str| is_ours(id) && own != Some(id);
    match extensions.is_some_and(|extensions| extensions.names().any(is_strange)) {
        true => Kind::Other,
        false => Kind::of_type(object_type),
    }
}

/// Whether an extension is the own one of some kind that has a table.
fn is_ours(extension: &str) -> bool {
    record::kind::KINDS.iter().any(|kind| kind.extension == Some(extension))
}

/// A property of an extension that no table knows has a name of its own, which no clause can show.
fn role_of(path: &Path) -> FieldRole {
    let segments: Vec<_> = path.segments().map(std::borrow::Cow::into_owned).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["object", "extensions", id, EXTENSION_TYPE] if is_ours(id) => FieldRole::Core,
        ["object", "extensions", id, name, ..] if !is_ours(id) => FieldRole::Property(format!("{id}/{name}")),
        ["object", name] if CORE.contains(name) => FieldRole::Core,
        ["object", "object_marking_refs", ..] => FieldRole::Core,
        ["object", "extensions", _, name, ..] | ["object", name, ..] | ["aside", name @ "members", ..] => {
            FieldRole::Property((*name).to_owned())
        }
        ["aside", "version" | "previous", ..] => FieldRole::History,
        [_, name, ..] => FieldRole::Twin((*name).to_owned()),
        _ => FieldRole::Core,
    }
}

fn labels_digest(
    record: RecordDigest,
    kind: Kind,
    author: PartyId,
    is_second_hand: bool,
    fields: &[Field],
) -> [u8; 32] {
    let all = Map::new()
        .with("record", record.to_string())
        .with("kind", kind.name())
        .with("author", author.to_string())
        .with("second_hand", Json::Bool(is_second_hand))
        .with("fields", fields_json(fields));
    let octets = json::canonical(&Json::from(all)).unwrap_or_default();
    sha256(&[b"detente/labels/v1\0", &octets])
}

/// Fields as receipts hold them. Most share few marks, which are written once and copied.
pub(crate) fn fields_json(fields: &[Field]) -> Json {
    let mut known: Vec<(&Marks, Map)> = Vec::new();
    let mut written = |marks| match known.iter().find(|(one, _)| *one == marks) {
        Some((_, map)) => map.clone(),
        None => {
            let map = marks_json(marks);
            known.push((marks, map.clone()));
            map
        }
    };
    let fields = fields.iter().map(|field| {
        let map = Map::new().with("path", field.path.as_str());
        match &field.marks {
            Some(marks) => map.with("marks", written(marks)).into(),
            None => map.into(),
        }
    });
    Json::Array(fields.collect())
}

/// The five fields of marks, as labels have them.
pub(crate) fn marks_json(marks: &Marks) -> Map {
    let mut map = Label::new(RecordDigest::from_octets([0; 32]), Place::Whole, marks.clone()).to_map();
    let _about = map.remove("about");
    let _path = map.remove("path");
    map
}

/// Marks from their five fields.
pub(crate) fn marks_of(map: &Map) -> Result<Marks, LabelError> {
    let whole = map.clone().with("about", RecordDigest::from_octets([0; 32]).to_string()).with("path", "*");
    Label::from_map(&whole).map(|label| label.marks().clone())
}

/// The role that a field of this path has, for those who read a receipt.
pub(crate) fn role(path: &Path) -> FieldRole {
    role_of(path)
}
