//! `detente taxii show`: what lies in quarantine, and what the checker says of it.

use record::json::{Json, Map};

use crate::arguments::TaxiiShowArguments;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::quarantine::held::{Held, Object};
use crate::quarantine::{Quarantine, Verdict};
use crate::report::{Report, one_line};

/// Reasons that a person is shown of one object; a program is shown all that are kept.
const REASONS_MAX: usize = 3;

pub(super) fn run(arguments: &TaxiiShowArguments, report: &mut Report) -> Done {
    let cell = Quarantine::of(&Home::open(&arguments.dir)?).cell(&arguments.name)?;
    let held = Held::open(&cell)?;
    match &arguments.id {
        Some(id) => whole(&held, id, report),
        None => some(&held, arguments, report),
    }
}

fn some(held: &Held, arguments: &TaxiiShowArguments, report: &mut Report) -> Done {
    let limit = usize::from(arguments.limit);
    let after = i64::try_from(arguments.after).unwrap_or(i64::MAX);
    let objects = held.list(after, limit, arguments.bad)?;
    objects.iter().for_each(|object| say(object, arguments.bad, report));
    let counts = held.counts()?;
    report.line(format!(
        "\n{} sound, {} with findings, {} unreadable, {} taken",
        counts.sound, counts.findings, counts.unreadable, counts.taken
    ));
    if let Some(last) = objects.last().filter(|_| objects.len() == limit) {
        report.line(format!("There may be more: --after {}", last.number));
    }
    for (name, value) in super::count(Map::new(), &counts) {
        report.data(&name, value);
    }
    report.data("objects", Json::Array(objects.iter().map(|object| Json::from(to_map(object))).collect()));
    Ok(())
}

fn say(object: &Object, with_reasons: bool, report: &Report) {
    let verdict = if object.taken.is_some() { "taken" } else { object.verdict.word() };
    let id = object.id.as_deref().unwrap_or("(no id)");
    let version = object.version.as_deref().unwrap_or("-");
    report.line(format!("{:>7}  {verdict:<10}  {}  {}", object.number, one_line(&cut(id)), one_line(&cut(version))));
    if with_reasons {
        let words = object.reasons.iter().filter_map(|reason| reason.as_object()?.text("message"));
        words.take(REASONS_MAX).for_each(|words| report.line(format!("         {}", one_line(words))));
    }
}

/// An id is foreign, and may be a page long.
fn cut(text: &str) -> String {
    text.chars().take(crate::command::taxii::ID_CHARACTERS).collect()
}

fn to_map(object: &Object) -> Map {
    let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    Map::new()
        .with("number", Json::count(object.number))
        .with("id", text(&object.id))
        .with("version", text(&object.version))
        .with("verdict", object.verdict.word())
        .with("reasons", Json::Array(object.reasons.clone()))
        .with("octets", Json::count(object.length))
        .with("collection", object.collection.as_str())
        .with("address", object.address.as_str())
        .with("came", object.came.to_string())
        .with("taken", text(&object.taken))
}

/// The versions of one object, as they came.
fn whole(held: &Held, id: &str, report: &mut Report) -> Done {
    let objects = held.of_id(id)?;
    if objects.is_empty() {
        return Err(Failure::input("there is no object of this id in this quarantine")
            .advise("see what there is with: detente taxii show NAME --dir DIR"));
    }
    let mut rows = Vec::new();
    for object in &objects {
        say(object, object.verdict != Verdict::Sound, report);
        let octets = held.octets(object.number)?;
        // What is no UTF-8 is shown as far as it is.
        let text = octets.map(|octets| String::from_utf8_lossy(&octets).into_owned());
        report.line(text.as_deref().unwrap_or("(its octets are not kept here)"));
        rows.push(Json::from(to_map(object).with("text", text.map_or(Json::Null, Json::from))));
    }
    report.data("objects", Json::Array(rows));
    Ok(())
}
