//! A peer's node over TLS, as a source of files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use node::client::{Address, Client, ClientError, Fetched, Wanted};
use node::exchange::{Source, Unreachable, absence};
use node::tls::Expected;
use policy::feed::MAX_BODY_BYTES;
use protocol::exchange::listing::MAX_LISTING_BYTES;
use protocol::exchange::{Absence, Control, Files, MAX_OPENED_BYTES, Resource, Ring};
use record::digest::PartyId;
use record::limits::MAX_RECORD_BYTES;
use record::time::Timestamp;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_LOG_PROOF_BYTES, MAX_NOTE_BYTES};
use tlog::tile::TileKind;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::lending::Lending;
use super::open::Open;
use crate::clock;
use crate::peers::Peer;

/// Files that are asked for at once: what one connection's waiting costs is spread over them, and no more are allowed to one
/// peer.
const AT_ONCE: usize = 4;

/// A line on which a file takes longer is a slow one.
const QUICK: Duration = Duration::from_secs(1);

/// How often whoever waits for a peer looks whether the node is wanted.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is said when it was.
const LENT: &str = "another command has this directory";

/// How long a question that is worth no waiting is waited for.
const SOON: Duration = Duration::from_secs(2);

/// Octets that are kept of a reading that broke off: about a package.
const MAX_RESCUED_BYTES: usize = 16 * 1024 * 1024;

/// What came of a reading that broke off, and never changes under its name. On the slowest line a tile takes half a minute:
/// whoever began anew each time would never come to an end. Each is given once, so that a false one does no lasting harm.
#[derive(Debug, Default)]
pub(super) struct Rescued(Mutex<BTreeMap<Resource, Vec<u8>>>, Mutex<BTreeMap<Resource, u32>>);

/// Times that a body is asked for in vain, by a peer that gives all else, before its depositary is asked: enough for a line that
/// breaks off now and then.
const MAX_VAIN: u32 = 5;

impl Rescued {
    /// Gives what is here of what is lacking.
    fn give(&self, lacking: &mut BTreeSet<Resource>, files: &mut Files) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lacking.retain(|resource| match kept.remove(resource) {
            Some(octets) => {
                files.put(*resource, octets);
                false
            }
            None => true,
        });
    }

    /// Counts that a body did not come. True once that was often enough.
    fn is_in_vain(&self, resource: Resource) -> bool {
        let mut vain = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let times = vain.entry(resource).or_default();
        *times = times.saturating_add(1);
        let is_enough = *times >= MAX_VAIN;
        if is_enough {
            let _counted = vain.remove(&resource);
        }
        is_enough
    }

    /// Keeps a file that came another way.
    pub(super) fn put(&self, resource: Resource, octets: Vec<u8>) {
        let _before = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(resource, octets);
    }

    /// Keeps what came over the line of what was lacking.
    fn keep(&self, lacking: &[Resource], files: &Files) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fixed = lacking.iter().filter(|one| matches!(one, Resource::Tile(..) | Resource::Body(..)));
        for (resource, octets) in fixed.filter_map(|one| Some((*one, files.get(one)?))) {
            let held: usize = kept.values().map(Vec::len).sum();
            if held.saturating_add(octets.len()) > MAX_RESCUED_BYTES {
                kept.clear();
            }
            let _before = kept.insert(resource, octets.to_vec());
        }
    }
}

/// One peer, while a node is open.
pub(super) struct PeerSource<'o> {
    pub(super) open: &'o Open,
    pub(super) lending: &'o Lending,
    pub(super) line: &'o Line,
    /// Whether somebody keeps the bodies of the feed that is read.
    pub(super) has_depositary: bool,
}

/// How a peer is reached.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Set while the node is wanted by a command: then nothing is waited for that holds it.
    pub(super) wanted: Arc<AtomicBool>,
    pub(super) client: Client,
    pub(super) runtime: Handle,
    pub(super) party: PartyId,
    pub(super) address: Address,
    pub(super) rescued: Arc<Rescued>,
}

/// The lines to peers with an address, as far as they are read already.
#[derive(Debug)]
pub(super) struct Lines {
    client: Client,
    runtime: Handle,
    wanted: Arc<AtomicBool>,
    taken: Mutex<Vec<Line>>,
}

impl Lines {
    pub(super) const fn new(client: Client, runtime: Handle, wanted: Arc<AtomicBool>) -> Self {
        Self { client, runtime, wanted, taken: Mutex::new(Vec::new()) }
    }

    /// The lines that are new, or lead elsewhere than before.
    pub(super) fn take(&self, peers: &[Peer]) -> Vec<Line> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|line| {
            peers.iter().any(|peer| peer.party == line.party && peer.address.as_ref() == Some(&line.address))
        });
        let addressed = peers.iter().filter_map(|peer| Some((peer.party, peer.address.clone()?)));
        let new: Vec<Line> = addressed
            .filter(|(party, _)| taken.iter().all(|line| line.party != *party))
            .map(|(party, address)| self.line(party, address))
            .collect();
        taken.extend(new.iter().cloned());
        new
    }

    fn line(&self, party: PartyId, address: Address) -> Line {
        let (client, runtime, wanted) = (self.client.clone(), self.runtime.clone(), Arc::clone(&self.wanted));
        Line { wanted, client, runtime, party, address, rescued: Arc::default() }
    }

    /// Whether a line is still the one to its peer.
    pub(super) fn has(&self, line: &Line) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.iter().any(|one| one.party == line.party && one.address == line.address)
    }

    pub(super) fn to(&self, party: PartyId) -> Option<Line> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|line| line.party == party).cloned()
    }
}

impl Line {
    /// Asks, and waits as long as it takes. The caller holds no node meanwhile.
    pub(super) fn get_patiently(&self, path: &str, max_octets: usize) -> Result<Fetched, ClientError> {
        let wanted = Wanted::new(path, max_octets);
        self.runtime.block_on(self.client.get(&self.address, Expected::Party(self.party), &wanted))
    }

    /// What is there within a moment, if anything: for questions that are worth no waiting.
    pub(super) fn get_soon(&self, path: &str, max_octets: usize) -> Option<Vec<u8>> {
        let wanted = Wanted::new(path, max_octets);
        let asked = self.client.get(&self.address, Expected::Party(self.party), &wanted);
        let soon = self.waited(async { tokio::time::timeout(SOON, asked).await })?;
        soon.ok()?.ok().filter(|fetched| fetched.status == 200).map(|fetched| fetched.octets)
    }

    /// The line to another peer whose address is known, if there is one.
    pub(super) fn to_another(&self, open: &Open, party: PartyId) -> Option<Self> {
        let address = open.peers().into_iter().find(|peer| peer.party == party)?.address?;
        Some(Self { party, address, rescued: Arc::default(), ..self.clone() })
    }

    /// Sends, unless the node is wanted by a command before there is an answer.
    pub(super) fn post(&self, control: &Control) -> Result<Fetched, String> {
        self.post_for(control, MAX_NOTE_BYTES)
    }

    /// The same for a longer answer.
    pub(super) fn post_for(&self, control: &Control, max_octets: usize) -> Result<Fetched, String> {
        let asked = self.client.post(&self.address, Expected::Party(self.party), control, max_octets);
        let answer = self.waited(asked).ok_or_else(|| LENT.to_owned())?;
        answer.map_err(|error| error.to_string())
    }

    /// Waits for a peer while the node is held, and no longer than nobody else wants it: a peer that says nothing must not
    /// keep an operator from the directory.
    fn waited<T>(&self, asked: impl Future<Output = T>) -> Option<T> {
        self.runtime.block_on(async {
            tokio::select! {
                answer = asked => Some(answer),
                () = self.is_lent() => None,
            }
        })
    }

    async fn is_lent(&self) {
        while !self.wanted.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Source for PeerSource<'_> {
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        let mut lacking = wanted.clone();
        self.line.rescued.give(&mut lacking, files);
        let lacking: Vec<Resource> = lacking.into_iter().collect();
        let fetched = lacking.chunks(AT_ONCE * 8).try_for_each(|some| self.fetch_some(some, files));
        if fetched.is_err() {
            self.line.rescued.keep(&lacking, files);
        }
        fetched
    }

    fn learn(&mut self, peer: PartyId, profile: &[u8]) {
        // What does not hold teaches nothing, and whoever asked sees that the key is still unknown.
        let _taught = self.open.learn(peer, profile);
    }

    fn ring(&self) -> Arc<dyn Ring + Send + Sync> {
        self.open.keys.get()
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }
}

impl PeerSource<'_> {
    /// A sender could keep a body back by never quite answering: where somebody else may have it, that is no answer either.
    fn take(
        &self,
        resource: Resource,
        fetched: Result<Fetched, ClientError>,
        files: &mut Files,
    ) -> Result<(), Unreachable> {
        let done = take(resource, fetched, files);
        let is_body = matches!(resource, Resource::Body(..));
        if done.is_err() && is_body && self.has_depositary && self.line.rescued.is_in_vain(resource) {
            files.lacks(resource, Absence::NotThere);
            return Ok(());
        }
        done
    }

    fn fetch_some(&self, some: &[Resource], files: &mut Files) -> Result<(), Unreachable> {
        let lent = || Unreachable::new(LENT.to_owned());
        if self.lending.is_wanted() {
            return Err(lent());
        }
        let came = self.line.waited(fetch_all(self.line, some.to_vec())).ok_or_else(lent)?;
        // What came counts, whatever else did not.
        let taken: Vec<_> = came.into_iter().map(|(resource, fetched)| self.take(resource, fetched, files)).collect();
        taken.into_iter().collect()
    }
}

/// Files side by side on a line that was quick so far, and one after the other on a slow one: each of those side by side needs
/// a connection of its own, whose handshake takes longer there than the file.
async fn fetch_all(line: &Line, wanted: Vec<Resource>) -> Vec<Came> {
    let mut under_way = JoinSet::new();
    let mut came = Vec::with_capacity(wanted.len());
    let mut at_once = 1;
    for resource in wanted {
        if under_way.len() >= at_once
            && let Some(Ok((one, took))) = under_way.join_next().await
        {
            let has_failed = is_broken(&one);
            came.push(one);
            if has_failed {
                // On a line that is down each of the others would wait for its own time to be up.
                break;
            }
            at_once = if took < QUICK { AT_ONCE } else { 1 };
        }
        let line = line.clone();
        drop(under_way.spawn(async move {
            let begun = Instant::now();
            let wanted = Wanted::new(&format!("/{resource}"), limit(&resource));
            let fetched = line.client.get(&line.address, Expected::Party(line.party), &wanted).await;
            ((resource, fetched), begun.elapsed())
        }));
    }
    while let Some(joined) = under_way.join_next().await {
        came.extend(joined.ok().map(|(one, _)| one));
    }
    came
}

/// A file that was asked for, and what came of it.
type Came = (Resource, Result<Fetched, ClientError>);

/// Whether the line failed, and not only this file.
const fn is_broken((_, fetched): &Came) -> bool {
    matches!(fetched, Err(error) if !matches!(error, ClientError::TooLong { .. }))
}

fn take(resource: Resource, fetched: Result<Fetched, ClientError>, files: &mut Files) -> Result<(), Unreachable> {
    match fetched {
        Ok(fetched) if fetched.status == 200 => files.put(resource, fetched.octets),
        Ok(fetched) => match absence(fetched.status) {
            Some(why) => files.lacks(resource, why),
            None => return Err(Unreachable::new(format!("it answered {} for `{resource}`", fetched.status))),
        },
        Err(ClientError::TooLong { .. }) => files.lacks(resource, Absence::TooLong),
        Err(error) => return Err(Unreachable::new(error.to_string())),
    }
    Ok(())
}

/// Octets of the longest honest file of a kind.
pub(super) const fn limit(resource: &Resource) -> usize {
    match resource {
        Resource::Profile => MAX_RECORD_BYTES,
        Resource::Feeds => MAX_LISTING_BYTES,
        Resource::KeyProof(_) => MAX_LOG_PROOF_BYTES,
        Resource::Checkpoint(_) => MAX_NOTE_BYTES,
        Resource::Tile(_, path) => match path.kind() {
            TileKind::Hashes(_) => 256 * 32,
            TileKind::Entries | _ => MAX_BUNDLE_BYTES,
        },
        Resource::Head(_) => MAX_OPENED_BYTES,
        Resource::Body(..) => MAX_BODY_BYTES,
    }
}
