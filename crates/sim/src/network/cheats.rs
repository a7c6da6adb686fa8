//! The cheats: what each is, by which alarm an honest node must notice it, and how it is played.

mod bodies;
mod histories;
mod keys;
mod peers;
mod wire;

use node::exchange::{Answer, Pulled};
use policy::belief::Quorum;
use policy::control::{FeedHead, Sentence};
use policy::feed::{FeedWriter, Recall, RecallReason};
use protocol::exchange::Resource;
use record::digest::RecordDigest;
use record::key_record::Purpose;
use record::suite::{PrivateKey, Suite};
use tlog::Hash;
use tlog::note::{KeyKind, Signer};

use super::cast::member;
use super::{Check, LIAR, Network, OTHER, READER, Way, told};

macro_rules! cheats {
    ($($cheat:ident $name:literal $alarm:literal),* $(,)?) => {
        /// What a node may do that no honest one does, or that must not be taken for it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Cheat {
            $(#[doc = $name] $cheat),*
        }

        impl Cheat {
            /// All of them.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$cheat),*];

            /// What it is.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$cheat => $name),* }
            }

            /// The alarm by which it is noticed, or what is seen in its place.
            #[must_use]
            pub const fn expected(self) -> &'static str {
                match self { $(Self::$cheat => $alarm),* }
            }
        }
    };
}

cheats! {
    FeedOfTwoRoots "two roots of a feed at one size, shown to two readers" "fork",
    FeedOfTwoLengths "two histories of a feed, one longer, shown to two readers" "fork",
    TwoNodeLogs "two node logs, shown to two readers or to the witness" "fork",
    DroppedEntry "a feed signed anew without an entry that was read" "fork",
    SwappedEntries "a feed signed anew with two entries in another order" "fork",
    LostOnTheWay "an entry left out of a file" "tampered",
    SwappedOnTheWay "two entries of a file in another order" "tampered",
    DoubledOnTheWay "an entry twice in a file" "tampered",
    ReplayedEntry "an old entry in the place of a new one" "tampered",
    OldCheckpoint "an old checkpoint of the feed" "rollback",
    OldHead "an old head statement" "old-head",
    LateFeed "a checkpoint of the feed older than its head statement" "behind",
    FalseHead "a head statement of another root" "false-head",
    BeyondHead "an entry whose leaf the head statement denies" "beyond-head",
    WithheldBody "a withheld body" "missing-body",
    TamperedBody "a tampered body" "tampered-body",
    FalseAcknowledgement "an acknowledgement of another root" "false-acknowledgement",
    ForgedAcknowledgement "an acknowledgement with a forged signature" "refused",
    BorrowedAcknowledgement "another's acknowledgement delivered as its own" "refused",
    RevokedKey "a record signed with a key that was taken back" "revoked-key",
    HiddenRetirement "a retirement that was hidden, to disown what was signed" "revoked-key",
    Flood "more requests than are allowed" "budget",
    Oversize "a file longer than any honest one" "withheld",
    Unannounced "a feed that grows beyond every head statement" "unannounced",
    Suspended "an agreement suspended in the middle of a transfer" "withheld",
    Silence "no head statement for three intervals" "frozen",
}

impl Cheat {
    /// The cheat of a world.
    pub(super) fn of(seed: u64) -> Self {
        let count = Self::ALL.len();
        let place = usize::try_from(seed).unwrap_or(0).checked_rem(count).unwrap_or(0);
        Self::ALL.get(place).copied().unwrap_or(Self::Silence)
    }

    /// Whether an honest node never does it.
    pub(super) const fn is_of_liar(self) -> bool {
        !matches!(self, Self::Suspended | Self::Silence | Self::ForgedAcknowledgement)
    }
}

/// The quorum of the worlds that have one: the witness alone.
pub(super) fn witnessed() -> Result<Quorum, String> {
    let witness = member(0)?;
    let name = policy::belief::witness_name(&witness.id());
    let key = witness.first.keys.get(Purpose::Cosign, Suite::Ed25519).ok_or("the witness has no key")?;
    let key = PrivateKey::from_seed(Suite::Ed25519, key.seed()).map_err(told)?;
    let name = name.parse().map_err(|error: tlog::note::BadName| told(error))?;
    let signer = Signer::new(name, KeyKind::CosignatureEd25519, key).map_err(told)?;
    Quorum::parse(format!("witness w {}\nquorum w\n", signer.verifier()).as_bytes()).map_err(told)
}

impl Network {
    /// Plays a cheat after both readers have read what there is, and insists that it is noticed.
    pub(super) fn cheat(&mut self, cheat: Cheat) -> Check {
        self.tell(LIAR)?;
        self.tell(LIAR)?;
        self.show_honestly()?;
        for reader in [READER, OTHER] {
            self.read(reader)?;
        }
        match cheat {
            Cheat::FeedOfTwoRoots => self.feed_of_two_roots(),
            Cheat::FeedOfTwoLengths => self.feed_of_two_lengths(),
            Cheat::TwoNodeLogs => self.two_node_logs(),
            Cheat::DroppedEntry => self.rewritten(|entries| drop(entries.remove(0))),
            Cheat::SwappedEntries => self.rewritten(|entries| entries.swap(0, 1)),
            Cheat::LostOnTheWay => self.on_the_way(|entries| drop(entries.pop())),
            Cheat::SwappedOnTheWay => self.on_the_way(|entries| entries.rotate_left(1)),
            Cheat::DoubledOnTheWay => self.on_the_way(wire::double),
            Cheat::ReplayedEntry => self.on_the_way(wire::replay),
            Cheat::OldCheckpoint => self.old_checkpoint(),
            Cheat::OldHead => self.old_head(),
            Cheat::LateFeed => self.late_feed(),
            Cheat::FalseHead => self.false_head(),
            Cheat::BeyondHead => self.beyond_head(),
            Cheat::WithheldBody => self.withheld_body(),
            Cheat::TamperedBody => self.tampered_body(),
            Cheat::FalseAcknowledgement => self.false_acknowledgement(),
            Cheat::ForgedAcknowledgement => self.forged_acknowledgement(),
            Cheat::BorrowedAcknowledgement => self.borrowed_acknowledgement(),
            Cheat::RevokedKey => self.revoked_key(),
            Cheat::HiddenRetirement => self.hidden_retirement(),
            Cheat::Flood => self.flood(),
            Cheat::Oversize => self.oversize(),
            Cheat::Unannounced => self.unannounced(),
            Cheat::Suspended => self.suspended(),
            Cheat::Silence => self.silence(),
        }
    }

    /// The liar states its heads as an honest node does, and has them cosigned.
    fn show_honestly(&mut self) -> Check {
        self.state_heads(LIAR)?;
        self.cosign(LIAR)
    }

    /// A reader reads the liar's feed, and finds nothing wrong.
    fn read(&mut self, reader: usize) -> Check {
        let pulled = self.pull(reader, LIAR, Way::default())?;
        accepted(&pulled)
    }

    /// The liar tells one record more, as an honest node does.
    fn tell_and_show(&mut self) -> Check {
        self.tell(LIAR)?;
        self.show_honestly()
    }

    /// The liar states a head of its feed, whatever it is. Its statement, opened.
    fn state_head(&mut self, size: usize, root: Hash, node_size: Option<u64>) -> Result<Vec<u8>, String> {
        let agreement = self.treaty.digest();
        let liar = self.actor_mut(LIAR)?;
        let node_size = node_size.map_or_else(|| liar.node_size(), Ok)?;
        let head = FeedHead::new(liar.origin(), (agreement, 0), (u64::try_from(size).map_err(told)?, root), node_size);
        let leaf = liar.state(Sentence::Head(head))?;
        self.cosign(LIAR)?;
        self.actor(LIAR)?.opened(leaf)
    }

    /// An entry that the liar's writer made and its store never saw.
    fn stray_entry(&mut self) -> Result<Vec<u8>, String> {
        let mut writer = FeedWriter::new(self.treaty.digest());
        let record = RecordDigest::from_octets(self.seed.octets(32).try_into().map_err(|_| "no digest".to_owned())?);
        writer.recall(&Recall::new(0, record, RecallReason::Error, self.actor(LIAR)?.now())).map_err(told)?;
        let entry = writer.into_entries().pop().ok_or("the writer made nothing")?;
        Ok(entry.entry().to_vec())
    }

    /// What the liar answers honestly to a reader.
    fn honest_answer(&self, reader: usize, resource: &Resource) -> Result<Answer, String> {
        let (liar, reader) = (self.actor(LIAR)?, self.actor(reader)?.id());
        liar.sender.answer(Some(&reader), resource, &self.treaty, liar.now()).map_err(told)
    }

    /// A reader must catch the liar at an alarm of a kind, in at most two pulls. What is to be shown to others.
    fn must_catch(
        &mut self,
        reader: usize,
        lie: impl Fn(&Resource, Answer) -> Answer,
        kind: &str,
    ) -> Result<Option<String>, String> {
        let mut last = None;
        for _ in 0..2 {
            let pulled = self.pull(reader, LIAR, Way::lying(&lie))?;
            if let Some(caught) = pulled.caught.iter().find(|caught| caught.kind() == kind) {
                let is_kept = self.has_alarm(reader, kind)?;
                let evidence = caught.evidence();
                return if is_kept { Ok(evidence) } else { Err("it was caught, and no alarm is kept".to_owned()) };
            }
            last = Some(pulled);
        }
        Err(format!("nobody noticed; the last pull came to {last:?}"))
    }
}

/// A pull went well.
fn accepted(pulled: &Pulled) -> Check {
    if pulled.caught.is_empty() && pulled.waiting.is_none() && pulled.doubted.is_empty() {
        return Ok(());
    }
    let caught: Vec<_> = pulled.caught.iter().map(|caught| format!("{}: {caught}", caught.kind())).collect();
    Err(format!("a pull that should go well does not: {caught:?}, waiting for {:?}", pulled.waiting))
}
