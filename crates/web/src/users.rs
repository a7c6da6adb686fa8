//! What a node shows its own people and programs, and the accounts of partners, over HTTPS without transport keys.
//!
//! ```text
//! /taxii2/..         TAXII 2.1 (crate `taxii`)
//! /misp/COLLECTION/  a MISP feed of a collection
//! /api/v1/..         everything else that programs ask
//! POST, DELETE /api/v1/session   sign in, sign out
//! /sign-in, /sign-out            the same for people
//! /report, /report/..            pages of whoever reports in confidence: nobody is known there
//! /..                            pages
//! GET  /healthz
//! ```
//!
//! Each request is somebody's: a token (`Authorization: Bearer`, or `Basic` with the token as the password, as TAXII clients send it),
//! or a session that a password began. Whoever shows something that does not count is refused, and not taken for a stranger. Each
//! request is a line of the log of requests, also one that was turned away; only of reporters there is none.

mod blur;
mod bodies;
mod credentials;
mod feed;
mod lines;
mod page;
mod pages_site;
mod password;
mod reporters;
mod sign_in;
mod taxii_site;
mod who;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use access::password::PasswordHash;
use access::rates::{Counted, Rates};
use access::sign_in::SignIns;
use access::{Accounts, Caller, Entry, NodeSecret, Sessions};
use api::Language;
use node::server::{Admitted, BodyClass, Header, Method, Reply, Request, Site, Status, TurnedAway};
use record::json::Map;
use record::time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use self::bodies::Bodies;
use self::lines::Heard;
use self::sign_in::Stretching;
use self::who::{Shown, Who};

pub use self::feed::FeedFile;
pub use self::page::{PageAnswer, PageAsk, done_word};
pub use self::taxii_site::Asker;

/// Octets of the longest query: that of TAXII, some 150 ids.
const MAX_QUERY_BYTES: usize = 8 * 1024;

/// Where the API begins.
const API: &str = "/api/v1/";

/// Where news is told as it comes.
const EVENTS: &str = "/api/v1/events";

/// Where sessions begin and end.
const SESSION: &str = "/api/v1/session";

/// Where feeds for MISP begin.
const MISP: &str = "/misp/";

/// Behind the handlers. Calls may block on a disk, and are made on threads that may.
pub trait UserDesk: Send + Sync + 'static {
    /// What TAXII reads and writes.
    type Taxii: taxii::Backend<Caller = Asker> + Send + Sync;

    /// The accounts as they stand now.
    fn accounts(&self) -> Arc<Accounts>;

    /// The node's secret, under which tokens and sessions are kept.
    fn secret(&self) -> &NodeSecret;

    /// The sessions of this process. What goes on for long asks whether its own does.
    fn sessions(&self) -> &Mutex<Sessions>;

    /// The server of TAXII.
    fn taxii(&self) -> &taxii::Server<Self::Taxii>;

    /// A file of the feed for MISP of a collection; none if there is none for this caller.
    fn misp(&self, caller: &Caller, file: &FeedFile<'_>) -> Option<Result<Vec<u8>, String>>;

    /// What a request to the API is answered, and the pattern that its path matched.
    fn api(&self, caller: &Caller, request: &Request) -> (Reply, Option<&'static str>);

    /// An answer of the API to a request that never got there.
    fn api_refusal(&self, fields: &node::server::Fields, status: u16, reason: &str) -> Reply;

    /// A page, or what a form of one came to, and the pattern that its path matched. 404 is what is not there for this caller.
    fn page(&self, ask: &PageAsk<'_>) -> (PageAnswer, Option<&'static str>);

    /// Whether reports in confidence are taken in from people without an account.
    fn takes_reports(&self) -> bool;

    /// What the party of this node is called.
    fn house(&self, language: Language) -> &str;

    /// What is said of an account to itself.
    fn account(&self, caller: &Caller) -> Map;

    /// How long a body may be that is sent to this path of the API.
    ///
    /// # Errors
    /// The answer to whoever may not send one.
    fn api_body(&self, caller: &Caller, request: &Request) -> Result<BodyClass, Reply>;

    /// Writes a line of the log of requests.
    fn log(&self, entry: &Entry<'_>);

    /// A token was used: notes it, once a day.
    fn used(&self, caller: &Caller);

    /// Sets the password of somebody who has just proved the old one.
    ///
    /// # Errors
    /// Why it stays as it was.
    fn set_password(&self, caller: &Caller, password: PasswordHash) -> Result<(), String>;

    /// Somebody guesses at an account's password.
    fn guessed_at(&self, account: &str);

    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// The handlers over a desk.
#[derive(Debug)]
pub struct Users<D> {
    inner: Arc<Inner<D>>,
}

#[derive(Debug)]
struct Inner<D> {
    desk: Arc<D>,
    sign_ins: Mutex<SignIns>,
    rates: Mutex<Rates>,
    stretching: Stretching,
    /// Requests that work on the store at once.
    at_work: Arc<Semaphore>,
    /// Requests of strangers that do, which take none of those places.
    strangers: Arc<Semaphore>,
    /// Reports in confidence: whoever reads what is published keeps none of them waiting.
    reporting: Arc<Semaphore>,
    /// Commands that run or wait for their turn, which take none of them either.
    commands: Arc<Semaphore>,
    bodies: Bodies,
    reporters: reporters::Room,
}

/// Where commands are asked for.
const COMMANDS: &str = "/api/v1/commands/";

/// Commands that run, wait, or are about to be told that too many wait. Each holds its body and a thread.
const MAX_COMMANDS: usize = 24;

/// When to come again, in seconds, where there are more.
const COMMANDS_AGAIN_S: u32 = 5;

/// Requests that are worked on at once: the machine's threads are fewer, and each holds its answer in memory.
const AT_WORK: usize = 32;

/// The same of people whom nobody knows: what everybody may read, and what is reported in confidence. A crowd of them waits for each
/// other and for nobody else, and nobody waits for them.
const STRANGERS_AT_WORK: usize = 4;

/// Reports in confidence that are taken in at once: a report is sealed in some milliseconds.
const REPORTERS_AT_WORK: usize = 2;

/// An answer, and what it was to.
struct Answered {
    reply: Reply,
    route: Option<&'static str>,
    caller: Caller,
}

impl<D: UserDesk> Users<D> {
    /// Handlers.
    #[must_use]
    pub fn new(desk: Arc<D>) -> Self {
        let (sign_ins, rates) = (Mutex::new(SignIns::new()), Mutex::default());
        let (stretching, at_work) = (Stretching::default(), Arc::new(Semaphore::new(AT_WORK)));
        let strangers = Arc::new(Semaphore::new(STRANGERS_AT_WORK));
        let reporting = Arc::new(Semaphore::new(REPORTERS_AT_WORK));
        let (commands, bodies) = (Arc::new(Semaphore::new(MAX_COMMANDS)), Bodies::default());
        let reporters = reporters::Room::default();
        let inner =
            Inner { desk, sign_ins, rates, stretching, at_work, strangers, reporting, commands, bodies, reporters };
        Self { inner: Arc::new(inner) }
    }

    /// Works on a request where it may block.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce(&Inner<D>) -> T + Send + 'static) -> Option<T> {
        self.work_among(&self.inner.at_work, work).await
    }

    /// Where a request waits for its place: reporters and other strangers have rooms of their own.
    fn places_for(&self, who: &Who, request: &Request) -> &Arc<Semaphore> {
        if reporters::is_path(&request.path) {
            &self.inner.reporting
        } else if who.caller.account().is_none() {
            &self.inner.strangers
        } else {
            &self.inner.at_work
        }
    }

    async fn work_among<T: Send + 'static>(
        &self,
        places: &Arc<Semaphore>,
        work: impl FnOnce(&Inner<D>) -> T + Send + 'static,
    ) -> Option<T> {
        // It is never closed. The place goes with the work: whoever hangs up does not make room for more of it.
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        self.work_at(place, work).await
    }

    async fn work_at<T: Send + 'static>(
        &self,
        place: OwnedSemaphorePermit,
        work: impl FnOnce(&Inner<D>) -> T + Send + 'static,
    ) -> Option<T> {
        let inner = Arc::clone(&self.inner);
        let done = spawn_blocking(move || {
            let _place = place;
            work(&inner)
        });
        done.await.ok()
    }

    /// A place for a command, which waits for its turn there: whoever only reads waits for no command.
    fn command_place(&self, request: &Request) -> Result<OwnedSemaphorePermit, Box<Reply>> {
        let place = Arc::clone(&self.inner.commands).try_acquire_owned();
        place.map_err(|_| {
            let reply = self.inner.refusal((&request.path, &request.fields), 503, "too many commands wait");
            Box::new(reply.with(Header::RetryAfter(COMMANDS_AGAIN_S)))
        })
    }

    async fn respond(&self, request: Request) -> Answered {
        if request.path == "/healthz" {
            return Answered::to_nobody(Reply::text(Status::Ok, "ok\n"), "/healthz");
        }
        let inner = &self.inner;
        let who = inner.who(&request);
        // A request with a body was counted before its body.
        if request.method != Method::Post
            && let Err(reply) = inner.take_turn(&who, &request)
        {
            return Answered { reply: *reply, route: None, caller: who.caller };
        }
        if request.path == SESSION && matches!(request.method, Method::Post | Method::Delete) {
            return self.session(who, request).await;
        }
        if pages_site::is_door(&request) {
            return self.door(who, request).await;
        }
        if password::is_sent(&who, &request) {
            return self.own_password(who, request).await;
        }
        // The page at which one signs in needs them, however many strangers read something else.
        if let Some(reply) = page::asset(&request) {
            return Answered { reply, route: Some("/assets/{version}/{name}"), caller: who.caller };
        }
        let (caller, blurred) = (who.caller.clone(), blur::is_for(&request).then(tokio::time::Instant::now));
        // A form of a page becomes a command too.
        let is_form = request.method == Method::Post && pages_site::is_path(&request.path) && who.cookie.is_some();
        let answered = if is_form || request.path.starts_with(COMMANDS) {
            match self.command_place(&request) {
                Ok(place) => self.work_at(place, move |inner| inner.dispatch(who, &request)).await,
                Err(reply) => Some(Answered { reply: *reply, route: None, caller: who.caller }),
            }
        } else {
            let places = self.places_for(&who, &request);
            self.work_among(places, move |inner| inner.dispatch(who, &request)).await
        };
        if let Some(began) = blurred {
            blur::wait(began).await;
        }
        answered.unwrap_or_else(|| Answered { reply: Reply::empty(Status::Internal), route: None, caller })
    }
}

/// Whether a browser asks by itself: for a stream of news, and for what our script shows anew because of it.
fn is_unattended(request: &Request) -> bool {
    request.path == EVENTS || request.fields.has("detente-unattended")
}

impl<D: UserDesk> Inner<D> {
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.desk.sessions().lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign_ins(&self) -> MutexGuard<'_, SignIns> {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who asks: by a token, by a session, or nobody. What does not count is told apart from nothing.
    fn who(&self, request: &Request) -> Who {
        if reporters::is_path(&request.path) {
            return Who::nobody();
        }
        let (accounts, now) = (self.desk.accounts(), self.desk.now());
        let secret = self.desk.secret();
        match who::shown(&request.fields) {
            Shown::Nothing => Who::nobody(),
            Shown::Wrong => Who::refused(),
            Shown::Token(account, token) => match accounts.check_token(secret, &token, now) {
                Ok(caller) if credentials::is_of(&caller, account.as_deref()) => {
                    self.desk.used(&caller);
                    Who::by_token(caller)
                }
                Ok(_) | Err(_) => Who::refused(),
            },
            Shown::Session(cookie) => {
                let mut sessions = self.sessions();
                let checked = if is_unattended(request) {
                    accounts.check_unattended(secret, &mut sessions, &cookie, now)
                } else {
                    accounts.check_session(secret, &mut sessions, &cookie, now)
                };
                drop(sessions);
                // A session that is over is nobody's: whoever has it signs in again, which needs no refusal.
                checked.map_or_else(|_| Who::nobody(), |caller| Who::by_session(caller, cookie))
            }
        }
    }

    /// # Errors
    /// The answer to who asks too often.
    fn take_turn(&self, who: &Who, request: &Request) -> Result<(), Box<Reply>> {
        let counted = Counted::of(&who.caller, request.remote.ip());
        let taken = self.rates.lock().unwrap_or_else(PoisonError::into_inner).take(counted, self.desk.now());
        taken.map_err(|wait| {
            let seconds = wait.retry_after_micros.div_euclid(1_000_000).saturating_add(1);
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            let reply = self.refusal((&request.path, &request.fields), 429, &wait.to_string());
            Box::new(reply.with(Header::RetryAfter(seconds)))
        })
    }

    /// # Errors
    /// The answer to who sends more than its share at once.
    fn bodies(&self, who: &Who, request: &Request, most: BodyClass) -> Result<Admitted, Box<Reply>> {
        let admitted = self.bodies.admit(&who.caller, bodies::class_of(&request.fields, most));
        admitted.ok_or_else(|| {
            let why = "this account sends a long body already; send one after the other";
            let reply = self.refusal((&request.path, &request.fields), 429, why);
            Box::new(reply.with(Header::RetryAfter(bodies::AGAIN_S)))
        })
    }

    fn dispatch(&self, who: Who, request: &Request) -> Answered {
        if taxii_site::is_path(&request.path) {
            let (reply, route) = self.taxii(&who, request);
            return Answered { reply, route, caller: who.caller };
        }
        if reporters::is_path(&request.path) {
            return self.report(&who, request);
        }
        if pages_site::is_path(&request.path) && !who.is_refused {
            let (reply, route) = self.page(&who, request);
            return Answered { reply, route, caller: who.caller };
        }
        if let Some(reply) = self.unless_genuine(&who, request) {
            return Answered { reply, route: None, caller: who.caller };
        }
        let (reply, route) = if request.path.starts_with(API) {
            self.desk.api(&who.caller, request)
        } else {
            self.misp(&who.caller, request)
        };
        Answered { reply, route, caller: who.caller }
    }

    /// The refusal of what does not count, and of a form that was not made here: a browser sends its cookie along with whatever
    /// any page makes it send.
    fn unless_genuine(&self, who: &Who, request: &Request) -> Option<Reply> {
        let at = (request.path.as_str(), &request.fields);
        if who.is_refused {
            return Some(self.refusal(
                at,
                401,
                "what was shown does not count: sign in, or show a token that is in force",
            ));
        }
        let changes = !matches!(request.method, Method::Get | Method::Head);
        let cookie = who.cookie.as_deref().filter(|_| changes)?;
        let token = request.fields.get(sign_in::FORM_TOKEN).unwrap_or_default();
        let is_own = self.sessions().is_own_form(self.desk.secret(), cookie, &token);
        (!is_own).then(|| self.refusal(at, 403, "this was not sent by a page of ours: the form's token is missing"))
    }

    /// A refusal in the words of whatever speaks at that path.
    fn refusal(&self, (path, fields): (&str, &node::server::Fields), status: u16, reason: &str) -> Reply {
        if taxii_site::is_path(path) {
            return taxii_site::refusal(status, reason);
        }
        if path.starts_with(API) {
            return self.desk.api_refusal(fields, status, reason);
        }
        Reply::text(Status::of(status), format!("{reason}\n"))
    }
}

impl Answered {
    const fn to_nobody(reply: Reply, route: &'static str) -> Self {
        Self { reply, route: Some(route), caller: Caller::nobody() }
    }
}

impl<D: UserDesk> Site for Users<D> {
    async fn answer(&self, request: Request) -> Reply {
        let (began, method, remote) = (Instant::now(), request.method, request.remote);
        let path = request.path.clone();
        let answered = self.respond(request).await;
        self.inner.note(&answered, Heard::of(&path, method.name(), remote), began);
        lines::guarded(answered.reply)
    }

    async fn before_body(&self, request: &Request) -> Result<Admitted, Box<Reply>> {
        let (began, remote) = (Instant::now(), request.remote);
        let who = self.inner.who(request);
        let admitted = match self.inner.take_turn(&who, request) {
            Ok(()) if reporters::is_path(&request.path) && self.inner.desk.takes_reports() => {
                Ok(self.inner.reporters.admit())
            }
            Ok(()) => match self.admit(&who, request).await {
                Ok(most) => self.inner.bodies(&who, request, most),
                Err(reply) => Err(reply),
            },
            Err(reply) => Err(reply),
        };
        admitted.map_err(|reply| {
            let answered = Answered { reply: *reply, route: lines::pattern(&request.path), caller: who.caller };
            self.inner.note(&answered, Heard::of(&request.path, request.method.name(), remote), began);
            Box::new(lines::guarded(answered.reply))
        })
    }

    fn methods(&self) -> &'static [Method] {
        &[Method::Delete, Method::Get, Method::Head, Method::Post]
    }

    fn max_query_bytes(&self) -> usize {
        MAX_QUERY_BYTES
    }

    fn turned_away(&self, turned: &TurnedAway<'_>) -> Option<Reply> {
        let reply = self.inner.refusal((turned.path, turned.fields), turned.status, turned.reason);
        let reply = turned.retry_after_s.map_or(reply.clone(), |seconds| reply.with(Header::RetryAfter(seconds)));
        let answered = Answered { reply, route: lines::pattern(turned.path), caller: Caller::nobody() };
        let remote: SocketAddr = turned.remote;
        self.inner.note(&answered, Heard::of(turned.path, turned.method, remote), Instant::now());
        Some(lines::guarded(answered.reply))
    }
}

impl<D: UserDesk> Users<D> {
    /// How long a body may be, or why none is taken.
    async fn admit(&self, who: &Who, request: &Request) -> Result<BodyClass, Box<Reply>> {
        if request.path == SESSION {
            return Ok(BodyClass::Small);
        }
        if taxii_site::is_path(&request.path) {
            let (caller, request) = (who.taxii_caller(), request.clone());
            let refused = self.work(move |inner| inner.before_taxii_body(caller.as_ref(), &request)).await;
            let refused = refused.unwrap_or_else(|| Some(Reply::empty(Status::Internal)));
            return refused.map_or(Ok(BodyClass::Package), |reply| Err(Box::new(reply)));
        }
        if pages_site::is_path(&request.path) && !who.is_refused {
            return Ok(pages_site::body_class(who, request));
        }
        if let Some(reply) = self.inner.unless_genuine(who, request) {
            return Err(Box::new(reply));
        }
        let is_nobody = who.caller.account().is_none();
        let why = "sign in, or show a token";
        if is_nobody {
            return Err(Box::new(self.inner.refusal((&request.path, &request.fields), 401, why)));
        }
        self.inner.desk.api_body(&who.caller, request).map_err(Box::new)
    }
}
