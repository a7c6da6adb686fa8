//! The peers of a node: partners whose node it reaches, and at which address.
//!
//! Set by the operator, so nothing can make it anew: it belongs into a backup.

use std::io::ErrorKind;

use node::client::Address;
use record::digest::PartyId;
use record::json::{self, Json, Map};

use crate::home::{Home, Readers, read_input, replace};
use crate::outcome::{Done, Failure};
use crate::{node as store_of, wanted};

/// Name of the file.
pub(crate) const PEERS: &str = "peers.json";

/// Most peers of one node: a federation of states and laboratories has hundreds.
pub(crate) const MAX_PEERS: usize = 1_000;

/// A peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) party: PartyId,
    /// Where its node is reached; none if it is known, and only ever comes to us, or by stick.
    pub(crate) address: Option<Address>,
    /// Whether it cosigns our node log, and we believe no head of others without its cosignature.
    pub(crate) is_witness: bool,
    /// How much is kept of what it hands in for members of its agreements, in MiB; 0 for nothing.
    pub(crate) deposit_mib: u32,
}

impl Peer {
    fn to_json(&self) -> Json {
        let map = Map::new().with("party", self.party.to_string());
        let address = self.address.as_ref().map_or(Json::Null, |address| Json::text(address.to_string()));
        let map = map.with("address", address).with("is_witness", Json::Bool(self.is_witness));
        if self.deposit_mib == 0 { map.into() } else { map.with("deposit_mib", Json::count(self.deposit_mib)).into() }
    }

    /// Unknown members are refused: a typing error must not be an option that silently is not there.
    fn from_json(row: &Json) -> Option<Self> {
        let map = row.as_object()?;
        let address = map.get("address").filter(|address| **address != Json::Null);
        let address = address.map(|address| address.as_str()?.parse().ok());
        let address = if let Some(address) = address { Some(address?) } else { None };
        let Json::Bool(is_witness) = map.get("is_witness")? else { return None };
        let deposit_mib = map.get("deposit_mib").map(|mib| u32::try_from(mib.as_integer()?).ok());
        let deposit_mib = if let Some(mib) = deposit_mib { mib.filter(|mib| *mib > 0)? } else { 0 };
        let peer = Self { party: map.text("party")?.parse().ok()?, address, is_witness: *is_witness, deposit_mib };
        (map.len() == 3 + usize::from(deposit_mib > 0)).then_some(peer)
    }
}

/// The peers of a node. None if there is no such file.
pub(crate) fn read(home: &Home) -> Done<Vec<Peer>> {
    let path = home.dir().join(PEERS);
    if path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(Vec::new());
    }
    let damaged = || {
        Failure::input(format!("`{}` is not as this program writes it", path.display()))
            .advise("restore it from a backup; or remove it, and name each peer again with: detente peer add")
    };
    let Ok(Json::Object(map)) = json::parse(&read_input(&path)?) else { return Err(damaged()) };
    let rows = map.get("peers").and_then(Json::as_array).filter(|_| map.len() == 1).ok_or_else(damaged)?;
    rows.iter().map(Peer::from_json).collect::<Option<Vec<_>>>().ok_or_else(damaged)
}

/// Puts these peers in the place of those before. The caller holds the directory.
pub(crate) fn write(home: &Home, peers: &[Peer]) -> Done {
    if peers.len() > MAX_PEERS {
        return Err(Failure::input(format!("a node has at most {MAX_PEERS} peers")));
    }
    let rows = peers.iter().map(Peer::to_json).collect();
    replace(&home.dir().join(PEERS), &Json::from(Map::new().with("peers", Json::Array(rows))).to_text(), Readers::All)
}

/// Adds a peer, or changes the one of the same party. A node that runs here reads its peers anew.
pub(crate) fn put(home: &Home, peer: Peer) -> Done {
    let held = home.hold()?;
    let mut peers = read(home)?;
    peers.retain(|one| one.party != peer.party);
    peers.push(peer);
    write(home, &peers)?;
    drop(held);
    tell_running(home)
}

/// A running node reads its peers when it takes its directory back, so it is asked to lend it.
pub(crate) fn tell_running(home: &Home) -> Done {
    if wanted::is_served(home.dir()) {
        drop(store_of::open_to_read(home, &home.history()?)?);
    }
    Ok(())
}
