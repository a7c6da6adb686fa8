//! Chapter: a sealed warning. First 北岭 holds the proof that there is one and nothing that it says; later it is shown, and is
//! what was committed to.

use record::json::Map;

use super::{acknowledged_to, decoded_holds, entries, until_heard, until_told};
use crate::demo::cast::Cast;
use crate::demo::nodes::Nodes;
use crate::demo::records::verify;
use crate::demo::steps::{act, fact};
use crate::demo::story::Story;
use crate::outcome::{Done, Failure};

/// The near miss that Harbour holds back while its inquiry runs.
const BERTH: &str = include_str!("../../../../../data/world/incidents/berth-assistant.json");

/// What it is called, and what only one person can have told.
const NAME: &str = "A berth assistant gave two ships one place";
const FROM_A_SOURCE: &str = "Somebody inside the operator";

/// What Harbour's desk says of it, part by part: data/world/labels.json, and the whole of it for nobody beyond the addressee yet.
const LABELS: [&str; 4] = [
    "--tlp amber+strict",
    "--place external_references --tlp red --tag source-identity --nobody",
    "--place cause --tlp amber --tag source-identity",
    "--place description --tlp amber --tag source-identity",
];

/// Answers with the digest of the record that was revealed.
pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, (nodes, feed): (&Nodes, &str), agreement: &str) -> Done<String> {
    let digest = commit(cast, story, (nodes, feed), agreement)?;
    reveal(cast, story, (nodes, feed), agreement)?;
    compare(cast, story)?;
    Ok(digest)
}

fn commit(cast: &Cast, story: &mut Story<'_>, (nodes, feed): (&Nodes, &str), agreement: &str) -> Done<String> {
    story.chapter("Harbour warns under seal: 北岭 gets the proof that there is a warning, and nothing that it says");
    cast.write("berth-object.json", BERTH)?;
    let signed = act(cast, story, "record sign DIR/berth-object.json --dir DIR/harbour --out DIR/berth.json")?;
    act(cast, story, "log append DIR/berth.json --dir DIR/harbour")?;
    for label in LABELS {
        act(cast, story, &format!("label put DIR/berth.json {label} --dir DIR/harbour"))?;
    }
    let before = entries(cast, "hills", feed);
    let proposal = propose(cast, story, agreement, "--clause 2.3 --purpose verification")?;
    act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"))?;
    let text = arrived(cast, story, nodes, (feed, before), "berth-sealed.json")?;
    story.page(&cast.hills, "/releases");
    let read = verify(cast, &text).map_err(Failure::refused)?;
    let is_empty = read.content().object().is_empty() && read.content().aside().twins() == &Map::new();
    story.claim("what came verifies under Harbour's signature, and shows nothing", is_empty);
    story.claim("none of its words is in what came", !decoded_holds(&text, NAME) && !decoded_holds(&text, "berth"));
    let size = before.saturating_add(1);
    let acknowledged = until_told(cast, || acknowledged_to(cast, &cast.hills) >= size)?;
    story.claim("北岭 has acknowledged the sealed warning before anything of it is shown", acknowledged);
    fact(&signed, "record_digest")
}

fn reveal(cast: &Cast, story: &mut Story<'_>, (nodes, feed): (&Nodes, &str), agreement: &str) -> Done {
    story.chapter("The inquiry is over: Harbour shows the warning, once a second person has approved");
    let before = entries(cast, "hills", feed);
    let proposal = propose(cast, story, agreement, "--clause 2.1 --purpose incident-response")?;
    act(cast, story, &format!("release approve {proposal} --by Bo --dir DIR/harbour --yes"))?;
    act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"))?;
    let text = arrived(cast, story, nodes, (feed, before), "berth-revealed.json")?;
    story.claim("now 北岭 reads what the warning was", decoded_holds(&text, NAME));
    story.claim("and still not who told of it", !decoded_holds(&text, FROM_A_SOURCE));
    Ok(())
}

fn compare(cast: &Cast, story: &mut Story<'_>) -> Done {
    let read = |name: &str| verify(cast, &cast.read(name)?).map_err(Failure::refused);
    let (sealed, revealed) = (read("berth-sealed.json")?, read("berth-revealed.json")?);
    story.page(&cast.hills, &format!("/records/{}", revealed.digest()));
    story.claim("what was shown later is what was committed to: one digest", sealed.digest() == revealed.digest());
    act(cast, story, "log prove DIR/berth.json --dir DIR/harbour --out DIR/berth.proof")?;
    let check = |name: &str| format!("verify DIR/{name} --proof DIR/berth.proof --keys DIR/harbour/profile.json");
    let both = ["berth-sealed.json", "berth-revealed.json"].map(|name| act(cast, story, &check(name)).is_ok());
    story.claim("and both have one place in Harbour's log", both == [true, true]);
    cast.write("berth-other.json", &cast.harbour.sign(&BERTH.replace("two ships", "no ship"))?.envelope().to_json())?;
    let outcome = act(cast, story, &check("berth-other.json"));
    story.refusal("another warning, which Harbour signed as well, is shown in its place", outcome);
    Ok(())
}

fn propose(cast: &Cast, story: &Story<'_>, agreement: &str, how: &str) -> Done<String> {
    let words = format!("release propose DIR/berth.json --agreement {agreement} {how} --by Ana --dir DIR/harbour");
    fact(&act(cast, story, &words)?, "proposal")
}

/// Waits for the next entry at 北岭, and takes its record out.
fn arrived(cast: &Cast, story: &Story<'_>, nodes: &Nodes, (feed, before): (&str, u64), file: &str) -> Done<String> {
    let told = format!("1 new entries, {} in all", before.saturating_add(1));
    if !until_heard(cast, || nodes.hills.heard(&told).is_some())? {
        return Err(Failure::environment("the entry never came to 北岭").advise("is this machine very busy? try again"));
    }
    act(cast, story, &format!("feed show {feed} --entry {before} --out DIR/{file} --dir DIR/hills"))?;
    cast.read(file)
}
