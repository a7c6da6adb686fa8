//! `detente agreement`: draft, show, diff, examples, propose, take, sign, list, suspend, resume, withdraw, terminate.

pub(crate) mod diff;
mod draft;
mod examples;
mod show;
mod speak;
mod take;

use std::path::Path;

use policy::agreement::Agreement;
use policy::explain::Language;
use protocol::negotiation::Said;
use record::json::{Json, Map};
use record::limits::MAX_MESSAGE_BYTES;
use record::message::Message;

use crate::arguments::{AgreementCommand, AgreementListArguments, AgreementMessagesArguments};
use crate::clock;
use crate::holdings::Holdings;
use crate::home::{Home, Readers, check_absent, read_input, write_whole};
use crate::negotiations::Negotiations;
use crate::negotiations::words::{say_period, say_state};
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: AgreementCommand, report: &mut Report) -> Done {
    match command {
        AgreementCommand::Draft(arguments) => draft::run(&arguments, report),
        AgreementCommand::Show(arguments) => show::run(&arguments, report),
        AgreementCommand::Diff(arguments) => diff::run(&arguments, report),
        AgreementCommand::Examples(arguments) => examples::run(&arguments, report),
        AgreementCommand::Propose(arguments) => speak::propose(&arguments, report),
        AgreementCommand::Take(arguments) => take::run(&arguments, report),
        AgreementCommand::Sign(arguments) => speak::sign(&arguments, report),
        AgreementCommand::Messages(arguments) => messages(&arguments, report),
        AgreementCommand::List(arguments) => list(&arguments, report),
        AgreementCommand::Suspend(arguments) => speak::act(&arguments, speak::Will::Suspend, report),
        AgreementCommand::Resume(arguments) => speak::act(&arguments, speak::Will::Resume, report),
        AgreementCommand::Withdraw(arguments) => speak::act(&arguments, speak::Will::Withdraw, report),
        AgreementCommand::Terminate(arguments) => speak::act(&arguments, speak::Will::Terminate, report),
    }
}

/// The text that a person names: a file, or a digest that the node's log knows.
fn find(text: &str, dir: Option<&Path>) -> Done<Agreement> {
    let Ok(digest) = text.parse() else { return read(Path::new(text)) };
    let dir = dir.ok_or_else(|| Failure::arguments("a digest needs --dir, the node that knows the text"))?;
    let home = Home::open(dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let negotiations = Negotiations::read(&store, &holdings.ring, holdings.own, clock::now())?;
    negotiations.agreement(digest).cloned().ok_or_else(|| {
        Failure::input(format!("this node knows no agreement {digest}"))
            .advise("`detente agreement list --dir DIR` shows those it knows")
    })
}

fn read(path: &Path) -> Done<Agreement> {
    let text = read_input(path)?;
    if text.len() > MAX_MESSAGE_BYTES {
        return Err(Failure::input(format!("`{}` is longer than an agreement may be", path.display())));
    }
    Agreement::parse(&text).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
}

/// What was said may be lost on its way, or before it was written: the log has it.
fn messages(arguments: &AgreementMessagesArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let mut negotiations = Negotiations::read(&store, &holdings.ring, holdings.own, clock::now())?;
    let thread = negotiations.thread_of(arguments.agreement)?;
    let mut said: Vec<_> = thread.messages().collect();
    let sequence = |message: &Message| Said::from_map(message.content()).map_or(u64::MAX, |said| said.sequence);
    said.sort_by_key(|message| (sequence(message.content()), message.digest()));
    let lines: Vec<_> = said.iter().map(|message| message.envelope().to_json()).collect();
    write_whole(&arguments.out, &lines.join("\n"), Readers::Owner)?;
    report.fact("messages", Json::count(lines.len()));
    report.fact("written", arguments.out.display().to_string());
    Ok(())
}

fn list(arguments: &AgreementListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let negotiations = Negotiations::read(&store, &holdings.ring, holdings.own, clock::now())?;
    let rows = negotiations.reports().into_iter().map(|one| {
        let agreement = one.agreement;
        let title = arguments.language.choose(agreement.title());
        let names = agreement
            .members()
            .iter()
            .map(|member| holdings.ring.name(member.party).map_or_else(|| member.party.to_string(), str::to_owned));
        let names = names.collect::<Vec<_>>().join(", ");
        let (state, period) = (say_state(one.state, arguments.language), say_period(one.period, arguments.language));
        report.line(format!("{}  {state:<11} {period:<9} {title}  ({names})", agreement.digest()));
        // What programs compare is the same in every language.
        let period = say_period(one.period, Language::English);
        let map = Map::new().with("agreement", agreement.digest().to_string()).with("state", one.state.to_string());
        Json::from(map.with("period", period).with("title", title))
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        report.line(match arguments.language {
            Language::English => {
                "This node knows no agreement. Begin one with: detente agreement draft --template NAME ..."
            }
            Language::Chinese => "本节点尚无协议。可用下列命令起草：detente agreement draft --template NAME ...",
        });
    }
    for alarm in negotiations.alarms(arguments.language) {
        report.warn(&alarm);
    }
    report.data("agreements", Json::Array(rows));
    report.data("alarms", Json::Array(negotiations.alarms(Language::English).map(Json::text).collect()));
    Ok(())
}
