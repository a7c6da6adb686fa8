//! Texts of the incident in other languages, beside what its author wrote: whose they are, and of which version.

use access::Right;
use incident::{Text, Translation};
use pages::{Block, Field, Form, Inline, Say, Tone};
use record::digest::PartyId;
use record::time::Timestamp;

use super::super::Made;
use super::super::shared::record_link;
use super::Scene;
use super::facts::property;
use crate::cases::modified;
use crate::operations::sight::Seen;

/// Translations of one incident that are opened: each is judged for the account.
const MAX_READ: usize = 64;

/// Translations that stand on the page, each in a part of its own.
const MAX_SHOWN: usize = 8;

/// One that this account may see.
struct Shown {
    said: Translation,
    seen: Seen,
    author: PartyId,
    made: Option<Timestamp>,
}

pub(super) fn blocks(scene: &Scene<'_>) -> Made<Vec<Block>> {
    let mut all = read(scene)?;
    let language = scene.asked.ask.language.tag();
    // Those for the reader first, of these the last that was made.
    all.sort_by_key(|one| (!is_read_as(one.said.language.as_str(), language), std::cmp::Reverse(one.made)));
    let (mine, others): (Vec<_>, Vec<_>) = all.iter().partition(|one| is_read_as(one.said.language.as_str(), language));
    let mut inner = Vec::new();
    for one in mine.into_iter().take(MAX_SHOWN) {
        inner.extend(one_of(scene, one)?);
    }
    if !others.is_empty() {
        inner.push(Block::line("case-translations-others"));
        for one in others.into_iter().take(MAX_SHOWN) {
            inner.push(Block::Fold(Say::sign(one.said.language.as_str()), one_of(scene, one)?));
        }
    }
    inner.extend(translating(scene).map(|form| Block::Fold(form.title.clone(), vec![form.into()])));
    Ok((!inner.is_empty()).then(|| Block::section("translations", "case-translations", inner)).into_iter().collect())
}

fn read(scene: &Scene<'_>) -> Made<Vec<Shown>> {
    let (found, _is_cut) = scene.cases().naming(scene.seen.case.id.as_str(), incident::TRANSLATION_TYPE)?;
    let mut all = Vec::new();
    for found in found.iter().take(MAX_READ) {
        let Some(seen) = scene.sight.seen(found)? else { continue };
        let object = seen.record.content().object();
        let made = object.text("modified").and_then(|time| time.parse().ok());
        let author = seen.record.content().issuer();
        let said = Translation::of_object(object).into_iter().filter(|said| said.of == scene.seen.case.id);
        all.extend(said.map(|said| Shown { said, seen: seen.clone(), author, made }));
    }
    Ok(all)
}

/// Whose it is and of which version, and its texts under the names of what they translate. What the author wrote stands above as it is.
fn one_of(scene: &Scene<'_>, one: &Shown) -> Made<Vec<Block>> {
    let mut line = vec![Inline::Text(Say::Word("case-translation-by")), scene.asked.name(one.author).into()];
    line.extend(one.said.translator.as_deref().map(Inline::content));
    line.extend(one.made.map(Inline::Time));
    line.push(Inline::Tlp(one.seen.tlp));
    line.push(record_link(one.seen.record.digest()));
    let mut blocks = vec![Block::Line(line)];
    let newest = scene.newest()?.0;
    let of: Option<Timestamp> = one.said.modified.as_deref().and_then(|time| time.parse().ok());
    if of.is_none() || of != modified(newest) {
        blocks.push(Block::notice(Tone::Watch, "case-translation-of-another"));
    }
    let texts = one.said.texts.iter();
    let rows = texts.map(|(name, text)| (property(name.name()), vec![Inline::content(text.as_str())]));
    blocks.push(Block::Facts(rows.collect()));
    Ok(blocks)
}

/// Whether a text in a language is for somebody who reads pages in another or the same.
fn is_read_as(language: &str, page: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    // Traditional characters are another script, and read by others.
    let is_traditional = language.split('-').any(|part| ["Hant", "TW", "HK", "MO"].contains(&part));
    primary(language) == primary(page) && !is_traditional
}

/// A translation of ours can be written by whoever may write, of a version of ours that is theirs to read.
fn translating(scene: &Scene<'_>) -> Option<Form> {
    let version = scene.ours().filter(|_| scene.asked.may(Right::Write))?;
    let facts = version.incident.facts();
    let fields = [
        (Text::Name, Field::line("title", property(Text::Name.name()))),
        (Text::Description, Field::area("description", property(Text::Description.name()))),
        (Text::AiInvolvement, Field::area("involvement", property(Text::AiInvolvement.name()))),
    ];
    let said: Vec<_> = fields.into_iter().filter(|(name, _)| facts.text(*name).is_some()).collect();
    let languages = ["zh-Hans", "en", "fr", "ru", "es", "ar", "ja", "ko"];
    let languages = languages.iter().map(|tag| ((*tag).to_owned(), Say::known("language", tag))).collect();
    let start = Form::command("translate", "incident translate", scene.path())
        .titled("case-translate", "case-translate-button")
        .helped("case-translate-help")
        .given("incident", version.digest)
        .field(Field::choice("language", "case-translate-language", languages).required());
    let form = said.iter().fold(start, |form, (_, field)| form.field(field.clone()));
    let form = form
        .field(Field::line("translator", "case-translate-by").helped("case-translate-by-help"))
        .then(format!("{}#translations", scene.path()))
        .saved();
    (!said.is_empty()).then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translation_stands_under_the_language_of_whoever_reads_it() {
        for tag in ["zh-Hans", "zh", "zh-CN", "zh-Hans-SG"] {
            assert!(is_read_as(tag, "zh-Hans"), "{tag}");
        }
        for tag in ["zh-Hant", "zh-TW", "en", "ja"] {
            assert!(!is_read_as(tag, "zh-Hans"), "{tag}");
        }
        assert!(is_read_as("en-GB", "en") && !is_read_as("de", "en"));
    }
}
