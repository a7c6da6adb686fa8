//! What single types ask beyond what a table can say.

use record::json::{Json, Map};

use super::Check;
use super::identifiers::parts;
use crate::stix::code::Code;
use crate::stix::pattern::{self, Pattern};
use crate::stix::spec::{is_for_all, is_suggested, object_type};

/// Header fields of a message that have properties of their own (STIX 2.1 section 6.6.1).
const OWN_HEADERS: [&str; 9] =
    ["date", "received_lines", "content_type", "from_ref", "sender_ref", "to_refs", "cc_refs", "bcc_refs", "subject"];

/// A reference to a catalogue whose ids have a form: CAPEC for attack patterns (section 4.1.1), CVE for vulnerabilities
/// (section 4.19.1).
pub(in crate::stix) fn reference(check: &mut Check<'_>, members: &Map) {
    if members.contains("url") && !members.contains("hashes") {
        check.note(Code::ReferenceHash, "2.5.1", "", "");
    }
    let (source, section, example, fits): (_, _, _, fn(&str) -> bool) = match check.object.text("type") {
        Some("attack-pattern") => ("capec", "4.1.1", "CAPEC-550", is_capec),
        Some("vulnerability") => ("cve", "4.19.1", "CVE-2014-0160", is_cve),
        Some(_) | None => return,
    };
    let id = members.text("external_id");
    let is_of_source = members.text("source_name") == Some(source);
    if (is_of_source && !id.is_some_and(fits)) || (!is_of_source && id.is_some_and(fits)) {
        check.note(Code::ReferenceForm, section, source, example);
    }
}

fn is_capec(id: &str) -> bool {
    id.strip_prefix("CAPEC-").is_some_and(is_digits)
}

/// A year, and at least four digits, of which a first zero stands only where there are no more than four.
fn is_cve(id: &str) -> bool {
    let Some((year, number)) = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else { return false };
    let is_padded = number.starts_with('0') && number.len() > 4;
    year.len() == 4 && is_digits(year) && number.len() >= 4 && is_digits(number) && !is_padded
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit())
}

/// A pattern in the standard's own language must be one.
pub(in crate::stix) fn indicator(check: &mut Check<'_>, object: &Map) {
    let pattern = object.text("pattern").filter(|_| object.text("pattern_type") == Some("stix"));
    let Some(text) = pattern else { return };
    check.under("pattern", |check| match text.parse::<Pattern>() {
        Ok(pattern) => check.names_in(&pattern),
        Err(error) => {
            let code = if error.is_grammar { Code::PatternSyntax } else { Code::PatternMeaning };
            check.note(code, error.section, &error.column.to_string(), &error.reason);
        }
    });
}

impl Check<'_> {
    /// The names in a pattern (section 9.7).
    fn names_in(&mut self, pattern: &Pattern) {
        for path in pattern.paths() {
            self.path_in(path);
        }
    }

    fn path_in(&mut self, path: &pattern::Path) {
        let named = path.object_type();
        let known = object_type(named);
        if known.is_none() && !super::names::is_type(named) {
            self.note(Code::PatternName, "9.7", named, "a type");
        }
        let Some(property) = path.first_name() else { return };
        let is_own = known.is_some_and(|known| known.properties.iter().any(|own| own.name == property));
        let is_common = crate::stix::spec::COMMON_NAMES.contains(&property);
        if !is_own && !is_common && !super::names::is_property(property) {
            self.note(Code::PatternName, "9.7", property, "a property");
        } else if known.is_some() && !is_own && !is_common {
            self.note(Code::PatternProperty, "9.7", named, property);
        }
    }
}

/// A relationship that the standard does not suggest is still one.
pub(in crate::stix) fn relationship(check: &mut Check<'_>, object: &Map) {
    let named = |name| object.text(name).and_then(parts).map(|(named, _)| named);
    let (Some(source), Some(target)) = (named("source_ref"), named("target_ref")) else { return };
    let Some(relationship) = object.text("relationship_type") else { return };
    let is_custom = object_type(source).is_none() || object_type(target).is_none();
    if !is_custom && !is_for_all(relationship) && !is_suggested(source, relationship, target) {
        let ends = format!("{source} > {target}");
        check.under("relationship_type", |check| check.note(Code::Relationship, "5.1", relationship, &ends));
    }
}

/// What was observed holds at least one observable.
pub(in crate::stix) fn observed(check: &mut Check<'_>, object: &Map) {
    let Some(refs) = object.get("object_refs").and_then(Json::as_array) else { return };
    let types = refs.iter().filter_map(Json::as_str).filter_map(parts).map(|(named, _)| object_type(named));
    let mut may_be_observable =
        types.map(|known| known.is_none_or(|known| known.class == crate::stix::spec::Class::Observable));
    if !refs.is_empty() && !may_be_observable.any(|may| may) {
        check.under("object_refs", |check| {
            check.note(Code::Reference, "4.14.1", "object_refs", "a cyber-observable object");
        });
    }
}

/// Fields that have properties of their own do not stand among the others.
pub(in crate::stix) fn email_message(check: &mut Check<'_>, object: &Map) {
    let fields = object.get("additional_header_fields").and_then(Json::as_object);
    for name in fields.into_iter().flat_map(Map::names).filter(|name| OWN_HEADERS.contains(name)) {
        check.under("additional_header_fields", |check| {
            check.under(name, |check| check.note(Code::NotTogether, "6.6.1", name, &format!("`{name}`")));
        });
    }
}

/// The list of new properties belongs to extensions of the top level.
pub(in crate::stix) fn extension_definition(check: &mut Check<'_>, object: &Map) {
    let types = object.get("extension_types").and_then(Json::as_array).unwrap_or_default();
    let is_top_level = types.iter().any(|kind| kind.as_str() == Some("toplevel-property-extension"));
    match object.contains("extension_properties") {
        true if !is_top_level => check.under("extension_properties", |check| {
            check.note(Code::ExtensionProperties, "7.3.1", "", "");
        }),
        false if is_top_level => check.note(Code::Recommended, "7.3.1", "extension_properties", ""),
        true | false => {}
    }
}
