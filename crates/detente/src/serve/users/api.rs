//! `/api/v1` at the site: from a request to the API's one function, and streams of events.

mod events;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use access::{Caller, Resource, Right, Sessions, judge};
use api::{Access, Language, MEDIA_TYPE, Media, Operation, Problem, ProblemKind};
use node::server::{BodyClass, Fields, Header, Reply, Request, Status};
use storage::LocalStore;

use self::events::Streams;
use crate::home::Home;
use crate::operations::front::{Answered, Front, Sent, refused};
use crate::operations::{answer_of, paths};
use crate::outcome::Done;
use crate::scanning::LiveBank;
use crate::serve::lending::Lending;

const JSON: &str = "application/json";

/// What serves the API.
pub(super) struct Api {
    front: Front,
    home: Home,
    lending: Arc<Lending>,
    streams: Streams,
    /// The paths of operations as the log of requests has them.
    routes: BTreeMap<String, &'static str>,
}

/// The header fields that count.
struct Heard([Option<String>; 7]);

impl Heard {
    fn of(fields: &Fields) -> Self {
        let names = [
            "content-type",
            "content-encoding",
            "accept-language",
            "if-match",
            "if-none-match",
            "idempotency-key",
            "last-event-id",
        ];
        // What was sent and cannot be read is not what was not sent: a key that is passed over would do a thing twice.
        let unreadable = |name: &str| fields.has(name).then(String::new);
        Self(names.map(|name| fields.get(name).or_else(|| unreadable(name))))
    }

    fn sent<'a>(&'a self, request: &'a Request) -> Sent<'a> {
        let [content_type, content_encoding, accept_language, if_match, if_none_match, idempotency_key, last_event_id] =
            &self.0;
        Sent {
            method: request.method.name(),
            path: &request.path,
            query: request.query.as_deref(),
            content_type: content_type.as_deref(),
            content_encoding: content_encoding.as_deref(),
            accept_language: accept_language.as_deref(),
            if_match: if_match.as_deref(),
            if_none_match: if_none_match.as_deref(),
            idempotency_key: idempotency_key.as_deref(),
            last_event_id: last_event_id.as_deref(),
            body: &request.body,
        }
    }
}

impl Api {
    pub(super) fn new(
        home: &Home,
        lending: Arc<Lending>,
        sessions: Arc<Mutex<Sessions>>,
        (key, bank): (&[u8; 32], Arc<LiveBank>),
    ) -> Done<Self> {
        // Once for the life of the program: the log of requests takes words of the program alone.
        let leak = |path: String| -> (String, &'static str) { (path.clone(), Box::leak(path.into_boxed_str())) };
        let routes = paths()?.into_iter().map(leak).collect();
        let front = Front::new(home.clone(), key, bank)?;
        Ok(Self { front, home: home.clone(), lending, streams: Streams::new(sessions), routes })
    }

    pub(super) fn answer(&self, caller: &Caller, request: &Request) -> (Reply, Option<&'static str>) {
        let heard = Heard::of(&request.fields);
        let sent = heard.sent(request);
        let operation = self.front.operation(sent.method, sent.path);
        if let Some(operation) = operation.filter(|operation| operation.answer.media == Media::Events) {
            let route = self.routes.get(operation.path.as_str()).copied();
            let opened = self.stream(caller, request);
            return (opened.unwrap_or_else(|problem| self.refusal(&problem, &request.fields)), route);
        }
        let with = |read: &mut dyn FnMut(&LocalStore)| self.lending.get().map(|open| read(&open.store));
        self.reply(self.front.answer(caller, &sent, &with))
    }

    /// The operation of a command, by its path.
    pub(super) fn operation(&self, path: &str) -> Option<&Operation> {
        self.front.operation("POST", path)
    }

    /// What a form of a page asks for, as any program would: the status, and the body.
    pub(super) fn done(&self, caller: &Caller, sent: &Sent<'_>) -> (u16, Vec<u8>) {
        let with = |read: &mut dyn FnMut(&LocalStore)| self.lending.get().map(|open| read(&open.store));
        let answered = self.front.answer(caller, sent, &with);
        (answered.status, answered.body)
    }

    /// What somebody may hear of is looked at for each event; that he may hear at all, here.
    fn stream(&self, caller: &Caller, request: &Request) -> Result<Reply, Problem> {
        if caller.account().is_none() {
            return Err(Problem::new(ProblemKind::SignIn));
        }
        answer_of(judge(caller, Right::Read, &Resource::Node))?;
        self.streams.open(&self.home, &self.lending, caller, request)
    }

    /// How long a body may be: long where a member is a file, for whoever has the operation's right.
    pub(super) fn body_class(&self, caller: &Caller, request: &Request) -> Result<BodyClass, Reply> {
        let Some(operation) = self.front.operation(request.method.name(), &request.path) else {
            return Ok(BodyClass::Small);
        };
        if let Access::Right(right) = operation.access
            && right != Right::Approve
            && let Err(problem) = answer_of(judge(caller, right, &Resource::Node))
        {
            return Err(self.refusal(&problem, &request.fields));
        }
        let has_files = operation.in_body.iter().flatten().any(|member| member.shape.has_files());
        Ok(if has_files { BodyClass::Package } else { BodyClass::Small })
    }

    fn reply(&self, answered: Answered) -> (Reply, Option<&'static str>) {
        let route = answered.route.as_ref().and_then(|route| self.routes.get(route)).copied();
        (to_reply(answered), route)
    }

    fn refusal(&self, problem: &Problem, fields: &Fields) -> Reply {
        self.reply(refused(problem, language(fields), None)).0
    }
}

/// An answer of the API, as it goes out.
pub(in crate::serve) fn to_reply(answered: Answered) -> Reply {
    let is_problem = answered.headers.iter().any(|(name, value)| *name == "Content-Type" && value == MEDIA_TYPE);
    let content_type = if is_problem { MEDIA_TYPE } else { JSON };
    let mut reply = Reply::whole(Status::of(answered.status), content_type, answered.body);
    for (name, value) in answered.headers {
        match name {
            "Content-Type" => {}
            // What is kept here is kept by this caller alone, and asked about before it is used.
            "Cache-Control" if value.contains("no-cache") => {
                reply = reply.with(Header::CacheControl(node::server::CacheControl::Ask));
            }
            "Cache-Control" => {}
            _ => reply = reply.with(Header::Field(name, value)),
        }
    }
    reply
}

fn language(fields: &Fields) -> Language {
    Language::accepted(fields.get("accept-language").as_deref())
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
    to_reply(refused(&problem, language(fields), None))
}
