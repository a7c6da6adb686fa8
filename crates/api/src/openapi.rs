//! The OpenAPI 3.1 document of a catalogue: the same octets for the same operations.

mod parts;
mod pretty;

use record::json::{Json, Map};

use crate::catalogue::Catalogue;
use crate::member::{Member, Place};
use crate::operation::{Access, Answer, Effect, Media, Method, Operation};
use crate::shape::object_schema;

/// The document, indented by two, with a newline at its end.
#[must_use]
pub fn document(catalogue: &Catalogue, (title, about): (&str, &str), version: &str) -> String {
    let info = Map::new()
        .with("title", title)
        .with("version", version)
        .with("description", about)
        .with("license", Map::new().with("name", "Apache-2.0").with("identifier", "Apache-2.0"));
    let document = Map::new()
        .with("openapi", "3.1.0")
        .with("info", info)
        .with("servers", Json::Array(vec![Map::new().with("url", "/").into()]))
        .with("tags", tags(catalogue))
        .with("paths", paths(catalogue))
        .with("components", parts::components());
    pretty::text(&document.into())
}

fn tags(catalogue: &Catalogue) -> Json {
    let mut groups: Vec<_> = catalogue.iter().map(|operation| operation.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    Json::Array(groups.into_iter().map(|group| Map::new().with("name", group).into()).collect())
}

fn paths(catalogue: &Catalogue) -> Map {
    let mut paths = Map::new();
    for operation in catalogue.iter() {
        let path = operation.path.as_str();
        let mut here = match paths.remove(path) {
            Some(Json::Object(map)) => map,
            _ => Map::new(),
        };
        here.set(operation.method.word().to_ascii_lowercase(), described(operation));
        paths.set(path, here);
    }
    paths
}

fn described(operation: &Operation) -> Map {
    let mut map = Map::new().with("operationId", operation.id.as_str());
    map.set("tags", Json::Array(vec![Json::text(operation.group.as_str())]));
    map.set("summary", operation.summary.as_str());
    map.set("description", description(operation));
    map.set("security", security(operation));
    if let Access::Right(right) = operation.access {
        map.set("x-detente-right", right.name());
    }
    map.set("parameters", parameters(operation));
    if let Some(members) = &operation.in_body {
        map.set("requestBody", body(members, operation.needs_body()));
    }
    map.set("responses", responses(operation));
    map
}

fn description(operation: &Operation) -> String {
    let right = match operation.access {
        Access::Anybody => "Anybody may ask.".to_owned(),
        Access::Account => "Any account may ask.".to_owned(),
        Access::Right(right) => format!("It takes the right `{right}`."),
    };
    if operation.description.is_empty() { right } else { format!("{}\n\n{right}", operation.description) }
}

/// A change within a session carries the token of its forms too.
fn security(operation: &Operation) -> Json {
    let needs =
        |names: &[&str]| -> Json { names.iter().map(|name| (*name, Json::Array(Vec::new()))).collect::<Map>().into() };
    Json::Array(match (operation.access, operation.effect) {
        (Access::Anybody, _) => Vec::new(),
        (_, Effect::Reads) if operation.method == Method::Get => vec![needs(&["token"]), needs(&["session"])],
        (_, Effect::Reads | Effect::Changes) => vec![needs(&["token"]), needs(&["session", "form_token"])],
    })
}

fn parameters(operation: &Operation) -> Json {
    let in_path = operation.in_path.iter().map(|member| parameter(member, Place::Path));
    let in_query = operation.in_query.iter().map(|member| parameter(member, Place::Query));
    let in_head = parts::header_parameters(operation)
        .into_iter()
        .map(|name| Json::from(Map::new().with("$ref", format!("#/components/parameters/{name}"))));
    Json::Array(in_path.chain(in_query).chain(in_head).collect())
}

fn parameter(member: &Member, place: Place) -> Json {
    let mut schema = member.shape.schema();
    if let Some(default) = &member.default {
        schema.set("default", default.clone());
    }
    Map::new()
        .with("name", member.name.as_str())
        .with("in", place.word())
        .with("description", member.about.as_str())
        .with("required", Json::Bool(member.is_required))
        .with("schema", schema)
        .into()
}

fn body(members: &[Member], is_required: bool) -> Map {
    let content = Map::new().with("application/json", Map::new().with("schema", object_schema(members)));
    Map::new().with("required", Json::Bool(is_required)).with("content", content)
}

fn responses(operation: &Operation) -> Map {
    let mut map = Map::new().with(operation.answer.status.to_string(), done(&operation.answer));
    if operation.answer.is_tagged {
        map.set("304", reference("NotModified"));
    }
    for status in parts::problem_statuses(operation) {
        map.set(status.to_string(), reference(&format!("Problem{status}")));
    }
    map
}

fn reference(name: &str) -> Map {
    Map::new().with("$ref", format!("#/components/responses/{name}"))
}

fn done(answer: &Answer) -> Map {
    let mut map = Map::new().with("description", answer.about.as_str());
    if answer.is_tagged || answer.has_etag {
        map.set("headers", Map::new().with("ETag", Map::new().with("$ref", "#/components/headers/ETag")));
    }
    match &answer.media {
        Media::Json(shape) => {
            map.set("content", Map::new().with("application/json", Map::new().with("schema", shape.schema())));
        }
        Media::Events => {
            let schema = Map::new().with("type", "string");
            map.set("content", Map::new().with("text/event-stream", Map::new().with("schema", schema)));
        }
        Media::Nothing => {}
    }
    map
}
