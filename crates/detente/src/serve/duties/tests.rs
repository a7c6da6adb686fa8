//! A node watches its clocks, at moments of the story's own.

pub(super) mod harbour;

use std::sync::Arc;

use api::{Kind, Notice, Subject};
use record::json::Json;

use super::*;
use crate::arguments::PassphraseArguments;
use crate::keystore;
use crate::operations::read::Reading;
use crate::operations::read::events::Position;
use crate::operations::tests::office::Office;
use crate::serve::open::Opener;

const HOUR: i64 = 60 * 60 * 1_000_000;
const STAGE: &str = "coalition-template/alert-the-desk/alert";

/// An office with an incident whose clock runs for a day, and the moment that is now.
struct Night {
    office: Office,
    incident: String,
    version: String,
    now: Timestamp,
}

impl Night {
    /// Of the day twenty hours have passed.
    fn begun() -> Self {
        Self::begun_before(20)
    }

    fn begun_before(hours: i64) -> Self {
        let (office, now) = (Office::staffed(), clock::now());
        let (incident, version) = office.incident("A crane moved by itself");
        let aware = Timestamp::from_micros(now.micros() - hours * HOUR);
        let facts = format!(
            r#""actor.coalition_member=true","incident.loss_of_control=true","incident.weight_exfiltration=none","harm.deaths=0","time.aware={aware}""#
        );
        let told = office.told("lin", "duties answer", &format!(r#"{{"incident":"{incident}","facts":[{facts}]}}"#));
        assert!(told.get("clocks").and_then(Json::as_array).is_some_and(|set| !set.is_empty()), "{}", told.to_text());
        Self { office, incident, version, now }
    }

    fn open(&self) -> Arc<Open> {
        let home = self.office.home();
        let arguments = PassphraseArguments { passphrase: false, passphrase_file: None };
        let keys = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap().keys;
        Lending::new(Opener::with_keys(home, keys).unwrap().1).get().unwrap()
    }

    fn at(&self, hours: i64) -> Timestamp {
        Timestamp::from_micros(self.now.micros() + hours * HOUR)
    }

    /// What somebody is told of, of duties alone, and whether he still may be.
    fn told(&self, open: &Open, who: &str) -> (Vec<Notice>, bool) {
        let (home, caller) = (self.office.home(), self.office.caller(who));
        let reading = Reading { home: &home, store: &open.store, caller: &caller };
        let (mut position, mut notices) = (Position::of(0), Vec::new());
        loop {
            let happened = reading.events(position).unwrap();
            if happened.position == position {
                break;
            }
            position = happened.position;
            notices.extend(happened.notices);
        }
        notices.retain(|one| matches!(one.kind, Kind::DutyDue | Kind::DutyEscalated | Kind::DutyMissed));
        let still = notices.iter().all(|notice| reading.still_hears(notice).unwrap());
        (notices, still)
    }

    fn kinds(&self, open: &Open, who: &str) -> Vec<Kind> {
        self.told(open, who).0.into_iter().map(|notice| notice.kind).collect()
    }
}

/// Takes a turn, and says what was told to whoever watches the node.
fn turn(watch: &mut Watch, open: &Open, now: Timestamp) -> Vec<String> {
    let lines = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let tell: Tell = Arc::new(move |line: String| kept.lock().unwrap().push(line));
    watch.turn(open, now, &|| false, &tell).unwrap();
    let told = lines.lock().unwrap().clone();
    told.iter().map(|line| line.split(": ").nth(1).unwrap().to_owned()).collect()
}

#[test]
fn each_thing_is_recorded_once_whatever_the_machines_time_does() {
    let night = Night::begun();
    let (open, mut watch) = (night.open(), Watch::default());
    assert_eq!(turn(&mut watch, &open, night.now), ["reminded", "escalated"]);
    assert_eq!(turn(&mut watch, &open, night.now), Vec::<String>::new());
    assert_eq!(turn(&mut watch, &open, night.at(5)), ["missed", "reminded"]);
    assert_eq!(turn(&mut watch, &open, night.at(-10)), Vec::<String>::new(), "a clock that is put back undoes nothing");
    assert_eq!(turn(&mut watch, &open, night.at(5)), Vec::<String>::new());
    let mut again = Watch::default();
    assert_eq!(turn(&mut again, &open, night.at(6)), Vec::<String>::new(), "as little after a restart");
    assert_eq!(again.records, watch.records);
}

#[test]
fn a_clock_that_jumps_over_the_moment_is_looked_at_when_it_is_seen() {
    let night = Night::begun_before(1);
    let (open, mut watch) = (night.open(), Watch::default());
    assert_eq!(turn(&mut watch, &open, night.now), ["reminded"]);
    assert!(watch.next.is_some_and(|next| next > night.now && next < night.at(23)));
    assert!(!watch.is_time(night.now) && watch.is_time(night.at(100)) && watch.is_time(night.at(-30)));
    assert!(turn(&mut watch, &open, night.at(100)).contains(&"missed".to_owned()));
    assert_eq!(watch.next, None, "nothing more can come of itself");
}

#[test]
fn whoever_may_read_the_incident_is_told_by_ids_alone() {
    let night = Night::begun();
    let (open, mut watch) = (night.open(), Watch::default());
    turn(&mut watch, &open, night.at(5));
    assert_eq!(night.kinds(&open, "rea"), [], "nobody has labelled it, and a reader may not see it");
    drop(open);
    night.office.label(&night.version, "green");
    let open = night.open();
    let (told, still) = night.told(&open, "rea");
    let kinds: Vec<Kind> = told.iter().map(|notice| notice.kind).collect();
    assert_eq!((kinds.as_slice(), still), ([Kind::DutyMissed, Kind::DutyDue, Kind::DutyEscalated].as_slice(), true));
    assert!(told.iter().all(|one| matches!(one.subjects[..], [Subject::Record(_), Subject::Entry(_)])), "{told:?}");
    drop(open);
    night.office.label(&night.version, "red");
    assert_eq!(night.kinds(&night.open(), "rea"), []);
}

#[test]
fn where_persons_are_named_others_are_told_only_when_it_is_serious() {
    let night = Night::begun();
    night.office.label(&night.version, "green");
    std::fs::write(night.office.dir().join("serve.json"), r#"{"duties":{"first":["lin"],"second":["dov"]}}"#).unwrap();
    let (open, mut watch) = (night.open(), Watch::default());
    turn(&mut watch, &open, night.now);
    assert_eq!(night.kinds(&open, "lin"), [Kind::DutyDue, Kind::DutyEscalated]);
    assert_eq!(night.kinds(&open, "dov"), [Kind::DutyEscalated]);
    assert_eq!(night.kinds(&open, "rea"), []);
}

#[test]
fn where_nobody_who_is_named_may_read_the_incident_the_operator_is_told() {
    let night = Night::begun();
    std::fs::write(night.office.dir().join("serve.json"), r#"{"duties":{"first":["rea"],"second":["rea"]}}"#).unwrap();
    let (open, mut watch) = (night.open(), Watch::default());
    let told = turn(&mut watch, &open, night.now);
    assert_eq!(told.iter().filter(|line| line.starts_with("nobody who is told")).count(), 2, "{told:?}");
    drop(open);
    night.office.label(&night.version, "green");
    let told = turn(&mut watch, &night.open(), night.at(5));
    assert!(!told.is_empty() && told.iter().all(|line| !line.starts_with("nobody")), "{told:?}");
}

/// All clocks are folded once for the process: another node's are not taken for them.
#[test]
fn the_clocks_of_two_nodes_are_never_mixed() {
    let (night, other) = (Night::begun(), Office::staffed());
    let count = |office: &Office| {
        let home = office.home();
        let store = node::open_to_read(&home, &home.history().unwrap()).unwrap();
        let ring = crate::partners::ring(&home).unwrap();
        let cases = Cases::new(&store, &ring, home.history().unwrap().party());
        with_clocks(cases, |fold| fold.clocks().len()).unwrap()
    };
    let counts = [&night.office, &other, &night.office, &other].map(count);
    assert_eq!(counts, [1, 0, 1, 0]);
}

/// What somebody may not see of an incident he is not told of its duties either.
#[test]
fn duties_of_a_hidden_incident_are_not_there() {
    let night = Night::begun();
    let ask = |who: &str, command: &str, body: &str| night.office.ask(who, command, body);
    let (incident, of) = (&night.incident, format!(r#"{{"incident":"{}"}}"#, night.incident));
    assert_eq!(ask("rea", "duties check", &of).unwrap_err().status(), 404);
    assert_eq!(
        ask("rea", "duties clock show", &format!(r#"{{"incident":"{incident}","stage":"{STAGE}"}}"#))
            .unwrap_err()
            .status(),
        404
    );
    let rows = |who: &str| {
        let told = night.office.told(who, "duties clock list", "{}");
        told.get("clocks").and_then(Json::as_array).map(<[Json]>::len)
    };
    assert_eq!((rows("rea"), rows("lin")), (Some(0), Some(1)));
    let calendar =
        |who: &str| night.office.told(who, "duties clock calendar", "{}").text("calendar").map(str::to_owned);
    assert!(!calendar("rea").unwrap_or_default().contains("VEVENT"));
    night.office.label(&night.version, "green");
    let known = night.office.told("rea", "duties check", &of);
    assert!(known.get("sources").and_then(Json::as_array).is_some_and(|sources| !sources.is_empty()));
    assert_eq!(rows("rea"), Some(1));
}

#[test]
fn analysts_and_duty_officers_keep_clocks_under_their_own_names() {
    let night = Night::begun();
    night.office.label(&night.version, "green");
    let body = format!(r#"{{"incident":"{}","stage":"{STAGE}"}}"#, night.incident);
    assert_eq!(night.office.ask("rea", "duties clock acknowledge", &body).unwrap_err().status(), 403);
    night.office.told("dov", "duties clock acknowledge", &body);
    let shown = night.office.told("rea", "duties clock show", &body);
    assert_eq!(shown.text("acknowledged_by"), Some("dov"));
    let (open, mut watch) = (night.open(), Watch::default());
    assert_eq!(turn(&mut watch, &open, night.now), ["reminded"], "somebody has taken it on");
}
