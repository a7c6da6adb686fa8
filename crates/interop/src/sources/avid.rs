//! The AI Vulnerability Database: reports and vulnerabilities, one JSON object on a line.

use incident::reference::Database;
use record::json::{Json, Map};

use super::{list, text, texts};
use crate::building::Building;
use crate::error::FieldError;

/// What is read of a row. Below `affects/artifacts` and `references` each element is told apart.
const TAKEN: [&str; 12] = [
    "data_type",
    "metadata/report_id",
    "metadata/vuln_id",
    "affects/developer",
    "affects/deployer",
    "affects/artifacts",
    "problemtype/description/value",
    "description",
    "references",
    "reports",
    "impact/avid/vuln_id",
    "impact/cwe",
];

/// The properties that this reader may set.
pub(crate) const PROPERTIES: [&str; 8] =
    ["name", "description", "lang", "developer", "deployer", "system", "model", "external_references"];

const BETWEEN_NAMES: &str = "; ";

pub(crate) fn build(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let (field, id) = own_id(cells)?;
    building.cross(Database::Avid, id, None, field)?;
    id.clone_into(&mut building.source_id);
    let title = at(cells, &["problemtype", "description"]).map_or("", |members| text(members, "value"));
    building.top_text("name", "problemtype/description/value", title)?;
    description(cells, building)?;
    affects(cells, building)?;
    for reference in list(cells, "references") {
        reference_of(reference.as_object(), building)?;
    }
    related(cells, building)?;
    building.losses.rest(cells, &TAKEN, &why);
    Ok(())
}

/// A member inside members.
fn at<'c>(cells: &'c Map, path: &[&str]) -> Option<&'c Map> {
    path.iter().try_fold(cells, |members, name| members.get(name)?.as_object())
}

fn own_id(cells: &Map) -> Result<(&'static str, &str), FieldError> {
    let metadata = at(cells, &["metadata"]);
    let id = |name: &str| metadata.and_then(|metadata| metadata.text(name));
    match (id("report_id"), id("vuln_id")) {
        (Some(id), _) => Ok(("metadata/report_id", id)),
        (None, Some(id)) => Ok(("metadata/vuln_id", id)),
        (None, None) => {
            Err(FieldError::new("metadata", "has neither `report_id` nor `vuln_id`; is this a file of AVID?"))
        }
    }
}

fn description(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let Some(members) = at(cells, &["description"]) else { return Ok(()) };
    building.top_text("description", "description/value", text(members, "value"))?;
    match text(members, "lang") {
        "" => {}
        // AVID writes three letters; BCP 47 has two where a language has two.
        "eng" | "en" => building.top.set("lang", "en"),
        other => building.losses.note("description/lang", "a language code that AVID does not use elsewhere", other),
    }
    Ok(())
}

fn affects(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let Some(affects) = at(cells, &["affects"]) else { return Ok(()) };
    for name in ["developer", "deployer"] {
        building.own_text(name, &format!("affects/{name}"), &texts(list(affects, name)).join(BETWEEN_NAMES))?;
    }
    for (property, kind) in [("system", "System"), ("model", "Model")] {
        let of_kind = artifacts(affects).filter(|(found, _)| *found == kind).map(|(_, name)| name);
        let names: Vec<_> = of_kind.filter(|name| !name.trim().is_empty()).collect();
        building.own_text(property, "affects/artifacts", &names.join(BETWEEN_NAMES))?;
    }
    for (kind, name) in artifacts(affects).filter(|(kind, _)| !["System", "Model"].contains(kind)) {
        building.losses.note(
            "affects/artifacts",
            "an artifact that is neither a system nor a model",
            &format!("{kind} {name}"),
        );
    }
    Ok(())
}

fn artifacts(affects: &Map) -> impl Iterator<Item = (&str, &str)> {
    let artifacts = list(affects, "artifacts").iter().filter_map(Json::as_object);
    artifacts.map(|artifact| (text(artifact, "type"), text(artifact, "name")))
}

/// Prefixes of addresses that name an id of a database.
const ADDRESSES: [(&str, Database); 4] = [
    ("https://incidentdatabase.ai/cite/", Database::Aiid),
    ("https://www.cve.org/CVERecord?id=", Database::Cve),
    ("https://nvd.nist.gov/vuln/detail/", Database::Cve),
    ("https://atlas.mitre.org/studies/", Database::Atlas),
];

fn reference_of(members: Option<&Map>, building: &mut Building) -> Result<(), FieldError> {
    let Some(members) = members else { return Ok(()) };
    let (label, url) = (text(members, "label").trim(), text(members, "url").trim());
    for (prefix, database) in ADDRESSES {
        let id = url.strip_prefix(prefix).map(|id| id.trim_end_matches('/'));
        if let Some(id) = id.filter(|id| incident::reference::CrossReference::new(database, id).is_ok()) {
            return building.cross(database, id, Some(url), "references");
        }
    }
    let source_name = if label.is_empty() { url } else { label };
    if source_name.is_empty() {
        return Ok(());
    }
    // The label of a known database without its id would be refused as a malformed reference.
    let reference = Map::new().with("source_name", source_name);
    building.reference(
        if url.is_empty() { reference.with("description", label) } else { reference.with("url", url) },
        "references",
    )
}

/// The reports of a vulnerability, the vulnerability of a report, and weaknesses by CWE.
fn related(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    for report in list(cells, "reports").iter().filter_map(Json::as_object) {
        building.cross(Database::Avid, text(report, "report_id"), None, "reports/report_id")?;
    }
    let vulnerability = at(cells, &["impact", "avid"]).map_or("", |avid| text(avid, "vuln_id"));
    if !vulnerability.is_empty() {
        building.cross(Database::Avid, vulnerability, None, "impact/avid/vuln_id")?;
    }
    let weaknesses = at(cells, &["impact"]).map_or(&[][..], |impact| list(impact, "cwe"));
    for weakness in weaknesses.iter().filter_map(Json::as_object) {
        let id = text(weakness, "cweId");
        if !id.is_empty() {
            building.reference(Map::new().with("source_name", "cwe").with("external_id", id), "impact/cwe/cweId")?;
        }
    }
    Ok(())
}

fn why(field: &str) -> &'static str {
    match field.split('/').next().unwrap_or_default() {
        "impact" if field.starts_with("impact/avid") => {
            "labels of AVID's own taxonomy, and no properties of the incident"
        }
        "impact" => "a score or label of a weakness; it says nothing of what happened",
        "credit" => "names of people; whoever needs them finds them at the source",
        "metrics" => "measurements of a model, which have no property",
        "reported_date" | "published_date" | "last_modified_date" => {
            "a date of the database; none of an incident's seven times is meant"
        }
        "problemtype" => "the database's own kind of entry",
        _ => "no property for it",
    }
}
