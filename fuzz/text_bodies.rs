//! What the fuzz targets of `text` do with their input.

use text::{MAX_GROWTH, NormaliserVersion, ShingleWidths, bidi_controls, invisible_characters, shingles, words};

/// Normalising twice is normalising once, and no text grows beyond its bound.
pub fn text_normalise(data: &[u8]) {
    let input = String::from_utf8_lossy(data);
    let normal = NormaliserVersion::V1.normalise(&input);
    let text = normal.as_str();
    assert!(text.len() <= MAX_GROWTH * input.len());
    assert_eq!(NormaliserVersion::V1.normalise(text), normal);
    assert!(invisible_characters(text).next().is_none() && bidi_controls(text).next().is_none());
    assert!(words(text).chain(shingles(text, ShingleWidths::V1)).all(|part| text.contains(part)));
}
