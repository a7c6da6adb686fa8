//! Reports in confidence by a page (`users.reports` in `serve.json`): from people without an account, and read again by a code.
//!
//! The node seals what was typed for this party as a reporter's own program would, and lays it aside unread. It keeps no code, and no
//! line of the log of requests tells that somebody was here. While the page is made, the node knows what was typed and the code: whoever
//! cannot trust it with that seals with a program of their own (`detente report submit`).

use node::server::Status;
use pages::{Block, Field, Form, Inline, Outcome, Overlay, Page, Refusal, Say, Tone, Typed};
use record::entropy::{Entropy as _, SystemEntropy};
use web::users::{PageAnswer, PageAsk};
use zeroize::Zeroizing;

use super::shown;
use crate::clock;
use crate::home::Home;
use crate::intake::{Answer, Code, Intake, MAX_TEXT_BYTES, MessageKind, NotACode, open_answers, seal_message};
use crate::outcome::{Done, Exit, Failure};
use crate::serve::rounds::Tell;
use crate::serve::sealing::key_in_window;

/// Signs of what makes a form one of ours and sent once: 128 bits of the page, and the form's name.
const ONCE_SIGNS: std::ops::RangeInclusive<usize> = 22..=64;

/// One of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Something is reported.
    Report,
    /// Somebody comes back with a code.
    Return,
}

impl At {
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Report => "/report",
            Self::Return => "/report/return",
        }
    }
}

/// Which page lies at a path.
pub(super) fn at(path: &str) -> Option<At> {
    [At::Report, At::Return].into_iter().find(|at| at.path() == path)
}

/// Takes reports.
pub(super) struct Reporters {
    home: Home,
    /// What codes of forms follow from, beside the forms: it lives as long as this process.
    secret: Zeroizing<[u8; 32]>,
    tell: Tell,
}

/// Why a form is refused: in which words, under which status, at which field.
struct Refused(Status, Say, Option<&'static str>);

impl From<(Status, &'static str)> for Refused {
    fn from((status, why): (Status, &'static str)) -> Self {
        Self(status, Say::Word(why), None)
    }
}

impl Reporters {
    pub(super) fn new(home: &Home, tell: Tell) -> Done<Self> {
        let mut secret = Zeroizing::new([0; 32]);
        SystemEntropy::new().fill(secret.as_mut_slice()).map_err(Failure::environment)?;
        Ok(Self { home: home.clone(), secret, tell })
    }

    /// Whether an officer has opened the desk for reports.
    pub(super) fn are_awaited(&self) -> bool {
        Intake::is_begun(&self.home)
    }

    pub(super) fn answer(&self, at: At, ask: &PageAsk<'_>) -> PageAnswer {
        let Some(typed) = &ask.form else { return shown(empty(at, ask)) };
        let done = match at {
            _ if !ask.is_genuine => Err((Status::Forbidden, "reporter-elsewhere").into()),
            At::Report => self.report(ask, typed),
            At::Return => self.come_back(ask, typed),
        };
        match done {
            Ok(page) => shown(page),
            Err(Ended::Refused(refused)) => again(at, ask, typed, refused),
            Err(Ended::Failed(why)) => {
                (self.tell)(format!("page of reports: {why}"));
                again(at, ask, typed, (Status::Internal, "reporter-failed").into())
            }
        }
    }

    /// Seals what was typed, and shows the code once.
    fn report(&self, ask: &PageAsk<'_>, typed: &Typed) -> Result<Page, Ended> {
        let text = composed(typed, ask)?;
        check_wait(ask)?;
        let once = typed.get("once").filter(|once| ONCE_SIGNS.contains(&once.len()));
        let once = once.ok_or_else(|| Refused::from((Status::Conflict, "reporter-stale")))?;
        let code = Code::of_form(&self.secret, once, &text);
        self.lay_aside(MessageKind::Report, &code, &text)?;
        Ok(arrived(ask, &code))
    }

    /// What the desk answered under a code, and something more if it was typed.
    fn come_back(&self, ask: &PageAsk<'_>, typed: &Typed) -> Result<Page, Ended> {
        let code: Code = typed.get("code").unwrap_or_default().trim().parse().map_err(|why| {
            let why = match why {
                NotACode::Form => "reporter-code-form",
                NotACode::Check => "reporter-code-check",
            };
            Refused(Status::BadRequest, Say::Word(why), Some("code"))
        })?;
        let more = typed.get("text").map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = more {
            check_length(text)?;
            check_wait(ask)?;
            self.lay_aside(MessageKind::FollowUp, &code, text)?;
        }
        let answers = self.answers(&code)?;
        Ok(thread(ask, &code, answers.as_deref(), more.is_some()))
    }

    fn lay_aside(&self, kind: MessageKind, code: &Code, text: &str) -> Result<(), Ended> {
        let sealed = || {
            let history = self.home.history()?;
            let key = key_in_window(&history, clock::now())?;
            seal_message(kind, code, text, history.party(), &key)
        };
        let sealed = sealed().map_err(Ended::failed)?;
        Ok(Intake::open(&self.home)?.lay_aside(&sealed)?)
    }

    /// The answers under a code; none if no file lies there.
    fn answers(&self, code: &Code) -> Result<Option<Vec<Answer>>, Ended> {
        let Some(sealed) = Intake::open(&self.home)?.answers(&code.tag())? else { return Ok(None) };
        open_answers(&sealed, code).map(Some).map_err(Ended::failed)
    }
}

/// Why a form comes to nothing.
enum Ended {
    Refused(Refused),
    /// By the node's own fault, which its log has to tell.
    Failed(String),
}

impl Ended {
    fn failed(failure: Failure) -> Self {
        Self::Failed(failure.message)
    }
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<(Status, &'static str)> for Ended {
    fn from(refused: (Status, &'static str)) -> Self {
        Self::Refused(refused.into())
    }
}

/// Where the desk has no room, whoever comes is told when to come again; everything else is the node's own trouble.
impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        if failure.exit == Exit::Refused {
            return (Status::TooMany, "reporter-full").into();
        }
        Self::failed(failure)
    }
}

fn check_wait(ask: &PageAsk<'_>) -> Result<(), Refused> {
    let Some(micros) = ask.waits_micros else { return Ok(()) };
    let minutes = micros.div_euclid(60_000_000).saturating_add(1);
    let why = Say::With("reporter-wait", vec![("minutes", minutes.into())]);
    Err(Refused(Status::TooMany, why, None))
}

fn check_length(text: &str) -> Result<(), Refused> {
    if text.len() <= MAX_TEXT_BYTES {
        return Ok(());
    }
    let left = i64::try_from(text.len().saturating_sub(MAX_TEXT_BYTES)).unwrap_or(i64::MAX);
    let why = Say::With("reporter-long", vec![("octets", left.into())]);
    Err(Refused(Status::Unprocessable, why, Some("text")))
}

/// One text of what was typed into several fields, in the reporter's own words under headings in the language of the page.
fn composed(typed: &Typed, ask: &PageAsk<'_>) -> Result<String, Refused> {
    let said = |name: &str| typed.get(name).map(str::trim).filter(|text| !text.is_empty());
    for name in ["title", "text"] {
        if said(name).is_none() {
            return Err(Refused(Status::Unprocessable, Say::Word("reporter-missing"), Some(name)));
        }
    }
    let headed = |(name, heading): (&str, &'static str)| {
        said(name).map(|text| format!("{}: {text}", Say::Word(heading).text(ask.language)))
    };
    let heads =
        [("title", "reporter-head-title"), ("when", "reporter-head-when"), ("contact", "reporter-head-contact")];
    let heads: Vec<_> = heads.into_iter().filter_map(headed).collect();
    let text = format!("{}\n\n{}", heads.join("\n"), said("text").unwrap_or_default());
    check_length(&text)?;
    Ok(text)
}

/// The address of a page in this language: no cookie keeps it.
fn here(at: At, ask: &PageAsk<'_>) -> String {
    format!("{}?lang={}", at.path(), ask.language.tag())
}

fn empty(at: At, ask: &PageAsk<'_>) -> Page {
    match at {
        At::Report => Page::new("reporter-title")
            .and(["reporter-about", "reporter-sealed"].map(Block::line))
            .with(Block::Line(vec![Inline::link(here(At::Return, ask), "reporter-return-link")]))
            .with(reporting(ask).into())
            .with(Block::Fold("reporter-unseen".into(), vec![Block::List(unseen())])),
        At::Return => Page::new("reporter-return-title")
            .with(Block::line("reporter-return-about"))
            .with(returning(ask).into())
            .with(Block::Line(vec![Inline::link(here(At::Report, ask), "reporter-new-link")])),
    }
}

/// What the page does not hide.
fn unseen() -> Vec<Vec<Inline>> {
    let keys = ["reporter-unseen-line", "reporter-unseen-node", "reporter-unseen-browser", "reporter-unseen-words"];
    keys.map(|key| vec![Inline::Text(Say::Word(key))]).to_vec()
}

fn reporting(ask: &PageAsk<'_>) -> Form {
    Form::post("report", here(At::Report, ask))
        .titled("reporter-form", "reporter-button")
        .field(Field::line("title", "reporter-what").required().helped("reporter-what-help"))
        .field(Field::area("text", "reporter-text").required().helped("reporter-text-help"))
        .field(Field::line("when", "reporter-when").helped("reporter-when-help"))
        .field(Field::line("contact", "reporter-contact").helped("reporter-contact-help"))
}

fn returning(ask: &PageAsk<'_>) -> Form {
    Form::post("return", here(At::Return, ask))
        .titled("reporter-return-form", "reporter-return-button")
        .field(Field::line("code", "reporter-code").required().helped("reporter-code-help"))
}

fn adding(ask: &PageAsk<'_>, code: &str) -> Form {
    Form::post("more", here(At::Return, ask))
        .titled("reporter-more", "reporter-more-button")
        .helped("reporter-more-help")
        .field(Field::area("text", "reporter-more-text").required())
        .given("code", code)
}

/// The page with the code, which is shown nowhere else.
fn arrived(ask: &PageAsk<'_>, code: &Code) -> Page {
    let written = code.written();
    Page::new("reporter-arrived-title").with(Block::notice(Tone::Good, "reporter-arrived")).with(Block::section(
        "code",
        "reporter-your-code",
        vec![
            Block::Code(written.to_string()),
            Block::notice(Tone::Watch, "reporter-write-down"),
            Block::Line(vec![
                Inline::Text(Say::Word("reporter-come-back")),
                Inline::link(here(At::Return, ask), Say::sign(At::Return.path())),
            ]),
        ],
    ))
}

/// What was said under a code since: what the reporter wrote is sealed for the desk, and is not shown again.
fn thread(ask: &PageAsk<'_>, code: &Code, answers: Option<&[Answer]>, has_added: bool) -> Page {
    let added = has_added.then(|| Block::notice(Tone::Good, "reporter-added"));
    let said: Vec<Block> = match answers {
        None => vec![Block::notice(Tone::Watch, "reporter-nothing-yet")],
        Some(answers) => answers.iter().flat_map(spoken).collect(),
    };
    let written = code.written();
    Page::new("reporter-thread-title")
        .and(added)
        .with(Block::section("answers", "reporter-answers", said))
        .with(Block::line("reporter-not-shown"))
        .with(adding(ask, &written).into())
}

fn spoken(answer: &Answer) -> Vec<Block> {
    let head = vec![Inline::Strong(Say::Word("reporter-desk")), Inline::sign(&answer.day)];
    vec![Block::Line(head), Block::Text(Say::content(answer.text.as_str()))]
}

/// The page again with all that was typed, and why nothing was taken.
fn again(at: At, ask: &PageAsk<'_>, typed: &Typed, refused: Refused) -> PageAnswer {
    let Refused(status, why, member) = refused;
    // Something is added under a code by a form that the empty page does not have.
    let adds = at == At::Return && typed.get("text").is_some();
    let (page, form) = match (at, typed.get("code")) {
        (At::Return, Some(code)) if adds => (Page::new("reporter-thread-title").with(adding(ask, code).into()), "more"),
        (At::Return, _) => (empty(at, ask), "return"),
        (At::Report, _) => (empty(at, ask), "report"),
    };
    let refusal = Refusal { why, advice: None, member: member.map(str::to_owned) };
    let overlay = Overlay { form: form.to_owned(), typed: typed.clone(), outcome: Some(Outcome::Refused(refusal)) };
    PageAnswer::Page(status, Box::new(page.filled(&overlay)))
}
