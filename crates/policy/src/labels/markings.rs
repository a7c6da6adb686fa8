//! The markings that an object carries itself, as STIX has them (2.1, sections 3.2 and 7.2).

use record::Record;
use record::json::{Json, Map};
use record::label::{LabelSet, Marks, marks_of_markings};
use record::path::Path;

use super::{restrict, restrict_all};

/// Joins the object's own markings: they hold beside labels. They do not label it: a marking cannot name a reason for care.
///
/// Returns the markings that nobody here knows.
pub(super) fn join(joined: &mut LabelSet, record: &Record) -> Vec<String> {
    let refs = elements(record, "object_marking_refs").iter().filter_map(Json::as_str);
    let (of_all, mut unknown) = split(refs);
    if let Some(marks) = of_all {
        restrict_all(joined, record, &marks);
    }
    for marking in elements(record, "granular_markings").iter().filter_map(Json::as_object) {
        let (of_part, more) = split(marking.text("marking_ref").into_iter());
        unknown.extend(more);
        if let Some(marks) = of_part {
            parts(marking).iter().for_each(|path| restrict(joined, record, path, &marks));
        }
    }
    unknown
}

fn elements<'r>(record: &'r Record, name: &str) -> &'r [Json] {
    record.object().get(name).and_then(Json::as_array).unwrap_or_default()
}

fn split<I: Iterator<Item: AsRef<str>>>(ids: I) -> (Option<Marks>, Vec<String>) {
    match marks_of_markings(ids) {
        Ok(known) => (known, Vec::new()),
        Err(error) => (error.known, error.unknown),
    }
}

/// The properties that a granular marking selects. A selector that goes deeper (`external_references.[0].url`) counts for
/// the whole property, and one that cannot be read for the whole object.
fn parts(marking: &Map) -> Vec<Path> {
    let selectors = marking.get("selectors").and_then(Json::as_array).unwrap_or_default();
    let properties = selectors.iter().map(|one| one.as_str()?.split('.').next().filter(|name| !name.is_empty()));
    let parts: Option<Vec<_>> = properties.map(|name| name.map(Path::object)).collect();
    parts.filter(|parts| !parts.is_empty()).unwrap_or_else(|| vec![Path::object_root()])
}
