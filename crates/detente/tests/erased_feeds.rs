//! A body that is erased here is gone from our feeds too, and they say so.

use storage::{Body, Place, Store as _};

use crate::releases::released;
use crate::scene::Desk;

/// The index of `r.json` in Harbour's node log.
fn index(desk: &Desk) -> u64 {
    let digest = desk.run("record show r.json --dir harbour").fact("record digest");
    let entries = desk.entries("harbour");
    entries.iter().find(|row| row["record_digest"] == *digest).unwrap()["index"].as_u64().unwrap()
}

#[test]
fn an_erasure_takes_the_body_out_of_the_feed_and_the_feed_says_so() {
    let (desk, agreement, _) = released();
    let words = format!("log erase {} --dir harbour --reason requested", index(&desk));
    let dry = desk.run(&words).ends_with(0).says(&["Entry 0 of the feed", "Nothing was changed"]);
    assert!(dry.err.contains(&agreement) && dry.err.contains("kept until"), "{dry:?}");
    assert_eq!(desk.feed_entries().len(), 1);
    let done = desk.run(&format!("{words} --yes")).ends_with(0);
    assert_eq!(done.fact("erased in feeds"), "1");
    let entries = desk.feed_entries();
    assert_eq!(
        (entries.len(), entries[1]["kind"].as_str(), entries[1]["index"].as_u64()),
        (2, Some("erased"), Some(0))
    );
    assert_eq!(entries[1]["record"], entries[0]["record"]);
    // Before the store is opened beside the command, with fewer views than it has.
    desk.run("verify harbour").ends_with(0);
    let name = desk.feed_files()[0].0.split('/').find(|part| part.starts_with("feed-")).unwrap().to_owned();
    let body = desk.open_store("harbour").bodies(&[Place::new(name.parse().unwrap(), 0)]).unwrap().remove(0);
    assert!(matches!(body, Body::Erased), "{body:?}");
}
