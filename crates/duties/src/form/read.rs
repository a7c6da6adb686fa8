//! Reading forms.

use std::collections::BTreeSet;

use super::{Chosen, FORMAT, Field, Form, Origin, Section, StagePattern, Wanted};
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
    let members = at.object(&["format", "id", "version", "title", "about", "for", "last", "sections", "words"])?;
    let format = members.need("format")?;
    if format.str()? != FORMAT {
        return format.fault(format!("should be `{FORMAT}`, the only form that is known"));
    }
    let id = members.need("id").and_then(|at| at.id());
    let version = members.need("version").and_then(|at| at.text());
    let title = members.need("title").and_then(|at| at.both());
    let about = members.need("about").and_then(|at| at.both());
    let (stages, last) = (patterns(&members, "for"), patterns(&members, "last"));
    let list = members.need("sections")?;
    let sections = list.each(|at| section(&at))?;
    check_fields(&sections, &list);
    let words = words(&members)?;
    let (id, version) = (id?.to_owned(), version?.to_owned());
    Some(Form { id, version, title: title?, about: about?, stages, last, sections, words })
}

/// Each field has its own id, and what it says of choices is said of choices that there are.
fn check_fields(sections: &[Section], list: &At<'_>) {
    let fields = || sections.iter().flat_map(|section| &section.fields);
    let has =
        |id: &str, code: &str| fields().any(|field| field.id == id && field.choices.iter().any(|(one, _)| one == code));
    let mut seen = BTreeSet::new();
    for field in fields() {
        if !seen.insert(&field.id) {
            list.fault::<()>(format!("the field `{}` stands twice; give each its own id", field.id));
        }
        let ends = field.last.iter().map(|code| (&field.id, code));
        let when = field.when.iter().flat_map(|chosen| chosen.codes.iter().map(|code| (&chosen.field, code)));
        for (id, code) in ends.chain(when).filter(|(id, code)| !has(id, code)) {
            list.fault::<()>(format!("the field `{}` names the choice `{code}` of `{id}`, which is none", field.id));
        }
    }
}

fn patterns(members: &Members<'_>, name: &str) -> Vec<StagePattern> {
    members.each(name, |at| at.parse())
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
    let members = at.object(&["id", "label", "from", "wanted", "stages", "when", "choices", "last"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let from = members.need("from").and_then(|at| at.each(|at| origin(&at)));
    let wanted: Option<Wanted> = members.need("wanted").and_then(|at| at.parse());
    let choices = members.each("choices", |at| choice(&at));
    let last = members.each("last", |at| at.text().map(str::to_owned));
    let (stages, when) = (patterns(&members, "stages"), members.each("when", |at| chosen(&at)));
    let (id, label) = (id?.to_owned(), label?);
    Some(Field { id, label, from: from?, wanted: wanted?, stages, when, choices, last })
}

fn chosen(at: &At<'_>) -> Option<Chosen> {
    let members = at.object(&["field", "is"])?;
    let codes = members.need("is")?.each(|at| at.text().map(str::to_owned))?;
    Some(Chosen { field: members.need("field")?.id()?.to_owned(), codes })
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
