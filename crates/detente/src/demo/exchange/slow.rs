//! Chapter: a partner on a slow line. What is bulky comes by stick meanwhile; what is urgent comes over the line, ahead of its proof.

use std::time::{Duration, Instant};

use record::json::Map;

use super::{acknowledged_to, count, feeds};
use crate::demo::cast::Cast;
use crate::demo::nodes::Nodes;
use crate::demo::steps::{act, fact, rows, told, until_heard};
use crate::demo::story::Story;
use crate::outcome::Done;

/// A warning of few words: an urgent frame holds no long ones.
const WARNING: &str = r#"{"type":"incident","spec_version":"2.1","name":"Gate agents open on command","description":"Agents of this model open gates for whoever asks twice. Stop them. Invented."}"#;

/// What a node says of a frame that came, and once its feed has both entries.
const SIGNED: &str = "signed, proof pending";
const PROVED: &str = "1 new entries, 2 in all";

/// The feed goes to Brumeval by stick, and the acknowledgement comes back by stick.
pub(super) fn by_stick(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes) -> Done {
    story.chapter("Brumeval also syncs by stick: one sealed file there, one back");
    std::fs::create_dir_all(cast.dir.join("stick")).map_err(crate::outcome::Failure::environment)?;
    let there = format!("bundle export --for={} --out DIR/stick/1.tar.zst --dir DIR/harbour", cast.brumeval.id());
    act(cast, story, &there)?;
    let sealed = std::fs::read(cast.dir.join("stick/1.tar.zst")).unwrap_or_default();
    let words = ["feed/", "incident", "harbour"];
    let is_silent = words.iter().all(|word| !sealed.windows(word.len()).any(|window| window == word.as_bytes()));
    story.claim("whoever carries the stick reads nothing of it", !sealed.is_empty() && is_silent);
    act(cast, story, "bundle import DIR/stick/1.tar.zst --dir DIR/brumeval")?;
    let read = feeds(cast, "brumeval");
    let feed = read.iter().find(|feed| count(feed, "size") > 0).cloned().unwrap_or_default();
    let name = feed.text("feed").unwrap_or_default();
    let checked = act(cast, story, &format!("feed verify {name} --dir DIR/brumeval"));
    story.page(&cast.brumeval, "/incidents");
    story.claim("what came by stick is checked like what comes over a line", checked.is_ok());
    let back = format!("bundle export --for={} --out DIR/stick/2.tar.zst --dir DIR/brumeval", cast.harbour.id());
    act(cast, story, &back)?;
    act(cast, story, "bundle import DIR/stick/2.tar.zst --dir DIR/harbour")?;
    let known = acknowledged_to(cast, &cast.brumeval);
    story.claim("Brumeval's signed acknowledgement came back the same way", known == count(&feed, "size"));
    let again = act(cast, story, "bundle import DIR/stick/1.tar.zst --dir DIR/brumeval")?;
    let is_new = rows(&told(&again), "bundles").iter().any(|one| super::is_true(one, "is_new"));
    story.claim("the same stick once more changes nothing", !is_new);
    if let Some(line) = &nodes.line {
        story.say(&format!("   meanwhile {line} had carried {} octets", line.carried()));
    }
    Ok(())
}

/// A warning goes over the slow line, ahead of its proof.
pub(super) fn by_line(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, agreement: &str) -> Done {
    let Some(line) = &nodes.line else {
        story.say(
            "\n   (left out with --fast: the slow line to Brumeval, and a warning that is ahead of its proof on it)",
        );
        return Ok(());
    };
    story.chapter("An urgent warning goes to Brumeval over the slow line: signed first, its proof after it");
    let proposal = prepare(cast, story, agreement)?;
    let publish = format!("release publish {proposal} --urgent --dir DIR/harbour");
    let (before, begun) = (line.carried(), Instant::now());
    let frame = count(&told(&act(cast, story, &publish)?), "frame_bytes");
    // Brumeval's node is listened to and not asked: whoever asks it takes its directory, and it reads from the beginning.
    let seen = until_heard(cast, || nodes.brumeval.heard(SIGNED).is_some())?;
    let _read = until_heard(cast, || nodes.brumeval.heard(PROVED).is_some())?;
    let (signed, proven) = (after(nodes, begun, SIGNED), after(nodes, begun, PROVED));
    let carried = line.carried().saturating_sub(before);
    story.say(&format!("   {line}: a frame of {frame} octets was there after {:.1} s", signed.as_secs_f64()));
    story
        .say(&format!("   the proof, under both suites, after {:.1} s; {carried} octets in all", proven.as_secs_f64()));
    story.page(&cast.brumeval, "/");
    story.claim("the warning was there, signed by Harbour, before its proof", seen && signed < proven);
    let state = urgent(cast).first().and_then(|one| one.text("state")).map(str::to_owned);
    story.claim("and is proved in Harbour's log by what came after it", state.as_deref() == Some("proven"));
    Ok(())
}

/// The warning, signed, logged, labelled and proposed.
fn prepare(cast: &Cast, story: &Story<'_>, agreement: &str) -> Done<String> {
    cast.write("warning-object.json", WARNING)?;
    act(cast, story, "record sign DIR/warning-object.json --dir DIR/harbour --out DIR/warning.json")?;
    act(cast, story, "log append DIR/warning.json --dir DIR/harbour")?;
    act(cast, story, "label put DIR/warning.json --tlp clear --dir DIR/harbour")?;
    let propose = format!(
        "release propose DIR/warning.json --agreement {agreement} --purpose safety-research --by Ana --dir DIR/harbour"
    );
    fact(&act(cast, story, &propose)?, "proposal")
}

/// What came to Brumeval in urgent frames.
fn urgent(cast: &Cast) -> Vec<Map> {
    feeds(cast, "brumeval").iter().flat_map(|feed| rows(feed, "urgent")).collect()
}

fn after(nodes: &Nodes, begun: Instant, words: &str) -> Duration {
    nodes.brumeval.heard(words).map_or_else(|| begun.elapsed(), |when| when.saturating_duration_since(begun))
}
