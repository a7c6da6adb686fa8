//! Objects of invented parties, and what the check says of them.

use interop::stix::{CheckedObject, Finding, Level, Quarantined, check};
use record::json::{Json, Map, parse};

/// The members of a JSON text.
pub(crate) fn members(text: &str) -> Map {
    let Json::Object(members) = parse(text.as_bytes()).unwrap() else { panic!("{text}") };
    members
}

/// A domain object of this type with further members.
pub(crate) fn domain(object_type: &str, more: &str) -> Map {
    let id = "0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    let head = format!(
        r#"{{"type":"{object_type}","spec_version":"2.1","id":"{object_type}--{id}","created":"2026-07-01T03:10:00.000Z","modified":"2026-07-01T03:10:00.000Z"}}"#
    );
    joined(members(&head), more)
}

/// An observable of this type with further members.
pub(crate) fn observable(object_type: &str, more: &str) -> Map {
    let version = if object_type == "process" { 4 } else { 5 };
    let head =
        format!(r#"{{"type":"{object_type}","id":"{object_type}--0b21bb40-6ef3-{version}fc3-9c1b-3ad2a7ef3ed0"}}"#);
    joined(members(&head), more)
}

/// Adds members, or replaces them; null takes one away.
pub(crate) fn joined(mut object: Map, more: &str) -> Map {
    for (name, value) in members(&format!("{{{more}}}")) {
        if value == Json::Null {
            object.remove(&name);
        } else {
            object.set(name, value);
        }
    }
    object
}

pub(crate) fn taken(object: Map) -> CheckedObject {
    check(object).unwrap_or_else(|held| panic!("{}: {:#?}", held.id(), told(held.findings())))
}

pub(crate) fn held(object: Map) -> Quarantined {
    let text = object.to_text();
    check(object).err().unwrap_or_else(|| panic!("{text}"))
}

/// Code and pointer of what makes an object invalid.
pub(crate) fn faults(object: Map) -> Vec<String> {
    let findings = match check(object) {
        Ok(taken) => taken.advice().to_vec(),
        Err(held) => held.findings().to_vec(),
    };
    codes(&findings, Level::Must)
}

/// Code and pointer of what is only advice.
pub(crate) fn advice(object: Map) -> Vec<String> {
    codes(taken(object).advice(), Level::Should)
}

fn codes(findings: &[Finding], level: Level) -> Vec<String> {
    let of_level = findings.iter().filter(|finding| finding.level() == level);
    of_level.map(|finding| format!("{} {}", finding.code, finding.pointer).trim().to_owned()).collect()
}

pub(crate) fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
