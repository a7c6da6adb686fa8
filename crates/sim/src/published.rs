//! What a node publishes, as a stranger reads it: C2SP tlog-tiles under a signed checkpoint, and a witness that compares.

use storage::Store as _;
use storage::keys::LogKeys as _;
use storage::layout::log_folder;
use tlog::Hash;
use tlog::bundle::{check_entries, read_entries};
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::TILE_WIDTH;
use tlog::proof::{consistency, verify_consistency};
use tlog::tile::{TileKind, TilePath};
use tlog::tiled::TiledTree;

use crate::checkers::Check;
use crate::model::{Log, Model};
use crate::node::Node;

/// Signatures of a checkpoint that is published.
const SIGNATURES: usize = 2;

/// Every log's published files hold together and are what the model says; the witness takes in what is new.
pub(crate) fn check(node: &Node, model: &Model, must_be_current: bool) -> Check {
    for log in &model.logs {
        let told = |problem: String| format!("published log {}: {problem}", log.name);
        let found = node.store()?.published(&log.name).map_err(|error| told(error.to_string()))?;
        match found {
            Some(head) => one(node, log, &head, must_be_current).map_err(told)?,
            None if must_be_current => return Err(told("there is no checkpoint".to_owned())),
            None => {}
        }
    }
    Ok(())
}

fn one(node: &Node, log: &Log, head: &SignedCheckpoint, must_be_current: bool) -> Check {
    let claims = head.claims();
    let keys = node.keys.verifiers(&log.origin);
    let vouched = head.verify(&keys).map_err(|error| error.to_string())?;
    if vouched.len() != SIGNATURES || claims.origin() != log.origin {
        return Err(format!("{} signatures for {}", vouched.len(), claims.origin()));
    }
    let size = claims.size();
    if must_be_current && size != log.tree.size() {
        return Err(format!("{size} entries are published, and there are {}", log.tree.size()));
    }
    let wanted = log.tree.root_at(size).map_err(|_| format!("{size} entries are published, which is too many"))?;
    if wanted != *claims.root() {
        return Err(format!("the checkpoint of {size} entries is of another history"));
    }
    let mut tree = TiledTree::open(|path| read(node, log, path), size, claims.root()).map_err(|it| it.to_string())?;
    entries(node, log, &mut tree)?;
    consistent(node, log, head, &mut tree)?;
    node.witness.see(head.clone())
}

fn read(node: &Node, log: &Log, path: TilePath) -> Result<Vec<u8>, String> {
    let file = format!("{}/{path}", log_folder(&log.name));
    node.memory().contents(&file).ok_or_else(|| format!("`{file}` is missing"))
}

/// Every bundle holds the entries whose hashes the tree has.
fn entries<R>(node: &Node, log: &Log, tree: &mut TiledTree<R>) -> Check
where
    R: tlog::tiled::TileReader<Error = String>,
{
    let size = tree.size();
    for index in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
        let hashes = tree.tile(0, index).map_err(|error| error.to_string())?;
        let path = TilePath::in_tree(TileKind::Entries, index, size).ok_or("there is no such bundle")?;
        let octets = read(node, log, path)?;
        let bundle = read_entries(&octets, path.width()).map_err(|error| error.to_string())?;
        check_entries(&bundle, &hashes).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The witness's own check: what it saw last is the beginning of this.
fn consistent<R>(node: &Node, log: &Log, head: &SignedCheckpoint, tree: &mut TiledTree<R>) -> Check
where
    R: tlog::tiled::TileReader<Error = String>,
{
    let new = head.claims();
    let seen = node.witness.all(&log.origin);
    let mut older =
        seen.iter().rev().map(SignedCheckpoint::claims).filter(|old| (1..=new.size()).contains(&old.size()));
    // The latest and the first: all between were compared with these in their time.
    let ends: Vec<_> = older.next().into_iter().chain(older.next_back()).collect();
    for old in ends {
        let proof = consistency(tree, old.size(), new.size());
        let proof: Vec<Hash> = proof.map_err(|error| format!("no proof from {}: {error:?}", old.size()))?;
        let proved = verify_consistency(old.size(), new.size(), &proof, old.root(), new.root());
        proved.map_err(|error| format!("the witness refuses {} after {}: {error}", new.size(), old.size()))?;
    }
    Ok(())
}

/// Nothing that was ever published is forgotten: every head that the witness saw is still a beginning.
pub(crate) fn remembered(node: &Node, model: &Model) -> Check {
    for log in &model.logs {
        for head in node.witness.all(&log.origin) {
            let (size, root) = (head.claims().size(), head.claims().root());
            if log.tree.root_at(size).ok().as_ref() != Some(root) {
                return Err(format!("log {} no longer continues what it published at {size}", log.name));
            }
        }
    }
    Ok(())
}
