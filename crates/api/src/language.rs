//! The language of an answer, as `Accept-Language` asks for it (RFC 9110 section 12.5.4).

use crate::limits::MAX_LANGUAGE_RANGES;

/// A language that problems are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "whoever writes words must write them in each")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Both, in the order in which they are taken when a reader wants them alike.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag (BCP 47), for `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// The one that a reader wants most; English where nothing else is wanted more.
    ///
    /// Of the ranges that name a language, the closest one decides. A range with no weight that can be read counts fully: the
    /// language was named.
    #[must_use]
    pub fn accepted(field: Option<&str>) -> Self {
        let mut best = (Self::default(), 0, usize::MAX);
        for language in Self::ALL {
            let (thousandths, place) = language.weight(field.unwrap_or_default());
            if thousandths > best.1 || (thousandths == best.1 && thousandths > 0 && place < best.2) {
                best = (language, thousandths, place);
            }
        }
        best.0
    }

    /// How much a reader wants it, in thousandths, and where it is said.
    fn weight(self, field: &str) -> (u16, usize) {
        let ranges = field.split(',').take(MAX_LANGUAGE_RANGES).enumerate();
        let named = ranges.filter_map(|(place, range)| {
            let (closeness, thousandths) = self.range(range)?;
            Some((closeness, thousandths, place))
        });
        let closest = named.max_by_key(|(closeness, thousandths, _)| (*closeness, *thousandths));
        closest.map_or((0, usize::MAX), |(_, thousandths, place)| (thousandths, place))
    }

    /// How closely a range names it, and with which weight.
    fn range(self, range: &str) -> Option<(Closeness, u16)> {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some((self.closeness(tag)?, weight.and_then(thousandths).unwrap_or(FULL)))
    }

    fn closeness(self, tag: &str) -> Option<Closeness> {
        if tag == "*" {
            return Some(Closeness::Any);
        }
        let primary = tag.split('-').next().unwrap_or_default();
        let is_ours = match self {
            Self::English => primary.eq_ignore_ascii_case("en"),
            Self::Chinese => primary.eq_ignore_ascii_case("zh") || primary.eq_ignore_ascii_case("cmn"),
        };
        is_ours.then_some(Closeness::Language)
    }
}

/// How closely a range names a language: the closest one decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Any,
    Language,
}

/// The weight of what was named without one.
const FULL: u16 = 1000;

/// `0`, `0.5`, `0.333`, `1`, `1.000`: RFC 9110 section 12.4.2.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = matches!(whole, "0" | "1") && fraction.len() <= 3 && fraction.bytes().all(|c| c.is_ascii_digit());
    let thousandths = is_weight.then(|| format!("{whole}{fraction:0<3}").parse().ok()).flatten();
    thousandths.filter(|thousandths| *thousandths <= FULL)
}
