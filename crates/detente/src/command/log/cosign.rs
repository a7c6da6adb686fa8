//! `detente log cosign`: what a witness does, with folders in place of a network.

use node::exchange::Own;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::proof::{consistency, verify_consistency};

use super::{number, open_keys};
use crate::arguments::{KeyArguments, LogCosignArguments};
use crate::clock;
use crate::command::check::{Published, Source, read_checkpoint};
use crate::home::{Home, Readers, replace};
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &LogCosignArguments, report: &mut Report) -> Done {
    let ring = Keyring::read(&KeyArguments { profiles: arguments.profiles.clone(), dir: None })?;
    let published = Published::read(Source::Folder(arguments.log.clone()), &ring, &[])?;
    let _vouched = published.check_signed()?;
    let home = Home::open(&arguments.node.dir)?;
    let (history, keys) = open_keys(&home, &arguments.node)?;
    // Two commands at once, each shown another history, must not both sign.
    let _held = home.hold()?;
    let claims = published.signed.claims().clone();
    let path = arguments.heads.join(file_name(claims.origin()));
    let before = read_head(&path, &published)?;
    if let Some(before) = &before {
        check_continues(before.claims(), &published)?;
    }
    let mut signed = published.signed;
    let own = Own::new(history, keys);
    for signature in own.cosign(&claims, clock::now()).map_err(Failure::environment)? {
        signed.add(signature).map_err(Failure::environment)?;
    }
    std::fs::create_dir_all(&arguments.heads).map_err(Failure::environment)?;
    // Replaced in one step: a crash leaves the head before or this one.
    replace(&path, signed.to_string().trim_end_matches('\n'), Readers::All)?;
    report.fact("origin", claims.origin());
    report.fact("size", number(claims.size()));
    report.fact("continues", before.map_or(number(0), |before| number(before.claims().size())));
    report.fact("written", path.display().to_string());
    report.line("\nProved: this head continues the one that you cosigned before. Not proved: what its entries say.");
    Ok(())
}

/// One file for each origin, whatever characters the origin has.
fn file_name(origin: &str) -> String {
    let digest = record::digest::sha256(&[origin.as_bytes()]);
    format!("{}.checkpoint", record::base64url::encode(&digest))
}

/// The head that was cosigned before; none at the first time.
fn read_head(path: &std::path::Path, published: &Published) -> Done<Option<SignedCheckpoint>> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let before = read_checkpoint(path)?;
    before.verify(&published.keys).map_err(|error| Failure::refused(format!("`{}`: {error}", path.display())))?;
    Ok(Some(before))
}

/// The tree must have grown, or stayed, from the head before.
fn check_continues(before: &Checkpoint, published: &Published) -> Done {
    let claims = published.signed.claims();
    let fork = |problem: String| {
        Failure::refused(problem).advise(
            "keep both checkpoints: they may be evidence of two histories. To make it a file that anybody can check: detente \
             verify LOG --against THE_HEAD --evidence FILE",
        )
    };
    if before.size() > claims.size() {
        return Err(Failure::refused(format!(
            "the log shows {} entries, and you cosigned {}: it was cut back, or this is an old copy",
            claims.size(),
            before.size()
        ))
        .advise("nothing was cosigned; ask that party for its newest log. If it has none, its history was cut back: tell the others"));
    }
    if before.size() == claims.size() || before.size() == 0 {
        let same = before.size() == 0 || before.root() == claims.root();
        return if same { Ok(()) } else { Err(fork("one size has two roots".to_owned())) };
    }
    let mut tree = published.tree()?;
    let proof = consistency(&mut tree, before.size(), claims.size()).map_err(Failure::refused)?;
    verify_consistency(before.size(), claims.size(), &proof, before.root(), claims.root())
        .map_err(|error| fork(format!("it does not continue the head that you cosigned: {error}")))
}
