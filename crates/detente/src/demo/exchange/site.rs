//! Chapter: a partner's program reads what was released to it by TAXII, from the site of a running node.

use record::json::{Json, Map};

use super::super::cast::Cast;
use super::super::steps::{act, fact, told};
use super::super::story::Story;
use super::{FOR_HILLS, Running};
use crate::home::{Readers, write_whole};
use crate::outcome::{Done, Failure};

/// What Reed Light's clause shows and 北岭's does not: the minute.
const FOR_REEDS: &str = "2018-03-19T04:58";

/// A password for the story alone.
const PASSWORD: &str = "a password for this story alone";

/// Opens Harbour's first account, and one for each partner, before its node runs.
pub(super) fn open_accounts(cast: &Cast, story: &Story<'_>) -> Done {
    write_whole(&cast.dir.join("password"), PASSWORD, Readers::Owner)?;
    let by = "--password-file DIR/password --by Ada --yes --dir DIR/harbour";
    act(cast, story, &format!("account add ada --role administrator {by}"))?;
    for name in ["hills", "reeds"] {
        let party = crate::home::Home::open(&cast.dir.join(name))?.history()?.party();
        act(cast, story, &format!("account add {name} --role reader --partner {party} {by}"))?;
    }
    Ok(())
}

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, harbour: &Running) -> Done {
    story.chapter("Each partner's program reads by TAXII what was released to its party, and nothing else");
    let mut shown = Vec::new();
    for name in ["hills", "reeds"] {
        let made = "--right read-feeds --days 7 --by Ada --yes --dir DIR/harbour";
        let token = fact(&act(cast, story, &format!("token make {name} desk {made}"))?, "secret")?;
        write_whole(&cast.dir.join(format!("{name}-token")), &token, Readers::Owner)?;
        let (site, fingerprint) = (&harbour.site, &harbour.fingerprint);
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
    let (hills, reeds) = (shown.first().cloned().unwrap_or_default(), shown.get(1).cloned().unwrap_or_default());
    let is_void = hills.contains("revoked") && !hills.contains(FOR_REEDS) && !hills.contains(FOR_HILLS);
    story.claim("北岭's program is told that what was recalled is void, and nothing that it said", is_void);
    let has_its_own = reeds.contains(FOR_REEDS) && !reeds.contains(FOR_HILLS);
    story.claim("Reed Light's program has what its clause shows, and nothing else", has_its_own);
    let checked = act(cast, story, "account requests --dir DIR/harbour");
    story.claim("each request is a line at Harbour, and the lines are those that were logged", checked.is_ok());
    Ok(())
}

fn incident(row: &Map) -> Option<String> {
    row.text("id").filter(|id| id.starts_with("incident--")).map(str::to_owned)
}
