//! The readers that need no mapping.

pub(crate) mod aiid;
pub(crate) mod atlas;
pub(crate) mod avid;

use record::json::{Json, Map};

/// A text of a row, or nothing.
pub(crate) fn text<'c>(cells: &'c Map, name: &str) -> &'c str {
    cells.text(name).unwrap_or_default()
}

/// The elements of a list of a row.
pub(crate) fn list<'c>(cells: &'c Map, name: &str) -> &'c [Json] {
    cells.get(name).and_then(Json::as_array).unwrap_or_default()
}

/// The texts among elements.
pub(crate) fn texts(elements: &[Json]) -> Vec<&str> {
    elements.iter().filter_map(Json::as_str).map(str::trim).filter(|text| !text.is_empty()).collect()
}
