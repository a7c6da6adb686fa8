//! The AI Incident Database: the tables of its weekly snapshot.
//!
//! The press reports are not in the tables and not ours, so only their numbers are named among what is lost. Labels of CSET and
//! MIT are of those annotators, and no properties of the incident: they are handed over apart.

mod labels;

use std::collections::BTreeMap;

use incident::TimeName;
use incident::csv::Table;
use incident::reference::Database;
use record::json::{Json, Map, parse_within};

use super::{text, texts};
use crate::building::Building;
use crate::error::{FieldError, FileError};
use crate::losses::Losses;

pub use labels::LabelTable;

const ID: &str = "incident_id";
const DATE: &str = "date";
const TITLE: &str = "title";
const DESCRIPTION: &str = "description";
const DEPLOYER: &str = "Alleged deployer of AI system";
const DEVELOPER: &str = "Alleged developer of AI system";
const HARMED: &str = "Alleged harmed or nearly harmed parties";

/// Columns without which it is no table of incidents.
const NEEDED: [&str; 4] = [ID, DATE, TITLE, DESCRIPTION];

/// What is read of a row.
const TAKEN: [&str; 7] = [ID, DATE, TITLE, DESCRIPTION, DEPLOYER, DEVELOPER, HARMED];

/// The properties that this reader may set.
pub(crate) const PROPERTIES: [&str; 8] = [
    "name",
    "description",
    "occurred",
    "precision",
    "deployer",
    "developer",
    "affected_parties",
    "external_references",
];

/// Octets of one list in a cell.
const LIST_BYTES_MAX: usize = 1024 * 1024;

/// What stands between the names of several deployers or developers: each of the two is one text here.
const BETWEEN_NAMES: &str = "; ";

/// What lies beside the table of incidents and belongs to them.
#[derive(Debug, Clone, Default)]
pub struct Companions {
    /// Addresses of the same event in the OECD's monitor, by incident number.
    oecd: BTreeMap<String, Vec<String>>,
    /// Numbers that were found to be the same event, by the number that stayed.
    duplicates: BTreeMap<String, Vec<String>>,
    /// Labels of others, table by table.
    labels: Vec<LabelTable>,
    /// Columns of tables of labels that have no place: file, rows, columns.
    lost: Vec<(String, usize, Vec<String>)>,
}

impl Companions {
    /// Nothing beside it.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether a file of this name belongs to the table of incidents.
    #[must_use]
    pub fn is_one(file_name: &str) -> bool {
        let is_json = file_name.ends_with(".json");
        let is_table = file_name.starts_with("classifications_") && file_name.ends_with(".csv");
        (is_json && file_name.starts_with("oecd_relationships")) || file_name == "duplicates.csv" || is_table
    }

    /// Takes a file that lies beside the table of incidents. One that is of another kind is passed over.
    ///
    /// # Errors
    /// [`FileError`] if a file of a known name is broken.
    pub fn take(&mut self, file_name: &str, octets: &[u8]) -> Result<(), FileError> {
        let is_json = file_name.ends_with(".json");
        if file_name.starts_with("oecd_relationships") && is_json {
            return self.take_oecd(octets);
        }
        if file_name == "duplicates.csv" {
            return self.take_duplicates(octets);
        }
        if file_name.starts_with("classifications_") && file_name.ends_with(".csv") {
            let table = table(file_name, octets)?;
            self.labels.extend(labels::read(file_name, &table)?);
            self.lost.push((file_name.to_owned(), table.rows().count(), labels::left(file_name, table.names())));
        }
        Ok(())
    }

    fn take_oecd(&mut self, octets: &[u8]) -> Result<(), FileError> {
        let wrong = |what: String| FileError::new(format!("the OECD's relationships: {what}"));
        let parsed =
            parse_within(octets, LIST_BYTES_MAX.saturating_mul(8)).map_err(|error| wrong(error.to_string()))?;
        for one in parsed.as_array().ok_or_else(|| wrong("should be a list".to_owned()))? {
            let Some(members) = one.as_object() else { continue };
            let number = members.get("incident_id").and_then(Json::as_integer);
            if let (Some(number), Some(address)) = (number, members.text("sameAs")) {
                self.oecd.entry(number.to_string()).or_default().push(address.to_owned());
            }
        }
        Ok(())
    }

    fn take_duplicates(&mut self, octets: &[u8]) -> Result<(), FileError> {
        let table = table("duplicates.csv", octets)?;
        let column = |name| table.column(name).map_err(|error| FileError::new(format!("duplicates.csv: {error}")));
        let (old, kept) = (column("duplicate_incident_number")?, column("true_incident_number")?);
        for (_, row) in table.rows() {
            if let (Some(old), Some(kept)) = (row.get(old), row.get(kept)) {
                self.duplicates.entry(kept.clone()).or_default().push(old.clone());
            }
        }
        Ok(())
    }

    /// What others labelled, table by table.
    #[must_use]
    pub fn labels(&self) -> &[LabelTable] {
        &self.labels
    }

    /// Names the columns of the tables of labels that have no place.
    pub(crate) fn losses(&self, losses: &mut Losses) {
        let why = "notes, names, or lists in prose: no words of a closed list, of which a label could be made";
        for (file, rows, names) in self.lost.iter().filter(|(_, _, names)| !names.is_empty()) {
            losses.note_many(file, why, *rows, names.iter());
        }
    }
}

fn table(file_name: &str, octets: &[u8]) -> Result<Table, FileError> {
    Table::read(octets).map_err(|error| FileError::new(format!("{file_name}: {error}")))
}

/// Refuses a table that is not one of incidents.
pub(crate) fn check_columns(names: &[String]) -> Result<(), FileError> {
    match NEEDED.iter().find(|needed| !names.iter().any(|name| name == *needed)) {
        Some(missing) => Err(FileError::new(format!(
            "the table has no column `{missing}`; give the `incidents.csv` of a snapshot, or use a mapping"
        ))),
        None => Ok(()),
    }
}

pub(crate) fn build(cells: &Map, beside: &Companions, building: &mut Building) -> Result<(), FieldError> {
    let id = text(cells, ID).trim();
    let url = format!("https://incidentdatabase.ai/cite/{id}");
    building.cross(Database::Aiid, id, Some(&url), ID)?;
    id.clone_into(&mut building.source_id);
    building.top_text("name", TITLE, text(cells, TITLE))?;
    building.top_text("description", DESCRIPTION, text(cells, DESCRIPTION))?;
    building.time(TimeName::Occurred, DATE, text(cells, DATE).trim())?;
    names(cells, building, "deployer", DEPLOYER)?;
    names(cells, building, "developer", DEVELOPER)?;
    let harmed = cell_list(cells, HARMED)?;
    building.own_list("affected_parties", HARMED, &texts(&harmed))?;
    same_elsewhere(id, beside, building)?;
    building.losses.rest(cells, &TAKEN, &why);
    Ok(())
}

fn why(field: &str) -> &'static str {
    match field {
        "reports" => "numbers of press reports, which are not ours and are not in the table",
        "_id" => "a key of the source's database; the incident's number is kept",
        _ => "no property for it",
    }
}

/// One text of several names. That the source calls them alleged has no property, and is named as a loss.
fn names(cells: &Map, building: &mut Building, property: &str, field: &str) -> Result<(), FieldError> {
    let all = cell_list(cells, field)?;
    let all = texts(&all);
    if !all.is_empty() {
        building.losses.note(&format!("{field}: alleged"), "that it is only alleged has no property", "");
    }
    building.own_text(property, field, &all.join(BETWEEN_NAMES))
}

/// A cell that holds a JSON list of texts.
fn cell_list(cells: &Map, field: &str) -> Result<Vec<Json>, FieldError> {
    let cell = text(cells, field);
    if cell.trim().is_empty() {
        return Ok(Vec::new());
    }
    let wrong = |reason: String| FieldError::new(field, format!("should be a list such as [\"name\"]: {reason}"));
    let parsed = parse_within(cell.as_bytes(), LIST_BYTES_MAX).map_err(|error| wrong(error.to_string()))?;
    let form = parsed.form();
    if let Json::Array(elements) = parsed { Ok(elements) } else { Err(wrong(format!("it is {form}"))) }
}

/// The same event in the OECD's monitor, and under numbers that the source gave up.
fn same_elsewhere(id: &str, beside: &Companions, building: &mut Building) -> Result<(), FieldError> {
    for address in beside.oecd.get(id).into_iter().flatten() {
        let event = address.rsplit('/').next().unwrap_or_default();
        building.cross(Database::OecdAim, event, Some(address), "oecd_relationships/sameAs")?;
    }
    for number in beside.duplicates.get(id).into_iter().flatten() {
        building.cross(Database::Aiid, number, None, "duplicates.csv/duplicate_incident_number")?;
    }
    Ok(())
}
