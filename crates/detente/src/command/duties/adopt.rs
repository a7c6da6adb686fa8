//! `detente duties adopt` and `drop`: which rule packs count here, and whose answers that changes.

use std::path::Path;

use duties::kept::{ADOPTION_TYPE, Adoption, KeptAdoption};
use duties::{Change, Language, Pack, RULE_PACK_TYPE, StandingWord, Summary, changed};
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;
use record::{Record, Signed};
use storage::views::cases::{self, Wanted};

use super::follows::{Follows, finish, log};
use super::keep::by;
use super::{NOT_ADVICE, either, tell};
use crate::arguments::{DutiesAdoptArguments, DutiesDropArguments};
use crate::clock;
use crate::command::incident::{Desk, made_nothing};
use crate::duty_book::{DutyBook, kept_id};
use crate::node;
use crate::outcome::{Done, Exit, Failure};
use crate::report::Report;
use crate::rules::{self, RuleFile, faulty};

/// Incidents of ours that are looked through for what a pack changes; beyond it, those with answered facts or clocks alone.
const MAX_LOOKED_THROUGH: usize = 100_000;

/// Incidents that are named with what changes. All are counted.
const MAX_NAMED: usize = 1_000;

pub(super) fn adopt(arguments: &DutiesAdoptArguments, report: &mut Report) -> Done {
    let by = by(arguments.by.as_ref())?;
    let (desk, now) = (Desk::open(&arguments.node)?, clock::now());
    let offered = Offered::find(&desk, &arguments.pack)?;
    let pack = &offered.pack;
    let before = DutyBook::read(desk.cases(), &[], now)?;
    report.fact("pack", pack.id.as_str());
    report.fact("pack_version", pack.version.as_str());
    report.fact("digest", pack.digest_text());
    if let Some(one) = before.adopted().iter().find(|one| one.kept.digest == pack.digest_text()) {
        let asked = ("It is adopted already.", arguments.preview.preview, now);
        return finish(&desk, (&before, one.said), asked, report);
    }
    let after = DutyBook::read(desk.cases(), std::slice::from_ref(&offered.file), now)?;
    refuse_displacing(&before, &after, &pack.id)?;
    if rules::today(now)? > pack.review_by {
        report.warn(&format!("the pack should have been read again by {}; every answer of it says so", pack.review_by));
    }
    let changed = Changed::between(&desk, (&before, &after), now)?;
    changed.say(report);
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let mut records = Vec::new();
    let record = match offered.record {
        Some(record) => record,
        None => {
            let object = pack.to_object(&kept_id(RULE_PACK_TYPE)?, now).map_err(Failure::input)?;
            let signed = desk.node.sign(object)?;
            let digest = signed.digest();
            records.push(signed);
            digest
        }
    };
    report.fact("pack_record", record.to_string());
    let word = said(&desk, &KeptAdoption::new(pack, record, Adoption::Adopted).with_by(by), now)?;
    make(&desk, (&after, word), records, now, report)
}

pub(super) fn drop(arguments: &DutiesDropArguments, report: &mut Report) -> Done {
    let by = by(arguments.by.as_ref())?;
    let (desk, now) = (Desk::open(&arguments.node)?, clock::now());
    let before = DutyBook::read(desk.cases(), &[], now)?;
    let Some(adopted) = before.adopted().iter().find(|one| one.kept.pack == arguments.pack) else {
        return drop_again(&desk, &before, arguments, now, report);
    };
    report.fact("pack", adopted.kept.pack.as_str());
    report.fact("pack_version", adopted.kept.pack_version.as_str());
    let after = before.without(&arguments.pack, now)?;
    Changed::between(&desk, (&before, &after), now)?.say(report);
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let word = said(&desk, &adopted.kept.clone().with_word(Adoption::Dropped).with_by(by), now)?;
    make(&desk, (&after, word), Vec::new(), now, report)
}

/// A pack that was dropped before, of which something may have come between the word and its clocks.
fn drop_again(
    desk: &Desk,
    book: &DutyBook<'_>,
    arguments: &DutiesDropArguments,
    now: Timestamp,
    report: &mut Report,
) -> Done {
    let said = book.dropped(&arguments.pack)?.ok_or_else(|| {
        Failure::input(format!("no pack `{}` is adopted", arguments.pack))
            .advise("`detente duties list --dir DIR` says which are")
    })?;
    report.fact("pack", arguments.pack.as_str());
    finish(desk, (book, said), ("It is dropped already.", arguments.preview.preview, now), report)
}

/// A pack that somebody wants to adopt.
struct Offered {
    pack: Pack,
    file: RuleFile,
    /// The record in which it lies here; none if it comes in a file.
    record: Option<RecordDigest>,
}

impl Offered {
    fn find(desk: &Desk, named: &Path) -> Done<Self> {
        let dictionary = rules::dictionary()?;
        let digest = named.to_str().and_then(|text| text.parse::<RecordDigest>().ok());
        let Some(digest) = digest.filter(|_| !named.exists()) else {
            let file = RuleFile::read(named)?;
            let pack = Pack::parse(&file.octets, &dictionary).map_err(|faults| faulty(&file.name, &faults))?;
            return Ok(Self { pack, file, record: None });
        };
        let found = desk.cases().record(&digest)?.ok_or_else(|| {
            Failure::input(format!("record {digest} cannot be read here")).advise(
                "it has to be in the log or in a feed, and its author's keys have to be here: detente partner add",
            )
        })?;
        let standing = desk.ring().standing(&found.record)?;
        if standing.is_grave() {
            return Err(Failure::refused(format!("record {digest}: its author has taken the key back that signed it"))
                .advise("ask the author for the pack under its new keys"));
        }
        let pack = Pack::of_record(&found.record, &dictionary).map_err(|faults| faulty("the record", &faults))?;
        let file = RuleFile { name: pack.id.clone(), octets: pack.octets().to_vec() };
        Ok(Self { pack, file, record: Some(digest) })
    }
}

/// A pack that makes another adopted one unusable is not adopted beside it.
fn refuse_displacing(before: &DutyBook<'_>, after: &DutyBook<'_>, id: &str) -> Done {
    for one in after.adopted().iter().filter(|one| one.kept.pack != id) {
        let was = before.adopted().iter().find(|other| other.kept.pack == one.kept.pack);
        if let (Some(why), true) = (&one.aside, was.is_some_and(|was| was.aside.is_none())) {
            return Err(Failure::refused(format!(
                "beside it the adopted pack `{}` does not load: {why}",
                one.kept.pack
            ))
            .advise(format!("drop that one first: detente duties drop {}", one.kept.pack)));
        }
    }
    Ok(())
}

fn said(desk: &Desk, kept: &KeptAdoption, now: Timestamp) -> Done<Signed<Record>> {
    desk.node.sign(kept.to_object(&kept_id(ADOPTION_TYPE)?, now).map_err(Failure::input)?)
}

/// Logs the word about a pack, and sets the clocks that it moves.
fn make(
    desk: &Desk,
    (after, word): (&DutyBook<'_>, Signed<Record>),
    mut records: Vec<Signed<Record>>,
    now: Timestamp,
    report: &mut Report,
) -> Done {
    let because = word.digest();
    records.insert(0, word);
    let follows = Follows::under(after, &after.folded(&after.party())?.0, (because, now), report)?;
    follows.say(Language::English, report);
    records.extend(follows.records(desk, now)?);
    log(desk, &records, report)
}

/// Whose answers are otherwise.
struct Changed {
    rows: Vec<(String, Vec<Change>)>,
    looked: usize,
    is_cut: bool,
}

impl Changed {
    fn between(desk: &Desk, (before, after): (&DutyBook<'_>, &DutyBook<'_>), now: Timestamp) -> Done<Self> {
        let mut ids = before.incidents()?;
        let ours = own_incidents(desk, desk.own())?;
        let is_cut = ours.len() > MAX_LOOKED_THROUGH;
        ids.extend(ours.into_iter().take(MAX_LOOKED_THROUGH));
        ids.sort_unstable();
        ids.dedup();
        let (mut rows, profile) = (Vec::new(), before.folded(&before.party())?.0);
        for id in ids.iter().filter_map(|id| id.parse::<StixId>().ok()) {
            let basis = match before.basis_under(&id, profile.clone()) {
                Ok(basis) => basis,
                Err(failure) if failure.exit == Exit::Environment => return Err(failure),
                // It is told when its clocks are to be set.
                Err(_) => continue,
            };
            let summaries = |book: &DutyBook<'_>| book.packs().summaries(&book.gather(&basis).facts, now);
            let mut changes = changed(&summaries(before), &summaries(after));
            changes.retain(matters);
            if !changes.is_empty() {
                rows.push((id.as_str().to_owned(), changes));
            }
        }
        Ok(Self { rows, looked: ids.len(), is_cut })
    }

    fn say(&self, report: &mut Report) {
        for (id, changes) in self.rows.iter().take(MAX_NAMED) {
            report.line(format!("\n{id}"));
            changes.iter().for_each(|change| report.line(tell::change(change, Language::English)));
        }
        report.fact("incidents_looked_at", Json::count(self.looked));
        report.fact("incidents_changed", Json::count(self.rows.len()));
        if self.is_cut {
            report.warn(&format!("there are more than {MAX_LOOKED_THROUGH} incidents; of the others only those with clocks were looked at"));
        }
        let row = |(id, changes): &(String, Vec<Change>)| {
            let changes = changes.iter().map(tell::change_json).collect();
            Json::from(Map::new().with("incident", id.as_str()).with("changes", Json::Array(changes)))
        };
        report.data("changed", Json::Array(self.rows.iter().take(MAX_NAMED).map(row).collect()));
        report.line(format!("\n{}", either(Language::English, NOT_ADVICE)));
    }
}

/// Whether somebody has to do something otherwise: a duty of a new pack that is not due, or of which nothing is known, is no change.
fn matters(change: &Change) -> bool {
    let is_act = |summary: &Option<Summary>| {
        summary.as_ref().is_some_and(|one| matches!(one.standing, StandingWord::Due | StandingWord::Displaced))
    };
    is_act(&change.before) || is_act(&change.after)
}

/// The incidents of ours, one more than are looked through.
fn own_incidents(desk: &Desk, own: PartyId) -> Done<Vec<String>> {
    let wanted = Wanted { issuer: Some(own), ..Wanted::default() };
    let most = MAX_LOOKED_THROUGH.saturating_add(1);
    let found = cases::list(&desk.node.store, &wanted, None, most).map_err(node::fail)?;
    Ok(found.into_iter().map(|mark| mark.id).collect())
}
