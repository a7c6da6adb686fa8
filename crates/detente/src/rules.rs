//! Rule packs as a command finds them: those that are shipped, and files beside or in place of them.

pub(crate) mod known;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use duties::{Day, Dictionary, Fault, PackFault, Packs, shipped};
use record::json::{Json, Map};
use record::time::Timestamp;

use crate::home::read_input;
use crate::outcome::{Done, Failure};

/// Faults that are told at once; a file with more is mended from its top.
const MAX_TOLD: usize = 20;

/// A file by its name, as it was read.
#[derive(Debug, Clone)]
pub(crate) struct RuleFile {
    pub(crate) name: String,
    pub(crate) octets: Vec<u8>,
}

impl RuleFile {
    pub(crate) fn read(path: &Path) -> Done<Self> {
        let name = path.display().to_string();
        let octets = read_input(path)?;
        Ok(Self { name, octets })
    }

    /// The id that it says it has, if it says one.
    fn id(&self) -> Option<String> {
        let Ok(Json::Object(map)) = record::json::parse(&self.octets) else { return None };
        map.text("id").map(str::to_owned)
    }
}

pub(crate) fn dictionary() -> Done<Arc<Dictionary>> {
    shipped::dictionary().map_err(|faults| faulty("the fact dictionary", &faults))
}

/// The shipped packs, with files besides, or in place of those with the same id.
pub(crate) fn packs(files: &[PathBuf], now: Timestamp) -> Done<Packs> {
    let files = files.iter().map(|path| RuleFile::read(path)).collect::<Done<Vec<_>>>()?;
    load(&files, now).map_err(|faults| not_loaded(&faults))
}

/// The same of files of which a later one takes the place of an earlier one with its id.
pub(crate) fn load_over(files: &[RuleFile], now: Timestamp) -> Result<Packs, Vec<PackFault>> {
    let last = |at: usize, file: &RuleFile| {
        let id = file.id();
        id.is_none() || !files.iter().skip(at.saturating_add(1)).any(|later| later.id() == id)
    };
    let files: Vec<RuleFile> =
        files.iter().enumerate().filter(|(at, file)| last(*at, file)).map(|(_, file)| file.clone()).collect();
    load(&files, now)
}

/// The same, with every fault.
pub(crate) fn load(files: &[RuleFile], now: Timestamp) -> Result<Packs, Vec<PackFault>> {
    let dictionary = dictionary_or_fault()?;
    let replaced: Vec<String> = files.iter().filter_map(RuleFile::id).collect();
    let shipped = shipped::PACKS.iter().filter(|(id, _)| !replaced.iter().any(|other| other == id));
    let all = shipped.map(|(id, octets)| (*id, *octets));
    let own = files.iter().map(|file| (file.name.as_str(), file.octets.as_slice()));
    Packs::load(&dictionary, all.chain(own), day_of(now)?)
}

fn dictionary_or_fault() -> Result<Arc<Dictionary>, Vec<PackFault>> {
    let named = |fault| PackFault::new("the fact dictionary", fault);
    shipped::dictionary().map_err(|faults| faults.into_iter().map(named).collect())
}

/// The day of a moment, in UTC.
fn day_of(now: Timestamp) -> Result<Day, Vec<PackFault>> {
    let text: String = now.to_string().chars().take(10).collect();
    let beyond = |_| vec![PackFault::new("the clock", Fault::whole("shows no day of the calendar"))];
    text.parse().map_err(beyond)
}

/// The same for a command.
pub(crate) fn today(now: Timestamp) -> Done<Day> {
    day_of(now).map_err(|faults| not_loaded(&faults))
}

/// Faults as one refusal, the first ones by their lines.
pub(crate) fn faulty(file: &str, faults: &[Fault]) -> Failure {
    let lines = faults.iter().map(|fault| format!("{file}: {fault}")).collect();
    refusal(lines)
}

/// Packs that do not load, as one refusal.
pub(crate) fn not_loaded(faults: &[PackFault]) -> Failure {
    refusal(faults.iter().map(ToString::to_string).collect())
        .advise("nothing of it is used; `detente duties lint FILE` names every fault of a pack")
}

fn refusal(lines: Vec<String>) -> Failure {
    let more = lines.len().saturating_sub(MAX_TOLD);
    let mut told: Vec<String> = lines.into_iter().take(MAX_TOLD).collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    Failure::input(told.join("\n"))
}

/// A fault as a program reads it.
pub(crate) fn fault_map(file: &str, fault: &Fault) -> Map {
    Map::new()
        .with("file", file)
        .with("line", Json::count(fault.line as u64))
        .with("path", fault.path.as_str())
        .with("reason", fault.reason.as_str())
}
