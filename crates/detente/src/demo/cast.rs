//! Who plays: the invented parties of data/world, and real incidents.

use std::cell::Cell;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use record::digest::PartyId;
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use record::key_history::KeyHistory;
use record::language::TaggedText;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::{Author, Draft, Record, Signed};

use super::interrupt::Interrupt;
use super::story::Story;
use crate::command::init::{self, NewParty};
use crate::home::{Readers, random_name, write_whole};
use crate::outcome::{Done, Failure};

/// Real public incidents, told by us; sources stand in each.
pub(super) const TEMPE: &str = include_str!("../../../../data/incidents/tempe-test-vehicle.json");
pub(super) const HONG_KONG: &str = include_str!("../../../../data/incidents/hong-kong-video-call.json");
pub(super) const AIRLINE: &str = include_str!("../../../../data/incidents/airline-chatbot-refund.json");

/// The parties, with their names by language.
const PARTIES: &str = include_str!("../../../../data/world/parties.json");

/// The file with the password of this run, for the commands that read it from a file.
const PASSWORD: &str = "password";

/// A party of the story, with its directory.
pub(super) struct Player {
    /// Its name in the story's directory.
    pub(super) code: &'static str,
    names: Map,
    party: NewParty,
    site: SocketAddr,
    /// Holds the site's address until the party's node takes it, so that pages can be named before.
    held: Cell<Option<TcpListener>>,
}

/// The parties of the story. All are invented.
pub(super) struct Cast {
    pub(super) dir: PathBuf,
    pub(super) interrupt: Interrupt,
    /// The password of every account, made for this run.
    pub(super) password: String,
    /// Takes in incidents at a busy port.
    pub(super) harbour: Player,
    /// Watches from the hills, in Chinese first.
    pub(super) hills: Player,
    /// A laboratory, in French first.
    pub(super) brumeval: Player,
    /// Cosigns the logs of the three, and is shown no content.
    pub(super) reeds: Player,
}

impl Cast {
    /// All make their keys.
    pub(super) fn begin(dir: &Path, interrupt: Interrupt, story: &mut Story<'_>) -> Done<Self> {
        story.chapter("Three parties and a witness begin, each on its own");
        story.say(
            "   (each step has its command, and the page of it; sites run from the chapter on in which nodes run)",
        );
        let [harbour, hills, brumeval, reeds] =
            ["harbour", "hills", "brumeval", "reeds"].map(|code| Player::begin(dir, code, story));
        let word = random_name()?;
        let password = word.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-");
        write_whole(&dir.join(PASSWORD), &password, Readers::Owner)?;
        let (harbour, hills, brumeval, reeds) = (harbour?, hills?, brumeval?, reeds?);
        let cast = Self { dir: dir.to_owned(), interrupt, password, harbour, hills, brumeval, reeds };
        for (name, player) in ["Harbour", "北岭", "Brumeval", "Reed Light"].iter().zip(cast.players()) {
            story.say(&format!("   {name} is party {}", player.id()));
        }
        story.page(&cast.harbour, "/partners");
        let all = cast.players();
        story.claim("a party's id is the digest of its first key record", all.iter().all(|party| party.names_itself()));
        Ok(cast)
    }

    /// All of them.
    pub(super) const fn players(&self) -> [&Player; 4] {
        [&self.harbour, &self.hills, &self.brumeval, &self.reeds]
    }

    /// Writes a file of the story.
    pub(super) fn write(&self, name: &str, text: &str) -> Done {
        let path = self.dir.join(name);
        std::fs::write(&path, text)
            .map_err(|error| Failure::environment(format!("cannot write `{}`: {error}", path.display())))
    }

    /// Reads one.
    pub(super) fn read(&self, name: &str) -> Done<String> {
        let path = self.dir.join(name);
        std::fs::read_to_string(&path)
            .map_err(|error| Failure::environment(format!("cannot read `{}`: {error}", path.display())))
    }
}

impl Player {
    fn begin(dir: &Path, code: &'static str, story: &Story<'_>) -> Done<Self> {
        let names = names_of(code)?;
        let text = TaggedText::from_json(&Json::from(names.clone())).map_err(Failure::input)?;
        let party = init::begin(&text, None, 365)?;
        let _home = init::write(&dir.join(code), &party, None)?.settle()?;
        let words = names.iter().map(|(language, name)| format!(" --name {language}={}", name.to_text()));
        story.command(&format!("init --dir DIR/{code}{}", words.collect::<String>()));
        let held = TcpListener::bind("127.0.0.1:0").map_err(Failure::environment)?;
        let site = held.local_addr().map_err(Failure::environment)?;
        Ok(Self { code, names, party, site, held: Cell::new(Some(held)) })
    }

    fn names_itself(&self) -> bool {
        let first = self.history().records().next().map(|first| first.envelope().payload().to_vec());
        let digest = record::digest::KeyRecordDigest::of(&first.unwrap_or_default());
        self.history().party() == PartyId::of(digest)
    }

    pub(super) const fn history(&self) -> &KeyHistory {
        &self.party.history
    }

    /// Its id.
    pub(super) fn id(&self) -> PartyId {
        self.history().party()
    }

    /// The name that it gives itself first.
    pub(super) fn name(&self) -> &str {
        self.names.iter().next().and_then(|(_, name)| name.as_str()).unwrap_or(self.code)
    }

    /// Where its site is, once its node runs.
    pub(super) const fn site(&self) -> SocketAddr {
        self.site
    }

    /// Gives the address of the site to whoever takes it next.
    pub(super) fn let_go_of_site(&self) {
        drop(self.held.take());
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

fn names_of(code: &str) -> Done<Map> {
    let world = json::parse(PARTIES.as_bytes()).map_err(Failure::input)?;
    let parties = world.as_object().and_then(|world| world.get("parties")?.as_array()).unwrap_or_default();
    let party = parties.iter().filter_map(Json::as_object).find(|party| party.text("code") == Some(code));
    let names = party.and_then(|party| party.get("names")?.as_object());
    names.cloned().ok_or_else(|| Failure::input(format!("the world has no party `{code}`")))
}

/// An object from its text.
pub(super) fn object(text: &str) -> Done<StixObject> {
    let Json::Object(object) = json::parse(text.as_bytes()).map_err(Failure::input)? else {
        return Err(Failure::input("not an object"));
    };
    StixObject::from_map(object).map_err(Failure::refused)
}

/// The id of an object.
pub(super) fn id_of(text: &str) -> Done<String> {
    let id = object(text)?.get("id").and_then(Json::as_str).map(str::to_owned);
    id.ok_or_else(|| Failure::input("an object without an id"))
}
