//! The files with which somebody checks a record elsewhere: what this account may see of the record, its proof, and the keys.

use pages::{Block, Inline, Say};
use record::digest::PartyId;
use record::{Record, Signed};
use storage::{Body, LogName, Place, Store as _};
use web::users::PageAnswer;

use super::super::{Asked, Made, NoPage, published};
use super::find;
use super::standing::own_place;
use crate::command::log::{prove, split_body};
use crate::keyring::{read_profile, write_profile};
use crate::operations::sight::Seen;
use crate::{node as store_of, partners};

/// Characters of a digest in the names of files, so that files of several records can lie in one folder.
const NAMED_BY: usize = 12;

/// How to check it without this page.
pub(super) fn check(asked: &Asked<'_>, seen: &Seen) -> Made<Block> {
    let (stem, digest) = (stem(&seen.record), seen.record.digest());
    let is_ours = own_place(seen).is_some();
    let proof = if is_ours { format!(" --proof {stem}.tlog-proof") } else { String::new() };
    let mut command = format!("detente verify {stem}.json{proof} --keys {stem}.keys.json");
    if is_by_another(asked, seen) {
        command.push_str(&format!(" --keys {stem}.log-keys.json"));
    }
    let file = |name: &str, say| vec![Inline::link(format!("/records/{digest}/{name}"), Say::Word(say))];
    let mut files = vec![file("record", "proof-file-record"), file("keys", "proof-file-keys")];
    files.extend(is_ours.then(|| file("proof", "proof-file-proof")));
    files.extend(is_by_another(asked, seen).then(|| file("log-keys", "proof-file-log-keys")));
    let about = if is_ours { "proof-check-about" } else { "proof-check-about-feed" };
    let blocks = vec![Block::line(about), Block::List(files), Block::Code(command)];
    Ok(Block::section("check", "proof-check", blocks))
}

/// Whether another party signed what stands in our log: then the keys of both are needed.
fn is_by_another(asked: &Asked<'_>, seen: &Seen) -> bool {
    own_place(seen).is_some() && seen.record.content().issuer() != asked.open.party()
}

fn stem(record: &Signed<Record>) -> String {
    record.digest().to_string().chars().filter(char::is_ascii_alphanumeric).take(NAMED_BY).collect()
}

fn seen(asked: &Asked<'_>) -> Made<Seen> {
    find(asked, &asked.sight()?)
}

/// The record, as far as it is for this account.
pub(in super::super) fn record_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    Ok(record_of(&seen(asked)?.record))
}

fn record_of(record: &Signed<Record>) -> PageAnswer {
    let text = record.envelope().to_json().as_bytes().to_vec();
    PageAnswer::File("application/json", format!("{}.json", stem(record)), text)
}

/// Its proof, as `detente log prove` writes it. It holds the salt of the record, which opens the commitment in the log and nothing of
/// what is withheld.
pub(in super::super) fn proof_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let seen = seen(asked)?;
    let index = own_place(&seen).ok_or(NoPage::Hidden)?.index;
    proof_of(asked, &seen.record, index)
}

fn proof_of(asked: &Asked<'_>, record: &Signed<Record>, index: u64) -> Made<PageAnswer> {
    let (history, salt) = (asked.home.history()?, salt(asked, index)?);
    let proof = prove(asked.home, asked.store(), &history, index, salt)?;
    let name = format!("{}.tlog-proof", stem(record));
    Ok(PageAnswer::File("text/plain; charset=utf-8", name, proof.to_string().into_bytes()))
}

/// The profile of its author, with the history of its keys.
pub(in super::super) fn keys_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    keys_of(asked, &seen(asked)?.record)
}

fn keys_of(asked: &Asked<'_>, record: &Signed<Record>) -> Made<PageAnswer> {
    let text = profile(asked, record.content().issuer())?;
    Ok(PageAnswer::File("application/json", format!("{}.keys.json", stem(record)), text.into_bytes()))
}

/// The same three for everybody, of what everybody may read.
pub(in super::super) fn public_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let held = published::find(asked)?;
    match asked.part(1)? {
        "record" => Ok(record_of(&held.record)),
        "proof" => proof_of(asked, &held.record, held.index),
        "keys" => keys_of(asked, &held.record),
        _ => Err(NoPage::Hidden),
    }
}

/// Our own profile: by its keys the log's head is checked.
pub(in super::super) fn log_keys_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let (seen, text) = (seen(asked)?, profile(asked, asked.open.party())?);
    Ok(PageAnswer::File("application/json", format!("{}.log-keys.json", stem(&seen.record)), text.into_bytes()))
}

fn profile(asked: &Asked<'_>, party: PartyId) -> Made<String> {
    let known = if party == asked.open.party() {
        asked.home.known()?
    } else {
        let path = asked.home.dir().join(partners::PARTNERS).join(format!("{party}.json"));
        read_profile(&path)?
    };
    let profile = known.profile().ok_or(NoPage::Hidden)?;
    Ok(write_profile(&known.history, profile))
}

/// The salt of an entry of our log; none if its body was erased.
pub(super) fn salt(asked: &Asked<'_>, index: u64) -> Made<Option<Vec<u8>>> {
    let bodies = asked.store().bodies(&[Place::new(LogName::node(), index)]).map_err(store_of::fail)?;
    Ok(match bodies.into_iter().next() {
        Some(Body::Kept(body)) => split_body(&body).map(|(salt, _)| salt.to_vec()),
        _ => None,
    })
}
