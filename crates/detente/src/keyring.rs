//! The keys that the reader of a record believes: those of profiles that were checked, and a node's own.
//!
//! A profile file is what a party hands to others: `{"key_records": [...], "profile": record}`.

use std::path::{Path, PathBuf};

use node::tls::{Pins, TransportKey};
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::key_history::{KeyHistory, Moment, Overruled};
use record::key_record::Purpose;
use record::language::TaggedText;
use record::limits::{MAX_KEY_RECORD_BYTES, MAX_RECORD_BYTES};
use record::time::Timestamp;
use record::{Record, Signed, Unverified};

use crate::arguments::KeyArguments;
use crate::home::{Home, read_input};
use crate::outcome::{Done, Failure};
use crate::standing::Standing;

/// A party whose profile was read and checked.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) history: KeyHistory,
    /// The files that were read, for words about them.
    files: Vec<PathBuf>,
    /// What it says of itself, under its own signature: once for each file.
    profiles: Vec<Signed<Record>>,
}

impl Known {
    /// Takes in what another file says of the same party: later key records count, whichever file brings them.
    pub(crate) fn merge(&mut self, other: Self) -> Done {
        let aside = other.history.overruled().iter().map(Overruled::record);
        for record in other.history.records().chain(aside) {
            let _how = self.history.extend(record.envelope().clone()).map_err(|error| {
                let files: Vec<_> = self.files.iter().chain(&other.files).collect();
                let files = name_files(&files);
                Failure::refused(format!("{files} tell different stories of one party: {error}"))
                    .advise("keep both files; ask that party, by a way that you trust, which one is its own")
            })?;
        }
        self.files.extend(other.files);
        self.profiles.extend(other.profiles);
        Ok(())
    }

    /// What the file that was read last says of the party, under its own signature.
    pub(crate) fn profile(&self) -> Option<&Signed<Record>> {
        self.profiles.last()
    }

    /// What the party calls itself: in its newest profile whose keys nobody has taken back.
    pub(crate) fn name(&self) -> Option<&str> {
        self.own_words()?.content().object().text("name")
    }

    /// The same in the language that somebody reads; in its own leading one where it has no name in that.
    pub(crate) fn name_in(&self, language: &str) -> Option<String> {
        let names = self.own_words()?.content().extension().and_then(|fields| fields.get("names"));
        let names = names.and_then(|names| TaggedText::from_json(names).ok());
        let wished = language.parse().into_iter().collect::<Vec<_>>();
        names.map(|names| names.choose(&wished).1.to_owned()).or_else(|| self.name().map(str::to_owned))
    }

    /// Its newest profile whose keys nobody has taken back.
    fn own_words(&self) -> Option<&Signed<Record>> {
        let good = |profile: &&Signed<Record>| {
            Standing::at(profile, &self.history, Moment::AsNamed).is_ok_and(|standing| !standing.is_grave())
        };
        let modified = |profile: &&Signed<Record>| {
            profile.content().object().text("modified").and_then(|time| time.parse::<Timestamp>().ok())
        };
        self.profiles.iter().filter(good).max_by_key(modified)
    }
}

fn name_files(files: &[&PathBuf]) -> String {
    let files: Vec<_> = files.iter().map(|file| format!("`{}`", file.display())).collect();
    files.join(" and ")
}

/// The parties whose keys are believed.
#[derive(Debug, Default)]
pub(crate) struct Keyring(Vec<Known>);

impl Keyring {
    /// Reads what the arguments name.
    pub(crate) fn read(arguments: &KeyArguments) -> Done<Self> {
        let mut ring = Self::default();
        for path in &arguments.profiles {
            ring.take_in(read_profile(path)?)?;
        }
        if let Some(dir) = &arguments.dir {
            ring.take_in(read_profile(&Home::open(dir)?.profile_path())?)?;
        }
        Ok(ring)
    }

    fn take_in(&mut self, new: Known) -> Done {
        match self.0.iter_mut().find(|known| known.history.party() == new.history.party()) {
            Some(known) => known.merge(new),
            None => {
                self.0.push(new);
                Ok(())
            }
        }
    }

    /// The history of a party.
    pub(crate) fn find(&self, party: PartyId) -> Done<&KeyHistory> {
        let found = self.known(party).map(|known| &known.history);
        found.ok_or_else(|| {
            Failure::refused(format!("the record claims to be from party {party}, whose keys are not here")).advise(
                "get that party's profile file by a way that you trust, compare the party id, and add: --keys PROFILE",
            )
        })
    }

    /// The history of the party whose node log has this origin.
    pub(crate) fn of_log(&self, origin: &str) -> Option<&KeyHistory> {
        self.0.iter().map(|known| &known.history).find(|history| policy::belief::log_origin(&history.party()) == origin)
    }

    /// Every party whose keys are here.
    pub(crate) fn parties(&self) -> impl Iterator<Item = PartyId> {
        self.0.iter().map(|known| known.history.party())
    }

    /// What a party calls itself.
    pub(crate) fn name(&self, party: PartyId) -> Option<&str> {
        self.known(party).and_then(Known::name)
    }

    /// The same in the language that somebody reads.
    pub(crate) fn name_in(&self, party: PartyId, language: &str) -> Option<String> {
        self.known(party).and_then(|known| known.name_in(language))
    }

    fn known(&self, party: PartyId) -> Option<&Known> {
        self.0.iter().find(|known| known.history.party() == party)
    }

    /// Verifies a record under the keys of the party that it claims to be from.
    pub(crate) fn verify(&self, record: Unverified, moment: Moment) -> Done<Signed<Record>> {
        let history = self.find(record.claimed_issuer())?;
        record.verify(history, moment).map_err(Failure::refused)
    }

    /// What became by now of the keys that signed a record.
    pub(crate) fn standing(&self, signed: &Signed<Record>) -> Done<Standing> {
        Standing::today(signed, self.find(signed.content().issuer())?)
    }
}

impl Pins for Keyring {
    fn party_of(&self, key: &TransportKey, now: Timestamp) -> Option<PartyId> {
        let mut owners = self.0.iter().map(|known| &known.history).filter(|history| lists_transport(history, key, now));
        let owner = owners.next().map(KeyHistory::party);
        // A key that two claim belongs to nobody.
        owner.filter(|_| owners.next().is_none())
    }
}

/// Whether a party's newest key record lists a transport key that is inside its window. What was revoked is never listed.
pub(crate) fn lists_transport(history: &KeyHistory, key: &TransportKey, now: Timestamp) -> bool {
    history.head().content().keys().iter().any(|entry| {
        entry.purpose() == Purpose::Transport
            && entry.not_before() <= now
            && now < entry.not_after()
            && entry.key().octets() == key.as_slice()
    })
}

/// The text of a profile file. What a recovery set aside stands after the rest: whoever was shown something under it can
/// see why it does not count.
pub(crate) fn write_profile(history: &KeyHistory, profile: &Signed<Record>) -> String {
    let aside: Vec<_> = history.overruled().iter().map(|one| embed(one.record().envelope())).collect();
    let write = |aside| {
        let standing = history.records().map(|record| embed(record.envelope()));
        let file = Map::new().with("key_records", Json::Array(standing.chain(aside).collect()));
        file.with("profile", embed(profile.envelope())).to_text()
    };
    let text = write(aside);
    // A thief who signed hundreds of key records must not stop the recovery from being written.
    if text.len() < MAX_RECORD_BYTES { text } else { write(Vec::new()) }
}

/// An envelope as a JSON value inside another file.
pub(crate) fn embed(envelope: &Envelope) -> Json {
    // An envelope's own text is JSON under the profile: it was read or written here.
    json::parse(envelope.to_json().as_bytes()).unwrap_or(Json::Null)
}

/// Reads a profile file and checks the chain of its key records, and that its profile is signed by them.
pub(crate) fn read_profile(path: &Path) -> Done<Known> {
    check_text(&read_input(path)?, path)
}

/// The same for a text that lies at this place, or is to lie there.
pub(crate) fn check_text(text: &[u8], path: &Path) -> Done<Known> {
    let wrong = |problem: String| Failure::input(format!("`{}` is no profile file: {problem}", path.display()));
    let Json::Object(file) = json::parse(text).map_err(|error| wrong(error.to_string()))? else {
        return Err(wrong("it is not an object".to_owned()));
    };
    let records = file.get("key_records").and_then(Json::as_array).unwrap_or_default();
    if records.is_empty() {
        return Err(wrong("it holds no key records".to_owned())
            .advise("give the `profile.json` that the party's own `detente init` wrote"));
    }
    let envelopes = records
        .iter()
        .map(|record| Envelope::read(record.to_text().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES));
    let envelopes: Result<Vec<_>, _> = envelopes.collect();
    let envelopes = envelopes.map_err(|error| wrong(error.to_string()))?;
    let untrue = |problem: String| Failure::refused(format!("`{}` does not hold: {problem}", path.display()));
    let history = KeyHistory::from_records(envelopes).map_err(|error| untrue(error.to_string()))?;
    let profile = file.get("profile").map(Json::to_text).unwrap_or_default();
    let profile = Unverified::read(profile.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let profile = profile.verify(&history, Moment::AsNamed).map_err(|error| untrue(error.to_string()))?;
    check_profile(&profile, &history).map_err(|failure| Failure {
        message: format!("`{}` is no profile file: {}", path.display(), failure.message),
        ..failure
    })?;
    Ok(Known { history, files: vec![path.to_owned()], profiles: vec![profile] })
}

/// Refuses as a profile what is another record of the party, and what a thief of its keys may have signed.
fn check_profile(profile: &Signed<Record>, history: &KeyHistory) -> Done {
    let record = profile.content();
    let shows = |name: &str, value: &str| record.object().text(name) == Some(value);
    if !shows("type", "identity") || !shows("id", &history.party().identity()) || record.relayed_for().is_some() {
        return Err(Failure::input("the record in it is not what the party says of itself")
            .advise("give the `profile.json` that the party's own `detente init` wrote"));
    }
    let standing = Standing::at(profile, history, Moment::AsNamed)?;
    match standing.problem() {
        Some(problem) if standing.is_grave() => {
            Err(Failure::input(format!("its profile is not signed by a key that still counts: {problem}"))
                .advise("ask the party, by a way that you trust, for its newest profile file"))
        }
        _ => Ok(()),
    }
}
