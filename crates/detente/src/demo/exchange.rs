//! Nodes that run, on loopback, with mutual TLS and a witness; and one that shows a second history.

mod site;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use record::json::{Json, Map};

use super::cast::{Cast, Player};
use super::steps::{act, told};
use super::story::Story;
use crate::outcome::{Done, Failure};

/// How long the story waits for the other side.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is not in any record that went to Reed Light: 北岭's clause shows it, Reed Light's does not.
const FOR_HILLS: &str = "changed repeatedly";

/// Leaves that the second history has of its own: more than the first one gained meanwhile, so that it looks like growth.
const OTHER_LEAVES: usize = 16;

/// A running node. It ends with the chapter.
struct Running {
    child: Child,
    address: String,
    /// Where its site is, and by which certificate it is known; empty without one.
    site: String,
    fingerprint: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Running {
    fn start(cast: &Cast, story: &Story<'_>, name: &str) -> Done<Self> {
        Self::start_with(cast, story, name, &[])
    }

    fn start_with(cast: &Cast, story: &Story<'_>, name: &str, more: &[&str]) -> Done<Self> {
        let words = [&["serve", "--listen", "127.0.0.1:0", "--head-every-ms", "1000"], more].concat();
        story.command(&format!("{} --dir DIR/{name}", words.join(" ")));
        let program = std::env::current_exe().map_err(Failure::environment)?;
        let mut command = Command::new(program);
        command.arg("--json").args(&words).arg("--dir").arg(cast.dir.join(name));
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.map_err(Failure::environment)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let _octets = BufReader::new(out).read_line(&mut line).map_err(Failure::environment)?;
        }
        let facts = told(&line);
        let text = |name: &str| facts.text(name).map(str::to_owned);
        let (address, site) = (text("listening"), text("users_listening").unwrap_or_default());
        let fingerprint = text("certificate_sha256").unwrap_or_default();
        // Held from here on, so that whatever fails the node ends.
        let mut running = Self { child, address: String::new(), site, fingerprint };
        running.address = address.ok_or_else(|| Failure::environment(format!("the node of {name} does not serve")))?;
        story.say(&format!("   listening at {}", running.address));
        Ok(running)
    }
}

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("The nodes run: what was released crosses a line, and is acknowledged");
    let lake = Player::begin(&cast.dir, "lake", r#"{"en":"Still Lake Station","zh-Hans":"静湖站"}"#)?;
    story.command("init --dir DIR/lake --name en=\"Still Lake Station\" --name zh-Hans=静湖站");
    story.say(&format!("   Still Lake is    {}, and a witness to all three", lake.history().party()));
    copy(&cast.dir.join("harbour"), &cast.dir.join("harbour-of-before"))?;
    let nodes = begin(cast, story)?;
    let feeds = cross(cast, story)?;
    acknowledged(cast, story)?;
    site::tell(cast, story, &nodes.harbour)?;
    drop(nodes.harbour);
    second_history(cast, story, &feeds.1)
}

/// The nodes of the chapter. All but Harbour's run to its end.
struct Nodes {
    harbour: Running,
    _others: Vec<Running>,
}

fn begin(cast: &Cast, story: &Story<'_>) -> Done<Nodes> {
    let lake = Running::start(cast, story, "lake")?;
    site::open_accounts(cast, story)?;
    let harbour = Running::start_with(cast, story, "harbour", &["--users", "127.0.0.1:0"])?;
    act(cast, story, "peer add DIR/harbour/profile.json --dir DIR/lake")?;
    act(
        cast,
        story,
        &format!("peer add DIR/lake/profile.json --witness --address {} --dir DIR/harbour", lake.address),
    )?;
    let mut others = vec![lake];
    for name in ["hills", "reeds"] {
        let node = Running::start(cast, story, name)?;
        act(cast, story, &format!("peer add DIR/{name}/profile.json --address {} --dir DIR/harbour", node.address))?;
        act(cast, story, &format!("peer add DIR/harbour/profile.json --address {} --dir DIR/{name}", harbour.address))?;
        others.push(node);
    }
    Ok(Nodes { harbour, _others: others })
}

/// Both partners read their feeds; answers with the names of the feeds.
fn cross(cast: &Cast, story: &mut Story<'_>) -> Done<(String, String)> {
    let read = |name: &str| feeds(cast, name).into_iter().find(|feed| count(feed, "size") > 0);
    let have = until(|| read("hills").is_some() && read("reeds").is_some());
    story.claim("both partners' nodes have read the feed of their own agreement", have);
    let name = |party: &str| read(party).and_then(|feed| Some(feed.text("feed")?.to_owned())).unwrap_or_default();
    let (hills, reeds) = (name("hills"), name("reeds"));
    let checked = act(cast, story, &format!("feed verify {hills} --dir DIR/hills"));
    story.claim("北岭 can check all that it read from what it keeps", checked.is_ok());
    act(cast, story, &format!("feed show {reeds} --entry 0 --out DIR/reeds-has.json --dir DIR/reeds"))?;
    let text = std::fs::read_to_string(cast.dir.join("reeds-has.json")).unwrap_or_default();
    story
        .claim("Reed Light has the record, and not what its agreement does not show", !decoded_holds(&text, FOR_HILLS));
    let alarms = alarms(cast, "hills").len().saturating_add(alarms(cast, "reeds").len());
    story.claim("nobody was caught at anything", alarms == 0);
    Ok((hills, reeds))
}

fn acknowledged(cast: &Cast, story: &mut Story<'_>) -> Done {
    let stated = || {
        quiet(cast, "feed acks --dir DIR/harbour").get("statements").and_then(Json::as_array).map_or(0, <[Json]>::len)
    };
    let have = until(|| stated() >= 2);
    act(cast, story, "feed acks --number 0 --out DIR/acknowledged.json --dir DIR/harbour")?;
    story.claim("Harbour holds the signed acknowledgements of both, each proved in its author's log", have);
    Ok(())
}

/// Harbour's directory as it was before takes the place of today's, and writes on.
fn second_history(cast: &Cast, story: &mut Story<'_>, feed: &str) -> Done {
    story.chapter("Harbour's node writes its history anew, and is caught");
    let old = "harbour-of-before";
    story.say("   (somebody starts a copy of Harbour's directory from before, and lets it sign)");
    let label = format!("label put DIR/tempe.json --tlp amber --dir DIR/{old}");
    act(cast, story, &label)?;
    for _ in 1..OTHER_LEAVES {
        let _again = quiet(cast, &label);
    }
    let false_node = Running::start(cast, story, old)?;
    act(cast, story, &format!("peer add DIR/harbour/profile.json --address {} --dir DIR/reeds", false_node.address))?;
    let caught = until(|| alarms(cast, "reeds").iter().any(|alarm| alarm.text("kind") == Some("fork")));
    story.claim("Reed Light's node notices that two histories are signed by one key", caught);
    let alarms = alarms(cast, "reeds");
    let fork = alarms.iter().find(|alarm| alarm.text("kind") == Some("fork"));
    let number = fork.map_or(0, |alarm| count(alarm, "number"));
    act(cast, story, &format!("alarm export {number} --out DIR/fork-on-the-line.txt --dir DIR/reeds"))?;
    let verified = act(cast, story, "verify DIR/fork-on-the-line.txt --keys DIR/harbour/profile.json");
    story.claim("anybody can check the evidence with Harbour's profile alone", verified.is_ok());
    let shown = act(cast, story, &format!("feed show {feed} --dir DIR/reeds"))?;
    story.claim("what was read before is still there", count(&told(&shown), "records") > 0);
    Ok(())
}

/// Asks a node without showing the command: the story asks often.
fn quiet(cast: &Cast, command: &str) -> Map {
    let mut report = crate::report::Report::quiet();
    let story = Story::new(Path::new(""), &mut report);
    act(cast, &story, command).map(|answer| told(&answer)).unwrap_or_default()
}

fn rows(answer: &Map, name: &str) -> Vec<Map> {
    let rows = answer.get(name).and_then(Json::as_array).unwrap_or_default();
    rows.iter().filter_map(|row| row.as_object().cloned()).collect()
}

fn feeds(cast: &Cast, name: &str) -> Vec<Map> {
    rows(&quiet(cast, &format!("feed list --dir DIR/{name}")), "read")
}

fn alarms(cast: &Cast, name: &str) -> Vec<Map> {
    rows(&quiet(cast, &format!("alarm list --dir DIR/{name}")), "alarms")
}

fn count(map: &Map, name: &str) -> u64 {
    map.get(name).and_then(Json::as_integer).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

fn until(is_so: impl Fn() -> bool) -> bool {
    let end = Instant::now().checked_add(PATIENCE);
    while !is_so() {
        if end.is_none_or(|end| Instant::now() >= end) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    true
}

/// Whether a record's text holds words, also inside its disclosures.
fn decoded_holds(text: &str, words: &str) -> bool {
    let disclosed = text.split('"').filter_map(|part| record::base64url::decode(part).ok());
    text.contains(words) || disclosed.into_iter().any(|part| String::from_utf8_lossy(&part).contains(words))
}

fn copy(from: &Path, to: &Path) -> Done {
    std::fs::create_dir_all(to).map_err(Failure::environment)?;
    for entry in std::fs::read_dir(from).map_err(Failure::environment)? {
        let entry = entry.map_err(Failure::environment)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            let _octets = std::fs::copy(entry.path(), &target).map_err(Failure::environment)?;
        }
    }
    Ok(())
}
