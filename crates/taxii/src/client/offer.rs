//! What a server says of itself: discovery, API roots, collections (TAXII 2.1 sections 4 and 5).

use record::json::{self, Json, Map};

use super::fault::{Fault, Note};
use super::told;
use super::url::Url;

/// Octets of a document about the server. A thousand collections have a tenth of it.
const MAX_DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

/// API roots that are asked. Real servers have a handful.
const MAX_ROOTS: usize = 32;

/// Collections of one API root that are looked at. Each becomes a state that is kept.
const MAX_COLLECTIONS: usize = 1_000;

/// Characters of the id of a collection: a UUID has 36, and some servers take words.
const MAX_ID_CHARACTERS: usize = 128;

/// A collection that a server offers. Its words are the server's, cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offered {
    /// Where its objects lie: what its state is kept under.
    pub address: String,
    /// Its id.
    pub id: String,
    /// What else it is called in addresses, if the server says so.
    pub alias: Option<String>,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Whether we may read it.
    pub can_read: bool,
    pub(super) objects: Url,
}

/// What lies at the address that the operator named.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// Discovery, with the API roots as it names them.
    Discovery(Vec<String>),
    /// An API root itself: many services name theirs and no discovery.
    Root,
}

pub(super) fn front(body: &[u8]) -> Result<Front, Fault> {
    let what = "what the server says of itself";
    let members = document(what, body)?;
    if let Some(roots) = members.get("api_roots") {
        let mut roots = texts(roots);
        let default = members.text("default").map(str::to_owned);
        roots.extend(default.filter(|default| !roots.contains(default)));
        roots.truncate(MAX_ROOTS);
        return Ok(Front::Discovery(roots));
    }
    if members.contains("versions") {
        return Ok(Front::Root);
    }
    if members.text("title").is_some() {
        // A server without an API root for us may leave the list out (section 4.1.1).
        return Ok(Front::Discovery(members.text("default").map(str::to_owned).into_iter().collect()));
    }
    Err(Fault::Document { what, why: "it is neither discovery nor an API root".to_owned() })
}

/// Whether an API root speaks this version. Some write it in words of their own.
pub(super) fn speaks_ours(body: &[u8]) -> Result<bool, Fault> {
    let members = document("the API root", body)?;
    let versions = members.get("versions").map(texts).unwrap_or_default();
    Ok(versions.iter().any(|version| version.contains("2.1")))
}

/// The collections of an API root, and what was passed over.
pub(super) fn collections(root: &Url, body: &[u8]) -> Result<(Vec<Offered>, Vec<Note>), Fault> {
    let members = document("the list of collections", body)?;
    let list = members.get("collections").and_then(Json::as_array).unwrap_or_default();
    let (mut offers, mut notes): (Vec<Offered>, Vec<Note>) = (Vec::new(), Vec::new());
    for collection in list.iter().take(MAX_COLLECTIONS).filter_map(Json::as_object) {
        match offered(root, collection) {
            Ok(one) if offers.iter().all(|known| known.id != one.id) => offers.push(one),
            Ok(again) => notes.push(Note::BadCollection(again.id)),
            Err(note) => notes.push(note),
        }
    }
    Ok((offers, notes))
}

fn offered(root: &Url, members: &Map) -> Result<Offered, Note> {
    let id = members.text("id").unwrap_or_default();
    if !is_step(id) {
        return Err(Note::BadCollection(told(id)));
    }
    let objects = root.beneath(&format!("collections/{id}/objects/"));
    let words = |name: &str| members.text(name).map(told).unwrap_or_default();
    Ok(Offered {
        address: objects.to_string(),
        id: id.to_owned(),
        alias: members.text("alias").filter(|alias| is_step(alias)).map(str::to_owned),
        title: words("title"),
        description: words("description"),
        can_read: members.get("can_read") != Some(&Json::Bool(false)),
        objects,
    })
}

/// Whether a text can be one step of a path, so that it leads nowhere else.
fn is_step(text: &str) -> bool {
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    let has_length = !text.is_empty() && text.len() <= MAX_ID_CHARACTERS;
    has_length && text.bytes().all(is_plain) && !text.bytes().all(|octet| octet == b'.')
}

/// What a server says about an error, cut short; empty if it says nothing that can be read.
pub(super) fn title_of_error(body: &[u8]) -> String {
    document("an error", body).ok().and_then(|members| members.text("title").map(told)).unwrap_or_default()
}

fn document(what: &'static str, body: &[u8]) -> Result<Map, Fault> {
    let value = json::parse_within(body, MAX_DOCUMENT_BYTES);
    let value = value.map_err(|error| Fault::Document { what, why: error.to_string() })?;
    match value {
        Json::Object(members) => Ok(members),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(Fault::Document { what, why: "it is no JSON object".to_owned() })
        }
    }
}

fn texts(value: &Json) -> Vec<String> {
    value.as_array().unwrap_or_default().iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_that_of_discovery_or_of_an_api_root() {
        let discovery = br#"{"title":"T","default":"/b/","api_roots":["/a/","https://c.example/"]}"#;
        assert_eq!(
            front(discovery),
            Ok(Front::Discovery(vec!["/a/".into(), "https://c.example/".into(), "/b/".into()]))
        );
        assert_eq!(front(br#"{"title":"R","versions":[],"max_content_length":1}"#), Ok(Front::Root));
        assert_eq!(front(br#"{"title":"Empty"}"#), Ok(Front::Discovery(Vec::new())));
        assert!(matches!(front(br#"{"collections":[]}"#), Err(Fault::Document { .. })));
        assert!(matches!(front(b"[]"), Err(Fault::Document { .. })));
    }

    #[test]
    fn an_id_that_leads_elsewhere_is_no_collection() {
        let root: Url = "https://a.example/api/".parse().unwrap();
        let ids = ["..", ".", "", "a/b", "a?b", "a%2fb", "a\\b", "é", &"x".repeat(129)];
        let list = ids.map(|id| Json::from(Map::new().with("id", id).with("title", "x"))).to_vec();
        let body = Json::from(Map::new().with("collections", Json::Array(list))).to_text();
        let (offers, notes) = collections(&root, body.as_bytes()).unwrap();
        assert_eq!((offers.len(), notes.len()), (0, ids.len()));
    }
}
