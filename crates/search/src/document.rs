//! What of a record is searched.
//!
//! The object is read leniently, property by property: a record that breaks its format somewhere is the one that somebody will
//! look for. A code that is none is indexed as it stands, and no query can name it.

use incident::reference::Database;
use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::time::{LexicalTime, Timestamp};

mod content;
mod packing;

pub(crate) use content::{Content, Lines, Named, Tokens};
pub(crate) use packing::{Packer, unpacked};

use crate::field::{DATABASES, Field, FieldKind, code};
use crate::limits::MAX_TEXT_BYTES;
use crate::range::{day, minute_value, number_value};

/// The STIX types that are searched.
const SEARCHED: [&str; 1] = [incident::INCIDENT_TYPE];

/// Whether records of a STIX type are searched.
#[must_use]
pub fn is_searched(object_type: &str) -> bool {
    SEARCHED.contains(&object_type)
}

/// Times in the order in which they date a record: when it happened, or the nearest that is said.
const DATING: [Field; 9] = [
    Field::Occurred,
    Field::Discovered,
    Field::Aware,
    Field::Suspected,
    Field::ReasonableBelief,
    Field::Determined,
    Field::Reported,
    Field::Created,
    Field::Modified,
];

/// Members that hold no words: ids, times, and codes that have fields of their own.
const WORDLESS: [&str; 24] = [
    "type",
    "spec_version",
    "id",
    "created",
    "modified",
    "created_by_ref",
    "object_marking_refs",
    "extension_type",
    "lang",
    "hashes",
    "precision",
    "stage",
    "severity",
    "event_kind",
    "submitter_role",
    "autonomy_level",
    "deployment_state",
    "use_kind",
    "countries",
    "country",
    "industries",
    "training_compute",
    "state",
    "revoked",
];

/// A record as the index takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(crate) named: Named,
    pub(crate) content: Content,
    /// Its tokens.
    pub(crate) lines: Lines,
    /// When this version was made, in microseconds.
    pub(crate) modified: i64,
}

impl Document {
    /// What is searched of a record; none if its kind is not searched. A date that lies after `read_at` is no date to sort by:
    /// it counts as that day, or whoever dates ahead would stand first for ever.
    #[must_use]
    pub fn of_record(record: &Record, read_at: Timestamp) -> Option<Self> {
        Self::of_object(record.object(), record.issuer(), record.digest(), read_at)
    }

    /// The same from what is shown of an object, its author, and the digest of its record.
    #[must_use]
    pub fn of_object(object: &Map, author: PartyId, digest: RecordDigest, read_at: Timestamp) -> Option<Self> {
        object.text("type").filter(|kind| is_searched(kind))?;
        let shown = Shown::new(object);
        let named = Named { author, digest, object: object.text("id").map(str::to_owned), day: shown.day(read_at) };
        let title = cut(object.text("name").unwrap_or_default()).to_owned();
        let content = Content { title, text: shown.text(), facts: shown.facts() };
        let modified = shown.time(Field::Modified).map_or(i64::MIN, Timestamp::micros);
        Some(Self { lines: content.lines(&named), named, content, modified })
    }
}

/// How the values of a field are found.
type Reading = fn(&Shown<'_>) -> Vec<String>;

/// What is shown of an object.
struct Shown<'o> {
    object: &'o Map,
    extension: Option<&'o Map>,
}

impl<'o> Shown<'o> {
    fn new(object: &'o Map) -> Self {
        let extensions = object.get("extensions").and_then(Json::as_object);
        let extension = extensions.and_then(|all| all.get(incident::extension_id())).and_then(Json::as_object);
        Self { object, extension }
    }

    fn own(&self, name: &str) -> Option<&'o Json> {
        self.extension?.get(name)
    }

    fn time(&self, field: Field) -> Option<Timestamp> {
        let is_core = matches!(field, Field::Created | Field::Modified);
        let place = if is_core { self.object.get(field.name()) } else { self.own(field.name()) };
        Some(place?.as_str()?.parse::<LexicalTime>().ok()?.instant())
    }

    fn day(&self, read_at: Timestamp) -> i32 {
        let date = DATING.into_iter().find_map(|field| self.time(field));
        day(date.unwrap_or(read_at).min(read_at))
    }

    /// Every text but the title and codes, each on a line of its own.
    fn text(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.object.iter().filter(|(name, _)| *name != "name") {
            collect(name, value, &mut out);
        }
        cut(&out).to_owned()
    }

    /// The values of all fields but those that stand beside the content: what one means for search follows from it alone.
    fn facts(&self) -> Vec<(Field, String)> {
        let mut facts = Vec::new();
        for field in Field::ALL {
            facts.extend(self.values(*field).into_iter().map(|value| (*field, value)));
        }
        self.add_references(&mut facts);
        facts
    }

    /// The values of a field: codes as queries write them, names as they are, counts and minutes in digits.
    fn values(&self, field: Field) -> Vec<String> {
        let own = || self.own(field.name());
        match field.kind() {
            FieldKind::Code => self.codes(field),
            FieldKind::Name => own().and_then(Json::as_str).map(|name| cut(name).to_owned()).into_iter().collect(),
            FieldKind::Number => {
                let count = own().and_then(Json::as_integer).and_then(|it| u64::try_from(it).ok());
                count.map(|count| number_value(count).to_string()).into_iter().collect()
            }
            FieldKind::Time => {
                self.time(field).map(|time| minute_value(time.micros()).to_string()).into_iter().collect()
            }
        }
    }

    fn codes(&self, field: Field) -> Vec<String> {
        let many: [(Field, Reading); 4] = [
            (Field::Country, |shown| shown.countries()),
            (Field::Industry, |shown| shown.texts("industries")),
            (Field::Harm, |shown| shown.harms()),
            (Field::Lang, |shown| shown.object.text("lang").map(code).into_iter().collect()),
        ];
        if let Some((_, read)) = many.iter().find(|(one, _)| *one == field) {
            return read(self);
        }
        // Who signed what is no matter of a property, and references have sources.
        if matches!(field, Field::Author | Field::Digest | Field::Id | Field::Database | Field::Reference) {
            return Vec::new();
        }
        let word = match self.own(field.name()) {
            Some(Json::Bool(true)) => Some("yes".to_owned()),
            Some(Json::Bool(false)) => Some("no".to_owned()),
            other => other.and_then(Json::as_str).map(code),
        };
        word.into_iter().collect()
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let list = self.own(name).and_then(Json::as_array).unwrap_or_default();
        list.iter().filter_map(Json::as_str).map(str::to_owned).collect()
    }

    fn countries(&self) -> Vec<String> {
        let place = self.own("place").and_then(Json::as_object).and_then(|place| place.text("country"));
        let mut countries = self.texts("countries");
        countries.extend(place.map(str::to_owned));
        countries.sort();
        countries.dedup();
        countries
    }

    fn harms(&self) -> Vec<String> {
        let list = self.own("harms").and_then(Json::as_array).unwrap_or_default();
        let mut types: Vec<_> = list.iter().filter_map(|harm| harm.as_object()?.text("type")).map(code).collect();
        types.sort();
        types.dedup();
        types
    }

    fn add_references(&self, facts: &mut Vec<(Field, String)>) {
        let list = self.object.get("external_references").and_then(Json::as_array).unwrap_or_default();
        for reference in list.iter().filter_map(Json::as_object) {
            let known = reference.text("source_name").and_then(Database::of_source_name);
            let known = known.and_then(|known| DATABASES.iter().find(|(_, one)| *one == known));
            facts.extend(known.map(|(name, _)| (Field::Database, (*name).to_owned())));
            let id = reference.text("external_id").map(str::to_ascii_lowercase);
            facts.extend(id.map(|id| (Field::Reference, id)));
        }
    }
}

fn collect(name: &str, value: &Json, out: &mut String) {
    if WORDLESS.contains(&name) || out.len() > MAX_TEXT_BYTES {
        return;
    }
    match value {
        // Times stand in lines of their own.
        Json::String(text) if text.parse::<LexicalTime>().is_err() => {
            out.push_str(text);
            out.push('\n');
        }
        Json::Array(list) => list.iter().for_each(|element| collect("", element, out)),
        Json::Object(map) => map.iter().for_each(|(name, value)| collect(name, value, out)),
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The beginning of a text that is too long.
fn cut(text: &str) -> &str {
    let end = (0..=MAX_TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
