//! YAML as JSON: the library hands over one event after another, and what is built of them is counted here. Aliases are refused,
//! since a few lines of them can stand for more than any memory holds.

use record::json::{Json, Map};
use saphyr_parser::{Event, Parser};

/// Values of one rule; ATR rules have some hundred.
const MAX_VALUES: usize = 20_000;

/// Nesting; ATR rules nest five deep.
const MAX_DEPTH: usize = 32;

/// Names of one mapping: setting one costs a look at each.
const MAX_NAMES: usize = 500;

/// A mapping or list that is not closed yet.
enum Open {
    Mapping(Map, Option<String>),
    List(Vec<Json>),
}

/// Reads one document.
///
/// # Errors
/// What is wrong with it, and in which line.
pub(super) fn read(text: &str) -> Result<Json, String> {
    let (mut stack, mut values, mut whole) = (Vec::new(), 0_usize, None);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| at(error.marker().line(), error.info()))?;
        let line = span.start.line();
        values += 1;
        if values > MAX_VALUES || stack.len() > MAX_DEPTH {
            return Err(at(line, "it has too many values, or they are nested too deep"));
        }
        let closed = match event {
            Event::Scalar(text, ..) => Some(Json::text(text)),
            Event::MappingStart(..) => open(&mut stack, Open::Mapping(Map::new(), None), line)?,
            Event::SequenceStart(..) => open(&mut stack, Open::List(Vec::new()), line)?,
            Event::MappingEnd | Event::SequenceEnd => stack.pop().map(Open::into_json),
            Event::Alias(_) => return Err(at(line, "it uses an alias; write out what it stands for")),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                None
            }
        };
        if let Some(value) = closed {
            whole = put(stack.last_mut(), value, line)?.or(whole);
        }
    }
    whole.ok_or_else(|| "it is empty".to_owned())
}

fn at(line: usize, reason: &str) -> String {
    format!("line {line}: {reason}")
}

impl Open {
    fn into_json(self) -> Json {
        match self {
            Self::Mapping(members, _) => Json::Object(members),
            Self::List(elements) => Json::Array(elements),
        }
    }
}

fn open(stack: &mut Vec<Open>, new: Open, line: usize) -> Result<Option<Json>, String> {
    if matches!(stack.last(), Some(Open::Mapping(_, None))) {
        return Err(at(line, "a name should stand here, and not a list or mapping"));
    }
    stack.push(new);
    Ok(None)
}

/// A value goes into what is open; the outermost is the whole.
fn put(open: Option<&mut Open>, value: Json, line: usize) -> Result<Option<Json>, String> {
    let Some(open) = open else { return Ok(Some(value)) };
    match open {
        Open::List(elements) => elements.push(value),
        Open::Mapping(members, name) => match (name.take(), value) {
            (Some(known), value) => {
                members.set(known, value);
            }
            (None, Json::String(new)) if members.contains(&new) => return Err(at(line, "a name stands twice")),
            (None, Json::String(new)) if members.len() < MAX_NAMES => *name = Some(new),
            (None, _) => return Err(at(line, "a name should stand here, and a mapping has few of them")),
        },
    }
    Ok(None)
}
