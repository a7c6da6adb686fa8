//! One run over a server: what to ask next, and what came of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use record::time::Timestamp;

use super::answer::Answer;
use super::fault::{Fault, Note};
use super::offer::{self, Front, Offered};
use super::page::Piece;
use super::place::Place;
use super::reading::{MAX_ASKED_OBJECTS, Reading, Taken};
use super::tries::{Tries, asks_for_patience};
use super::url::{Origin, Url};
use super::{ACCEPT, LINE_CHARACTERS, told, told_within};

/// Redirects that one request follows, all of them within its own origin.
const MAX_REDIRECTS: u32 = 5;

/// Notes of one run: each comes once, and a server that makes up new ones is not listened to for ever.
const MAX_NOTES: usize = 100;

/// What the operator said about a source.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The address of discovery, or of an API root.
    pub home: Url,
    /// Other origins whose API roots may be asked, with the same credentials.
    pub also: Vec<Origin>,
    /// Ids or aliases of the collections to read; all that may be read if there is none.
    pub collections: Vec<String>,
    /// Objects to ask for at a time, at most [`MAX_ASKED_OBJECTS`].
    pub page_objects: usize,
    /// The latest date that a page may bear, for which today and a little more is right.
    pub latest: Timestamp,
    /// Whether objects are read, and not only what is offered.
    pub reads_objects: bool,
}

/// A `GET` to be made. Nothing but origins that the operator named is ever in it, so the credentials may go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Where.
    pub url: Url,
    /// The field `Accept`.
    pub accept: &'static str,
}

/// A page of a collection. Objects and place are kept together, before the next step: then a run that is cut off loses nothing and
/// keeps nothing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Where it comes from.
    pub collection: Offered,
    /// Its objects, in the server's order.
    pub pieces: Vec<Piece>,
    /// How far the collection is read with them.
    pub place: Place,
    /// Whether it is the last one.
    pub is_last: bool,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Make this request, and then say [`Pull::answered`] or [`Pull::broke`].
    Ask(Request),
    /// Wait for so many milliseconds.
    Wait(u64),
    /// A collection that the server offers.
    Offered(Offered),
    /// Keep this page.
    Page(Box<Page>),
    /// Tell this.
    Note {
        /// About which collection, if about one.
        collection: Option<String>,
        /// What there is to tell.
        note: Note,
    },
    /// This could not be read to its end.
    Failed {
        /// Which collection, or the source as a whole.
        collection: Option<String>,
        /// Why.
        fault: Fault,
    },
    /// There is nothing more to do.
    Done,
}

/// What is being asked.
#[derive(Debug)]
enum Stage {
    Front,
    Root(Url),
    Collections(Url),
    Objects(Box<Reading>),
    Ended,
}

/// One run over a server.
#[derive(Debug)]
pub struct Pull {
    settings: Settings,
    places: BTreeMap<String, Place>,
    stage: Stage,
    steps: VecDeque<Step>,
    /// Where a redirect within the origin led, until the request is answered.
    redirected: Option<Url>,
    redirects: u32,
    tries: Tries,
    roots: VecDeque<Url>,
    waiting: VecDeque<Offered>,
    /// Names of collections that were asked for and not met yet.
    missing: BTreeSet<String>,
    noted: Vec<(Option<String>, Note)>,
}

impl Settings {
    /// To read everything at an address.
    #[must_use]
    pub fn new(home: Url, latest: Timestamp) -> Self {
        Self {
            home,
            also: Vec::new(),
            collections: Vec::new(),
            page_objects: MAX_ASKED_OBJECTS,
            latest,
            reads_objects: true,
        }
    }
}

impl Pull {
    /// A run that goes on from these places, by the address of each collection.
    #[must_use]
    pub fn new(settings: Settings, places: BTreeMap<String, Place>) -> Self {
        let missing = settings.collections.iter().cloned().collect();
        Self {
            settings,
            places,
            stage: Stage::Front,
            steps: VecDeque::new(),
            redirected: None,
            redirects: 0,
            tries: Tries::default(),
            roots: VecDeque::new(),
            waiting: VecDeque::new(),
            missing,
            noted: Vec::new(),
        }
    }

    /// What to do next.
    pub fn step(&mut self) -> Step {
        self.steps.pop_front().or_else(|| self.ask()).unwrap_or(Step::Done)
    }

    /// The present request was answered.
    pub fn answered(&mut self, answer: &Answer) {
        if (300..400).contains(&answer.status) && answer.status != 304 {
            return self.follow(answer);
        }
        if asks_for_patience(answer.status) {
            self.lose();
            let wait = self.tries.after_answer(answer);
            return self.wait(wait);
        }
        let asked = self.redirected.take().or_else(|| self.url());
        self.settle();
        let outcome = asked.map_or(Ok(()), |asked| self.take(answer, &asked));
        if let Err(fault) = outcome {
            self.fail(fault);
        }
    }

    /// The line broke before the whole answer was there.
    pub fn broke(&mut self, reason: &str) {
        self.lose();
        let wait = self.tries.after_break(reason);
        self.wait(wait);
    }

    /// Whoever is at the other end could not show that it is the one that is meant: trying again would not change that.
    pub fn not_believed(&mut self, reason: &str) {
        self.fail(Fault::NotBelieved(told_within(reason, LINE_CHARACTERS)));
    }

    /// Ends the run, because what came cannot be kept.
    pub fn stop(&mut self) {
        self.steps.clear();
        self.stage = Stage::Ended;
    }

    /// What was asked may have been answered, to nobody.
    fn lose(&mut self) {
        if let Stage::Objects(reading) = &mut self.stage {
            self.redirected = None;
            reading.lost_an_answer();
        }
    }

    fn ask(&self) -> Option<Step> {
        let url = self.redirected.clone().or_else(|| self.url())?;
        Some(Step::Ask(Request { url, accept: ACCEPT }))
    }

    fn url(&self) -> Option<Url> {
        match &self.stage {
            Stage::Front => Some(self.settings.home.clone()),
            Stage::Root(root) => Some(root.clone()),
            Stage::Collections(root) => Some(root.beneath("collections/")),
            Stage::Objects(reading) => Some(reading.url()),
            Stage::Ended => None,
        }
    }

    fn settle(&mut self) {
        self.tries.begin_anew();
        self.redirects = 0;
    }

    fn wait(&mut self, wait: Result<u64, Fault>) {
        match wait {
            Ok(milliseconds) => self.steps.push_back(Step::Wait(milliseconds)),
            Err(fault) => self.fail(fault),
        }
    }

    /// A redirect is followed within the origin that was asked, and nowhere else: neither the credentials nor the run go elsewhere.
    fn follow(&mut self, answer: &Answer) {
        let Some(asked) = self.redirected.clone().or_else(|| self.url()) else { return };
        self.redirects = self.redirects.saturating_add(1);
        let fault = match answer.field("location").map(|location| asked.join(location)) {
            Some(Ok(url)) if url.origin() != asked.origin() => Fault::Elsewhere(told(&url.origin().to_string())),
            Some(Ok(url)) if self.redirects <= MAX_REDIRECTS && url != asked => {
                self.redirected = Some(url);
                return;
            }
            Some(Err(error)) => Fault::Elsewhere(error.text),
            Some(Ok(_)) | None => Fault::Redirected,
        };
        self.redirected = None;
        self.fail(fault);
    }

    fn take(&mut self, answer: &Answer, asked: &Url) -> Result<(), Fault> {
        if let Stage::Objects(reading) = &mut self.stage
            && reading.falls_back(answer.status)
        {
            self.tell_of_reading();
            return Ok(());
        }
        refused(answer)?;
        if let Stage::Objects(_) = &self.stage {
            return self.take_page(answer);
        }
        if answer.is_too_large() {
            return Err(Fault::TooLarge);
        }
        let note = answer.media()?;
        note.into_iter().for_each(|note| self.note(None, note));
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Front => self.take_front(answer, asked),
            Stage::Root(root) => self.take_root(answer, root),
            Stage::Collections(root) => self.take_collections(answer, &root),
            Stage::Objects(_) | Stage::Ended => Ok(()),
        }
    }

    fn take_front(&mut self, answer: &Answer, asked: &Url) -> Result<(), Fault> {
        let roots = match offer::front(&answer.body)? {
            Front::Discovery(roots) => roots,
            Front::Root => vec![asked.to_string()],
        };
        for root in roots {
            match asked.join(&root).map(Url::into_folder) {
                Ok(url) if !self.may_ask(url.origin()) => self.note(None, Note::RootElsewhere(told(&url.to_string()))),
                Ok(url) if !self.roots.contains(&url) => self.roots.push_back(url),
                Ok(_) => {}
                Err(error) => self.note(None, Note::RootElsewhere(error.text)),
            }
        }
        if self.roots.is_empty() {
            return Err(Fault::NoRoot);
        }
        self.advance();
        Ok(())
    }

    fn may_ask(&self, origin: &Origin) -> bool {
        origin == self.settings.home.origin() || self.settings.also.contains(origin)
    }

    fn take_root(&mut self, answer: &Answer, root: Url) -> Result<(), Fault> {
        if offer::speaks_ours(&answer.body)? {
            self.stage = Stage::Collections(root);
        } else {
            self.note(None, Note::RootOtherVersion(told(&root.to_string())));
            self.advance();
        }
        Ok(())
    }

    fn take_collections(&mut self, answer: &Answer, root: &Url) -> Result<(), Fault> {
        let (offers, notes) = offer::collections(root, &answer.body)?;
        notes.into_iter().for_each(|note| self.note(None, note));
        for offered in offers {
            if self.is_wanted(&offered) {
                self.waiting.push_back(offered.clone());
            }
            self.steps.push_back(Step::Offered(offered));
        }
        self.advance();
        Ok(())
    }

    fn is_wanted(&mut self, offered: &Offered) -> bool {
        let names = [Some(&offered.id), offered.alias.as_ref()];
        let is_named = |name: &&String| self.settings.collections.contains(*name);
        let named: Vec<String> = names.into_iter().flatten().filter(is_named).cloned().collect();
        if named.is_empty() && !self.settings.collections.is_empty() {
            return false;
        }
        self.missing.retain(|name| !named.contains(name));
        if !offered.can_read && self.settings.reads_objects {
            self.note(Some(offered.id.clone()), Note::NotReadable(offered.id.clone()));
        }
        offered.can_read && self.settings.reads_objects
    }

    fn take_page(&mut self, answer: &Answer) -> Result<(), Fault> {
        let Stage::Objects(reading) = &mut self.stage else { return Ok(()) };
        let taken = reading.take(answer);
        let collection = reading.offered.clone();
        self.tell_of_reading();
        let Taken::Page { pieces, place, is_last } = taken? else { return Ok(()) };
        self.steps.push_back(Step::Page(Box::new(Page { collection, pieces, place, is_last })));
        if is_last {
            self.advance();
        }
        Ok(())
    }

    fn tell_of_reading(&mut self) {
        let Stage::Objects(reading) = &mut self.stage else { return };
        let id = reading.offered.id.clone();
        let notes = std::mem::take(&mut reading.notes);
        notes.into_iter().for_each(|note| self.note(Some(id.clone()), note));
    }

    /// The next root, then the next collection, then the end.
    fn advance(&mut self) {
        self.stage = match self.roots.pop_front() {
            Some(root) => Stage::Root(root),
            None => match self.waiting.pop_front() {
                Some(offered) => {
                    let place = self.places.remove(&offered.address).unwrap_or_default();
                    let (limit, latest) = (self.settings.page_objects, self.settings.latest);
                    Stage::Objects(Box::new(Reading::new(offered, place, limit, latest)))
                }
                None => self.end(),
            },
        };
    }

    fn end(&mut self) -> Stage {
        for name in std::mem::take(&mut self.missing) {
            let fault = Fault::NoSuchCollection(told(&name));
            self.steps.push_back(Step::Failed { collection: Some(name), fault });
        }
        Stage::Ended
    }

    /// A fault ends the collection or the root that it is of, and the run only if nothing else could be asked either.
    fn fail(&mut self, fault: Fault) {
        self.settle();
        self.redirected = None;
        let is_first = self.roots.is_empty() && self.waiting.is_empty() && !matches!(self.stage, Stage::Objects(_));
        let collection = match &self.stage {
            Stage::Objects(reading) => Some(reading.offered.id.clone()),
            Stage::Front | Stage::Root(_) | Stage::Collections(_) | Stage::Ended => None,
        };
        let ends_all = fault.ends_all() || is_first;
        self.steps.push_back(Step::Failed { collection, fault });
        if ends_all { self.stage = Stage::Ended } else { self.advance() }
    }

    fn note(&mut self, collection: Option<String>, note: Note) {
        let noted = (collection, note);
        if self.noted.len() < MAX_NOTES && !self.noted.contains(&noted) {
            self.noted.push(noted.clone());
            let (collection, note) = noted;
            self.steps.push_back(Step::Note { collection, note });
        }
    }
}

fn refused(answer: &Answer) -> Result<(), Fault> {
    Err(match answer.status {
        200 => return Ok(()),
        401 => Fault::Unauthenticated,
        403 => Fault::Forbidden,
        404 | 410 => Fault::NotFound,
        406 | 415 => Fault::NotAcceptable,
        status => Fault::Status { status, title: offer::title_of_error(&answer.body) },
    })
}
