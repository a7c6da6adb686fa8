//! Records are found, by a command and beside a running node.

use std::time::{Duration, Instant};

use crate::nodes::any_file_holds;
use crate::scene::Desk;

/// An invented incident with a title, a text and a number of injured.
fn incident(title: &str, text: &str, injured: u32) -> String {
    let extension = r#""extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd":{"extension_type":"property-extension","event_kind":"incident",
        "severity":"serious incident","occurred":"2026-06-30T00:00:00Z","countries":["NL"],"injured":INJURED}"#;
    format!(
        r#"{{"type":"incident","spec_version":"2.1","name":"{title}","description":"{text}","extensions":{{{}}}}}"#,
        extension.replace("INJURED", &injured.to_string())
    )
}

impl Desk {
    /// Signs and logs an incident.
    pub(crate) fn report(&self, title: &str, text: &str, injured: u32) {
        self.sign(&incident(title, text, injured), "report.json");
        self.run("log append report.json --dir harbour").ends_with(0);
        self.run_script("rm report.json").ends_with(0);
    }

    /// The titles that a query finds.
    pub(crate) fn titles(&self, query: &str) -> Vec<String> {
        let run = self.run_words(&["--json", "search", query, "--dir", "harbour"]).ends_with(0);
        let hits = run.json()["hits"].clone();
        hits.as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap().to_owned()).collect()
    }
}

fn harbour() -> Desk {
    let desk = Desk::with_node();
    desk.report("Crane sets container down", "The steering took reflective vests for lane marks.", 2);
    desk.report("自动驾驶公交车未能识别行人", "车辆在路口没有停车，一名行人受轻伤。", 1);
    desk
}

#[test]
fn what_was_logged_is_found_at_once() {
    let desk = harbour();
    assert_eq!(desk.titles("vests"), ["Crane sets container down"]);
    assert_eq!(desk.titles("行人"), ["自动驾驶公交车未能识别行人"]);
    assert_eq!(desk.titles("injured>=2 country:NL after:2026-06"), ["Crane sets container down"]);
    desk.report("Pump stops", "It stood still.", 0);
    assert_eq!(desk.titles("-crane"), ["Pump stops", "自动驾驶公交车未能识别行人"]);
    let facts = desk.run("--json search pump --dir harbour --limit 1").ends_with(0).json();
    assert_eq!((&facts["total"]["exact"], &facts["behind"]), (&1.into(), &0.into()));
    desk.run("search pump --dir harbour").ends_with(0).says(&["1 records, best first", "2026-06-30", "Pump stops"]);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_query_that_is_wrong_is_pointed_at() {
    let desk = Desk::with_node();
    desk.run_words(&["search", "crane severity:grave", "--dir", "harbour"])
        .refuses(2, &["at column 16", "serious-incident", "               ^"]);
    let error = desk.run_words(&["--json", "search", "(crane", "--dir", "harbour"]).ends_with(2).json_error();
    assert!(error["message"].as_str().unwrap().contains("closing bracket"));
    desk.run_words(&["search", "crane", "--dir", "harbour", "--before", "yesterday"]).ends_with(2);
}

#[test]
fn pages_follow_one_another() {
    let desk = Desk::with_node();
    for number in 0..5 {
        desk.report(&format!("Stop {number}"), "The pump stood still.", 0);
    }
    let (mut seen, mut words) = (Vec::new(), "--json search pump --dir harbour --limit 2".to_owned());
    loop {
        let facts = desk.run(&words).ends_with(0).json();
        let hits = facts["hits"].as_array().unwrap().clone();
        seen.extend(hits.iter().map(|hit| hit["record_digest"].clone()));
        let Some(cursor) = facts["next"].as_str() else { break };
        words = format!("--json search pump --dir harbour --limit 2 --before {cursor}");
    }
    assert_eq!(seen.len(), 5);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 5);
}

#[test]
fn what_was_erased_is_found_no_more_and_is_in_no_file_of_the_index() {
    let desk = harbour();
    assert_eq!(desk.titles("vests").len(), 1);
    assert!(any_file_holds(&desk, "harbour/search", b"eflectlve"));
    desk.run("log erase 2 --dir harbour --reason wrong --yes").ends_with(0);
    assert_eq!(desk.titles("vests").len(), 0);
    for trace in [&b"reflective vests"[..], b"Crane sets", b"eflectlve", b"ontalner"] {
        assert!(!any_file_holds(&desk, "harbour/search", trace), "{trace:?}");
    }
    assert_eq!(desk.titles("行人").len(), 1);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!((desk.titles("vests").len(), desk.titles("行人").len()), (0, 1));
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_spoiled_index_is_made_anew_and_that_is_said() {
    let desk = harbour();
    assert_eq!(desk.titles("vests").len(), 1);
    for octets in [&b"no database"[..], &[0; 8192]] {
        desk.run_script("rm -f harbour/search/index.sqlite-*").ends_with(0);
        desk.write("harbour/search/index.sqlite", octets);
        let run = desk.run("search vests --dir harbour").ends_with(0).says(&["Crane sets container down"]);
        assert!(run.err.contains("made anew"), "{run:#?}");
    }
    desk.run_script("rm -r harbour/search").ends_with(0);
    assert!(desk.run("search vests --dir harbour").ends_with(0).says(&["Crane sets"]).err.is_empty());
}

#[test]
fn a_directory_that_was_put_back_and_went_another_way_is_read_anew() {
    let desk = harbour();
    desk.copy("harbour", "old");
    desk.report("Pump stops", "It stood still.", 0);
    assert_eq!(desk.titles("pump").len(), 1);
    desk.run_script(
        "mv harbour/search kept && rm -r harbour && mv old harbour && rm -rf harbour/search && mv kept harbour/search",
    )
    .ends_with(0);
    desk.report("Valve opens", "By itself.", 0);
    assert_eq!((desk.titles("pump").len(), desk.titles("valve").len()), (0, 1));
}

#[cfg(unix)]
#[test]
fn the_index_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = harbour();
    desk.titles("vests");
    desk.run("watch list --dir harbour").ends_with(0);
    for file in desk.files("harbour/search").into_keys().chain(desk.files("harbour/watch").into_keys()) {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "{}", file.display());
    }
}

#[test]
fn a_running_node_keeps_the_index_current() {
    let desk = harbour();
    let serving = desk.serve("harbour", "127.0.0.1:0");
    desk.report("Pump stops", "It stood still.", 0);
    // Counted in the index itself, so that only the running node can have put it there.
    let count = || {
        // Before the node has made it, there is none, and this must make none.
        let only_read = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let path = desk.path("harbour/search/index.sqlite");
        let Ok(database) = rusqlite::Connection::open_with_flags(path, only_read) else { return 0 };
        database.query_row("SELECT count(*) FROM document", [], |row| row.get::<_, i64>(0)).unwrap_or(0)
    };
    let end = Instant::now() + Duration::from_secs(30);
    while count() < 3 {
        assert!(Instant::now() < end, "the running node did not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(desk.titles("pump"), ["Pump stops"]);
    drop(serving);
}
