//! How many inclusion and consistency checks one core makes in a second, beside another crate's: `cargo run --release --example proofs`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement prints and reads the clock")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use tlog::tree::Tree;
use tlog::{Hash, proof};

const SIZE: u64 = 131_072;
const ROUNDS: u32 = 200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut tree = Tree::new();
    for index in 0..SIZE {
        tree.append(Hash::leaf(&index.to_be_bytes()));
    }
    let root = tree.root();
    let index = SIZE / 3;
    let leaf = Hash::leaf(&index.to_be_bytes());
    let inclusion = proof::inclusion(&mut &tree, index, SIZE)?;
    measure("inclusion", inclusion.len(), || {
        proof::verify_inclusion(black_box(index), SIZE, &leaf, &inclusion, &root).is_ok()
    });
    let their_proof: Vec<_> = inclusion.iter().map(|hash| tlog_tiles::Hash(*hash.octets())).collect();
    let (their_root, their_leaf) = (tlog_tiles::Hash(*root.octets()), tlog_tiles::Hash(*leaf.octets()));
    measure("tlog_tiles 0.2: inclusion", inclusion.len(), || {
        tlog_tiles::check_record(&their_proof, SIZE, their_root, black_box(index), their_leaf).is_ok()
    });
    let old = SIZE / 3;
    let old_root = tree.root_at(old)?;
    let consistency = proof::consistency(&mut &tree, old, SIZE)?;
    measure("consistency", consistency.len(), || {
        proof::verify_consistency(black_box(old), SIZE, &consistency, &old_root, &root).is_ok()
    });
    Ok(())
}

fn measure(what: &str, hashes: usize, check: impl Fn() -> bool) {
    let begun = Instant::now();
    let held = (0..ROUNDS).filter(|_| check()).count();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what} of {hashes} hashes: {:.0}/s on one core, {held} held", f64::from(ROUNDS) / seconds);
}
