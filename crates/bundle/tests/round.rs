//! What is put into a bundle comes out of it.

use bundle::limits::{MAX_FILE_BYTES, MAX_PACKAGE_BYTES, MAX_PACKAGE_FILES};
use bundle::{Limits, PrivateBundleKey, Reader, WriteError, Writer, peek};
use proptest::prelude::*;
use record::entropy::{Entropy, NoEntropy};
use record::key_record::{BundleKey, BundleSuite};
use record::time::Timestamp;

use crate::hand::{Counted, members};
use crate::scene::{Pair, cover, covered, files, harbour, harbour_key, key, open, seal};

#[test]
fn files_come_out_as_they_went_in_and_in_their_order() {
    assert_eq!(open(&seal(&files())), files());
}

#[test]
fn a_bundle_without_files_is_one() {
    assert_eq!(open(&seal(&[])), []);
}

#[test]
fn a_bundle_says_whom_it_is_for_in_clear_and_the_rest_to_him_alone() {
    let octets = seal(&files());
    let addressed = peek(octets.as_slice()).unwrap();
    assert_eq!((addressed.key, addressed.suite), (harbour_key().public().id(), BundleSuite::MlKem768X25519));
    let reader = Reader::open(octets.as_slice(), harbour(), &[harbour_key()], Limits::STANDARD).unwrap();
    assert_eq!(*reader.cover(), cover());
    for secret in ["checkpoint", "feed", "sequence", &cover().sender.to_string(), &cover().recipient.to_string()] {
        let shows = octets.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!shows, "a courier reads `{secret}`");
    }
}

#[test]
fn whatever_the_key_found_first_the_one_that_fits_opens() {
    let octets = seal(&files());
    let keys = [key(50), harbour_key(), key(60)];
    let reader = Reader::open(octets.as_slice(), harbour(), &keys, Limits::STANDARD).unwrap();
    assert_eq!(reader.map(Result::unwrap).map(|package| package.files.len()).sum::<usize>(), files().len());
}

#[test]
fn a_bundle_made_by_hand_from_the_document_is_the_same_to_the_octet() {
    let mut forger = covered();
    let small = files();
    let pairs: Vec<_> = small.iter().map(|(path, octets)| (path.as_str(), octets.as_slice())).collect();
    forger.package(1, &pairs);
    forger.end(5, small.iter().map(|(_, octets)| octets.len() as u64).sum(), 1);
    assert!(forger.octets() == seal(&small), "the writer and the document differ");
}

#[test]
fn packages_hold_what_the_limits_say() {
    let of = |bytes: usize, count: usize| -> Vec<Pair> {
        (0..count).map(|number| (format!("f/{number}"), vec![1; bytes])).collect()
    };
    let packages = |files: &[Pair]| {
        let octets = seal(files);
        let reader = Reader::open(octets.as_slice(), harbour(), &[harbour_key()], Limits::STANDARD).unwrap();
        reader.map(|package| package.unwrap().files.len()).collect::<Vec<_>>()
    };
    assert_eq!(packages(&of(1, MAX_PACKAGE_FILES)), [256]);
    assert_eq!(packages(&of(1, MAX_PACKAGE_FILES + 1)), [256, 1]);
    assert_eq!(packages(&of(MAX_PACKAGE_BYTES / 2, 3)), [2, 1]);
    assert_eq!(packages(&of(MAX_PACKAGE_BYTES / 2 + 1, 3)), [1, 1, 1]);
    let mut mixed = of(10, 1);
    mixed.push(("long".to_owned(), vec![2; 3 * MAX_PACKAGE_BYTES]));
    mixed.push(("short".to_owned(), vec![3; 10]));
    assert_eq!(packages(&mixed), [1, 1, 1]);
    assert_eq!(open(&seal(&mixed)), mixed);
}

#[test]
fn ten_thousand_tiny_files_come_through() {
    let tiny: Vec<Pair> =
        (0..10_000_u32).map(|number| (format!("t/{number}"), number.to_be_bytes().to_vec())).collect();
    let octets = seal(&tiny);
    assert!(octets.len() < 40 * (64 * 1024 + 2048) + 10_000, "{} octets", octets.len());
    assert_eq!(open(&octets), tiny);
}

#[test]
fn sizes_tell_steps_alone() {
    let sizes = |octets: &[u8]| members(octets).iter().map(|member| member.octets.len()).collect::<Vec<_>>();
    let (one, other) = (vec![("a".to_owned(), vec![0; 10])], vec![("bb".to_owned(), vec![0; 50_000])]);
    assert_eq!(sizes(&seal(&one)), sizes(&seal(&other)));
}

#[test]
fn a_writer_refuses_what_no_reader_takes() {
    let mut writer = Writer::new(Vec::new(), &cover(), harbour_key().public(), &mut Counted(1)).unwrap();
    writer.add("a".parse().unwrap(), Vec::new()).unwrap();
    let again = writer.add("a".parse().unwrap(), Vec::new());
    assert_eq!(again, Err(WriteError::RepeatedPath { path: "a".parse().unwrap() }));
    let long = writer.add("b".parse().unwrap(), vec![0; MAX_FILE_BYTES + 1]);
    assert!(matches!(long, Err(WriteError::FileTooLong { bytes, .. }) if bytes == MAX_FILE_BYTES + 1));
    writer.add("b".parse().unwrap(), vec![0; MAX_FILE_BYTES]).unwrap();
    assert_eq!(open_lengths(&writer.finish().unwrap()), [0, MAX_FILE_BYTES]);
}

fn open_lengths(octets: &[u8]) -> Vec<usize> {
    open(octets).iter().map(|(_, octets)| octets.len()).collect()
}

#[test]
fn a_cover_that_cannot_be_read_again_is_not_sealed() {
    let mut beyond = cover();
    beyond.sequence = 1 << 53;
    let mut never = cover();
    never.created = Timestamp::from_micros(i64::MAX);
    for cover in [beyond, never] {
        let made = Writer::new(Vec::new(), &cover, harbour_key().public(), &mut Counted(1));
        assert_eq!(made.err(), Some(WriteError::Cover));
    }
}

#[test]
fn a_public_key_that_is_none_is_refused() {
    let none = BundleKey::from_octets(BundleSuite::MlKem768X25519, &[0xFF; 1216]).unwrap();
    let made = Writer::new(Vec::new(), &cover(), &none, &mut Counted(1));
    assert_eq!(made.err(), Some(WriteError::Seal { key: none.id() }));
}

/// A source that never answers.
struct Dry;

impl Entropy for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy::new())
    }
}

#[test]
fn without_random_octets_nothing_is_sealed() {
    let made = Writer::new(Vec::new(), &cover(), harbour_key().public(), &mut Dry);
    assert_eq!(made.err(), Some(WriteError::NoEntropy));
    assert!(PrivateBundleKey::generate(BundleSuite::MlKem768X25519, &mut Dry).is_err());
}

/// A stick with so much room.
struct Stick(usize);

impl std::io::Write for Stick {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(octets.len()).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_stick_is_said() {
    for room in [0, 10, 70_000] {
        let made = Writer::new(Stick(room), &cover(), harbour_key().public(), &mut Counted(1));
        let made = made
            .and_then(|mut writer| writer.add("a".parse().unwrap(), vec![0; 200_000]).and_then(|()| writer.finish()));
        assert_eq!(made.err(), Some(WriteError::Unwritable { kind: std::io::ErrorKind::StorageFull }));
    }
}

#[test]
fn nothing_that_holds_a_secret_prints_it() {
    let shown = format!("{:?}", harbour_key());
    assert!(shown.contains("seed withheld") && shown.contains(&harbour_key().public().id().to_string()), "{shown}");
    let writer = Writer::new(Vec::new(), &cover(), harbour_key().public(), &mut Counted(1)).unwrap();
    assert_eq!(format!("{writer:?}"), "Writer(0 files with 0 octets in 0 packages written, 0 files wait)");
}

fn any_files() -> impl Strategy<Value = Vec<Pair>> {
    let path = "[a-z0-9][a-z0-9_-]{0,8}(/[a-z0-9][a-z0-9._-]{0,6}[a-z0-9]){0,3}";
    let octets = prop_oneof![
        9 => proptest::collection::vec(any::<u8>(), 0..300),
        1 => (any::<u8>(), 300_000..1_200_000_usize).prop_map(|(octet, length)| vec![octet; length]),
    ];
    proptest::collection::btree_map(path, octets, 0..20).prop_map(|files| files.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_files_come_out_as_they_went_in(files in any_files()) {
        prop_assert_eq!(open(&seal(&files)), files);
    }
}
