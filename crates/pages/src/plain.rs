//! Pages as plain text, for lines on which HTML takes too long, and for readers who prefer it. It shows no forms: it names the
//! page that has them.

use crate::block::{Block, Page, Table};
use crate::frame::Frame;
use crate::inline::{Inline, Stretch};
use crate::say::Say;
use crate::zone::Zone;

/// A page as text.
#[must_use]
pub fn document(frame: &Frame<'_>, page: &Page) -> String {
    let mut out = Writer { frame, out: String::new() };
    out.line(&format!("{} · {}", out.say(&page.title), crate::html::shown(frame.house)));
    out.line(&format!("{} {}", out.say(&Say::Word("frame-clock")), Zone::utc(frame.now)));
    out.blocks(&page.blocks);
    if !page.forms().is_empty() {
        out.line("");
        out.line(&out.say(&Say::with("plain-forms", "path", frame.path)));
    }
    let places: Vec<_> =
        frame.places().map(|(path, key)| format!("{} {path}?text=yes", out.say(&Say::Word(key)))).collect();
    out.line("");
    out.line(&places.join(" | "));
    out.out
}

/// Whether there is nothing in it but things to fill in.
fn asks_only(block: &Block) -> bool {
    let all = |blocks: &[Block]| !blocks.is_empty() && blocks.iter().all(asks_only);
    match block {
        Block::Form(_) => true,
        Block::Section(section) => all(&section.blocks),
        Block::Fold(_, inner) => all(inner),
        Block::Columns(columns) => !columns.is_empty() && columns.iter().all(|column| all(column)),
        Block::Line(_)
        | Block::Text(_)
        | Block::Notice(..)
        | Block::Facts(_)
        | Block::Table(_)
        | Block::List(_)
        | Block::Code(_) => false,
    }
}

struct Writer<'a> {
    frame: &'a Frame<'a>,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn say(&self, say: &Say) -> String {
        let text = crate::html::shown(&say.text(self.frame.language));
        // Nothing that others wrote begins a line of its own, but where it stands as a text; values within our words are theirs too.
        text.replace('\n', " / ")
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        // A heading over nothing but forms says nothing here.
        if asks_only(block) {
            return;
        }
        match block {
            Block::Section(section) => self.titled(&section.title, &section.blocks),
            Block::Fold(title, inner) => self.titled(title, inner),
            Block::Line(line) => self.inlines("", line),
            Block::Notice(_, line) => self.inlines("! ", line),
            Block::Text(say) => {
                let text = crate::html::shown(&say.text(self.frame.language));
                text.lines().for_each(|line| self.line(&format!("  | {line}")));
            }
            Block::Facts(facts) => facts.iter().for_each(|(name, line)| {
                let name = format!("{}: ", self.say(name));
                self.inlines(&name, line);
            }),
            Block::Table(table) => self.table(table),
            Block::List(lines) => lines.iter().for_each(|line| self.inlines("- ", line)),
            Block::Columns(columns) => columns.iter().for_each(|column| self.blocks(column)),
            Block::Code(text) => text.lines().for_each(|line| self.line(&format!("    {}", crate::html::shown(line)))),
            // What went wrong is told on the page that has the form.
            Block::Form(_) => {}
        }
    }

    fn titled(&mut self, title: &Say, blocks: &[Block]) {
        let title = format!("\n== {}", self.say(title));
        self.line(&title);
        self.blocks(blocks);
    }

    fn inlines(&mut self, before: &str, line: &[Inline]) {
        let text = line.iter().map(|one| self.inline(one)).collect::<Vec<_>>().join(" ");
        self.line(&format!("{before}{text}"));
    }

    fn inline(&self, inline: &Inline) -> String {
        match inline {
            Inline::Text(say) | Inline::Strong(say) => self.say(say),
            Inline::Link { to, text } => format!("{} <{to}>", self.say(text)),
            Inline::Tag(_, say) => format!("[{}]", self.say(say)),
            Inline::Tlp(tlp) => tlp.map_or_else(
                || format!("[{}]", self.say(&Say::Word("tlp-none"))),
                |tlp| format!("[TLP:{}]", tlp.name().to_uppercase()),
            ),
            Inline::Time(moment) => {
                let own = self.frame.zone.own(*moment).map(|own| format!(" ({own})")).unwrap_or_default();
                format!("{}{own}", Zone::utc(*moment))
            }
            Inline::Code(text) | Inline::Source(text) => crate::html::shown(text).replace('\n', " "),
            Inline::Compared(stretches) => stretches.iter().map(stretch).collect::<String>().replace('\n', " / "),
        }
    }

    fn table(&mut self, table: &Table) {
        let caption = self.say(&table.caption);
        if table.rows.is_empty() {
            let empty = self.say(&table.empty);
            return self.line(&empty);
        }
        self.line(&format!("{caption}:"));
        for row in &table.rows {
            let cells =
                row.cells.iter().map(|cell| cell.iter().map(|one| self.inline(one)).collect::<Vec<_>>().join(" "));
            let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
            self.line(&format!("- {}", cells.join(" · ")));
        }
    }
}

/// What goes and what comes, in the signs that word-by-word comparisons in plain text have.
fn stretch(stretch: &Stretch) -> String {
    match stretch {
        Stretch::Kept(text) => crate::html::shown(text),
        Stretch::Gone(text) => format!("[-{}-]", crate::html::shown(text)),
        Stretch::Come(text) => format!("{{+{}+}}", crate::html::shown(text)),
    }
}
