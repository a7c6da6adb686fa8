//! Values against what a property may hold (STIX 2.1 section 2).

use record::json::{Json, Map};

use super::Check;
use super::names;
use crate::stix::code::Code;
use crate::stix::spec::{HASHES, HashNames, Kind, Vocabulary};

impl<'o> Check<'o> {
    pub(super) fn value(&mut self, kind: &'static Kind, value: &'o Json) {
        if *value == Json::Null {
            return self.note(Code::Null, "2", "", "");
        }
        match kind {
            Kind::Any => self.foreign_value(value),
            Kind::Text => {
                let _text = self.text(value);
            }
            Kind::Boolean => self.boolean(value),
            Kind::Integer { least, most } => self.integer(value, *least, *most),
            Kind::Number { least, most } => self.number(value, *least, *most),
            Kind::IntegerOrText => self.integer_or_text(value),
            Kind::TextOrTexts => self.text_or_texts(value),
            Kind::Dictionary(inside) => self.dictionary(value, inside),
            Kind::List(inside) => self.list(value, inside),
            Kind::Structure(structure) => {
                if let Some(members) = self.object_of(value, "an object", "2.3") {
                    self.structure(structure, members);
                }
            }
            Kind::Hashes(names) => self.hashes(value, *names),
            Kind::Extensions => self.extensions(value, None),
            Kind::Container => self.container(value),
            Kind::Translations => self.translations(value),
            Kind::Time(_)
            | Kind::Identifier(_)
            | Kind::AdvisedIdentifier(_)
            | Kind::Hex
            | Kind::Binary
            | Kind::Enumeration(_)
            | Kind::Vocabulary(_)
            | Kind::Form(_) => self.written(kind, value),
        }
    }

    /// What is a text with a form of its own.
    fn written(&mut self, kind: &'static Kind, value: &'o Json) {
        let Some(text) = self.text(value) else { return };
        match kind {
            Kind::Time(precision) => self.time(text, *precision),
            Kind::Identifier(targets) => self.identifier(text, targets, Code::Reference),
            Kind::AdvisedIdentifier(targets) => self.identifier(text, targets, Code::ReferenceAdvice),
            Kind::Hex => self.hex(text),
            Kind::Binary => self.binary(text),
            Kind::Enumeration(words) => self.enumeration(text, words),
            Kind::Vocabulary(words) => self.vocabulary(text, words),
            Kind::Form(form) => self.form(*form, text),
            Kind::Text
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::Hashes(_)
            | Kind::Dictionary(_)
            | Kind::Any
            | Kind::Structure(_)
            | Kind::List(_)
            | Kind::IntegerOrText
            | Kind::TextOrTexts
            | Kind::Extensions
            | Kind::Container
            | Kind::Translations => {}
        }
    }

    pub(super) fn wrong_form(&mut self, wanted: &str, value: &Json, section: &'static str) {
        let code = if *value == Json::Null { Code::Null } else { Code::Form };
        self.note(code, section, wanted, value.form());
    }

    pub(super) fn text<'v>(&mut self, value: &'v Json) -> Option<&'v str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong_form("a string", value, "2.15");
        }
        text
    }

    /// The members of a value that should be an object and not empty.
    pub(super) fn object_of<'v>(&mut self, value: &'v Json, wanted: &str, section: &'static str) -> Option<&'v Map> {
        let Some(members) = value.as_object() else {
            self.wrong_form(wanted, value, section);
            return None;
        };
        if members.is_empty() {
            self.note(Code::EmptyDictionary, "2.3", "", "");
        }
        Some(members)
    }

    fn boolean(&mut self, value: &Json) {
        if !matches!(value, Json::Bool(_)) {
            self.wrong_form("`true` or `false`", value, "2.2");
        }
    }

    fn integer(&mut self, value: &Json, least: i64, most: i64) {
        match value.as_integer() {
            None => self.wrong_form("an integer", value, "2.10"),
            Some(number) if (least..=most).contains(&number) => {}
            Some(number) => self.out_of_range(&number.to_string(), &least.to_string(), &most.to_string()),
        }
    }

    fn number(&mut self, value: &Json, least: i32, most: i32) {
        match number_of(value) {
            None => self.wrong_form("a number", value, "2.6"),
            Some(number) if (f64::from(least)..=f64::from(most)).contains(&number) => {}
            Some(number) => self.out_of_range(&number.to_string(), &least.to_string(), &most.to_string()),
        }
    }

    fn out_of_range(&mut self, number: &str, least: &str, most: &str) {
        self.note(Code::OutOfRange, "2.10", number, &format!("{least}..{most}"));
    }

    fn integer_or_text(&mut self, value: &Json) {
        if value.as_str().is_none() && value.as_integer().is_none() {
            self.wrong_form("an integer or a string", value, "2.10");
        }
    }

    fn text_or_texts(&mut self, value: &'o Json) {
        if value.as_str().is_none() {
            self.list(value, &Kind::Text);
        }
    }

    fn dictionary(&mut self, value: &'o Json, inside: &'static Kind) {
        let Some(members) = self.object_of(value, "a dictionary", "2.3") else { return };
        for (name, value) in members.iter() {
            self.under(name, |check| {
                if !names::is_key(name) {
                    check.note(Code::DictionaryKey, "2.3", name, "");
                }
                check.value(inside, value);
            });
        }
    }

    fn list(&mut self, value: &'o Json, inside: &'static Kind) {
        let Some(elements) = value.as_array() else { return self.wrong_form("a list", value, "2.12") };
        if elements.is_empty() {
            self.note(Code::EmptyList, "2.12", "", "");
        }
        for (slot, element) in elements.iter().enumerate() {
            self.under(&slot.to_string(), |check| check.value(inside, element));
        }
    }

    fn enumeration(&mut self, text: &str, words: &'static Vocabulary) {
        if !words.terms.contains(&text) {
            self.note(Code::Enumeration, words.section, text, words.name);
        }
    }

    fn vocabulary(&mut self, text: &str, words: &'static Vocabulary) {
        if words.terms.contains(&text) {
            return;
        }
        self.note(Code::Vocabulary, words.section, text, words.name);
        if !names::is_hyphenated(text) {
            self.note(Code::VocabularyForm, "2.14", text, "");
        }
    }

    fn hashes(&mut self, value: &'o Json, names: HashNames) {
        let Some(members) = self.object_of(value, "a dictionary of hashes", "2.7") else { return };
        for (name, value) in members.iter() {
            self.under(name, |check| check.hash(name, value, names));
        }
    }

    fn hash(&mut self, name: &str, value: &Json, names: HashNames) {
        if !names::is_hash(name) {
            self.note(Code::HashName, "2.7", name, "");
        } else if !HASHES.terms.contains(&name) {
            let code = if names == HashNames::Listed { Code::HashListed } else { Code::HashUnknown };
            self.note(code, "10.7", name, "");
        }
        let Some(text) = self.text(value) else { return };
        if !super::forms::is_hash(name, text) {
            self.note(Code::HashValue, "10.7", text, name);
        }
    }
}

/// A number as a double.
fn number_of(value: &Json) -> Option<f64> {
    let is_number = matches!(value, Json::Number(_));
    value.to_text().parse().ok().filter(|_| is_number)
}
