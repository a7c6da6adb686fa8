//! `detente serve`: the running node.

pub(crate) mod beside;
mod bounds;
pub(crate) mod carried;
pub(crate) mod cosignatures;
mod deposits;
mod desk;
mod duties;
mod exposure;
mod lending;
mod messages;
mod open;
pub(crate) mod pairing;
mod reports;
mod ring;
mod rounds;
pub(crate) mod sealing;
mod searches;
mod signals;
mod silences;
mod source;
mod taxii;
mod urgent;
mod users;
pub(crate) mod witnesses;
mod witnessing;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use node::client::Client;
use node::clock::SystemClock;
use node::exchange::Pulled;
use node::limits::{ClientLimits, ServerLimits};
use node::metrics::Metrics;
use node::server::Server;
use node::tls::{Identity, Pins};
use protocol::exchange::FeedName;
use record::digest::PartyId;
use record::json::{self, Json};
use record::key_record::{PartyKeys, Purpose};
use record::suite::{SEED_BYTES, Suite};
use tokio::runtime::{Builder, Runtime};
use web::Routes;

use crate::arguments::{NodeArguments, ServeArguments};
use crate::duty_book::persons::{DUTIES, Persons};
use crate::home::{Home, read_input};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::LiveBank;
use crate::wanted::{self, Wanted};
use crate::{keystore, partners, peers};

use bounds::Bounds;
use desk::NodeDesk;
use lending::Lending;
use open::Opener;
use pairing::Pairing;
use rounds::Pace;
use source::{Line, Lines};
use users::UsersSettings;

/// Name of the file with what a running node is told.
pub(crate) const CONFIG: &str = "serve.json";

/// How often a running node looks whether peers were named.
const PEERS_EVERY: Duration = Duration::from_millis(200);

/// Where a node listens if it is not told: this machine alone.
const LISTEN: &str = "127.0.0.1:7440";

/// What a running node is told.
#[derive(Debug, Clone)]
struct Config {
    listen: SocketAddr,
    head_every_ms: Option<u64>,
    users: Option<UsersSettings>,
}

impl Config {
    /// The file, and over it the arguments. A member that this build does not know is refused: a typing error must not be a
    /// setting that silently is not there.
    fn read(arguments: &ServeArguments, home: &Home) -> Done<Self> {
        let (mut listen, mut head_every_ms, mut users) = (LISTEN.to_owned(), None, None);
        let path = home.dir().join(CONFIG);
        if path.is_file() {
            let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
            let Json::Object(map) = json::parse(&read_input(&path)?).map_err(|error| wrong(error.to_string()))? else {
                return Err(wrong("it is not an object".to_owned()));
            };
            for name in map.names() {
                match name {
                    "listen" => listen = map.text(name).unwrap_or_default().to_owned(),
                    "head_every_ms" => {
                        let number = map.get(name).and_then(Json::as_integer).and_then(|it| u64::try_from(it).ok());
                        let number = number.filter(|number| *number > 0);
                        let number =
                            number.ok_or_else(|| wrong("`head_every_ms` is no number of milliseconds".to_owned()))?;
                        head_every_ms = Some(number);
                    }
                    "users" => users = map.get(name).map(UsersSettings::read).transpose()?,
                    // Read anew by whoever tells; here it is only held against its form.
                    DUTIES => drop(map.get(name).map(Persons::of_json).transpose()?),
                    other => {
                        return Err(wrong(format!("there is no setting `{other}`"))
                            .advise("the settings are: duties, listen, head_every_ms, users"));
                    }
                }
            }
        }
        let listen = arguments.listen.clone().unwrap_or(listen);
        let parsed = listen.parse().map_err(|_| {
            Failure::input(format!("`{listen}` is no address to listen at"))
                .advise("such as 127.0.0.1:7440 or [::]:7440")
        })?;
        if let Some(listen) = &arguments.users {
            let at = UsersSettings::at(listen)?;
            users = Some(users.map_or(at.clone(), |settings| settings.listening(&at)));
        }
        Ok(Self { listen: parsed, head_every_ms: arguments.head_every_ms.or(head_every_ms), users })
    }
}

pub(crate) fn run(arguments: &ServeArguments, report: &mut Report) -> Done {
    // Whole, so that answers over the network, in which it is told as `DIR`, lose no word that is spelled like it.
    let home = Home::open(&std::path::absolute(&arguments.node.dir).map_err(Failure::environment)?)?;
    let config = Config::read(arguments, &home)?;
    let _served = wanted::serve(home.dir())
        .ok_or_else(|| Failure::environment(format!("a node runs on `{}` already", home.dir().display())))?;
    let keys = keystore::open(&home, &home.history()?, &arguments.node.passphrase)?.keys;
    // For commands that are asked for at the site: nobody there can be asked for a passphrase.
    let _left = keystore::left::leave(&home, &keys)?;
    let (opener, open) = Opener::with_keys(home.clone(), keys)?;
    let party = open.party();
    let identity = Arc::new(identity(party, opener.private())?);
    let metrics = Arc::new(Metrics::new());
    let pins: Arc<dyn Pins> = Arc::new(opener.keys().clone());
    let runtime = runtime()?;
    let client = Client::new(Arc::clone(&identity), Arc::clone(&pins), ClientLimits::default(), Arc::clone(&metrics));
    let lending = Arc::new(Lending::new(open));
    let bounds = Arc::new(Bounds::default());
    let (pairing, shared) = (Pairing::new(home.clone()), Arc::clone(&bounds));
    let desk = NodeDesk { lending: Arc::clone(&lending), metrics: Arc::clone(&metrics), pairing, bounds: shared };
    let site = Arc::new(Routes::new(Arc::new(desk)));
    let bound = Server::bind(config.listen, identity, pins, ServerLimits::default(), Arc::clone(&metrics), site);
    let server = runtime.block_on(bound).map_err(Failure::environment)?;
    let address = server.address().map_err(Failure::environment)?;
    report.fact("party", party.to_string());
    report.fact("listening", address.to_string());
    let tell: rounds::Tell = Arc::new(|line| tell(&line));
    let bank = Arc::new(LiveBank::default());
    let users = users::bind(config.users.as_ref(), (&home, &lending, &bank), (&metrics, &tell), report);
    let users = runtime.block_on(users)?;
    report.say_now()?;
    let lines = Lines::new(client, runtime.handle().clone(), lending.wanted());
    let pace = Pace { head_every_ms: config.head_every_ms, since: crate::clock::now() };
    thread::scope(|scope| {
        let _lender = scope.spawn(|| lending.lend(&opener, &Wanted::of(home.dir())));
        let _own = scope.spawn(|| rounds::own_feeds(&lending, &lines, (pace, &bounds), &tell));
        let _search = scope.spawn(|| searches::follow(&lending, &tell));
        let _signals = users.is_some().then(|| scope.spawn(|| signals::follow(&lending, &bank, &tell)));
        let _duties = scope.spawn(|| duties::follow(&lending, &tell));
        let _evaluated = scope.spawn(|| duties::evaluate(&lending, &tell));
        let _taxii = scope.spawn(|| taxii::follow(&lending, &home, &tell));
        let _peers = scope.spawn(|| peers_of(scope, &lending, &lines, pace, &tell));
        let users = users.map(|bound| (bound.server, bound.desk));
        let _kept = users.as_ref().map(|(_, desk)| {
            let desk = Arc::clone(desk);
            scope.spawn(move || desk.keep())
        });
        let _hooks = users.as_ref().map(|_| scope.spawn(|| users::hooks::deliver(&home, &lending, &tell)));
        let (end, ended) = tokio::sync::watch::channel(());
        let site = users.map(|(server, _)| runtime.spawn(server.run(end_of(ended))));
        runtime.block_on(server.run(over(arguments.until_stdin_ends)));
        drop(end);
        // What is under way there comes to its end too. A site that failed is over.
        let _over = site.map(|site| runtime.block_on(site));
        lending.end();
    });
    Ok(())
}

/// Begins to read every peer that is named, also one that is named while the node runs.
fn peers_of<'scope, 'all: 'scope>(
    scope: &'scope thread::Scope<'scope, 'all>,
    lending: &'all Lending,
    lines: &'all Lines,
    pace: Pace,
    tell: &'all rounds::Tell,
) {
    let mut seen = None;
    while !lending.has_ended() {
        let Ok(open) = lending.get() else { continue };
        let now = stamp(&open.home);
        if seen.as_ref() != Some(&now) {
            match open.reload() {
                Ok(()) => seen = Some(now),
                Err(failure) => tell(format!("peers: {}", failure.message)),
            }
        }
        let known = open.peers();
        drop(open);
        for line in lines.take(&known) {
            let (same, again, third) = (line.clone(), line.clone(), line.clone());
            let _deposits = scope.spawn(move || deposits::hand_in(lending, &third, lines, tell));
            let _urgent = scope.spawn(move || urgent::listen(lending, &again, lines, tell));
            let _outbox = scope.spawn(move || rounds::outbox(lending, &same, lines));
            let _peer = scope.spawn(move || rounds::peer(lending, &line, lines, pace, tell));
        }
        thread::sleep(PEERS_EVERY);
    }
}

/// When what the operator names was last changed.
fn stamp(home: &Home) -> Vec<Option<SystemTime>> {
    let files = [peers::PEERS, partners::PARTNERS, witnesses::POLICY];
    files.map(|file| changed(&home.dir().join(file))).to_vec()
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|data| data.modified()).ok()
}

/// One reading of a peer's feeds, without a running node.
pub(crate) fn pull_once(arguments: &NodeArguments, party: PartyId) -> Done<Vec<(FeedName, Pulled)>> {
    let (opener, open) = Opener::first(arguments)?;
    let found = open.peers().into_iter().find(|peer| peer.party == party).and_then(|peer| peer.address);
    let address = found.ok_or_else(|| {
        Failure::input("no address of this peer is known here")
            .advise("name it with: detente peer add PARTY --address ADDRESS")
    })?;
    let identity = Arc::new(identity(open.party(), opener.private())?);
    let pins: Arc<dyn Pins> = Arc::new(opener.keys().clone());
    let runtime = runtime()?;
    let client = Client::new(identity, pins, ClientLimits::default(), Arc::new(Metrics::new()));
    let (wanted, rescued) = (Arc::default(), Arc::default());
    let line = Line { wanted, client, runtime: runtime.handle().clone(), party, address, rescued };
    rounds::once(&Lending::new(open), &line, Pace { head_every_ms: None, since: crate::clock::now() })
        .map_err(Failure::environment)
}

/// A line for whoever watches the node: it holds ids, counts and words of ours, and no content.
fn tell(line: &str) {
    use std::io::Write as _;
    // Nobody may be watching.
    let _unseen = writeln!(std::io::stderr(), "{} {}", crate::clock::now(), crate::report::one_line(line));
}

/// Ready once the other side is dropped.
async fn end_of(mut ended: tokio::sync::watch::Receiver<()>) {
    while ended.changed().await.is_ok() {}
}

/// Ready once the node is to end.
async fn over(until_stdin_ends: bool) {
    tokio::select! {
        () = stopped() => {}
        () = let_go(), if until_stdin_ends => {}
    }
}

/// Ready once whoever started this node has closed its standard input, or has ended in whatever way.
async fn let_go() {
    let (end, ended) = tokio::sync::watch::channel(());
    let _watching = thread::spawn(move || {
        // An input that cannot be read is one that nobody holds.
        let _octets = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(end);
    });
    end_of(ended).await;
}

/// Ready once somebody asks this process to end: Ctrl-C, or what a supervisor sends.
pub(crate) async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _asked = end.recv() => return,
                _asked = tokio::signal::ctrl_c() => return,
            }
        }
    }
    let _asked = tokio::signal::ctrl_c().await;
}

pub(crate) fn runtime() -> Done<Runtime> {
    let built = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Failure::environment(format!("cannot begin to serve: {error}")))
}

/// The node's identity on the wire.
pub(crate) fn identity(party: PartyId, keys: &PartyKeys) -> Done<Identity> {
    let key = keys.get(Purpose::Transport, Suite::Ed25519);
    let key = key.ok_or_else(|| Failure::input("there is no private transport key in this directory"))?;
    identity_of(party, key.seed())
}

/// The same from the seed of the transport key.
pub(crate) fn identity_of(party: PartyId, seed: &[u8; SEED_BYTES]) -> Done<Identity> {
    Identity::new(party, seed, Arc::new(SystemClock::new())).map_err(Failure::environment)
}
