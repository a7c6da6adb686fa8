//! The log of requests, and whether a file is the one that was logged.

use std::net::IpAddr;

use access::{Caller, Entry, LineWriter, LogFault, Method, MinuteDigest, Role, Route, verify, verify_from};
use proptest::prelude::*;

use crate::scene::{HOUR, MINUTE, Node, SECOND, noon};

const ANSWERED: Entry<'_> = Entry {
    time: record::time::Timestamp::from_micros(0),
    caller: &NOBODY,
    address: None,
    method: Method::Get,
    route: None,
    status: 200,
    octets: 0,
    duration_micros: 0,
};

static NOBODY: Caller = Caller::nobody();

fn at(micros: i64) -> Entry<'static> {
    Entry { time: noon(micros), route: Route::new("/api/v1/incidents/{id}").ok(), ..ANSWERED }
}

/// A file and its digests, after requests at these times.
fn written(times: &[i64]) -> (Vec<String>, Vec<MinuteDigest>) {
    let (mut writer, mut lines, mut digests) = (LineWriter::new(), Vec::new(), Vec::new());
    for time in times {
        let (line, closed) = writer.write(&at(*time));
        lines.push(line);
        digests.extend(closed);
    }
    digests.extend(writer.close());
    (lines, digests)
}

#[test]
fn a_line_says_who_asked_for_what_kind_of_thing_and_no_more() {
    let caller = Node::new().with("lin", &[Role::Analyst]).caller("lin");
    let entry = Entry {
        time: noon(SECOND),
        caller: &caller,
        address: Some(IpAddr::from([192, 0, 2, 7])),
        method: Method::of("GET"),
        route: Route::new("/api/v1/incidents/{id}").ok(),
        status: 200,
        octets: 5_120,
        duration_micros: 1_450,
    };
    let (line, closed) = LineWriter::new().write(&entry);
    assert_eq!(
        line,
        r#"{"time":"2026-11-30T12:00:01.000000Z","who":"lin","address":"192.0.2.7","method":"GET","route":"/api/v1/incidents/{id}","status":200,"octets":5120,"duration_us":1450}"#
    );
    assert_eq!(closed, None);
}

#[test]
fn a_confidential_report_leaves_neither_address_nor_name_nor_size() {
    let caller = Node::new().with("lin", &[Role::Analyst]).caller("lin");
    let entry = |route| Entry {
        caller: &caller,
        address: Some(IpAddr::from([192, 0, 2, 7])),
        octets: 777,
        duration_micros: 888,
        route: Route::new(route).ok(),
        ..at(SECOND + 123)
    };
    for route in ["/report", "/report/submit", "/report/answers/{tag}"] {
        let (line, _) = LineWriter::new().write(&entry(route));
        assert_eq!(line, r#"{"time":"2026-11-30T12:00:00.000000Z","method":"GET","route":"/report/","status":200}"#);
    }
}

#[test]
fn only_patterns_are_routes_and_only_known_methods_are_named() {
    for good in ["/", "/healthz", "/taxii2/{root}/collections/{id}/objects/", "/.well-known/security.txt"] {
        assert_eq!(Route::new(good).unwrap().as_str(), good);
    }
    for bad in ["", "x", "/a?b=c", "/a b", "/{}", "/{a", "/a}", "/{a}{b}", "/\"", "/ö"] {
        assert!(Route::new(bad).is_err(), "{bad}");
    }
    assert_eq!(
        (Method::of("POST"), Method::of("post"), Method::of("\nX")),
        (Method::Post, Method::Other, Method::Other)
    );
}

#[test]
fn each_minute_with_requests_has_a_digest_that_names_the_one_before() {
    let (lines, digests) = written(&[0, SECOND, MINUTE - 1, MINUTE, 5 * MINUTE, 5 * MINUTE + 1]);
    let minutes: Vec<_> = digests.iter().map(|digest| (digest.minute, digest.lines)).collect();
    assert_eq!(minutes, [(noon(0), 3), (noon(MINUTE), 1), (noon(5 * MINUTE), 2)]);
    assert_eq!((digests[0].previous, digests[1].previous), ([0; 32], digests[0].digest));
    assert_eq!(check(&lines, &digests), Ok((6, 0)));
    let read_back: Vec<_> = digests.iter().map(|digest| MinuteDigest::from_json(&digest.to_json()).unwrap()).collect();
    assert_eq!(read_back, digests);
}

/// How many lines are covered by a digest, and how many are not yet.
fn check(lines: &[String], digests: &[MinuteDigest]) -> Result<(u64, u64), LogFault> {
    verify(lines, digests).map(|sealed| (sealed.covered, sealed.uncovered))
}

#[test]
fn the_digest_can_be_taken_with_other_tools() {
    let (lines, digests) = written(&[0, SECOND]);
    let head = format!("detente/access-log/v1 2026-11-30T12:00:00.000000Z {}\n", "A".repeat(43));
    let text = format!("{head}{}\n{}\n", lines[0], lines[1]);
    assert_eq!(digests[0].digest, record::digest::sha256(&[text.as_bytes()]));
}

#[test]
fn what_was_done_to_a_file_is_found() {
    let times: Vec<i64> = (0..12).map(|at| at * MINUTE / 4).collect();
    let (lines, digests) = written(&times);
    let changed = LogFault::Changed { minute: noon(MINUTE) };
    let mut other = lines.clone();
    other[5] = other[5].replace("200", "404");
    assert_eq!(check(&other, &digests), Err(changed));
    let mut swapped = lines.clone();
    swapped.swap(4, 5);
    assert_eq!(check(&swapped, &digests), Err(changed));
    let mut removed = lines.clone();
    removed.remove(5);
    assert_eq!(check(&removed, &digests), Err(changed));
    let mut added = lines.clone();
    added.insert(5, lines[5].clone());
    assert_eq!(check(&added, &digests), Err(changed));
    let short = LogFault::Short { minute: noon(2 * MINUTE), lines: 4, found: 3 };
    assert_eq!(check(&lines[..11], &digests), Err(short));
    let without = [digests[0].clone(), digests[2].clone()];
    assert_eq!(check(&lines, &without), Err(LogFault::Chain { minute: noon(2 * MINUTE) }));
}

#[test]
fn a_file_that_was_cut_into_pieces_is_checked_piece_by_piece() {
    let (lines, digests) = written(&[0, MINUTE, MINUTE + 1, 2 * MINUTE]);
    assert_eq!(check(&lines[1..], &digests[1..]), Ok((3, 0)));
    assert_eq!(check(&lines, &digests[..2]), Ok((3, 1)), "of the last line nothing is proved yet");
    assert_eq!(check(&lines[..0], &[]), Ok((0, 0)));
}

#[test]
fn lines_that_a_crash_left_are_covered_by_the_next_digest() {
    let (mut lines, digests) = written(&[0, MINUTE, MINUTE + 1]);
    let logged = &digests[..1];
    let mut writer = LineWriter::resume(logged.last(), &lines[1..], noon(HOUR));
    let (line, closed) = writer.write(&at(HOUR + SECOND));
    assert_eq!(closed, None);
    lines.push(line);
    let after = writer.close().unwrap();
    assert_eq!((after.minute, after.lines), (noon(HOUR), 3));
    assert_eq!(check(&lines, &[digests[0].clone(), after]), Ok((4, 0)));
}

#[test]
fn a_quiet_minute_is_closed_by_the_clock_and_has_no_digest_of_its_own() {
    let mut writer = LineWriter::new();
    assert_eq!(writer.tick(noon(0)), None);
    writer.write(&at(0));
    assert_eq!(writer.tick(noon(MINUTE - 1)), None);
    assert_eq!(writer.tick(noon(MINUTE)).unwrap().lines, 1);
    assert_eq!(writer.tick(noon(2 * MINUTE)), None);
}

#[test]
fn requests_of_one_moment_in_another_order_make_no_flurry_and_a_clock_set_back_shows() {
    let (lines, digests) = written(&[MINUTE, MINUTE - 1, MINUTE + 1]);
    assert_eq!(digests.len(), 1);
    assert_eq!(check(&lines, &digests), Ok((3, 0)));
    let (lines, digests) = written(&[HOUR, 0, 1]);
    assert_eq!(digests.iter().map(|digest| digest.minute).collect::<Vec<_>>(), [noon(HOUR), noon(0)]);
    assert_eq!(check(&lines, &digests), Ok((3, 0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_times_the_file_fits_and_no_changed_one_does(
        times in prop::collection::vec(-HOUR..HOUR, 1..40),
        place in any::<prop::sample::Index>(),
        octet in any::<prop::sample::Index>(),
    ) {
        let (lines, digests) = written(&times);
        prop_assert_eq!(verify(&lines, &digests).unwrap().covered, u64::try_from(lines.len()).unwrap());
        let mut changed = lines.clone();
        let line = &mut changed[place.index(lines.len())];
        let at = octet.index(line.len());
        let other = if line.as_bytes()[at] == b'x' { "y" } else { "x" };
        line.replace_range(at..=at, other);
        prop_assert!(verify(&changed, &digests).is_err());
    }
}

#[test]
fn a_log_of_which_the_beginning_was_let_go_is_checked_from_there() {
    let (lines, digests) = written(&[0, MINUTE, MINUTE + 1, 2 * MINUTE]);
    let from = |first: usize| {
        let sealed = verify_from(u64::try_from(first).unwrap(), &lines[first..], &digests).unwrap();
        (sealed.let_go, sealed.cut, sealed.covered, sealed.uncovered)
    };
    assert_eq!(from(0), (0, 0, 4, 0));
    assert_eq!(from(1), (1, 0, 3, 0));
    assert_eq!(from(2), (2, 1, 1, 0), "of a minute that is here in part nothing is proved");
    assert_eq!(from(4), (4, 0, 0, 0));
    let mut other = lines.clone();
    other[3] = other[3].replace("200", "404");
    assert_eq!(verify_from(2, &other[2..], &digests), Err(LogFault::Changed { minute: noon(2 * MINUTE) }));
    assert!(matches!(verify_from(2, &lines[3..], &digests), Err(LogFault::Short { .. })));
    let without = [digests[0].clone(), digests[2].clone()];
    assert!(matches!(verify_from(3, &lines[3..], &without), Err(LogFault::Chain { .. })), "also of what was let go");
}
