//! Values of an incident in words, as a filing has them.

use record::json::{Json, Map};
use record::time::Timestamp;

use crate::day::Span;
use crate::text::Both;

/// A value of an incident in both languages. `chinese` gives the word of a closed list; what authors wrote stays as it is.
pub(super) fn value(json: &Json, chinese: &dyn Fn(&str) -> String) -> Both {
    let english = Speaker { word: &|word| word.to_owned(), is_chinese: false };
    let chinese = Speaker { word: chinese, is_chinese: true };
    Both::new(english.line(json), chinese.line(json))
}

/// An instant to the second, as people read it. What is signed beside it has all of it.
pub(super) fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..SECONDS_END).map_or_else(|| text.clone(), |seconds| format!("{seconds}Z"))
}

/// Where the seconds of an instant end.
const SECONDS_END: usize = 19;

/// Lengths of a time that is known no better than to the year, month, day, hour, minute.
const CUTS: [(usize, &str); 5] = [(4, ""), (7, ""), (10, ""), (13, "Z"), (16, "Z")];

/// A time as short as it is known: a day reads `2026-06-30`, and not as its first and last microsecond.
pub(super) fn span(span: Span) -> String {
    let first = span.first.to_string();
    let short = CUTS.iter().filter_map(|(octets, end)| first.get(..*octets).map(|known| format!("{known}{end}")));
    let mut fitting = short.filter(|text| !span.is_exact() && Span::read(text) == Some(span));
    fitting.next().unwrap_or_else(|| span.to_string())
}

struct Speaker<'w> {
    word: &'w dyn Fn(&str) -> String,
    is_chinese: bool,
}

impl Speaker<'_> {
    fn line(&self, json: &Json) -> String {
        match json {
            Json::Null => String::new(),
            Json::Bool(true) => (self.word)("yes"),
            Json::Bool(false) => (self.word)("no"),
            Json::Number(_) => json.to_string(),
            Json::String(text) => (self.word)(text),
            Json::Array(elements) => {
                let elements = elements.iter().map(|element| self.line(element)).filter(|text| !text.is_empty());
                elements.collect::<Vec<_>>().join(self.either("; ", "；"))
            }
            Json::Object(members) => self.object(members),
        }
    }

    const fn either(&self, english: &'static str, chinese: &'static str) -> &'static str {
        if self.is_chinese { chinese } else { english }
    }

    /// Harms, places and references have their own wording; of anything else every member is named.
    fn object(&self, members: &Map) -> String {
        let known = self.harm(members).or_else(|| self.place(members)).or_else(|| self.reference(members));
        known.unwrap_or_else(|| {
            let named = members.iter().map(|(name, value)| self.named(name, value));
            named.collect::<Vec<_>>().join(self.either(", ", "，"))
        })
    }

    fn named(&self, name: &str, value: &Json) -> String {
        format!("{}{}{}", (self.word)(name), self.either(": ", "："), self.line(value))
    }

    /// What is left of an object is never dropped: a reader must not be shown less than was said.
    fn rest(&self, members: &Map, told: &[&str]) -> String {
        let left = members.iter().filter(|(name, _)| !told.contains(name));
        left.map(|(name, value)| format!("{}{}", self.either("; ", "；"), self.named(name, value))).collect()
    }

    fn harm(&self, members: &Map) -> Option<String> {
        let harm = incident::Harm::read(&Json::Object(members.clone())).ok()?;
        let open = self.either(" (", "（");
        let close = self.either(")", "）");
        let state = harm.state().map(|state| format!("{open}{}{close}", (self.word)(state.name())));
        let unit = harm.unit().map(self.word).unwrap_or_default();
        let gap = self.either(" ", "");
        let count = self.count(harm.range()).map(|count| format!("{}{count}{gap}{unit}", self.either(": ", "：")));
        let rest = self.rest(members, &["type", "state", "low", "high", "unit"]);
        let parts = [state, count].into_iter().flatten().collect::<String>();
        Some(format!("{}{parts}{rest}", (self.word)(harm.harm_type().name())))
    }

    fn count(&self, range: incident::Range) -> Option<String> {
        Some(match (range.low(), range.high()) {
            (None, None) => return None,
            (Some(low), Some(high)) if low == high => low.to_string(),
            (Some(low), Some(high)) => format!("{low}{}{high}", self.either(" to ", "至")),
            (Some(low), None) => format!("{}{low}", self.either("at least ", "至少")),
            (None, Some(high)) => format!("{}{high}", self.either("at most ", "至多")),
        })
    }

    fn place(&self, members: &Map) -> Option<String> {
        let (locality, country) = (members.text("locality"), members.text("country"));
        let parts: Vec<&str> = [locality, country].into_iter().flatten().collect();
        let rest = self.rest(members, &["locality", "country"]);
        (!parts.is_empty()).then(|| format!("{}{rest}", parts.join(self.either(", ", "，"))))
    }

    fn reference(&self, members: &Map) -> Option<String> {
        let source = members.text("source_name")?;
        let told = ["source_name", "description", "external_id", "url"];
        let more = told.iter().skip(1).filter_map(|name| members.text(name));
        let parts: Vec<&str> = std::iter::once(source).chain(more).collect();
        Some(format!("{}{}", parts.join(self.either(", ", "，")), self.rest(members, &told)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> [String; 2] {
        let chinese = |word: &str| match word {
            "physical" => "身体".to_owned(),
            "occurred" => "已发生".to_owned(),
            "people" => "人".to_owned(),
            other => other.to_owned(),
        };
        let both = value(&record::json::parse(text.as_bytes()).unwrap(), &chinese);
        [both.en, both.zh]
    }

    #[test]
    fn a_harm_reads_as_a_sentence_in_both_languages() {
        let harm = r#"[{"type": "physical", "state": "occurred", "low": 2, "high": 5, "unit": "people"}]"#;
        assert_eq!(said(harm), ["physical (occurred): 2 to 5 people", "身体（已发生）：2至5人"]);
        assert_eq!(said(r#"{"type": "physical", "low": 2, "unit": "people"}"#)[0], "physical: at least 2 people");
        assert_eq!(
            said(r#"{"type": "physical", "note": "one of them badly"}"#)[0],
            "physical; note: one of them badly"
        );
    }

    #[test]
    fn places_and_references_are_told_and_nothing_of_them_is_dropped() {
        assert_eq!(said(r#"{"country": "NL", "locality": "Quay 7", "berth": 3}"#)[0], "Quay 7, NL; berth: 3");
        let source = r#"{"source_name": "Shift log", "url": "https://log.example", "hashes": {"MD5": "0"}}"#;
        assert_eq!(said(source)[0], "Shift log, https://log.example; hashes: MD5: 0");
    }

    #[test]
    fn a_time_is_as_short_as_it_is_known() {
        for text in ["2026", "2026-06", "2026-06-30", "2026-06-30T04Z", "2026-06-30T04:05Z", "2026-06-30T04:05:06Z"] {
            assert_eq!(span(Span::read(text).unwrap()), text);
        }
        let odd = "2026-06-30T00:00:00Z/2026-07-01T12:00:00Z";
        assert_eq!(span(Span::read(odd).unwrap()), odd);
    }
}
