//! Chapter: what partners' tools read of the same releases, as STIX 2.1.

use record::json::Json;

use super::super::cast::Cast;
use super::super::steps::{act, told};
use super::super::story::Story;
use super::NEVER;
use crate::outcome::{Done, Failure};

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("The tools that both partners have read it as STIX 2.1: one object, two audiences");
    let listed = told(&act(cast, story, "feed list --dir DIR/harbour")?);
    let own = listed.get("own").and_then(Json::as_array).unwrap_or_default();
    let feeds: Vec<_> = own.iter().filter_map(|feed| feed.as_object()?.text("feed")).collect();
    let mut texts = Vec::new();
    for (number, feed) in feeds.iter().enumerate() {
        act(cast, story, &format!("feed collection {feed} --out DIR/objects-{number}.json --dir DIR/harbour"))?;
        let checked = act(cast, story, &format!("stix check DIR/objects-{number}.json"));
        story.claim("every object holds by the rules of STIX 2.1", checked.is_ok());
        let path = cast.dir.join(format!("objects-{number}.json"));
        texts.push(std::fs::read_to_string(path).map_err(Failure::environment)?);
    }
    let is_silent = texts.iter().all(|text| NEVER.iter().all(|words| !text.contains(words)));
    story.claim("no withheld word is in either file", is_silent);
    let differ = matches!(texts.as_slice(), [one, other] if one != other);
    story.claim("and each partner reads its own fields of it", differ);
    Ok(())
}
