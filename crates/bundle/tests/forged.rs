//! What a sender can seal for us that breaks the format: the cipher opens it, and it is refused all the same.

use bundle::{NotAPath, ReadError};

use crate::hand::{COVER, Forger, index, plain};
use crate::scene::{covered, harbour_key, open, open_some, refusal};

/// The refusal of a first package with this index and these octets.
fn refused_package(index: &str, octets: &[u8]) -> ReadError {
    let mut forger = covered();
    forger.package_of(1, index, octets);
    forger.end(1, octets.len() as u64, 1);
    refusal(&forger.octets())
}

fn contents(error: &ReadError, member: &str) -> String {
    let ReadError::Contents { member: found, problem } = error else { panic!("{error:?}") };
    assert_eq!(found, member);
    problem.clone()
}

#[test]
fn a_path_that_leads_outside_is_refused_inside_the_seal_too() {
    for (path, error) in [
        ("../keys.json", NotAPath::Dots),
        ("/etc/passwd", NotAPath::EmptySegment),
        ("a\\\\b", NotAPath::Character { character: '\\' }),
        ("Log", NotAPath::Character { character: 'L' }),
    ] {
        let member = "package-00000001".to_owned();
        assert_eq!(refused_package(&index(&[(path, 1)]), b"x"), ReadError::Path { member, error });
    }
}

#[test]
fn a_package_comes_whole_or_not_at_all() {
    let mut forger = covered();
    forger.package(1, &[("a", b"1")]);
    forger.package(2, &[("b", b"2"), ("../c", b"3")]);
    forger.end(3, 3, 2);
    let (files, problem) = open_some(&forger.octets());
    assert_eq!(files.len(), 1);
    assert!(matches!(problem, Some(ReadError::Path { .. })));
}

#[test]
fn a_path_comes_once() {
    let path = "a".parse().unwrap();
    let mut forger = covered();
    forger.package(1, &[("a", b"1"), ("b", b"2"), ("a", b"1")]);
    assert_eq!(refusal(&forger.octets()), ReadError::RepeatedPath { path });
    let path = "a".parse().unwrap();
    let mut forger = covered();
    forger.package(1, &[("a", b"1")]);
    forger.package(2, &[("a", b"2")]);
    let (files, problem) = open_some(&forger.octets());
    assert_eq!((files.len(), problem), (1, Some(ReadError::RepeatedPath { path })));
}

#[test]
fn an_index_has_one_spelling() {
    let indexes = [
        r#"{"files":[{"path":"a","bytes":1}]}"#,
        r#"{"files": [{"bytes":1,"path":"a"}]}"#,
        r#"{"files":[{"bytes":1,"path":"a","mode":7}]}"#,
        r#"{"files":[{"bytes":1,"path":"a"}],"more":1}"#,
        r#"{"files":[{"bytes":1,"path":"\u0061"}]}"#,
        r#"{"files":{}}"#,
        "[]",
        "",
    ];
    for text in indexes {
        assert_eq!(contents(&refused_package(text, b"x"), "package-00000001"), "its index is not in canonical form");
    }
    for text in [
        r#"{"files":[1]}"#,
        r#"{"files":[{"bytes":-1,"path":"a"}]}"#,
        r#"{"files":[{"bytes":1.0,"path":"a"}]}"#,
        r#"{"files":[{"bytes":"1","path":"a"}]}"#,
        r#"{"files":[{"path":"a"}]}"#,
        r#"{"files":[{"bytes":1}]}"#,
    ] {
        assert_eq!(contents(&refused_package(text, b"x"), "package-00000001"), "a file lacks its path or its length");
    }
}

#[test]
fn a_package_keeps_the_limits() {
    let names: Vec<String> = (0..257).map(|number| format!("f{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), 0)).collect();
    let of = |index: &str, octets: &[u8]| contents(&refused_package(index, octets), "package-00000001");
    assert_eq!(of(&index(&many), b""), "it has 257 files, and not 1 to 256");
    assert_eq!(of(&index(&[]), b""), "it has 0 files, and not 1 to 256");
    let large = index(&[("a", 1 << 20), ("b", 1)]);
    assert_eq!(of(&large, &vec![0; (1 << 20) + 1]), "its files have 1048577 octets; the limit is 1048576");
    let huge = 17 * 1024 * 1024 + 1;
    let said = format!("its files have {huge} octets; the limit is {}", huge - 1);
    assert_eq!(of(&index(&[("a", huge)]), &vec![0; huge]), said);
    assert_eq!(of(&index(&[("a", 1 << 19)]), b"x"), "a file is longer than it");
}

#[test]
fn what_fills_a_package_is_as_many_zeros_as_are_due() {
    let filling = |change: fn(&mut Vec<u8>)| {
        let mut forger = covered();
        let mut text = plain(&index(&[("a", 1)]), b"x", 64 * 1024);
        change(&mut text);
        forger.seal("package-00000001", 1, 1, &text);
        contents(&refusal(&forger.octets()), "package-00000001")
    };
    let wanted = "what fills it up is not as many zeros as are due";
    assert_eq!(filling(|text| text.extend([0; 64 * 1024])), wanted);
    assert_eq!(filling(|text| *text.last_mut().unwrap() = 1), wanted);
    assert_eq!(filling(|text| text[..4].fill(0xFF)), "its index is longer than it may be");
}

#[test]
fn a_cover_has_one_spelling() {
    let covers = [
        COVER.replacen('{', "{ ", 1),
        COVER.replace("00000Z", "Z"),
        COVER.replace(":7", ":-7"),
        COVER.replace(":7", ":7.0"),
        COVER.replacen('{', r#"{"a":1,"#, 1),
        COVER.replace("sender", "from"),
        "null".to_owned(),
    ];
    for cover in covers {
        let mut forger = Forger::for_key(harbour_key().public());
        forger.seal("cover", 0, 0, &plain(&cover, &[], 1024));
        assert_eq!(contents(&refusal(&forger.octets()), "cover"), "it is no cover in canonical form", "{cover}");
    }
}

#[test]
fn an_end_says_what_came() {
    let mut forger = covered();
    forger.package(1, &[("a", b"1")]);
    let package = forger.members.last().unwrap().clone();
    for (files, bytes, packages) in [(2, 1, 1), (1, 2, 1), (1, 1, 1)] {
        let mut forger = covered();
        forger.package(1, &[("a", b"1")]);
        assert!(forger.members.last().unwrap().octets == package.octets);
        let json = format!(r#"{{"file_bytes":{bytes},"files":{files},"packages":{packages}}}"#);
        forger.seal("end-00000002", 2, 2, &plain(&json, &[], 1024));
        match open_some(&forger.octets()) {
            (_, None) => assert_eq!((files, bytes, packages), (1, 1, 1)),
            (_, Some(problem)) => assert!(matches!(problem, ReadError::Totals { .. }), "{problem:?}"),
        }
    }
    let mut forger = covered();
    forger.seal("end-00000001", 2, 1, &plain(r#"{"files":0,"file_bytes":0,"packages":0}"#, &[], 1024));
    assert_eq!(contents(&refusal(&forger.octets()), "end-00000001"), "it is no end in canonical form");
}

/// The cipher commits to nothing, so each member says beforehand what it decrypts to.
#[test]
fn a_member_that_commits_to_another_text_is_its_senders_doing() {
    let mut forger = covered();
    forger.lies = true;
    forger.package(1, &[("a", b"1")]);
    assert_eq!(refusal(&forger.octets()), ReadError::Commitment { member: "package-00000001".to_owned() });
}

#[test]
fn a_member_sealed_for_another_place_does_not_open() {
    let damaged = |name: &str| ReadError::NotAuthentic { member: name.to_owned() };
    let mut forger = covered();
    forger.seal("package-00000001", 1, 2, &plain(&index(&[("a", 1)]), b"x", 64 * 1024));
    assert_eq!(refusal(&forger.octets()), damaged("package-00000001"));
    let mut forger = covered();
    forger.seal("package-00000001", 2, 1, &plain(&index(&[("a", 1)]), b"x", 64 * 1024));
    assert_eq!(refusal(&forger.octets()), damaged("package-00000001"));
}

#[test]
fn a_forger_who_keeps_to_the_format_is_read() {
    let mut forger = covered();
    forger.package(1, &[("a", b"1")]);
    forger.end(1, 1, 1);
    assert_eq!(open(&forger.octets()), [("a".to_owned(), b"1".to_vec())]);
}
