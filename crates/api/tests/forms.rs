//! A pattern in the document says what the reader does.

use api::Form;
use proptest::prelude::*;
use proptest::string::string_regex;

const FORMS: [Form; 4] = [Form::Digest, Form::Instant, Form::StixId, Form::Number];

proptest! {
    /// What fits the pattern and the length is taken.
    #[test]
    fn whoever_follows_the_pattern_is_taken(text in string_regex(pattern(Form::Digest)).unwrap()) {
        prop_assert!(Form::Digest.fits(&text), "{text}");
    }

    #[test]
    fn ids_of_the_pattern_are_ids(text in string_regex(pattern(Form::StixId)).unwrap()) {
        let (min, max) = Form::StixId.length();
        prop_assert!(!(min..=max).contains(&text.len()) || Form::StixId.fits(&text), "{text}");
    }

    #[test]
    fn numbers_of_the_pattern_are_numbers(text in string_regex(pattern(Form::Number)).unwrap()) {
        prop_assert!(Form::Number.fits(&text) && text.parse::<u64>().is_ok(), "{text}");
    }

    /// Days that a month does not have are the reader's to find: `format` says so.
    #[test]
    fn instants_of_the_pattern_are_instants(text in string_regex(pattern(Form::Instant)).unwrap()) {
        let day: u8 = text.get(8..10).unwrap().parse().unwrap();
        prop_assert!(day > 28 || Form::Instant.fits(&text), "{text}");
    }

    /// No reader fails on any text.
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        for form in FORMS {
            let _taken = form.fits(&text);
        }
    }
}

/// The generator takes the whole text to be the pattern: it has no anchors.
fn pattern(form: Form) -> &'static str {
    form.pattern().unwrap().strip_prefix('^').unwrap().strip_suffix('$').unwrap()
}

#[test]
fn what_does_not_fit_is_refused() {
    let digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    assert!(Form::Digest.fits(digest));
    for wrong in ["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV", "47DEQpj8HBSa-/TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "", "a"]
    {
        assert!(!Form::Digest.fits(wrong), "{wrong}");
    }
    for wrong in
        ["2026-07-01", "2026-07-01T03:10:00", "2026-07-01t03:10:00z", "2026-07-01T03:10:60Z", "2026-02-29T03:10:00Z"]
    {
        assert!(!Form::Instant.fits(wrong), "{wrong}");
    }
    for wrong in ["01", "-1", "1.0", "", "1234567890123456"] {
        assert!(!Form::Number.fits(wrong), "{wrong}");
    }
    let uuid = "0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    assert!(Form::StixId.fits(&format!("incident--{uuid}")));
    for wrong in ["in", "Incident", "a--b", "1ncident", "incident-"] {
        assert!(!Form::StixId.fits(&format!("{wrong}--{uuid}")), "{wrong}");
    }
}
