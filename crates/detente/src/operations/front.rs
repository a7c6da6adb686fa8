//! The API as one function, without a socket: a request and who sent it go in, status, header fields and a body come out.
//!
//! Whoever listens checks credentials, form tokens, rates and sizes before, and writes the line of the log. Sessions are its own:
//! signing in and out are described here and not answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{Caller, Resource, Right, judge};
use api::etag::EntityTag;
use api::idempotency::{self, Begin, Kept, Secret, Ticket};
use api::page::PageKey;
use api::request::{Asked, read};
use api::{
    Access, Catalogue, Effect, Event, Found, Language, LastEventId, MEDIA_TYPE, Operation, Problem, ProblemKind, RETRY,
    Values, mark,
};
use record::digest::sha256;
use record::json::Map;
use storage::LocalStore;

use super::kept::OnDisk;
use super::read::events::Position;
use super::read::hooks::Hooks;
use super::read::scanning;
use super::read::{Answer, Paged, Reading, account};
use super::run::answer_of;
use super::state::tag_of_record;
use super::{catalogue, document, keeps_answer, run_if};
use crate::clock;
use crate::home::Home;
use crate::outcome::Done;
use crate::scanning::LiveBank;

/// Where the document lies. It is no secret.
pub(super) const DOCUMENT_PATH: &str = "/api/v1/openapi.json";

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// Reads in an open store: it is lent away meanwhile, so it is asked for each time, and let go of at once.
pub(crate) type WithStore<'a> = &'a dyn Fn(&mut dyn FnMut(&LocalStore)) -> Result<(), String>;

/// A request, as far as the API reads it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sent<'a> {
    pub(crate) method: &'a str,
    /// Not decoded, and without the query.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) content_encoding: Option<&'a str>,
    pub(crate) accept_language: Option<&'a str>,
    pub(crate) if_match: Option<&'a str>,
    pub(crate) if_none_match: Option<&'a str>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) last_event_id: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// Header fields, `Content-Type` among them.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The pattern of the path, for the log of requests; none if nothing has this path.
    pub(crate) route: Option<String>,
}

/// Everything that the API keeps between two requests.
#[derive(Debug)]
pub(crate) struct Front {
    home: Home,
    catalogue: Catalogue,
    document: String,
    key: PageKey,
    keys: Mutex<OnDisk>,
    secret: Secret,
    bank: Arc<LiveBank>,
}

/// What the secret of idempotency keys follows from, beside the key of cursors.
const KEYS: &[u8] = b"detente/api/idempotency/v1\0";

/// A request that is under way under a key.
struct UnderWay<'s> {
    ticket: Ticket,
    field: &'s str,
    request: [u8; 32],
}

/// What is to be done with a request.
enum Begun<'s> {
    /// It is done, under a key if it has one.
    Go(Option<UnderWay<'s>>),
    /// It was done, and answered so.
    Again(Kept),
}

/// What a done request is answered with.
enum Body {
    Json(Map),
    /// With octets that its tag covers too.
    Stated(Map, Vec<u8>),
    /// With the tag of what it tells of.
    Of(Map, Option<EntityTag>),
    Events(String),
    Nothing,
}

impl Front {
    /// The API of a node. The key of its cursors is kept as long as the node.
    pub(crate) fn new(home: Home, cursors: &[u8; 32], bank: Arc<LiveBank>) -> Done<Self> {
        let (catalogue, document) = (catalogue()?, document()?);
        let key = PageKey::from_octets(cursors);
        let (keys, secret) = (Mutex::new(OnDisk::open(&home)?), Secret::from_octets(&sha256(&[KEYS, cursors])));
        Ok(Self { home, catalogue, document, key, keys, secret, bank })
    }

    /// The operation that a request is for, before its body is read: its bounds, and whether it changes something.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        match self.catalogue.find(method, path) {
            Found::Operation(operation, _) => Some(operation),
            Found::OtherMethods(_) | Found::Nothing => None,
        }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, caller: &Caller, sent: &Sent<'_>, with: WithStore<'_>) -> Answered {
        let language = Language::accepted(sent.accept_language);
        if sent.path == DOCUMENT_PATH && matches!(sent.method, "GET" | "HEAD") {
            let body = self.document.clone().into_bytes();
            let tag = EntityTag::of("", &body);
            return tagged(whole(200, JSON, body, DOCUMENT_PATH), &tag, sent);
        }
        match self.catalogue.find(sent.method, sent.path) {
            Found::Nothing => refused(&Problem::new(ProblemKind::NotFound), language, None),
            Found::OtherMethods(methods) => refused(&Problem::method(methods), language, None),
            Found::Operation(operation, path) => {
                let route = operation.path.as_str();
                let done = self.done(operation, &path, caller, sent, with);
                done.unwrap_or_else(|problem| refused(&problem, language, Some(route)))
            }
        }
    }

    fn done(
        &self,
        operation: &Operation,
        path: &[(&str, String)],
        caller: &Caller,
        sent: &Sent<'_>,
        with: WithStore<'_>,
    ) -> Answer<Answered> {
        // Whoever is unknown learns nothing of how a request should look.
        if operation.access != Access::Anybody && caller.account().is_none() {
            return Err(Problem::new(ProblemKind::SignIn));
        }
        // Before anything of the request is read, and before an answer is repeated.
        if let Access::Right(right) = operation.access
            && right != Right::Approve
        {
            answer_of(judge(caller, right, &Resource::Node))?;
        }
        let asked = Asked {
            query: sent.query,
            content_type: sent.content_type,
            content_encoding: sent.content_encoding,
            body: sent.body,
        };
        let values = read(operation, path, asked)?;
        let route = operation.path.as_str();
        let under_way = match self.begin(operation, &values, caller, sent)? {
            Begun::Again(kept) => return Ok(whole_of(kept, route)),
            Begun::Go(under_way) => under_way,
        };
        let body = self.of(operation, &values, caller, sent, with);
        let tag = body.as_ref().ok().and_then(|body| body.tag(&caller.shown(), operation));
        let done = body.map(|body| written(operation, body));
        self.end(under_way, &operation.id, &done, Language::accepted(sent.accept_language));
        let answered = done?;
        Ok(match tag {
            Some(tag) if operation.answer.is_tagged => tagged(answered, &tag, sent),
            Some(tag) => with_tag(answered, &tag),
            None => answered,
        })
    }

    fn keys(&self) -> MutexGuard<'_, OnDisk> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin<'s>(&self, operation: &Operation, values: &Values, caller: &Caller, sent: &Sent<'s>) -> Answer<Begun<'s>> {
        let (Some(field), Some(_account)) = (sent.idempotency_key, caller.account()) else {
            return Ok(Begun::Go(None));
        };
        if operation.effect == Effect::Reads {
            return Ok(Begun::Go(None));
        }
        let slot = idempotency::slot(&self.secret, &caller.shown(), field)?;
        let request = idempotency::digest_of(&self.secret, &operation.id, values);
        Ok(match idempotency::begin(&mut *self.keys(), slot, request, clock::now())? {
            Begin::Go(ticket) => Begun::Go(Some(UnderWay { ticket, field, request })),
            Begin::Again(kept) => {
                // What was changed on the disk is no answer of ours.
                let opened = self.secret.open((field, &request), kept);
                Begun::Again(opened.ok_or_else(|| Problem::new(ProblemKind::KeySpent))?)
            }
        })
    }

    /// Keeps what was done, and what was refused for good. What may pass is forgotten, and may be sent again.
    fn end(&self, under_way: Option<UnderWay<'_>>, id: &str, done: &Answer<Answered>, language: Language) {
        let Some(UnderWay { ticket, field, request }) = under_way else { return };
        let answer = match done {
            Ok(_) if !keeps_answer(id) => Some(None),
            Ok(answered) => Some(Some(kept(answered))),
            Err(problem) if problem.status() == 422 => Some(Some(kept(&refused(problem, language, None)))),
            Err(_) => None,
        };
        let sealed = answer.map(|answer| answer.and_then(|answer| self.secret.seal((field, &request), answer)));
        let mut keys = self.keys();
        // Where the disk fails, the key stays under way, and nothing is done twice.
        let _kept = match sealed {
            Some(Some(answer)) => idempotency::finish(&mut *keys, &ticket, answer),
            Some(None) => idempotency::spend(&mut *keys, &ticket),
            None => idempotency::abandon(&mut *keys, &ticket),
        };
    }

    fn of(
        &self,
        operation: &Operation,
        values: &Values,
        caller: &Caller,
        sent: &Sent<'_>,
        with: WithStore<'_>,
    ) -> Answer<Body> {
        let hooks = Hooks::of(&self.home);
        let paged = Paged { key: &self.key, operation, values };
        let reading = |read: &dyn Fn(Reading<'_>) -> Answer<Body>| self.reading(caller, with, read);
        match operation.id.as_str() {
            "account" => account(caller).map(Body::Json),
            "about" => reading(&|it| it.about().map(Body::Json)),
            "records" => reading(&|it| it.records(paged).map(Body::Json)),
            "record" => reading(&|it| it.record(values).map(|(record, state)| Body::Stated(record, state))),
            "alarms" => reading(&|it| it.alarms(values).map(Body::Json)),
            "feeds" => reading(&|it| it.feeds().map(Body::Json)),
            "search" => reading(&|it| it.search(paged).map(Body::Json)),
            "events" => reading(&|it| events(it, sent.last_event_id).map(Body::Events)),
            "scan" => scanning::scan(&self.bank, &named(caller), values).map(Body::Json),
            "scan_late" => scanning::late(&self.bank, &named(caller), values).map(Body::Json),
            "webhooks" => hooks.list(caller).map(Body::Json),
            "webhook_make" => hooks.make(caller, values).map(Body::Json),
            "webhook_delete" => hooks.delete(caller, values).map(|()| Body::Nothing),
            // Sessions belong to whoever listens.
            "sign_in" | "sign_out" => Err(Problem::new(ProblemKind::NotFound)),
            id => run_if(&self.home, (id, values), caller, sent.if_match).map(|(answer, tag)| Body::Of(answer, tag)),
        }
    }

    fn reading(
        &self,
        caller: &Caller,
        with: WithStore<'_>,
        read: &dyn Fn(Reading<'_>) -> Answer<Body>,
    ) -> Answer<Body> {
        let mut answer = None;
        let is_open = with(&mut |store| answer = Some(read(Reading { home: &self.home, store, caller })));
        let busy = |why: &str| Problem::new(ProblemKind::Busy).retry_after(1).said(why, None);
        is_open.map_err(|why| busy(&why))?;
        answer.unwrap_or_else(|| Err(busy("the store was not opened")))
    }
}

/// The account's name; operations that take a right have asked for one.
fn named(caller: &Caller) -> String {
    caller.account().map(ToString::to_string).unwrap_or_default()
}

/// What happened since the last event, and then the end: a reader comes again by itself, and names how far it has come.
fn events(reading: Reading<'_>, last: Option<&str>) -> Answer<String> {
    let wrong = |_| api::Wrong::Form("the id of an event", "事件编号").about(api::Place::Header, "Last-Event-ID");
    let since = match last {
        Some(text) => Position::of(text.parse::<LastEventId>().map_err(wrong)?.0),
        None => reading.position()?,
    };
    let happened = reading.events(since)?;
    let told: String = happened.notices.iter().map(|notice| Event::of(notice).to_string()).collect();
    Ok(format!("{RETRY}{told}{}", mark(happened.position.number())))
}

fn written(operation: &Operation, body: Body) -> Answered {
    let (status, route) = (operation.answer.status, operation.path.as_str());
    match body {
        Body::Json(map) | Body::Stated(map, _) | Body::Of(map, _) => {
            whole(status, JSON, map.to_text().into_bytes(), route)
        }
        Body::Events(text) => whole(status, EVENTS, text.into_bytes(), route),
        Body::Nothing => Answered { status, headers: Vec::new(), body: Vec::new(), route: Some(route.to_owned()) },
    }
}

/// An answer that nobody keeps.
pub(crate) fn whole(status: u16, media_type: &str, body: Vec<u8>, route: &str) -> Answered {
    let headers = vec![("Content-Type", media_type.to_owned()), ("Cache-Control", "no-store".to_owned())];
    Answered { status, headers, body, route: Some(route.to_owned()) }
}

fn whole_of(kept: Kept, route: &str) -> Answered {
    let media_type = kept.media_type.unwrap_or_default();
    let mut answered = whole(kept.status, &media_type, kept.body, route);
    answered.headers.retain(|(_, value)| !value.is_empty());
    answered.headers.push(("idempotency-replayed", "true".to_owned()));
    answered
}

fn kept(answered: &Answered) -> Kept {
    let media_type = answered.headers.iter().find(|(name, _)| *name == "Content-Type").map(|(_, value)| value.clone());
    Kept { status: answered.status, media_type, body: answered.body.clone() }
}

impl Body {
    fn tag(&self, caller: &str, operation: &Operation) -> Option<EntityTag> {
        match self {
            Self::Of(_, tag) => tag.clone(),
            Self::Stated(map, state) => Some(tag_of_record(caller, map.to_text().as_bytes(), state)),
            Self::Json(map) if operation.answer.is_tagged => Some(EntityTag::of(caller, map.to_text().as_bytes())),
            Self::Json(_) | Self::Events(_) | Self::Nothing => None,
        }
    }
}

/// With the tag of what it tells of.
fn with_tag(mut answered: Answered, tag: &EntityTag) -> Answered {
    answered.headers.push(("ETag", tag.to_string()));
    answered
}

/// With its tag; without its body if the caller has it.
fn tagged(mut answered: Answered, tag: &EntityTag, sent: &Sent<'_>) -> Answered {
    answered.headers.retain(|(name, _)| *name != "Cache-Control");
    answered.headers.extend([("ETag", tag.to_string()), ("Cache-Control", "private, no-cache".to_owned())]);
    if tag.is_known(sent.if_none_match) {
        answered.status = 304;
        answered.body = Vec::new();
        answered.headers.retain(|(name, _)| *name != "Content-Type");
    }
    answered
}

/// A problem as an answer.
pub(crate) fn refused(problem: &Problem, language: Language, route: Option<&str>) -> Answered {
    let mut headers = vec![("Content-Type", MEDIA_TYPE.to_owned())];
    headers.extend(problem.headers(language));
    let body = problem.to_json(language).to_text().into_bytes();
    Answered { status: problem.status(), headers, body, route: route.map(str::to_owned) }
}
