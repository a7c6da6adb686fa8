//! The AI Incident Database's tables.

use interop::{Companions, Markup, Source};
use record::json::Json;

use crate::scene::{AIID_HEAD, aiid, own, read, references};

const CRANE: &str = r#"ObjectId(1),7,2026-06-30,"[1,2]","[""harbour-west"",""quay-lines""]","[""yard-pilot""]","[""dockers""]","A crane set a container down, ""gently"".",Crane
"#;

#[test]
fn a_row_becomes_an_incident_that_names_its_source() {
    let came = aiid(CRANE);
    let object = came.one();
    assert_eq!(object.text("name"), Some("Crane"));
    assert_eq!(object.text("description"), Some("A crane set a container down, \"gently\"."));
    assert_eq!(own(&object, "occurred").and_then(Json::as_str), Some("2026-06-30T00:00:00Z"));
    assert_eq!(own(&object, "precision").unwrap().to_text(), r#"{"occurred":"day"}"#);
    assert_eq!(own(&object, "deployer").and_then(Json::as_str), Some("harbour-west; quay-lines"));
    assert_eq!(own(&object, "affected_parties").unwrap().to_text(), r#"["dockers"]"#);
    assert_eq!(references(&object), ["AI Incident Database 7"]);
    record::stix::StixObject::from_map(object).unwrap();
}

#[test]
fn nothing_is_made_up_for_what_a_row_does_not_say() {
    let object = aiid("x,8,,[],[],[],[],,Bare\n").one();
    assert_eq!(object.get("extensions"), None);
    assert_eq!(object.get("description"), None);
}

#[test]
fn press_reports_and_the_word_alleged_are_named_as_lost() {
    let came = aiid(CRANE);
    assert_eq!((came.lost("reports"), came.lost("_id")), (1, 1));
    assert_eq!(came.lost("Alleged deployer of AI system: alleged"), 1);
    assert_eq!(came.lost("title"), 0);
}

#[test]
fn a_wrong_id_date_or_list_names_its_row_and_column() {
    let came = aiid(
        "x,no,2026-06-30,[],[],[],[],d,t\nx,9,2023-02-30,[],[],[],[],d,t\nx,10,2026-01-01,[],[,[],[],d,t\nx,11,2026,[],[],[],[],d,t\n",
    );
    let told = came.told();
    assert!(told[0].starts_with("row 2, column 2, `incident_id`: `no` is not an id"), "{told:?}");
    assert!(told[1].starts_with("row 3, column 3, `date`: `2023-02-30` is not a day"), "{told:?}");
    assert!(told[2].starts_with("row 4, column 5, `Alleged deployer of AI system`: should be a list"), "{told:?}");
    assert_eq!(came.ids(), ["11"], "the good row is taken");
}

#[test]
fn tables_beside_it_add_references_and_prose_is_listed_as_lost() {
    let mut beside = Companions::none();
    beside.take("duplicates.csv", b"duplicate_incident_number,true_incident_number\n365,7\n").unwrap();
    let oecd =
        br#"[{"incident_id":7,"sameAs":"https://oecd.ai/en/incidents/2022-01-10-5735","source_namespace":"OECD"}]"#;
    beside.take("oecd_relationships_2025.json", oecd).unwrap();
    beside.take("classifications_GMF.csv", b"Namespace,Incident ID,Known AI Goal\nGMF,7,\"a, b\"\nGMF,8,c\n").unwrap();
    let file = format!("{AIID_HEAD}{CRANE}");
    let came = read(Source::Aiid(beside), file.as_bytes(), Markup::Refuse);
    assert_eq!(
        references(&came.one()),
        ["AI Incident Database 7", "OECD AIM 2022-01-10-5735", "AI Incident Database 365"]
    );
    assert_eq!(came.lost("classifications_GMF.csv"), 2);
}

#[test]
fn another_table_is_refused_by_the_column_that_it_lacks() {
    let error = interop::Reader::new(Source::Aiid(Companions::none()), b"a,b\n1,2\n", Markup::Refuse).unwrap_err();
    assert!(error.to_string().contains("no column `incident_id`"), "{error}");
}

#[test]
fn labels_are_read_by_annotator_and_what_is_no_label_is_lost() {
    let mut beside = Companions::none();
    let mit = b"Namespace,Incident ID,Published,Risk Domain,Risk Subdomain,Entity,Timing,Intent\nMIT,7,True,1. Toxicity,1.2. Exposure,AI,,--\n";
    beside.take("classifications_MIT.csv", mit).unwrap();
    let [labels] = beside.labels() else { panic!("one table") };
    assert_eq!((labels.name.as_str(), labels.taxonomy.name.as_str()), ("classifications_MIT", "MIT AI Risk"));
    assert!(matches!(&labels.annotator, incident::labels::Annotator::Program { .. }), "a program made them");
    let (number, values) = &labels.rows[0];
    assert_eq!(number, "7");
    let said: Vec<_> = values.iter().map(|(field, value)| format!("{field}={value}")).collect();
    assert_eq!(
        said,
        ["Entity=AI", "Risk Domain=1. Toxicity", "Risk Subdomain=1.2. Exposure"],
        "nothing is made of empty cells"
    );
}
