//! Deliveries to a receiver on this machine, which stands for one at a public address.

mod receiver;
mod town;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use api::ProblemKind;
use record::json::{self, Json};

use self::receiver::{Answer, Receiver};
use self::town::{PUBLIC, Town, town};
use super::call::Internet;
use super::sent::Sent;
use crate::operations::read::hooks::Hooks;

const URL: &str = "https://hooks.example.org/in?from=harbour";

#[test]
fn what_happened_is_told_signed_and_by_ids_and_told_again_after_a_failure() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(500), Answer::Status(200)]);
        let hook = town.hook("lin", URL, &["record.logged"]);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        let (_, digest) = town.office.incident("Crane stopped over the quay");
        let first = receiver.hear(&mut delivery);
        assert!(first.is_signed_for(&hook) && first.body.contains(&digest) && !first.body.contains("Crane"));
        assert_eq!(first.line, "POST /in?from=harbour HTTP/1.1");
        assert_eq!(first.field("host"), Some("hooks.example.org"));
        let second = receiver.hear(&mut delivery);
        assert_eq!((second.field("webhook-id"), &second.body), (first.field("webhook-id"), &first.body));
        assert!(second.is_signed_for(&hook));
        town.rounds(&mut delivery, 10);
        assert_eq!(receiver.count(), 2, "what was taken is not told again");
        assert_eq!(town.only_hook().failing_since, None);
        assert_eq!(town.told(), 1, "the operator hears of the first failure");
    });
}

#[test]
fn an_account_that_is_disabled_hears_nothing_of_that_time() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(500), Answer::Status(200)]);
        let _hook = town.hook("rel", URL, &["record.logged"]);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        let _before = town.office.incident("Told once, in vain");
        let _failed = receiver.hear(&mut delivery);
        town.office.told("ada", "account disable", r#"{"name":"rel","yes":true}"#);
        let _meanwhile = town.office.incident("While it is disabled");
        // Longer than the wait after the first try.
        town.rounds(&mut delivery, 70);
        assert_eq!(receiver.count(), 1);
        town.office.told("ada", "account enable", r#"{"name":"rel","yes":true}"#);
        town.rounds(&mut delivery, 5);
        let (_, digest) = town.office.incident("When it may hear again");
        assert!(receiver.hear(&mut delivery).body.contains(&digest));
        assert_eq!(receiver.count(), 2);
    });
}

#[test]
fn a_restart_goes_on_where_it_was() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(204), Answer::Status(204)]);
        let _hook = town.hook("lin", URL, &["record.logged"]);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        let _first = town.office.incident("Before the restart");
        let _heard = receiver.hear(&mut delivery);
        town.rounds(&mut delivery, 5);
        drop(delivery);
        let (_, digest) = town.office.incident("While nobody delivers");
        let mut again = town.delivery(receiver.network(&[PUBLIC]));
        assert!(receiver.hear(&mut again).body.contains(&digest));
        town.rounds(&mut again, 5);
        assert_eq!(receiver.count(), 2, "and what was taken is not told again");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let data = std::fs::metadata(town.home.dir().join("webhooks-sent.json")).unwrap();
            assert_eq!(data.permissions().mode() & 0o777, 0o600);
        }
    });
}

#[test]
fn a_redirect_is_not_followed() {
    town(|town| {
        let receiver = Receiver::open([Answer::Moved, Answer::Status(200)]);
        let _hook = town.hook("lin", URL, &["record.logged"]);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        let _incident = town.office.incident("Sent elsewhere");
        let _heard = receiver.hear(&mut delivery);
        town.rounds(&mut delivery, 10);
        assert_eq!(receiver.count(), 1);
        assert!(town.only_hook().failing_since.is_some() && town.was_told("it answered 307"));
    });
}

#[test]
fn a_receiver_that_wants_no_more_is_called_no_more() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(410), Answer::Status(200)]);
        let _hook = town.hook("lin", URL, &["record.logged"]);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        let _incident = town.office.incident("The last one");
        let _incident = town.office.incident("One that waits beside it");
        let _heard = receiver.hear(&mut delivery);
        town.rounds(&mut delivery, 5);
        let _incident = town.office.incident("One too many");
        town.rounds(&mut delivery, 10);
        assert_eq!(receiver.count(), 1);
        assert!(town.only_hook().ended.is_some() && town.was_told("was ended"));
    });
}

/// Nothing is given to the delivery here but what production has.
#[test]
fn production_calls_no_machine_of_its_own_network() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(200)]);
        let _hook = town.hook("lin", &format!("https://{}/", receiver.address), &["record.logged"]);
        let mut delivery = town.delivery(Arc::new(Internet));
        delivery.round(Duration::ZERO);
        let _incident = town.office.incident("Not for this machine");
        town.rounds(&mut delivery, 10);
        assert_eq!((receiver.count(), receiver.connections()), (0, 0));
        assert!(town.was_told("only public addresses are called") && town.only_hook().failing_since.is_some());
        assert_eq!(town.told(), 1);
    });
}

#[test]
fn a_name_that_also_leads_inside_is_not_called() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(200)]);
        let _hook = town.hook("lin", URL, &["record.logged"]);
        let inside = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));
        let mut delivery = town.delivery(receiver.network(&[PUBLIC, inside]));
        delivery.round(Duration::ZERO);
        let _incident = town.office.incident("Two ways to go");
        town.rounds(&mut delivery, 10);
        assert_eq!(receiver.connections(), 0);
        assert!(town.was_told("only public addresses are called"));
    });
}

#[test]
fn a_receiver_that_does_not_answer_holds_up_no_other() {
    town(|town| {
        let (slow, fast) = (Receiver::open([Answer::Never]), Receiver::open([Answer::Status(200)]));
        let _slow = town.hook("lin", "https://slow.example.org/", &["record.logged"]);
        let _fast = town.hook("rel", URL, &["record.logged"]);
        let mut delivery = town.delivery(fast.network_beside(&slow));
        delivery.round(Duration::ZERO);
        let (_, digest) = town.office.incident("Told at two speeds");
        assert!(fast.hear(&mut delivery).body.contains(&digest));
        assert_eq!(delivery.running.len(), 1, "the slow one is still at it");
    });
}

#[test]
fn nobody_makes_a_webhook_that_hears_more_than_its_maker() {
    town(|town| {
        assert_eq!(town.make("rea", URL, &["alarm.raised"]).unwrap_err().kind(), ProblemKind::Forbidden);
        assert_eq!(
            town.make("lin", URL, &["record.logged", "clarification"]).unwrap_err().kind(),
            ProblemKind::Forbidden
        );
        assert!(town.make("dov", URL, &["alarm.raised", "clarification"]).is_ok());
    });
}

#[test]
fn what_waits_reads_back_and_anything_else_is_refused_with_advice() {
    town(|town| {
        let _hook = town.hook("lin", URL, &["record.logged"]);
        let dead = Receiver::open([]);
        let mut delivery = town.delivery(dead.network(&[]));
        delivery.round(Duration::ZERO);
        let _incident = town.office.incident("Waits for its receiver");
        town.rounds(&mut delivery, 10);
        let kept = Sent::read(town.home).unwrap();
        assert_eq!(Some(&kept), delivery.sent.as_ref());
        let text = std::fs::read(town.home.dir().join("webhooks-sent.json")).unwrap();
        let Json::Object(map) = json::parse(&text).unwrap() else { panic!() };
        let [Json::Object(row)] = map.get("sent").and_then(Json::as_array).unwrap() else { panic!() };
        assert_eq!(row.get("waiting").and_then(Json::as_array).unwrap().len(), 1);
        std::fs::write(town.home.dir().join("webhooks-sent.json"), "{}").unwrap();
        let failure = Sent::read(town.home).unwrap_err();
        assert!(failure.message.contains("webhooks-sent.json"), "{}", failure.message);
        assert_eq!(Hooks::of(town.home).all().unwrap().len(), 1);
    });
}

/// A clock runs out while a node runs: whoever is told of duties hears each thing once, signed and by ids.
#[test]
fn what_runs_out_is_told_by_ids_alone_to_whoever_may_read_the_incident() {
    town(|town| {
        let receiver = Receiver::open([Answer::Status(200); 6]);
        let kinds = ["duty.due", "duty.escalated", "duty.missed"];
        let hook = town.hook("lin", URL, &kinds);
        let mut delivery = town.delivery(receiver.network(&[PUBLIC]));
        delivery.round(Duration::ZERO);
        town.keeping_clocks(|| {
            let (incident, _) = town.office.incident("Crane stopped over the quay");
            town.office.told("lin", "duties profile", r#"{"facts":["actor.coalition_member=true"]}"#);
            let facts = r#""incident.loss_of_control=true","incident.weight_exfiltration=none","harm.deaths=0","time.aware=2026-11-01T00:00:00Z""#;
            town.office.told("lin", "duties answer", &format!(r#"{{"incident":"{incident}","facts":[{facts}]}}"#));
            let heard: Vec<_> = (0..kinds.len()).map(|_| receiver.hear(&mut delivery)).collect();
            for kind in kinds {
                let of_kind = heard.iter().filter(|one| one.body.contains(&format!("\"{kind}\""))).count();
                assert_eq!(of_kind, 1, "{kind}: {heard:?}");
            }
            let is_bare = |body: &str| !["Crane", "coalition", "loss_of_control", "2026-11-02"].iter().any(|word| body.contains(word));
            assert!(heard.iter().all(|one| one.is_signed_for(&hook) && is_bare(&one.body)), "{heard:?}");
            town.rounds(&mut delivery, 20);
            assert_eq!(receiver.count(), kinds.len(), "each once");
        });
    });
}

impl Town<'_> {
    fn rounds(&self, delivery: &mut super::Delivery<'_>, tenths: u32) {
        (0..tenths).for_each(|_| delivery.round(Duration::from_millis(100)));
        // What was heard last is written with the next look.
        delivery.round(Duration::ZERO);
    }
}
