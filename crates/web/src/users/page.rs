//! Pages: who asks, in which language, and how an answer goes back.
//!
//! What depends on whoever reads is never compressed: whatever stands beside the token of a form could otherwise be guessed at by
//! lengths. Style, script and the text view hold no such secret.

use access::Caller;
use api::Language;
use miniz_oxide::deflate::compress_to_vec_zlib;
use node::server::{CacheControl, Header, Method, Reply, Request, Status};
use pages::{Frame, Page, SIGN_IN, SIGN_OUT, Typed, Zone};
use record::base64url;
use record::entropy::{Entropy as _, SystemEntropy};
use record::time::Timestamp;

/// The cookie with the language that a reader chose.
const LANGUAGE_COOKIE: &str = "detente-language";

/// The cookie with the reader's own time.
const ZONE_COOKIE: &str = "detente-zone";

/// How long a browser keeps such a choice, in seconds: a year.
const CHOICE_SECONDS: u32 = 31_536_000;

/// What a page may load: its own style and script, and what its script asks this node. Nothing is embedded, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How hard text is compressed: most of the gain for little of the time.
const COMPRESSION: u8 = 6;

/// Random octets in each answer, by which its forms are told apart.
const ONCE_BYTES: usize = 16;

/// Somebody asks for a page.
#[derive(Debug)]
#[non_exhaustive]
pub struct PageAsk<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// What makes forms of the session ours; none without a session.
    pub form_token: Option<&'a str>,
    /// What was asked.
    pub request: &'a Request,
    /// The query, read.
    pub query: Typed,
    /// What was sent with a form, read; none for a request that sends nothing.
    pub form: Option<Typed>,
    /// Whether that form was made for this session.
    pub is_genuine: bool,
    /// The language of our words.
    pub language: Language,
    /// The reader's own time.
    pub zone: Zone,
    /// Now.
    pub now: Timestamp,
}

/// What is answered to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum PageAnswer {
    /// A page.
    Page(Status, Box<Page>),
    /// Another page: see there.
    SeeOther(String),
    /// Nothing but how it went.
    Done(Status),
    /// A file to keep, with its name.
    File(&'static str, String, Vec<u8>),
}

impl<'a> PageAsk<'a> {
    pub(super) fn new(caller: &'a Caller, form_token: Option<&'a str>, request: &'a Request, now: Timestamp) -> Self {
        let query = Typed::read(request.query.as_deref().unwrap_or_default().as_bytes()).unwrap_or_default();
        let chosen = |name: &str, cookie: &str| {
            query.get(name).map(str::to_owned).or_else(|| request.fields.cookie(cookie)).unwrap_or_default()
        };
        let language = match chosen("lang", LANGUAGE_COOKIE).as_str() {
            "en" => Language::English,
            "zh-Hans" => Language::Chinese,
            _ => Language::accepted(request.fields.get("accept-language").as_deref()),
        };
        let zone = Zone::read(&chosen("zone", ZONE_COOKIE)).unwrap_or_default();
        Self { caller, form_token, request, query, form: None, is_genuine: false, language, zone, now }
    }

    pub(super) fn with_form(mut self, is_genuine: bool) -> Self {
        self.form = (self.request.method == Method::Post).then(|| Typed::read(&self.request.body)).flatten();
        self.is_genuine = is_genuine;
        self
    }

    /// The answer over HTTP. `house` is what the party of this node is called.
    pub(super) fn reply(&self, answer: PageAnswer, house: &str) -> Reply {
        let reply = match answer {
            PageAnswer::Page(status, page) => self.page(status, &page, house),
            PageAnswer::SeeOther(path) => Reply::empty(Status::SeeOther).with(Header::Location(path)),
            PageAnswer::Done(status) => Reply::empty(status),
            PageAnswer::File(content_type, name, octets) => {
                let disposition = format!("attachment; filename=\"{name}\"");
                Reply::whole(Status::Ok, content_type, octets).with(Header::Field("content-disposition", disposition))
            }
        };
        self.remembered(reply).with(Header::Field("content-security-policy", POLICY.to_owned()))
    }

    fn page(&self, status: Status, page: &Page, house: &str) -> Reply {
        let mut random = [0; ONCE_BYTES];
        // Without randomness a form that is sent twice is done twice, and nothing worse.
        let _filled = SystemEntropy::new().fill(&mut random);
        let once = base64url::encode(&random);
        let frame = Frame {
            language: self.language,
            zone: self.zone,
            now: self.now,
            path: &self.request.path,
            query: &self.query,
            house,
            caller: self.caller,
            form_token: self.form_token,
            once: &once,
        };
        if self.query.get("text").is_some() {
            return packed(
                self.request,
                status,
                "text/plain; charset=utf-8",
                pages::plain::document(&frame, page).as_bytes(),
            );
        }
        Reply::whole(status, "text/html; charset=utf-8", pages::html::document(&frame, page).into_bytes())
            .with(Header::Field("content-language", self.language.tag().to_owned()))
    }

    /// What was chosen in the address is kept by the browser.
    fn remembered(&self, reply: Reply) -> Reply {
        let chosen = [
            (LANGUAGE_COOKIE, self.query.get("lang").filter(|tag| ["en", "zh-Hans"].contains(tag)).map(str::to_owned)),
            (ZONE_COOKIE, self.query.get("zone").and_then(Zone::read).map(|zone| zone.to_string())),
        ];
        chosen.into_iter().filter_map(|(name, value)| Some((name, value?))).fold(reply, |reply, (name, value)| {
            let cookie = format!("{name}={value}; Path=/; Max-Age={CHOICE_SECONDS}; Secure; HttpOnly; SameSite=Strict");
            reply.with(Header::Field("set-cookie", cookie))
        })
    }
}

/// A style or a script: its address names its octets, so it never changes.
pub(super) fn asset(request: &Request) -> Option<Reply> {
    let asset = pages::asset(&request.path)?;
    let reply = packed(request, Status::Ok, asset.content_type, asset.octets);
    Some(reply.with(Header::CacheControl(CacheControl::Immutable)))
}

/// Octets that hold no secret, in fewer where the reader takes that: `deflate`, which is the zlib format (RFC 9110, 8.4.1.2).
fn packed(request: &Request, status: Status, content_type: &'static str, octets: &[u8]) -> Reply {
    let reply =
        |octets| Reply::whole(status, content_type, octets).with(Header::Field("vary", "accept-encoding".to_owned()));
    if !takes_deflate(request.fields.get("accept-encoding").as_deref().unwrap_or_default()) {
        return reply(octets.to_vec());
    }
    reply(compress_to_vec_zlib(octets, COMPRESSION)).with(Header::Field("content-encoding", "deflate".to_owned()))
}

/// Whether a reader takes `deflate`, by its `Accept-Encoding` (RFC 9110, 12.5.3).
fn takes_deflate(field: &str) -> bool {
    let takes = |coding: &str| {
        let mut parts = coding.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("deflate"));
        is_named
            && !parts.any(|part| {
                part.starts_with("q=0") && !part.bytes().any(|digit| digit.is_ascii_digit() && digit > b'0')
            })
    };
    field.split(',').any(takes)
}

/// Whether a browser says that another site made it send this. Browsers say so by themselves, and no page can change it: newer ones in
/// `Sec-Fetch-Site`, older ones in `Origin`.
pub(super) fn is_from_elsewhere(request: &Request) -> bool {
    let field = |name: &str| request.fields.get(name);
    if let Some(site) = field("sec-fetch-site") {
        return !["same-origin", "none"].contains(&site.as_str());
    }
    let host = field("host").unwrap_or_default();
    field("origin").is_some_and(|origin| origin.strip_prefix("https://") != Some(host.as_str()))
}

/// A path on this site that somebody is sent to after signing in: never an address elsewhere.
pub(super) fn local(path: Option<&str>) -> &str {
    let is_local = |path: &&str| {
        // Browsers leave out tabs and line breaks when they read an address.
        let is_plain = path.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'\\');
        path.starts_with('/') && !path.starts_with("//") && is_plain && ![SIGN_IN, SIGN_OUT].contains(path)
    };
    path.filter(is_local).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(local(Some("/incidents?stage=initial")), "/incidents?stage=initial");
        for path in ["https://example.org/", "//example.org", "/\\example.org", "incidents", SIGN_IN, "/a\r\nb"] {
            assert_eq!(local(Some(path)), "/", "{path}");
        }
        assert_eq!(local(None), "/");
    }

    #[test]
    fn a_reader_who_takes_no_deflate_gets_octets_as_they_are() {
        assert!(takes_deflate("gzip, deflate, br") && takes_deflate("deflate;q=0.5"));
        assert!(!takes_deflate("gzip") && !takes_deflate("deflate;q=0") && !takes_deflate("deflate;q=0.0"));
    }
}
