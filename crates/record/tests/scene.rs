//! What the tests of all modules stand on.

use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};

use crate::shared;

/// Octets that are the same in every run: SHA-256 of a name and a counter.
pub(crate) struct CountedEntropy {
    name: &'static str,
    count: u64,
}

impl CountedEntropy {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, count: 0 }
    }
}

impl Entropy for CountedEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let octets = sha256(&[self.name.as_bytes(), &self.count.to_be_bytes()]);
            self.count += 1;
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

/// A source that never answers.
pub(crate) struct DryEntropy;

impl Entropy for DryEntropy {
    fn fill(&mut self, _out: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy::new())
    }
}

/// The text of a file of the shared test data, if it is here.
pub(crate) fn shared_file(name: &str) -> Option<String> {
    let (folder, file) = name.rsplit_once('/')?;
    let octets = shared::read(shared::data(folder)?.join(file));
    Some(String::from_utf8(octets).unwrap())
}

/// The octets of a hexadecimal text.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    assert!(text.is_ascii() && text.len().is_multiple_of(2), "not hexadecimal: {text}");
    text.as_bytes().chunks(2).map(octet).collect()
}

#[expect(clippy::expect_used, reason = "a vector that is not hexadecimal ends its test")]
fn octet(pair: &[u8]) -> u8 {
    let pair = std::str::from_utf8(pair).expect("ASCII");
    u8::from_str_radix(pair, 16).expect("hexadecimal")
}
