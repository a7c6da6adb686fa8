//! Chapters of exchange between running nodes: what was released crosses a line and is acknowledged, over a slow line and by stick
//! too; a sealed warning, a question and its answer; and a node that shows a second history.

mod fork;
mod question;
mod signals;
mod site;
mod slow;
mod warning;

use record::json::{Json, Map};

use super::agreement::Agreed;
use super::cast::{Cast, Player};
use super::nodes::Nodes;
use super::steps::{act, count, decoded_holds, quiet, rows, until_heard, until_told};
use super::story::Story;
use crate::outcome::Done;

/// What is not in any record that went to Brumeval: 北岭's clause shows it, Brumeval's does not.
const FOR_HILLS: &str = "changed repeatedly";

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, agreed: &Agreed) -> Done {
    slow::by_stick(cast, story, nodes)?;
    let (hills, brumeval) = cross(cast, story, nodes)?;
    acknowledged(cast, story)?;
    site::tell(cast, story, &nodes.harbour)?;
    let revealed = warning::tell(cast, story, (nodes, &hills), &agreed.confidential)?;
    question::tell(cast, story, nodes, &revealed)?;
    signals::tell(cast, story)?;
    slow::by_line(cast, story, nodes, &agreed.public)?;
    let caught = cast.players().iter().map(|player| alarms(cast, player.code).len()).fold(0, usize::saturating_add);
    story.claim("until here nobody was caught at anything", caught == 0);
    fork::tell(cast, story, nodes, &brumeval)
}

/// Both partners have read their feeds; answers with the names of the feeds.
fn cross(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes) -> Done<(String, String)> {
    story.chapter("What was released has crossed the line, whole, checked and no more than was agreed");
    let read = |name: &str| feeds(cast, name).into_iter().find(|feed| count(feed, "size") > 0);
    let _read = until_heard(cast, || nodes.hills.heard(" in all").is_some())?;
    let have = read("hills").is_some() && read("brumeval").is_some();
    story.claim("both partners' nodes have the feed of their own agreement", have);
    let name = |party: &str| read(party).and_then(|feed| Some(feed.text("feed")?.to_owned())).unwrap_or_default();
    let (hills, brumeval) = (name("hills"), name("brumeval"));
    let checked = act(cast, story, &format!("feed verify {hills} --dir DIR/hills"));
    story.claim("北岭 can check all that it read from what it keeps", checked.is_ok());
    act(cast, story, &format!("feed show {brumeval} --entry 0 --out DIR/brumeval-has.json --dir DIR/brumeval"))?;
    let text = cast.read("brumeval-has.json")?;
    story.page(&cast.brumeval, "/incidents");
    story.claim("Brumeval has the record, and not what its agreement does not show", !decoded_holds(&text, FOR_HILLS));
    Ok((hills, brumeval))
}

fn acknowledged(cast: &Cast, story: &mut Story<'_>) -> Done {
    let have = until_told(cast, || [&cast.hills, &cast.brumeval].iter().all(|peer| acknowledged_to(cast, peer) > 0))?;
    act(cast, story, "feed acks --number 0 --out DIR/acknowledged.json --dir DIR/harbour")?;
    story.page(&cast.harbour, "/releases");
    story.claim("Harbour holds the signed acknowledgements of both, each proved in its author's log", have);
    Ok(())
}

/// How far Harbour holds a peer's acknowledgement.
fn acknowledged_to(cast: &Cast, peer: &Player) -> u64 {
    let statements = rows(&quiet(cast, "feed acks --dir DIR/harbour"), "statements");
    let peer = peer.id().to_string();
    let of_peer = statements.iter().filter(|one| one.text("peer") == Some(peer.as_str()));
    of_peer.filter(|one| one.text("kind") == Some("acknowledgement")).map(|one| count(one, "size")).max().unwrap_or(0)
}

/// The feeds that a party's node reads.
fn feeds(cast: &Cast, name: &str) -> Vec<Map> {
    rows(&quiet(cast, &format!("feed list --dir DIR/{name}")), "read")
}

/// How many entries a party's node has of a feed.
fn entries(cast: &Cast, name: &str, feed: &str) -> u64 {
    feeds(cast, name).iter().find(|one| one.text("feed") == Some(feed)).map_or(0, |one| count(one, "size"))
}

/// What a party's node has caught others at.
fn alarms(cast: &Cast, name: &str) -> Vec<Map> {
    rows(&quiet(cast, &format!("alarm list --dir DIR/{name}")), "alarms")
}

/// Whether what a command told says so.
fn is_true(answer: &Map, name: &str) -> bool {
    answer.get(name) == Some(&Json::Bool(true))
}
