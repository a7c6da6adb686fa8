//! What must never leave: a word in every field that is not released, and the eye on the wire that looks for it.

use record::base64url;
use record::json::Map;
use record::stix::StixObject;

use super::told;

/// The word. It has as many octets as eight digits of base64 hold, so that each of its three alignments has one form.
const WORD: &str = "CANARY";

/// How often it stands in a row.
const TIMES: usize = 6;

/// Octets that are looked for of each form.
const NEEDLE: usize = 24;

/// An incident with the word where nothing may be shown.
pub(crate) fn incident(number: u64) -> Result<StixObject, String> {
    let created = "2026-07-01T03:10:00.000Z";
    let object = Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{:012x}", number & 0xffff_ffff_ffff))
        .with("created", created)
        .with("modified", created)
        .with("name", format!("incident {number}"))
        .with("description", format!("{number} {}", WORD.repeat(TIMES)));
    StixObject::from_map(object).map_err(told)
}

/// Looks at every octet that goes from one node to another.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    needles: Vec<String>,
    /// What went over it.
    pub(crate) octets: u64,
    /// Files that went over it.
    pub(crate) files: u64,
}

impl Wire {
    pub(crate) fn new() -> Self {
        let words = WORD.repeat(TIMES);
        let forms = (0..3).filter_map(|skip| words.as_bytes().get(skip..)).map(base64url::encode);
        let needles = std::iter::once(words.clone()).chain(forms);
        let needles = needles.filter_map(|form| form.get(..NEEDLE).map(str::to_owned)).collect();
        Self { needles, octets: 0, files: 0 }
    }

    /// Whether the word is in there, plainly or in base64.
    pub(crate) fn has(&self, octets: &[u8]) -> bool {
        let text = String::from_utf8_lossy(octets);
        self.needles.iter().any(|needle| text.contains(needle.as_str()))
    }

    /// Lets a file pass.
    pub(crate) fn carry(&mut self, what: &str, octets: &[u8]) -> Result<(), String> {
        self.files = self.files.saturating_add(1);
        self.octets = self.octets.saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        if self.has(octets) { Err(format!("what was not released is on the wire, in `{what}`")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eye_sees_the_word_wherever_it_stands() {
        let wire = Wire::new();
        for before in ["", "a", "ab", "abc", "[\"salt\",\"description\",\""] {
            let text = format!("{before}{} and more", WORD.repeat(TIMES));
            assert!(wire.has(text.as_bytes()), "plainly after {before}");
            assert!(wire.has(base64url::encode(text.as_bytes()).as_bytes()), "in base64 after {before}");
        }
        assert!(!wire.has(base64url::encode(b"nothing that anybody looks for here").as_bytes()));
    }

    #[test]
    fn an_incident_bears_the_word() {
        let object = incident(7).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(Wire::new().has(format!("{object:?}").as_bytes()));
    }
}
