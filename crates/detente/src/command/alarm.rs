//! `detente alarm`: what peers were caught at.

use node::exchange::{Alarm, Closed, MAX_CLOSING_CHARACTERS, Own, alarms, close_alarm};
use record::json::{Json, Map};

use super::log::Signing;
use super::release::person;
use crate::arguments::{
    AlarmCloseArguments, AlarmCommand, AlarmExportArguments, AlarmListArguments, AlarmShowArguments,
};
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: &AlarmCommand, report: &mut Report) -> Done {
    match command {
        AlarmCommand::List(arguments) => list(arguments, report),
        AlarmCommand::Show(arguments) => show(arguments, report),
        AlarmCommand::Export(arguments) => export(arguments, report),
        AlarmCommand::Close(arguments) => close(arguments, report),
    }
}

fn read(dir: &std::path::Path) -> Done<Vec<Alarm>> {
    let home = Home::open(dir)?;
    let store = store_of::open_to_read(&home, &home.history()?)?;
    alarms(&store).map_err(Failure::environment)
}

fn find(dir: &std::path::Path, number: u64) -> Done<Alarm> {
    read(dir)?.into_iter().find(|alarm| alarm.number == number).ok_or_else(|| {
        Failure::input(format!("there is no alarm {number}")).advise("`detente alarm list --dir DIR` shows them")
    })
}

const fn weight(alarm: &Alarm) -> &'static str {
    match alarm.weight {
        0 => "look",
        1 => "grave",
        _ => "proved",
    }
}

/// An alarm as a program reads it.
pub(crate) fn row(alarm: &Alarm) -> Map {
    Map::new()
        .with("number", Json::count(alarm.number))
        .with("time", alarm.time.to_string())
        .with("peer", alarm.peer.as_str())
        .with("kind", alarm.kind.as_str())
        .with("weight", weight(alarm))
        .with("feed", alarm.feed.as_str())
        .with("text", alarm.text.as_str())
        .with("has_evidence", Json::Bool(alarm.evidence.is_some()))
        .with("closed", alarm.closed.as_ref().map_or(Json::Null, closed_json))
}

fn closed_json(closed: &Closed) -> Json {
    let map = Map::new().with("note", closed.note.as_str()).with("by", closed.by.as_str());
    map.with("time", closed.time.to_string()).into()
}

fn list(arguments: &AlarmListArguments, report: &mut Report) -> Done {
    let mut alarms = read(&arguments.dir)?;
    let all = alarms.len();
    alarms.retain(|alarm| arguments.all || alarm.closed.is_none());
    for alarm in &alarms {
        report.line(format!(
            "{:>6}  {}  {:<6}  {}  {}",
            alarm.number,
            alarm.time,
            weight(alarm),
            alarm.kind,
            alarm.text
        ));
        if let Some(closed) = &alarm.closed {
            report.line(format!("        closed {} by {}: {}", closed.time, closed.by, closed.note));
        }
    }
    if all == 0 {
        report.line("No peer was caught at anything.");
    } else if alarms.len() < all {
        report.line(format!("{} more were dealt with: --all shows them", all.saturating_sub(alarms.len())));
    }
    report.data("alarms", Json::Array(alarms.iter().map(row).map(Json::from).collect()));
    Ok(())
}

fn show(arguments: &AlarmShowArguments, report: &mut Report) -> Done {
    let alarm = find(&arguments.dir, arguments.number)?;
    report.fact("kind", alarm.kind.as_str());
    report.fact("weight", weight(&alarm));
    report.fact("peer", alarm.peer.as_str());
    report.fact("feed", alarm.feed.as_str());
    report.fact("time", alarm.time.to_string());
    report.fact("text", alarm.text.as_str());
    if let Some(closed) = &alarm.closed {
        report.fact("closed", closed.time.to_string());
        report.fact("closed_by", closed.by.as_str());
        report.fact("closed_note", closed.note.as_str());
    }
    report.line(format!("\nWhat to do: {}", advice(&alarm.kind)));
    if alarm.evidence.is_some() {
        report.line(format!("Others can check it: detente alarm export {} --out FILE --dir DIR", alarm.number));
    }
    Ok(())
}

/// What a duty officer does next.
fn advice(kind: &str) -> &'static str {
    match kind {
        "fork" => {
            "stop relying on anything new of this party, export the evidence, and show it to the other members and to a witness"
        }
        "false-head" => {
            "export the evidence and show it to the other members: this party signed two things that cannot both be"
        }
        "rollback" => {
            "ask the party whether it restored an old copy; export the evidence. Until it shows its newest log, believe nothing new"
        }
        "behind" | "old-head" => {
            "wait for the next reading: a sender in the middle of publishing can look so once. If it stays, ask the party what its node shows"
        }
        "beyond-head" | "unannounced" => {
            "ask the party for a head statement that covers what it shows; its node may be faulty, or hide something from others"
        }
        "frozen" => {
            "call the party: its line or its node may be down. If it says that all is well, ask another member what it sees"
        }
        "withheld" | "missing-body" => "ask the party for the file; if it was erased, its feed must say so",
        "not-deposited" => {
            "ask the party for the body. Its depositary states that it was not handed in: export that, and show it to the other members if the party says that it did"
        }
        "false-deposit" => {
            "ask the party for the body, and its depositary to keep what it has: the octets and your bundle key show who is right"
        }
        "deposit-withdrawn" => {
            "ask the party for the body, or for an entry that says it is erased; show its statement to the other members if it gives neither"
        }
        "from-depositary" => "nothing is lost: the body was read. Ask the party why its own node does not give it",
        "tampered-body" | "tampered" => {
            "ask the party to send it again; if it stays so, its disk is damaged or somebody changes what it serves"
        }
        "revoked-key" => "do not believe what it signs; ask the party by another way whether its key was stolen",
        "false-frame" => {
            "do not act on the urgent record by itself; ask the party by another way, and show the evidence to the other members"
        }
        "disbelieved" | "bad-entry" | "bad-frame" | "malformed" => {
            "tell the party's operators: their node sends what no version of this program writes"
        }
        "false-acknowledgement" => "compare your feed with what the party saw: one of the two has another history",
        "budget" => {
            "ask the party's operators why their node asks or sends so much; what is beyond is refused, or stands here"
        }
        "unproved-head" => {
            "ask the party whether its log was restored from an old copy. If it was not, somebody else may have made up the proof. The head is kept, and compared with the one of its size that comes later"
        }
        "unwitnessed" => {
            "look whether a second copy of this node runs, or whether it was restored from an old copy. Until the witness cosigns again, partners who rely on it read nothing new of ours"
        }
        _ => "look at it with somebody who knows this program",
    }
}

fn export(arguments: &AlarmExportArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let alarm = find(&arguments.dir, arguments.number)?;
    let evidence = alarm.evidence.as_ref().ok_or_else(|| {
        Failure::refused("a stranger could check nothing of this alarm: it rests on what this node saw")
            .advise("tell what you saw; `detente alarm show` says what to do")
    })?;
    write_whole(&arguments.out, evidence.trim_end_matches('\n'), Readers::All)?;
    report.fact("written", arguments.out.display().to_string());
    report.line(
        "\nIt holds digests, sizes and signatures, and no content. Check it with: detente verify FILE --keys PROFILE",
    );
    Ok(())
}

fn close(arguments: &AlarmCloseArguments, report: &mut Report) -> Done {
    let by = person(&arguments.by, "say who has dealt with it")?;
    let note = arguments.note.trim();
    if note.is_empty() || note.chars().count() > MAX_CLOSING_CHARACTERS {
        return Err(Failure::input(format!("a note has 1 to {MAX_CLOSING_CHARACTERS} characters"))
            .advise("say what was found or done; what is longer belongs into a record"));
    }
    let alarm = find(&arguments.node.dir, arguments.number)?;
    let node = Signing::open(&arguments.node)?;
    let again = node.keys.duplicate().map_err(Failure::environment)?;
    let own = Own::new(node.history.clone(), again);
    close_alarm(&node.store, &own, alarm.number, note, &by).map_err(Failure::environment)?;
    report.fact("number", Json::count(alarm.number));
    report.fact("kind", alarm.kind.as_str());
    report.fact("closed_by", by);
    report.line("\nIt stays, with its evidence: `detente alarm list --all` shows it.");
    Ok(())
}
