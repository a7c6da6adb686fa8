//! What pages about signals say in both languages: kinds, ways in which something is found, what is not looked at.

use matching::bank::{MAX_AUTHOR_STATES, MAX_AUTHOR_UNFILTERED, MAX_BANK_STATES, Method, NotRun};
use matching::disguise::Reading;
use matching::rules::{MAX_UNFILTERED, PatternError, SetAside};
use matching::signal::{Disclosure, Signal, SignalKind, Target};
use pages::{Arg, Inline, Say};

use super::super::shared::{cut, parted, word};

/// Patterns of one rule of which it is told what is wrong with them.
const MAX_PATTERNS_TOLD: usize = 4;

/// What kind of thing a signal is about.
pub(super) fn kind(kind: SignalKind) -> Say {
    word("signal-kind", kind.name())
}

/// How much of a signal is shown to whoever gets it.
pub(super) fn disclosure(disclosure: Disclosure) -> Say {
    word("signal-disclosure", disclosure.name())
}

/// What a signal is called: by what it looks for, if everybody who reads it may see that and it is short; else by what it belongs to or
/// comes from; else by the title of its record.
pub(super) fn label(signal: &Signal, title: Option<&str>) -> Say {
    let said = match &signal.target {
        Target::Keyword { written, .. } => Some(written.as_str()),
        Target::Package { name, .. } => Some(name.as_str()),
        Target::Rule { .. } => signal.provenance.source.as_deref(),
        Target::Text { .. } | Target::Keys | Target::Private | _ => None,
    };
    let said = said.or(signal.family.as_deref()).or(title);
    said.map_or(Say::Word("no-title"), |said| Say::content(cut(said)))
}

/// What it belongs to besides: its family, and the title of its record, as far as it is not called so.
pub(super) fn beside(signal: &Signal, title: Option<&str>) -> Vec<Inline> {
    let called = label(signal, title);
    let all = [signal.family.as_deref(), title].into_iter().flatten().map(|text| Say::content(cut(text)));
    parted(all.filter(|say| *say != called).map(|say| vec![Inline::Text(say)]))
}

/// How sure its author is; nothing if that is not said.
pub(super) fn confidence(confidence: Option<u8>) -> Vec<Inline> {
    confidence.map(|sure| Say::count("signals-sure", usize::from(sure)).into()).into_iter().collect()
}

fn number(count: usize) -> Arg {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn percent(share: f64) -> Arg {
    Arg::Text(format!("{:.0}", share * 100.0))
}

/// How something was found, and how near it is.
pub(super) fn method(method: &Method) -> Say {
    match method {
        Method::Exact { .. } => "signal-method-exact".into(),
        Method::Near { estimate, least, .. } => {
            Say::With("signal-method-near", vec![("alike", percent(*estimate)), ("least", percent(*least))])
        }
        Method::Aligned { agreeing, legible, illegible } => {
            let values = [("agreeing", *agreeing), ("legible", *legible), ("illegible", *illegible)];
            Say::With("signal-method-aligned", values.map(|(name, count)| (name, number(count))).to_vec())
        }
        Method::Substituted { words, of_words, letters, signs, characters } => {
            let of = [("words", *words), ("of-words", *of_words), ("characters", *characters)];
            let values = of.into_iter().chain([("letters", *letters), ("signs", *signs)]);
            Say::With("signal-method-substituted", values.map(|(name, count)| (name, number(count))).collect())
        }
        Method::SimHash { distance, radius, .. } => bits("signal-method-simhash", *distance, *radius),
        Method::LooksAlike { distance, radius, .. } => bits("signal-method-looks-alike", *distance, *radius),
        Method::Keyword { after, .. } => Say::count("signal-method-keyword", *after),
        Method::Rule { places } => Say::count("signal-method-rule", places.len()),
        Method::Name { edits: 0, .. } => "signal-method-name".into(),
        Method::Name { edits, .. } => Say::count("signal-method-name-edits", *edits),
        _ => "signal-method-other".into(),
    }
}

fn bits(key: &'static str, distance: u32, radius: u32) -> Say {
    Say::With(key, vec![("distance", Arg::Number(distance.into())), ("radius", Arg::Number(radius.into()))])
}

/// In which reading it was found; nothing where it was the text as it stands.
pub(super) fn reading(method: &Method) -> Option<Say> {
    let (Method::Exact { reading: Some(reading) }
    | Method::Near { reading, .. }
    | Method::SimHash { reading, .. }
    | Method::Keyword { reading, .. }) = method
    else {
        return None;
    };
    match reading {
        Reading::Normal => None,
        Reading::Bare => Some("signal-reading-bare".into()),
        Reading::Joined => Some("signal-reading-joined".into()),
        Reading::Letters => Some("signal-reading-letters".into()),
        Reading::LettersJoined => Some("signal-reading-letters-joined".into()),
        Reading::Han => Some("signal-reading-han".into()),
        _ => Some("signal-reading-other".into()),
    }
}

/// Why a rule is not run.
pub(super) fn not_run(why: &NotRun) -> Vec<Inline> {
    let say = match why {
        NotRun::SetAside(aside) => return set_aside(aside),
        NotRun::AuthorTooLarge => Say::count("signals-not-run-author-large", MAX_AUTHOR_STATES),
        NotRun::BankTooLarge => Say::count("signals-not-run-bank-large", MAX_BANK_STATES),
        NotRun::AuthorUnfiltered => Say::count("signals-not-run-author-unfiltered", MAX_AUTHOR_UNFILTERED),
        NotRun::BankUnfiltered => Say::count("signals-not-run-bank-unfiltered", MAX_UNFILTERED),
        other => return vec![Inline::content(other.to_string())],
    };
    vec![say.into()]
}

/// What is wrong with the patterns of a rule, each by its place.
pub(super) fn set_aside(aside: &SetAside) -> Vec<Inline> {
    let told = aside.reasons.iter().take(MAX_PATTERNS_TOLD).map(|(slot, error)| {
        let place = Say::count("signals-pattern-number", slot.saturating_add(1));
        vec![Inline::Text(place), pattern_error(error)]
    });
    parted(told)
}

fn pattern_error(error: &PatternError) -> Inline {
    let key = match error {
        PatternError::TooLong { .. } => "signals-pattern-too-long",
        PatternError::LookAround => "signals-pattern-look-around",
        PatternError::ReferenceBack => "signals-pattern-reference-back",
        PatternError::TooLarge { .. } | PatternError::RuleTooLarge | PatternError::RecordTooLarge => {
            "signals-pattern-too-large"
        }
        PatternError::MatchesEverything => "signals-pattern-everything",
        PatternError::NotAboutText { .. } => "signals-pattern-not-text",
        PatternError::Syntax { reason } => {
            return Inline::Text(Say::with("signals-pattern-syntax", "reason", reason.as_str()));
        }
        // What a newer engine says stands in its own words.
        other @ (PatternError::TooManyClasses
        | PatternError::TooManyLetters
        | PatternError::MixedBoundaries
        | PatternError::RecordUnfiltered
        | _) => return Inline::content(other.to_string()),
    };
    key.into()
}

#[cfg(test)]
mod tests {
    use api::Language;
    use matching::rules::{Combine, Rule};

    use super::*;

    fn in_both(say: &Say) -> [String; 2] {
        Language::ALL.map(|language| say.text(language))
    }

    #[test]
    fn every_kind_and_class_of_disclosure_has_words() {
        let kinds = SignalKind::ALL.iter().map(|one| ("signal-kind", one.name()));
        for (list, name) in kinds.chain(Disclosure::ALL.iter().map(|one| ("signal-disclosure", one.name()))) {
            let key = format!("{list}-{}", name.replace(' ', "-"));
            for language in Language::ALL {
                assert!(pages::keys(language).contains(key.as_str()), "{key}");
            }
        }
    }

    #[test]
    fn methods_are_told_with_their_numbers_in_both_languages() {
        let near = Method::Near { reading: Reading::Letters, estimate: 0.81, least: 0.65 };
        for text in in_both(&method(&near)) {
            assert!(text.contains("81") && text.contains("65") && !text.contains('⟨'), "{text}");
        }
        let aligned = Method::Aligned { agreeing: 40, legible: 44, illegible: 6 };
        for text in in_both(&method(&aligned)) {
            assert!(["40", "44", "6"].iter().all(|part| text.contains(part)), "{text}");
        }
        let substituted = Method::Substituted { words: 21, of_words: 23, letters: 35, signs: 47, characters: 98 };
        for text in in_both(&method(&substituted)) {
            assert!(["21", "23", "35", "47", "98"].iter().all(|part| text.contains(part)), "{text}");
        }
        assert!(in_both(&reading(&near).unwrap()).iter().all(|text| !text.contains('⟨')));
        assert_eq!(reading(&Method::Exact { reading: Some(Reading::Normal) }), None);
    }

    #[test]
    fn why_a_rule_is_not_run_is_told_pattern_by_pattern() {
        let aside = Rule::new(Combine::Any, ["(x)\\1", "(?=a)b"]).unwrap_err();
        let line = set_aside(&aside);
        let texts = line.iter().filter_map(|one| if let Inline::Text(say) = one { Some(in_both(say)) } else { None });
        let texts: Vec<_> = texts.flatten().collect();
        assert!(texts.iter().any(|text| text.contains("refers back")), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains("look-around")), "{texts:?}");
        assert!(texts.iter().all(|text| !text.contains('⟨')), "{texts:?}");
    }
}
