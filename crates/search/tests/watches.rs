//! Searches that stand.

use search::{Index, Rule, Watches};

use crate::scene::{Report, STORE, Shelf, now, query};

struct Post {
    shelf: Shelf,
    watches: Watches,
}

fn rule(name: &str, text: &str) -> Rule {
    Rule::new(name.parse().unwrap(), query(text), now())
}

impl Post {
    fn new() -> Self {
        let shelf = Shelf::with(&[Report::new("before", "Before", "a crane")]);
        let watches = Watches::open(&shelf.dir.path().join("watch.sqlite")).unwrap();
        Self { shelf, watches }
    }

    fn run(&mut self) -> Vec<(String, u64)> {
        let round = self.watches.run(&self.shelf.index, now()).unwrap();
        round.alerts.into_iter().map(|alert| (alert.rule.to_string(), alert.place.index)).collect()
    }
}

#[test]
fn each_new_record_makes_one_alert_and_older_ones_make_none() {
    let mut post = Post::new();
    assert!(post.watches.add(&rule("cranes", "crane"), &post.shelf.index).unwrap());
    assert_eq!(post.run(), []);
    post.shelf.add(&[Report::new("one", "One", "a crane"), Report::new("two", "Two", "a pump")]);
    assert_eq!(post.run(), [("cranes".to_owned(), 1)]);
    assert_eq!(post.run(), []);
    assert!(post.watches.add(&rule("pumps", "pump OR crane"), &post.shelf.index).unwrap());
    post.shelf.add(&[Report::new("three", "Three", "crane and pump")]);
    assert_eq!(post.run(), [("cranes".to_owned(), 3), ("pumps".to_owned(), 3)]);
}

#[test]
fn the_same_record_by_another_way_makes_no_second_alert() {
    let mut post = Post::new();
    post.watches.add(&rule("cranes", "crane"), &post.shelf.index).unwrap();
    post.shelf.add(&[Report::new("one", "One", "a crane")]);
    assert_eq!(post.run().len(), 1);
    post.shelf.add(&[Report::new("one", "One", "a crane"), Report::new("two", "Two", "a crane")]);
    assert_eq!(post.run(), [("cranes".to_owned(), 3)]);
}

#[test]
fn an_index_that_is_made_anew_alerts_nobody_again() {
    let mut post = Post::new();
    post.watches.add(&rule("cranes", "crane"), &post.shelf.index).unwrap();
    post.shelf.add(&[Report::new("one", "One", "a crane")]);
    assert_eq!(post.run().len(), 1);
    let path = post.shelf.path();
    Index::drop_at(&path).unwrap();
    post.shelf.index = Index::open(&path, STORE).unwrap().0;
    post.shelf.next = 0;
    for report in ["before", "one", "two"] {
        post.shelf.add(&[Report::new(report, report, "a crane")]);
        let found = post.run();
        assert_eq!(found.len(), usize::from(report == "two"), "{report}: {found:?}");
    }
}

#[test]
fn an_alert_is_kept_until_somebody_takes_note_of_it_and_after() {
    let mut post = Post::new();
    post.watches.add(&rule("cranes", "crane"), &post.shelf.index).unwrap();
    post.shelf.add(&[Report::new("one", "One", "a crane")]);
    post.run();
    let number = post.watches.alerts(None, false).unwrap()[0].number;
    assert!(post.watches.acknowledge(number, "Ana", now()).unwrap());
    assert!(post.watches.acknowledge(number, "Bo", now()).unwrap());
    assert!(!post.watches.acknowledge(number + 7, "Bo", now()).unwrap());
    assert_eq!(post.watches.alerts(None, false).unwrap(), []);
    let all = post.watches.alerts(Some(&"cranes".parse().unwrap()), true).unwrap();
    assert_eq!(all[0].acknowledged, Some((now(), "Ana".to_owned())));
}

#[test]
fn a_name_stands_once_and_goes_with_its_alerts() {
    let mut post = Post::new();
    let name = "cranes".parse().unwrap();
    assert!(post.watches.add(&rule("cranes", "crane").opening_a_case(true), &post.shelf.index).unwrap());
    assert!(!post.watches.add(&rule("cranes", "pump"), &post.shelf.index).unwrap());
    let rules = post.watches.rules().unwrap();
    assert!(rules.len() == 1 && rules[0].open_case && rules[0].query == query("crane"));
    post.shelf.add(&[Report::new("one", "One", "a crane")]);
    post.run();
    assert!(post.watches.remove(&name).unwrap() && !post.watches.remove(&name).unwrap());
    assert_eq!(post.watches.alerts(None, true).unwrap(), []);
}

#[test]
fn names_can_be_typed() {
    for (name, fits) in
        [("cranes", true), ("蒸汽-2_b", true), ("", false), ("a b", false), ("-x", false), ("a/b", false)]
    {
        assert_eq!(name.parse::<search::RuleName>().is_ok(), fits, "{name}");
    }
    assert!("a".repeat(65).parse::<search::RuleName>().is_err());
}

#[test]
fn a_damaged_file_of_rules_is_named_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("watch.sqlite");
    std::fs::write(
        &path,
        b"no database at all, and longer than a header would be......................................",
    )
    .unwrap();
    assert!(Watches::open(&path).unwrap_err().is_damage());
    assert!(std::fs::read(&path).unwrap().starts_with(b"no database"));
}
