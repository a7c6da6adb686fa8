//! Markings: of whole objects, of parts, and the fixed ones.

use interop::stix::{read, tlp_marking};
use record::json::Map;
use record::label::Tlp;

use super::files::{octets, shared};
use super::scene::{advice, domain, faults, joined, members};

fn marking(more: &str) -> Map {
    let head = r#"{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","created":"2026-07-01T03:10:00.000Z"}"#;
    joined(members(head), more)
}

#[test]
fn a_marking_says_what_it_asks() {
    assert_eq!(faults(marking(r#""definition_type":"statement","definition":{"statement":"for members"}"#)), [""; 0]);
    assert_eq!(faults(marking("")), ["needs-one-of"]);
    assert_eq!(faults(marking(r#""definition_type":"statement""#)), ["needs-also"]);
    assert_eq!(
        faults(marking(r#""definition_type":"statement","definition":{"text":"t"}"#)),
        ["missing-property /definition"]
    );
    assert_eq!(
        advice(marking(r#""definition_type":"house-rule","definition":{"rule":1}"#)),
        ["marking-type /definition_type"]
    );
}

#[test]
fn tlp_1_has_four_markings_and_no_more() {
    let green = r#""id":"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","name":"TLP:GREEN","definition":{"tlp":"green"}"#;
    assert_eq!(faults(marking(green)), [""; 0]);
    assert_eq!(faults(joined(marking(green), r#""name":"TLP:CLEAR""#)), ["fixed-marking"]);
    assert_eq!(faults(marking(r#""definition_type":"tlp","definition":{"tlp":"green"}"#)), ["foreign-tlp /id"]);
    assert_eq!(faults(marking(r#""definition_type":"tlp","definition":{"tlp":"blue"}"#)), ["enumeration /definition"]);
}

#[test]
fn tlp_2_has_five_in_an_extension() {
    let tlp = |id: &str, name: &str, level: &str| {
        marking(&format!(
            r#""id":"marking-definition--{id}","name":"{name}","extensions":{{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{{"extension_type":"property-extension","tlp_2_0":"{level}"}}}}"#
        ))
    };
    assert_eq!(faults(tlp("939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT", "amber+strict")), [""; 0]);
    assert_eq!(faults(tlp("939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT", "clear")), ["fixed-marking"]);
    assert_eq!(faults(tlp("0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0", "TLP:CLEAR", "clear")), ["foreign-tlp /id"]);
}

#[test]
fn a_granular_marking_selects_what_is_there() {
    let red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
    let with = |selector: &str| {
        domain(
            "tool",
            &format!(
                r#""name":"t","labels":["a"],"granular_markings":[{{"marking_ref":"{red}","selectors":["{selector}"]}}]"#
            ),
        )
    };
    for good in ["name", "labels", "labels.[0]", "id", "granular_markings.[0].selectors.[0]"] {
        assert_eq!(faults(with(good)), [""; 0], "{good}");
    }
    for absent in ["description", "labels.[1]", "labels.name", "name.[0]"] {
        assert_eq!(faults(with(absent)), ["selector-target /granular_markings/0/selectors/0"], "{absent}");
    }
    for broken in ["", "labels.[x]", "labels[0]", "labels..[0]", "na me"] {
        assert_eq!(faults(with(broken)), ["selector-syntax /granular_markings/0/selectors/0"], "{broken}");
    }
    let both = domain(
        "tool",
        &format!(r#""name":"t","granular_markings":[{{"marking_ref":"{red}","lang":"zh","selectors":["name"]}}]"#),
    );
    assert_eq!(faults(both), ["needs-exactly-one /granular_markings/0"]);
    let language = domain("tool", r#""name":"名","granular_markings":[{"lang":"zh","selectors":["name"]}]"#);
    assert_eq!(faults(language), [""; 0]);
}

#[test]
fn a_marking_does_not_mark_itself() {
    let own = "marking-definition--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    let statement = r#""definition_type":"statement","definition":{"statement":"s"}"#;
    let circle = marking(&format!(r#"{statement},"object_marking_refs":["{own}"]"#));
    assert_eq!(faults(circle), ["circular-marking /object_marking_refs"]);
    let part =
        marking(&format!(r#"{statement},"granular_markings":[{{"marking_ref":"{own}","selectors":["created"]}}]"#));
    assert_eq!(faults(part), ["circular-marking /granular_markings"]);
}

#[test]
fn two_levels_of_tlp_are_advised_against() {
    let refs = r#""name":"t","object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487","marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]"#;
    assert_eq!(advice(domain("tool", refs)), ["several-tlp /object_marking_refs"]);
    assert_eq!(
        faults(domain("tool", r#""name":"t","object_marking_refs":["tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"]"#)),
        ["reference /object_marking_refs/0"]
    );
}

#[test]
fn the_markings_of_tlp_2_are_those_that_are_published() {
    for level in Tlp::ALL {
        let marking = tlp_marking(level).unwrap();
        assert_eq!((marking.id(), marking.advice()), (level.marking_id(), &[][..]));
    }
    let Some(folder) = shared("stix-examples") else { return };
    let published = read(&octets(&folder.join("tlp-2.0-markings.json"))).objects;
    assert_eq!(published, Tlp::ALL.map(|level| tlp_marking(level).unwrap()));
}
