//! Two parties, their keys, and a bundle between them.

use std::sync::LazyLock;

use bundle::{Cover, File, Limits, PrivateBundleKey, ReadError, Reader, Writer};
use record::digest::PartyId;
use record::key_record::BundleSuite;
use record::time::Timestamp;

use crate::hand::{Counted, Forger};

/// A key from a counted seed.
pub(crate) fn key(beginning: u8) -> PrivateBundleKey {
    PrivateBundleKey::generate(BundleSuite::MlKem768X25519, &mut Counted(beginning)).unwrap()
}

/// The recipient's key.
pub(crate) fn harbour_key() -> PrivateBundleKey {
    static KEY: LazyLock<PrivateBundleKey> = LazyLock::new(|| key(1));
    KEY.duplicate()
}

/// The recipient.
pub(crate) fn harbour() -> PartyId {
    PartyId::from_octets([1; 32])
}

/// The sender.
pub(crate) fn island() -> PartyId {
    PartyId::from_octets([2; 32])
}

/// The cover of every bundle here.
pub(crate) fn cover() -> Cover {
    Cover::new(island(), harbour(), Timestamp::from_micros(1_790_000_000_000_000), 7)
}

/// A file's path and octets.
pub(crate) type Pair = (String, Vec<u8>);

/// What a node serves, in small.
pub(crate) fn files() -> Vec<Pair> {
    let feed = "feed/feed-00112233445566778899aabbccddeeff";
    vec![
        ("log/checkpoint".to_owned(), b"example.org/log\n3\nroot\n\nsignature\n".to_vec()),
        ("log/tile/0/000.p/3".to_owned(), vec![7; 96]),
        (format!("{feed}/tile/entries/000.p/2"), b"\0\x02{}\0\x02{}".to_vec()),
        (format!("{feed}/body/{}", "ab".repeat(32)), vec![b' '; 512]),
        ("empty".to_owned(), Vec::new()),
    ]
}

/// Seals files for a key.
pub(crate) fn seal_for(key: &PrivateBundleKey, files: &[Pair]) -> Vec<u8> {
    seal_with(100, key, files)
}

/// The same with other random octets.
pub(crate) fn seal_with(beginning: u8, key: &PrivateBundleKey, files: &[Pair]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &cover(), key.public(), &mut Counted(beginning)).unwrap();
    files.iter().for_each(|(path, octets)| writer.add(path.parse().unwrap(), octets.clone()).unwrap());
    writer.finish().unwrap()
}

/// Seals files for the recipient.
pub(crate) fn seal(files: &[Pair]) -> Vec<u8> {
    seal_for(&harbour_key(), files)
}

/// Everything that the recipient gets out of a bundle, and why nothing more came.
pub(crate) fn open_some(octets: &[u8]) -> (Vec<File>, Option<ReadError>) {
    let mut reader = match Reader::open(octets, harbour(), &[harbour_key()], Limits::STANDARD) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let (mut files, mut problem) = (Vec::new(), None);
    for package in reader.by_ref() {
        match package {
            Ok(package) => files.extend(package.files),
            Err(error) => problem = Some(error),
        }
    }
    assert_eq!(reader.is_complete(), problem.is_none());
    assert!(reader.next().is_none(), "after its end or an error a reader answers nothing");
    (files, problem)
}

/// Everything in a whole bundle.
pub(crate) fn open(octets: &[u8]) -> Vec<Pair> {
    let (files, problem) = open_some(octets);
    assert_eq!(problem, None);
    pairs(files)
}

pub(crate) fn pairs(files: Vec<File>) -> Vec<Pair> {
    files.into_iter().map(|file| (file.path.to_string(), file.octets)).collect()
}

/// Why a bundle is refused. What came before is part of what was sealed.
pub(crate) fn refusal(octets: &[u8]) -> ReadError {
    open_some(octets).1.expect("a bundle that was changed reads as whole")
}

/// A forger who has sealed a proper cover for the recipient.
pub(crate) fn covered() -> Forger {
    Forger::covered(harbour_key().public())
}
