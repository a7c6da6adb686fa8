//! `detente duties preview`: which duties each kind of incident would bring about.

use duties::{Answer, Facts, Language, Packs, Preview, StandingWord};
use record::json::{Json, Map};
use record::time::Timestamp;

use super::{NOT_ADVICE, either, language, tell};
use crate::arguments::DutiesPreviewArguments;
use crate::clock;
use crate::command::incident::Reading;
use crate::duty_book::DutyBook;
use crate::outcome::Done;
use crate::report::Report;
use crate::rules::{self, RuleFile, known};

pub(super) fn run(arguments: &DutiesPreviewArguments, report: &mut Report) -> Done {
    let now = clock::now();
    let (packs, facts) = known(arguments, now)?;
    let as_of = arguments.known.as_of.unwrap_or(now);
    let language = language(arguments.known.language);
    let previews = packs.preview(&facts, as_of);
    report.fact("as_of", as_of.to_string());
    report.data("facts", facts.to_json());
    for preview in &previews {
        say(preview, language, report);
    }
    report.data("kinds", Json::Array(previews.iter().map(row).collect()));
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    Ok(())
}

/// The packs that hold, and who we are under them.
fn known(arguments: &DutiesPreviewArguments, now: Timestamp) -> Done<(Packs, Facts)> {
    let Some(dir) = &arguments.dir else {
        let packs = rules::packs(&arguments.packs.packs, now)?;
        let facts = known::given(packs.dictionary(), &arguments.known)?;
        return Ok((packs, facts));
    };
    let reading = Reading::open(dir)?;
    let files = arguments.packs.packs.iter().map(|path| RuleFile::read(path)).collect::<Done<Vec<_>>>()?;
    let book = DutyBook::read(reading.cases(), &files, now)?;
    let given = known::given(book.dictionary(), &arguments.known)?;
    Ok((book.packs().clone(), book.profile()?.facts.with(&given)))
}

fn say(preview: &Preview<'_>, language: Language, report: &Report) {
    report.line(format!("\n{}  ({})", preview.kind.label.get(language), preview.kind.id));
    let mut open: Vec<&Answer<'_>> = preview.answers.iter().filter(|answer| tell::is_open(answer)).collect();
    open.sort_by_key(|answer| (tell::rank(answer), answer.duty.path.as_str()));
    for answer in &open {
        let word = answer.standing.word().spoken(!answer.disputed.is_empty(), language);
        report.line(format!("  {word:<26} {:<48} {}", answer.duty.path, answer.duty.label.get(language)));
        let missing = answer.standing.missing();
        if answer.standing.word() == StandingWord::Undetermined && !missing.is_empty() {
            report.line(format!("  {:<26} {}", "", missing.join(", ")));
        }
    }
    if open.is_empty() {
        report.line(either(language, ["  no duty of these packs", "  各规则包均无报告义务"]));
    }
}

fn row(preview: &Preview<'_>) -> Json {
    let map = Map::new().with("kind", preview.kind.id.as_str()).with("label", preview.kind.label.to_json());
    map.with("answers", Json::Array(preview.answers.iter().map(Answer::to_json).collect())).into()
}
