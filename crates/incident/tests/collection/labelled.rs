//! Labels by two annotators, and what was tried against what.

use std::collections::{BTreeMap, BTreeSet};

use incident::Countermeasure;
use incident::labels::{Annotator, Classification, cohen};
use incident::taxonomy::Taxonomy;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixObject;

use super::{folder, incidents, listed, object, objects, word};
use crate::shared::say;

/// What the issue asked for at least.
const LEAST_LABELLED: usize = 30;
const LEAST_COUNTERMEASURES: usize = 12;

const READERS: [&str; 2] = ["whole-file", "text-only"];

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

#[test]
fn two_readers_label_in_the_taxonomys_words_and_agree_as_far_as_they_do() {
    let file = object(&folder().join("checks/labels.json"));
    let taxonomy = Taxonomy::neutral().unwrap();
    assert_eq!((word(&file, "taxonomy"), word(&file, "version")), (taxonomy.name.clone(), taxonomy.version.clone()));
    let rows: Vec<_> = listed("labels.json", "labels");
    assert!(rows.len() >= LEAST_LABELLED);
    let said: Vec<_> = rows.iter().map(|row| READERS.map(|reader| of(&taxonomy, row, reader))).collect();
    for field in &taxonomy.fields {
        let pairs: Vec<_> =
            said.iter().map(|[one, two]| (one[&field.code].as_str(), two[&field.code].as_str())).collect();
        let agreement = cohen(&pairs).unwrap();
        let apart = pairs.iter().filter(|(one, two)| one != two).count();
        let kappa = agreement.kappa.expect("both use more than one value");
        say(&format!("labels, {}: {apart} of {} apart, kappa {kappa:.3}", field.code, agreement.items));
        assert!(apart > 0 && kappa > 0.0, "{}: readers who never differ, or no better than chance", field.code);
    }
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
