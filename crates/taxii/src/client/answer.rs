//! What came back.

use record::time::Timestamp;

use super::fault::{Fault, Note};
use super::told;
use super::tries::seconds_between;

/// Octets of an answer: thousands of objects of usual size. Whoever reads from the line stops one octet beyond, and a page that
/// is larger is asked for in smaller ones.
pub const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Characters of a header field that are looked at. Those that count have some dozens; a cut one is none.
const MAX_FIELD_CHARACTERS: usize = 4_096;

/// The header fields that count here, in small letters.
const FIELDS: [&str; 5] = ["content-type", "retry-after", "date", "location", "x-taxii-date-added-last"];

/// An answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub(super) status: u16,
    fields: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// An answer without header fields and body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, fields: Vec::new(), body: Vec::new() }
    }

    /// The same with a header field. Fields that say nothing here are dropped, as is one that stands twice with two values.
    #[must_use]
    pub fn with_field(mut self, name: &str, value: &str) -> Self {
        let known = FIELDS.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        if let Some(known) = known.filter(|_| value.chars().count() <= MAX_FIELD_CHARACTERS) {
            match self.fields.iter().position(|(name, _)| *name == known) {
                Some(place) if self.field(known) != Some(value.trim()) => drop(self.fields.remove(place)),
                Some(_) => {}
                None => self.fields.push((known, value.trim().to_owned())),
            }
        }
        self
    }

    /// The same with a body, of which no more need have been read than [`MAX_ANSWER_BYTES`] and one octet.
    #[must_use]
    pub fn with_body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub(super) const fn is_too_large(&self) -> bool {
        self.body.len() > MAX_ANSWER_BYTES
    }

    /// How long the server asks to be left alone, in seconds (RFC 9110 section 10.2.3). A date is measured from the server's own
    /// clock, since only the two together mean something.
    pub(super) fn retry_after_seconds(&self) -> Option<u64> {
        let text = self.field("retry-after")?;
        text.parse().ok().or_else(|| seconds_between(self.field("date")?, text))
    }

    /// Until when the objects of this page were added. A date that cannot be read is none, which is told.
    pub(super) fn last_added(&self) -> Result<Option<Timestamp>, Note> {
        let Some(text) = self.field("x-taxii-date-added-last") else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Note::DateUnreadable(told(text)))
    }

    /// Whether the body is meant for us. Servers are known that forget the type of TAXII and send JSON under another one: that is
    /// taken, and told.
    pub(super) fn media(&self) -> Result<Option<Note>, Fault> {
        let Some(text) = self.field("content-type") else { return Ok(Some(Note::NoContentType)) };
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let version =
            parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("version"));
        let version = version.map(|(_, value)| value.trim().trim_matches('"'));
        match (essence.as_str(), version) {
            ("application/taxii+json", None | Some("2.1")) => Ok(None),
            (
                "application/taxii+json" | "application/vnd.oasis.taxii+json" | "application/vnd.oasis.stix+json",
                Some(other),
            ) if other != "2.1" => Err(Fault::OtherVersion(told(other))),
            ("application/json" | "text/json", _) => Ok(Some(Note::ContentType(told(text)))),
            (other, _) if other.starts_with("application/") && other.ends_with("+json") => {
                Ok(Some(Note::ContentType(told(text))))
            }
            _ => Err(Fault::ContentType(told(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(text: &str) -> Result<Option<Note>, Fault> {
        Answer::new(200).with_field("Content-Type", text).media()
    }

    #[test]
    fn types_of_known_servers_are_taken_and_told() {
        for good in [
            "application/taxii+json;version=2.1",
            "Application/TAXII+JSON; version=\"2.1\"; charset=utf-8",
            "application/taxii+json",
        ] {
            assert_eq!(media(good), Ok(None), "{good}");
        }
        for odd in
            ["application/json", "application/stix+json;version=2.1", "application/vnd.oasis.stix+json; version=2.1"]
        {
            assert_eq!(media(odd), Ok(Some(Note::ContentType(odd.to_owned()))), "{odd}");
        }
        assert_eq!(Answer::new(200).media(), Ok(Some(Note::NoContentType)));
    }

    #[test]
    fn another_version_and_what_is_no_json_are_refused() {
        for old in ["application/vnd.oasis.taxii+json; version=2.0", "application/taxii+json;version=2.0"] {
            assert_eq!(media(old), Err(Fault::OtherVersion("2.0".to_owned())), "{old}");
        }
        for bad in ["text/html; charset=utf-8", "application/octet-stream", ""] {
            assert_eq!(media(bad), Err(Fault::ContentType(bad.to_owned())), "{bad}");
        }
    }

    #[test]
    fn a_field_that_stands_twice_with_two_values_is_none() {
        let answer = Answer::new(200).with_field("Retry-After", "1").with_field("retry-after", "900000");
        assert_eq!(answer.retry_after_seconds(), None);
        let same = Answer::new(200).with_field("Retry-After", "1").with_field("retry-after", "1");
        assert_eq!(same.retry_after_seconds(), Some(1));
    }
}
