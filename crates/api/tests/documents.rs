//! The document says what the reader does.

use std::io::Write as _;
use std::process::{Command, Stdio};

use access::Right;
use api::{Access, Answer, Catalogue, Effect, Form, Member, Operation, Shape, document};
use serde_json::Value;

use crate::scene::{berth, harbour, ship, ships};

fn text() -> String {
    document(&harbour(), ("Harbour", "A small office."), "0.1.0")
}

fn parsed() -> Value {
    serde_json::from_str(&text()).unwrap()
}

#[test]
fn the_same_operations_make_the_same_octets() {
    assert_eq!(text(), text());
    let mut operations: Vec<_> = harbour().iter().cloned().collect();
    operations.reverse();
    let backwards = Catalogue::new(operations).unwrap();
    assert_eq!(document(&backwards, ("Harbour", "A small office."), "0.1.0"), text());
    assert!(text().ends_with("}\n"));
}

#[test]
fn each_operation_says_what_can_come_of_it() {
    let document = parsed();
    let statuses = |path: &str, method: &str| -> Vec<String> {
        document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(statuses("/api/v1/ships", "get"), ["200", "304", "400", "401", "403", "404", "429", "500", "503"]);
    let of_change = ["201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503"];
    assert_eq!(statuses("/api/v1/ships", "post"), of_change);
    let of_taking = ["204", "400", "401", "403", "404", "409", "412", "422", "429", "500", "503"];
    assert_eq!(statuses("/api/v1/ships/{digest}", "delete"), of_taking);
}

#[test]
fn limits_of_the_reader_stand_in_the_schema() {
    let document = parsed();
    let body = &document["paths"]["/api/v1/ships"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["additionalProperties"], Value::Bool(false));
    assert_eq!(body["required"], serde_json::json!(["name"]));
    assert_eq!(body["properties"]["draught"]["maximum"], 3000);
    assert_eq!(body["properties"]["kind"]["enum"], serde_json::json!(["tug", "ferry"]));
    assert_eq!(body["properties"]["crew"]["maxItems"], 3);
    let parameters = document["paths"]["/api/v1/ships"]["get"]["parameters"].as_array().unwrap();
    let limit = parameters.iter().find(|parameter| parameter["name"] == "limit").unwrap();
    assert_eq!((&limit["schema"]["minimum"], &limit["schema"]["maximum"]), (&Value::from(1), &Value::from(1000)));
}

#[test]
fn a_change_carries_a_key_and_a_token_of_forms() {
    let document = parsed();
    let post = document["paths"]["/api/v1/ships"]["post"].to_string();
    assert!(post.contains("IdempotencyKey") && post.contains("form_token"));
    let get = document["paths"]["/api/v1/ships"]["get"].to_string();
    assert!(get.contains("IfNoneMatch") && !get.contains("IdempotencyKey") && !get.contains("form_token"));
}

#[test]
fn operations_that_do_not_fit_together_are_refused() {
    let why = |operations| Catalogue::new(operations).unwrap_err().why;
    assert_eq!(why(vec![ship(), ship()]), "another has this name");
    let mut twin = ship();
    twin.id = "twin".into();
    assert_eq!(why(vec![ship(), twin]), "another has this method and path");
    let mut lacking = ship();
    lacking.in_path.clear();
    assert_eq!(why(vec![lacking]), "its path and the members of its path differ");
    let doubled = berth().body_member(Member::new("name", "", Shape::Flag));
    assert_eq!(why(vec![doubled]), "two of its members have one name");
    let odd = berth().body_member(Member::new("Na-me", "", Shape::Flag));
    assert_eq!(why(vec![odd]), "a name has other characters than small letters, digits and `_`");
    let mut bodily = ships();
    bodily.in_body = Some(Vec::new());
    assert_eq!(why(vec![bodily]), "it has a body and is no POST");
    assert!(Operation::get("a", "no/slash", Access::Account, Answer::nothing("")).is_err());
    assert!(Operation::get("a", "/a b", Access::Account, Answer::nothing("")).is_err());
}

/// The validator of the specification's own schemas, where it is installed.
#[test]
fn a_validator_of_others_takes_the_document() {
    let every = Operation::post(
        "every",
        "/api/v1/every",
        (Access::Right(Right::Write), Effect::Changes),
        Answer::events("All."),
    )
    .unwrap()
    .about("every", "Every shape", "")
    .body_member(Member::new("a", "", Shape::Object(vec![Member::new("b", "", Shape::form(Form::StixId)).required()])))
    .body_member(Member::new("c", "", Shape::list(Shape::File)))
    .body_member(Member::new("d", "", Shape::count().or_null()).or("x"));
    let operations = harbour().iter().cloned().chain([every]).collect();
    let text = document(&Catalogue::new(operations).unwrap(), ("Harbour", "A small office."), "0.1.0");
    let program = "import json,sys\ntry:\n from openapi_spec_validator import OpenAPIV31SpecValidator as V\nexcept ImportError:\n sys.exit(77)\nerrors=list(V(json.load(sys.stdin)).iter_errors())\nprint(errors)\nsys.exit(len(errors) > 0)";
    let child = Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return println!("NOT TRIED: there is no python3") };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    match output.status.code() {
        Some(77) => println!("NOT TRIED: the package openapi-spec-validator is not here"),
        code => assert_eq!(code, Some(0), "{}", String::from_utf8_lossy(&output.stdout)),
    }
}
