//! A filled form in one language with everything that a reader needs, whatever becomes of the form: what is shown, printed, frozen
//! and signed.

use record::json::{Json, Map, parse_within};
use record::time::Timestamp;
use record::words;

use crate::fault::{Fault, Faults};
use crate::limits::MAX_DOCUMENT_BYTES;
use crate::lines::Lines;
use crate::reader::{At, Members};
use crate::text::Language;

/// The word by which a text says that it is a filing of this kind. It stands for how it is rendered too: a rendering that differs
/// in one octet gets another word, so that what was frozen can be rendered again.
pub const DOCUMENT_FORMAT: &str = "detente-filing/1";

/// Where the time of a filing comes from.
const FILED_ON: &str = "answer:filed_on";

words! {
    /// How a field of a filing stands.
    FieldState, "state of a field" {
        /// It may be left out, and was.
        LeftOut = "left out",
        /// It has to be filled and is not.
        Missing = "missing",
        /// It is filled.
        Said = "said",
        /// It is asked for in a later report.
        ToFollow = "to follow",
    }
}

/// A filled form in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// The language of the form's own words. What authors wrote stays in theirs.
    pub language: Language,
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub form_version: String,
    /// The form's title.
    pub title: String,
    /// What the form was made from.
    pub about: String,
    /// The incident's id.
    pub incident: String,
    /// The duty: `PACK/DUTY`.
    pub duty: String,
    /// The stage's id.
    pub stage: String,
    /// When it was filled.
    pub filled_at: Timestamp,
    /// True if nothing more is to follow.
    pub is_last: bool,
    /// True for what is not filed yet.
    pub is_draft: bool,
    /// Why it was filed with something missing.
    pub incomplete_because: Option<String>,
    /// Its sections.
    pub sections: Vec<DocumentSection>,
}

/// A section of a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentSection {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// Its fields.
    pub fields: Vec<DocumentField>,
}

/// A field of a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentField {
    /// Its id.
    pub id: String,
    /// What it asks.
    pub label: String,
    /// How it stands.
    pub state: FieldState,
    /// What is said.
    pub said: Vec<DocumentSaid>,
}

/// Something said in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentSaid {
    /// Where it comes from: `incident:name`, `fact:harm.deaths`, `answer:due`, `written`.
    pub from: String,
    /// In words.
    pub words: String,
    /// As data, where that is more than the words.
    pub value: Option<Json>,
}

impl Document {
    /// The stage's path: `PACK/DUTY/STAGE`.
    #[must_use]
    pub fn stage_path(&self) -> String {
        format!("{}/{}", self.duty, self.stage)
    }

    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = &DocumentField> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The fields that have to be filled and are not.
    pub fn missing(&self) -> impl Iterator<Item = &DocumentField> {
        self.fields().filter(|field| field.state == FieldState::Missing)
    }

    /// The same as it is filed: no draft, and with the reason if something is missing.
    #[must_use]
    pub fn as_filed(mut self, incomplete_because: Option<String>) -> Self {
        self.is_draft = false;
        self.incomplete_because = incomplete_because;
        self
    }

    /// True if both say the same, whenever each was filled.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.timeless() == other.timeless()
    }

    fn timeless(&self) -> Self {
        let mut document = Self { filled_at: Timestamp::from_micros(0), ..self.clone() };
        for field in document.sections.iter_mut().flat_map(|section| &mut section.fields) {
            field.said.retain(|said| said.from != FILED_ON);
        }
        document
    }

    /// The filing as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let map = Map::new()
            .with("format", DOCUMENT_FORMAT)
            .with("language", self.language.tag())
            .with("form", self.form.as_str())
            .with("form_version", self.form_version.as_str())
            .with("title", self.title.as_str())
            .with("about", self.about.as_str())
            .with("incident", self.incident.as_str())
            .with("duty", self.duty.as_str())
            .with("stage", self.stage.as_str())
            .with("filled_at", self.filled_at.to_string())
            .with("is_last", Json::Bool(self.is_last))
            .with("is_draft", Json::Bool(self.is_draft));
        let map = match &self.incomplete_because {
            Some(reason) => map.with("incomplete_because", reason.as_str()),
            None => map,
        };
        map.with("sections", Json::Array(self.sections.iter().map(DocumentSection::to_json).collect())).into()
    }

    /// Reads a filing.
    ///
    /// # Errors
    /// Every [`Fault`], each with its line.
    pub fn parse(octets: &[u8]) -> Result<Self, Vec<Fault>> {
        if octets.len() > MAX_DOCUMENT_BYTES {
            return Err(vec![Fault::whole(format!("is longer than {MAX_DOCUMENT_BYTES} octets; this is no filing"))]);
        }
        let json = parse_within(octets, MAX_DOCUMENT_BYTES);
        let json = json.map_err(|error| vec![Fault::whole(format!("is not JSON of the profile: {error}"))])?;
        let faults = Faults::new(Lines::of_json(octets));
        let found = document(&At::root(&json, &faults));
        let (_, faults) = faults.finish();
        match found {
            Some(document) if faults.is_empty() => Ok(document),
            _ => Err(faults),
        }
    }
}

impl DocumentSection {
    fn to_json(&self) -> Json {
        let fields = Json::Array(self.fields.iter().map(DocumentField::to_json).collect());
        Map::new().with("id", self.id.as_str()).with("label", self.label.as_str()).with("fields", fields).into()
    }
}

impl DocumentField {
    fn to_json(&self) -> Json {
        Map::new()
            .with("id", self.id.as_str())
            .with("label", self.label.as_str())
            .with("state", self.state.name())
            .with("said", Json::Array(self.said.iter().map(DocumentSaid::to_json).collect()))
            .into()
    }
}

impl DocumentSaid {
    fn to_json(&self) -> Json {
        let map = Map::new().with("from", self.from.as_str()).with("words", self.words.as_str());
        match &self.value {
            Some(value) => map.with("value", value.clone()).into(),
            None => map.into(),
        }
    }
}

const MEMBERS: [&str; 14] = [
    "format",
    "language",
    "form",
    "form_version",
    "title",
    "about",
    "incident",
    "duty",
    "stage",
    "filled_at",
    "is_last",
    "is_draft",
    "incomplete_because",
    "sections",
];

fn document(at: &At<'_>) -> Option<Document> {
    let members = at.object(&MEMBERS)?;
    let format = members.need("format")?;
    if format.str()? != DOCUMENT_FORMAT {
        return format.fault(format!("should be `{DOCUMENT_FORMAT}`, the only kind of filing that this build renders"));
    }
    let text = |name: &str| members.need(name).and_then(|at| text(&at));
    let language = members.need("language").and_then(|at| language(&at));
    let truth = |name: &str| members.need(name).and_then(|at| at.truth());
    let (form, form_version) = (text("form"), text("form_version"));
    let (title, about) = (text("title"), text("about"));
    let (incident, duty, stage) = (text("incident"), text("duty"), text("stage"));
    let filled_at = members.need("filled_at").and_then(|at| at.parse());
    let (is_last, is_draft) = (truth("is_last"), truth("is_draft"));
    let sections = members.need("sections").and_then(|at| at.each(|at| section(&at)));
    Some(Document {
        language: language?,
        form: form?,
        form_version: form_version?,
        title: title?,
        about: about?,
        incident: incident?,
        duty: duty?,
        stage: stage?,
        filled_at: filled_at?,
        is_last: is_last?,
        is_draft: is_draft?,
        incomplete_because: optional_text(&members, "incomplete_because")?,
        sections: sections?,
    })
}

fn optional_text(members: &Members<'_>, name: &str) -> Option<Option<String>> {
    match members.may(name) {
        Some(at) => text(&at).map(Some),
        None => Some(None),
    }
}

/// A text of any length: the whole filing has its limit.
fn text(at: &At<'_>) -> Option<String> {
    let found = at.json().as_str().map(str::to_owned);
    if found.is_none() { at.fault(format!("should be a string, not {}", at.json().form())) } else { found }
}

fn language(at: &At<'_>) -> Option<Language> {
    let found = Language::of_tag(at.str()?);
    if found.is_none() { at.fault("should be en or zh-Hans") } else { found }
}

fn section(at: &At<'_>) -> Option<DocumentSection> {
    let members = at.object(&["id", "label", "fields"])?;
    let id = members.need("id").and_then(|at| text(&at));
    let label = members.need("label").and_then(|at| text(&at));
    let fields = members.need("fields").and_then(|at| at.each(|at| field(&at)));
    Some(DocumentSection { id: id?, label: label?, fields: fields? })
}

fn field(at: &At<'_>) -> Option<DocumentField> {
    let members = at.object(&["id", "label", "state", "said"])?;
    let id = members.need("id").and_then(|at| text(&at));
    let label = members.need("label").and_then(|at| text(&at));
    let state: Option<FieldState> = members.need("state").and_then(|at| at.parse());
    let list = members.need("said")?;
    let said: Vec<DocumentSaid> = list.any_list()?.iter().filter_map(said).collect();
    if state.is_some_and(|state| (state == FieldState::Said) == said.is_empty()) {
        return members.at().fault("says that it is filled and holds nothing, or the other way round");
    }
    Some(DocumentField { id: id?, label: label?, state: state?, said })
}

fn said(at: &At<'_>) -> Option<DocumentSaid> {
    let members = at.object(&["from", "words", "value"])?;
    let from = members.need("from").and_then(|at| text(&at));
    let words = members.need("words").and_then(|at| text(&at));
    Some(DocumentSaid { from: from?, words: words?, value: members.may("value").map(|at| at.json().clone()) })
}
