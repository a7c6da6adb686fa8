//! The proof page of a record: what it is, who signed it, where it is logged, who vouches for that log, what is kept from this
//! account, and how to check all of it without this page.

mod files;
mod standing;

use access::Right;
use pages::{Block, Inline, Page, Say, Table, Tone};
use record::digest::RecordDigest;
use record::label::Label;

pub(super) use files::{keys_file, log_keys_file, proof_file, public_file, record_file};

use super::case::{Markings, withheld};
use super::shared::{case_link, parted, value_of, word};
use super::{Asked, Made, NoPage, act};
use crate::cases::Found;
use crate::operations::sight::{Seen, Sight, is_bookkeeping};

/// The STIX type of a label about handling.
const LABEL: &str = "detente-label";

/// Members of an object that the page tells elsewhere, or that every object has.
const TOLD_ELSEWHERE: [&str; 6] = ["extensions", "extension_type", "spec_version", "type", "id", "created_by_ref"];

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let sight = asked.sight()?;
    let seen = find(asked, &sight)?;
    let title = seen.record.content().object().text("name").map_or(Say::Word("proof-title"), Say::content);
    let page = Page::new(title).and(act::done(asked.ask)).with(head(asked, &seen));
    let page = page.and(standing::key(asked, &seen)?).and(kept_back(&seen));
    let page = page.and(standing::own_log(asked, &seen)?).and(standing::feeds(asked, &sight, &seen)?);
    Ok(page.with(files::check(asked, &seen)?).with(content(asked, &sight, &seen)?))
}

/// The record that the path names, as far as it is for this account. Books of the node are not, but a label on what is.
fn find(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Seen> {
    let digest: RecordDigest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let keys = asked.open.keys.get();
    let cases = asked.cases(keys.ring());
    let found = cases.record(&digest)?.ok_or(NoPage::Hidden)?;
    let kind = found.record.content().object().text("type").unwrap_or_default();
    if kind == LABEL {
        let about = Label::of_record(found.record.content()).map_err(|_| NoPage::Hidden)?.about();
        let about = cases.record(&about)?.ok_or(NoPage::Hidden)?;
        let about = sight.seen(&about)?.filter(|about| about.withheld.is_empty());
        return about.map(|_| whole(&found)).ok_or(NoPage::Hidden);
    }
    if is_bookkeeping(kind) {
        return Err(NoPage::Hidden);
    }
    sight.seen(&found)?.ok_or(NoPage::Hidden)
}

fn whole(found: &Found) -> Seen {
    Seen { record: found.record.clone(), withheld: Vec::new(), tlp: None, places: found.places.clone() }
}

fn head(asked: &Asked<'_>, seen: &Seen) -> Block {
    let record = seen.record.content();
    let object = record.object();
    let kind = object.text("type").unwrap_or_default();
    let mut rows = vec![
        ("proof-kind".into(), vec![word("object-type", kind).into()]),
        ("proof-author".into(), vec![Inline::Strong(asked.name(record.issuer())), Inline::code(record.issuer())]),
    ];
    rows.extend(record.relayed_for().map(|author| ("proof-relayed-for".into(), vec![Inline::code(author)])));
    rows.extend(seen.tlp.map(|tlp| ("incidents-tlp".into(), vec![Inline::Tlp(Some(tlp))])));
    let created = object.text("modified").or_else(|| object.text("created")).and_then(|time| time.parse().ok());
    rows.extend(created.map(|time| ("proof-dated".into(), vec![Inline::Time(time)])));
    rows.push(("proof-digest".into(), vec![Inline::code(record.digest())]));
    let id = object.text("id").and_then(|id| id.parse().ok());
    let case = id.filter(|id: &record::stix::StixId| id.object_type() == incident::INCIDENT_TYPE);
    rows.extend(case.map(|id| ("proof-of".into(), vec![case_link(&id, object.text("name").map(str::to_owned))])));
    Block::Facts(rows)
}

fn kept_back(seen: &Seen) -> Option<Block> {
    let line = || {
        let names = withheld(seen);
        std::iter::once(Inline::Strong(Say::Word("case-withheld"))).chain(names).collect()
    };
    (!seen.withheld.is_empty()).then(|| Block::Notice(Tone::Calm, line()))
}

/// What it says, each place with its marking.
fn content(asked: &Asked<'_>, sight: &Sight<'_>, seen: &Seen) -> Made<Block> {
    let object = seen.record.content().object();
    let marks = Markings::of(sight, seen)?;
    let own = seen.record.content().extension();
    let members = object.iter().chain(own.into_iter().flat_map(record::json::Map::iter));
    let members = members.filter(|(name, _)| !TOLD_ELSEWHERE.contains(name));
    let rows = members.map(|(name, json)| {
        let badge = marks.beside_property(object.contains(name), name);
        (super::case::property(name), parted([value_of(name, json), badge]))
    });
    let facts = Block::Facts(rows.collect());
    let mut inner = vec![facts];
    if asked.may(Right::Label) && !marks.is_empty() {
        let head = &["case-property", "incidents-tlp", "case-mark-tags"];
        inner.push(Table::new("proof-marks-caption", head, "proof-marks-none").rows(marks.rows()).into());
    }
    Ok(Block::Fold("proof-content".into(), inner))
}
