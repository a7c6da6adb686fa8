//! The end of an audit: the parts put together, the tiles above level 0, and who is wrong.

use std::collections::BTreeMap;

use super::part::{Doubt, Part};
use super::{Audit, Checked, Fault};
use crate::bundle::BadBundle;
use crate::hash::Hash;
use crate::limits::{TILE_HEIGHT, TILE_WIDTH};
use crate::subtree::Subtree;
use crate::tile::{TileKind, TilePath, WIDTH, read_hashes};
use crate::tiled::{TileReader, TiledTree, last_tile};
use crate::tree;

pub(super) fn finish<R: TileReader>(
    audit: &Audit,
    reader: &mut R,
    parts: Vec<Part<R::Error>>,
) -> Result<Checked, Vec<Fault<R::Error>>> {
    let mut faults = Faults { size: audit.size, found: BTreeMap::new() };
    let whole = together(parts, audit.tiles(), &mut faults);
    let Some(whole) = whole else { return Err(faults.found.into_values().collect()) };
    let mut files = Files { audit, reader, faults, checked: whole.checked, level_1: None };
    files.decide(whole.roots, &whole.doubts);
    if files.faults.found.is_empty() { Ok(files.checked) } else { Err(files.faults.found.into_values().collect()) }
}

/// One part out of many; none if they do not cover the tree.
fn together<E>(mut parts: Vec<Part<E>>, tiles: u64, faults: &mut Faults<E>) -> Option<Part<E>> {
    parts.sort_by_key(|part| part.first);
    let (mut whole, mut meet, mut ended_early) = (Part::new(0), true, false);
    for part in parts {
        ended_early |= part.is_hopeless();
        meet &= part.roots.is_empty() || part.first == super::number(whole.roots.len());
        if meet {
            whole.roots.extend(part.roots);
        }
        whole.doubts.extend(part.doubts);
        whole.checked.add(&part.checked);
        part.faults.into_iter().for_each(|fault| faults.add(fault));
    }
    let index = super::number(whole.roots.len());
    if meet && index == tiles {
        return Some(whole);
    }
    if !ended_early {
        faults.add(Fault::PartsApart { index });
    }
    None
}

/// What is wrong, once for each file.
struct Faults<E> {
    size: u64,
    found: BTreeMap<Option<TilePath>, Fault<E>>,
}

impl<E> Faults<E> {
    fn add(&mut self, fault: Fault<E>) {
        self.found.entry(fault.path()).or_insert(fault);
    }

    /// Says of a level 0 tile and its bundle which is wrong, where the right root is known.
    fn judge(&mut self, index: u64, doubt: &Doubt, right: &Hash) {
        let in_tree = |kind| TilePath::in_tree(kind, index, self.size);
        let (tile, bundle) = (in_tree(TileKind::Hashes(0)), in_tree(TileKind::Entries));
        if let Some(path) = tile.filter(|_| doubt.tile.is_some_and(|root| root != *right)) {
            self.add(Fault::WrongTile { path });
        }
        if let Some(path) = bundle.filter(|_| doubt.bundle.is_some_and(|root| root != *right)) {
            let told = doubt.reason.filter(|_| doubt.tile == Some(*right));
            self.add(Fault::WrongBundle { path, reason: told.unwrap_or(BadBundle::NotInTree) });
        }
    }
}

/// The files above level 0.
struct Files<'run, R: TileReader> {
    audit: &'run Audit,
    reader: &'run mut R,
    faults: Faults<R::Error>,
    checked: Checked,
    /// The tile of level 1 that was asked for last, unchecked.
    level_1: Option<(TilePath, Vec<Hash>)>,
}

impl<R: TileReader> Files<'_, R> {
    fn decide(&mut self, mut roots: Vec<Hash>, doubts: &BTreeMap<u64, Doubt>) {
        let mut unknown = false;
        for (index, doubt) in doubts {
            let root = self.most_likely(*index, doubt);
            unknown |= root.is_none();
            if let Some((place, root)) = place_of(&mut roots, *index).zip(root) {
                *place = root;
            }
        }
        // The level 0 tile that the tree ends in is hashed into no other tile.
        let full = self.audit.size / WIDTH;
        let edge = place_of(&mut roots, full).copied();
        roots.truncate(usize::try_from(full).unwrap_or(usize::MAX));
        let rows = rows(roots);
        let differing = self.compare(&rows);
        if unknown {
            return;
        }
        let edge_doubt = doubts.get(&full).copied().unwrap_or(Doubt { tile: edge, ..Doubt::default() });
        let choices = [edge_doubt.tile, edge_doubt.bundle];
        let choices = choices.into_iter().filter(|choice| choice.is_some() == edge.is_some());
        let right_edge = choices.into_iter().find(|choice| root_of(&rows, *choice) == self.audit.root);
        if let Some(edge) = right_edge {
            differing.into_iter().for_each(|path| self.faults.add(Fault::WrongTile { path }));
            self.judge_all(doubts, &rows, edge);
        } else {
            self.descend(&rows, edge, doubts, differing);
        }
    }

    /// The root of a level 0 tile in doubt: what two of tile, bundle and the tile above say, or whoever speaks at all.
    fn most_likely(&mut self, index: u64, doubt: &Doubt) -> Option<Hash> {
        let above = self.told_above(index);
        let voices = [doubt.tile, doubt.bundle];
        let agreed = voices.into_iter().flatten().find(|root| Some(*root) == above);
        agreed.or(doubt.tile).or(doubt.bundle).or(above)
    }

    fn told_above(&mut self, index: u64) -> Option<Hash> {
        let path = TilePath::in_tree(TileKind::Hashes(1), index / WIDTH, self.audit.size)?;
        if self.level_1.as_ref().is_none_or(|(kept, _)| *kept != path) {
            let octets = self.reader.read(path).ok()?;
            self.level_1 = Some((path, read_hashes(path, &octets).ok()?));
        }
        let (_, hashes) = self.level_1.as_ref()?;
        hashes.get(usize::try_from(index % WIDTH).ok()?).copied()
    }

    /// Reads every tile above level 0, and answers those that are not what the level below them makes.
    fn compare(&mut self, rows: &[Vec<Hash>]) -> Vec<TilePath> {
        let mut differing = Vec::new();
        for (level, row) in (1..).zip(rows) {
            for (index, wanted) in (0..).zip(row.chunks(usize::from(TILE_WIDTH))) {
                let path = TilePath::in_tree(TileKind::Hashes(level), index, self.audit.size);
                let hashes = path.and_then(|path| self.read(path));
                differing.extend(path.filter(|_| hashes.is_some_and(|hashes| hashes != wanted)));
            }
        }
        differing
    }

    fn read(&mut self, path: TilePath) -> Option<Vec<Hash>> {
        let octets = self.reader.read(path).map_err(|error| self.faults.add(Fault::Unreadable { path, error })).ok()?;
        self.checked.read(&octets);
        let hashes = read_hashes(path, &octets).map_err(|length| self.faults.add(Fault::WrongLength(length))).ok()?;
        self.checked.tiles = self.checked.tiles.saturating_add(1);
        Some(hashes)
    }

    fn judge_all(&mut self, doubts: &BTreeMap<u64, Doubt>, rows: &[Vec<Hash>], edge: Option<Hash>) {
        for (index, doubt) in doubts {
            let right = rows.first().and_then(|row| row.get(usize::try_from(*index).ok()?)).copied();
            if let Some(right) = right.or(edge) {
                self.faults.judge(*index, doubt, &right);
            }
        }
    }

    /// The leaves do not make the signed root. The tiles above may still do: then they tell where the others differ.
    fn descend(
        &mut self,
        rows: &[Vec<Hash>],
        edge: Option<Hash>,
        doubts: &BTreeMap<u64, Doubt>,
        differing: Vec<TilePath>,
    ) {
        let (size, found) = (self.audit.size, root_of(rows, edge));
        let tree = TiledTree::open(|path| self.reader.read(path), size, &self.audit.root);
        let faults = &mut self.faults;
        let Ok(tree) = tree else {
            differing.into_iter().for_each(|path| faults.add(Fault::WrongTile { path }));
            faults.add(Fault::AnotherTree { size, found });
            return self.judge_all(doubts, rows, edge);
        };
        let mut descent = Descent { tree, rows, edge, doubts, faults, found };
        for level in (0..TILE_HEIGHT).rev() {
            descent.enter(level, last_tile(level, size));
        }
        for path in differing {
            if let TileKind::Hashes(level) = path.kind() {
                descent.hashes(level, path.index());
            }
        }
        // Never reached: where the roots differ, a tile differs. An audit must not end in silence because of that belief.
        if faults.found.is_empty() {
            faults.add(Fault::AnotherTree { size, found });
        }
    }
}

/// From the signed root down to where the leaves stop agreeing with it.
struct Descent<'run, T, E> {
    tree: TiledTree<T>,
    rows: &'run [Vec<Hash>],
    edge: Option<Hash>,
    doubts: &'run BTreeMap<u64, Doubt>,
    faults: &'run mut Faults<E>,
    found: Hash,
}

impl<E, T: TileReader<Error = E>> Descent<'_, T, E> {
    /// The checked hashes of a tile; if it is wrong, it is named.
    fn hashes(&mut self, level: u8, index: u64) -> Option<Vec<Hash>> {
        TilePath::in_tree(TileKind::Hashes(level), index, self.tree.size())?;
        let (size, found) = (self.tree.size(), self.found);
        let answer = self.tree.tile(level, index);
        answer.map_err(|error| self.faults.add(Fault::of_tile(error, size, found))).ok()
    }

    fn enter(&mut self, level: u8, index: u64) {
        let Some(hashes) = self.hashes(level, index) else { return };
        let Some(below) = level.checked_sub(1) else { return self.judge(index, self.edge, &tree::root(&hashes)) };
        for (child, right) in (index.saturating_mul(WIDTH)..).zip(hashes) {
            let row = self.rows.get(usize::from(below));
            let made = row.and_then(|row| row.get(usize::try_from(child).ok()?)).copied();
            if made == Some(right) {
                continue;
            }
            if below == 0 {
                self.judge(child, made, &right);
            } else {
                self.enter(below, child);
            }
        }
    }

    /// A tile without a doubt agrees with its bundle, so both are wrong if one is.
    fn judge(&mut self, index: u64, made: Option<Hash>, right: &Hash) {
        let agreed = Doubt { tile: made, bundle: made, reason: None };
        self.faults.judge(index, self.doubts.get(&index).unwrap_or(&agreed), right);
    }
}

/// The hashes of each tile level above 0, as the level 0 tiles make them.
fn rows(roots: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut rows = vec![roots];
    while let Some(row) = rows.last().filter(|row| row.len() >= usize::from(TILE_WIDTH)) {
        let above = row.chunks_exact(usize::from(TILE_WIDTH)).map(tree::root).collect();
        rows.push(above);
    }
    rows
}

/// The root of the tree that has these rows and, right of them, the tile that the leaves end in.
fn root_of(rows: &[Vec<Hash>], edge: Option<Hash>) -> Hash {
    let ends = rows.iter().map(|row| row.chunks_exact(usize::from(TILE_WIDTH)).remainder());
    ends.fold(edge, |right, end| join(end, right)).unwrap_or(Hash::EMPTY)
}

/// The root of these hashes with what stands right of them.
fn join(hashes: &[Hash], right: Option<Hash>) -> Option<Hash> {
    let nodes = Subtree::whole(super::number(hashes.len())).nodes();
    let mut rest = hashes;
    let mut lefts = Vec::new();
    for node in nodes {
        let width = 1_usize.wrapping_shl(u32::from(node.level));
        let Some((left, after)) = rest.split_at_checked(width) else { break };
        lefts.push(tree::root(left));
        rest = after;
    }
    let right = right.into_iter();
    right.chain(lefts.into_iter().rev()).reduce(|right, left| Hash::node(&left, &right))
}

fn place_of(roots: &mut [Hash], index: u64) -> Option<&mut Hash> {
    roots.get_mut(usize::try_from(index).ok()?)
}
