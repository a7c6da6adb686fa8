//! `detente scan --serve`: a scanner beside a program, which asks before it lets a content through.
//!
//! It answers `POST /api/v1/scan` as a node's site does, without TLS and without accounts, and so to this machine alone. It keeps a
//! bank of its own and looks at what the node publishes of its logs: the directory is wanted only when something has come.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::api::request::{Asked, read};
use ::api::{Found, Language, Operation, Problem, ProblemKind};
use node::limits::ServerLimits;
use node::metrics::Metrics;
use node::server::{BodyClass, Method, Reply, Request, Server, Site, Status};
use record::digest::PartyId;
use storage::layout::LOGS;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::rounds::Tell;
use super::users::to_reply;
use crate::command::incident::Reading;
use crate::home::Home;
use crate::operations::front::{Answered, refused, whole};
use crate::operations::read::scanning;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::{BATCH_ENTRIES, Growing, LiveBank, SETTINGS, Turn};

/// What it answers.
const SCAN: &str = "/api/v1/scan";

/// Whether it can answer: for whoever started it.
const READY: &str = "/ready";

/// How often it looks at what the node publishes, in milliseconds.
const LOOK_EVERY_MS: u64 = 200;

/// Requests and connections in a second: all come from this machine, and each program there is trusted with its processor.
const PER_SECOND: u32 = 1_000_000;

/// What the operator names, among what is looked at: no log has such a name.
const NAMED: &str = "/named";

/// In whose name digests are remembered: there is one caller.
const CALLER: &str = "beside";

/// Answers until somebody asks this process to end.
pub(crate) fn run(address: &str, (dir, until_stdin_ends): (&Path, bool), report: &mut Report) -> Done {
    let address: SocketAddr = address.parse().map_err(|_| {
        Failure::input(format!("`{address}` is no address to listen at")).advise("such as 127.0.0.1:7450")
    })?;
    let bank = Arc::new(LiveBank::default());
    let tell: Tell = Arc::new(|line| super::tell(&line));
    let site = Arc::new(Beside::new(Arc::clone(&bank))?);
    let runtime = super::runtime()?;
    let bound = Server::for_neighbours(address, limits(), Arc::new(Metrics::new()), site);
    let server = runtime.block_on(bound).map_err(Failure::input)?;
    let has_ended = AtomicBool::new(false);
    let mut follower = Follower { dir: dir.to_owned(), growing: Growing::default(), seen: None };
    // Before it listens: a directory that is none should end this at once.
    follower.look(&bank)?;
    report.fact("listening", server.address().map_err(Failure::environment)?.to_string());
    report.say_now()?;
    std::thread::scope(|scope| {
        let _following = scope.spawn(|| follower.follow(&bank, &has_ended, &tell));
        runtime.block_on(server.run(super::over(until_stdin_ends)));
        has_ended.store(true, Ordering::Relaxed);
    });
    Ok(())
}

fn limits() -> ServerLimits {
    let mut limits = ServerLimits::default();
    limits.max_strangers = limits.max_connections;
    limits.max_strangers_per_address = limits.max_connections;
    (limits.stranger_connections_per_second, limits.stranger_connections_burst) = (PER_SECOND, PER_SECOND);
    (limits.stranger_requests_per_second, limits.stranger_requests_burst) = (PER_SECOND, PER_SECOND);
    limits
}

/// The bank that is built, and the logs as it has read them.
struct Follower {
    dir: PathBuf,
    growing: Growing,
    seen: Option<BTreeMap<String, Vec<u8>>>,
}

impl Follower {
    fn follow(&mut self, bank: &LiveBank, has_ended: &AtomicBool, tell: &Tell) {
        while !has_ended.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
            match self.look(bank) {
                Ok(()) => drop(bank.set_trouble(None)),
                Err(failure) if bank.set_trouble(Some(&failure.message)) => {
                    tell(format!("signals: {}", failure.message));
                }
                Err(_told) => {}
            }
        }
    }

    fn look(&mut self, bank: &LiveBank) -> Done {
        // Before the logs are read: what is published meanwhile is looked at the next time.
        let published = published(&self.dir)?;
        if self.seen.as_ref() == Some(&published) && !self.growing.is_due() {
            return Ok(());
        }
        let reading = Reading::open(&self.dir)?;
        let is_as_before = |name| self.seen.as_ref().is_some_and(|seen| seen.get(name) == published.get(name));
        if !is_as_before(SETTINGS) {
            self.growing.decide_anew(&self.dir)?;
        }
        // Records of an author whose keys were not here are read when they come.
        if !is_as_before(NAMED) {
            self.growing.begin_anew();
        }
        let turn = Turn { entries: BATCH_ENTRIES, until: &|| false };
        let _late = self.growing.read(bank, (&self.dir, reading.own), (&reading.store, &reading.ring), &turn)?;
        self.seen = Some(published);
        Ok(())
    }
}

/// The checkpoints that a node publishes of its logs, which change when anything is logged; and what was decided about signals.
fn published(dir: &Path) -> Done<BTreeMap<String, Vec<u8>>> {
    let folder = dir.join(LOGS);
    let cannot = |error: &std::io::Error| Failure::environment(format!("cannot read `{}`: {error}", folder.display()));
    let named = format!("{:?}", super::stamp(&Home::open(dir)?)).into_bytes();
    let settings = std::fs::read(dir.join(SETTINGS)).unwrap_or_default();
    let mut all = BTreeMap::from([(SETTINGS.to_owned(), settings), (NAMED.to_owned(), named)]);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        // Nothing is published yet; that it is a node's directory is looked at when it is opened.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
        Err(error) => return Err(cannot(&error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| cannot(&error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.parse().is_ok_and(|log| crate::searching::is_read(&log)) {
            all.insert(name, std::fs::read(entry.path().join("checkpoint")).unwrap_or_default());
        }
    }
    Ok(all)
}

/// What is served.
struct Beside {
    bank: Arc<LiveBank>,
    operation: Operation,
    /// As many scans at a time as there are cores.
    places: Arc<Semaphore>,
}

impl Beside {
    fn new(bank: Arc<LiveBank>) -> Done<Self> {
        let catalogue = crate::operations::catalogue()?;
        let Found::Operation(operation, _) = catalogue.find("POST", SCAN) else {
            return Err(Failure::environment("there is no operation to scan"));
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { bank, operation: operation.clone(), places: Arc::new(Semaphore::new(cores)) })
    }

    async fn respond(&self, request: Request) -> Reply {
        if is_of_a_browser(&request) {
            return Reply::text(
                Status::Forbidden,
                "this is for programs of this machine, not for pages in a browser\n",
            );
        }
        match (request.method, request.path.as_str()) {
            (Method::Get, READY) => self.ready(),
            (Method::Post, SCAN) => self.scan(request).await,
            _ => to_reply(refused(&Problem::new(ProblemKind::NotFound), language(&request), None)),
        }
    }

    fn ready(&self) -> Reply {
        match (self.bank.current(), self.bank.trouble()) {
            (None, _) => Reply::text(Status::Unavailable, "signals are still being read\n"),
            (Some(_), Some(trouble)) => Reply::text(Status::Unavailable, format!("{trouble}\n")),
            (Some(_), None) => Reply::text(Status::Ok, "ready\n"),
        }
    }

    async fn scan(&self, request: Request) -> Reply {
        let (bank, operation) = (Arc::clone(&self.bank), self.operation.clone());
        // It is never closed.
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Reply::empty(Status::Unavailable);
        };
        let done = spawn_blocking(move || {
            let _place = place;
            let answered = scanned(&bank, &operation, &request);
            answered.unwrap_or_else(|problem| refused(&problem, language(&request), Some(SCAN)))
        });
        done.await.map_or_else(|_| Reply::empty(Status::Internal), to_reply)
    }
}

fn scanned(bank: &LiveBank, operation: &Operation, request: &Request) -> Result<Answered, Problem> {
    let field = |name: &str| request.fields.get(name);
    let (content_type, content_encoding) = (field("content-type"), field("content-encoding"));
    let asked = Asked {
        query: request.query.as_deref(),
        content_type: content_type.as_deref(),
        content_encoding: content_encoding.as_deref(),
        body: &request.body,
    };
    let values = read(operation, &[], asked)?;
    let answer = scanning::scan(bank, CALLER, &values)?;
    Ok(whole(200, "application/json", answer.to_text().into_bytes(), SCAN))
}

/// A page of the network that somebody looks at on this machine reaches it too, also under a name of its own.
fn is_of_a_browser(request: &Request) -> bool {
    let host = request.fields.get("host").unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host.as_str(), |(name, _)| name);
    let is_local = name.eq_ignore_ascii_case("localhost")
        || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    !is_local || request.fields.has("origin") || request.fields.has("sec-fetch-site")
}

fn language(request: &Request) -> Language {
    Language::accepted(request.fields.get("accept-language").as_deref())
}

impl Site for Beside {
    async fn answer(&self, request: Request) -> Reply {
        self.respond(request).await
    }

    fn body_class(&self, _peer: Option<&PartyId>, path: &str) -> BodyClass {
        if path == SCAN { BodyClass::Package } else { BodyClass::Nothing }
    }
}
