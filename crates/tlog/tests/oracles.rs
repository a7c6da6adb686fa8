//! The same questions to three crates that share no code with this one.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use proptest::prelude::*;
use sha2::Sha256;
use tlog::note::{KeyKind, Note};
use tlog::tile::{TileKind, TilePath, hashes_of, tiles_between, write_hashes};
use tlog::tree::Tree;
use tlog::{Hash, proof};
use tlog_tiles::{Error, HashReader};

use crate::scene::{ORIGIN, log_signer, signed};

/// The hashes that `tlog_tiles` stores for a log, in its order.
struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

struct Trees {
    ours: Tree,
    tiles: Stored,
    ct: MemoryBackedTree<Sha256, Vec<u8>>,
    size: u64,
}

fn trees(entries: &[Vec<u8>]) -> Trees {
    let mut trees = Trees { ours: Tree::new(), tiles: Stored(Vec::new()), ct: MemoryBackedTree::new(), size: 0 };
    for entry in entries {
        trees.ours.append(Hash::leaf(entry));
        let more = tlog_tiles::stored_hashes(trees.size, entry, &trees.tiles).unwrap();
        trees.tiles.0.extend(more);
        trees.ct.push(entry.clone());
        trees.size += 1;
    }
    trees
}

fn plain(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::from_octets(hash.0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn roots_and_proofs_are_theirs(
        entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 1..300),
        pick: u64,
        other: u64,
    ) {
        let trees = trees(&entries);
        let size = trees.size;
        let (index, old) = (pick % size, other % size + 1);
        let root = trees.ours.root();
        let theirs = trees.ct.root();
        prop_assert_eq!(root.octets().as_slice(), theirs.as_bytes().as_slice());
        prop_assert_eq!(*root.octets(), tlog_tiles::tree_hash(size, &trees.tiles).unwrap().0);

        let inclusion = proof::inclusion(&mut &trees.ours, index, size).unwrap();
        let octets: Vec<u8> = write_hashes(&inclusion);
        let theirs: InclusionProof<Sha256> = trees.ct.prove_inclusion(usize::try_from(index).unwrap());
        prop_assert_eq!(theirs.as_bytes(), &octets);
        prop_assert_eq!(plain(&tlog_tiles::prove_record(size, index, &trees.tiles).unwrap()), inclusion);

        let consistency = proof::consistency(&mut &trees.ours, old, size).unwrap();
        let theirs: ConsistencyProof<Sha256> = trees.ct.prove_consistency(usize::try_from(size - old).unwrap());
        prop_assert_eq!(theirs.as_bytes(), write_hashes(&consistency));
        prop_assert_eq!(plain(&tlog_tiles::prove_tree(size, old, &trees.tiles).unwrap()), consistency);
    }

    #[test]
    fn paths_are_theirs(level in 0_u8..64, index in 0_u64..1 << 48, width in 1_u16..=256) {
        let ours = TilePath::new(TileKind::Hashes(level), index, width).unwrap();
        let theirs = tlog_tiles::Tile::new(8, level, index, u32::from(width), false).path();
        // They put the tile height first: tile/8/<level>/...
        prop_assert_eq!(ours.to_string().replacen("tile/", "tile/8/", 1), theirs);
    }
}

#[test]
fn tiles_are_theirs() {
    let entries: Vec<Vec<u8>> = (0..1500_u32).map(|index| index.to_be_bytes().to_vec()).collect();
    let trees = trees(&entries);
    let ours: Vec<TilePath> = tiles_between(0, 1500).filter(|path| path.kind() != TileKind::Entries).collect();
    let theirs = tlog_tiles::Tile::new_tiles(8, 0, 1500);
    assert_eq!(ours.len(), theirs.len());
    for path in ours {
        let TileKind::Hashes(level) = path.kind() else { panic!("{path}") };
        let tile = tlog_tiles::Tile::new(8, level, path.index(), u32::from(path.width()), false);
        assert!(theirs.contains(&tile), "{path}");
        let octets = write_hashes(&hashes_of(&mut &trees.ours, path).unwrap());
        assert_eq!(octets, tile.read_data(&trees.tiles).unwrap());
    }
}

#[test]
fn notes_and_keys_are_theirs() {
    let log = log_signer();
    let text = signed(&crate::scene::tree(44), &[&log]).to_string();
    let theirs = signed_note::Note::from_bytes(text.as_bytes()).unwrap();
    let key = signed_note::StandardVerifier::new(&log.verifier().to_string()).unwrap();
    let known = signed_note::VerifierList::new(vec![Box::new(key)]);
    assert_eq!(theirs.verify(&known).unwrap().0.len(), 1);
    assert_eq!(theirs.to_bytes(), text.as_bytes());
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 44));
    assert_eq!(log.verifier().kind(), KeyKind::Ed25519);
}

proptest! {
    #[test]
    fn a_note_that_we_read_they_read_alike(text in "[ -~\n—]{0,50}\n\n— [a-z+ ]{0,6} [A-Za-z0-9+/]{8,12}={0,2}\n") {
        let (ours, theirs) = (Note::parse(text.as_bytes()), signed_note::Note::from_bytes(text.as_bytes()));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok());
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours.text().as_bytes(), theirs.text());
        }
    }
}
