//! Two offices that agree, release, carry and ask, all of it over the network.

use api::{Kind, ProblemKind, Subject};
use record::json::{Json, Map};

use super::office::{Office, file};
use crate::node;
use crate::operations::read::Reading;
use crate::operations::read::events::Position;

/// A real incident with every property that its kind knows.
const TEMPE: &str = include_str!("../../../../../data/incidents/tempe-test-vehicle.json");

/// A file that a command wrote, as the next request gives it.
fn written(office: &Office, who: &str, command: &str, body: &str) -> String {
    let answer = office.ask(who, command, body).unwrap_or_else(|problem| panic!("{command} {body}: {problem:?}"));
    let files = answer.get("files").and_then(Json::as_object).unwrap();
    files.iter().next().unwrap().1.to_text()
}

fn profile(office: &Office) -> String {
    file(&std::fs::read_to_string(office.dir().join("profile.json")).unwrap())
}

fn know(one: &Office, other: &Office) {
    one.told("ada", "partner add", &format!(r#"{{"profile":{}}}"#, profile(other)));
}

/// Both have signed the template for public incidents; its digest.
fn agree(harbour: &Office, hills: &Office) -> String {
    let body = format!(r#"{{"template":"public-incident","party":[{}]}}"#, profile(hills));
    let draft = written(harbour, "rel", "agreement draft", &body);
    let offer = harbour.ask("rel", "agreement propose", &format!(r#"{{"agreement":{draft},"tlp":"green"}}"#)).unwrap();
    let agreement = offer.get("told").and_then(Json::as_object).unwrap().text("agreement").unwrap().to_owned();
    let offer = offer.get("files").and_then(Json::as_object).unwrap().get("out").unwrap().to_text();
    let sign = format!(r#"{{"agreement":"{agreement}"}}"#);
    let take =
        |office: &Office, message: &str| office.told("rel", "agreement take", &format!(r#"{{"files":[{message}]}}"#));
    take(hills, &offer);
    take(harbour, &written(hills, "rel", "agreement sign", &sign));
    take(hills, &written(harbour, "rel", "agreement sign", &sign));
    for office in [harbour, hills] {
        assert!(office.told("rea", "agreement list", "{}").to_text().contains("in force"));
    }
    agreement
}

/// A record of Harbour's that is labelled green.
fn record(harbour: &Office) -> String {
    let signed = written(harbour, "lin", "record sign", &format!(r#"{{"object":{},"out":true}}"#, file(TEMPE)));
    let shown = harbour.told("lin", "record show", &format!(r#"{{"record":{signed}}}"#));
    harbour.told("lin", "log append", &format!(r#"{{"records":[{signed}]}}"#));
    let digest = shown.text("record_digest").unwrap().to_owned();
    harbour.label(&digest, "green");
    digest
}

#[test]
fn two_offices_do_all_of_it_over_the_network() {
    let (harbour, hills) = (Office::staffed(), Office::staffed());
    know(&harbour, &hills);
    know(&hills, &harbour);
    let agreement = agree(&harbour, &hills);
    let digest = record(&harbour);
    let propose = format!(r#"{{"record":"{digest}","agreement":"{agreement}","purpose":"safety-research"}}"#);
    two_persons(&harbour, &propose);
    events_of_decisions(&harbour, &digest);
    let party = hills.told("ada", "key list", "{}").text("party").unwrap().to_owned();
    let bundle = written(&harbour, "ada", "bundle export", &format!(r#"{{"for":"{party}"}}"#));
    hills.told("ada", "bundle import", &format!(r#"{{"what":{bundle}}}"#));
    received(&hills, &digest);
    let sender = harbour.told("ada", "key list", "{}").text("party").unwrap().to_owned();
    event_of_feed(&hills, &sender, &agreement);
}

/// That a feed was read is told by the ids of its sender and its agreement, and no record is named.
fn event_of_feed(hills: &Office, sender: &str, agreement: &str) {
    let home = hills.home();
    let store = node::open_to_read(&home, &home.history().unwrap()).unwrap();
    let heard = |who: &str| {
        let caller = hills.caller(who);
        let happened = Reading { home: &home, store: &store, caller: &caller }.events(Position::of(0));
        happened.map(|it| it.notices.into_iter().filter(|notice| notice.kind == Kind::FeedRead).collect::<Vec<_>>())
    };
    let [notice] = heard("lin").unwrap().try_into().unwrap();
    assert_eq!(heard("rea").unwrap(), [], "who reads up to amber is not told of what may come at amber+strict");
    let expected = [Subject::Party(sender.parse().unwrap()), Subject::Agreement(agreement.parse().unwrap())];
    assert_eq!(notice.subjects[..2], expected);
    assert!(matches!(notice.subjects[2..], [Subject::Entry(_)]), "{notice:?}");
    assert!(heard("gil").is_err(), "an account of a partner hears of nothing here");
}

/// Whoever proposed does not approve, though the role would let it.
fn two_persons(harbour: &Office, propose: &str) {
    let proposal = |told: &Map| format!(r#"{{"proposal":"{}","yes":true}}"#, told.text("proposal").unwrap());
    let own = proposal(&harbour.told("rel", "release propose", propose));
    assert_eq!(harbour.refused("rel", "release approve", &own), ProblemKind::Forbidden);
    let other = proposal(&harbour.told("lin", "release propose", propose));
    assert_eq!(harbour.refused("lin", "release approve", &other), ProblemKind::Forbidden);
    let unknown = format!(r#"{{"proposal":"{}","yes":true}}"#, "A".repeat(43));
    assert_eq!(harbour.refused("rel", "release approve", &unknown), ProblemKind::NotFound);
    harbour.told("rel", "release approve", &other);
    harbour.told("rel", "release publish", &other.replace(r#","yes":true"#, ""));
    assert!(harbour.told("lin", "release list", "{}").to_text().contains("released"));
}

/// Whoever proposes hears of a release as long as the record is for him; a release of another record tells that it is there.
fn events_of_decisions(harbour: &Office, digest: &str) {
    let heard = |who: &str| {
        let home = harbour.home();
        let store = node::open_to_read(&home, &home.history().unwrap()).unwrap();
        let caller = harbour.caller(who);
        let reading = Reading { home: &home, store: &store, caller: &caller };
        let all = reading.events(Position::of(0)).unwrap().notices;
        let published: Vec<_> = all.into_iter().filter(|notice| notice.kind == Kind::ReleasePublished).collect();
        let still = published.iter().all(|notice| reading.still_hears(notice).unwrap());
        (published.len(), still)
    };
    assert_eq!([heard("dov"), heard("rea")], [(1, true), (0, true)]);
    harbour.label(digest, "red");
    assert_eq!([heard("dov"), heard("rel")], [(0, true), (0, true)]);
    assert!(!harbour.told("rel", "release list", "{}").to_text().contains(digest), "nor is it in the list");
}

/// What came is judged by the marks that came with it.
fn received(hills: &Office, digest: &str) {
    let found = hills.told("rea", "search", r#"{"query":"tempe"}"#);
    assert!(found.to_text().contains(digest), "{found:?}");
    let listed = hills.told("rea", "feed list", "{}");
    let feed =
        listed.get("read").and_then(Json::as_array).unwrap()[0].as_object().unwrap().text("feed").unwrap().to_owned();
    let shown = hills.ask("rea", "feed show", &format!(r#"{{"feed":"{feed}","entry":0,"out":true}}"#)).unwrap();
    assert!(shown.get("files").unwrap().to_text().contains("payload"));
    let ask =
        format!(r#"{{"record":"{digest}","text":["en=Which version was it?"],"deadline":"2036-01-01T00:00:00Z"}}"#);
    hills.told("dov", "clarify ask", &ask);
    let unknown = ask.replace(digest, &"A".repeat(43));
    assert_eq!(hills.refused("dov", "clarify ask", &unknown), ProblemKind::NotFound);
}
