//! A page with what was typed into one of its forms, and what came of it.

use crate::block::{Block, Page, Section, Tone};
use crate::form::{Field, Form, Kind};
use crate::inline::Inline;
use crate::say::Say;
use crate::typed::Typed;

/// What was sent from a form, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever serves pages fills it in")]
pub struct Overlay {
    /// The form's id.
    pub form: String,
    /// What was typed.
    pub typed: Typed,
    /// What came of it; none where it is a draft that was kept.
    pub outcome: Option<Outcome>,
}

/// What came of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was refused.
    Refused(Refusal),
    /// What would happen, and nothing has yet.
    Preview {
        /// What it says.
        blocks: Vec<Block>,
        /// What was filled in when it was made: only that can be confirmed.
        seen: String,
    },
    /// It was kept and not sent.
    Kept,
}

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever serves pages fills it in")]
pub struct Refusal {
    /// Why.
    pub why: Say,
    /// What to do.
    pub advice: Option<Say>,
    /// The field that is wrong.
    pub member: Option<String>,
}

impl Page {
    /// A form of the page by its name.
    #[must_use]
    pub fn form(&self, id: &str) -> Option<&Form> {
        find(&self.blocks, id)
    }

    /// Every form of the page.
    #[must_use]
    pub fn forms(&self) -> Vec<&Form> {
        let mut forms = Vec::new();
        collect(&self.blocks, &mut forms);
        forms
    }

    /// With what was typed in its form, and what came of it. A form that is not on the page any more leaves its words at the top.
    #[must_use]
    pub fn filled(mut self, overlay: &Overlay) -> Self {
        let is_found = fill_all(&mut self.blocks, overlay);
        if !is_found {
            let said = overlay.outcome.as_ref().map(said).unwrap_or_default();
            self.blocks.splice(0..0, said);
        }
        self
    }
}

/// Whether a form among these parts has something to say: what was refused, kept or would be done must not be folded away.
pub(crate) fn speaks(blocks: &[Block]) -> bool {
    let mut forms = Vec::new();
    collect(blocks, &mut forms);
    forms.iter().any(|form| !form.said.is_empty() || !form.weighed.is_empty())
}

fn find<'b>(blocks: &'b [Block], id: &str) -> Option<&'b Form> {
    let mut forms = Vec::new();
    collect(blocks, &mut forms);
    forms.into_iter().find(|form| form.id == id)
}

fn collect<'b>(blocks: &'b [Block], forms: &mut Vec<&'b Form>) {
    for block in blocks {
        match block {
            Block::Form(form) => forms.push(form),
            Block::Section(Section { blocks, .. }) | Block::Fold(_, blocks) => collect(blocks, forms),
            Block::Columns(columns) => columns.iter().for_each(|blocks| collect(blocks, forms)),
            Block::Line(_)
            | Block::Text(_)
            | Block::Notice(..)
            | Block::Facts(_)
            | Block::Table(_)
            | Block::List(_)
            | Block::Code(_) => {}
        }
    }
}

fn fill_all(blocks: &mut [Block], overlay: &Overlay) -> bool {
    let mut is_found = false;
    for block in blocks {
        is_found |= match block {
            Block::Form(form) if form.id == overlay.form => {
                fill(form, overlay);
                true
            }
            Block::Section(Section { blocks, .. }) | Block::Fold(_, blocks) => fill_all(blocks, overlay),
            Block::Columns(columns) => columns.iter_mut().any(|blocks| fill_all(blocks, overlay)),
            Block::Form(_)
            | Block::Line(_)
            | Block::Text(_)
            | Block::Notice(..)
            | Block::Facts(_)
            | Block::Table(_)
            | Block::List(_)
            | Block::Code(_) => false,
        };
    }
    is_found
}

fn fill(form: &mut Form, overlay: &Overlay) {
    for field in &mut form.fields {
        let typed = overlay.typed.all(&field.name);
        // What is given stays as the page gives it now; a box that is not ticked is not sent at all.
        match field.kind {
            Kind::Hidden | Kind::Secret => {}
            Kind::Line | Kind::Area | Kind::Choice(_) | Kind::Many(_) | Kind::Flag => {
                field.values = typed.into_iter().map(str::to_owned).collect();
            }
        }
    }
    if let Some(Outcome::Refused(Refusal { why, member: Some(member), .. })) = &overlay.outcome {
        // One of several values of a member is named with its key.
        form.fields
            .iter_mut()
            .filter(|field| field.name == *member || field.member().0 == member)
            .for_each(|field| field.wrong = Some(why.clone()));
    }
    if let Some(Outcome::Preview { seen, .. }) = &overlay.outcome {
        form.seen = Some(seen.clone());
    }
    form.said = overlay.outcome.as_ref().map(said).unwrap_or_default();
}

fn said(outcome: &Outcome) -> Vec<Block> {
    match outcome {
        Outcome::Kept => vec![Block::notice(Tone::Calm, "draft-here")],
        Outcome::Preview { blocks, .. } => {
            let mut said = vec![Block::notice(Tone::Watch, "form-preview")];
            said.extend(blocks.iter().cloned());
            said
        }
        Outcome::Refused(refusal) => {
            let mut line = vec![Inline::Strong(Say::Word("form-refused")), Inline::Text(refusal.why.clone())];
            line.extend(refusal.advice.clone().map(Inline::Text));
            vec![Block::Notice(Tone::Grave, line)]
        }
    }
}

impl Field {
    /// Whether a value is chosen.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }
}
