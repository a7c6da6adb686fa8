//! To JSON.

use record::json::{Json, Map};
use record::language::TaggedText;

use super::read::form;
use super::{Act, FORMAT, Said, SaidError};

impl Said {
    /// The content as it is signed. It is read back, so that nothing is signed which nobody would read.
    ///
    /// # Errors
    /// [`SaidError`], as [`Said::from_map`].
    pub fn to_map(&self) -> Result<Map, SaidError> {
        let seen: Map =
            self.seen.iter().map(|(party, seen)| (party.to_string(), Json::text(seen.to_string()))).collect();
        let mut map = Map::new()
            .with("format", FORMAT)
            .with("kind", self.act.kind())
            .with("sequence", count(self.sequence).ok_or(form("sequence", "is too large"))?)
            .with("time", self.time.to_string())
            .with("seen", seen);
        let links = [("thread", self.thread), ("previous", self.previous), ("answers", self.act.answers())];
        for (name, digest) in links.iter().filter_map(|(name, digest)| Some((name, digest.as_ref()?))) {
            map.set(*name, digest.to_string());
        }
        self.act.write(&mut map);
        let back = Self::from_map(&map)?;
        if back == *self { Ok(map) } else { Err(form("kind", "does not come back as it was")) }
    }
}

fn count(count: u64) -> Option<Json> {
    Json::integer(i64::try_from(count).ok()?)
}

impl Act {
    fn write(&self, map: &mut Map) {
        if let Some(text) = self.text() {
            map.set("agreement", text.clone());
        }
        if let Some(digest) = self.names() {
            map.set("agreement", digest.to_string());
        }
        if let Self::Verify { examples, .. } = self {
            map.set("examples", count(u64::from(examples.count)).unwrap_or(Json::Null));
            map.set("outcomes", examples.outcomes.to_string());
        }
        if let Some(reason) = self.reason() {
            map.set("reason", reason.to_json());
        }
    }

    const fn reason(&self) -> Option<&TaggedText> {
        if let Self::Terminate { reason, .. } | Self::Suspend { reason: Some(reason), .. } = self {
            Some(reason)
        } else {
            None
        }
    }
}
