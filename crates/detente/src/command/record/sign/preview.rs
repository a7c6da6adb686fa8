//! What a signature would cover, said before anything is signed.

use record::Draft;
use record::json::{Json, Map};
use record::kind::{Kind, Place, is_by_element};

use crate::report::{Report, one_line};

/// The places that would disclose by themselves, and what would stand there.
struct Rows {
    kind: Option<&'static Kind>,
    rows: Vec<(String, String)>,
}

impl Rows {
    fn push(&mut self, at: &str, name: &str, what: impl Into<String>) {
        self.rows.push((format!("{at}/{}", escaped(name)), what.into()));
    }

    fn property(&mut self, at: &str, place: Option<Place>, name: &str, value: &Json) {
        self.push(at, name, format!("({})", value.form()));
        let by_element = place.is_some_and(|place| is_by_element(self.kind, place, name));
        let elements = value.as_array().filter(|_| by_element).unwrap_or_default();
        self.elements(
            &format!("{at}/{}", escaped(name)),
            elements.iter().map(|element| format!("({})", element.form())),
        );
    }

    /// The number of an element is drawn when it is signed, among decoys.
    fn elements(&mut self, at: &str, elements: impl Iterator<Item = String>) {
        elements.for_each(|element| self.push(at, "*", element));
    }

    fn object(&mut self, object: &Map) {
        for (name, value) in object.iter() {
            self.property("/object", Some(Place::Core), name, value);
            for (id, extension) in value.as_object().filter(|_| name == "extensions").into_iter().flat_map(Map::iter) {
                let at = format!("/object/extensions/{}", escaped(id));
                let is_own = self.kind.is_some_and(|kind| kind.extension == Some(id));
                for (name, value) in extension.as_object().into_iter().flat_map(Map::iter) {
                    self.property(&at, is_own.then_some(Place::Extension), name, value);
                }
            }
        }
    }

    fn print(&self, report: &Report) {
        self.rows.iter().for_each(|(at, what)| report.line(format!("  {}  {}", one_line(at), one_line(what))));
    }
}

/// A name as a segment of a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Says what a signature would cover.
pub(super) fn print(draft: &Draft, is_later: bool, members: &[String], author: &str, report: &mut Report) {
    report.fact("kind", draft.kind().map_or("without a table of its own", |kind| kind.name));
    report
        .line("\nEach of these would disclose by itself; `*` is an element, whose number is drawn when it is signed:");
    let mut object = Rows { kind: draft.kind(), rows: Vec::new() };
    object.object(draft.object());
    let mut names: Vec<_> = draft.object().iter().map(|(name, _)| Json::from(name)).collect();
    if draft.object().contains("created") && !draft.object().contains("created_by_ref") {
        object.push("/object", "created_by_ref", format!("({author}, added for you)"));
        names.push(Json::from("created_by_ref"));
    }
    object.print(report);
    let mut beside = Rows { kind: None, rows: Vec::new() };
    beside.push("/aside", "version", "(its number, counted from 1)");
    if is_later {
        beside.push("/aside", "previous", "(the digest of the version before)");
    }
    for (name, value) in draft.twins().iter() {
        beside.push("/aside", name, format!("= {}", value.to_text()));
    }
    if !members.is_empty() {
        beside.push("/aside", "members", "(an array)");
        beside.elements("/aside/members", members.iter().map(|id| format!("({id})")));
    }
    report.line("\nThese would be signed beside it, coarse twins among them:");
    beside.print(report);
    let places = object.rows.iter().chain(&beside.rows).map(|(at, _)| Json::from(at.as_str()));
    report.data("properties", Json::Array(names));
    report.data("places", Json::Array(places.collect()));
    report.data("twins", draft.twins());
}
