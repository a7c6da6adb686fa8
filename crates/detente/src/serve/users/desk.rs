//! What stands behind the site for users.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ::api::Language;
use ::api::page::PageKey;
use access::password::PasswordHash;
use access::{Accounts, Caller, Entry, NodeSecret, Sessions};
use node::server::{BodyClass, Fields, Reply, Request};
use record::digest::PartyId;
use record::json::Map;
use record::time::Timestamp;
use taxii::{About, CursorKey};
use web::users::{FeedFile, PageAnswer, PageAsk, UserDesk};

use super::access_log::AccessLog;
use super::accounts::Standing;
use super::api::{self, Api};
use super::audiences;
use super::misp::Feeds;
use super::pages::{self, OpenToAll, Pages};
use super::shelf::Shelf;
use super::statuses::Statuses;
use crate::clock;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::scanning::LiveBank;
use crate::serve::lending::Lending;
use crate::serve::rounds::Tell;

/// How often minutes of the log of requests are closed, and uses of tokens written down.
const KEEP_EVERY: Duration = Duration::from_millis(1_000);

/// What keys of cursors follow from, beside the node's secret.
const CURSORS: &str = "detente/taxii-cursors/v1";

/// The same for pages of the API.
const PAGES: &str = "detente/api-pages/v1";

/// The same for places in lists of pages.
const PLACES: &str = "detente/page-places/v1";

/// The desk.
pub(crate) struct UsersDesk {
    accounts: Standing,
    secret: NodeSecret,
    sessions: Arc<Mutex<Sessions>>,
    taxii: taxii::Server<Shelf>,
    api: Api,
    feeds: Feeds,
    pages: Pages,
    house: [String; 2],
    log: AccessLog,
    lending: Arc<Lending>,
    party: PartyId,
    tell: Tell,
}

impl UsersDesk {
    pub(super) fn open(
        home: &Home,
        lending: Arc<Lending>,
        (origin, open_to_all): (String, OpenToAll),
        bank: Arc<LiveBank>,
        tell: Tell,
    ) -> Done<Self> {
        let accounts = Standing::open(home)?;
        let secret = accounts.secret()?;
        let open = lending.get().map_err(Failure::environment)?;
        let (party, log) = (open.party(), AccessLog::open(home, &open.store)?);
        let keys = open.keys.get();
        let title = keys.ring().name(party).map_or_else(|| party.to_string(), str::to_owned);
        drop((keys, open));
        let statuses = Statuses::open(home.dir())?;
        let shelf =
            Shelf::new(Arc::clone(&lending), statuses, party, Arc::clone(&tell)).map_err(Failure::environment)?;
        let cursors = CursorKey::from_octets(&secret.key_for(CURSORS));
        let sessions = Arc::new(Mutex::new(Sessions::new()));
        let api =
            Api::new(home, Arc::clone(&lending), Arc::clone(&sessions), (&secret.key_for(PAGES), Arc::clone(&bank)))?;
        let taxii = taxii::Server::new(shelf, cursors, About::new(title, origin));
        let places = PageKey::from_octets(&secret.key_for(PLACES));
        let pages = Pages::new((home, places), open_to_all, (Arc::clone(&lending), bank), Arc::clone(&tell))?;
        let (feeds, house) = (Feeds::default(), pages::house(home, party)?);
        Ok(Self { accounts, secret, sessions, taxii, api, feeds, pages, house, log, lending, party, tell })
    }

    /// Logs what has to be logged, until the end of the node and once after it.
    pub(in crate::serve) fn keep(&self) {
        while !self.lending.has_ended() {
            thread::sleep(KEEP_EVERY);
            self.keep_now();
        }
        self.log.close();
        self.keep_now();
    }

    fn keep_now(&self) {
        let Ok(open) = self.lending.get() else { return };
        let kept = self.log.log(&open.store, self.party).and_then(|()| self.accounts.write_used());
        let kept = kept.and_then(|()| audiences::settle(&open, clock::now()));
        if let Err(failure) = kept {
            (self.tell)(format!("users: {}", failure.message));
        }
    }
}

impl UserDesk for UsersDesk {
    type Taxii = Shelf;

    fn accounts(&self) -> Arc<Accounts> {
        self.accounts.now()
    }

    fn secret(&self) -> &NodeSecret {
        &self.secret
    }

    fn sessions(&self) -> &Mutex<Sessions> {
        &self.sessions
    }

    fn taxii(&self) -> &taxii::Server<Shelf> {
        &self.taxii
    }

    fn misp(&self, caller: &Caller, file: &FeedFile<'_>) -> Option<Result<Vec<u8>, String>> {
        self.feeds.file(self.taxii.backend(), caller, file)
    }

    fn api(&self, caller: &Caller, request: &Request) -> (Reply, Option<&'static str>) {
        self.api.answer(caller, request)
    }

    fn api_refusal(&self, fields: &Fields, status: u16, reason: &str) -> Reply {
        api::refusal_of(fields, status, reason)
    }

    fn page(&self, ask: &PageAsk<'_>) -> (PageAnswer, Option<&'static str>) {
        self.pages.answer((&self.api, self.taxii.backend()), ask)
    }

    fn takes_reports(&self) -> bool {
        self.pages.takes_reports()
    }

    fn house(&self, language: Language) -> &str {
        let [english, chinese] = &self.house;
        match language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    fn account(&self, caller: &Caller) -> Map {
        crate::operations::read::account(caller).unwrap_or_default()
    }

    fn api_body(&self, caller: &Caller, request: &Request) -> Result<BodyClass, Reply> {
        self.api.body_class(caller, request)
    }

    fn log(&self, entry: &Entry<'_>) {
        if let Some(problem) = self.log.write(entry) {
            (self.tell)(problem);
        }
    }

    fn used(&self, caller: &Caller) {
        self.accounts.note_use(caller);
    }

    fn set_password(&self, caller: &Caller, password: PasswordHash) -> Result<(), String> {
        let open = self.lending.get()?;
        let set = self.accounts.set_password((&open.store, self.party), caller, password);
        set.map_err(|failure| {
            (self.tell)(format!("users: a password stays as it was: {}", failure.message));
            failure.message
        })
    }

    fn guessed_at(&self, account: &str) {
        let named = account.chars().take(access::MAX_NAME_CHARACTERS).collect::<String>();
        (self.tell)(format!("ALARM: somebody guesses at the password of account `{named}`"));
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }
}

impl fmt::Debug for UsersDesk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("UsersDesk").field("party", &self.party).finish_non_exhaustive()
    }
}
