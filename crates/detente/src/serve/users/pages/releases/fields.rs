//! A release field by field: what goes whole, what goes coarse, what stays and why.

use pages::{Block, Inline, Row, Say, Table, Tone};
use policy::agreement::Agreement;
use policy::decision::{Engine, FieldRole, Permit, Reason, Subject};
use policy::vocabulary::twin_of;
use record::Record;
use record::json::{Json, Map};
use record::path::Path;

use super::super::Asked;
use super::super::case::property as property_name;
use super::super::shared::short;
use super::words::{Why, reasons};

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goes {
    Stays,
    Coarse,
    Whole,
}

/// Places of one field that share their fate.
struct Fate {
    name: String,
    is_twin: bool,
    goes: Goes,
    reasons: Vec<Reason>,
    places: Vec<Path>,
}

/// What becomes of each field under a permit. What says only what sort of record it is goes with every release, and is left out.
fn fates(subject: &Subject, permit: &Permit) -> Vec<Fate> {
    let mut fates: Vec<Fate> = Vec::new();
    for field in &subject.fields {
        let (name, is_twin) = match &field.role {
            FieldRole::Core => continue,
            FieldRole::Property(name) => (name.clone(), false),
            FieldRole::Twin(name) => (name.clone(), true),
            FieldRole::History => (field.path.last().into_owned(), false),
        };
        let dropped = permit.dropped.iter().find(|one| one.path == field.path);
        let reasons = dropped.map(|one| one.reasons.clone()).unwrap_or_default();
        let goes = if permit.shown.contains(&field.path) { Goes::Whole } else { Goes::Stays };
        let is_same = |one: &&mut Fate| one.name == name && one.is_twin == is_twin && one.goes == goes;
        match fates.iter_mut().find(|one| is_same(one) && one.reasons == reasons) {
            Some(same) => same.places.push(field.path.clone()),
            None => fates.push(Fate { name, is_twin, goes, reasons, places: vec![field.path.clone()] }),
        }
    }
    joined(fates)
}

/// A twin is told beside the field that it stands for, and not as a field of its own.
fn joined(fates: Vec<Fate>) -> Vec<Fate> {
    let (twins, mut fields): (Vec<_>, Vec<_>) = fates.into_iter().partition(|one| one.is_twin);
    let goes = |name: &str| twins.iter().any(|twin| twin.name == name && twin.goes == Goes::Whole);
    for field in fields.iter_mut().filter(|field| field.goes == Goes::Stays) {
        if twin_of(&field.name).is_some_and(goes) {
            field.goes = Goes::Coarse;
        }
    }
    // Of what stays as a whole, its twin may go; a twin without a field beside it is a field.
    let stands_for = |twin: &Fate| fields.iter().any(|field| twin_of(&field.name) == Some(twin.name.as_str()));
    let alone: Vec<_> = twins.into_iter().filter(|twin| !stands_for(twin)).collect();
    fields.extend(alone);
    // What stays needs the eye first; among the same, the record's own order holds.
    fields.sort_by_key(|field| field.goes);
    fields
}

/// The fields as a table, and below it what would have to change for those that stay.
pub(super) fn blocks(
    asked: &Asked<'_>,
    engine: &Engine,
    agreement: Option<&Agreement>,
    (record, subject, permit): (&Record, &Subject, &Permit),
) -> Vec<Block> {
    let all = fates(subject, permit);
    let rows = all.iter().map(|fate| row(asked, engine, agreement, (record, fate)));
    let head = ["release-field", "release-goes", "release-content", "release-why"];
    let table = Table::new("release-fields-caption", &head, "release-fields-none").rows(rows);
    let mut why: Vec<Reason> = Vec::new();
    for reason in all.iter().flat_map(|fate| &fate.reasons) {
        if !why.contains(reason) {
            why.push(reason.clone());
        }
    }
    let mut blocks = vec![Block::line("release-core"), table.into()];
    if !why.is_empty() {
        blocks.push(Block::Fold("release-changes".into(), vec![reasons(asked, engine, agreement, &why)]));
    }
    blocks
}

fn row(asked: &Asked<'_>, engine: &Engine, agreement: Option<&Agreement>, (record, fate): (&Record, &Fate)) -> Row {
    let (word, tone) = match fate.goes {
        Goes::Whole => ("release-goes-whole", Tone::Good),
        Goes::Coarse => ("release-goes-coarse", Tone::Calm),
        Goes::Stays => ("release-goes-stays", Tone::Watch),
    };
    let mut name = vec![Inline::Text(property_name(&fate.name))];
    name.extend((fate.places.len() > 1).then(|| Inline::Text(Say::count("release-places", fate.places.len()))));
    let whys = fate.reasons.iter().map(|reason| Inline::Text(Why::of(asked, engine, agreement, reason).why));
    let cells = vec![name, vec![Inline::tag(tone, word)], content(record, fate), whys.collect()];
    Row::new(cells).toned(if fate.goes == Goes::Stays { Tone::Watch } else { Tone::Calm })
}

/// What the field says, as it goes; of what goes coarse, the coarse value.
fn content(record: &Record, fate: &Fate) -> Vec<Inline> {
    let twin = twin_of(&fate.name).filter(|_| fate.goes == Goes::Coarse);
    let value = match twin {
        Some(twin) => record.aside().twins().get(twin),
        None => fate.places.first().and_then(|place| value_at(record, place)),
    };
    value.map(short).unwrap_or_default()
}

/// The property that a place lies in, with all of its elements: a place counts slots, and not what is shown.
fn value_at<'r>(record: &'r Record, place: &Path) -> Option<&'r Json> {
    let segments: Vec<_> = place.segments().map(std::borrow::Cow::into_owned).collect();
    let inner = |map: &'r Map, id: &str| map.get("extensions")?.as_object()?.get(id)?.as_object();
    match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["object", "extensions", id, name, ..] => inner(record.object(), id)?.get(name),
        ["object", name, ..] => record.object().get(name),
        ["aside", name, ..] => record.aside().twins().get(name),
        _ => None,
    }
}

/// What a proposer may keep back: the properties of which something would go, with all of their elements.
pub(super) fn hideable(subject: &Subject, permit: &Permit) -> Vec<(String, Say)> {
    let is_core = |path: &Path| subject.fields.iter().any(|field| field.path == *path && field.role == FieldRole::Core);
    let mut found: Vec<(String, Say)> = Vec::new();
    for place in permit.shown.iter().filter(|path| !is_core(path)) {
        let property = property_of(place);
        if !found.iter().any(|(known, _)| *known == property.as_str()) {
            found.push((property.to_string(), property_name(&property.last())));
        }
    }
    found
}

/// The property that a place lies in.
fn property_of(place: &Path) -> Path {
    let depth = |path: &Path| path.segments().count();
    let wanted = if place.as_str().starts_with("/object/extensions/") { 4 } else { 2 };
    let mut property = place.clone();
    while depth(&property) > wanted {
        let Some(parent) = property.parent() else { break };
        property = parent;
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(name: &str, is_twin: bool, goes: Goes) -> Fate {
        Fate { name: name.to_owned(), is_twin, goes, reasons: Vec::new(), places: Vec::new() }
    }

    #[test]
    fn a_twin_that_goes_is_told_as_its_field_made_coarse() {
        let told = joined(vec![
            fate("name", false, Goes::Whole),
            fate("occurred", false, Goes::Stays),
            fate("occurred_year", true, Goes::Whole),
            fate("cause", false, Goes::Stays),
        ]);
        let told: Vec<_> = told.iter().map(|one| (one.name.as_str(), one.goes)).collect();
        assert_eq!(told, [("cause", Goes::Stays), ("occurred", Goes::Coarse), ("name", Goes::Whole)]);
    }

    #[test]
    fn an_element_lies_in_its_property() {
        let of = |place: &str| property_of(&place.parse().unwrap()).to_string();
        assert_eq!(of("/object/extensions/x/countries/6"), "/object/extensions/x/countries");
        assert_eq!(
            (of("/object/name"), of("/aside/occurred_year")),
            ("/object/name".into(), "/aside/occurred_year".into())
        );
    }

    #[test]
    fn a_twin_that_stays_beside_its_field_is_no_row() {
        let told = joined(vec![fate("occurred", false, Goes::Whole), fate("occurred_year", true, Goes::Stays)]);
        assert_eq!(told.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["occurred"]);
    }
}
