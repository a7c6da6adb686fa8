//! How many connections there may be, and whose.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use record::digest::PartyId;
use tokio::time::Instant;

use crate::limits::{MAX_REMEMBERED_ADDRESSES, ServerLimits};
use crate::metrics::Refused;
use crate::server::bucket::{Buckets, Rate};

/// Counts connections. Everybody begins as a stranger; who proves a peer's key makes room for the next stranger.
#[derive(Debug)]
pub(super) struct Gate {
    limits: ServerLimits,
    rate: Rate,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    strangers: usize,
    by_address: BTreeMap<IpAddr, usize>,
    by_peer: BTreeMap<PartyId, usize>,
    /// Addresses from which peers came, the latest last.
    remembered: VecDeque<IpAddr>,
    coming: Buckets<IpAddr>,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    gate: Arc<Gate>,
    holder: Holder,
}

#[derive(Debug, Clone, Copy)]
enum Holder {
    Stranger(IpAddr),
    Peer(PartyId),
}

impl Gate {
    pub(super) fn new(limits: ServerLimits) -> Self {
        let rate = Rate::new(limits.stranger_connections_per_second, limits.stranger_connections_burst);
        Self { limits, rate, counts: Mutex::default() }
    }

    /// Room for a connection from this address, if there is any.
    pub(super) fn admit(gate: &Arc<Self>, address: IpAddr) -> Result<Slot, Refused> {
        let address = block(address);
        let mut counts = gate.counts();
        counts.refuse(address, &gate.limits)?;
        counts.take_turn(address, gate.rate)?;
        counts.all += 1;
        counts.strangers += 1;
        *counts.by_address.entry(address).or_default() += 1;
        drop(counts);
        Ok(Slot { gate: gate.clone(), holder: Holder::Stranger(address) })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn refuse(&self, address: IpAddr, limits: &ServerLimits) -> Result<(), Refused> {
        if self.all >= limits.max_connections {
            return Err(Refused::Full);
        }
        if self.by_address.get(&address).is_some_and(|count| *count >= limits.max_strangers_per_address) {
            return Err(Refused::AddressFull);
        }
        if self.strangers >= limits.max_strangers && !self.remembered.contains(&address) {
            return Err(Refused::StrangersFull);
        }
        Ok(())
    }

    // A handshake costs us more than whoever asks for it.
    fn take_turn(&mut self, address: IpAddr, rate: Rate) -> Result<(), Refused> {
        if self.remembered.contains(&address) {
            return Ok(());
        }
        self.coming.take(address, rate, Instant::now()).map_err(|_seconds| Refused::AddressRate)
    }

    fn remember(&mut self, address: IpAddr) {
        self.remembered.retain(|known| *known != address);
        if self.remembered.len() >= MAX_REMEMBERED_ADDRESSES {
            self.remembered.pop_front();
        }
        self.remembered.push_back(address);
    }

    fn leave(&mut self, holder: Holder) {
        match holder {
            Holder::Stranger(address) => {
                self.strangers = self.strangers.saturating_sub(1);
                lower(&mut self.by_address, &address);
            }
            Holder::Peer(party) => lower(&mut self.by_peer, &party),
        }
    }
}

impl Slot {
    /// The stranger turns out to be a peer.
    pub(super) fn belongs_to(&mut self, party: PartyId) -> Result<(), Refused> {
        let Holder::Stranger(address) = self.holder else { return Ok(()) };
        let mut counts = self.gate.counts();
        let held = counts.by_peer.entry(party).or_default();
        if *held >= self.gate.limits.max_connections_per_peer {
            return Err(Refused::PeerFull);
        }
        *held += 1;
        counts.leave(self.holder);
        counts.remember(address);
        self.holder = Holder::Peer(party);
        Ok(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut counts = self.gate.counts();
        counts.all = counts.all.saturating_sub(1);
        counts.leave(self.holder);
    }
}

fn lower<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// What one caller commonly has: an IPv4 address, or a /64 of IPv6.
pub(super) fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> String {
        block(text.parse().unwrap()).to_string()
    }

    #[test]
    fn an_address_is_counted_with_its_neighbours_only_where_one_caller_has_them_all() {
        assert_eq!(blocks("192.0.2.7"), "192.0.2.7");
        assert_eq!(blocks("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(blocks("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    fn place(number: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, number])
    }

    #[test]
    fn peers_have_room_when_strangers_have_none() {
        let limits = ServerLimits { max_connections: 4, max_strangers: 2, ..Default::default() };
        let gate = Arc::new(Gate::new(limits));
        let mut peer = Gate::admit(&gate, place(1)).unwrap();
        peer.belongs_to(PartyId::from_octets([1; 32])).unwrap();
        let strangers = [Gate::admit(&gate, place(2)).unwrap(), Gate::admit(&gate, place(3)).unwrap()];
        assert_eq!(Gate::admit(&gate, place(4)).unwrap_err(), Refused::StrangersFull);
        let again = Gate::admit(&gate, place(1)).unwrap();
        assert_eq!(Gate::admit(&gate, place(1)).unwrap_err(), Refused::Full);
        drop((strangers, again, peer));
        let counts = gate.counts();
        assert_eq!((counts.all, counts.strangers), (0, 0));
        assert!(counts.by_address.is_empty() && counts.by_peer.is_empty());
    }

    #[test]
    fn remembered_addresses_are_bounded_and_the_oldest_goes() {
        let mut counts = Counts::default();
        let many = u32::try_from(MAX_REMEMBERED_ADDRESSES).unwrap() + 10;
        (0..many).for_each(|number| counts.remember(IpAddr::from(number.to_be_bytes())));
        assert_eq!(counts.remembered.len(), MAX_REMEMBERED_ADDRESSES);
        assert!(!counts.remembered.contains(&IpAddr::from([0, 0, 0, 9])));
        assert!(counts.remembered.contains(&IpAddr::from([0, 0, 0, 10])));
    }
}
