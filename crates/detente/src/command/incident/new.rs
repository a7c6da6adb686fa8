//! `detente incident new`: a first report.

use incident::{Incident, Stage, Wish, criteria, difference};
use record::Draft;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixObject;
use record::time::Timestamp;

use super::typed::{self, Typed};
use super::{Desk, fresh_id, made_nothing, wrong};
use crate::arguments::IncidentNewArguments;
use crate::clock;
use crate::command::record::show::print_value;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// What tells a version from another and says nothing of the incident.
const BOOKKEEPING: [&str; 4] = ["id", "created", "modified", "created_by_ref"];

pub(super) fn run(arguments: &IncidentNewArguments, report: &mut Report) -> Done {
    // The whole report is read before the keys are: a typing error asks for no passphrase.
    let (base, wishes) = typed(arguments)?;
    let desk = Desk::open(&arguments.node)?;
    let incident = incident(base, &wishes, desk.own(), clock::now())?;
    if let Some(before) = said_before(&desk, &incident)?.filter(|_| !arguments.again) {
        report.fact("incident", before.object().text("id").unwrap_or_default());
        made_nothing("This party has said the same already; --again makes another report of it.", report);
        return Ok(());
    }
    report.fact("incident", incident.object().text("id").unwrap_or_default());
    say_missing(&incident, report);
    if arguments.preview.preview {
        preview(&Draft::new(incident.to_object().map_err(wrong)?), report);
        return Ok(());
    }
    let record = desk.node.sign_draft(Draft::new(incident.to_object().map_err(wrong)?))?;
    desk.log(&record, report)
}

/// What the file and the flags say.
fn typed(arguments: &IncidentNewArguments) -> Done<(Map, Vec<Wish>)> {
    let file = arguments.file.as_deref().map(typed::of_file).transpose()?;
    let (base, mut wishes) = match file {
        None => (Map::new(), Vec::new()),
        Some(Typed::Object(object)) => (object, Vec::new()),
        Some(Typed::Wishes(wishes)) => (Map::new(), wishes),
    };
    wishes.extend(typed::of_flags(&arguments.facts)?);
    let sources = typed::sources(&arguments.facts);
    if !sources.is_empty() {
        wishes.push(("external_references".to_owned(), Some(Json::Array(sources))));
    }
    if base.is_empty() && wishes.is_empty() {
        return Err(Failure::arguments("nothing is said of the incident")
            .advise("say what is known, such as --title and --description, or give a file"));
    }
    Ok((base, wishes))
}

fn incident(base: Map, wishes: &[Wish], own: PartyId, now: Timestamp) -> Done<Incident> {
    check_beginning(wishes)?;
    let mut object = Map::new().with("type", "incident").with("spec_version", "2.1");
    object.set(
        "id",
        base.text("id").map_or_else(|| fresh_id("incident").map(|id| id.to_string()), |id| Ok(id.to_owned()))?,
    );
    for name in ["created", "modified"] {
        object.set(name, now.to_string());
    }
    object.set("created_by_ref", own.identity());
    for (name, value) in base {
        object.set(name, value);
    }
    let object = StixObject::from_map(object).map_err(Failure::input)?;
    let incident = Incident::of_object(&object).map_err(wrong)?.with_properties(wishes).map_err(wrong)?;
    incident.check_names().and_then(|()| incident.check_texts()).map_err(wrong)?;
    begin(incident)
}

/// A stage with which no report begins is named before what else it would need.
fn check_beginning(wishes: &[Wish]) -> Done {
    let stage = wishes.iter().rev().find(|(name, _)| name == "stage").and_then(|(_, value)| value.as_ref()?.as_str());
    let stage: Option<Stage> = stage.and_then(|text| text.parse().ok());
    stage.map_or(Ok(()), |stage| stage.after(None)).map_err(Failure::input)
}

/// A report begins somewhere: where nobody says at which stage, it is the first.
fn begin(incident: Incident) -> Done<Incident> {
    match incident.facts().stage {
        Some(stage) => {
            stage.after(None).map_err(Failure::input)?;
            Ok(incident)
        }
        None => {
            incident.with_properties(&[("stage".to_owned(), Some(Json::text(Stage::Initial.name())))]).map_err(wrong)
        }
    }
}

/// The version of an incident of ours that says the same, if there is one: an answer that was lost, or the same text typed
/// twice. An id that is here and says something else is refused.
fn said_before(desk: &Desk, incident: &Incident) -> Done<Option<Incident>> {
    let id = incident.object().text("id").unwrap_or_default().parse().map_err(Failure::input)?;
    if let Some(case) = desk.cases().case(&id)? {
        let own = case.chain.newest_of(desk.own()).map(|version| version.incident.clone());
        let same = own.into_iter().find(|known| says_the_same(known, incident));
        return same.map(Some).ok_or_else(|| {
            Failure::refused(format!("incident {id} is here already and says something else"))
                .advise(format!("make its next version: detente incident edit {id} FILE --dir DIR"))
        });
    }
    let title = incident.object().text("name").unwrap_or_default();
    let known = if title.is_empty() { Vec::new() } else { desk.cases().titled(title)? };
    let known = known.iter().filter_map(|found| Incident::of_shown(found.record.content().object()).ok());
    Ok(known.into_iter().find(|known| says_the_same(known, incident)))
}

/// Whether two say the same of what happened.
pub(super) fn says_the_same(one: &Incident, other: &Incident) -> bool {
    let counts = |place: &record::path::Path| {
        !BOOKKEEPING.iter().any(|name| place.as_str() == record::path::Path::object(name).as_str())
    };
    !difference(one, other).iter().any(|found| counts(&found.place))
}

/// Names what every report should say and this one does not. Nothing is made up for it.
pub(super) fn say_missing(incident: &Incident, report: &mut Report) {
    let missing = criteria::missing(incident);
    let rows = missing.iter().map(|one| {
        let properties = one.properties.iter().map(|name| Json::text(*name)).collect();
        Json::from(
            Map::new()
                .with("criterion", Json::count(one.number))
                .with("asks", one.asks)
                .with("properties", Json::Array(properties)),
        )
    });
    report.data("missing", Json::Array(rows.collect()));
    if missing.is_empty() {
        report.line("All 7 mandatory criteria of the OECD's framework are answered.");
        return;
    }
    report.line(format!(
        "\nMISSING, of the 7 criteria that the OECD's framework wants in every report ({}):",
        missing.len()
    ));
    for one in &missing {
        report.line(format!("  {:>2}  {:<22} {}", one.number, one.asks, one.properties.join(" or ")));
    }
    report.line("Say them when they are known: detente incident edit");
}

/// Says what would be signed.
pub(super) fn preview(draft: &Draft, report: &mut Report) {
    report.line("\nwould be signed:");
    draft.object().iter().for_each(|(name, value)| print_value(name, value, 1, report));
    let twins = draft.twins();
    if !twins.is_empty() {
        report.line("coarse twins beside it, which can be shown in place of the exact value:");
        twins.iter().for_each(|(name, value)| print_value(name, value, 1, report));
    }
    report.data("would_sign", draft.object().clone());
    report.data("twins", twins);
    made_nothing("This was a preview.", report);
}
