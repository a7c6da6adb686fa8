//! Reading forms.

use std::collections::BTreeSet;

use super::{FORMAT, Field, Form, Origin, Section, Wanted};
use crate::fault::Fault;
use crate::reader::{At, Members, file};
use crate::text::Both;

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// Every [`Fault`], each with its line.
    pub fn parse(octets: &[u8]) -> Result<Self, Vec<Fault>> {
        let (json, faults) = file(octets)?;
        let found = form(&At::root(&json, &faults));
        let (_, faults) = faults.finish();
        match found {
            Some(form) if faults.is_empty() => Ok(form),
            _ => Err(faults),
        }
    }
}

fn form(at: &At<'_>) -> Option<Form> {
    let members = at.object(&["format", "id", "version", "title", "about", "sections", "words"])?;
    let format = members.need("format")?;
    if format.str()? != FORMAT {
        return format.fault(format!("should be `{FORMAT}`, the only form that is known"));
    }
    let id = members.need("id").and_then(|at| at.id());
    let version = members.need("version").and_then(|at| at.text());
    let title = members.need("title").and_then(|at| at.both());
    let about = members.need("about").and_then(|at| at.both());
    let list = members.need("sections")?;
    let sections = list.each(|at| section(&at))?;
    let mut seen = BTreeSet::new();
    for field in sections.iter().flat_map(|section| &section.fields) {
        if !seen.insert(&field.id) {
            list.fault::<()>(format!("the field `{}` stands twice; give each its own id", field.id));
        }
    }
    let words = words(&members)?;
    Some(Form { id: id?.to_owned(), version: version?.to_owned(), title: title?, about: about?, sections, words })
}

fn words(members: &Members<'_>) -> Option<Vec<(String, String)>> {
    let Some(at) = members.may("words") else { return Some(Vec::new()) };
    at.any_object()?.each_member().map(|(word, at)| Some((word.to_owned(), at.text()?.to_owned()))).collect()
}

fn section(at: &At<'_>) -> Option<Section> {
    let members = at.object(&["id", "label", "fields"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let fields = members.need("fields").and_then(|at| at.each(|at| field(&at)));
    Some(Section { id: id?.to_owned(), label: label?, fields: fields? })
}

fn field(at: &At<'_>) -> Option<Field> {
    let members = at.object(&["id", "label", "from", "wanted", "choices"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let from = members.need("from").and_then(|at| at.each(|at| origin(&at)));
    let wanted: Option<Wanted> = members.need("wanted").and_then(|at| at.parse());
    let choices = members.each("choices", |at| choice(&at));
    Some(Field { id: id?.to_owned(), label: label?, from: from?, wanted: wanted?, choices })
}

fn choice(at: &At<'_>) -> Option<(String, Both)> {
    let members = at.object(&["code", "label"])?;
    Some((members.need("code")?.text()?.to_owned(), members.need("label")?.both()?))
}

fn origin(at: &At<'_>) -> Option<Origin> {
    if at.json().as_str() == Some("written") {
        return Some(Origin::Written);
    }
    let members = at.object(&["property", "fact", "answer"])?;
    let mut named = members.each_member();
    let (Some((name, at)), None) = (named.next(), named.next()) else {
        return members.at().fault("needs one of `property`, `fact`, `answer`, or be `written`");
    };
    match name {
        "property" => property(&at).map(Origin::Property),
        "fact" => at.id().map(|id| Origin::Fact(id.to_owned())),
        _ => at.parse().map(Origin::Answer),
    }
}

/// Properties of STIX that are not among those that the incident crate types.
const OF_STIX: [&str; 6] = ["id", "created", "modified", "created_by_ref", "external_references", "lang"];

fn property(at: &At<'_>) -> Option<String> {
    let name = at.text()?;
    if OF_STIX.contains(&name) || incident::property_names().any(|known| known == name) {
        return Some(name.to_owned());
    }
    at.fault("is no property of an incident; see docs/incident.md")
}
