//! A peer's node as a head source: a witness that remembers how far our log had come, asked over the line at every start.

use std::sync::Arc;
use std::time::Duration;

use node::client::{Client, Wanted};
use node::limits::ClientLimits;
use node::metrics::Metrics;
use node::tls::{Expected, Pins};
use record::digest::PartyId;
use record::key_record::{PartyKeys, Purpose};
use record::suite::{SEED_BYTES, Suite};
use storage::guard::HeadSource;
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::MAX_NOTE_BYTES;
use zeroize::Zeroizing;

use crate::home::Home;
use crate::outcome::Done;
use crate::{partners, peers, serve};

/// What a line of the file of head sources begins with when it names a peer and no folder.
pub(crate) const PEER: &str = "peer:";

/// How long a peer may take to answer, in milliseconds: a command must not hang for longer on somebody else's line.
const ANSWER_MS: u64 = 5_000;

/// A peer that is asked.
pub(crate) struct PeerHeads {
    home: Home,
    own: PartyId,
    party: PartyId,
    seed: Zeroizing<[u8; SEED_BYTES]>,
}

impl PeerHeads {
    /// A peer, if the private transport key to ask it with is here.
    pub(crate) fn new(home: &Home, party: PartyId, keys: &PartyKeys) -> Done<Option<Self>> {
        let own = home.history()?.party();
        let seed = keys.get(Purpose::Transport, Suite::Ed25519).map(|key| Zeroizing::new(*key.seed()));
        Ok(seed.map(|seed| Self { home: home.clone(), own, party, seed }))
    }

    fn ask(&self) -> Result<Option<SignedCheckpoint>, String> {
        let peers = peers::read(&self.home).map_err(|failure| failure.message)?;
        let found = peers.into_iter().find(|peer| peer.party == self.party).and_then(|peer| peer.address);
        let address = found.ok_or("no address of this peer is known here")?;
        let identity = serve::identity_of(self.own, &self.seed).map_err(|failure| failure.message)?;
        let ring = partners::ring(&self.home).map_err(|failure| failure.message)?;
        let pins: Arc<dyn Pins> = Arc::new(ring);
        let client = Client::new(Arc::new(identity), pins, ClientLimits::default(), Arc::new(Metrics::new()));
        let runtime = serve::runtime().map_err(|failure| failure.message)?;
        let wanted = Wanted::new("/peer/heads", MAX_NOTE_BYTES);
        let asked = client.get(&address, Expected::Party(self.party), &wanted);
        let answer = runtime.block_on(async { tokio::time::timeout(Duration::from_millis(ANSWER_MS), asked).await });
        let answer = answer.map_err(|_| "it did not answer in time".to_owned())?.map_err(|error| error.to_string())?;
        match answer.status {
            200 => SignedCheckpoint::parse(&answer.octets).map(Some).map_err(|error| error.to_string()),
            404 => Ok(None),
            status => Err(format!("it answered {status}")),
        }
    }
}

impl HeadSource for PeerHeads {
    fn name(&self) -> String {
        format!("peer {}", self.party)
    }

    fn heads(&self, origin: &str, found: &mut Vec<SignedCheckpoint>) -> Result<(), String> {
        let head = self.ask()?;
        found.extend(head.filter(|head| head.claims().origin() == origin));
        Ok(())
    }
}
