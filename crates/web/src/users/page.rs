//! Pages: who asks, in which language, and how an answer goes back.
//!
//! What stands beside a text that somebody else chose can be guessed at by the length of both compressed together (BREACH). So a page
//! is compressed only where the browser says that no other site made it ask, the token of its forms is written in other signs each
//! time, and what a reporter wrote or is given is never compressed.

use std::borrow::Cow;

use access::Caller;
use api::Language;
use miniz_oxide::deflate::compress_to_vec_zlib;
use node::server::{CacheControl, Header, Method, Reply, Request, Status};
use pages::{Frame, Page, SIGN_IN, SIGN_OUT, Typed, Zone};
use record::base64url;
use record::digest::sha256;
use record::entropy::{Entropy as _, SystemEntropy};
use record::time::Timestamp;

use super::reporters;

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

/// Octets of the token of a session's forms.
const TOKEN_BYTES: usize = 32;

/// Octets of the digest that says that something was done here: what is cut off keeps it from being gone on with.
const DONE_BYTES: usize = 12;

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
    /// For how many microseconds nothing more is taken of whoever asks; none if it need not wait.
    pub waits_micros: Option<i64>,
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
        Self {
            caller,
            form_token,
            request,
            query,
            form: None,
            is_genuine: false,
            language,
            zone,
            now,
            waits_micros: None,
        }
    }

    pub(super) fn with_form(mut self, is_genuine: bool) -> Self {
        self.form = (self.request.method == Method::Post).then(|| Typed::read(&self.request.body)).flatten();
        self.is_genuine = is_genuine;
        self
    }

    /// What was just done by a form of this session that led to this page; none for a word that anybody else wrote into the address.
    #[must_use]
    pub fn was_done(&self) -> Option<&str> {
        let word = self.query.get("done")?;
        let (what, _) = word.split_once('.')?;
        (done_word(self.form_token?, &self.request.path, what) == word).then_some(what)
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
        // Whoever reports in confidence finds nothing of it in the browser afterwards.
        let reply = if reporters::is_path(&self.request.path) { reply } else { self.remembered(reply) };
        reply.with(Header::Field("content-security-policy", POLICY.to_owned()))
    }

    fn page(&self, status: Status, page: &Page, house: &str) -> Reply {
        let mut random = [0; ONCE_BYTES];
        // Without randomness a form that is sent twice is done twice, and nothing worse.
        let _filled = SystemEntropy::new().fill(&mut random);
        let once = base64url::encode(&random);
        let form_token = self.form_token.and_then(masked);
        let frame = Frame {
            language: self.language,
            zone: self.zone,
            now: self.now,
            path: &self.request.path,
            query: &self.query,
            house,
            caller: self.caller,
            form_token: form_token.as_deref(),
            once: &once,
        };
        let (content_type, text, may) = if self.query.get("text").is_some() {
            // Programs that read it on slow lines say nothing of sites, and nobody leads them anywhere.
            let may = self.request.fields.get("sec-fetch-site").is_none() || is_of_this_site(self.request);
            ("text/plain; charset=utf-8", pages::plain::document(&frame, page), may)
        } else {
            ("text/html; charset=utf-8", pages::html::document(&frame, page), is_of_this_site(self.request))
        };
        let reply = if may && !reporters::is_path(&self.request.path) {
            packed(self.request, status, content_type, text.as_bytes())
        } else {
            Reply::whole(status, content_type, text.into_bytes())
        };
        reply.with(Header::Field("content-language", self.language.tag().to_owned()))
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

/// What stands in the query of the page that is shown when something was done: what it was, and a digest with the token of the session's
/// forms, by which nobody can lead somebody else to a page that says so. Loaded again in the same session, the page says it again.
#[must_use]
pub fn done_word(form_token: &str, path: &str, what: &str) -> String {
    let parts = [form_token, path, what].map(|part| format!("{}:{part}", part.len()));
    let digest = sha256(&[b"detente/done/v1\0", parts.concat().as_bytes()]);
    format!("{what}.{}", base64url::encode(digest.get(..DONE_BYTES).unwrap_or_default()))
}

/// A style or a script: its address names its octets, so it never changes.
pub(super) fn asset(request: &Request) -> Option<Reply> {
    let asset = pages::asset(&request.path)?;
    let reply = packed(request, Status::Ok, asset.content_type, asset.octets);
    Some(reply.with(Header::CacheControl(CacheControl::Immutable)))
}

/// The token of a session's forms in signs that differ each time: a mask of random octets, and the token under it.
fn masked(token: &str) -> Option<String> {
    let token = base64url::decode_exactly::<TOKEN_BYTES>(token).ok()?;
    let mut mask = [0; TOKEN_BYTES];
    SystemEntropy::new().fill(&mut mask).ok()?;
    let under: Vec<u8> = token.iter().zip(&mask).map(|(octet, mask)| octet ^ mask).collect();
    Some(base64url::encode(&[mask.as_slice(), &under].concat()))
}

/// The token that a form sent: a page writes it under a mask, and a program as it was told it.
pub(super) fn unmasked(sent: &str) -> Cow<'_, str> {
    let Ok(octets) = base64url::decode_exactly::<{ 2 * TOKEN_BYTES }>(sent) else { return Cow::Borrowed(sent) };
    let (mask, under) = octets.split_at(TOKEN_BYTES);
    let token: Vec<u8> = under.iter().zip(mask).map(|(octet, mask)| octet ^ mask).collect();
    Cow::Owned(base64url::encode(&token))
}

/// Octets that nothing is guessed of by their length, in fewer where the reader takes that: `deflate`, which is the zlib format (RFC 9110, 8.4.1.2).
fn packed(request: &Request, status: Status, content_type: &'static str, octets: &[u8]) -> Reply {
    let reply = |octets| {
        Reply::whole(status, content_type, octets)
            .with(Header::Field("vary", "accept-encoding, sec-fetch-site".to_owned()))
    };
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

/// Whether a browser says that a page of ours or its own reader made it ask, and nobody else.
fn is_of_this_site(request: &Request) -> bool {
    request.fields.get("sec-fetch-site").is_some_and(|site| ["same-origin", "none"].contains(&site.as_str()))
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
    fn a_token_of_forms_has_other_signs_on_each_page_and_is_the_same() {
        let token = base64url::encode(&[7; TOKEN_BYTES]);
        let (one, other) = (masked(&token).unwrap(), masked(&token).unwrap());
        assert_ne!(one, other);
        assert!(!one.contains(&token));
        assert_eq!((unmasked(&one), unmasked(&other)), (Cow::Borrowed(token.as_str()), Cow::Borrowed(token.as_str())));
        assert_eq!(unmasked(&token), token, "a program sends it as it was told");
        assert_eq!(unmasked("forged"), "forged");
    }

    #[test]
    fn nobody_is_told_that_something_was_done_by_an_address_that_others_wrote() {
        let (caller, remote) = (Caller::nobody(), "192.0.2.7:4000".parse().unwrap());
        let says = |token: Option<&str>, path: &str, query: String| {
            let mut request = Request::new(Method::Get, path.to_owned(), remote);
            request.query = Some(query);
            PageAsk::new(&caller, token, &request, Timestamp::from_micros(0)).was_done().map(str::to_owned)
        };
        let word = || format!("done={}", done_word("token", "/incidents/x", "incident-edit"));
        assert_eq!(says(Some("token"), "/incidents/x", word()).as_deref(), Some("incident-edit"));
        assert_eq!(says(Some("other"), "/incidents/x", word()), None);
        assert_eq!(says(Some("token"), "/incidents/y", word()), None);
        assert_eq!(says(Some("token"), "/incidents/x", word().replace("edit", "merge")), None);
        assert_eq!(says(Some("token"), "/incidents/x", "done=incident-edit".to_owned()), None);
        assert_eq!(says(None, "/incidents/x", word()), None);
    }

    #[test]
    fn a_reader_who_takes_no_deflate_gets_octets_as_they_are() {
        assert!(takes_deflate("gzip, deflate, br") && takes_deflate("deflate;q=0.5"));
        assert!(!takes_deflate("gzip") && !takes_deflate("deflate;q=0") && !takes_deflate("deflate;q=0.0"));
    }
}
