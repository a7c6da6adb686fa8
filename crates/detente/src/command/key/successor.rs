//! The next key record with all that must change with it.

use record::entropy::SystemEntropy;
use record::json::Json;
use record::key_history::KeyHistory;
use record::key_record::{KeyChainError, KeyError, KeyRecord, PartyKeys, Use};
use record::stix::StixObject;
use record::{Author, Draft, Record, Signed};

use super::renewal::Renewal;
use super::{print_keys, print_what_to_do_next};
use crate::home::Home;
use crate::key_change::Next;
use crate::keyring::Known;
use crate::keystore;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::standing::Standing;
use crate::{key_log, node};

/// A key record that can follow, made and checked in memory.
pub(super) struct Successor {
    before: KeyHistory,
    pub(super) record: Signed<KeyRecord>,
    /// What the party says of itself: the old record, or a later version where its key counts no more.
    profile: Signed<Record>,
    is_signed_anew: bool,
    pub(super) keys: NodeKeys,
}

impl Successor {
    /// Takes in a signed key record, and signs the profile anew where that is needed.
    pub(super) fn new(known: &Known, record: Signed<KeyRecord>, keys: NodeKeys) -> Done<Self> {
        let before = known.history.clone();
        let mut after = before.clone();
        let _how = after.extend(record.envelope().clone()).map_err(refused)?;
        let profile = known.profile().ok_or_else(|| Failure::input("profile.json holds no profile"))?;
        let is_signed_anew = Standing::today(profile, &after)?.problem().is_some();
        let profile = if is_signed_anew { sign_anew(profile, &after, &keys.signing)? } else { profile.clone() };
        Ok(Self { before, record, profile, is_signed_anew, keys })
    }

    pub(super) const fn next(&self) -> Next<'_> {
        Next { before: &self.before, record: &self.record, profile: &self.profile }
    }

    /// Says what the key record is, for both readers.
    pub(super) fn print(&self, renewal: &Renewal, home: &Home, report: &mut Report) {
        let record = self.record.content();
        report.fact("party", record.party().to_string());
        report.fact("key_record", record.digest().to_string());
        report.fact("index", Json::integer(i64::from(record.index())).unwrap_or(Json::Null));
        report.fact("profile", home.profile_path().display().to_string());
        report.fact("profile_signed", if self.is_signed_anew { "anew" } else { "as before" });
        print_renewal(renewal, report);
    }

    /// Puts the key record into the node's log. It is in force already, so a log that cannot be written now is no failure:
    /// whatever is logged next brings it in first.
    pub(super) fn log(&self, home: &Home, report: &Report) -> bool {
        let logged = self.keys.signing.duplicate().map_err(Failure::environment).and_then(|keys| {
            if !node::has_store(home.dir())? {
                return Ok(false);
            }
            let history = home.history()?;
            let (store, _) = node::open_to_sign(home, &history, &keys)?;
            key_log::catch_up(&store, &history, &self.profile).map(|()| true)
        });
        logged.unwrap_or_else(|failure| {
            report.warn(&format!("the key record is in force, and not yet in the log: {}", failure.message));
            report.warn("it goes in before the next record that is logged; nothing has to be repeated");
            false
        })
    }

    /// Says what to do now.
    pub(super) fn print_end(home: &Home, report: &Report) {
        print_what_to_do_next(home, report);
    }
}

/// Which keys come, stay and go.
pub(super) fn print_renewal(renewal: &Renewal, report: &mut Report) {
    print_keys("new_keys", "New keys:", &renewal.new, report);
    print_keys(
        "kept_keys",
        "Still listed, an old key beside its successor for 30 days at most:",
        &renewal.kept,
        report,
    );
    print_keys("left_out", "Listed no more:", &renewal.left_out, report);
}

/// What is said of a key record that cannot follow.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(refused)` takes an error as it comes")]
pub(super) fn refused(error: KeyError) -> Failure {
    let failure = Failure::refused(&error);
    let advice = if let KeyError::Chain(error) = &error { advice(error) } else { None };
    advice.into_iter().fold(failure, Failure::advise)
}

/// What to do about it.
fn advice(error: &KeyChainError) -> Option<&'static str> {
    if matches!(error, KeyChainError::Backwards { .. }) {
        return Some("this machine's clock is behind: set it, and try again");
    }
    if matches!(error, KeyChainError::Fork { .. }) {
        return Some("this recovery key was used already: take the one that was printed then");
    }
    matches!(error, KeyChainError::RecoveryKeyWrong { .. }).then_some(
        "a recovery key serves once: take the one that the last `detente init` or `detente key recover` printed, or name \
         another key record with --after",
    )
}

/// The profile once more, under the key record in force: the same object, as its next version.
fn sign_anew(profile: &Signed<Record>, history: &KeyHistory, keys: &PartyKeys) -> Done<Signed<Record>> {
    let record = profile.content();
    let version = record.aside().version().ok_or_else(|| {
        Failure::input("the profile in profile.json withholds its version, so it cannot be signed anew")
            .advise("restore profile.json from your backup")
    })?;
    let mut object = record.object().clone();
    object.set("modified", history.head().content().created().to_string());
    let object = StixObject::from_map(object).map_err(Failure::input)?;
    let draft = Draft::after(object, version.saturating_add(1), profile.digest()).map_err(Failure::input)?;
    let signers = keystore::signers(history, keys, Use::Record)?;
    let author = Author::new(history.party(), history.head().digest(), &signers);
    draft.sign(&author, &mut SystemEntropy::new()).map_err(Failure::environment)
}
