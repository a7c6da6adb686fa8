//! Media types: what a caller takes, and what it sends (RFC 9110 sections 8.3 and 12.5.1; TAXII 2.1 section 1.6.8).

use crate::limits::MAX_MEDIA_RANGES;

/// The type of every answer, errors included.
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// A media type or range in its parts.
struct Range<'a> {
    name: &'a str,
    version: Option<String>,
    charset: Option<String>,
    thousandths: u16,
}

/// How closely a range names our type. The closest one decides.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Anything,
    Application,
    Taxii,
    Version,
}

/// Whether our type is among what a caller takes. Without a field, or with an empty one, anything is.
pub(crate) fn is_acceptable(accept: Option<&str>) -> bool {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return true };
    let ranges = split(accept, b',').take(MAX_MEDIA_RANGES).map(Range::read);
    let matching = ranges.filter_map(|range| range.closeness().map(|close| (close, range.thousandths)));
    matching.max().is_some_and(|(_, thousandths)| thousandths > 0)
}

/// Whether a body of this type is an envelope of TAXII 2.1 in UTF-8.
pub(crate) fn is_envelope(content_type: Option<&str>) -> bool {
    let Some(range) = content_type.map(Range::read) else { return false };
    let is_utf8 = range.charset.as_deref().is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    matches!(range.closeness(), Some(Closeness::Taxii | Closeness::Version)) && is_utf8
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Self {
        let mut parts = split(text, b';');
        let name = parts.next().unwrap_or_default().trim();
        let mut range = Self { name, version: None, charset: None, thousandths: 1000 };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            range.take(name.trim(), &unquoted(value.trim()));
        }
        range
    }

    /// Parameters that say nothing here are passed over. A weight that is none counts as no weight: the type was named.
    fn take(&mut self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("version") {
            self.version = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("charset") {
            self.charset = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("q") {
            self.thousandths = thousandths(value).unwrap_or(1000);
        }
    }

    fn closeness(&self) -> Option<Closeness> {
        let is = |name: &str| self.name.eq_ignore_ascii_case(name);
        match self.version.as_deref() {
            None if is("*/*") => Some(Closeness::Anything),
            None if is("application/*") => Some(Closeness::Application),
            None if is("application/taxii+json") => Some(Closeness::Taxii),
            Some("2.1") if is("application/taxii+json") => Some(Closeness::Version),
            _ => None,
        }
    }
}

/// `0`, `0.5`, `0.333`, `1`, `1.000`: RFC 9110 section 12.4.2.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = matches!(whole, "0" | "1") && fraction.len() <= 3 && fraction.bytes().all(|c| c.is_ascii_digit());
    let thousandths = is_weight.then(|| format!("{whole}{fraction:0<3}").parse().ok()).flatten();
    thousandths.filter(|thousandths| *thousandths <= 1000)
}

/// The parts between separators that stand outside of quotes.
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut quotes = Quotes::default();
    text.split(move |character: char| {
        let is_outside = quotes.step(character);
        is_outside && u8::try_from(character).is_ok_and(|octet| octet == separator)
    })
}

/// Where a reader is in a text with quoted strings.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    /// Steps over a character and says whether it stands outside of quotes.
    const fn step(&mut self, character: char) -> bool {
        let was_escaped = self.escaped;
        self.escaped = self.inside && !was_escaped && character == '\\';
        if character == '"' && !was_escaped {
            self.inside = !self.inside;
        }
        !self.inside
    }
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted() {
        for accept in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=2.1",
            "application/taxii+json;version=\"2.1\"",
            "Application/TAXII+JSON;VERSION=2.1",
            "application/taxii+json",
            "application/taxii+json;q=0.5",
            "application/taxii+json;charset=utf-8",
            "application/*",
            "*/*",
            "*/*;q=0.1",
            "text/html, */*;q=0.001",
            "text/html;a=\"x,y;z\", application/taxii+json",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.9",
            "application/taxii+json;q=",
            "application/taxii+json;q=zero",
            "application/json, text/plain, */*",
            "application/taxii+json;version=2.1, */*;q=0",
            "",
        ] {
            assert!(is_acceptable(Some(accept)), "{accept}");
        }
        assert!(is_acceptable(None));
    }

    #[test]
    fn what_is_not() {
        for accept in [
            "application/json",
            "application/stix+json;version=2.1",
            "application/vnd.oasis.taxii+json; version=2.0",
            "application/taxii+json;version=2.0",
            "application/taxii+json;version=3",
            "application/taxii+json;q=0",
            "application/taxii+json;q=0.000",
            "*/*, application/taxii+json;version=2.1;q=0",
            "text/*",
            "text/html;a=\", application/taxii+json",
            ",",
        ] {
            assert!(!is_acceptable(Some(accept)), "{accept}");
        }
    }

    #[test]
    fn what_may_be_sent() {
        let good = ["application/taxii+json", MEDIA_TYPE, "application/taxii+json; version=2.1; charset=UTF-8"];
        assert!(good.iter().all(|one| is_envelope(Some(one))));
        let bad = ["", "*/*", "application/*", "application/json", "application/taxii+json;version=2.0"];
        assert!(!bad.iter().any(|one| is_envelope(Some(one))));
        assert!(!is_envelope(None) && !is_envelope(Some("application/taxii+json;charset=utf-16")));
    }

    #[test]
    fn a_weight_has_three_digits_at_most() {
        assert_eq!(["0", "0.5", "1.000", "0.001"].map(thousandths), [Some(0), Some(500), Some(1000), Some(1)]);
        assert!(["", "1.5", "0.0001", "-1", "1.001", ".5", "0,5"].iter().all(|weight| thousandths(weight).is_none()));
    }
}
