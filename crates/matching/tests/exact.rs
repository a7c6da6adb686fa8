//! Digests in one flat array: what went in is found, nothing else is, and hostile octets are named.

use matching::exact::{ExactError, ExactSet, ShortDigest};
use proptest::prelude::*;
use record::digest::sha256;

fn digest(number: u32) -> ShortDigest {
    ShortDigest::of(&sha256(&[&number.to_le_bytes()]))
}

fn set(numbers: std::ops::Range<u32>) -> ExactSet<Vec<u8>> {
    ExactSet::new(numbers.map(|number| (digest(number), number)).collect()).unwrap()
}

/// The same file with its checksum put right, so that what lies behind the checksum is tested.
fn resealed(mut octets: Vec<u8>) -> Vec<u8> {
    let end = octets.len() - 8;
    let checksum = text::xxh64(&octets[..end], 0);
    octets[end..].copy_from_slice(&checksum.to_le_bytes());
    octets
}

#[test]
fn what_went_in_is_found_and_nothing_else() {
    for count in [0, 1, 2, 3, 1_000, 5_000] {
        let set = set(0..count);
        assert_eq!(set.len(), count as usize);
        assert!((0..count).all(|number| set.values(&digest(number)).eq([number])));
        assert!((count..count + 1_000).all(|number| set.values(&digest(number)).next().is_none()));
    }
}

#[test]
fn several_signals_may_have_one_digest() {
    let set = ExactSet::new(vec![(digest(1), 9), (digest(2), 5), (digest(1), 3), (digest(1), 9)]).unwrap();
    assert_eq!(set.values(&digest(1)).collect::<Vec<_>>(), [3, 9]);
}

#[test]
fn a_file_is_read_as_it_was_written() {
    let set = set(0..3_000);
    let read = ExactSet::parse(set.octets()).unwrap();
    assert!((0..3_000).all(|number| read.values(&digest(number)).eq([number])));
}

#[test]
fn hostile_octets_are_named() {
    let good = set(0..500).octets().to_vec();
    let changed = |at: usize, octets: &[u8]| {
        let mut file = good.clone();
        file[at..at + octets.len()].copy_from_slice(octets);
        ExactSet::parse(resealed(file)).unwrap_err()
    };
    assert_eq!(changed(0, b"PK"), ExactError::Magic);
    assert_eq!(changed(8, &[2]), ExactError::Version { found: 2 });
    assert!(matches!(changed(12, &[200]), ExactError::Header { .. }));
    assert!(matches!(changed(16, &[0xFF; 8]), ExactError::Header { .. }));
    assert!(matches!(changed(16, &501_u64.to_le_bytes()), ExactError::Length { .. }));
    assert!(matches!(changed(24 + 40, &[0xFF; 4]), ExactError::Table { prefix: 10 }));
    let first = 24 + 257 * 4;
    assert!(matches!(changed(first, &[0xFF; 16]), ExactError::Order { slot: 1 }));
    assert!(matches!(changed(first + 16, &[0; 16]), ExactError::Order { slot: 1 }));
    let mut flipped = good.clone();
    flipped[first + 7] ^= 1;
    assert_eq!(ExactSet::parse(flipped).unwrap_err(), ExactError::Checksum);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let good = set(0..100).octets().to_vec();
    assert!((0..good.len()).all(|end| ExactSet::parse(&good[..end]).is_err()));
    let longer: Vec<u8> = good.iter().copied().chain([0]).collect();
    assert!(matches!(ExactSet::parse(longer), Err(ExactError::Length { .. })));
}

proptest! {
    #[test]
    fn no_octets_make_it_fail_otherwise(octets in proptest::collection::vec(any::<u8>(), 0..600), start in 0..24_usize) {
        let mut file = set(0..8).octets().to_vec();
        file.truncate(start);
        file.extend(octets);
        if let Ok(set) = ExactSet::parse(file) {
            prop_assert_eq!(set.values(&digest(3)).count(), 1);
        }
    }

    #[test]
    fn any_pairs_are_found(pairs in proptest::collection::vec((any::<u8>(), any::<u8>()), 0..200)) {
        let made = ExactSet::new(pairs.iter().map(|&(a, b)| (digest(a.into()), b.into())).collect()).unwrap();
        for (a, _) in &pairs {
            let mut expected: Vec<u32> = pairs.iter().filter(|(other, _)| other == a).map(|&(_, b)| b.into()).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert!(made.values(&digest((*a).into())).eq(expected));
        }
    }
}
