//! What a form sent, as it was typed.

use api::request::percent_decoded;

/// Most octets of a form: a text of a million characters and all that stands beside it.
pub const MAX_FORM_BYTES: usize = 4 * 1024 * 1024;

/// Most fields of a form.
const MAX_FIELDS: usize = 512;

/// Names and values in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// Reads `application/x-www-form-urlencoded` (URL Standard, section 5.1). None if it is too long, has too many fields, or is
    /// not UTF-8.
    #[must_use]
    pub fn read(octets: &[u8]) -> Option<Self> {
        if octets.len() > MAX_FORM_BYTES {
            return None;
        }
        let text = std::str::from_utf8(octets).ok()?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if fields.len() >= MAX_FIELDS {
                return None;
            }
            fields.push((decoded(name)?, decoded(value)?));
        }
        Some(Self(fields))
    }

    /// The first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a name.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Names and values, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As the query of an address, without some names and with other values.
    #[must_use]
    pub fn query_with(&self, others: &[(&str, &str)]) -> String {
        let kept = self.iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let all = kept.chain(others.iter().copied().filter(|(_, value)| !value.is_empty()));
        all.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
    }
}

impl FromIterator<(String, String)> for Typed {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

fn decoded(text: &str) -> Option<String> {
    // Browsers send line breaks as two characters; what is signed has one.
    percent_decoded(text, true).map(|text| text.replace("\r\n", "\n"))
}

/// A text within the query or the path of an address.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_reads_back(name in "\\PC{0,12}", value in "\\PC{0,40}") {
            let fields: Typed = [(name, value)].into_iter().collect();
            prop_assert_eq!(Typed::read(fields.query_with(&[]).as_bytes()), Some(fields));
        }
    }

    #[test]
    fn broken_escapes_and_floods_are_refused() {
        assert_eq!(Typed::read(b"a=%4"), None);
        assert_eq!(Typed::read(b"a=%FF"), None);
        assert_eq!(Typed::read("a&".repeat(MAX_FIELDS + 1).as_bytes()), None);
    }

    #[test]
    fn a_query_keeps_what_is_not_replaced() {
        let typed = Typed::read(b"stage=initial&lang=en&q=%E5%AE%89+x").unwrap();
        assert_eq!(typed.query_with(&[("lang", "zh-Hans")]), "stage=initial&q=%E5%AE%89%20x&lang=zh-Hans");
        assert_eq!(typed.query_with(&[("lang", "")]), "stage=initial&q=%E5%AE%89%20x");
    }
}
