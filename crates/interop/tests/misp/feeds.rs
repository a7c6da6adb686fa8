//! Feeds: folders of static files.

use interop::Losses;
use interop::misp::{Audience, Event, FeedError, FeedFile, Limits, event_of, feed, read_feed};
use record::json::parse;

use super::outgoing::{full, incident_with, sender};
use super::{HARBOUR, event_read, event_with};

fn files(events: &[Event]) -> Vec<FeedFile> {
    feed(events, &Audience::OwnOrganisation).unwrap().collect()
}

fn of(files: &[FeedFile]) -> Vec<(String, Vec<u8>)> {
    files.iter().map(|file| (file.path.clone(), file.octets.clone())).collect()
}

fn text<'f>(files: &'f [FeedFile], path: &str) -> &'f str {
    std::str::from_utf8(&files.iter().find(|file| file.path == path).unwrap().octets).unwrap()
}

fn two() -> Vec<Event> {
    let ours = event_of(&full(), None, &sender(), &mut Losses::new()).unwrap();
    vec![event_read(HARBOUR).event, ours]
}

#[test]
fn a_feed_is_read_as_it_was_written() {
    let files = files(&two());
    let read = read_feed(of(&files), &Limits::USUAL);
    assert_eq!(read.faults, []);
    let ids: Vec<_> = read.entries.keys().copied().collect();
    let mut expected: Vec<_> = two().iter().map(|event| event.uuid).collect();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn files_come_in_a_fixed_order_and_the_list_last() {
    let mut reversed = two();
    reversed.reverse();
    assert_eq!(files(&two()), files(&reversed), "whatever the order of the events");
    let paths: Vec<_> = files(&two()).into_iter().map(|file| file.path).collect();
    assert_eq!(&paths[2..], ["hashes.csv", "manifest.json"]);
}

#[test]
fn a_feed_leaves_behind_what_is_of_one_machine() {
    let files = files(&two());
    let event = text(&files, "5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000001.json");
    for kept_at_home in ["Keeper", "org_id", "internal remark", "x_new", "sharing_group_id", "\"id\""] {
        assert!(!event.contains(kept_at_home), "{kept_at_home} in {event}");
    }
    // `all communities` where it came from: here only the taker.
    assert!(event.contains("\"distribution\":\"0\""), "{event}");
    assert!(event.contains("起重机") && event.contains("tlp:amber"));
}

#[test]
fn digests_are_of_each_part_of_a_value() {
    let files = files(&[event_read(HARBOUR).event]);
    let hashes = text(&files, "hashes.csv");
    let uuid = "5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000001";
    // MD5 of `192.0.2.7` and of `443`, by another program.
    assert!(hashes.contains(&format!("{IP_MD5},{uuid}\n{PORT_MD5},{uuid}\n")), "{hashes}");
}

const IP_MD5: &str = "e9cc93d8ae23cfc5941cec7cc4ee788a";
const PORT_MD5: &str = "13f3cf8c531952d72e5847c4183e6910";

#[test]
fn the_list_says_what_misp_lists() {
    let files = files(&[event_read(HARBOUR).event]);
    let manifest = parse(text(&files, "manifest.json").trim_end().as_bytes()).unwrap();
    let entry = manifest.as_object().unwrap().get("5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000001").unwrap().as_object().unwrap();
    let names: Vec<_> = entry.names().collect();
    assert_eq!(names, ["Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"]);
    assert_eq!(entry.get("timestamp").unwrap().as_integer(), Some(1_782_820_800));
}

#[test]
fn two_events_of_one_id_and_an_event_of_nobody_are_no_feed() {
    let one = event_read(HARBOUR).event;
    let twice = [one.clone(), one];
    assert!(matches!(feed(&twice, &Audience::OwnOrganisation).err(), Some(FeedError::Twice(_))));
    let mut of_nobody = event_read(&event_with("")).event;
    of_nobody.creator = None;
    let of_nobody = [of_nobody];
    assert!(matches!(feed(&of_nobody, &Audience::OwnOrganisation).err(), Some(FeedError::NoCreator(_))));
}

#[test]
fn an_empty_feed_is_a_feed() {
    let files = files(&[]);
    assert_eq!(read_feed(of(&files), &Limits::USUAL).faults, []);
    assert_eq!(text(&files, "manifest.json"), "{}\n");
}

#[test]
fn names_in_the_list_are_ids_and_nothing_else() {
    let bad =
        r#"{"../../etc/passwd":{},"5D1B6F3E-0A2C-4C55-9F3F-2F6A0A000001":{},"5d1b6f3e0a2c4c559f3f2f6a0a000001":{}}"#;
    let read = read_feed([("manifest.json", bad)], &Limits::USUAL);
    assert_eq!(read.faults.len(), 3, "{:?}", read.faults);
    assert!(read.faults.iter().all(|fault| fault.reason.contains("which is no id")));
}

fn faults_after(change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> (usize, Vec<String>) {
    let mut all = of(&files(&two()));
    change(&mut all);
    let read = read_feed(all, &Limits::USUAL);
    (read.entries.len(), read.faults.into_iter().map(|fault| format!("{}: {}", fault.path, fault.reason)).collect())
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_left_and_the_other_is_read() {
    let (count, faults) = faults_after(|all| all[0].1 = all[1].1.clone());
    assert_eq!(count, 1);
    assert!(faults[0].contains("and not the one of its name"), "{faults:?}");
    let (count, faults) = faults_after(|all| all[0].0 = format!("../{}", all[0].0));
    assert_eq!(count, 1);
    assert!(faults[0].contains("is no name of a file of a feed"), "{faults:?}");
    let (count, faults) = faults_after(|all| all[0].1.truncate(40));
    assert_eq!((count, faults.len()), (1, 3), "the file, the list, and its digests: {faults:?}");
}

#[test]
fn an_event_that_is_not_listed_is_not_taken() {
    let (count, faults) = faults_after(|all| all.last_mut().unwrap().1 = b"{}".to_vec());
    assert_eq!(count, 0);
    assert!(faults[0].contains("is not in the list of the feed"), "{faults:?}");
    let (_, faults) = faults_after(|all| drop(all.pop()));
    assert!(faults[0].starts_with("manifest.json: is missing"), "{faults:?}");
}

#[test]
fn digests_and_lists_that_lie_are_told() {
    let (count, faults) = faults_after(|all| all[2].1 = b"not,a line\n".to_vec());
    assert_eq!(count, 2);
    assert!(faults[0].contains("line 1 is no digest") && faults[1].contains("values have none"), "{faults:?}");
    let (_, faults) = faults_after(|all| {
        let manifest = String::from_utf8(all[3].1.clone()).unwrap().replace("2026-06-30", "2026-06-29");
        all[3].1 = manifest.into_bytes();
    });
    assert!(faults[0].contains("than the event itself, which stands"), "{faults:?}");
}

#[test]
fn an_incident_that_grew_is_the_same_file() {
    let grown = full().with("modified", "2026-07-09T10:00:00.000000Z").with("description", "It stood again.");
    let before = event_of(&full(), None, &sender(), &mut Losses::new()).unwrap();
    let after = event_of(&grown, None, &sender(), &mut Losses::new()).unwrap();
    assert_eq!(before.uuid, after.uuid);
    assert!(after.timestamp_s > before.timestamp_s, "so that a reader fetches it again");
    let bare = event_of(&incident_with(&record::json::Map::new()), None, &sender(), &mut Losses::new()).unwrap();
    assert_eq!(bare.uuid, before.uuid);
}
