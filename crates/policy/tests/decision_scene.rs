//! What the stories about decisions are played with: invented parties, their records and labels, their agreements.

use std::sync::Arc;

use policy::agreement::Agreement;
use policy::cedar::{ENGINE, schema_digest};
use policy::decision::{Active, Ask, Engine, Subject};
use policy::floors::{FloorSwitch, Floors};
use policy::labels::{self, InForce, SignedLabel};
use policy::vocabulary::{Care, Purpose};
use record::digest::{KeyRecordDigest, PartyId, RecordDigest};
use record::json::{Json, Map};
use record::label::{Label, LabelSet, Marks, Pap, Place, Recipients, Tlp};
use record::path::Path;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};

use crate::scene::CountedEntropy;

/// An office that runs this node.
pub(crate) const HARBOUR: PartyId = PartyId::from_octets([0x11; 32]);
/// Its counterpart.
pub(crate) const LOTUS: PartyId = PartyId::from_octets([0x22; 32]);
/// A laboratory that is sometimes the third of three.
pub(crate) const MERIDIAN: PartyId = PartyId::from_octets([0x33; 32]);
/// Somebody outside every agreement here.
pub(crate) const ARCHIVE: PartyId = PartyId::from_octets([0x44; 32]);

/// The extension of incidents.
pub(crate) const INCIDENT_EXTENSION: &str = "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd";

/// Where the text of an incident stands.
pub(crate) const DESCRIPTION: &str = "/object/description";
/// Where the place of an incident stands.
pub(crate) const PLACE: &str = "/object/extensions/extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd/place";
/// Where its instant stands.
pub(crate) const OCCURRED: &str =
    "/object/extensions/extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd/occurred";
/// Where those who were affected stand.
pub(crate) const AFFECTED: &str =
    "/object/extensions/extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd/affected_parties";

/// Lets everything go, for whoever is named and whatever it is.
pub(crate) const PERMIT_ALL: &str = "permit(principal, action, resource);";

/// The name of a party in a story.
pub(crate) fn name_of(party: PartyId) -> &'static str {
    match party {
        HARBOUR => "Harbour Office",
        LOTUS => "Lotus Institute",
        MERIDIAN => "Meridian Laboratory",
        _ => "Polder Archive",
    }
}

/// Signs for a party. Whether its keys are its own is believed elsewhere.
pub(crate) fn sign(author: PartyId, draft: &Draft) -> Signed<Record> {
    let key = PrivateKey::from_seed(Suite::Ed25519, author.octets()).unwrap();
    let keys = [&key];
    let author = Author::new(author, KeyRecordDigest::from_octets([9; 32]), &keys);
    draft.clone().sign(&author, &mut CountedEntropy::new("decision stories")).unwrap()
}

/// A record of an object.
pub(crate) fn signed(author: PartyId, object: Map) -> Signed<Record> {
    sign(author, &Draft::new(StixObject::from_map(object).unwrap()))
}

fn id(object_type: &str, number: u8) -> String {
    format!("{object_type}--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number:02x}")
}

fn object(object_type: &str, number: u8) -> Map {
    let created = "2026-07-01T03:10:00.000Z";
    Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", id(object_type, number))
        .with("created", created)
        .with("modified", created)
}

pub(crate) fn list(items: &[&str]) -> Json {
    Json::Array(items.iter().map(|item| Json::text(*item)).collect())
}

/// An incident with an exact place and instant, their twins, and two parties that were affected.
pub(crate) fn incident() -> Map {
    let place = Map::new().with("country", "NL").with("locality", "Utrecht");
    let extension = Map::new()
        .with("extension_type", "property-extension")
        .with("occurred", "2026-06-30T21:04:00Z")
        .with("place", place)
        .with("severity", "serious incident")
        .with("affected_parties", list(&["an ambulance crew", "a patient"]));
    object("incident", 1)
        .with("name", "A delivery robot blocked the way of an ambulance")
        .with("description", "It stood across the gate for four minutes.")
        .with("extensions", Map::new().with(INCIDENT_EXTENSION, extension))
}

/// An incident that its author described in words alone.
pub(crate) fn plain_incident() -> Map {
    object("incident", 2).with("name", "A tutor gave wrong doses").with("description", "Twice, to one school.")
}

/// An indicator, as a member of a batch.
pub(crate) fn indicator(number: u8) -> StixObject {
    let object = object("indicator", number).with("name", format!("prompt {number}")).with("pattern_type", "stix");
    StixObject::from_map(object.with("pattern", "[x:y = 'z']").with("valid_from", "2026-07-01T03:10:00Z")).unwrap()
}

/// A batch of signals of three members.
pub(crate) fn batch(author: PartyId) -> Signed<Record> {
    let grouping = object("grouping", 3).with("name", "Prompts seen this week").with("context", "suspicious-activity");
    let grouping = grouping.with("object_refs", list(&[&id("indicator", 4)]));
    let draft = Draft::new(StixObject::from_map(grouping).unwrap());
    sign(author, &draft.with_members((4..7).map(indicator).collect()).unwrap())
}

/// Where the members of a record stand, by slot.
pub(crate) fn member_places(record: &Record) -> Vec<Path> {
    record.places().iter().filter(|path| path.as_str().starts_with("/aside/members/")).cloned().collect()
}

/// Marks of one level.
pub(crate) const fn tlp(level: Tlp) -> Marks {
    Marks::new(level, Pap::Clear)
}

/// Marks at green.
pub(crate) const fn green() -> Marks {
    tlp(Tlp::Green)
}

/// Green, with reasons for care.
pub(crate) fn care(reasons: &[Care]) -> Marks {
    green().with_tags(reasons.iter().map(|one| one.name().parse().unwrap()))
}

/// Green, for these alone.
pub(crate) fn only(parties: &[PartyId]) -> Marks {
    green().with_recipients(Recipients::Only(parties.iter().copied().collect()))
}

pub(crate) fn at(place: &str) -> Place {
    place.parse().unwrap()
}

/// A label that a party put on a record.
pub(crate) fn label(author: PartyId, about: RecordDigest, place: &str, marks: &Marks) -> SignedLabel {
    let label = Label::new(about, at(place), marks.clone());
    let created = instant("2026-07-02T00:00:00Z");
    let object = label.to_object(&id("detente-label", 7).parse().unwrap(), created).unwrap();
    let text = object.into_map();
    SignedLabel::of(&signed(author, text)).unwrap()
}

/// The labels that a record's own holder put on it.
pub(crate) fn labelled(record: &Record, labels: &[(&str, Marks)]) -> InForce {
    let labels: Vec<_> = labels.iter().map(|(place, marks)| label(HARBOUR, record.digest(), place, marks)).collect();
    labels::in_force(record, HARBOUR, &labels, &[], None, &[])
}

/// A record with labels, as a decision sees it.
pub(crate) fn subject(record: &Record, labels: &[(&str, Marks)]) -> Subject {
    Subject::new(record, &labelled(record, labels))
}

/// The labels on a source of which something was made.
pub(crate) fn source(labels: &[(&str, Marks)]) -> LabelSet {
    let about = RecordDigest::from_octets([7; 32]);
    let mut set = LabelSet::new(about);
    labels.iter().for_each(|(place, marks)| set.add(&Label::new(about, at(place), marks.clone())).unwrap());
    set
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// In the middle of every agreement here.
pub(crate) fn noon() -> Timestamp {
    instant("2026-08-14T12:00:00Z")
}

/// A clause while it is written.
#[derive(Debug, Clone)]
pub(crate) struct ClauseText(Map);

/// A clause with its words in both languages; from everybody to everybody unless it says otherwise.
pub(crate) fn clause(id: &str, english: &str, chinese: &str, policy: &str) -> ClauseText {
    let text = Map::new().with("en", english).with("zh-Hans", chinese);
    ClauseText(Map::new().with("id", id).with("text", text).with("policy", policy))
}

impl ClauseText {
    fn obligations(&self) -> Map {
        let usual = || {
            Map::new().with("purposes", list(&["incident-response", "safety-research"])).with("onward", "organisation")
        };
        self.0.get("obligations").and_then(Json::as_object).cloned().unwrap_or_else(usual)
    }

    fn owing(self, field: &str, value: impl Into<Json>) -> Self {
        let obligations = self.obligations().with(field, value);
        Self(self.0.with("obligations", obligations))
    }

    pub(crate) fn purposes(self, purposes: &[&str]) -> Self {
        self.owing("purposes", list(purposes))
    }

    pub(crate) fn approvals(self, count: i64) -> Self {
        self.owing("approvals", Json::integer(count).unwrap())
    }

    pub(crate) fn budget(self, category: &str, counted: &str, at_most: i64, per: &str) -> Self {
        let budget = Map::new().with("category", category).with("counted", counted);
        self.owing("budget", budget.with("at_most", Json::integer(at_most).unwrap()).with("per", per))
    }

    fn transform(self, field: &str, value: impl Into<Json>) -> Self {
        let transform = self.0.get("transform").and_then(Json::as_object).cloned().unwrap_or_default();
        Self(self.0.with("transform", transform.with(field, value)))
    }

    pub(crate) fn shows(self, names: &[&str]) -> Self {
        self.transform("show", list(names))
    }

    pub(crate) fn drops(self, names: &[&str]) -> Self {
        self.transform("drop", list(names))
    }

    pub(crate) fn coarsens(self, names: &[&str]) -> Self {
        self.transform("twin", list(names))
    }

    pub(crate) fn sealed(self) -> Self {
        self.transform("is_sealed", Json::Bool(true))
    }

    pub(crate) fn to(self, roles: &[&str]) -> Self {
        Self(self.0.with("to", list(roles)))
    }

    fn finish(self, roles: &[&str]) -> Json {
        let permits = self.0.text("policy").is_some_and(|policy| policy.starts_with("permit"));
        let obligations = self.obligations();
        let mut map = self.0;
        for side in ["from", "to"] {
            if !map.contains(side) {
                map.set(side, list(roles));
            }
        }
        if permits {
            map.set("obligations", obligations);
        }
        map.into()
    }
}

/// An agreement in force from 1 July to 1 November 2026, Chinese time, unless it says otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) title: &'static str,
    pub(crate) parties: Vec<PartyId>,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) clauses: Vec<ClauseText>,
}

/// The role of a party in every agreement here.
pub(crate) fn role(party: PartyId) -> &'static str {
    match party {
        HARBOUR => "harbour",
        LOTUS => "lotus",
        MERIDIAN => "meridian",
        _ => "archive",
    }
}

impl Terms {
    pub(crate) fn new(title: &'static str, parties: &[PartyId], clauses: Vec<ClauseText>) -> Self {
        let (from, until) = ("2026-06-30T16:00:00Z", "2026-10-31T16:00:00Z");
        Self { title, parties: parties.to_vec(), from, until, clauses }
    }

    pub(crate) fn lasting(self, from: &'static str, until: &'static str) -> Self {
        Self { from, until, ..self }
    }

    pub(crate) fn agreement(&self) -> Arc<Agreement> {
        let roles: Vec<_> = self.parties.iter().map(|party| role(*party)).collect();
        let member =
            |party: &PartyId| Json::from(Map::new().with("role", role(*party)).with("party", party.to_string()));
        let clauses = self.clauses.iter().map(|one| one.clone().finish(&roles)).collect();
        let text = Map::new()
            .with("format", policy::agreement::FORMAT)
            .with("engine", ENGINE)
            .with("schema", record::base64url::encode(&schema_digest()))
            .with("title", Map::new().with("en", self.title).with("zh-Hans", "协议"))
            .with("languages", Json::Array(["en", "zh-Hans"].map(language).to_vec()))
            .with("prevails", "equal")
            .with("parties", Json::Array(self.parties.iter().map(member).collect()))
            .with("from", self.from)
            .with("until", self.until)
            .with("zone", "Asia/Shanghai")
            .with("keep_days", Json::integer(365).unwrap())
            .with("head_every_minutes", Json::integer(60).unwrap())
            .with("clauses", Json::Array(clauses))
            .with("examples", Json::Array(Vec::new()));
        Arc::new(Agreement::from_map(text).unwrap())
    }

    pub(crate) fn active(&self) -> Active {
        let agreement = self.agreement();
        let since = agreement.from();
        Active::new(agreement, since)
    }
}

fn language(tag: &str) -> Json {
    Map::new().with("language", tag).with("is_authentic", Json::Bool(true)).into()
}

/// A node with agreements and floors.
pub(crate) fn node(own: PartyId, agreements: &[&Terms], switches: &[FloorSwitch]) -> Engine {
    let floors = Floors::new(switches).unwrap();
    Engine::new(own, floors, agreements.iter().map(|terms| terms.active()).collect()).unwrap()
}

/// An ask at noon, for the answer to an incident.
pub(crate) fn ask(terms: &Terms) -> Ask {
    Ask::new(terms.agreement().digest(), Purpose::IncidentResponse, "Anna Visser", noon())
}
