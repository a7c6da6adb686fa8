//! What a program asks to have scanned, and how it is answered: at `/api/v1/scan`, and by the scanner beside a program.

use api::{Value, Values};
use matching::bank::{Content, Match, Scan};
use matching::signal::{ExactKey, KeyId};
use record::base64url;
use record::json::{Json, Map};

use super::live::LateFind;
use super::told::{self, Telling};
use super::{ContentKind, Scanner};

/// Contents in one request: a conversation, or the pictures of a page. Each is looked through whole.
pub(crate) const MAX_ITEMS: usize = 256;

/// Characters of the name that a caller gives a content: a path, or an id of its own.
pub(crate) const MAX_NAME_CHARACTERS: usize = 200;

/// One content to be scanned.
#[derive(Debug)]
pub(crate) struct Item {
    /// The caller's name for it.
    pub(crate) name: Option<String>,
    pub(crate) kind: &'static str,
    /// What is looked through, or why nothing is: one bad item does not keep the others from being scanned.
    pub(crate) content: Result<Content, String>,
    /// Why no more than the file's digest is looked up.
    pub(crate) problem: Option<String>,
}

/// One content that was scanned.
#[derive(Debug)]
pub(crate) struct Scanned {
    pub(crate) name: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) scan: Result<Scan, String>,
    pub(crate) problem: Option<String>,
}

impl Item {
    /// The items of a request that was read by its description.
    pub(crate) fn all(values: &Values) -> Vec<Self> {
        let Some(Value::List(items)) = values.get("items") else { return Vec::new() };
        let objects = items.iter().filter_map(|item| if let Value::Object(item) = item { Some(item) } else { None });
        objects.map(Self::of).collect()
    }

    fn of(item: &Values) -> Self {
        let name = item.text("name").map(str::to_owned);
        let mut problem = None;
        let (kind, content) = match (item.get("content"), item.text("sha256"), item.text("package")) {
            (Some(Value::File(octets)), None, None) => octets_of(item.text("kind"), octets, &mut problem),
            (None, Some(digest), None) => ("hash", key_of(digest, item.text("key")).map(Content::Key)),
            (None, None, Some(package)) => ("package", Ok(package_of(package, item.text("ecosystem")))),
            _ => ("none", Err("give one of `content`, `sha256` and `package`".to_owned())),
        };
        Self { name, kind, content, problem }
    }
}

/// The content, or, of what cannot be looked at, its digest: the very same file is found all the same.
fn octets_of(
    kind: Option<&str>,
    octets: &[u8],
    problem: &mut Option<String>,
) -> (&'static str, Result<Content, String>) {
    let kind = ContentKind::ALL.into_iter().find(|known| Some(known.name()) == kind);
    let kind = kind.unwrap_or_else(|| ContentKind::of(octets));
    let content = super::of_octets(kind, octets).unwrap_or_else(|failure| {
        *problem = Some(failure.message);
        Content::Key(ExactKey::of_octets(octets))
    });
    (kind.name(), Ok(content))
}

/// A digest by itself, or under the key of an agreement.
fn key_of(digest: &str, key: Option<&str>) -> Result<ExactKey, String> {
    let digest = base64url::decode_exactly(digest).map_err(|error| error.to_string())?;
    match key {
        None => Ok(ExactKey::Plain(digest)),
        Some(key) => Ok(ExactKey::Keyed(key.parse::<KeyId>().map_err(|error| error.to_string())?, digest)),
    }
}

fn package_of(name: &str, ecosystem: Option<&str>) -> Content {
    Content::Package { name: name.to_owned(), ecosystem: ecosystem.unwrap_or_default().to_owned() }
}

/// What was scanned, as a program reads it.
pub(crate) fn answer(scanned: &[Scanned], scanner: &Scanner, trouble: Option<String>) -> Map {
    let mut left_out = scanner.left_out();
    left_out.extend(trouble);
    let record = |one: &Match| scanner.find(&one.name()).map(|known| known.record);
    let telling = Telling { record: &record, left_out: &left_out, has_families: false };
    let found: usize = scanned.iter().filter_map(|one| one.scan.as_ref().ok().map(told::count)).sum();
    let results = scanned.iter().map(|one| Json::from(one.map(&telling))).collect();
    Map::new().with("found", Json::count(found)).with("results", Json::Array(results))
}

impl Scanned {
    fn map(&self, telling: &Telling<'_>) -> Map {
        let text = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let problem = self.scan.as_ref().err().or(self.problem.as_ref()).map(String::as_str);
        let told = telling.map(self.scan.as_ref().unwrap_or(&Scan::default()));
        let head = Map::new().with("name", text(self.name.as_deref())).with("kind", self.kind);
        told.into_iter().fold(head.with("problem", text(problem)), |row, (name, value)| row.with(&name, value))
    }
}

/// A find after the fact, as a program reads it.
pub(crate) fn late_to_map(find: &LateFind, scanner: &Scanner) -> Map {
    let record = scanner.find(&find.late.signal).map(|known| known.record.to_string());
    Map::new()
        .with("number", Json::count(find.number))
        .with("name", find.late.content.as_str())
        .with("scanned_at", find.late.at.to_string())
        .with("signal", find.late.signal.id.as_str())
        .with("author", find.late.signal.author.as_ref())
        .with("record_digest", record.map_or(Json::Null, Json::from))
        .with("why", told::method_words(&find.late.method))
}
