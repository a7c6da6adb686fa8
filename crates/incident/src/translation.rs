//! Translations of an incident's texts, in the form that STIX has for them: `language-content` (STIX 2.1, section 7.1).
//!
//! A translation is a record of its own: its author says it, its labels say who may read it, and it names the version that it
//! translates. It changes nothing of the incident, and whoever shows it says whose it is.

use std::collections::BTreeMap;

use record::json::{Json, Map};
use record::language::LanguageTag;
use record::stix::StixId;
use record::time::Timestamp;

use crate::concern::acting;
use crate::incident::{INCIDENT_TYPE, extension_id};
use crate::property::Text;

/// The type of their objects.
pub const TRANSLATION_TYPE: &str = "language-content";

/// The source under which it is said who or what translated.
const TRANSLATOR: &str = "translator";

/// Languages of one object that are read: more than anybody translates into at once.
const MAX_READ: usize = 64;

/// Texts of an incident in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Translation {
    /// The incident.
    pub of: StixId,
    /// When the version was made that it translates, in its author's spelling; none if it says so of no version.
    pub modified: Option<String>,
    /// The language.
    pub language: LanguageTag,
    /// The texts, by the properties that they translate.
    pub texts: BTreeMap<Text, String>,
    /// Who or what translated, in the author's words: a person, an office, a program.
    pub translator: Option<String>,
}

/// A translation that nobody may sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TranslationError {
    /// It is of something else than an incident.
    #[error("`{0}` is no incident")]
    OfWhat(StixId),
    /// Nothing is translated.
    #[error("nothing is translated")]
    Nothing,
    /// A text that is empty.
    #[error("`{}` is empty", .0.name())]
    Empty(Text),
    /// A text that would act on its reader.
    #[error("`{name}` {acting}")]
    Acting {
        /// The text.
        name: &'static str,
        /// What in it would.
        acting: crate::Acting,
    },
}

impl Translation {
    /// A translation that can be signed.
    ///
    /// # Errors
    /// [`TranslationError`].
    pub fn new(
        (of, modified): (StixId, Option<String>),
        language: LanguageTag,
        texts: BTreeMap<Text, String>,
        translator: Option<String>,
    ) -> Result<Self, TranslationError> {
        if of.object_type() != INCIDENT_TYPE {
            return Err(TranslationError::OfWhat(of));
        }
        if texts.is_empty() {
            return Err(TranslationError::Nothing);
        }
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(TranslationError::Empty(*name));
        }
        let all = texts.iter().map(|(name, text)| (name.name(), text));
        for (name, text) in all.chain(translator.iter().map(|text| (TRANSLATOR, text))) {
            if let Some(acting) = acting(text).into_iter().next() {
                return Err(TranslationError::Acting { name, acting });
            }
        }
        Ok(Self { of, modified, language, texts, translator })
    }

    /// The members of the object that says it.
    #[must_use]
    pub fn to_map(&self, id: &StixId, made: Timestamp) -> Map {
        let (mut texts, mut own) = (Map::new(), Map::new());
        for (name, text) in &self.texts {
            let place = if name.is_core() { &mut texts } else { &mut own };
            place.set(name.name(), text.as_str());
        }
        if !own.is_empty() {
            texts.set("extensions", Map::new().with(extension_id(), own));
        }
        let mut map = Map::new()
            .with("type", TRANSLATION_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", made.to_string())
            .with("modified", made.to_string())
            .with("object_ref", self.of.as_str());
        if let Some(modified) = &self.modified {
            map.set("object_modified", modified.as_str());
        }
        map.set("contents", Map::new().with(self.language.as_str(), texts));
        if let Some(translator) = &self.translator {
            let source = Map::new().with("source_name", TRANSLATOR).with("description", translator.as_str());
            map.set("external_references", Json::Array(vec![source.into()]));
        }
        map
    }

    /// What an object says, one for each language. What is no text of an incident is passed over: others translate more.
    #[must_use]
    pub fn of_object(object: &Map) -> Vec<Self> {
        let of = object.text("object_ref").and_then(|id| id.parse::<StixId>().ok());
        let of = of.filter(|id| id.object_type() == INCIDENT_TYPE && object.text("type") == Some(TRANSLATION_TYPE));
        let contents = object.get("contents").and_then(Json::as_object);
        let (Some(of), Some(contents)) = (of, contents) else { return Vec::new() };
        let read = |(tag, texts): (&str, &Json)| {
            let texts = texts_of(texts.as_object()?);
            let (of, modified) = (of.clone(), object.text("object_modified").map(str::to_owned));
            let translation =
                Self { of, modified, language: tag.parse().ok()?, texts, translator: translator_of(object) };
            (!translation.texts.is_empty()).then_some(translation)
        };
        contents.iter().take(MAX_READ).filter_map(read).collect()
    }
}

fn texts_of(members: &Map) -> BTreeMap<Text, String> {
    let own = members.get("extensions").and_then(Json::as_object);
    let own = own.and_then(|extensions| extensions.get(extension_id())).and_then(Json::as_object);
    let read = |name: &Text| {
        let place = if name.is_core() { Some(members) } else { own };
        Some((*name, place?.text(name.name())?.to_owned()))
    };
    Text::ALL.iter().filter_map(read).collect()
}

fn translator_of(object: &Map) -> Option<String> {
    let sources = object.get("external_references").and_then(Json::as_array).unwrap_or_default();
    let source = sources.iter().filter_map(Json::as_object).find(|one| one.text("source_name") == Some(TRANSLATOR))?;
    source.text("description").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INCIDENT: &str = "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01";

    fn made(texts: &[(Text, &str)]) -> Result<Translation, TranslationError> {
        let texts = texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Translation::new(original(), chinese(), texts, Some("Li, by hand".to_owned()))
    }

    fn original() -> (StixId, Option<String>) {
        (INCIDENT.parse().unwrap(), Some("2026-11-30T08:00:00.000Z".to_owned()))
    }

    fn chinese() -> LanguageTag {
        "zh-Hans".parse().unwrap()
    }

    #[test]
    fn what_is_written_reads_back() {
        let translation = made(&[(Text::Name, "起重机停了"), (Text::Cause, "钢缆磨损")]).unwrap();
        let id = "language-content--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02".parse().unwrap();
        let map = translation.to_map(&id, Timestamp::from_micros(0));
        assert_eq!(Translation::of_object(&map), [translation]);
        let contents = map.get("contents").and_then(Json::as_object).and_then(|one| one.get("zh-Hans")).unwrap();
        let contents = contents.as_object().unwrap();
        assert_eq!(contents.text("name"), Some("起重机停了"));
        assert!(contents.get("cause").is_none(), "it stands where the incident has it, in our extension");
    }

    #[test]
    fn what_nobody_may_sign_is_named() {
        assert_eq!(made(&[]), Err(TranslationError::Nothing));
        assert_eq!(made(&[(Text::Name, " ")]), Err(TranslationError::Empty(Text::Name)));
        assert!(matches!(made(&[(Text::Name, "a\u{202e}b")]), Err(TranslationError::Acting { name: "name", .. })));
        let of = ("indicator--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap(), None);
        let texts = BTreeMap::from([(Text::Name, "x".to_owned())]);
        assert!(matches!(Translation::new(of, "en".parse().unwrap(), texts, None), Err(TranslationError::OfWhat(_))));
    }

    #[test]
    fn what_others_translate_is_read_as_far_as_it_is_text_of_an_incident() {
        let read = |contents: &str| {
            let text = format!(r#"{{"type":"language-content","object_ref":"{INCIDENT}","contents":{contents}}}"#);
            let Ok(Json::Object(map)) = record::json::parse(text.as_bytes()) else { unreachable!("an object") };
            Translation::of_object(&map)
        };
        let several =
            read(r#"{"de":{"name":"Kran","labels":["x"]},"not a tag!":{"name":"x"},"fr":{"name":7},"en":[]}"#);
        assert_eq!(several.iter().map(|one| one.language.as_str()).collect::<Vec<_>>(), ["de"]);
        assert_eq!((several[0].modified.as_deref(), several[0].translator.as_deref()), (None, None));
        assert_eq!(several[0].texts, BTreeMap::from([(Text::Name, "Kran".to_owned())]));
        assert!(read("7").is_empty() && Translation::of_object(&Map::new()).is_empty());
    }
}
