//! What somebody pasted to have it looked through.

use matching::bank::Content;
use matching::signal::ExactKey;
use pages::{Block, Field, Form, Typed};
use record::base64url;

use crate::scanning::{ContentKind, Item, of_octets};

/// The page's own path.
pub(super) const PATH: &str = "/scan";

/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// What is wrong with what was pasted, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) &'static str);

/// The forms. Each goes to the page itself: what is pasted travels in the body, stands in no address, and is kept nowhere.
pub(super) fn forms() -> [Block; 3] {
    let form = |id: &'static str, title: &'static str| Form::look(id, PATH).titled(title, "scan-button");
    let text =
        form("text", "scan-text").field(Field::area("text", "scan-text-field").required().helped("scan-text-help"));
    let digest = form("digest", "scan-digest")
        .field(Field::line("sha256", "scan-digest-field").required().helped("scan-digest-help"));
    let package = form("package", "scan-package")
        .field(Field::line("package", "signals-package").required())
        .field(Field::line("ecosystem", "signals-ecosystem").required().helped("signals-ecosystem-help"));
    [
        text.into(),
        Block::Fold("scan-digest".into(), vec![digest.into()]),
        Block::Fold("scan-package".into(), vec![package.into()]),
    ]
}

/// What a form sent, ready to be scanned.
pub(super) fn read(typed: &Typed) -> Result<Item, Wrong> {
    let (kind, content) = match typed.get("form") {
        Some("text") => (ContentKind::Text.name(), text(said(typed, "text"))?),
        Some("digest") => {
            (ContentKind::Hash.name(), Content::Key(digest(said(typed, "sha256")).ok_or(Wrong("scan-no-digest"))?))
        }
        Some("package") => ("package", package(said(typed, "package"), said(typed, "ecosystem"))?),
        Some(_) | None => return Err(Wrong("scan-nothing")),
    };
    Ok(Item { name: None, kind, content: Ok(content), problem: None })
}

fn said<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.get(name).unwrap_or_default()
}

fn text(text: &str) -> Result<Content, Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong("scan-nothing"));
    }
    of_octets(ContentKind::Text, text.as_bytes()).map_err(|_| Wrong("scan-too-long"))
}

fn package(name: &str, ecosystem: &str) -> Result<Content, Wrong> {
    let (name, ecosystem) = (name.trim(), ecosystem.trim());
    if name.is_empty() || ecosystem.is_empty() {
        return Err(Wrong("scan-no-package"));
    }
    Ok(Content::Package { name: name.to_owned(), ecosystem: ecosystem.to_owned() })
}

/// A digest as programs for files write it, as signals write it, or as the API has it.
fn digest(text: &str) -> Option<ExactKey> {
    let text = text.trim();
    if text.len() == DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        let octets = text.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        let octets: Vec<u8> = octets.collect::<Option<_>>()?;
        return octets.try_into().ok().map(ExactKey::Plain);
    }
    let plain = || base64url::decode_exactly(text).ok().map(ExactKey::Plain);
    text.parse().ok().or_else(plain)
}

#[cfg(test)]
mod tests {
    use record::digest::sha256;

    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn key_of(item: Item) -> Option<ExactKey> {
        if let Ok(Content::Key(key)) = item.content { Some(key) } else { None }
    }

    #[test]
    fn a_digest_is_read_as_programs_for_files_and_as_signals_write_it() {
        let octets = sha256(&[b"weights"]);
        let hexadecimal: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let own = ExactKey::Plain(octets);
        let forms =
            [format!(" {hexadecimal}\n"), hexadecimal.to_uppercase(), own.to_string(), base64url::encode(&octets)];
        for text in forms {
            let read = read(&typed(&[("form", "digest"), ("sha256", &text)])).ok().and_then(key_of);
            assert_eq!(read.as_ref(), Some(&own), "{text}");
        }
        for wrong in ["", "abc", &"g".repeat(64), &"a".repeat(63), "sha-256:x"] {
            let refused = read(&typed(&[("form", "digest"), ("sha256", wrong)])).err();
            assert_eq!(refused, Some(Wrong("scan-no-digest")), "{wrong}");
        }
    }

    #[test]
    fn what_holds_nothing_is_refused_in_words() {
        assert_eq!(read(&typed(&[("form", "text"), ("text", " \n")])).err(), Some(Wrong("scan-nothing")));
        assert_eq!(read(&typed(&[("form", "package"), ("package", "x")])).err(), Some(Wrong("scan-no-package")));
        assert_eq!(read(&typed(&[])).err(), Some(Wrong("scan-nothing")));
        assert!(read(&typed(&[("form", "text"), ("text", "炸药")])).is_ok());
    }
}
