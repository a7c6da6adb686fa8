//! `detente key list`: every key record of a party, and what became of its keys.

use record::digest::KeyRecordDigest;
use record::json::{Json, Map};
use record::key_history::{KeyHistory, Overruled};
use record::key_record::KeyRecord;

use super::{json_of, line_of};
use crate::arguments::KeyListArguments;
use crate::home::Home;
use crate::keyring::{Known, read_profile};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::standing::Standing;

pub(super) fn run(arguments: &KeyListArguments, report: &mut Report) -> Done {
    let known = read(arguments)?;
    let history = &known.history;
    report.fact("party", history.party().to_string());
    if let Some(name) = known.name() {
        report.fact("calls_itself", name);
    }
    report.fact("key_record", history.head().digest().to_string());
    let standing = history.records().map(|record| (record.content(), None));
    let aside = history.overruled().iter().map(|one: &Overruled| (one.record().content(), Some(one.by())));
    let mut rows = Vec::new();
    for (record, by) in standing.chain(aside) {
        rows.push(Json::from(print_record(record, by, history, report)?));
    }
    report.data("key_records", Json::Array(rows));
    Ok(())
}

fn read(arguments: &KeyListArguments) -> Done<Known> {
    let mut files = arguments.profiles.iter();
    let mut known = match (files.next(), &arguments.dir) {
        (Some(path), _) => read_profile(path)?,
        (None, Some(dir)) => Home::open(dir)?.known()?,
        (None, None) => return Err(Failure::arguments("whose keys? Give --dir DIR or --keys-of PROFILE")),
    };
    for path in files {
        let other = read_profile(path)?;
        if other.history.party() != known.history.party() {
            return Err(Failure::input(format!(
                "`{}` is of party {}, the file before it of {}",
                path.display(),
                other.history.party(),
                known.history.party()
            ))
            .advise("give files of one party at a time; a profile file of another party cannot follow this one's"));
        }
        known.merge(other)?;
    }
    Ok(known)
}

fn print_record(
    record: &KeyRecord,
    overruled_by: Option<KeyRecordDigest>,
    history: &KeyHistory,
    report: &Report,
) -> Done<Map> {
    let kind = if record.is_recovery() { ", a recovery" } else { "" };
    report.line(format!("\nkey record {}{kind}: {}", record.index(), record.digest()));
    report.line(format!("  created {}", record.created()));
    if let Some(by) = overruled_by {
        report.line(format!("  OVERRULED by the recovery {by}"));
    }
    let mut keys = Vec::new();
    for entry in record.keys() {
        let standing = Standing::of_key(entry.key().id(), &record.digest(), history)?.word();
        report.line(format!("  {}  {standing}", line_of(entry)));
        keys.push(Json::from(json_of(entry).with("standing", standing)));
    }
    Ok(json_of_record(record, overruled_by, keys))
}

fn json_of_record(record: &KeyRecord, overruled_by: Option<KeyRecordDigest>, keys: Vec<Json>) -> Map {
    let revoked = record.revoked().iter().map(|revocation| {
        let row = Map::new().with("key_id", revocation.key_id.to_string()).with("reason", revocation.reason.name());
        Json::from(row.with("since", revocation.since.to_string()))
    });
    Map::new()
        .with("index", Json::integer(i64::from(record.index())).unwrap_or(Json::Null))
        .with("key_record", record.digest().to_string())
        .with("created", record.created().to_string())
        .with("recovery", Json::Bool(record.is_recovery()))
        .with("overruled_by", overruled_by.map_or(Json::Null, |by| Json::text(by.to_string())))
        .with("keys", Json::Array(keys))
        .with("revoked", Json::Array(revoked.collect()))
}
