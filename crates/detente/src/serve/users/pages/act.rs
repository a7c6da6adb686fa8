//! What a form of a page does: it becomes a request to the API's own operation, and what came of it is shown where it was filled in.
//!
//! Only a form that the page offers to this account now can be sent, and what it gives without asking (which record, which
//! proposal) must be what the page gives now: otherwise somebody would confirm something else than he saw.

use api::{Member, Operation, Shape};
use node::server::Status;
use pages::{Block, Field, Form, Inline, Kind, Outcome, Overlay, Page, Refusal, Say, Sends, Tone, Typed};
use record::digest::sha256;
use record::json::{self, Json, Map};
use web::users::{PageAnswer, PageAsk, done_word};

use super::words::told;
use super::{Made, NoPage, Pages, shown};
use crate::operations::front::Sent;
use crate::serve::users::api::Api;

/// The address of a command in the API.
const COMMANDS: &str = "/api/v1/commands/";

/// Octets of the digest by which a confirmed form is compared with its preview.
const SEEN_BYTES: usize = 16;

/// Does what a form says.
pub(super) fn act(
    pages: &Pages,
    api: &Api,
    ask: &PageAsk<'_>,
    typed: &Typed,
    make: &dyn Fn() -> Made,
) -> Made<PageAnswer> {
    let page = make()?;
    let Some(form) = typed.get("form").and_then(|id| page.form(id)).cloned() else {
        return Ok(again(page, typed, "form-stale", Status::Conflict));
    };
    // The page was made with what was sent, and tells what it found in it. Nothing is done, and nothing kept.
    if matches!(form.sends, Sends::Look { .. }) {
        return Ok(shown(page.filled(&Overlay { form: form.id, typed: typed.clone(), outcome: None })));
    }
    let Sends::Command { command, then, previews, saves, weighs, .. } = &form.sends else {
        return Ok(again(page, typed, "form-stale", Status::Conflict));
    };
    if *saves && typed.get("draft").is_some() {
        return keep(pages, ask, &form, typed, page);
    }
    if !is_as_shown(&form, typed) {
        return Ok(again(page, typed, "form-stale", Status::Conflict));
    }
    // The page was made with what was typed, and tells what it would change. Nothing is done.
    if *weighs && typed.get("weigh").is_some() {
        let weighed = Overlay { form: form.id.clone(), typed: typed.clone(), outcome: None };
        return Ok(shown(page.filled(&weighed)));
    }
    let confirms = typed.get("confirm").is_some();
    if *previews && confirms && typed.get("seen") != Some(seen(&form, typed).as_str()) {
        return Ok(again(page, typed, "form-changed", Status::Conflict));
    }
    let path = format!("{COMMANDS}{}", command.replace(' ', "/"));
    let operation = api.operation(&path).ok_or_else(|| NoPage::Failed(format!("a form sends `{command}`")))?;
    let body = body(operation, &form, typed, if *previews { Some(confirms) } else { None });
    let sent = Sent {
        method: "POST",
        path: &path,
        content_type: Some("application/json"),
        accept_language: Some(ask.language.tag()),
        // A preview changes nothing and may be asked for again.
        idempotency_key: typed.get("once").filter(|_| !*previews || confirms),
        body: body.as_bytes(),
        ..Sent::default()
    };
    let (status, answer) = api.done(ask.caller, &sent);
    let answer = read(&answer);
    if status >= 400 {
        let overlay = refused(&form, typed, &answer);
        return Ok(PageAnswer::Page(Status::of(status), Box::new(page.filled(&overlay))));
    }
    if *previews && !confirms {
        let outcome = Outcome::Preview { blocks: told(&answer), seen: seen(&form, typed) };
        return Ok(shown(page.filled(&Overlay {
            form: form.id.clone(),
            typed: typed.clone(),
            outcome: Some(outcome),
        })));
    }
    pages.drafts.forget(ask, &form);
    Ok(PageAnswer::SeeOther(filled_in(then, &answer, command, ask.form_token.unwrap_or_default())))
}

/// Keeps what was typed. A script asks for no page; without scripts the page comes again.
fn keep(pages: &Pages, ask: &PageAsk<'_>, form: &Form, typed: &Typed, page: Page) -> Made<PageAnswer> {
    pages.drafts.keep(ask, form, typed)?;
    let is_script = ask.request.fields.get("accept").is_some_and(|accept| accept.starts_with("text/plain"));
    if is_script {
        return Ok(PageAnswer::Done(Status::NoContent));
    }
    let kept = Overlay { form: form.id.clone(), typed: typed.clone(), outcome: Some(Outcome::Kept) };
    Ok(shown(page.filled(&kept)))
}

/// The page again with what was typed, and why nothing was done.
fn again(page: Page, typed: &Typed, why: &'static str, status: Status) -> PageAnswer {
    let refusal = Refusal { why: Say::Word(why), advice: None, member: None };
    let form = typed.get("form").unwrap_or_default().to_owned();
    let overlay = Overlay { form, typed: typed.clone(), outcome: Some(Outcome::Refused(refusal)) };
    PageAnswer::Page(status, Box::new(page.filled(&overlay)))
}

/// Whether what a form gives without asking is what was shown.
fn is_as_shown(form: &Form, typed: &Typed) -> bool {
    let given = form.fields.iter().filter(|field| field.kind == Kind::Hidden);
    given.into_iter().all(|field| typed.all(&field.name) == field.values.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A digest of what was filled in, and of what the form is about as it stands now: nothing is confirmed that was not shown, and nothing
/// that would be another thing by now.
fn seen(form: &Form, typed: &Typed) -> String {
    let mut text = format!("{}:{}\n", form.state.len(), form.state);
    for field in &form.fields {
        for value in typed.all(&field.name) {
            text.push_str(&format!("{}={}:{value}\n", field.name, value.len()));
        }
    }
    let digest = sha256(&[b"detente/seen/v1\0", text.as_bytes()]);
    record::base64url::encode(digest.get(..SEEN_BYTES).unwrap_or_default())
}

/// The body of the request: the form's fields as the operation's members. What was left empty is not said. Of a command that shows
/// first what it would do, one kind waits for `yes`, and the other does it unless it is asked for a `preview`.
fn body(operation: &Operation, form: &Form, typed: &Typed, confirms: Option<bool>) -> String {
    let members = operation.in_body.as_deref().unwrap_or_default();
    let mut map = Map::new();
    for field in &form.fields {
        let (name, key) = field.member();
        let Some(member) = members.iter().find(|member| member.name == name) else { continue };
        let said = typed.all(&field.name);
        let value = match key {
            None => value(member, field, &said),
            Some(key) => keyed(map.get(name), (field, key), &said),
        };
        if let Some(value) = value {
            map.set(&member.name, value);
        }
    }
    let has = |name: &str| members.iter().any(|member| member.name == name);
    match confirms {
        Some(true) if has("yes") => map.set("yes", Json::Bool(true)),
        Some(false) if has("preview") => map.set("preview", Json::Bool(true)),
        _ => {}
    }
    map.to_text()
}

fn value(member: &Member, field: &Field, values: &[&str]) -> Option<Json> {
    let text = values.iter().copied().find(|value| !value.is_empty());
    match &member.shape {
        Shape::Flag => Some(Json::Bool(text == Some("true"))),
        // What is no number goes as the text that it is, and is refused beside its field.
        Shape::Integer { .. } => {
            text.map(|text| text.trim().parse().ok().and_then(Json::integer).unwrap_or_else(|| Json::text(text)))
        }
        Shape::List { of, .. } => list(of, field, values),
        Shape::File => text.map(|text| Map::new().with("text", text).into()),
        Shape::Object(_) | Shape::AnyObject => text.and_then(|text| json::parse(text.as_bytes()).ok()),
        Shape::Text { .. } | Shape::Choice(_) | Shape::OrNull(_) | Shape::Either(..) | _ => text.map(Json::text),
    }
}

/// What is said under one key of several, beside what was said under others: `en=Version 3.`, line breaks and all. Where several can be
/// chosen they are one value: `place.countries=DE,FR`.
fn keyed(before: Option<&Json>, (field, key): (&Field, &str), values: &[&str]) -> Option<Json> {
    let before = before.and_then(Json::as_array).unwrap_or_default().iter().cloned();
    let mut said: Vec<String> = values.iter().map(|value| value.trim().to_owned()).collect();
    said.retain(|value| !value.is_empty());
    if matches!(field.kind, Kind::Many(_)) && !said.is_empty() {
        said = vec![said.join(",")];
    }
    let all: Vec<_> = before.chain(said.iter().map(|value| Json::text(format!("{key}={value}")))).collect();
    (!all.is_empty()).then_some(Json::Array(all))
}

/// Several lines are several values: one to a line, where the form asks in an area.
fn list(of: &Shape, field: &Field, values: &[&str]) -> Option<Json> {
    let is_in_lines = field.kind == Kind::Area && *of != Shape::File;
    let lines = values
        .iter()
        .flat_map(|value| if is_in_lines { value.lines().map(str::trim).collect::<Vec<_>>() } else { vec![*value] });
    let is_number = matches!(of, Shape::Integer { .. });
    let element = |text: &str| {
        if *of == Shape::File {
            return Map::new().with("text", text).into();
        }
        // What is no number is refused as the text that it is.
        let number = Some(text).filter(|_| is_number).and_then(|text| text.parse().ok()).and_then(Json::integer);
        number.unwrap_or_else(|| Json::text(text))
    };
    let elements: Vec<_> = lines.filter(|line| !line.is_empty()).map(element).collect();
    (!elements.is_empty()).then_some(Json::Array(elements))
}

fn read(answer: &[u8]) -> Map {
    match json::parse(answer) {
        Ok(Json::Object(map)) => map,
        _ => Map::new(),
    }
}

/// What the API said against it, in the reader's language.
fn refused(form: &Form, typed: &Typed, problem: &Map) -> Overlay {
    // What the command itself says is nearer than the words for all of its kind.
    let said = problem.get("said").and_then(Json::as_object);
    let (detail, advice) = match said {
        Some(said) => (said.text("message").unwrap_or_default(), said.text("advice").map(Say::content)),
        None => (problem.text("detail").unwrap_or_default(), problem.text("advice").map(Say::content)),
    };
    let member = problem.text("member").map(|name| name.trim_start_matches('/').split('/').next().unwrap_or_default());
    let member = member.map(str::to_owned).or_else(|| option_in(detail)).or_else(|| field_in(form, detail));
    let refusal = Refusal { why: Say::content(detail), advice, member };
    let id = form.id.clone();
    Overlay { form: id, typed: typed.clone(), outcome: Some(Outcome::Refused(refusal)) }
}

/// The option that a command's refusal names, as the member that it is: `invalid value '..' for '--valid-days <DAYS>'`.
fn option_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("'--")?;
    let name: String = rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
    (!name.is_empty()).then(|| name.replace('-', "_"))
}

/// The field of the form that a refusal names: as a property (`` `occurred` `2026-13-45` is not a day ``), or by its key.
fn field_in(form: &Form, message: &str) -> Option<String> {
    let asked = || form.fields.iter().filter(|field| field.kind != Kind::Hidden);
    let mut quoted = message.split('`').skip(1).step_by(2).filter(|word| asked().any(|field| field.name == **word));
    if let Some(word) = quoted.next() {
        return Some(word.to_owned());
    }
    let is_part = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-');
    let words: Vec<&str> = message.split(|sign| !is_part(sign)).map(|word| word.trim_end_matches('.')).collect();
    let named = asked().find(|field| field.member().1.is_some_and(|key| key.contains('.') && words.contains(&key)));
    named.map(|field| field.name.to_string())
}

/// The page that is shown next, with what the command told in the places for it, and the word for what was done.
fn filled_in(then: &str, answer: &Map, command: &str, form_token: &str) -> String {
    let told = answer.get("told").and_then(Json::as_object).cloned().unwrap_or_default();
    let mut path = then.to_owned();
    for (name, value) in told.iter() {
        if let Some(text) = value.as_str() {
            path = path.replace(&format!("{{{name}}}"), &pages::encoded(text));
        }
    }
    let (path, fragment) =
        path.split_once('#').map_or((path.as_str(), String::new()), |(path, at)| (path, format!("#{at}")));
    let sign = if path.contains('?') { '&' } else { '?' };
    // Some commands find that all of it stands there already.
    let is_nothing = told.get("made") == Some(&Json::Bool(false));
    let done = if is_nothing { "nothing".to_owned() } else { command.replace(' ', "-") };
    let word = done_word(form_token, path.split('?').next().unwrap_or_default(), &done);
    format!("{path}{sign}done={word}{fragment}")
}

/// A line that says what was just done, for the page that is shown next.
pub(super) fn done(ask: &PageAsk<'_>) -> Option<Block> {
    let say = Say::Known(format!("done-{}", ask.was_done()?), String::new());
    (!say.text(ask.language).is_empty()).then(|| Block::Notice(Tone::Good, vec![Inline::Text(say)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_names_an_option_is_told_at_its_field() {
        let of = |message| option_in(message);
        assert_eq!(
            of("invalid value '2026-13-45' for '--became-aware <TIME>': no such month"),
            Some("became_aware".to_owned())
        );
        assert_eq!(of("a title is missing"), None);
        let form = Form::command("new", "incident new", "/intake")
            .field(Field::line("occurred", "form-send"))
            .given("after", "x");
        assert_eq!(field_in(&form, "`occurred` `2026-13-45` is not a day"), Some("occurred".to_owned()));
        assert_eq!(field_in(&form, "`after` is not what stands there"), None);
        let facts = Form::command("facts", "duties answer", "/incidents/x/duties")
            .field(Field::line("facts:harm.deaths", "form-send"))
            .field(Field::line("facts:harm.injured", "form-send"));
        let wrong = "what was typed: line 1, at harm.injured: should be a whole number";
        assert_eq!(field_in(&facts, wrong).as_deref(), Some("facts:harm.injured"));
    }

    #[test]
    fn values_under_keys_are_one_list_and_of_many_choices_one_value() {
        let line = Field::line("facts:harm.deaths", "form-send");
        let many = Field::many("facts:incident.conduct", "form-send", Vec::new());
        let first = keyed(None, (&line, "harm.deaths"), &[" 1 "]);
        let both = keyed(first.as_ref(), (&many, "incident.conduct"), &["sabotage", "..."]).unwrap();
        assert_eq!(both.to_text(), r#"["harm.deaths=1","incident.conduct=sabotage,..."]"#);
        assert_eq!(
            keyed(Some(&both), (&line, "harm.injured"), &[""]),
            Some(both.clone()),
            "what is left empty is not said"
        );
        assert_eq!(keyed(None, (&many, "incident.conduct"), &[]), None);
    }

    #[test]
    fn what_was_previewed_is_confirmed_only_while_it_stands_so() {
        let form = |state: &str| {
            Form::command("merge", "incident merge", "/incidents/x")
                .field(Field::line("to", "form-send"))
                .bound([state])
        };
        let typed = |to: &str| Typed::read(format!("to={to}").as_bytes()).unwrap();
        let shown = seen(&form("version one"), &typed("a"));
        assert_eq!(shown, seen(&form("version one"), &typed("a")));
        assert_ne!(shown, seen(&form("version two"), &typed("a")), "somebody made another version meanwhile");
        assert_ne!(shown, seen(&form("version one"), &typed("b")));
        assert_ne!(seen(&form("a\nto=1:b"), &typed("")), seen(&form("a"), &typed("b")));
    }

    #[test]
    fn the_next_page_is_named_by_what_the_command_told() {
        let answer = read(br#"{"told":{"incident":"incident--1","other":"a b"}}"#);
        let word = done_word("token", "/incidents/incident--1", "incident-label");
        assert_eq!(
            filled_in("/incidents/{incident}#labels", &answer, "incident label", "token"),
            format!("/incidents/incident--1?done={word}#labels")
        );
        let word = done_word("token", "/releases", "release-propose");
        assert_eq!(
            filled_in("/releases?x=1", &answer, "release propose", "token"),
            format!("/releases?x=1&done={word}")
        );
    }
}
