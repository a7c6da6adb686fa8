//! The document on the format is held to the program.

use duties::form::Form;
use duties::{Dictionary, Pack};

use crate::scene::{dictionary, load, told};

fn examples() -> Vec<String> {
    let text = include_str!("../../../docs/rule-packs.md");
    let blocks = text.split("```json\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_example_of_a_dictionary_is_read() {
    let dictionary = Dictionary::parse(examples()[0].as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!((dictionary.len(), dictionary.kinds().len()), (2, 1));
}

#[test]
fn the_example_of_a_pack_loads_and_its_vignettes_come_out() {
    let pack = &examples()[1];
    assert!(Pack::parse(pack.as_bytes(), &dictionary()).is_ok());
    load(&[pack]).unwrap_or_else(|faults| panic!("{}", told(&faults)));
}

#[test]
fn the_example_of_a_form_is_read() {
    let form = Form::parse(examples()[2].as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(form.fields().count(), 1);
}
