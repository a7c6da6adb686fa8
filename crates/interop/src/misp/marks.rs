//! From tags to marks: what may be done with an event, or that it waits.
//!
//! FIRST's TLP 2.0 does not say what several labels on one thing mean, and the taxonomies `tlp` and `PAP` are *exclusive*: one tag
//! of each at most. So two that differ contradict one another, and a person decides; nothing is guessed, not even the stricter
//! one, since a wrong tag beside a right one shows that somebody erred. Two spellings of one level (`tlp:white` of TLP 1 and
//! `tlp:clear`) are one. A tag on an attribute or object is on that part alone: the incident holds parts of all, so there the
//! stricter of event and part holds, as everywhere here, and a laxer part lowers nothing.

use record::label::{Marks, Pap, Tag, Tlp};

use super::event::{Event, EventTag};
use super::tag::MachineTag;

const TLP: &str = "tlp";
const PAP: &str = "PAP";

/// The namespace and predicate of tags that are ours.
const OURS: (&str, &str) = ("detente", "handling");

/// What the tags of an event say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "labelled, or not")]
pub enum Verdict {
    /// What may be done with it.
    Labels(Marks),
    /// It has no label, so that nothing releases it, until a person gives it one.
    Waits {
        /// Why.
        reasons: Vec<String>,
    },
}

/// What the tags of one place say of one scale.
enum Said<T> {
    Nothing,
    Level(T),
    Unclear(String),
}

/// What the tags of an event, its attributes and its objects say.
///
/// Without a PAP nothing beyond TLP is asked, as with STIX markings. Tags that the holder's MISP put on (`local`) count as much as
/// its author's: whoever hands an event on may ask for more care.
#[must_use]
pub fn verdict(event: &Event) -> Verdict {
    let mut reasons = Vec::new();
    let tlp = taken(tlp_of(&event.tags), "the event", &mut reasons);
    if tlp.is_none() && reasons.is_empty() {
        reasons.push("the event has no tag of the Traffic Light Protocol (tlp:...)".to_owned());
    }
    let pap = taken(pap_of(&event.tags), "the event", &mut reasons);
    let mut marks = Marks::new(tlp.unwrap_or(Tlp::Red), pap.unwrap_or(Pap::Clear));
    marks = marks.with_tags(event.tags.iter().filter_map(|tag| handling(tag, "the event", &mut reasons)));
    for object in event.standing_objects().filter(|object| object.extra.contains("Tag")) {
        reasons.push(format!(
            "object {} has tags, and objects of MISP have none; whoever put them there meant something",
            object.uuid
        ));
    }
    for attribute in event.standing_attributes() {
        let place = format!("attribute {}", attribute.uuid);
        marks = marks.join(&part(&attribute.tags, &place, &mut reasons));
    }
    if reasons.is_empty() { Verdict::Labels(marks) } else { Verdict::Waits { reasons } }
}

/// What the tags of a part ask beyond those of the event.
fn part(tags: &[EventTag], place: &str, reasons: &mut Vec<String>) -> Marks {
    let tlp = taken(tlp_of(tags), place, reasons).unwrap_or(Tlp::Clear);
    let pap = taken(pap_of(tags), place, reasons).unwrap_or(Pap::Clear);
    let handling: Vec<Tag> = tags.iter().filter_map(|tag| handling(tag, place, reasons)).collect();
    Marks::new(tlp, pap).with_tags(handling)
}

fn taken<T>(said: Said<T>, place: &str, reasons: &mut Vec<String>) -> Option<T> {
    match said {
        Said::Nothing => None,
        Said::Level(level) => Some(level),
        Said::Unclear(reason) => {
            reasons.push(format!("{place} {reason}"));
            None
        }
    }
}

fn tlp_of(tags: &[EventTag]) -> Said<Tlp> {
    scale(tags, TLP, |name| if name == "white" { Some(Tlp::Clear) } else { name.parse().ok() })
}

fn pap_of(tags: &[EventTag]) -> Said<Pap> {
    scale(tags, PAP, |name| if name == "white" { Some(Pap::Clear) } else { name.parse().ok() })
}

/// The one level of a scale. Whatever begins like a tag of it counts, so that `tlp: red` is unclear and not nothing.
fn scale<T: PartialEq>(tags: &[EventTag], namespace: &str, level: impl Fn(&str) -> Option<T>) -> Said<T> {
    let mut found = Said::Nothing;
    for name in tags.iter().filter_map(|tag| predicate(&tag.name, namespace)) {
        let one = level(&name);
        found = match (found, one) {
            (_, None) => {
                return Said::Unclear(format!("has the tag `{namespace}:{}`, which is no level", name.escape_debug()));
            }
            (Said::Nothing, Some(one)) => Said::Level(one),
            (Said::Level(known), Some(one)) if known == one => Said::Level(known),
            (Said::Level(_) | Said::Unclear(_), Some(_)) => {
                return Said::Unclear(format!("has several tags of {namespace} that contradict one another"));
            }
        };
    }
    found
}

/// What stands behind the namespace, in lower case: MISP does not tell upper from lower case in tags.
fn predicate(name: &str, namespace: &str) -> Option<String> {
    let (before, after) = name.split_once(':')?;
    before.trim().eq_ignore_ascii_case(namespace).then(|| after.to_ascii_lowercase())
}

/// A handling tag of ours. One that cannot be read asks for something that cannot be kept.
fn handling(tag: &EventTag, place: &str, reasons: &mut Vec<String>) -> Option<Tag> {
    let machine: MachineTag = tag.name.parse().ok()?;
    if !machine.is_of(OURS.0) || machine.predicate != OURS.1 {
        return None;
    }
    let read = machine.value.as_deref().unwrap_or_default().parse();
    read.map_err(|error: record::label::NotATag| reasons.push(format!("{place} has a tag: {error}"))).ok()
}

/// True if a tag says what may be done with what it is on.
pub(super) fn is_handling(name: &str) -> bool {
    let is_ours = name.parse::<MachineTag>().is_ok_and(|tag| tag.is_of(OURS.0) && tag.predicate == OURS.1);
    is_ours || [TLP, PAP].iter().any(|namespace| predicate(name, namespace).is_some())
}

/// The tags that say what marks ask, under the names of MISP's taxonomies. Who may receive it, and from whom it came, are no tags.
#[must_use]
pub fn handling_tags(marks: &Marks) -> Vec<EventTag> {
    let pap = marks.pap().name().to_ascii_uppercase();
    let scales = [MachineTag::new(TLP, marks.tlp().name()), MachineTag::new(PAP, &pap)];
    let ours = marks.tags().iter().map(|tag| MachineTag::new(OURS.0, OURS.1).with_value(tag.as_str()));
    scales.into_iter().chain(ours).map(|tag| EventTag::new(tag.to_string())).collect()
}
