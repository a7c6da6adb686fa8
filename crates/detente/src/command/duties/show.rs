//! `detente duties facts`, `list` and `show`: what the rules are made of.

use std::sync::Arc;

use duties::{Duty, Fact, Language, Pack, Packs, Stage};
use record::json::{Json, Map};

use super::{NOT_ADVICE, either, language};
use crate::arguments::{DutiesFactsArguments, DutiesListArguments, DutiesShowArguments};
use crate::clock;
use crate::command::incident::Reading;
use crate::duty_book::{Adopted, DutyBook};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{self, RuleFile};

pub(super) fn facts(arguments: &DutiesFactsArguments, report: &mut Report) -> Done {
    let dictionary = rules::dictionary()?;
    let language = language(arguments.language);
    let mut rows = Vec::new();
    let wanted = |fact: &&Arc<Fact>| arguments.about.is_none_or(|about| fact.about == about);
    for fact in dictionary.facts().map(|(_, fact)| fact).filter(wanted) {
        report.line(format!("{:<36} {:<10} {}", fact.id, fact.fact_type.name(), fact.question.get(language)));
        for code in &fact.codes {
            report.line(format!("{:<36}   {:<28} {}", "", code.code, code.label.get(language)));
        }
        rows.push(Json::from(fact_map(fact)));
    }
    report.data("facts", Json::Array(rows));
    Ok(())
}

fn fact_map(fact: &Fact) -> Map {
    let code = |code: &duties::Code| {
        Json::from(Map::new().with("code", code.code.as_str()).with("label", code.label.to_json()))
    };
    Map::new()
        .with("fact", fact.id.as_str())
        .with("about", fact.about.name())
        .with("type", fact.fact_type.name())
        .with("label", fact.label.to_json())
        .with("question", fact.question.to_json())
        .with("codes", Json::Array(fact.codes.iter().map(code).collect()))
        .with("read_from", fact.read_from.as_deref().map_or(Json::Null, Json::text))
}

pub(super) fn list(arguments: &DutiesListArguments, report: &mut Report) -> Done {
    let now = clock::now();
    let (packs, adopted) = match &arguments.dir {
        None => (rules::packs(&arguments.packs.packs, now)?, Vec::new()),
        Some(dir) => {
            let reading = Reading::open(dir)?;
            let files = arguments.packs.packs.iter().map(|path| RuleFile::read(path)).collect::<Done<Vec<_>>>()?;
            let book = DutyBook::read(reading.cases(), &files, now)?;
            say_adopted(&book, report);
            (book.packs().clone(), book.adopted().to_vec())
        }
    };
    let (language, today) = (language(arguments.language), rules::today(now)?);
    for pack in packs.packs() {
        report.line(format!("\n{} {}  {}", pack.id, pack.version, pack.title.get(language)));
        if is_adopted(pack, &adopted) {
            report.line(format!(
                "    {} {}",
                either(language, ["adopted; digest", "已采用；摘要："]),
                pack.digest_text()
            ));
        }
        if today > pack.review_by {
            report.line(format!("    {}", either(language, ["PAST ITS REVIEW", "已逾复核期限"])));
        }
        report.line(format!(
            "    {} {}, {} {}",
            either(language, ["read", "阅读日期："]),
            pack.read_on,
            either(language, ["to be read again by", "复核期限："]),
            pack.review_by
        ));
        for duty in &pack.duties {
            report.line(format!("    {:<52} {}", duty.path, duty.label.get(language)));
        }
    }
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    let row = |pack: &Arc<Pack>| {
        let map = pack_map(pack).with("adopted", Json::Bool(is_adopted(pack, &adopted)));
        Json::from(map.with("past_review", Json::Bool(today > pack.review_by)))
    };
    report.data("packs", Json::Array(packs.packs().iter().map(row).collect()));
    Ok(())
}

/// Whether it is exactly the one that was adopted.
fn is_adopted(pack: &Pack, adopted: &[Adopted]) -> bool {
    adopted.iter().any(|one| one.aside.is_none() && one.kept.digest == pack.digest_text())
}

/// Which packs this party adopted, and those of them that are not used, aloud.
pub(super) fn say_adopted(book: &DutyBook<'_>, report: &mut Report) {
    for one in book.adopted() {
        if let Some(why) = &one.aside {
            report.warn(&format!("the adopted pack `{}` {} is not used: {why}", one.kept.pack, one.kept.pack_version));
        }
    }
    report.data("adopted", Json::Array(book.adopted().iter().map(|one| Json::from(one.to_json())).collect()));
}

fn pack_map(pack: &Pack) -> Map {
    let duty =
        |duty: &Duty| Json::from(Map::new().with("duty", duty.path.as_str()).with("label", duty.label.to_json()));
    Map::new()
        .with("pack", pack.id.as_str())
        .with("version", pack.version.as_str())
        .with("digest", pack.digest_text())
        .with("title", pack.title.to_json())
        .with("jurisdiction", pack.jurisdiction.as_str())
        .with("read_on", pack.read_on.to_string())
        .with("review_by", pack.review_by.to_string())
        .with("vignettes", Json::count(pack.vignettes.len() as u64))
        .with("duties", Json::Array(pack.duties.iter().map(duty).collect()))
}

pub(super) fn one(arguments: &DutiesShowArguments, report: &mut Report) -> Done {
    let packs = rules::packs(&arguments.packs.packs, clock::now())?;
    let language = language(arguments.language);
    let name = arguments.name.as_str();
    let (pack, duties) = found(&packs, name)?;
    report.fact("pack", pack.id.as_str());
    report.fact("version", pack.version.as_str());
    report.fact("digest", pack.digest_text());
    report.line(format!("{}\n{}", pack.title.get(language), pack.about.get(language)));
    for duty in &duties {
        say(duty, language, report);
    }
    report.line(either(language, ["\nSources:", "\n来源："]));
    for source in &pack.sources {
        report.line(format!("  {}  {}", source.cite(language), source.link));
    }
    report.line(format!("\n{}", either(language, NOT_ADVICE)));
    report.data("title", pack.title.to_json());
    report.data("sources", Json::Array(pack.sources.iter().map(|source| source.to_json()).collect()));
    report.data("duties", Json::Array(duties.iter().map(|duty| Json::from(duty_map(duty))).collect()));
    Ok(())
}

/// The pack of a name with all its duties, or the one duty that is named.
fn found<'p>(packs: &'p Packs, name: &str) -> Done<(&'p Pack, Vec<&'p Duty>)> {
    if let Some(pack) = packs.pack(name) {
        return Ok((pack, pack.duties.iter().collect()));
    }
    let (pack, duty) = packs.duty(name).ok_or_else(|| {
        Failure::input(format!("there is no pack and no duty `{name}`")).advise("`detente duties list` names them all")
    })?;
    Ok((pack, vec![duty]))
}

fn say(duty: &Duty, language: Language, report: &Report) {
    let line = |words: [&str; 2], value: &str| report.line(format!("    {} {value}", either(language, words)));
    report.line(format!("\n{}  {}", duty.path, duty.label.get(language)));
    line(["who:", "义务人："], duty.holder.get(language));
    line(["tells:", "报告对象："], duty.recipient.get(language));
    line(["through:", "渠道："], duty.channel.get(language));
    if let Some(penalty) = &duty.penalty {
        line(["failing it:", "违反后果："], penalty.get(language));
    }
    for stage in &duty.stages {
        report.line(format!("    {}", stage.label.get(language)));
        stage.deadlines.iter().for_each(|deadline| report.line(format!("      - {}", deadline.label.get(language))));
        stage.content.iter().for_each(|content| report.line(format!("      * {}", content.get(language))));
    }
    line(["written:", "依据："], &duty.source.cite(language));
}

fn duty_map(duty: &Duty) -> Map {
    Map::new()
        .with("duty", duty.path.as_str())
        .with("label", duty.label.to_json())
        .with("binding", duty.binding.name())
        .with("holder", duty.holder.to_json())
        .with("recipient", duty.recipient.to_json())
        .with("channel", duty.channel.to_json())
        .with("languages", Json::Array(duty.languages.iter().map(Json::text).collect()))
        .with("stages", Json::Array(duty.stages.iter().map(|stage| Json::from(stage_map(stage))).collect()))
        .with("source", duty.source.to_json())
}

fn stage_map(stage: &Stage) -> Map {
    let deadline = |one: &duties::Deadline| {
        let map = Map::new().with("deadline", one.id.as_str()).with("label", one.label.to_json());
        Json::from(map.with("source", one.source.to_json()))
    };
    Map::new()
        .with("stage", stage.id.as_str())
        .with("label", stage.label.to_json())
        .with("deadlines", Json::Array(stage.deadlines.iter().map(deadline).collect()))
        .with("content", Json::Array(stage.content.iter().map(duties::Both::to_json).collect()))
        .with("form", stage.form.as_deref().map_or(Json::Null, Json::text))
}
