//! Labels by three annotators, and what was tried against what.

use std::collections::{BTreeMap, BTreeSet};

use incident::Countermeasure;
use incident::labels::{Agreement, Annotator, Classification, cohen, fleiss};
use incident::taxonomy::Taxonomy;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixObject;

use super::{folder, incidents, listed, object, objects, word};
use crate::shared::{read, say};

/// What the issue asked for at least.
const LEAST_LABELLED: usize = 30;
const LEAST_COUNTERMEASURES: usize = 12;

const READERS: [&str; 3] = ["whole-file", "text-only", "independent"];
/// The pairs of readers whose agreement data/incidents/README.md tells, the one of two hands first.
const PAIRS: [(usize, usize); 3] = [(0, 2), (1, 2), (0, 1)];
/// Where the table of agreement stands in that file.
const BEGIN: &str =
    "<!-- the table of agreement is compared with the labels by `cargo test -p detente-incident collection` -->";
const END: &str = "<!-- end of the table of agreement -->";

/// What one reader said of one incident, by the field's code. A word that the taxonomy does not have is refused.
fn of(taxonomy: &Taxonomy, row: &Map, reader: &str) -> BTreeMap<String, String> {
    let about = word(row, "incident");
    let id = word(&objects("")[&about], "id").parse().unwrap();
    let values = row.get(reader).and_then(Json::as_object).unwrap_or_else(|| panic!("{about} has no {reader}"));
    let mut said = BTreeMap::new();
    let (record, annotator) = (RecordDigest::from_octets([0; 32]), Annotator::Person(reader.to_owned()));
    let mut classification = Classification::new(id, record, annotator, taxonomy).unwrap();
    for (field, value) in values.iter() {
        let value = value.as_str().unwrap();
        classification = classification.with_value(taxonomy, field, value).unwrap();
        let _before = said.insert(field.to_owned(), value.to_owned());
    }
    said
}

/// What the readers said of each incident, in the order of [`READERS`].
fn readings(taxonomy: &Taxonomy) -> Vec<[BTreeMap<String, String>; 3]> {
    listed("labels.json", "labels").iter().map(|row| READERS.map(|reader| of(taxonomy, row, reader))).collect()
}

fn two_of<'a>(
    said: &'a [[BTreeMap<String, String>; 3]],
    field: &str,
    (one, two): (usize, usize),
) -> Vec<(&'a str, &'a str)> {
    said.iter().map(|readers| (readers[one][field].as_str(), readers[two][field].as_str())).collect()
}

fn alike(pairs: &[(&str, &str)]) -> usize {
    pairs.iter().filter(|(one, two)| one == two).count()
}

fn beyond_chance(agreement: Agreement) -> f64 {
    agreement.kappa.expect("more than one value is used")
}

/// The table of agreement as the labels make it.
fn table(taxonomy: &Taxonomy) -> String {
    let said = readings(taxonomy);
    let names = PAIRS.map(|(one, two)| format!("`{}` and `{}`", READERS[one], READERS[two]));
    let mut lines =
        vec![format!("| field | {} | all three, Fleiss |", names.join(" | ")), "|---|---|---|---|---|".to_owned()];
    for field in &taxonomy.fields {
        let cells = PAIRS.map(|pair| {
            let pairs = two_of(&said, &field.code, pair);
            let kappa = beyond_chance(cohen(&pairs).unwrap());
            format!("{} of {}, kappa {kappa:.2}", alike(&pairs), pairs.len())
        });
        let all: Vec<Vec<&str>> =
            said.iter().map(|readers| readers.iter().map(|one| one[&field.code].as_str()).collect()).collect();
        let three = beyond_chance(fleiss(&all).unwrap());
        lines.push(format!("| {} | {} | {three:.2} |", field.code, cells.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn readers_label_in_the_taxonomys_words_and_agree_as_far_as_they_do() {
    let file = object(&folder().join("checks/labels.json"));
    let taxonomy = Taxonomy::neutral().unwrap();
    assert_eq!((word(&file, "taxonomy"), word(&file, "version")), (taxonomy.name.clone(), taxonomy.version.clone()));
    let described: Vec<String> = listed("labels.json", "annotators").iter().map(|one| word(one, "code")).collect();
    assert_eq!(described, READERS, "each reader says how it read");
    let said = readings(&taxonomy);
    assert!(said.len() >= LEAST_LABELLED);
    for (field, pair) in taxonomy.fields.iter().flat_map(|field| PAIRS.map(|pair| (field, pair))) {
        let pairs = two_of(&said, &field.code, pair);
        let (apart, kappa) = (pairs.len() - alike(&pairs), beyond_chance(cohen(&pairs).unwrap()));
        say(&format!("labels, {}, {pair:?}: {apart} of {} apart, kappa {kappa:.3}", field.code, pairs.len()));
        assert!(apart > 0 && kappa > 0.0, "{}: readers who never differ, or no better than chance", field.code);
    }
}

#[test]
fn the_agreement_that_is_told_is_that_of_the_labels() {
    let text = String::from_utf8(read(folder().join("README.md"))).unwrap();
    let told = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).expect("the table's marks").0;
    let made = table(&Taxonomy::neutral().unwrap());
    assert_eq!(told.trim(), made, "data/incidents/README.md should hold:\n{made}");
}

#[test]
fn every_countermeasure_is_linked_and_says_how_its_outcome_was_measured() {
    let measures = objects("countermeasures");
    assert!(measures.len() >= LEAST_COUNTERMEASURES);
    let here = incidents("");
    let links = listed("mitigates.json", "links");
    for link in &links {
        assert_eq!(word(link, "link"), "mitigates");
        assert!(
            measures.contains_key(&word(link, "from")) && here.contains_key(&word(link, "to")),
            "{}",
            link.to_text()
        );
        assert!(!word(link, "reason").is_empty());
    }
    let linked: BTreeSet<String> = links.iter().map(|link| word(link, "from")).collect();
    for (name, measure) in &measures {
        assert!(linked.contains(name), "{name} is linked to nothing");
        let object = StixObject::from_map(measure.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let _read = Countermeasure::of_object(&object).unwrap_or_else(|error| panic!("{name}: {error}"));
        let extension =
            measure.get("extensions").and_then(|all| all.as_object()?.iter().next()?.1.as_object()).unwrap();
        let is_known = word(extension, "outcome") != "not yet known";
        assert!(!is_known || extension.contains("measured"), "{name} claims what nobody measured");
    }
    say(&format!("{} countermeasures, {} links", measures.len(), links.len()));
}
