//! Room in memory for bodies: it is taken as octets come, and given back when they are gone.
//!
//! Whoever says that much will come holds nothing by that, and whoever hangs up while a site works on what he sent makes no room:
//! the octets are still there.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::ServerLimits;
use crate::server::BodyClass;

/// Octets that one permit stands for.
const PERMIT_BYTES: usize = 1024;

/// So many octets, and no more, for all who share it.
#[derive(Debug, Clone)]
pub struct Share(Arc<Semaphore>);

impl Share {
    /// A share of so many octets.
    #[must_use]
    pub fn new(octets: usize) -> Self {
        Self(Arc::new(Semaphore::new(octets / PERMIT_BYTES)))
    }

    fn has(&self, octets: usize) -> bool {
        self.0.available_permits() >= octets.div_ceil(PERMIT_BYTES)
    }

    fn take(&self, permits: usize) -> Option<OwnedSemaphorePermit> {
        let permits = u32::try_from(permits).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(permits).ok()
    }
}

/// How long a body may be, and what it takes with it until its octets are gone.
#[derive(Debug)]
pub struct Admitted {
    pub(super) class: BodyClass,
    pub(super) share: Option<Share>,
    pub(super) with: Option<Guard>,
}

/// Something that is dropped when the octets of a body are gone.
type Guard = Box<dyn Any + Send + Sync>;

impl From<BodyClass> for Admitted {
    fn from(class: BodyClass) -> Self {
        Self { class, share: None, with: None }
    }
}

impl Admitted {
    /// The same, within a share that its sender has with all its other bodies.
    #[must_use]
    pub fn within(mut self, share: Share) -> Self {
        self.share = Some(share);
        self
    }

    /// The same, with something that is dropped once the octets are gone, also if none come.
    #[must_use]
    pub fn with(mut self, guard: impl Any + Send + Sync) -> Self {
        self.with = Some(Box::new(guard));
        self
    }
}

/// The room of a server.
#[derive(Debug)]
pub(super) struct Room {
    all: Share,
    packages: Share,
}

impl Room {
    pub(super) fn new(limits: &ServerLimits) -> Self {
        Self { all: Share::new(limits.max_bodies_bytes), packages: Share::new(limits.max_packages_bytes) }
    }

    /// Room for a body of which nothing is here yet; none if as much as is said to come has no room now.
    pub(super) fn begin(&self, admitted: Admitted, expected: usize) -> Option<Held> {
        let packages = (admitted.class == BodyClass::Package).then(|| self.packages.clone());
        let shares: Vec<_> = [Some(self.all.clone()), packages, admitted.share].into_iter().flatten().collect();
        let is_room = shares.iter().all(|share| share.has(expected));
        is_room.then_some(Held { shares, permits: Vec::new(), held: 0, _with: admitted.with })
    }
}

/// The room that one body holds.
pub(super) struct Held {
    shares: Vec<Share>,
    permits: Vec<OwnedSemaphorePermit>,
    /// Permits of each share.
    held: usize,
    _with: Option<Guard>,
}

impl Held {
    /// Takes room for so many octets in all; false if there is none.
    pub(super) fn grow_to(&mut self, octets: usize) -> bool {
        let more = octets.div_ceil(PERMIT_BYTES).saturating_sub(self.held);
        if more == 0 {
            return true;
        }
        let taken: Option<Vec<_>> = self.shares.iter().map(|share| share.take(more)).collect();
        let Some(taken) = taken else { return false };
        self.held = self.held.saturating_add(more);
        if self.permits.is_empty() {
            self.permits = taken;
        } else {
            self.permits.iter_mut().zip(taken).for_each(|(held, more)| held.merge(more));
        }
        true
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Held").field("held", &self.held).finish_non_exhaustive()
    }
}

/// The octets of a body. The room that they hold goes with the last copy of them.
#[derive(Debug, Clone, Default)]
pub struct Octets(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    octets: Vec<u8>,
    _room: Option<Held>,
}

impl Octets {
    pub(super) fn of(octets: Vec<u8>, room: Held) -> Self {
        Self(Arc::new(Kept { octets, _room: Some(room) }))
    }
}

/// Octets that hold no room of a server.
impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self(Arc::new(Kept { octets, _room: None }))
    }
}

impl Deref for Octets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Room {
        Room::new(&ServerLimits { max_bodies_bytes: 8 * 1024, max_packages_bytes: 4 * 1024, ..ServerLimits::default() })
    }

    #[test]
    fn room_is_taken_as_octets_come_and_goes_with_them() {
        let room = room();
        let mut one = room.begin(BodyClass::Message.into(), 8 * 1024).unwrap();
        let mut other = room.begin(BodyClass::Message.into(), 8 * 1024).unwrap();
        assert!(one.grow_to(7_000) && other.grow_to(1_000) && one.grow_to(7_100));
        assert!(!other.grow_to(2_000) && room.begin(BodyClass::Small.into(), 1).is_none());
        let octets = Octets::of(vec![1; 7_100], one);
        let copy = octets.clone();
        drop(octets);
        assert!(!other.grow_to(2_000), "a copy is left");
        drop(copy);
        assert!(other.grow_to(8 * 1024));
    }

    #[test]
    fn packages_leave_room_for_what_is_short_and_nobody_has_more_than_his_share() {
        let (room, share) = (room(), Share::new(2 * 1024));
        let mut package = room.begin(BodyClass::Package.into(), 4 * 1024).unwrap();
        assert!(package.grow_to(4 * 1024) && room.begin(BodyClass::Package.into(), 1).is_none());
        let admitted = || Admitted::from(BodyClass::Small).within(share.clone());
        let mut own = room.begin(admitted(), 2 * 1024).unwrap();
        assert!(own.grow_to(2 * 1024) && !own.grow_to(2 * 1024 + 1) && room.begin(admitted(), 1).is_none());
        assert!(room.begin(BodyClass::Small.into(), 2 * 1024).is_some());
    }

    #[test]
    fn what_goes_with_a_body_goes_when_its_octets_do() {
        let guard = Arc::new(());
        let admitted = Admitted::from(BodyClass::Small).with(Arc::clone(&guard));
        let octets = Octets::of(vec![1], room().begin(admitted, 1).unwrap());
        assert_eq!(Arc::strong_count(&guard), 2);
        drop(octets);
        assert_eq!(Arc::strong_count(&guard), 1);
        let refused = Admitted::from(BodyClass::Small).with(Arc::clone(&guard));
        assert!(room().begin(refused, 1 << 20).is_none());
        assert_eq!(Arc::strong_count(&guard), 1);
    }
}
