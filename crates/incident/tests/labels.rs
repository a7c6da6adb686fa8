//! Labels side by side, agreement, and taxonomies as files.

use incident::csv::{CsvFault, Table};
use incident::labels::{KappaError, cohen, fleiss};
use incident::taxonomy::{Taxonomy, TaxonomyError, atlas, cset, mit};
use proptest::prelude::*;

use crate::shared::{data, files, read, say};

fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("kappa is defined here");
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

/// The worked example under "Cohen's kappa" in Wikipedia: 50 proposals, two readers, 0.4.
#[test]
fn cohen_equals_the_published_example() {
    let mut pairs = vec![("yes", "yes"); 20];
    pairs.extend(vec![("yes", "no"); 5]);
    pairs.extend(vec![("no", "yes"); 10]);
    pairs.extend(vec![("no", "no"); 15]);
    close(cohen(&pairs).unwrap().kappa, 0.4);
}

/// The worked example under "Fleiss' kappa" in Wikipedia: 10 subjects, 14 raters, 5 values, 0.210. More places by
/// `golden/kappa.py`.
#[test]
fn fleiss_equals_the_published_example() {
    let counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ];
    let labels = |row: &[usize; 5]| {
        row.iter().zip(["1", "2", "3", "4", "5"]).flat_map(|(&count, value)| vec![value; count]).collect()
    };
    close(fleiss(&counts.iter().map(labels).collect::<Vec<_>>()).unwrap().kappa, 0.209_930_704_422);
}

#[test]
fn where_chance_explains_everything_there_is_no_kappa() {
    assert_eq!(cohen(&[("yes", "yes")]).unwrap().kappa, None);
    assert_eq!(cohen(&[]), Err(KappaError::Nothing));
    assert_eq!(fleiss(&[vec!["a", "b"], vec!["a"]]), Err(KappaError::Uneven(1, 1, 2)));
}

/// Numbers by `golden/kappa.py` over the part of the data that lay here then.
#[test]
fn cset_annotators_agree_as_python_says() {
    let Some(folder) = data("incidents/aiid") else { return };
    let annotators = files(&folder, ".csv").into_iter().filter(|file| file.to_string_lossy().contains("Annotator-"));
    let tables: Vec<Table> = annotators.map(|file| Table::read(&read(file)).unwrap()).collect();
    let of = |number: usize, field: &str, incident: &str| {
        let table: &Table = &tables[number];
        let (id, field) = (table.column("Incident ID").unwrap(), table.column(field).unwrap());
        let row = table.rows().find(|(_, cells)| cells[id] == incident)?;
        Some(row.1[field].as_str()).filter(|value| !value.is_empty())
    };
    let first = &tables[0];
    let ids: Vec<&str> = first.rows().map(|(_, cells)| cells[first.column("Incident ID").unwrap()].as_str()).collect();
    let fields = [
        ("Tangible Harm", 0.546_277_665_996, 0.707_317_073_171),
        ("AI Harm Level", 0.605_136_436_597, 0.657_142_857_143),
        ("Rights Violation", 0.442_176_870_748, 0.586_206_896_552),
        ("Autonomy Level", 0.442_934_782_609, 0.414_634_146_341),
    ];
    for (field, two, three) in fields {
        let pairs: Vec<_> = ids.iter().filter_map(|id| Some((of(0, field, id)?, of(1, field, id)?))).collect();
        let items: Vec<_> = ids
            .iter()
            .filter_map(|id| (0..3).map(|number| of(number, field, id)).collect::<Option<Vec<_>>>())
            .collect();
        let (cohen, fleiss) = (cohen(&pairs).unwrap(), fleiss(&items).unwrap());
        say(&format!(
            "{field}: Cohen {:?} over {}, Fleiss {:?} over {}",
            cohen.kappa, cohen.items, fleiss.kappa, fleiss.items
        ));
        if (cohen.items, fleiss.items) == (41, 4) {
            close(cohen.kappa, two);
            close(fleiss.kappa, three);
        } else {
            say("another part of the data than the committed numbers were made from: not compared");
        }
    }
}

#[test]
fn a_taxonomy_of_our_form_is_read_strictly() {
    let whole = r#"{"name":"n","version":"1","fields":[{"code":"f","name":{"en":"F","zh":"甲"},"values":[{"code":"v","name":{"en":"V","zh":"乙"},"definition":{"en":"D.","zh":"丙。"}}]}]}"#;
    assert!(Taxonomy::read(whole.as_bytes()).unwrap().has("f", "v"));
    let refused = |from: &str, to: &str| Taxonomy::read(whole.replace(from, to).as_bytes()).unwrap_err().to_string();
    assert_eq!(refused(r#","zh":"丙。""#, ""), "at `fields/0/values/0/definition/zh`: is no text");
    assert_eq!(refused(r#""version":"1","#, r#""version":"1","extra":1,"#), "at `/extra`: is not known");
}

#[test]
fn taxonomies_of_others_are_read_from_their_files() {
    let Some(folder) = data("incidents") else { return };
    let table = |file: &str| Table::read(&read(folder.join(file))).unwrap();
    let harm = cset("1", &table("aiid/classifications_CSETv1_Annotator-1.csv"), &["Tangible Harm"]).unwrap();
    assert!(harm.has("Tangible Harm", "tangible harm definitively occurred"));
    assert!(mit("2025", &table("aiid/classifications_MIT.csv")).unwrap().has("Timing", "Post-deployment"));
    let techniques = atlas("5.6.0", &read(folder.join("atlas/stix-atlas.json"))).unwrap();
    assert!(techniques.has("tactic", "AML.TA0002"));
    assert_eq!(techniques.fields.iter().map(|field| field.values.len()).collect::<Vec<_>>(), [16, 170, 35]);
    assert!(matches!(atlas("1", b"[]"), Err(TaxonomyError::Shape(..))));
}

#[test]
fn broken_tables_say_row_and_column() {
    let broken =
        |octets: &[u8]| Table::read(octets).map_err(|error| (error.row, error.column, error.what)).unwrap_err();
    assert_eq!(broken(b"a,b\n1,x\"y\n"), (2, 2, CsvFault::Quote));
    assert_eq!(broken(b"a,b\n\"1,2\n"), (2, 1, CsvFault::Open));
    assert_eq!(broken(b"a,b\n1\n"), (2, 1, CsvFault::Width(1, 2)));
    assert_eq!(broken(b"a,b\n1,\xff\n"), (2, 2, CsvFault::Encoding));
    assert_eq!(broken(b"a,a\n"), (1, 2, CsvFault::Name("a".to_owned())));
    assert_eq!(broken(b""), (1, 1, CsvFault::Empty));
}

proptest! {
    #[test]
    fn quoted_fields_come_back(fields in proptest::collection::vec(".{0,12}", 2..5)) {
        let quoted: Vec<_> = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        let names: Vec<_> = (0..fields.len()).map(|number| number.to_string()).collect();
        let table = Table::read(format!("{}\r\n{}\r\n", names.join(","), quoted.join(",")).as_bytes()).unwrap();
        prop_assert_eq!(table.rows().next().unwrap().1, fields.as_slice());
    }

    #[test]
    fn kappa_does_not_see_order_or_names(pairs in proptest::collection::vec((0..3_usize, 0..3_usize), 2..40)) {
        let (names, renamed) = (["a", "b", "c"], ["z", "x", "y"]);
        let plain: Vec<_> = pairs.iter().map(|&(one, two)| (names[one], names[two])).collect();
        let other: Vec<_> = pairs.iter().rev().map(|&(one, two)| (renamed[two], renamed[one])).collect();
        let (plain, other) = (cohen(&plain).unwrap(), cohen(&other).unwrap());
        prop_assert_eq!(plain.kappa.is_some(), other.kappa.is_some());
        if let (Some(one), Some(two)) = (plain.kappa, other.kappa) {
            prop_assert!((one - two).abs() < 1e-9 && one <= 1.0);
        }
    }
}
