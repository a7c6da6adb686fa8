//! What a courier can do to a bundle, and how it is found.

use bundle::{Limits, ReadError, Reader, peek};
use record::digest::PartyId;

use crate::hand::{Member, members, pack, tar, unzst, zst};
use crate::scene::{files, harbour, harbour_key, key, open_some, pairs, refusal, seal, seal_for, seal_with};
use crate::shared::say;

fn not_authentic(member: &str) -> ReadError {
    ReadError::NotAuthentic { member: member.to_owned() }
}

/// Three packages of one file each.
fn three() -> Vec<Member> {
    let large = |path: &str, octet| (path.to_owned(), vec![octet; 600_000]);
    members(&seal(&[large("a", 1), large("b", 2), large("c", 3)]))
}

fn names(members: &[Member]) -> Vec<&str> {
    members.iter().map(|member| member.name.as_str()).collect()
}

#[test]
fn a_bundle_for_somebody_else_is_named() {
    let octets = seal_for(&key(77), &files());
    assert_eq!(refusal(&octets), ReadError::NotForUs { key: key(77).public().id() });
}

#[test]
fn a_bundle_for_our_key_and_another_party_is_named() {
    let octets = seal(&files());
    let other = PartyId::from_octets([9; 32]);
    let opened = Reader::open(octets.as_slice(), other, &[harbour_key()], Limits::STANDARD);
    assert_eq!(opened.err(), Some(ReadError::OtherRecipient { party: harbour() }));
}

#[test]
fn a_bundle_readdressed_to_us_does_not_open() {
    let mut members = members(&seal_for(&key(77), &files()));
    let manifest = String::from_utf8(members[0].octets.clone()).unwrap();
    let ours = manifest.replace(&key(77).public().id().to_string(), &harbour_key().public().id().to_string());
    members[0].octets = ours.into_bytes();
    assert_eq!(refusal(&pack(&members)), not_authentic("cover"));
}

#[test]
fn members_that_are_left_out_doubled_or_moved_are_found() {
    let whole = three();
    assert_eq!(
        names(&whole),
        ["detente-bundle", "cover", "package-00000001", "package-00000002", "package-00000003", "end-00000004"]
    );
    let mut found = Vec::new();
    for place in 0..whole.len() {
        let mut members = whole.clone();
        members.remove(place);
        found.push(refusal(&pack(&members)));
        let mut members = whole.clone();
        members.insert(place, whole[place].clone());
        found.push(refusal(&pack(&members)));
        for other in place + 1..whole.len() {
            let mut members = whole.clone();
            members.swap(place, other);
            found.push(refusal(&pack(&members)));
        }
    }
    let expected = |error: &ReadError| {
        matches!(
            error,
            ReadError::MemberOrder { .. } | ReadError::NotABundle | ReadError::Truncated | ReadError::Trailing
        )
    };
    assert!(found.iter().all(expected), "{found:#?}");
    say(&format!("COUNT: bundles with members left out, doubled or moved: {}", found.len()));
}

#[test]
fn packages_that_are_renamed_to_hide_it_do_not_open() {
    let rename = |members: &mut [Member]| {
        let last = members.len() - 1;
        for (number, member) in members[2..last].iter_mut().enumerate() {
            member.name = format!("package-{:08}", number + 1);
        }
        members[last].name = format!("end-{:08}", last - 1);
    };
    let whole = three();
    let mut dropped = whole.clone();
    dropped.remove(3);
    let mut doubled = whole.clone();
    doubled.insert(3, whole[2].clone());
    let mut moved = whole.clone();
    moved.swap(2, 3);
    let mut last_dropped = whole;
    last_dropped.remove(4);
    for (mut members, member) in [
        (dropped, "package-00000002"),
        (doubled, "package-00000002"),
        (moved, "package-00000001"),
        (last_dropped, "end-00000003"),
    ] {
        rename(&mut members);
        assert_eq!(refusal(&pack(&members)), not_authentic(member));
    }
}

#[test]
fn a_package_of_another_bundle_does_not_open_in_this_one() {
    let other = members(&seal_with(150, &harbour_key(), &files()));
    for (place, broken) in [(0, "cover"), (1, "cover"), (2, "package-00000001")] {
        let mut ours = three();
        ours[place] = other[place].clone();
        assert_eq!(refusal(&pack(&ours)), not_authentic(broken));
    }
}

#[test]
fn what_came_before_the_damage_is_good() {
    let mut members = three();
    members[3].octets[70_000] ^= 1;
    let (files, problem) = open_some(&pack(&members));
    assert_eq!((files.len(), problem), (1, Some(not_authentic("package-00000002"))));
    assert_eq!(pairs(files), [("a".to_owned(), vec![1; 600_000])]);
}

/// Octets with one bit changed: a third of those that are not ciphertext, and some that are.
#[test]
fn a_bit_that_flips_anywhere_is_found() {
    let octets = seal(&files());
    let heads = 2 * 1024;
    let is_head = |place: usize| place < heads || place + heads > octets.len();
    let places = (0..octets.len()).filter(|place| is_head(*place) && place % 3 == 0 || place % 97 == 0);
    let mut count = 0;
    for place in places {
        let mut flipped = octets.clone();
        flipped[place] ^= 1 << (place % 8);
        let problem = refusal(&flipped);
        let _said = problem.to_string();
        count += 1;
    }
    say(&format!("COUNT: flipped bits found: {count}"));
}

#[test]
fn a_bundle_that_is_cut_off_anywhere_says_so() {
    let octets = seal(&files());
    for length in (0..octets.len())
        .filter(|length| *length < 600 || length % 509 == 0 || length % 7 == 0 && length + 1100 > octets.len())
    {
        let wanted = if length < 6 { ReadError::NotABundle } else { ReadError::Truncated };
        assert_eq!(refusal(&octets[..length]), wanted, "{length} octets");
    }
    // One that is cut between members and closed again.
    let whole = three();
    for length in 1..whole.len() {
        assert_eq!(refusal(&pack(&whole[..length])), ReadError::Truncated);
    }
}

#[test]
fn nothing_may_follow_the_end() {
    let mut octets = seal(&files());
    octets.push(0);
    assert_eq!(refusal(&octets), ReadError::Trailing);
    let twice = [seal(&files()), seal(&files())].concat();
    assert_eq!(refusal(&twice), ReadError::Trailing);
    let mut archive = unzst(&seal(&files()));
    archive.extend([0; 512]);
    assert_eq!(refusal(&zst(&archive)), ReadError::Trailing);
    let mut members = three();
    members.push(Member::file("package-00000005", b"more"));
    assert_eq!(refusal(&pack(&members)), ReadError::Trailing);
    let mut archive = tar(&three());
    let filled = archive.len().next_multiple_of(128 * 1024);
    archive.resize(filled, 0);
    assert_eq!(refusal(&zst(&archive)), ReadError::Trailing);
}

#[test]
fn a_bundle_may_be_read_as_often_as_one_likes() {
    let octets = seal(&files());
    assert_eq!(open_some(&octets), open_some(&octets));
}

/// A stick that fails.
struct Failing<'o>(&'o [u8]);

impl std::io::Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() { Err(std::io::ErrorKind::TimedOut.into()) } else { std::io::Read::read(&mut self.0, out) }
    }
}

#[test]
fn a_stick_that_fails_is_told_from_a_bundle_that_is_cut_off() {
    let octets = seal(&files());
    let wanted = ReadError::Unreadable { kind: std::io::ErrorKind::TimedOut };
    assert_eq!(peek(Failing(&octets[..100])).unwrap_err(), wanted);
    let reader = Reader::open(Failing(&octets[..40_000]), harbour(), &[harbour_key()], Limits::STANDARD).unwrap();
    assert_eq!(reader.last().unwrap().unwrap_err(), wanted);
}
