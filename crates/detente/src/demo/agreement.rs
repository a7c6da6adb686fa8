//! Chapter: agreements and releases. Two parties agree on a text in two languages; what it permits goes, once a second person
//! has approved exactly that; the rest stays at home, and the receipt says why.
//!
//! Every step runs the command that is shown, by its own code.

mod feed;
mod negotiation;
mod objects;

use record::json::{Json, Map};

use super::cast::{Cast, TEMPE, id_of};
use super::records::{holds_text, verify};
use super::steps::{act, fact, told};
use super::story::Story;
use crate::outcome::{Done, Failure};
use feed::Feed;

/// What no partner may read: the exact place, a source, and how the system failed in a way that its maker has not told.
const NEVER: [&str; 3] = ["Tempe", "HWY18MH010", "braking was suppressed"];

/// What only 北岭 may read, and what only Brumeval may read.
const FOR_HILLS: &str = "changed repeatedly";
const FOR_BRUMEVAL: &str = "2018-03-19T04:58";

/// The agreements in force, by their digests.
pub(super) struct Agreed {
    /// Harbour's and 北岭's.
    pub(super) confidential: String,
    /// Harbour's and Brumeval's.
    pub(super) public: String,
}

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done<Agreed> {
    let confidential = negotiation::negotiate(cast, story)?;
    let public = negotiation::one_language(cast, story)?;
    label(cast, story)?;
    what_if(cast, story)?;
    let proposal = approve(cast, story, &confidential)?;
    publish(cast, story, &confidential, &proposal)?;
    other_fields(cast, story, &public)?;
    objects::tell(cast, story)?;
    receipt(cast, story, &confidential)?;
    recall(cast, story, &confidential, &proposal)?;
    Ok(Agreed { confidential, public })
}

fn label(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Harbour labels the incident: what nobody has labelled stays at home");
    let before = act(cast, story, "release what-if DIR/tempe.json --dir DIR/harbour")?;
    let stays = answers(&before).iter().all(|one| verdict(one) == "stays");
    story.claim("without a label nobody could receive anything of it", stays && !answers(&before).is_empty());
    act(cast, story, "label put DIR/tempe.json --tlp green --dir DIR/harbour")?;
    let cause = "label put DIR/tempe.json --place cause --tlp green --tag unreleased-capability --dir DIR/harbour";
    act(cast, story, cause)?;
    let sources =
        "label put DIR/tempe.json --place external_references --tlp green --tag source-identity --dir DIR/harbour";
    act(cast, story, sources)?;
    act(cast, story, "label put DIR/tempe.json --place ai_involvement --tlp amber --dir DIR/harbour")?;
    story.page(&cast.harbour, &format!("/incidents/{}", id_of(TEMPE)?));
    Ok(())
}

fn what_if(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Who could receive it, with which fields, and why not the rest?");
    let english = act(cast, story, "release what-if DIR/tempe.json --dir DIR/harbour")?;
    let chinese = act(cast, story, "release what-if DIR/tempe.json --dir DIR/harbour --language zh-Hans")?;
    story.page(&cast.harbour, "/releases");
    let (english, chinese) = (answers(&english), answers(&chinese));
    let permits: Vec<_> = english.iter().filter_map(permit).collect();
    let shows =
        |name: &str| permits.iter().filter(|permit| list(permit, "shown").iter().any(|at| is_of(at, name))).count();
    story.claim(
        "the two partners would receive different fields",
        shows("/ai_involvement") == 1 && shows("/occurred") == 1,
    );
    story.claim(
        "neither would receive the labelled cause, nor the sources",
        shows("/cause") + shows("/external_references") == 0,
    );
    let because = |code: &str| permits.iter().all(|permit| codes(permit, "/cause").contains(&code));
    story.claim(
        "the cause stays for two reasons: a floor of this node, and a red line of each agreement",
        because("floor:unreleased-capability") && because("forbidden-by:4.3"),
    );
    let why = |answers: &[Map]| answers.iter().find_map(|one| reason(one, "approvals")).unwrap_or_default();
    story.say(&format!("   北岭, in English: {}", why(&english)));
    story.say(&format!("   北岭, in Chinese: {}", why(&chinese)));
    story.claim(
        "both languages say what is missing",
        why(&english).contains("approve") && why(&chinese).contains("批准"),
    );
    Ok(())
}

fn approve(cast: &Cast, story: &mut Story<'_>, agreement: &str) -> Done<String> {
    story.chapter("Ana proposes, and somebody else has to approve exactly that");
    let propose = format!(
        "release propose DIR/tempe.json --agreement {agreement} --purpose incident-response --hide description --by Ana --dir \
         DIR/harbour"
    );
    let proposal = fact(&act(cast, story, &propose)?, "proposal")?;
    let outcome = act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"));
    story.refusal("it is to be published before anybody has approved it", outcome);
    let outcome = act(cast, story, &format!("release approve {proposal} --by \" ANA\" --dir DIR/harbour --yes"));
    story.refusal("Ana wants to approve it herself, under another spelling", outcome);
    act(cast, story, &format!("release approve {proposal} --by Bo --dir DIR/harbour --yes"))?;
    act(cast, story, "label put DIR/tempe.json --place severity --tlp amber --dir DIR/harbour")?;
    let outcome = act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"));
    story.refusal("a label has changed since Bo approved, and it is to be published all the same", outcome);
    let outcome = act(cast, story, &format!("release approve {proposal} --by Cy --dir DIR/harbour --yes"));
    story.refusal("what is no longer as it was proposed is to be approved once more", outcome);
    let proposal = fact(&act(cast, story, &propose)?, "proposal")?;
    act(cast, story, &format!("release approve {proposal} --by Bo --dir DIR/harbour --yes"))?;
    story.page(&cast.harbour, "/releases");
    Ok(proposal)
}

fn publish(cast: &Cast, story: &mut Story<'_>, agreement: &str, proposal: &str) -> Done {
    story.chapter("It is published: into the feed of this agreement, and nothing beside it");
    let published = act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"));
    story.claim("proposed and approved anew, as it is now, it goes", published.is_ok());
    let feed = Feed::open(cast, agreement)?;
    let read = verify(cast, feed.body()).map_err(Failure::refused)?;
    story.claim(
        "what 北岭 fetches verifies under Harbour's keys",
        read.content().issuer() == cast.harbour.history().party(),
    );
    story.claim("it shows what the agreement is for", holds_text(&read, FOR_HILLS));
    let withheld = NEVER.iter().chain([&FOR_BRUMEVAL]);
    let is_silent = withheld.clone().all(|words| !holds_text(&read, words) && !feed.holds(words));
    story.claim("the withheld words are nowhere in what is fetched, nor in any file of the feed", is_silent);
    let again = act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"));
    story.refusal("the same proposal is published twice", again);
    Ok(())
}

fn other_fields(cast: &Cast, story: &mut Story<'_>, agreement: &str) -> Done {
    story.chapter("The same record, other fields, to another partner");
    let propose = format!(
        "release propose DIR/tempe.json --agreement {agreement} --purpose safety-research --hide description --by Ana --dir \
         DIR/harbour"
    );
    let proposal = fact(&act(cast, story, &propose)?, "proposal")?;
    act(cast, story, &format!("release publish {proposal} --dir DIR/harbour"))?;
    let feed = Feed::open(cast, agreement)?;
    let read = verify(cast, feed.body()).map_err(Failure::refused)?;
    let whole = std::fs::read_to_string(cast.dir.join("tempe.json")).map_err(Failure::environment)?;
    let whole = verify(cast, &whole).map_err(Failure::refused)?;
    story.claim("it is the same record, under the same signature", read.digest() == whole.digest());
    story.claim(
        "the whole record holds every word that was withheld",
        NEVER.iter().all(|words| holds_text(&whole, words)),
    );
    story.claim("Brumeval reads the exact time, which 北岭 does not", holds_text(&read, FOR_BRUMEVAL));
    let withheld = NEVER.iter().chain([&FOR_HILLS]);
    let is_silent = withheld.clone().all(|words| !holds_text(&read, words) && !feed.holds(words));
    story.claim("what it may not read is nowhere in its feed", is_silent);
    Ok(())
}

fn receipt(cast: &Cast, story: &mut Story<'_>, agreement: &str) -> Done {
    story.chapter("Later somebody asks why this went");
    let feed = Feed::open(cast, agreement)?;
    let receipt = feed.receipt()?;
    story.page(&cast.harbour, "/releases");
    story.say(&format!("   the entry that 北岭 has names the private receipt {receipt}"));
    let explained = act(cast, story, &format!("release explain {receipt} --dir DIR/harbour"));
    let replays = explained.is_ok_and(|answer| told(&answer).get("replays") == Some(&Json::Bool(true)));
    story.claim("decided again from its receipt, the release comes out the same, octet for octet", replays);
    act(cast, story, "floor off red --reason \"a drill\" --by Kim --dir DIR/harbour --yes")?;
    let explained = act(cast, story, &format!("release explain {receipt} --dir DIR/harbour"));
    let replays = explained.is_ok_and(|answer| told(&answer).get("replays") == Some(&Json::Bool(true)));
    story.claim(
        "also after an administrator has switched a floor off: it is decided under the floors of its day",
        replays,
    );
    act(cast, story, "floor on red --reason \"the drill is over\" --by Kim --dir DIR/harbour --yes")?;
    Ok(())
}

fn recall(cast: &Cast, story: &mut Story<'_>, agreement: &str, proposal: &str) -> Done {
    story.chapter("The release is recalled");
    act(cast, story, &format!("release recall {proposal} --reason error --by Ana --dir DIR/harbour --yes"))?;
    let feed = Feed::open(cast, agreement)?;
    story.claim(
        "the feed says so in an entry of its own, and keeps the entry before it",
        feed.kinds() == ["release", "recall"],
    );
    let list = act(cast, story, "release list --dir DIR/harbour")?;
    story.claim("the list of releases says so too", list.contains("\"recalled\"") && list.contains("\"released\""));
    let checked = act(cast, story, "verify DIR/harbour --keys DIR/harbour/profile.json");
    story.claim("every octet of the node still checks, feeds included", checked.is_ok());
    Ok(())
}

/// What `release what-if` told, agreement by agreement.
fn answers(answer: &str) -> Vec<Map> {
    let answer = told(answer);
    let rows = answer.get("agreements").and_then(Json::as_array).unwrap_or_default();
    rows.iter().filter_map(|row| row.as_object()?.get("best")?.as_object().cloned()).collect()
}

fn verdict(best: &Map) -> &str {
    best.text("verdict").unwrap_or_default()
}

fn permit(best: &Map) -> Option<&Map> {
    best.get("permit").and_then(Json::as_object)
}

fn list<'m>(map: &'m Map, name: &str) -> Vec<&'m str> {
    map.get(name).and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str).collect()
}

/// Whether a place is this property, or an element of it.
fn is_of(place: &str, property: &str) -> bool {
    place.ends_with(property) || place.contains(&format!("{property}/"))
}

/// The codes for which a place stays.
fn codes<'m>(permit: &'m Map, place: &str) -> Vec<&'m str> {
    let dropped = permit.get("dropped").and_then(Json::as_array).unwrap_or_default();
    let rows = dropped.iter().filter_map(Json::as_object);
    rows.filter(|row| row.text("place").is_some_and(|at| at.ends_with(place)))
        .flat_map(|row| list(row, "reasons"))
        .collect()
}

/// A reason in the words of the answer.
fn reason(best: &Map, code: &str) -> Option<String> {
    let reasons = best.get("reasons").and_then(Json::as_array)?;
    let found = reasons.iter().filter_map(Json::as_object).find(|one| one.text("code") == Some(code));
    found?.text("why").map(str::to_owned)
}
