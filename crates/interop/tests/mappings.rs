//! Mapping files: what they make of a table, and every problem named at once.

use interop::Mapping;
use record::json::Json;

use crate::scene::{mapped, own, references};

pub(crate) const HARBOUR: &str = r#"{
  "detente_mapping": 1,
  "source": "Harbour register",
  "format": "csv",
  "id": "Case",
  "link": "https://example.org/case/{id}",
  "columns": {
    "Title": "name",
    "Day": {"to": "occurred", "date": "DD.MM.YYYY"},
    "Noticed": {"to": "discovered", "date": "YYYY-MM-DD hh:mmZ"},
    "Countries": {"to": "countries", "separator": ";"},
    "Country": "place/country",
    "Quay": "place/locality",
    "Grade": {"to": "severity", "words": {"high": "serious incident", "low": "incident"}},
    "Hurt": "injured",
    "Critical": {"to": "critical_infrastructure", "words": {"yes": "true", "no": "false"}},
    "Harms": {"to": "harms", "separator": "|"},
    "CVE": {"reference": "cve", "separator": " "},
    "Desk": {"drop": "internal"}
  },
  "constants": {"event_kind": "incident", "submitter_role": "deployer"},
  "empty": ["n/a"]
}"#;

const HEAD: &str = "Case,Title,Day,Noticed,Countries,Country,Quay,Grade,Hurt,Critical,Harms,CVE,Desk,Extra\n";

fn row(cells: &str) -> String {
    format!("{HEAD}{cells}\n")
}

#[test]
fn each_column_becomes_what_the_mapping_says() {
    let came = mapped(
        HARBOUR,
        row(
            "H-7,Crane,30.06.2026,2026-07-01 00:20Z,NL; DE,NL,Quay 7,high,2,yes,physical|economic,CVE-2026-12345,desk 3,more",
        ),
    );
    let object = came.one();
    let text = |name: &str| own(&object, name).map(Json::to_text).unwrap_or_default();
    assert_eq!(text("occurred"), r#""2026-06-30T00:00:00Z""#);
    assert_eq!(text("discovered"), r#""2026-07-01T00:20:00Z""#);
    assert_eq!(text("precision"), r#"{"occurred":"day","discovered":"minute"}"#);
    assert_eq!(
        (text("countries"), text("place")),
        (r#"["NL","DE"]"#.to_owned(), r#"{"country":"NL","locality":"Quay 7"}"#.to_owned())
    );
    assert_eq!(
        (text("severity"), text("injured"), text("critical_infrastructure")),
        ("\"serious incident\"".to_owned(), "2".to_owned(), "true".to_owned())
    );
    assert_eq!(text("harms"), r#"[{"type":"physical"},{"type":"economic"}]"#);
    assert_eq!(text("event_kind"), "\"incident\"");
    assert_eq!(references(&object), ["Harbour register H-7", "cve CVE-2026-12345"]);
    assert_eq!((came.lost("Desk"), came.lost("Extra"), came.lost("Title")), (1, 1, 0));
    record::stix::StixObject::from_map(object).unwrap();
}

#[test]
fn what_is_empty_or_not_known_is_absent() {
    let object = mapped(HARBOUR, row("H-8,Crane,n/a,,,,,n/a,,,,,,")).one();
    assert!(["occurred", "severity", "injured", "place"].iter().all(|name| own(&object, name).is_none()));
}

#[test]
fn a_cell_of_another_form_names_its_row_and_column() {
    let told = |cells: &str| mapped(HARBOUR, row(cells)).told().remove(0);
    assert!(
        told("H-9,t,30.02.2023,,,,,,,,,,,")
            .starts_with("row 2, column 3, `Day`: `30.02.2023` is no day of the calendar")
    );
    assert!(told("H-9,t,2023-02-03,,,,,,,,,,,").contains("`Day`: `2023-02-03` is not written as DD.MM.YYYY"));
    assert!(
        told("H-9,t,,,Netherlands,,,,,,,,,").contains("column 5, `Countries`: `Netherlands` is not a country code")
    );
    assert!(told("H-9,t,,,,,,medium,,,,,,").contains("column 8, `Grade`"), "{}", told("H-9,t,,,,,,medium,,,,,,"));
    assert!(told("H-9,t,,,,,,,two,,,,,").contains("column 9, `Hurt`: `two` is not a whole number"));
    assert!(told("H-9,t,,,,,,,,maybe,,,,").contains("column 10, `Critical`"));
    assert!(told(",t,,,,,,,,,,,,").contains("column 1, `Case`: is empty"));
}

#[test]
fn json_is_mapped_by_paths_and_its_lists_are_lists() {
    let mapping = r#"{"detente_mapping":1,"source":"Register","format":"json","rows":"items","id":"id",
        "columns":{"title":"name","who/hurt":{"to":"affected_parties"},"n":"injured"}}"#;
    let came = mapped(
        mapping,
        r#"{"about": [1], "items": [{"id": 5, "title": "A", "who": {"hurt": ["x, y", "z"]}, "n": 3}, 7, {"id": "6", "title": "B"}]}"#,
    );
    assert_eq!(came.ids(), ["5", "6"]);
    assert_eq!(own(&came.object(0), "affected_parties").unwrap().to_text(), r#"["x, y","z"]"#);
    assert_eq!(came.told(), ["row 2 (line 1): should be an object, not a number"]);
}

#[test]
fn all_problems_of_a_mapping_are_named_at_once() {
    let mapping = r#"{"detente_mapping":2,"source":"","format":"xml","id":"Case","colums":{},
        "columns":{"A":"severty","B":{"to":"name","date":"YYYY"},"C":{"to":"occurred","date":"DD.MM"},
        "D":{"to":"severity","words":{"high":"worst"}},"E":{"to":"name"},"F":{"drop":"x","to":"name"},
        "G":{"to":"aware","date":"YYYY-MM-DD hh:mm"},"H":{"to":"system","separator":";"}},
        "constants":{"severity":"incident","event_kind":"storm"},"link":"ftp://x"}"#;
    let problems = Mapping::read(mapping.as_bytes()).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| problem.place.as_str()).collect();
    for place in [
        "detente_mapping",
        "source",
        "format",
        "colums",
        "columns/A",
        "columns/B/date",
        "columns/C/date",
        "columns/D/words/high",
        "columns/E",
        "columns/F",
        "columns/G/date",
        "columns/H/separator",
        "constants/event_kind",
        "columns/D",
        "link",
    ] {
        assert!(places.contains(&place), "{place} is not among {places:?}");
    }
    let first = problems.iter().find(|problem| problem.place == "columns/A").unwrap().to_string();
    assert!(first.contains("`severty` is no property") && first.contains("severity"), "{first}");
}

#[test]
fn a_table_without_a_mapped_column_is_refused() {
    let mapping = Mapping::read(HARBOUR.as_bytes()).unwrap();
    let source = interop::Source::Mapped(Box::new(mapping));
    let error = interop::Reader::new(source, b"Case,Title\nH,1\n", interop::Markup::Refuse).unwrap_err().to_string();
    assert!(error.contains("no column `Day`, `Noticed`"), "{error}");
}

#[test]
fn the_documents_example_is_true() {
    let document = include_str!("../../../docs/import.md");
    let between = |from: &str| document.split(from).nth(1).unwrap().split("```").next().unwrap();
    let table = format!("Case,{}", between("```\nCase,"));
    let came = mapped(between("```json\n"), table);
    let object = came.one();
    assert_eq!(own(&object, "severity").and_then(Json::as_str), Some("serious incident"));
    assert_eq!(references(&object), ["Harbour register H-7"]);
    assert_eq!(came.lost("Desk"), 1);
}

#[test]
fn a_cell_of_separators_alone_says_nothing() {
    let object = mapped(HARBOUR, row("H-9,t,,,;;,,,,,,|,,,")).one();
    assert!(own(&object, "countries").is_none() && own(&object, "harms").is_none());
}
