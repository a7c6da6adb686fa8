//! Foreign text: escaped, with its own direction, its language where its script tells it, and its invisible characters made visible.

use api::Language;
use maud::{Markup, html};

/// Most characters of one text that stand on a page. The whole of it is in the record, which the page links to.
pub(crate) const MAX_SHOWN_CHARACTERS: usize = 20_000;

/// A text with what is invisible in it as signs, and cut where it would fill the page: how many characters are not shown.
fn cut(text: &str) -> (&str, usize) {
    let end = text.char_indices().nth(MAX_SHOWN_CHARACTERS).map(|(at, _)| at);
    let (shown, rest) = end.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    (shown, rest.chars().count())
}

/// A piece of text: as it is, or one character that cannot be seen.
enum Piece<'t> {
    Plain(&'t str),
    Unseen(char),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let hidden = text::invisible_characters(text).map(|found| found.offset).collect::<std::collections::BTreeSet<_>>();
    let mut begin = 0;
    for (at, character) in text.char_indices() {
        let is_break = matches!(character, '\n' | '\t');
        if is_break || !(hidden.contains(&at) || character.is_control()) {
            continue;
        }
        pieces.extend(text.get(begin..at).filter(|plain| !plain.is_empty()).map(Piece::Plain));
        pieces.push(Piece::Unseen(character));
        begin = at.saturating_add(character.len_utf8());
    }
    pieces.extend(text.get(begin..).filter(|plain| !plain.is_empty()).map(Piece::Plain));
    pieces
}

/// The text with invisible characters as signs, for where there can be no tags: names of pages, attributes.
pub(crate) fn shown(text: &str) -> String {
    let (text, left) = cut(text);
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Unseen(character) => out.push_str(&code_point(character)),
        }
    }
    if left > 0 {
        out.push_str(&format!(" […{left}]"));
    }
    out
}

/// Signs, with what is invisible in them in a frame.
pub(crate) fn signs(text: &str) -> Markup {
    let (text, left) = cut(text);
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(plain) => { (plain) }
                Piece::Unseen(character) => { span class="unseen" { (code_point(character)) } }
            }
        }
        @if left > 0 { span class="unseen" { "[…" (left) "]" } }
    }
}

/// What somebody wrote.
pub(crate) fn foreign(text: &str, page: Language) -> Markup {
    html! { bdi lang=[language_of(text, page)] { (signs(text)) } }
}

/// Words of ours that may quote Chinese ones: on an English page those are marked, so that voices read them as what they are.
pub(crate) fn mixed(text: &str, page: Language) -> Markup {
    let shown = shown(text);
    html! {
        @for (is_han, part) in runs(&shown) {
            @if is_han && page == Language::English { span lang="zh-Hans" { (part) } } @else { (part) }
        }
    }
}

/// A text as stretches that are Han and that are not.
fn runs(text: &str) -> Vec<(bool, &str)> {
    let is_han =
        |character: char| matches!(u32::from(character), 0x3000..=0x303F | 0x3400..=0x9FFF | 0x20000..=0x3FFFF);
    let (mut runs, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| is_han(character) != is_han(first)).unwrap_or(rest.len());
        let Some((run, after)) = rest.split_at_checked(end) else { break };
        runs.push((is_han(first), run));
        rest = after;
    }
    runs
}

fn code_point(character: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(character))
}

/// Which language a text is in, as far as its script tells: so that voices read it and fonts draw it as what it is. Of what is
/// written in Latin letters only that it is not Chinese is known, and nothing said on an English page.
fn language_of(text: &str, page: Language) -> Option<&'static str> {
    let mut has_han = false;
    for character in text.chars().take(MAX_SHOWN_CHARACTERS) {
        match u32::from(character) {
            0x3040..=0x30FF => return Some("ja"),
            0xAC00..=0xD7AF => return Some("ko"),
            0x3400..=0x9FFF | 0x20000..=0x3FFFF => has_han = true,
            _ => {}
        }
    }
    match (has_han, page) {
        (true, Language::English) => Some("zh-Hans"),
        (false, Language::Chinese) if text.chars().any(|letter| letter.is_ascii_alphabetic()) => Some("en"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(shown("a\u{202e}b\u{200b}\u{7}"), "a⟨U+202E⟩b⟨U+200B⟩⟨U+0007⟩");
        assert_eq!(signs("<b>\u{2066}").into_string(), "&lt;b&gt;<span class=\"unseen\">⟨U+2066⟩</span>");
    }

    #[test]
    fn a_million_characters_are_cut_and_counted() {
        let text = "字".repeat(1_000_000);
        assert!(shown(&text).ends_with(" […980000]"));
    }

    #[test]
    fn chinese_words_that_are_quoted_are_marked_on_an_english_page() {
        let text = "relatively serious (较大) or above";
        assert_eq!(
            mixed(text, Language::English).into_string(),
            "relatively serious (<span lang=\"zh-Hans\">较大</span>) or above"
        );
        assert_eq!(mixed("较大（CII）", Language::Chinese).into_string(), "较大（CII）");
        assert_eq!(mixed("", Language::English).into_string(), "");
    }

    #[test]
    fn a_script_tells_its_language() {
        assert_eq!(language_of("海港的机器人", Language::English), Some("zh-Hans"));
        assert_eq!(language_of("自動運転の車", Language::Chinese), Some("ja"));
        assert_eq!(language_of("로봇", Language::English), Some("ko"));
        assert_eq!(language_of("a robot", Language::Chinese), Some("en"));
        assert_eq!(language_of("a robot", Language::English), None);
    }
}
