//! `detente account`: add, list, set-role, set-password, disable, enable, remove, sign-out, requests.

use std::path::Path;

use access::password::{MAX_PASSWORD_BYTES, Password, PasswordHash};
use access::{Account, AccountName, Accounts, Applied, Belongs, Change, Effects, Role, Roles, verify_from};
use record::entropy::SystemEntropy;
use record::json::{Json, Map};
use zeroize::Zeroizing;

use crate::accounts_file;
use crate::arguments::{AccountAddArguments, AccountCommand, AccountListArguments, ChangeArguments};
use crate::clock;
use crate::command::log::Signing;
use crate::command::release::person;
use crate::home::{Home, read_input};
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::requests::{Files, Lines, Older};

/// What to do about a name that is missing.
const BY: &str = "say who does this: it is logged";

pub(crate) fn run(command: AccountCommand, report: &mut Report) -> Done {
    match command {
        AccountCommand::Add(arguments) => add(arguments, report),
        AccountCommand::List(arguments) => list(&arguments, report),
        AccountCommand::SetRole(arguments) => {
            let roles = Roles::new(arguments.roles).map_err(Failure::arguments)?;
            change(Change::SetRoles(arguments.name, roles), &arguments.change, report)
        }
        AccountCommand::SetPassword(arguments) => {
            // Looked at before anybody is asked for a password.
            let home = Home::open(&arguments.change.node.dir)?;
            let _there = account(&accounts_file::read_some(&home)?, &arguments.name)?;
            let password = hash(&arguments.name, arguments.password_file.as_deref())?;
            change(Change::SetPassword(arguments.name, password), &arguments.change, report)
        }
        AccountCommand::Disable(arguments) => change(Change::Disable(arguments.name), &arguments.change, report),
        AccountCommand::Enable(arguments) => change(Change::Enable(arguments.name), &arguments.change, report),
        AccountCommand::Remove(arguments) => change(Change::Remove(arguments.name), &arguments.change, report),
        AccountCommand::SignOut(arguments) => change(Change::SignOut(arguments.name), &arguments.change, report),
        AccountCommand::Requests(arguments) => requests(&arguments, report),
    }
}

/// Compares the files of lines with the digests in the log.
fn requests(arguments: &AccountListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let logged = accounts_file::logged_requests(&store)?;
    let files = Files::of(&home);
    let older = files.older()?;
    let first = first_kept(&older, logged.let_go).map_err(|failure| failure.advise(COMPARE))?;
    let mut lines = Lines::of(&files)?;
    let checked = verify_from(first, &mut lines, &logged.digests);
    if let Some(failure) = lines.trouble.take() {
        return Err(failure);
    }
    let checked =
        checked.map_err(|fault| Failure::refused(format!("`{}`: {fault}", files.path().display())).advise(COMPARE))?;
    report.fact("minutes", Json::count(logged.digests.len()));
    report.data("files", Json::count(older.len().saturating_add(1)));
    report.data("covered", Json::count(checked.covered));
    report.data("uncovered", Json::count(checked.uncovered));
    report.data("let_go", Json::count(first));
    report.line(format!("{} lines are those that were logged: they hold", checked.covered));
    if checked.uncovered > 0 {
        report.line(format!("{} lines came after the last digest, and nothing is proved of them", checked.uncovered));
    }
    if first > 0 {
        report.line(format!("{first} lines before them were let go when their files were too many"));
    }
    if checked.cut > 0 {
        let cut = checked.cut;
        report.line(format!("{cut} lines are of a minute that is here in part, and nothing is proved of them"));
    }
    Ok(())
}

/// What to do about lines that are not those that were logged.
const COMPARE: &str =
    "keep the files as they are, and compare them with a backup: who had access to this machine then?";

/// How many lines came before the first that is here. Every file must begin where the one before it ends, and the first of them where
/// the log says that lines were let go, or earlier.
fn first_kept(older: &[Older], let_go: u64) -> Done<u64> {
    let mut expected = None;
    for file in older {
        let begin = file.begin()?;
        let is_right = expected.map_or(begin <= let_go, |expected| begin == expected);
        if !is_right {
            let before = expected.unwrap_or(let_go);
            let path = file.path.display();
            return Err(Failure::refused(format!(
                "`{path}` begins with line {begin} of the log, and not with line {before}"
            )));
        }
        expected = Some(file.end);
    }
    older.first().map_or(Ok(let_go), Older::begin)
}

fn add(arguments: AccountAddArguments, report: &mut Report) -> Done {
    let roles = Roles::new(arguments.roles).map_err(Failure::arguments)?;
    let home = Home::open(&arguments.change.node.dir)?;
    let is_first = accounts_file::read(&home)?.is_none();
    let is_administrator = roles.iter().eq([Role::Administrator]) && arguments.partner.is_none();
    if is_first && (!is_administrator || arguments.no_password) {
        return Err(Failure::refused("the first account is this party's own administrator, with a password")
            .advise("give --role administrator alone; other accounts can follow"));
    }
    let has_password = !arguments.no_password && !roles.is_machine();
    let password = has_password.then(|| hash(&arguments.name, arguments.password_file.as_deref())).transpose()?;
    match password {
        Some(password) if is_first => first(&home, arguments.name, password, &arguments.change, report),
        password => {
            let belongs = arguments.partner.map_or(Belongs::Own, Belongs::Partner);
            change(Change::add(arguments.name, roles, belongs, password), &arguments.change, report)
        }
    }
}

fn first(
    home: &Home,
    name: AccountName,
    password: PasswordHash,
    arguments: &ChangeArguments,
    report: &mut Report,
) -> Done {
    let by = person(&arguments.by, BY)?;
    let accounts = Accounts::first(name, password, clock::now()).map_err(Failure::refused)?;
    for account in accounts.iter() {
        report.fact("account", account.name().as_str());
        report.fact("roles", account.roles().to_string());
    }
    if !arguments.yes {
        return preview_only(report);
    }
    let node = Signing::open(&arguments.node)?;
    // Somebody else may have been faster.
    if accounts_file::read(home)?.is_some() {
        return Err(Failure::refused("another command has added the first account meanwhile").advise("try again"));
    }
    accounts_file::keep(home, &node, &accounts, &accounts_file::first_event(&accounts, &by)?)?;
    done(report)
}

/// Makes a change, or says what it would do.
pub(crate) fn change(change: Change, arguments: &ChangeArguments, report: &mut Report) -> Done {
    let by = person(&arguments.by, BY)?;
    let home = Home::open(&arguments.node.dir)?;
    if !arguments.yes {
        let applied = accounts_file::preview(&accounts_file::read_some(&home)?, change, &by)?;
        say(&applied, report);
        return preview_only(report);
    }
    let node = Signing::open(&arguments.node)?;
    let applied = accounts_file::change(&home, &node, change, &by)?;
    say(&applied, report);
    done(report)
}

fn preview_only(report: &mut Report) -> Done {
    report.data("changed", Json::Bool(false));
    report.line("\nNothing was changed. To do it, add --yes");
    Ok(())
}

fn done(report: &mut Report) -> Done {
    report.data("changed", Json::Bool(true));
    report.line("\nDone and logged.");
    Ok(())
}

fn say(applied: &Applied, report: &mut Report) {
    report.fact("account", applied.event.account.as_str());
    report.fact("event", applied.event.action);
    let Effects { gains, loses, ends_sessions, stops_tokens, .. } = &applied.effects;
    report.fact("gains", names(gains.iter().map(|right| right.name())));
    report.fact("loses", names(loses.iter().map(|right| right.name())));
    report.fact("ends_sessions", Json::Bool(*ends_sessions));
    report.fact("stops_tokens", names(stops_tokens.iter().map(AccountName::as_str)));
}

/// Names for a person and a program alike; `none` tells more than nothing.
pub(crate) fn names(names: impl Iterator<Item: AsRef<str>>) -> String {
    let names: Vec<String> = names.map(|name| name.as_ref().to_owned()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn list(arguments: &AccountListArguments, report: &mut Report) -> Done {
    let accounts = accounts_file::read(&Home::open(&arguments.dir)?)?;
    let Some(accounts) = accounts else {
        report.line("No accounts yet. Add an administrator: detente account add NAME --role administrator");
        report.data("accounts", Json::Array(Vec::new()));
        return Ok(());
    };
    for account in accounts.iter() {
        let state = if account.is_disabled() { "disabled" } else { "enabled" };
        let (name, roles) = (account.name(), account.roles().to_string());
        report.line(format!("{name:<24}  {state:<8}  {roles:<24}  {}", account.belongs()));
    }
    report.data("accounts", Json::Array(accounts.iter().map(|account| row(&accounts, account).into()).collect()));
    Ok(())
}

fn row(accounts: &Accounts, account: &Account) -> Map {
    let list = |words: Vec<&str>| Json::Array(words.into_iter().map(Json::from).collect());
    Map::new()
        .with("name", account.name().as_str())
        .with("roles", list(account.roles().iter().map(Role::name).collect()))
        .with("rights", list(account.rights().iter().map(|right| right.name()).collect()))
        .with("belongs", account.belongs().to_string())
        .with("disabled", Json::Bool(account.is_disabled()))
        .with("has_password", Json::Bool(account.password().is_some()))
        .with("created", account.created().to_string())
        .with("tokens", Json::count(accounts.tokens_of(account.name()).count()))
}

/// An account that must be there.
pub(crate) fn account<'a>(accounts: &'a Accounts, name: &AccountName) -> Done<&'a Account> {
    accounts.account(name).ok_or_else(|| Failure::refused(access::AccountError::Unknown(name.clone())))
}

fn hash(name: &AccountName, file: Option<&Path>) -> Done<PasswordHash> {
    let typed = file.map_or_else(ask, first_line)?;
    let password = Password::new(&typed, name).map_err(Failure::input)?;
    PasswordHash::of(&password, &mut SystemEntropy::new()).map_err(Failure::environment)
}

fn first_line(file: &Path) -> Done<Zeroizing<String>> {
    let octets = Zeroizing::new(read_input(file)?);
    let text = std::str::from_utf8(&octets).map_err(|_| Failure::input("the password file is not UTF-8"))?;
    let line = text.lines().next().unwrap_or_default();
    if line.len() > MAX_PASSWORD_BYTES {
        return Err(Failure::input(access::password::WeakPassword::Long).advise("is this the right file?"));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

fn ask() -> Done<Zeroizing<String>> {
    let typed = prompt("Password of the account: ")?;
    if *typed == *prompt("Once more: ")? { Ok(typed) } else { Err(Failure::input("the two passwords differ")) }
}

fn prompt(question: &str) -> Done<Zeroizing<String>> {
    crate::operations::asked::refuse("a password")?;
    let answer = rpassword::prompt_password(question).map(Zeroizing::new);
    answer.map_err(|error| {
        Failure::environment(format!("cannot ask for a password: {error}")).advise("use --password-file")
    })
}
