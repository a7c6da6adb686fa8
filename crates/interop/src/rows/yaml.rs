//! YAML: a list of mappings under one name of the outermost mapping.
//!
//! The library hands over one event after another, and what is built of them is counted here. Aliases are refused: a few lines
//! of them can stand for more than any memory holds, and no file that we read needs one.

use record::json::{Json, Map};
use saphyr_parser::{Event, Marker, Parser};

use super::{RAW, REASON, RawRow};
use crate::error::{At, FileError};

/// Octets of a YAML file. The largest known, ATLAS, has half a million.
const MAX_YAML_BYTES: usize = 16 * 1024 * 1024;

/// Values of a YAML file: some hundred octets of memory each.
const MAX_VALUES: usize = 500_000;

/// Nesting. ATLAS nests six deep.
const MAX_DEPTH: usize = 32;

/// Names of one mapping: looking one up costs a look at each.
const MAX_NAMES: usize = 1_000;

/// The mappings of the list, whole: YAML cannot be cut into rows before it is read.
#[derive(Debug)]
pub(super) struct YamlRows {
    rows: std::vec::IntoIter<(At, Map)>,
}

impl YamlRows {
    pub(super) fn new(octets: &[u8], key: &str) -> Result<Self, FileError> {
        if octets.len() > MAX_YAML_BYTES {
            return Err(FileError::new(format!("the YAML file has more than {MAX_YAML_BYTES} octets")));
        }
        let text = std::str::from_utf8(octets).map_err(|error| {
            let before = octets.get(..error.valid_up_to()).unwrap_or_default();
            FileError::at(super::breaks(before).saturating_add(1), 1, "the text is not UTF-8")
        })?;
        let mut builder = Builder { key, ..Builder::default() };
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| at(error.marker(), error.info()))?;
            builder.take(event, &span.start)?;
        }
        if !builder.is_found {
            return Err(FileError::new(format!("the file has no list `{key}`; is it the whole file of ATLAS?")));
        }
        Ok(Self { rows: builder.rows.into_iter() })
    }

    pub(super) fn next_row(&mut self) -> Option<RawRow<'static>> {
        self.rows.next().map(|(at, cells)| RawRow { at, octets: &[], cells: Ok(cells) })
    }
}

fn at(marker: &Marker, reason: &str) -> FileError {
    FileError::at(marker.line(), marker.col().saturating_add(1), reason)
}

#[derive(Default)]
struct Builder<'k> {
    key: &'k str,
    stack: Vec<Open>,
    values: usize,
    is_found: bool,
    rows: Vec<(At, Map)>,
}

/// A mapping or list that is not closed yet.
enum Open {
    Mapping { members: Map, name: Option<String>, line: usize },
    List(Vec<Json>),
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, marker: &Marker) -> Result<(), FileError> {
        match event {
            Event::Scalar(text, ..) => {
                self.count(marker)?;
                self.put(Json::text(text), marker)
            }
            Event::MappingStart(..) => {
                self.open(Open::Mapping { members: Map::new(), name: None, line: marker.line() }, marker)
            }
            Event::SequenceStart(..) => {
                self.is_found |= self.is_below_key(1);
                self.open(Open::List(Vec::new()), marker)
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(marker),
            Event::Alias(_) => Err(at(marker, "the file uses an alias; write out what it stands for")),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn count(&mut self, marker: &Marker) -> Result<(), FileError> {
        self.values = self.values.saturating_add(1);
        if self.values > MAX_VALUES {
            return Err(at(marker, &format!("the file has more than {MAX_VALUES} values")));
        }
        Ok(())
    }

    fn open(&mut self, open: Open, marker: &Marker) -> Result<(), FileError> {
        self.count(marker)?;
        if self.stack.len() >= MAX_DEPTH {
            return Err(at(marker, &format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if matches!(self.stack.last(), Some(Open::Mapping { name: None, .. })) {
            return Err(at(marker, "a name should stand here, and not a list or mapping"));
        }
        self.stack.push(open);
        Ok(())
    }

    fn close(&mut self, marker: &Marker) -> Result<(), FileError> {
        match self.stack.pop() {
            Some(Open::Mapping { mut members, line, .. }) if self.is_below_key(2) => {
                let _said_before = (members.remove(REASON), members.remove(RAW));
                self.rows.push((At::new(self.rows.len().saturating_add(1), line), members));
                Ok(())
            }
            Some(Open::Mapping { members, .. }) => self.put(Json::Object(members), marker),
            Some(Open::List(elements)) => self.put(Json::Array(elements), marker),
            None => Ok(()),
        }
    }

    /// Whether the value that comes next, or was just taken off, lies so deep below the name that is looked for.
    fn is_below_key(&self, depth: usize) -> bool {
        let outermost = self.stack.first();
        self.stack.len() == depth
            && matches!(outermost, Some(Open::Mapping { name: Some(name), .. }) if name == self.key)
    }

    fn put(&mut self, value: Json, marker: &Marker) -> Result<(), FileError> {
        match self.stack.last_mut() {
            None => Ok(()),
            Some(Open::List(elements)) => {
                elements.push(value);
                Ok(())
            }
            Some(Open::Mapping { members, name, .. }) => match (name.take(), value) {
                (Some(known), value) => {
                    members.set(known, value);
                    Ok(())
                }
                (None, Json::String(text)) if members.contains(&text) => {
                    Err(at(marker, &format!("the name `{}` stands twice", text.escape_debug())))
                }
                (None, Json::String(_)) if members.len() >= MAX_NAMES => {
                    Err(at(marker, &format!("a mapping has more than {MAX_NAMES} names")))
                }
                (None, Json::String(text)) => {
                    *name = Some(text);
                    Ok(())
                }
                (None, _) => Err(at(marker, "a name should stand here")),
            },
        }
    }
}
