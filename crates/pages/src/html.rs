//! Pages as HTML. Nothing else in this program writes tags.

mod content;
mod fields;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(crate) use self::content::shown;

use self::content::{foreign, mixed, signs};
use crate::block::{Block, Page, Row, Section, Table, Tone};
use crate::filled::speaks;
use crate::frame::{self, Frame};
use crate::inline::{Inline, Stretch, web_address};
use crate::say::Say;
use crate::zone::Zone;

/// A page as a whole document.
#[must_use]
pub fn document(frame: &Frame<'_>, page: &Page) -> String {
    let say = |key: &'static str| Say::Word(key).text(frame.language);
    let title = page.title.text(frame.language);
    let markup = html! {
        (DOCTYPE)
        html lang=(frame.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (shown(&title)) " · " (shown(frame.house)) }
                link rel="stylesheet" href=(frame::style_path());
                link rel="icon" href="data:,";
                script src=(frame::script_path()) defer {}
            }
            body data-words-saved=(say("draft-saved")) data-words-unsaved=(say("draft-unsaved")) data-words-new=(say("live-new")) {
                a class="skip" href="#main" { (say("frame-skip")) }
                (frame::head(frame))
                main id="main" tabindex="-1" data-live=[frame.hears()] {
                    h1 { (said(frame, &page.title)) }
                    (blocks(frame, &page.blocks, 2))
                }
                (frame::foot(frame))
            }
        }
    };
    markup.into_string()
}

/// Blocks under a heading of some level.
pub(crate) fn blocks(frame: &Frame<'_>, blocks: &[Block], level: u8) -> Markup {
    html! { @for one in blocks { (block(frame, one, level)) } }
}

fn block(frame: &Frame<'_>, block: &Block, level: u8) -> Markup {
    match block {
        Block::Section(section) => self::section(frame, section, level),
        Block::Line(line) => html! { p { (inlines(frame, line)) } },
        Block::Text(say) => html! { div class="text" { (said(frame, say)) } },
        Block::Notice(tone, line) => {
            html! { div class=(class("notice", *tone)) role=[role(*tone)] { (inlines(frame, line)) } }
        }
        Block::Facts(facts) => html! {
            dl { @for (name, line) in facts { div { dt { (said(frame, name)) } dd { (inlines(frame, line)) } } } }
        },
        Block::Table(table) => self::table(frame, table),
        Block::List(lines) => html! { ul { @for line in lines { li { (inlines(frame, line)) } } } },
        Block::Form(form) => fields::form(frame, form, level),
        Block::Columns(columns) => html! {
            div class="columns" { @for column in columns { div { (blocks(frame, column, level)) } } }
        },
        Block::Fold(title, inner) => html! {
            details open[speaks(inner)] { summary { (said(frame, title)) } (blocks(frame, inner, level)) }
        },
        Block::Code(text) => html! { pre tabindex="0" { code { (signs(text)) } } },
    }
}

/// What has to be acted on is read out at once.
const fn role(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Grave => Some("alert"),
        Tone::Watch | Tone::Good => Some("status"),
        Tone::Calm => None,
    }
}

fn section(frame: &Frame<'_>, section: &Section, level: u8) -> Markup {
    let id = format!("{}-title", section.id);
    html! {
        section id=(section.id) aria-labelledby=(id) {
            (heading(level, &id, &said(frame, &section.title)))
            (blocks(frame, &section.blocks, level.saturating_add(1)))
        }
    }
}

/// A heading of a level: 2 to 6.
pub(crate) fn heading(level: u8, id: &str, text: &Markup) -> Markup {
    match level {
        0..=2 => html! { h2 id=(id) { (text) } },
        3 => html! { h3 id=(id) { (text) } },
        4 => html! { h4 id=(id) { (text) } },
        5 => html! { h5 id=(id) { (text) } },
        6.. => html! { h6 id=(id) { (text) } },
    }
}

fn table(frame: &Frame<'_>, table: &Table) -> Markup {
    if table.rows.is_empty() {
        return html! { p class="empty" { (said(frame, &table.empty)) } };
    }
    html! {
        div class="rows" role="region" tabindex="0" aria-label=(shown(&table.caption.text(frame.language))) {
            table {
                caption { (said(frame, &table.caption)) }
                thead { tr { @for name in &table.head { th scope="col" { (said(frame, name)) } } } }
                tbody { @for row in &table.rows { (self::row(frame, table, row)) } }
            }
        }
    }
}

/// Each cell names its column too: where the page is narrow, rows stand as lists.
fn row(frame: &Frame<'_>, table: &Table, row: &Row) -> Markup {
    let cells = row.cells.iter().zip(&table.head).enumerate();
    html! {
        tr class=(class("row", row.tone)) {
            @for (at, (cell, head)) in cells {
                @if at == 0 { th scope="row" { (inlines(frame, cell)) } }
                @else { td data-head=(shown(&head.text(frame.language))) { (inlines(frame, cell)) } }
            }
        }
    }
}

/// The pieces of a line, with a space between them.
pub(crate) fn inlines(frame: &Frame<'_>, line: &[Inline]) -> Markup {
    html! { @for (at, one) in line.iter().enumerate() { @if at > 0 { " " } (inline(frame, one)) } }
}

fn inline(frame: &Frame<'_>, inline: &Inline) -> Markup {
    match inline {
        Inline::Text(say) => said(frame, say),
        Inline::Strong(say) => html! { strong { (said(frame, say)) } },
        Inline::Link { to, text } => html! { a href=(to) { (said(frame, text)) } },
        Inline::Source(text) => match web_address(text) {
            Some(address) => html! { a class="source" href=(address) rel="noopener noreferrer" { (signs(text)) } },
            None => signs(text),
        },
        Inline::Tlp(tlp) => tlp.map_or_else(
            || html! { span class="tlp" { (Say::Word("tlp-none").text(frame.language)) } },
            |tlp| html! { span class={ "tlp tlp-" (tlp.name()) } { "TLP:" (tlp.name().to_uppercase()) } },
        ),
        Inline::Time(moment) => time(frame, *moment),
        Inline::Tag(tone, say) => html! { span class=(class("tag", *tone)) { (said(frame, say)) } },
        Inline::Code(text) => html! { code { (signs(text)) } },
        Inline::Compared(stretches) => {
            html! { span class="compared" { @for one in stretches { (stretch(frame, one)) } } }
        }
    }
}

fn stretch(frame: &Frame<'_>, stretch: &Stretch) -> Markup {
    match stretch {
        Stretch::Kept(text) => foreign(text, frame.language),
        Stretch::Gone(text) => html! { del { (foreign(text, frame.language)) } },
        Stretch::Come(text) => html! { ins { (foreign(text, frame.language)) } },
    }
}

fn time(frame: &Frame<'_>, moment: record::time::Timestamp) -> Markup {
    html! {
        time datetime=(moment.to_string()) {
            (Zone::utc(moment))
            @if let Some(own) = frame.zone.own(moment) { span class="own" { " (" (own) ")" } }
        }
    }
}

/// A text: words of ours as they are, and what is foreign on its own.
pub(crate) fn said(frame: &Frame<'_>, say: &Say) -> Markup {
    let text = say.text(frame.language);
    match say {
        Say::Content(_) => foreign(&text, frame.language),
        Say::Sign(_) => html! { bdi { (signs(&text)) } },
        Say::Both(_) => mixed(&text, frame.language),
        Say::Word(_) | Say::With(..) | Say::Known(..) => html! { (shown(&text)) },
    }
}

/// A class with the word of a tone.
fn class(name: &str, tone: Tone) -> String {
    let tone = match tone {
        Tone::Calm => "calm",
        Tone::Good => "good",
        Tone::Watch => "watch",
        Tone::Grave => "grave",
    };
    format!("{name} {tone}")
}

/// Markup that is known to be ours.
pub(crate) fn ours(text: String) -> Markup {
    PreEscaped(text)
}
