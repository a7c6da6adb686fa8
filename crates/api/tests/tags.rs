//! What has not changed need not travel, and what has changed is not written over.

use api::ProblemKind;
use api::etag::EntityTag;

fn tag() -> EntityTag {
    EntityTag::of("ada", b"{}")
}

#[test]
fn a_tag_is_of_an_answer_and_a_caller() {
    assert_eq!(tag(), EntityTag::of("ada", b"{}"));
    assert!(tag() != EntityTag::of("ada", b"{ }") && tag() != EntityTag::of("bo", b"{}"));
    assert_ne!(EntityTag::of("ab", b"c"), EntityTag::of("a", b"bc"));
    assert_eq!(tag().to_string().len(), 24);
}

#[test]
fn what_is_known_need_not_travel() {
    let ours = tag().to_string();
    for known in
        [ours.clone(), format!("W/{ours}"), "*".into(), format!("\"a,b\", {ours}"), format!("\"x\",W/\"y\" ,{ours}")]
    {
        assert!(tag().is_known(Some(&known)), "{known}");
    }
    for unknown in ["", "\"x\"", "x", "\"x", &ours.replace('"', ""), &format!("{ours} \"x\""), "W/*"] {
        assert!(!tag().is_known(Some(unknown)), "{unknown}");
    }
    assert!(!tag().is_known(None));
    assert!(!tag().is_known(Some(&["\"x\""; 65].join(","))));
}

#[test]
fn what_has_changed_is_not_written_over() {
    let ours = tag().to_string();
    let check = |current: Option<&EntityTag>, field: &str| {
        EntityTag::check(current, Some(field)).map_err(|problem| problem.kind())
    };
    assert!(EntityTag::check(None, None).is_ok());
    assert!(check(Some(&tag()), &ours).is_ok() && check(Some(&tag()), "*").is_ok());
    for (current, field) in [
        (Some(&tag()), "\"x\"".to_owned()),
        (Some(&tag()), format!("W/{ours}")),
        (Some(&tag()), "nonsense".to_owned()),
        (None, "*".to_owned()),
        (None, ours),
    ] {
        assert_eq!(check(current, &field), Err(ProblemKind::Precondition), "{field}");
    }
}
