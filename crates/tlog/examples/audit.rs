//! What checking every file of a log costs beside bare hashing: `cargo run --release -p detente-tlog --example audit`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement prints and reads the clock")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use tlog::Hash;
use tlog::audit::Audit;
use tlog::bundle::push_entry;
use tlog::tile::{TileKind, TilePath, hashes_of, tiles_between, write_hashes};
use tlog::tree::Tree;

const SIZE: u64 = 1_000_000;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut tree = Tree::new();
    for index in 0..SIZE {
        tree.append(Hash::leaf(&entry(index)));
    }
    let mut files: BTreeMap<TilePath, Vec<u8>> = BTreeMap::new();
    for path in tiles_between(0, SIZE) {
        files.insert(path, octets(&tree, path)?);
    }
    let bare = fastest(|| {
        black_box(hash_all());
    });
    let audit = Audit::new(SIZE, tree.root());
    let mut read = |path: TilePath| files.get(&path).cloned().ok_or(path);
    let mut sound = true;
    let whole = fastest(|| sound &= audit.run(&mut read, |_| ()).is_ok());
    let halves = fastest(|| {
        sound &= std::thread::scope(|scope| {
            let files = &files;
            let read = move |path: TilePath| files.get(&path).cloned().ok_or(path);
            let middle = audit.tiles() / 2;
            let ranges = [0..middle, middle..audit.tiles()];
            let threads = ranges.map(|range| scope.spawn(move || audit.part(&mut { read }, range, |_| ())));
            let parts = threads.into_iter().filter_map(|thread| thread.join().ok()).collect();
            audit.finish(&mut { read }, parts).is_ok()
        });
    });
    println!("{SIZE} leaf hashes and {} node hashes: {bare:.3} s", SIZE.saturating_sub(1));
    println!("audit of {SIZE} leaves on one thread: {whole:.3} s, ratio {:.2}, sound {sound}", whole / bare);
    println!("audit of {SIZE} leaves on two threads: {halves:.3} s, ratio {:.2}", halves / bare);
    Ok(())
}

/// 32 octets, as the leaves of a node log are.
fn entry(index: u64) -> [u8; 32] {
    *Hash::leaf(&index.to_be_bytes()).octets()
}

fn octets(tree: &Tree, path: TilePath) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bundle = Vec::new();
    if path.kind() != TileKind::Entries {
        return Ok(write_hashes(&hashes_of(&mut &*tree, path)?));
    }
    let first = path.index().saturating_mul(256);
    for index in first..first.saturating_add(u64::from(path.width())) {
        push_entry(&mut bundle, &entry(index))?;
    }
    Ok(bundle)
}

fn hash_all() -> Hash {
    let entry = [7; 32];
    let mut hash = Hash::EMPTY;
    for _ in 0..SIZE {
        hash = Hash::leaf(black_box(&entry));
    }
    for _ in 1..SIZE {
        hash = Hash::node(black_box(&hash), black_box(&hash));
    }
    hash
}

fn fastest(mut work: impl FnMut()) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}
