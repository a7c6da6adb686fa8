//! Whoever has a record, its proof and a profile can check that it was logged.

use crate::nodes::desk_with_log;
use crate::scene::Desk;

/// A desk with a record `r.json` of Harbour, its proof `r.proof`, Harbour's `profile.json`, and nothing of the node.
fn stranger() -> (Desk, Desk) {
    let home = desk_with_log();
    home.run("log prove r.json --dir harbour --out r.proof").ends_with(0);
    let stranger = Desk::new();
    for (from, to) in [("r.json", "r.json"), ("r.proof", "r.proof"), ("harbour/profile.json", "profile.json")] {
        std::fs::copy(home.path(from), stranger.path(to)).unwrap();
    }
    (home, stranger)
}

const CHECK: &str = "verify r.json --proof r.proof --keys profile.json";

#[test]
fn a_stranger_checks_a_proof_without_the_node() {
    let (_, desk) = stranger();
    let facts = desk.run(&format!("--json {CHECK}")).ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["log_index"]), (&"signed and logged".into(), &2.into()));
    assert_eq!((&facts["log_size"], &facts["signatures_checked"]), (&3.into(), &2.into()));
    desk.run(CHECK).ends_with(0).says(&["\nProved: ", "\nNot proved: ", "Harbour"]);
}

#[test]
fn a_proof_belongs_to_one_record() {
    let (home, desk) = stranger();
    home.sign_named("other");
    std::fs::copy(home.path("other.json"), desk.path("r.json")).unwrap();
    desk.run(CHECK).refuses(1, &["does not hold for this record", "the file that came with it"]);
}

#[test]
fn a_proof_from_an_unknown_log_is_refused_with_advice() {
    let (home, desk) = stranger();
    home.make_node("hills");
    home.run("log append r.json --dir hills --keys harbour/profile.json").ends_with(0);
    home.run("log prove r.json --dir hills --out hills.proof").ends_with(0);
    std::fs::copy(home.path("hills.proof"), desk.path("r.proof")).unwrap();
    desk.run(CHECK).refuses(1, &["whose party is not known here", "--keys PROFILE"]);
    std::fs::copy(home.path("hills/profile.json"), desk.path("hills.json")).unwrap();
    let facts = desk.run(&format!("--json {CHECK} --keys hills.json")).ends_with(0).json();
    assert_ne!(facts["signed_by"], facts["logged_by"]);
}

#[test]
fn a_flipped_bit_in_a_proof_is_refused() {
    let (_, desk) = stranger();
    for bit in desk.bits("r.proof", 75) {
        desk.flip("r.proof", bit);
        let run = desk.run(CHECK);
        assert!(matches!(run.code, Some(1 | 3)) && run.out.is_empty(), "bit {bit}: {run:#?}");
        desk.flip("r.proof", bit);
    }
    desk.run(CHECK).ends_with(0);
}

#[test]
fn a_proof_that_lost_one_of_its_signatures_is_refused() {
    let (_, desk) = stranger();
    let proof = desk.read("r.proof");
    let signatures: Vec<_> = proof.lines().filter(|line| line.starts_with('\u{2014}')).collect();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        desk.write("r.proof", proof.replace(&format!("{signature}\n"), ""));
        desk.run(CHECK).ends_with(1);
    }
}

#[test]
fn a_proof_alone_is_told_what_it_needs() {
    let (_, desk) = stranger();
    desk.run("verify r.proof --keys profile.json").refuses(2, &["verify RECORD --proof THIS_FILE"]);
    desk.run("verify r.json --against r.proof --keys profile.json").refuses(2, &["--against belongs with a log"]);
}

#[test]
fn what_is_not_logged_cannot_be_proved() {
    let desk = desk_with_log();
    desk.sign_named("other");
    desk.run("log prove other.json --dir harbour").refuses(3, &["not in the log", "log append"]);
    desk.run("log prove --index 3 --dir harbour").refuses(3, &["entry 3"]);
    let before = desk.read("r.json");
    desk.run("log prove r.json --dir harbour --out r.json").refuses(4, &["`r.json`", "left as it is"]);
    assert_eq!(desk.read("r.json"), before);
}

#[test]
fn an_older_proof_still_holds_after_the_log_has_grown_and_its_keys_have_changed() {
    let (home, desk) = stranger();
    home.run("key rotate --dir harbour").ends_with(0);
    home.log_named("later", "harbour");
    std::fs::copy(home.path("harbour/profile.json"), desk.path("profile.json")).unwrap();
    desk.run(CHECK).ends_with(0);
    home.run("log prove r.json --dir harbour --out new.proof").ends_with(0);
    home.run("verify r.json --proof new.proof --keys harbour/profile.json").ends_with(0);
}
