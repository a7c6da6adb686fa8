//! TAXII over our HTTP: a request to the crate that knows the protocol, and its answer back.

use std::borrow::Cow;

use access::Caller;
use node::server::{Header, Reply, Request, Status};
use record::json::Map;
use taxii::{DISCOVERY_PATH, Head, MEDIA_TYPE};

use super::who::Who;
use super::{Inner, UserDesk, lines};

/// Who asks, as the protocol has it: by the name under which requests are logged.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "it carries a caller and nothing else")]
pub struct Asker(pub Caller);

impl taxii::Caller for Asker {
    fn name(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.0.shown().into_bytes())
    }
}

/// Whether the protocol is spoken at a path: also without the slash at its end, which it has words for.
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with(DISCOVERY_PATH) || Some(path) == DISCOVERY_PATH.strip_suffix('/')
}

/// The header fields that count.
struct Heard([Option<String>; 5]);

impl Heard {
    fn of(request: &Request) -> Self {
        let names = ["accept", "content-type", "content-length", "content-encoding", "if-none-match"];
        Self(names.map(|name| request.fields.get(name)))
    }

    fn head<'a>(&'a self, request: &'a Request) -> Head<'a> {
        let [accept, content_type, content_length, content_encoding, if_none_match] = &self.0;
        let mut head = Head::new(request.method.name(), &request.path);
        head.query = request.query.as_deref();
        (head.accept, head.content_type) = (accept.as_deref(), content_type.as_deref());
        (head.content_length, head.content_encoding) = (content_length.as_deref(), content_encoding.as_deref());
        head.if_none_match = if_none_match.as_deref();
        head
    }
}

impl<D: UserDesk> Inner<D> {
    /// What is answered before a body is read; none if it is to be read.
    pub(super) fn before_taxii_body(&self, caller: Option<&Asker>, request: &Request) -> Option<Reply> {
        let heard = Heard::of(request);
        self.desk.taxii().before_body(caller, &heard.head(request)).map(|reply| to_reply(reply, false))
    }

    pub(super) fn taxii(&self, who: &Who, request: &Request) -> (Reply, Option<&'static str>) {
        let heard = Heard::of(request);
        let asked = taxii::Request::new(heard.head(request), &request.body);
        let reply = self.desk.taxii().answer(who.taxii_caller().as_ref(), &asked);
        let is_head = request.method == node::server::Method::Head;
        (to_reply(reply, is_head), lines::pattern(&request.path))
    }
}

fn to_reply(reply: taxii::Reply, is_head: bool) -> Reply {
    let mut sent = Reply::whole(Status::of(reply.status), MEDIA_TYPE, reply.body.into_bytes());
    for (name, value) in reply.headers {
        match name {
            // These the server sets by itself.
            "Content-Type" | "Cache-Control" => {}
            _ => sent.headers.push(Header::Field(name, value)),
        }
    }
    // What a GET would have sent. Without a body nobody else can tell.
    if is_head {
        sent.headers.push(Header::Field("Content-Length", reply.length.to_string()));
    }
    sent
}

/// The protocol's error for what never reached it.
pub(super) fn refusal(status: u16, reason: &str) -> Reply {
    let error = Map::new()
        .with("title", "The request was turned away")
        .with("description", reason)
        .with("error_code", "transport")
        .with("http_status", status.to_string());
    Reply::whole(Status::of(status), MEDIA_TYPE, error.to_text().into_bytes())
}
