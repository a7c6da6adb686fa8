//! Reading the parts that duties refer to: sources, calendars, rules of counting, open questions, zones.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use incident::Country;

use super::{Definition, Question, Source};
use crate::counting::{Calendar, Counting, Ends};
use crate::dictionary::{Dictionary, FactIndex, FactType};
use crate::limits::MAX_PERIOD;
use crate::reader::{At, Members};
use crate::zone::{Zone, ZoneRule};

/// Parts by their ids.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) dictionary: Arc<Dictionary>,
    pub(super) sources: BTreeMap<String, Arc<Source>>,
    pub(super) calendars: BTreeMap<String, Arc<Calendar>>,
    pub(super) counting: BTreeMap<String, Arc<Counting>>,
    pub(super) questions: BTreeMap<String, Arc<Question>>,
    pub(super) definitions: BTreeMap<String, Arc<Definition>>,
    /// The sources that something rests on.
    pub(super) used: RefCell<BTreeSet<String>>,
}

impl Parts {
    pub(super) fn new(dictionary: &Arc<Dictionary>) -> Self {
        Self {
            dictionary: Arc::clone(dictionary),
            sources: BTreeMap::new(),
            calendars: BTreeMap::new(),
            counting: BTreeMap::new(),
            questions: BTreeMap::new(),
            definitions: BTreeMap::new(),
            used: RefCell::new(BTreeSet::new()),
        }
    }

    pub(super) fn source(&self, at: &At<'_>) -> Option<Arc<Source>> {
        let found = find(&self.sources, "source", at)?;
        self.used.borrow_mut().insert(found.id.clone());
        Some(found)
    }

    pub(super) fn rule(&self, at: &At<'_>) -> Option<Arc<Counting>> {
        find(&self.counting, "counting rule", at)
    }

    /// The fact that a text names, of a type.
    pub(super) fn fact(&self, at: &At<'_>, wanted: FactType) -> Option<(FactIndex, String)> {
        let id = at.str()?;
        match self.dictionary.get(id) {
            Some((index, fact)) if fact.fact_type == wanted => Some((index, id.to_owned())),
            Some((_, fact)) => at.fault(format!("`{id}` is of the type {}, not {wanted}", fact.fact_type)),
            None => at.fault(format!("the dictionary has no fact `{id}`; see data/duties/facts.json")),
        }
    }
}

fn find<T>(parts: &BTreeMap<String, Arc<T>>, what: &str, at: &At<'_>) -> Option<Arc<T>> {
    let id = at.id()?;
    let found = parts.get(id).cloned();
    if found.is_none() {
        at.fault(format!("the pack has no {what} `{id}`; add it, or repair what is wrong with it"))
    } else {
        found
    }
}

pub(super) fn source(at: &At<'_>) -> Option<Source> {
    let members = at.object(&["id", "instrument", "article", "link", "read_on", "confidence", "note"])?;
    let id = members.need("id").and_then(|at| at.id());
    let instrument = members.need("instrument").and_then(|at| at.both());
    let article = members.need("article").and_then(|at| at.text());
    let link = members.need("link").and_then(|at| link(&at));
    let read_on = members.need("read_on").and_then(|at| at.day());
    let confidence = members.need("confidence").and_then(|at| at.parse());
    let note = members.may("note").and_then(|at| at.both());
    Some(Source {
        id: id?.to_owned(),
        instrument: instrument?,
        article: article?.to_owned(),
        link: link?,
        read_on: read_on?,
        confidence: confidence?,
        note,
    })
}

/// A link is shown as one: nothing but an address of the web may stand there.
fn link(at: &At<'_>) -> Option<String> {
    let text = at.str()?;
    let is_plain = text.bytes().all(|octet| octet.is_ascii_graphic() && !b"\"'<>`".contains(&octet));
    if text.is_empty() || (is_plain && (text.starts_with("https://") || text.starts_with("http://"))) {
        return Some(text.to_owned());
    }
    at.fault("should be empty or an address that begins with https://")
}

pub(super) fn question(parts: &Parts, place: u8, at: &At<'_>) -> Option<Question> {
    let members = at.object(&["id", "text", "source"])?;
    let id = members.need("id").and_then(|at| at.id());
    let text = members.need("text").and_then(|at| at.both());
    let source = members.need("source").and_then(|at| parts.source(&at));
    Some(Question { id: id?.to_owned(), text: text?, source: source?, place })
}

pub(super) fn calendar(parts: &Parts, at: &At<'_>) -> Option<Calendar> {
    let members = at.object(&["id", "label", "weekend", "years", "holidays", "source"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let weekend = members.need("weekend").and_then(|at| weekend(&at));
    let years = members.need("years").and_then(|at| at.each(|at| year(&at)));
    let source = members.need("source").and_then(|at| parts.source(&at));
    let years: BTreeSet<i16> = years?.into_iter().collect();
    let holidays = members.need("holidays")?.any_list()?.into_iter().filter_map(|at| {
        let day = at.day()?;
        let is_listed = years.contains(&day.year());
        if is_listed {
            Some(day.date())
        } else {
            at.fault(format!("lies in {}, which `years` does not list", day.year()))
        }
    });
    let holidays = holidays.collect();
    Some(Calendar { id: id?.to_owned(), label: label?, weekend: weekend?, years, holidays, source: source? })
}

fn weekend(at: &At<'_>) -> Option<BTreeSet<crate::counting::DayOfWeek>> {
    let days: BTreeSet<_> = at.any_list()?.iter().filter_map(At::parse).collect();
    // A week without a working day would be walked over for ever.
    if days.len() > 6 { at.fault("closes every day of the week") } else { Some(days) }
}

fn year(at: &At<'_>) -> Option<i16> {
    let year = at.count().and_then(|year| i16::try_from(year).ok()).filter(|year| (1970..=2200).contains(year));
    if year.is_none() { at.fault("should be a year from 1970 to 2200") } else { year }
}

pub(super) fn counting(parts: &Parts, at: &At<'_>) -> Option<Counting> {
    let known = ["id", "label", "ends", "event_hour", "last_day_closed", "least_working_days", "calendar", "source"];
    let members = at.object(&known)?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let ends: Option<Ends> = members.need("ends").and_then(|at| at.parse());
    let is_event_hour_excluded = either(&members, "event_hour", "excluded", "counted");
    let is_extended = either(&members, "last_day_closed", "extend", "keep");
    let least = members.may("least_working_days").map_or(Some(0), |at| small(&at));
    let calendar = match members.may("calendar") {
        Some(at) => Some(find(&parts.calendars, "calendar", &at)?),
        None => None,
    };
    let source = members.need("source").and_then(|at| parts.source(&at));
    let (is_extended, least) = (is_extended?, least?);
    if calendar.is_none() && (is_extended || least > 0) {
        return at.fault("needs a `calendar` to know which days are closed");
    }
    Some(Counting {
        id: id?.to_owned(),
        label: label?,
        ends: ends?,
        is_event_hour_excluded: is_event_hour_excluded?,
        is_extended,
        least_working_days: least,
        calendar,
        source: source?,
    })
}

pub(super) fn small(at: &At<'_>) -> Option<u32> {
    let count = at.count().and_then(|count| u32::try_from(count).ok()).filter(|count| *count <= MAX_PERIOD);
    if count.is_none() { at.fault(format!("should be at most {MAX_PERIOD}")) } else { count }
}

fn either(members: &Members<'_>, name: &str, yes: &str, no: &str) -> Option<bool> {
    let at = members.need(name)?;
    match at.str()? {
        text if text == yes => Some(true),
        text if text == no => Some(false),
        _ => at.fault(format!("should be `{yes}` or `{no}`")),
    }
}

pub(super) fn zone_rule(parts: &Parts, at: &At<'_>) -> Option<ZoneRule> {
    if at.json().as_str().is_some() {
        return zone(at).map(ZoneRule::One);
    }
    let members = at.object(&["fact", "zones", "else"])?;
    let (index, fact) = members.need("fact").and_then(|at| parts.fact(&at, FactType::Country))?;
    let zones = members.need("zones")?.any_object()?;
    let zones = zones.each_member().filter_map(|(code, at)| Some((country(code, &at)?, zone(&at)?))).collect();
    let otherwise = members.need("else").and_then(|at| zone(&at))?;
    Some(ZoneRule::ByCountry { index, fact, zones, otherwise })
}

fn country(code: &str, at: &At<'_>) -> Option<Country> {
    code.parse().map_or_else(|error: incident::NotACode| at.fault(error.to_string()), Some)
}

fn zone(at: &At<'_>) -> Option<Zone> {
    let name = at.str()?;
    let zone = Zone::of(name);
    if zone.is_none() {
        at.fault(format!("`{name}` is no zone of the IANA database, such as Europe/Brussels"))
    } else {
        zone
    }
}
