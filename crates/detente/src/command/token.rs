//! `detente token`: make, list, revoke.

use access::{Change, Collections, NodeSecret, Right, Scopes, Token};
use record::entropy::SystemEntropy;
use record::json::{Json, Map};
use record::time::Timestamp;
use zeroize::Zeroizing;

use crate::accounts_file;
use crate::arguments::{TokenCommand, TokenListArguments, TokenMakeArguments};
use crate::clock::{self, DAY_MICROS};
use crate::command::account;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: TokenCommand, report: &mut Report) -> Done {
    match command {
        TokenCommand::Make(arguments) => make(arguments, report),
        TokenCommand::List(arguments) => list(&arguments, report),
        TokenCommand::Revoke(arguments) => {
            account::change(Change::RevokeToken(arguments.account, arguments.name), &arguments.change, report)
        }
    }
}

fn make(arguments: TokenMakeArguments, report: &mut Report) -> Done {
    let scopes = Scopes::new(arguments.rights, collections(arguments.collections)).map_err(Failure::arguments)?;
    let home = Home::open(&arguments.change.node.dir)?;
    let _there = account::account(&accounts_file::read_some(&home)?, &arguments.account)?;
    let now = clock::now();
    let lasts = DAY_MICROS.saturating_mul(i64::from(arguments.days));
    let expires = Timestamp::from_micros(now.micros().saturating_add(lasts));
    let names = (arguments.account, arguments.name);
    let mut entropy = SystemEntropy::new();
    // Looking makes no file.
    let preview = || NodeSecret::generate(&mut SystemEntropy::new()).map_err(Failure::environment);
    let key = if arguments.change.yes { accounts_file::secret_for_tokens(&home)? } else { preview()? };
    let made = Token::make(&key, names, scopes, (now, expires), &mut entropy);
    let (token, secret) = made.map_err(Failure::arguments)?;
    report.fact("token", token.name().as_str());
    report.fact("rights", rights(&token));
    report.fact("expires", token.expires().to_string());
    account::change(Change::MakeToken(Box::new(token)), &arguments.change, report)?;
    if arguments.change.yes {
        report.only_once("the token could not be shown: revoke it, and make another");
        report.secret("secret", &Zeroizing::new(secret.reveal().to_owned()));
        report.line("\nGive it to the program now. It is stored nowhere, and whoever has it can do what it can.");
    }
    Ok(())
}

fn collections(names: Vec<String>) -> Collections {
    if names.is_empty() { Collections::All } else { Collections::Only(names.into_iter().collect()) }
}

fn rights(token: &Token) -> String {
    account::names(token.scopes().rights().iter().copied().map(Right::name))
}

fn reach(token: &Token) -> String {
    match token.scopes().collections() {
        Collections::All => "all".to_owned(),
        Collections::Only(names) => account::names(names.iter().map(String::as_str)),
    }
}

fn list(arguments: &TokenListArguments, report: &mut Report) -> Done {
    let accounts = accounts_file::read_some(&Home::open(&arguments.dir)?)?;
    let now = clock::now();
    let is_asked_for = |token: &&Token| {
        arguments.account.as_ref().is_none_or(|account| account.skeleton() == token.account().skeleton())
    };
    let mut rows = Vec::new();
    for token in accounts.tokens().filter(is_asked_for) {
        let state = token.standing(now).map_or_else(|why| why.to_string(), |()| "good".to_owned());
        report.line(format!(
            "{}/{}  until {}  {}: {state}",
            token.account(),
            token.name(),
            token.expires(),
            rights(token)
        ));
        rows.push(row(token, &state).into());
    }
    if rows.is_empty() {
        report.line("No tokens. Make one: detente token make ACCOUNT NAME --right RIGHT");
    }
    report.data("tokens", Json::Array(rows));
    Ok(())
}

fn row(token: &Token, state: &str) -> Map {
    let maybe = |text: Option<String>| text.map_or(Json::Null, Json::text);
    Map::new()
        .with("account", token.account().as_str())
        .with("name", token.name().as_str())
        .with("rights", rights(token))
        .with("collections", reach(token))
        .with("created", token.created().to_string())
        .with("expires", token.expires().to_string())
        .with("last_used", maybe(token.last_used().map(|day| day.to_string())))
        .with("revoked", maybe(token.revoked().map(|time| time.to_string())))
        .with("state", state)
}
