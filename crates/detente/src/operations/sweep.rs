//! Taking out of an answer what the account may not see.

use record::json::{Json, Map};

use super::sight::Hidden;

/// An answer without what is hidden: of a list, the elements that name it are gone. None if what is hidden stands elsewhere in it, so
/// that it is what was asked for.
pub(super) fn swept(map: &Map, hidden: &Hidden) -> Option<Map> {
    map.iter().map(|(name, value)| Some((name.to_owned(), swept_value(value, hidden)?))).collect()
}

fn swept_value(value: &Json, hidden: &Hidden) -> Option<Json> {
    match value {
        // An element that names something hidden somewhere outside of a list of its own is gone as a whole.
        Json::Array(elements) => {
            Some(Json::Array(elements.iter().filter_map(|element| swept_value(element, hidden)).collect()))
        }
        Json::Object(map) => {
            swept(map, hidden).filter(|map| !map.names().any(|name| tells(name, hidden))).map(Json::from)
        }
        Json::String(text) => (!tells(text, hidden)).then(|| value.clone()),
        Json::Null | Json::Bool(_) | Json::Number(_) => Some(value.clone()),
    }
}

/// An answer without its members of these names, wherever they stand.
pub(super) fn uncounted(map: Map, members: &[&str]) -> Map {
    let kept = map.into_iter().filter(|(name, _)| !members.contains(&name.as_str()));
    kept.map(|(name, value)| (name, uncounted_value(value, members))).collect()
}

fn uncounted_value(value: Json, members: &[&str]) -> Json {
    match value {
        Json::Object(map) => uncounted(map, members).into(),
        Json::Array(elements) => {
            Json::Array(elements.into_iter().map(|element| uncounted_value(element, members)).collect())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value,
    }
}

/// Whether a text names something hidden. Names are long enough not to stand in anything else by chance.
pub(super) fn tells(text: &str, hidden: &Hidden) -> bool {
    // Digests have 43 characters and ids more: shorter texts, most of an answer, are not looked through.
    text.len() >= SHORTEST_NAME && hidden.names.iter().any(|name| text.contains(name.as_str()))
}

/// Characters of the shortest id of an object.
const SHORTEST_NAME: usize = 41;
