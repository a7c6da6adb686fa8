//! One run over a source: what is asked goes over the line, what comes goes into quarantine.

use std::time::{Duration, Instant};

use record::json::{Json, Map};
use record::time::Timestamp;
use taxii::client::{Fault, Note, Offered, Pull, Step};

use super::Cell;
use super::held::{Held, Kept, NotKept};
use super::line::{Broken, Line};
use super::source::{Credentials, Source};
use crate::clock;
use crate::outcome::{Done, Failure};

/// How often progress is told, in milliseconds.
const TELL_EVERY_MS: u64 = 1_000;

/// When the last run began.
const BEGUN: &str = "last_begun";
/// When the last run ended.
const ENDED: &str = "last_ended";
/// What came of it, in one line.
const OUTCOME: &str = "last_outcome";
/// Until when the server asked to be left alone.
const NOT_BEFORE: &str = "not_before";

/// The longest time for which a server is left alone because it asks for it, in seconds: one day. What asks for more is broken.
const MAX_LEFT_ALONE_SECONDS: u64 = 24 * 60 * 60;

/// What came of a run.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) kept: Kept,
    pub(crate) pages: u64,
    pub(crate) collections: u64,
    pub(crate) offered: Vec<Offered>,
    pub(crate) notes: Vec<(Option<String>, Note)>,
    pub(crate) faults: Vec<(Option<String>, Fault)>,
    /// Why what came could not be kept.
    pub(crate) not_kept: Option<Failure>,
}

/// Is told how far it is, now and then.
pub(crate) type Progress<'p> = &'p mut dyn FnMut(&str);

/// Only sees what a source offers.
pub(crate) fn offers(cell: &Cell) -> Done<Told> {
    let source = Source::read(cell)?;
    let line = Line::new(&source, &Credentials::read(cell)?)?;
    let mut settings = source.settings(clock::now());
    settings.reads_objects = false;
    let mut told = Told::default();
    let mut pull = Pull::new(settings, Default::default());
    while told.step(&mut pull, &line, None, &mut |_| {}) {}
    Ok(told)
}

/// Pulls a source. The caller holds it.
pub(crate) fn run(cell: &Cell, progress: Progress<'_>) -> Done<Told> {
    let source = Source::read(cell)?;
    let line = Line::new(&source, &Credentials::read(cell)?)?;
    let mut held = Held::open(cell)?;
    held.set_about(BEGUN, &clock::now().to_string())?;
    let mut keeping = Keeping { room: held.room()?, held: &mut held, said: Instant::now() };
    let mut pull = Pull::new(source.settings(clock::now()), keeping.held.places()?);
    let mut told = Told::default();
    while told.step(&mut pull, &line, Some(&mut keeping), progress) {}
    told.leave(&held)?;
    Ok(told)
}

struct Keeping<'h> {
    held: &'h mut Held,
    room: super::held::Room,
    said: Instant,
}

impl Told {
    /// One step. False at the end.
    fn step(
        &mut self,
        pull: &mut Pull,
        line: &Line,
        keeping: Option<&mut Keeping<'_>>,
        progress: Progress<'_>,
    ) -> bool {
        match pull.step() {
            Step::Ask(request) => match line.ask(&request) {
                Ok(answer) => pull.answered(&answer),
                Err(Broken::Line(reason)) => pull.broke(&reason),
                Err(Broken::NotBelieved(reason)) => pull.not_believed(&reason),
            },
            Step::Wait(milliseconds) => {
                progress(&format!("waiting {milliseconds} ms before it is asked again"));
                std::thread::sleep(Duration::from_millis(milliseconds));
            }
            Step::Offered(offered) => self.offered.push(offered),
            Step::Page(page) => {
                let kept = keeping.map_or(Ok(Kept::default()), |keeping| self.keep(keeping, &page, progress));
                if let Err(failure) = kept {
                    self.not_kept = Some(failure);
                    pull.stop();
                }
            }
            Step::Note { collection, note } => self.notes.push((collection, note)),
            Step::Failed { collection, fault } => self.faults.push((collection, fault)),
            Step::Done => return false,
            // A step that this build does not know would be asked for again and again.
            _ => return false,
        }
        true
    }

    fn keep(&mut self, keeping: &mut Keeping<'_>, page: &taxii::client::Page, progress: Progress<'_>) -> Done<Kept> {
        let kept = keeping.held.keep(page, clock::now(), &mut keeping.room).map_err(|why| match why {
            NotKept::Full(failure) | NotKept::Failed(failure) => failure,
        })?;
        self.pages = self.pages.saturating_add(1);
        self.collections = self.collections.saturating_add(u64::from(page.is_last));
        self.kept.add(kept);
        if keeping.said.elapsed() >= Duration::from_millis(TELL_EVERY_MS) {
            keeping.said = Instant::now();
            progress(&format!("{}: {} new objects on {} pages", page.collection.id, self.kept.new, self.pages));
        }
        Ok(kept)
    }

    /// Leaves word for the next run.
    fn leave(&self, held: &Held) -> Done {
        let now = clock::now();
        held.set_about(ENDED, &now.to_string())?;
        held.set_about(OUTCOME, &self.in_one_line())?;
        let later = |fault: &Fault| if let Fault::Later { seconds } = fault { Some(*seconds) } else { None };
        let seconds = self.faults.iter().filter_map(|(_, fault)| later(fault)).max().unwrap_or(0);
        let micros = i64::try_from(seconds.min(MAX_LEFT_ALONE_SECONDS).saturating_mul(1_000_000)).unwrap_or(0);
        held.set_about(NOT_BEFORE, &Timestamp::from_micros(now.micros().saturating_add(micros)).to_string())
    }

    /// What came, in one line: counts and words of ours, and nothing that the server wrote but what a fault repeats.
    pub(crate) fn in_one_line(&self) -> String {
        let mut line = format!("{} new objects", self.kept.new);
        let bad = self.kept.new.saturating_sub(self.kept.sound);
        if bad > 0 {
            line.push_str(&format!(", {bad} of them not sound"));
        }
        if let Some((_, fault)) = self.faults.first() {
            line.push_str(&format!("; {fault}"));
        }
        if let Some(failure) = &self.not_kept {
            line.push_str(&format!("; {}", failure.message));
        }
        line
    }

    /// Whether there is nothing to tell.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.kept.new == 0 && self.kept.differing == 0 && self.faults.is_empty() && self.not_kept.is_none()
    }

    /// Why the run did not do all that it should.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let fault = || {
            let (collection, fault) = self.faults.first()?;
            let about = collection.as_ref().map(|id| format!("collection `{id}`: ")).unwrap_or_default();
            Some(Failure::environment(format!("{about}{fault}")).advise(fault.advice()))
        };
        self.not_kept.clone().or_else(fault)
    }

    pub(crate) fn to_map(&self) -> Map {
        let about = |collection: &Option<String>| collection.as_deref().map_or(Json::Null, Json::from);
        let notes = self.notes.iter().map(|(collection, note)| {
            Json::from(Map::new().with("collection", about(collection)).with("note", note.to_string()))
        });
        let faults = self.faults.iter().map(|(collection, fault)| {
            let one = Map::new().with("collection", about(collection)).with("fault", fault.to_string());
            Json::from(one.with("advice", fault.advice()))
        });
        let bad = self.kept.new.saturating_sub(self.kept.sound);
        Map::new()
            .with("new", Json::count(self.kept.new))
            .with("sound", Json::count(self.kept.sound))
            .with("not_sound", Json::count(bad))
            .with("known", Json::count(self.kept.known))
            .with("differing", Json::count(self.kept.differing))
            .with("pages", Json::count(self.pages))
            .with("collections_read", Json::count(self.collections))
            .with("notes", Json::Array(notes.collect()))
            .with("faults", Json::Array(faults.collect()))
            .with("not_kept", self.not_kept.as_ref().map_or(Json::Null, |failure| Json::from(failure.message.as_str())))
    }
}

impl Kept {
    const fn add(&mut self, other: Self) {
        self.new = self.new.saturating_add(other.new);
        self.known = self.known.saturating_add(other.known);
        self.differing = self.differing.saturating_add(other.differing);
        self.sound = self.sound.saturating_add(other.sound);
    }
}

/// What is known of the runs of a source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs {
    pub(crate) begun: Option<Timestamp>,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) outcome: Option<String>,
    pub(crate) not_before: Option<Timestamp>,
}

impl Runs {
    pub(crate) fn read(held: &Held) -> Done<Self> {
        let time = |name: &str| held.about(name).map(|text| text.and_then(|text| text.parse().ok()));
        let outcome = held.about(OUTCOME)?;
        Ok(Self { begun: time(BEGUN)?, ended: time(ENDED)?, outcome, not_before: time(NOT_BEFORE)? })
    }
}
