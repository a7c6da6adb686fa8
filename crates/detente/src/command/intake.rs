//! `detente report`: confidential reports, on the reporter's side and at the desk.

mod ending;

use std::path::Path;

use record::json::{Json, Map};

use crate::arguments::{
    AcceptArguments, DirArguments, FollowUpArguments, InboxArguments, ReadArguments, ReportAnswerArguments,
    ReportCommand, StatusArguments, SubmitArguments, TakeArguments,
};
use crate::home::{self, Home, Readers, read_input};
use crate::intake::{Arrival, Code, Intake, MessageKind, State, Thread, open_answers, seal_message};
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::serve::sealing::key_in_window;
use crate::{clock, keyring, keystore};

pub(crate) fn run(command: &ReportCommand, report: &mut Report) -> Done {
    match command {
        ReportCommand::Open(arguments) => open(arguments, report),
        ReportCommand::Submit(arguments) => submit(arguments, report),
        ReportCommand::FollowUp(arguments) => follow_up(arguments, report),
        ReportCommand::Status(arguments) => status(arguments, report),
        ReportCommand::Take(arguments) => take(arguments, report),
        ReportCommand::Inbox(arguments) => inbox(arguments, report),
        ReportCommand::Read(arguments) => read(arguments, report),
        ReportCommand::Answer(arguments) => answer(arguments, report),
        ReportCommand::Accept(arguments) => accept(arguments, report),
        ReportCommand::Close(arguments) => ending::close(arguments, report),
        ReportCommand::Delete(arguments) => ending::delete(arguments, report),
    }
}

fn open(arguments: &DirArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let is_new = Intake::begin(&home)?;
    report.fact("intake", if is_new { "open" } else { "was open already" });
    report.fact("profile", home.profile_path().display().to_string());
    report.line(
        "Publish the profile file: reporters seal for its bundle key. Back up the folder `intake`: no log has it.",
    );
    Ok(())
}

fn submit(arguments: &SubmitArguments, report: &mut Report) -> Done {
    let code = Code::fresh()?;
    // The code is the only way back to what is written here.
    report.only_once("the code was not shown: delete the sealed file and submit anew");
    seal(MessageKind::Report, &code, arguments, report)?;
    report.secret("code", &code.written());
    report
        .line("\nWrite the code down. It is stored nowhere; without it nobody can add to the report or read answers.");
    Ok(())
}

fn follow_up(arguments: &FollowUpArguments, report: &mut Report) -> Done {
    seal(MessageKind::FollowUp, &code(&arguments.code)?, &arguments.submit, report)
}

fn seal(kind: MessageKind, code: &Code, arguments: &SubmitArguments, report: &mut Report) -> Done {
    let text = read_text(&arguments.text)?;
    let known = keyring::read_profile(&arguments.to)?;
    let key = key_in_window(&known.history, clock::now())?;
    let sealed = seal_message(kind, code, &text, known.history.party(), &key)?;
    home::write_whole(&arguments.out, &record::base64url::encode(&sealed), Readers::Owner)?;
    report.fact("sealed", arguments.out.display().to_string());
    report.fact("for", known.history.party().to_string());
    Ok(())
}

fn read_text(path: &Path) -> Done<String> {
    let text = String::from_utf8(read_input(path)?);
    text.map_err(|_| Failure::input("the text is not UTF-8").advise("save it as plain text in UTF-8"))
}

/// A code as it was typed; `-` has it read from standard input, where other users of the machine do not see it.
fn code(text: &str) -> Done<Code> {
    let typed = if text == "-" { read_text(Path::new("-"))? } else { text.to_owned() };
    typed.trim().parse().map_err(|error: crate::intake::NotACode| {
        Failure::arguments(error)
            .advise("it was printed by `detente report submit`; small letters and blanks do not matter")
    })
}

fn status(arguments: &StatusArguments, report: &mut Report) -> Done {
    let code = code(&arguments.code)?;
    report.fact("tag", code.tag());
    let Some(path) = &arguments.answers else {
        report.line("Answers lie at the desk under this tag. Fetch that file, and give it with --answers.");
        return Ok(());
    };
    let answers = open_answers(&unsealed(path)?, &code)?;
    for answer in &answers {
        report.line(format!("{}  {}", one_line(&answer.day), answer.text));
    }
    report.data("answers", Json::Array(answers.iter().map(|one| Json::from(one.to_map())).collect()));
    Ok(())
}

fn unsealed(path: &Path) -> Done<Vec<u8>> {
    let text = read_text(path)?;
    record::base64url::decode(text.trim())
        .map_err(|_| Failure::input(format!("`{}` is no sealed file", path.display())))
}

fn take(arguments: &TakeArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    for path in &arguments.files {
        intake.lay_aside(&unsealed(path)?)?;
    }
    report.fact("laid_aside", Json::count(arguments.files.len()));
    Ok(())
}

fn inbox(arguments: &InboxArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    let intake = Intake::open(&home)?;
    let history = home.history()?;
    let keys = keystore::open(&home, &history, &arguments.node.passphrase)?.keys;
    let mut refused = 0_usize;
    for arrival in intake.take(history.party(), &keys.bundle)? {
        match arrival {
            Arrival::Report(name) => report.line(format!("NEW REPORT {name}")),
            Arrival::FollowUp(name) => report.line(format!("more about {name}")),
            Arrival::Refused(why) => {
                refused = refused.saturating_add(1);
                report.warn(&format!("a file was no report for this desk, and was deleted: {why}"));
            }
        }
    }
    let rows = intake.threads()?.iter().map(|thread| say_thread(thread, report)).collect();
    report.data("reports", Json::Array(rows));
    report.data("refused", Json::count(refused));
    Ok(())
}

fn say_thread(thread: &Thread, report: &Report) -> Json {
    let (first, count) = (thread.messages.first(), thread.messages.len());
    let day = first.map(|one| one.day.as_str()).unwrap_or_default();
    report.line(format!("{}  {day}  {:<8}  {count} from the reporter", thread.name, thread.state.name()));
    let map = Map::new().with("report", thread.name.as_str()).with("day", day).with("state", thread.state.name());
    map.with("messages", Json::count(count)).into()
}

fn read(arguments: &ReadArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    let mut thread = intake.thread(&arguments.name)?;
    report.fact("report", thread.name.as_str());
    for message in &thread.messages {
        report.line(format!("\n{}, the reporter:\n{}", one_line(&message.day), quoted(&message.text, "reporter")));
    }
    for answer in &thread.answers {
        report.line(format!("\n{}, the desk:\n{}", one_line(&answer.day), quoted(&answer.text, "desk")));
    }
    let list = |all: &[crate::intake::Answer]| Json::Array(all.iter().map(|one| Json::from(one.to_map())).collect());
    report.data("messages", list(&thread.messages));
    report.data("answers", list(&thread.answers));
    if thread.state == State::New {
        thread.state = State::Read;
        intake.write(&thread)?;
    }
    report.fact("state", thread.state.name());
    Ok(())
}

/// Each line bears whose it is, so that no text can pass its own lines off as the other side's.
fn quoted(text: &str, side: &str) -> String {
    text.lines().map(|line| format!("  {side} | {line}")).collect::<Vec<_>>().join("\n")
}

fn answer(arguments: &ReportAnswerArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    let mut thread = intake.thread(&arguments.name)?;
    let path = intake.answer(&mut thread, &arguments.text)?;
    report.fact("answers", path.display().to_string());
    report.line("Put this file where reporters fetch it: its name is the tag, and the reporter alone can open it.");
    Ok(())
}

fn accept(arguments: &AcceptArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    let mut thread = intake.thread(&arguments.name)?;
    let texts: Vec<_> = thread.messages.iter().map(|message| message.text.as_str()).collect();
    // No tag, no day and no name of the thread: none of them is to stand in a record that may be released.
    let source = Map::new().with("source_name", "confidential report");
    let draft = Map::new()
        .with("description", texts.join("\n\n"))
        .with("external_references", Json::Array(vec![source.into()]));
    home::write_whole(&arguments.out, &draft.to_text(), Readers::Owner)?;
    thread.state = State::Accepted;
    intake.write(&thread)?;
    report.fact("draft", arguments.out.display().to_string());
    report.line("Correct it: take out what could tell who reported. Then: detente incident new FILE --dir DIR, and label it with --tag source-identity where that is so.");
    Ok(())
}
