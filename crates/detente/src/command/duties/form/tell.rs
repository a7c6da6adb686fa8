//! Reports and what they lack, as lines for a person and as data.

use duties::form::{Document, DocumentField, FieldState, Unsaid};
use duties::{Dictionary, Language};
use record::json::{Json, Map};

use super::super::either;
use super::draft::Draft;
use crate::report::Report;

/// Fields that may be left out are told by this many: the rest is in the draft.
const OPTIONAL_TOLD: usize = 12;

/// What it is, and how its duty stands.
pub(super) fn head(draft: &Draft, report: &mut Report) {
    let filled = &draft.filled;
    report.fact("incident", draft.incident.as_str());
    report.fact("stage", format!("{}/{}", filled.duty, filled.stage));
    report.fact("form", filled.form.id.as_str());
    report.fact("form_version", filled.form.version.as_str());
    report.fact("language", draft.language.tag());
    report.fact("is_last", Json::Bool(filled.is_last));
    report.fact("standing", draft.standing.name());
    report.data("disputed", Json::Bool(draft.is_disputed));
    if let Some((started, due)) = draft.moments {
        report.fact("started", started.to_string());
        report.fact("due", due.to_string());
    }
    if draft.standing != duties::StandingWord::Due {
        let spoken = draft.standing.spoken(draft.is_disputed, Language::English);
        report.line(format!("THIS DUTY IS {}: file it only if you mean to all the same.", spoken.to_uppercase()));
    }
}

/// What is said, field by field.
pub(super) fn document(document: &Document, report: &Report) {
    report.line(format!("\n{}", document.title));
    for section in &document.sections {
        let mut said = section.fields.iter().filter(|field| field.state == FieldState::Said).peekable();
        if said.peek().is_some() {
            report.line(format!("\n{}", section.label));
        }
        said.for_each(|field| one(field, report));
    }
}

fn one(field: &DocumentField, report: &Report) {
    report.line(format!("  {}", field.label));
    for said in &field.said {
        let words = said.words.replace('\n', "\n    ");
        report.line(format!("    {words}  [{}]", said.from));
    }
}

/// What nothing says, with what to ask and where an answer goes.
pub(super) fn unsaid(draft: &Draft, dictionary: &Dictionary, report: &mut Report) {
    let (unsaid, language) = (draft.filled.unsaid(dictionary), draft.language);
    let of = |state: FieldState| unsaid.iter().filter(move |one| one.state == state);
    group(
        &of(FieldState::Missing).collect::<Vec<_>>(),
        ["MISSING, and has to be said:", "缺失，必填："],
        draft,
        report,
    );
    group(&of(FieldState::ToFollow).collect::<Vec<_>>(), ["may follow later:", "可后续补报："], draft, report);
    let optional: Vec<_> = of(FieldState::LeftOut).take(OPTIONAL_TOLD).collect();
    group(&optional, ["may be left out:", "可不填："], draft, report);
    if of(FieldState::Missing).next().is_none() {
        report.line(either(language, ["\nNothing that has to be said is missing.", "\n必填内容均已填写。"]));
    }
    let missing = draft.filled.missing.iter().map(Json::text).collect();
    report.data("missing", Json::Array(missing));
    report.data("unsaid", Json::Array(unsaid.iter().map(Unsaid::to_json).collect()));
}

fn group(unsaid: &[&Unsaid<'_>], words: [&str; 2], draft: &Draft, report: &Report) {
    if unsaid.is_empty() {
        return;
    }
    report.line(format!("\n{}", either(draft.language, words)));
    for one in unsaid {
        let label = one.field.label.get(draft.language);
        report.line(format!("  {:<18} {label}", one.field.id));
        // A field without a fact has its own label for a question.
        for question in one.questions.iter().filter(|question| **question != one.field.label) {
            report.line(format!("  {:<18} ? {}", "", question.get(draft.language)));
        }
        report.line(format!("  {:<18} -> {}", "", how(one, &draft.incident)));
    }
}

/// How to say it.
fn how(unsaid: &Unsaid<'_>, incident: &record::stix::StixId) -> String {
    let field = unsaid.field;
    let choices: Vec<&str> = field.choices.iter().map(|(code, _)| code.as_str()).collect();
    let written = match (field.is_written(), choices.is_empty()) {
        (false, _) => None,
        (true, true) => Some(format!("--write {}=TEXT", field.id)),
        (true, false) => Some(format!("--write {}={}", field.id, choices.join("|"))),
    };
    let names = |prefix: &str| {
        let found = field.from.iter().map(duties::form::Origin::name);
        let found: Vec<String> = found.filter_map(|name| name.strip_prefix(prefix).map(str::to_owned)).collect();
        found
    };
    let (facts, properties, answers) = (names("fact:"), names("incident:"), names("answer:"));
    let fact = (!facts.is_empty()).then(|| format!("detente duties answer {incident} {}=...", facts.join("=... | ")));
    let property = (!properties.is_empty())
        .then(|| format!("detente incident edit {incident} --set {}=...", properties.join("=... | ")));
    let answer =
        (!answers.is_empty()).then(|| format!("follows from the answer about the duty ({})", answers.join(", ")));
    let ways: Vec<String> = [written, fact, property, answer].into_iter().flatten().collect();
    ways.join("; or ")
}

/// A filing as one line of a list.
pub(super) fn row(document: &Document) -> Map {
    Map::new()
        .with("stage", document.stage_path())
        .with("form", document.form.as_str())
        .with("form_version", document.form_version.as_str())
        .with("language", document.language.tag())
        .with("filed_at", document.filled_at.to_string())
        .with("is_last", Json::Bool(document.is_last))
        .with("missing", Json::Array(document.missing().map(|field| Json::text(field.id.as_str())).collect()))
        .with("incomplete_because", document.incomplete_because.as_deref().map_or(Json::Null, Json::text))
}
