//! Running a command for somebody who asks over the network.

use std::path::Path;
use std::rc::Rc;

use access::{Caller, Refused, Resource, Right, Skeleton, Verdict, judge};
use api::etag::EntityTag;
use api::{Effect, Problem, ProblemKind, Value, Values, file_json};
use clap::Parser as _;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixId;
use storage::LocalStore;

use super::argv::{Given, Words};
use super::asked::{self, Remote};
use super::folder::Folder;
use super::queue::{Queue, busy};
use super::read::Reading;
use super::sight::{Hidden, Sight};
use super::state;
use super::sweep::{swept, tells, uncounted};
use super::table::{ROWS, Row, Sees};
use crate::arguments::Arguments;
use crate::home::Home;
use crate::outcome::{Exit, Failure};
use crate::report::{Kept, Report};
use crate::{node, proposals, wanted};

/// How long a command waits for other processes that want the directory, in milliseconds: most commands take less.
const WAIT_MS: u64 = 10_000;

/// [`run_if`] without a condition.
#[cfg(test)]
pub(crate) fn run(home: &Home, operation: &str, values: &Values, caller: &Caller) -> Result<Map, Problem> {
    run_if(home, (operation, values), caller, None).map(|(answer, _)| answer)
}

/// Runs the command of an operation, as the account that asks, and answers what it said, with the tag of what was read, where one
/// thing is. A change is made on a condition, if there is one (`If-Match`).
///
/// The caller holds nothing of the node's store: the command opens it. Values are those that [`api::request::read`] read by the
/// operation's description.
///
/// # Errors
/// A problem, before anything runs if the account may not, or the condition does not hold.
pub(crate) fn run_if(
    home: &Home,
    (operation, values): (&str, &Values),
    caller: &Caller,
    if_match: Option<&str>,
) -> Result<(Map, Option<EntityTag>), Problem> {
    let row = ROWS.iter().find(|row| row.operation() == operation).ok_or_else(not_found)?;
    check_rights(row, values, caller)?;
    state::check_sent(row, if_match)?;
    let account = caller.account().ok_or_else(|| Problem::forbidden(Refused::SignIn))?;
    let (by, queue) = (account.to_string(), Queue::of(home.dir()));
    let _turn = queue.enter(account.skeleton())?;
    let _remote = Remote::begin(caller);
    // What is hidden is found, and the command run, in one go: nobody else logs anything in between.
    let _said = say(home, row)?;
    let Looked { hidden, tag } = look(home, row, (values, if_match), caller)?;
    let hidden = hidden.map(Rc::new);
    let _hiding = hidden.as_ref().map(asked::hide);
    let folder = Folder::make().map_err(|failure| problem(&failure, Path::new("/"), home))?;
    let of = |failure: &Failure| problem(failure, folder.path(), home);
    let said = execute(home, row, values, &by, &folder).map_err(|failure| of(&failure))?;
    let answer = said.into_answer(&folder).map_err(|failure| of(&failure))?;
    let answer = permitted(answer, row, caller);
    let led_to = led_to(home, row, &answer, caller)?.map(Rc::new);
    let answer = match hidden.or(led_to) {
        Some(hidden) => without(&answer, &hidden, row.sees).ok_or_else(not_found)?,
        None => answer,
    };
    Ok((cleaned_map(&answer, folder.path(), home), tag))
}

/// Whether a member asks for something: a flag that is set, a list that is not empty, any other value.
fn is_given(values: &Values, member: &str) -> bool {
    match values.get(member) {
        None | Some(Value::Flag(false)) => false,
        Some(Value::List(elements)) => !elements.is_empty(),
        Some(_) => true,
    }
}

/// The answer without the parts that take a right which the account lacks.
fn permitted(mut answer: Map, row: &Row, caller: &Caller) -> Map {
    let lacks = |right: Right| judge(caller, right, &Resource::Node) != Verdict::Allowed;
    let parts: Vec<_> = row.parts.iter().filter(|(_, right)| lacks(*right)).map(|(member, _)| *member).collect();
    if let Some(Json::Object(told)) = answer.get("told").filter(|_| !parts.is_empty()) {
        let told: Map = told.iter().filter(|(name, _)| !parts.contains(name)).map(owned).collect();
        answer.set("told", told);
    }
    answer
}

fn owned((name, value): (&str, &Json)) -> (String, Json) {
    (name.to_owned(), value.clone())
}

/// Whether the answer of an operation may be kept to be repeated: not if a secret is in it.
pub(crate) fn keeps_answer(operation: &str) -> bool {
    !ROWS.iter().any(|row| row.operation() == operation && row.is_secret)
}

fn not_found() -> Problem {
    Problem::new(ProblemKind::NotFound)
}

/// The rights of the account, before anything is opened.
fn check_rights(row: &Row, values: &Values, caller: &Caller) -> Result<(), Problem> {
    // Whoever approves is judged beside the proposal.
    let right = if row.right == Right::Approve { None } else { Some(row.right) };
    let more = row.takes.filter(|(member, _)| is_given(values, member)).map(|(_, right)| right);
    right.into_iter().chain(more).try_for_each(|right| answer_of(judge(caller, right, &Resource::Node)))?;
    if row.right == Right::Approve {
        let nobody = Skeleton::of("");
        answer_of(judge(caller, Right::Approve, &Resource::Proposal { proposer: &nobody }))?;
    }
    Ok(())
}

pub(crate) fn answer_of(verdict: Verdict) -> Result<(), Problem> {
    match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Hidden => Err(not_found()),
        Verdict::Forbidden(why) => Err(Problem::forbidden(why)),
    }
}

/// Says that the node's directory is wanted for several things in a row; a command that tells of no record of the node opens it
/// for itself if it must.
fn say(home: &Home, row: &Row) -> Result<Option<wanted::Said>, Problem> {
    if row.sees == Sees::Nothing {
        return Ok(None);
    }
    wanted::say(home.dir(), WAIT_MS).map(Some).ok_or_else(busy)
}

/// What was found before a command runs.
#[derive(Default)]
struct Looked {
    hidden: Option<Hidden>,
    /// How what is read stands.
    tag: Option<EntityTag>,
}

/// Looks at the records that the request is about, finds what must not be in the answer, and whether a condition holds.
fn look(
    home: &Home,
    row: &Row,
    (values, if_match): (&Values, Option<&str>),
    caller: &Caller,
) -> Result<Looked, Problem> {
    if row.sees == Sees::Nothing {
        return Ok(Looked::default());
    }
    let failed = |failure: Failure| problem(&failure, Path::new("/"), home);
    let history = home.history().map_err(failed)?;
    let store = node::open_to_read(home, &history).map_err(failed)?;
    let sight = Sight::of(home, &store, caller).map_err(failed)?;
    let hidden = judged(row, values, (home, &store), &sight)?;
    let Some(name) = state::named(row, values) else { return Ok(Looked { hidden, tag: None }) };
    let state = state::state_of(&store, &sight, name).map_err(failed)?;
    if row.effect == Effect::Changes {
        state::check(Reading { home, store: &store, caller }, name, &state, if_match)?;
        return Ok(Looked { hidden, tag: None });
    }
    Ok(Looked { hidden, tag: Some(state::tag_of(&caller.shown(), &state)) })
}

/// Judges what a request names, or finds what must not be in its answer.
fn judged(
    row: &Row,
    values: &Values,
    (home, store): (&Home, &LocalStore),
    sight: &Sight<'_>,
) -> Result<Option<Hidden>, Problem> {
    let failed = |failure: Failure| problem(&failure, Path::new("/"), home);
    let may = |verdict: Result<Verdict, Failure>| answer_of(verdict.map_err(failed)?);
    match row.sees {
        Sees::Nothing => return Ok(None),
        Sees::Any | Sees::Counts(_) => return sight.hidden().map(Some).map_err(failed),
        Sees::All if sight.hidden().map_err(failed)?.names.is_empty() => {}
        Sees::All => return Err(counts_tell()),
        Sees::Named(arguments) => {
            for name in arguments.iter().flat_map(|argument| named(values, argument)) {
                // What is kept of duties follows from our own versions, and so does who may ask about it.
                let is_duty = row.command.starts_with("duties ");
                may(if is_duty { sight.judge_incident(row.right, name) } else { sight.judge_named(row.right, name) })?;
            }
        }
        Sees::Entry(argument) => {
            let index = values.integer(argument).and_then(|index| u64::try_from(index).ok()).ok_or_else(not_found)?;
            let held = sight.holdings.at(&[index]).map_err(failed)?.pop().ok_or_else(not_found)?;
            may(sight.judge(row.right, &held))?;
        }
        Sees::Label(argument) => {
            let digest = digest(values, argument).ok_or_else(not_found)?;
            let label = sight.holdings.label(digest).map_err(failed)?.ok_or_else(not_found)?;
            may(sight.judge_named(row.right, &label.label.about().to_string()))?;
        }
        Sees::Proposal(argument) => {
            let id = digest(values, argument).ok_or_else(not_found)?;
            let proposal = proposals::find(store, &sight.holdings, id).map_err(|_| not_found())?;
            may(sight.judge_named(Right::Read, &proposal.subject.record.to_string()))?;
            if row.right == Right::Approve {
                let proposer = Skeleton::of(&proposal.ask.proposer);
                answer_of(judge(sight.caller(), Right::Approve, &Resource::Proposal { proposer: &proposer }))?;
            }
        }
    }
    Ok(None)
}

/// What an answer leads to that the account may not see. Only the ids in it are judged: whoever links two things need not wait until all
/// that is here is looked through.
fn led_to(home: &Home, row: &Row, answer: &Map, caller: &Caller) -> Result<Option<Hidden>, Problem> {
    let Some(member) = row.judged else { return Ok(None) };
    let told = answer.get("told").and_then(Json::as_object).and_then(|told| told.get(member));
    let failed = |failure: Failure| problem(&failure, Path::new("/"), home);
    let store = node::open_to_read(home, &home.history().map_err(failed)?).map_err(failed)?;
    let sight = Sight::of(home, &store, caller).map_err(failed)?;
    let mut hidden = Hidden::default();
    for id in told.map(texts_in).into_iter().flatten().filter(|text| text.parse::<StixId>().is_ok()) {
        if sight.judge_named(Right::Read, id).map_err(failed)? != Verdict::Allowed {
            hidden.names.insert(id.to_owned());
        }
    }
    Ok(Some(hidden))
}

/// Every text in a value, however deep.
fn texts_in(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) => vec![text],
        Json::Array(elements) => elements.iter().flat_map(texts_in).collect(),
        Json::Object(map) => map.iter().flat_map(|(_, value)| texts_in(value)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}

fn digest(values: &Values, member: &str) -> Option<RecordDigest> {
    values.text(member).and_then(|text| text.parse().ok())
}

/// Why an answer that counts records is not given.
fn counts_tell() -> Problem {
    Problem::new(ProblemKind::Refused).said(
        "the answer counts records, and this account may not see all of them",
        Some("search at /api/v1/search, which does not count; or run the command at the machine"),
    )
}

/// The names that a member holds: a text, or each of a list.
fn named<'v>(values: &'v Values, member: &str) -> Vec<&'v str> {
    match values.get(member) {
        Some(Value::Text(text)) => vec![text],
        Some(Value::List(_)) => values.texts(member),
        _ => Vec::new(),
    }
}

/// What a command said and wrote.
struct Ran {
    told: Map,
    kept: Kept,
    written: Vec<String>,
}

fn execute(home: &Home, row: &Row, values: &Values, by: &str, folder: &Folder) -> Result<Ran, Failure> {
    let command = super::describe::command_of(row).ok_or_else(|| Failure::environment("the command is not there"))?;
    let words = Words::of(row, &command, values, Given { dir: home.dir(), by }, folder)?;
    let arguments = Arguments::try_parse_from(words.argv).map_err(|error| refused_words(&error))?;
    let mut report = Report::keeping();
    crate::run(arguments.command, &mut report)?;
    let (told, kept) = report.into_kept();
    Ok(Ran { told, kept, written: words.written })
}

/// What the argument parser says, in its first paragraph.
fn refused_words(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let lines: Vec<_> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    Failure::arguments(lines.join(" ").trim_start_matches("error: "))
}

impl Ran {
    fn into_answer(self, folder: &Folder) -> Result<Map, Failure> {
        let mut files = Map::new();
        for name in &self.written {
            if let Some(octets) = folder.take(name)? {
                files.set(name.as_str(), file_json(&octets));
            }
        }
        let warnings = self.kept.warnings.into_iter().map(Json::text).collect();
        let product = if self.kept.product.is_empty() { Json::Null } else { Json::text(self.kept.product) };
        let answer = Map::new().with("told", self.told).with("warnings", Json::Array(warnings));
        Ok(answer.with("product", product).with("files", files))
    }
}

/// The answer without what is hidden. A file or a product that tells of it is not given at all.
fn without(answer: &Map, hidden: &Hidden, sees: Sees) -> Option<Map> {
    let whole = |name: &str| answer.get(name).map(Json::to_text).unwrap_or_default();
    if tells(&whole("files"), hidden) || tells(&whole("product"), hidden) {
        return None;
    }
    let counts = if let Sees::Counts(members) = sees { members } else { &[] };
    // What counts goes first: where it names what is hidden, the rest can still be told.
    let answer = if hidden.names.is_empty() { answer.clone() } else { uncounted(answer.clone(), counts) };
    swept(&answer, hidden)
}

/// The problem that a command's failure is.
pub(super) fn problem(failure: &Failure, folder: &Path, home: &Home) -> Problem {
    let kind = match failure.exit {
        Exit::Refused => ProblemKind::Refused,
        Exit::Arguments => ProblemKind::Arguments,
        Exit::Input => ProblemKind::Input,
        Exit::Environment if failure.is_busy => return busy(),
        Exit::Environment => ProblemKind::Environment,
    };
    let advice = failure.advice.as_deref().map(|advice| cleaned(advice, folder, home));
    Problem::new(kind).said(&cleaned(&failure.message, folder, home), advice.as_deref())
}

/// A text without paths of the machine.
fn cleaned(text: &str, folder: &Path, home: &Home) -> String {
    let folder = format!("{}/", folder.display());
    let text = if folder.len() > 2 { text.replace(&folder, "") } else { text.to_owned() };
    without_path(&text, &home.dir().display().to_string())
}

/// The path as `DIR`, where it stands as a path and not within a word.
fn without_path(text: &str, path: &str) -> String {
    let (mut told, mut rest, mut before) = (String::new(), text, None);
    let is_of_a_name = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    while let Some((start, end)) = rest.split_once(path).filter(|_| !path.is_empty()) {
        before = start.chars().next_back().or(before);
        let stands_alone = !before.is_some_and(is_of_a_name) && !end.chars().next().is_some_and(is_of_a_name);
        told.push_str(start);
        told.push_str(if stands_alone { "DIR" } else { path });
        (rest, before) = (end, path.chars().next_back());
    }
    told.push_str(rest);
    told
}

fn cleaned_map(map: &Map, folder: &Path, home: &Home) -> Map {
    map.iter().map(|(name, value)| (name.to_owned(), cleaned_value(value, folder, home))).collect()
}

fn cleaned_value(value: &Json, folder: &Path, home: &Home) -> Json {
    match value {
        Json::String(text) => Json::text(cleaned(text, folder, home)),
        Json::Array(elements) => {
            Json::Array(elements.iter().map(|element| cleaned_value(element, folder, home)).collect())
        }
        Json::Object(map) => cleaned_map(map, folder, home).into(),
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_path;

    #[test]
    fn a_path_is_told_as_dir_and_a_word_stays() {
        assert_eq!(without_path("cannot read `a/b`, a", "a"), "cannot read `DIR/b`, DIR");
        assert_eq!(without_path("sha-256 and a signal, harbours", "a"), "sha-256 and DIR signal, harbours");
        assert_eq!(without_path("/srv/harbour/x, Harbourside", "/srv/harbour"), "DIR/x, Harbourside");
        assert_eq!(without_path("harbourharbour harbour", "harbour"), "harbourharbour DIR");
    }
}
