//! `detente record sign`: a STIX object becomes a record.

mod preview;

use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{self, Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::key_record::Use;
use record::stix::{Class, StixObject};
use record::{Author, Draft};

use super::{check_output, count, read_record, write_record};
use crate::arguments::SignArguments;
use crate::clock;
use crate::home::{Home, Readers, read_input};
use crate::keystore;
use crate::operations::asked::is_remote;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::standing::Standing;
use crate::statements::{check_signals, refusal};

pub(super) fn run(arguments: &SignArguments, report: &mut Report) -> Done {
    check_output(&arguments.output)?;
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let Plan { draft, after, members } = plan(arguments, &history)?;
    if arguments.dry_run {
        let is_later = after.is_some();
        preview::print(&draft, is_later, &members, &history.party().identity(), report);
        print_standing(after, report, true);
        report.line("\nNothing was signed.");
        return Ok(());
    }
    let opened = keystore::open(&home, &history, &arguments.passphrase)?;
    let signers = keystore::signers(&history, &opened.keys.signing, Use::Record)?;
    let author = Author::new(history.party(), history.head().digest(), &signers);
    let signed = draft.sign(&author, &mut SystemEntropy::new()).map_err(Failure::refused)?;
    write_record(signed.envelope(), &arguments.output, Readers::Owner, report)?;
    let has_room = arguments.output.out.is_some() || report.is_json();
    if has_room {
        report.fact("record_digest", signed.digest().to_string());
        report.fact("signed_by", history.party().to_string());
        report.fact("disclosures", count(signed.envelope().disclosures().len()));
        report.fact("bytes", count(signed.envelope().to_json().len()));
    }
    print_standing(after, report, has_room);
    Ok(())
}

/// What became of the keys of the version before, if there is one.
fn print_standing(after: Option<Standing>, report: &mut Report, has_room: bool) {
    let Some(standing) = after else { return };
    if has_room {
        report.fact("previous_key_standing", standing.word());
    }
    if let Some(problem) = standing.problem().filter(|_| standing.is_grave()) {
        report.warn(&format!("the version before this one may be a thief's: {problem}"));
    }
}

/// What is to be signed.
struct Plan {
    draft: Draft,
    /// What became of the keys of the version before, if there is one.
    after: Option<Standing>,
    /// The ids of its members.
    members: Vec<String>,
}

fn plan(arguments: &SignArguments, history: &KeyHistory) -> Done<Plan> {
    let object = read_object(&arguments.object)?;
    if is_remote()
        && let Some(problem) = refusal(history.party(), object.as_map())
    {
        return Err(Failure::refused(problem));
    }
    let (draft, after) = match &arguments.after {
        None => (Draft::new(object), None),
        Some(path) => {
            let before = read_record(path)?.verify(history, Moment::AsNamed).map_err(Failure::refused)?;
            let version = before.content().aside().version().ok_or_else(|| {
                Failure::input("the record before this one withholds its version").advise("give the whole record")
            })?;
            if before.content().object().text("id") != Some(object.id().as_str()) {
                return Err(Failure::input("the record before this one is about another object"));
            }
            let draft = Draft::after(object, version.saturating_add(1), before.digest()).map_err(Failure::input)?;
            (draft, Some(Standing::today(&before, history)?))
        }
    };
    let members: Done<Vec<_>> = arguments.members.iter().map(|path| read_object(path)).collect();
    let members = members?;
    check_signals(draft.object(), &members.iter().map(StixObject::as_map).collect::<Vec<_>>())?;
    let ids = members.iter().map(|member| member.id().as_str().to_owned()).collect();
    Ok(Plan { draft: draft.with_members(members).map_err(Failure::input)?, after, members: ids })
}

/// Reads an object, and gives it an id and times where it has none.
fn read_object(path: &std::path::Path) -> Done<StixObject> {
    let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
    let object = json::parse(&read_input(path)?).map_err(|error| wrong(error.to_string()))?;
    let Json::Object(mut object) = object else { return Err(wrong("it is not a JSON object".to_owned())) };
    complete(&mut object)?;
    StixObject::from_map(object).map_err(|error| wrong(error.to_string()))
}

fn complete(object: &mut Map) -> Done {
    let Some(object_type) = object.text("type").map(str::to_owned) else { return Ok(()) };
    if !object.contains("id") {
        let mut octets = [0; 16];
        SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
        let uuid = uuid::Builder::from_random_bytes(octets).into_uuid();
        object.set("id", format!("{object_type}--{uuid}"));
    }
    if record::stix::class_of(object) != Class::Observable {
        let now = clock::now().to_string();
        for name in ["created", "modified"] {
            if !object.contains(name) {
                object.set(name, now.as_str());
            }
        }
    }
    Ok(())
}
