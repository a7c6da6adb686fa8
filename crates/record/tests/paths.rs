//! Names of places.

use std::collections::BTreeSet;

use proptest::prelude::*;
use record::path::Path;

#[test]
fn takes_places_of_a_payload_and_nothing_else() {
    let good = ["/object", "/aside", "/object/a~1b~0c", "/aside/members/0", "/object/", "/object/extensions/a-ext/x"];
    for text in good {
        assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
    }
    let long = format!("/object/{}", "a".repeat(251));
    let deep = format!("/object{}", "/a".repeat(64));
    let bad = ["", "/", "object", "/objects", "/iss", "*", "/object/~", "/object/~2", "/object/a~", &long, &deep];
    for text in bad {
        assert!(text.parse::<Path>().is_err(), "{text}");
    }
}

#[test]
fn says_what_is_wrong() {
    let error = "/iss".parse::<Path>().unwrap_err();
    let expected = "`/iss` is not a path such as /object/description: it should begin with `/object` or `/aside`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn is_built_and_taken_apart() {
    let path = Path::object("external_references").slot(3).child("a/b~");
    assert_eq!(path.as_str(), "/object/external_references/3/a~1b~0");
    assert_eq!(path.segments().collect::<Vec<_>>(), ["object", "external_references", "3", "a/b~"]);
    assert_eq!(path.last(), "a/b~");
    assert_eq!(path.parent(), Some(Path::object("external_references").slot(3)));
    assert_eq!(Path::aside_root().parent(), None);
    assert_eq!(Path::aside("version").to_string(), "/aside/version");
}

#[test]
fn knows_what_lies_below() {
    let name = Path::object("name");
    assert!(name.is_within(&name) && name.is_within(&Path::object_root()) && name.slot(1).is_within(&name));
    assert!(!Path::object("names").is_within(&name) && !name.is_within(&Path::aside_root()));
    assert!(!Path::object_root().is_within(&name));
}

#[test]
fn stands_directly_before_what_is_below() {
    let texts = ["/object/a/b", "/object/a-b", "/object/a", "/object/a!", "/aside", "/object", "/object/a/b/c"];
    let sorted: BTreeSet<Path> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let order: Vec<_> = sorted.iter().map(Path::as_str).collect();
    let expected = ["/aside", "/object", "/object/a", "/object/a/b", "/object/a/b/c", "/object/a!", "/object/a-b"];
    assert_eq!(order, expected);
}

proptest! {
    #[test]
    fn built_paths_parse(names in proptest::collection::vec("\\PC{0,40}", 0..8)) {
        let path = names.iter().fold(Path::object_root(), |path, name| path.child(name));
        prop_assert_eq!(&path.as_str().parse::<Path>().unwrap(), &path);
        let segments: Vec<_> = path.segments().skip(1).map(std::borrow::Cow::into_owned).collect();
        prop_assert_eq!(segments, names);
    }
}
