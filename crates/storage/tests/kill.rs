//! A node that is killed at any moment has lost nothing that it acknowledged, and needs nobody to repair it.
//!
//! The child is this test binary once more: it commits from several threads, erases, rebuilds and publishes, and tells each
//! acknowledgement after it has it. Its parent kills it with the one signal that no process hears.
#![expect(
    clippy::print_stdout,
    reason = "a seed that cannot be read cannot be run again; the counts are for the report"
)]

mod child;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::guard::{Guarded, HeadSource};
use storage::{Batch, BatchId, Body, LocalStore, LogName, Options, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;

use crate::scene::{Counted, Keys, ORIGIN, batch, body, entry, options};

/// Octets of a segment: so few that many are begun in a round.
const SEGMENT_BYTES: u64 = 96 << 10;

/// Kills of one directory. Each is followed by a check of all of it, so one that grew for ever would test the reading of old
/// segments, and little else.
const ROUNDS: u64 = 20;

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged() {
    kill_rounds(&mut Chance::new());
}

#[test]
#[ignore = "200 rounds: for the long run"]
fn long_kill_at_any_moment_loses_nothing_acknowledged() {
    let mut chance = Chance::new();
    for _ in 0..10 {
        kill_rounds(&mut chance);
    }
}

fn kill_rounds(chance: &mut Chance) {
    let dir = tempfile::tempdir().unwrap();
    let mut known = Known::default();
    drop(open(dir.path(), true));
    for round in 0..ROUNDS {
        let seen = run_and_kill(dir.path(), round, chance);
        known.take(&seen);
        check(dir.path(), &known, &seen);
    }
    check_all(dir.path(), &known);
    println!("COUNT: kill -9: {ROUNDS} rounds, {} acknowledged batches, none lost", known.acknowledged.len());
}

fn open(dir: &Path, is_new: bool) -> LocalStore {
    let mut options = options_of(dir);
    options.threads = false;
    let store = if is_new { LocalStore::create(options) } else { LocalStore::open(options) }.unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    if is_new {
        let opened = store.commit(vec![Batch::new(BatchId::of(&[b"open"])).open(LogName::node(), ORIGIN)]);
        assert!(opened[0].is_ok(), "{opened:?}");
    }
    store
}

fn options_of(dir: &Path) -> Options {
    let mut options = options(Arc::new(FileDisk::open(dir).unwrap()));
    options.segment_bytes = Some(SEGMENT_BYTES);
    options.entropy = Box::new(Counted(u64::from(std::process::id())));
    options
}

/// What a parent has read and seen of one child.
#[derive(Debug, Default)]
struct Seen {
    /// Each batch with its index.
    acknowledged: BTreeMap<u64, u64>,
    /// Entries whose erasure was begun.
    erasing: BTreeSet<u64>,
    /// Entries whose erasure was acknowledged.
    erased: BTreeSet<u64>,
    checkpoints: Vec<SignedCheckpoint>,
}

impl Seen {
    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["ack", number, index] => {
                let before = self.acknowledged.insert(number.parse().unwrap(), index.parse().unwrap());
                assert_eq!(before, None, "batch {number} was acknowledged twice");
            }
            ["erasing", index] => drop(self.erasing.insert(index.parse().unwrap())),
            ["erased", index] => drop(self.erased.insert(index.parse().unwrap())),
            ["trouble", ..] => panic!("the child was refused: {line}"),
            // The test harness of the child speaks too.
            _ => {}
        }
    }
}

/// What all children were told, over all rounds.
#[derive(Debug, Default)]
struct Known {
    acknowledged: BTreeMap<u64, u64>,
    erasing: BTreeSet<u64>,
    erased: BTreeSet<u64>,
}

impl Known {
    fn take(&mut self, seen: &Seen) {
        self.acknowledged.extend(&seen.acknowledged);
        self.erasing.extend(&seen.erasing);
        self.erased.extend(&seen.erased);
    }
}

fn run_and_kill(dir: &Path, round: u64, chance: &mut Chance) -> Seen {
    let (seed, pause) = (chance.draw(), Duration::from_millis(5 + chance.draw() % 396));
    let mut child = start(dir, round, seed);
    let (tell, told) = std::sync::mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut seen = Seen::default();
        for line in out.lines() {
            seen.hear(&line.unwrap());
            if !seen.acknowledged.is_empty() {
                let _gone = tell.send(());
            }
        }
        seen
    });
    let watch = Watch::begin(dir.join("log/node/checkpoint"));
    assert!(told.recv_timeout(Duration::from_secs(60)).is_ok(), "the child acknowledged nothing");
    std::thread::sleep(pause);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    let mut seen = reader.join().unwrap();
    seen.checkpoints = watch.end();
    seen
}

fn start(dir: &Path, round: u64, seed: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::child::node_that_is_killed", "--ignored", "--nocapture"]);
    command.env(child::DIR, dir).env(child::ROUND, round.to_string()).env(child::SEED, seed.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
}

/// Looks at a published checkpoint again and again, as the world does.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Vec<SignedCheckpoint>>,
}

impl Watch {
    fn begin(path: PathBuf) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = BTreeMap::new();
            while !stopped.load(Ordering::SeqCst) {
                // Whenever it is read, it is whole.
                if let Ok(octets) = std::fs::read(&path) {
                    let _before =
                        seen.entry(octets.clone()).or_insert_with(|| SignedCheckpoint::parse(&octets).unwrap());
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            seen.into_values().collect()
        });
        Self { stop, thread }
    }

    fn end(self) -> Vec<SignedCheckpoint> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

impl HeadSource for Seen {
    fn name(&self) -> String {
        "whoever looked".to_owned()
    }

    fn heads(&self, _origin: &str, found: &mut Vec<SignedCheckpoint>) -> Result<(), String> {
        found.extend(self.checkpoints.iter().cloned());
        Ok(())
    }
}

/// A store that opens by itself, holds what was acknowledged, and continues what was shown.
fn check(dir: &Path, known: &Known, seen: &Seen) {
    let store = open(dir, false);
    check_bodies(&store, &seen.acknowledged, known);
    // What was acknowledged is known by its name, too.
    if let Some((&number, &index)) = seen.acknowledged.last_key_value() {
        assert_eq!(store.commit(vec![batch(number)])[0].as_ref().unwrap().entries, [place(index)]);
    }
    if !seen.checkpoints.is_empty() {
        let shown: Arc<dyn HeadSource> = Arc::new(Seen { checkpoints: seen.checkpoints.clone(), ..Seen::default() });
        let guarded = store.guard(&LogName::node(), &[shown]).unwrap();
        assert!(matches!(guarded, Guarded::Checked { .. }), "{guarded}");
    }
    store.publish().unwrap();
    drop(store);
    let disk: Arc<dyn Disk> = Arc::new(FileDisk::open(dir).unwrap());
    let found = storage::verify::verify(&disk, &*Keys::of(7), Vec::new(), &mut |_, _| ()).unwrap();
    assert!(found.is_sound() && found.cut_off_bytes == 0, "{found:#?}");
    assert!(found.erased >= known.erased.len() as u64, "{found:#?}");
}

fn place(index: u64) -> Place {
    Place::new(LogName::node(), index)
}

fn check_bodies(store: &LocalStore, acknowledged: &BTreeMap<u64, u64>, known: &Known) {
    for (&number, &index) in acknowledged {
        assert_eq!(store.entries(&LogName::node(), index, 1).unwrap(), [entry(number)], "batch {number}");
        let found = store.bodies(&[place(index)]).unwrap().remove(0);
        let kept = Body::Kept(body(number));
        let is_right = if known.erased.contains(&index) {
            found == Body::Erased
        } else {
            found == kept || found == Body::Erased && known.erasing.contains(&index)
        };
        assert!(is_right, "batch {number}, entry {index}: {found:?}");
    }
}

/// Everything of all rounds once more, and nothing of it twice.
fn check_all(dir: &Path, known: &Known) {
    let store = open(dir, false);
    check_bodies(&store, &known.acknowledged, known);
    let size = usize::try_from(store.heads().unwrap()[0].size).unwrap();
    let entries = store.entries(&LogName::node(), 0, size).unwrap();
    let different: BTreeSet<_> = entries.iter().collect();
    assert_eq!((entries.len(), different.len()), (size, size), "an entry stands twice");
}

/// Numbers that look like chance, from a seed that is printed.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let drawn = || {
            let mut seed = [0; 8];
            record::entropy::Entropy::fill(&mut record::entropy::SystemEntropy::new(), &mut seed).unwrap();
            u64::from_be_bytes(seed)
        };
        let seed = std::env::var("DETENTE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(drawn);
        println!("seed {seed}; run it again with DETENTE_SEED={seed}");
        Self(seed | 1)
    }

    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
