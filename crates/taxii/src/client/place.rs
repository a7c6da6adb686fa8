//! How far a collection was read: all that is kept of a run for the next one.

use record::json::{Json, Map};
use record::time::Timestamp;

/// How far a collection was read. It is kept together with the objects that stand before it, never ahead of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Place {
    /// Whatever was added up to here has been read.
    pub added_after: Option<Timestamp>,
    /// The latest date that was seen since.
    pub last: Option<Timestamp>,
    /// The cursor with which a run that was cut off goes on, where there is no date.
    pub next: Option<String>,
    /// Whether a whole run found nothing newer than the last date, so that nothing else will be added under it.
    pub is_settled: bool,
}

impl Place {
    /// Whether the collection was read to its end the last time.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        self.next.is_none()
    }

    /// The place for a file.
    #[must_use]
    pub fn to_map(&self) -> Map {
        let date = |date: Option<Timestamp>| date.map_or(Json::Null, |date| Json::text(date.to_string()));
        let next = self.next.as_deref().map_or(Json::Null, Json::from);
        let map = Map::new().with("added_after", date(self.added_after)).with("last", date(self.last));
        map.with("next", next).with("settled", Json::Bool(self.is_settled))
    }

    /// The place of a file; none if it is not one.
    #[must_use]
    pub fn from_map(map: &Map) -> Option<Self> {
        let text = |name: &str| {
            let value = map.get(name)?;
            if *value == Json::Null { Some(None) } else { value.as_str().map(Some) }
        };
        let date = |name: &str| text(name)?.map(str::parse).transpose().ok();
        let is_settled = *map.get("settled")? == Json::Bool(true);
        let next = text("next")?.map(str::to_owned);
        Some(Self { added_after: date("added_after")?, last: date("last")?, next, is_settled })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was_kept() {
        let date = "2026-07-01T03:10:00.123456Z".parse().ok();
        for place in
            [Place::default(), Place { added_after: date, last: date, next: Some("é\"".to_owned()), is_settled: true }]
        {
            assert_eq!(Place::from_map(&place.to_map()), Some(place));
        }
        assert_eq!(Place::from_map(&Map::new()), None);
        assert_eq!(Place::from_map(&Place::default().to_map().with("last", "soon")), None);
    }
}
