//! The table, the command line and the checked-in document say the same.

use std::collections::BTreeSet;
use std::path::Path;

use api::{Effect, Shape};
use clap::error::ErrorKind;
use clap::{Arg, Parser as _};

use crate::arguments::Arguments;
use crate::operations::describe::{command_of, leaves, name};
use crate::operations::shapes::{BOUNDS, Part, part};
use crate::operations::table::{ROWS, Sees, find, left_at_the_machine};
use crate::operations::{catalogue, document};

#[test]
fn every_command_is_an_operation_or_has_a_reason() {
    let there: BTreeSet<String> = leaves().into_iter().map(|(words, _)| words).collect();
    let asked: BTreeSet<String> = ROWS.iter().map(|row| row.command.to_owned()).collect();
    let left: BTreeSet<String> = left_at_the_machine().map(|(command, _)| command.to_owned()).collect();
    let listed: BTreeSet<String> = asked.union(&left).cloned().collect();
    assert_eq!(there.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "commands that the table lacks");
    assert_eq!(
        listed.difference(&there).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "the table names what is no command"
    );
    assert_eq!(asked.intersection(&left).collect::<Vec<_>>(), Vec::<&String>::new(), "asked for, and not");
    assert_eq!(asked.len(), ROWS.len(), "a command stands twice");
}

#[test]
fn every_argument_that_the_table_names_is_there() {
    for row in ROWS {
        let command = command_of(row).unwrap();
        let there: BTreeSet<_> = command.get_arguments().map(|argument| argument.get_id().as_str()).collect();
        let values: BTreeSet<_> = command
            .get_arguments()
            .flat_map(|argument| argument.get_possible_values())
            .map(|value| value.get_name().to_owned())
            .collect();
        let named = match row.sees {
            Sees::Named(arguments) => arguments,
            Sees::Proposal(_) => &["proposal"],
            Sees::Entry(_) => &["index"],
            Sees::Label(_) => &["label"],
            Sees::Nothing | Sees::Any | Sees::Counts(_) | Sees::All => &[],
        };
        let lists = [row.reads, row.reads_or_digest, row.secrets, row.writes, row.by.as_slice()];
        for argument in lists.concat() {
            assert!(there.contains(argument), "{}: {argument}", row.command);
        }
        for argument in row.leaves_out {
            assert!(there.contains(argument) || values.contains(*argument), "{}: {argument}", row.command);
        }
        let members: BTreeSet<_> = command.get_arguments().map(name).collect();
        assert!(named.iter().all(|member| members.contains(*member)), "{}: {named:?}", row.command);
        let is_told_afterwards = matches!(row.sees, Sees::Any);
        assert!(!(is_told_afterwards && row.effect == Effect::Changes), "{}: judged when it is done", row.command);
        if command.get_arguments().any(|argument| argument.get_id() == "by") {
            let is_no_person = ["incident trend"].contains(&row.command);
            assert_eq!(row.by.is_none(), is_no_person, "{}: who does it is the account", row.command);
        }
    }
}

/// Two members that are called `by` name a field, and who tested something.
#[test]
fn nobody_names_a_directory_a_passphrase_or_another_person() {
    let never = ["dir", "passphrase", "passphrase_file", "checked_by", "by"];
    for operation in catalogue().unwrap().iter() {
        let is_other = ["commands_incident_trend", "commands_countermeasure_new"].contains(&operation.id.as_str());
        let members = operation.in_body.iter().flatten().map(|member| member.name.as_str());
        let found: Vec<_> = members.filter(|name| never.contains(name) && !(is_other && *name == "by")).collect();
        assert_eq!(found, Vec::<&str>::new(), "{}", operation.id);
    }
}

/// Whether the command line says that a number is out of an argument's bounds.
fn is_beyond(command: &str, argument: &Arg, value: i64) -> bool {
    let word = argument.get_long().map_or_else(|| value.to_string(), |option| format!("--{option}={value}"));
    let words = ["detente"].into_iter().chain(command.split(' ')).map(str::to_owned);
    match Arguments::try_parse_from(words.chain([word])) {
        Err(error) => error.kind() == ErrorKind::ValueValidation,
        Ok(_) => false,
    }
}

#[test]
fn bounds_in_the_document_are_those_of_the_command_line() {
    for row in ROWS {
        for argument in command_of(row).unwrap().get_arguments() {
            let Some(Part::Value(Shape::Integer { min, max, .. })) = part(row, argument) else { continue };
            let is_taken = |value| !is_beyond(row.command, argument, value);
            assert!(is_taken(min) && is_taken(max), "{} {} lacks its bounds in BOUNDS", row.command, argument.get_id());
        }
    }
    for (command, name, min, max) in BOUNDS {
        let row = find(command).unwrap();
        let of_command = command_of(row).unwrap();
        let argument = of_command.get_arguments().find(|one| one.get_id() == name).unwrap();
        assert!(is_beyond(command, argument, max + 1), "{command} {name}");
        assert!(min == 0 || is_beyond(command, argument, min - 1), "{command} {name}");
    }
}

#[test]
fn the_checked_in_document_is_the_one_that_this_program_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        checked_in == document().unwrap(),
        "docs/openapi.json is not what this program writes. Renew it:\n  cargo run -- api document > docs/openapi.json"
    );
}

/// One identifier of 64 begins with `-`, and is taken for an option where that is not said.
#[test]
fn parties_and_keys_may_begin_with_a_hyphen_in_every_command() {
    let names = |argument: &Arg| argument.get_value_names().unwrap_or_default().join(" ");
    let is_identifier = |argument: &&Arg| ["PARTY", "KEY_ID"].iter().any(|name| names(argument).contains(name));
    let mut seen = 0;
    for (words, command) in leaves() {
        for argument in command.get_arguments().filter(is_identifier) {
            seen += 1;
            assert!(argument.is_allow_hyphen_values_set(), "{words}: {}", argument.get_id());
        }
    }
    assert!(seen > 10, "{seen} identifiers are asked for");
}
