//! The words of pages, in both languages, from files in the form of Project Fluent.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use api::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::say::Arg;

/// Files by their names, in both languages.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../words/en/", $name, ".ftl")), include_str!(concat!("../words/zh-Hans/", $name, ".ftl")))),*]
    };
}

/// The files: what they are of, English, Simplified Chinese. One pair for each group of pages.
const FILES: &[(&str, &str, &str)] = files![
    "agreements",
    "alarms",
    "case",
    "desk",
    "duties",
    "feeds",
    "frame",
    "incidents",
    "intake",
    "partners",
    "proof",
    "property",
    "published",
    "questions",
    "releases",
    "reporter",
    "reports",
    "scan",
    "settings",
    "signals",
];

/// Both languages.
struct Words {
    english: FluentBundle<FluentResource>,
    chinese: FluentBundle<FluentResource>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    english: bundle(Language::English, |(_, english, _)| english),
    chinese: bundle(Language::Chinese, |(_, _, chinese)| chinese),
});

/// What is in a file and cannot be read is left out here, and found by the test that reads each file by itself.
fn bundle(
    language: Language,
    of: impl Fn(&(&str, &'static str, &'static str)) -> &'static str,
) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Values are made visible before they come here, and carry no direction of their own that could turn the words around them.
    bundle.set_use_isolating(false);
    for file in FILES {
        let resource = FluentResource::try_new(of(file).to_owned()).unwrap_or_else(|(read, _)| read);
        let _known_twice = bundle.add_resource(resource);
    }
    bundle
}

/// Words of ours by their key. A key that is missing is shown in angle brackets: a test holds that none is.
#[must_use]
pub fn say(language: Language, key: &str, values: &[(&'static str, Arg)]) -> String {
    find(language, key, values).unwrap_or_else(|| format!("⟨{key}⟩"))
}

/// Words of ours by their key, if there are any.
pub(crate) fn find(language: Language, key: &str, values: &[(&'static str, Arg)]) -> Option<String> {
    let bundle = match language {
        Language::English => &WORDS.english,
        Language::Chinese => &WORDS.chinese,
    };
    let pattern = bundle.get_message(key).and_then(|message| message.value())?;
    let mut arguments = FluentArgs::new();
    for (name, value) in values {
        arguments.set(*name, given(value));
    }
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned())
}

fn given(value: &Arg) -> FluentValue<'static> {
    match value {
        Arg::Text(text) => FluentValue::from(text.clone()),
        Arg::Number(number) => FluentValue::from(*number),
    }
}

/// The keys that a language has.
#[must_use]
pub fn keys(language: Language) -> BTreeSet<&'static str> {
    let files = FILES.iter().map(|(_, english, chinese)| match language {
        Language::English => english,
        Language::Chinese => chinese,
    });
    files.flat_map(|file| file.lines().filter_map(key)).collect()
}

/// The key of a message that begins on this line.
fn key(line: &'static str) -> Option<&'static str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let is_key = key.starts_with(|first: char| first.is_ascii_lowercase()) && !key.contains(char::is_whitespace);
    is_key.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys() {
        let (english, chinese) = (keys(Language::English), keys(Language::Chinese));
        let only = |one: &BTreeSet<&'static str>, other: &BTreeSet<&'static str>| {
            one.difference(other).copied().collect::<Vec<_>>()
        };
        assert_eq!((only(&english, &chinese), only(&chinese, &english)), (Vec::new(), Vec::new()));
    }

    #[test]
    fn every_file_reads_and_no_key_stands_twice() {
        for (name, english, chinese) in FILES {
            for text in [english, chinese] {
                let read = FluentResource::try_new((*text).to_owned());
                assert!(read.is_ok(), "{name}: {:?}", read.err().map(|(_, errors)| errors));
            }
        }
        for language in Language::ALL {
            let all: Vec<_> = FILES
                .iter()
                .flat_map(|(_, english, chinese)| {
                    let text = if language == Language::English { english } else { chinese };
                    text.lines().filter_map(key)
                })
                .collect();
            assert_eq!(all.len(), keys(language).len(), "a key stands twice in {language:?}");
        }
    }

    #[test]
    fn values_in_words_are_the_same_in_both_languages() {
        for key in keys(Language::English) {
            let names = |language| {
                let all: Vec<_> = FILES
                    .iter()
                    .map(|(_, english, chinese)| if language == Language::English { *english } else { *chinese })
                    .collect();
                let text = all.join("\n");
                let at = text.lines().skip_while(|line| key_of(line) != Some(key)).enumerate();
                let lines =
                    at.take_while(|(at, line)| *at == 0 || key_of(line).is_none()).map(|(_, line)| line.to_owned());
                let whole = lines.collect::<Vec<_>>().join(" ");
                whole
                    .split('$')
                    .skip(1)
                    .map(|rest| {
                        rest.chars()
                            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                            .collect::<String>()
                    })
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(names(Language::English), names(Language::Chinese), "{key}");
        }
    }

    fn key_of(line: &str) -> Option<&str> {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        (key.starts_with(|first: char| first.is_ascii_lowercase()) && !key.contains(' ')).then_some(key)
    }

    #[test]
    fn whatever_may_be_released_has_fields_with_names() {
        let content = ["incident", "classification", "countermeasure", "signals", "question", "answer", "alert"];
        let keys = keys(Language::English);
        for kind in record::kind::KINDS.iter().filter(|kind| content.contains(&kind.name)) {
            for property in kind.properties.iter().chain(record::kind::COMMON) {
                let key = format!("property-{}", property.name.replace('_', "-"));
                assert!(keys.contains(key.as_str()), "{}: {key}", kind.name);
            }
        }
    }

    #[test]
    fn a_number_chooses_its_words() {
        let count = |number| say(Language::English, "incidents-count", &[("count", Arg::Number(number))]);
        assert_eq!((count(1), count(2)), ("1 incident".to_owned(), "2 incidents".to_owned()));
    }
}
