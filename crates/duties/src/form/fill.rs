//! Filling forms.

use std::collections::BTreeMap;

use record::json::{Json, Map};

use super::document::{Document, DocumentField, DocumentSaid, DocumentSection, FieldState};
use super::{AnswerPart, Field, Filing, Form, Origin, Wanted, wording};
use crate::answer::{By, Reckoned};
use crate::day::spell;
use crate::facts::FILED;
use crate::text::{Both, Language};
use crate::value::{self, Value};
use crate::zone::Zone;

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
    /// True if nothing more is to follow: somebody said so, or the stage or what was chosen in a field is one after which nothing
    /// does.
    pub is_last: bool,
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
    /// How it stands.
    pub state: FieldState,
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
    /// one of them. What it does not take is left out: see [`Form::check_written`].
    #[must_use]
    pub fn fill(&self, filing: &Filing<'_>, written: &BTreeMap<String, String>) -> Filled {
        let filler = Filler { form: self, filing, written, is_last: self.is_last(filing, written) };
        let fields: Vec<FilledField> = self.fields().map(|field| filler.filled(field)).collect();
        let missing = fields.iter().filter(|field| field.state == FieldState::Missing);
        Filled {
            form: self.clone(),
            incident: filing.incident.object().text("id").unwrap_or_default().to_owned(),
            duty: filing.answer.duty.path.clone(),
            stage: filing.stage.to_owned(),
            at: filing.at,
            is_last: filler.is_last,
            missing: missing.map(|field| field.id.clone()).collect(),
            fields,
        }
    }

    fn is_last(&self, filing: &Filing<'_>, written: &BTreeMap<String, String>) -> bool {
        let path = filing.path();
        let ends = |field: &Field| written.get(&field.id).is_some_and(|code| field.last.contains(code));
        filing.is_last || self.last.iter().any(|stages| stages.fits(&path)) || self.fields().any(ends)
    }
}

impl Filled {
    /// What is said in a field.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&FilledField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The filing in one language, as a draft.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let mut filled = self.fields.iter();
        let sections = self.form.sections.iter().map(|section| {
            let fields = section.fields.iter().zip(&mut filled);
            let fields = fields.map(|(field, filled)| filled.shown(field, language)).collect();
            DocumentSection { id: section.id.clone(), label: section.label.get(language).to_owned(), fields }
        });
        // A section that may be left out, and was, is one for other stages.
        let is_shown = |section: &DocumentSection| section.fields.iter().any(|one| one.state != FieldState::LeftOut);
        let sections: Vec<DocumentSection> = sections.filter(is_shown).collect();
        Document {
            language,
            form: self.form.id.clone(),
            form_version: self.form.version.clone(),
            title: self.form.title.get(language).to_owned(),
            about: self.form.about.get(language).to_owned(),
            incident: self.incident.clone(),
            duty: self.duty.clone(),
            stage: self.stage.clone(),
            filled_at: self.at,
            is_last: self.is_last,
            is_draft: true,
            incomplete_because: None,
            sections,
        }
    }

    /// The draft as a page in a language. What its authors wrote stays in theirs.
    #[must_use]
    pub fn to_html(&self, language: Language) -> String {
        self.document(language).to_html()
    }

    /// The filing as JSON in both languages: data and words of each field, and what is missing.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let said = |said: &Said| {
            Json::from(
                Map::new()
                    .with("from", said.origin.name())
                    .with("value", said.json.clone())
                    .with("words", said.words.to_json()),
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
            .with("is_last", Json::Bool(self.is_last))
            .with("fields", fields)
            .with("missing", Json::Array(self.missing.iter().map(Json::text).collect()))
            .into()
    }
}

impl FilledField {
    fn shown(&self, field: &Field, language: Language) -> DocumentField {
        DocumentField {
            id: field.id.clone(),
            label: field.label.get(language).to_owned(),
            state: self.state,
            said: self.said.iter().map(|said| said.shown(language)).collect(),
        }
    }
}

impl Said {
    /// Data that is no more than the words is not said twice.
    fn shown(&self, language: Language) -> DocumentSaid {
        let words = self.words.get(language).to_owned();
        let value = Some(self.json.clone()).filter(|json| json.as_str() != Some(words.as_str()));
        DocumentSaid { from: self.origin.name(), words, value }
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
    is_last: bool,
}

impl<'a> Filler<'a> {
    fn filled(&self, field: &Field) -> FilledField {
        let said = self.said(field);
        let state = match field.wanted {
            _ if !said.is_empty() => FieldState::Said,
            _ if self.wants(field) => FieldState::Missing,
            Wanted::Finally => FieldState::ToFollow,
            Wanted::Always | Wanted::WhenLate | Wanted::Never => FieldState::LeftOut,
        };
        FilledField { id: field.id.clone(), state, said }
    }

    fn wants(&self, field: &Field) -> bool {
        let path = self.filing.path();
        let at_this_stage = field.stages.iter().any(|stages| stages.fits(&path));
        at_this_stage
            || field.when.iter().any(|when| self.written.get(&when.field).is_some_and(|code| when.codes.contains(code)))
            || match field.wanted {
                Wanted::Always => true,
                Wanted::Finally => self.is_last,
                Wanted::WhenLate => self.by().is_some_and(|by| self.filing.at > by.due.first),
                Wanted::Never => false,
            }
    }

    fn said(&self, field: &Field) -> Vec<Said> {
        let said = field.from.iter().filter_map(|origin| {
            let (json, words) = match origin {
                Origin::Property(name) => self.property(field, name)?,
                Origin::Fact(id) => self.fact(field, id)?,
                Origin::Answer(part) => self.answer(*part)?,
                Origin::Written => self.written(field)?,
            };
            Some(Said { origin: origin.clone(), json, words })
        });
        said.collect()
    }

    fn property(&self, field: &Field, name: &str) -> Option<(Json, Both)> {
        let json = self.filing.incident.property(name)?;
        let words = wording::value(json, &|word| self.chinese(word));
        if words.en.trim().is_empty() {
            return None;
        }
        let is_bare = matches!(json, Json::Number(_) | Json::Bool(_)) && field.from.len() > 1;
        let label = Both::new(name.replace('_', " "), self.chinese(name));
        Some((json.clone(), if is_bare { labelled(&label, &words) } else { words }))
    }

    /// A word of a closed list in Chinese. What its author wrote in a text stays as it is.
    fn chinese(&self, word: &str) -> String {
        let found = self.form.words.iter().find(|(known, _)| known == word);
        found.map_or_else(|| word.to_owned(), |(_, chinese)| chinese.clone())
    }

    fn fact(&self, field: &Field, id: &str) -> Option<(Json, Both)> {
        if let Some(path) = id.strip_prefix(FILED) {
            let Value::Instant(span) = self.filing.facts.filed(path)? else { return None };
            return Some(alike(wording::span(*span)));
        }
        let (index, fact) = self.filing.facts.dictionary().get(id)?;
        let value = self.filing.facts.get(index)?;
        let say = |language| match value {
            Value::Instant(span) => wording::span(*span),
            Value::Boolean(_)
            | Value::Number { .. }
            | Value::Code(_)
            | Value::Codes { .. }
            | Value::Country(_)
            | Value::Countries { .. }
            | Value::NotYet => value::words(value, fact, language),
        };
        let words = Both::new(say(Language::English), say(Language::Chinese));
        let facts = field.from.iter().filter(|origin| matches!(origin, Origin::Fact(_))).count();
        Some((value.to_json(fact), if facts > 1 { labelled(&fact.label, &words) } else { words }))
    }

    fn written(&self, field: &Field) -> Option<(Json, Both)> {
        let text = self.written.get(&field.id).filter(|text| !text.trim().is_empty())?;
        if field.choices.is_empty() {
            return Some(alike(text.clone()));
        }
        let (code, label) = field.choices.iter().find(|(code, _)| code == text)?;
        Some((Json::text(code.as_str()), label.clone()))
    }

    fn reckoned(&self) -> Option<&'a Reckoned<'a>> {
        let due = self.filing.answer.due()?;
        Some(&due.clock(self.filing.stage)?.reckoned)
    }

    fn by(&self) -> Option<&'a By<'a>> {
        self.reckoned()?.by()
    }

    fn answer(&self, part: AnswerPart) -> Option<(Json, Both)> {
        let (answer, duty) = (self.filing.answer, self.filing.answer.duty);
        let label = |both: &Both| Some((Json::text(both.en.as_str()), both.clone()));
        match part {
            AnswerPart::Channel => label(&duty.channel),
            AnswerPart::Duty => label(&duty.label),
            AnswerPart::Holder => label(&duty.holder),
            AnswerPart::Jurisdiction => label(&answer.pack.jurisdiction_label),
            AnswerPart::Recipient => label(&duty.recipient),
            AnswerPart::Stage => label(&duty.stage(self.filing.stage)?.label),
            AnswerPart::FiledOn => {
                let words = wording::seconds(self.filing.at);
                Some((Json::text(spell(self.filing.at)), Both::new(words.clone(), words)))
            }
            AnswerPart::Due => self.by().map(due),
            AnswerPart::Started => self.started(),
            AnswerPart::Deadline => label(self.deadline()?),
            AnswerPart::Source => {
                let words = Both::new(duty.source.cite(Language::English), duty.source.cite(Language::Chinese));
                Some((duty.source.to_json(), words))
            }
        }
    }

    fn started(&self) -> Option<(Json, Both)> {
        let span = match self.reckoned()? {
            Reckoned::By(by) => by.started,
            Reckoned::WithoutDelay { started, .. } => (*started)?,
            Reckoned::WaitsFor { .. } | Reckoned::Undetermined { .. } | Reckoned::None => return None,
        };
        Some((Json::text(span.to_string()), Both::new(wording::span(span), wording::span(span))))
    }

    /// Which deadline holds; one without a number among them.
    fn deadline(&self) -> Option<&'a Both> {
        match self.reckoned()? {
            Reckoned::By(by) => Some(&by.deadline.label),
            Reckoned::WithoutDelay { deadline, .. } => Some(&deadline.label),
            Reckoned::WaitsFor { .. } | Reckoned::Undetermined { .. } | Reckoned::None => None,
        }
    }
}

/// The moment to keep, in UTC and as the clocks show it where it is counted: the end of a day there is none in UTC. Where the start is
/// not known exactly, the earliest that it can be.
fn due(by: &By<'_>) -> (Json, Both) {
    let utc = wording::seconds(by.due.first);
    let local = Zone::of(by.zone).filter(|_| by.zone != "UTC").and_then(|zone| zone.local(by.due.first));
    let words = local.map_or_else(|| utc.clone(), |local| format!("{utc} ({local} {})", by.zone));
    let both = if by.due.is_exact() {
        Both::new(words.clone(), words)
    } else {
        Both::new(format!("{words}, at the earliest"), format!("最早{words}"))
    };
    (Json::text(by.due.to_string()), both)
}

/// What it is, before its value: a bare `yes` or `2` says nothing where several stand in a field.
fn labelled(label: &Both, words: &Both) -> Both {
    Both::new(format!("{}: {}", label.en, words.en), format!("{}：{}", label.zh, words.zh))
}

/// A text that is the same in both languages.
fn alike(text: String) -> (Json, Both) {
    (Json::text(text.as_str()), Both::new(text.clone(), text))
}
