//! Labels by two annotators, and what was tried against what.

use std::collections::{BTreeMap, BTreeSet};

use incident::labels::{Annotator, Label, cohen, said};
use incident::taxonomy::Taxonomy;
use record::json::{Json, Map};

use super::{folder, incidents, listed, object, objects, word};
use crate::shared::say;

/// What the issue asked for at least.
const LEAST_LABELLED: usize = 30;
const LEAST_COUNTERMEASURES: usize = 12;

const READERS: [&str; 2] = ["whole-file", "text-only"];

fn labels(taxonomy: &Taxonomy) -> Vec<Label> {
    let rows = listed("labels.json", "labels");
    rows.iter()
        .flat_map(|row| READERS.map(|reader| (row, reader)))
        .flat_map(|(row, reader)| of(taxonomy, row, reader))
        .collect()
}

fn of(taxonomy: &Taxonomy, row: &Map, reader: &str) -> Vec<Label> {
    let about = word(row, "incident");
    let values = row.get(reader).and_then(Json::as_object).unwrap_or_else(|| panic!("{about} has no {reader}"));
    let label = |(field, value): (&str, &Json)| {
        let annotator = Annotator::Person(reader.to_owned());
        Label::new(&about, annotator, taxonomy, field, value.as_str().unwrap()).unwrap()
    };
    values.iter().map(label).collect()
}

#[test]
fn two_readers_label_in_the_taxonomys_words_and_agree_as_far_as_they_do() {
    let file = object(&folder().join("checks/labels.json"));
    let taxonomy = Taxonomy::neutral().unwrap();
    assert_eq!((word(&file, "taxonomy"), word(&file, "version")), (taxonomy.name.clone(), taxonomy.version.clone()));
    let labels = labels(&taxonomy);
    let about: BTreeSet<&str> = labels.iter().map(|label| label.incident.as_str()).collect();
    let here = incidents("");
    assert!(about.len() >= LEAST_LABELLED && about.iter().all(|name| here.contains_key(*name)));
    for field in &taxonomy.fields {
        let rows: Vec<_> = about.iter().map(|name| said(&labels, &taxonomy, name, &field.code)).collect();
        let pairs: Vec<_> = rows.iter().map(|row| pair(row)).collect();
        let agreement = cohen(&pairs).unwrap();
        let apart = pairs.iter().filter(|(one, two)| one != two).count();
        let kappa = agreement.kappa.expect("both use more than one value");
        say(&format!("labels, {}: {apart} of {} apart, kappa {kappa:.3}", field.code, agreement.items));
        assert!(apart > 0 && kappa > 0.0, "{}: readers who never differ, or no better than chance", field.code);
    }
}

fn pair<'l>(row: &BTreeMap<&'l Annotator, &'l str>) -> (&'l str, &'l str) {
    let all: Vec<&str> = row.values().copied().collect();
    (all[0], all[1])
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
        assert_eq!(word(measure, "type"), "course-of-action", "{name}");
        let extension =
            measure.get("extensions").and_then(|all| all.as_object()?.iter().next()?.1.as_object()).unwrap();
        let is_known = word(extension, "outcome") != "not yet known";
        assert!(!is_known || extension.contains("measured"), "{name} claims what nobody measured");
    }
    say(&format!("{} countermeasures, {} links", measures.len(), links.len()));
}
