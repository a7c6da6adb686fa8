//! The messages of one thread: a set. Everything else is computed from it, so that the order of arrival cannot matter.

use std::collections::{BTreeMap, BTreeSet};

use policy::agreement::{Agreement, AgreementError};
use record::digest::{MessageDigest, PartyId};
use record::json::Map;
use record::message::Message;
use record::signed::Signed;

use super::error::Refusal;
use super::said::{Act, Said};

/// Most messages of one party in one thread: a suspension and a resumption in each week of ten years.
pub const MAX_MESSAGES_PER_PARTY: usize = 1_088;

/// How many of those are kept for terminations, so that no number of other messages keeps a party from ending it.
pub const RESERVED_FOR_ENDING: usize = 64;

/// Most messages of one party that wait for earlier ones of its own; before the offer is there, of all parties.
pub const MAX_WAITING: usize = 64;

/// Most octets of payload of one party in one thread: some tens of the longest texts.
pub const MAX_OCTETS_PER_PARTY: usize = 16 * 1024 * 1024;

/// A text, or why it does not hold.
pub(super) type Text = Result<Agreement, Box<AgreementError>>;

pub(super) fn read_text(text: &Map) -> Text {
    Agreement::from_map(text.clone()).map_err(Box::new)
}

/// A message, read.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) signed: Signed<Message>,
    pub(super) said: Said,
    /// The text that it holds, read once: that is the dearest step of all.
    pub(super) text: Option<Text>,
}

impl Entry {
    pub(super) fn read(signed: Signed<Message>) -> Result<Self, Refusal> {
        let said = Said::from_map(signed.content().content())?;
        let text = said.act.text().map(read_text);
        Ok(Self { signed, said, text })
    }

    pub(super) const fn author(&self) -> PartyId {
        self.signed.content().issuer()
    }

    pub(super) const fn digest(&self) -> MessageDigest {
        self.signed.digest()
    }

    pub(super) const fn agreement(&self) -> Option<&Agreement> {
        if let Some(Ok(agreement)) = &self.text { Some(agreement) } else { None }
    }

    /// The thread that it belongs to: an offer names its own by its digest.
    pub(super) fn thread(&self) -> MessageDigest {
        self.said.thread.unwrap_or_else(|| self.digest())
    }

    const fn is_end(&self) -> bool {
        matches!(self.said.act, Act::Terminate { .. })
    }

    fn octets(&self) -> usize {
        self.signed.envelope().payload().len()
    }
}

/// The messages of one thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Messages {
    thread: Option<MessageDigest>,
    all: BTreeMap<MessageDigest, Entry>,
}

impl Messages {
    pub(super) const fn of_thread(thread: Option<MessageDigest>) -> Self {
        Self { thread, all: BTreeMap::new() }
    }

    pub(super) const fn thread(&self) -> Option<MessageDigest> {
        self.thread
    }

    pub(super) fn get(&self, digest: &MessageDigest) -> Option<&Entry> {
        self.all.get(digest)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.all.values()
    }

    /// The text that the thread began with.
    pub(super) fn offer(&self) -> Option<&Agreement> {
        self.get(&self.thread?)?.agreement()
    }

    /// The parties of the thread: those of its offer. Other parties need another thread.
    pub(super) fn parties(&self) -> BTreeSet<PartyId> {
        self.offer().map(parties_of).unwrap_or_default()
    }

    /// Every reason to refuse a message that holds whatever else has arrived, and the limits.
    pub(super) fn check(&self, entry: &Entry) -> Result<(), Refusal> {
        if self.thread.is_some_and(|thread| thread != entry.thread()) {
            return Err(Refusal::StrangerThread { thread: entry.thread() });
        }
        if let (Act::Offer { .. }, Some(Err(error))) = (&entry.said.act, &entry.text) {
            return Err(error.clone().into());
        }
        let own = entry.agreement().filter(|_| self.offer().is_none() && entry.said.thread.is_none());
        let members = self.offer().or(own);
        if members.is_some_and(|members| !members.has(entry.author())) {
            return Err(Refusal::NotAMember { party: entry.author() });
        }
        self.check_limits(entry, members.is_some())
    }

    fn check_limits(&self, entry: &Entry, is_begun: bool) -> Result<(), Refusal> {
        let party = entry.author();
        let of_party = self.all.values().filter(|one| one.author() == party);
        let (count, octets) = of_party.fold((0_usize, entry.octets()), |(count, octets), one| {
            (count.saturating_add(1), octets.saturating_add(one.octets()))
        });
        let ordinary = MAX_MESSAGES_PER_PARTY.saturating_sub(RESERVED_FOR_ENDING);
        if count >= if entry.is_end() { MAX_MESSAGES_PER_PARTY } else { ordinary } {
            return Err(Refusal::TooMany { party });
        }
        if octets > MAX_OCTETS_PER_PARTY && !entry.is_end() {
            return Err(Refusal::TooMuch { party });
        }
        if !is_begun && self.all.len() >= MAX_WAITING {
            return Err(Refusal::TooManyWaiting { party });
        }
        Ok(())
    }

    /// Adds a message that was checked. With the offer, what strangers sent before it goes.
    pub(super) fn insert(&mut self, entry: Entry) {
        self.thread = Some(entry.thread());
        let is_offer = entry.said.thread.is_none();
        drop(self.all.insert(entry.digest(), entry));
        if is_offer {
            let parties = self.parties();
            self.all.retain(|_, entry| parties.contains(&entry.author()));
        }
    }

    pub(super) fn remove(&mut self, digest: &MessageDigest) {
        drop(self.all.remove(digest));
    }
}

pub(super) fn parties_of(agreement: &Agreement) -> BTreeSet<PartyId> {
    agreement.members().iter().map(|member| member.party).collect()
}
