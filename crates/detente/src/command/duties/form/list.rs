//! `detente duties form list`: the forms, and which of them fit a stage.

use duties::form::{self, Field, Form, Origin, StagePattern};
use duties::{Both, Language};
use record::json::{Json, Map};

use super::super::{either, language};
use super::draft::faulty_form;
use crate::arguments::FormListArguments;
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules;

pub(super) fn run(arguments: &FormListArguments, report: &mut Report) -> Done {
    let language = language(arguments.language);
    let forms = match &arguments.stage {
        Some(stage) => fitting(stage)?,
        None => form::names().map(form::shipped).collect::<Result<_, _>>().map_err(|faults| faulty_form(&faults))?,
    };
    for form in &forms {
        say(form, arguments.fields, language, report);
    }
    report.data("forms", Json::Array(forms.iter().map(|form| Json::from(form_map(form, arguments.fields))).collect()));
    Ok(())
}

/// The forms for a stage. What the shipped packs name for it stands first; a stage of another pack is fitted by its path alone.
fn fitting(stage: &str) -> Done<Vec<Form>> {
    let (duty, id) = stage.rsplit_once('/').filter(|(duty, _)| duty.split('/').count() == 2).ok_or_else(|| {
        Failure::arguments(format!("`{stage}` names no stage"))
            .advise("a stage is PACK/DUTY/STAGE; `duties show PACK` has them")
    })?;
    let packs = rules::packs(&[], clock::now())?;
    let known = packs.duty(duty).and_then(|(_, duty)| duty.stage(id));
    form::fitting(stage, known.and_then(|stage| stage.form.as_deref())).map_err(|faults| faulty_form(&faults))
}

fn say(form: &Form, with_fields: bool, language: Language, report: &Report) {
    let stages: Vec<String> = form.stages.iter().map(StagePattern::to_string).collect();
    report.line(format!("\n{}  {}  {}", form.id, form.version, form.title.get(language)));
    report.line(format!("    {}", form.about.get(language)));
    report.line(format!("    {} {}", either(language, ["made for:", "适用于："]), stages.join(", ")));
    for section in form.sections.iter().filter(|_| with_fields) {
        report.line(format!("    {}", section.label.get(language)));
        section.fields.iter().for_each(|field| report.line(line_of(field, language)));
    }
}

fn line_of(field: &Field, language: Language) -> String {
    let from: Vec<String> = field.from.iter().map(Origin::name).collect();
    format!("      {:<20} {}  [{}; {}]", field.id, field.label.get(language), field.wanted, from.join(", "))
}

fn form_map(form: &Form, with_fields: bool) -> Map {
    let map = Map::new()
        .with("form", form.id.as_str())
        .with("version", form.version.as_str())
        .with("title", form.title.to_json())
        .with("about", form.about.to_json())
        .with("for", patterns(&form.stages))
        .with("last", patterns(&form.last));
    if !with_fields {
        return map;
    }
    map.with("fields", Json::Array(form.fields().map(|field| Json::from(field_map(field))).collect()))
}

fn field_map(field: &Field) -> Map {
    let choice = |(code, label): &(String, Both)| {
        Json::from(Map::new().with("code", code.as_str()).with("label", label.to_json()))
    };
    Map::new()
        .with("field", field.id.as_str())
        .with("label", field.label.to_json())
        .with("from", Json::Array(field.from.iter().map(|origin| Json::text(origin.name())).collect()))
        .with("wanted", field.wanted.name())
        .with("stages", patterns(&field.stages))
        .with("choices", Json::Array(field.choices.iter().map(choice).collect()))
}

fn patterns(patterns: &[StagePattern]) -> Json {
    Json::Array(patterns.iter().map(|pattern| Json::text(pattern.to_string())).collect())
}
