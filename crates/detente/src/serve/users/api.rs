//! `/api/v1`: from a request to an operation, and from its answer to a status.

mod events;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use access::{Caller, Resource, Verdict, judge};
use api::etag::EntityTag;
use api::idempotency::{self, Begin, InMemory, Kept, Ticket};
use api::page::PageKey;
use api::request::{Asked, read};
use api::{Access, Catalogue, Effect, Found, Language, Media, Operation, Problem, ProblemKind, Values};
use node::server::{BodyClass, Fields, Header, Reply, Request, Status};
use record::json::Map;

use self::events::Streams;
use crate::clock;
use crate::home::Home;
use crate::operations::read::hooks::Hooks;
use crate::operations::read::{Paged, Reading, account};
use crate::operations::{catalogue, document, keeps_answer, run};
use crate::outcome::Done;
use crate::serve::lending::Lending;

/// Where the document lies.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// In how many seconds to come again while a command has the directory.
const RETRY_S: u32 = 2;

const JSON: &str = "application/json";

/// What serves the API.
pub(super) struct Api {
    catalogue: Catalogue,
    document: String,
    key: PageKey,
    keys: Mutex<InMemory>,
    home: Home,
    lending: Arc<Lending>,
    streams: Streams,
    /// The paths of operations as the log of requests has them.
    routes: BTreeMap<String, &'static str>,
}

/// What an operation answers with.
enum Outcome {
    Json(Map),
    Nothing,
    Stream(Reply),
}

/// Who asks what.
#[derive(Clone, Copy)]
struct Question<'a> {
    caller: &'a Caller,
    operation: &'a Operation,
    values: &'a Values,
    request: &'a Request,
}

impl Api {
    pub(super) fn new(home: &Home, lending: Arc<Lending>, key: &[u8; 32]) -> Done<Self> {
        let catalogue = catalogue()?;
        // Once for the life of the program: the log of requests takes words of the program alone.
        let leak = |path: &str| -> &'static str { Box::leak(path.to_owned().into_boxed_str()) };
        let paths = catalogue.iter().map(|operation| operation.path.as_str());
        let routes = paths.chain([DOCUMENT]).map(|path| (path.to_owned(), leak(path))).collect();
        let (key, keys) = (PageKey::from_octets(key), Mutex::new(InMemory::new()));
        let (document, home, streams) = (document()?, home.clone(), Streams::default());
        Ok(Self { catalogue, document, key, keys, home, lending, streams, routes })
    }

    pub(super) fn answer(&self, caller: &Caller, request: &Request) -> (Reply, Option<&'static str>) {
        let language = language(&request.fields);
        if request.path == DOCUMENT {
            let reply = self.document(caller, request).unwrap_or_else(|problem| refusal(&problem, language));
            return (reply, self.routes.get(DOCUMENT).copied());
        }
        let (found, route) = self.find(request);
        let done = found.and_then(|(operation, path)| self.operate(caller, request, operation, &path));
        (done.unwrap_or_else(|problem| refusal(&problem, language)), route)
    }

    #[expect(clippy::type_complexity, reason = "what was found, and by which pattern")]
    fn find(&self, request: &Request) -> (Result<(&Operation, Vec<(&str, String)>), Problem>, Option<&'static str>) {
        match self.catalogue.find(request.method.name(), &request.path) {
            Found::Operation(operation, path) => {
                let route = self.routes.get(operation.path.as_str()).copied();
                (Ok((operation, path)), route)
            }
            Found::OtherMethods(methods) => (Err(Problem::method(methods)), None),
            Found::Nothing => (Err(Problem::new(ProblemKind::NotFound)), None),
        }
    }

    fn document(&self, caller: &Caller, request: &Request) -> Result<Reply, Problem> {
        let _account = caller.account().ok_or_else(|| Problem::new(ProblemKind::SignIn))?;
        let methods = ["GET", "HEAD"].contains(&request.method.name());
        if !methods {
            return Err(Problem::method(vec![api::Method::Get]));
        }
        Ok(tagged(caller, &request.fields, self.document.clone()))
    }

    fn operate(
        &self,
        caller: &Caller,
        request: &Request,
        operation: &Operation,
        path: &[(&str, String)],
    ) -> Result<Reply, Problem> {
        permit(caller, operation)?;
        let (content_type, content_encoding) =
            (request.fields.get("content-type"), request.fields.get("content-encoding"));
        let asked = Asked {
            query: request.query.as_deref(),
            content_type: content_type.as_deref(),
            content_encoding: content_encoding.as_deref(),
            body: &request.body,
        };
        let values = read(operation, path, asked)?;
        let question = Question { caller, operation, values: &values, request };
        match request.fields.get(idempotency::KEY_HEADER).filter(|_| operation.effect == Effect::Changes) {
            Some(key) => self.once(question, &key),
            None => self.reply(question),
        }
    }

    /// Does what came with a key once, and answers whoever sends it again as before.
    fn once(&self, question: Question<'_>, key: &str) -> Result<Reply, Problem> {
        let slot = idempotency::slot(&question.caller.shown(), key)?;
        let digest = idempotency::digest_of(&question.operation.id, question.values);
        let begun = idempotency::begin(&mut *self.keys(), slot, digest, clock::now())?;
        let ticket = match begun {
            Begin::Again(kept) => return Ok(again(&kept)),
            Begin::Go(ticket) => ticket,
        };
        let done = self.reply(question);
        self.settle(&ticket, question.operation, &done);
        done
    }

    /// What was done, or refused for good, is kept; what may go better the next time is not. A secret is kept by nobody.
    fn settle(&self, ticket: &Ticket, operation: &Operation, done: &Result<Reply, Problem>) {
        let kept = match done {
            Ok(reply) if keeps_answer(&operation.id) => kept(reply),
            Ok(reply) => Some(Kept { status: reply.status.code(), media_type: None, body: Vec::new() }),
            Err(_) => None,
        };
        let mut keys = self.keys();
        // The keys lie in memory, and take everything.
        let _kept = match kept {
            Some(kept) => idempotency::finish(&mut *keys, ticket, kept),
            None => idempotency::abandon(&mut *keys, ticket),
        };
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, InMemory> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply(&self, question: Question<'_>) -> Result<Reply, Problem> {
        let answer = &question.operation.answer;
        match self.done(question)? {
            Outcome::Stream(reply) => Ok(reply),
            Outcome::Nothing => Ok(Reply::whole(Status::of(answer.status), JSON, Vec::new())),
            Outcome::Json(map) if answer.is_tagged => {
                Ok(tagged(question.caller, &question.request.fields, map.to_text()))
            }
            Outcome::Json(map) => Ok(Reply::whole(Status::of(answer.status), JSON, map.to_text().into_bytes())),
        }
    }

    fn done(&self, question: Question<'_>) -> Result<Outcome, Problem> {
        let Question { caller, operation, values, request } = question;
        if operation.answer.media == Media::Events {
            let stream = self.streams.open(&self.home, &self.lending, caller, request)?;
            return Ok(Outcome::Stream(stream));
        }
        let hooks = Hooks::of(&self.home);
        match operation.id.as_str() {
            "account" => account(caller).map(Outcome::Json),
            "webhooks" => hooks.list(caller).map(Outcome::Json),
            "webhook_make" => hooks.make(caller, values).map(Outcome::Json),
            "webhook_delete" => hooks.delete(caller, values).map(|()| Outcome::Nothing),
            "about" | "records" | "record" | "alarms" | "feeds" | "search" => self.reading(question).map(Outcome::Json),
            // Commands open the directory themselves: nothing of it may be held here.
            command => run(&self.home, command, values, caller).map(Outcome::Json),
        }
    }

    fn reading(&self, question: Question<'_>) -> Result<Map, Problem> {
        let Question { caller, operation, values, .. } = question;
        let busy = |_| Problem::new(ProblemKind::Busy).retry_after(RETRY_S);
        let open = self.lending.get().map_err(busy)?;
        let reading = Reading { home: &self.home, store: &open.store, caller };
        let paged = Paged { key: &self.key, operation, values };
        match operation.id.as_str() {
            "about" => reading.about(),
            "records" => reading.records(paged),
            "record" => reading.record(values),
            "alarms" => reading.alarms(values),
            "feeds" => reading.feeds(),
            _ => reading.search(paged),
        }
    }
}

/// Before anything of the request is read: what it holds is nobody's business who may not ask.
fn permit(caller: &Caller, operation: &Operation) -> Result<(), Problem> {
    let is_nobody = caller.account().is_none();
    let right = match operation.access {
        Access::Anybody => return Ok(()),
        Access::Account | Access::Right(_) if is_nobody => return Err(Problem::new(ProblemKind::SignIn)),
        Access::Account => return Ok(()),
        Access::Right(right) => right,
    };
    // Whoever approves is judged beside the proposal.
    if right == access::Right::Approve {
        return Ok(());
    }
    match judge(caller, right, &Resource::Node) {
        Verdict::Allowed => Ok(()),
        Verdict::Hidden => Err(Problem::new(ProblemKind::NotFound)),
        Verdict::Forbidden(why) => Err(Problem::forbidden(why)),
    }
}

pub(super) fn language(fields: &Fields) -> Language {
    Language::accepted(fields.get("accept-language").as_deref())
}

/// A problem as it is sent.
pub(super) fn refusal(problem: &Problem, language: Language) -> Reply {
    let body = problem.to_json(language).to_text().into_bytes();
    let reply = Reply::whole(Status::of(problem.status()), api::MEDIA_TYPE, body);
    let headers = problem.headers(language).into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    headers.fold(reply, |reply, (name, value)| reply.with(Header::Field(name, value)))
}

/// A refusal by what lies beneath the API.
pub(super) fn refusal_of(fields: &Fields, status: u16, reason: &str) -> Reply {
    let kind = match status {
        401 if fields.get("authorization").is_some() => ProblemKind::WrongSignIn,
        401 => ProblemKind::SignIn,
        403 => ProblemKind::FormToken,
        404 => ProblemKind::NotFound,
        405 => ProblemKind::Method,
        413 => ProblemKind::TooLarge,
        414 => ProblemKind::QueryTooLong,
        415 => ProblemKind::MediaType,
        429 => ProblemKind::TooMany,
        503 => ProblemKind::Busy,
        500.. => ProblemKind::Internal,
        _ => ProblemKind::Malformed,
    };
    let problem = Problem::new(kind);
    let problem = if kind == ProblemKind::Malformed { problem.said(reason, None) } else { problem };
    refusal(&problem, language(fields))
}

/// How long a body may be: that of a command may hold files.
pub(super) fn body_class(path: &str) -> BodyClass {
    if path.starts_with("/api/v1/commands/") { BodyClass::Package } else { BodyClass::Message }
}

fn tagged(caller: &Caller, fields: &Fields, text: String) -> Reply {
    let tag = EntityTag::of(&caller.shown(), text.as_bytes());
    let is_known = tag.is_known(fields.get("if-none-match").as_deref());
    let (status, body) = if is_known { (Status::NotModified, Vec::new()) } else { (Status::Ok, text.into_bytes()) };
    Reply::whole(status, JSON, body)
        .with(Header::Field("etag", tag.to_string()))
        .with(Header::CacheControl(node::server::CacheControl::Ask))
}

fn kept(reply: &Reply) -> Option<Kept> {
    let node::server::Body::Octets(body) = &reply.body else { return None };
    let media_type = (!body.is_empty()).then(|| reply.content_type.to_owned());
    Some(Kept { status: reply.status.code(), media_type, body: body.clone() })
}

fn again(kept: &Kept) -> Reply {
    Reply::whole(Status::of(kept.status), JSON, kept.body.clone())
        .with(Header::Field("idempotency-replayed", "true".to_owned()))
}
