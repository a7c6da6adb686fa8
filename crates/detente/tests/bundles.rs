//! Two parties who only ever exchange files through a folder.

use bundle::{Cover, Limits, PrivateBundleKey, Reader, Writer};
use record::base64url;
use record::entropy::SystemEntropy;
use record::key_record::BundleSuite;
use record::time::Timestamp;
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

    fn recall(&self, proposal: &str) {
        let words = ["release", "recall", proposal, "--reason", "error", "--by", "Ada", "--yes", "--dir", "harbour"];
        self.run_words(&words).ends_with(0);
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

    fn count_alarms(&self, dir: &str) -> usize {
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
    desk.recall(&proposal);
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
    assert_eq!((desk.count_alarms("harbour"), desk.count_alarms("hills")), (0, 0));
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

#[test]
fn a_bundle_that_comes_twice_late_or_for_somebody_else_changes_nothing() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let proposal = desk.release_tempe(&agreement);
    desk.export("harbour", "hills", "stick/before.tar.zst").ends_with(0);
    desk.recall(&proposal);
    desk.export("harbour", "hills", "stick/after.tar.zst").ends_with(0);

    assert_eq!(desk.import("stick/after.tar.zst", "hills").ends_with(0).json()["bundles"][0]["is_new"], true);
    let entries = desk.entries("hills");
    for file in ["after", "before", "after"] {
        let again = desk.import(&format!("stick/{file}.tar.zst"), "hills").ends_with(0).json()["bundles"][0].clone();
        assert_eq!((&again["is_new"], &again["not_taken"]), (&false.into(), &Value::Array(vec![])), "{file}: {again}");
    }
    assert_eq!((desk.entries("hills"), desk.count_alarms("hills")), (entries, 0));
    desk.run("bundle import stick/after.tar.zst --dir hills").ends_with(0).says(&["nothing was new"]);
    desk.run("bundle import stick/before.tar.zst --dir hills").ends_with(0).says(&["older than what is known"]);

    desk.import("stick/after.tar.zst", "harbour").refuses(1, &["for somebody else"]);
    desk.make_node("plains");
    let folder = desk.import("stick", "plains").ends_with(0).json();
    assert_eq!((folder["bundles"].as_array().unwrap().len(), folder["for_others"].as_array().unwrap().len()), (0, 5));
    assert_eq!(desk.import("harbour", "hills").refuses(3, &["no bundle lies in"]).out, "");
}

#[test]
fn a_whole_folder_is_taken_in_in_the_order_of_its_numbers() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    desk.export("harbour", "hills", "stick/z-first.tar.zst").ends_with(0);
    let _proposal = desk.release_tempe(&agreement);
    desk.export("harbour", "hills", "stick/a-second.tar.zst").ends_with(0);
    desk.write("stick/readme.txt", "no bundle");
    let folder = desk.import("stick", "hills").ends_with(0).json();
    let numbers: Vec<_> =
        folder["bundles"].as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(folder["bundles"][3]["feeds"][0]["new"], 1);
    assert_eq!(folder["for_others"].as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_bundle_gives_whole_packages_or_nothing_and_comes_again() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    desk.export("harbour", "hills", "stick/whole.tar.zst").ends_with(0);
    let octets = std::fs::read(desk.path("stick/whole.tar.zst")).unwrap();
    for (name, damaged) in [("cut", octets[..octets.len() - 40_000].to_vec()), ("short", octets[..3_000].to_vec())] {
        desk.write(&format!("{name}.tar.zst"), &damaged);
        desk.import(&format!("{name}.tar.zst"), "hills").refuses(1, &["copy the file from the stick again"]);
    }
    let mut flipped = octets.clone();
    flipped[octets.len() / 2] ^= 1;
    desk.write("flipped.tar.zst", &flipped);
    desk.import("flipped.tar.zst", "hills").refuses(1, &["damaged or changed on the way"]);
    desk.write("text.tar.zst", "hello");
    desk.import("text.tar.zst", "hills").refuses(3, &["this is no bundle"]);
    assert_eq!(desk.count_alarms("hills"), 0);
    let whole = desk.import("stick/whole.tar.zst", "hills").ends_with(0).json();
    assert_eq!(whole["bundles"][0]["feeds"][0]["size"], 1);
    desk.run("verify hills").ends_with(0);
}

#[test]
fn a_sender_who_is_no_partner_is_named_and_nothing_is_taken_in() {
    let desk = Desk::with_two();
    desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
    desk.export("harbour", "hills", "one.tar.zst").ends_with(0);
    let before = desk.entries("hills");
    let run = desk.import("one.tar.zst", "hills").refuses(1, &["whose keys are not known here", "detente partner add"]);
    assert!(run.err.contains(&desk.party("harbour")));
    assert_eq!(desk.entries("hills"), before);
    desk.run("partner add harbour/profile.json --dir hills").ends_with(0);
    assert_eq!(desk.import("one.tar.zst", "hills").ends_with(0).json()["bundles"][0]["is_new"], false);
    let unknown = format!("bundle export --for {} --dir hills --out two.tar.zst", "A".repeat(43));
    desk.run(&unknown).refuses(3, &["are not known here"]);
    desk.export("hills", "hills", "two.tar.zst").refuses(2, &["goes nowhere"]);
    desk.export("hills", "harbour", "one.tar.zst").refuses(4, &["left as it is"]);
    assert!(!desk.has("two.tar.zst"));
}

#[test]
fn a_stranger_who_seals_what_he_likes_accuses_nobody() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    desk.export("harbour", "hills", "honest.tar.zst").ends_with(0);
    let files = desk.unseal("honest.tar.zst", "hills");
    let without = |word: &str| files.iter().filter(|(path, _)| !path.contains(word)).cloned().collect::<Vec<_>>();
    let changed = |word: &str| {
        let change = |(path, octets): &(String, Vec<u8>)| {
            let mut octets = octets.clone();
            if path.contains(word) {
                octets.iter_mut().last().into_iter().for_each(|last| *last ^= 1);
            }
            (path.clone(), octets)
        };
        files.iter().map(change).collect::<Vec<_>>()
    };
    desk.seal("ends-early.tar.zst", ("harbour", "hills"), &without("tile/entries"));
    let waits = desk.import("ends-early.tar.zst", "hills").ends_with(0).json();
    assert_eq!(waits["bundles"][0]["feeds"][0]["waiting"], "the entries from here on are not in this bundle");
    for word in ["/head", "/body/", "feed/", "log/tile", "tile/entries", "log/key"] {
        for (name, files) in [("without", without(word)), ("changed", changed(word))] {
            let file = format!("{name}-{}.tar.zst", word.replace('/', "-"));
            desk.seal(&file, ("harbour", "hills"), &files);
            let run = desk.import(&file, "hills");
            assert!(matches!(run.code, Some(0 | 1)), "{file}: {run:#?}");
        }
    }
    assert_eq!(desk.count_alarms("hills"), 0);
    desk.seal("stranger.tar.zst", ("harbour", "hills"), &[("peer/later-kind/1".to_owned(), vec![1])]);
    assert_eq!(desk.import("stranger.tar.zst", "hills").ends_with(0).json()["bundles"][0]["unknown_files"], 1);
    assert_eq!(desk.import("honest.tar.zst", "hills").ends_with(0).json()["bundles"][0]["feeds"][0]["size"], 1);
    desk.run("verify hills").ends_with(0);
}

#[test]
fn what_was_kept_back_by_a_suspension_is_in_no_bundle() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    desk.run(&format!("agreement suspend {agreement} --yes --dir harbour --out hold")).ends_with(0);
    let export = desk.export("harbour", "hills", "held.tar.zst").ends_with(0).json();
    assert_eq!(export["feeds"], Value::Array(vec![]));
    assert!(desk.unseal("held.tar.zst", "hills").iter().all(|(path, _)| !path.starts_with("feed/")));
}

#[test]
fn a_witness_without_a_line_cosigns_by_stick() {
    let desk = Desk::with_stick();
    desk.make_node("tower");
    for node in ["harbour", "hills"] {
        desk.run(&format!("peer add tower/profile.json --witness --dir {node}")).ends_with(0);
        desk.run(&format!("partner add {node}/profile.json --dir tower")).ends_with(0);
    }
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    // Hills relies on the witness, so nothing counts before it has cosigned.
    let waits = desk.carry("harbour", "hills");
    assert_eq!(waits["feeds"][0]["size"], 0, "{waits}");
    assert!(waits["feeds"][0]["waiting"].is_string(), "{waits}");

    assert_eq!(desk.carry("harbour", "tower")["witnessed"], 1);
    let asked_again = desk.carry("harbour", "tower");
    assert_eq!(asked_again["not_taken"], Value::Array(vec![]), "{asked_again}");
    assert_eq!(desk.carry("tower", "harbour")["cosignatures"], 1);
    let counts = desk.carry("harbour", "hills");
    assert_eq!((&counts["feeds"][0]["size"], desk.count_alarms("hills")), (&1.into(), 0), "{counts}");
}

impl Desk {
    fn private_key(&self, node: &str) -> PrivateBundleKey {
        let file: Value = serde_json::from_str(&self.read(&format!("{node}/keys.json"))).unwrap();
        let row = file["keys"].as_array().unwrap().iter().find(|row| row["purpose"] == "bundle").unwrap();
        let seed = base64url::decode_exactly(row["seed"].as_str().unwrap()).unwrap();
        PrivateBundleKey::from_seed(BundleSuite::MlKem768X25519, &seed).unwrap()
    }

    /// The files of a bundle, as its recipient sees them.
    fn unseal(&self, file: &str, to: &str) -> Vec<(String, Vec<u8>)> {
        let octets = std::fs::read(self.path(file)).unwrap();
        let party = self.party(to).parse().unwrap();
        let reader = Reader::open(octets.as_slice(), party, &[self.private_key(to)], Limits::STANDARD).unwrap();
        let files = reader.flat_map(|package| package.unwrap().files);
        files.map(|file| (file.path.as_str().to_owned(), file.octets)).collect()
    }

    /// Seals files as anybody can who knows the recipient's key record.
    fn seal(&self, file: &str, (from, to): (&str, &str), files: &[(String, Vec<u8>)]) {
        let key = self.private_key(to);
        let cover = Cover::new(
            self.party(from).parse().unwrap(),
            self.party(to).parse().unwrap(),
            Timestamp::from_micros(1_790_000_000_000_000),
            1,
        );
        let mut writer = Writer::new(Vec::new(), &cover, key.public(), &mut SystemEntropy::new()).unwrap();
        for (path, octets) in files {
            writer.add(path.parse().unwrap(), octets.clone()).unwrap();
        }
        self.write(file, writer.finish().unwrap());
    }
}

#[test]
fn a_stranger_checks_an_acknowledgement_that_came_by_stick() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let _proposal = desk.release_tempe(&agreement);
    desk.carry("harbour", "hills");
    desk.carry("hills", "harbour");
    desk.run("feed acks --number 0 --out ack.json --dir harbour").ends_with(0);
    let stranger = Desk::new();
    for file in ["ack.json", "hills/profile.json", "harbour/profile.json"] {
        std::fs::copy(desk.path(file), stranger.path(&file.replace('/', "-"))).unwrap();
    }
    let facts = stranger.run("--json verify ack.json --keys hills-profile.json").ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["statement"]), (&"stated and logged".into(), &"acknowledgement".into()));
    assert_eq!((&facts["stated_by"], &facts["entries"]), (&desk.party("hills").into(), &1.into()));
    stranger.run("verify ack.json --keys hills-profile.json").ends_with(0).says(&[
        "\nProved: ",
        "has read 1 entries",
        "\nNot proved: ",
    ]);
    stranger.run("verify ack.json --keys harbour-profile.json").refuses(1, &["whose keys are not here"]);
    stranger.run("verify ack.json --keys hills-profile.json --proof x").refuses(2, &["--proof belongs with a record"]);
    let bits = stranger.bits("ack.json", 40);
    for bit in bits {
        stranger.flip("ack.json", bit);
        let run = stranger.run("verify ack.json --keys hills-profile.json");
        assert!(matches!(run.code, Some(1 | 3)), "{bit}: {run:#?}");
        stranger.flip("ack.json", bit);
    }
}

#[test]
fn a_return_that_is_lost_costs_a_longer_bundle_and_nothing_else() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let proposal = desk.release_tempe(&agreement);
    assert_eq!(desk.carry("harbour", "hills")["feeds"][0]["new"], 1);
    desk.export("hills", "harbour", "lost.tar.zst").ends_with(0);
    desk.recall(&proposal);
    let export = desk.export("harbour", "hills", "second.tar.zst").ends_with(0).json();
    assert_eq!((&export["feeds"][0]["from"], &export["feeds"][0]["entries"]), (&0.into(), &2.into()));
    let came = desk.import("second.tar.zst", "hills").ends_with(0).json()["bundles"][0].clone();
    assert_eq!((&came["feeds"][0]["new"], &came["feeds"][0]["size"]), (&1.into(), &2.into()));
    assert_eq!(desk.carry("hills", "harbour")["statements"], 1);
    // The lost one turns up: it holds an older acknowledgement, which is as true as the newer one.
    desk.import("lost.tar.zst", "harbour").ends_with(0);
    let export = desk.export("harbour", "hills", "third.tar.zst").ends_with(0).json();
    assert_eq!((&export["feeds"][0]["from"], &export["feeds"][0]["entries"]), (&2.into(), &0.into()));
    let full = format!("--json bundle export --for {} --dir harbour --out full.tar.zst --full", desk.party("hills"));
    assert_eq!(desk.run(&full).ends_with(0).json()["feeds"][0]["entries"], 2);
    assert_eq!(desk.import("full.tar.zst", "hills").ends_with(0).json()["bundles"][0]["feeds"][0]["new"], 0);
    assert_eq!((desk.count_alarms("harbour"), desk.count_alarms("hills")), (0, 0));
}

#[test]
fn two_histories_by_stick_are_caught_and_prove_themselves_to_a_stranger() {
    let desk = Desk::with_stick();
    let agreement = desk.agree_by_stick();
    let proposal = desk.release_tempe(&agreement);
    desk.copy("harbour", "copy");
    desk.recall(&proposal);
    desk.export("harbour", "hills", "one.tar.zst").ends_with(0);
    desk.log_named("other", "copy");
    desk.log_named("further", "copy");
    desk.log_named("third", "copy");
    desk.export("copy", "hills", "two.tar.zst").ends_with(0);
    desk.import("one.tar.zst", "hills").ends_with(0);
    desk.import("two.tar.zst", "hills").refuses(1, &["detente alarm list"]);
    let alarms = desk.run("--json alarm list --dir hills").ends_with(0).json()["alarms"].clone();
    assert_eq!((&alarms[0]["kind"], &alarms[0]["weight"]), (&"fork".into(), &"proved".into()), "{alarms}");
    let number = alarms[0]["number"].as_u64().unwrap();
    desk.run(&format!("alarm export {number} --out evidence --dir hills")).ends_with(0);
    desk.run("verify evidence --keys harbour/profile.json").ends_with(0).says(&["Proved: "]);
}

#[test]
fn a_log_that_was_longer_is_evidence_of_just_that() {
    let desk = Desk::with_node();
    let before = desk.read("harbour/log/node/checkpoint");
    desk.sign_named("one");
    desk.run("log append one.json --dir harbour").ends_with(0);
    let after = desk.read("harbour/log/node/checkpoint");
    let evidence = |known: &str, shown: &str| {
        serde_json::json!({"kind": "rollback", "known": known, "shown": shown, "v": 1}).to_string()
    };
    desk.write("evidence", evidence(&after, &before));
    desk.run("verify evidence --keys harbour/profile.json").ends_with(0).says(&[
        "a log that was longer once",
        "\nProved: ",
        "is the word of whoever kept this",
    ]);
    desk.run("verify evidence").refuses(2, &["--keys PROFILE"]);
    desk.make_node("hills");
    desk.run("verify evidence --keys hills/profile.json").refuses(1, &["this proves nothing"]);
    desk.write("evidence", evidence(&before, &after));
    desk.run("verify evidence --keys harbour/profile.json").refuses(1, &["this proves nothing"]);
}
