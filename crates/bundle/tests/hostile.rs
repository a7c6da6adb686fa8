//! Archives and frames that are no bundle.

use bundle::{Limits, MemberKind, ReadError, Reader, peek};

use crate::hand::{Member, head, members, pack, tar, unzst, zst};
use crate::scene::{files, harbour, harbour_key, refusal, seal};

fn with_first(member: Member) -> Vec<u8> {
    let mut members = members(&seal(&files()));
    members.insert(2, member);
    pack(&members)
}

#[test]
fn a_member_that_is_no_ordinary_file_is_refused_by_its_kind() {
    let kinds = [
        (b'1', MemberKind::HardLink),
        (b'2', MemberKind::SymbolicLink),
        (b'3', MemberKind::CharacterDevice),
        (b'4', MemberKind::BlockDevice),
        (b'5', MemberKind::Folder),
        (b'6', MemberKind::Pipe),
        (b'L', MemberKind::Extension),
        (b'K', MemberKind::Extension),
        (b'S', MemberKind::Extension),
        (b'x', MemberKind::Extension),
        (b'g', MemberKind::Extension),
        (b'7', MemberKind::Other(b'7')),
        (0, MemberKind::Other(0)),
    ];
    for (flag, kind) in kinds {
        for name in ["package-00000001", "../../etc/passwd"] {
            let refused = refusal(&with_first(Member { name: name.to_owned(), flag, octets: b"x".to_vec() }));
            assert_eq!(refused, ReadError::MemberKind { number: 2, kind });
            assert!(refused.to_string().contains("ordinary files alone"));
        }
    }
}

#[test]
fn a_name_that_leads_outside_is_never_a_member() {
    for name in ["../keys.json", "/etc/passwd", "package-1", "package-00000001/", "PACKAGE-00000001"] {
        let refused = refusal(&with_first(Member::file(name, b"x")));
        let wanted = "package-00000001".to_owned();
        assert_eq!(refused, ReadError::MemberOrder { wanted, found: name.to_owned() });
    }
}

/// A head has one spelling, down to the fields that nobody reads.
#[test]
fn a_head_in_another_spelling_is_refused() {
    let archive = unzst(&seal(&files()));
    let fields = [
        (100, 'm'),
        (108, 'u'),
        (116, 'g'),
        (124, ' '),
        (136, '1'),
        (148, '7'),
        (157, 'l'),
        (257, 'U'),
        (265, 'r'),
        (297, 'r'),
        (329, '1'),
        (345, 'p'),
        (500, 'x'),
        (511, 'x'),
    ];
    for (at, letter) in fields {
        let mut archive = archive.clone();
        archive[at] = u8::try_from(letter).unwrap();
        assert_eq!(refusal(&zst(&archive)), ReadError::MemberHead { number: 0 }, "octet {at}");
    }
}

#[test]
fn what_fills_a_block_is_zeros() {
    let whole = members(&seal(&files()));
    let mut archive = tar(&whole);
    let after_manifest = 512 + whole[0].octets.len();
    archive[after_manifest] = 1;
    assert_eq!(refusal(&zst(&archive)), ReadError::MemberFilling { member: "detente-bundle".to_owned() });
}

#[test]
fn a_length_is_looked_at_before_memory_is_taken() {
    let huge = 0o77_777_777_777;
    let only = |name, bytes| zst(&head(name, b'0', bytes));
    assert_eq!(refusal(&only("detente-bundle", huge)), ReadError::ManifestTooLong { bytes: huge as u64 });
    let mut archive = tar(&members(&seal(&files()))[..2]);
    archive.truncate(archive.len() - 1024);
    for bytes in [0, 48, 49, 64 * 1024, 64 * 1024 + 47, 18 * 1024 * 1024 + 48, huge] {
        let octets = zst(&[archive.clone(), head("package-00000001", b'0', bytes)].concat());
        let member = "package-00000001".to_owned();
        assert_eq!(refusal(&octets), ReadError::MemberSize { member, bytes: bytes as u64 });
    }
    for bytes in [0, 1024, 2048 + 48] {
        let octets = zst(&[archive.clone(), head("end-00000001", b'0', bytes)].concat());
        assert_eq!(refusal(&octets), ReadError::MemberSize { member: "end-00000001".to_owned(), bytes: bytes as u64 });
    }
}

/// Blocks that say one octet and mean 128 KiB of it, and blocks that say what came before once more.
#[test]
fn a_decompression_bomb_has_nothing_to_unpack() {
    let frame = &seal(&files())[..6];
    let repeated = ((128 * 1024_u32) << 3 | 1 << 1).to_le_bytes();
    let mut bomb = frame.to_vec();
    for _ in 0..100_000 {
        bomb.extend(&repeated[..3]);
        bomb.push(0);
    }
    assert_eq!(refusal(&bomb), ReadError::Frame);
    let compressed = (1000_u32 << 3 | 2 << 1 | 1).to_le_bytes();
    assert_eq!(refusal(&[frame, &compressed[..3], &[0; 1000]].concat()), ReadError::Frame);
    let reserved = (1000_u32 << 3 | 3 << 1 | 1).to_le_bytes();
    assert_eq!(refusal(&[frame, &reserved[..3], &[0; 1000]].concat()), ReadError::Frame);
    // Blocks of nothing would keep a reader busy for ever.
    assert_eq!(refusal(&[frame, &[0; 3_000]].concat()), ReadError::Frame);
    assert_eq!(refusal(&[frame, &[1, 0, 0]].concat()), ReadError::Frame);
}

#[test]
fn a_frame_made_in_another_way_is_refused_by_name() {
    let octets = seal(&files());
    // With a checksum, with a content size, with a larger window.
    for (at, octet) in [(4, 0x04), (4, 0x20), (5, 0x40), (5, 0xFF)] {
        let mut other = octets.clone();
        other[at] = octet;
        assert_eq!(refusal(&other), ReadError::Frame);
        assert!(refusal(&other).to_string().contains("packed again"));
    }
    let small: Vec<u8> = {
        let archive = unzst(&octets);
        let (first, rest) = archive.split_at(1000);
        let mut frame = octets[..6].to_vec();
        frame.extend(&(1000_u32 << 3).to_le_bytes()[..3]);
        frame.extend(first);
        frame.extend(&zst(rest)[6..]);
        frame
    };
    assert_eq!(refusal(&small), ReadError::Frame);
}

#[test]
fn what_is_no_bundle_at_all_is_said_so() {
    let skippable = [0x50, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0xFF, 0xFF];
    let gzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0];
    let archive = unzst(&seal(&files()));
    for octets in [&[] as &[u8], b"PK\x03\x04....", &skippable, &gzip, &archive, b"{}"] {
        assert_eq!(refusal(octets), ReadError::NotABundle);
        assert_eq!(peek(octets).unwrap_err(), ReadError::NotABundle);
    }
    assert_eq!(refusal(&pack(&[Member::file("readme", b"x")])), ReadError::NotABundle);
    assert_eq!(refusal(&zst(&[0; 1024])), ReadError::Truncated);
}

fn with_manifest(change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut members = members(&seal(&files()));
    members[0].octets = change(std::str::from_utf8(&members[0].octets).unwrap()).into_bytes();
    pack(&members)
}

#[test]
fn a_manifest_has_one_spelling() {
    type Change = fn(&str) -> String;
    let changes: [Change; 8] = [
        |text| format!("{text}\n"),
        |text| text.replacen("{", "{ ", 1),
        |text| text.replacen("{", r#"{"a":1,"#, 1),
        |text| text.replace(r#""suite""#, r#""suit\u0065""#),
        |text| text.replace(r#","recipient_key""#, r#","recipient""#),
        |text| text.replace(r#""encapsulated_key":""#, r#""encapsulated_key":"="#),
        |_| "[]".to_owned(),
        |_| String::new(),
    ];
    for change in changes {
        let refused = refusal(&with_manifest(change));
        assert!(matches!(refused, ReadError::Manifest { .. }), "{refused:?}");
    }
    let short = refusal(&with_manifest(|_| {
        let key = harbour_key().public().id();
        format!(
            r#"{{"encapsulated_key":"AAAA","format":"detente/bundle/v1","recipient_key":"{key}","suite":"MLKEM768-X25519"}}"#
        )
    }));
    assert_eq!(short, ReadError::Manifest { problem: "its encapsulated key is none".to_owned() });
}

#[test]
fn a_later_format_and_another_suite_are_named() {
    let later = refusal(&with_manifest(|text| text.replace("bundle/v1", "bundle/v2")));
    assert_eq!(later, ReadError::UnknownFormat { format: "detente/bundle/v2".to_owned() });
    let suite = refusal(&with_manifest(|text| text.replace("MLKEM768-X25519", "X25519")));
    assert_eq!(suite, ReadError::UnknownSuite { suite: "X25519".to_owned() });
    let acting = refusal(&with_manifest(|text| text.replace("bundle/v1", r"\u001b[2J"))).to_string();
    assert!(acting.contains(r"detente/\u{1b}[2J"), "{acting}");
}

#[test]
fn a_reader_takes_no_more_than_it_was_told() {
    let octets = seal(&files());
    let read = |limits| {
        Reader::open(octets.as_slice(), harbour(), &[harbour_key()], limits).and_then(|reader| reader.last().unwrap())
    };
    assert_eq!(read(Limits::new(1000, 100)).unwrap_err(), ReadError::ArchiveTooLong { limit: 1000 });
    assert_eq!(read(Limits::new(50_000, 100)).unwrap_err(), ReadError::ArchiveTooLong { limit: 50_000 });
    assert_eq!(read(Limits::new(1 << 20, 4)).unwrap_err(), ReadError::TooManyFiles { limit: 4 });
    assert_eq!(read(Limits::new(1 << 20, 5)).unwrap().files.len(), 5);
}

#[test]
fn ten_thousand_tiny_members_are_refused_at_the_first() {
    let mut members = members(&seal(&files()))[..2].to_vec();
    members.extend((1..=10_000).map(|number| Member::file(&format!("package-{number:08}"), b"x")));
    let member = "package-00000001".to_owned();
    assert_eq!(refusal(&pack(&members)), ReadError::MemberSize { member, bytes: 1 });
}
