//! `accounts.json` and `access.key`: the accounts of a node on disk, and the log in which their changes are written down.

use std::io::ErrorKind;
use std::path::PathBuf;

use access::{Accounts, Actor, Applied, Change, Event, MinuteDigest, NodeSecret};
use record::digest::{PartyId, sha256};
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use storage::{Batch, BatchId, Body, LocalStore, LogName, NewEntry, Place, Store as _};

use crate::clock;
use crate::command::log::{Signing, fresh_salt, split_body};
use crate::home::{self, Home, Readers};
use crate::outcome::{Done, Failure};

/// Name of the file that holds accounts and tokens.
pub(crate) const ACCOUNTS: &str = "accounts.json";
/// Name of the file that holds the key of the tokens' hashes.
const SECRET: &str = "access.key";
/// The log of this node in which changes of accounts are written down. Nobody else reads it.
pub(crate) const ACCESS_LOG: &str = "access";

/// The accounts as they lie there; `None` before the first was added.
pub(crate) fn read(home: &Home) -> Done<Option<Accounts>> {
    let Some(text) = read_private(&path(home, ACCOUNTS))? else { return Ok(None) };
    Accounts::from_text(&text).map(Some).map_err(Failure::input)
}

/// The accounts, of which there must be some.
pub(crate) fn read_some(home: &Home) -> Done<Accounts> {
    let advice = "add an administrator first: detente account add NAME --role administrator";
    read(home)?.ok_or_else(|| Failure::input("this node has no accounts yet").advise(advice))
}

/// The node's secret, which is made when it is first asked for.
/// The same for whoever makes a token. Without the key under which the others are kept none of them counts any more, so no other
/// key takes its place unasked.
pub(crate) fn secret_for_tokens(home: &Home) -> Done<NodeSecret> {
    let is_missing = read_private(&path(home, SECRET))?.is_none();
    if is_missing && read_some(home).is_ok_and(|accounts| accounts.tokens().next().is_some()) {
        return Err(Failure::input(format!("`{SECRET}` is missing, and tokens were made under it"))
            .advise("put it back from a backup; if it is lost for good, revoke every token first"));
    }
    secret(home)
}

pub(crate) fn secret(home: &Home) -> Done<NodeSecret> {
    let path = path(home, SECRET);
    if let Some(text) = read_private(&path)? {
        let text = String::from_utf8_lossy(&text);
        return NodeSecret::from_text(text.trim_end()).map_err(Failure::input);
    }
    let secret = NodeSecret::generate(&mut SystemEntropy::new()).map_err(Failure::environment)?;
    home::write_whole(&path, &secret.to_text(), Readers::Owner)?;
    Ok(secret)
}

fn path(home: &Home, name: &str) -> PathBuf {
    home.dir().join(name)
}

fn read_private(path: &std::path::Path) -> Done<Option<Vec<u8>>> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) | Ok(_) => {}
    }
    home::check_private(path)?;
    home::read_input(path).map(Some)
}

/// Makes a change under the directory's lock: nobody else changes accounts between reading and writing.
pub(crate) fn change(home: &Home, node: &Signing, change: Change, by: &str) -> Done<Applied> {
    let applied = preview(&read_some(home)?, change, by)?;
    keep(home, node, &applied.accounts, &applied.event.to_json().into())?;
    Ok(applied)
}

/// What a change would do.
pub(crate) fn preview(accounts: &Accounts, change: Change, by: &str) -> Done<Applied> {
    accounts.apply(change, &Actor::console(by), clock::now()).map_err(Failure::refused)
}

/// Logs, then writes. A crash between the two leaves a change in the log that was not made, which is seen when the command is
/// given again; the other way round, one could be made that is in no log.
pub(crate) fn keep(home: &Home, node: &Signing, accounts: &Accounts, event: &Json) -> Done {
    let _committed = node.commit(event_batch(node.history.party(), event)?)?;
    write(home, accounts)
}

/// Writes the accounts. Whoever changes more than the day on which a token was used logs that first.
pub(crate) fn write(home: &Home, accounts: &Accounts) -> Done {
    home::replace(&path(home, ACCOUNTS), &accounts.to_text(), Readers::Owner)
}

/// An event of the log `access` in what lies beside its entry.
pub(crate) fn event_of(body: &[u8]) -> Option<Map> {
    let (_, text) = split_body(body)?;
    if let Ok(Json::Object(event)) = json::parse(text) { Some(event) } else { None }
}

/// Entries of the log `access` that are read at once.
const AT_ONCE: u64 = 1_024;

/// What the log `access` says of the log of requests.
#[derive(Debug, Default)]
pub(crate) struct LoggedRequests {
    /// The digests, in order.
    pub(crate) digests: Vec<MinuteDigest>,
    /// How many of the first lines were let go, or were about to be.
    pub(crate) let_go: u64,
}

impl LoggedRequests {
    /// How many lines digests cover.
    pub(crate) fn lines(&self) -> u64 {
        self.digests.iter().map(|digest| digest.lines).sum()
    }

    fn take(&mut self, event: &Map) {
        self.digests.extend(MinuteDigest::from_json(event));
        let lines = event.get("lines").and_then(Json::as_integer).and_then(|lines| u64::try_from(lines).ok());
        if let Some(lines) = lines.filter(|_| event.text("event") == Some(LET_GO)) {
            self.let_go = self.let_go.max(lines);
        }
    }
}

/// What an event is called by which the first lines of the log of requests are let go.
const LET_GO: &str = "access-log-let-go";

/// The event that so many of the first lines are let go.
pub(crate) fn let_go(lines: u64) -> Json {
    Map::new().with("event", LET_GO).with("time", clock::now().to_string()).with("lines", Json::count(lines)).into()
}

/// Reads it.
pub(crate) fn logged_requests(store: &LocalStore) -> Done<LoggedRequests> {
    let log: LogName = ACCESS_LOG.parse().map_err(Failure::environment)?;
    let size = store.head_of(&log).map_or(0, |head| head.size);
    let (mut logged, mut from) = (LoggedRequests::default(), 0);
    while from < size {
        let to = from.saturating_add(AT_ONCE).min(size);
        let places: Vec<Place> = (from..to).map(|index| Place::new(log.clone(), index)).collect();
        for body in store.bodies(&places).map_err(crate::node::fail)? {
            let Body::Kept(body) = body else { continue };
            event_of(&body).iter().for_each(|event| logged.take(event));
        }
        from = to;
    }
    Ok(logged)
}

/// The batch that logs an event.
pub(crate) fn event_batch(party: PartyId, event: &Json) -> Done<Batch> {
    let log: LogName = ACCESS_LOG.parse().map_err(Failure::environment)?;
    let text = json::canonical(event).map_err(Failure::environment)?;
    let salt = fresh_salt()?;
    // The leaves lie beside those that are published, so they tell nothing.
    let leaf = sha256(&[b"detente/access-event/v1\0", &salt, &text]);
    let entry = NewEntry::with_body(log.clone(), leaf.to_vec(), [salt.as_slice(), &text].concat());
    let origin = format!("detente/access/{party}");
    Ok(Batch::new(BatchId::of(&[b"access", &leaf])).open(log, &origin).entry(entry))
}

/// What is logged of the first account: there was nobody before it.
pub(crate) fn first_event(accounts: &Accounts, by: &str) -> Done<Json> {
    let account = accounts.iter().next().ok_or_else(|| Failure::environment("the account was not made"))?;
    Ok(Event::first(account, &Actor::console(by)).to_json().into())
}
