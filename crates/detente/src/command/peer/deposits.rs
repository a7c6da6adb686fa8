//! `detente peer deposits`: what a depositary keeps, and what it has deleted.

use node::exchange::{DepositRow, deposits};
use record::json::{Json, Map};

use crate::arguments::PeerListArguments;
use crate::home::Home;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(super) fn list(arguments: &PeerListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = store_of::open_to_read(&home, &home.history()?)?;
    let rows = deposits(&store).map_err(Failure::environment)?;
    rows.iter().for_each(|row| report.line(words(row)));
    let kept = rows.iter().filter(|row| !row.is_deleted);
    let bytes: u64 = kept.clone().map(|row| row.bytes).sum();
    report.line(format!("{} bodies were laid here, {} of them kept: {bytes} sealed octets", rows.len(), kept.count()));
    report.data("deposits", Json::Array(rows.iter().map(facts).collect()));
    Ok(())
}

fn member(row: &DepositRow) -> &str {
    row.about.rsplit_once('/').map_or("", |(_, member)| member)
}

fn words(row: &DepositRow) -> String {
    let (entry, bytes, sender, member) = (row.entry, row.bytes, &row.sender, one_line(member(row)));
    let fate = if row.is_deleted { "deleted".to_owned() } else { format!("kept until {}", row.until) };
    format!("entry {entry} of {}: {bytes} octets from {sender} for {member}, {fate}", one_line(&row.feed))
}

fn facts(row: &DepositRow) -> Json {
    Map::new()
        .with("sender", row.sender.as_str())
        .with("member", member(row))
        .with("feed", row.feed.as_str())
        .with("entry", Json::count(row.entry))
        .with("bytes", Json::count(row.bytes))
        .with("until", row.until.to_string())
        .with("deleted", Json::Bool(row.is_deleted))
        .into()
}
