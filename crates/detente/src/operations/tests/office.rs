//! An office with a node and people who have accounts at it.

use std::path::{Path, PathBuf};

use access::Caller;
use api::request::{Asked, read};
use api::{Problem, ProblemKind, Values};
use clap::Parser as _;
use record::json::{Json, Map};
use tempfile::TempDir;

use crate::accounts_file;
use crate::arguments::Arguments;
use crate::home::Home;
use crate::operations::{catalogue, run};
use crate::report::Report;

/// Everybody's password.
const PASSWORD: &str = "cranes stand along the quay";

pub(crate) struct Office(TempDir);

impl Office {
    /// A node, and Ada, who administers it.
    pub(crate) fn open() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        office.write("password", PASSWORD);
        office.type_in(&format!("init --dir {} --name en=Harbour", office.dir().display()));
        let node = office.dir();
        let password = office.path("password");
        office.type_in(&format!(
            "account add ada --role administrator --by ada --yes --dir {} --password-file {}",
            node.display(),
            password.display()
        ));
        office
    }

    /// The same with the whole staff: lin analyses, rel releases, dov is on duty, rea reads, and gil is a partner's.
    pub(crate) fn staffed() -> Self {
        let office = Self::open();
        for (name, role) in [("lin", "analyst"), ("rel", "releaser"), ("dov", "duty-officer"), ("rea", "reader")] {
            let body = format!(r#"{{"name":"{name}","role":["{role}"],"password_file":"{PASSWORD}","yes":true}}"#);
            office.ask("ada", "account add", &body).unwrap();
        }
        let partner = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let body = format!(
            r#"{{"name":"gil","role":["reader"],"partner":"{partner}","password_file":"{PASSWORD}","yes":true}}"#
        );
        office.ask("ada", "account add", &body).unwrap();
        office
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.path("harbour")
    }

    pub(crate) fn home(&self) -> Home {
        Home::open(&self.dir()).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Types a command at the machine; its words hold no spaces.
    pub(crate) fn type_in(&self, words: &str) -> Map {
        typed(words)
    }

    /// Somebody who has signed in; `nobody` has not.
    pub(crate) fn caller(&self, name: &str) -> Caller {
        if name == "nobody" {
            return Caller::nobody();
        }
        accounts_file::read_some(&self.home()).unwrap().sign_in(name, PASSWORD).unwrap()
    }

    /// Asks for a command over the network, as somebody, with a body.
    pub(crate) fn ask(&self, who: &str, command: &str, body: &str) -> Result<Map, Problem> {
        let (operation, values) = self.read(command, body)?;
        run(&self.home(), &operation, &values, &self.caller(who))
    }

    /// The same as whoever shows a token.
    pub(crate) fn ask_as(&self, caller: &Caller, command: &str, body: &str) -> Result<Map, Problem> {
        let (operation, values) = self.read(command, body)?;
        run(&self.home(), &operation, &values, caller)
    }

    /// Somebody who shows a token of an account, with these rights.
    pub(crate) fn token(&self, account: &str, rights: &str) -> Caller {
        let body = format!(r#"{{"account":"{account}","name":"a","right":{rights},"yes":true}}"#);
        let made = self.told("ada", "token make", &body);
        let (home, secret) = (self.home(), made.text("secret").unwrap());
        let accounts = accounts_file::read_some(&home).unwrap();
        accounts.check_token(&accounts_file::secret(&home).unwrap(), secret, crate::clock::now()).unwrap()
    }

    /// What a request's body holds.
    pub(crate) fn read(&self, command: &str, body: &str) -> Result<(String, Values), Problem> {
        let catalogue = known();
        let id = format!("commands_{}", command.replace([' ', '-'], "_"));
        let operation = catalogue.get(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
        let asked = Asked { content_type: Some("application/json"), body: body.as_bytes(), ..Asked::default() };
        Ok((id, read(operation, &[], asked)?))
    }

    /// What a command told, which must have been done.
    pub(crate) fn told(&self, who: &str, command: &str, body: &str) -> Map {
        let answer = self.ask(who, command, body).unwrap_or_else(|problem| panic!("{command} {body}: {problem:?}"));
        answer.get("told").and_then(Json::as_object).cloned().unwrap()
    }

    /// The kind of problem that comes of asking.
    pub(crate) fn refused(&self, who: &str, command: &str, body: &str) -> ProblemKind {
        match self.ask(who, command, body) {
            Ok(answer) => panic!("{command} {body} was done: {answer:?}"),
            Err(problem) => problem.kind(),
        }
    }

    /// Writes an incident down, and answers its id and digest.
    pub(crate) fn incident(&self, title: &str) -> (String, String) {
        let told = self.told("lin", "incident new", &format!(r#"{{"title":"{title}","kind":"incident"}}"#));
        (told.text("incident").unwrap().to_owned(), told.text("record_digest").unwrap().to_owned())
    }

    /// Labels a record.
    pub(crate) fn label(&self, digest: &str, tlp: &str) {
        self.told("lin", "label put", &format!(r#"{{"record":"{digest}","tlp":"{tlp}"}}"#));
    }

    /// How many entries the log has.
    pub(crate) fn entries(&self) -> i64 {
        let told = self.type_in(&format!("log list --dir {}", self.dir().display()));
        told.get("size").and_then(Json::as_integer).unwrap()
    }
}

fn known() -> api::Catalogue {
    catalogue().unwrap()
}

/// What a command tells that is typed at the machine.
fn typed(words: &str) -> Map {
    let words = ["detente", "--json"].into_iter().chain(words.split_whitespace());
    let mut report = Report::keeping();
    crate::run(Arguments::try_parse_from(words).unwrap().command, &mut report).unwrap();
    report.into_kept().0
}

/// A value as a request's file: its text.
pub(crate) fn file(text: &str) -> String {
    Map::new().with("text", text).to_text()
}

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// The name of some floor.
pub(crate) fn a_floor() -> &'static str {
    policy::floors::DEFAULTS.first().unwrap().name
}
