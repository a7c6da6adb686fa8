//! Queries: names and values, decoded, each once.

use crate::limits::MAX_QUERY_BYTES;
use crate::refusal::{Refusal, Wrong};

/// The parameters of a query, in their order.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query as forms have it: `&` between, `%` and two digits for an octet, `+` for a space.
    ///
    /// A parameter that the endpoint does not have is an error: a filter that is passed over answers another question than
    /// the one that was asked. So is one that stands twice, since readers differ in which of the two counts.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refusal> {
        let query = query.unwrap_or_default();
        if query.len() > MAX_QUERY_BYTES {
            return Err(Refusal::QueryTooLong);
        }
        let mut parameters = Self(Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.take(decoded(name)?, decoded(value)?, known)?;
        }
        Ok(parameters)
    }

    fn take(&mut self, name: String, value: String, known: &[&str]) -> Result<(), Refusal> {
        if !known.contains(&name.as_str()) {
            return Err(Wrong::Unknown.about(&name, &known_words(known)));
        }
        if self.value(&name).is_some() {
            return Err(Wrong::Twice.about(&name, "Write several values with commas, in one parameter."));
        }
        self.0.push((name, value));
        Ok(())
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn known_words(known: &[&str]) -> String {
    if known.is_empty() { "This endpoint has none.".to_owned() } else { format!("There are: {}.", known.join(", ")) }
}

fn decoded(text: &str) -> Result<String, Refusal> {
    let wrong = || Wrong::Encoding.about(text, "Write `%` with two hexadecimal digits, in UTF-8.");
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => hexadecimal(rest.next(), rest.next()).ok_or_else(wrong)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(octets).map_err(|_| wrong())
}

fn hexadecimal(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |octet: Option<u8>| char::from(octet?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}
