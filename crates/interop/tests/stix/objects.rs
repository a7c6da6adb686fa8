//! One object and one rule at a time.

use super::scene::{advice, domain, faults, held, joined, members, observable, taken, told};

#[test]
fn an_object_that_breaks_no_rule_is_taken_as_it_stands() {
    let object = domain("incident", r#""name":"アラームの故障 / 警报失灵","x_unknown":{"kept":[1,2.50,"三"]}"#);
    assert_eq!(taken(object.clone()).into_map(), object);
}

#[test]
fn every_fault_is_told_at_once() {
    let object = domain("identity", r#""name":7,"created":"2026-07-01","confidence":101,"labels":[],"x":null"#);
    let held = faults(joined(object, r#""modified":"2026-06-01T00:00:00.000Z""#));
    assert_eq!(
        held,
        ["time /created", "wrong-form /name", "out-of-range /confidence", "empty-list /labels"],
        "`x` was taken away by the scene"
    );
}

#[test]
fn a_finding_has_a_place_a_section_and_two_languages() {
    let held = held(domain("malware", r#""is_family":true"#));
    let finding = &held.findings()[0];
    assert_eq!((finding.code.name(), finding.pointer.as_str(), finding.section), ("needs-also", "", "4.11"));
    assert_eq!(finding.english(), "where `is_family` stands, `name` should stand too");
    assert_eq!(finding.chinese(), "有 `is_family` 时也应有 `name`");
}

#[test]
fn foreign_text_in_a_message_cannot_act_on_a_terminal() {
    let held = held(domain("identity", "\"name\":\"n\",\"lang\":\"{1}\\u001b[2J\\u202e{0}\""));
    assert_eq!(held.findings()[0].english(), "`{1}\\u{1b}[2J\\u{202e}{0}` is not a language tag (RFC 5646)");
}

#[test]
fn times_are_utc_exact_enough_and_in_order() {
    let seen = |first: &str, last: &str| {
        domain("campaign", &format!(r#""name":"c","first_seen":"{first}","last_seen":"{last}""#))
    };
    assert_eq!(faults(seen("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")), [""; 0]);
    assert_eq!(faults(seen("2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.1234566Z")), ["time-order /last_seen"]);
    assert_eq!(
        faults(seen("2026-02-29T00:00:00Z", "2027-01-01T00:00:00+00:00")),
        ["time /first_seen", "time /last_seen"]
    );
    assert_eq!(faults(seen("2026-01-01T00:00:00.Z", "2026-01-01t00:00:00Z")), ["time /first_seen", "time /last_seen"]);
    assert_eq!(faults(seen("0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z")), [""; 0], "for ever, and a leap second");
    let coarse = domain("tool", r#""name":"t","created":"2026-07-01T03:10:00Z""#);
    assert_eq!(faults(coarse), ["time-precision /created"]);
    let window = |until: &str| {
        domain(
            "indicator",
            &format!(
                r#""pattern":"x","pattern_type":"yara","valid_from":"2026-01-01T00:00:00Z","valid_until":"{until}""#
            ),
        )
    };
    assert_eq!(faults(window("2026-01-01T00:00:00.000Z")), ["time-after /valid_until"], "it must be later, not equal");
}

#[test]
fn identifiers_have_a_type_and_a_uuid() {
    let id = |id: &str| domain("tool", &format!(r#""name":"t","id":"{id}""#));
    assert_eq!(faults(id("tool--blah")), ["identifier /id"]);
    assert_eq!(faults(id("tool--0b21bb406ef34fc39c1b3ad2a7ef3ed0")), ["identifier /id"]);
    assert_eq!(faults(id("tool--00000000-0000-0000-0000-000000000000")), ["identifier /id"]);
    assert_eq!(faults(id("malware--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0")), ["identifier-type /id"]);
    assert_eq!(advice(id("tool--0B21BB40-6EF3-4FC3-9C1B-3AD2A7EF3ED0")), ["uuid-case /id"]);
    assert_eq!(advice(id("tool--0b21bb40-6ef3-8fc3-9c1b-3ad2a7ef3ed0")), ["uuid-newer /id", "uuid-recommended /id"]);
}

#[test]
fn references_name_what_they_may_name() {
    let relation = |source: &str, target: &str| {
        let uuid = "0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
        domain(
            "relationship",
            &format!(r#""relationship_type":"uses","source_ref":"{source}--{uuid}","target_ref":"{target}--{uuid}""#),
        )
    };
    assert_eq!(faults(relation("campaign", "tool")), [""; 0]);
    assert_eq!(advice(relation("campaign", "identity")), ["relationship /relationship_type"]);
    assert_eq!(advice(relation("x-harbour-crane", "tool")), [""; 0], "types that are not known may have any");
    for wrong in
        ["bundle", "relationship", "sighting", "marking-definition", "language-content", "extension-definition"]
    {
        assert_eq!(faults(relation(wrong, "tool")), ["reference /source_ref"], "{wrong}");
    }
    let sighting = domain("sighting", r#""sighting_of_ref":"file--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#);
    assert_eq!(faults(sighting), ["reference /sighting_of_ref"], "what is sighted is a domain object");
    let author = domain(
        "note",
        r#""content":"c","object_refs":["tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"],"created_by_ref":"tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#,
    );
    assert_eq!(advice(author), ["reference-advice /created_by_ref"]);
}

#[test]
fn names_are_of_the_standards_letters() {
    let named = |name: &str| domain("tool", &format!(r#""name":"t","{name}":1"#));
    assert_eq!(faults(named("x-y")), ["property-name /x-y"]);
    assert_eq!(faults(named("ab")), ["property-name /ab"]);
    assert_eq!(faults(named("9lives")), ["property-name /9lives"]);
    assert_eq!(faults(named("severity")), ["reserved-name /severity"]);
    assert_eq!(faults(named("defanged")), ["defanged /defanged"]);
    assert_eq!(advice(named("x_harbour_rank")), ["custom-property /x_harbour_rank"]);
    assert_eq!(faults(domain("Crane", "")), ["type-name /type", "identifier /id"]);
    assert_eq!(faults(domain("crane--x", "")), ["type-name /type", "identifier /id"]);
    assert_eq!(advice(domain("x-harbour-crane", "")), ["custom-type"]);
    assert_eq!(faults(members(r#"{"id":"x"}"#)), ["missing-property"]);
    assert_eq!(faults(members(r#"{"type":"bundle"}"#)), ["nested-bundle"]);
    assert_eq!(faults(domain("tool", r#""name":"t","spec_version":"2.0""#)), ["other-version /spec_version"]);
}

#[test]
fn external_references_say_something() {
    let with = |object_type: &str, reference: &str| {
        domain(object_type, &format!(r#""name":"n","external_references":[{reference}]"#))
    };
    assert_eq!(faults(with("tool", r#"{"source_name":"s"}"#)), ["needs-one-of /external_references/0"]);
    assert_eq!(faults(with("tool", r#"{"url":"https://example.com/"}"#)), ["missing-property /external_references/0"]);
    assert_eq!(
        faults(with("tool", r#"{"source_name":"s","url":"www.example.com/a"}"#)),
        ["value /external_references/0/url"]
    );
    assert_eq!(
        faults(with("tool", r#"{"source_name":"s","url":"https://example.com/a b"}"#)),
        ["value /external_references/0/url"]
    );
    assert_eq!(
        faults(with("tool", r#"{"source_name":"s","url":"https://a/","hashes":{"x_own":"1"}}"#)),
        ["hash-listed /external_references/0/hashes/x_own"]
    );
    assert_eq!(
        faults(with("vulnerability", r#"{"source_name":"cve","external_id":"CVE-2014-00160"}"#)),
        ["reference-form /external_references/0"]
    );
    assert_eq!(
        faults(with("vulnerability", r#"{"source_name":"CVE","external_id":"CVE-2014-0160"}"#)),
        ["reference-form /external_references/0"]
    );
    assert_eq!(faults(with("attack-pattern", r#"{"source_name":"capec","external_id":"CAPEC-550"}"#)), [""; 0]);
    assert_eq!(
        faults(with("attack-pattern", r#"{"source_name":"capec","external_id":"550"}"#)),
        ["reference-form /external_references/0"]
    );
}

#[test]
fn places_observations_and_malware_have_their_own_rules() {
    assert_eq!(faults(domain("location", r#""name":"here""#)), ["needs-one-of"]);
    assert_eq!(faults(domain("location", r#""latitude":48.2"#)), ["needs-also"]);
    assert_eq!(faults(domain("location", r#""region":"europe","precision":5"#)), ["needs-also"]);
    assert_eq!(faults(domain("location", r#""latitude":91,"longitude":0.5"#)), ["out-of-range /latitude"]);
    let observed = |more: &str| {
        domain(
            "observed-data",
            &format!(
                r#""first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z","number_observed":1{more}"#
            ),
        )
    };
    assert_eq!(faults(observed("")), ["needs-exactly-one"]);
    assert_eq!(
        faults(observed(r#","object_refs":["tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"]"#)),
        ["reference /object_refs"]
    );
    assert_eq!(
        faults(observed(r#","objects":{"0":{"type":"ipv4-addr","value":"198.51.100.3","belongs_to_refs":["1"]}}"#)),
        ["unresolved /objects/0/belongs_to_refs/0"]
    );
    assert_eq!(
        advice(observed(
            r#","objects":{"0":{"type":"ipv4-addr","value":"198.51.100.3","belongs_to_refs":["1"]},"1":{"type":"autonomous-system","number":1}}"#
        )),
        ["deprecated"]
    );
    assert_eq!(faults(domain("malware", r#""is_family":false"#)), [""; 0], "an instance needs no name");
    assert_eq!(faults(domain("malware-analysis", r#""product":"p""#)), ["needs-one-of"]);
    assert_eq!(
        faults(domain("opinion", r#""opinion":"maybe","object_refs":["tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"]"#)),
        ["enumeration /opinion"]
    );
    assert_eq!(faults(domain("grouping", r#""context":"unspecified""#)), ["missing-property"]);
}

#[test]
fn observables_are_of_their_form() {
    let value = |object_type: &str, value: &str| faults(observable(object_type, &format!(r#""value":"{value}""#)));
    for (object_type, good, bad) in [
        ("ipv4-addr", "198.51.100.0/24", "198.51.100.0/33"),
        ("ipv4-addr", "198.51.100.3", "198.51.100.003"),
        ("ipv6-addr", "2001:db8::1/64", "2001:db8::1/129"),
        ("ipv6-addr", "::", "1::2::3"),
        ("mac-addr", "d2:fb:49:24:37:18", "D2:FB:49:24:37:18"),
        ("url", "https://example.com/%E4%B8%8A?q=1#a", "https://example.com/上"),
        ("url", "urn:uuid:0b21bb40", "example"),
        ("url", "http://[2001:db8::1]:80/", "http://[nothing]/"),
        ("email-addr", "jane.o'neil@example.com", "Jane <jane@example.com>"),
        ("email-addr", "\\\"jane doe\\\"@example.com", "jane..doe@example.com"),
        ("domain-name", "例え.テスト", "a b.example"),
        ("domain-name", "xn--r8jz45g.example.", "-a.example"),
        ("domain-name", "straße.example", "ÄÖ.example"),
        ("domain-name", "a-b--c.example", "ab--c.example"),
    ] {
        assert_eq!(value(object_type, good), [""; 0], "{good}");
        assert_eq!(value(object_type, bad), ["value /value"], "{bad}");
    }
    assert_eq!(advice(observable("domain-name", r#""value":"_sip.example.com""#)), ["value-form /value"]);
}

#[test]
fn observables_hold_what_they_need_and_not_both() {
    assert_eq!(faults(observable("file", r#""size":1"#)), ["needs-one-of", "uuid-random /id"]);
    assert_eq!(faults(observable("file", r#""name":"a","size":-1"#)), ["out-of-range /size"]);
    assert_eq!(
        faults(observable("file", r#""hashes":{"MD5":"00"},"name_enc":"UTF-8""#)),
        ["hash-value /hashes/MD5", "needs-also"]
    );
    assert_eq!(faults(observable("artifact", r#""url":"https://example.com/""#)), ["needs-also", "uuid-random /id"]);
    assert_eq!(
        faults(observable(
            "artifact",
            r#""payload_bin":"AA=","url":"https://example.com/","hashes":{"MD5":"79054025255fb1a26e4bc422aef54eb4"}"#
        )),
        ["binary /payload_bin", "needs-exactly-one"]
    );
    assert_eq!(faults(observable("email-message", r#""is_multipart":true,"body":"b""#)), ["not-together /body"]);
    assert_eq!(
        faults(observable(
            "email-message",
            r#""is_multipart":true,"subject":"s","body_multipart":[{"content_type":"text/plain"}]"#
        )),
        ["needs-exactly-one /body_multipart/0"]
    );
    assert_eq!(faults(observable("network-traffic", r#""protocols":["tcp"]"#)), ["needs-one-of"]);
    assert_eq!(faults(observable("process", "")), ["needs-content"]);
    assert_eq!(faults(observable("windows-registry-key", r#""key":"HKLM\\Software""#)), ["value /key"]);
    assert_eq!(faults(observable("windows-registry-key", r#""number_of_subkeys":1"#)), ["uuid-random /id"]);
    assert_eq!(faults(observable("directory", r#""path":"/","path_enc":"bla.bla.bla""#)), ["value /path_enc"]);
    assert_eq!(faults(observable("software", r#""name":"n","cpe":"cpe:2.3:a:m:w:2000:*""#)), ["value /cpe"]);
    assert_eq!(
        faults(observable("software", r#""name":"n","cpe":"cpe:2.3:a:m!:w:2000:*:*:*:*:*:*:*""#)),
        ["value /cpe"]
    );
    assert_eq!(
        faults(observable("software", r#""name":"n","cpe":"cpe:2.3:a:m\\!:w?:2000:*:*:en-us:*:*:*:*""#)),
        [""; 0]
    );
    assert_eq!(
        faults(observable(
            "software",
            r#""name":"n","cpe":"cpe:2.3:a:m:w\\:x:2000:*:*:*:*:*:*:*","languages":["zh","zz"]"#
        )),
        ["language /languages/1"]
    );
    assert_eq!(faults(observable("user-account", "")), ["needs-content", "uuid-random /id"]);
}

#[test]
fn extensions_say_what_they_are() {
    let id = "extension-definition--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    let with = |extension: &str| domain("tool", &format!(r#""name":"t","rank":1,"extensions":{{{extension}}}"#));
    assert_eq!(advice(with(&format!(r#""{id}":{{"extension_type":"toplevel-property-extension"}}"#))), [""; 0]);
    assert_eq!(faults(with(&format!(r#""{id}":{{"toxicity":1}}"#))), [format!("missing-property /extensions/{id}")]);
    assert_eq!(
        faults(with(&format!(r#""{id}":{{"extension_type":"new-sdo"}}"#))),
        [format!("extension-redefines /extensions/{id}/extension_type")]
    );
    assert_eq!(faults(with(r#""other":{"a_b":1}"#)), ["extension-key /extensions/other"]);
    let ntfs = observable(
        "file",
        r#""name":"f","extensions":{"ntfs-ext":{"alternate_data_streams":[{"size":1}]},"pdf-ext":{}}"#,
    );
    assert_eq!(
        faults(ntfs),
        [
            "missing-property /extensions/ntfs-ext/alternate_data_streams/0",
            "empty-dictionary /extensions/pdf-ext",
            "needs-content /extensions/pdf-ext"
        ]
    );
    let sensor = members(&format!(
        r#"{{"type":"x-sensor","id":"x-sensor--0b21bb40-6ef3-5fc3-9c1b-3ad2a7ef3ed0","extensions":{{"{id}":{{"extension_type":"new-sco"}}}}}}"#
    ));
    assert_eq!(advice(sensor), [""; 0], "a new observable needs no times");
    let definition = |types: &str| {
        domain(
            "extension-definition",
            &format!(
                r#""created_by_ref":"identity--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","name":"n","description":"d","schema":"s","version":"1.0.0","extension_types":["{types}"],"extension_properties":["rank"]"#
            ),
        )
    };
    assert_eq!(faults(definition("property-extension")), ["extension-properties /extension_properties"]);
    assert_eq!(advice(definition("toplevel-property-extension")), [""; 0]);
}

#[test]
fn translations_are_by_language() {
    let with = |contents: &str| {
        domain(
            "language-content",
            &format!(r#""object_ref":"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","contents":{{{contents}}}"#),
        )
    };
    assert_eq!(faults(with(r#""zh-Hans":{"name":"失灵"},"yue":{"name":"壞咗"}"#)), [""; 0]);
    assert_eq!(
        faults(with(r#""español":{"name":"n"},"es":{"a":"b"}"#)),
        ["language /contents/español", "property-name /contents/es/a"]
    );
}

#[test]
fn what_is_held_back_can_be_mended() {
    let other = held(members(r#"{"type":"tool"}"#));
    let held = held(domain("incident", r#""modified":"2026-06-01T00:00:00.000Z","external_references":[]"#));
    let still = held.mend(&members(r#"{"name":"Crane 吊车"}"#)).err().unwrap();
    let patch = members(r#"{"modified":"2026-07-02T00:00:00.000Z","external_references":null}"#);
    let mended = still.mend(&patch).map_err(|held| told(held.findings())).unwrap();
    assert_eq!(mended.as_map().text("name"), Some("Crane 吊车"));
    assert!(other.replace(mended.into_map()).is_ok());
}
