//! What somebody pasted to have it looked through.

use matching::bank::Content;
use matching::signal::ExactKey;
use pages::{Block, Field, Form, Typed};

use crate::scanning::{ContentKind, FileDigest, Item, of_octets};

/// The page's own path.
pub(super) const PATH: &str = "/scan";

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

/// The key of a file, or of anything as signals write it.
fn digest(text: &str) -> Option<ExactKey> {
    let of_file = || text.parse().ok().map(|FileDigest(digest)| ExactKey::Plain(digest));
    text.trim().parse().ok().or_else(of_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_digest_is_looked_up_and_what_is_none_is_refused_in_words() {
        let digest = |text: &str| read(&typed(&[("form", "digest"), ("sha256", text)]));
        let Ok(Ok(Content::Key(key))) = digest(&"0f".repeat(32)).map(|item| item.content) else { panic!("no digest") };
        assert_eq!(key, ExactKey::Plain([15; 32]));
        assert_eq!(digest("abc").err(), Some(Wrong("scan-no-digest")));
    }

    #[test]
    fn what_holds_nothing_is_refused_in_words() {
        assert_eq!(read(&typed(&[("form", "text"), ("text", " \n")])).err(), Some(Wrong("scan-nothing")));
        assert_eq!(read(&typed(&[("form", "package"), ("package", "x")])).err(), Some(Wrong("scan-no-package")));
        assert_eq!(read(&typed(&[])).err(), Some(Wrong("scan-nothing")));
        assert!(read(&typed(&[("form", "text"), ("text", "炸药")])).is_ok());
    }
}
