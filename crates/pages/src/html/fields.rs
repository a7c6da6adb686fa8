//! Forms as HTML. Each works without scripts; what is wrong is said beside the field, and nothing that was typed is lost.

use maud::{Markup, html};

use super::{blocks, heading, said};
use crate::form::{Field, Form, Kind, Sends};
use crate::frame::Frame;
use crate::html::content::shown;
use crate::say::Say;
use crate::sign_in::{OWN_PASSWORD, SIGN_IN};

pub(super) fn form(frame: &Frame<'_>, form: &Form, level: u8) -> Markup {
    let (method, action) = match &form.sends {
        Sends::Command { page, .. } | Sends::Look { page } => ("post", page),
        Sends::Query { page } => ("get", page),
        Sends::Post { path } => ("post", path),
    };
    let saves = matches!(form.sends, Sends::Command { saves: true, .. });
    let weighs = matches!(form.sends, Sends::Command { weighs: true, .. });
    let title = format!("{}-title", form.id);
    html! {
        form id=(form.id) method=(method) action=(action) accept-charset="utf-8" aria-labelledby=(title)
            data-saves=[saves.then_some("yes")] data-weighs=[weighs.then_some("yes")] {
            (heading(level, &title, &said(frame, &form.title)))
            @if let Some(help) = &form.help { p class="help" { (said(frame, help)) } }
            (outcome(frame, form, level))
            @for field in &form.fields { (self::field(frame, form, field)) }
            @if weighs { div class="weighed" role="status" { (blocks(frame, &form.weighed, level.saturating_add(1))) } }
            @if method == "post" { (sealed(frame, form)) }
            p class="buttons" { @if weighs { (weigh(frame)) " " } (buttons(frame, form)) @if saves { (draft(frame)) } }
        }
    }
}

/// What went wrong, or would happen, stands before the fields, where the reader is taken back to.
fn outcome(frame: &Frame<'_>, form: &Form, level: u8) -> Markup {
    if form.said.is_empty() {
        return html! {};
    }
    html! { div class="outcome" id={ (form.id) "-outcome" } tabindex="-1" { (blocks(frame, &form.said, level.saturating_add(1))) } }
}

/// What makes the form one of ours, and sent once.
fn sealed(frame: &Frame<'_>, form: &Form) -> Markup {
    html! {
        input type="hidden" name="form" value=(form.id);
        @if let Some(token) = frame.form_token { input type="hidden" name="form_token" value=(token); }
        // Signing in twice is one thing, and its page tells nothing of itself that differs from one answer to the next.
        @if !matches!(&form.sends, Sends::Post { path } if path == SIGN_IN) {
            input type="hidden" name="once" value={ (frame.once) "-" (form.id) };
        }
        @if let Sends::Command { command, .. } = &form.sends {
            input type="hidden" name="do" value=(command);
            @if let Some(seen) = &form.seen { input type="hidden" name="seen" value=(seen); }
        }
    }
}

fn buttons(frame: &Frame<'_>, form: &Form) -> Markup {
    let previews = matches!(form.sends, Sends::Command { previews: true, .. });
    html! {
        @if previews {
            button type="submit" class=[form.seen.is_some().then_some("second")] { (said(frame, &Say::Word("form-look"))) }
        }
        @if !previews { button type="submit" { (said(frame, &form.button)) } }
        @if form.seen.is_some() { " " button type="submit" name="confirm" value="yes" { (said(frame, &form.button)) } }
    }
}

/// Without scripts, what it would change is asked by a button. It comes first, so that a line that is ended by its key does nothing yet.
fn weigh(frame: &Frame<'_>) -> Markup {
    html! { button type="submit" class="second" name="weigh" value="yes" formnovalidate { (said(frame, &Say::Word("form-weigh"))) } }
}

/// Without scripts, what is typed is kept by a button.
fn draft(frame: &Frame<'_>) -> Markup {
    html! {
        " " button type="submit" class="second" name="draft" value="yes" formnovalidate { (said(frame, &Say::Word("draft-save"))) }
        " " span class="saved" role="status" {}
    }
}

/// The name of a field on its page: where several fields are one member of the command, each has a number besides.
fn id(form: &Form, field: &Field) -> String {
    let same: Vec<_> = form.fields.iter().filter(|other| other.name == field.name).collect();
    let at = same.iter().position(|other| std::ptr::eq(*other, field)).filter(|at| *at > 0);
    at.map_or_else(|| format!("{}--{}", form.id, field.name), |at| format!("{}--{}--{at}", form.id, field.name))
}

fn field(frame: &Frame<'_>, form: &Form, field: &Field) -> Markup {
    let id = id(form, field);
    let value = field.values.first().map(String::as_str).unwrap_or_default();
    if field.kind == Kind::Hidden {
        return html! { @for value in &field.values { input type="hidden" name=(field.name) value=(value); } };
    }
    let notes = Notes { id: &id, frame, field };
    if let Kind::Many(choices) = &field.kind {
        return many(&notes, choices);
    }
    if field.kind == Kind::Flag {
        return flag(&notes);
    }
    let (describes, invalid) = (notes.ids(), field.wrong.as_ref().map(|_| "true"));
    html! {
        div class="field" {
            label for=(id) { (notes.label()) }
            (notes.help())
            @match &field.kind {
                Kind::Area => {
                    textarea id=(id) name=(field.name) rows="6" required[field.is_required] aria-describedby=[describes] aria-invalid=[invalid] {
                        (Break) (value)
                    }
                }
                Kind::Choice(choices) => {
                    select id=(id) name=(field.name) required[field.is_required] aria-describedby=[describes] aria-invalid=[invalid] {
                        @for (word, say) in choices {
                            option value=(word) selected[field.has(word)] { (shown(&say.text(frame.language))) }
                        }
                    }
                }
                kind => {
                    input id=(id) type=(if *kind == Kind::Secret { "password" } else { "text" }) name=(field.name) value=(value)
                        required[field.is_required] aria-describedby=[describes] aria-invalid=[invalid] autocomplete=(completion(form, field));
                }
            }
            (notes.wrong())
        }
    }
}

/// The first line break within a text area is not part of its text (HTML Standard, 13.1.2.5), so one stands before it.
struct Break;

impl maud::Render for Break {
    fn render(&self) -> Markup {
        super::ours("\n".to_owned())
    }
}

/// What a browser may fill in by itself: names and passwords at the sign-in, and nothing of a case.
fn completion(form: &Form, field: &Field) -> &'static str {
    let is_at = |place: &str| matches!(&form.sends, Sends::Post { path } if path == place);
    match (field.name.as_ref(), &field.kind) {
        ("name", Kind::Line) if is_at(SIGN_IN) => "username",
        ("password" | "old", Kind::Secret) => "current-password",
        ("new" | "again", Kind::Secret) if is_at(OWN_PASSWORD) => "new-password",
        _ => "off",
    }
}

fn flag(notes: &Notes<'_>) -> Markup {
    let field = notes.field;
    html! {
        div class="field flag" {
            input id=(notes.id) type="checkbox" name=(field.name) value="true" checked[field.has("true")] required[field.is_required]
                aria-describedby=[notes.ids()];
            label for=(notes.id) { (notes.label()) }
            (notes.help()) (notes.wrong())
        }
    }
}

fn many(notes: &Notes<'_>, choices: &[(String, Say)]) -> Markup {
    let field = notes.field;
    html! {
        fieldset class="field" aria-describedby=[notes.ids()] {
            legend { (notes.label()) }
            (notes.help())
            @for (at, (word, say)) in choices.iter().enumerate() {
                @let id = format!("{}-{at}", notes.id);
                span class="one" {
                    input id=(id) type="checkbox" name=(field.name) value=(word) checked[field.has(word)];
                    label for=(id) { (said(notes.frame, say)) }
                }
            }
            (notes.wrong())
        }
    }
}

/// What stands around a field.
struct Notes<'a> {
    id: &'a str,
    frame: &'a Frame<'a>,
    field: &'a Field,
}

impl Notes<'_> {
    fn label(&self) -> Markup {
        html! {
            (said(self.frame, &self.field.label))
            @if self.field.is_required { " " span class="required" { (said(self.frame, &Say::Word("form-required"))) } }
        }
    }

    fn help(&self) -> Markup {
        html! { @if let Some(help) = &self.field.help { p class="help" id={ (self.id) "-help" } { (said(self.frame, help)) } } }
    }

    fn wrong(&self) -> Markup {
        html! { @if let Some(wrong) = &self.field.wrong { p class="wrong" id={ (self.id) "-wrong" } { (said(self.frame, wrong)) } } }
    }

    fn ids(&self) -> Option<String> {
        let help = self.field.help.as_ref().map(|_| format!("{}-help", self.id));
        let wrong = self.field.wrong.as_ref().map(|_| format!("{}-wrong", self.id));
        let ids: Vec<_> = help.into_iter().chain(wrong).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
