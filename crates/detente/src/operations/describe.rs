//! The commands as operations, from the command line's own tree.

use access::Right;
use api::{Access, Answer, Effect, Form, Member, Operation, Shape};
use clap::{Arg, Command, CommandFactory as _};
use record::json::{self, Json};

use super::shapes::{Part, is_list, part};
use super::table::{self, Row, Sees};
use crate::arguments::Arguments;
use crate::outcome::{Done, Failure};

/// Every leaf of the command line's tree, with its words.
pub(super) fn leaves() -> Vec<(String, Command)> {
    let mut tree = Arguments::command();
    tree.build();
    let mut found = Vec::new();
    for command in tree.get_subcommands().filter(|command| command.get_name() != "help") {
        collect(command, "", &mut found);
    }
    found
}

fn collect(command: &Command, before: &str, found: &mut Vec<(String, Command)>) {
    let words =
        if before.is_empty() { command.get_name().to_owned() } else { format!("{before} {}", command.get_name()) };
    let mut inner = command.get_subcommands().filter(|command| command.get_name() != "help").peekable();
    if inner.peek().is_none() {
        found.push((words, command.clone()));
        return;
    }
    inner.for_each(|command| collect(command, &words, found));
}

/// One operation for each command that can be asked for.
pub(super) fn commands() -> Done<Vec<Operation>> {
    let asked = leaves().into_iter().filter_map(|(words, command)| Some((table::find(&words)?, command)));
    asked.map(|(row, command)| operation(row, &command)).collect()
}

/// The command of a row.
pub(super) fn command_of(row: &Row) -> Option<Command> {
    leaves().into_iter().find(|(words, _)| words == row.command).map(|(_, command)| command)
}

fn operation(row: &Row, command: &Command) -> Done<Operation> {
    let access = (Access::Right(row.right), row.effect);
    let operation = Operation::post(&row.operation(), &row.path(), access, Answer::json(ANSWERED, answer()));
    let group = row.command.split(' ').next().unwrap_or_default();
    let (summary, more) = words_of(row, command);
    let mut operation = operation.map_err(Failure::environment)?.about(group, &summary, &more);
    match (row.one, row.effect) {
        (Some(_), Effect::Changes) => operation = operation.conditional(),
        (Some(_), Effect::Reads) => operation.answer.has_etag = true,
        (None, _) => {}
    }
    for argument in command.get_arguments() {
        let Some(part) = part(row, argument) else {
            return Err(Failure::environment(format!(
                "`{}`: no rule for the path `{}`",
                row.command,
                argument.get_id()
            )));
        };
        if let Some(member) = member(argument, part) {
            operation = operation.body_member(member);
        }
    }
    Ok(operation)
}

const ANSWERED: &str = "What the command says: the same as with `--json`, and the files that it would have written.";

fn answer() -> Shape {
    Shape::Object(vec![
        Member::new("told", "What `--json` prints.", Shape::AnyObject).required(),
        Member::new(
            "warnings",
            "What a person at a terminal would be warned of.",
            Shape::list(Shape::text_of(Form::Any, 0, MAX_SAID)),
        )
        .required(),
        Member::new(
            "product",
            "A text that is the command's product.",
            Shape::text_of(Form::Any, 0, MAX_SAID).or_null(),
        )
        .required(),
        Member::new("files", "What it wrote, by the name of the option.", Shape::AnyObject).required(),
    ])
}

/// Characters of what a command says: its product may be a record.
const MAX_SAID: usize = record::limits::MAX_RECORD_BYTES;

fn words_of(row: &Row, command: &Command) -> (String, String) {
    let text = |styled: Option<&clap::builder::StyledStr>| styled.map(ToString::to_string).unwrap_or_default();
    let (summary, long) = (text(command.get_about()), text(command.get_long_about()));
    let more = long.strip_prefix(&summary).unwrap_or(&long).trim().to_owned();
    let mut parts = vec![format!("As `detente {}`.", row.command)];
    parts.extend((!more.is_empty()).then_some(more));
    parts.extend(row.by.map(|_| "Who does it is the account that asks.".to_owned()));
    parts.extend(row.one.map(|member| what_is_one(member, row.effect)));
    parts.extend(row.takes.map(|(member, right)| format!("With `{member}` it takes the right `{right}` too.")));
    let part = |(member, right): &(&str, Right)| format!("`{member}` is there for whoever has the right `{right}`.");
    parts.extend(row.parts.iter().map(part));
    parts.extend(what_is_told(row.sees).map(str::to_owned));
    (summary, parts.join("\n\n"))
}

/// What the tags of a thing are good for.
fn what_is_one(member: &str, effect: Effect) -> String {
    match effect {
        Effect::Reads => format!("The answer's `ETag` says how what `{member}` names stands, for `If-Match`."),
        Effect::Changes => {
            format!("With `If-Match` it is done only if what `{member}` names has not changed since it was read.")
        }
    }
}

/// What the answer tells of records.
const fn what_is_told(sees: Sees) -> Option<&'static str> {
    match sees {
        Sees::Any => Some("Records that the account may not see are left out of the answer."),
        Sees::Counts(_) => Some(
            "Records that the account may not see are left out of the answer, and what counts them too, unless it may see all of them.",
        ),
        Sees::All => Some("It counts records, so it is refused to an account that may not see all of them."),
        Sees::Nothing | Sees::Named(_) | Sees::Proposal(_) | Sees::Entry(_) | Sees::Label(_) => None,
    }
}

/// The name of an argument's member: as on the command line.
pub(super) fn name(argument: &Arg) -> String {
    argument.get_long().unwrap_or_else(|| argument.get_id().as_str()).replace('-', "_")
}

fn member(argument: &Arg, part: Part) -> Option<Member> {
    let about = argument.get_long_help().or_else(|| argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let about = about.replace("; `-` for standard input", "");
    let is_needed = argument.is_required_set();
    let shape = match part {
        Part::Ours => return None,
        // What must be written is written without being asked for.
        Part::Writes if is_needed => return None,
        Part::Writes => Shape::Flag,
        Part::Reads if is_list(argument) => Shape::list_of(Shape::File, usize::from(is_needed), MAX_FILES),
        Part::Reads => Shape::File,
        Part::ReadsOrDigest => Shape::form(Form::Digest).or_else(Shape::File),
        Part::Secret => Shape::form(Form::Secret),
        Part::Value(shape) => shape,
    };
    let member = Member::new(name(argument), about, shape);
    let member = if is_needed { member.required() } else { member };
    Some(match default(argument, &member.shape) {
        Some(default) => member.or(default),
        None => member,
    })
}

/// Files of one request: a batch of records. Its size is bounded by the body's.
const MAX_FILES: usize = 256;

/// What holds where an argument is not given.
fn default(argument: &Arg, shape: &Shape) -> Option<Json> {
    let text = argument.get_default_values().first()?.to_str()?;
    if *shape == Shape::Flag {
        return Some(Json::Bool(false));
    }
    let is_number = matches!(shape, Shape::Integer { .. });
    if is_number { json::parse(text.as_bytes()).ok() } else { Some(Json::text(text)) }
}
