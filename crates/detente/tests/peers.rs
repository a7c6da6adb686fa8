//! What stays of a peer that is removed.

use crate::scene::Desk;

#[test]
fn whoever_is_removed_stays_pinned_unless_the_keys_are_to_go_too() {
    let desk = Desk::with_two();
    let hills = desk.party("hills");
    desk.name_peer("harbour", "hills", "127.0.0.1:9", "");
    let remove = ["peer", "remove", &hills, "--dir", "harbour"];
    desk.run_words(&remove).ends_with(0).says(&["Its keys stay pinned", "--unpin"]);
    desk.run_words(&["peer", "add", &hills, "--dir", "harbour"]).ends_with(0);
    desk.run_words(&[&remove[..], &["--unpin"]].concat()).ends_with(0).says(&["a stranger's"]);
    let unknown = desk.run_words(&["peer", "add", &hills, "--dir", "harbour"]);
    assert_ne!(unknown.code, Some(0), "its keys are not known any more: {unknown:?}");
}

#[test]
fn keys_by_which_negotiations_are_read_do_not_go() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    let hills = desk.party("hills");
    desk.name_peer("harbour", "hills", "127.0.0.1:9", "");
    desk.run_words(&["peer", "remove", &hills, "--unpin", "--dir", "harbour"]).refuses(1, &["negotiations"]);
    assert_eq!(desk.state("harbour", &agreement), "in force");
    desk.run_words(&["peer", "remove", &hills, "--dir", "harbour"]).ends_with(0);
}
