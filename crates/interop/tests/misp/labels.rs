//! Tags: which label an event gets, and when it waits.

use interop::misp::{MachineTag, Standing, Taxonomies, Taxonomy, Verdict, handling_tags, verdict};
use proptest::prelude::*;
use record::label::{Marks, Pap, Tlp};

use super::{event_read, event_with, tagged};

fn marks(tags: &[&str]) -> Marks {
    match verdict(&tagged(tags)) {
        Verdict::Labels(marks) => marks,
        Verdict::Waits { reasons } => panic!("{tags:?} wait: {reasons:?}"),
    }
}

fn reasons(tags: &[&str]) -> Vec<String> {
    match verdict(&tagged(tags)) {
        Verdict::Waits { reasons } => reasons,
        Verdict::Labels(marks) => panic!("{tags:?} are {marks:?}"),
    }
}

#[test]
fn every_level_of_both_scales_is_read() {
    for (name, tlp) in [
        ("tlp:clear", Tlp::Clear),
        ("tlp:white", Tlp::Clear),
        ("tlp:green", Tlp::Green),
        ("tlp:amber", Tlp::Amber),
        ("tlp:amber+strict", Tlp::AmberStrict),
        ("TLP:RED", Tlp::Red),
    ] {
        assert_eq!(marks(&[name]), Marks::new(tlp, Pap::Clear), "{name}");
    }
    for (name, pap) in
        [("PAP:WHITE", Pap::Clear), ("PAP:CLEAR", Pap::Clear), ("pap:amber", Pap::Amber), ("PAP:RED", Pap::Red)]
    {
        assert_eq!(marks(&["tlp:green", name]), Marks::new(Tlp::Green, pap), "{name}");
    }
}

#[test]
fn an_event_without_a_tag_of_tlp_waits() {
    assert_eq!(reasons(&["PAP:GREEN", "type:OSINT"]), ["the event has no tag of the Traffic Light Protocol (tlp:...)"]);
}

#[test]
fn an_unknown_level_waits_and_is_never_taken_for_none() {
    for name in ["tlp:unclear", "tlp:ex:chr", "tlp:orange", "tlp: red", "TLP:amber strict", "tlp:"] {
        assert!(reasons(&["tlp:green", name])[0].contains("which is no level"), "{name}");
        assert!(!reasons(&[name]).is_empty());
    }
    assert!(reasons(&["tlp:green", "PAP:PURPLE"])[0].contains("which is no level"));
}

#[test]
fn tags_that_contradict_one_another_wait_and_two_spellings_of_one_level_do_not() {
    let told = "the event has several tags of tlp that contradict one another";
    assert_eq!(reasons(&["tlp:red", "tlp:green"]), [told]);
    assert_eq!(reasons(&["tlp:green", "tlp:red", "tlp:green"]), [told]);
    assert_eq!(marks(&["tlp:white", "tlp:clear"]).tlp(), Tlp::Clear);
}

#[test]
fn a_stricter_part_makes_the_whole_stricter_and_a_laxer_one_lowers_nothing() {
    let with_part = |tag: &str| {
        let part = format!(
            r#","Tag":[{{"name":"tlp:green"}}],"Attribute":[{{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"text","category":"Other","value":"x","Tag":[{{"name":"{tag}"}}]}}]"#
        );
        verdict(&event_read(&event_with(&part)).event)
    };
    assert_eq!(with_part("tlp:red"), Verdict::Labels(Marks::new(Tlp::Red, Pap::Clear)));
    assert_eq!(with_part("tlp:clear"), Verdict::Labels(Marks::new(Tlp::Green, Pap::Clear)));
    assert!(matches!(with_part("tlp:none"), Verdict::Waits { .. }), "a part that is unclear makes the whole wait");
}

#[test]
fn tags_where_none_may_be_make_an_event_wait_and_what_was_taken_back_asks_nothing() {
    let with_object = |members: &str| {
        let object = format!(
            r#","Tag":[{{"name":"tlp:green"}}],"Object":[{{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000201","name":"x"{members}}}]"#
        );
        verdict(&event_read(&event_with(&object)).event)
    };
    assert!(matches!(with_object(r#","Tag":[{"name":"tlp:red"}]"#), Verdict::Waits { .. }));
    let green = Verdict::Labels(Marks::new(Tlp::Green, Pap::Clear));
    assert_eq!(with_object(r#","deleted":true,"Tag":[{"name":"tlp:red"}]"#), green);
    assert_eq!(with_object(""), green);
}

#[test]
fn a_part_alone_does_not_label_the_event() {
    let part = r#","Attribute":[{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"text","category":"Other","value":"x","Tag":[{"name":"tlp:clear"}]}]"#;
    assert!(matches!(verdict(&event_read(&event_with(part)).event), Verdict::Waits { .. }));
}

#[test]
fn a_handling_tag_that_cannot_be_read_waits() {
    assert_eq!(marks(&["tlp:green", "detente:handling=\"export-controlled\""]).tags().len(), 1);
    assert!(reasons(&["tlp:green", "detente:handling=\"Not A Tag\""])[0].contains("is not a tag"));
}

#[test]
fn machine_tags_are_taken_apart_and_put_together_again() {
    for text in ["tlp:amber+strict", "eu-ai-act:risk-level=\"high\"", "a:b=\"c=d: \"e\"\"", "x:y=\"\""] {
        let tag: MachineTag = text.parse().unwrap();
        assert_eq!(tag.to_string(), text);
    }
    for text in ["for_intelmq_processing", "PasteBin: MALWARE", ":a", "a:", "a:b=c", "a b:c"] {
        assert!(text.parse::<MachineTag>().is_err(), "{text}");
    }
}

#[test]
fn a_taxonomy_knows_its_tags_and_no_others() {
    let text = br#"{"namespace":"eu-ai-act","version":3,"predicates":[{"value":"risk-level"},{"value":"alone"}],"values":[{"predicate":"risk-level","entry":[{"value":"minimal"}]}]}"#;
    let taxonomies = Taxonomies::none().with(Taxonomy::read(text).unwrap());
    let standing = |tag: &str| taxonomies.standing(&tag.parse().unwrap());
    assert_eq!(standing("eu-ai-act:risk-level=\"Minimal\""), Standing::Known);
    assert_eq!(standing("eu-ai-act:alone"), Standing::Known);
    assert_eq!(standing("eu-ai-act:risk-level"), Standing::Unknown, "a value is missing");
    assert_eq!(standing("eu-ai-act:risk-level=\"none\""), Standing::Unknown);
    assert_eq!(standing("other:risk-level"), Standing::Unchecked);
    assert!(Taxonomy::read(b"{\"namespace\":\"x\"}").unwrap_err().to_string().contains("machinetag.json"));
}

proptest! {
    /// Marks become tags and are read as the same marks; and no set of tags asks for less than any one of them.
    #[test]
    fn marks_come_back_from_their_tags(tlp in 0..5_usize, pap in 0..4_usize, tags in proptest::collection::btree_set("[a-z]{1,9}(:[a-z0-9]{1,9})?", 0..4)) {
        let tags: Vec<record::label::Tag> = tags.iter().map(|tag| tag.parse().unwrap()).collect();
        let given = Marks::new(Tlp::ALL[tlp], Pap::ALL[pap]).with_tags(tags);
        let names: Vec<String> = handling_tags(&given).into_iter().map(|tag| tag.name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        prop_assert_eq!(marks(&names), given);
    }

    #[test]
    fn more_tags_never_allow_more(first in 0..5_usize, second in "(tlp|TLP|PAP):[a-z+]{0,8}") {
        let one = format!("tlp:{}", Tlp::ALL[first].name());
        match verdict(&tagged(&[&one, &second])) {
            Verdict::Labels(both) => prop_assert!(both.covers(&marks(&[&one]))),
            Verdict::Waits { reasons } => prop_assert!(!reasons.is_empty()),
        }
    }
}
