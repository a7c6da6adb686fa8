//! `detente agreement take`: messages from other parties.

use policy::explain::Language;
use protocol::negotiation::Effect;
use record::json::{Json, Map};
use record::key_history::Moment;

use crate::arguments::AgreementTakeArguments;
use crate::clock;
use crate::command::agreement::speak;
use crate::command::log::Signing;
use crate::holdings::Holdings;
use crate::home::{Home, read_input};
use crate::negotiations::words::{say_alarm, say_missing, say_period};
use crate::negotiations::{self, Negotiations};
use crate::outcome::{Done, Failure};
use crate::partners;
use crate::report::Report;

/// Most messages of one file: far more than a negotiation has.
const MAX_MESSAGES: usize = 1_000;

pub(super) fn run(arguments: &AgreementTakeArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    for profile in &arguments.profiles {
        let _party = partners::remember(&home, profile)?;
    }
    let node = Signing::open(&arguments.node)?;
    let holdings = Holdings::read(&node.store, &home)?;
    let now = clock::now();
    let mut negotiations = Negotiations::read(&node.store, &holdings.ring, holdings.own, now)?;
    let mut changes = Vec::new();
    for path in &arguments.files {
        let text = read_input(path)?;
        let lines: Vec<_> = text.split(|octet| *octet == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
        if lines.len() > MAX_MESSAGES {
            return Err(Failure::input(format!("`{}` holds more than {MAX_MESSAGES} messages", path.display())));
        }
        for line in lines {
            let message = negotiations::verify(line.trim_ascii(), &holdings.ring, Moment::At(now))?;
            negotiations.check_ours(&message)?;
            for effect in negotiations.receive(message)? {
                changes.extend(follow(&node, effect, report)?);
            }
        }
    }
    if changes.is_empty() {
        report.line("Nothing was new.");
    }
    report.data("changes", Json::Array(changes));
    Ok(())
}

/// Does what the negotiation asks for, and says what changed.
fn follow(node: &Signing, effect: Effect, report: &Report) -> Done<Option<Json>> {
    Ok(match effect {
        Effect::Log(message) => {
            speak::log(node, &message)?;
            None
        }
        Effect::StateChanged { agreement, to, period, .. } => {
            let period = say_period(period, Language::English);
            report.line(format!("agreement {agreement} is {to} ({period})"));
            let map = Map::new().with("agreement", agreement.to_string()).with("state", to.to_string());
            Some(Json::from(map.with("period", period)))
        }
        Effect::Alarm(alarm) => {
            report.warn(&say_alarm(&alarm, Language::English));
            Some(Json::from(Map::new().with("alarm", say_alarm(&alarm, Language::English))))
        }
        Effect::Fetch(missing) => {
            report.line(format!("missing: {}; ask that party for its earlier messages", say_missing(&missing)));
            Some(Json::from(Map::new().with("missing", say_missing(&missing))))
        }
        Effect::SignAndSend(_) | _ => None,
    })
}
