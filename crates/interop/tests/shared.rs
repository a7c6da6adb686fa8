//! The published data, where it lies beside the clone.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]
#![expect(clippy::disallowed_methods, reason = "the tests read files; the crate does not")]

use std::path::{Path, PathBuf};

use interop::export::bundle;
use interop::{Companions, Markup, Source};

use crate::scene::{Came, read};

/// A file of the shared data, or nothing, said aloud.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/incidents").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is not here", path.display());
    None
}

fn tell(name: &str, came: &Came) {
    println!(
        "COUNT: {name}: {} rows taken, {} refused, {} fields without a place",
        came.rows.len(),
        came.errors.len(),
        came.losses.iter().count()
    );
    came.told().iter().take(5).for_each(|error| println!("  {error}"));
}

#[test]
fn the_incident_database_is_read_whole() {
    let Some(folder) = shared("aiid") else { return };
    let mut beside = Companions::none();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        beside.take(path.file_name().unwrap().to_str().unwrap(), &std::fs::read(&path).unwrap()).unwrap();
    }
    let came = read(Source::Aiid(beside), &std::fs::read(folder.join("incidents.csv")).unwrap(), Markup::Refuse);
    tell("AIID", &came);
    // Part of the snapshot is kept aside, so how many there are is not written down here.
    assert!(came.rows.len() > 600 && came.errors.is_empty() && came.stopped.is_none(), "{:?}", came.told());
}

#[test]
fn the_vulnerability_database_is_read_whole() {
    let Some(folder) = shared("avid") else { return };
    for (name, rows) in [("avid_reports.jsonl", 1_745), ("avid_vulnerabilities.jsonl", 40)] {
        let octets = std::fs::read(folder.join(name)).unwrap();
        tell(&format!("{name}, strictly"), &read(Source::Avid, &octets, Markup::Refuse));
        let came = read(Source::Avid, &octets, Markup::KeepHtml);
        tell(&format!("{name}, with HTML"), &came);
        assert_eq!(came.rows.len(), rows, "{:?}", came.told());
    }
}

#[test]
fn atlas_is_read_whole() {
    let Some(folder) = shared("atlas") else { return };
    let octets = std::fs::read(folder.join("ATLAS-5.6.1.yaml")).unwrap();
    let came = read(Source::Atlas, &octets, Markup::KeepHtml);
    tell("ATLAS", &came);
    assert_eq!(came.rows.len(), 57, "{:?}", came.told());
}

/// Whatever these databases hold, what we make of it can be exported: other readers of STIX take it.
#[test]
fn incidents_out_of_the_databases_are_valid_stix() {
    for (name, source) in [
        ("aiid/incidents.csv", Source::Aiid(Companions::none())),
        ("avid/avid_reports.jsonl", Source::Avid),
        ("avid/avid_vulnerabilities.jsonl", Source::Avid),
        ("atlas/ATLAS-5.6.1.yaml", Source::Atlas),
    ] {
        let Some(file) = shared(name) else { continue };
        let came = read(source, &std::fs::read(file).unwrap(), Markup::KeepHtml);
        let incidents: Vec<_> = (0..came.rows.len()).map(|row| came.object(row)).collect();
        let written =
            bundle("bundle--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02", "2026-11-29T00:00:00.000000Z", &[], &incidents);
        let left_out = written.losses.iter().find(|(field, _)| *field == "(object)").map(|(_, loss)| loss.clone());
        assert!(left_out.is_none(), "{name}: {left_out:?}");
    }
}
