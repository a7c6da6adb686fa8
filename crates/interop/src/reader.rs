//! From a file's rows to incidents.

use incident::Incident;
use record::json::{Json, Map};

use crate::building::{Building, Markup};
use crate::error::{At, FieldError, FileError, RowError};
use crate::imported::Content;
use crate::losses::Losses;
use crate::mapping::Mapping;
use crate::misp;
use crate::rows::{Format, RawRow, Rows};
use crate::sources::{aiid, atlas, avid};

/// What a file is, and so how its fields are read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Source {
    /// `incidents.csv` of a snapshot of the AI Incident Database, with what lies beside it.
    Aiid(aiid::Companions),
    /// Reports or vulnerabilities of the AI Vulnerability Database, one JSON object on a line.
    Avid,
    /// The case studies in the YAML file of MITRE ATLAS.
    Atlas,
    /// Events of MISP, with the taxonomies that are at hand.
    Misp(Box<misp::Taxonomies>),
    /// Anything that a mapping describes.
    Mapped(Box<Mapping>),
}

impl Source {
    /// The name under which ids of this source are its own.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Aiid(_) => incident::reference::Database::Aiid.name(),
            Self::Avid => incident::reference::Database::Avid.name(),
            Self::Atlas => incident::reference::Database::Atlas.name(),
            Self::Misp(_) => misp::SOURCE,
            Self::Mapped(mapping) => mapping.source(),
        }
    }

    /// The form of its files.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Aiid(_) => Format::Csv,
            Self::Avid => Format::JsonLines,
            Self::Atlas => Format::Yaml { key: atlas::CASE_STUDIES },
            Self::Misp(_) => Format::Response,
            Self::Mapped(mapping) => mapping.format().clone(),
        }
    }

    /// Every property that this reader may set. What a person added beside them is none of its business.
    #[must_use]
    pub fn properties(&self) -> Vec<String> {
        let fixed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Self::Aiid(_) => fixed(&aiid::PROPERTIES),
            Self::Avid => fixed(&avid::PROPERTIES),
            Self::Atlas => fixed(&atlas::PROPERTIES),
            Self::Misp(_) => fixed(&misp::PROPERTIES),
            Self::Mapped(mapping) => mapping.properties(),
        }
    }

    fn build(&self, cells: &Map, building: &mut Building) -> Result<Option<misp::Beside>, FieldError> {
        match self {
            Self::Aiid(beside) => aiid::build(cells, beside, building)?,
            Self::Avid => avid::build(cells, building)?,
            Self::Atlas => atlas::build(cells, building)?,
            Self::Misp(taxonomies) => return misp::build(cells, taxonomies, building).map(Some),
            Self::Mapped(mapping) => mapping.build(cells, building)?,
        }
        Ok(None)
    }
}

/// A row that became an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Where it begins.
    pub at: At,
    /// What the source calls it.
    pub source_id: String,
    /// What the incident says, without id, author and times.
    pub content: Content,
    /// What a person should look at although it was taken: a word with look-alike letters.
    pub notes: Vec<RowError>,
    /// What an event of MISP brings beside the incident: whether it has a label or waits for one, and what to search for.
    pub beside: Option<Box<misp::Beside>>,
}

impl Row {
    /// The refusal of this row by whoever cannot take it.
    #[must_use]
    pub fn refused(&self, reason: impl Into<String>) -> RowError {
        RowError { at: self.at, column: None, field: String::new(), reason: reason.into() }
    }
}

/// What became of a row: the incident, or why there is none.
#[derive(Debug)]
#[non_exhaustive]
pub struct Read<'f> {
    /// The incident, or the refusal.
    pub outcome: Result<Row, RowError>,
    /// The row as it stands in the file, for whoever mends it.
    pub raw: RawRow<'f>,
}

/// Reads a file row by row.
#[derive(Debug)]
pub struct Reader<'f> {
    source: Source,
    rows: Rows<'f>,
    losses: Losses,
    markup: Markup,
}

impl<'f> Reader<'f> {
    /// Begins to read.
    ///
    /// # Errors
    /// [`FileError`] if the file as a whole is not what the source has.
    pub fn new(source: Source, octets: &'f [u8], markup: Markup) -> Result<Self, FileError> {
        let rows = Rows::new(&source.format(), octets)?;
        let mut losses = Losses::new();
        match &source {
            Source::Aiid(beside) => {
                aiid::check_columns(rows.names())?;
                beside.losses(&mut losses);
            }
            Source::Mapped(mapping) => mapping.check_columns(rows.names())?,
            Source::Avid | Source::Atlas | Source::Misp(_) => {}
        }
        Ok(Self { source, rows, losses, markup })
    }

    /// What is read.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The rows as they stand, for whoever writes some of them again.
    #[must_use]
    pub const fn rows(&self) -> &Rows<'f> {
        &self.rows
    }

    /// What had no place so far.
    #[must_use]
    pub const fn losses(&self) -> &Losses {
        &self.losses
    }

    /// The next row.
    ///
    /// # Errors
    /// [`FileError`] if nothing more can be read; what came before it stands.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator could be asked again after the file has ended in an error"
    )]
    pub fn next(&mut self) -> Option<Result<Read<'f>, FileError>> {
        let raw = match self.rows.next_row()? {
            Ok(raw) => raw,
            Err(error) => return Some(Err(error)),
        };
        let outcome = raw.cells.as_ref().map_err(Clone::clone).map(|cells| self.read(raw.at, cells));
        let outcome = outcome.and_then(|read| read);
        Some(Ok(Read { outcome, raw }))
    }

    fn read(&mut self, at: At, cells: &Map) -> Result<Row, RowError> {
        let mut building = Building::new(self.markup);
        let built = self.source.build(cells, &mut building);
        let built = built.and_then(|beside| Ok((finish(&building)?, beside)));
        let (content, beside) = built.map_err(|error| self.located(at, error))?;
        self.losses.add(std::mem::take(&mut building.losses));
        let aside = beside.iter().flat_map(|beside| &beside.left_aside);
        let aside = aside.map(|part| (part.pointer.clone(), format!("left aside: {}", part.reason)));
        let notes = std::mem::take(&mut building.notes).into_iter().chain(aside);
        let notes = notes.map(|(field, reason)| self.located(at, FieldError { field, reason })).collect();
        Ok(Row { at, source_id: building.source_id, content, notes, beside: beside.map(Box::new) })
    }

    fn located(&self, at: At, error: FieldError) -> RowError {
        let column = self.rows.column(&error.field);
        RowError { at, column, field: error.field, reason: error.reason }
    }
}

/// The content, if it is a whole incident of our format.
fn finish(building: &Building) -> Result<Content, FieldError> {
    if building.source_id.is_empty() {
        return Err(FieldError::new("", "the row has no id; without one it could not be found again"));
    }
    let mut top = building.top.clone();
    if !building.references.is_empty() {
        top.set("external_references", Json::Array(building.references.clone()));
    }
    let content = Content::new(top, building.own.clone());
    let read = Incident::of_shown(&content.probe());
    read.map_err(|error| FieldError::new(building.field_of(&error.property), error.to_string()))?;
    Ok(content)
}
