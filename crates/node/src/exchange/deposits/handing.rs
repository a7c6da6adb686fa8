//! Bodies of ours that are handed in to depositaries, and taken back once our feed says that they are erased.

use std::collections::BTreeSet;

use policy::control::{Deposited, Sentence};
use policy::feed::ReadEntry;
use protocol::exchange::HandIn;
use record::digest::{BodyDigest, PartyId};
use record::entropy::Entropy;
use record::key_record::BundleKey;
use record::time::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use storage::{Body, LocalStore, LogName, Place, Store as _};

use super::super::notebook::signed;
use super::super::sender::{OwnFeed, Sender};
use super::super::{Agreements, ExchangeError, Own, statements};
use super::about;

/// Entries of a feed that are looked through at once for what is to be handed in.
const AT_ONCE: usize = 256;

/// A release of ours whose body a member's depositary does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undeposited {
    /// What is to be handed in.
    pub of: Deposited,
    log: LogName,
}

/// What a depositary is owed of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// The feed's origin.
    pub origin: String,
    /// From where to look next time.
    pub next: u64,
    /// What is to be handed in.
    pub lacking: Vec<Undeposited>,
    /// What it keeps and need not keep any more, since the feed says that it is erased.
    pub erased: Vec<Deposited>,
}

/// Who is concerned: who releases, for whom, and who keeps it.
type Three = (PartyId, PartyId, PartyId);

impl Sender {
    /// What is owed to a depositary for a member, of the entries of an agreement's feeds from these on, at most 256 entries of
    /// each.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn owed_to_depositary(
        &self,
        (own, member, depositary): (&Own, PartyId, PartyId),
        from: &dyn Fn(&str) -> u64,
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Vec<Due>, ExchangeError> {
        let in_force = agreements.of_member(&member, now);
        let with_it = in_force.into_iter().filter(|one| agreements.depositary(one) == Some(depositary));
        let mut found = Vec::new();
        for feed in self.feeds(&with_it.collect::<Vec<_>>())? {
            let from = from(&feed.listed.origin);
            if from < feed.size {
                found.push(self.owed_of(&feed, (own.party(), member, depositary), from)?);
            }
        }
        Ok(found)
    }

    fn owed_of(&self, feed: &OwnFeed, three: Three, from: u64) -> Result<Due, ExchangeError> {
        let depositary = three.2.to_string();
        let entries = self.store.entries(&feed.log, from, AT_ONCE)?;
        let (mut next, mut lacking, mut erased) = (from.saturating_add(entries.len() as u64), Vec::new(), Vec::new());
        let taken_back = self.taken_back(&feed.log, from)?;
        for (index, entry) in (from..).zip(entries) {
            match ReadEntry::read(&entry) {
                Ok(ReadEntry::Release(release)) if !taken_back.contains(&index) => {
                    let of = of_entry(feed, (index, release.body), three);
                    if !has_stated(&self.store, &depositary, &of)? {
                        lacking.push(Undeposited { of, log: feed.log.clone() });
                    }
                }
                Ok(ReadEntry::Erased(_)) if !self.has_told_of(feed, index)? => {
                    next = index;
                    break;
                }
                Ok(ReadEntry::Erased(gone)) => erased.extend(self.kept_elsewhere(feed, gone.index, three)?),
                _ => {}
            }
        }
        Ok(Due { origin: feed.listed.origin.clone(), next, lacking, erased })
    }

    /// Whether a head statement of ours covers an entry. Before it does, a reader could be shown that the body was taken back
    /// and not the entry that says why, and would accuse us.
    fn has_told_of(&self, feed: &OwnFeed, index: u64) -> Result<bool, ExchangeError> {
        let newest = self.latest_leaf("head", &feed.listed.origin)?;
        let heads = statements::OwnStatement::at(&self.store, &newest.into_iter().collect::<Vec<_>>())?;
        let covers =
            |one: &statements::OwnStatement| matches!(&one.stated.sentence, Sentence::Head(head) if head.size > index);
        Ok(heads.iter().any(covers))
    }

    /// A body of an entry that the depositary states to keep.
    fn kept_elsewhere(&self, feed: &OwnFeed, index: u64, three: Three) -> Result<Option<Deposited>, ExchangeError> {
        let Some(entry) = self.store.entries(&feed.log, index, 1)?.pop() else { return Ok(None) };
        let Ok(ReadEntry::Release(release)) = ReadEntry::read(&entry) else { return Ok(None) };
        let of = of_entry(feed, (index, release.body), three);
        Ok(has_stated(&self.store, &three.2.to_string(), &of)?.then_some(of))
    }

    /// The leaf of our statement that takes a body back, which is made if there is none yet.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn withdraw(&self, own: &Own, of: &Deposited, now: Timestamp) -> Result<Option<u64>, ExchangeError> {
        let stated = self.withdrawal(of)?;
        if stated.is_some() {
            return Ok(stated);
        }
        statements::state_alone(&self.store, own, Sentence::DepositWithdrawn(of.clone()), now)?;
        self.withdrawal(of)
    }

    fn withdrawal(&self, of: &Deposited) -> Result<Option<u64>, ExchangeError> {
        let leaves = statements::leaves(&self.store, "deposit-withdrawn", Some(&about(of)))?;
        let stated = statements::OwnStatement::at(&self.store, &leaves)?;
        let sentence = Sentence::DepositWithdrawn(of.clone());
        Ok(stated.into_iter().find(|one| one.stated.sentence == sentence).map(|one| one.leaf))
    }

    /// Releases that entries from an index on recall, or say to be erased: they are given to nobody new.
    fn taken_back(&self, log: &LogName, mut from: u64) -> Result<BTreeSet<u64>, ExchangeError> {
        let mut taken_back = BTreeSet::new();
        loop {
            let entries = self.store.entries(log, from, AT_ONCE)?;
            if entries.is_empty() {
                return Ok(taken_back);
            }
            from = from.saturating_add(entries.len() as u64);
            for entry in &entries {
                match ReadEntry::read(entry) {
                    Ok(ReadEntry::Recall(recall)) => drop(taken_back.insert(recall.index)),
                    Ok(ReadEntry::Erased(erased)) => drop(taken_back.insert(erased.index)),
                    Ok(ReadEntry::Release(_) | ReadEntry::Marks(_) | ReadEntry::Close { .. } | _) | Err(_) => {}
                }
            }
        }
    }

    /// The body, sealed for its member; none if it was erased meanwhile.
    ///
    /// # Errors
    /// [`ExchangeError::Keys`] if it cannot be sealed.
    pub fn seal(
        &self,
        undeposited: &Undeposited,
        key: &BundleKey,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<HandIn>, ExchangeError> {
        let of = &undeposited.of;
        let body = self.store.bodies(&[Place::new(undeposited.log.clone(), of.index)])?.pop();
        let Some(Body::Kept(body)) = body else { return Ok(None) };
        let sealed = HandIn::seal(of.clone(), key, &body, now, entropy);
        sealed.map(Some).map_err(|error| ExchangeError::Keys { problem: error.to_string() })
    }
}

fn of_entry(feed: &OwnFeed, (index, body): (u64, [u8; 32]), (own, member, _): Three) -> Deposited {
    Deposited::new((feed.listed.origin.clone(), index), BodyDigest::from_octets(body), (own, member))
}

/// Whether a depositary has stated that it keeps a body.
fn has_stated(store: &LocalStore, depositary: &str, of: &Deposited) -> Result<bool, ExchangeError> {
    let sql =
        "SELECT 1 FROM exchange_statements WHERE peer = ?1 AND kind = 'deposit' AND about = ?2 AND size = ?3 AND root = ?4
            LIMIT 1";
    let values = params![depositary, about(of), signed(of.index), of.feed];
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional())?.is_some())
}
