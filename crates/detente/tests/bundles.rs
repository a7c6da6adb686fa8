//! Two parties who only ever exchange files through a folder.

use serde_json::Value;

use crate::scene::{Desk, Run};
use crate::treaty::CANARY;

impl Desk {
    /// A desk with two nodes that have each other's profiles, and an empty folder `stick`.
    pub(crate) fn with_stick() -> Self {
        let desk = Self::with_two();
        desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
        desk.run("partner add harbour/profile.json --dir hills").ends_with(0);
        std::fs::create_dir(desk.path("stick")).unwrap();
        desk
    }

    /// Both have signed the template for public incidents, by messages in bundles alone. Answers the agreement.
    pub(crate) fn agree_by_stick(&self) -> String {
        self.draft("public-incident", "draft.json");
        let agreement = self.offer("harbour", "draft.json", "offer");
        self.carry("harbour", "hills");
        self.sign_text("hills", &agreement, "hills-signs");
        self.carry("hills", "harbour");
        self.sign_text("harbour", &agreement, "harbour-signs");
        self.carry("harbour", "hills");
        assert_eq!(["harbour", "hills"].map(|node| self.state(node, &agreement)), ["in force", "in force"]);
        agreement
    }

    /// Harbour has released `r.json` to the feed of an agreement.
    pub(crate) fn release_tempe(&self, agreement: &str) -> String {
        self.log_tempe();
        self.run("label put r.json --tlp green --dir harbour").ends_with(0);
        let proposal = self.propose(agreement, "");
        self.approve(&proposal, "Ben").ends_with(0);
        self.publish(&proposal).ends_with(0);
        proposal
    }

    pub(crate) fn export(&self, from: &str, to: &str, out: &str) -> Run {
        self.run(&format!("--json bundle export --for {} --dir {from} --out {out}", self.party(to)))
    }

    pub(crate) fn import(&self, what: &str, to: &str) -> Run {
        self.run(&format!("--json bundle import {what} --dir {to}"))
    }

    /// Writes a bundle onto the stick, and takes it in on the other side. Answers what became of it.
    pub(crate) fn carry(&self, from: &str, to: &str) -> Value {
        let number = self.names_in("stick").len();
        let file = format!("stick/{from}-{number:03}.tar.zst");
        self.export(from, to, &file).ends_with(0);
        self.import(&file, to).ends_with(0).json()["bundles"][0].clone()
    }

    fn names_in(&self, folder: &str) -> Vec<String> {
        let names = std::fs::read_dir(self.path(folder)).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn feeds(&self, dir: &str) -> Value {
        self.run(&format!("--json feed list --dir {dir}")).ends_with(0).json()
    }

    fn alarms(&self, dir: &str) -> usize {
        let list = self.run(&format!("--json alarm list --dir {dir}")).ends_with(0).json();
        list["alarms"].as_array().unwrap().len()
    }
}

#[test]
fn two_parties_without_a_line_exchange_everything_by_stick() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let proposal = desk.release_tempe(&agreement);

    let came = desk.carry("harbour", "hills");
    assert_eq!(
        (&came["is_new"], &came["feeds"][0]["new"], &came["feeds"][0]["size"]),
        (&true.into(), &1.into(), &1.into())
    );
    let feed = came["feeds"][0]["feed"].as_str().unwrap().to_owned();
    desk.run(&format!("feed show {feed} --dir hills")).ends_with(0).says(&["release"]);
    desk.run(&format!("feed verify {feed} --dir hills")).ends_with(0);
    assert_eq!(desk.feeds("harbour")["own"][0]["acknowledged"], Value::Array(vec![]));

    // The way back carries the acknowledgement and the cosignature.
    let back = desk.carry("hills", "harbour");
    assert_eq!((&back["statements"], &back["cosignatures"]), (&1.into(), &1.into()), "{back}");
    let own = &desk.feeds("harbour")["own"][0];
    assert_eq!(
        (&own["acknowledged"][0]["size"], &own["acknowledged"][0]["peer"]),
        (&1.into(), &desk.party("hills").into())
    );

    // A recall by the second bundle, which no longer holds what was acknowledged.
    desk.run_words(&["release", "recall", &proposal, "--reason", "error", "--by", "Ada", "--yes", "--dir", "harbour"])
        .ends_with(0);
    let export = desk.export("harbour", "hills", "stick/recall.tar.zst").ends_with(0).json();
    assert_eq!((&export["feeds"][0]["from"], &export["feeds"][0]["entries"]), (&1.into(), &1.into()));
    let second = desk.import("stick/recall.tar.zst", "hills").ends_with(0).json();
    assert_eq!(
        (&second["bundles"][0]["feeds"][0]["new"], &second["bundles"][0]["feeds"][0]["size"]),
        (&1.into(), &2.into())
    );
    desk.run(&format!("feed show {feed} --dir hills")).ends_with(0).says(&["recall"]);
    let back = desk.carry("hills", "harbour");
    assert_eq!(back["statements"], 1, "{back}");
    assert_eq!((desk.alarms("harbour"), desk.alarms("hills")), (0, 0));
}

#[test]
fn nothing_of_a_bundle_can_be_read_by_its_courier() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    desk.export("harbour", "hills", "stick/one.tar.zst").ends_with(0);
    let octets = std::fs::read(desk.path("stick/one.tar.zst")).unwrap();
    for word in [CANARY, "Tempe", &agreement, &desk.party("harbour"), &desk.party("hills"), "feed/"] {
        assert!(!octets.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
}
