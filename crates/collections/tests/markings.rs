//! Who reads an own record, before and after what is said of it changes.

use collections::{Collection, Filter, Reader, has_object, newest};
use interop::export::known_version;
use policy::vocabulary::Care;
use record::Draft;
use record::json::{Json, Map};
use record::label::{Marks, Pap, Tlp};
use record::stix::StixObject;

use crate::scene::{Harbour, Party, incident, incident_map, name_of};

#[test]
fn an_own_record_is_read_whole_as_it_was_signed() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let _label = harbour.label(&crane, "*", Tlp::Green);
    let [item] = harbour.read(&Reader::up_to(Tlp::Green), &Filter::default(), None).try_into().unwrap();
    let mut signed = crane.record.content().object().clone();
    // But for its author, who is written as other software reads identities.
    signed.set("created_by_ref", known_version(signed.text("created_by_ref").unwrap()));
    assert_eq!(
        item.object,
        Json::from(signed).to_text(),
        "to the last property: the same id and version is the same object everywhere"
    );
    assert_eq!(item.version_text, "2026-07-01T03:10:00.000Z");
}

#[test]
fn a_record_at_amber_strict_is_not_read_by_whoever_reads_up_to_green() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let _label = harbour.label(&crane, "*", Tlp::AmberStrict);
    let green = Reader::up_to(Tlp::Green).with_unlabelled();
    assert_eq!(harbour.names(Tlp::AmberStrict), ["A crane"]);
    assert_eq!(harbour.read(&green, &Filter::default(), None), []);
    let of_id = |id: &str| Filter { ids: vec![id.to_owned()], ..Filter::default() };
    assert_eq!(harbour.read(&green, &of_id(crane.id()), None), []);
    assert!(!has_object(&harbour.store, &Collection::Own, &green, crane.id()).unwrap());
    assert_eq!(newest(&harbour.store, &Collection::Own, &green).unwrap(), None);
    assert!(has_object(&harbour.store, &Collection::Own, &Reader::everything(), crane.id()).unwrap());
}

#[test]
fn what_nobody_has_labelled_is_read_by_those_alone_who_read_such() {
    let mut harbour = Harbour::new();
    let _crane = harbour.incident(1, "A crane");
    assert_eq!(harbour.names(Tlp::Red), [""; 0]);
    let unlabelled = Reader::up_to(Tlp::Clear).with_unlabelled();
    assert_eq!(harbour.read(&unlabelled, &Filter::default(), None).len(), 1);
}

#[test]
fn a_label_on_a_part_counts_for_the_whole() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let _whole = harbour.label(&crane, "*", Tlp::Clear);
    assert_eq!(harbour.names(Tlp::Clear), ["A crane"]);
    let _part = harbour.label(&crane, "/object/description", Tlp::Amber);
    assert_eq!(harbour.names(Tlp::Green), [""; 0]);
    assert_eq!(harbour.names(Tlp::Amber), ["A crane"]);
    // A label on a part labels nothing but that part.
    let gate = harbour.incident(2, "A gate");
    let _part = harbour.label(&gate, "/object/name", Tlp::Clear);
    assert_eq!(harbour.names(Tlp::Red), ["A crane"]);
}

#[test]
fn a_marking_of_the_object_itself_counts_too() {
    let mut harbour = Harbour::new();
    let marking = |tlp: Tlp| Json::Array(vec![Json::text(tlp.marking_id())]);
    let of_part = Map::new()
        .with("marking_ref", Tlp::Red.marking_id())
        .with("selectors", Json::Array(vec![Json::text("description")]));
    let objects = [
        incident_map(1, 0, "whole").with("object_marking_refs", marking(Tlp::Amber)),
        incident_map(2, 0, "part").with("granular_markings", Json::Array(vec![Json::from(of_part)])),
        incident_map(3, 0, "strange").with(
            "object_marking_refs",
            Json::Array(vec![Json::text("marking-definition--11111111-2222-4333-8444-555555555555")]),
        ),
    ];
    for object in objects {
        let record = harbour.sign(Draft::new(StixObject::from_map(object).unwrap()));
        let logged = harbour.log(&record);
        let _label = harbour.label(&logged, "*", Tlp::Clear);
    }
    assert_eq!(harbour.names(Tlp::Green), [""; 0]);
    assert_eq!(harbour.names(Tlp::Amber), ["whole"]);
    assert_eq!(harbour.names(Tlp::Red), ["whole", "part"], "a marking that nobody here knows leaves it unlabelled");
}

#[test]
fn a_label_that_is_lowered_lets_a_reader_have_what_lies_behind_it_already() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let red = harbour.label(&crane, "*", Tlp::Red);
    let gate = harbour.incident(2, "A gate");
    let _label = harbour.label(&gate, "*", Tlp::Green);
    let green = Reader::up_to(Tlp::Green);
    let had = harbour.read(&green, &Filter::default(), None);
    assert_eq!(had.iter().map(name_of).collect::<Vec<_>>(), ["A gate"]);
    let _lowered = harbour.lower(&red, Tlp::Green);
    let [now] = harbour.read(&green, &Filter::default(), Some(had[0].added)).try_into().unwrap();
    assert_eq!(name_of(&now), "A crane");
    assert_eq!(newest(&harbour.store, &Collection::Own, &green).unwrap(), Some(now.added));
    assert_eq!(harbour.names(Tlp::Red).len(), 2, "and nobody has it twice");
    harbour.is_the_same_anew();
}

#[test]
fn a_label_that_is_lowered_lets_out_every_version_that_bore_it() {
    let mut harbour = Harbour::new();
    let first = harbour.incident(1, "A crane");
    let red = harbour.label(&first, "*", Tlp::Red);
    let second = harbour.next(&first, 1, "A crane, and a ship");
    let _third = harbour.next(&second, 2, "A crane, and two ships");
    let green = Reader::up_to(Tlp::Green);
    assert_eq!(harbour.all_versions(&green), []);
    let _lowered = harbour.lower(&red, Tlp::Green);
    let all = harbour.all_versions(&green);
    assert_eq!(
        all.iter().map(|one| one.version_text.as_str()).collect::<Vec<_>>(),
        ["2026-07-01T03:10:00.000Z", "2026-07-01T03:10:01.000Z", "2026-07-01T03:10:02.000Z"]
    );
    assert!(all.is_sorted_by(|one, next| one.added < next.added));
    assert_eq!(harbour.names(Tlp::Green), ["A crane, and two ships"]);
    harbour.is_the_same_anew();
}

#[test]
fn what_is_labelled_red_vanishes_for_those_who_read_less_and_stays_where_it_was_for_the_others() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let _green = harbour.label(&crane, "*", Tlp::Green);
    let rows = |harbour: &Harbour| {
        let read = harbour.read(&Reader::up_to(Tlp::Red), &Filter::default(), None);
        read.into_iter().map(|item| (item.added, item.version, item.object)).collect::<Vec<_>>()
    };
    let before = rows(&harbour);
    let _red = harbour.label(&crane, "*", Tlp::Red);
    assert_eq!(harbour.names(Tlp::AmberStrict), [""; 0]);
    assert_eq!(rows(&harbour), before, "it is no news to them");
    harbour.is_the_same_anew();
}

#[test]
fn a_new_version_bears_the_labels_of_the_one_before() {
    let mut harbour = Harbour::new();
    let first = harbour.incident(1, "A crane");
    let _label = harbour.label(&first, "*", Tlp::Amber);
    let second = harbour.next(&first, 1, "A crane, and a ship");
    assert_eq!(harbour.names(Tlp::Amber), ["A crane, and a ship"]);
    let _stricter = harbour.label(&second, "*", Tlp::Red);
    assert_eq!(harbour.names(Tlp::Amber), ["A crane"], "the newest that they may read");
}

#[test]
fn what_was_made_of_another_object_bears_its_labels() {
    let mut harbour = Harbour::new();
    let source = harbour.incident(1, "A witness");
    let made = harbour.incident(2, "A finding");
    let _label = harbour.label(&made, "*", Tlp::Clear);
    let red = harbour.label(&source, "*", Tlp::Red);
    assert_eq!(harbour.names(Tlp::Clear), ["A finding"]);
    let _said = harbour.derive(&made, &source);
    assert_eq!(harbour.names(Tlp::AmberStrict), [""; 0]);
    let _lowered = harbour.lower(&red, Tlp::Green);
    assert_eq!(harbour.names(Tlp::Green), ["A witness", "A finding"]);
    harbour.is_the_same_anew();
}

#[test]
fn tags_keep_a_record_from_those_who_do_not_read_them() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let tags = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
    let marks = |names| Marks::new(Tlp::Clear, Pap::Clear).with_tags(tags(names));
    let _label = harbour.label_marks(&crane, "*", marks(&["source-identity"]));
    assert_eq!(harbour.names(Tlp::Red), [""; 0]);
    let told = Reader::up_to(Tlp::Clear).with_tagged([Care::SourceIdentity]);
    assert_eq!(harbour.read(&told, &Filter::default(), None).len(), 1);
    let _label = harbour.label_marks(&crane, "*", marks(&["moon-phase"]));
    assert_eq!(harbour.read(&told, &Filter::default(), None), [], "a tag that nobody here knows");
    assert_eq!(harbour.read(&Reader::everything(), &Filter::default(), None).len(), 1);
}

#[test]
fn what_is_in_force_is_told_beside_the_record() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let everything = Reader::everything();
    let marks = |harbour: &Harbour| {
        let [item] = harbour.read(&everything, &Filter::default(), None).try_into().unwrap();
        item.marking.and_then(|marking| marking.marks())
    };
    assert_eq!(marks(&harbour), None, "nobody has labelled it");
    let asked = Marks::new(Tlp::Amber, Pap::Red).with_tags(["source-identity".parse().unwrap()]);
    let _label = harbour.label_marks(&crane, "*", asked.clone());
    assert_eq!(marks(&harbour), Some(asked));
    let _laxer = harbour.label_marks(&crane, "*", Marks::new(Tlp::AmberStrict, Pap::Green));
    assert_eq!(marks(&harbour).map(|marks| (marks.tlp(), marks.pap())), Some((Tlp::AmberStrict, Pap::Red)));
    let _strange =
        harbour.label_marks(&crane, "*", Marks::new(Tlp::Clear, Pap::Clear).with_tags(["moon-phase".parse().unwrap()]));
    assert_eq!(marks(&harbour), None, "what this build has no word for cannot be told");
    harbour.is_the_same_anew();
}

#[test]
fn labels_of_others_restrict_and_label_nothing() {
    let mut harbour = Harbour::new();
    let lotus = Party::new("lotus");
    let crane = harbour.incident(1, "A crane");
    let label = |tlp| {
        let label = record::label::Label::new(crane.digest(), "*".parse().unwrap(), Marks::new(tlp, Pap::Clear));
        let id = "detente-label--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f07".parse().unwrap();
        Draft::new(label.to_object(&id, "2026-08-01T00:00:00Z".parse().unwrap()).unwrap())
    };
    let foreign = lotus.sign(label(Tlp::Amber), 1);
    let _logged = harbour.log(&foreign);
    assert_eq!(harbour.names(Tlp::Red), [""; 0]);
    let _ours = harbour.label(&crane, "*", Tlp::Clear);
    assert_eq!((harbour.names(Tlp::Green).len(), harbour.names(Tlp::Amber).len()), (0, 1));
}

#[test]
fn records_of_others_books_of_the_node_and_what_is_sealed_are_not_in_it() {
    let mut harbour = Harbour::new();
    let lotus = Party::new("lotus");
    let theirs = lotus.sign(Draft::new(incident(7, 0, "Theirs")), 1);
    let _logged = harbour.log(&theirs);
    let ours = harbour.sign(Draft::new(incident(8, 0, "Sealed")));
    let sealed = ours.present(&record::Selection::nothing()).unwrap();
    let sealed = harbour.log(&sealed);
    let _label = harbour.label(&sealed, "*", Tlp::Clear);
    assert_eq!(harbour.all_versions(&Reader::everything()), []);
}

#[test]
fn a_part_of_a_record_does_not_take_the_place_of_the_whole() {
    let mut harbour = Harbour::new();
    let crane = harbour.incident(1, "A crane");
    let _label = harbour.label(&crane, "*", Tlp::Clear);
    let part = crane.record.present(&record::Selection::without(["/object/description".parse().unwrap()])).unwrap();
    let _again = harbour.log(&part);
    let [item] = harbour.read(&Reader::everything(), &Filter::default(), None).try_into().unwrap();
    assert!(item.object.contains("a crane moved by itself"));
    harbour.is_the_same_anew();
}

#[test]
fn of_what_is_erased_nothing_stays_and_nothing_opens() {
    let mut harbour = Harbour::new();
    let first = harbour.incident(1, "A crane");
    let _label = harbour.label(&first, "*", Tlp::Red);
    let other = harbour.incident(2, "A gate");
    let _label = harbour.label(&other, "*", Tlp::Green);
    let again = harbour.sign(Draft::new(incident(1, 1, "A crane, and a ship")));
    let again = harbour.log(&again);
    let gate = harbour.read(&Reader::up_to(Tlp::Green), &Filter::default(), None);
    harbour.erase(&first);
    let readers = [Reader::up_to(Tlp::AmberStrict).with_unlabelled(), Reader::up_to(Tlp::Red)];
    for reader in readers {
        assert_eq!(harbour.read(&reader, &Filter::default(), None), gate, "the label that held for it is gone");
    }
    assert_eq!(harbour.all_versions(&Reader::everything()).len(), 2, "the rest stands");
    harbour.is_the_same_anew();
    let _label = harbour.label(&again, "*", Tlp::Green);
    let now = harbour.read(&Reader::up_to(Tlp::Green), &Filter::default(), Some(gate[0].added));
    assert_eq!(now.iter().map(name_of).collect::<Vec<_>>(), ["A crane, and a ship"]);
    harbour.is_the_same_anew();
}

#[test]
fn more_versions_than_an_entry_has_room_for_come_out_at_once_and_one_is_erased() {
    let mut harbour = Harbour::new();
    let first = harbour.incident(1, "version 0");
    let red = harbour.label(&first, "*", Tlp::Red);
    let signed: Vec<_> = (1..100)
        .map(|version| harbour.sign(Draft::new(incident(1, version % 60, &format!("version {version}")))))
        .collect();
    let versions = harbour.log_all(&signed);
    let gate = harbour.incident(2, "A gate");
    let _lowered = harbour.lower(&red, Tlp::Green);
    harbour.wait(1_000_000);
    let _label = harbour.label(&gate, "*", Tlp::Green);
    let _label = harbour.label(&versions[5], "*", Tlp::Green);
    let green = Reader::up_to(Tlp::Green);
    let seconds = 60;
    assert_eq!(harbour.all_versions(&green).len(), seconds + 1, "of two records of one version the later is shown");
    harbour.is_the_same_anew();
    // Without the first, that label lets out as many in its turn: what follows at once would get other times, and later things do not.
    harbour.wait(1_000_000);
    harbour.erase(&first);
    assert_eq!(harbour.names(Tlp::Red), ["A gate"]);
    harbour.is_the_same_anew();
}

#[test]
fn what_was_made_of_something_that_is_erased_is_closed() {
    let mut harbour = Harbour::new();
    let (source, made) = (harbour.incident(1, "A witness"), harbour.incident(2, "A finding"));
    let _labels = [harbour.label(&source, "*", Tlp::Red), harbour.label(&made, "*", Tlp::Clear)];
    let _said = harbour.derive(&made, &source);
    harbour.erase(&source);
    assert_eq!(harbour.names(Tlp::Red), [""; 0]);
    let unlabelled = Reader::up_to(Tlp::Red).with_unlabelled();
    let names =
        |harbour: &Harbour| harbour.read(&unlabelled, &Filter::default(), None).iter().map(name_of).collect::<Vec<_>>();
    assert!(!names(&harbour).contains(&"A finding".to_owned()));
    harbour.is_the_same_anew();
    let _label = harbour.label(&made, "*", Tlp::Green);
    assert!(names(&harbour).contains(&"A finding".to_owned()), "unlabelled, since what it was made of is not here");
    harbour.is_the_same_anew();
}
