//! Requests, read by the description of their operation.
//!
//! Whatever the description does not have is refused: a filter or a member that is passed over would answer another question
//! than the one that was asked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use record::json::{self, Json, Map};

use crate::form::Form;
use crate::limits::{MAX_BODY_BYTES, MAX_FILE_BYTES, MAX_QUERY_BYTES};
use crate::member::{Member, Place};
use crate::operation::Operation;
use crate::problem::{Problem, ProblemKind, Wrong};
use crate::shape::{MAX_BASE64_CHARACTERS, Shape};
use crate::values::{Hidden, Value, Values};

/// What of a request is read here. The body need not have been read further than [`MAX_BODY_BYTES`] and one octet.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "whoever serves fills it in")]
pub struct Asked<'a> {
    /// What follows the question mark, not decoded.
    pub query: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Content-Encoding`.
    pub content_encoding: Option<&'a str>,
    /// The body, as it came: nothing is unpacked.
    pub body: &'a [u8],
}

/// The values of a request: those of its path, as [`crate::Catalogue::find`] gave them, of its query and of its body.
///
/// # Errors
/// [`Problem`] with the first member that is wrong, and why. A value in the path that names nothing is not found (404).
pub fn read(operation: &Operation, path: &[(&str, String)], asked: Asked<'_>) -> Result<Values, Problem> {
    let mut values = Values::new();
    for (member, (_, text)) in operation.in_path.iter().zip(path) {
        let value = from_text(member, Place::Path, text).map_err(|_| Problem::new(ProblemKind::NotFound))?;
        values.add(&member.name, value);
    }
    read_query(operation, asked.query, &mut values)?;
    read_body(operation, asked, &mut values)?;
    Ok(values)
}

fn read_query(operation: &Operation, query: Option<&str>, values: &mut Values) -> Result<(), Problem> {
    let query = query.unwrap_or_default();
    if query.len() > MAX_QUERY_BYTES {
        return Err(Problem::new(ProblemKind::QueryTooLong));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, text) = decoded(name, text)?;
        let known = operation.in_query.iter().find(|member| member.name == name);
        let member = known.ok_or_else(|| Wrong::Unknown(names(&operation.in_query)).about(Place::Query, &name))?;
        if !values.add(&name, from_text(member, Place::Query, &text)?) {
            return Err(Wrong::Twice.about(Place::Query, &name));
        }
    }
    missing(&operation.in_query, Place::Query, |name| values.get(name).is_some())
}

fn decoded(name: &str, text: &str) -> Result<(String, String), Problem> {
    let wrong = || Wrong::Encoding.about(Place::Query, name);
    Ok((percent_decoded(name, true).ok_or_else(wrong)?, percent_decoded(text, true).ok_or_else(wrong)?))
}

fn names(members: &[Member]) -> Vec<String> {
    members.iter().map(|member| member.name.clone()).collect()
}

fn missing(members: &[Member], place: Place, is_there: impl Fn(&str) -> bool) -> Result<(), Problem> {
    let lacking = members.iter().find(|member| member.is_required && !is_there(&member.name));
    lacking.map_or(Ok(()), |member| Err(Wrong::Missing.about(place, &member.name)))
}

/// The value of a member that stands in a path or a query.
fn from_text(member: &Member, place: Place, text: &str) -> Result<Value, Problem> {
    let json = match &member.shape {
        Shape::Flag => match text {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => return Err(Wrong::Form("true or false", "true 或 false").about(place, &member.name)),
        },
        Shape::Integer { .. } => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let is_number = (1..=16).contains(&digits.len()) && digits.bytes().all(|octet| octet.is_ascii_digit());
            let number = is_number.then(|| text.parse().ok().and_then(Json::integer)).flatten();
            number.ok_or_else(|| Wrong::whole_number().about(place, &member.name))?
        }
        Shape::Text { .. }
        | Shape::Choice(_)
        | Shape::List { .. }
        | Shape::File
        | Shape::Object(_)
        | Shape::AnyObject
        | Shape::OrNull(_)
        | Shape::Either(..) => Json::text(text),
    };
    value(&member.shape, &json).map_err(|wrong| wrong.within(place, &member.name))
}

fn read_body(operation: &Operation, asked: Asked<'_>, values: &mut Values) -> Result<(), Problem> {
    let Some(members) = &operation.in_body else {
        return if asked.body.is_empty() { Ok(()) } else { Err(Problem::new(ProblemKind::NoBody)) };
    };
    if asked.body.is_empty() {
        return missing(members, Place::Body, |_| false);
    }
    check_form(&asked)?;
    let json = json::parse_within(asked.body, MAX_BODY_BYTES)
        .map_err(|error| Problem::new(ProblemKind::Malformed).said(&error.to_string(), None))?;
    let Json::Object(map) = json else { return Err(Problem::new(ProblemKind::NoObject)) };
    object(members, &map, values).map_err(|wrong| wrong.into_problem(Place::Body))
}

fn check_form(asked: &Asked<'_>) -> Result<(), Problem> {
    if asked.body.len() > MAX_BODY_BYTES {
        return Err(Problem::new(ProblemKind::TooLarge));
    }
    let is_plain = asked.content_encoding.is_none_or(|coding| coding.trim().eq_ignore_ascii_case("identity"));
    if is_plain && is_json(asked.content_type.unwrap_or_default()) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::MediaType))
}

/// `application/json`, in UTF-8 if it says in what.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_name = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.eq_ignore_ascii_case("charset").then(|| value.trim_matches('"'))
    });
    is_name && charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
}

/// What is wrong, and where within the value that is read.
struct Fault {
    wrong: Wrong,
    path: Vec<String>,
}

impl Fault {
    fn at(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }

    fn into_problem(self, place: Place) -> Problem {
        let path: String = self.path.iter().rev().map(|name| format!("/{}", escaped(name))).collect();
        self.wrong.about(place, &path)
    }

    fn within(self, place: Place, name: &str) -> Problem {
        self.wrong.about(place, name)
    }
}

/// A name within a JSON Pointer (RFC 6901 section 3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Self {
        Self { wrong, path: Vec::new() }
    }
}

fn object(members: &[Member], map: &Map, values: &mut Values) -> Result<(), Fault> {
    for (name, json) in map.iter() {
        let known = members.iter().find(|member| member.name == name);
        let member = known.ok_or_else(|| Fault::from(Wrong::Unknown(names(members))).at(name))?;
        values.add(name, value(&member.shape, json).map_err(|fault| fault.at(name))?);
    }
    let lacking = members.iter().find(|member| member.is_required && !map.contains(&member.name));
    lacking.map_or(Ok(()), |member| Err(Fault::from(Wrong::Missing).at(member.name.as_str())))
}

fn value(shape: &Shape, json: &Json) -> Result<Value, Fault> {
    match shape {
        Shape::Flag => flag(json).map(Value::Flag),
        Shape::Integer { min, max } => integer((*min, *max), json).map(Value::Integer),
        Shape::Text { form, min, max } => text(*form, (*min, *max), json),
        Shape::Choice(words) => choice(words, json).map(Value::Text),
        Shape::List { of, min, max } => list(of, (*min, *max), json).map(Value::List),
        Shape::File => file(json).map(Value::File),
        Shape::Object(members) => {
            let mut values = Values::new();
            object(members, map(json)?, &mut values)?;
            Ok(Value::Object(values))
        }
        Shape::AnyObject => map(json).cloned().map(Value::Any),
        Shape::OrNull(of) => value(of, json),
        // What is told of is what came nearest: the second one of what is no text.
        Shape::Either(one, other) => value(one, json)
            .or_else(|first| value(other, json).map_err(|second| if json.as_str().is_some() { first } else { second })),
    }
}

fn flag(json: &Json) -> Result<bool, Fault> {
    if let Json::Bool(flag) = json { Ok(*flag) } else { Err(Wrong::Form("true or false", "true 或 false").into()) }
}

fn integer((min, max): (i64, i64), json: &Json) -> Result<i64, Fault> {
    let integer = whole(json).ok_or_else(Wrong::whole_number)?;
    if (min..=max).contains(&integer) { Ok(integer) } else { Err(Wrong::Range(min, max).into()) }
}

fn text(form: Form, (min, max): (usize, usize), json: &Json) -> Result<Value, Fault> {
    let text = json.as_str().ok_or(Wrong::Form("a text", "文本"))?;
    if !(min..=max).contains(&text.chars().count()) {
        return Err(Wrong::Length(min, max).into());
    }
    if !form.fits(text) {
        let [english, chinese] = form.words();
        return Err(Wrong::Form(english, chinese).into());
    }
    let text = text.to_owned();
    Ok(if form == Form::Secret { Value::Secret(Hidden::new(text)) } else { Value::Text(text) })
}

fn choice(words: &[String], json: &Json) -> Result<String, Fault> {
    let text = json.as_str().filter(|text| words.iter().any(|word| word == text));
    text.map(str::to_owned).ok_or_else(|| Wrong::NotOneOf(words.to_vec()).into())
}

fn map(json: &Json) -> Result<&Map, Fault> {
    json.as_object().ok_or_else(|| Wrong::Form("an object", "对象").into())
}

fn list(of: &Shape, (min, max): (usize, usize), json: &Json) -> Result<Vec<Value>, Fault> {
    let elements = json.as_array().ok_or(Wrong::Form("a list", "列表"))?;
    if !(min..=max).contains(&elements.len()) {
        return Err(Wrong::Count(min, max).into());
    }
    let each = elements.iter().enumerate();
    each.map(|(at, json)| value(of, json).map_err(|fault| fault.at(at.to_string()))).collect()
}

/// `{"text": ...}` or `{"base64": ...}`.
fn file(json: &Json) -> Result<Vec<u8>, Fault> {
    let wrong =
        || Fault::from(Wrong::Form("{\"text\": ...} or {\"base64\": ...}", "{\"text\": ...} 或 {\"base64\": ...}"));
    let map = json.as_object().filter(|map| map.len() == 1).ok_or_else(wrong)?;
    let octets = match (map.text("text"), map.text("base64")) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(text)) if text.len() <= MAX_BASE64_CHARACTERS => {
            let not_base64 = |_| Fault::from(Wrong::Form("base64 with padding", "带填充的 base64")).at("base64");
            STANDARD.decode(text).map_err(not_base64)?
        }
        (None, Some(_)) => return Err(Fault::from(Wrong::FileTooLarge).at("base64")),
        (None, None) => return Err(wrong()),
    };
    if octets.len() > MAX_FILE_BYTES { Err(Wrong::FileTooLarge.into()) } else { Ok(octets) }
}

/// JSON Schema takes `1.0` and `1e2` for whole numbers.
fn whole(json: &Json) -> Option<i64> {
    if let Some(integer) = json.as_integer() {
        return Some(integer);
    }
    let Json::Number(_) = json else { return None };
    let decimal: f64 = json.to_text().parse().ok()?;
    let is_whole = decimal.fract() == 0.0 && decimal.abs() < BEYOND_INTEGERS;
    is_whole.then(|| format!("{decimal:.0}").parse().ok()).flatten()
}

/// 2^53: from there on a double is no whole number of its own.
const BEYOND_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// `%` and two digits for an octet, and in forms `+` for a space; none if that is not UTF-8.
#[must_use]
pub fn percent_decoded(text: &str, is_form: bool) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => hexadecimal(rest.next(), rest.next())?,
            b'+' if is_form => b' ',
            other => other,
        });
    }
    String::from_utf8(octets).ok()
}

fn hexadecimal(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |octet: Option<u8>| char::from(octet?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}
