//! Streams of events: one thread for each, which looks what happened and sends ids.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use access::{Accounts, Caller, Sessions};
use api::{Event, KEEP_ALIVE, LastEventId, Problem, ProblemKind, RETRY};
use node::server::{Body, Header, Live, Reply, Request};
use tokio::sync::mpsc::{Sender, channel};

use crate::accounts_file;
use crate::home::Home;
use crate::operations::read::Reading;
use crate::operations::read::events::Position;
use crate::serve::lending::Lending;

/// Streams at once: a thread for each.
const MAX_STREAMS: usize = 32;

/// How often a stream looks for news.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often something is sent where there is no news, so that boxes between do not take the line for dead.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// How long a stream lasts: whoever listens comes again, with the rights of that moment.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// Pieces that wait for a slow reader. One that lets more pile up is let go, and comes again where it was.
const WAITING: usize = 64;

/// In how many seconds to come again when there are too many streams.
const RETRY_S: u32 = 30;

/// Streams of one account: a desk, a screen on the wall, a program, one that is being replaced.
const MAX_OF_ACCOUNT: usize = 4;

/// Streams that are open, by account.
type Counts = Arc<Mutex<BTreeMap<String, usize>>>;

/// The streams that are open, and the sessions with which some of them end.
pub(super) struct Streams {
    open: Counts,
    sessions: Arc<Mutex<Sessions>>,
}

/// Counted for as long as it lives.
struct Open(Counts, String);

impl Open {
    /// None if there are too many.
    fn count(streams: &Streams, account: String) -> Option<Self> {
        let mut open = streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, own) = (open.values().sum::<usize>(), open.get(&account).copied().unwrap_or(0));
        if all >= MAX_STREAMS || own >= MAX_OF_ACCOUNT {
            return None;
        }
        let _before = open.insert(account.clone(), own.saturating_add(1));
        drop(open);
        Some(Self(Arc::clone(&streams.open), account))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = open.get(&self.1).copied().unwrap_or(0).saturating_sub(1);
        match left {
            0 => drop(open.remove(&self.1)),
            left => drop(open.insert(self.1.clone(), left)),
        }
    }
}

/// One stream.
struct Stream {
    home: Home,
    lending: Arc<Lending>,
    sessions: Arc<Mutex<Sessions>>,
    caller: Caller,
    send: Sender<Vec<u8>>,
}

impl Streams {
    pub(super) fn new(sessions: Arc<Mutex<Sessions>>) -> Self {
        Self { open: Counts::default(), sessions }
    }

    /// Begins a stream behind the event that the reader saw last, or now.
    pub(super) fn open(
        &self,
        home: &Home,
        lending: &Arc<Lending>,
        caller: &Caller,
        request: &Request,
    ) -> Result<Reply, Problem> {
        let busy = || Problem::new(ProblemKind::Busy).retry_after(RETRY_S);
        let account = caller.account().map(ToString::to_string).unwrap_or_default();
        let counted = Open::count(self, account).ok_or_else(busy)?;
        let (send, receive) = channel(WAITING);
        let (lending, sessions) = (Arc::clone(lending), Arc::clone(&self.sessions));
        let stream = Stream { home: home.clone(), lending, sessions, caller: caller.clone(), send };
        let position = stream.beginning(request)?;
        let begun = thread::Builder::new().name("events".to_owned()).spawn(move || {
            let _counted = counted;
            stream.run(position);
        });
        begun.map_err(|_| busy())?;
        let mut reply = Reply::ok("text/event-stream", Body::Live(Live::new(receive)));
        reply.is_in_parts = false;
        // Boxes between us and the reader must not gather what should arrive now.
        Ok(reply.with(Header::Field("x-accel-buffering", "no".to_owned())))
    }
}

impl Stream {
    fn beginning(&self, request: &Request) -> Result<Position, Problem> {
        let last = request.fields.get("last-event-id").map(|text| text.parse::<LastEventId>());
        match last {
            Some(Ok(LastEventId(number))) => Ok(Position::of(number)),
            Some(Err(error)) => Err(api::Wrong::Other(error.to_string()).about(api::Place::Header, "Last-Event-ID")),
            None => {
                let busy = |_| Problem::new(ProblemKind::Busy).retry_after(RETRY_S);
                let open = self.lending.get().map_err(busy)?;
                Reading { home: &self.home, store: &open.store, caller: &self.caller }.position()
            }
        }
    }

    fn run(&self, mut position: Position) {
        let (began, mut spoke) = (Instant::now(), Instant::now());
        if !self.say(RETRY) {
            return;
        }
        while began.elapsed() < LASTS && !self.has_ended() && self.still_counts() {
            let Some(next) = self.look(position) else { return };
            if next.1 {
                spoke = Instant::now();
            }
            let is_behind = next.0 != position;
            position = next.0;
            if spoke.elapsed() >= ALIVE_EVERY {
                spoke = Instant::now();
                if !self.say(KEEP_ALIVE) {
                    return;
                }
            }
            if !is_behind {
                thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Whether nobody listens any more, or the node ends: a browser that goes on to another page leaves its place to that.
    fn has_ended(&self) -> bool {
        self.send.is_closed() || self.lending.has_ended()
    }

    /// Whether the account is still there, with the token or session that it came with: a stream does not outlive them.
    fn still_counts(&self) -> bool {
        let now = crate::clock::now();
        if !self.sessions.lock().unwrap_or_else(PoisonError::into_inner).goes_on(&self.caller, now) {
            return false;
        }
        let accounts = accounts_file::read(&self.home).ok().flatten();
        accounts.is_some_and(|accounts: Accounts| accounts.still_admits(&self.caller, now))
    }

    /// Sends what happened since. None once nobody listens; otherwise how far that was, and whether anything was said.
    fn look(&self, position: Position) -> Option<(Position, bool)> {
        // While a command has the directory there is nothing to see.
        let Ok(open) = self.lending.get() else { return Some((position, false)) };
        let reading = Reading { home: &self.home, store: &open.store, caller: &self.caller };
        let happened = reading.events(position).ok()?;
        drop(open);
        let said = happened.notices.iter().all(|notice| self.say(&Event::of(notice).to_string()));
        said.then_some((happened.position, !happened.notices.is_empty()))
    }

    fn say(&self, text: &str) -> bool {
        self.send.try_send(text.as_bytes().to_vec()).is_ok()
    }
}
