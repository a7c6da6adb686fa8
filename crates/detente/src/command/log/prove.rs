//! `detente log prove`: one entry's proof as a C2SP tlog-proof file.

use record::digest::RecordDigest;
use record::key_history::KeyHistory;
use storage::{Body, LocalStore, LogName, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;
use tlog::log_proof::LogProof;
use tlog::proof;
use tlog::tile::TilePath;
use tlog::tiled::TiledTree;

use super::{number, split_body};
use crate::arguments::LogProveArguments;
use crate::command::record::read_record;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &LogProveArguments, report: &mut Report) -> Done {
    arguments.out.as_deref().map_or(Ok(()), check_absent)?;
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let store = node::open_to_read(&home, &history)?;
    let index = index(arguments, &store)?;
    let salt = salt(&store, index)?;
    let proof = prove(&home, &store, &history, index, salt)?;
    let text = proof.to_string();
    if let Some(path) = &arguments.out {
        write_whole(path, text.trim_end_matches('\n'), Readers::Owner)?;
        report.fact("written", path.display().to_string());
    } else if report.is_json() {
        report.fact("proof", text.as_str());
    } else {
        report.product(text.trim_end());
        return Ok(());
    }
    report.fact("index", number(index));
    report.fact("size", number(proof.checkpoint().claims().size()));
    if proof.extra().is_none() {
        report.line("The body of this entry is erased: only who kept record and salt can still open its commitment.");
    } else {
        report.line("It holds the salt of this record: hand it only to whoever may see the record.");
    }
    Ok(())
}

fn index(arguments: &LogProveArguments, store: &LocalStore) -> Done<u64> {
    let Some(path) = &arguments.record else { return Ok(arguments.index.unwrap_or(0)) };
    let digest = RecordDigest::of(read_record(path)?.envelope().payload());
    find(store, &digest)?.ok_or_else(|| {
        Failure::input("this record is not in the log").advise("log it with: detente log append RECORD --dir DIR")
    })
}

/// The entry of a record.
pub(crate) fn find(store: &LocalStore, digest: &RecordDigest) -> Done<Option<u64>> {
    let found = storage::views::records::find(store, &LogName::node(), digest).map_err(node::fail)?;
    Ok(found)
}

/// The salt of an entry; none if its body is erased.
pub(crate) fn salt(store: &LocalStore, index: u64) -> Done<Option<Vec<u8>>> {
    let body = store.bodies(&[Place::new(LogName::node(), index)]).map_err(node::fail)?.pop();
    match body {
        Some(Body::Kept(body)) => Ok(split_body(&body).map(|(salt, _)| salt.to_vec())),
        _ => Ok(None),
    }
}

/// A proof under the published checkpoint, checked before it is handed out.
pub(crate) fn prove(
    home: &Home,
    store: &LocalStore,
    history: &KeyHistory,
    index: u64,
    salt: Option<Vec<u8>>,
) -> Done<LogProof> {
    let published = store.published(&LogName::node()).map_err(node::fail)?;
    let signed: SignedCheckpoint = published.filter(|signed| signed.claims().size() > index).ok_or_else(|| {
        Failure::input(format!("the log has published no entry {index}"))
            .advise("one that is logged and not published yet is published with: detente rebuild --dir DIR")
    })?;
    let claims = signed.claims().clone();
    let folder = home.dir().join(storage::layout::log_folder(&LogName::node()));
    let read = |path: TilePath| std::fs::read(folder.join(path.to_string())).map_err(|error| error.to_string());
    let mut tree = TiledTree::open(read, claims.size(), claims.root()).map_err(unreadable)?;
    let hashes = proof::inclusion(&mut tree, index, claims.size()).map_err(unreadable)?;
    let leaf = store.entries(&LogName::node(), index, 1).map_err(node::fail)?.pop().unwrap_or_default();
    let proof = LogProof::new(salt, index, hashes, signed);
    let keys = policy::belief::log_verifiers(history);
    let checked = proof.verify(&tlog::Hash::leaf(&leaf), claims.origin(), &keys).map(|vouched| vouched.len());
    checked.map_err(Failure::refused)?;
    Ok(proof)
}

fn unreadable(error: impl ToString) -> Failure {
    Failure::refused(error).advise("make the published files anew with: detente rebuild --dir DIR")
}
