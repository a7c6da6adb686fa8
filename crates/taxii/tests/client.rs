//! The client against our own server: whatever happens meanwhile, each object once.

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
                answer = answer.with_field("x-taxii-date-added-last", &format!("{}Z", date.get(..23).unwrap()))
            }
            Manner::Ours | Manner::DatesAlone => answer = answer.with_field("X-TAXII-Date-Added-Last", date),
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
}

#[test]
fn a_cursor_that_is_not_taken_any_more_is_no_end() {
    let scene = scene();
    scene.put_many(9);
    let mut reader = Reader::default();
    reader.run_for(small(2), 2, |url| Back::Whole(ask(&scene, url, Manner::Ours)));
    assert_eq!(reader.kept.len(), 4);
    let mut refusals = 0;
    reader.run(small(2), |url| {
        if url.to_string().contains("next=") && refusals == 0 {
            refusals += 1;
            return Back::Whole(Answer::new(400));
        }
        Back::Whole(ask(&scene, url, Manner::Ours))
    });
    assert_eq!((reader.faults, reader.notes), (vec![], vec![Note::CursorRefused]));
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
        breaks in prop::collection::vec(0..3_usize, 0..40),
        manner in prop::sample::select(vec![Manner::Ours, Manner::DatesAlone, Manner::CursorsAlone, Manner::Coarse]),
    ) {
        let scene = scene();
        scene.put_many(count);
        let mut reader = Reader::default();
        let (mut number, mut coming, mut breaks) = (1_000, coming.into_iter(), breaks.into_iter());
        let mut line = |url: &Url| {
            if breaks.next() == Some(0) {
                return Back::Broken("reset");
            }
            let answer = ask(&scene, url, manner);
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
