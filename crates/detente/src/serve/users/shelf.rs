//! What TAXII reads: the collections of this node, for one account.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::ask::{PostObjects, ReadFeed};
use access::{Belongs, Caller, Decision, Role, decide};
use api::Language;
use collections::{Collection, Filter, Reader, Versions};
use node::exchange::Agreements as _;
use policy::shown::House;
use record::digest::{AgreementDigest, PartyId, sha256};
use record::label::Tlp;
use record::stix::StixId;
use record::time::{LexicalTime, Timestamp};
use storage::{LogName, StoreError};
use taxii::{
    Backend, CollectionId, DateAdded, Fault, Filters, Found, Manifest, ManifestPage, ObjectPage, Query, Room,
    SpecVersion, Status, StatusId, Submission, VersionPage,
};
use web::users::Asker;

use super::statuses::Statuses;
use super::{audiences, posting};
use crate::clock;
use crate::serve::lending::Lending;
use crate::serve::open::Open;
use crate::serve::rounds::Tell;

/// In how many seconds to come again while a command has the directory.
const RETRY_S: u32 = 2;

/// The name by which tokens reach our own records.
const OWN: &str = "own";

/// How the name begins by which tokens reach what was released to one partner: the identity of the party follows.
const PARTNER: &str = "to-";

/// How the titles of collections begin that we release, and that we received: their agreement, their partner, or their sender, follows.
const RELEASED: &str = "Released under ";
const RELEASED_TO: &str = "Released to ";
const RECEIVED: &str = "Received from ";

/// The collections of a running node.
pub(crate) struct Shelf {
    pub(super) lending: Arc<Lending>,
    pub(super) statuses: Statuses,
    pub(super) posting: posting::Stripes,
    pub(super) tell: Tell,
    house: House,
    party: PartyId,
}

/// A collection with those for whom it is.
pub(super) struct Placed {
    pub(super) id: CollectionId,
    pub(super) collection: Collection,
    /// The members of the agreement, where we release; none may read what others released to us, or what we wrote.
    members: Vec<PartyId>,
    /// Whether the agreements that it joins are others now than those that it was made of: nothing is read of it until it is made anew.
    is_stale: bool,
    title: String,
    /// What the agreement or the sender is called, in English and in Chinese; nothing where there is neither.
    pub(super) named: [String; 2],
    description: String,
}

/// What one account may do with it.
struct Rights {
    reads: bool,
    writes: bool,
}

impl Shelf {
    pub(super) fn new(lending: Arc<Lending>, statuses: Statuses, party: PartyId, tell: Tell) -> Result<Self, String> {
        let house = House::new(party).map_err(|error| error.to_string())?;
        Ok(Self { lending, statuses, posting: posting::Stripes::default(), tell, house, party })
    }

    pub(super) fn open(&self) -> Result<Arc<Open>, Fault> {
        self.lending.get().map_err(|_| Fault::Unavailable { retry_after_s: RETRY_S })
    }

    /// A failure is told in our own journal, and never to whoever asks.
    fn fault(&self, error: &StoreError) -> Fault {
        (self.tell)(format!("taxii: {error}"));
        Fault::Failed
    }

    /// Every collection that there is, whoever asks.
    pub(super) fn all(&self, open: &Open) -> Result<Vec<Placed>, Fault> {
        let known = collections::known(&open.store).map_err(|error| self.fault(&error))?;
        let mut placed = vec![self.own()];
        for (partner, feeds) in audiences::in_force(open, clock::now()) {
            placed.push(self.partner(open, partner, &feeds)?);
        }
        for collection in known {
            match &collection {
                Collection::Own | Collection::Partner(_) => {}
                Collection::Released(log) => placed.extend(self.released(open, &log.clone(), collection)),
                Collection::Received(log) => placed.extend(self.received(open, &log.clone(), collection)),
            }
        }
        Ok(placed)
    }

    fn id_of(&self, collection: &Collection) -> CollectionId {
        let (kind, log) = match collection {
            Collection::Own => ("own", String::new()),
            Collection::Partner(partner) => ("partner", partner.to_string()),
            Collection::Released(log) => ("released", log.to_string()),
            Collection::Received(log) => ("received", log.to_string()),
        };
        let party = self.party.octets();
        let digest = sha256(&[b"detente/taxii-collection/v1\0", party, kind.as_bytes(), b"\0", log.as_bytes()]);
        CollectionId::from_digest(digest.first_chunk().copied().unwrap_or_default())
    }

    fn own(&self) -> Placed {
        let description = "Records of this party, as far as their marking is for the account. \
            What is added here becomes a record of this party, and goes to nobody unless it is released.";
        Placed {
            id: self.id_of(&Collection::Own),
            collection: Collection::Own,
            members: Vec::new(),
            is_stale: false,
            title: "Our own records".to_owned(),
            named: [String::new(), String::new()],
            description: format!("{description} Name for tokens: {OWN}"),
        }
    }

    /// What goes to one partner by all agreements in force that are not suspended. One with none of them is not there.
    fn partner(&self, open: &Open, partner: PartyId, feeds: &BTreeSet<LogName>) -> Result<Placed, Fault> {
        let noted = collections::audience::noted(&open.store, partner).map_err(|error| self.fault(&error))?;
        let (name, named) = names(open, partner);
        let collection = Collection::Partner(partner);
        let description = format!(
            "Objects that this party released to {name} under all agreements with it, joined: one object for each id. \
            Name for tokens: {}",
            partner_name(partner)
        );
        Ok(Placed {
            id: self.id_of(&collection),
            collection,
            members: vec![self.party, partner],
            is_stale: noted != *feeds,
            title: format!("{RELEASED_TO}{name}"),
            named,
            description,
        })
    }

    /// A feed of ours. One whose agreement is not in force, or is suspended, is not there: for partners, and for ourselves too, so that
    /// what we look at is what they see.
    fn released(&self, open: &Open, log: &LogName, collection: Collection) -> Option<Placed> {
        let now = clock::now();
        let agreement = open.all(now).into_iter().find(|digest| is_feed_of(open, log, *digest))?;
        let negotiations = open.negotiations();
        let standing = negotiations.standing_at(now);
        let standing = standing.iter().find(|one| one.agreement.digest() == agreement)?;
        if standing.is_suspended() {
            return None;
        }
        let members = standing.agreement.members().iter().map(|member| member.party).collect();
        let text = standing.agreement.title();
        let named = Language::ALL.map(|language| text.choose(language.tag().parse().ok().as_slice()).1.to_owned());
        let title = format!("{RELEASED}{}", text.choose(&[]).1);
        let description =
            format!("Objects that this party released under agreement {agreement}. Name for tokens: {log}");
        let id = self.id_of(&collection);
        Some(Placed { id, collection, members, is_stale: false, title, named, description })
    }

    /// A feed of a peer, as far as it was read and believed.
    fn received(&self, open: &Open, log: &LogName, collection: Collection) -> Option<Placed> {
        let states = node::exchange::FeedState::all(&open.store).ok()?;
        let state = states.into_iter().find(|state| is_pulled(&state.feed, log))?;
        let peer = state.peer.parse::<PartyId>().ok()?;
        let (name, named) = names(open, peer);
        let description = format!("What {name} released to this party and was proved. Name for tokens: {log}");
        Some(Placed {
            id: self.id_of(&collection),
            collection,
            members: Vec::new(),
            is_stale: false,
            title: format!("{RECEIVED}{name}"),
            named,
            description,
        })
    }

    fn rights(caller: &Caller, placed: &Placed) -> Option<Rights> {
        // What was released bears marks up to this level, and no row here says which.
        let is_own_account = caller.belongs() == Some(&Belongs::Own);
        let reaches = |roles: &access::Roles| roles.iter().any(|role| role.reads_up_to() >= Tlp::AmberStrict);
        if placed.collection != Collection::Own && is_own_account && !caller.roles().is_some_and(reaches) {
            return None;
        }
        let name = placed.name();
        let read = decide(caller, ReadFeed { members: placed.members.clone(), collection: Some(name.clone()) });
        let write = match placed.collection {
            Collection::Own => decide(caller, PostObjects { collection: name }).permitted().is_some(),
            Collection::Partner(_) | Collection::Released(_) | Collection::Received(_) => false,
        };
        match read {
            Decision::Allowed(_) => Some(Rights { reads: true, writes: write }),
            // Whoever may only write knows where.
            Decision::Forbidden(_) if write => Some(Rights { reads: false, writes: true }),
            Decision::Hidden | Decision::Forbidden(_) => None,
        }
    }

    /// A collection, if this account may do anything with it.
    fn find(&self, caller: &Caller, open: &Open, id: CollectionId) -> Result<Option<(Placed, Rights)>, Fault> {
        let found = self.all(open)?.into_iter().find(|placed| placed.id == id);
        Ok(found.and_then(|placed| Self::rights(caller, &placed).map(|rights| (placed, rights))))
    }

    /// One that it may read now: asked at each page anew, so that a cursor is a place and never a right. What was made of other
    /// agreements than those that are in force now is refused until it is made anew, which takes about a second.
    pub(super) fn readable(&self, caller: &Caller, open: &Open, id: CollectionId) -> Result<Option<Placed>, Fault> {
        let found = self.find(caller, open, id)?.filter(|(_, rights)| rights.reads).map(|(placed, _)| placed);
        if found.as_ref().is_some_and(|placed| placed.is_stale) {
            return Err(Fault::Unavailable { retry_after_s: RETRY_S });
        }
        Ok(found)
    }

    /// All that it may read now.
    pub(super) fn readable_all(&self, caller: &Caller, open: &Open) -> Result<Vec<Placed>, Fault> {
        let reads = |placed: &Placed| Self::rights(caller, placed).is_some_and(|rights| rights.reads);
        Ok(self.all(open)?.into_iter().filter(reads).collect())
    }

    /// What an account may read of our own records: what the one of its roles that reads furthest may. Roles are not added up, so
    /// that no account reads what none of its roles does.
    pub(super) fn reader(&self, caller: &Caller) -> Reader {
        let is_own = caller.belongs() == Some(&Belongs::Own);
        let roles = caller.roles().filter(|_| is_own);
        let widest =
            roles.and_then(|roles| roles.iter().max_by_key(|role| (role.reads_unlabelled(), role.reads_up_to())));
        // An account without roles is nobody's, and a partner's gets nothing of ours here.
        widest.map_or_else(|| Reader::up_to(Tlp::Clear), |role| self.reader_of(role))
    }

    fn reader_of(&self, role: Role) -> Reader {
        let reader = Reader::up_to(role.reads_up_to());
        let reader = if role.reads_unlabelled() { reader.with_unlabelled() } else { reader };
        let in_house = role.in_house().parse().ok();
        in_house.map_or(reader.clone(), |in_house| reader.with_tagged(self.house.reads_tagged(in_house)))
    }

    /// Reads a page of a collection, and hands what is on it over.
    fn paged<T>(
        &self,
        caller: &Asker,
        query: &Query<'_>,
        read: impl FnOnce(&Open, &Collection, &Reader, &Filter, (Option<Timestamp>, usize)) -> Result<Vec<T>, StoreError>,
        mut push: impl FnMut(&T) -> Option<Room>,
    ) -> Result<Found, Fault> {
        let open = self.open()?;
        let Some(placed) = self.readable(&caller.0, &open, query.collection)? else { return Ok(Found::Nothing) };
        let reader = self.reader(&caller.0);
        if let Some(object) = query.object {
            let has = collections::has_object(&open.store, &placed.collection, &reader, object.as_str());
            if !has.map_err(|error| self.fault(&error))? {
                return Ok(Found::Nothing);
            }
        }
        let filter = filter_of(query);
        let after = query.after.map(|date| Timestamp::from_micros(date.micros()));
        // One more tells that another page follows.
        let part = (after, query.limit.saturating_add(1));
        let items = read(&open, &placed.collection, &reader, &filter, part).map_err(|error| self.fault(&error))?;
        for item in &items {
            match push(item) {
                Some(Room::More) => {}
                Some(Room::Full) => break,
                None => {
                    (self.tell)("taxii: a row of a collection is not what it must be".to_owned());
                    return Err(Fault::Failed);
                }
            }
        }
        Ok(Found::Here)
    }
}

fn is_feed_of(open: &Open, log: &LogName, agreement: AgreementDigest) -> bool {
    audiences::feeds_of(open, agreement).any(|name| name == *log)
}

/// What a party is called in the titles of collections, and in each language.
fn names(open: &Open, party: PartyId) -> (String, [String; 2]) {
    let keys = open.keys.get();
    let name = keys.ring().name(party).map_or_else(|| party.to_string(), str::to_owned);
    let in_language = |language: Language| keys.ring().name_in(party, language.tag());
    (name, Language::ALL.map(|language| in_language(language).unwrap_or_else(|| party.to_string())))
}

/// By the UUID of its identity: names for tokens have letters, digits and hyphens.
fn partner_name(partner: PartyId) -> String {
    format!("{PARTNER}{}", partner.identity().trim_start_matches("identity--"))
}

fn is_pulled(feed: &str, log: &LogName) -> bool {
    log.as_str() == format!("pulled-{}", protocol::exchange::FeedName::of(feed))
}

impl Placed {
    /// The name by which tokens reach it.
    pub(super) fn name(&self) -> String {
        match &self.collection {
            Collection::Own => OWN.to_owned(),
            Collection::Partner(partner) => partner_name(*partner),
            Collection::Released(log) | Collection::Received(log) => log.to_string(),
        }
    }

    fn seen(&self, rights: &Rights) -> taxii::Collection {
        let mut seen = taxii::Collection::readable(self.id, self.title.clone());
        seen.description.clone_from(&self.description);
        (seen.can_read, seen.can_write) = (rights.reads, rights.writes);
        seen
    }
}

fn filter_of(query: &Query<'_>) -> Filter {
    let Filters { ids, types, versions, spec_versions, .. } = query.filters;
    let one = query.object.map(|object| object.as_str().to_owned());
    let ids = one.map_or_else(|| ids.iter().map(|id| id.as_str().to_owned()).collect(), |id| vec![id]);
    let spec_versions = spec_versions.iter().map(|version| version.to_string()).collect();
    let exact = versions.exact.iter().copied().collect();
    let versions = Versions { all: versions.all, last: versions.last, first: versions.first, exact };
    Filter { ids, types: types.iter().cloned().collect(), spec_versions, versions }
}

fn date(added: Timestamp) -> Option<DateAdded> {
    DateAdded::from_micros(added.micros())
}

impl Backend for Shelf {
    type Caller = Asker;

    fn collections(&self, caller: &Asker) -> Result<Vec<taxii::Collection>, Fault> {
        let open = self.open()?;
        let seen = self.all(&open)?.into_iter();
        Ok(seen.filter_map(|one| Self::rights(&caller.0, &one).map(|rights| one.seen(&rights))).collect())
    }

    fn collection(&self, caller: &Asker, id: CollectionId) -> Result<Option<taxii::Collection>, Fault> {
        let open = self.open()?;
        Ok(self.find(&caller.0, &open, id)?.map(|(placed, rights)| placed.seen(&rights)))
    }

    fn objects(&self, caller: &Asker, query: &Query<'_>, page: &mut ObjectPage) -> Result<Found, Fault> {
        self.paged(
            caller,
            query,
            |open, collection, reader, filter, part| {
                collections::objects(&open.store, collection, reader, filter, part).map(|page| page.items)
            },
            |item| Some(page.push(date(item.added)?, &item.object)),
        )
    }

    fn manifest(&self, caller: &Asker, query: &Query<'_>, page: &mut ManifestPage) -> Result<Found, Fault> {
        self.paged(
            caller,
            query,
            |open, collection, reader, filter, part| {
                collections::manifest(&open.store, collection, reader, filter, part).map(|page| page.items)
            },
            |entry| {
                let (id, version): (StixId, LexicalTime) = (entry.id.parse().ok()?, entry.version_text.parse().ok()?);
                let spec_version: SpecVersion = entry.spec_version.parse().ok()?;
                Some(page.push(Manifest { id: &id, date_added: date(entry.added)?, version: &version, spec_version }))
            },
        )
    }

    fn versions(&self, caller: &Asker, query: &Query<'_>, page: &mut VersionPage) -> Result<Found, Fault> {
        self.paged(
            caller,
            query,
            |open, collection, reader, filter, part| {
                collections::manifest(&open.store, collection, reader, filter, part).map(|page| page.items)
            },
            |entry| Some(page.push(date(entry.added)?, &entry.version_text.parse().ok()?)),
        )
    }

    fn add_objects(
        &self,
        caller: &Asker,
        collection: CollectionId,
        submission: &Submission<'_>,
    ) -> Result<Option<Status>, Fault> {
        let open = self.open()?;
        let found = self.find(&caller.0, &open, collection)?.filter(|(_, rights)| rights.writes);
        if found.is_none() {
            return Ok(None);
        }
        posting::post(self, &open, caller, submission).map(Some)
    }

    fn status(&self, caller: &Asker, id: StatusId) -> Result<Option<String>, Fault> {
        self.statuses.get(&caller.0.shown(), id, clock::now()).map_err(|problem| {
            (self.tell)(format!("taxii: {problem}"));
            Fault::Failed
        })
    }
}
