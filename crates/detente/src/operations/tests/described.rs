//! What the document describes is what is read, operation by operation.

use api::request::{Asked, read};
use api::{Form, Member, Operation, ProblemKind, Shape};
use record::json::{Json, Map};

use crate::operations::catalogue;

/// A value that a description says is good.
fn example(shape: &Shape) -> Json {
    match shape {
        Shape::Flag => Json::Bool(true),
        Shape::Integer { max, .. } => Json::integer(*max).unwrap(),
        Shape::Text { form, min, .. } => Json::text(text(*form, *min)),
        Shape::Choice(words) => Json::text(words.last().unwrap().as_str()),
        Shape::List { of, min, .. } => Json::Array(vec![example(of); (*min).max(1)]),
        Shape::File => Map::new().with("text", "x").into(),
        Shape::Object(members) => {
            members.iter().map(|one| (one.name.as_str(), example(&one.shape))).collect::<Map>().into()
        }
        Shape::AnyObject => Map::new().into(),
        Shape::OrNull(of) | Shape::Either(of, _) => example(of),
        _ => panic!("a shape without an example"),
    }
}

fn text(form: Form, min: usize) -> String {
    match form {
        Form::Digest => "A".repeat(43),
        Form::Instant => "2026-07-01T03:10:00Z".to_owned(),
        Form::StixId => "incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0".to_owned(),
        Form::Number => "7".to_owned(),
        Form::Any | Form::Secret | _ => "x".repeat(min),
    }
}

fn take(operation: &Operation, body: &Map) -> Result<(), ProblemKind> {
    let body = body.to_text();
    let path: Vec<_> = operation.in_path.iter().map(|one| (one.name.as_str(), example(&one.shape))).collect();
    let path: Vec<_> = path.iter().map(|(name, value)| (*name, value.as_str().unwrap().to_owned())).collect();
    let asked = Asked { content_type: Some("application/json"), body: body.as_bytes(), ..Asked::default() };
    read(operation, &path, asked).map(drop).map_err(|problem| problem.kind())
}

fn all(members: &[Member]) -> Map {
    members.iter().map(|one| (one.name.as_str(), example(&one.shape))).collect()
}

#[test]
fn each_body_is_read_as_it_is_described() {
    for operation in catalogue().unwrap().iter() {
        let Some(members) = &operation.in_body else { continue };
        let whole = all(members);
        assert_eq!(take(operation, &whole), Ok(()), "{}: {whole:?}", operation.id);
        assert_eq!(take(operation, &whole.clone().with("sail", "x")), Err(ProblemKind::Member), "{}", operation.id);
        for member in members {
            let mut lacking = whole.clone();
            drop(lacking.remove(&member.name));
            let expected = if member.is_required { Err(ProblemKind::Member) } else { Ok(()) };
            assert_eq!(take(operation, &lacking), expected, "{}: {}", operation.id, member.name);
            let odd = whole.clone().with(member.name.as_str(), Json::Null);
            assert_eq!(take(operation, &odd), Err(ProblemKind::Member), "{}: {}", operation.id, member.name);
        }
    }
}

/// What the document gives as a default is a value that would be read.
#[test]
fn each_default_is_a_good_value() {
    for operation in catalogue().unwrap().iter() {
        let Some(members) = &operation.in_body else { continue };
        for member in members {
            if let Some(default) = &member.default {
                let body = all(members).with(member.name.as_str(), default.clone());
                assert_eq!(take(operation, &body), Ok(()), "{}: {} {default:?}", operation.id, member.name);
            }
        }
    }
}
