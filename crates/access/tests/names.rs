//! Names of accounts.

use access::{AccountName, NameError, Skeleton};
use proptest::prelude::*;

use crate::scene::name;

#[test]
fn names_of_people_and_programs_are_taken() {
    for good in ["maria", "Lin.Wei", "duty-desk_2", "ops@harbour.example", "李伟", "Łukasz", "мария", "हिन्दी"]
    {
        assert_eq!(good.parse::<AccountName>().map(|name| name.to_string()), Ok(good.to_owned()));
    }
}

#[test]
fn what_could_be_taken_for_something_else_in_a_log_is_not() {
    let refused = |text: &str| text.parse::<AccountName>().unwrap_err();
    assert_eq!(refused("li wei"), NameError::Character(' '));
    assert_eq!(refused("ada/token"), NameError::Character('/'));
    assert_eq!(refused("ada\n"), NameError::Character('\n'));
    assert_eq!(refused("ada\u{200B}"), NameError::Character('\u{200B}'));
    assert_eq!(refused("\u{202E}ada"), NameError::Character('\u{202E}'));
    assert_eq!(refused("-"), NameError::Start);
    assert_eq!(refused("-rf"), NameError::Start);
    assert_eq!(refused(""), NameError::Length);
    assert_eq!(refused(&"a".repeat(65)), NameError::Length);
    assert_eq!(refused(&"a".repeat(1_000_000)), NameError::Length);
}

#[test]
fn another_spelling_is_named_in_the_one_that_is_kept() {
    assert_eq!("re\u{301}my".parse::<AccountName>(), Err(NameError::Spelling("rémy".to_owned())));
    assert_eq!("ａｄａ".parse::<AccountName>(), Err(NameError::Spelling("ada".to_owned())));
}

#[test]
fn names_that_look_alike_have_one_skeleton() {
    for (one, other) in
        [("maria", "Maria"), ("maria", "mаriа"), ("rémy", "remy"), ("lin.wei", "linwei"), ("李伟", "李偉")]
    {
        assert_eq!(name(one).skeleton(), name(other).skeleton(), "{one} and {other}");
    }
    assert_ne!(name("maria").skeleton(), name("mario").skeleton());
}

proptest! {
    #[test]
    fn a_name_has_one_spelling_and_stands_on_one_line(text in any::<String>()) {
        if let Ok(name) = text.parse::<AccountName>() {
            prop_assert_eq!(name.as_str(), &text);
            prop_assert_eq!(name.skeleton(), &Skeleton::of(&text));
            prop_assert!(!name.skeleton().as_str().is_empty());
            prop_assert!(!text.contains(|character: char| character.is_whitespace() || character == '/'));
        }
    }
}
