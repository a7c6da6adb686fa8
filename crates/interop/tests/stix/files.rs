//! Files of others: what is taken, what is held back, and that nothing is lost between reading and writing.

use std::path::{Path, PathBuf};

use interop::stix::{BundleId, Code, FileForm, Level, Report, bundle, read};
use record::json::{Json, Map, parse_within};

use super::scene::{domain, joined, told};

const LIMIT: usize = 64 * 1024 * 1024;

#[expect(clippy::print_stdout, reason = "what was skipped or counted must be said")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// A file or folder of the shared data, or nothing, said aloud.
pub(super) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sharing").join(name);
    if path.exists() {
        return Some(path);
    }
    say(&format!("SKIPPED: {} is not here", path.display()));
    None
}

#[expect(clippy::disallowed_methods, reason = "the tests read files; the crate does not")]
pub(super) fn octets(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let Some(folder) = shared(folder) else { return Vec::new() };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn bundle_id() -> BundleId {
    "bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0".parse().unwrap()
}

/// The objects of a file, by a reader that knows nothing of STIX.
fn objects(octets: &[u8]) -> Vec<Map> {
    let Json::Object(file) = parse_within(octets.trim_ascii_end(), LIMIT).unwrap() else { panic!("no object") };
    let list = file.get("objects").and_then(Json::as_array).unwrap();
    list.iter().map(|object| object.as_object().unwrap().clone()).collect()
}

/// Reads, writes, reads again: every object is taken or held back as it stood, and what is written is what was taken.
fn goes_round(name: &str, octets: &[u8]) -> Report {
    let report = read(octets);
    let advice = report.lines().filter(|line| line.finding.level() == Level::Should).count();
    say(&format!(
        "COUNT: {name}: {} taken, {} in quarantine, {advice} pieces of advice",
        report.objects.len(),
        report.quarantined.len()
    ));
    let taken = report.objects.iter().map(|object| object.as_map());
    let held = report.quarantined.iter().map(|held| held.object().unwrap());
    let (mut came, mut source): (Vec<_>, Vec<_>) =
        (taken.chain(held).map(Map::to_text).collect(), objects(octets).iter().map(Map::to_text).collect());
    came.sort();
    source.sort();
    assert_eq!(came, source, "{name}: octet for octet");
    let again = read(bundle(&bundle_id(), &report.objects).as_bytes());
    assert!(again.is_valid(), "{name}");
    assert!(again.objects.iter().map(|object| object.as_map()).eq(report.objects.iter().map(|object| object.as_map())));
    report
}

#[test]
fn atlas_is_taken_but_for_the_two_objects_that_were_modified_before_they_were_created() {
    let Some(file) = shared("atlas/stix-atlas.json") else { return };
    let octets = octets(&file);
    let report = goes_round("ATLAS", &octets);
    for held in &report.quarantined {
        let faults: Vec<_> = held.findings().iter().filter(|finding| finding.level() == Level::Must).collect();
        say(&format!("  {}: {}", held.id(), faults[0]));
        assert_eq!((faults.len(), faults[0].code, faults[0].pointer.as_str()), (1, Code::TimeOrder, "/modified"));
    }
    assert_eq!((report.objects.len(), report.quarantined.len(), report.form), (536, 2, FileForm::Bundle));
    // The author of the file can mend them: each version's own time stands in `created`.
    for held in report.quarantined {
        let created = held.object().unwrap().text("created").unwrap().to_owned();
        assert!(held.mend(&Map::new().with("modified", created)).is_ok());
    }
}

#[test]
fn incident_bundles_of_another_platform_are_taken_object_by_object() {
    for file in files("atlas/opencti-bundles") {
        let report = goes_round(&file.file_name().unwrap().to_string_lossy(), &octets(&file));
        assert!(!report.objects.is_empty() && !report.quarantined.is_empty(), "each of these has faults");
        for held in &report.quarantined {
            let faults = held.findings().iter().filter(|finding| finding.level() == Level::Must);
            faults.for_each(|fault| say(&format!("  {}: {fault}", held.id())));
        }
    }
}

#[test]
fn what_others_made_of_misp_events_is_taken_in_every_script() {
    for file in files("stix-examples/from-misp") {
        let octets = octets(&file);
        let report = goes_round(&file.file_name().unwrap().to_string_lossy(), &octets);
        report.quarantined.iter().for_each(|held| {
            let faults = held.findings().iter().filter(|finding| finding.level() == Level::Must);
            faults.take(3).for_each(|fault| say(&format!("  {}: {fault}", held.id())));
        });
    }
}

#[test]
fn markings_of_tlp_2_and_iep_are_taken() {
    let Some(folder) = shared("stix-examples") else { return };
    let report = read(&octets(&folder.join("tlp-2.0-markings.json")));
    assert_eq!((report.objects.len(), report.is_valid()), (5, true), "{:?}", report.quarantined);
    let report = read(&octets(&folder.join("iep-2.0-marking-example.json")));
    assert_eq!((report.form, report.objects.len()), (FileForm::Object, 1), "{:?}", report.quarantined);
}

#[test]
fn a_published_example_that_is_malformed_is_read_as_far_as_it_goes() {
    let Some(file) = shared("stix-examples/oasis-using-tlp2.0-green.MALFORMED.json") else { return };
    let report = goes_round("OASIS example", &octets(&file));
    assert_eq!(report.form, FileForm::Envelope);
    assert_eq!(report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::BundleType]);
    assert_eq!((report.objects.len(), report.quarantined.len()), (2, 1));
    assert!(
        told(report.quarantined[0].findings())[0]
            .starts_with("/created: `2022-101-27T13:49:54.326Z` is not a UTC time")
    );
    assert!(!report.is_valid());
}

#[test]
fn one_broken_object_costs_no_other() {
    let good = domain("tool", r#""name":"起重机""#).to_text();
    let doubled = good.replacen("\"name\"", "\"name\":\"a\",\"name\"", 1);
    let file = format!(
        "{{\"type\":\"bundle\",\"id\":\"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\",\"objects\":[\n{good},\n{doubled},\n{{\"size\":NaN}},\n7,\n{{\"size\":9007199254740993}},\n{good}]}}"
    );
    let report = read(file.as_bytes());
    let reasons: Vec<_> = report.quarantined.iter().map(|held| held.findings()[0].english()).collect();
    assert_eq!(report.objects.len(), 2);
    assert!(reasons[0].contains("duplicate key `name`"), "{reasons:?}");
    assert!(reasons[1].contains("found `N`"), "{reasons:?}");
    assert!(reasons[2].contains("should be an object, not a number"), "{reasons:?}");
    assert!(reasons[3].contains("integer beyond"), "{reasons:?}");
    assert_eq!(report.objects[1].advice().iter().map(|advice| advice.code).collect::<Vec<_>>(), [Code::SameVersion]);
    let lines: Vec<_> = report.lines().filter_map(|line| line.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7], "the lines of the file");
}

#[test]
fn files_that_break_off_or_are_no_bundles_are_told_as_such() {
    let good = domain("tool", r#""name":"t""#).to_text();
    let cut = read(format!("{{\"type\":\"bundle\",\"id\":\"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\",\"objects\":[{good},{{\"type\"").as_bytes());
    assert_eq!((cut.objects.len(), cut.is_valid()), (1, false));
    assert!(cut.findings[0].english().contains("never closed"), "{:?}", told(&cut.findings));
    let list = read(format!("[{good}]").as_bytes());
    assert_eq!((list.form, list.objects.len(), list.is_valid()), (FileForm::List, 1, false));
    for nothing in [&b""[..], b"null", b"\xff\xfe{\0", b"{", b"{}", b"\"x\""] {
        assert!(!read(nothing).is_valid(), "{nothing:?}");
    }
    let deep = read(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes());
    assert!(!deep.is_valid() && deep.objects.is_empty());
    let named = read(br#"{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[]}"#);
    assert_eq!(
        named.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        [Code::Identifier, Code::BundleMember]
    );
}

#[test]
fn the_report_is_for_machines_too() {
    let bad = joined(domain("tool", ""), r#""lang":"zz""#).to_text();
    let report = read(bad.as_bytes()).to_json();
    let lines = report.get("findings").and_then(Json::as_array).unwrap();
    let line = lines[0].as_object().unwrap();
    assert_eq!(
        line.names().collect::<Vec<_>>(),
        ["index", "line", "id", "level", "code", "pointer", "section", "message", "message_zh"]
    );
    assert_eq!(
        (line.text("code"), line.text("pointer"), line.text("section")),
        (Some("language"), Some("/lang"), Some("3.2"))
    );
    assert_eq!(lines.len(), 2, "the name is missing too");
}

#[test]
fn the_quarantine_is_a_file_that_reads_again() {
    let file = format!("[{},{{\"type\":]", domain("tool", r#""labels":["一"]"#).to_text());
    let report = read(file.as_bytes());
    let held = report.quarantine_file().unwrap();
    assert!(held.contains("`name` is missing; add it"), "{held}");
    let again = read(held.as_bytes());
    assert_eq!(again.quarantined[0].object(), report.quarantined[0].object());
    let mended = held.replace("\"labels\"", "\"name\":\"t\",\"labels\"");
    assert_eq!(read(mended.as_bytes()).objects.len(), 1);
    let bundle = read(report.quarantine_bundle(&bundle_id()).unwrap().as_bytes());
    assert_eq!(
        (bundle.form, bundle.quarantined.len(), bundle.findings.len()),
        (FileForm::Bundle, report.quarantined.len(), 0)
    );
}

/// What costs a reader more than its octets: a file of each kind ends in seconds, in a build without optimisation.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn files_made_to_take_long_do_not() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let selectors = many(60_000, &|_| "\"zzz\"".to_owned());
    let members = many(60_000, &|slot| format!("\"x_{slot}\":1"));
    let marking = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
    let extensions = many(30_000, &|slot| {
        format!("\"extension-definition--{slot:08x}-6ef3-4fc3-9c1b-3ad2a7ef3ed0\":{{\"extension_type\":\"new-sdo\"}}")
    });
    let container =
        many(20_000, &|slot| format!("\"{slot}\":{{\"type\":\"file\",\"name\":\"n\",\"contains_refs\":[\"{slot}\"]}}"));
    for more in [
        format!(r#"{members},"zzz":1,"granular_markings":[{{"marking_ref":"{marking}","selectors":[{selectors}]}}]"#),
        format!(r#"{members},"extensions":{{{extensions}}}"#),
        format!(
            r#""first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z","number_observed":1,"objects":{{{container}}}"#
        ),
    ] {
        let object = domain("observed-data", "").to_text();
        let began = std::time::Instant::now();
        let report = read(format!("{},{more}}}", object.trim_end_matches('}')).as_bytes());
        assert_eq!(report.form, FileForm::Object);
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
    }
    let began = std::time::Instant::now();
    let report = read(format!("{{\"type\":\"bundle\",{members}}}").as_bytes());
    assert!(report.findings.iter().any(|finding| finding.english().contains("more than 1000 members")));
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
