//! Ten thousand connections.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use node::limits::{MAX_CONNECTIONS, MAX_STRANGERS, MAX_STRANGERS_PER_ADDRESS};
use node::metrics::{Refused, Series};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::raw::moment;
use crate::scene::Scene;

/// Connections in all.
const FLOOD: u32 = 10_000;

/// Connections at once: their two ends and those that the server holds stay below 1,024 files.
const WAVE: u32 = 100;

/// Octets by which the process may grow, both ends counted.
const MAX_GROWTH_KIB: u64 = 96 * 1024;

/// A connection from a place of its own, if the system has more than one for itself.
async fn connect_from(place: u32, to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    let [.., high, low] = (place + 2).to_be_bytes();
    let from = IpAddr::V4(Ipv4Addr::new(127, 0, high, low));
    if socket.bind((from, 0).into()).is_err() {
        return TcpStream::connect(to).await.ok();
    }
    socket.connect(to).await.ok()
}

/// The connection, unless the server has closed it.
async fn held(socket: Option<TcpStream>) -> Option<TcpStream> {
    let mut socket = socket?;
    let mut octet = [0; 1];
    timeout(Duration::from_millis(40), socket.read(&mut octet)).await.is_err().then_some(socket)
}

/// Opens connections that say nothing, from so many places. Those that the server holds are handed over.
async fn flood(to: SocketAddr, places: u32) -> Vec<TcpStream> {
    let mut kept = Vec::new();
    for wave in 0..FLOOD / WAVE {
        let mut opened = JoinSet::new();
        for number in 0..WAVE {
            let place = (wave * WAVE + number) % places;
            opened.spawn(async move { held(connect_from(place, to).await).await });
        }
        kept.extend(opened.join_all().await.into_iter().flatten());
    }
    kept
}

/// The memory of this process that is in use, in KiB.
fn memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

fn check_growth(before: Option<u64>) {
    match (before, memory_kib()) {
        (Some(before), Some(after)) => {
            println!("memory grew from {before} to {after} KiB");
            assert!(after.saturating_sub(before) < MAX_GROWTH_KIB, "from {before} to {after} KiB");
        }
        _ => println!("SKIPPED: this system does not tell how much memory a process uses"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_connections_from_everywhere_leave_room_for_a_peer() {
    let scene = Scene::open().await;
    scene.still_answers().await;
    let (before, start) = (memory_kib(), Instant::now());
    let held = flood(scene.address, 5000).await;
    println!("{FLOOD} connections in {} ms, {} held", start.elapsed().as_millis(), held.len());
    let open = scene.metrics.value(Series::Open);
    assert!(open <= u64::try_from(MAX_CONNECTIONS).unwrap());
    assert!(held.len() <= MAX_STRANGERS + MAX_STRANGERS_PER_ADDRESS, "{}", held.len());
    let refused = [Refused::StrangersFull, Refused::AddressFull, Refused::AddressRate, Refused::Full];
    let refused: u64 = refused.map(|cause| scene.metrics.value(Series::Refused(cause))).iter().sum();
    assert!(refused > 9_000, "{refused}");
    check_growth(before);
    scene.still_answers().await;
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_its_share_and_no_more() {
    let scene = Scene::with(|limits| limits.max_strangers_per_address = 8).await;
    let mut opened = JoinSet::new();
    for _ in 0..WAVE {
        let to = scene.address;
        opened.spawn(async move { held(connect_from(7, to).await).await });
    }
    let held: Vec<_> = opened.join_all().await.into_iter().flatten().collect();
    assert_eq!(held.len(), 8);
    scene.counted(Series::Refused(Refused::AddressFull), u64::from(WAVE) - 8).await;
    drop(held);
    moment(50).await;
    scene.still_answers().await;
}

#[tokio::test]
async fn an_address_that_connects_again_and_again_is_closed_to_and_a_peer_is_not() {
    let scene = Scene::with(|limits| {
        limits.stranger_connections_burst = 5;
        limits.stranger_connections_per_second = 1;
    })
    .await;
    for _ in 0..20 {
        drop(connect_from(7, scene.address).await);
        moment(2).await;
    }
    scene.counted(Series::Refused(Refused::AddressRate), 10).await;
    for _ in 0..20 {
        scene.still_answers().await;
    }
}

#[tokio::test]
async fn connections_that_go_away_give_their_room_back() {
    let scene = Scene::with(|limits| limits.max_strangers = 4).await;
    for _ in 0..5 {
        let mut kept = Vec::new();
        for place in 0..8 {
            kept.extend(held(connect_from(place, scene.address).await).await);
        }
        assert_eq!(kept.len(), 4);
        drop(kept);
        let start = Instant::now();
        while scene.metrics.value(Series::Open) > 0 && start.elapsed() < Duration::from_secs(5) {
            moment(10).await;
        }
    }
    scene.still_answers().await;
}
