//! A content in few octets.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::Content;
use crate::error::SearchError;
use crate::field::Field;

/// How hard is tried to make it small. The next step saves a fortieth of the room and takes a quarter more time.
const EFFORT: i32 = 1;

/// A window of deflate itself, without a frame.
const RAW: i32 = -15;

/// Octets that one row may unpack to: many times what a record may have, and a bound on what a damaged row can ask for.
const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;

/// Packs one content after another: its tables are large, and made once.
pub(crate) struct Packer(Box<CompressorOxide>);

impl std::fmt::Debug for Packer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Packer")
    }
}

impl Packer {
    pub(crate) fn new() -> Self {
        Self(Box::new(CompressorOxide::new(create_comp_flags_from_zip_params(EFFORT, RAW, 0))))
    }

    pub(crate) fn pack(&mut self, content: &Content) -> Result<Vec<u8>, SearchError> {
        let octets = laid_out(content);
        self.0.reset();
        // Deflate adds five octets to a block that it cannot make smaller.
        let mut out = vec![0; octets.len().saturating_add(octets.len().div_euclid(1024)).saturating_add(128)];
        let (status, _, written) = compress(&mut self.0, &octets, &mut out, TDEFLFlush::Finish);
        out.truncate(written);
        if status == TDEFLStatus::Done { Ok(out) } else { Err(damaged("a record could not be packed")) }
    }
}

/// The content of packed octets.
pub(crate) fn unpacked(octets: &[u8]) -> Result<Content, SearchError> {
    let laid_out =
        decompress_to_vec_with_limit(octets, MAX_UNPACKED_BYTES).map_err(|error| damaged(&error.to_string()))?;
    let mut rest = laid_out.as_slice();
    let title = take_text(&mut rest)?;
    let text = take_text(&mut rest)?;
    let mut facts = Vec::new();
    while !rest.is_empty() {
        facts.push((take_field(&mut rest)?, take_text(&mut rest)?));
    }
    Ok(Content { title, text, facts })
}

fn damaged(problem: &str) -> SearchError {
    SearchError::Damaged { problem: format!("a row cannot be read: {problem}") }
}

/// Each text behind its length, each value of a field behind the letters of the field.
fn laid_out(content: &Content) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.title.len().saturating_add(content.text.len()).saturating_add(512));
    push_text(&content.title, &mut out);
    push_text(&content.text, &mut out);
    for (field, value) in &content.facts {
        out.extend_from_slice(field.tag().as_bytes());
        push_text(value, &mut out);
    }
    out
}

/// Seven bits of the length to an octet, the last of which is below 128.
fn push_text(text: &str, out: &mut Vec<u8>) {
    let mut length = text.len();
    while length > 127 {
        out.push(u8::try_from(length & 127).unwrap_or(0) | 128);
        length >>= 7;
    }
    out.push(u8::try_from(length).unwrap_or(0));
    out.extend_from_slice(text.as_bytes());
}

fn take_text(rest: &mut &[u8]) -> Result<String, SearchError> {
    let (mut length, mut shift) = (0_usize, 0_u32);
    loop {
        let octet = *take(rest, 1)?.first().unwrap_or(&0);
        length |= usize::from(octet & 127).checked_shl(shift).unwrap_or(usize::MAX);
        shift = shift.saturating_add(7);
        if octet < 128 {
            break;
        }
    }
    let text = std::str::from_utf8(take(rest, length)?).map_err(|error| damaged(&error.to_string()))?;
    Ok(text.to_owned())
}

fn take_field(rest: &mut &[u8]) -> Result<Field, SearchError> {
    let tag = take(rest, 2)?;
    let found = Field::ALL.iter().find(|field| field.tag().as_bytes() == tag);
    found.copied().ok_or_else(|| damaged("it has a field that there is not"))
}

fn take<'o>(rest: &mut &'o [u8], count: usize) -> Result<&'o [u8], SearchError> {
    let (taken, left) = rest.split_at_checked(count).ok_or_else(|| damaged("it ends too early"))?;
    *rest = left;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content() -> impl Strategy<Value = Content> {
        let facts = proptest::collection::vec((proptest::sample::select(Field::ALL), ".{0,40}"), 0..6);
        (".{0,60}", ".{0,3000}", facts).prop_map(|(title, text, facts)| {
            let facts = facts.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
            Content { title, text, facts }
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(contents in proptest::collection::vec(content(), 1..4)) {
            let mut packer = Packer::new();
            for content in contents {
                prop_assert_eq!(unpacked(&packer.pack(&content).unwrap()).unwrap(), content);
            }
        }

        #[test]
        fn other_octets_are_damage(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(error) = unpacked(&octets) {
                prop_assert!(error.is_damage());
            }
        }
    }
}
