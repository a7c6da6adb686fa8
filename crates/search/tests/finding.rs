//! Words and phrases, in English and in Chinese.

use search::{Ask, Order, Total};

use crate::scene::{Report, Shelf, query};

fn harbour() -> Shelf {
    Shelf::with(&[
        Report::new(
            "crane",
            "Crane sets container down",
            "The steering took reflective vests for lane marks. Two dockers jumped aside.",
        ),
        Report::new(
            "clinic",
            "Triage model missed a stroke",
            "The crane of the clinic was not concerned; the model ranked a patient last.",
        ),
        Report::new("bus", "自动驾驶公交车未能识别行人", "车辆在路口没有停车，一名行人受轻伤。系统随后被停用。"),
        Report::new("gas", "燃气报警系统误报", "报警系统把蒸汽认作燃气，工厂停工两小时。"),
        Report::new("trad", "自動駕駛測試車偏離車道", "測試車輛在隧道內偏離車道，沒有人受傷。"),
    ])
}

#[test]
fn a_word_is_found_whatever_its_case_and_accents() {
    let shelf = harbour();
    for words in ["dockers", "DOCKERS", "döckers", "ｄｏｃｋｅｒｓ"] {
        assert_eq!(shelf.found(words), ["Crane sets container down"], "{words}");
    }
    assert_eq!(shelf.found("docker"), Vec::<String>::new());
}

#[test]
fn words_are_asked_for_together_and_phrases_in_their_order() {
    let shelf = harbour();
    assert_eq!(shelf.found("vests steering").len(), 1);
    assert_eq!(shelf.found("\"reflective vests\"").len(), 1);
    assert_eq!(shelf.found("\"vests reflective\"").len(), 0);
    assert_eq!(shelf.found("vests patient").len(), 0);
    assert_eq!(shelf.found("vests OR patient").len(), 2);
    assert_eq!(shelf.found("crane -dockers"), ["Triage model missed a stroke"]);
    assert_eq!(shelf.found("-crane").len(), 3);
}

#[test]
fn a_title_weighs_more_than_a_text() {
    assert_eq!(harbour().titles("crane"), ["Crane sets container down", "Triage model missed a stroke"]);
}

#[test]
fn a_chinese_word_of_two_characters_is_found_inside_a_sentence() {
    let shelf = harbour();
    assert_eq!(shelf.found("行人"), ["自动驾驶公交车未能识别行人"]);
    assert_eq!(shelf.found("系统").len(), 2);
    assert_eq!(shelf.found("人行").len(), 0);
    assert_eq!(shelf.found("报警系统"), ["燃气报警系统误报"]);
}

#[test]
fn a_chinese_word_does_not_run_over_a_comma() {
    let shelf = Shelf::with(&[
        Report::new("one", "One", "报警，系统停用。"),
        Report::new("two", "Two", "报警系统停用。"),
        Report::new("three", "Three", "系统 报警gpt系统"),
    ]);
    assert_eq!(shelf.found("报警系统"), ["Two"]);
    assert_eq!(shelf.found("系统").len(), 3);
    assert_eq!(shelf.found("警gpt系"), ["Three"]);
}

#[test]
fn simplified_and_traditional_characters_find_each_other() {
    let shelf = harbour();
    for words in ["自动驾驶", "自動駕駛"] {
        assert_eq!(shelf.found(words).len(), 2, "{words}");
    }
}

#[test]
fn a_single_character_is_found_inside_a_word() {
    let shelf = harbour();
    assert_eq!(shelf.found("隧"), ["自動駕駛測試車偏離車道"]);
    assert_eq!(shelf.found("伤").len(), 2);
    assert_eq!(shelf.found("猫").len(), 0);
}

#[test]
fn full_width_signs_are_taken_like_plain_ones() {
    let shelf = harbour();
    assert_eq!(shelf.found("“报警系统”").len(), 1);
    assert_eq!(shelf.found("（行人 OR 燃气）　－蒸汽").len(), 1);
}

#[test]
fn a_snippet_shows_the_stretch_that_was_searched_for() {
    let text =
        format!("{} The fuse of pump nine burned. {}", "Nothing here. ".repeat(60), "Nothing there. ".repeat(60));
    let shelf = Shelf::with(&[Report::new("pump", "Pump", &text)]);
    let hits = shelf.ask("fuse burned").hits;
    assert!(hits[0].snippet.contains("fuse of pump nine"), "{}", hits[0].snippet);
    assert!(hits[0].snippet.starts_with('…') && hits[0].snippet.chars().count() < 170);
}

#[test]
fn hostile_texts_are_only_texts() {
    let texts = [
        "\" OR \"xall",
        "NEAR(a b)",
        "title:",
        "*",
        "a\" NOT \"b",
        "'; DROP TABLE document; --",
        "\u{0}\u{202e}x",
        "^abc",
        "{a} + b",
    ];
    let reports: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Report::new(&at.to_string(), "T", "b").with("description", text))
        .collect();
    let shelf = Shelf::with(&reports);
    for text in texts {
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        if let Ok(query) = quoted.parse() {
            let hits = shelf.index.search(&Ask::new(&query, 10)).unwrap();
            assert_ne!(hits.total, Total::Exact(0), "{text}");
            assert!(hits.hits.len() < texts.len(), "{text}");
        }
    }
    assert_eq!(shelf.index.count().unwrap(), 9);
}

#[test]
fn pages_hold_every_hit_once() {
    let reports: Vec<_> =
        (0..57).map(|at| Report::new(&at.to_string(), &format!("Stop {at}"), &"crane ".repeat(1 + at % 5))).collect();
    let shelf = Shelf::with(&reports);
    let query = query("crane");
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = shelf.index.search(&Ask::new(&query, 10).going_on(before)).unwrap();
        assert_eq!((page.total, page.order), (Total::Exact(57), Order::ByRank));
        seen.extend(page.hits.iter().map(|hit| hit.place.index));
        // A cursor goes through a person's hands as text.
        before = page.next.map(|cursor| cursor.to_string().parse().unwrap());
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 57);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 57);
}

#[test]
fn beyond_what_is_ranked_the_newest_come_first_and_the_answer_says_so() {
    let mut shelf = Shelf::new();
    let reports: Vec<_> = (0..20_050)
        .map(|at| {
            let day = format!("2026-{:02}-{:02}T00:00:00Z", 1 + at % 9, 1 + at % 28);
            let mut report = Report::new(&at.to_string(), "Stop", "the pump");
            report.object.remove("extensions");
            report.object.set("created", day);
            report
        })
        .collect();
    shelf.add(&reports);
    let query = query("pump");
    let first = shelf.index.search(&Ask::new(&query, 200)).unwrap();
    assert_eq!((first.total, first.order), (Total::MoreThan(20_000), Order::ByDate));
    let days: Vec<_> = first.hits.iter().map(|hit| hit.day).collect();
    assert!(days.is_sorted_by(|one, other| one >= other));
    let second = shelf.index.search(&Ask::new(&query, 200).going_on(first.next)).unwrap();
    assert!(second.order == Order::ByDate && second.hits[0].day <= *days.last().unwrap());
    assert!(first.hits.iter().all(|hit| !second.hits.contains(hit)));
}

/// The titles, cursors and the order of a plain answer, page by page; the words of a secret record change none of them.
fn plainly(shelf: &Shelf, text: &str, is_shown: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let (query, mut seen, mut before) = (query(text), Vec::new(), None);
    loop {
        let page = shelf.index.search(&Ask::new(&query, 2).plainly(true).going_on(before)).unwrap();
        assert_eq!(page.order, Order::ByDate);
        let shown = page.hits.iter().filter(|hit| is_shown(&hit.title));
        seen.extend(shown.map(|hit| (hit.title.clone(), hit.behind.to_string())));
        before = page.next.map(|cursor| cursor.to_string().parse().unwrap());
        if before.is_none() {
            return seen;
        }
    }
}

#[test]
fn a_plain_answer_does_not_depend_on_what_is_not_shown() {
    let open = [Report::new("a", "Open", "crane"), Report::new("b", "Open", "winch"), Report::new("c", "Open", "x")];
    let secret = [Report::new("s", "Secret", "winch winch"), Report::new("t", "Secret", "winch")];
    let mut shelf = Shelf::with(&open);
    let is_open = |title: &str| title == "Open";
    let before = plainly(&shelf, "crane OR winch", &is_open);
    let ranked = shelf.ask("crane OR winch").hits;
    shelf.add(&secret);
    assert_eq!(plainly(&shelf, "crane OR winch", &is_open), before);
    assert_eq!(before.len(), 2);
    let now: Vec<_> = shelf.ask("crane OR winch").hits.into_iter().filter(|hit| is_open(&hit.title)).collect();
    assert_ne!(
        ranked.iter().map(|hit| hit.place.index).collect::<Vec<_>>(),
        now.iter().map(|hit| hit.place.index).collect::<Vec<_>>(),
        "a rank does"
    );
}

#[test]
fn a_plain_page_goes_on_where_it_was_when_its_last_record_is_gone() {
    let mut shelf = Shelf::with(&["a", "b", "c"].map(|name| Report::new(name, name, "crane")));
    let (query, all) =
        (query("crane"), |page: search::Hits| page.hits.into_iter().map(|hit| hit.title).collect::<Vec<_>>());
    let first = shelf.index.search(&Ask::new(&query, 1).plainly(true)).unwrap();
    let (next, gone) = (first.next, first.hits[0].place.clone());
    let mut writer = shelf.index.writer().unwrap();
    writer.erase(&gone).unwrap();
    writer.commit().unwrap();
    let rest = shelf.index.search(&Ask::new(&query, 9).plainly(true).going_on(next)).unwrap();
    assert_eq!(all(rest).len(), 2);
}
