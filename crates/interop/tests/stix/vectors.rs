//! The recorded verdicts of the validator of OASIS beside ours.
//!
//! The vectors lie beside the clone and are not copied. Where the two differ, the difference must be of a kind that
//! `disagreements` explains, so that vectors that are not here now are told apart in the same way.

use interop::stix::{Finding, Level, Report, read};
use record::json::{Json, Map, parse_within};

use super::disagreements::{Direction, KINDS, Kind};
use super::files::{octets, say, shared};

/// A vector: what was validated, and what came of it under the MUST rules alone.
struct Vector {
    name: String,
    raw: String,
    is_valid: bool,
    is_strictly_valid: bool,
    errors: Vec<String>,
}

fn vectors() -> Vec<Vector> {
    let Some(file) = shared("stix-validator-vectors/stix21_vectors.jsonl") else { return Vec::new() };
    octets(&file).split(|octet| *octet == b'\n').filter(|line| !line.is_empty()).map(vector).collect()
}

fn vector(line: &[u8]) -> Vector {
    let Json::Object(row) = parse_within(line, 1 << 24).unwrap() else { panic!("no object") };
    let is = |name: &str| row.get(name) == Some(&Json::Bool(true));
    let errors = row.get("errors").and_then(Json::as_array).unwrap_or_default();
    Vector {
        name: row.text("test").unwrap().to_owned(),
        raw: raw(&row),
        is_valid: is("must_valid"),
        is_strictly_valid: is("strict_valid"),
        errors: errors.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
    }
}

fn raw(row: &Map) -> String {
    row.text("raw").map_or_else(|| row.get("raw").unwrap().to_text(), str::to_owned)
}

/// What explains that the two differ about this vector; none if nothing does.
fn explained(vector: &Vector, report: &Report) -> Option<Vec<&'static Kind>> {
    let faults = report.lines().filter(|line| line.finding.level() == Level::Must);
    if vector.is_valid {
        return faults.map(|line| ours(line.finding)).collect();
    }
    // Findings of the recommendations, in braces, were reported with the others and decide nothing here.
    let errors: Vec<_> = vector.errors.iter().filter(|error| !is_recommendation(error)).collect();
    let kind = |error: &&String| {
        KINDS.iter().find(|kind| kind.direction == Direction::TheyRefuse && error.contains(kind.mark))
    };
    let kinds: Option<Vec<_>> = errors.iter().map(kind).collect();
    kinds.filter(|kinds| !kinds.is_empty())
}

/// Recommendations have their number in braces.
fn is_recommendation(error: &str) -> bool {
    error.split(": {").skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

fn ours(finding: &Finding) -> Option<&'static Kind> {
    let told = finding.to_string();
    let mut kinds = KINDS.iter().filter(|kind| kind.direction == Direction::WeRefuse);
    kinds.find(|kind| kind.mark == finding.code.name() && told.contains(kind.part))
}

#[test]
fn every_difference_is_explained_by_a_section_of_the_standard() {
    let vectors = vectors();
    if vectors.is_empty() {
        return;
    }
    let (mut both_take, mut both_refuse, mut we_refuse, mut they_refuse, mut strict) = (0, 0, 0, 0, 0);
    let mut unexplained = Vec::new();
    for vector in &vectors {
        let report = read(vector.raw.as_bytes());
        let is_strict = report.is_valid() && report.lines().next().is_none();
        strict += usize::from(is_strict == vector.is_strictly_valid);
        match (report.is_valid(), vector.is_valid) {
            (true, true) => both_take += 1,
            (false, false) => both_refuse += 1,
            (is_ours, _) => {
                *(if is_ours { &mut they_refuse } else { &mut we_refuse }) += 1;
                match explained(vector, &report) {
                    Some(kinds) => tell(vector, &kinds),
                    None => unexplained.push(untold(vector, &report)),
                }
            }
        }
    }
    say(&format!(
        "COUNT: {} vectors: both take {both_take}, both refuse {both_refuse}, we alone refuse {we_refuse}, they alone refuse \
         {they_refuse}; with every recommendation as a rule the verdicts agree for {strict}",
        vectors.len()
    ));
    assert!(unexplained.is_empty(), "{} unexplained:\n{}", unexplained.len(), unexplained.join("\n"));
}

fn tell(vector: &Vector, kinds: &[&Kind]) {
    let test = vector.name.rsplit('.').next().unwrap();
    for kind in kinds {
        say(&format!("  {test}: {} (section {}): {}", kind.mark, kind.section, kind.reason));
    }
}

fn untold(vector: &Vector, report: &Report) -> String {
    let faults = report.lines().filter(|line| line.finding.level() == Level::Must);
    let ours: Vec<_> = faults.map(|line| line.finding.to_string()).collect();
    format!("{}\n  ours: {ours:?}\n  theirs: {:?}\n  {:.600}", vector.name, vector.errors, vector.raw)
}

#[test]
fn every_kind_of_difference_cites_a_section() {
    for kind in KINDS {
        assert!(!kind.section.is_empty() && kind.reason.len() > 20, "{}", kind.mark);
    }
}
