//! Taking in what bundles hold.

use std::path::{Path, PathBuf};

use bundle::PrivateBundleKey;
use node::exchange::{Agreements as _, FeedState, Reader, stands_by_itself};
use protocol::exchange::timing::interval_ms;
use protocol::exchange::{Absence, Caught, FeedName, ListedFeed, listing};
use record::digest::PartyId;
use record::time::Timestamp;
use tlog::checkpoint::SignedCheckpoint;

use super::inbox::{Inbox, learn};
use super::survey::{Survey, open as open_bundle};
use super::take::Stick;
use super::upkeep::{Tell, failed};
use crate::arguments::NodeArguments;
use crate::home::Home;
use crate::keystore;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::serve::open::{Open, Opener};

/// How the names of bundles end.
const ENDING: &str = ".tar.zst";

/// Bundles in one folder: those of a year, one each hour.
const MAX_BUNDLES: usize = 10_000;

/// What became of one bundle.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) file: PathBuf,
    pub(crate) sender: PartyId,
    pub(crate) number: u64,
    pub(crate) created: Timestamp,
    pub(crate) inbox: Inbox,
    pub(crate) feeds: Vec<ReadFeed>,
    /// Files under paths of a later build, which were passed over.
    pub(crate) unknown: u64,
    /// Why it ends before its end.
    pub(crate) damage: Option<String>,
}

/// What became of one feed of a bundle.
#[derive(Debug)]
pub(crate) struct ReadFeed {
    pub(crate) name: FeedName,
    /// Entries that were taken in now, and ever.
    pub(crate) entries: u64,
    pub(crate) size: u64,
    /// Why nothing of it was read, where nothing is wrong with it.
    pub(crate) passed: Option<String>,
    /// What is wrong, and whether the sender's own signatures prove it.
    pub(crate) caught: Vec<(String, bool)>,
    /// What is still lacking before its entries count.
    pub(crate) waiting: Option<String>,
}

impl Imported {
    /// Whether it brought anything.
    pub(crate) fn is_new(&self) -> bool {
        self.inbox.is_new() || self.feeds.iter().any(|feed| feed.entries > 0)
    }

    /// Whether a person must look at it.
    pub(crate) fn is_sound(&self) -> bool {
        self.damage.is_none() && self.feeds.iter().all(|feed| feed.caught.is_empty())
    }
}

/// What became of a folder or file.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) imported: Vec<Imported>,
    /// Bundles of a folder that were refused, and why.
    pub(crate) refused: Vec<Failure>,
    /// Bundles of a folder for other parties.
    pub(crate) foreign: Vec<PathBuf>,
}

/// Takes in a bundle, or all bundles of a folder.
pub(crate) fn import(arguments: &NodeArguments, what: &Path, tell: Tell<'_>) -> Done<Outcome> {
    let home = Home::open(&arguments.dir)?;
    let keys = keystore::open(&home, &home.history()?, &arguments.passphrase)?.keys;
    let party = home.history()?.party();
    if keys.bundle.is_empty() {
        return Err(Failure::input("this node has no key that opens bundles; it is from before them")
            .advise("make one with: detente key rotate --purpose bundle --dir DIR"));
    }
    let mut outcome = Outcome::default();
    let paths = if what.is_dir() { folder(what, party, &keys.bundle, &mut outcome)? } else { vec![what.to_owned()] };
    let mut opened: Option<(Opener, Open)> = None;
    for path in paths {
        let done = Survey::of(&path, party, &keys.bundle, tell).and_then(|survey| {
            if opened.is_none() {
                let signing = keys.signing.duplicate().map_err(Failure::environment)?;
                let bundle = keys.bundle.iter().map(PrivateBundleKey::duplicate).collect();
                opened = Some(Opener::with_keys(home.clone(), NodeKeys { signing, bundle })?);
            }
            let open = opened.as_ref().map(|(_, open)| open).ok_or_else(|| Failure::environment("no node is open"))?;
            take(open, &survey, (&path, &keys.bundle), tell)
        });
        match done {
            Ok(imported) => outcome.imported.push(imported),
            Err(failure) if what.is_dir() => outcome.refused.push(failure),
            Err(failure) => return Err(failure),
        }
    }
    Ok(outcome)
}

/// The bundles of a folder that are for this party, each sender's in the order of their numbers. A number is a claim, so it
/// decides nothing but the order.
fn folder(folder: &Path, party: PartyId, keys: &[PrivateBundleKey], outcome: &mut Outcome) -> Done<Vec<PathBuf>> {
    let cannot = |error| Failure::input(format!("cannot read `{}`: {error}", folder.display()));
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(cannot)?.collect();
    let mut paths: Vec<_> = entries.map_err(cannot)?.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING)));
    if paths.is_empty() {
        return Err(Failure::input(format!("no bundle lies in `{}`", folder.display()))
            .advise(format!("the names of bundles end in `{ENDING}`")));
    }
    if paths.len() > MAX_BUNDLES {
        return Err(Failure::input(format!("more than {MAX_BUNDLES} bundles lie in `{}`", folder.display()))
            .advise("move those that were imported elsewhere"));
    }
    paths.sort_unstable();
    let mut ours = Vec::new();
    for path in paths {
        match open_bundle(&path, party, keys) {
            Ok(reader) => ours.push(((reader.cover().sender, reader.cover().sequence), path)),
            Err(_) if is_foreign(&path, keys) => outcome.foreign.push(path),
            Err(failure) => outcome.refused.push(failure),
        }
    }
    ours.sort_by_key(|(order, _)| *order);
    Ok(ours.into_iter().map(|(_, path)| path).collect())
}

/// Whether a bundle is sealed for a key that is not among ours.
fn is_foreign(path: &Path, keys: &[PrivateBundleKey]) -> bool {
    let to = std::fs::File::open(path).ok().and_then(|file| bundle::peek(std::io::BufReader::new(file)).ok());
    to.is_some_and(|to| keys.iter().all(|key| key.public().id() != to.key))
}

/// Takes in one bundle: what is handed in, then each feed, package by package.
fn take(open: &Open, survey: &Survey, (path, keys): (&Path, &[PrivateBundleKey]), tell: Tell<'_>) -> Done<Imported> {
    let cover = survey.cover;
    let sender = cover.sender;
    check_sender(open, sender, path)?;
    let mut inbox = Inbox::default();
    learn(open, sender, survey.profile.as_deref(), &mut inbox)?;
    inbox.take(open, sender, &survey.handed)?;
    let mut feeds = Vec::new();
    let mut stick = Stick::new(open, survey, (path, keys))?;
    for feed in listed(survey, &mut inbox) {
        if !is_ours(open, sender, &feed) {
            inbox.refuse("a feed", &format!("{}: its agreement is not known here", feed.name()));
            continue;
        }
        feeds.push(read(open, sender, &feed, survey, &mut stick)?);
        tell.now(&format!("feed {} is read", feed.name()));
    }
    let damage = survey.damage.as_ref().map(ToString::to_string);
    let (file, number, created) = (path.to_owned(), cover.sequence, cover.created);
    Ok(Imported { file, sender, number, created, inbox, feeds, unknown: survey.unknown, damage })
}

/// A bundle from whoever is not known here is nobody's: all that it could hold needs its sender's keys.
fn check_sender(open: &Open, sender: PartyId, path: &Path) -> Done {
    let path = path.display();
    if sender == open.party() {
        return Err(Failure::refused(format!("`{path}` says that it is from this node itself"))
            .advise("nothing of it was taken in; import what partners sent"));
    }
    if open.keys.get().ring().find(sender).is_err() {
        let words = format!("`{path}` says that it is from party {sender}, whose keys are not known here");
        return Err(Failure::refused(words).advise(
            "nothing of it was taken in. If you know that party, take in its profile file with: detente partner add \
             PROFILE --dir DIR, and import the bundle again",
        ));
    }
    Ok(())
}

fn listed(survey: &Survey, inbox: &mut Inbox) -> Vec<ListedFeed> {
    let Some(octets) = &survey.feeds else { return Vec::new() };
    listing::read(octets).unwrap_or_else(|error| {
        inbox.refuse("the list of feeds", &error.to_string());
        Vec::new()
    })
}

/// Whether we and the sender are parties of the feed's agreement: whoever lists other feeds is not followed.
fn is_ours(open: &Open, sender: PartyId, feed: &ListedFeed) -> bool {
    open.negotiations().agreement(feed.agreement).is_some_and(|one| one.has(open.party()) && one.has(sender))
}

fn read(open: &Open, sender: PartyId, feed: &ListedFeed, survey: &Survey, stick: &mut Stick<'_>) -> Done<ReadFeed> {
    let state = FeedState::find(&open.store, &sender.to_string(), &feed.origin).map_err(failed)?;
    let size = state.map_or(0, |state| state.size);
    let (name, caught) = (feed.name(), Vec::new());
    if let Some(why) = late(open, sender, survey, name)? {
        return Ok(ReadFeed { name, entries: 0, size, passed: Some(why), caught, waiting: None });
    }
    let quorum = open.quorum();
    let every_ms = interval_ms(open.head_every_minutes(&feed.agreement), None);
    let reader = Reader::new(&open.store, &open.own, &quorum, every_ms).carried();
    let pulled = reader.pull(sender, feed, stick).map_err(failed)?;
    open.refresh_keys()?;
    let caught = pulled.caught.iter().map(|caught| (said(caught), stands_by_itself(caught))).collect();
    // A line that is down says so in words that mean nothing of a file.
    let waiting = pulled.waiting.map(|why| why.trim_start_matches("the peer was not reached: ").to_owned());
    Ok(ReadFeed { name, entries: pulled.entries, size: pulled.size, passed: None, caught, waiting })
}

/// Why a feed of this bundle is passed over without blame: an old copy proves nothing against its sender, and whatever of it
/// was not taken in before comes again, since it was not acknowledged. Whoever shows a second history so must make it longer
/// than the first before anything of it is read, and then the two are compared.
fn late(open: &Open, sender: PartyId, survey: &Survey, feed: FeedName) -> Done<Option<String>> {
    let known = FeedState::node_of(&open.store, &sender.to_string()).map_err(failed)?;
    let known = known.and_then(|text| SignedCheckpoint::parse(text.as_bytes()).ok()).map(|known| known.claims().size());
    let older = survey.node_size(feed).zip(known).filter(|(shown, known)| shown < known);
    Ok(older.map(|(shown, known)| {
        format!("it is older than what is known: its sender's log had {shown} leaves then, and {known} are known")
    }))
}

/// In a bundle a file is not withheld by a node that was asked: it does not lie there.
fn said(caught: &Caught) -> String {
    if let Caught::Withheld { resource, absence: Absence::NotThere } = caught {
        return format!("the bundle holds no `{resource}`");
    }
    if let Caught::MissingBody { index, .. } = caught {
        return format!("the bundle holds no body of entry {index}, nor that it was erased");
    }
    caught.to_string()
}
