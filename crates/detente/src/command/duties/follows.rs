//! What follows for many incidents from one word about the party or about a pack, and how it is logged.

use duties::Language;
use duties::clock::Setting;
use duties::kept::Folded;
use record::digest::RecordDigest;
use record::json::Json;
use record::stix::StixId;
use record::time::Timestamp;
use record::{Record, Signed};

use super::tell;
use crate::command::incident::{Desk, made_nothing};
use crate::duty_book::{DutyBook, batch_of_all, events_records};
use crate::outcome::{Done, Exit};
use crate::report::Report;

/// Records of one commit. What a person does to one incident is one; what follows for many incidents is some commits. What a crash leaves
/// out of them the same command makes good when it is said again, and a running node of itself.
const RECORDS_AT_ONCE: usize = 256;

/// What becomes of the clocks of incidents.
pub(super) struct Follows(Vec<(StixId, Setting)>);

impl Follows {
    /// What the facts ask under a profile, for every incident about which facts were answered or clocks set. `because` is the record from
    /// which it follows. An incident that cannot be evaluated is told, and holds up no other.
    pub(super) fn under(
        book: &DutyBook<'_>,
        profile: &Folded,
        (because, now): (RecordDigest, Timestamp),
        report: &mut Report,
    ) -> Done<Self> {
        let mut found = Vec::new();
        for id in book.incidents()?.into_iter().filter_map(|id| id.parse::<StixId>().ok()) {
            match book.basis_under(&id, profile.clone()) {
                Ok(basis) => found.push((id, book.setting(&basis, (because, now)))),
                Err(failure) if failure.exit == Exit::Environment => return Err(failure),
                Err(failure) => report
                    .warn(&format!("{id} was not evaluated, and its clocks stay as they are: {}", failure.message)),
            }
        }
        found.retain(|(_, setting)| !setting.events.is_empty());
        Ok(Self(found))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn say(&self, language: Language, report: &mut Report) {
        let mut told = Vec::new();
        for (id, setting) in &self.0 {
            report.line(format!("\n{id}"));
            setting.events.iter().for_each(|event| report.line(tell::event(event, language)));
            told.push(Json::from(setting.to_json().with("incident", id.as_str())));
        }
        report.data("clocks", Json::Array(told));
    }

    pub(super) fn records(&self, desk: &Desk, now: Timestamp) -> Done<Vec<Signed<Record>>> {
        let of = |(id, setting): &(StixId, Setting)| events_records(&desk.node, id, &setting.events, now);
        Ok(self.0.iter().map(of).collect::<Done<Vec<_>>>()?.concat())
    }
}

/// Sets the clocks that a word asks for that was said before, where something came between the word and some of them. None is left, if
/// nothing did: then `why` is told.
pub(super) fn finish(
    desk: &Desk,
    (book, said): (&DutyBook<'_>, RecordDigest),
    (why, is_preview, now): (&str, bool, Timestamp),
    report: &mut Report,
) -> Done {
    let follows = Follows::under(book, &book.folded(&book.party())?.0, (said, now), report)?;
    if follows.is_empty() {
        made_nothing(why, report);
        return Ok(());
    }
    follows.say(Language::English, report);
    if is_preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    log(desk, &follows.records(desk, now)?, report)
}

/// Logs records, and says where the first of them lies.
pub(super) fn log(desk: &Desk, records: &[Signed<Record>], report: &mut Report) -> Done {
    let mut chunks = records.chunks(RECORDS_AT_ONCE);
    desk.log_all(chunks.next().unwrap_or_default(), report)?;
    for some in chunks {
        let _committed = desk.node.commit(batch_of_all(some)?)?;
    }
    Ok(())
}
