//! What a page is made of.

use crate::form::Form;
use crate::inline::Inline;
use crate::say::Say;

/// How a thing is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tone {
    /// To know.
    Calm,
    /// Done, holds, agrees.
    Good,
    /// Look at it.
    Watch,
    /// Act on it.
    Grave,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// What it is about: its first heading, and its name in the browser.
    pub title: Say,
    /// What stands on it.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "a page has some dozens of them and is made once; a box would stand in every page's source"
)]
pub enum Block {
    /// A part with a heading.
    Section(Section),
    /// A line of text.
    Line(Vec<Inline>),
    /// What somebody wrote, with its line breaks.
    Text(Say),
    /// Something to be noticed before the rest.
    Notice(Tone, Vec<Inline>),
    /// Names and what stands behind them.
    Facts(Vec<(Say, Vec<Inline>)>),
    /// Rows.
    Table(Table),
    /// Points.
    List(Vec<Vec<Inline>>),
    /// Something to fill in.
    Form(Form),
    /// Parts that stand side by side where there is room.
    Columns(Vec<Vec<Self>>),
    /// Parts that are shown when they are asked for.
    Fold(Say, Vec<Self>),
    /// Signs that are copied as they are.
    Code(String),
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// By what links reach it: letters and hyphens of ours.
    pub id: &'static str,
    /// Its heading.
    pub title: Say,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// Rows under headings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// What it is a table of.
    pub caption: Say,
    /// What each column has.
    pub head: Vec<Say>,
    /// The rows. The first cell of each names it.
    pub rows: Vec<Row>,
    /// What is said in place of rows.
    pub empty: Say,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// As many as there are headings.
    pub cells: Vec<Vec<Inline>>,
    /// How it is meant.
    pub tone: Tone,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new(title: impl Into<Say>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// With another block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// With more blocks.
    #[must_use]
    pub fn and(mut self, blocks: impl IntoIterator<Item = Block>) -> Self {
        self.blocks.extend(blocks);
        self
    }
}

impl Block {
    /// A part with a heading.
    #[must_use]
    pub fn section(id: &'static str, title: impl Into<Say>, blocks: Vec<Self>) -> Self {
        Self::Section(Section { id, title: title.into(), blocks })
    }

    /// A line of words.
    #[must_use]
    pub fn line(words: impl Into<Say>) -> Self {
        Self::Line(vec![Inline::Text(words.into())])
    }

    /// Words to be noticed.
    #[must_use]
    pub fn notice(tone: Tone, words: impl Into<Say>) -> Self {
        Self::Notice(tone, vec![Inline::Text(words.into())])
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(caption: impl Into<Say>, head: &[&'static str], empty: impl Into<Say>) -> Self {
        let head = head.iter().map(|key| Say::Word(key)).collect();
        Self { caption: caption.into(), head, rows: Vec::new(), empty: empty.into() }
    }

    /// With these rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }
}

impl Row {
    /// A row to know of.
    #[must_use]
    pub const fn new(cells: Vec<Vec<Inline>>) -> Self {
        Self { cells, tone: Tone::Calm }
    }

    /// The same, meant otherwise.
    #[must_use]
    pub const fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Form> for Block {
    fn from(form: Form) -> Self {
        Self::Form(form)
    }
}
