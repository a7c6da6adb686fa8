//! A depositary: what a sender keeps back is had from it, and what was never handed in is told by it.

use serde_json::Value;
use storage::{Body, Place, Store as _};

use crate::exchange::{Federation, Serving};
use crate::scene::Desk;

/// Octets of a slot of a key file.
const SLOT_BYTES: usize = 64;

/// Harbour and Hills under an agreement that names Lake as depositary; Hills is away while Harbour releases an incident.
struct Away {
    federation: Federation,
}

impl Away {
    fn new(lake_keeps: &str) -> Self {
        let federation = Federation::new();
        let desk = &federation.desk;
        desk.run(&format!("peer add harbour/profile.json --dir lake {lake_keeps}")).ends_with(0);
        let agreement = federation.agree_with("hills", "public-incident", "--depositary lake/profile.json");
        Self { federation }.released(&agreement)
    }

    fn desk(&self) -> &Desk {
        &self.federation.desk
    }

    fn released(mut self, agreement: &str) -> Self {
        drop(self.federation.nodes.remove(1));
        let desk = self.desk();
        desk.label_tempe("clear");
        let proposal = desk.propose(agreement, "");
        desk.approve(&proposal, "second-person").ends_with(0);
        desk.publish(&proposal).ends_with(0);
        self
    }

    /// Harbour goes on without the body of its release, and Hills comes back.
    fn kept_back(&mut self) -> [Serving; 2] {
        drop(self.federation.nodes.remove(0));
        let desk = self.desk();
        desk.lose_feed_body();
        let harbour = desk.serve("harbour", "127.0.0.1:0");
        desk.name_peer("hills", "harbour", &harbour.address, "");
        [harbour, desk.serve("hills", "127.0.0.1:0")]
    }

    /// Lake begins to keep bodies for Harbour, which has no body left to hand in.
    fn lake_keeps(&self) {
        self.desk().run("peer add harbour/profile.json --dir lake --deposits 8").ends_with(0);
    }

    /// What Lake was handed, as `peer deposits` tells a program.
    fn laid_at_lake(&self) -> Vec<Value> {
        let told = self.desk().run("--json peer deposits --dir lake").ends_with(0).json();
        told["deposits"].as_array().unwrap().clone()
    }

    fn alarm(&self, kind: &str) -> Option<Value> {
        self.desk().alarms("hills").into_iter().find(|alarm| alarm["kind"] == kind)
    }
}

impl Desk {
    /// Takes the key of the only released body out of Harbour's files, as a dishonest operator would: nothing says so.
    fn lose_feed_body(&self) {
        let name = self.feed_files()[0].0.split('/').find(|part| part.starts_with("feed-")).unwrap().to_owned();
        let place = Place::new(name.parse().unwrap(), 0);
        let is_lost =
            || matches!(self.open_store("harbour").bodies(std::slice::from_ref(&place)).unwrap()[0], Body::Erased);
        let keys = self.files("harbour").into_keys().find(|path| path.extension().is_some_and(|it| it == "keys"));
        let keys = keys.unwrap_or_else(|| panic!("no key file"));
        let whole = std::fs::read(&keys).unwrap();
        // Without the keys from a slot on, the body is lost if its own slot is among them.
        let (mut low, mut high) = (0, whole.len() / SLOT_BYTES - 1);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            let mut cut = whole.clone();
            cut[SLOT_BYTES * (1 + middle)..].fill(0);
            std::fs::write(&keys, cut).unwrap();
            if is_lost() { low = middle } else { high = middle }
        }
        let mut without = whole;
        without[SLOT_BYTES * (1 + low)..SLOT_BYTES * (2 + low)].fill(0);
        std::fs::write(&keys, without).unwrap();
        assert!(is_lost());
    }
}

#[test]
fn a_body_that_its_sender_keeps_back_comes_from_the_depositary() {
    let mut away = Away::new("--deposits 8");
    away.desk().until("Lake states that it keeps the body", |desk| {
        desk.statements("harbour").iter().any(|one| one["kind"] == "deposit")
    });
    let _nodes = away.kept_back();
    away.desk().until("Hills has read it", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1));
    for kind in ["missing-body", "from-depositary"] {
        assert!(away.alarm(kind).is_some(), "{kind}: {:?}", away.desk().alarms("hills"));
    }
    let feed = away.desk().read_feeds("hills")[0]["feed"].as_str().unwrap().to_owned();
    let shown = away.desk().take_out("hills", &feed, "hills-has");
    assert_eq!(shown["type"], "incident");
}

#[test]
fn what_its_sender_erases_goes_from_the_depositary_too() {
    let away = Away::new("--deposits 8");
    let desk = away.desk();
    desk.until("Lake keeps the body", |_| away.laid_at_lake().iter().any(|one| one["deleted"] == false));
    let record = desk.run("record show r.json --dir harbour").fact("record digest");
    let entries = desk.entries("harbour");
    let index = &entries.iter().find(|row| row["record_digest"] == record).unwrap()["index"];
    desk.run(&format!("log erase {index} --dir harbour --reason requested --yes")).ends_with(0);
    desk.until("Lake has deleted it", |_| away.laid_at_lake().iter().all(|one| one["deleted"] == true));
    desk.run("peer deposits --dir lake").ends_with(0).says(&["deleted", "1 bodies were laid here, 0 of them kept"]);
    let statements = desk.statements("lake");
    assert!(statements.iter().any(|one| one["kind"] == "deposit-withdrawn"), "{statements:?}");
    let hills = desk.serve("hills", "127.0.0.1:0");
    desk.until("Hills has read the feed", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 2));
    assert_eq!(desk.alarms("hills"), Vec::<Value>::new(), "nothing of that is a fault");
    drop(hills);
}

#[test]
fn a_body_that_was_never_handed_in_is_told_by_the_depositary_and_a_stranger_can_check_it() {
    let mut away = Away::new("");
    let _nodes = away.kept_back();
    away.desk().until("Hills misses it", |_| away.alarm("missing-body").is_some());
    assert!(away.alarm("not-deposited").is_none(), "Lake says nothing of a party for whom it keeps nothing");
    away.lake_keeps();
    away.desk().until("Lake states that it has none", |_| away.alarm("not-deposited").is_some());
    let desk = away.desk();
    assert!(desk.read_feeds("hills").iter().all(|feed| feed["size"] == 0), "nothing behind it was taken in");
    let number = away.alarm("not-deposited").unwrap()["number"].to_string();
    desk.run(&format!("alarm export {number} --out evidence --dir hills")).ends_with(0);
    desk.run("verify evidence --keys lake/profile.json")
        .ends_with(0)
        .says(&["no-deposit", "its sender had not handed in"]);
    desk.run("verify evidence --keys hills/profile.json").refuses(1, &[]);
}
