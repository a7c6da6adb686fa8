//! The packs that hold: those that are shipped, and in their place those that this party adopted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use duties::kept::{ADOPTION_TYPE, Adoption, KeptAdoption};
use duties::{Both, Day, Dictionary, Pack, PackFault, Packs};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::time::Timestamp;

use super::of_type;
use crate::cases::Cases;
use crate::outcome::Done;
use crate::rules::{self, RuleFile};

/// A pack that this party adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adopted {
    pub(crate) kept: KeptAdoption,
    /// The record that says so.
    pub(crate) said: RecordDigest,
    /// Its title and the day of its review; none if it cannot be read.
    pub(crate) title: Option<Both>,
    pub(crate) review_by: Option<Day>,
    /// Why it is not used, if it is not: then the shipped pack of its id stands in its place, if there is one.
    pub(crate) aside: Option<String>,
}

impl Adopted {
    pub(crate) fn to_json(&self) -> Map {
        let map = Map::new()
            .with("pack", self.kept.pack.as_str())
            .with("pack_version", self.kept.pack_version.as_str())
            .with("digest", self.kept.digest.as_str())
            .with("record", self.kept.record.to_string())
            .with("adopted_by", self.said.to_string())
            .with("by", self.kept.by.as_deref().map_or(Json::Null, Json::text));
        map.with("not_used", self.aside.as_deref().map_or(Json::Null, Json::text))
    }
}

/// The packs that hold, and how those that were adopted stand.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub(super) packs: Packs,
    pub(super) adopted: Vec<Adopted>,
}

/// What the packs that hold follow from: the party, the day, and the last word about each pack.
type Key = (String, Day, Vec<(RecordDigest, KeptAdoption)>);

/// What was loaded last. A page asks for the same packs with every stroke of a key, and their vignettes need not run each time.
static LOADED: Mutex<Option<(Key, InForce)>> = Mutex::new(None);

/// The packs that hold, with files for this once in place of those with the same ids.
pub(super) fn in_force(cases: Cases<'_>, files: &[RuleFile], now: Timestamp) -> Done<InForce> {
    let words: Vec<_> = last_words(cases)?.into_iter().filter(|(_, kept)| kept.word == Adoption::Adopted).collect();
    if !files.is_empty() {
        return load(cases, &words, files, now);
    }
    let key = (cases.own.to_string(), rules::today(now)?, words);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, in_force)) = loaded.as_ref()
        && *known == key
    {
        return Ok(in_force.clone());
    }
    let in_force = load(cases, &key.2, &[], now)?;
    // What lacks a record today may have it tomorrow, under the same words.
    if in_force.adopted.iter().all(|one| one.aside.is_none()) {
        *loaded = Some((key, in_force.clone()));
    }
    Ok(in_force)
}

/// The packs that would hold without one that was adopted.
pub(super) fn without(cases: Cases<'_>, id: &str, now: Timestamp) -> Done<InForce> {
    let words = last_words(cases)?.into_iter();
    let words: Vec<_> = words.filter(|(_, kept)| kept.word == Adoption::Adopted && kept.pack != id).collect();
    load(cases, &words, &[], now)
}

/// The record that says that a pack was dropped, if that is the last word about it.
pub(super) fn dropped(cases: Cases<'_>, id: &str) -> Done<Option<RecordDigest>> {
    let mut words = last_words(cases)?.into_iter();
    let last = words.find(|(_, kept)| kept.pack == id && kept.word == Adoption::Dropped);
    Ok(last.map(|(said, _)| said))
}

/// The last word about each pack, by id. A word that cannot be read says nothing.
fn last_words(cases: Cases<'_>) -> Done<Vec<(RecordDigest, KeptAdoption)>> {
    let mut words = BTreeMap::new();
    for (digest, record) in of_type(cases, ADOPTION_TYPE)? {
        if let Ok(kept) = KeptAdoption::of_shown(record.content().object()) {
            drop(words.insert(kept.pack.clone(), (digest, kept)));
        }
    }
    Ok(words.into_values().collect())
}

fn load(cases: Cases<'_>, words: &[(RecordDigest, KeptAdoption)], files: &[RuleFile], now: Timestamp) -> Done<InForce> {
    let dictionary = rules::dictionary()?;
    let (mut adopted, mut texts) = (Vec::new(), BTreeMap::new());
    for (said, kept) in words {
        let read = pack_of(cases, kept, &dictionary)?;
        let (title, review_by) = match &read {
            Ok(pack) => (Some(pack.title.clone()), Some(pack.review_by)),
            Err(_) => (None, None),
        };
        let aside = match read {
            Ok(pack) => {
                let file = RuleFile { name: kept.pack.clone(), octets: pack.octets().to_vec() };
                drop(texts.insert(kept.pack.clone(), file));
                None
            }
            Err(why) => Some(why),
        };
        adopted.push(Adopted { kept: kept.clone(), said: *said, title, review_by, aside });
    }
    let packs = load_or_set_aside(files, texts, &mut adopted, now)?;
    Ok(InForce { packs, adopted })
}

/// The pack of an adoption, out of its record; or why it is not to be had.
fn pack_of(cases: Cases<'_>, kept: &KeptAdoption, dictionary: &Arc<Dictionary>) -> Done<Result<Pack, String>> {
    let Some(found) = cases.record(&kept.record)? else {
        return Ok(Err(format!(
            "its record {} cannot be read: it was erased, or its author's keys are missing",
            kept.record
        )));
    };
    let pack = Pack::of_record(&found.record, dictionary);
    let pack = pack.map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
    Ok(pack.and_then(|pack| match pack.digest_text() == kept.digest && pack.id == kept.pack {
        true => Ok(pack),
        false => Err("its record holds another pack than the one that was adopted".to_owned()),
    }))
}

/// Loads all of them; and without those that do not load, so that an adopted pack that has grown old makes nobody mute.
fn load_or_set_aside(
    files: &[RuleFile],
    mut texts: BTreeMap<String, RuleFile>,
    adopted: &mut [Adopted],
    now: Timestamp,
) -> Done<Packs> {
    loop {
        let with_adopted = || texts.values().chain(files);
        let faults = match rules::load_over(&with_adopted().cloned().collect::<Vec<_>>(), now) {
            Ok(packs) => return Ok(packs),
            Err(faults) if texts.is_empty() => return Err(rules::not_loaded(&faults)),
            Err(faults) => faults,
        };
        let blamed: Vec<String> =
            texts.keys().filter(|id| faults.iter().any(|fault| fault.pack == **id)).cloned().collect();
        // A fault of another pack is the doing of those that were adopted: without them the others load.
        let blamed = if blamed.is_empty() { texts.keys().cloned().collect() } else { blamed };
        for id in blamed {
            drop(texts.remove(&id));
            let why = why(&id, &faults);
            adopted.iter_mut().filter(|one| one.kept.pack == id).for_each(|one| one.aside = Some(why.clone()));
        }
    }
}

fn why(id: &str, faults: &[PackFault]) -> String {
    let own = faults.iter().find(|fault| fault.pack == id);
    own.or_else(|| faults.first()).map_or_else(|| "it does not load".to_owned(), ToString::to_string)
}
