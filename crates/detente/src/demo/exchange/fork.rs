//! Chapter: a copy of Harbour's node from before writes on, and is caught. The evidence is checked by the witness's own node, and by
//! whoever has Harbour's profile.

use super::{alarms, count};
use crate::demo::cast::{AIRLINE, Cast};
use crate::demo::nodes::{BEFORE, Nodes, Running};
use crate::demo::steps::{act, perform, told, until_heard};
use crate::demo::story::Story;
use crate::outcome::{Done, Failure};

/// Leaves that the second history has beyond the first: so it looks like growth.
const BEYOND: u64 = 8;

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, nodes: &Nodes, feed: &str) -> Done {
    story.chapter("A node with Harbour's keys writes its history anew, and is caught");
    rewrite(cast, story)?;
    let false_node = Running::start(cast, story, BEFORE, None)?;
    act(
        cast,
        story,
        &format!("peer add DIR/harbour/profile.json --address {} --dir DIR/brumeval", false_node.address),
    )?;
    let fork = || alarms(cast, "brumeval").into_iter().find(|alarm| alarm.text("kind") == Some("fork"));
    let _told = until_heard(cast, || nodes.brumeval.heard("two histories of").is_some())?;
    let fork = fork();
    story.page(&cast.brumeval, "/alarms");
    story.claim("Brumeval's node notices that two histories are signed by one key", fork.is_some());
    let number = fork.map_or(0, |alarm| count(&alarm, "number"));
    act(cast, story, &format!("alarm export {number} --out DIR/fork-on-the-line.txt --dir DIR/brumeval"))?;
    judge(cast, story)?;
    drop(false_node);
    let real = format!("peer add DIR/harbour/profile.json --address {} --dir DIR/brumeval", nodes.harbour.address);
    act(cast, story, &real)?;
    let shown = act(cast, story, &format!("feed show {feed} --dir DIR/brumeval"))?;
    story.claim("what was read before is still there", count(&told(&shown), "records") > 0);
    Ok(())
}

/// The copy signs and logs other records, until its log is the longer one.
fn rewrite(cast: &Cast, story: &Story<'_>) -> Done {
    story.say("   (somebody starts a copy of Harbour's directory from before, and lets it sign)");
    let more = size(cast, "harbour")?.saturating_sub(size(cast, BEFORE)?).saturating_add(BEYOND);
    let mut files = String::new();
    for number in 0..more {
        let other = cast.harbour.sign(&AIRLINE.replace("refund", &format!("voucher {number}")))?;
        cast.write(&format!("other-{number}.json"), &other.envelope().to_json())?;
        files.push_str(&format!(" DIR/other-{number}.json"));
    }
    story.command(&format!("log append DIR/other-*.json --dir DIR/{BEFORE}"));
    perform(cast, &format!("log append{files} --dir DIR/{BEFORE}")).map(drop)
}

/// How long a node's published log is: the second line of its checkpoint.
fn size(cast: &Cast, name: &str) -> Done<u64> {
    let checkpoint = cast.read(&format!("{name}/log/node/checkpoint"))?;
    let size = checkpoint.lines().nth(1).and_then(|line| line.parse().ok());
    size.ok_or_else(|| Failure::environment(format!("the log of {name} has no checkpoint")))
}

/// The evidence is checked where it was not found.
fn judge(cast: &Cast, story: &mut Story<'_>) -> Done {
    let harbour = cast.harbour.id().to_string();
    // With the profile that the witness's node keeps itself, since it cosigns Harbour's log.
    let pinned = format!("--keys DIR/reeds/partners/{harbour}.json");
    let witness = told(&act(cast, story, &format!("verify DIR/fork-on-the-line.txt {pinned}"))?);
    story.page(&cast.reeds, "/alarms");
    story.say(&format!(
        "   Reed Light's node says: {}, of {} and of {} entries",
        witness.text("verdict").unwrap_or_default(),
        count(&witness, "first_size"),
        count(&witness, "second_size")
    ));
    let is_named = witness.text("verdict") == Some("two histories") && witness.text("party") == Some(harbour.as_str());
    story.claim("the witness checks the evidence by the keys that its own node keeps, and it names Harbour", is_named);
    let verified = act(cast, story, "verify DIR/fork-on-the-line.txt --keys DIR/harbour/profile.json");
    story.claim("anybody can check the evidence with Harbour's profile alone", verified.is_ok());
    let text = cast.read("fork-on-the-line.txt")?;
    let bent: String = text.lines().map(|line| bend(line) + "\n").collect();
    cast.write("bent-evidence.txt", &bent)?;
    let outcome = act(cast, story, &format!("verify DIR/bent-evidence.txt {pinned}"));
    story.refusal("the evidence was made worse on its way to the witness", outcome);
    Ok(())
}

/// A line of evidence with a root that nobody signed, if it is the line of a root.
fn bend(line: &str) -> String {
    let is_root = line.len() == 44 && line.ends_with('=');
    if is_root { format!("A{}", line.chars().skip(1).collect::<String>()) } else { line.to_owned() }
}
