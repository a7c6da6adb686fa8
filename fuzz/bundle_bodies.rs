//! What the fuzz target of `bundle` does with its input. The tests of `bundle` include this file and run the kept corpus
//! through it.

use std::sync::LazyLock;

use ::bundle::{FilePath, Limits, PrivateBundleKey, Reader, Writer, peek};
use record::digest::PartyId;
use record::key_record::BundleSuite;

use super::hand::{Counted, Forger, zst};

/// No input makes a reader panic, or take more than its limits, whether it stands as a whole bundle, as the archive in its
/// frame, or as what a sender sealed. What is read is written again to the same octets.
pub fn bundle(data: &[u8]) {
    path(data);
    let _whole = peek(data).map(|_| read(data));
    let framed = zst(data);
    let _archive = peek(framed.as_slice()).map(|_| read(&framed));
    contents(data);
}

/// A path has one spelling and stays inside.
fn path(data: &[u8]) {
    let Ok(path) = std::str::from_utf8(data).map_err(drop).and_then(|text| text.parse::<FilePath>().map_err(drop))
    else {
        return;
    };
    assert_eq!(path.as_str().as_bytes(), data);
    assert!(!path.as_str().split('/').any(|segment| segment.is_empty() || segment.starts_with('.')));
}

/// The first octet chooses a place; the rest is sealed there, filled up to the step or as it is.
fn contents(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let step = if choice & 1 == 0 { 64 * 1024 } else { 1024 };
    let mut plain = rest.to_vec();
    if choice & 2 == 0 {
        plain.resize(plain.len().next_multiple_of(step), 0);
    }
    let mut forger = if choice & 4 == 0 { Forger::covered(key().public()) } else { Forger::for_key(key().public()) };
    match (choice & 4, choice & 1) {
        (0, 0) => forger.seal("package-00000001", 1, 1, &plain),
        (0, _) => forger.seal("end-00000001", 2, 1, &plain),
        _ => forger.seal("cover", 0, 0, &plain),
    }
    forger.end(1, 1, 1);
    read(&forger.octets());
}

fn read(octets: &[u8]) {
    let party = PartyId::from_octets([1; 32]);
    let Ok(mut reader) = Reader::open(octets, party, &[key()], Limits::new(1 << 26, 1000)) else { return };
    let mut writer = Writer::new(Vec::new(), reader.cover(), key().public(), &mut Counted(100)).unwrap();
    for package in reader.by_ref().map_while(Result::ok) {
        assert!(!package.files.is_empty());
        package.files.into_iter().for_each(|file| writer.add(file.path, file.octets).unwrap());
    }
    let again = writer.finish().unwrap();
    if reader.is_complete() {
        let party = PartyId::from_octets([1; 32]);
        let copy = Reader::open(again.as_slice(), party, &[key()], Limits::STANDARD).unwrap();
        let files = |totals: ::bundle::Totals| (totals.files, totals.file_bytes);
        let mut copy = copy;
        assert!(copy.by_ref().all(|package| package.is_ok()));
        assert_eq!(files(copy.totals()), files(reader.totals()));
    }
}

fn key() -> PrivateBundleKey {
    static KEY: LazyLock<PrivateBundleKey> =
        LazyLock::new(|| PrivateBundleKey::generate(BundleSuite::MlKem768X25519, &mut Counted(1)).unwrap());
    KEY.duplicate()
}
