//! The client against our own server: whatever happens meanwhile, each object once.

use std::cell::RefCell;
use std::collections::VecDeque;

use proptest::prelude::*;
use taxii::client::{Answer, Fault, Note, Settings, Url};
use taxii::{MEDIA_TYPE, Request};

use crate::bridge::{Back, Reader, settings};
use crate::scene::{ADA, Scene, head, incident, listed, scene, version};

const HOME: &str = "https://coast.example/taxii2/";

/// How the server is between the two.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Ours,
    /// Without cursors, as servers of early drafts.
    DatesAlone,
    /// Without dates.
    CursorsAlone,
    /// Dates in milliseconds.
    Coarse,
    /// One cursor for a whole session, which moves on with each answer, as at the reference server.
    Sessions,
}

/// The sessions of a server of that manner: what each has not given yet.
#[derive(Default)]
struct Sessions(RefCell<Vec<VecDeque<(String, String)>>>);

impl Sessions {
    fn ask(&self, scene: &Scene, url: &Url) -> Answer {
        let whole = url.to_string();
        let parameter =
            |name: &str| whole.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let mut sessions = self.0.borrow_mut();
        let number = parameter("next").map_or(sessions.len(), |next| next.parse().unwrap());
        if number == sessions.len() {
            sessions.push(dated(scene, &whole));
        }
        let rest = &mut sessions[number];
        let limit: usize = parameter("limit").unwrap().parse().unwrap();
        let page: Vec<(String, String)> = rest.drain(..limit.min(rest.len())).collect();
        let objects = page.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(",");
        let more = if rest.is_empty() { String::new() } else { format!(r#","more":true,"next":"{number}""#) };
        let mut answer = Answer::new(200).with_field("content-type", MEDIA_TYPE);
        if let Some((date, _)) = page.last() {
            answer = answer.with_field("x-taxii-date-added-last", date);
        }
        answer.with_body(format!(r#"{{"objects":[{objects}]{more}}}"#).into_bytes())
    }
}

/// What a question finds, each object with its date.
fn dated(scene: &Scene, url: &str) -> VecDeque<(String, String)> {
    let (path, query) = url.strip_prefix("https://coast.example").unwrap().split_once('?').unwrap();
    let after = query.split('&').find_map(|pair| pair.strip_prefix("added_after="));
    let mut found = VecDeque::new();
    let mut go_on = after.map(|after| format!("&added_after={after}")).unwrap_or_default();
    loop {
        let reply = scene.get(&format!("{path}?limit=1{go_on}"));
        let Some(date) = reply.header("X-TAXII-Date-Added-Last") else { return found };
        let text = reply.body.split_once(r#""objects":["#).unwrap().1.rsplit_once(']').unwrap().0.to_owned();
        found.push_back((date.to_owned(), text));
        go_on = format!("&added_after={date}");
    }
}

fn ask_in(scene: &Scene, sessions: &Sessions, url: &Url, manner: Manner) -> Answer {
    let is_page = url.to_string().contains("/objects/");
    if matches!(manner, Manner::Sessions) && is_page { sessions.ask(scene, url) } else { ask(scene, url, manner) }
}

fn ask(scene: &Scene, url: &Url, manner: Manner) -> Answer {
    let whole = url.to_string();
    let target = whole.strip_prefix("https://coast.example").unwrap();
    let reply = scene.server.answer(Some(&ADA), &Request::new(head("GET", target), b""));
    let mut body = reply.body.to_string();
    let mut answer = Answer::new(reply.status).with_field("content-type", MEDIA_TYPE);
    if let Some(date) = reply.header("X-TAXII-Date-Added-Last") {
        match manner {
            Manner::CursorsAlone => {}
            Manner::Coarse => {
                answer = answer.with_field("x-taxii-date-added-last", &format!("{}Z", date.get(..23).unwrap()));
            }
            Manner::Ours | Manner::DatesAlone | Manner::Sessions => {
                answer = answer.with_field("X-TAXII-Date-Added-Last", date);
            }
        }
    }
    if let (Manner::DatesAlone, Some(start)) = (manner, body.find("\"next\":\"")) {
        let end = start + 8 + body.get(start + 8..).unwrap().find('"').unwrap() + 1;
        body.replace_range(start..end, "\"_\":0");
    }
    answer.with_body(body.into_bytes())
}

fn small(limit: usize) -> Settings {
    let mut settings = settings(HOME);
    settings.page_objects = limit;
    settings
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

#[test]
fn everything_is_read_from_discovery_on() {
    let scene = scene();
    scene.put_many(7);
    let mut reader = Reader::default();
    reader.run(small(3), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!(reader.faults, []);
    assert_eq!(reader.notes, []);
    assert_eq!(reader.kept, (0..7).map(incident).collect::<Vec<_>>());
    assert_eq!(reader.asked.len(), 3 + 3, "{:?}", reader.asked);
    assert_eq!(reader.offered[0].title, "What was agreed");
}

#[test]
fn a_second_run_takes_only_what_is_new() {
    let scene = scene();
    scene.put_many(7);
    let mut reader = Reader::default();
    reader.run(small(3), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    scene.server.backend().put(scene.shared, &version(2, 5));
    scene.server.backend().put(scene.shared, &incident(100));
    let asked = reader.asked.len();
    reader.run(small(3), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!(reader.kept[7..], [version(2, 5), incident(100)]);
    // Discovery, root, collections and one page; the last object of the run before comes along with it.
    assert_eq!((reader.asked.len() - asked, reader.again), (4, 1));
    // It is asked for once more, and not again once nothing newer was there.
    for again in [2, 2, 2] {
        reader.run(small(3), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
        assert_eq!(reader.again, again);
    }
    scene.server.backend().put(scene.shared, &incident(101));
    reader.run(small(3), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!((reader.kept.len(), reader.again), (10, 2));
}

#[test]
fn a_cursor_that_is_not_taken_any_more_is_no_end() {
    let scene = scene();
    scene.put_many(9);
    let (mut reader, mut refusals) = (Reader::default(), 0);
    reader.run(small(2), |url| {
        if url.to_string().contains("next=") && reader_has_asked(&mut refusals) {
            return Back::Whole(Answer::new(400));
        }
        Back::Whole(ask(&scene, url, Manner::Ours))
    });
    assert_eq!((reader.faults, reader.notes), (vec![], vec![Note::CursorRefused]));
    assert_eq!(reader.kept, (0..9).map(incident).collect::<Vec<_>>());
}

/// True at the second question with a cursor.
const fn reader_has_asked(count: &mut usize) -> bool {
    *count += 1;
    *count == 2
}

#[test]
fn a_run_that_was_cut_off_asks_by_date_since_its_cursor_may_have_moved() {
    let scene = scene();
    scene.put_many(9);
    let mut reader = Reader::default();
    reader.run_for(small(2), 2, |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!((reader.kept.len(), reader.places.values().next().unwrap().is_at_end()), (4, false));
    let asked = reader.asked.len();
    reader.run(small(2), |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert!(reader.asked[asked + 3].contains("added_after=") && !reader.asked[asked + 3].contains("next="));
    assert_eq!(reader.kept, (0..9).map(incident).collect::<Vec<_>>());
}

#[test]
fn a_collection_that_is_not_there_is_named_and_the_others_are_read() {
    let scene = scene();
    scene.put_many(2);
    let mut both = small(5);
    both.collections = vec![scene.shared.to_string(), "harbour".to_owned()];
    let mut reader = Reader::default();
    reader.run(both, |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!(reader.kept.len(), 2);
    assert_eq!(reader.faults, [Fault::NoSuchCollection("harbour".to_owned())]);
}

#[test]
fn what_is_offered_can_be_seen_without_reading_it() {
    let scene = scene();
    scene.put_many(2);
    let mut only = small(5);
    only.reads_objects = false;
    let mut reader = Reader::default();
    reader.run(only, |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!((reader.kept.len(), reader.offered.len(), reader.asked.len()), (0, 1, 3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn each_object_is_kept_once_whatever_happens_meanwhile(
        count in 0..30_usize,
        limit in 1..9_usize,
        coming in prop::collection::vec(0..4_usize, 0..24),
        cuts in prop::collection::vec(0..6_usize, 0..4),
        breaks in prop::collection::vec(0..5_usize, 0..40),
        manner in prop::sample::select(vec![
            Manner::Ours, Manner::DatesAlone, Manner::CursorsAlone, Manner::Coarse, Manner::Sessions,
        ]),
    ) {
        let scene = scene();
        scene.put_many(count);
        let (mut reader, sessions) = (Reader::default(), Sessions::default());
        let (mut number, mut coming, mut breaks) = (1_000, coming.into_iter(), breaks.into_iter());
        let mut line = |url: &Url| {
            let breaks = breaks.next();
            if breaks == Some(0) {
                return Back::Broken("reset before it was asked");
            }
            let answer = ask_in(&scene, &sessions, url, manner);
            if breaks == Some(1) {
                return Back::Broken("reset before it was answered");
            }
            for _ in 0..coming.next().unwrap_or(0) {
                scene.server.backend().put(scene.shared, &incident(number));
                number += 1;
            }
            Back::Whole(answer)
        };
        for pages in cuts {
            reader.run_for(small(limit), pages, &mut line);
        }
        // Six breaks of the line in a row end a run, and the next one goes on.
        for _ in 0..8 {
            reader.run(small(limit), &mut line);
        }
        let whole = listed(&scene.get(&scene.path("objects/?limit=1000")));
        prop_assert_eq!(reader.kept.len(), whole.len());
        let all: Vec<String> = (0..count).chain(1_000..number).map(incident).collect();
        prop_assert_eq!(sorted(reader.kept), sorted(all));
    }
}
