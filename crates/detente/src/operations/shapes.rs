//! What a value of the command line looks like in a request.

use std::any::TypeId;
use std::path::PathBuf;

use api::{Form, Shape};
use clap::{Arg, ArgAction};

use super::table::{Row, Sees};

/// Most characters of a word on the command line, where no type says less: names, places, periods, tags.
const MAX_WORD_CHARACTERS: usize = 1_000;

/// Bounds of numbers that the command line checks by itself, and does not tell. A test tries each of them.
pub(super) const BOUNDS: [(&str, &str, i64, i64); 9] = [
    ("token make", "days", 1, 400),
    ("log list", "limit", 1, 10_000),
    ("incident list", "limit", 1, 1_000),
    ("incident candidates", "limit", 1, 100),
    ("incident label", "confidence", 0, 100),
    ("incident trend", "chance", 1, 50),
    ("search", "limit", 1, 1_000),
    ("peer add", "deposits", 0, 4_294_967_295),
    ("taxii show", "limit", 1, 1_000),
];

/// What an argument is in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Never taken from a request, and given by us or left out.
    Ours,
    /// Content of files, in a list or alone.
    Reads,
    /// A digest, or the content of a file.
    ReadsOrDigest,
    /// A secret, which the command reads from a file.
    Secret,
    /// A file that is written.
    Writes,
    /// A value.
    Value(Shape),
}

/// Arguments that are never taken: the node is the one that is asked, its keys are open, and the answer is JSON.
const NEVER: [&str; 6] = ["dir", "json", "passphrase", "passphrase_file", "help", "version"];

/// What an argument of a command is. None for a path that the table does not know: that must not be.
pub(super) fn part(row: &Row, argument: &Arg) -> Option<Part> {
    let id = argument.get_id().as_str();
    let is_in = |list: &[&str]| list.contains(&id);
    if is_in(&NEVER) || is_in(row.leaves_out) || row.by == Some(id) {
        return Some(Part::Ours);
    }
    let part = match () {
        () if is_in(row.reads) => Part::Reads,
        () if is_in(row.reads_or_digest) => Part::ReadsOrDigest,
        () if is_in(row.secrets) => Part::Secret,
        () if is_in(row.writes) => Part::Writes,
        () if is_path(argument) => return None,
        () => Part::Value(value(row, argument)),
    };
    Some(part)
}

fn is_path(argument: &Arg) -> bool {
    argument.get_value_parser().type_id() == TypeId::of::<PathBuf>()
}

/// Whether it may be given many times.
pub(super) fn is_list(argument: &Arg) -> bool {
    let many = argument.get_num_args().is_some_and(|count| count.max_values() > 1);
    many || matches!(argument.get_action(), ArgAction::Append)
}

fn value(row: &Row, argument: &Arg) -> Shape {
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return Shape::Flag;
    }
    let id = argument.get_id().as_str();
    let is_text = argument.get_value_parser().type_id() == TypeId::of::<String>();
    let is_named = matches!(row.sees, Sees::Named(arguments) if arguments.contains(&id)) || id == "incident";
    let one = if is_text && is_named { named(row) } else { one(row, argument) };
    match argument.get_num_args().filter(|count| count.min_values() > 1) {
        Some(count) => Shape::list_of(one, count.min_values(), count.max_values()),
        None if is_list(argument) => Shape::list_of(one, usize::from(argument.is_required_set()), MAX_VALUES),
        None => one,
    }
}

/// Values of one list: a line of a shell holds no more that a person has typed.
const MAX_VALUES: usize = 200;

/// An incident is named by its id or by the digest of a version, every other record by its digest: whatever else stands there,
/// the command would take for the name of a file.
fn named(row: &Row) -> Shape {
    let digest = Shape::form(Form::Digest);
    let is_about_incidents = ["incident ", "duties "].iter().any(|group| row.command.starts_with(group));
    if is_about_incidents { digest.or_else(Shape::form(Form::StixId)) } else { digest }
}

fn one(row: &Row, argument: &Arg) -> Shape {
    let words: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let words: Vec<_> = words.into_iter().filter(|word| !row.leaves_out.contains(&word.as_str())).collect();
    if !words.is_empty() {
        return Shape::choice(words);
    }
    of_type(row, argument).unwrap_or_else(|| Shape::text_of(Form::Any, 1, longest(argument)))
}

/// What is free text may be long.
fn longest(argument: &Arg) -> usize {
    let is_text = argument.get_value_parser().type_id() == TypeId::of::<String>();
    if is_text { api::limits::MAX_TEXT_CHARACTERS } else { MAX_WORD_CHARACTERS }
}

/// The words of a closed vocabulary.
macro_rules! words_of {
    ($of:expr; $($kind:ty),+ $(,)?) => {
        $(if $of == TypeId::of::<$kind>() {
            return Some(Shape::choice(<$kind>::ALL.iter().map(|word| word.name())));
        })+
    };
}

fn of_type(row: &Row, argument: &Arg) -> Option<Shape> {
    let of = argument.get_value_parser().type_id();
    let is = |kinds: &[TypeId]| kinds.iter().any(|kind| of == *kind);
    words_of!(of; access::Role, access::Right, policy::vocabulary::Purpose, policy::feed::RecallReason,
        record::key_record::RevocationReason, incident::trend::CodedField, incident::trend::Grain, incident::TimeName,
        incident::Setting, incident::EventKind, incident::Severity, incident::SubmitterRole, incident::Stage, incident::Outcome,
        duties::clock::ClockState);
    if is(&[TypeId::of::<record::label::Tlp>()]) {
        return Some(Shape::choice(["clear", "green", "amber", "amber+strict", "red"]));
    }
    if is(&[TypeId::of::<record::label::Pap>()]) {
        return Some(Shape::choice(["clear", "green", "amber", "red"]));
    }
    if is(&[TypeId::of::<policy::explain::Language>()]) {
        return Some(Shape::choice(["en", "zh-Hans"]));
    }
    if is(&[
        TypeId::of::<record::digest::RecordDigest>(),
        TypeId::of::<record::digest::AgreementDigest>(),
        TypeId::of::<record::digest::PartyId>(),
    ]) {
        return Some(Shape::form(Form::Digest));
    }
    if is(&[TypeId::of::<record::stix::StixId>()]) {
        return Some(Shape::form(Form::StixId));
    }
    if is(&[TypeId::of::<record::time::Timestamp>()]) {
        return Some(Shape::form(Form::Instant));
    }
    if is(&[TypeId::of::<access::AccountName>()]) {
        return Some(Shape::text_of(Form::Any, 1, access::MAX_NAME_CHARACTERS));
    }
    number(row, argument)
}

fn number(row: &Row, argument: &Arg) -> Option<Shape> {
    let of = argument.get_value_parser().type_id();
    let id = argument.get_id().as_str();
    let bounds = BOUNDS.iter().find(|(command, name, ..)| *command == row.command && *name == id);
    if let Some((_, _, min, max)) = bounds {
        return Some(Shape::integer(*min, *max));
    }
    let safe = record::limits::MAX_SAFE_INTEGER;
    if of == TypeId::of::<i64>() {
        return Some(Shape::integer(-safe, safe));
    }
    let ends = [
        (TypeId::of::<u8>(), i64::from(u8::MAX)),
        (TypeId::of::<u16>(), i64::from(u16::MAX)),
        (TypeId::of::<u32>(), i64::from(u32::MAX)),
        (TypeId::of::<u64>(), safe),
        (TypeId::of::<usize>(), safe),
    ];
    ends.iter().find(|(kind, _)| of == *kind).map(|(_, max)| Shape::integer(0, *max))
}
