//! Chapter: intake. What Harbour's desk wrote down, and what 北岭 tells of one of the same events in Chinese: the desk finds that
//! the two may be one, and a person says so.

use record::json::Map;

use super::cast::{Cast, TEMPE, id_of};
use super::steps::{act, fact, rows, told};
use super::story::Story;
use crate::outcome::Done;

/// Real incidents that Harbour's desk holds beside the one in Tempe.
const DESK: [(&str, &str); 5] = [
    ("wuhan", include_str!("../../../../data/incidents/wuhan-robotaxi-stop.json")),
    ("tongling", include_str!("../../../../data/incidents/tongling-expressway.json")),
    ("san-francisco", include_str!("../../../../data/incidents/san-francisco-blackout-robotaxis.json")),
    ("replit", include_str!("../../../../data/incidents/replit-database.json")),
    ("detroit", include_str!("../../../../data/incidents/detroit-arrest.json")),
];

/// The event in Tempe as 北岭 tells it, from sources of its own.
const TOLD_BY_HILLS: &str = include_str!("../../../../data/incidents/told-twice/tempe-test-vehicle.zh-Hans.json");

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    take_in(cast, story)?;
    find_the_twin(cast, story)
}

fn take_in(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Harbour's desk takes in incidents, and one that 北岭 tells in Chinese");
    let mut signed = String::new();
    for (name, object) in DESK {
        cast.write(&format!("{name}-object.json"), object)?;
        act(cast, story, &format!("record sign DIR/{name}-object.json --dir DIR/harbour --out DIR/{name}.json"))?;
        signed.push_str(&format!(" DIR/{name}.json"));
    }
    act(cast, story, &format!("log append{signed} --dir DIR/harbour"))?;
    cast.write("tempe-by-hills-object.json", TOLD_BY_HILLS)?;
    act(cast, story, "record sign DIR/tempe-by-hills-object.json --dir DIR/hills --out DIR/tempe-by-hills.json")?;
    act(cast, story, "log append DIR/tempe-by-hills.json --dir DIR/hills")?;
    let theirs = "log append DIR/tempe-by-hills.json --keys DIR/hills/profile.json --dir DIR/harbour";
    let relayed = act(cast, story, theirs);
    story.page(&cast.harbour, "/intake");
    story.claim("what 北岭 signed stands at Harbour under 北岭's signature, and not under Harbour's", relayed.is_ok());
    Ok(())
}

fn find_the_twin(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Told twice, in two languages: the desk finds it, a person decides");
    let (ours, theirs) = (id_of(TEMPE)?, id_of(TOLD_BY_HILLS)?);
    let found = told(&act(cast, story, &format!("incident candidates {theirs} --dir DIR/harbour"))?);
    story.page(&cast.harbour, &format!("/incidents/{theirs}"));
    let candidates = rows(&found, "candidates");
    let first = candidates.first().cloned().unwrap_or_default();
    let reasons: Vec<String> =
        rows(&first, "reasons").iter().filter_map(|one| one.text("says")).map(str::to_owned).collect();
    reasons.iter().take(4).for_each(|reason| story.say(&format!("   because of {reason}")));
    story.claim(
        "of what Harbour holds, its own English account of the same event comes first",
        candidates.len() > 1 && first.text("id") == Some(ours.as_str()),
    );
    story.claim(
        "it says why, across the languages",
        reasons.iter().any(|reason| reason.starts_with("words of one meaning")),
    );
    story.claim("nothing was joined by that", same_as(cast, story, &ours)?.is_empty());
    let merge = format!("incident merge {ours} {theirs} --reason \"same road, same minute\" --dir DIR/harbour");
    let statement = fact(&act(cast, story, &merge)?, "record_digest")?;
    story.page(&cast.harbour, &format!("/records/{statement}"));
    let joined = same_as(cast, story, &ours)?;
    story.claim("once a person has said so, the two accounts stand side by side as one case", joined == [theirs]);
    Ok(())
}

/// With which others an incident is one.
fn same_as(cast: &Cast, story: &Story<'_>, id: &str) -> Done<Vec<String>> {
    let shown: Map = told(&act(cast, story, &format!("incident show {id} --dir DIR/harbour"))?);
    let same = shown.get("same").and_then(record::json::Json::as_array).unwrap_or_default();
    Ok(same.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
}
