//! What stands around every page: whose node it is, who reads, where one can go, in which language.

use access::{Belongs, Caller, Resource, Right, Verdict, judge};
use api::{Kind, Language};
use maud::{Markup, html};
use record::time::Timestamp;

use crate::assets;
use crate::html::{said, shown};
use crate::say::Say;
use crate::sign_in::{SIGN_IN, SIGN_OUT};
use crate::typed::Typed;
use crate::zone::Zone;

/// Around whom and when a page is written.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "whoever serves pages fills it in")]
pub struct Frame<'a> {
    /// The language of our words.
    pub language: Language,
    /// The reader's own time.
    pub zone: Zone,
    /// Now.
    pub now: Timestamp,
    /// The path that was asked for.
    pub path: &'a str,
    /// And its query.
    pub query: &'a Typed,
    /// What the party of this node is called.
    pub house: &'a str,
    /// Who reads.
    pub caller: &'a Caller,
    /// What makes forms of this reader's session ours; none for whoever has none.
    pub form_token: Option<&'a str>,
    /// Random signs of this answer alone, so that a form that is sent twice is done once.
    pub once: &'a str,
}

/// Pages that one can go to from anywhere, with the rights of which each needs one.
const PLACES: &[(&str, &str, &[Right])] = &[
    ("/", "nav-desk", &[Right::Read]),
    ("/incidents", "nav-incidents", &[Right::Read]),
    ("/duties", "nav-duties", &[Right::Read]),
    ("/intake", "nav-intake", &[Right::Write]),
    ("/signals", "nav-signals", &[Right::Read]),
    ("/scan", "nav-scan", &[Right::Scan]),
    ("/reports", "nav-reports", &[Right::Reports]),
    ("/releases", "nav-releases", &[Right::Propose]),
    ("/questions", "nav-questions", &[Right::Answer]),
    ("/agreements", "nav-agreements", &[Right::Read]),
    ("/feeds", "nav-feeds", &[Right::ReadFeeds]),
    ("/partners", "nav-partners", &[Right::ReadFeeds, Right::Operate]),
    ("/alarms", "nav-alarms", &[Right::Alarms]),
    ("/settings", "nav-settings", &[Right::OwnAccount]),
];

impl Frame<'_> {
    /// Whether the reader has a right at this node.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        judge(self.caller, right, &Resource::Node) == Verdict::Allowed
    }

    /// The kinds of events that the page is told of; none for whoever may not hear of any.
    pub(crate) fn hears(&self) -> Option<String> {
        let kinds = || Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ");
        (self.caller.account().is_some() && self.may(Right::Read)).then(kinds)
    }

    /// Where the reader can go. For an account of another party there is one place.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let is_partners = matches!(self.caller.belongs(), Some(Belongs::Partner(_)));
        self.own_places().chain(is_partners.then_some(("/", "nav-feeds")))
    }

    fn own_places(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let is_known = self.caller.account().is_some();
        PLACES
            .iter()
            .filter(move |(_, _, rights)| is_known && rights.iter().any(|right| self.may(*right)))
            .map(|(path, key, _)| (*path, *key))
    }

    /// The address of this page with another value in its query.
    pub(crate) fn here_with(&self, name: &str, value: &str) -> String {
        format!("{}?{}", self.path, self.query.query_with(&[(name, value)]))
    }

    fn is_at(&self, path: &str) -> bool {
        self.path == path || (path != "/" && self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }
}

pub(crate) fn head(frame: &Frame<'_>) -> Markup {
    html! {
        header {
            p class="house" { a href="/" { bdi { (shown(frame.house)) } } }
            @if frame.caller.account().is_some() { (places(frame)) }
            div class="reader" {
                (languages(frame))
                @if let Some(account) = frame.caller.account() {
                    span class="who" { bdi { (account.as_str()) } }
                    (sign_out(frame))
                } @else if frame.path != SIGN_IN {
                    a href=(SIGN_IN) { (said(frame, &Say::Word("sign-in-button"))) }
                }
            }
        }
    }
}

fn places(frame: &Frame<'_>) -> Markup {
    html! {
        nav aria-label=(Say::Word("frame-places").text(frame.language)) {
            ul {
                @for (path, key) in frame.places() {
                    li { a href=(path) aria-current=[frame.is_at(path).then_some("page")] { (said(frame, &Say::Word(key))) } }
                }
            }
        }
    }
}

/// The other language, in its own words.
fn languages(frame: &Frame<'_>) -> Markup {
    let (tag, name) = match frame.language {
        Language::English => ("zh-Hans", "简体中文"),
        Language::Chinese => ("en", "English"),
    };
    html! { a lang=(tag) hreflang=(tag) href=(frame.here_with("lang", tag)) { (name) } }
}

fn sign_out(frame: &Frame<'_>) -> Markup {
    html! {
        @if let Some(token) = frame.form_token {
            form class="plain" method="post" action=(SIGN_OUT) {
                input type="hidden" name="form_token" value=(token);
                button class="second" type="submit" { (said(frame, &Say::Word("sign-out-button"))) }
            }
        }
    }
}

pub(crate) fn foot(frame: &Frame<'_>) -> Markup {
    html! {
        footer {
            p {
                (said(frame, &Say::Word("frame-clock"))) " " (Zone::utc(frame.now)) " · "
                a href=(frame.here_with("text", "yes")) { (said(frame, &Say::Word("frame-text"))) } " · "
                (said(frame, &Say::Word("frame-markings")))
            }
        }
    }
}

/// Where the style lies: its address changes with it, so browsers keep it for ever.
pub(crate) fn style_path() -> String {
    assets::path_of("desk.css")
}

/// Where the script lies.
pub(crate) fn script_path() -> String {
    assets::path_of("desk.js")
}
