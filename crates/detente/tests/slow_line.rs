//! A line between two nodes that carries few octets late: real processes, real sockets, TLS, and a wire with a rate.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ChildStderr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::exchange::Serving;
use crate::scene::Desk;

/// Octets that take their turn on a wire at once, so that connections share it.
const SLICE_BYTES: usize = 48;

/// How often heads are stated: a head statement every few seconds would fill such a line by itself.
const HOUR_MS: u64 = 3_600_000;

/// One direction of a line. Before it is made slow it carries everything at once.
struct Wire {
    octets_per_second: u64,
    latency: Duration,
    is_slow: AtomicBool,
    free_at: Mutex<Instant>,
    carried: AtomicU64,
}

impl Wire {
    fn new(octets_per_second: u64, latency: Duration) -> Arc<Self> {
        let (is_slow, carried) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { octets_per_second, latency, is_slow, free_at: Mutex::new(Instant::now()), carried })
    }

    /// When a slice that is sent now arrives. Whoever sends waits until it is on the wire.
    fn send(&self, octets: usize) -> Instant {
        self.carried.fetch_add(octets as u64, Ordering::SeqCst);
        if !self.is_slow.load(Ordering::SeqCst) {
            return Instant::now();
        }
        let long = Duration::from_nanos(octets as u64 * 1_000_000_000 / self.octets_per_second);
        let sent = {
            let mut free_at = self.free_at.lock().unwrap();
            *free_at = (*free_at).max(Instant::now()) + long;
            *free_at
        };
        thread::sleep(sent.saturating_duration_since(Instant::now()));
        sent + self.latency
    }
}

/// A line between two nodes.
#[derive(Clone)]
struct Line {
    there: Arc<Wire>,
    back: Arc<Wire>,
}

impl Line {
    fn new(octets_per_second: u64, latency: Duration) -> Self {
        Self { there: Wire::new(octets_per_second, latency), back: Wire::new(octets_per_second, latency) }
    }

    fn turned(&self) -> Self {
        Self { there: Arc::clone(&self.back), back: Arc::clone(&self.there) }
    }

    fn become_slow(&self) {
        for wire in [&self.there, &self.back] {
            wire.is_slow.store(true, Ordering::SeqCst);
        }
    }

    /// The address at which a node is reached over this line.
    fn to(&self, address: &str) -> String {
        let (listener, target, line) = (TcpListener::bind("127.0.0.1:0").unwrap(), address.to_owned(), self.clone());
        let own = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(&target) else { continue };
                // Slices must not wait for one another but where the wire makes them.
                for end in [&near, &far] {
                    end.set_nodelay(true).unwrap();
                }
                carry(near.try_clone().unwrap(), far.try_clone().unwrap(), Arc::clone(&line.there));
                carry(far, near, Arc::clone(&line.back));
            }
        });
        own
    }
}

fn carry(mut from: TcpStream, to: TcpStream, wire: Arc<Wire>) {
    let (send, receive): (Sender<(Instant, Vec<u8>)>, Receiver<_>) = channel();
    thread::spawn(move || {
        let mut slice = [0; SLICE_BYTES];
        while let Ok(octets) = from.read(&mut slice) {
            let arrives = wire.send(octets);
            if octets == 0 || send.send((arrives, slice[..octets].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || deliver(to, &receive));
}

fn deliver(mut to: TcpStream, receive: &Receiver<(Instant, Vec<u8>)>) {
    for (arrives, octets) in receive {
        thread::sleep(arrives.saturating_duration_since(Instant::now()));
        if to.write_all(&octets).is_err() {
            break;
        }
    }
    let _closed = to.shutdown(Shutdown::Write);
}

/// What a node says, line by line, each with the moment in which it said it.
fn heard(stderr: ChildStderr) -> Arc<Mutex<Vec<(Instant, String)>>> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&said);
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            kept.lock().unwrap().push((Instant::now(), line));
        }
    });
    said
}

/// Harbour and Hills over a line, with Lake as a near witness of both.
struct Distant {
    desk: Desk,
    line: Line,
    agreement: String,
    said: Arc<Mutex<Vec<(Instant, String)>>>,
    _nodes: Vec<Serving>,
}

impl Distant {
    fn new(octets_per_second: u64, latency: Duration) -> Self {
        let desk = Desk::with_two();
        desk.make_node("lake");
        let mut nodes: Vec<Serving> =
            ["harbour", "hills", "lake"].map(|name| desk.serve_every(name, "127.0.0.1:0", HOUR_MS)).into();
        let said = heard(nodes[1].stderr());
        let address = |nodes: &[Serving], place: usize| nodes[place].address.clone();
        for name in ["harbour", "hills"] {
            desk.name_peer(name, "lake", &address(&nodes, 2), "--witness");
            desk.run(&format!("peer add {name}/profile.json --dir lake")).ends_with(0);
        }
        let line = Line::new(octets_per_second, latency);
        desk.name_peer("hills", "harbour", &line.to(&address(&nodes, 0)), "");
        desk.name_peer("harbour", "hills", &line.turned().to(&address(&nodes, 1)), "");
        let mut distant = Self { desk, line, agreement: String::new(), said, _nodes: nodes };
        distant.agree();
        distant
    }

    /// Both sign a text, and Hills reads a first entry: the session is open.
    fn agree(&mut self) {
        let desk = &self.desk;
        desk.draft("public-incident", "draft.json");
        let agreement = desk.offer("harbour", "draft.json", "offer");
        desk.until("the offer arrives", |desk| desk.state("hills", &agreement) == "offered");
        desk.sign_text("hills", &agreement, "hills-signs");
        desk.sign_text("harbour", &agreement, "harbour-signs");
        desk.until("it is in force", |desk| {
            ["harbour", "hills"].iter().all(|node| desk.state(node, &agreement) == "in force")
        });
        self.agreement = agreement;
        desk.label_tempe("clear");
        self.publish("r.json", "");
        desk.until("it is read", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1));
        // The polls that wait now are those over which the next entry goes.
        thread::sleep(Duration::from_secs(1));
    }

    /// Harbour releases a record that is labelled.
    fn publish(&self, file: &str, more: &str) -> (Instant, Value) {
        let desk = &self.desk;
        let words = format!(
            "release propose {file} --agreement {} --purpose safety-research --by Ada --dir harbour",
            self.agreement
        );
        let proposal = desk.run(&words).ends_with(0).fact("proposal");
        desk.approve(&proposal, "second-person").ends_with(0);
        let begun = Instant::now();
        (begun, desk.run(&format!("--json release publish {proposal} --dir harbour {more}")).ends_with(0).json())
    }

    fn warn(&self, warning: &str) -> (Instant, Value) {
        self.desk.sign(warning, "w.json");
        self.desk.run("log append w.json --dir harbour").ends_with(0);
        self.desk.run("label put w.json --tlp clear --dir harbour").ends_with(0);
        self.line.become_slow();
        self.publish("w.json", "--urgent")
    }

    /// When Hills first said this.
    fn when(&self, words: &str, patience: Duration) -> Instant {
        let end = Instant::now() + patience;
        loop {
            let said = self.said.lock().unwrap().clone();
            if let Some((when, _)) = said.iter().find(|(_, line)| line.contains(words)) {
                return *when;
            }
            assert!(Instant::now() < end, "never said: {words}; but: {said:#?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A warning of few words.
const WARNING: &str = r#"{"type":"incident","spec_version":"2.1","name":"Gate agent opens on command",
    "description":"Agents of this model open gates for whoever asks twice. Stop them."}"#;

const PROVEN: &str = "1 new entries, 2 in all";

#[test]
fn a_warning_is_seen_signed_before_it_is_proven() {
    let distant = Distant::new(30_000, Duration::from_millis(50));
    let (_, published) = distant.warn(WARNING);
    assert!(published["frame_bytes"].as_u64().unwrap() <= 1_800, "{published}");
    let patience = Duration::from_secs(30);
    let (signed, proven) = (distant.when("signed, proof pending", patience), distant.when(PROVEN, patience));
    assert!(signed < proven);
    let urgent = distant.desk.read_feeds("hills")[0]["urgent"].clone();
    assert_eq!((urgent[0]["index"].as_u64(), urgent[0]["state"].as_str()), (Some(1), Some("proven")), "{urgent}");
    assert_eq!(distant.desk.alarms("hills"), Vec::<Value>::new());
}

/// The figures of the slowest line. Nothing is asked of them here: they belong to a machine.
#[test]
#[ignore = "takes minutes, and measures"]
fn the_slowest_line() {
    measure("short", WARNING);
}

/// The same with a frame that is nearly as long as one may be: 1,088 letters that do not shrink.
#[test]
#[ignore = "takes minutes, and measures"]
fn the_slowest_line_with_a_long_frame() {
    let letters: String = (0..17_u32).map(|number| hash(&number.to_be_bytes())).collect();
    measure("long", &WARNING.replace("Stop them.", &letters));
}

/// Sixty-four letters that follow one another without a pattern.
fn hash(octets: &[u8]) -> String {
    record::digest::sha256(&[octets]).iter().map(|octet| format!("{octet:02x}")).collect()
}

#[expect(clippy::print_stderr, reason = "figures, for whoever asked for this test by name")]
fn say(line: &str) {
    eprintln!("{line}");
}

fn measure(name: &str, warning: &str) {
    let distant = Distant::new(300, Duration::from_secs(2));
    let (begun, published) = distant.warn(warning);
    let committed = begun.elapsed();
    let patience = Duration::from_secs(600);
    let after = |words: &str| distant.when(words, patience).duration_since(begun).as_secs_f64();
    say(&format!(
        "{name}: published after {:.1} s; frame of {} octets",
        committed.as_secs_f64(),
        published["frame_bytes"]
    ));
    say(&format!("{name}: signed, proof pending after {:.1} s", after("signed, proof pending")));
    say(&format!("{name}: logged and cosigned after {:.1} s", after("logged and cosigned")));
    say(&format!("{name}: verified, both suites after {:.1} s", after(PROVEN)));
    let carried = |wire: &Wire| wire.carried.load(Ordering::SeqCst);
    say(&format!(
        "{name}: octets in all: {} there, {} back",
        carried(&distant.line.there),
        carried(&distant.line.back)
    ));
}
