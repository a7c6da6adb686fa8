//! `detente incident edit` and `stage`: the next version of an incident of ours.

use incident::{Difference, Incident, Stage, Version, Wish, difference};
use record::digest::RecordDigest;
use record::json::Json;
use record::stix::StixObject;
use record::{Draft, Record, Signed};
use storage::views::cases;

use super::new::{preview, say_missing};
use super::typed::{self, Typed};
use super::{Desk, made_nothing, words, wrong};
use crate::arguments::{IncidentEditArguments, IncidentStageArguments};
use crate::cases::{Case, modified};
use crate::duty_book::{Basis, DutyBook, events_records};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, node};

pub(super) fn run(arguments: &IncidentEditArguments, report: &mut Report) -> Done {
    let wishes = wishes(arguments)?;
    let desk = Desk::open(&arguments.node)?;
    let case = desk.cases().named(&arguments.incident)?;
    let before = before(&desk, &case, arguments.after, report)?;
    let wishes = with_sources(wishes, &before.incident, typed::sources(&arguments.facts));
    let changed = before.incident.clone().with_properties(&wishes).map_err(wrong)?;
    refuse_stage(&before.incident, &changed)?;
    if difference(&before.incident, &changed).is_empty() {
        report.fact("incident", case.id.as_str());
        made_nothing("Its newest version says this already.", report);
        return Ok(());
    }
    let next = follow(changed, report)?;
    make(&desk, &case, &before, &next, arguments.preview.preview, report)
}

pub(super) fn stage(arguments: &IncidentStageArguments, report: &mut Report) -> Done {
    let desk = Desk::open(&arguments.node)?;
    let case = desk.cases().named(&arguments.incident)?;
    let before = before(&desk, &case, None, report)?;
    let facts = before.incident.facts();
    let reason = arguments.reason.as_deref();
    if facts.stage == Some(arguments.stage) && facts.text(incident::Text::StageReason) == reason {
        report.fact("incident", case.id.as_str());
        made_nothing("It stands at that stage already.", report);
        return Ok(());
    }
    let next = before.incident.clone().at_stage(arguments.stage, reason, clock::now()).map_err(wrong)?;
    make(&desk, &case, &before, &next, arguments.preview.preview, report)
}

/// A version that can be followed: whole, and of ours.
struct Before {
    digest: RecordDigest,
    number: i64,
    incident: Incident,
}

/// What the flags and the file ask for.
fn wishes(arguments: &IncidentEditArguments) -> Done<Vec<Wish>> {
    let file = arguments.file.as_deref().map(typed::of_file).transpose()?;
    let mut wishes = match file {
        None => Vec::new(),
        Some(Typed::Wishes(wishes)) => wishes,
        Some(Typed::Object(object)) => whole(object)?,
    };
    wishes.extend(typed::of_flags(&arguments.facts)?);
    wishes.extend(arguments.unset.iter().map(|name| (name.clone(), None)));
    if wishes.is_empty() && arguments.facts.sources.is_empty() {
        return Err(Failure::arguments("nothing is to be changed").advise("name it, such as: --set deaths=0"));
    }
    Ok(wishes)
}

/// A whole object as wishes: what it does not say is taken away. Its stage is not an edit's business.
fn whole(object: record::json::Map) -> Done<Vec<Wish>> {
    let object = StixObject::from_map(object).map_err(Failure::input)?;
    let incident = Incident::of_object(&object).map_err(wrong)?;
    incident.check_names().map_err(wrong)?;
    let names = incident::property_names().chain(["external_references"]);
    let names = names.filter(|name| !["stage", "stage_reason"].contains(name));
    Ok(names.map(|name| (name.to_owned(), incident.property(name).cloned())).collect())
}

/// Supporting material is added to what is there.
fn with_sources(mut wishes: Vec<Wish>, before: &Incident, sources: Vec<Json>) -> Vec<Wish> {
    let known = before.object().get("external_references").and_then(Json::as_array).unwrap_or_default();
    let new: Vec<_> = sources.into_iter().filter(|source| !known.contains(source)).collect();
    if !new.is_empty() {
        let all = known.iter().cloned().chain(new).collect();
        wishes.push(("external_references".to_owned(), Some(Json::Array(all))));
    }
    wishes
}

/// The version that is followed: our newest. If the editor looked at another one, nothing is made over it.
fn before(desk: &Desk, case: &Case, looked_at: Option<RecordDigest>, report: &Report) -> Done<Before> {
    let own = desk.own();
    let newest: Vec<&Version> = case.chain.newest_of(own).collect();
    let version = match newest.as_slice() {
        [] => return Err(not_ours(desk, case)),
        [one] => *one,
        several => of_several(several, looked_at)?,
    };
    if let Some(digest) = looked_at.filter(|digest| *digest != version.digest) {
        return Err(conflict(desk, case, digest, version, report));
    }
    whole_version(case, version)
}

fn not_ours(desk: &Desk, case: &Case) -> Failure {
    let author = case.newest(desk.own()).map(|version| words::name(&desk.ring, version.author)).unwrap_or_default();
    Failure::refused(format!("incident {} is by {author}, and only its author makes versions of it", case.id)).advise(
        format!("write down your own account with `detente incident new`, and join the two with `detente incident merge OURS {}`", case.id),
    )
}

fn of_several<'v>(several: &[&'v Version], looked_at: Option<RecordDigest>) -> Done<&'v Version> {
    let digests: Vec<_> = several.iter().map(|version| version.digest.to_string()).collect();
    let chosen = several.iter().find(|version| Some(version.digest) == looked_at);
    chosen.copied().ok_or_else(|| {
        Failure::refused(format!("it has {} newest versions of ours: {}", several.len(), digests.join(", ")))
            .advise("look at them with `detente incident show --versions`, and name the one to go on from with --after")
    })
}

/// Somebody was faster: what they changed is shown, and nothing is made.
fn conflict(desk: &Desk, case: &Case, looked_at: RecordDigest, newest: &Version, report: &Report) -> Failure {
    let Some(seen) = case.chain.get(looked_at) else {
        return Failure::input(format!("{looked_at} is no version of incident {}", case.id));
    };
    if seen.author != desk.own() {
        let by = words::name(&desk.ring, seen.author);
        return Failure::refused(format!("{looked_at} is by {by}, and an account of its own"))
            .advise(format!("our newest version is {}; name it with --after", newest.digest));
    }
    report.line("Since the version that you looked at, this was changed:");
    say_differences(&difference(&seen.incident, &newest.incident), report);
    let when = modified(newest).map(|time| time.to_string()).unwrap_or_default();
    let number = newest.number.unwrap_or_default();
    Failure::refused(format!("another version has come since: number {number}, {}, at {when}", newest.digest))
        .advise(format!("look at it, and edit again with --after {}", newest.digest))
}

fn whole_version(case: &Case, version: &Version) -> Done<Before> {
    let partial =
        || Failure::refused(format!("version {} is not here in whole, so it cannot be edited", version.digest));
    let record = case.record(version.digest).ok_or_else(partial)?;
    let object = StixObject::from_map(record.record.content().object().clone()).map_err(|_| partial())?;
    let number = version.number.ok_or_else(partial)?;
    Ok(Before { digest: version.digest, number, incident: Incident::of_object(&object).map_err(wrong)? })
}

fn refuse_stage(before: &Incident, changed: &Incident) -> Done {
    if before.facts().stage == Some(Stage::Retracted) {
        return Err(Failure::refused("it is retracted, and nothing follows a retraction")
            .advise("make a new incident and name this one in it"));
    }
    if before.facts().stage == changed.facts().stage {
        return Ok(());
    }
    Err(Failure::arguments("an edit does not change the stage").advise("use: detente incident stage INCIDENT STAGE"))
}

/// More than a first report is an interim one.
fn follow(changed: Incident, report: &Report) -> Done<Incident> {
    if changed.facts().stage != Some(Stage::Initial) {
        return changed.following(clock::now()).map_err(wrong);
    }
    report.line("More than the first report is an interim one, so its stage becomes interim.");
    changed.at_stage(Stage::Interim, None, clock::now()).map_err(wrong)
}

fn make(desk: &Desk, case: &Case, before: &Before, next: &Incident, is_preview: bool, report: &mut Report) -> Done {
    let differences = difference(&before.incident, next);
    report.fact("incident", case.id.as_str());
    report.fact("version_before", before.digest.to_string());
    report.fact("version", Json::count(before.number.saturating_add(1)));
    say_differences(&differences, report);
    report.data("differences", words::differences(&differences));
    say_missing(next, report);
    let object = next.to_object().map_err(wrong)?;
    let draft = Draft::after(object, before.number.saturating_add(1), before.digest).map_err(Failure::input)?;
    if is_preview {
        preview(&draft, report);
        return Ok(());
    }
    let record = desk.node.sign_draft(draft)?;
    let clocks = clocks(desk, case, (next, record.digest()))?;
    if clocks.is_empty() {
        return desk.log(&record, report);
    }
    report.line(format!("\nWhat it says moves clocks of duties, in {} records.", clocks.len()));
    let records: Vec<_> = std::iter::once(record).chain(clocks).collect();
    desk.log_all(&records, report)
}

/// What a new version asks of the clocks of an incident that has some, or of which facts were answered: they are set in the same
/// commit.
fn clocks(desk: &Desk, case: &Case, (next, digest): (&Incident, RecordDigest)) -> Done<Vec<Signed<Record>>> {
    if !has_duties(desk, case)? {
        return Ok(Vec::new());
    }
    let now = clock::now();
    let book = DutyBook::read(desk.cases(), &[], now)?;
    let version = Some((next.clone(), digest));
    let basis = Basis { version, erased: None, ..book.basis(&case.id)? };
    let setting = book.setting(&basis, (digest, now));
    events_records(&desk.node, &case.id, &setting.events, now)
}

fn has_duties(desk: &Desk, case: &Case) -> Done<bool> {
    for kind in [duties::kept::CLOCK_TYPE, duties::kept::FACTS_TYPE] {
        let kept = cases::own_naming(&desk.node.store, (case.id.as_str(), kind), desk.own(), 1).map_err(node::fail)?;
        if !kept.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn say_differences(differences: &[Difference], report: &Report) {
    report.line("\nwhat changes:");
    differences.iter().for_each(|one| report.line(format!("  {}", words::difference(one))));
}
