//! The feed for MISP of a collection, made when it is asked for and kept until the collection grows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use access::Caller;
use collections::{Filter, Item, Reader, marks_shown};
use interop::Losses;
use interop::misp::{Audience, Event, Sender, add_report, event_of, feed};
use record::json::{self, Json, Map};
use record::label::Marks;
use storage::Store as _;
use taxii::CollectionId;
use web::users::FeedFile;

use super::shelf::{Placed, Shelf};
use crate::serve::open::Open;

/// Incidents of one feed. Whatever fetches a feed fetches a file for each of them, and their list whole.
const MAX_EVENTS: usize = 20_000;

/// Octets of a feed that is kept. A longer one is not made: its readers page through TAXII.
const MAX_FEED_BYTES: usize = 64 * 1024 * 1024;

/// Feeds that are kept. One that goes is made again when somebody asks.
const MAX_KEPT: usize = 4;

/// For whom a feed was made: which collection, by whose eyes, and when: labels and erasures are entries too.
type Key = (CollectionId, String, u64);

/// The files of a feed, by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// Feeds that were made.
#[derive(Default)]
pub(super) struct Feeds {
    kept: Mutex<Vec<(Key, Made)>>,
    making: Mutex<()>,
}

/// A feed, or why there is none: that is not found out again at each request either.
type Made = Result<Arc<Files>, String>;

impl Feeds {
    /// A file; none if this caller has no such feed, or it no such file.
    pub(super) fn file(&self, shelf: &Shelf, caller: &Caller, file: &FeedFile<'_>) -> Option<Result<Vec<u8>, String>> {
        let id: CollectionId = file.collection.parse().ok()?;
        let open = match shelf.open() {
            Ok(open) => open,
            Err(fault) => return Some(Err(fault.to_string())),
        };
        let placed = match shelf.readable(caller, &open, id) {
            Ok(placed) => placed?,
            Err(fault) => return Some(Err(fault.to_string())),
        };
        match self.files(shelf, caller, &open, &placed) {
            Ok(files) => files.get(file.name).cloned().map(Ok),
            Err(problem) => Some(Err(problem)),
        }
    }

    fn files(&self, shelf: &Shelf, caller: &Caller, open: &Open, placed: &Placed) -> Result<Arc<Files>, String> {
        let reader = shelf.reader(caller);
        let heads = open.store.heads().map_err(|error| error.to_string())?;
        let key = (placed.id, format!("{reader:?}"), heads.iter().map(|head| head.size).sum::<u64>());
        // One at a time: each takes its share of memory, and whoever waits finds it made.
        let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = |feeds: &[(Key, Made)]| feeds.iter().find(|(known, _)| *known == key).map(|(_, it)| it.clone());
        if let Some(made) = kept(&self.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return made;
        }
        let made = make(open, placed, &reader).map(Arc::new);
        let mut feeds = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.retain(|((id, eyes, _), _)| (*id, eyes) != (key.0, &key.1));
        feeds.push((key, made.clone()));
        let beyond = feeds.len().saturating_sub(MAX_KEPT);
        drop(feeds.drain(..beyond));
        drop(feeds);
        made
    }
}

fn make(open: &Open, placed: &Placed, reader: &Reader) -> Result<Files, String> {
    let audience = Audience::OwnOrganisation;
    let events = events(open, placed, reader, &audience)?;
    let (mut files, mut octets) = (Files::new(), 0_usize);
    for file in feed(&events, &audience).map_err(|error| error.to_string())? {
        octets = octets.saturating_add(file.octets.len());
        if octets > MAX_FEED_BYTES {
            return Err("this collection is too large for a feed; read it by TAXII".to_owned());
        }
        files.insert(file.path, file.octets);
    }
    Ok(files)
}

/// What is read of a collection, and what may be done with it: none where nobody here can say.
struct Marked {
    object: Map,
    marks: Option<Marks>,
}

/// The incidents of a collection as events, each in its newest version, under the marks in force on it. What was taken back is in no
/// feed.
fn events(open: &Open, placed: &Placed, reader: &Reader, audience: &Audience) -> Result<Vec<Event>, String> {
    let keys = open.keys.get();
    let own = open.party();
    let name = keys.ring().name(own).map_or_else(|| own.to_string(), str::to_owned);
    let sender = Sender::new(&own.identity(), &name, audience.clone());
    let sender = sender.map_err(|error| format!("`{}` {}", error.field, error.reason))?;
    let incidents = all(open, placed, reader, incident::INCIDENT_TYPE)?;
    let reports = all(open, placed, reader, REPORT_TYPE)?;
    let about = by_subject(&reports);
    if about.values().any(|reports| reports.len() > MAX_REPORTS_OF_ONE) || weight(&about) > MAX_FEED_BYTES {
        return Err("the reports of this collection are too many for a feed; read it by TAXII".to_owned());
    }
    let of = |incident: &Marked| {
        let id = incident.object.text("id").unwrap_or_default();
        event(incident, about.get(id).map(Vec::as_slice).unwrap_or_default(), &sender)
    };
    // What shows no times can be no event.
    Ok(incidents.iter().filter_map(of).collect())
}

/// An incident with the reports about it. One event has one set of tags, so the strictest of all that is in it holds for it; a report of
/// which nobody can say what may be done with it is left out.
fn event(incident: &Marked, reports: &[&Marked], sender: &Sender) -> Option<Event> {
    let reports = || reports.iter().filter_map(|report| Some((report, report.marks.as_ref()?)));
    let marks = incident.marks.as_ref().map(|marks| reports().fold(marks.clone(), |all, (_, one)| all.join(one)));
    let mut event = event_of(&incident.object, marks.as_ref(), sender, &mut Losses::new()).ok()?;
    for (report, _) in reports().filter(|_| marks.is_some()) {
        // What shows no name is no report there.
        let _added = add_report(&mut event, &report.object);
    }
    Some(event)
}

/// Reports that go with one event: more than anybody reads, and each costs another look at those before it.
const MAX_REPORTS_OF_ONE: usize = 256;

/// Octets of a report beside its words.
const REPORT_BYTES: usize = 256;

/// The type of reports in words.
const REPORT_TYPE: &str = "report";

/// Reports by the ids of what they are about.
fn by_subject(reports: &[Marked]) -> BTreeMap<&str, Vec<&Marked>> {
    let mut about: BTreeMap<&str, Vec<&Marked>> = BTreeMap::new();
    for report in reports {
        let refs = report.object.get("object_refs").and_then(Json::as_array).unwrap_or_default();
        for id in refs.iter().filter_map(Json::as_str).collect::<BTreeSet<_>>() {
            about.entry(id).or_default().push(report);
        }
    }
    about
}

/// Octets that reports add to a feed: each is copied into the event of every incident that it names.
fn weight(about: &BTreeMap<&str, Vec<&Marked>>) -> usize {
    let octets = |report: &&Marked| report.object.text("description").map_or(0, str::len).saturating_add(REPORT_BYTES);
    about.values().flatten().map(octets).fold(0, usize::saturating_add)
}

/// All objects of a type that a reader reads, in their newest versions.
fn all(open: &Open, placed: &Placed, reader: &Reader, object_type: &str) -> Result<Vec<Marked>, String> {
    let filter = Filter { types: vec![object_type.to_owned()], ..Filter::default() };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let part = (after, collections::MAX_PAGE_ITEMS);
        let page = collections::objects(&open.store, &placed.collection, reader, &filter, part);
        let page = page.map_err(|error| error.to_string())?;
        after = page.items.last().map(|item| item.added).or(after);
        found.extend(page.items.iter().filter_map(marked));
        if found.len() > MAX_EVENTS {
            return Err(format!(
                "this collection has more than {MAX_EVENTS} objects of the type {object_type}; read it by TAXII"
            ));
        }
        if !page.has_more {
            return Ok(found);
        }
    }
}

/// Our own records have their marks beside them. What was released has them in it, as its feeds say.
fn marked(item: &Item) -> Option<Marked> {
    let Ok(Json::Object(object)) = json::parse(item.object.as_bytes()) else { return None };
    if object.get("revoked") == Some(&Json::Bool(true)) {
        return None;
    }
    let marks = item.marking.as_ref().map_or_else(|| marks_shown(&object), |marking| marking.marks());
    Some(Marked { object, marks })
}
