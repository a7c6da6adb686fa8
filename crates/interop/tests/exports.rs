//! Files for other software.

use interop::export::{Author, bundle, flat, oecd};
use record::json::{Json, Map, parse};

use crate::scene::aiid;

fn incidents() -> Vec<Map> {
    let came = aiid(
        "x,7,2026-06-30,[],\"[\"\"harbour\"\"]\",[],\"[\"\"dockers\"\",\"\"crew\"\"]\",\"It fell, slowly.\",Crane\n",
    );
    let by = "identity--0b0c6f0e-9f5e-8d7a-9d3b-2c5a0e6b7f02";
    vec![came.object(0).with("created_by_ref", by).with("x_ours", "kept at home")]
}

#[test]
fn a_bundle_names_authors_and_the_extension() {
    let author = Author::new("identity--0b0c6f0e-9f5e-8d7a-9d3b-2c5a0e6b7f02", "party", "Harbour");
    let written =
        bundle("bundle--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02", "2026-11-29T00:00:00.000000Z", &[author], &incidents());
    let read = parse(written.text.trim_end().as_bytes()).unwrap();
    let objects = read.as_object().unwrap().get("objects").unwrap().as_array().unwrap();
    let text = |slot: usize, name: &str| objects[slot].as_object().unwrap().text(name).unwrap().to_owned();
    let types: Vec<_> = (0..objects.len()).map(|slot| text(slot, "type")).collect();
    assert_eq!(types, ["identity", "identity", "extension-definition", "incident"]);
    assert_eq!(text(0, "id"), text(3, "created_by_ref"), "the author is the one in the bundle");
    assert_eq!(text(1, "id"), text(2, "created_by_ref"));
    assert_eq!(written.losses.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["created_by_ref"]);
}

#[test]
fn a_table_of_criteria_has_29_columns_beside_the_id() {
    let written = oecd(&incidents());
    let table = incident::csv::Table::read(written.text.as_bytes()).unwrap();
    assert_eq!(table.names().len(), 30);
    let (_, row) = table.rows().next().unwrap();
    assert_eq!(row[1], "Crane");
    assert_eq!(row[5], "occurred: 2026-06-30", "a day stays a day");
    assert_eq!(row[14], "dockers; crew");
    assert!(row[10].is_empty(), "nothing is made up for a severity that is not said");
    assert_eq!(written.losses.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["x_ours"]);
}

#[test]
fn a_flat_table_has_every_property() {
    let written = flat(&incidents());
    let table = incident::csv::Table::read(written.text.as_bytes()).unwrap();
    let (_, row) = table.rows().next().unwrap();
    assert_eq!(row[table.column("description").unwrap()], "It fell, slowly.");
    assert_eq!(row[table.column("deployer").unwrap()], "harbour");
    assert!(incident::property_names().filter(|name| *name != "precision").all(|name| table.column(name).is_ok()));
    assert_eq!(written.losses.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["x_ours"]);
    assert!(matches!(incidents()[0].get("x_ours"), Some(Json::String(_))));
}

#[test]
fn no_cell_is_taken_for_a_formula_and_numbers_stay_numbers() {
    let formula = "=HYPERLINK(\"https://elsewhere.example\")";
    let incident = incidents().remove(0).with("name", formula).with("description", "-5");
    let table = |text: &str| incident::csv::Table::read(text.as_bytes()).unwrap();
    let flat = flat(std::slice::from_ref(&incident));
    let read = table(&flat.text);
    let (_, row) = read.rows().next().unwrap();
    assert_eq!(row[read.column("name").unwrap()], format!("'{formula}"));
    assert_eq!(row[read.column("description").unwrap()], "-5");
    assert!(flat.losses.iter().any(|(field, loss)| field == "name" && loss.why.contains("formula")));
    let oecd = oecd(&[incident]);
    assert_eq!(table(&oecd.text).rows().next().unwrap().1[1], format!("'{formula}"));
}
