//! Markings (STIX 2.1 section 7.2), the fixed ones of TLP among them.

use record::json::{Json, Map};
use record::label::Tlp;

use super::Check;
use crate::stix::code::Code;
use crate::stix::limits::MAX_SELECTORS;
use crate::stix::spec::tlp::{TLP_1_CREATED, TLP_1_MARKINGS, TLP_2, TLP_2_LEVEL};

/// A definition of a marking: what its older properties or its extension say.
pub(in crate::stix) fn marking_definition(check: &mut Check<'_>, object: &Map) {
    check.no_circle(object);
    let extension = object.get("extensions").and_then(Json::as_object);
    match object.text("definition_type") {
        None if extension.is_none() => {
            check.note(Code::NeedsOneOf, "7.2.1", "`definition_type`, `extensions`", "");
        }
        None => {}
        Some("statement") => check.statement(object),
        Some("tlp") => check.tlp_1(object),
        Some(other) => {
            check.under("definition_type", |check| check.note(Code::MarkingType, "7.2.1", other, ""));
            check.definition(object);
        }
    }
    check.fixed(object, extension);
}

/// A marking of parts of an object: what it selects must be there.
pub(in crate::stix) fn granular(check: &mut Check<'_>, marking: &Map) {
    let selectors = marking.get("selectors").and_then(Json::as_array).unwrap_or_default();
    check.under("selectors", |check| check.selectors(selectors));
}

impl Check<'_> {
    /// STIX 2.1 section 3.2: no marking marks itself.
    fn no_circle(&mut self, object: &Map) {
        let id = object.get("id");
        let is_self = |value: &Json| id == Some(value);
        let whole = object.get("object_marking_refs").and_then(Json::as_array).unwrap_or_default();
        let parts = object.get("granular_markings").and_then(Json::as_array).unwrap_or_default();
        let mut refs = parts.iter().filter_map(|part| part.as_object().and_then(|part| part.get("marking_ref")));
        if whole.iter().any(is_self) {
            self.under("object_marking_refs", |check| check.note(Code::Circular, "3.2", "", ""));
        }
        if refs.any(is_self) {
            self.under("granular_markings", |check| check.note(Code::Circular, "3.2", "", ""));
        }
    }

    fn definition<'m>(&mut self, object: &'m Map) -> Option<&'m Map> {
        let Some(value) = object.get("definition") else {
            self.note(Code::NeedsAlso, "7.2.1", "definition_type", "`definition`");
            return None;
        };
        self.under("definition", |check| check.object_of(value, "an object", "7.2.1"))
    }

    fn statement(&mut self, object: &Map) {
        let Some(definition) = self.definition(object) else { return };
        self.under("definition", |check| match definition.get("statement") {
            None => check.note(Code::Missing, "7.2.1.3", "statement", ""),
            Some(value) => {
                let _text = check.under("statement", |check| check.text(value));
            }
        });
    }

    /// A definition of TLP 1 is one of four, and whoever makes another makes readers disagree about the level.
    fn tlp_1(&mut self, object: &Map) {
        let Some(definition) = self.definition(object) else { return };
        let level = definition.text("tlp").unwrap_or_default();
        let id = object.text("id").unwrap_or_default();
        match TLP_1_MARKINGS.iter().find(|(_, known, _)| *known == level) {
            None => self.under("definition", |check| check.note(Code::Enumeration, "7.2.1.4", level, "TLP")),
            Some((known, ..)) if *known != id => self.under("id", |check| {
                check.note(Code::ForeignTlp, "7.2.1.4", known, "");
            }),
            Some(_) => {}
        }
    }

    /// What has a fixed id has its fixed content.
    fn fixed(&mut self, object: &Map, extensions: Option<&Map>) {
        let id = object.text("id").unwrap_or_default();
        let extension = extensions.and_then(|all| all.get(TLP_2)).and_then(Json::as_object);
        let level = extension.and_then(|extension| extension.text(TLP_2_LEVEL));
        if let Some((_, level, name)) = TLP_1_MARKINGS.iter().find(|(known, ..)| *known == id) {
            if !is_tlp_1(object, level, name) {
                self.note(Code::FixedMarking, "7.2.1.4", id, "");
            }
        } else if let Some(known) = Tlp::ALL.into_iter().find(|known| known.marking_id() == id) {
            let name = format!("TLP:{}", known.name().to_uppercase());
            if level != Some(known.name()) || object.text("name") != Some(name.as_str()) {
                self.note(Code::FixedMarking, "TLP 2.0", id, "");
            }
        } else if let Some(known) = level.and_then(|level| level.parse::<Tlp>().ok()) {
            self.under("id", |check| check.note(Code::ForeignTlp, "TLP 2.0", known.marking_id(), ""));
        }
    }

    /// More than one level is no fault, but nobody means it.
    pub(super) fn tlp_markings(&mut self) {
        let refs = self.object.get("object_marking_refs").and_then(Json::as_array).unwrap_or_default();
        let levels = refs.iter().filter_map(Json::as_str).filter(|id| Tlp::from_marking_id(id).is_some());
        if levels.count() > 1 {
            self.under("object_marking_refs", |check| check.note(Code::SeveralTlp, "7.2.1.4", "", ""));
        }
    }

    fn selectors(&mut self, selectors: &[Json]) {
        let texts = selectors.iter().enumerate().filter_map(|(slot, selector)| Some((slot, selector.as_str()?)));
        let left = MAX_SELECTORS.saturating_sub(self.selectors);
        self.selectors = self.selectors.saturating_add(selectors.len());
        texts.take(left).for_each(|(slot, text)| self.under(&slot.to_string(), |check| check.selector(text)));
        if selectors.len() > left {
            self.note(Code::TooMany, "7.2.3.1", &format!("{MAX_SELECTORS} selectors"), "");
        }
    }

    fn selector(&mut self, text: &str) {
        let Some(steps) = steps(text) else { return self.note(Code::SelectorSyntax, "7.2.3.1", text, "") };
        let mut steps = steps.into_iter();
        let first =
            steps.next().and_then(|step| if let Step::Name(name) = step { self.object.get(name) } else { None });
        let selected = steps.fold(first, |value, step| match (value, step) {
            (Some(Json::Object(members)), Step::Name(name)) => members.get(name),
            (Some(Json::Array(elements)), Step::Slot(slot)) => elements.get(slot),
            _ => None,
        });
        if selected.is_none() {
            self.note(Code::SelectorTarget, "7.2.3.1", text, "");
        }
    }
}

/// Whether it is the definition that the standard prints.
fn is_tlp_1(object: &Map, level: &str, name: &str) -> bool {
    let tlp = object.get("definition").and_then(Json::as_object).and_then(|definition| definition.text("tlp"));
    object.text("definition_type") == Some("tlp")
        && tlp == Some(level)
        && object.text("name") == Some(name)
        && object.text("created") == Some(TLP_1_CREATED)
}

/// A step of a selector.
enum Step<'t> {
    Name(&'t str),
    Slot(usize),
}

fn steps(text: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let (step, left) = step(rest)?;
        steps.push(step);
        match left {
            "" => return Some(steps),
            left => rest = left.strip_prefix('.')?,
        }
    }
}

/// A name or a number in brackets, and what follows. The names of extension definitions hold no full stop either.
fn step(text: &str) -> Option<(Step<'_>, &str)> {
    if let Some(inside) = text.strip_prefix('[') {
        let (digits, left) = inside.split_once(']')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
        return digits.parse().ok().filter(|_| is_number).map(|slot| (Step::Slot(slot), left));
    }
    let end = text.find('.').unwrap_or(text.len());
    let (name, left) = text.split_at_checked(end)?;
    (super::names::is_key(name) && !name.is_empty()).then_some((Step::Name(name), left))
}
