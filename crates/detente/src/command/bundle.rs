//! `detente bundle`: exchange by files that are carried by hand.

use std::cell::Cell;
use std::time::Instant;

use record::json::{Json, Map};

use super::log::number;
use crate::arguments::{BundleCommand, BundleExportArguments, BundleImportArguments};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::serve::carried::{Imported, Outcome, Tell, export, import};

pub(crate) fn run(command: &BundleCommand, report: &mut Report) -> Done {
    match command {
        BundleCommand::Export(arguments) => run_export(arguments, report),
        BundleCommand::Import(arguments) => run_import(arguments, report),
    }
}

fn run_export(arguments: &BundleExportArguments, report: &mut Report) -> Done {
    let told = Cell::new(Instant::now());
    let exported = {
        let say = |words: &str| report.line(words);
        export(&arguments.node, (arguments.party, &arguments.out), arguments.full, Tell::new(&say, &told))?
    };
    report.fact("written", arguments.out.display().to_string());
    report.fact("for", arguments.party.to_string());
    report.fact("number", number(exported.number));
    report.fact("files", Json::count(exported.files));
    report.fact("handed_in", Json::count(exported.handed));
    let mut rows = Vec::new();
    for feed in &exported.feeds {
        report.line(format!("feed {}  {:>6} entries from {}", feed.name, feed.entries, feed.from));
        if feed.has_more {
            report.line("     the rest did not fit: export again once this bundle was acknowledged");
        }
        let map = Map::new().with("feed", feed.name.to_string()).with("from", number(feed.from));
        rows.push(Json::from(map.with("entries", number(feed.entries)).with("has_more", Json::Bool(feed.has_more))));
    }
    report.data("feeds", Json::Array(rows));
    if exported.is_unwitnessed {
        report.warn(
            "no head of this node's log that its witnesses cosigned can be shown yet: readers who rely on them wait",
        );
    }
    report.line("\nThe other side takes it in with: detente bundle import FILE --dir DIR");
    Ok(())
}

fn run_import(arguments: &BundleImportArguments, report: &mut Report) -> Done {
    let told = Cell::new(Instant::now());
    let outcome = {
        let say = |words: &str| report.line(words);
        import(&arguments.node, &arguments.what, Tell::new(&say, &told))?
    };
    let rows = outcome.imported.iter().map(|one| {
        say(one, report);
        row(one)
    });
    let rows: Vec<_> = rows.collect();
    report.data("bundles", Json::Array(rows));
    for path in &outcome.foreign {
        report.line(format!("{}  is for somebody else, and was passed over", path.display()));
    }
    let foreign = outcome.foreign.iter().map(|path| Json::text(path.display().to_string()));
    report.data("for_others", Json::Array(foreign.collect()));
    report.data("refused", Json::Array(outcome.refused.iter().map(|one| Json::text(one.message.as_str())).collect()));
    outcome.refused.iter().for_each(|failure| report.warn(&failure.message));
    ended(&outcome)
}

fn ended(outcome: &Outcome) -> Done {
    if let Some(damage) = outcome.imported.iter().find_map(|one| one.damage.as_ref()) {
        return Err(Failure::refused(format!("a bundle was not read to its end: {damage}")).advise(
            "the packages before the damage were taken in; copy the file from the stick again, or ask its sender for \
             another one: what was not acknowledged comes again",
        ));
    }
    if let Some(failure) = outcome.refused.first() {
        return Err(failure.clone());
    }
    if outcome.imported.iter().all(Imported::is_sound) {
        return Ok(());
    }
    Err(Failure::refused("something is wrong with what a bundle holds").advise(
        "`detente alarm list --dir DIR` shows what its sender's own signatures prove; the rest may be anybody's doing who \
         sealed the file: ask its sender for another one",
    ))
}

fn say(one: &Imported, report: &Report) {
    report.line(format!("{}  number {} from {}, made at {}", one.file.display(), one.number, one.sender, one.created));
    let inbox = &one.inbox;
    let counts = [
        (inbox.messages, "messages about agreements"),
        (inbox.statements, "statements"),
        (inbox.cosignatures, "cosignatures on our logs"),
        (inbox.witnessed, "heads that this node cosigned as a witness"),
        (usize::from(inbox.key_records), "profile with later keys"),
    ];
    for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
        report.line(format!("  {count:>6} new {what}"));
    }
    inbox.changes.iter().for_each(|change| report.line(format!("         {change}")));
    for feed in &one.feeds {
        report.line(format!("  {:>6} new entries of feed {}, {} in all", feed.entries, feed.name, feed.size));
        feed.passed.iter().chain(&feed.waiting).for_each(|why| report.line(format!("         {why}")));
        for (caught, is_signed) in &feed.caught {
            let word = if *is_signed { "ALARM: " } else { "" };
            report.warn(&format!("feed {}: {word}{caught}", feed.name));
        }
    }
    inbox.refused.iter().for_each(|refused| report.warn(&format!("not taken in: {refused}")));
    if one.unknown > 0 {
        report.line(format!("  {:>6} files of a later build were passed over", one.unknown));
    }
    if !one.is_new() {
        report.line("         nothing was new");
    }
}

fn row(one: &Imported) -> Json {
    let texts = |all: &[String]| Json::Array(all.iter().map(|text| Json::text(text.as_str())).collect());
    let inbox = &one.inbox;
    let feeds = one.feeds.iter().map(|feed| {
        let caught = feed.caught.iter().map(|(text, is_signed)| {
            Json::from(Map::new().with("text", text.as_str()).with("is_alarm", Json::Bool(*is_signed)))
        });
        let maybe = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::text);
        let map = Map::new().with("feed", feed.name.to_string()).with("new", number(feed.entries));
        let map = map.with("size", number(feed.size)).with("passed", maybe(&feed.passed));
        Json::from(map.with("waiting", maybe(&feed.waiting)).with("caught", Json::Array(caught.collect())))
    });
    let map = Map::new()
        .with("file", one.file.display().to_string())
        .with("from", one.sender.to_string())
        .with("number", number(one.number))
        .with("created", one.created.to_string())
        .with("is_new", Json::Bool(one.is_new()))
        .with("messages", Json::count(inbox.messages))
        .with("statements", Json::count(inbox.statements))
        .with("cosignatures", Json::count(inbox.cosignatures))
        .with("witnessed", Json::count(inbox.witnessed))
        .with("changes", texts(&inbox.changes))
        .with("not_taken", texts(&inbox.refused));
    let map = map.with("feeds", Json::Array(feeds.collect())).with("unknown_files", number(one.unknown));
    Json::from(map.with("damage", one.damage.as_deref().map_or(Json::Null, Json::text)))
}
