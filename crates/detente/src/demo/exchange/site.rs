//! Chapter: a partner's program reads what was released to it by TAXII, from the site of a running node.

use record::json::{Json, Map};

use super::FOR_HILLS;
use crate::demo::cast::Cast;
use crate::demo::nodes::Running;
use crate::demo::steps::{act, fact, told};
use crate::demo::story::Story;
use crate::home::{Readers, write_whole};
use crate::outcome::{Done, Failure};

/// What Brumeval's clause shows and 北岭's does not: the minute.
const FOR_BRUMEVAL: &str = "2018-03-19T04:58";

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, harbour: &Running) -> Done {
    story.chapter("Each partner's program reads by TAXII what was released to its party, and nothing else");
    let mut shown = Vec::new();
    for name in ["hills", "brumeval"] {
        let made = "--right read-feeds --days 7 --by Kim --yes --dir DIR/harbour";
        let token = fact(&act(cast, story, &format!("token make {name} desk {made}"))?, "secret")?;
        write_whole(&cast.dir.join(format!("{name}-token")), &token, Readers::Owner)?;
        let (site, fingerprint) = (cast.harbour.site(), &harbour.fingerprint);
        let known = format!("--token-file DIR/{name}-token --fingerprint {fingerprint} --dir DIR/{name}");
        act(cast, story, &format!("taxii add harbour https://{site}/taxii2/ {known}"))?;
        act(cast, story, &format!("taxii pull harbour --dir DIR/{name}"))?;
        let listed = told(&act(cast, story, &format!("taxii show harbour --dir DIR/{name}"))?);
        let objects = listed.get("objects").and_then(Json::as_array).unwrap_or_default();
        let id = objects
            .iter()
            .filter_map(Json::as_object)
            .find_map(incident)
            .ok_or_else(|| Failure::environment(format!("no incident lies in the quarantine of {name}")))?;
        shown.push(act(cast, story, &format!("taxii show harbour --id {id} --dir DIR/{name}"))?);
    }
    let (hills, brumeval) = (shown.first().cloned().unwrap_or_default(), shown.get(1).cloned().unwrap_or_default());
    let is_void = hills.contains("revoked") && !hills.contains(FOR_BRUMEVAL) && !hills.contains(FOR_HILLS);
    story.claim("北岭's program is told that what was recalled is void, and nothing that it said", is_void);
    let has_its_own = brumeval.contains(FOR_BRUMEVAL) && !brumeval.contains(FOR_HILLS);
    story.claim("Brumeval's program has what its clause shows, and nothing else", has_its_own);
    story.page(&cast.harbour, "/releases");
    let checked = act(cast, story, "account requests --dir DIR/harbour");
    story.claim("each request is a line at Harbour, and the lines are those that were logged", checked.is_ok());
    Ok(())
}

fn incident(row: &Map) -> Option<String> {
    row.text("id").filter(|id| id.starts_with("incident--")).map(str::to_owned)
}
