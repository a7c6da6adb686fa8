//! Paths that mean one place, and no others.

use bundle::{FilePath, NotAPath};

#[test]
fn what_a_node_serves_has_a_path() {
    let long = format!("feed/{}", "a".repeat(235));
    let served =
        ["a", "log/checkpoint", "log/tile/0/x001/x234/067.p/255", "feed/feed-00ff/tile/entries/000", "a_b-c.d", &long];
    for path in served {
        assert_eq!(path.parse::<FilePath>().unwrap().as_str(), path);
    }
}

#[test]
fn tricks_are_refused_by_name() {
    let character = |character| NotAPath::Character { character };
    let segment = |segment: &str| NotAPath::Segment { segment: segment.to_owned() };
    let tricks = [
        ("", NotAPath::EmptySegment),
        ("/etc/passwd", NotAPath::EmptySegment),
        ("log//checkpoint", NotAPath::EmptySegment),
        ("log/", NotAPath::EmptySegment),
        ("..", NotAPath::Dots),
        ("../keys.json", NotAPath::Dots),
        ("log/../../keys.json", NotAPath::Dots),
        ("log/./checkpoint", NotAPath::Dots),
        ("...", segment("...")),
        (".ssh/config", segment(".ssh")),
        ("log/checkpoint.", segment("checkpoint.")),
        ("-rf", segment("-rf")),
        ("_", segment("_")),
        ("Log/checkpoint", character('L')),
        ("c:/windows", character(':')),
        ("log\\checkpoint", character('\\')),
        ("log/check\0point", character('\0')),
        ("log/check point", character(' ')),
        ("log/%2e%2e/keys", character('%')),
        ("l\u{f6}g", character('\u{f6}')),
        ("l\u{202e}og", character('\u{202e}')),
        ("~/keys.json", character('~')),
    ];
    for (path, error) in tricks {
        assert_eq!(path.parse::<FilePath>(), Err(error), "{path:?}");
    }
    assert_eq!("a/".repeat(20).parse::<FilePath>(), Err(NotAPath::TooDeep));
    assert_eq!("a".repeat(241).parse::<FilePath>(), Err(NotAPath::TooLong { bytes: 241 }));
}

#[test]
fn a_refused_path_is_told_in_words_that_do_not_act_on_a_terminal() {
    let said = "a\u{1b}[2J".parse::<FilePath>().unwrap_err().to_string();
    assert_eq!(said, "a path has lower-case letters, digits, `-`, `_`, `.` and `/`, and not `\\u{1b}`");
}
