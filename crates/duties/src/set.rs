//! Packs that have been checked together: the only thing that evaluates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::day::Day;
use crate::dictionary::Dictionary;
use crate::fault::Fault;
use crate::limits::MAX_PACKS;
use crate::pack::{Duty, Pack};
use crate::vignette::{self, Failure};

/// Where a duty stands among the packs: pack and duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DutyAt {
    pub(crate) pack: usize,
    pub(crate) duty: usize,
}

/// Packs that have been checked together: no id twice, every displacement leads to a duty that is here, none in a circle, and
/// every vignette comes out as it says.
#[derive(Clone)]
pub struct Packs {
    dictionary: Arc<Dictionary>,
    packs: Vec<Arc<Pack>>,
    /// Every duty, those that displace before those that they displace.
    order: Vec<DutyAt>,
    /// Places in `order` by the path of the duty.
    places: BTreeMap<String, usize>,
    /// Places in `order` as answers are given: by pack, and by duty within it.
    given: Vec<usize>,
}

/// A fault of a pack among others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackFault {
    /// The pack's id, or the name of its file where it could not be read.
    pub pack: String,
    /// What is wrong.
    pub fault: Fault,
}

impl PackFault {
    /// A fault of a pack, or of a file, by its name.
    #[must_use]
    pub fn new(pack: impl Into<String>, fault: Fault) -> Self {
        Self { pack: pack.into(), fault }
    }
}

impl std::fmt::Display for PackFault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.pack, self.fault)
    }
}

impl std::fmt::Debug for Packs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.packs.iter().map(|pack| (&pack.id, &pack.version))).finish()
    }
}

impl Packs {
    /// Reads and checks files of packs, named for messages. `today` decides which are past their expiry.
    ///
    /// # Errors
    /// Every [`PackFault`] of every file: nothing is loaded in part.
    pub fn load<'f>(
        dictionary: &Arc<Dictionary>,
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
        today: Day,
    ) -> Result<Self, Vec<PackFault>> {
        let (mut packs, mut faults) = (Vec::new(), Vec::new());
        for (name, octets) in files {
            match Pack::parse(octets, dictionary) {
                Ok(pack) => packs.push(Arc::new(pack)),
                Err(found) => {
                    faults.extend(found.into_iter().map(|fault| PackFault { pack: name.to_owned(), fault }));
                }
            }
        }
        if faults.is_empty() { Self::check(dictionary, packs, today) } else { Err(faults) }
    }

    /// Checks packs together.
    ///
    /// # Errors
    /// Every [`PackFault`]: an expired pack, an id that stands twice, a displacement by a duty that is not here or in a circle,
    /// a vignette that fails.
    pub fn check(dictionary: &Arc<Dictionary>, packs: Vec<Arc<Pack>>, today: Day) -> Result<Self, Vec<PackFault>> {
        let set = Self::unproved(dictionary, packs, today)?;
        let faults: Vec<PackFault> = set.test().into_iter().map(|failure| failure.fault).collect();
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    /// Checks everything but the vignettes, so that they can be run one by one and told apart.
    ///
    /// # Errors
    /// As [`Packs::check`], without the vignettes.
    pub fn unproved(dictionary: &Arc<Dictionary>, packs: Vec<Arc<Pack>>, today: Day) -> Result<Self, Vec<PackFault>> {
        let mut faults = Vec::new();
        if packs.len() > MAX_PACKS {
            let fault = Fault::whole(format!("{} packs at once; the most are {MAX_PACKS}", packs.len()));
            return Err(vec![PackFault { pack: "all packs".to_owned(), fault }]);
        }
        faults.extend(expired(&packs, today));
        faults.extend(twice(&packs));
        let order = crate::order::order(&packs, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut given: Vec<usize> = (0..order.len()).collect();
        given.sort_by_key(|place| order.get(*place).copied());
        let mut set = Self { dictionary: Arc::clone(dictionary), packs, order, places: BTreeMap::new(), given };
        set.places = set.duties().enumerate().map(|(place, (_, duty))| (duty.path.clone(), place)).collect();
        Ok(set)
    }

    /// Runs every vignette of every pack and tells which fail.
    #[must_use]
    pub fn test(&self) -> Vec<Failure> {
        self.packs.iter().flat_map(|pack| vignette::run_pack(self, pack)).collect()
    }

    /// The dictionary.
    #[must_use]
    pub const fn dictionary(&self) -> &Arc<Dictionary> {
        &self.dictionary
    }

    /// The packs.
    #[must_use]
    pub fn packs(&self) -> &[Arc<Pack>] {
        &self.packs
    }

    /// The pack with an id.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id).map(AsRef::as_ref)
    }

    /// The duty with a path: `PACK/DUTY`.
    #[must_use]
    pub fn duty(&self, path: &str) -> Option<(&Pack, &Duty)> {
        self.duties().nth(*self.places.get(path)?)
    }

    /// Every duty with its pack, those that displace before those that they displace.
    pub(crate) fn duties(&self) -> impl Iterator<Item = (&Pack, &Duty)> {
        self.order.iter().filter_map(|at| {
            let pack = self.packs.get(at.pack)?;
            Some((pack.as_ref(), pack.duties.get(at.duty)?))
        })
    }

    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.places.get(path).copied()
    }

    /// The places of a pack's duties and of all that could displace them.
    pub(crate) fn places_of(&self, pack: &str) -> BTreeSet<usize> {
        let mut wanted = BTreeSet::new();
        let all: Vec<(&Pack, &Duty)> = self.duties().collect();
        // What displaces a duty stands before it.
        for (place, (of, duty)) in all.into_iter().enumerate().rev() {
            if of.id == pack || wanted.contains(&place) {
                wanted.insert(place);
                wanted.extend(duty.displaced_by.iter().filter_map(|to| self.place(&to.duty)));
            }
        }
        wanted
    }

    /// Places of `order` in the order in which answers are given.
    pub(crate) fn given_order(&self) -> &[usize] {
        &self.given
    }
}

fn expired(packs: &[Arc<Pack>], today: Day) -> Vec<PackFault> {
    let late = packs.iter().filter(|pack| pack.expires.is_some_and(|expires| expires <= today));
    late.map(|pack| {
        let reason = "has passed: the pack is not loaded; get a newer version, or look at its sources and date it anew";
        PackFault { pack: pack.id.clone(), fault: pack.fault("expires", reason) }
    })
    .collect()
}

fn twice(packs: &[Arc<Pack>]) -> Vec<PackFault> {
    let mut seen = BTreeSet::new();
    let repeated = packs.iter().filter(|pack| !seen.insert(pack.id.as_str()));
    repeated
        .map(|pack| {
            let reason = format!("another pack has the id `{}` too; load one of them", pack.id);
            PackFault { pack: pack.id.clone(), fault: pack.fault("id", reason) }
        })
        .collect()
}
