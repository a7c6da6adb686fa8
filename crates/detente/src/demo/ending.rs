//! The end: what was proved, and the sites, which run until the reader has seen enough.

use record::json::{Json, Map};

use super::cast::{Cast, Player};
use super::nodes::{Nodes, Running, accounts_of};
use super::story::Story;
use crate::outcome::Done;

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, nodes: Nodes) -> Done {
    let verdict = story.table();
    story.chapter("The sites run until you press Ctrl-C: sign in, and look at the pages that the story named");
    let running = [&nodes.harbour, &nodes.hills, &nodes.brumeval, &nodes.reeds];
    let rows = cast.players().into_iter().zip(running).map(|(player, node)| site(story, player, node));
    let rows = rows.collect();
    story.say(&format!("   the password of every account, made for this run: {}", cast.password));
    story.say("   (a browser warns of a certificate that it does not know: compare it with the digests above)");
    story.say(&format!("\n   The files are in `{}`. Try the commands above on them yourself.", cast.dir.display()));
    story.data("sites", Json::Array(rows));
    story.data("password", cast.password.as_str());
    story.say_now()?;
    cast.interrupt.wait();
    story.say("\n   The nodes end.");
    drop(nodes);
    verdict
}

/// Says where a site is, and who can sign in to it.
fn site(story: &Story<'_>, player: &Player, node: &Running) -> Json {
    let accounts: Vec<_> = accounts_of(player.code).collect();
    story.say(&format!("   {}", player.name()));
    story.page(player, "/sign-in");
    story.say(&format!("   certificate, sha256: {}", node.fingerprint));
    accounts.iter().for_each(|account| story.say(&format!("      {}", account.words())));
    story.say("");
    let accounts =
        accounts.iter().map(|account| Map::new().with("name", account.name).with("role", account.role).into());
    let map = Map::new().with("party", player.code).with("url", format!("https://{}/", player.site()));
    let map = map.with("listening", node.address.as_str()).with("certificate_sha256", node.fingerprint.as_str());
    map.with("accounts", Json::Array(accounts.collect())).into()
}
