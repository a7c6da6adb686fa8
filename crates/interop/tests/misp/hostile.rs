//! Events that mean harm, or are broken.

use interop::misp::{Limits, read_event, read_feed};
use proptest::prelude::*;
use record::json::Json;

use super::{HARBOUR, event_read, event_with, misp};

fn refused(text: &str) -> String {
    read_event(text.as_bytes(), &Limits::USUAL).unwrap_err().to_string()
}

#[test]
fn an_event_that_is_none_is_refused_by_name() {
    assert!(refused("{\"Event\":7}").contains("`/Event` should be an object, not a number"));
    assert!(refused("[]").contains("holds no event"));
    assert!(refused("[{},{}]").contains("holds several events"));
    assert!(refused("7").contains("should be an event or a list of them"));
    assert!(refused("{\"Event\":{\"info\":\"x\"").contains("line 1"));
    assert!(refused(&event_with(",\"info\":\"twice\"")).contains("info"), "a name that is there twice");
    for (member, told) in [
        (",\"analysis\":\"9\"", "`/Event/analysis` has no value 9"),
        (",\"distribution\":5.5", "`/Event/distribution` should be a whole number: 5.5"),
        (",\"threat_level_id\":[]", "`/Event/threat_level_id` should be a whole number: []"),
        (",\"published\":\"perhaps\"", "`/Event/published` should be true or false: \"perhaps\""),
        (",\"Attribute\":{}", "`/Event/Attribute` should be a list, not an object"),
    ] {
        assert_eq!(refused(&event_with(member)), told);
    }
    assert!(refused(&event_with("").replace("2026-06-30", "2026-02-30")).contains("is not a day such as"));
    assert!(refused(&event_with("").replace("5d1b6f3e", "../etc/p")).contains("`/Event/uuid`"));
}

#[test]
fn a_tag_that_cannot_be_read_takes_its_event_with_it() {
    // It may have been the one that restricts.
    assert!(refused(&event_with(",\"Tag\":[7]")).contains("should hold objects, not a number"));
    assert!(refused(&event_with(",\"Tag\":[{\"colour\":\"#fff\"}]")).contains("holds one whose `name` is missing"));
    let part = r#","Attribute":[{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"text","category":"Other","value":"x","Tag":[7]}]"#;
    assert_eq!(event_read(&event_with(part)).left_aside.len(), 1, "or its attribute");
}

#[test]
fn more_than_a_limit_is_refused_with_the_limit() {
    let one = r#"{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"text","category":"Other","value":"x"}"#;
    let attributes = [one; 4].join(",");
    let event = event_with(&format!(",\"Attribute\":[{attributes}]"));
    let few = Limits::USUAL.with_attributes(3);
    assert!(read_event(event.as_bytes(), &few).unwrap_err().to_string().contains("above 3"));
    assert!(read_event(event.as_bytes(), &Limits::USUAL.with_attributes(4)).is_ok());
    // Inside objects they count as well: the object that goes too far is left aside.
    let inside = event_with(&format!(
        ",\"Object\":[{{\"uuid\":\"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000201\",\"name\":\"x\",\"Attribute\":[{attributes}]}}]"
    ));
    assert_eq!(read_event(inside.as_bytes(), &few).unwrap().left_aside.len(), 1);
    let long =
        event_with(&format!(",\"Attribute\":[{}]", one.replace("\"x\"", &format!("\"{}\"", "x".repeat(2_000_000)))));
    let aside = event_read(&long).left_aside;
    assert!(aside[0].reason.contains("has more than 1048576 octets"), "{}", aside[0].reason);
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert!(refused(&event_with(&format!(",\"x\":{deep}"))).contains("line 1"));
}

#[test]
fn text_that_acts_on_its_reader_costs_its_event_and_a_bad_link_only_itself() {
    let html = misp(&event_with("").replace("Crane", "<script>x</script>"));
    assert!(html.told()[0].contains("`info`: holds HTML"), "{:?}", html.told());
    let maker = misp(&event_with("").replace("Harbour", "Har\u{202e}bour"));
    assert!(maker.told()[0].contains("`Orgc`: holds U+202E"), "{:?}", maker.told());
    let link = r#","Attribute":[{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"link","category":"External analysis","value":"https://example.org/a","comment":"<img src=x>"}]"#;
    let came = misp(&event_with(link));
    assert_eq!((came.rows.len(), came.rows[0].notes.len()), (1, 1), "{:?}", came.told());
}

#[test]
fn an_object_that_calls_itself_ours_is_checked_like_any_other_source() {
    let ours = |relation: &str, value: &str, comment: &str| {
        let attribute = format!(
            "{{\"uuid\":\"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101\",\"type\":\"text\",\"category\":\"Other\",\"object_relation\":{relation:?},\"value\":{value:?},\"comment\":{comment:?}}}"
        );
        misp(&event_with(&format!(
            ",\"Object\":[{{\"uuid\":\"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000201\",\"name\":\"detente-incident\",\"Attribute\":[{attribute}]}}]"
        )))
    };
    for (relation, value, comment, told) in [
        ("severity", "dreadful", "", "severity"),
        ("deployer", "<b>x</b>", "", "holds HTML"),
        ("harms", "[{\"type\":\"<b>x</b>\"}]", "json", "holds HTML"),
        ("harms", "[{", "json", "is no JSON"),
        ("occurred", "soon", "precision day", "is no time"),
        ("deployer", "Yard", "as you like", "has a comment that does not say"),
        ("external_reference", "x", "", "has no members in its comment"),
        ("external_reference", "x", "url 7", "has a comment that is no object"),
    ] {
        let came = ours(relation, value, comment);
        assert!(came.told().len() == 1 && came.told()[0].contains(told), "{relation}: {:?}", came.told());
    }
    let came = ours("x_secret", "7", "");
    assert_eq!((came.rows.len(), came.lost("detente-incident/x_secret")), (1, 1), "{:?}", came.told());
}

#[test]
fn a_hundred_events_are_each_taken_or_refused_by_themselves() {
    let events: Vec<String> = (0..100_u32)
        .map(|number| event_with("").replace("0009\"", &format!("1{number:03}\"")))
        .map(|event| if event.contains("1042\"") { event.replace("2026-06-30", "soon") } else { event })
        .collect();
    let came = misp(&format!("{{\"response\":[{}]}}", events.join(",\n")));
    assert_eq!((came.rows.len(), came.told().len()), (99, 1));
    assert!(came.told()[0].starts_with("row 43"), "{:?}", came.told());
    assert!(came.rejects.starts_with("{\"response\": ["), "the file to mend has the form of the input");
    assert_eq!(misp(&came.rejects.replace("soon", "2026-06-30")).rows.len(), 1, "and is taken when mended");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    /// Whatever is changed in an event, it is read or refused, and what is read comes back the same.
    #[test]
    fn no_change_breaks_the_reader(place in 0..4_000_usize, octet in any::<u8>(), length in 0..40_usize) {
        let mut octets = HARBOUR.as_bytes().to_vec();
        let place = place % octets.len();
        octets.splice(place..(place + length).min(octets.len()), [octet]);
        if let Ok(read) = read_event(&octets, &Limits::USUAL) {
            let again = event_read(&Json::Object(read.event.to_map()).to_text());
            prop_assert_eq!(again.event, read.event);
        }
    }

    #[test]
    fn no_folder_breaks_the_reader_of_feeds(files in proptest::collection::vec(("[a-z0-9./-]{0,40}", proptest::collection::vec(any::<u8>(), 0..60)), 0..5)) {
        let read = read_feed(files, &Limits::USUAL);
        prop_assert!(read.entries.is_empty() && !read.faults.is_empty());
    }
}
