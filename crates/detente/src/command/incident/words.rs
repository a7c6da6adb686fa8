//! Words that several commands of the desk share.

use incident::links::LinkWord;
use incident::{Change, Difference, Version};
use record::digest::PartyId;
use record::json::{Json, Map};
use storage::Place;

use crate::cases::modified;
use crate::keyring::Keyring;
use crate::report::one_line;

/// Characters of a value that one line shows.
const MAX_SHOWN: usize = 160;

/// What a party calls itself, or its id.
pub(super) fn name(ring: &Keyring, party: PartyId) -> String {
    ring.name(party).map_or_else(|| party.to_string(), one_line)
}

/// So many things.
pub(super) fn so_many(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// A value in one line, cut if it is long.
pub(super) fn short(value: &Json) -> String {
    let text = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
    cut(&text)
}

/// A text in one line, cut if it is long.
pub(super) fn cut(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// One difference in one line.
pub(super) fn difference(one: &Difference) -> String {
    let place = place(one.place.as_str());
    match &one.change {
        Change::Added(value) => format!("+ {place}: {}", short(value)),
        Change::Removed(value) => format!("- {place}: {}", short(value)),
        Change::NotShown(value) => format!("? {place}: {} (the newer version does not show it)", short(value)),
        Change::Replaced { before, after } => format!("~ {place}: {} -> {}", short(before), short(after)),
    }
}

/// A place without what stands before every property.
pub(super) fn place(text: &str) -> String {
    let own = format!("/object/extensions/{}/", incident::extension_id());
    one_line(text.strip_prefix(own.as_str()).unwrap_or_else(|| text.trim_start_matches("/object/")))
}

/// Differences for a program.
pub(super) fn differences(all: &[Difference]) -> Json {
    let rows = all.iter().map(|one| {
        let map = Map::new().with("place", one.place.as_str());
        Json::from(match &one.change {
            Change::Added(value) => map.with("change", "added").with("after", value.clone()),
            Change::Removed(value) => map.with("change", "removed").with("before", value.clone()),
            Change::NotShown(value) => map.with("change", "not shown").with("before", value.clone()),
            Change::Replaced { before, after } => {
                map.with("change", "replaced").with("before", before.clone()).with("after", after.clone())
            }
        })
    });
    Json::Array(rows.collect())
}

/// One version for a program.
pub(super) fn version(one: &Version) -> Map {
    let facts = one.incident.facts();
    let text = |text: Option<String>| text.map_or(Json::Null, Json::from);
    Map::new()
        .with("record_digest", one.digest.to_string())
        .with("author", one.author.to_string())
        .with("number", one.number.map_or(Json::Null, Json::count))
        .with("previous", text(one.previous.map(|digest| digest.to_string())))
        .with("modified", text(modified(one).map(|time| time.to_string())))
        .with("stage", text(facts.stage.map(|stage| stage.name().to_owned())))
}

/// Places in logs for a program.
pub(super) fn places(all: &[Place]) -> Json {
    let rows = all
        .iter()
        .map(|place| Json::from(Map::new().with("log", place.log.as_str()).with("index", Json::count(place.index))));
    Json::Array(rows.collect())
}

/// Places in logs in one line.
pub(super) fn at(all: &[Place]) -> String {
    let places: Vec<_> = all.iter().map(|place| format!("{} {}", log(place), place.index)).collect();
    places.join(", ")
}

fn log(place: &Place) -> String {
    match place.log.as_str().split_once('-') {
        Some(("pulled", feed)) => format!("feed read {feed}"),
        Some(("feed", _)) => "our feed".to_owned(),
        _ => "node log".to_owned(),
    }
}

/// The command that proves what stands at a place.
pub(super) fn proving(place: &Place, dir: &std::path::Path) -> String {
    let (dir, index) = (dir.display(), place.index);
    match place.log.as_str().split_once('-') {
        Some(("pulled", feed)) => format!("detente feed verify {feed} --dir {dir}"),
        // Feeds of ours are checked with every octet of the directory.
        Some(("feed", _)) => format!("detente verify {dir}"),
        _ => format!("detente log prove --index {index} --dir {dir}"),
    }
}

/// What a link says, read from its first end.
pub(super) fn link(word: LinkWord) -> String {
    match word {
        LinkWord::SameAs => "is one with".to_owned(),
        LinkWord::Split => "was split into".to_owned(),
        LinkWord::Reports => "is a report about".to_owned(),
        LinkWord::Mitigates => "was tried against".to_owned(),
        LinkWord::RelatedNotSame => "is related to, and not the same as,".to_owned(),
        other => format!("({})", other.name()),
    }
}
