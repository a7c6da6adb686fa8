//! `detente duties form file`: a report is frozen, signed and logged, and the clock of its stage stops.

use duties::clock::{Clock, ClockEvent, ClockId, Happening};
use duties::form::Document;
use duties::kept::{FILING_TYPE, FreezeError, KeptFiling};
use record::digest::RecordDigest;
use record::json::Json;
use record::time::Timestamp;

use super::draft::{Draft, draft};
use super::show::filings_of;
use super::{output, tell};
use crate::arguments::FormFileArguments;
use crate::clock;
use crate::command::incident::{Desk, made_nothing};
use crate::duty_book::{DutyBook, events_records, kept_id};
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &FormFileArguments, report: &mut Report) -> Done {
    let out = output::Target::of(&arguments.out)?;
    check_reason(arguments.incomplete.as_deref())?;
    let now = clock::now();
    let desk = Desk::open(&arguments.node)?;
    let book = DutyBook::read(desk.cases(), &[], now)?;
    let draft = draft(&book, desk.cases(), &arguments.filled, now)?;
    tell::head(&draft, report);
    tell::document(&draft.filled.document(draft.language), report);
    tell::unsaid(&draft, book.packs().dictionary(), report);
    let filing = freeze(&book, &draft, arguments.incomplete.clone())?;
    let filing = filing.filled_from(Some(draft.version), Some(arguments.by.clone()));
    report.fact("html_digest", filing.html_digest.as_str());
    if let Some((digest, _)) = said_before(&desk, &draft, &filing.document)? {
        report.fact("record_digest", digest.to_string());
        made_nothing("The same was filed already.", report);
        return Ok(());
    }
    if !arguments.yes {
        report.data("would_file", filing.document.to_json());
        report.line("\nTo freeze, sign and log it, run the same command with --yes. Sending it to the authority is yours to do.");
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let rendered = output::render(out.as_ref(), &filing.document)?;
    log(&desk, &book, &draft, &filing, (&arguments.by, now), report)?;
    rendered.map_or(Ok(()), |rendered| rendered.write(report))
}

/// Text that would act on its reader is refused before the keys are opened.
fn check_reason(reason: Option<&str>) -> Done {
    match reason.and_then(|reason| incident::acting(reason).into_iter().next()) {
        Some(acting) => Err(Failure::input(format!("`--incomplete` {acting}"))),
        None => Ok(()),
    }
}

fn freeze(book: &DutyBook<'_>, draft: &Draft, incomplete_because: Option<String>) -> Done<KeptFiling> {
    let duty = &draft.filled.duty;
    let (pack, _) = book.packs().duty(duty).ok_or_else(|| Failure::input(format!("there is no duty `{duty}`")))?;
    let frozen = KeptFiling::freeze(draft.filled.document(draft.language), pack, incomplete_because);
    frozen.map_err(|error| {
        let advice = match &error {
            FreezeError::Incomplete { .. } => "say what is missing, as it is listed above; or say with --incomplete REASON why it goes out all the same",
            FreezeError::NothingMissing => "leave --incomplete out",
            FreezeError::TooLong { .. } | _ => "attach the long parts apart from the report",
        };
        Failure::refused(&error).advise(advice)
    })
}

/// A filing of ours that says the same: the command was run twice, or its answer was lost.
fn said_before(desk: &Desk, draft: &Draft, document: &Document) -> Done<Option<(RecordDigest, KeptFiling)>> {
    let filings = filings_of(desk.cases(), &draft.incident)?;
    Ok(filings.into_iter().find(|(_, known)| known.document.says_the_same(document)))
}

fn log(
    desk: &Desk,
    book: &DutyBook<'_>,
    draft: &Draft,
    filing: &KeptFiling,
    (by, now): (&str, Timestamp),
    report: &mut Report,
) -> Done {
    let object = filing.to_object(&kept_id(FILING_TYPE)?, now).map_err(Failure::input)?;
    let record = desk.node.sign(object)?;
    let digest = record.digest();
    let (events, clock) = events(book, draft, digest, (by, now))?;
    let mut records = vec![record];
    records.extend(events_records(&desk.node, &draft.incident, &events, now)?);
    desk.log_all(&records, report)?;
    tell_clock(clock.as_ref(), report);
    report.data("events", Json::Array(events.iter().map(ClockEvent::to_json).collect()));
    Ok(())
}

fn clock_id(draft: &Draft) -> ClockId {
    ClockId::new(draft.incident.as_str(), format!("{}/{}", draft.filled.duty, draft.filled.stage))
}

/// The event `filed`, after one that sets the clock where nobody has yet, and before what follows of itself. None where there is no
/// moment to be kept: a clock that cannot be set cannot stop.
fn events(
    book: &DutyBook<'_>,
    draft: &Draft,
    digest: RecordDigest,
    (by, now): (&str, Timestamp),
) -> Done<(Vec<ClockEvent>, Option<Clock>)> {
    let mut basis = book.basis(&draft.incident)?;
    let id = clock_id(draft);
    let event = |happening| ClockEvent::new(id.clone(), now, by, happening);
    let is_set = basis.clocks.get(&id).is_some();
    let set = draft.moments.filter(|_| !is_set).map(|(started, due)| event(Happening::Set { started, due }));
    if set.is_none() && !is_set {
        return Ok((Vec::new(), None));
    }
    let filed = event(Happening::Filed { version: digest.to_string() });
    let mut events: Vec<ClockEvent> = set.into_iter().chain([filed]).collect();
    for event in &events {
        basis.clocks.take(event).map_err(Failure::refused)?;
    }
    let clock = basis.clocks.get(&id).cloned();
    events.extend(book.setting(&basis, (digest, now)).events);
    Ok((events, clock))
}

fn tell_clock(clock: Option<&Clock>, report: &mut Report) {
    let Some(filing) = clock.and_then(|clock| clock.filings.last()) else {
        report.line(
            "No clock runs for this stage, so none was stopped: the law names no moment, or its start is not known.",
        );
        report.data("in_time", Json::Null);
        return;
    };
    report.fact("clock", if filing.is_amendment { "filed (an amendment)" } else { "filed" });
    report.fact("in_time", Json::Bool(filing.is_in_time()));
}
