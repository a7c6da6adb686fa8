//! Checking a whole log from its published files, with nothing of its node.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use record::json::Json;
use record::key_history::KeyHistory;
use tlog::audit::{Audit, Checked, Fault};
use tlog::checkpoint::SignedCheckpoint;
use tlog::fork::{Conflict, Fork};
use tlog::limits::MAX_NOTE_BYTES;
use tlog::note::VerifierKey;
use tlog::proof::{consistency, verify_consistency};
use tlog::tile::TilePath;
use tlog::tiled::TiledTree;
use tlog::{Hash, Subtree};

use super::fetch::Source;
use crate::arguments::CheckArguments;
use crate::command::log::number;
use crate::home::{Readers, check_absent, read_input, write_whole};
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

/// Files that are named one by one; more are counted.
const NAMED_FAULTS: usize = 20;

/// Threads that read and hash: the parts of an audit need nothing of one another.
const THREADS: u64 = 4;

/// Seconds between two lines of progress.
const PROGRESS_SECONDS: u64 = 2;

/// How often it is looked whether the threads are done: what a short check may take longer.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A log's newest checkpoint, and the known keys that may have signed it.
pub(crate) struct Published {
    pub(crate) source: Source,
    pub(crate) signed: SignedCheckpoint,
    pub(crate) keys: Vec<VerifierKey>,
    /// Those of them that the caller named.
    named: Vec<VerifierKey>,
    /// The party whose node log it is, if it is known.
    pub(crate) party: Option<KeyHistory>,
}

impl Published {
    /// Reads a log's checkpoint and checks its signatures.
    pub(crate) fn read(source: Source, ring: &Keyring, log_keys: &[String]) -> Done<Self> {
        let octets = source.read("checkpoint").map_err(|problem| {
            Failure::input(format!("{}checkpoint: {problem}", with_slash(&source.name())))
                .advise("give the folder or the URL under which the file `checkpoint` lies")
        })?;
        let signed =
            SignedCheckpoint::parse(&octets).map_err(|error| Failure::refused(format!("checkpoint: {error}")))?;
        let known = ring.of_log(signed.claims().origin());
        let mut keys: Vec<VerifierKey> = Vec::new();
        for key in log_keys {
            keys.push(key.parse().map_err(|error| Failure::arguments(format!("--log-key: {error}")))?);
        }
        let party = known.cloned();
        let named = keys.clone();
        keys.extend(known.map(policy::belief::log_verifiers).unwrap_or_default());
        Ok(Self { source, signed, keys, named, party })
    }

    /// Refuses a checkpoint that none of the known keys signed.
    pub(crate) fn check_signed(&self) -> Done<usize> {
        let vouched = self.signed.verify(&self.keys).map_err(|error| {
            Failure::refused(format!("checkpoint of `{}`: {error}", one_line(self.signed.claims().origin())))
                .advise("give the party's profile with --keys, or another log's key with --log-key")
        })?;
        let of_party = self.party.as_ref().map(|party| crate::node::check_log_signed(&self.signed, party));
        // A key that the caller names counts by itself.
        match of_party {
            Some(Err(failure)) if !vouched.iter().any(|one| self.named.contains(one.key)) => Err(failure),
            _ => Ok(vouched.len()),
        }
    }

    /// Its tree, read from its files and checked against its checkpoint.
    pub(crate) fn tree(&self) -> Done<TiledTree<impl tlog::tiled::TileReader<Error = String>>> {
        let source = self.source.clone();
        let read = move |path: TilePath| source.read(&path.to_string());
        let claims = self.signed.claims();
        TiledTree::open(read, claims.size(), claims.root()).map_err(Failure::refused)
    }
}

pub(crate) fn run(source: &Source, arguments: &CheckArguments, report: &mut Report) -> Done {
    arguments.evidence.as_deref().map_or(Ok(()), check_absent)?;
    let ring = Keyring::read(&arguments.keys)?;
    let published = Published::read(source.clone(), &ring, &arguments.log_keys)?;
    let vouched = published.check_signed()?;
    if let Some(path) = &arguments.against {
        check_against(&published, path, arguments.evidence.as_deref(), report)?;
    }
    let checked = audit(&published, report)?;
    print(&published, vouched, &checked, arguments.against.is_some(), report);
    Ok(())
}

fn audit(published: &Published, report: &mut Report) -> Done<Checked> {
    let audit = Audit::of(published.signed.claims());
    let share = audit.tiles().div_ceil(THREADS).max(1);
    let reader = || {
        let source = published.source.clone();
        move |path: TilePath| source.read(&path.to_string())
    };
    let done = AtomicU64::new(0);
    let count = |_: &Checked| {
        done.fetch_add(1, Ordering::Relaxed);
    };
    let parts = std::thread::scope(|scope| {
        let starts = (0..audit.tiles()).step_by(usize::try_from(share).unwrap_or(usize::MAX));
        let work = |start: u64| {
            let (audit, mut reader, count) = (&audit, reader(), &count);
            move || audit.part(&mut reader, start..start.saturating_add(share).min(audit.tiles()), count)
        };
        let threads: Vec<_> = starts.map(|start| scope.spawn(work(start))).collect();
        // A hostile log may claim any size: whoever waits must see what for.
        let mut told = Instant::now();
        while !threads.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            std::thread::sleep(LOOK_EVERY);
            if told.elapsed().as_secs() >= PROGRESS_SECONDS {
                report.line(format!("{} of {} tiles", done.load(Ordering::Relaxed), audit.tiles()));
                told = Instant::now();
            }
        }
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Result<Vec<_>, _>>()
    });
    let parts = parts.map_err(|_| Failure::environment("a thread of the check stopped"))?;
    audit.finish(&mut reader(), parts).map_err(|faults| name_faults(&faults, report))
}

fn name_faults(faults: &[Fault<String>], report: &mut Report) -> Failure {
    let named = faults.iter().take(NAMED_FAULTS).map(|fault| Json::text(one_line(&fault.to_string())));
    report.data("findings", Json::Array(named.collect()));
    for fault in faults.iter().take(NAMED_FAULTS) {
        report.line(format!("DAMAGED  {fault}"));
    }
    if faults.len() > NAMED_FAULTS {
        report.line(format!("and {} more", faults.len().saturating_sub(NAMED_FAULTS)));
    }
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    Failure::refused(format!("{} of the log's files do not hold; the first: {first}", faults.len()))
        .advise("fetch those files again; if they stay so, the log does not hold what it signed")
}

fn print(published: &Published, vouched: usize, checked: &Checked, is_compared: bool, report: &mut Report) {
    let claims = published.signed.claims();
    report.fact("verdict", "whole log");
    report.fact("origin", claims.origin());
    if let Some(party) = &published.party {
        report.fact("party", party.party().to_string());
    }
    report.fact("size", number(claims.size()));
    report.fact("root", claims.root().to_string());
    report.fact("signatures_checked", number(u64::try_from(vouched).unwrap_or(0)));
    report.fact("tiles_checked", number(checked.tiles));
    report.fact("bundles_checked", number(checked.bundles));
    report
        .line("\nProved: these entries, in this order, are what the log's key signed; every tile and bundle is right.");
    if is_compared {
        report.line("Proved: it continues the checkpoint that was shown earlier.");
        report
            .line("Not proved: that nobody was shown yet another history, what the entries say, that all was logged.");
    } else {
        report.line(
            "Not proved: that others were shown the same history (compare with --against), what the entries say, that all \
             was logged.",
        );
    }
}

/// The log must continue a checkpoint that somebody was shown earlier.
fn check_against(published: &Published, path: &Path, evidence: Option<&Path>, report: &mut Report) -> Done {
    let earlier = read_checkpoint(path)?;
    if earlier.claims().origin() != published.signed.claims().origin() {
        return Err(Failure::input(format!("`{}` is a checkpoint of another log", path.display())));
    }
    earlier.verify(&published.keys).map_err(|error| Failure::refused(format!("`{}`: {error}", path.display())))?;
    let Some(conflict) = conflict(&earlier, published)? else { return Ok(()) };
    let (first, second) = if earlier.claims().size() <= published.signed.claims().size() {
        (earlier, published.signed.clone())
    } else {
        (published.signed.clone(), earlier)
    };
    report_fork(published, &conflict, &first, &second, evidence, report)
}

fn report_fork(
    published: &Published,
    conflict: &Conflict,
    first: &SignedCheckpoint,
    second: &SignedCheckpoint,
    evidence: Option<&Path>,
    report: &mut Report,
) -> Done {
    let forks =
        published.keys.iter().map(|key| Fork::new(key.clone(), conflict.clone(), first.clone(), second.clone()));
    let fork = forks.into_iter().find(|fork| fork.check().is_ok());
    let fork = fork.ok_or_else(|| {
        Failure::refused("the two checkpoints contradict one another, and were signed by different keys of the log")
    })?;
    let words = fork.check().map(|proof| proof.to_string()).map_err(Failure::refused)?;
    let Some(path) = evidence else {
        return Err(Failure::refused(words).advise("keep both; write the evidence with --evidence FILE"));
    };
    write_whole(path, fork.to_string().trim_end_matches('\n'), Readers::All)?;
    report.fact("evidence", path.display().to_string());
    Err(Failure::refused(words).advise(format!("anybody can check it with: detente verify {}", path.display())))
}

/// How an earlier checkpoint and the log contradict one another, if they do.
fn conflict(earlier: &SignedCheckpoint, published: &Published) -> Done<Option<Conflict>> {
    let (before, now) = (earlier.claims(), published.signed.claims());
    if before.size() == now.size() {
        return Ok((before.root() != now.root()).then_some(Conflict::SameSize));
    }
    if before.size() > now.size() {
        return Err(Failure::refused(format!(
            "the log shows {} entries, and the earlier checkpoint has {}: it was cut back, or this is an old copy",
            now.size(),
            before.size()
        ))
        .advise("fetch the log again; whoever has the longer history can compare it with --against this checkpoint"));
    }
    if before.size() == 0 {
        return Ok(None);
    }
    let mut tree = published.tree()?;
    let root: Hash = Subtree::whole(before.size()).hash(&mut tree).map_err(Failure::refused)?;
    if root == *before.root() {
        return Ok(None);
    }
    let proof = consistency(&mut tree, before.size(), now.size()).map_err(Failure::refused)?;
    verify_consistency(before.size(), now.size(), &proof, &root, now.root()).map_err(Failure::refused)?;
    Ok(Some(Conflict::OtherPrefix { root, proof }))
}

/// A checkpoint in a file.
pub(crate) fn read_checkpoint(path: &Path) -> Done<SignedCheckpoint> {
    let octets = read_input(path)?;
    if octets.len() > MAX_NOTE_BYTES {
        return Err(Failure::input(format!("`{}` is too long for a checkpoint", path.display())));
    }
    SignedCheckpoint::parse(&octets).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
}

fn with_slash(name: &str) -> String {
    format!("{}/", name.trim_end_matches('/'))
}
