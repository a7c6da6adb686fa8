//! Pages: for each path, who may see it, and what is read for it.
//!
//! A page is made of what this account may see: records come out of [`Sight`], and lists are judged row by row. What a page's forms
//! send goes to the API's own operations, so a page can do nothing that the account could not do there, and is refused in the same
//! words. What is not for an account is answered as what is not there.

mod act;
mod agreements;
mod alarms;
mod case;
mod desk;
mod drafts;
mod duties;
mod feeds;
mod incidents;
mod intake;
mod partners;
mod proof;
mod published;
mod questions;
mod releases;
mod reporter;
mod reports;
mod settings;
mod shared;
mod signals;
mod tried;
mod words;

use std::sync::Arc;

use access::{Belongs, Caller, Resource, Right, Verdict, judge};
use api::page::PageKey;
use api::{Language, Problem, ProblemKind};
use node::server::Status;
use pages::{Block, Page, Say, Tone};
use record::digest::{PartyId, RecordDigest};
use storage::LocalStore;
use web::users::{PageAnswer, PageAsk};

use self::drafts::Drafts;
use super::api::Api;
use super::shelf::Shelf;
use crate::home::Home;
use crate::operations::read::Reading;
use crate::operations::sight::Sight;
use crate::outcome::{Done, Failure};
use crate::scanning::LiveBank;
use crate::serve::lending::Lending;
use crate::serve::open::Open;

/// Why there is no page.
pub(super) enum NoPage {
    /// It is not there, or not for this account.
    Hidden,
    /// A command has the directory.
    Busy,
    /// It could not be made.
    Failed(String),
}

pub(super) type Made<T = Page> = Result<T, NoPage>;

/// What a page is made from.
pub(super) struct Asked<'a> {
    /// Who asks, in which language, with which query.
    pub(super) ask: &'a PageAsk<'a>,
    /// The parts of the path that stand for `{..}` in its pattern.
    pub(super) parts: Vec<&'a str>,
    pub(super) open: &'a Open,
    pub(super) home: &'a Home,
    /// What is read as collections.
    pub(super) shelf: &'a Shelf,
    /// What content is scanned with.
    pub(super) bank: &'a LiveBank,
    /// What seals the places from which lists go on where an account may see little.
    places: &'a PageKey,
}

/// A page: its path, the rights of which one is needed for it to be there, and how it is made.
struct Route {
    pattern: &'static str,
    rights: &'static [Right],
    make: Make,
}

/// What there is at a path.
#[derive(Clone, Copy)]
enum Make {
    /// A page.
    Page(fn(&Asked<'_>) -> Made),
    /// A file to keep.
    File(fn(&Asked<'_>) -> Made<PageAnswer>),
}

const fn page(pattern: &'static str, rights: &'static [Right], make: fn(&Asked<'_>) -> Made) -> Route {
    Route { pattern, rights, make: Make::Page(make) }
}

const fn file(pattern: &'static str, rights: &'static [Right], make: fn(&Asked<'_>) -> Made<PageAnswer>) -> Route {
    Route { pattern, rights, make: Make::File(make) }
}

/// Every page.
const ROUTES: &[Route] = &[
    page("/", &[Right::Read], desk::page),
    page("/agreements", &[Right::Read], agreements::list),
    page("/agreements/{digest}", &[Right::Read], agreements::one),
    page("/alarms", &[Right::Alarms], alarms::list),
    page("/alarms/{number}", &[Right::Alarms], alarms::one),
    file("/alarms/{number}/evidence", &[Right::Alarms], alarms::evidence_file),
    page("/duties", &[Right::Read], duties::calendar),
    file("/duties/calendar", &[Right::Read], duties::calendar_file),
    page("/duties/packs", &[Right::Read], duties::packs),
    page("/duties/preview", &[Right::Read], duties::preview),
    page("/feeds", &[Right::ReadFeeds], feeds::list),
    page("/feeds/{collection}", &[Right::ReadFeeds], feeds::one),
    page("/feeds/{collection}/{object}", &[Right::ReadFeeds], feeds::object),
    page("/incidents", &[Right::Read], incidents::page),
    page("/incidents/{id}", &[Right::Read], case::page),
    page("/incidents/{id}/agreement", &[Right::Read], case::agreement::page),
    page("/incidents/{id}/candidates", &[Right::Read], case::candidates::page),
    page("/incidents/{id}/duties", &[Right::Read], duties::of_incident),
    page("/incidents/{id}/duties/file/{pack}/{duty}/{stage}", &[Right::Duties], duties::filing),
    page("/incidents/{id}/duties/filings", &[Right::Read], duties::filings),
    page("/incidents/{id}/duties/filings/{digest}", &[Right::Read], duties::frozen),
    file("/incidents/{id}/duties/filings/{digest}/html", &[Right::Read], duties::html_file),
    page("/incidents/{id}/edit", &[Right::Write], case::edit::page),
    page("/incidents/{id}/timeline", &[Right::Read], case::timeline::page),
    page("/incidents/{id}/versions", &[Right::Read], case::versions::page),
    page("/intake", &[Right::Write], intake::page),
    page("/partners", &[Right::ReadFeeds, Right::Operate], partners::list),
    page("/partners/{party}", &[Right::ReadFeeds, Right::Operate], partners::one),
    page("/records/{digest}", &[Right::Read], proof::page),
    file("/records/{digest}/keys", &[Right::Read], proof::keys_file),
    file("/records/{digest}/log-keys", &[Right::Read], proof::log_keys_file),
    file("/records/{digest}/proof", &[Right::Read], proof::proof_file),
    file("/records/{digest}/record", &[Right::Read], proof::record_file),
    page("/questions", &[Right::Answer], questions::list),
    page("/questions/{digest}", &[Right::Answer], questions::thread),
    page("/releases", &[Right::Propose], releases::queue),
    page("/releases/what-if", &[Right::Propose], releases::what_if),
    page("/releases/{proposal}", &[Right::Propose], releases::proposal),
    page("/reports", &[Right::Reports], reports::list),
    page("/reports/{report}", &[Right::Reports], reports::one),
    page("/scan", &[Right::Scan], signals::scan),
    page("/settings", &[Right::OwnAccount], settings::page),
    page("/signals", &[Right::Read], signals::list),
    page("/signals/decided", &[Right::Operate], signals::decided),
    page("/signals/new", &[Right::Write], signals::new),
    page("/signals/{digest}/{id}", &[Right::Read], signals::one),
    page(::pages::OWN_PASSWORD, &[Right::OwnAccount], settings::password),
];

/// What there is for an account of another party: what was released to it, and nothing else. Each page asks again whether it is.
const OF_PARTNERS: &[Route] = &[
    page("/", &[], feeds::list),
    page("/feeds", &[], feeds::list),
    page("/feeds/{collection}", &[], feeds::one),
    page("/feeds/{collection}/{object}", &[], feeds::object),
];

/// What there is for everybody, with an account or without one, where the party wants it.
const OF_EVERYBODY: &[Route] =
    &[page(published::PATH, &[], published::page), file("/published/{digest}/{file}", &[], proof::public_file)];

/// What people without an account find here, by this party's settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenToAll {
    /// Whether they may read what is marked for everybody.
    pub(super) reads: bool,
    /// Whether they can report something in confidence.
    pub(super) reports: bool,
}

/// The pages of a running node.
pub(super) struct Pages {
    open_to_all: OpenToAll,
    reporters: reporter::Reporters,
    home: Home,
    lending: Arc<Lending>,
    bank: Arc<LiveBank>,
    places: PageKey,
    drafts: Drafts,
    tell: crate::serve::rounds::Tell,
}

impl Pages {
    pub(super) fn new(
        (home, places): (&Home, PageKey),
        open_to_all: OpenToAll,
        (lending, bank): (Arc<Lending>, Arc<LiveBank>),
        tell: crate::serve::rounds::Tell,
    ) -> Done<Self> {
        let (reporters, drafts) = (reporter::Reporters::new(home, Arc::clone(&tell))?, Drafts::of(home));
        Ok(Self { open_to_all, reporters, home: home.clone(), lending, bank, places, drafts, tell })
    }

    /// Whether reports are taken in by pages: the party wants it, and its desk was opened for them.
    pub(super) fn takes_reports(&self) -> bool {
        self.open_to_all.reports && self.reporters.are_awaited()
    }

    /// What is answered, and the pattern of the path.
    pub(super) fn answer(&self, (api, shelf): (&Api, &Shelf), ask: &PageAsk<'_>) -> (PageAnswer, Option<&'static str>) {
        if let Some(page) = reporter::at(&ask.request.path).filter(|_| self.takes_reports()) {
            return (self.reporters.answer(page, ask), Some(page.path()));
        }
        let is_partners = matches!(ask.caller.belongs(), Some(Belongs::Partner(_)));
        let routes = if is_partners { OF_PARTNERS } else { ROUTES };
        let public = find(OF_EVERYBODY, &ask.request.path).filter(|_| self.open_to_all.reads && ask.form.is_none());
        let is_for_all = public.is_some();
        let Some((route, parts)) = public.or_else(|| find(routes, &ask.request.path)) else {
            return (missing(), None);
        };
        if !is_partners
            && !is_for_all
            && !route.rights.iter().any(|right| judge(ask.caller, *right, &Resource::Node) == Verdict::Allowed)
        {
            return (missing(), Some(route.pattern));
        }
        let answer = match (route.make, &ask.form) {
            (Make::Page(make), None) => {
                self.with(shelf, &parts, ask, make).map(|page| shown(self.with_drafts(page, ask)))
            }
            // Before anything is read for it: a browser sends its session along with whatever another site makes it send.
            (Make::Page(_), Some(_)) if !ask.is_genuine => Ok(not_ours()),
            (Make::Page(make), Some(form)) => act::act(self, api, ask, form, &|| self.with(shelf, &parts, ask, make)),
            (Make::File(make), None) => self.with(shelf, &parts, ask, make),
            (Make::File(_), Some(_)) => Err(NoPage::Hidden),
        };
        (answer.unwrap_or_else(|why| self.without(why)), Some(route.pattern))
    }

    /// The store is let go of before anything is done with the page: a command that a form gives needs the directory.
    fn with<T>(&self, shelf: &Shelf, parts: &[&str], ask: &PageAsk<'_>, make: fn(&Asked<'_>) -> Made<T>) -> Made<T> {
        let open = self.lending.get().map_err(|_| NoPage::Busy)?;
        let (home, bank, places) = (&self.home, &*self.bank, &self.places);
        make(&Asked { ask, parts: parts.to_vec(), open: &open, home, shelf, bank, places })
    }

    /// What was kept of forms that were not sent.
    fn with_drafts(&self, page: Page, ask: &PageAsk<'_>) -> Page {
        let kept: Vec<_> = page.forms().into_iter().filter_map(|form| self.drafts.overlay(ask, form)).collect();
        kept.iter().fold(page, |page, overlay| page.filled(overlay))
    }

    fn without(&self, why: NoPage) -> PageAnswer {
        let (status, title, words) = match why {
            NoPage::Hidden => return missing(),
            NoPage::Busy => (Status::Unavailable, "page-busy-title", "page-busy"),
            NoPage::Failed(why) => {
                (self.tell)(format!("page: {why}"));
                (Status::Internal, "page-failed-title", "page-failed")
            }
        };
        PageAnswer::Page(status, Box::new(Page::new(title).with(Block::notice(Tone::Watch, words))))
    }
}

fn shown(page: Page) -> PageAnswer {
    PageAnswer::Page(Status::Ok, Box::new(page))
}

fn not_ours() -> PageAnswer {
    let page = Page::new("form-not-ours-title").with(Block::notice(Tone::Grave, "form-not-ours"));
    PageAnswer::Page(Status::Forbidden, Box::new(page))
}

fn missing() -> PageAnswer {
    let page = Page::new("page-missing-title").with(Block::line("page-missing"));
    PageAnswer::Page(Status::NotFound, Box::new(page))
}

/// The page at a path, and what stands there for the parts in braces.
fn find<'p>(routes: &'static [Route], path: &'p str) -> Option<(&'static Route, Vec<&'p str>)> {
    routes.iter().find_map(|route| Some((route, parts(route.pattern, path)?)))
}

fn parts<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (mut known, mut found, mut parts) = (pattern.split('/'), path.split('/'), Vec::new());
    loop {
        match (known.next(), found.next()) {
            (None, None) => return Some(parts),
            (Some(known), Some(found)) if known.starts_with('{') && !found.is_empty() => parts.push(found),
            (Some(known), Some(found)) if known == found => {}
            _ => return None,
        }
    }
}

impl<'a> Asked<'a> {
    pub(super) const fn caller(&self) -> &'a Caller {
        self.ask.caller
    }

    pub(super) fn store(&self) -> &'a LocalStore {
        &self.open.store
    }

    /// What the API reads in the same store, for this account.
    pub(super) fn reading(&self) -> Reading<'a> {
        Reading { home: self.home, store: self.store(), caller: self.caller() }
    }

    /// What this account may see.
    pub(super) fn sight(&self) -> Made<Sight<'a>> {
        Ok(Sight::of(self.home, self.store(), self.caller())?)
    }

    pub(super) fn may(&self, right: Right) -> bool {
        judge(self.caller(), right, &Resource::Node) == Verdict::Allowed
    }

    /// A part of the path.
    pub(super) fn part(&self, at: usize) -> Made<&'a str> {
        self.parts.get(at).copied().ok_or(NoPage::Hidden)
    }

    /// The reader's language, as rules and agreements speak it.
    pub(super) const fn language(&self) -> policy::explain::Language {
        match self.ask.language {
            Language::English => policy::explain::Language::English,
            Language::Chinese => policy::explain::Language::Chinese,
        }
    }

    /// What the query says; none if it says nothing.
    pub(super) fn query(&self, name: &str) -> Option<&'a str> {
        self.ask.query.get(name).filter(|value| !value.is_empty())
    }

    /// A place in a list that is not shown, for the address of a link: nobody reads in it where a list went on, and what was passed over
    /// before it.
    pub(super) fn sealed(&self, place: &str, list: &[&str]) -> Option<String> {
        self.places.seal_for(place.as_bytes(), &self.caller().shown(), list)
    }

    /// The place that stands sealed in the query; none if it was not given to this account for this list.
    pub(super) fn unsealed(&self, name: &str, list: &[&str]) -> Option<String> {
        let place = self.places.open_for(self.query(name)?, &self.caller().shown(), list)?;
        String::from_utf8(place).ok()
    }

    /// The title of a record that this account may see, as far as it may see it.
    pub(super) fn title(&self, sight: &Sight<'_>, digest: &RecordDigest) -> Made<Say> {
        let held = sight.holdings.find(digest)?;
        let shown = held.map(|held| sight.show(&held)).transpose()?.flatten();
        let title = shown.and_then(|shown| shown.content().content().object().text("name").map(str::to_owned));
        Ok(title.map_or_else(|| Say::Word("no-title"), Say::content))
    }

    /// What a party is called here.
    pub(super) fn name(&self, party: PartyId) -> Say {
        let keys = self.open.keys.get();
        keys.ring().name_in(party, self.ask.language.tag()).map_or_else(|| Say::sign(party), Say::content)
    }
}

impl From<Failure> for NoPage {
    fn from(failure: Failure) -> Self {
        if failure.is_busy { Self::Busy } else { Self::Failed(failure.message) }
    }
}

impl From<Problem> for NoPage {
    fn from(problem: Problem) -> Self {
        if problem.kind() == ProblemKind::Busy {
            return Self::Busy;
        }
        let is_for_others = problem.status() < 500;
        if is_for_others { Self::Hidden } else { Self::Failed(format!("{:?}", problem.words_of_refusal())) }
    }
}

/// What the party of this node is called in each language, by its own key profile.
pub(super) fn house(home: &Home, party: PartyId) -> Done<[String; 2]> {
    let known = home.known()?;
    Ok(Language::ALL.map(|language| known.name_in(language.tag()).unwrap_or_else(|| party.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_page_or_none() {
        assert_eq!(parts("/incidents/{id}/versions", "/incidents/incident--1/versions"), Some(vec!["incident--1"]));
        for path in ["/incidents//versions", "/incidents/x", "/incidents/x/versions/", "/other/x/versions"] {
            assert_eq!(parts("/incidents/{id}/versions", path), None, "{path}");
        }
        for (at, route) in ROUTES.iter().enumerate() {
            assert!(ROUTES.iter().skip(at + 1).all(|other| other.pattern != route.pattern), "{}", route.pattern);
            assert!(access::Route::new(route.pattern).is_ok(), "{}", route.pattern);
        }
    }
}
