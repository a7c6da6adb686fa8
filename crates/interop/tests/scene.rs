//! A file that is read to its end.

use interop::{Companions, Losses, Mapping, Markup, Read, Reader, Rejects, Row, RowError, Source};
use record::json::{Json, Map};

/// The head of the AI Incident Database's table.
pub(crate) const AIID_HEAD: &str = "_id,incident_id,date,reports,Alleged deployer of AI system,Alleged developer of AI system,\
Alleged harmed or nearly harmed parties,description,title\n";

/// What came of a file.
pub(crate) struct Came {
    pub(crate) rows: Vec<Row>,
    pub(crate) errors: Vec<RowError>,
    pub(crate) losses: Losses,
    pub(crate) rejects: String,
    pub(crate) stopped: Option<String>,
}

impl Came {
    /// The only row.
    pub(crate) fn one(&self) -> Map {
        assert_eq!((self.rows.len(), &self.errors[..]), (1, &[][..]), "one row and no error");
        self.object(0)
    }

    /// The object of a row.
    pub(crate) fn object(&self, row: usize) -> Map {
        self.rows[row].content.object("incident--00000000-0000-5000-8000-000000000001", "2026-11-29T00:00:00.000000Z")
    }

    /// The errors as a person reads them.
    pub(crate) fn told(&self) -> Vec<String> {
        self.errors.iter().map(ToString::to_string).collect()
    }

    /// The ids of the rows that were taken.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.source_id.as_str()).collect()
    }

    /// How many rows lost something of a field.
    pub(crate) fn lost(&self, field: &str) -> usize {
        self.losses.iter().find(|(name, _)| *name == field).map_or(0, |(_, loss)| loss.rows)
    }
}

pub(crate) fn read(source: Source, octets: &[u8], markup: Markup) -> Came {
    let mut reader = Reader::new(source, octets, markup).unwrap();
    let mut rejects = Rejects::new(reader.source().format(), reader.rows().names());
    let (mut rows, mut errors, mut stopped) = (Vec::new(), Vec::new(), None);
    while let Some(next) = reader.next() {
        match next {
            Ok(Read { outcome: Ok(row), .. }) => rows.push(row),
            Ok(Read { outcome: Err(error), raw, .. }) => {
                rejects.push(&raw, &error);
                errors.push(error);
            }
            Err(error) => {
                stopped = Some(error.to_string());
                break;
            }
        }
    }
    Came { rows, errors, losses: reader.losses().clone(), rejects: rejects.finish(), stopped }
}

pub(crate) fn aiid(rows: impl AsRef<[u8]>) -> Came {
    let file = [AIID_HEAD.as_bytes(), rows.as_ref()].concat();
    read(Source::Aiid(Companions::none()), &file, Markup::Refuse)
}

pub(crate) fn mapped(mapping: &str, file: impl AsRef<[u8]>) -> Came {
    let mapping = Mapping::read(mapping.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"));
    read(Source::Mapped(Box::new(mapping)), file.as_ref(), Markup::Refuse)
}

/// A property of our extension.
pub(crate) fn own<'o>(object: &'o Map, name: &str) -> Option<&'o Json> {
    object.get("extensions")?.as_object()?.get(incident::extension_id())?.as_object()?.get(name)
}

/// The ids in the databases that an object refers to.
pub(crate) fn references(object: &Map) -> Vec<String> {
    let list = object.get("external_references").and_then(Json::as_array).unwrap_or_default();
    let text = |one: &Json| {
        let one = one.as_object().unwrap();
        format!(
            "{} {}",
            one.text("source_name").unwrap(),
            one.text("external_id").or(one.text("url")).unwrap_or_default()
        )
    };
    list.iter().map(text).collect()
}
