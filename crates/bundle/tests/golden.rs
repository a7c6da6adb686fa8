//! The format as it was frozen, and a bundle that another implementation wrote (`xtask/interop/bundle.mjs`).

use std::path::{Path, PathBuf};

use record::base64url;

use crate::scene::{files, harbour_key, open, seal};
use crate::shared;

fn vector(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors")).join(name)
}

#[test]
fn a_seed_stands_for_the_same_key_for_ever() {
    let text = String::from_utf8(shared::read(vector("public-key"))).unwrap();
    assert_eq!(base64url::encode(harbour_key().public().octets()), text.trim());
}

#[test]
fn the_same_files_make_the_same_bundle_for_ever() {
    assert!(seal(&files()) == shared::read(vector("ours.tar.zst")), "the format has changed");
}

#[test]
fn a_bundle_of_another_implementation_is_read() {
    assert_eq!(open(&shared::read(vector("independent.tar.zst"))), files());
}
