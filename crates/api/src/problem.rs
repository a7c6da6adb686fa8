//! Problems (RFC 9457), in the language of the reader.

mod words;

use access::Refused;
use record::json::{Json, Map};

use crate::language::Language;
use crate::limits::EXCERPT_CHARACTERS;
use crate::member::Place;
use crate::operation::Method;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What every `type` of ours begins with. The name after it never changes its meaning.
const TYPE: &str = "urn:detente:problem:";

record::words! {
    /// Kinds of problems: the last word of their `type`.
    ProblemKind, "kind of problem" {
        /// 400: the arguments of a command do not fit together.
        Arguments = "arguments",
        /// 503: another command has the node's directory.
        Busy = "busy",
        /// 409: what was asked does not fit with how things are now.
        Conflict = "conflict",
        /// 400: a cursor that was not given out for this question.
        Cursor = "cursor",
        /// 503: the machine did not do its part.
        Environment = "environment",
        /// 403: the account or token lacks a right.
        Forbidden = "forbidden",
        /// 403: a change within a session, without the token of its forms.
        FormToken = "form-token",
        /// 409: the same request is under way.
        InFlight = "in-flight",
        /// 422: a file is not what is needed.
        Input = "input",
        /// 500: a fault of ours.
        Internal = "internal",
        /// 409: the node ended while it was under way, and whether it was done is not known.
        KeyLost = "key-lost",
        /// 422: an `Idempotency-Key` of another request.
        KeyReused = "key-reused",
        /// 409: it was done, and its answer is not kept any more.
        KeySpent = "key-spent",
        /// 400: the body is not JSON.
        Malformed = "malformed",
        /// 415: the body is not `application/json`.
        MediaType = "media-type",
        /// 400: a member of the request is wrong.
        Member = "member",
        /// 405: the path does not have this method.
        Method = "method",
        /// 400: a body where there is none.
        NoBody = "no-body",
        /// 400: the body is JSON, and no object.
        NoObject = "no-object",
        /// 404: nothing, or nothing for this caller, which is the same answer.
        NotFound = "not-found",
        /// 412: it has changed.
        Precondition = "precondition",
        /// 400: the query is too long.
        QueryTooLong = "query-too-long",
        /// 422: a check did not hold.
        Refused = "refused",
        /// 401: nobody is known to ask.
        SignIn = "sign-in",
        /// 413: the body is too long.
        TooLarge = "too-large",
        /// 429: too much in too short a time.
        TooMany = "too-many",
        /// 401: a name and a password, or a token, that do not count.
        WrongSignIn = "wrong-sign-in",
    }
}

/// In which way a member of a request is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// There is no such member; there are these.
    Unknown(Vec<String>),
    /// It must be there and is not.
    Missing,
    /// It stands there twice.
    Twice,
    /// It cannot be decoded.
    Encoding,
    /// It is not this: English and Chinese.
    Form(&'static str, &'static str),
    /// It is not a number within these bounds.
    Range(i64, i64),
    /// It does not have so many characters.
    Length(usize, usize),
    /// It does not have so many elements.
    Count(usize, usize),
    /// It is none of these words.
    NotOneOf(Vec<String>),
    /// The file is too large.
    FileTooLarge,
    /// Another reason, in English: as the program below says it.
    Other(String),
}

/// What the part of the program that refused said: in English, and exact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// Why a request is not answered with what it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    member: Option<Box<(Place, String, Wrong)>>,
    said: Option<Box<Said>>,
    retry_after_s: Option<u32>,
    allowed: Vec<Method>,
}

impl ProblemKind {
    /// The status of HTTP.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Arguments
            | Self::Cursor
            | Self::Malformed
            | Self::Member
            | Self::NoBody
            | Self::NoObject
            | Self::QueryTooLong => 400,
            Self::SignIn | Self::WrongSignIn => 401,
            Self::Forbidden | Self::FormToken => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Conflict | Self::InFlight | Self::KeyLost | Self::KeySpent => 409,
            Self::Precondition => 412,
            Self::TooLarge => 413,
            Self::MediaType => 415,
            Self::Input | Self::KeyReused | Self::Refused => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Busy | Self::Environment => 503,
        }
    }
}

impl Problem {
    /// A problem of a kind.
    #[must_use]
    pub const fn new(kind: ProblemKind) -> Self {
        Self { kind, member: None, said: None, retry_after_s: None, allowed: Vec::new() }
    }

    /// Why `access` refused. Nothing is told of what was asked for.
    #[must_use]
    pub fn forbidden(why: Refused) -> Self {
        let kind = if why == Refused::SignIn { ProblemKind::SignIn } else { ProblemKind::Forbidden };
        let problem = Self::new(kind);
        if kind == ProblemKind::SignIn { problem } else { problem.said(&why.to_string(), None) }
    }

    /// A path that has other methods.
    #[must_use]
    pub fn method(allowed: Vec<Method>) -> Self {
        Self { allowed, ..Self::new(ProblemKind::Method) }
    }

    /// The same with what the part of the program that refused said.
    #[must_use]
    pub fn said(mut self, message: &str, advice: Option<&str>) -> Self {
        self.said = Some(Box::new(Said { message: message.to_owned(), advice: advice.map(str::to_owned) }));
        self
    }

    /// The same with when to come again, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The status of HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind.status()
    }

    /// Which member is wrong, if one is: a JSON Pointer within a body, else a name.
    #[must_use]
    pub fn member(&self) -> Option<(Place, &str)> {
        self.member.as_deref().map(|(place, name, _)| (*place, name.as_str()))
    }

    /// What the part of the program that refused said.
    #[must_use]
    pub fn words_of_refusal(&self) -> Option<&Said> {
        self.said.as_deref()
    }

    /// Header fields of the answer besides `Content-Type`, each once.
    #[must_use]
    pub fn headers(&self, language: Language) -> Vec<(&'static str, String)> {
        let mut fields =
            vec![("Content-Language", language.tag().to_owned()), ("Cache-Control", "no-store".to_owned())];
        if self.status() == 401 {
            fields.push(("WWW-Authenticate", "Bearer realm=\"detente\"".to_owned()));
        }
        if let Some(seconds) = self.retry_after_s {
            fields.push(("Retry-After", seconds.to_string()));
        }
        if self.kind == ProblemKind::Method {
            fields.push(("Allow", allow(&self.allowed)));
        }
        fields
    }

    /// The problem as JSON.
    #[must_use]
    pub fn to_json(&self, language: Language) -> Map {
        let [title, detail, advice] = words::of(self.kind, language);
        let detail = self.detail(language).unwrap_or_else(|| detail.to_owned());
        let mut map = Map::new()
            .with("type", format!("{TYPE}{}", self.kind))
            .with("title", title)
            .with("status", Json::count(self.status()))
            .with("detail", detail)
            .with("advice", advice);
        if let Some((place, name, _)) = self.member.as_deref() {
            map.set("in", place.word());
            map.set("member", excerpt(name));
        }
        if let Some(said) = &self.said {
            let advice = said.advice.as_deref().map_or(Json::Null, Json::from);
            map.set("said", Map::new().with("message", said.message.as_str()).with("advice", advice));
        }
        map
    }

    fn detail(&self, language: Language) -> Option<String> {
        let (_, name, wrong) = self.member.as_deref()?;
        Some(words::detail(&excerpt(name), wrong, language))
    }
}

fn allow(methods: &[Method]) -> String {
    let mut words: Vec<_> = methods.iter().map(|method| method.word()).collect();
    if methods.contains(&Method::Get) {
        words.push("HEAD");
    }
    words.join(", ")
}

impl Wrong {
    pub(crate) const fn whole_number() -> Self {
        Self::Form("a whole number", "整数")
    }

    /// The problem that a member is wrong in this way.
    #[must_use]
    pub fn about(self, place: Place, name: &str) -> Problem {
        Problem { member: Some(Box::new((place, name.to_owned(), self))), ..Problem::new(ProblemKind::Member) }
    }
}

/// The beginning of foreign text, with what acts on a terminal escaped.
fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARACTERS).collect::<String>().escape_debug().to_string()
}
