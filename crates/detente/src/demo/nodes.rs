//! Nodes that run: real processes on loopback, mutual TLS, and beside each a site for its own people.

mod accounts;
pub(super) mod line;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::cast::{Cast, Player};
use super::steps::{act, copy, told};
use super::story::Story;
use crate::outcome::{Done, Failure};
use line::Line;

pub(super) use accounts::of as accounts_of;

/// How often heads are stated at the least, in milliseconds: seldom enough that on a slow line they fill nothing, and that no
/// reader misses one while the story lasts.
const HEAD_EVERY_MS: &str = "60000";

/// How long a node may take to end by itself: one that waits for a peer takes longer, and loses nothing by being cut off.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Harbour's directory as it was before its node first ran.
pub(super) const BEFORE: &str = "harbour-of-before";

/// What a node said, each line with the moment in which it said it.
type Said = Arc<Mutex<Vec<(Instant, String)>>>;

/// A running node. It ends when this is dropped, and also when this process is killed: it watches its standard input.
pub(super) struct Running {
    child: Child,
    held: Option<ChildStdin>,
    /// Where it listens for peers.
    pub(super) address: String,
    /// By which certificate its site is known; empty without one.
    pub(super) fingerprint: String,
    said: Said,
}

/// The nodes of the story.
pub(super) struct Nodes {
    pub(super) harbour: Running,
    pub(super) hills: Running,
    pub(super) brumeval: Running,
    pub(super) reeds: Running,
    /// The line between Harbour and Brumeval, if it is a slow one.
    pub(super) line: Option<Line>,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.held.take());
        let end = Instant::now().checked_add(ENDS_WITHIN);
        while matches!(self.child.try_wait(), Ok(None)) && end.is_some_and(|end| Instant::now() < end) {
            thread::sleep(LOOK_EVERY);
        }
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Drop for Nodes {
    /// All are told first, so that they end at the same time.
    fn drop(&mut self) {
        for node in [&mut self.harbour, &mut self.hills, &mut self.brumeval, &mut self.reeds] {
            drop(node.held.take());
        }
    }
}

impl Running {
    /// Starts the node of a directory, with the site of a player or without one.
    pub(super) fn start(cast: &Cast, story: &Story<'_>, name: &str, site: Option<&Player>) -> Done<Self> {
        let users = site.map(|player| player.site().to_string());
        let mut words = vec!["serve", "--listen", "127.0.0.1:0", "--head-every-ms", HEAD_EVERY_MS];
        words.extend(users.iter().flat_map(|address| ["--users", address.as_str()]));
        story.command(&format!("{} --dir DIR/{name}", words.join(" ")));
        let program = std::env::current_exe().map_err(Failure::environment)?;
        let mut command = Command::new(program);
        command.arg("--json").args(&words).arg("--until-stdin-ends").arg("--dir").arg(cast.dir.join(name));
        let told = File::create(cast.dir.join(format!("{name}.said"))).map_err(Failure::environment)?;
        site.iter().for_each(|player| player.let_go_of_site());
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(Failure::environment)?;
        let (held, said) = (child.stdin.take(), child.stderr.take().map(|from| heard(from, told)).unwrap_or_default());
        // Held from here on, so that whatever fails the node ends.
        let mut running = Self { child, held, address: String::new(), fingerprint: String::new(), said };
        running.greet(name)?;
        story.say(&format!("   listening at {}", running.address));
        site.iter().for_each(|player| story.page(player, "/"));
        Ok(running)
    }

    /// Reads what it says once it listens.
    fn greet(&mut self, name: &str) -> Done {
        let mut line = String::new();
        if let Some(out) = self.child.stdout.take() {
            let _octets = BufReader::new(out).read_line(&mut line).map_err(Failure::environment)?;
        }
        let facts = told(&line);
        self.fingerprint = facts.text("certificate_sha256").unwrap_or_default().to_owned();
        let silent = || Failure::environment(format!("the node of {name} does not serve: {}", self.last_words()));
        self.address = facts.text("listening").ok_or_else(silent)?.to_owned();
        Ok(())
    }

    /// When it first said this, if it has.
    pub(super) fn heard(&self, words: &str) -> Option<Instant> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().find(|(_, line)| line.contains(words)).map(|(when, _)| *when)
    }

    fn last_words(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.last().map(|(_, line)| line.clone()).unwrap_or_default()
    }
}

/// Listens to a node until it ends, and keeps what it says in a file too: what nobody reads would stop it one day.
fn heard(from: impl Read + Send + 'static, mut file: File) -> Said {
    let said = Said::default();
    let kept = Arc::clone(&said);
    let _listening = thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // The story goes on without the file.
            let _written = writeln!(file, "{line}");
            kept.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), line));
        }
    });
    said
}

impl Nodes {
    /// All four begin to run. Brumeval is reached by a slow line, unless the story is told fast.
    pub(super) fn begin(cast: &Cast, story: &Story<'_>, is_fast: bool) -> Done<Self> {
        story.chapter(
            "The nodes run, each with a site for its own people; Reed Light is the witness of Harbour and 北岭",
        );
        copy(&cast.dir.join("harbour"), &cast.dir.join(BEFORE))?;
        accounts::open(cast, story)?;
        let [reeds, harbour, hills, brumeval] = [&cast.reeds, &cast.harbour, &cast.hills, &cast.brumeval]
            .map(|player| Running::start(cast, story, player.code, Some(player)));
        let line = if is_fast { None } else { Some(Line::new()) };
        let nodes = Self { harbour: harbour?, hills: hills?, brumeval: brumeval?, reeds: reeds?, line };
        nodes.introduce(cast, story)?;
        Ok(nodes)
    }

    fn introduce(&self, cast: &Cast, story: &Story<'_>) -> Done {
        for party in ["harbour", "hills"] {
            act(cast, story, &format!("peer add DIR/{party}/profile.json --dir DIR/reeds"))?;
            let witness = &self.reeds.address;
            act(
                cast,
                story,
                &format!("peer add DIR/reeds/profile.json --witness --address {witness} --dir DIR/{party}"),
            )?;
        }
        name_each_other(cast, story, "hills", (&self.harbour.address, &self.hills.address))?;
        let Some(line) = &self.line else {
            return name_each_other(cast, story, "brumeval", (&self.harbour.address, &self.brumeval.address));
        };
        story.say(&format!("   ({line} lies between Harbour and Brumeval: a relay in this program)"));
        let (harbour, brumeval) = (line.to(&self.harbour.address)?, line.turned().to(&self.brumeval.address)?);
        name_each_other(cast, story, "brumeval", (&harbour, &brumeval))
    }
}

/// Harbour and a partner name each other's nodes.
fn name_each_other(cast: &Cast, story: &Story<'_>, partner: &str, (harbour, address): (&str, &str)) -> Done {
    act(cast, story, &format!("peer add DIR/{partner}/profile.json --address {address} --dir DIR/harbour"))?;
    act(cast, story, &format!("peer add DIR/harbour/profile.json --address {harbour} --dir DIR/{partner}")).map(drop)
}
