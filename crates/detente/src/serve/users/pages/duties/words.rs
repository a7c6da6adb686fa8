//! What the pages about duties say alike.

use duties::{Both, Confidence, Dictionary, Source, Span};
use pages::{Arg, Block, Inline, Say, Tone};
use record::time::Timestamp;

/// Microseconds of the units in which time left is told.
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// From so many minutes on it is told in hours, and from so many hours on in days: two figures are read at a glance.
const MOST_MINUTES: i64 = 120;
const MOST_HOURS: i64 = 72;

/// A clock that has less than this left stands out.
const SOON: i64 = DAY;

/// Words that a pack or the dictionary has in both languages.
pub(super) fn both(words: &Both) -> Say {
    Say::Both([words.en.clone(), words.zh.clone()])
}

/// What stands once on every page that tells duties.
pub(super) fn no_advice() -> Block {
    Block::line("duties-no-advice")
}

/// What a fact is called; what the dictionary has not is a stage that was filed or not, by its name.
pub(super) fn fact_words(dictionary: &Dictionary, id: &str) -> Inline {
    dictionary.get(id).map_or_else(|| Inline::code(id), |(_, fact)| Inline::Text(both(&fact.label)))
}

/// Facts, one after another.
pub(super) fn facts_words(dictionary: &Dictionary, ids: &[&str]) -> Vec<Inline> {
    super::super::shared::parted(ids.iter().map(|id| vec![fact_words(dictionary, id)]))
}

/// Where something is written: instrument, article, how sure, when it was read, and the link.
pub(super) fn source(source: &Source) -> Vec<Inline> {
    let mut line = vec![
        Inline::Text(both(&source.instrument)),
        Inline::content(source.article.as_str()),
        confidence(source.confidence),
    ];
    line.push(Say::with("duties-read-on", "day", source.read_on.to_string()).into());
    line.extend((!source.link.is_empty()).then(|| Inline::Source(source.link.clone())));
    line
}

/// How far a source can be relied on.
pub(super) fn confidence(confidence: Confidence) -> Inline {
    let tone = match confidence {
        Confidence::Official => Tone::Good,
        Confidence::Secondary => Tone::Watch,
        Confidence::Disputed | _ => Tone::Grave,
    };
    Inline::tag(tone, Say::known("duty-confidence", confidence.name()))
}

/// How much time is left, or by how much it is late; how that is meant.
pub(super) fn left(now: Timestamp, due: Timestamp) -> (Say, Tone) {
    let micros = due.micros().saturating_sub(now.micros());
    let (tone, of) = match micros {
        ..0 => (Tone::Grave, ["duties-late-minutes", "duties-late-hours", "duties-late-days"]),
        0..SOON => (Tone::Watch, ["duties-left-minutes", "duties-left-hours", "duties-left-days"]),
        SOON.. => (Tone::Calm, ["duties-left-minutes", "duties-left-hours", "duties-left-days"]),
    };
    let length = micros.saturating_abs();
    let (minutes, hours, days) = (length / MINUTE, length / HOUR, length / DAY);
    let [in_minutes, in_hours, in_days] = of;
    let (key, count) = match (minutes, hours) {
        (..MOST_MINUTES, _) => (in_minutes, minutes),
        (_, ..MOST_HOURS) => (in_hours, hours),
        (_, _) => (in_days, days),
    };
    (Say::With(key, vec![("count", Arg::Number(count))]), tone)
}

/// A moment, and how much time is left to it.
pub(super) fn by_when(now: Timestamp, due: Span) -> Vec<Inline> {
    let (left, tone) = left(now, due.first);
    let mut line = vec![Inline::Time(due.first), Inline::tag(tone, left)];
    line.extend((!due.is_exact()).then_some(Inline::Text(Say::Word("duties-earliest-counts"))));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(micros: i64) -> (String, Tone) {
        let now = Timestamp::from_micros(1_790_000_000_000_000);
        let due = Timestamp::from_micros(now.micros() + micros);
        let (say, tone) = left(now, due);
        (say.text(api::Language::English), tone)
    }

    #[test]
    fn time_left_is_told_in_the_unit_that_is_read_at_a_glance() {
        assert_eq!(told(90 * MINUTE), ("90 minutes left".to_owned(), Tone::Watch));
        assert_eq!(told(MINUTE), ("1 minute left".to_owned(), Tone::Watch));
        assert_eq!(told(23 * HOUR), ("23 hours left".to_owned(), Tone::Watch));
        assert_eq!(told(72 * HOUR), ("3 days left".to_owned(), Tone::Calm));
        assert_eq!(told(-119 * MINUTE), ("119 minutes late".to_owned(), Tone::Grave));
        assert_eq!(told(-5 * HOUR), ("5 hours late".to_owned(), Tone::Grave));
    }

    #[test]
    fn every_confidence_has_words() {
        for confidence in Confidence::ALL {
            let Inline::Tag(_, say) = super::confidence(*confidence) else { panic!("a tag") };
            assert_ne!(say.text(api::Language::Chinese), confidence.name());
        }
    }
}
