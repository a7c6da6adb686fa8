//! A line between two nodes that carries few octets late: a relay on this machine, shared by all connections.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::outcome::{Done, Failure};

/// How much the line carries each way: an old modem, or a handset by satellite. The line of 2,400 bit/s for which the protocol was
/// measured takes minutes, which nobody would watch; docs/benchmarks.md has its figures.
const BITS_PER_SECOND: u64 = 38_400;

/// How late everything arrives.
const LATENCY_MS: u64 = 300;

/// Octets that take their turn at once, so that connections share the line.
const SLICE_BYTES: usize = 48;

/// One direction of a line.
#[derive(Debug)]
struct Wire {
    free_at: Mutex<Instant>,
    carried: AtomicU64,
}

impl Wire {
    fn new() -> Arc<Self> {
        Arc::new(Self { free_at: Mutex::new(Instant::now()), carried: AtomicU64::new(0) })
    }

    /// When octets that are sent now arrive. Whoever sends waits until they are on the wire.
    fn send(&self, octets: usize) -> Instant {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        let _before = self.carried.fetch_add(octets, Ordering::Relaxed);
        let long = Duration::from_nanos(octets.saturating_mul(8 * 1_000_000_000) / BITS_PER_SECOND);
        let sent = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            let begins = (*free_at).max(Instant::now());
            *free_at = begins.checked_add(long).unwrap_or(begins);
            *free_at
        };
        thread::sleep(sent.saturating_duration_since(Instant::now()));
        sent.checked_add(Duration::from_millis(LATENCY_MS)).unwrap_or(sent)
    }
}

/// A line between two nodes.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Line {
    there: Arc<Wire>,
    back: Arc<Wire>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a line of {BITS_PER_SECOND} bit/s with {LATENCY_MS} ms of latency each way")
    }
}

impl Line {
    pub(super) fn new() -> Self {
        Self { there: Wire::new(), back: Wire::new() }
    }

    /// The same line, seen from its other end.
    pub(super) fn turned(&self) -> Self {
        Self { there: Arc::clone(&self.back), back: Arc::clone(&self.there) }
    }

    /// Octets that it has carried, both ways together.
    pub(in crate::demo) fn carried(&self) -> u64 {
        let carried = |wire: &Wire| wire.carried.load(Ordering::Relaxed);
        carried(&self.there).saturating_add(carried(&self.back))
    }

    /// The address at which a node is reached over this line.
    pub(super) fn to(&self, address: &str) -> Done<String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(Failure::environment)?;
        let own = listener.local_addr().map_err(Failure::environment)?.to_string();
        let (line, address) = (self.clone(), address.to_owned());
        let _relay = thread::spawn(move || {
            // A connection that cannot be made is one that was cut: its node tries again.
            listener.incoming().map_while(Result::ok).for_each(|near| drop(line.join(near, &address)));
        });
        Ok(own)
    }

    fn join(&self, near: TcpStream, address: &str) -> std::io::Result<()> {
        let far = TcpStream::connect(address)?;
        // Slices must not wait for one another but where the wire makes them.
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        carry(near.try_clone()?, far.try_clone()?, Arc::clone(&self.there));
        carry(far, near, Arc::clone(&self.back));
        Ok(())
    }
}

fn carry(mut from: TcpStream, to: TcpStream, wire: Arc<Wire>) {
    let (send, receive) = channel();
    let _sending = thread::spawn(move || {
        let mut slice = [0; SLICE_BYTES];
        while let Ok(octets) = from.read(&mut slice) {
            let arrives = wire.send(octets);
            let part = slice.get(..octets).unwrap_or_default().to_vec();
            if octets == 0 || send.send((arrives, part)).is_err() {
                break;
            }
        }
    });
    let _delivering = thread::spawn(move || deliver(to, &receive));
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
