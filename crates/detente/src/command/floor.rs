//! `detente floor`: list, off, on.

use policy::explain::Language;
use policy::floors::{DEFAULTS, FloorSwitch};
use record::json::{Json, Map};

use crate::arguments::{FloorCommand, FloorListArguments, FloorSwitchArguments};
use crate::command::log::{Signing, batch_of, own_object};
use crate::holdings::Holdings;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: FloorCommand, report: &mut Report) -> Done {
    match command {
        FloorCommand::List(arguments) => list(&arguments, report),
        FloorCommand::Off(arguments) => switch(&arguments, false, report),
        FloorCommand::On(arguments) => switch(&arguments, true, report),
    }
}

fn list(arguments: &FloorListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let floors = Holdings::read(&store, &home)?.floors()?;
    let mut rows = Vec::new();
    for floor in DEFAULTS {
        let off = floors.off().find(|(one, _)| one.name == floor.name).map(|(_, switch)| switch);
        let state = off.map_or_else(|| "on".to_owned(), |off| format!("OFF by {}: {}", off.by, off.reason));
        report.line(format!("{:<24} {:<4} {}", floor.name, state, floor.meaning(arguments.language)));
        if arguments.policies {
            report.line(format!("    {}", floor.policy));
        }
        let row = Map::new().with("floor", floor.name).with("is_on", Json::Bool(off.is_none()));
        rows.push(Json::from(row.with("meaning", floor.meaning(arguments.language)).with("policy", floor.policy)));
    }
    report.line(match arguments.language {
        Language::English => {
            "\nWithout a switch: what is unlabelled stays; an audience that does not hold the recipient, or is empty, \
             receives nothing; a tag that no policy knows stays."
        }
        Language::Chinese => {
            "\n以下各项不设开关：未经标注的内容不得外传；标注未列入接收方或者未列任何接收方的，不得向其发布；含有任何规则都\
             不认识的标签的，不得外传。"
        }
    });
    report.data("floors", Json::Array(rows));
    Ok(())
}

fn switch(arguments: &FloorSwitchArguments, is_on: bool, report: &mut Report) -> Done {
    let switch = FloorSwitch::new(&arguments.floor, is_on, &arguments.reason, &arguments.by);
    let switch = switch.map_err(Failure::input)?;
    report.fact("floor", switch.floor.as_str());
    report.fact("is_on", Json::Bool(is_on));
    if !arguments.yes {
        report.line(
            "\nNothing was changed. With a floor off, whatever it kept at home may leave as soon as an agreement permits it. \
             To do it, add --yes",
        );
        return Ok(());
    }
    let node = Signing::open(&arguments.node)?;
    let signed = node.sign(own_object("detente-floor-switch", switch.to_map())?)?;
    let _committed = node.commit(batch_of(&signed)?)?;
    report.fact("record_digest", signed.digest().to_string());
    report.line("\nSigned and logged. Approvals that were given before do not count any more.");
    Ok(())
}
