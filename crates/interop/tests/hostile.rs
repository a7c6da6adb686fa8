//! Files that are broken, or mean harm: the row is named, and the others are read.

use std::time::{Duration, Instant};

use interop::{Markup, Reader, Source};
use proptest::prelude::*;

use crate::scene::{AIID_HEAD, aiid, read};

fn good(id: usize) -> String {
    format!("x,{id},2026-06-30,[],[],[],[],What happened,A title\n")
}

/// A good row with something else as its title.
fn titled(id: usize, title: &[u8]) -> Vec<u8> {
    [format!("x,{id},2026-06-30,[],[],[],[],What happened,").as_bytes(), title, b"\n"].concat()
}

fn among_good(bad: &[u8]) -> crate::scene::Came {
    let came = aiid([good(1).as_bytes(), bad, good(2).as_bytes(), good(3).as_bytes()].concat());
    assert_eq!(came.ids(), ["1", "2", "3"], "the good rows are taken: {:?}", came.told());
    came
}

#[test]
fn a_wrong_encoding_costs_its_row_alone() {
    let came = among_good(&titled(9, b"Caf\xe9"));
    assert_eq!(came.told(), ["row 3, column 9, `title`: the text is not UTF-8"]);
}

#[test]
fn quotation_marks_that_are_broken_cost_their_row_alone() {
    let came = among_good(&titled(9, b"\"open"));
    assert_eq!(came.told(), ["row 3, column 9, `title`: a quotation mark is never closed"]);
    let came = among_good(&titled(9, b"in\"side"));
    assert_eq!(came.told(), ["row 3, column 9, `title`: a quotation mark stands where none may"]);
    let came = among_good(&titled(9, b"\"closed\" and more"));
    assert_eq!(came.told(), ["row 3, column 9, `title`: a quotation mark stands where none may"]);
}

#[test]
fn a_field_of_ten_megabytes_costs_its_row_alone() {
    let came = among_good(&titled(9, "x".repeat(10_000_000).as_bytes()));
    assert_eq!(came.told(), ["row 3, column 9, `title`: the field has more than 1048576 octets"]);
    let quoted = format!("\"{}\"", "x\n".repeat(5_000_000));
    let came = among_good(&titled(9, quoted.as_bytes()));
    assert_eq!(came.told().len(), 1, "its lines are no rows");
}

#[test]
fn a_row_of_another_width_costs_its_row_alone() {
    assert_eq!(among_good(b"x,9\n").told(), ["row 3, column 2, `incident_id`: the row has 2 fields, expected 9"]);
    assert_eq!(among_good(b"\n\r\n").told(), [""; 0], "empty lines are no rows");
}

#[test]
fn controls_that_turn_the_reading_order_and_html_are_named() {
    let came = among_good(&titled(9, "safe \u{202e}efas".as_bytes()));
    assert!(came.told()[0].starts_with("row 3, column 9, `title`: holds U+202E"), "{:?}", came.told());
    let came = among_good(&titled(9, b"<img src=x>"));
    assert!(came.told()[0].starts_with("row 3, column 9, `title`: holds HTML"), "{:?}", came.told());
}

#[test]
fn look_alike_letters_are_taken_and_told() {
    let came = aiid(titled(9, "The p\u{430}yment system".as_bytes()));
    assert_eq!(came.ids(), ["9"]);
    let note = came.rows[0].notes[0].to_string();
    assert!(note.starts_with("row 2, column 9, `title`: the word `p\u{430}yment`"), "{note}");
    assert!(aiid(titled(9, "AI 事故 in 上海".as_bytes())).rows[0].notes.is_empty(), "so is Chinese written");
}

#[test]
fn utf_16_is_named_before_anything_is_read() {
    let error = Reader::new(Source::Avid, b"\xff\xfe{\0", Markup::Refuse).unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn a_file_of_opening_marks_ends_in_seconds() {
    let began = Instant::now();
    let file = format!("{AIID_HEAD}{}", "\"\n,".repeat(2_000_000));
    let came = read(Source::Aiid(interop::Companions::none()), file.as_bytes(), Markup::Refuse);
    assert!(came.rows.is_empty());
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    /// Whatever stands in a file, it is read to its end, and a row after it that is whole is found again.
    #[test]
    fn no_octets_end_the_reader(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        for source in [Source::Avid, Source::Atlas, Source::Aiid(interop::Companions::none())] {
            if let Ok(mut reader) = Reader::new(source, &octets, Markup::Refuse) {
                while let Some(Ok(_)) = reader.next() {}
            }
        }
        let without_marks: Vec<u8> = octets.iter().map(|octet| if *octet == b'"' { b'x' } else { *octet }).collect();
        let came = aiid([without_marks.as_slice(), b"\n", good(77).as_bytes()].concat());
        prop_assert_eq!(came.rows.last().map(|row| row.source_id.as_str()), Some("77"));
    }
}
