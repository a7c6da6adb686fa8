//! Labels of others on incidents of the AI Incident Database: each table by its annotator, under its own taxonomy.

use std::collections::BTreeMap;

use incident::csv::Table;
use incident::labels::Annotator;
use incident::taxonomy::{Taxonomy, TaxonomyError, cset, mit};

use crate::error::FileError;

/// Columns of CSET's first taxonomy that are closed words. The others are notes, names and lists in prose.
const CSET_0: [&str; 7] = [
    "Near Miss",
    "Intent",
    "Severity",
    "Lives Lost",
    "Public Sector Deployment",
    "Nature of End User",
    "Level of Autonomy",
];

/// Columns of CSET's second taxonomy that are closed words.
const CSET_1: [&str; 16] = [
    "Physical Objects",
    "Entertainment Industry",
    "Report, Test, or Study of data",
    "Deployed",
    "Harm Domain",
    "Tangible Harm",
    "AI System",
    "Clear link to technology",
    "AI Harm Level",
    "Impact on Critical Services",
    "Rights Violation",
    "Involving Minor",
    "Detrimental Content",
    "Protected Characteristic",
    "Public Sector Deployment",
    "Autonomy Level",
];

/// Columns of MIT's labels, all of which are closed words.
const MIT: [&str; 5] = ["Risk Domain", "Risk Subdomain", "Entity", "Timing", "Intent"];

/// The column with the incident's number.
const NUMBER: &str = "Incident ID";

/// Where nothing is said, also in another spelling.
const NOTHING: [&str; 2] = ["", "--"];

/// A table of labels by one annotator.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LabelTable {
    /// The name of its file without its ending: the first part of the ids of what is made of it.
    pub name: String,
    /// Who labelled.
    pub annotator: Annotator,
    /// In whose words. The files do not say their versions; these are the ones that their names carry.
    pub taxonomy: Taxonomy,
    /// For each row the incident's number, and field and value.
    pub rows: Vec<(String, BTreeMap<String, String>)>,
}

/// What a file's name says of it.
struct Known {
    annotator: Annotator,
    columns: &'static [&'static str],
    version: Option<&'static str>,
}

/// The table, if its annotator and its words are known. GMF's cells are lists in prose, and no words of a closed list.
pub(super) fn read(name: &str, table: &Table) -> Result<Option<LabelTable>, FileError> {
    let Some(known) = known(name) else { return Ok(None) };
    let wrong = |error: TaxonomyError| FileError::new(format!("{name}: {error}"));
    let taxonomy = match known.version {
        Some(version) => cset(version, table, known.columns),
        // Of MIT's words the file names no version either; this is the one of the repository that they were taken from.
        None => mit("3", table),
    };
    let taxonomy = taxonomy.map_err(wrong)?;
    let number = table.column(NUMBER).map_err(|error| FileError::new(format!("{name}: {error}")))?;
    let columns: Vec<_> =
        known.columns.iter().filter_map(|column| Some((*column, table.column(column).ok()?))).collect();
    let row = |cells: &[String]| {
        let said =
            columns.iter().filter_map(|(field, column)| Some(((*field).to_owned(), cells.get(*column)?.clone())));
        let said: BTreeMap<String, String> = said.filter(|(_, value)| !NOTHING.contains(&value.as_str())).collect();
        (cells.get(number).cloned().unwrap_or_default(), said)
    };
    let rows = table.rows().map(|(_, cells)| row(cells)).filter(|(_, said)| !said.is_empty()).collect();
    Ok(Some(LabelTable { name: name.trim_end_matches(".csv").to_owned(), annotator: known.annotator, taxonomy, rows }))
}

/// The columns of a table that no label is made of.
pub(super) fn left(name: &str, names: &[String]) -> Vec<String> {
    let taken = known(name).map_or(&[][..], |known| known.columns);
    let frame = ["Namespace", NUMBER, "Published"];
    names.iter().filter(|name| !frame.contains(&name.as_str()) && !taken.contains(&name.as_str())).cloned().collect()
}

fn known(name: &str) -> Option<Known> {
    let party = |name: &str| Annotator::Party(name.to_owned());
    let table = name.strip_prefix("classifications_")?.strip_suffix(".csv")?;
    match table {
        "CSETv0" => Some(Known { annotator: party("CSET"), columns: &CSET_0, version: Some("0") }),
        "CSETv1" => Some(Known { annotator: party("CSET"), columns: &CSET_1, version: Some("1") }),
        "MIT" => {
            // These labels were made by a program, which the file does not name.
            let annotator =
                Annotator::Program { name: "MIT AI Incident Tracker".to_owned(), version: "not stated".to_owned() };
            Some(Known { annotator, columns: &MIT, version: None })
        }
        other => {
            let number = other.strip_prefix("CSETv1_Annotator-")?;
            let annotator = Annotator::Person(format!("CSET annotator {number}"));
            Some(Known { annotator, columns: &CSET_1, version: Some("1") })
        }
    }
}
