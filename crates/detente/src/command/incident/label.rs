//! `detente incident label`: one annotator's labels, in the words of one version of one taxonomy.

use std::collections::BTreeSet;

use incident::labels::{Annotator, CLASSIFICATION_TYPE, Classification, ClassificationStatement, Pinned, RaterName};
use incident::taxonomy::Taxonomy;
use record::digest::RecordDigest;
use record::json::Json;

use super::{Desk, fresh_id, made_nothing, words, wrong};
use crate::arguments::{AnnotatorKind, IncidentLabelArguments};
use crate::cases::Case;
use crate::clock;
use crate::home::read_input;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &IncidentLabelArguments, report: &mut Report) -> Done {
    let taxonomy = taxonomy(arguments)?;
    let desk = Desk::open(&arguments.why.node)?;
    let case = desk.cases().named(&arguments.incident)?;
    report.fact("incident", case.id.as_str());
    report.fact("taxonomy", format!("{} {}", taxonomy.name, taxonomy.version));
    if arguments.undo {
        return undo(&desk, &case, &taxonomy, arguments, report);
    }
    let says = classification(&desk, &case, &taxonomy, arguments)?;
    for (field, values) in &says.values {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        report.line(format!("  {field}: {}", values.join(" + ")));
    }
    if stands(&desk, &case, &says)? {
        made_nothing("This annotator says so already.", report);
        return Ok(());
    }
    sign(&desk, Some(&says), &BTreeSet::new(), arguments, report)
}

fn taxonomy(arguments: &IncidentLabelArguments) -> Done<Taxonomy> {
    let read = match &arguments.taxonomy {
        None => Taxonomy::neutral(),
        Some(path) => Taxonomy::read(&read_input(path)?),
    };
    read.map_err(|error| Failure::input(error).advise("a taxonomy file has the form of those in data/taxonomies"))
}

fn annotator(arguments: &IncidentLabelArguments) -> Done<Annotator> {
    if let Some(acting) = incident::acting(&arguments.by).into_iter().next() {
        return Err(Failure::input(format!("`by` {acting}")));
    }
    let name = arguments.by.clone();
    Ok(match arguments.annotator {
        AnnotatorKind::Person => Annotator::Person(name),
        AnnotatorKind::Party => Annotator::Party(name),
        AnnotatorKind::Program => {
            Annotator::Program { name, version: arguments.program_version.clone().unwrap_or_default() }
        }
    })
}

fn classification(
    desk: &Desk,
    case: &Case,
    taxonomy: &Taxonomy,
    arguments: &IncidentLabelArguments,
) -> Done<Classification> {
    let mut says = Classification::new(case.id.clone(), read(desk, case, arguments)?, annotator(arguments)?, taxonomy)
        .map_err(wrong)?;
    for text in &arguments.values {
        let (field, value) = text
            .split_once('=')
            .ok_or_else(|| Failure::arguments(format!("`{text}` is not FIELD=VALUE")).advise(offer(taxonomy, "")))?;
        says = says
            .with_value(taxonomy, field, value)
            .map_err(|error| Failure::input(error).advise(offer(taxonomy, field)))?;
    }
    says.confidence = arguments.confidence;
    says.reason.clone_from(&arguments.why.reason);
    Ok(says)
}

/// The fields of a taxonomy, or the values of one of them.
fn offer(taxonomy: &Taxonomy, field: &str) -> String {
    match taxonomy.fields.iter().find(|one| one.code == field) {
        Some(field) => {
            let codes: Vec<_> = field.values.iter().map(|value| value.code.as_str()).collect();
            format!("the values of `{}` are: {}", field.code, codes.join(", "))
        }
        None => {
            let codes: Vec<_> = taxonomy.fields.iter().map(|field| field.code.as_str()).collect();
            format!("its fields are: {}", codes.join(", "))
        }
    }
}

/// The version that the annotator read: the one that was named, or the newest.
fn read(desk: &Desk, case: &Case, arguments: &IncidentLabelArguments) -> Done<RecordDigest> {
    let named = arguments.incident.parse::<RecordDigest>().ok().filter(|digest| case.chain.get(*digest).is_some());
    let newest = || case.newest(desk.own()).map(|version| version.digest);
    named.or_else(newest).ok_or_else(|| Failure::refused("no version of it can be read here"))
}

/// Whether the same annotator says the same of the same record, and it holds.
fn stands(desk: &Desk, case: &Case, says: &Classification) -> Done<bool> {
    let labels = desk.cases().labels(&case.id)?;
    Ok(labels.said.in_force().any(|one| one.author == desk.own() && one.says.as_ref() == Some(says)))
}

fn undo(
    desk: &Desk,
    case: &Case,
    taxonomy: &Taxonomy,
    arguments: &IncidentLabelArguments,
    report: &mut Report,
) -> Done {
    let (who, pinned) = (annotator(arguments)?, Pinned::of(taxonomy));
    let labels = desk.cases().labels(&case.id)?;
    let is_it = |says: &Classification| says.pinned == pinned && says.annotator.as_ref() == Some(&who);
    let ours = labels.said.in_force().filter(|one| one.author == desk.own() && one.says.as_ref().is_some_and(is_it));
    let ours: BTreeSet<_> = ours.map(|one| one.digest).collect();
    if ours.is_empty() {
        made_nothing("This annotator says nothing of it in these words.", report);
        return Ok(());
    }
    report.fact("takes_back", Json::Array(ours.iter().map(|digest| Json::text(digest.to_string())).collect()));
    sign(desk, None, &ours, arguments, report)
}

fn sign(
    desk: &Desk,
    says: Option<&Classification>,
    takes_back: &BTreeSet<RecordDigest>,
    arguments: &IncidentLabelArguments,
    report: &mut Report,
) -> Done {
    let (id, reason) = (fresh_id(CLASSIFICATION_TYPE)?, &arguments.why.reason);
    let object = ClassificationStatement::to_object(&id, clock::now(), says, takes_back, reason).map_err(wrong)?;
    if arguments.why.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let record = desk.node.sign(object)?;
    desk.log(&record, report)
}

/// Whom a label names, in words.
pub(super) fn rater(name: &RaterName) -> String {
    match name {
        RaterName::Known(Annotator::Person(name) | Annotator::Party(name)) => words::cut(name),
        RaterName::Known(Annotator::Program { name, version }) => words::cut(&format!("program {name} {version}")),
        RaterName::Withheld(_) => "an annotator whose name is withheld".to_owned(),
    }
}
