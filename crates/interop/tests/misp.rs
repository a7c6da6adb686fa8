//! Events and feeds of MISP.

mod corpus;
mod feeds;
mod hostile;
mod incoming;
mod labels;
mod outgoing;
mod shared_data;

use interop::misp::{Event, EventRead, Limits, Taxonomies, read_event};
use interop::{Markup, Source};

use crate::scene::{Came, read};

/// An event as a MISP answers it, with a bit of everything.
pub(crate) const HARBOUR: &str = include_str!("misp/vectors/harbour.json");

pub(crate) fn event_read(text: &str) -> EventRead {
    read_event(text.as_bytes(), &Limits::USUAL).unwrap()
}

/// The smallest event, with these members more.
pub(crate) fn event_with(members: &str) -> String {
    format!(
        r#"{{"Event":{{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000009","info":"Crane","date":"2026-06-30","timestamp":"1782820800","Orgc":{{"name":"Harbour","uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a0000fe"}}{members}}}}}"#
    )
}

/// The smallest event with these tags.
pub(crate) fn tagged(tags: &[&str]) -> Event {
    let tags: Vec<_> = tags.iter().map(|tag| format!("{{\"name\":{tag:?}}}")).collect();
    event_read(&event_with(&format!(",\"Tag\":[{}]", tags.join(",")))).event
}

/// Events as the importer takes them.
pub(crate) fn misp(text: &str) -> Came {
    read(Source::Misp(Box::new(Taxonomies::none())), text.as_bytes(), Markup::Refuse)
}
