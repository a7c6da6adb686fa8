//! `detente init`: a party begins.

use std::path::Path;

use record::digest::PartyId;
use record::entropy::SystemEntropy;
use record::json::{Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecordDraft, RecoveryKey};
use record::kind::Kind;
use record::language::TaggedText;
use record::stix::StixObject;
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};

use crate::arguments::InitArguments;
use crate::clock::{self, DAY_MICROS};
use crate::home::{Home, NewHome};
use crate::keystore::Passphrase;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{key_log, keyring, keystore, node};

/// A party as it begins, before anything is on disk.
pub(crate) struct NewParty {
    pub(crate) keys: NodeKeys,
    pub(crate) history: KeyHistory,
    pub(crate) profile: Signed<Record>,
    pub(crate) recovery: RecoveryKey,
}

pub(crate) fn run(arguments: &InitArguments, report: &mut Report) -> Done {
    let names = read_names(&arguments.names)?;
    Home::check_free(&arguments.dir)?;
    let passphrase = keystore::new_passphrase(&arguments.passphrase)?;
    let party = begin(&names, arguments.contact.as_deref(), arguments.valid_days)?;
    let new = write(&arguments.dir, &party, passphrase.as_ref())?;
    // A party without its recovery key is of no use, so it exists only once the key has been shown.
    print(&party, &new.home(), report)?;
    new.settle().map(drop).map_err(|failure| {
        failure.advise("nothing was made: throw away the recovery key that was just printed, and run init again")
    })
}

/// Writes a party's directory beside its place: its keys, its profile, and a log that begins with both.
pub(crate) fn write(dir: &Path, party: &NewParty, passphrase: Option<&Passphrase>) -> Done<NewHome> {
    let keys = keystore::write(&party.keys, passphrase)?;
    let new = NewHome::write(dir, &keys, &keyring::write_profile(&party.history, &party.profile))?;
    let log_keys = party.keys.signing.duplicate().map_err(Failure::environment)?;
    let store = node::create(new.draft(), &party.history, log_keys)?;
    key_log::begin(&store, &party.history, &party.profile)?;
    Ok(new)
}

fn print(party: &NewParty, home: &Home, report: &mut Report) -> Done {
    report.only_once("its recovery key could not be shown, so no party was made: run init again");
    report.fact("party", party.history.party().to_string());
    report.fact("identity", party.history.party().identity());
    report.fact("profile", home.profile_path().display().to_string());
    report.fact("keys", home.keys_path().display().to_string());
    report.line("");
    report.secret("recovery_key", &party.recovery.to_text());
    report.line(
        "\nWrite the recovery key down now and keep it away from this machine. It is stored nowhere, and it alone can take\n\
         the party back if the other keys are stolen. Hand the profile file to others, and compare the party id with them\n\
         by voice or on paper.",
    );
    report.finish()
}

fn read_names(pairs: &[String]) -> Done<TaggedText> {
    let mut names = Map::new();
    for pair in pairs {
        let (language, name) = pair.split_once('=').unwrap_or_default();
        if name.is_empty() || names.contains(language) {
            return Err(Failure::arguments(format!("`{pair}` is not LANGUAGE=NAME, or its language stands twice"))
                .advise("for example: --name en=\"Harbour Office\" --name zh-Hans=海港局"));
        }
        names.set(language, name);
    }
    TaggedText::from_json(&Json::from(names)).map_err(Failure::arguments)
}

/// Makes keys, the first key record, and a profile that they sign.
pub(crate) fn begin(names: &TaggedText, contact: Option<&str>, valid_days: u16) -> Done<NewParty> {
    let mut entropy = SystemEntropy::new();
    let keys = NodeKeys::generate()?;
    let recovery = RecoveryKey::generate(&mut entropy).map_err(Failure::environment)?;
    let now = clock::now();
    let until = now.micros().saturating_add(DAY_MICROS.saturating_mul(i64::from(valid_days)));
    let entries = keys.entries(now, Timestamp::from_micros(until))?;
    let first = KeyRecordDraft::new(now, entries).sign_first(&recovery.commitment(), &keys.signing);
    let first = first.map_err(Failure::environment)?;
    let history = KeyHistory::begin(first.envelope().clone()).map_err(Failure::environment)?;
    let profile = profile(history.party(), names, contact, now)?;
    let signers: Vec<_> =
        keys.signing.record_keys().filter(|key| key.public().suite() == record::suite::Suite::Ed25519).collect();
    let author = Author::new(history.party(), history.head().digest(), &signers);
    let profile = Draft::new(profile).sign(&author, &mut entropy).map_err(Failure::environment)?;
    Ok(NewParty { keys, history, profile, recovery })
}

fn profile(party: PartyId, names: &TaggedText, contact: Option<&str>, now: Timestamp) -> Done<StixObject> {
    let kind = Kind::of("identity").and_then(|kind| kind.extension).unwrap_or_default();
    let (language, name) = names.choose(&[]);
    let extension = Map::new().with("extension_type", "property-extension").with("names", names.to_json());
    let extension = extension.with("party", party.to_string());
    let mut object = Map::new()
        .with("type", "identity")
        .with("spec_version", "2.1")
        .with("id", party.identity())
        .with("created", now.to_string())
        .with("modified", now.to_string())
        .with("lang", language.to_string())
        .with("name", name)
        .with("identity_class", "organization");
    if let Some(contact) = contact {
        object.set("contact_information", contact);
    }
    object.set("extensions", Map::new().with(kind, extension));
    StixObject::from_map(object).map_err(Failure::input)
}
