//! JSON with line breaks, so that a change of the checked-in file can be read.

use record::json::{Json, Map};

pub(super) fn text(json: &Json) -> String {
    let mut out = String::new();
    write(json, 0, &mut out);
    out.push('\n');
    out
}

fn write(json: &Json, depth: usize, out: &mut String) {
    match json {
        Json::Array(elements) if !elements.is_empty() && !is_short(json) => write_array(elements, depth, out),
        Json::Object(map) if !map.is_empty() && !is_short(json) => write_object(map, depth, out),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            out.push_str(&json.to_text());
        }
    }
}

/// Characters of a value that stands on one line: more would hide what has changed in it.
const LINE_CHARACTERS: usize = 100;

fn is_short(json: &Json) -> bool {
    json.to_text().len() <= LINE_CHARACTERS
}

fn write_array(elements: &[Json], depth: usize, out: &mut String) {
    for (place, element) in elements.iter().enumerate() {
        out.push(if place == 0 { '[' } else { ',' });
        line(depth.saturating_add(1), out);
        write(element, depth.saturating_add(1), out);
    }
    line(depth, out);
    out.push(']');
}

fn write_object(map: &Map, depth: usize, out: &mut String) {
    for (place, (name, value)) in map.iter().enumerate() {
        out.push(if place == 0 { '{' } else { ',' });
        line(depth.saturating_add(1), out);
        out.push_str(&Json::text(name).to_text());
        out.push_str(": ");
        write(value, depth.saturating_add(1), out);
    }
    line(depth, out);
    out.push('}');
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}
