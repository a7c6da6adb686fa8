//! Names of products as formatted strings of CPE 2.3 (NIST IR 7695 section 6.2).

/// What every such name begins with.
const PREFIX: &str = "cpe:2.3:";

/// Components after that: part, vendor, product, version, update, edition, language, and four more.
const COMPONENTS: usize = 11;

/// The place of the language among them.
const LANGUAGE: usize = 6;

/// Whether it is one.
pub(super) fn is_name(text: &str) -> bool {
    let Some(components) = text.strip_prefix(PREFIX).map(components) else { return false };
    components.len() == COMPONENTS
        && components.iter().enumerate().all(|(place, component)| match place {
            0 => matches!(*component, "a" | "h" | "o" | "*" | "-"),
            LANGUAGE => matches!(*component, "*" | "-") || is_language(component),
            _ => matches!(*component, "*" | "-") || is_value(component),
        })
}

/// What stands between colons that no backslash protects.
fn components(text: &str) -> Vec<&str> {
    let mut is_escaped = false;
    let parts = text.split(|character: char| {
        let is_colon = character == ':' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_colon
    });
    parts.collect()
}

/// A language and perhaps a region.
fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let letters = |text: &str| text.bytes().all(|octet| octet.is_ascii_alphabetic());
    let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let is_region = |text: &str| (text.len() == 2 && letters(text)) || (text.len() == 3 && digits(text));
    matches!(language.len(), 2 | 3) && letters(language) && region.is_none_or(is_region)
}

/// Letters, digits and some signs; the others behind a backslash, and wildcards at the ends.
fn is_value(text: &str) -> bool {
    let inner = text.trim_matches('?');
    let inner = inner.strip_prefix('*').unwrap_or(inner);
    let inner = inner.strip_suffix('*').filter(|rest| !rest.ends_with('\\')).unwrap_or(inner);
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let fits = match character {
            '\\' => characters.next().is_some_and(|escaped| escaped.is_ascii_punctuation()),
            other => other.is_ascii_alphanumeric() || matches!(other, '.' | '_' | '-'),
        };
        if !fits {
            return false;
        }
    }
    !inner.is_empty()
}
