//! What leaves, what comes with it, and what each account of the house may see.

use policy::belief::{Logged, logged};
use policy::control::clear;
use policy::decision::{Active, Ask, Engine, Exposure, Reason};
use policy::feed::{FeedError, FeedWriter, MAX_ENTRY_BYTES, Recall, RecallReason, body_digest};
use policy::floors::Floors;
use policy::handed::{HandedIn, Reserved};
use policy::labels::{self, InForce, SignedLabel};
use policy::receipt::replay;
use policy::released::{NotReleased, OwnLeaf, Released};
use policy::shown::{Account, House, NotShown, Role, to_public};
use policy::vocabulary::{Care, Purpose};
use record::digest::RecordDigest;
use record::json::{self, Json, Map};
use record::label::{Label, Marks, Pap, Tlp};
use record::limits::BODY_STEP_BYTES;
use record::message::Message;
use record::stix::StixObject;
use record::suite::Suite;
use record::{Author, Draft, Record, Signed, Unverified};

use crate::decision_scene::{
    AFFECTED, DESCRIPTION, HARBOUR, INCIDENT_EXTENSION, LOTUS, PERMIT_ALL, PLACE, Terms, at, care, clause, green,
    incident, instant, labelled, noon, only, plain_incident, signed, tlp,
};
use crate::scene::{CountedEntropy, Log, Party, salt};

/// A record of a party, under its first key record.
fn own(party: &Party, object: Map) -> Signed<Record> {
    let key = party.keys.get(record::key_record::Purpose::Record, Suite::Ed25519).unwrap();
    let keys = [key];
    let author = Author::new(party.id(), party.first.digest(), &keys);
    let draft = Draft::new(StixObject::from_map(object).unwrap());
    draft.sign(&author, &mut CountedEntropy::new("salts")).unwrap()
}

/// A party with a log that holds one incident, and an agreement with Lotus that lets everything go but the place.
struct Desk {
    party: Party,
    record: Logged<Record>,
    leaf: OwnLeaf,
    terms: Terms,
}

impl Desk {
    fn new() -> Self {
        let party = Party::new("harbour");
        let record = own(&party, incident());
        let mut log = Log::of(&party.id());
        log.fill(3);
        let index = log.append(|salt| record.commitment(salt));
        let signers = party.log_signers();
        let proof = log.prove(index, log.size(), &signers.iter().collect::<Vec<_>>());
        let leaf = OwnLeaf::new(index, record.commitment(&salt(index)), salt(index));
        let record = logged(record, Some(&proof), &party.history()).unwrap();
        let all = clause("2", "All but the place.", "除地点外的全部。", PERMIT_ALL).drops(&["place"]);
        let all = all.budget("all", "records", 1, "month");
        let terms = Terms::new("Everything", &[party.id(), LOTUS], vec![all]);
        Self { party, record, leaf, terms }
    }

    fn engine(&self) -> Engine {
        Engine::new(self.party.id(), Floors::new(&[]).unwrap(), vec![self.terms.active()]).unwrap()
    }

    fn ask(&self) -> Ask {
        Ask::new(self.terms.agreement().digest(), Purpose::IncidentResponse, "Anna Visser", noon())
    }

    fn labels(&self, marks: &[(&str, Marks)]) -> InForce {
        labelled(self.record.record().content(), marks)
    }

    fn release(&self, marks: &[(&str, Marks)], exposure: &Exposure) -> Result<Released<Record>, NotReleased> {
        let in_force = self.labels(marks);
        self.engine().release((&self.record).into(), self.leaf, &in_force, (&self.ask(), exposure), &[5; 32])
    }

    fn writer(&self) -> FeedWriter {
        FeedWriter::new(self.terms.agreement().digest())
    }
}

fn parsed(octets: &[u8]) -> Map {
    let Json::Object(map) = json::parse(octets).unwrap() else { panic!("an object") };
    map
}

#[test]
fn an_entry_says_what_the_design_asks_for_and_its_body_shows_what_was_decided() {
    let desk = Desk::new();
    let marks = [("*", green()), (DESCRIPTION, care(&[Care::SourceIdentity]))];
    let released = desk.release(&marks, &Exposure::new()).unwrap();
    let public = released.public_receipt().clone();
    let mut writer = desk.writer();
    writer.append(released).unwrap();
    let entry = writer.into_entries().remove(0);
    let map = parsed(entry.entry());
    let body = entry.body().unwrap();
    assert_eq!(json::canonical(&Json::from(map.clone())).unwrap(), entry.entry(), "entries are canonical");
    assert_eq!((map.text("kind"), map.get("v").and_then(Json::as_integer)), (Some("release"), Some(1)));
    assert_eq!(map.get("node_index").and_then(Json::as_integer), Some(3));
    assert_eq!(map.text("commitment"), Some(desk.leaf.commitment.to_string().as_str()));
    assert_eq!(map.text("body"), Some(record::base64url::encode(&body_digest(body)).as_str()));
    assert_eq!(map.get("body_bytes").and_then(Json::as_integer), i64::try_from(body.len()).ok());
    assert_eq!(body.len() % BODY_STEP_BYTES, 0, "a length tells little");
    assert_eq!(map.get("receipt").and_then(Json::as_object), Some(&public.to_map()));
    let shown = Unverified::read(body).unwrap().verify(&desk.party.history(), record::key_history::Moment::AsNamed);
    let shown = shown.unwrap();
    assert_eq!(shown.digest(), desk.record.record().digest());
    assert!(!shown.content().object().contains("description"), "the source stays at home");
    let text = String::from_utf8(body.to_vec()).unwrap();
    let place = record::base64url::encode(b"Utrecht");
    assert!(!text.contains("Utrecht") && !text.contains(&place), "the place is in no disclosure");
}

#[test]
fn the_private_receipt_replays_and_the_counter_moves_with_it() {
    let desk = Desk::new();
    let mut writer = desk.writer();
    writer.append(desk.release(&[("*", green())], &Exposure::new()).unwrap()).unwrap();
    let entry = writer.into_entries().remove(0);
    let receipt = entry.receipt().unwrap();
    assert_eq!(replay(receipt.digest(), receipt.body(), &desk.engine()), Ok(()));
    let [moved, year, ever] = entry.movements() else { panic!("one recipient: month, year and ever") };
    assert_eq!((moved.before, moved.by, moved.at_most), (0, 1, 1));
    assert!([year, ever].iter().all(|one| one.by == 1 && one.at_most > 1_000_000), "longer periods are counted along");
    let used: Exposure = [(moved.counter.clone(), 1)].into();
    let refused = desk.release(&[("*", green())], &used).unwrap_err();
    let NotReleased::Refused { decision, receipt } = refused else { panic!("{refused:?}") };
    assert_eq!(decision.reasons()[0].code(), "over-budget");
    assert_eq!(replay(receipt.digest(), receipt.body(), &desk.engine()), Ok(()), "refusals replay too");
}

#[test]
fn what_does_not_belong_together_is_not_released() {
    let desk = Desk::new();
    let (in_force, exposure) = (desk.labels(&[("*", green())]), Exposure::new());
    let other = OwnLeaf::new(3, desk.leaf.commitment, salt(4));
    let ask = desk.ask();
    let outcome = desk.engine().release((&desk.record).into(), other, &in_force, (&ask, &exposure), &[5; 32]);
    assert!(matches!(outcome, Err(NotReleased::OtherLeaf)));
    let stranger = labelled(signed(HARBOUR, incident()).content(), &[("*", green())]);
    let outcome = desk.engine().release((&desk.record).into(), desk.leaf, &stranger, (&ask, &exposure), &[5; 32]);
    assert!(matches!(outcome, Err(NotReleased::OtherLabels)));
}

#[test]
fn a_feed_takes_only_its_own_agreement_and_nothing_after_its_end() {
    let desk = Desk::new();
    let mut other = FeedWriter::new(record::digest::AgreementDigest::from_octets([1; 32]));
    let released = desk.release(&[("*", green())], &Exposure::new()).unwrap();
    assert!(matches!(other.append(released.clone()), Err(FeedError::OtherAgreement { .. })));
    let mut writer = desk.writer();
    writer.close(noon()).unwrap();
    assert_eq!(writer.append(released), Err(FeedError::Closed));
    let recall = Recall::new(0, desk.record.record().digest(), RecallReason::OverShared, noon());
    assert_eq!(writer.recall(&recall), Err(FeedError::Closed));
    assert_eq!(writer.into_entries().len(), 1, "the end itself is there");
}

/// What becomes of an incident that names so many who were affected.
fn release_of(affected: usize) -> (Result<Released<Record>, NotReleased>, FeedWriter) {
    let party = Party::new("harbour");
    let affected = (0..affected).map(|number| Json::text(format!("party {number}"))).collect();
    let extension =
        Map::new().with("extension_type", "property-extension").with("affected_parties", Json::Array(affected));
    let object = incident().with("extensions", Map::new().with(INCIDENT_EXTENSION, extension));
    let record = own(&party, object);
    let mut log = Log::of(&party.id());
    let index = log.append(|salt| record.commitment(salt));
    let signers = party.log_signers();
    let proof = log.prove(index, 1, &signers.iter().collect::<Vec<_>>());
    let leaf = OwnLeaf::new(index, record.commitment(&salt(index)), salt(index));
    let record = logged(record, Some(&proof), &party.history()).unwrap();
    let terms = Terms::new("All", &[party.id(), LOTUS], vec![clause("2", "All.", "全部。", PERMIT_ALL)]);
    let engine = Engine::new(party.id(), Floors::new(&[]).unwrap(), vec![terms.active()]).unwrap();
    let ask = Ask::new(terms.agreement().digest(), Purpose::IncidentResponse, "Anna", noon());
    let in_force = labelled(record.record().content(), &[("*", green())]);
    let released = engine.release((&record).into(), leaf, &in_force, (&ask, &Exposure::new()), &[1; 32]);
    (released, FeedWriter::new(terms.agreement().digest()))
}

#[test]
fn an_entry_of_too_many_fields_is_refused_by_the_decision_and_not_first_by_the_feed() {
    let mut longest = 0;
    for affected in 150..230 {
        let (released, mut writer) = release_of(affected);
        match released {
            Ok(released) => {
                writer.append(released).unwrap();
                longest = writer.into_entries()[0].entry().len();
            }
            Err(NotReleased::Refused { decision, .. }) => {
                let [Reason::EntryTooLong { bytes }] = decision.reasons() else { panic!("{decision:?}") };
                assert!(*bytes > MAX_ENTRY_BYTES && decision.proposal().is_none());
                println!("{affected} are too many; the entry before had {longest} octets");
                // What an index and a length of their most digits would take, and one place more.
                assert!(longest + 200 > MAX_ENTRY_BYTES);
                return;
            }
            Err(other) => panic!("{other}"),
        }
    }
    panic!("220 places fitted");
}

fn message(party: &Party) -> Signed<Message> {
    let keys: Vec<_> = party.keys.record_keys().collect();
    let author = Author::new(party.id(), party.history().head().digest(), &keys);
    Message::sign(Map::new().with("words", "What we propose."), &author).unwrap()
}

#[test]
fn the_text_of_a_negotiation_passes_the_floors_like_a_record() {
    let party = Party::new("harbour");
    let floors = Floors::new(&[]).unwrap();
    let codes = |marks: Option<&Marks>| {
        let outcome = clear(message(&party), marks, &[LOTUS], &floors);
        outcome.map(drop).map_err(|reasons| reasons.iter().map(Reason::code).collect::<Vec<_>>())
    };
    let of = |codes: &[&str]| Err(codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
    assert_eq!(codes(Some(&green())), Ok(()));
    assert_eq!(codes(None), of(&["unlabelled"]));
    assert_eq!(codes(Some(&care(&[Care::Classified]))), of(&["floor:classified"]));
    assert_eq!(codes(Some(&tlp(Tlp::Red))), of(&["floor:red"]));
    assert_eq!(codes(Some(&only(&[HARBOUR]))), of(&["not-in-audience"]));
    let unknown = green().with_tags(["moon-dust".parse().unwrap()]);
    assert_eq!(codes(Some(&unknown)), of(&["unknown-tag"]));
}

fn house() -> House {
    House::new(HARBOUR).unwrap()
}

/// What an account sees of the incident of Harbour, by the last name of each place.
fn sees(roles: &[Role], marks: &[(&str, Marks)]) -> Result<Vec<String>, NotShown> {
    let record = signed(HARBOUR, incident());
    let house = house();
    let account = Account::new(HARBOUR, roles.iter().copied());
    let shown = house.show(&account, &record, &labelled(record.content(), marks))?;
    Ok(shown.content().content().places().iter().map(|path| path.last().into_owned()).collect())
}

#[test]
fn each_role_sees_what_it_needs() {
    let marks = [("*", tlp(Tlp::Amber)), (PLACE, tlp(Tlp::Amber).with_tags(["source-identity".parse().unwrap()]))];
    let analyst = sees(&[Role::Analyst], &marks).unwrap();
    assert!(analyst.contains(&"place".to_owned()) && analyst.contains(&"description".to_owned()));
    let duty = sees(&[Role::DutyOfficer], &marks).unwrap();
    assert!(!duty.contains(&"place".to_owned()) && duty.contains(&"description".to_owned()));
    assert_eq!(sees(&[Role::Negotiator], &marks), Err(NotShown::Nothing));
    assert_eq!(sees(&[Role::Administrator], &marks), Err(NotShown::Nothing));
    assert!(sees(&[Role::Negotiator, Role::Analyst], &marks).unwrap().contains(&"place".to_owned()));
    assert!(sees(&[Role::Negotiator], &[("*", green())]).is_ok());
}

#[test]
fn what_nobody_has_labelled_is_seen_by_those_who_label() {
    assert!(sees(&[Role::Analyst], &[]).is_ok());
    assert_eq!(sees(&[Role::Auditor], &[]), Err(NotShown::Nothing));
}

#[test]
fn red_is_for_the_persons_that_it_was_given_to() {
    let record = signed(HARBOUR, incident());
    let house = house();
    let in_force = labelled(record.content(), &[("*", tlp(Tlp::Red))]);
    let analyst = Account::new(HARBOUR, [Role::Analyst]);
    assert_eq!(house.show(&analyst, &record, &in_force).unwrap_err(), NotShown::Nothing);
    let named = analyst.named_for([record.digest()]);
    assert!(house.show(&named, &record, &in_force).is_ok());
}

#[test]
fn an_account_of_another_party_sees_nothing_here() {
    let record = signed(HARBOUR, incident());
    let house = house();
    let stranger = Account::new(LOTUS, Role::ALL.iter().copied()).named_for([record.digest()]);
    let in_force = labelled(record.content(), &[("*", green())]);
    assert_eq!(house.show(&stranger, &record, &in_force).unwrap_err(), NotShown::OtherParty);
}

#[test]
fn what_is_withheld_from_an_account_is_named_to_it() {
    let record = signed(HARBOUR, incident());
    let house = house();
    let marks = [("*", green()), (AFFECTED, care(&[Care::PersonalHealth]))];
    let shown = house.show(&Account::new(HARBOUR, [Role::Negotiator]), &record, &labelled(record.content(), &marks));
    let shown = shown.unwrap();
    assert!(shown.withheld().iter().all(|path| path.as_str().starts_with(AFFECTED)));
    assert_eq!(shown.withheld().len(), 2, "each element apart");
}

#[test]
fn a_label_on_an_element_holds_for_the_array_in_the_next_version() {
    let record = signed(HARBOUR, incident());
    let mut earlier = record::label::LabelSet::new(RecordDigest::from_octets([7; 32]));
    earlier.join_at(&at(&format!("{AFFECTED}/3/name")), &care(&[Care::PersonalContact]));
    let label = Label::new(record.digest(), at("*"), Marks::new(Tlp::Green, Pap::Clear));
    let whole = SignedLabel::of(&signed(HARBOUR, label_object(&label))).unwrap();
    let in_force = labels::in_force(record.content(), HARBOUR, &[whole], &[], Some(&earlier), &[]);
    let marks = in_force.labels.effective(&format!("{AFFECTED}/0").parse().unwrap()).unwrap();
    assert!(marks.tags().contains(&"personal-data:contact".parse().unwrap()));
}

fn label_object(label: &Label) -> Map {
    let id = "detente-label--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f07".parse().unwrap();
    label.to_object(&id, instant("2026-07-02T00:00:00Z")).unwrap().into_map()
}

#[test]
fn a_suspended_agreement_lets_nothing_go() {
    let desk = Desk::new();
    let active = Active::new(desk.terms.agreement(), instant("2026-07-01T00:00:00Z")).suspended();
    let engine = Engine::new(desk.party.id(), Floors::new(&[]).unwrap(), vec![active]).unwrap();
    let in_force = desk.labels(&[("*", green())]);
    let outcome =
        engine.release((&desk.record).into(), desk.leaf, &in_force, (&desk.ask(), &Exposure::new()), &[5; 32]);
    let Err(NotReleased::Refused { decision, .. }) = outcome else { panic!("it went") };
    assert_eq!(decision.reasons(), [Reason::Suspended]);
}

#[test]
fn the_public_sees_an_incident_of_ours_that_is_clear_in_every_place_and_no_part_of_another() {
    let record = signed(HARBOUR, incident());
    let public = |own, marks: &[(&str, Marks)]| to_public(own, &record, &labelled(record.content(), marks));
    let shown = public(HARBOUR, &[("*", tlp(Tlp::Clear))]).unwrap();
    assert_eq!(shown.content().content().places(), record.content().places());
    assert!(shown.withheld().is_empty());
    let clear = ("*", tlp(Tlp::Clear));
    for kept in [
        green(),
        care(&[Care::PersonalHealth]),
        only(&[HARBOUR, LOTUS]),
        tlp(Tlp::Clear).with_tags(["moon-dust".parse().unwrap()]),
    ] {
        assert!(public(HARBOUR, &[clear.clone(), (PLACE, kept.clone())]).is_none(), "{kept:?}");
        assert!(public(HARBOUR, &[("*", kept.clone())]).is_none(), "{kept:?}");
    }
    assert!(public(HARBOUR, &[]).is_none(), "what nobody has labelled");
    assert!(public(LOTUS, &[clear]).is_none(), "what another party signed");
}

#[test]
fn what_bears_on_it_and_is_not_here_keeps_an_incident_from_the_public() {
    let strange = "marking-definition--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99";
    let object = incident().with("object_marking_refs", Json::Array(vec![Json::text(strange)]));
    let record = signed(HARBOUR, object);
    assert!(to_public(HARBOUR, &record, &labelled(record.content(), &[("*", tlp(Tlp::Clear))])).is_none());
}

#[test]
fn only_incidents_are_for_the_public() {
    let object = plain_incident().with("type", "report").with("id", "report--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01");
    let record = signed(HARBOUR, object);
    assert!(to_public(HARBOUR, &record, &labelled(record.content(), &[("*", tlp(Tlp::Clear))])).is_none());
}

#[test]
fn nobody_hands_in_what_only_our_own_people_say() {
    let own = [HARBOUR.identity(), "identity--0b0c6f0e-9f5e-5d7a-9d3b-2c5a0e6b7f02".to_owned()];
    let check = |object: &Map, may_write| HandedIn { object, own_identities: &own, may_write }.check();
    let of_type = |name: &str| Map::new().with("type", name);
    for name in ["detente-label", "detente-declassification", "detente-decisions", "detente-anything"] {
        assert_eq!(check(&of_type(name), true), Err(Reserved::Statement), "also with every right");
    }
    for id in &own {
        assert_eq!(check(&of_type("identity").with("id", id.as_str()), true), Err(Reserved::OwnIdentity));
        let made = incident().with("created_by_ref", id.as_str());
        assert_eq!((check(&made, false), check(&made, true)), (Err(Reserved::OwnWork), Ok(())));
    }
    let related = |word: &str| of_type("relationship").with("relationship_type", word);
    assert_eq!(check(&related("derived-from"), true), Err(Reserved::Inheritance));
    assert_eq!(check(&related("related-to"), false), Ok(()));
    let strange = incident().with("created_by_ref", LOTUS.identity());
    assert_eq!(check(&strange, false), Ok(()), "what others made is handed in as theirs");
}
