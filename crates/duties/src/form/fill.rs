//! Filling forms.

use std::collections::BTreeMap;

use record::json::{Json, Map};

use super::{AnswerPart, Field, Filing, Form, Origin, Wanted};
use crate::answer::Reckoned;
use crate::day::spell;
use crate::facts::FILED;
use crate::text::{Both, Language};
use crate::value;

/// A form with what is said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filled {
    /// The form.
    pub form: Form,
    /// The incident's id.
    pub incident: String,
    /// The duty: `PACK/DUTY`.
    pub duty: String,
    /// The stage.
    pub stage: String,
    /// When it was filled.
    pub at: record::time::Timestamp,
    /// Its fields, in order.
    pub fields: Vec<FilledField>,
    /// Ids of the fields that have to be filled and are not.
    pub missing: Vec<String>,
}

/// A field with what is said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilledField {
    /// Its id.
    pub id: String,
    /// What is said, each with where it comes from. Empty: nothing.
    pub said: Vec<Said>,
}

/// Something said in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// Where it comes from.
    pub origin: Origin,
    /// As data.
    pub json: Json,
    /// In words.
    pub words: Both,
}

impl Form {
    /// Fills the form. `written` holds, by the ids of fields, what whoever files it wrote; for a field with choices, the code of
    /// one of them.
    #[must_use]
    pub fn fill(&self, filing: &Filing<'_>, written: &BTreeMap<String, String>) -> Filled {
        let filler = Filler { form: self, filing, written };
        let fields: Vec<FilledField> =
            self.fields().map(|field| FilledField { id: field.id.clone(), said: filler.field(field) }).collect();
        let unsaid = self.fields().zip(&fields).filter(|(field, filled)| filled.said.is_empty() && filler.wants(field));
        let missing = unsaid.map(|(field, _)| field.id.clone()).collect();
        Filled {
            form: self.clone(),
            incident: filing.incident.object().text("id").unwrap_or_default().to_owned(),
            duty: filing.answer.duty.path.clone(),
            stage: filing.stage.to_owned(),
            at: filing.at,
            fields,
            missing,
        }
    }
}

impl Filled {
    /// What is said in a field.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&FilledField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The filing as JSON: data and words of each field, and what is missing.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let said = |said: &Said| {
            let words = Map::new().with("en", said.words.en.as_str()).with("zh", said.words.zh.as_str());
            Json::from(
                Map::new().with("from", said.origin.name()).with("value", said.json.clone()).with("words", words),
            )
        };
        let fields = self.fields.iter().filter(|field| !field.said.is_empty());
        let fields: Map =
            fields.map(|field| (field.id.clone(), Json::Array(field.said.iter().map(said).collect()))).collect();
        Map::new()
            .with("form", self.form.id.as_str())
            .with("form_version", self.form.version.as_str())
            .with("incident", self.incident.as_str())
            .with("duty", self.duty.as_str())
            .with("stage", self.stage.as_str())
            .with("filled_at", self.at.to_string())
            .with("fields", fields)
            .with("missing", Json::Array(self.missing.iter().map(Json::text).collect()))
            .into()
    }
}

impl Origin {
    /// Where it comes from, in one word: `incident:name`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Property(name) => format!("incident:{name}"),
            Self::Fact(id) => format!("fact:{id}"),
            Self::Answer(part) => format!("answer:{part}"),
            Self::Written => "written".to_owned(),
        }
    }
}

struct Filler<'a> {
    form: &'a Form,
    filing: &'a Filing<'a>,
    written: &'a BTreeMap<String, String>,
}

impl Filler<'_> {
    fn wants(&self, field: &Field) -> bool {
        match field.wanted {
            Wanted::Always => true,
            Wanted::Finally => self.filing.is_last,
            Wanted::Never => false,
        }
    }

    fn field(&self, field: &Field) -> Vec<Said> {
        let said = field.from.iter().filter_map(|origin| {
            let (json, words) = match origin {
                Origin::Property(name) => self.property(name)?,
                Origin::Fact(id) => self.fact(id)?,
                Origin::Answer(part) => self.answer(*part)?,
                Origin::Written => self.written(field)?,
            };
            Some(Said { origin: origin.clone(), json, words })
        });
        said.collect()
    }

    fn property(&self, name: &str) -> Option<(Json, Both)> {
        let json = self.filing.incident.property(name)?;
        let words = Both::new(plain(json, &|word| word.to_owned()), plain(json, &|word| self.chinese(word)));
        (!words.en.trim().is_empty()).then(|| (json.clone(), words))
    }

    /// A word of a closed list in Chinese. What its author wrote in a text stays as it is.
    fn chinese(&self, word: &str) -> String {
        let found = self.form.words.iter().find(|(known, _)| known == word);
        found.map_or_else(|| word.to_owned(), |(_, chinese)| chinese.clone())
    }

    fn fact(&self, id: &str) -> Option<(Json, Both)> {
        if let Some(path) = id.strip_prefix(FILED) {
            let value::Value::Instant(span) = self.filing.facts.filed(path)? else { return None };
            return Some(alike(span.to_string()));
        }
        let (index, fact) = self.filing.facts.dictionary().get(id)?;
        let value = self.filing.facts.get(index)?;
        let say = |language| value::words(value, fact, language);
        Some((value.to_json(fact), Both::new(say(Language::English), say(Language::Chinese))))
    }

    fn written(&self, field: &Field) -> Option<(Json, Both)> {
        let text = self.written.get(&field.id).filter(|text| !text.trim().is_empty())?;
        if field.choices.is_empty() {
            return Some(alike(text.clone()));
        }
        let (code, label) = field.choices.iter().find(|(code, _)| code == text)?;
        Some((Json::text(code.as_str()), label.clone()))
    }

    fn answer(&self, part: AnswerPart) -> Option<(Json, Both)> {
        let (answer, duty) = (self.filing.answer, self.filing.answer.duty);
        let label = |both: &Both| Some((Json::text(both.en.as_str()), both.clone()));
        let clock = answer.due().and_then(|due| due.clock(self.filing.stage));
        let by = clock.and_then(|clock| clock.reckoned.by());
        match part {
            AnswerPart::Channel => label(&duty.channel),
            AnswerPart::Duty => label(&duty.label),
            AnswerPart::Holder => label(&duty.holder),
            AnswerPart::Jurisdiction => label(&answer.pack.jurisdiction_label),
            AnswerPart::Recipient => label(&duty.recipient),
            AnswerPart::Stage => label(&duty.stage(self.filing.stage)?.label),
            AnswerPart::FiledOn => Some(alike(spell(self.filing.at))),
            AnswerPart::Due => Some(alike(by?.due.to_string())),
            AnswerPart::Started => match &clock?.reckoned {
                Reckoned::By(by) => Some(alike(by.started.to_string())),
                Reckoned::WithoutDelay { started, .. } => Some(alike((*started)?.to_string())),
                Reckoned::WaitsFor { .. } | Reckoned::Undetermined { .. } | Reckoned::None => None,
            },
            AnswerPart::Deadline => label(&by?.deadline.label),
            AnswerPart::Source => {
                let words = Both::new(duty.source.cite(Language::English), duty.source.cite(Language::Chinese));
                Some((duty.source.to_json(), words))
            }
        }
    }
}

/// A text that is the same in both languages.
fn alike(text: String) -> (Json, Both) {
    (Json::text(text.as_str()), Both::new(text.clone(), text))
}

/// A value of an incident in one line.
fn plain(json: &Json, word: &dyn Fn(&str) -> String) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(true) => word("yes"),
        Json::Bool(false) => word("no"),
        Json::Number(_) => json.to_string(),
        Json::String(text) => word(text),
        Json::Array(elements) => {
            let elements = elements.iter().map(|element| plain(element, word)).filter(|text| !text.is_empty());
            elements.collect::<Vec<_>>().join("; ")
        }
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", word(name), plain(value, word)));
            members.collect::<Vec<_>>().join(", ")
        }
    }
}
