//! What of a record is searched.
//!
//! The object is read leniently, property by property: a record that breaks its format somewhere is the one that somebody will
//! look for. A code that is none is indexed as it stands, and no query can name it.

use incident::reference::Database;
use record::Record;
use record::digest::{PartyId, RecordDigest, sha256};
use record::json::{Json, Map};
use record::time::{LexicalTime, Timestamp};

use crate::field::{DATABASES, Field, FieldKind, code};
use crate::limits::MAX_TEXT_BYTES;
use crate::range::{Line, day, day_value, minute_value, number_value};
use crate::token::{self, EVERY, SHADOWED};

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
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) title_tokens: String,
    pub(crate) text_tokens: String,
    /// Tokens of codes, names, numbers and times, in one line.
    pub(crate) codes: String,
    pub(crate) day: i32,
    pub(crate) digest: RecordDigest,
    pub(crate) object: Option<String>,
    /// What versions of one object by one author have in common.
    pub(crate) family: [u8; 16],
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
        let id = object.text("id").map(str::to_owned);
        let day = shown.day(read_at);
        let (title, text) = (cut(object.text("name").unwrap_or_default()).to_owned(), shown.text());
        let (title_normal, text_normal) = (token::normal(&title), token::normal(&text));
        let singles = token::singles_of(&[title_normal.as_str(), text_normal.as_str()]);
        Some(Self {
            title_tokens: token::line_of(title_normal.as_str()),
            text_tokens: token::line_of(text_normal.as_str()),
            codes: shown.codes((author, digest), day, singles),
            title,
            text,
            day,
            digest,
            family: family(author, id.as_deref(), digest),
            object: id,
            modified: shown.time(Field::Modified).map_or(i64::MIN, Timestamp::micros),
        })
    }
}

/// Versions are of one object if one author gives them one id: nobody's version hides another's.
fn family(author: PartyId, id: Option<&str>, digest: RecordDigest) -> [u8; 16] {
    let whole = match id {
        Some(id) => sha256(&[b"detente/search-family/v1\0", author.octets(), id.as_bytes()]),
        None => sha256(&[b"detente/search-record/v1\0", digest.octets()]),
    };
    whole.first_chunk().copied().unwrap_or_default()
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

    /// The tokens of all fields.
    fn codes(&self, (author, digest): (PartyId, RecordDigest), day: i32, singles: Vec<String>) -> String {
        let mut tokens = vec![EVERY.to_owned()];
        tokens.push(token::code_token(Field::Author, &author.to_string()));
        tokens.push(token::code_token(Field::Digest, &digest.to_string()));
        tokens.extend(Line::DATE.tokens(day_value(day)));
        for field in Field::ALL {
            self.add(*field, &mut tokens);
        }
        self.add_references(&mut tokens);
        tokens.extend(singles);
        tokens.join(" ")
    }

    fn add(&self, field: Field, tokens: &mut Vec<String>) {
        match field.kind() {
            FieldKind::Code => tokens.extend(self.values(field).iter().map(|value| token::code_token(field, value))),
            FieldKind::Name => {
                let name = self.own(field.name()).and_then(Json::as_str).unwrap_or_default();
                tokens.extend(token::name_phrase(field, name));
            }
            FieldKind::Number => {
                let count = self.own(field.name()).and_then(Json::as_integer).and_then(|it| u64::try_from(it).ok());
                tokens.extend(count.into_iter().flat_map(|count| Line::of(field).tokens(number_value(count))));
            }
            FieldKind::Time => {
                let minute = self.time(field).map(|time| minute_value(time.micros()));
                tokens.extend(minute.into_iter().flat_map(|minute| Line::of(field).tokens(minute)));
            }
        }
    }

    /// The codes of a field as queries write them.
    fn values(&self, field: Field) -> Vec<String> {
        let many: [(Field, Reading); 5] = [
            (Field::Country, |shown| shown.countries()),
            (Field::Industry, |shown| beginnings(&shown.texts("industries"))),
            (Field::Harm, |shown| shown.harms()),
            (Field::Id, |shown| shown.object.text("id").map(str::to_owned).into_iter().collect()),
            (Field::Lang, |shown| languages(shown.object.text("lang"))),
        ];
        if let Some((_, read)) = many.iter().find(|(one, _)| *one == field) {
            return read(self);
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

    fn add_references(&self, tokens: &mut Vec<String>) {
        let list = self.object.get("external_references").and_then(Json::as_array).unwrap_or_default();
        for reference in list.iter().filter_map(Json::as_object) {
            let known = reference.text("source_name").and_then(Database::of_source_name);
            let known = known.and_then(|known| DATABASES.iter().find(|(_, one)| *one == known));
            tokens.extend(known.map(|(name, _)| token::code_token(Field::Database, name)));
            let id = reference.text("external_id").map(str::to_ascii_lowercase);
            tokens.extend(id.map(|id| token::code_token(Field::Reference, &id)));
        }
    }
}

/// `J6201` is also found as `J620`, `J62` and `J`.
fn beginnings(codes: &[String]) -> Vec<String> {
    let mut found: Vec<String> =
        codes.iter().flat_map(|code| (1..=code.len()).filter_map(|end| code.get(..end))).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

/// `zh-Hans-CN` is also found as `zh-Hans` and `zh`.
fn languages(tag: Option<&str>) -> Vec<String> {
    let mut rest = tag.map(code);
    let mut found = Vec::new();
    while let Some(tag) = rest {
        rest = tag.rsplit_once('-').map(|(before, _)| before.to_owned());
        found.push(tag);
    }
    found
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

/// The tokens of one record, for queries that are tried on it alone.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    /// Title, text, codes: no phrase runs over from one to the next.
    columns: [Vec<String>; 3],
    all: std::collections::BTreeSet<String>,
}

impl Tokens {
    /// From the lines of tokens that the database is given.
    pub(crate) fn new(title: &str, text: &str, codes: &str) -> Self {
        let columns = [title, text, codes].map(|line| {
            line.split(' ')
                .filter(|token| !token.is_empty() && *token != SHADOWED)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        let all = columns.iter().flatten().cloned().collect();
        Self { columns, all }
    }

    pub(crate) fn has(&self, token: &str) -> bool {
        self.all.contains(token)
    }

    pub(crate) fn has_phrase(&self, phrase: &[String]) -> bool {
        let is_whole = |column: &Vec<String>| column.windows(phrase.len()).any(|here| here == phrase);
        match phrase {
            [] => false,
            [one] => self.has(one),
            many => many.iter().all(|token| self.has(token)) && self.columns.iter().any(is_whole),
        }
    }
}
