//! The name of a text: its canonical form, whatever the spelling.

use policy::agreement::Agreement;
use record::json::{Json, Map};

use super::scene::{draft, reword, text};

/// The same with all members the other way round.
fn reversed(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            let members: Vec<_> = map.into_iter().map(|(name, value)| (name, reversed(value))).collect();
            members.into_iter().rev().collect::<Map>().into()
        }
        Json::Array(items) => Json::Array(items.into_iter().map(reversed).collect()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value,
    }
}

#[test]
fn spelling_and_order_of_the_json_do_not_change_the_digest() {
    let agreement = draft("public-incident", 2);
    let plain = Json::from(text()).to_text();
    let spaced = plain.replace("\",\"", "\" ,\n\t\"");
    let escaped = plain.replace("缔约方", "\\u7f14\\u7ea6\\u65b9");
    let turned = reversed(Json::from(text())).to_text();
    assert!(spaced != plain && escaped != plain && turned != plain);
    for spelling in [plain, spaced, escaped, turned] {
        assert_eq!(Agreement::parse(spelling.as_bytes()).unwrap().digest(), agreement.digest());
    }
}

#[test]
fn one_changed_character_is_another_agreement() {
    let changed = reword(&text(), "2.1", "en", "TLP clear", "TLP Clear");
    assert_ne!(Agreement::from_map(changed).unwrap().digest(), draft("public-incident", 2).digest());
    assert_ne!(draft("public-incident", 3).digest(), draft("public-incident", 2).digest());
}
