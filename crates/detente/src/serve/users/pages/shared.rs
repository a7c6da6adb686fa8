//! What several pages say alike.

use incident::Text;
use pages::{Block, Inline, Say};
use record::digest::RecordDigest;
use record::json::Json;
use record::stix::StixId;

use super::{Asked, Made, NoPage};
use crate::cases::Cases;
use crate::operations::sight::{SeenCase, Sight};

/// Characters of a value that one cell shows.
const MAX_IN_A_CELL: usize = 240;

/// A word of a closed list of the format, in the reader's language: `severity` and `serious hazard` are found under
/// `severity-serious-hazard`.
pub(super) fn word(list: &str, name: &str) -> Say {
    Say::known(list, &name.replace([' ', '_', '+'], "-"))
}

/// The words of a list to choose from, with one that chooses none of them.
pub(super) fn choices(
    list: &str,
    none: &'static str,
    names: impl IntoIterator<Item = &'static str>,
) -> Vec<(String, Say)> {
    let words = names.into_iter().map(|name| (name.to_owned(), word(list, name)));
    std::iter::once((String::new(), Say::Word(none))).chain(words).collect()
}

/// The same, where one has to be chosen.
pub(super) fn must_choose(list: &str, names: impl IntoIterator<Item = &'static str>) -> Vec<(String, Say)> {
    names.into_iter().map(|name| (name.to_owned(), word(list, name))).collect()
}

/// A link to what an id or a digest is called.
pub(super) fn case_link(id: &StixId, title: Option<String>) -> Inline {
    Inline::link(format!("/incidents/{id}"), title.map_or(Say::Word("no-title"), Say::content))
}

/// A link to a record's page.
pub(super) fn record_link(digest: RecordDigest) -> Inline {
    Inline::link(format!("/records/{digest}"), "record-link")
}

/// The title of a case, as far as it is shown.
pub(super) fn title(asked: &Asked<'_>, seen: &SeenCase) -> Option<String> {
    let newest = seen.case.newest(asked.open.party())?;
    newest.incident.facts().text(Text::Name).map(str::to_owned)
}

/// A value of a record: texts as their author wrote them, lists one after another, what has members as its members.
pub(super) fn value(value: &Json) -> Vec<Inline> {
    value_in("property", value)
}

/// The same, with names of members from a list of words.
pub(super) fn value_in(list: &str, value: &Json) -> Vec<Inline> {
    match value {
        Json::Null => Vec::new(),
        Json::Bool(is_so) => vec![Inline::Text(Say::Word(if *is_so { "yes" } else { "no" }))],
        Json::String(text) if text.starts_with("https://") || text.starts_with("http://") => {
            vec![Inline::Source(text.clone())]
        }
        Json::String(text) => vec![Inline::content(text.as_str())],
        Json::Number(_) => vec![Inline::sign(value.to_text())],
        Json::Array(elements) => parted(elements.iter().map(|one| value_in(list, one))),
        Json::Object(map) => parted(map.iter().map(|(name, value)| {
            let name = Inline::Text(word(list, name));
            std::iter::once(name).chain(value_in(list, value)).collect()
        })),
    }
}

/// The closed lists of which properties have a word.
const CODED: [(&str, &str); 7] = [
    ("severity", "severity"),
    ("event_kind", "kind"),
    ("stage", "stage"),
    ("submitter_role", "role"),
    ("use_kind", "use"),
    ("autonomy_level", "autonomy"),
    ("deployment_state", "deployment"),
];

/// The value of a property: words of closed lists in the reader's language, everything else as its author wrote it.
pub(super) fn value_of(property: &str, json: &Json) -> Vec<Inline> {
    match (coded(property), json.as_str()) {
        (Some(list), Some(name)) => vec![word(list, name).into()],
        _ => value(json),
    }
}

/// The same, cut to what a cell shows.
pub(super) fn short_of(property: &str, json: &Json) -> Vec<Inline> {
    if coded(property).is_some() { value_of(property, json) } else { short(json) }
}

fn coded(property: &str) -> Option<&'static str> {
    CODED.iter().find(|(name, _)| *name == property).map(|(_, list)| *list)
}

/// Lines in one, with a sign between each two.
pub(super) fn parted(lines: impl IntoIterator<Item = Vec<Inline>>) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push(Inline::sign("·"));
        }
        out.extend(line);
    }
    out
}

/// A text cut to what a cell shows.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_IN_A_CELL) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A value cut to what a cell shows.
pub(super) fn short(value: &Json) -> Vec<Inline> {
    match value {
        Json::String(text) if text.chars().count() > MAX_IN_A_CELL => vec![Inline::content(cut(text))],
        Json::Array(_) | Json::Object(_) if value.to_text().chars().count() > MAX_IN_A_CELL => {
            vec![Inline::content(cut(&value.to_text()))]
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            self::value(value)
        }
    }
}

/// A line of a page that leads to others.
pub(super) fn ways(links: impl IntoIterator<Item = (String, &'static str)>) -> Block {
    Block::Line(parted(links.into_iter().map(|(to, say)| vec![Inline::link(to, say)])))
}

impl<'a> Asked<'a> {
    /// A case that the path names at a place, as far as it is for this account.
    pub(super) fn case(&self, sight: &Sight<'_>, at: usize) -> Made<SeenCase> {
        let id: StixId = self.part(at)?.parse().map_err(|_| NoPage::Hidden)?;
        let keys = self.open.keys.get();
        sight.case(&self.cases(keys.ring()), &id)?.ok_or(NoPage::Hidden)
    }

    /// The incidents of this node, under keys that the caller holds.
    pub(super) fn cases<'c>(&self, ring: &'c crate::keyring::Keyring) -> Cases<'c>
    where
        'a: 'c,
    {
        Cases::new(self.store(), ring, self.open.party())
    }
}
