//! The desk's side: what came, in a folder of its own, apart from the store.
//!
//! `arrived` holds sealed files that nobody has opened; `threads` one file for each report with its follow-ups and answers;
//! `answers` what reporters fetch. All of it is primary state: no log has it, and a backup must.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bundle::PrivateBundleKey;
use record::digest::{PartyId, sha256};
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{self, Json, Map};
use record::key_record::BundleKey;
use record::words;

use super::message::{self, Answer, Message, MessageKind, read_answers, seal_answers};
use super::{MAX_ANSWERS, MAX_ANSWERS_BYTES, MAX_KEPT, MAX_MESSAGES, MAX_PER_HOUR, MAX_SEALED_BYTES};
use crate::clock;
use crate::home::{self, Home, Readers};
use crate::outcome::{Done, Failure};

const FOLDER: &str = "intake";

const FORMAT: &str = "detente/intake/v1";

const HOUR_MICROS: i64 = 3_600_000_000;

/// Octets of a thread's file: the longest texts, and as much again for answers.
const MAX_THREAD_BYTES: u64 = 8 * 1024 * 1024;

words! {
    /// What became of a report.
    State, "state of a report" {
        /// An officer made a case of it.
        Accepted = "accepted",
        /// It was answered.
        Answered = "answered",
        /// The desk is done with it; what its reporter adds opens it again.
        Closed = "closed",
        /// Nobody has read what came last.
        New = "new",
        /// It was read.
        Read = "read",
    }
}

/// One report with what followed.
#[derive(Debug, Clone)]
pub(crate) struct Thread {
    /// Its name at this desk. It follows from nothing that the reporter has.
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) tag: String,
    /// The digest, keyed with this desk's secret, of the reporter's locator.
    kept: String,
    key: String,
    /// What the reporter wrote: the day, and the text.
    pub(crate) messages: Vec<Answer>,
    pub(crate) answers: Vec<Answer>,
    /// The day on which the desk closed it last.
    closed: Option<String>,
}

/// What became of a sealed file.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A report, under this name.
    Report(String),
    /// More about this one.
    FollowUp(String),
    /// Nothing that this desk can use, and why.
    Refused(String),
}

/// The two times that what arrived is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    First,
    Last,
}

/// A desk that takes in reports.
#[derive(Debug)]
pub(crate) struct Intake {
    folder: PathBuf,
    secret: Vec<u8>,
    /// Held for as long: what arrives while an officer closes a report must not be written over.
    _alone: fs::File,
}

impl Intake {
    /// Begins to take in reports. True if it did not before.
    pub(crate) fn begin(home: &Home) -> Done<bool> {
        let folder = home.dir().join(FOLDER);
        if folder.join("desk.json").exists() {
            return Ok(false);
        }
        for part in ["arrived", "threads", "answers"] {
            make_private(&folder.join(part))?;
        }
        let mut secret = [0; 32];
        SystemEntropy::new().fill(&mut secret).map_err(Failure::environment)?;
        let desk = Map::new().with("format", FORMAT).with("secret", record::base64url::encode(&secret));
        home::write_whole(&folder.join("desk.json"), &desk.to_text(), Readers::Owner)?;
        Ok(true)
    }

    /// Whether an officer has begun to take in reports. Whether they can be taken in now shows when one comes.
    pub(crate) fn is_begun(home: &Home) -> bool {
        home.dir().join(FOLDER).join("desk.json").is_file()
    }

    pub(crate) fn open(home: &Home) -> Done<Self> {
        let folder = home.dir().join(FOLDER);
        let path = folder.join("desk.json");
        let not_open = || {
            Failure::input("this node takes in no reports")
                .advise("an officer begins with: detente report open --dir DIR")
        };
        let text = fs::read(&path).map_err(|_| not_open())?;
        home::check_private(&path)?;
        let desk = object(&text, &path)?;
        let secret = desk.text("secret").filter(|_| desk.text("format") == Some(FORMAT));
        let secret = secret.and_then(|secret| record::base64url::decode(secret).ok());
        let secret = secret.ok_or_else(|| Failure::input(format!("`{}` is of another build", path.display())))?;
        Ok(Self { _alone: alone(&folder)?, folder, secret })
    }

    /// Where reporters' answers lie.
    pub(crate) fn answers_path(&self, tag: &str) -> PathBuf {
        self.folder.join("answers").join(tag)
    }

    /// The sealed answers under a tag, if any lie there. A tag that a code makes has no signs that a path could be made of.
    pub(crate) fn answers(&self, tag: &str) -> Done<Option<Vec<u8>>> {
        let path = self.answers_path(tag);
        if !path.is_file() {
            return Ok(None);
        }
        let text = String::from_utf8(read_limited(&path, MAX_ANSWERS_BYTES.saturating_mul(2))?).unwrap_or_default();
        let sealed = record::base64url::decode(text.trim());
        sealed.map(Some).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
    }

    /// Lays a sealed file aside. Nothing of it is read: whoever sends it needs no account, so it may be anything.
    pub(crate) fn lay_aside(&self, sealed: &[u8]) -> Done {
        if sealed.len() as u64 > MAX_SEALED_BYTES {
            return Err(Failure::input(format!("a sealed report has at most {MAX_SEALED_BYTES} octets")));
        }
        self.check_room()?;
        // The same file twice is one.
        let name = record::base64url::encode(&sha256(&[b"detente/report-file/v1\0", sealed]));
        let hour = clock::now().micros().div_euclid(HOUR_MICROS);
        let path = self.folder.join("arrived").join(format!("{hour}-{name}"));
        if path.exists() {
            return Ok(());
        }
        home::write_whole(&path, &record::base64url::encode(sealed), Readers::Owner)
    }

    fn check_room(&self) -> Done {
        let arrived = names(&self.folder.join("arrived"))?;
        let (kept, hour) = (names(&self.folder.join("threads"))?.len(), clock::now().micros().div_euclid(HOUR_MICROS));
        if arrived.len().saturating_add(kept) >= MAX_KEPT {
            return Err(Failure::refused("this desk has no room for more reports").advise("come again tomorrow"));
        }
        let taken = self.taken_in_hour(hour);
        let waiting = arrived.iter().filter(|name| name.starts_with(&format!("{hour}-"))).count();
        if taken.saturating_add(waiting) >= MAX_PER_HOUR {
            return Err(Failure::refused("this desk has taken in as many reports as it takes in an hour")
                .advise("come again in an hour; nothing was kept"));
        }
        Ok(())
    }

    /// Reports that were opened within this hour: what was taken out of `arrived` still counts.
    fn taken_in_hour(&self, hour: i64) -> usize {
        let Ok(text) = fs::read_to_string(self.folder.join("taken")) else { return 0 };
        let (at, count) = text.trim().split_once(' ').unwrap_or_default();
        if at.parse() == Ok(hour) { count.parse().unwrap_or(0) } else { 0 }
    }

    /// Opens what has arrived, each into its thread. Files of one hour lie in no order, so what follows a report that has not been
    /// met yet is opened again after all the others: it would be deleted as one that follows nothing.
    pub(crate) fn take(&self, own: PartyId, keys: &[PrivateBundleKey]) -> Done<Vec<Arrival>> {
        let mut arrivals = self.take_those(own, keys, Turn::First)?;
        arrivals.extend(self.take_those(own, keys, Turn::Last)?);
        Ok(arrivals)
    }

    fn take_those(&self, own: PartyId, keys: &[PrivateBundleKey], turn: Turn) -> Done<Vec<Arrival>> {
        let mut arrivals = Vec::new();
        for name in names(&self.folder.join("arrived"))? {
            let path = self.folder.join("arrived").join(&name);
            let arrival = match opened(&path, own, keys)? {
                Ok(message) if turn == Turn::First && self.follows_nothing(&message)? => continue,
                Ok(message) => self.file(&message)?,
                Err(why) => Arrival::Refused(why),
            };
            self.count_one(&name)?;
            // A crash before this opens it once more, which says the same text twice and loses nothing.
            home::remove(&path)?;
            arrivals.push(arrival);
        }
        Ok(arrivals)
    }

    fn follows_nothing(&self, message: &Message) -> Done<bool> {
        let kept = self.keyed(&message.locator);
        Ok(message.kind == MessageKind::FollowUp && self.threads()?.iter().all(|thread| thread.kept != kept))
    }

    fn count_one(&self, name: &str) -> Done {
        let hour = clock::now().micros().div_euclid(HOUR_MICROS);
        if name.split_once('-').and_then(|(at, _)| at.parse().ok()) != Some(hour) {
            return Ok(());
        }
        let count = self.taken_in_hour(hour).saturating_add(1);
        home::replace(&self.folder.join("taken"), &format!("{hour} {count}"), Readers::Owner)
    }

    fn keyed(&self, locator: &[u8; 32]) -> String {
        record::base64url::encode(&sha256(&[b"detente/report-kept/v1\0", &self.secret, locator]))
    }

    fn file(&self, message: &Message) -> Done<Arrival> {
        let kept = self.keyed(&message.locator);
        let threads = self.threads()?;
        // A tag is no secret: whoever saw it must not have another's answers replaced by his own.
        if threads.iter().any(|thread| thread.tag == message.tag && thread.kept != kept) {
            return Ok(Arrival::Refused("another report has its tag".to_owned()));
        }
        let known = threads.into_iter().find(|thread| thread.kept == kept);
        let said = Answer { day: message::day(), text: message.text.clone() };
        match (message.kind, known) {
            // The same report again, after an answer that was lost.
            (_, Some(thread)) if thread.messages.len() >= MAX_MESSAGES => {
                Ok(Arrival::Refused(format!("report {} has {MAX_MESSAGES} messages already", thread.name)))
            }
            (_, Some(mut thread)) => {
                if thread.messages.iter().all(|earlier| earlier.text != said.text) {
                    thread.messages.push(said);
                    thread.state = State::New;
                    self.write(&thread)?;
                }
                Ok(Arrival::FollowUp(thread.name))
            }
            (MessageKind::FollowUp, None) => Ok(Arrival::Refused("it follows a report that is not here".to_owned())),
            (MessageKind::Report, None) => {
                let thread = self.new_thread(message, kept, said)?;
                self.write(&thread)?;
                self.publish(&thread)?;
                Ok(Arrival::Report(thread.name))
            }
        }
    }

    fn new_thread(&self, message: &Message, kept: String, said: Answer) -> Done<Thread> {
        let mut octets = [0; 6];
        SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
        let name: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let key = record::base64url::encode(message.key.octets());
        let answers = vec![Answer::new("Your report has arrived and lies with an officer of the desk.")];
        Ok(Thread {
            name,
            state: State::New,
            tag: message.tag.clone(),
            kept,
            key,
            messages: vec![said],
            answers,
            closed: None,
        })
    }

    pub(crate) fn threads(&self) -> Done<Vec<Thread>> {
        let folder = self.folder.join("threads");
        names(&folder)?.iter().map(|name| self.read_thread(&folder.join(name))).collect()
    }

    pub(crate) fn thread(&self, name: &str) -> Done<Thread> {
        let found = self.threads()?.into_iter().find(|thread| thread.name == name);
        found.ok_or_else(|| {
            Failure::input(format!("no report `{name}` is here"))
                .advise("`detente report inbox --dir DIR` shows those that are")
        })
    }

    fn read_thread(&self, path: &Path) -> Done<Thread> {
        let map = object(&read_limited(path, MAX_THREAD_BYTES)?, path)?;
        Thread::read(&map).ok_or_else(|| Failure::input(format!("`{}` is no report of this build", path.display())))
    }

    fn thread_path(&self, name: &str) -> PathBuf {
        self.folder.join("threads").join(format!("{name}.json"))
    }

    /// Writes a thread in the place of what was there.
    pub(crate) fn write(&self, thread: &Thread) -> Done {
        home::replace(&self.thread_path(&thread.name), &thread.to_map().to_text(), Readers::Owner)
    }

    /// Adds an answer, and seals all answers of the thread for its reporter.
    pub(crate) fn answer(&self, thread: &mut Thread, text: &str) -> Done<PathBuf> {
        message::check_text(text)?;
        if thread.answers.len() >= MAX_ANSWERS {
            return Err(Failure::refused(format!("a report has at most {MAX_ANSWERS} answers")));
        }
        thread.answers.push(Answer::new(text));
        thread.state = State::Answered;
        self.write(thread)?;
        self.publish(thread)
    }

    /// Closes a thread, with a last word to its reporter if there is one.
    pub(crate) fn close(&self, thread: &mut Thread, last_word: Option<&str>) -> Done {
        if let Some(text) = last_word {
            let _path = self.answer(thread, text)?;
        }
        thread.state = State::Closed;
        thread.closed = Some(message::day());
        self.write(thread)
    }

    /// Refuses while something sealed waits: it may belong to a report that is about to go, and would be lost with it.
    pub(crate) fn check_all_is_opened(&self) -> Done {
        match names(&self.folder.join("arrived"))?.len() {
            0 => Ok(()),
            waiting => Err(Failure::refused(format!("{waiting} sealed files wait, and may belong to these reports"))
                .advise("open them first: detente report inbox --dir DIR")),
        }
    }

    /// Deletes a thread: what its reporter wrote, and the answers that lie for the reporter. A crash between the two leaves the
    /// thread, and the same command ends what it began.
    pub(crate) fn delete(&self, thread: &Thread) -> Done {
        for path in [self.answers_path(&thread.tag), self.thread_path(&thread.name)] {
            if path.exists() {
                home::remove(&path)?;
            }
        }
        Ok(())
    }

    fn publish(&self, thread: &Thread) -> Done<PathBuf> {
        let key: BundleKey = message::key(&thread.key).ok_or_else(|| Failure::input("the reporter's key is none"))?;
        let path = self.answers_path(&thread.tag);
        let sealed = record::base64url::encode(&seal_answers(&key, &thread.answers)?);
        home::replace(&path, &sealed, Readers::All)?;
        Ok(path)
    }
}

impl Thread {
    /// The day of what was said last, by either side, or on which it was closed.
    pub(crate) fn last_day(&self) -> &str {
        let all = self.messages.iter().chain(&self.answers).map(|one| one.day.as_str());
        all.chain(self.closed.as_deref()).max().unwrap_or_default()
    }

    fn to_map(&self) -> Map {
        let list = |all: &[Answer]| Json::Array(all.iter().map(|one| Json::from(one.to_map())).collect());
        Map::new()
            .with("name", self.name.as_str())
            .with("state", self.state.name())
            .with("tag", self.tag.as_str())
            .with("kept", self.kept.as_str())
            .with("key", self.key.as_str())
            .with("messages", list(&self.messages))
            .with("answers", list(&self.answers))
            .with("closed", self.closed.as_deref().map_or(Json::Null, Json::text))
    }

    fn read(map: &Map) -> Option<Self> {
        let text = |name| map.text(name).map(str::to_owned);
        let list = |name| {
            let list = map.get(name).and_then(Json::as_array).unwrap_or_default();
            read_answers(&list.iter().filter_map(Json::as_object).collect::<Vec<_>>())
        };
        Some(Self {
            name: text("name")?,
            state: map.text("state")?.parse().ok()?,
            tag: text("tag")?,
            kept: text("kept")?,
            key: text("key")?,
            messages: list("messages"),
            answers: list("answers"),
            closed: text("closed"),
        })
    }
}

/// A sealed file, opened; or why it is none for this desk.
fn opened(path: &Path, own: PartyId, keys: &[PrivateBundleKey]) -> Done<Result<Message, String>> {
    let sealed = read_limited(path, MAX_SEALED_BYTES.saturating_mul(2))?;
    let text = String::from_utf8(sealed).unwrap_or_default();
    let sealed = record::base64url::decode(text.trim()).map_err(|error| error.to_string());
    Ok(sealed.and_then(|sealed| Message::open(&sealed, own, keys)))
}

fn object(text: &[u8], path: &Path) -> Done<Map> {
    match json::parse_within(text, usize::try_from(MAX_THREAD_BYTES).unwrap_or(usize::MAX)) {
        Ok(Json::Object(map)) => Ok(map),
        Ok(_) => Err(Failure::input(format!("`{}` holds no object", path.display()))),
        Err(error) => Err(Failure::input(format!("`{}`: {error}", path.display()))),
    }
}

fn read_limited(path: &Path, limit: u64) -> Done<Vec<u8>> {
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot read `{}`: {error}", path.display()));
    let mut octets = Vec::new();
    let file = fs::File::open(path).map_err(cannot)?;
    file.take(limit).read_to_end(&mut octets).map_err(cannot)?;
    Ok(octets)
}

/// The names in a folder, sorted; drafts of a killed command are passed over.
fn names(folder: &Path) -> Done<Vec<String>> {
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot list `{}`: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with(".draft") {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Waits until nobody else works at the desk. Each command, and each report that comes over the line, takes a moment.
fn alone(folder: &Path) -> Done<fs::File> {
    let path = folder.join("lock");
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot lock `{}`: {error}", path.display()));
    let file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(cannot)?;
    file.lock().map_err(cannot)?;
    Ok(file)
}

/// Makes a folder that its owner alone reads.
fn make_private(path: &Path) -> Done {
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot make `{}`: {error}", path.display()));
    fs::create_dir_all(path).map_err(cannot)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(cannot)?;
    Ok(())
}
