//! Everything that decisions of one node depend on, compiled once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use record::digest::{AgreementDigest, PartyId, sha256};
use record::time::Timestamp;

use super::Ask;
use super::exposure::{counter_name, periods};
use super::reason::Reason;
use crate::agreement::{Agreement, Budget, Clause, Counted, Operative, Per};
use crate::cedar::{ENGINE, Effect, Policies, PolicyError, schema_digest};
use crate::floors::Floors;

/// An agreement that all its parties signed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Active {
    /// Its text.
    pub agreement: Arc<Agreement>,
    /// Since when all have signed.
    pub since: Timestamp,
    /// Whether a party has suspended it.
    pub is_suspended: bool,
}

impl Active {
    /// An agreement in force since an instant.
    #[must_use]
    pub const fn new(agreement: Arc<Agreement>, since: Timestamp) -> Self {
        Self { agreement, since, is_suspended: false }
    }

    /// The same, suspended.
    #[must_use]
    pub fn suspended(self) -> Self {
        Self { is_suspended: true, ..self }
    }
}

/// An agreement ready to be asked, for releases by this node.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) active: Active,
    /// Clauses that permit and run from here to all others.
    pub(super) permits: Policies,
    /// Clauses that forbid and run from here to at least one other.
    pub(super) forbids: Policies,
    /// Whether any policy that it runs asks how many persons approved.
    pub(super) asks_for_persons: bool,
}

impl Compiled {
    fn new(active: Active, own: PartyId) -> Result<Self, PolicyError> {
        let agreement = Arc::clone(&active.agreement);
        let permits = agreement.operative(own).map(|(_, one)| one).filter(|one| one.effect() == Effect::Permit);
        let permits = Policies::new(permits.map(Operative::policy))?;
        let from_here = |one: &&Operative| agreement.role_of(own).is_some_and(|role| one.from().contains(role));
        let all = || agreement.all_clauses().filter_map(Clause::operative).filter(from_here);
        let forbids = Policies::new(all().filter(|one| one.effect() == Effect::Forbid).map(Operative::policy))?;
        let asks_for_persons = all().any(|one| one.policy().plain_text().contains("approvals"));
        Ok(Self { active, permits, forbids, asks_for_persons })
    }

    /// Why nothing can leave under it at this time.
    pub(super) fn objection(&self, own: PartyId, time: Timestamp) -> Option<Reason> {
        let agreement = &self.active.agreement;
        if !agreement.has(own) {
            Some(Reason::NotAParty)
        } else if time < agreement.from() || time < self.active.since {
            Some(Reason::NotYet)
        } else if time >= agreement.until() {
            Some(Reason::Expired)
        } else {
            self.active.is_suspended.then_some(Reason::Suspended)
        }
    }

    /// Whether its red lines hold at this time. To suspend is to stop: it opens nothing that another agreement would let go.
    fn binds(&self, own: PartyId, time: Timestamp) -> bool {
        matches!(self.objection(own, time), None | Some(Reason::Suspended))
    }
}

/// The floors and agreements of one node.
#[derive(Debug)]
pub struct Engine {
    pub(super) own: PartyId,
    pub(super) floors: Floors,
    pub(super) agreements: BTreeMap<AgreementDigest, Compiled>,
    /// The agreements that each counterpart belongs to: a decision looks at its recipients' alone.
    by_member: BTreeMap<PartyId, Vec<AgreementDigest>>,
    /// The shortest period that any agreement with a counterpart counts a category over.
    shortest: BTreeMap<PartyId, BTreeMap<(Counted, String), Per>>,
    /// The agreements with a counterpart that this build cannot read.
    unread: BTreeMap<AgreementDigest, BTreeSet<PartyId>>,
    floors_digest: [u8; 32],
}

impl Engine {
    /// Compiles what this node is bound by.
    ///
    /// # Errors
    /// [`PolicyError`] if policies cannot be put together: then nothing leaves.
    pub fn new(own: PartyId, floors: Floors, agreements: Vec<Active>) -> Result<Self, PolicyError> {
        let (mut compiled, mut by_member) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        let mut shortest = BTreeMap::new();
        for active in agreements {
            let digest = active.agreement.digest();
            for member in active.agreement.recipients(own) {
                let of_member = by_member.entry(member.party).or_default();
                // An agreement that is handed in twice is one.
                of_member.retain(|one| *one != digest);
                of_member.push(digest);
                note_periods(shortest.entry(member.party).or_default(), &active.agreement, own);
            }
            drop(compiled.insert(digest, Compiled::new(active, own)?));
        }
        let floors_digest = floors.digest();
        Ok(Self { own, floors, agreements: compiled, by_member, shortest, unread: BTreeMap::new(), floors_digest })
    }

    /// The same beside agreements that may be in force and that this build cannot read, each with its parties. Nobody knows
    /// what they forbid, so nothing goes to any of those.
    #[must_use]
    pub fn beside_unread<I: IntoIterator<Item = (AgreementDigest, BTreeSet<PartyId>)>>(mut self, unread: I) -> Self {
        self.unread.extend(unread);
        self
    }

    /// The agreements that cannot be read and bind any recipient of this ask, in the order of their digests.
    pub(crate) fn unread(&self, ask: &Ask) -> Vec<AgreementDigest> {
        let agreement = self.agreement(&ask.agreement);
        let recipients: Vec<_> = agreement.into_iter().flat_map(|one| one.recipients(self.own)).collect();
        let binds = |parties: &BTreeSet<PartyId>| recipients.iter().any(|member| parties.contains(&member.party));
        self.unread.iter().filter(|(_, parties)| binds(parties)).map(|(digest, _)| *digest).collect()
    }

    /// The shortest period over which a release to this counterpart is counted.
    pub(super) fn shortest(&self, to: PartyId, budget: &Budget) -> Per {
        let counted = self.shortest.get(&to);
        counted.and_then(|one| one.get(&(budget.counted, budget.category.clone()))).copied().unwrap_or(budget.per)
    }

    /// The party of this node.
    #[must_use]
    pub const fn own(&self) -> PartyId {
        self.own
    }

    /// The floors.
    #[must_use]
    pub const fn floors(&self) -> &Floors {
        &self.floors
    }

    /// The agreements it knows, whatever their period.
    pub fn agreements(&self) -> impl Iterator<Item = &Active> {
        self.agreements.values().map(|one| &one.active)
    }

    /// An agreement by its digest.
    #[must_use]
    pub fn agreement(&self, digest: &AgreementDigest) -> Option<&Agreement> {
        self.agreements.get(digest).map(|one| &*one.active.agreement)
    }

    /// The agreements that could bear on a decision, and how each stands: with any of its recipients, whatever its period.
    /// What a receipt names, so that it can be decided again.
    #[must_use]
    pub fn standing(&self, ask: &Ask) -> Vec<&Active> {
        let agreement = self.agreement(&ask.agreement);
        let recipients = agreement.into_iter().flat_map(|one| one.recipients(self.own)).map(|member| member.party);
        let mut digests: Vec<_> = recipients.filter_map(|one| self.by_member.get(&one)).flatten().copied().collect();
        digests.push(ask.agreement);
        digests.sort_unstable();
        digests.dedup();
        digests.iter().filter_map(|digest| self.agreements.get(digest)).map(|one| &one.active).collect()
    }

    /// The counters that a release under this ask may move, so that whoever decides can look them up before.
    #[must_use]
    pub fn counters(&self, ask: &Ask) -> Vec<String> {
        let Some(agreement) = self.agreement(&ask.agreement) else { return Vec::new() };
        let budgets: Vec<_> =
            agreement.operative(self.own).filter_map(|(_, one)| one.obligations().budget.as_ref()).collect();
        let members = agreement.recipients(self.own);
        let pairs = members.flat_map(|member| budgets.iter().map(move |budget| (member.party, *budget)));
        let names = pairs.flat_map(|(to, budget)| {
            periods(self.shortest(to, budget)).map(move |per| counter_name(to, budget, per, ask.time))
        });
        names.collect()
    }

    /// The agreements whose red lines hold towards any of these recipients at this time, in the order of their digests.
    pub(super) fn binding(&self, recipients: &[PartyId], time: Timestamp) -> Vec<(&AgreementDigest, &Compiled)> {
        let mut digests: Vec<_> = recipients.iter().filter_map(|one| self.by_member.get(one)).flatten().collect();
        digests.sort_unstable();
        digests.dedup();
        let found = digests.into_iter().filter_map(|digest| self.agreements.get_key_value(digest));
        found.filter(|(_, one)| one.binds(self.own, time)).collect()
    }

    /// The digest of all policies that bind a release under this ask.
    pub(super) fn policies_at(&self, ask: &Ask) -> [u8; 32] {
        let agreement = self.agreement(&ask.agreement);
        let recipients = agreement.into_iter().flat_map(|one| one.recipients(self.own)).map(|member| member.party);
        self.policies_digest(&self.binding(&recipients.collect::<Vec<_>>(), ask.time))
    }

    /// SHA-256 over everything that policies say here: engine, schema, floors, and the agreements that bind.
    pub(super) fn policies_digest(&self, binding: &[(&AgreementDigest, &Compiled)]) -> [u8; 32] {
        let schema = schema_digest();
        let head = [b"detente/policies/v1\0".as_slice(), ENGINE.as_bytes(), b"\0", &schema, &self.floors_digest];
        let agreements = binding.iter().map(|(digest, _)| digest.octets().as_slice());
        sha256(&head.into_iter().chain(agreements).collect::<Vec<_>>())
    }
}

/// Notes over which periods an agreement counts what this node sends.
fn note_periods(known: &mut BTreeMap<(Counted, String), Per>, agreement: &Agreement, own: PartyId) {
    for budget in agreement.operative(own).filter_map(|(_, one)| one.obligations().budget.as_ref()) {
        let shortest = known.entry((budget.counted, budget.category.clone())).or_insert(budget.per);
        if budget.per.length() < shortest.length() {
            *shortest = budget.per;
        }
    }
}
