//! Idempotency keys on the disk: what became of a request is known after the node has ended, however it ended.
//!
//! `idempotency.jsonl` (0600) is a line of JSON for each thing that happened to a key: it was taken, answered, spent, given up. A line is on
//! the disk before the request is done, and before its answer goes out. At the start the file is written anew, without what is older
//! than a day; what was under way then is lost. Slots and requests are keyed digests, and answers are sealed ([`api::idempotency::Secret`]).

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use api::idempotency::{Entry, InMemory, KEPT_MICROS, Kept, Keys, NotKept, Slot, State, Summary};
use record::base64url;
use record::json::{self, Json, Map};
use record::time::Timestamp;

use crate::clock;
use crate::home::{self, Home, Readers, check_private};
use crate::outcome::{Done, Failure};

/// Name of the file.
const FILE: &str = "idempotency.jsonl";

/// Octets by which the file grows before it is written anew, beside as many as it had: some hundred thousand keys.
const GROWTH_BYTES: usize = 16 * 1024 * 1024;

/// Keys in memory, and in a file.
#[derive(Debug)]
pub(crate) struct OnDisk {
    path: PathBuf,
    memory: InMemory,
    /// None after a line was not written, or not known to be: then the file is written anew first.
    file: Option<File>,
    /// Octets of the file when it was written anew, and since.
    octets: (usize, usize),
}

impl OnDisk {
    /// The keys of a node. What was under way is lost.
    pub(crate) fn open(home: &Home) -> Done<Self> {
        let path = home.dir().join(FILE);
        let mut kept = Self { memory: read(&path, clock::now())?, path, file: None, octets: (0, 0) };
        kept.write_anew()?;
        Ok(kept)
    }

    fn write_anew(&mut self) -> Done {
        self.file = None;
        let text: String = self.memory.iter().map(|(slot, entry)| line(slot, Some(entry))).collect();
        // It ends the last line itself.
        home::replace(&self.path, text.trim_end(), Readers::Owner)?;
        let file = OpenOptions::new().append(true).open(&self.path);
        self.file = Some(file.map_err(|error| Failure::environment(format!("`{}`: {error}", self.path.display())))?);
        self.octets = (text.len(), 0);
        Ok(())
    }

    /// Writes a line, and waits for the disk.
    fn append(&mut self, line: &str) -> Result<(), NotKept> {
        let (before, since) = self.octets;
        if self.file.is_none() || since > before.saturating_add(GROWTH_BYTES) {
            // With the line, since the memory has it already.
            return self.write_anew().map_err(|_| NotKept);
        }
        let file = self.file.as_mut().ok_or(NotKept)?;
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        if written.is_err() {
            self.file = None;
            return Err(NotKept);
        }
        self.octets = (before, since.saturating_add(line.len()));
        Ok(())
    }
}

impl Keys for OnDisk {
    fn get(&self, slot: &Slot) -> Result<Option<Entry>, NotKept> {
        self.memory.get(slot)
    }

    fn set(&mut self, slot: Slot, entry: Entry) -> Result<(), NotKept> {
        let text = line(&slot, Some(&entry));
        self.memory.set(slot, entry)?;
        self.append(&text)
    }

    fn remove(&mut self, slot: &Slot) -> Result<(), NotKept> {
        self.memory.remove(slot)?;
        self.append(&line(slot, None))
    }

    fn of_caller(&self, slot: &Slot) -> Result<Vec<Summary>, NotKept> {
        self.memory.of_caller(slot)
    }
}

/// What a line says of a key; none if it was given up.
fn line(slot: &Slot, entry: Option<&Entry>) -> String {
    let mut map = Map::new().with("slot", base64url::encode(&slot.octets()));
    if let Some(entry) = entry {
        map.set("request", base64url::encode(&entry.request));
        map.set("since", entry.since.to_string());
        map.set("state", word(&entry.state));
        if let State::Answered(kept) = &entry.state {
            map.set("status", Json::count(kept.status));
            map.set("media_type", kept.media_type.as_deref().map_or(Json::Null, Json::from));
            map.set("body", base64url::encode(&kept.body));
        }
    }
    format!("{}\n", map.to_text())
}

const fn word(state: &State) -> &'static str {
    match state {
        State::InFlight => "under-way",
        State::Answered(_) => "answered",
        State::Spent => "spent",
        State::Lost => "lost",
    }
}

/// The keys of a file. Its last line may have been cut by a crash: that was not answered yet, and what came before it says so.
fn read(path: &Path, now: Timestamp) -> Done<InMemory> {
    let mut memory = InMemory::new();
    if path.symlink_metadata().is_err() {
        return Ok(memory);
    }
    check_private(path)?;
    let wrong = |why: String| {
        Failure::input(format!("`{}`: {why}", path.display()))
            .advise("move the file away: then requests of the last day that are sent again may be done again")
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let whole = text.rsplit_once('\n').map_or("", |(whole, _cut)| whole);
    for (number, line) in whole.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let (slot, entry) =
            parse(line).ok_or_else(|| wrong(format!("line {} cannot be read", number.saturating_add(1))))?;
        let is_young = |entry: &Entry| now.micros().saturating_sub(entry.since.micros()) < KEPT_MICROS;
        let done = match entry.filter(is_young) {
            Some(entry) => memory.set(slot, entry),
            None => memory.remove(&slot),
        };
        done.map_err(|error| wrong(error.to_string()))?;
    }
    lose(&mut memory).map_err(|error| wrong(error.to_string()))?;
    Ok(memory)
}

/// Whether what was under way was done, nobody knows any more.
fn lose(memory: &mut InMemory) -> Result<(), NotKept> {
    let open = memory.iter().filter(|(_, entry)| entry.state == State::InFlight);
    let open: Vec<_> = open.map(|(slot, entry)| (*slot, entry.clone())).collect();
    open.into_iter().try_for_each(|(slot, entry)| memory.set(slot, Entry { state: State::Lost, ..entry }))
}

fn parse(line: &str) -> Option<(Slot, Option<Entry>)> {
    let json = json::parse(line.as_bytes()).ok()?;
    let map = json.as_object()?;
    let octets = base64url::decode(map.text("slot")?).ok()?;
    let slot = Slot::from_octets(octets.first_chunk().filter(|_| octets.len() == 64)?);
    let Some(state) = map.text("state") else { return Some((slot, None)) };
    let state = match state {
        "under-way" => State::InFlight,
        "answered" => State::Answered(answer(map)?),
        "spent" => State::Spent,
        "lost" => State::Lost,
        _ => return None,
    };
    let request = base64url::decode_exactly(map.text("request")?).ok()?;
    Some((slot, Some(Entry { request, since: map.text("since")?.parse().ok()?, state })))
}

fn answer(map: &Map) -> Option<Kept> {
    let status = map.get("status").and_then(Json::as_integer).and_then(|status| u16::try_from(status).ok())?;
    let body = base64url::decode(map.text("body")?).ok()?;
    Some(Kept { status, media_type: map.text("media_type").map(str::to_owned), body })
}

#[cfg(test)]
mod tests {
    use api::ProblemKind;
    use api::idempotency::{Begin, Secret, Ticket, begin, finish, slot};

    use super::*;
    use crate::operations::tests::office::Office;

    const REQUEST: [u8; 32] = [1; 32];

    fn of(key: &str) -> Slot {
        slot(&Secret::from_octets(&[5; 32]), "lin", key).unwrap()
    }

    fn begun(keys: &mut OnDisk, key: &str) -> Ticket {
        let Begin::Go(ticket) = begin(keys, of(key), REQUEST, clock::now()).unwrap() else { panic!("done before") };
        ticket
    }

    fn answered(text: &str) -> Kept {
        Kept { status: 200, media_type: Some("application/json".to_owned()), body: text.as_bytes().to_vec() }
    }

    /// What comes of sending a request again.
    fn again(keys: &mut OnDisk, key: &str) -> Result<Begin, ProblemKind> {
        begin(keys, of(key), REQUEST, clock::now()).map_err(|problem| problem.kind())
    }

    #[test]
    fn what_was_answered_is_answered_again_after_the_node_has_ended() {
        let office = Office::open();
        let mut keys = OnDisk::open(&office.home()).unwrap();
        let ticket = begun(&mut keys, "first-key");
        finish(&mut keys, &ticket, answered("{}")).unwrap();
        drop(keys);
        let mut keys = OnDisk::open(&office.home()).unwrap();
        assert_eq!(again(&mut keys, "first-key"), Ok(Begin::Again(answered("{}"))));
        drop(keys);
        let mut keys = OnDisk::open(&office.home()).unwrap();
        assert_eq!(again(&mut keys, "first-key"), Ok(Begin::Again(answered("{}"))), "and once more");
        check_private(&office.dir().join(FILE)).unwrap();
    }

    #[test]
    fn what_was_under_way_is_not_done_twice() {
        let office = Office::open();
        let mut keys = OnDisk::open(&office.home()).unwrap();
        let _never_answered = begun(&mut keys, "lost-key");
        // As a crash leaves it: nothing more is written, and the answer's line is cut.
        drop(keys);
        let path = office.dir().join(FILE);
        let cut = line(&of("lost-key"), Some(&Entry { request: REQUEST, since: clock::now(), state: State::Spent }));
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&cut.as_bytes()[..40]).unwrap();
        let mut keys = OnDisk::open(&office.home()).unwrap();
        assert_eq!(again(&mut keys, "lost-key"), Err(ProblemKind::KeyLost));
        let ticket = begun(&mut keys, "other-key");
        finish(&mut keys, &ticket, answered("{}")).unwrap();
        let mut keys = OnDisk::open(&office.home()).unwrap();
        assert_eq!(again(&mut keys, "lost-key"), Err(ProblemKind::KeyLost), "also after the next start");
    }

    #[test]
    fn a_file_that_is_damaged_is_named_and_left_as_it_is() {
        let office = Office::open();
        let path = office.dir().join(FILE);
        home::replace(&path, "{}\n{\"slot\":\"x\"}\n", Readers::Owner).unwrap();
        let failure = OnDisk::open(&office.home()).unwrap_err();
        assert!(failure.message.contains(FILE) && failure.message.contains("line 1"), "{}", failure.message);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("{}"));
    }

    #[test]
    fn what_is_older_than_a_day_goes_at_the_next_start() {
        let office = Office::open();
        let old = Timestamp::from_micros(clock::now().micros() - KEPT_MICROS - 1);
        let text = line(&of("old-key-1"), Some(&Entry { request: REQUEST, since: old, state: State::Spent }));
        home::replace(&office.dir().join(FILE), &text, Readers::Owner).unwrap();
        let mut keys = OnDisk::open(&office.home()).unwrap();
        assert_eq!(std::fs::read_to_string(office.dir().join(FILE)).unwrap().trim(), "");
        let _ticket = begun(&mut keys, "old-key-1");
    }
}
