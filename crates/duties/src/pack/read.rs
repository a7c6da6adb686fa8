//! Reading a pack: the file as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use super::conditions::{check_size, check_triggers};
use super::parts::{Parts, calendar, counting, question, source};
use super::stages::duty;
use super::{Definition, FORMAT, Pack};
use crate::condition::{self, Terms};
use crate::day::Day;
use crate::dictionary::Dictionary;
use crate::fault::{Fault, Faults};
use crate::limits::{MAX_DUTIES, MAX_QUESTIONS};
use crate::reader::{At, Members, file};
use crate::text::Both;
use crate::vignette;

const MEMBERS: [&str; 16] = [
    "format",
    "id",
    "version",
    "title",
    "jurisdiction",
    "about",
    "read_on",
    "review_by",
    "expires",
    "sources",
    "calendars",
    "counting",
    "questions",
    "definitions",
    "duties",
    "vignettes",
];

pub(super) fn pack(octets: &[u8], dictionary: &Arc<Dictionary>) -> Result<Pack, Vec<Fault>> {
    let (json, faults) = file(octets)?;
    let found = whole(&At::root(&json, &faults), dictionary);
    finish(octets, found, faults)
}

fn finish(octets: &[u8], found: Option<Pack>, faults: Faults) -> Result<Pack, Vec<Fault>> {
    let (lines, faults) = faults.finish();
    match found {
        Some(pack) if faults.is_empty() => {
            Ok(Pack { lines, digest: Pack::digest_of(octets), text: String::from_utf8_lossy(octets).into(), ..pack })
        }
        _ => Err(faults),
    }
}

/// What stands at the head of a pack.
struct Head {
    id: String,
    version: String,
    title: Both,
    jurisdiction: (String, Both),
    about: Both,
    read_on: Day,
    review_by: Day,
    expires: Option<Day>,
}

fn whole(at: &At<'_>, dictionary: &Arc<Dictionary>) -> Option<Pack> {
    let members = at.object(&MEMBERS)?;
    let head = head(&members);
    let mut parts = Parts::new(dictionary);
    read_parts(&members, &mut parts);
    let definitions = definitions(&members, &mut parts);
    // What hangs on parts that could not be read would be told as missing: the first faults come first.
    let head = head?;
    let list = members.need("duties")?;
    let duties = list.each(|at| duty(&parts, &head.id, &at))?;
    if duties.len() > MAX_DUTIES {
        return list.fault(format!("has more than {MAX_DUTIES} duties"));
    }
    distinct(&list, duties.iter().map(|duty| &duty.id));
    check_size(&list, &duties);
    check_triggers(&list, dictionary, &duties);
    let vignettes = members.need("vignettes")?.each(|at| vignette::of_pack(dictionary, &head.id, &at))?;
    let (jurisdiction, jurisdiction_label) = head.jurisdiction;
    let pack = Pack {
        id: head.id,
        version: head.version,
        title: head.title,
        jurisdiction,
        jurisdiction_label,
        about: head.about,
        read_on: head.read_on,
        review_by: head.review_by,
        expires: head.expires,
        sources: parts.sources.values().cloned().collect(),
        definitions,
        questions: parts.questions.values().cloned().collect(),
        duties,
        vignettes,
        lines: crate::lines::Lines::default(),
        digest: [0; 32],
        text: Arc::from(""),
    };
    unused(&members, &pack, &parts);
    Some(pack)
}

fn head(members: &Members<'_>) -> Option<Head> {
    let format = members.need("format").and_then(|at| format(&at));
    let id = members.need("id").and_then(|at| at.id());
    let version = members.need("version").and_then(|at| at.text());
    let title = members.need("title").and_then(|at| at.both());
    let jurisdiction = members.need("jurisdiction").and_then(|at| jurisdiction(&at));
    let about = members.need("about").and_then(|at| at.both());
    let read_on = members.need("read_on").and_then(|at| at.day());
    let review_by = members.need("review_by").and_then(|at| at.day());
    let expires = members.may("expires").and_then(|at| at.day());
    format?;
    let head = Head {
        id: id?.to_owned(),
        version: version?.to_owned(),
        title: title?,
        jurisdiction: jurisdiction?,
        about: about?,
        read_on: read_on?,
        review_by: review_by?,
        expires,
    };
    in_order(members, "review_by", "read_on", head.read_on, Some(head.review_by));
    in_order(members, "expires", "review_by", head.review_by, head.expires);
    Some(head)
}

fn in_order(members: &Members<'_>, late: &str, early: &str, before: Day, after: Option<Day>) {
    if after.is_some_and(|after| after < before)
        && let Some(at) = members.may(late)
    {
        at.fault::<()>(format!("lies before `{early}` ({before})"));
    }
}

fn format(at: &At<'_>) -> Option<()> {
    let text = at.str()?;
    if text == FORMAT { Some(()) } else { at.fault(format!("should be `{FORMAT}`, the only form that is known")) }
}

fn jurisdiction(at: &At<'_>) -> Option<(String, Both)> {
    let members = at.object(&["code", "label"])?;
    let code = members.need("code").and_then(|at| at.text());
    let label = members.need("label").and_then(|at| at.both());
    Some((code?.to_owned(), label?))
}

fn read_parts(members: &Members<'_>, parts: &mut Parts) {
    if let Some(at) = members.need("sources") {
        let sources = at.each(|at| source(&at)).unwrap_or_default();
        parts.sources = named(&at, sources, |source| &source.id);
    }
    if let Some(at) = members.may("calendars") {
        let calendars = at.each(|at| calendar(parts, &at)).unwrap_or_default();
        parts.calendars = named(&at, calendars, |calendar| &calendar.id);
    }
    if let Some(at) = members.may("counting") {
        let rules = at.each(|at| counting(parts, &at)).unwrap_or_default();
        parts.counting = named(&at, rules, |rule| &rule.id);
    }
    if let Some(at) = members.may("questions") {
        let mut places = 0_u8..=u8::try_from(MAX_QUESTIONS).unwrap_or(u8::MAX);
        let questions = at.each(|at| question(parts, places.next()?, &at)).unwrap_or_default();
        if questions.len() > MAX_QUESTIONS {
            at.fault::<()>(format!("has more than {MAX_QUESTIONS} questions"));
        }
        parts.questions = named(&at, questions, |question| &question.id);
    }
}

/// Parts by their ids, each of which stands once.
fn named<T>(at: &At<'_>, list: Vec<T>, id: impl Fn(&T) -> &String) -> BTreeMap<String, Arc<T>> {
    distinct(at, list.iter().map(&id));
    list.into_iter().map(|part| (id(&part).clone(), Arc::new(part))).collect()
}

pub(super) fn distinct<I: Ord + Display>(at: &At<'_>, ids: impl Iterator<Item = I>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if let Some(twice) = seen.replace(id) {
            at.fault::<()>(format!("`{twice}` stands twice; give each its own id"));
        }
    }
}

fn definitions(members: &Members<'_>, parts: &mut Parts) -> Vec<Arc<Definition>> {
    let mut found = Vec::new();
    let elements = members.may("definitions").and_then(|at| at.any_list()).unwrap_or_default();
    for at in elements {
        let Some(definition) = definition(parts, &at).map(Arc::new) else { continue };
        if parts.definitions.insert(definition.id.clone(), Arc::clone(&definition)).is_some() {
            at.fault::<()>(format!("`{}` stands twice; give each its own id", definition.id));
        }
        found.push(definition);
    }
    found
}

fn definition(parts: &Parts, at: &At<'_>) -> Option<Definition> {
    let members = at.object(&["id", "label", "when", "source"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let when = members.need("when").and_then(|at| condition::read(&parts.terms(), &at));
    let source = members.need("source").and_then(|at| parts.source(&at));
    Some(Definition { id: id?.to_owned(), label: label?, when: when?, source: source? })
}

/// A definition or a source that nothing uses is a slip: somebody meant to use it.
fn unused(members: &Members<'_>, pack: &Pack, parts: &Parts) {
    let mut terms = Vec::new();
    pack.duties.iter().flat_map(|duty| duty.conditions()).for_each(|condition| condition.terms(&mut terms));
    let used: BTreeSet<&str> = terms.iter().map(|term| term.id.as_str()).collect();
    let names = pack.definitions.iter().map(|definition| definition.id.as_str());
    tell_unused(members, "definitions", &mut { names }, &used);
    let used = parts.used.borrow();
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    tell_unused(members, "sources", &mut parts.sources.keys().map(String::as_str), &used);
}

fn tell_unused(members: &Members<'_>, list: &str, names: &mut dyn Iterator<Item = &str>, used: &BTreeSet<&str>) {
    let Some(elements) = members.may(list).and_then(|at| at.any_list()) else { return };
    let unused: BTreeSet<&str> = names.filter(|name| !used.contains(name)).collect();
    for at in elements {
        let id = at.any_object().and_then(|members| members.may("id")?.str());
        if let Some(id) = id.filter(|id| unused.contains(id)) {
            at.fault::<()>(format!("nothing uses `{id}`; use it or take it out"));
        }
    }
}

impl Parts {
    pub(super) fn terms(&self) -> Terms<'_> {
        Terms { dictionary: &self.dictionary, definitions: &self.definitions, questions: &self.questions }
    }
}
