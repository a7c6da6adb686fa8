//! `detente duties answer` and `profile`: facts that are kept, and what they change.

use std::sync::Arc;

use duties::clock::Setting;
use duties::kept::{FACTS_TYPE, Folded, KeptFacts, MAX_BY_BYTES, Subject};
use duties::{Change, Dictionary, Facts, Language, changed};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::time::Timestamp;
use record::{Record, Signed};

use super::follows::{Follows, log};
use super::{NOT_ADVICE, either, language, tell};
use crate::arguments::{DutiesAnswerArguments, DutiesProfileArguments, SaidArguments};
use crate::clock;
use crate::command::incident::{Desk, Reading, made_nothing};
use crate::duty_book::{DutyBook, Gathered, events_records, kept_id};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{RuleFile, faulty, known};

/// What stands for the record of a preview: nothing was signed.
const UNSIGNED: RecordDigest = RecordDigest::from_octets([0; 32]);

/// The facts of the file, and those that were typed, which count before it.
fn said(dictionary: &Arc<Dictionary>, arguments: &SaidArguments) -> Done<Facts> {
    let base = match &arguments.file {
        Some(path) => {
            let file = RuleFile::read(path)?;
            Facts::parse(dictionary, &file.octets).map_err(|faults| faulty(&file.name, &faults))?
        }
        None => Facts::unknown(dictionary),
    };
    Ok(base.with(&known::typed(dictionary, &arguments.facts)?))
}

fn kept(about: Subject, facts: &Facts, arguments: &SaidArguments) -> Done<KeptFacts> {
    let kept = KeptFacts::new(about, facts, &arguments.take_back);
    let kept = kept.map_err(|faults| faulty("what was answered", &faults))?;
    if kept.is_empty() {
        return Err(Failure::arguments("nothing is answered")
            .advise("type FACT=VALUE, such as harm.deaths=1; `detente duties facts` lists the facts"));
    }
    Ok(kept.with_by(by(arguments.by.as_ref())?))
}

/// Whether all of it was said before and nothing of it since taken back.
fn stands_already(kept: &KeptFacts, folded: &Folded) -> bool {
    kept.facts.iter().all(|(id, value)| value.as_ref() == folded.values.get(id).map(|(value, _)| value))
}

/// Who says so, if anybody is named: a name that a reader would not take, or that would act on him, is refused before it is signed.
pub(super) fn by(named: Option<&String>) -> Done<Option<String>> {
    let Some(name) = named else { return Ok(None) };
    if let Some(acting) = incident::acting(name).into_iter().next() {
        return Err(Failure::arguments(format!("`--by` {acting}")));
    }
    if name.trim().is_empty() || name.len() > MAX_BY_BYTES {
        return Err(Failure::arguments(format!("`--by` is empty, or longer than {MAX_BY_BYTES} octets"))
            .advise("give the name of a person or of an account"));
    }
    Ok(Some(name.clone()))
}

fn signed(desk: &Desk, kept: &KeptFacts, now: Timestamp) -> Done<Signed<Record>> {
    desk.node.sign(kept.to_object(&kept_id(FACTS_TYPE)?, now).map_err(Failure::input)?)
}

pub(super) fn answer(arguments: &DutiesAnswerArguments, report: &mut Report) -> Done {
    let (now, language) = (clock::now(), language(arguments.said.language));
    let facts = said(&crate::rules::dictionary()?, &arguments.said)?;
    let desk = Desk::open(&arguments.node)?;
    let id = desk.cases().named(&arguments.incident)?.id;
    let kept = kept(Subject::Incident(id.as_str().to_owned()), &facts, &arguments.said)?;
    let book = DutyBook::read(desk.cases(), &[], now)?;
    let mut basis = book.basis(&id)?;
    report.fact("incident", id.as_str());
    if stands_already(&kept, &basis.answered) {
        report.data("facts", kept.facts_json());
        made_nothing("It was answered so already.", report);
        return Ok(());
    }
    let before = book.gather(&basis);
    let record = if arguments.preview.preview { None } else { Some(signed(&desk, &kept, now)?) };
    let digest = record.as_ref().map_or(UNSIGNED, Signed::<Record>::digest);
    basis.answered.take(digest, &kept);
    let setting = book.setting(&basis, (digest, now));
    let changes = changes(&book, (&before, &book.gather(&basis)), now);
    report.data("facts", kept.facts_json());
    say(&changes, &setting, language, report);
    let Some(record) = record else {
        made_nothing("This was a preview.", report);
        return Ok(());
    };
    let mut records = vec![record];
    records.extend(events_records(&desk.node, &id, &setting.events, now)?);
    log(&desk, &records, report)
}

/// What is otherwise between two states of what is known.
fn changes(book: &DutyBook<'_>, (before, after): (&Gathered, &Gathered), now: Timestamp) -> Vec<Change> {
    changed(&book.packs().summaries(&before.facts, now), &book.packs().summaries(&after.facts, now))
}

/// Which duties stand otherwise, and what becomes of clocks.
pub(super) fn say(changes: &[Change], setting: &Setting, language: Language, report: &mut Report) {
    report.line(either(language, ["\nWhat changes:", "\n变化："]));
    changes.iter().for_each(|change| report.line(tell::change(change, language)));
    if changes.is_empty() {
        report.line(either(language, ["  no duty stands otherwise", "  各项义务均无变化"]));
    }
    setting.events.iter().for_each(|event| report.line(tell::event(event, language)));
    for one in &setting.unsettled {
        let facts = one.missing.join(", ");
        report.line(match language {
            Language::English => format!("  {} runs on, although the facts do not settle it: {facts}", one.stage),
            Language::Chinese => format!("  {}：事实尚不能确定，期限继续计算：{facts}", one.stage),
        });
    }
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    report.data("changes", Json::Array(changes.iter().map(tell::change_json).collect()));
    let told = setting.to_json();
    report.data("clocks", told.get("events").cloned().unwrap_or(Json::Null));
    report.data("unsettled", told.get("unsettled").cloned().unwrap_or(Json::Null));
}

pub(super) fn profile(arguments: &DutiesProfileArguments, report: &mut Report) -> Done {
    let said_now = &arguments.said;
    if said_now.facts.is_empty() && said_now.file.is_none() && said_now.take_back.is_empty() {
        return show_profile(arguments, report);
    }
    let now = clock::now();
    let facts = said(&crate::rules::dictionary()?, said_now)?;
    let desk = Desk::open(&arguments.node)?;
    let book = DutyBook::read(desk.cases(), &[], now)?;
    let kept = kept(book.party(), &facts, said_now)?;
    let (mut folded, last) = book.folded(&book.party())?;
    let (is_said, is_preview) = (stands_already(&kept, &folded), arguments.preview.preview);
    let record = if is_said || is_preview { None } else { Some(signed(&desk, &kept, now)?) };
    // What was said before and cut off before all of its clocks were set is said by that record.
    let said = record.as_ref().map(Signed::<Record>::digest).or(last.filter(|_| is_said)).unwrap_or(UNSIGNED);
    if !is_said {
        folded.take(said, &kept);
        say_profile(&book.of_profile(&folded), report);
    }
    let follows = Follows::under(&book, &folded, (said, now), report)?;
    if is_said && follows.is_empty() {
        made_nothing("It was said so already.", report);
        return Ok(());
    }
    follows.say(language(said_now.language), report);
    if is_preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let mut records: Vec<Signed<Record>> = record.into_iter().collect();
    records.extend(follows.records(&desk, now)?);
    log(&desk, &records, report)
}

fn show_profile(arguments: &DutiesProfileArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.node.dir)?;
    let book = DutyBook::read(reading.cases(), &[], clock::now())?;
    let profile = book.profile()?;
    say_profile(&profile, report);
    if profile.sources.is_empty() {
        report.line("Nothing is kept of who we are. `detente duties facts --about actor` and `--about system` list what can be.");
    }
    Ok(())
}

fn say_profile(profile: &Gathered, report: &mut Report) {
    let facts = profile.facts.to_json();
    for (id, value) in facts.as_object().into_iter().flat_map(Map::iter) {
        report.line(format!("{id:<36} {}", value.to_text()));
    }
    report.data("facts", facts);
    report.data("sources", profile.sources_json());
    say_left_out(profile, report);
}

/// Facts that were kept and do not count any more.
pub(super) fn say_left_out(gathered: &Gathered, report: &mut Report) {
    for (id, why) in &gathered.left_out {
        report.warn(&format!("`{id}` was kept and does not count: {why}; answer it again"));
    }
    let row = |(id, why): &(String, String)| Json::from(Map::new().with("fact", id.as_str()).with("why", why.as_str()));
    report.data("left_out", Json::Array(gathered.left_out.iter().map(row).collect()));
}
