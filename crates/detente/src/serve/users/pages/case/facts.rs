//! What one account says of an incident, each property with its marking where that is another than the whole record's.

use std::collections::BTreeMap;

use incident::{Text, TimeName, extension_id};
use pages::{Block, Inline, Row, Say, Tone};
use policy::decision::Subject;
use record::json::Json;
use record::label::{Marks, Tlp};
use record::path::Path;

use super::super::Made;
use super::super::shared::{parted, value_of};
use super::Scene;
use super::forms::tag_words;
use crate::operations::sight::{Seen, Sight};

/// What stands first, in this order; the rest follows by name.
const FIRST: [&str; 12] = [
    "ai_involvement",
    "harm_types",
    "harms",
    "occurred",
    "aware",
    "countries",
    "place",
    "system",
    "model",
    "deployer",
    "developer",
    "external_references",
];

/// How exact each time is: it is told beside the time, and not by itself.
pub(super) const PRECISION: &str = "precision";

/// What stands elsewhere on the page, or says nothing of the incident.
const ELSEWHERE: [&str; 14] = [
    "type",
    "id",
    "spec_version",
    "created",
    "modified",
    "created_by_ref",
    "extensions",
    "extension_type",
    "name",
    "description",
    "stage",
    "severity",
    "event_kind",
    PRECISION,
];

pub(super) fn blocks(scene: &Scene<'_>) -> Made<Vec<Block>> {
    let (newest, seen) = scene.newest()?;
    let marks = Markings::of(&scene.sight, seen)?;
    let facts = newest.incident.facts();
    let mut blocks = Vec::new();
    if let Some(text) = facts.text(Text::Description) {
        blocks.push(Block::Text(Say::content(text)));
        let badge = marks.beside(&Path::object("description"));
        blocks.extend((!badge.is_empty()).then_some(Block::Line(badge)));
    }
    let mut rows = Vec::new();
    let object = newest.incident.object();
    let own = newest.incident.extension().into_iter().flat_map(record::json::Map::iter);
    let named: BTreeMap<&str, &Json> = object.iter().chain(own).filter(|(name, _)| !ELSEWHERE.contains(name)).collect();
    let first = FIRST.iter().filter_map(|name| Some((*name, *named.get(name)?)));
    let rest = named.iter().filter(|(name, _)| !FIRST.contains(name)).map(|(name, value)| (*name, *value));
    for (name, json) in first.chain(rest) {
        let shown = match name.parse::<TimeName>().ok().and_then(|name| facts.moment(name)) {
            Some(moment) => vec![Inline::sign(moment)],
            None => value_of(name, json),
        };
        let badge = marks.beside_property(object.contains(name), name);
        rows.push((property(name), parted([shown, badge])));
    }
    blocks.push(Block::Facts(rows));
    Ok(vec![Block::section("facts", "case-facts", blocks)])
}

/// What a property is called. Anybody may add properties of a name of his own.
pub(in super::super) fn property(name: &str) -> Say {
    Say::known_or_sign("property", &name.replace('_', "-"), name)
}

fn property_path(is_core: bool, name: &str) -> Path {
    let top = Path::object(name);
    if is_core { top } else { Path::object("extensions").child(extension_id()).child(name) }
}

/// What a place in a record is called: its property, and where within it.
pub(super) fn place(path: &Path) -> Vec<Inline> {
    let text = path.as_str();
    let own = format!("/object/extensions/{}/", extension_id());
    let rest = text.strip_prefix(own.as_str()).or_else(|| text.strip_prefix("/object/"));
    let rest = rest.or_else(|| text.strip_prefix("/aside/")).unwrap_or(text);
    let (name, within) = rest.split_once('/').unwrap_or((rest, ""));
    let within = (!within.is_empty()).then(|| Inline::sign(within));
    std::iter::once(Inline::Text(property(name))).chain(within).collect()
}

/// The places that are kept from this account.
pub(in super::super) fn withheld(seen: &Seen) -> Vec<Inline> {
    parted(seen.withheld.iter().map(place))
}

/// The markings within a record of our own log.
pub(in super::super) struct Markings {
    whole: Option<Tlp>,
    places: Vec<(Path, Option<Marks>)>,
}

impl Markings {
    pub(in super::super) fn of(sight: &Sight<'_>, seen: &Seen) -> Made<Self> {
        let is_own = seen.places.iter().any(|place| place.log == storage::LogName::node());
        if !is_own {
            return Ok(Self { whole: seen.tlp, places: Vec::new() });
        }
        let record = seen.record.content();
        let in_force = sight.holdings.in_force(record)?;
        let fields = Subject::new(record, &in_force).fields;
        Ok(Self { whole: seen.tlp, places: fields.into_iter().map(|field| (field.path, field.marks)).collect() })
    }

    /// Whether nothing is known of them.
    pub(in super::super) const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Each place with its marking and its reasons for care.
    pub(in super::super) fn rows(&self) -> Vec<Row> {
        let row = |(path, marks): &(Path, Option<Marks>)| {
            let tags = marks.iter().flat_map(Marks::tags).map(|tag| vec![tag_words(tag.as_str()).into()]);
            Row::new(vec![place(path), vec![Inline::Tlp(marks.as_ref().map(Marks::tlp))], parted(tags)])
        };
        self.places.iter().map(row).collect()
    }

    /// As [`Self::beside`], at a property of the object or of our extension.
    pub(in super::super) fn beside_property(&self, is_core: bool, name: &str) -> Vec<Inline> {
        self.beside(&property_path(is_core, name))
    }

    /// The marking at a place, if it is another than that of the whole, and the reasons for care there.
    fn beside(&self, at: &Path) -> Vec<Inline> {
        let here = self.places.iter().filter(|(path, _)| path.is_within(at));
        let marks: Vec<_> = here.filter_map(|(_, marks)| marks.as_ref()).collect();
        let tlp = marks.iter().map(|marks| marks.tlp()).max().filter(|tlp| Some(*tlp) != self.whole);
        let tags: std::collections::BTreeSet<_> = marks.iter().flat_map(|marks| marks.tags()).collect();
        let tags = tags.into_iter().map(|tag| Inline::Tag(Tone::Watch, tag_words(tag.as_str())));
        tlp.map(|tlp| Inline::Tlp(Some(tlp))).into_iter().chain(tags).collect()
    }
}
