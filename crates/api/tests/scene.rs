//! A small harbour office's operations, and what is asked of them.

use access::Right;
use api::request::{Asked, read};
use api::{Access, Answer, Catalogue, Effect, Form, Found, Member, Operation, Problem, Shape, Values};
use record::time::Timestamp;

/// A moment of the story: 2026-07-01T03:10:00Z, and so many seconds.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros((1_782_875_400 + seconds) * 1_000_000)
}

pub fn ships() -> Operation {
    Operation::get(
        "ships",
        "/api/v1/ships",
        Access::Right(Right::Read),
        Answer::json("The ships.", Shape::AnyObject).tagged(),
    )
    .unwrap()
    .about("ships", "List the ships", "The latest first.")
    .query_member(Member::new("flag", "Only those of this flag.", Shape::text_of(Form::Any, 2, 2)))
    .query_member(Member::new("moored", "Only those that are here.", Shape::Flag))
    .query_member(Member::new("since", "Only later ones.", Shape::form(Form::Instant)))
    .paged()
}

pub fn ship() -> Operation {
    let answer = Answer::json("The ship.", Shape::AnyObject).tagged();
    Operation::get("ship", "/api/v1/ships/{digest}", Access::Right(Right::Read), answer)
        .unwrap()
        .about("ships", "Show a ship", "")
        .path_member(Member::new("digest", "Its digest.", Shape::form(Form::Digest)))
}

pub fn berth() -> Operation {
    let access = (Access::Right(Right::Write), Effect::Changes);
    Operation::post("berth", "/api/v1/ships", access, Answer::made("The berth.", Shape::AnyObject))
        .unwrap()
        .about("ships", "Give a ship a berth", "")
        .body_member(Member::new("name", "Its name.", Shape::text_of(Form::Any, 1, 10)).required())
        .body_member(Member::new("draught", "In centimetres.", Shape::integer(0, 3000)))
        .body_member(Member::new("kind", "What it is.", Shape::choice(["tug", "ferry"])))
        .body_member(Member::new("crew", "Who is aboard.", Shape::list_of(Shape::text(), 1, 3)))
        .body_member(Member::new("papers", "Its papers.", Shape::File))
        .body_member(Member::new(
            "chart",
            "Its chart: a digest, or the file.",
            Shape::form(Form::Digest).or_else(Shape::File),
        ))
        .body_member(Member::new("pilot", "Its pilot.", Shape::Flag))
        .body_member(Member::new("word", "The word of the day.", Shape::form(Form::Secret)))
}

pub fn leave() -> Operation {
    Operation::delete("leave", "/api/v1/ships/{digest}", Access::Right(Right::Write), Answer::nothing("It has left."))
        .unwrap()
        .about("ships", "Let a ship go", "")
        .path_member(Member::new("digest", "Its digest.", Shape::form(Form::Digest)))
        .conditional()
}

pub fn harbour() -> Catalogue {
    Catalogue::new(vec![ships(), ship(), berth(), leave()]).unwrap()
}

/// What comes of a body that is posted to the berths.
pub fn post(body: &str) -> Result<Values, Problem> {
    let asked = Asked { content_type: Some("application/json"), body: body.as_bytes(), ..Asked::default() };
    read(&berth(), &[], asked)
}

/// What comes of a query for the ships.
pub fn query(query: &str) -> Result<Values, Problem> {
    read(&ships(), &[], Asked { query: Some(query), ..Asked::default() })
}

/// What comes of a path.
pub fn path(path: &str) -> Result<Values, Problem> {
    let harbour = harbour();
    match harbour.find("GET", path) {
        Found::Operation(operation, values) => read(operation, &values, Asked::default()),
        other @ (Found::OtherMethods(_) | Found::Nothing) => panic!("{other:?}"),
    }
}

/// The values of a query that is good.
pub fn good(text: &str) -> Values {
    query(text).unwrap()
}
