//! `detente incident translate`: texts of an incident of ours in another language, as a record beside it.

use std::collections::BTreeMap;

use incident::{TRANSLATION_TYPE, Text, Translation, Version};
use record::digest::RecordDigest;
use record::stix::StixObject;

use super::{Desk, fresh_id, made_nothing};
use crate::arguments::IncidentTranslateArguments;
use crate::cases::{Case, Cases, Found};
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &IncidentTranslateArguments, report: &mut Report) -> Done {
    let texts = texts(arguments)?;
    let desk = Desk::open(&arguments.node)?;
    let case = desk.cases().named(&arguments.incident)?;
    let version = version(&desk, &case, &arguments.incident)?;
    check_said(version, &texts)?;
    let modified = version.incident.object().text("modified").map(str::to_owned);
    let (language, translator) = (arguments.language.clone(), arguments.translator.clone());
    let translation =
        Translation::new((case.id.clone(), modified), language, texts, translator).map_err(Failure::input)?;
    report.fact("incident", case.id.as_str());
    report.fact("version", version.digest.to_string());
    report.fact("language", translation.language.as_str());
    for (name, text) in &translation.texts {
        report.line(format!("  {}: {text}", name.name()));
    }
    if let Some(found) = stands(&desk, &translation)? {
        report.fact("record_digest", found.record.digest().to_string());
        made_nothing("This party says so already.", report);
        return Ok(());
    }
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let object = translation.to_map(&fresh_id(TRANSLATION_TYPE)?, clock::now());
    let record = desk.node.sign(StixObject::from_map(object).map_err(Failure::environment)?)?;
    desk.log(&record, report)
}

/// What was given in the other language.
fn texts(arguments: &IncidentTranslateArguments) -> Done<BTreeMap<Text, String>> {
    let flags = [
        (Text::Name, &arguments.title),
        (Text::Description, &arguments.description),
        (Text::AiInvolvement, &arguments.involvement),
    ];
    let mut texts: BTreeMap<_, _> = flags.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))).collect();
    for said in &arguments.set {
        let (name, text) = said.split_once('=').ok_or_else(|| {
            Failure::arguments(format!("`{said}` is not PROPERTY=TEXT")).advise("such as: --set cause=\"...\"")
        })?;
        let name: Text = name.parse().map_err(|_| {
            let names: Vec<_> = Text::ALL.iter().map(|name| name.name()).collect();
            Failure::arguments(format!("`{name}` is no text of an incident"))
                .advise(format!("the texts are: {}", names.join(", ")))
        })?;
        if texts.insert(name, text.to_owned()).is_some() {
            return Err(Failure::arguments(format!("`{}` is given twice", name.name())));
        }
    }
    if texts.is_empty() {
        return Err(Failure::arguments("nothing is translated").advise("give --title, --description or --set"));
    }
    Ok(texts)
}

/// The version of ours that is translated: the one that was named, or the newest. Only what stands in our own log has labels here that
/// a translation inherits.
fn version<'c>(desk: &Desk, case: &'c Case, named: &str) -> Done<&'c Version> {
    let own = desk.own();
    let named = named.parse::<RecordDigest>().ok().and_then(|digest| case.chain.get(digest));
    let newest = || case.chain.newest_of(own).max_by_key(|version| crate::cases::modified(version));
    named.or_else(newest).filter(|version| version.author == own).ok_or_else(|| {
        Failure::refused(format!("incident {} is not ours, and what it says is not ours to pass on", case.id))
            .advise("write down your own account with `detente incident new`, in the language that you need")
    })
}

/// A translation of what the version does not say would be a statement of its own.
fn check_said(version: &Version, texts: &BTreeMap<Text, String>) -> Done {
    let facts = version.incident.facts();
    match texts.keys().find(|name| facts.text(**name).is_none()) {
        None => Ok(()),
        Some(name) => Err(Failure::input(format!("the version has no `{}` to be translated", name.name()))
            .advise("say it first with `detente incident edit`")),
    }
}

/// The record in which this party says the same.
fn stands(desk: &Desk, translation: &Translation) -> Done<Option<Found>> {
    let all = of(&desk.cases(), &translation.of)?;
    let is_it =
        |(found, said): &(Found, Translation)| found.record.content().issuer() == desk.own() && said == translation;
    Ok(all.into_iter().find(is_it).map(|(found, _)| found))
}

/// The translations of an incident that are here, by any party.
pub(in crate::command) fn of(cases: &Cases<'_>, id: &record::stix::StixId) -> Done<Vec<(Found, Translation)>> {
    let (found, _is_cut) = cases.naming(id.as_str(), TRANSLATION_TYPE)?;
    let read = |found: Found| {
        let said = Translation::of_object(found.record.content().object());
        said.into_iter().filter(|said| said.of == *id).map(|said| (found.clone(), said)).collect::<Vec<_>>()
    };
    Ok(found.into_iter().flat_map(read).collect())
}
