//! `detente signal new`.

use matching::signal::{Combining, Disclosure, ExactKey, NewSignal, SignalKind, SimilarityKey};
use record::time::Timestamp;
use text::NormaliserVersion;

use super::{about, built, signed};
use crate::arguments::{NewKind, Shows, SignalNewArguments, Together};
use crate::clock;
use crate::command::incident::{Desk, made_nothing};
use crate::command::scan::{key_of, read};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::{CommonKey, fingerprint};

/// The normaliser of new signals.
pub(super) const VERSION: NormaliserVersion = NormaliserVersion::V1;

pub(super) fn run(arguments: &SignalNewArguments, report: &mut Report) -> Done {
    let new = about(new(arguments, clock::now())?, &arguments.about);
    let signal = built(new)?;
    report.fact("signal", signal.id.as_str());
    report.fact("kind", signal.kind.name());
    report.fact("disclosure", signal.disclosure.name());
    if let Some(key) = &signal.exact {
        report.fact("exact_key", key.to_string());
    }
    if let matching::signal::Target::Rule { rule: Err(aside), .. } = &signal.target {
        return Err(Failure::input(aside));
    }
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let desk = Desk::open(&arguments.node)?;
    let record = signed(&desk, &arguments.title, std::slice::from_ref(&signal))?;
    desk.log(&record, report)
}

fn new(arguments: &SignalNewArguments, now: Timestamp) -> Done<NewSignal> {
    if let Some(path) = &arguments.text {
        let octets = read(path)?;
        let text = std::str::from_utf8(&octets).map_err(|_| Failure::input("the text is not UTF-8"))?;
        return Ok(NewSignal::text(text_kind(arguments.kind)?, disclosure(arguments.shows), text, VERSION, now));
    }
    if let Some(word) = &arguments.keyword {
        return Ok(NewSignal::keyword(word, VERSION, now));
    }
    if let (Some(name), Some(ecosystem)) = (&arguments.package, &arguments.ecosystem) {
        return Ok(NewSignal::package(name, ecosystem, now));
    }
    if let Some(path) = &arguments.image {
        let octets = read(path)?;
        let similarity = SimilarityKey::Pdq(fingerprint(&octets)?.hash);
        return Ok(NewSignal::keys(SignalKind::Image, &ExactKey::of_octets(&octets), Some(&similarity), now));
    }
    if let Some(path) = &arguments.file {
        return file(arguments, &key_of(path)?, now);
    }
    if let (Some(path), Some(kind), Some(key), Some(id)) =
        (&arguments.value, arguments.value_kind, &arguments.key, &arguments.key_id)
    {
        let octets = read(path)?;
        let text = std::str::from_utf8(&octets).map_err(|_| Failure::input("the value is not UTF-8"))?;
        let key = CommonKey::read(key, id)?.of(kind, text.lines().next().unwrap_or_default())?;
        return Ok(NewSignal::keys(kind.signal_kind(), &key, None, now));
    }
    let patterns: Vec<&str> = arguments.patterns.iter().map(String::as_str).collect();
    let combine = match arguments.combine {
        Together::Any => Combining::Any,
        Together::All => Combining::All,
    };
    Ok(NewSignal::rule(combine, &patterns, now))
}

fn file(arguments: &SignalNewArguments, key: &ExactKey, now: Timestamp) -> Done<NewSignal> {
    let new = NewSignal::keys(file_kind(arguments.kind)?, key, None, now);
    let Some(whole) = &arguments.part_of else { return Ok(new) };
    let whole: ExactKey = whole.parse().map_err(Failure::arguments)?;
    Ok(new.with("part_of", whole.to_string()))
}

pub(super) const fn disclosure(shows: Shows) -> Disclosure {
    match shows {
        Shows::Open => Disclosure::Open,
        Shows::Digest => Disclosure::Digest,
    }
}

fn text_kind(kind: Option<NewKind>) -> Done<SignalKind> {
    match kind {
        None | Some(NewKind::Prompt) => Ok(SignalKind::Prompt),
        Some(NewKind::PromptFamily) => Ok(SignalKind::PromptFamily),
        Some(NewKind::Disinformation) => Ok(SignalKind::DisinformationText),
        Some(NewKind::Tool) => Ok(SignalKind::Tool),
        Some(NewKind::ModelFile | NewKind::ModelShard | NewKind::DataSetFile | NewKind::DataSetShard) => {
            Err(Failure::arguments("that is a kind of file: give it with --file"))
        }
    }
}

fn file_kind(kind: Option<NewKind>) -> Done<SignalKind> {
    match kind {
        None | Some(NewKind::ModelFile) => Ok(SignalKind::ModelFile),
        Some(NewKind::ModelShard) => Ok(SignalKind::ModelShard),
        Some(NewKind::DataSetFile) => Ok(SignalKind::DataSetFile),
        Some(NewKind::DataSetShard) => Ok(SignalKind::DataSetShard),
        Some(NewKind::Prompt | NewKind::PromptFamily | NewKind::Disinformation | NewKind::Tool) => {
            Err(Failure::arguments("that is a kind of text: give it with --text"))
        }
    }
}
