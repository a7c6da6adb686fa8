//! Who plays: invented parties, real incidents.

use std::path::{Path, PathBuf};

use record::entropy::SystemEntropy;
use record::json::{self, Json};
use record::key_history::KeyHistory;
use record::language::TaggedText;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::{Author, Draft, Record, Signed};

use super::story::Story;
use crate::command::init::{self, NewParty};
use crate::outcome::{Done, Failure};

/// Real public incidents, told by us; sources stand in each.
pub(super) const TEMPE: &str = include_str!("../../../../data/incidents/tempe-test-vehicle.json");
pub(super) const HONG_KONG: &str = include_str!("../../../../data/incidents/hong-kong-video-call.json");
pub(super) const AIRLINE: &str = include_str!("../../../../data/incidents/airline-chatbot-refund.json");

/// A party of the story, with its directory.
pub(super) struct Player {
    party: NewParty,
}

/// The parties of the story. All are invented.
pub(super) struct Cast {
    pub(super) dir: PathBuf,
    /// Takes in incidents at a busy port.
    pub(super) harbour: Player,
    /// Watches from the hills, in Chinese first.
    pub(super) hills: Player,
}

impl Cast {
    /// Both parties make their keys.
    pub(super) fn begin(dir: &Path, story: &mut Story<'_>) -> Done<Self> {
        story.chapter("Three parties begin, each on its own");
        let harbour = Player::begin(
            dir,
            "harbour",
            r#"{"en":"Harbour Office for AI Incidents","zh-Hans":"海港人工智能事故办公室"}"#,
        )?;
        story.command("init --dir DIR/harbour --name en=\"Harbour Office for AI Incidents\" --name zh-Hans=海港人工智能事故办公室");
        let hills = Player::begin(dir, "hills", r#"{"zh-Hans":"北岭观测站","en":"North Hills Observatory"}"#)?;
        story.command("init --dir DIR/hills --name zh-Hans=北岭观测站 --name en=\"North Hills Observatory\"");
        let reeds = Player::begin(dir, "reeds", r#"{"en":"Reed Light Institute","zh-Hans":"苇灯研究所"}"#)?;
        story.command("init --dir DIR/reeds --name en=\"Reed Light Institute\" --name zh-Hans=苇灯研究所");
        story.say(&format!("   Harbour is party {}", harbour.history().party()));
        story.say(&format!("   北岭 is party    {}", hills.history().party()));
        story.say(&format!("   Reed Light is    {}", reeds.history().party()));
        story.claim(
            "a party's id is the digest of its first key record",
            [&harbour, &hills, &reeds].iter().all(|party| party.names_itself()),
        );
        Ok(Self { dir: dir.to_owned(), harbour, hills })
    }

    /// Writes a file of the story.
    pub(super) fn write(&self, name: &str, text: &str) -> Done {
        let path = self.dir.join(name);
        std::fs::write(&path, text)
            .map_err(|error| Failure::environment(format!("cannot write `{}`: {error}", path.display())))
    }
}

impl Player {
    pub(super) fn begin(dir: &Path, name: &str, names: &str) -> Done<Self> {
        let names = json::parse(names.as_bytes()).map_err(Failure::input)?;
        let names = TaggedText::from_json(&names).map_err(Failure::input)?;
        let party = init::begin(&names, None, 365)?;
        let _home = init::write(&dir.join(name), &party, None)?.settle()?;
        Ok(Self { party })
    }

    fn names_itself(&self) -> bool {
        let first = self.history().records().next().map(|first| first.envelope().payload().to_vec());
        let digest = record::digest::KeyRecordDigest::of(&first.unwrap_or_default());
        self.history().party() == record::digest::PartyId::of(digest)
    }

    pub(super) const fn history(&self) -> &KeyHistory {
        &self.party.history
    }

    pub(super) fn key(&self, purpose: record::key_record::Purpose) -> Option<&PrivateKey> {
        self.party.keys.signing.get(purpose, Suite::Ed25519)
    }

    /// Signs an object with the key for records.
    pub(super) fn sign(&self, text: &str) -> Done<Signed<Record>> {
        self.sign_with(text, self.key(record::key_record::Purpose::Record))
    }

    /// Signs an object in this party's name with any key: what a careless or hostile party might do.
    pub(super) fn sign_with(&self, text: &str, key: Option<&PrivateKey>) -> Done<Signed<Record>> {
        let keys: Vec<_> = key.into_iter().collect();
        let author = Author::new(self.history().party(), self.history().head().digest(), &keys);
        Draft::new(object(text)?).sign(&author, &mut SystemEntropy::new()).map_err(Failure::refused)
    }
}

/// An object from its text.
pub(super) fn object(text: &str) -> Done<StixObject> {
    let Json::Object(object) = json::parse(text.as_bytes()).map_err(Failure::input)? else {
        return Err(Failure::input("not an object"));
    };
    StixObject::from_map(object).map_err(Failure::refused)
}
