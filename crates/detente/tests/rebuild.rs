//! Everything but the truth can be made anew.

use crate::nodes::{desk_with_log, relative};
use crate::scene::Desk;

fn desk_with_entries() -> Desk {
    let desk = desk_with_log();
    desk.log_named("second", "harbour");
    desk.run("log erase 2 --dir harbour --reason x --yes").ends_with(0);
    desk
}

/// What the newest checkpoint needs, and the checkpoint's claims.
fn published(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let files = desk.files("harbour/log").into_iter();
    let files = files.map(|(path, octets)| (relative(&path, desk, "harbour"), octets));
    files.filter(|(path, _)| path.ends_with(".p/5")).collect()
}

#[test]
fn views_and_published_files_come_back_as_they_were() {
    let desk = desk_with_entries();
    let (list, files) = (desk.entries("harbour"), published(&desk));
    assert_eq!(files.len(), 2);
    let segments = desk.files("harbour/segments");
    for lost in ["harbour/views/views.sqlite", "harbour/log/node/tile", "harbour/log", "harbour/views"] {
        desk.run_script(&format!("rm -r {lost}")).ends_with(0);
        let facts = desk.run("--json rebuild --dir harbour").ends_with(0).json();
        assert!(facts["frames"].as_u64().unwrap() > 0);
        assert_eq!((desk.entries("harbour"), published(&desk)), (list.clone(), files.clone()), "without {lost}");
        desk.run("verify harbour").ends_with(0);
    }
    assert_eq!(desk.files("harbour/segments"), segments);
}

#[test]
fn spoiled_views_and_published_files_come_back_as_they_were() {
    let desk = desk_with_entries();
    let (list, files) = (desk.entries("harbour"), published(&desk));
    for (path, octets) in [
        ("harbour/views/views.sqlite", &b"no database at all"[..]),
        ("harbour/views/views.sqlite", &[0; 8192]),
        ("harbour/log/node/checkpoint", b"hello"),
        ("harbour/log/node/tile/0/000.p/5", b"short"),
        ("harbour/log/node/tile/entries/000.p/5", &[7; 170]),
    ] {
        desk.write(path, octets);
        assert_ne!(desk.found("harbour"), Vec::<String>::new(), "{path}");
        desk.run("rebuild --dir harbour").ends_with(0);
        assert_eq!((desk.entries("harbour"), published(&desk)), (list.clone(), files.clone()), "{path}");
        desk.run("verify harbour").ends_with(0);
    }
}

#[test]
fn damaged_truth_is_not_made_anew() {
    let desk = desk_with_entries();
    desk.flip("harbour/segments/00000000.segment", 9_000 * 8);
    let before = desk.files("harbour/segments");
    let run = desk.run("rebuild --dir harbour");
    assert!(run.code == Some(1) && run.err.contains("segments/00000000.segment"), "{run:#?}");
    assert_eq!(desk.files("harbour/segments"), before);
}
