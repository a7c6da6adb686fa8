//! What our own object holds, as it was before it was written.

use incident::{Moment, TimeName};
use record::json::{Json, parse};

use super::super::event::{Attribute, Object};
use super::super::template::{ID, OURS, REFERENCE, Written};
use crate::building::Building;
use crate::error::FieldError;

/// What our own object holds, as it was before it was written.
pub(super) fn ours(object: &Object, building: &mut Building) -> Result<(), FieldError> {
    let mut lists: Vec<(&str, usize, &Attribute)> = Vec::new();
    for attribute in object.attributes.iter().filter(|attribute| !attribute.is_deleted) {
        let Some(relation) = attribute.object_relation.as_deref().filter(|relation| *relation != ID) else { continue };
        if relation == REFERENCE {
            our_reference(attribute, building)?;
        } else if let Some(Written::Element(slot)) = Written::of_comment(&attribute.comment) {
            lists.push((relation, slot, attribute));
        } else {
            our_property(relation, attribute, building)?;
        }
    }
    // Two elements of one slot come from nobody who writes as we do; all are kept, in the order of the file.
    lists.sort_by_key(|(relation, slot, _)| (*relation, *slot));
    for list in lists.chunk_by(|(one, _, _), (other, _, _)| one == other) {
        our_list(list, building)?;
    }
    Ok(())
}

/// True for a property that an incident may hold.
fn check_property(relation: &str, attribute: &Attribute, building: &mut Building) -> bool {
    let is_known = relation == "lang" || incident::property_names().any(|name| name == relation);
    if !is_known {
        building.losses.note(&format!("{}/{relation}", OURS.name), "no property of an incident", &attribute.value);
    }
    is_known
}

fn our_list(list: &[(&str, usize, &Attribute)], building: &mut Building) -> Result<(), FieldError> {
    let Some((relation, _, first)) = list.first() else { return Ok(()) };
    if !check_property(relation, first, building) {
        return Ok(());
    }
    let mut elements = Vec::new();
    for (_, _, attribute) in list {
        building.check(relation, &attribute.value)?;
        elements.push(Json::text(attribute.value.as_str()));
    }
    building.own_value(relation, relation, Json::Array(elements));
    Ok(())
}

fn our_property(relation: &str, attribute: &Attribute, building: &mut Building) -> Result<(), FieldError> {
    if !check_property(relation, attribute, building) {
        return Ok(());
    }
    let value = attribute.value.as_str();
    let written = Written::of_comment(&attribute.comment)
        .ok_or_else(|| FieldError::new(relation, "has a comment that does not say how it is written"))?;
    match (TimeName::ALL.iter().find(|time| time.name() == relation), written) {
        (_, Written::Json) => json(relation, value, building),
        (Some(time), Written::Precision(precision)) => {
            let lexical = value.parse().map_err(|_| FieldError::new(relation, "is no time"))?;
            building.moment(*time, relation, &Moment::new(lexical, precision));
            Ok(())
        }
        (Some(time), Written::Plain | Written::Element(_)) => building.time(*time, relation, value),
        (None, _) if ["name", "description", "lang"].contains(&relation) => {
            building.top_text(relation, relation, value)
        }
        (None, _) => building.own_text(relation, relation, value),
    }
}

fn json(relation: &str, value: &str, building: &mut Building) -> Result<(), FieldError> {
    let parsed = parse(value.as_bytes()).map_err(|error| FieldError::new(relation, format!("is no JSON: {error}")))?;
    check_texts(relation, &parsed, building)?;
    building.own_value(relation, relation, parsed);
    Ok(())
}

fn check_texts(field: &str, value: &Json, building: &mut Building) -> Result<(), FieldError> {
    match value {
        Json::String(text) => building.check(field, text),
        Json::Array(elements) => elements.iter().try_for_each(|element| check_texts(field, element, building)),
        Json::Object(members) => members.iter().try_for_each(|(_, value)| check_texts(field, value, building)),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

/// A reference whose comment names the member that is the value, and holds the others.
fn our_reference(attribute: &Attribute, building: &mut Building) -> Result<(), FieldError> {
    let wrong = |reason: &str| FieldError::new(REFERENCE, reason);
    let (name, rest) = attribute.comment.split_once(' ').ok_or_else(|| wrong("has no members in its comment"))?;
    let parsed = parse(rest.as_bytes()).map_err(|error| wrong(&format!("has a comment that is no JSON: {error}")))?;
    let Json::Object(members) = parsed else { return Err(wrong("has a comment that is no object")) };
    check_texts(REFERENCE, &Json::Object(members.clone()), building)?;
    building.reference(members.with(name, attribute.value.as_str()), REFERENCE)
}
