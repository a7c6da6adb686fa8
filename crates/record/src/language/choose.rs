//! How near one language is to another, for a reader.

use unic_langid::LanguageIdentifier;

use super::{LanguageTag, TaggedText};

/// How far a rendition lies from a wish, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    /// The same tag.
    Same,
    /// Language, script and region agree, or the rendition names no region.
    Script,
    /// Language and script agree; the region differs.
    OtherRegion,
    /// The rendition names the language alone.
    Bare,
    /// The same language in another script.
    OtherScript,
}

/// The nearest rendition within `limit`; of equally near ones the author's earlier.
pub(super) fn nearest<'a>(
    text: &'a TaggedText,
    wish: &LanguageTag,
    limit: Distance,
) -> Option<(&'a LanguageTag, &'a str)> {
    let with_distance = text.iter().filter_map(|one| Some((distance(&wish.identifier, &one.0.identifier)?, one)));
    let near = with_distance.filter(|(distance, _)| *distance <= limit);
    near.min_by_key(|(distance, _)| *distance).map(|(_, one)| one)
}

fn distance(wish: &LanguageIdentifier, offer: &LanguageIdentifier) -> Option<Distance> {
    if wish.language != offer.language {
        return None;
    }
    let same_script = script(wish) == script(offer);
    Some(if wish == offer {
        Distance::Same
    } else if offer.script.is_none() && offer.region.is_none() {
        Distance::Bare
    } else if same_script && (offer.region.is_none() || offer.region == wish.region) {
        Distance::Script
    } else if same_script {
        Distance::OtherRegion
    } else {
        Distance::OtherScript
    })
}

/// The script, told from the region where the language is Chinese: of the languages that we serve the only one whose
/// regions write differently.
fn script(identifier: &LanguageIdentifier) -> Option<&str> {
    let named = identifier.script.as_ref().map(unic_langid::subtags::Script::as_str);
    let chinese = identifier.language.as_str() == "zh";
    named
        .or_else(|| chinese.then(|| script_of_chinese(identifier.region.as_ref().map_or("", |region| region.as_str()))))
}

fn script_of_chinese(region: &str) -> &'static str {
    if matches!(region, "TW" | "HK" | "MO") { "Hant" } else { "Hans" }
}
