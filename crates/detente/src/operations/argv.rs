//! From the values of a request to the words of a command line.

use std::ffi::OsString;
use std::path::Path;

use api::{Value, Values};
use clap::{Arg, ArgAction, Command};

use super::describe::name;
use super::folder::Folder;
use super::shapes::{Part, is_list, part};
use super::table::Row;
use crate::outcome::{Done, Failure};

/// The words, and the files that the command will write, by the names of their members.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) argv: Vec<OsString>,
    pub(super) written: Vec<String>,
    positional: Vec<(usize, Vec<OsString>)>,
}

/// What is told to a command beside the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) dir: &'a Path,
    pub(super) by: &'a str,
}

impl Words {
    /// The words of a command for these values. Content of files is written into the folder.
    pub(super) fn of(row: &Row, command: &Command, values: &Values, given: Given<'_>, folder: &Folder) -> Done<Self> {
        let mut words = Self::default();
        words.argv.extend(["detente", "--json"].map(OsString::from));
        words.argv.extend(row.command.split(' ').map(OsString::from));
        for argument in command.get_arguments() {
            words.add(row, argument, values, given, folder)?;
        }
        words.positional.sort_by_key(|(place, _)| *place);
        if !words.positional.is_empty() {
            // Behind this nothing is an option, whatever it begins with.
            words.argv.push("--".into());
        }
        let positional = std::mem::take(&mut words.positional);
        words.argv.extend(positional.into_iter().flat_map(|(_, words)| words));
        Ok(words)
    }

    fn add(&mut self, row: &Row, argument: &Arg, values: &Values, given: Given<'_>, folder: &Folder) -> Done {
        let (id, member) = (argument.get_id().as_str(), name(argument));
        if id == "dir" {
            self.put(argument, vec![given.dir.into()]);
        } else if row.by == Some(id) {
            self.put(argument, vec![given.by.into()]);
        }
        let value = values.get(&member);
        match part(row, argument) {
            Some(Part::Writes) if argument.is_required_set() || value == Some(&Value::Flag(true)) => {
                self.put(argument, vec![folder.path().join(&member).into()]);
                self.written.push(member);
            }
            Some(Part::Ours | Part::Writes) | None => {}
            Some(Part::Reads | Part::ReadsOrDigest | Part::Secret | Part::Value(_)) => {
                if let Some(value) = value {
                    self.put_value(argument, value, folder)?;
                }
            }
        }
        Ok(())
    }

    fn put_value(&mut self, argument: &Arg, value: &Value, folder: &Folder) -> Done {
        if let (Value::Flag(flag), ArgAction::SetTrue) = (value, argument.get_action()) {
            if *flag {
                self.argv.push(option(argument));
            }
            return Ok(());
        }
        let elements =
            if let Value::List(elements) = value { elements.as_slice() } else { std::slice::from_ref(value) };
        let words: Done<Vec<_>> =
            elements.iter().enumerate().map(|(place, value)| word(argument, value, place, folder)).collect();
        self.put(argument, words?);
        Ok(())
    }

    /// Puts an argument with its values: `--name=value`, so that no value is taken for an option.
    fn put(&mut self, argument: &Arg, values: Vec<OsString>) {
        if let Some(place) = argument.get_index() {
            self.positional.push((place, values));
            return;
        }
        if argument.get_num_args().is_some_and(|count| count.min_values() > 1) && is_list(argument) {
            self.argv.push(option(argument));
            self.argv.extend(values);
            return;
        }
        for value in values {
            let mut word = option(argument);
            word.push("=");
            word.push(value);
            self.argv.push(word);
        }
    }
}

fn option(argument: &Arg) -> OsString {
    format!("--{}", argument.get_long().unwrap_or_default()).into()
}

fn word(argument: &Arg, value: &Value, place: usize, folder: &Folder) -> Done<OsString> {
    let file = format!("{}-{place}", name(argument));
    Ok(match value {
        Value::Text(text) => text.into(),
        Value::Integer(integer) => integer.to_string().into(),
        Value::File(octets) => folder.put(&file, octets)?.into(),
        Value::Secret(secret) => folder.put(&file, secret.reveal().as_bytes())?.into(),
        Value::Flag(_) | Value::List(_) | Value::Object(_) | Value::Any(_) | _ => {
            return Err(Failure::environment(format!("the member `{file}` has no form on the command line")));
        }
    })
}
