//! What the standard fixes: its types, and the ids that follow from content.

use interop::stix::{Code, Level, check, deterministic_id};

use super::scene::{members, observable};

/// The types of STIX 2.1 sections 4 to 7.
const TYPES: [&str; 42] = [
    "attack-pattern",
    "campaign",
    "course-of-action",
    "grouping",
    "identity",
    "incident",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "location",
    "malware",
    "malware-analysis",
    "note",
    "observed-data",
    "opinion",
    "report",
    "threat-actor",
    "tool",
    "vulnerability",
    "relationship",
    "sighting",
    "artifact",
    "autonomous-system",
    "directory",
    "domain-name",
    "email-addr",
    "email-message",
    "file",
    "ipv4-addr",
    "ipv6-addr",
    "mac-addr",
    "mutex",
    "network-traffic",
    "process",
    "software",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
    "language-content",
    "marking-definition",
    "extension-definition",
];

#[test]
fn every_type_is_known_and_asks_for_something() {
    for object_type in TYPES {
        let held = check(members(&format!(r#"{{"type":"{object_type}"}}"#))).err().unwrap();
        let codes: Vec<_> = held.findings().iter().map(|finding| finding.code).collect();
        assert!(codes.contains(&Code::Missing) && !codes.contains(&Code::CustomType), "{object_type}: {codes:?}");
    }
}

#[test]
fn every_code_has_a_name_of_its_own_and_two_sentences() {
    let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'-')));
    assert!(Code::ALL.iter().any(|code| code.level() == Level::Should));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the tests read files; the crate does not")]
fn every_code_is_in_the_documents() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/stix.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let told: Vec<_> = rows.filter(|row| row.contains("` | must |") || row.contains("` | should |")).collect();
    assert_eq!(told.len(), Code::ALL.len());
    for code in Code::ALL {
        let begin = format!("| `{code}` | {} | ", code.level().name());
        assert!(told.iter().any(|row| row.starts_with(&begin)), "{begin}");
    }
}

/// The ids that the reference library of OASIS (version 3.0.2) gives to the same content.
#[test]
fn observables_have_the_ids_that_others_give_them() {
    for (object_type, content, uuid) in [
        ("ipv4-addr", r#""value":"198.51.100.3""#, "28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
        ("domain-name", r#""value":"example.com""#, "bedb4899-d24b-5401-bc86-8f6b4cc18ec7"),
        ("email-addr", r#""value":"john@example.com","display_name":"John""#, "7165e2a9-671f-585d-b1e1-ca59c671d934"),
        ("autonomous-system", r#""number":15139,"rir":"ARIN""#, "3aa27478-50b5-5ab8-9da9-cdc12b657fff"),
        ("directory", r#""path":"C:\\Windows\\System32""#, "0a58d0c1-59e6-5afd-8252-dcd3f13e5622"),
        (
            "file",
            r#""hashes":{"SHA-256":"841a8921140aba50671ebb0770fecc4ee308c4952cfeff8de154ab14eeef4649"},"name":"quêry.dll","size":5"#,
            "7d1e3a18-89e7-5bc5-be36-9879f5b7f5c8",
        ),
        (
            "network-traffic",
            r#""protocols":["tcp"],"src_ref":"ipv4-addr--9cf4a8ec-7640-5f40-a006-79942896168b","dst_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4""#,
            "4292dccf-844d-5aa2-a8c2-285ed7a90c02",
        ),
        (
            "artifact",
            r#""payload_bin":"AAAA","hashes":{"SHA-256":"841a8921140aba50671ebb0770fecc4ee308c4952cfeff8de154ab14eeef4649","MD5":"79054025255fb1a26e4bc422aef54eb4"}"#,
            "3e5dbcab-7bb3-5abf-9370-b3fb1e5929ec",
        ),
    ] {
        assert_eq!(deterministic_id(&observable(object_type, content)), Some(format!("{object_type}--{uuid}")));
    }
    assert_eq!(deterministic_id(&observable("process", r#""pid":1"#)), None);
    assert_eq!(deterministic_id(&members(r#"{"type":"tool","name":"t"}"#)), None);
}
