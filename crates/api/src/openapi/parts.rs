//! What many operations share: ways to show who asks, header fields, problems.

use record::json::{Json, Map};

use crate::idempotency::{KEY_HEADER, KEY_PATTERN, MAX_KEY_CHARACTERS, MIN_KEY_CHARACTERS};
use crate::operation::{Access, Effect, Media, Operation};
use crate::problem::{MEDIA_TYPE, ProblemKind};
use crate::shape::file_schema;

/// The header field with the token of a session's forms.
pub(crate) const FORM_TOKEN_HEADER: &str = "Detente-Form-Token";

/// The statuses of problems, each with what it means.
const PROBLEMS: [(u16, &str); 12] = [
    (400, "The request is not as described."),
    (401, "Nobody is known to ask, or what was shown does not count."),
    (403, "The account or token may not do this."),
    (404, "There is nothing here, or nothing for this caller, which is the same answer."),
    (409, "It does not fit with how things are now, or the same request is under way."),
    (412, "The condition of `If-Match` does not hold."),
    (413, "The body is too long."),
    (415, "The body is not `application/json`."),
    (422, "A check did not hold, or a file is not what is needed, or the `Idempotency-Key` is another request's."),
    (429, "Too much in too short a time."),
    (500, "A fault of this program."),
    (503, "Not now, or the machine did not do its part."),
];

/// The problems that can come of an operation.
pub(super) fn problem_statuses(operation: &Operation) -> Vec<u16> {
    PROBLEMS.iter().map(|(status, _)| *status).filter(|status| can_come(operation, *status)).collect()
}

fn can_come(operation: &Operation, status: u16) -> bool {
    let is_open = operation.access == Access::Anybody;
    let has_body = operation.in_body.is_some();
    let is_asked = has_body || operation.effect == Effect::Changes;
    match status {
        403 | 404 => !is_open,
        409 | 422 => is_asked,
        412 => operation.is_conditional,
        413 | 415 => has_body,
        _ => true,
    }
}

/// The names of the header fields that an operation reads.
pub(super) fn header_parameters(operation: &Operation) -> Vec<&'static str> {
    let mut names = vec!["AcceptLanguage"];
    if operation.effect == Effect::Changes && operation.access != Access::Anybody {
        names.push("IdempotencyKey");
    }
    if operation.answer.is_tagged {
        names.push("IfNoneMatch");
    }
    if operation.is_conditional {
        names.push("IfMatch");
    }
    if operation.answer.media == Media::Events {
        names.push("LastEventId");
    }
    names
}

pub(super) fn components() -> Map {
    Map::new()
        .with("securitySchemes", security_schemes())
        .with("parameters", parameters())
        .with("headers", headers())
        .with("schemas", Map::new().with("File", file_schema()).with("Problem", problem_schema()))
        .with("responses", responses())
}

fn security_schemes() -> Map {
    let token = Map::new()
        .with("type", "http")
        .with("scheme", "bearer")
        .with("bearerFormat", "detente_ and 60 small letters and digits")
        .with("description", "A token that `detente token make` printed.");
    let session = Map::new()
        .with("type", "apiKey")
        .with("in", "cookie")
        .with("name", "__Host-detente")
        .with("description", "The cookie of a session: `POST /api/v1/session`.");
    let form_token = Map::new().with("type", "apiKey").with("in", "header").with("name", FORM_TOKEN_HEADER).with(
        "description",
        "The token of a session's forms, as signing in gave it. Changes within a session carry it.",
    );
    Map::new().with("token", token).with("session", session).with("form_token", form_token)
}

fn parameters() -> Map {
    let key = text_schema(MIN_KEY_CHARACTERS, MAX_KEY_CHARACTERS).with("pattern", KEY_PATTERN);
    // What cannot be read in these is passed over, so anything may stand there.
    let anything = || Map::new().with("type", "string");
    Map::new()
        .with("AcceptLanguage", header("Accept-Language", "The language of problems: `en` or `zh-Hans`.", anything()))
        .with(
            "IdempotencyKey",
            header(
                KEY_HEADER,
                "The same key with the same request gives the same answer for 24 hours, and is done once.",
                key,
            ),
        )
        .with(
            "IfNoneMatch",
            header("If-None-Match", "Answer 304 if the answer still has one of these tags.", anything()),
        )
        .with("IfMatch", header("If-Match", "Do it only if what is changed still has one of these tags.", anything()))
        .with("LastEventId", header("Last-Event-ID", "Go on behind this event.", last_event_id()))
}

fn last_event_id() -> Map {
    crate::shape::Shape::form(crate::form::Form::Number).schema()
}

fn text_schema(min: usize, max: usize) -> Map {
    Map::new().with("type", "string").with("minLength", Json::count(min)).with("maxLength", Json::count(max))
}

fn header(name: &str, about: &str, schema: Map) -> Map {
    Map::new()
        .with("name", name)
        .with("in", "header")
        .with("description", about)
        .with("required", Json::Bool(false))
        .with("schema", schema)
}

fn headers() -> Map {
    let tag = Map::new()
        .with("description", "A strong entity tag (RFC 9110 section 8.8.3).")
        .with("schema", Map::new().with("type", "string").with("pattern", "^\"[A-Za-z0-9_-]{22}\"$"));
    Map::new().with("ETag", tag)
}

fn problem_schema() -> Map {
    let text = || Map::new().with("type", "string");
    let kinds: Vec<_> = ProblemKind::ALL.iter().map(|kind| Json::text(format!("urn:detente:problem:{kind}"))).collect();
    let places = ["path", "query", "body", "header"].map(Json::from).to_vec();
    let said = Map::new()
        .with("type", "object")
        .with("description", "What the part of the program that refused said, in English.")
        .with("properties", Map::new().with("message", text()).with("advice", or_null(text())))
        .with("required", Json::Array(["message", "advice"].map(Json::from).to_vec()))
        .with("additionalProperties", Json::Bool(false));
    let properties = Map::new()
        .with("type", text().with("enum", Json::Array(kinds)))
        .with("title", text())
        .with("status", Map::new().with("type", "integer"))
        .with("detail", text())
        .with("advice", text().with("description", "What to do."))
        .with("in", text().with("enum", Json::Array(places)))
        .with("member", text().with("description", "The member that is wrong: within a body, a JSON Pointer."))
        .with("said", said);
    Map::new()
        .with("type", "object")
        .with("description", "RFC 9457, in the language that `Accept-Language` asks for.")
        .with("properties", properties)
        .with("required", Json::Array(["type", "title", "status", "detail", "advice"].map(Json::from).to_vec()))
        .with("additionalProperties", Json::Bool(false))
}

fn or_null(schema: Map) -> Map {
    Map::new().with("anyOf", Json::Array(vec![schema.into(), Map::new().with("type", "null").into()]))
}

fn responses() -> Map {
    let mut map = Map::new().with(
        "NotModified",
        Map::new()
            .with("description", "The answer still has one of the tags of `If-None-Match`.")
            .with("headers", Map::new().with("ETag", Map::new().with("$ref", "#/components/headers/ETag"))),
    );
    for (status, about) in PROBLEMS {
        map.set(format!("Problem{status}"), problem(status, about));
    }
    map
}

fn problem(status: u16, about: &str) -> Map {
    let schema = Map::new().with("$ref", "#/components/schemas/Problem");
    let mut map = Map::new().with("description", about);
    let field = |about: &str, schema: Map| Map::new().with("description", about).with("schema", schema);
    let text = || Map::new().with("type", "string");
    match status {
        401 => map.set("headers", Map::new().with("WWW-Authenticate", field("How to show who you are.", text()))),
        429 | 503 => {
            let seconds = field("When to come again, in seconds.", Map::new().with("type", "integer"));
            map.set("headers", Map::new().with("Retry-After", seconds));
        }
        _ => {}
    }
    map.with("content", Map::new().with(MEDIA_TYPE, Map::new().with("schema", schema)))
}
