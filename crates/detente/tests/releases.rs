//! What leaves a node, and what is written down about it.

use serde_json::{Value, json};

use crate::scene::Desk;
use crate::treaty::{CANARY, clause, codes};

/// A desk with an agreement in force and Harbour's labelled incident, its cause classified.
fn ready() -> (Desk, String) {
    let (desk, agreement) = Desk::with_treaty("confidential-incident");
    desk.label_tempe("amber");
    (desk, agreement)
}

/// The same, with the incident released under a proposal.
pub(crate) fn released() -> (Desk, String, String) {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    desk.approve(&proposal, "Ben").ends_with(0);
    desk.publish(&proposal).ends_with(0);
    (desk, agreement, proposal)
}

fn what_if(desk: &Desk) -> Value {
    desk.run("--json release what-if r.json --dir harbour").ends_with(0).json()["agreements"][0].clone()
}

#[test]
fn what_is_unlabelled_could_go_to_nobody() {
    let (desk, _) = Desk::with_treaty("confidential-incident");
    desk.log_tempe();
    desk.run("release what-if r.json --dir harbour").ends_with(0).says(&[
        "hills",
        "verdict: stays",
        "unlabelled",
        "Put a label",
    ]);
    let chinese = desk.run("release what-if r.json --dir harbour --language zh-Hans").ends_with(0);
    chinese.says(&["结论：予以保留", "该内容尚未标注", "请先为其加上标注"]);
    assert_eq!(codes(&what_if(&desk)["best"]["reasons"]), ["unlabelled"]);
}

#[test]
fn what_is_labelled_could_go_but_for_what_clause_and_floor_keep() {
    let (desk, _) = ready();
    let run = desk.run("release what-if r.json --dir harbour").ends_with(0);
    run.says(&[
        "may go once the reasons below are gone",
        "under clause 2.1",
        "\ngoes:",
        "\nstays:",
        "floor:classified",
        "twin-instead:2.1",
    ]);
    let run = desk.run("release what-if r.json --dir harbour --language zh-Hans").ends_with(0);
    let run = run.says(&[
        "消除下列原因后可以发布",
        "依据第 2.1 条",
        "\n发布：",
        "\n保留：",
        "本节点的底线不允许",
        "所发布内容的标注：TLP amber",
    ]);
    for english in ["verdict", "goes:", "stays", "under clause", "marks of what", "places"] {
        assert!(!run.out.contains(english), "`{english}` in: {run:#?}");
    }
    let permit = what_if(&desk)["best"]["permit"].clone();
    let kept =
        permit["dropped"].as_array().unwrap().iter().find(|row| row["place"].as_str().unwrap().ends_with("/cause"));
    assert_eq!(kept.unwrap()["reasons"], json!(["floor:classified", "forbidden-by:4.2"]));
    let shown = permit["shown"].as_array().unwrap();
    assert!(
        shown.contains(&json!("/aside/occurred_year"))
            && !shown.iter().any(|place| place.as_str().unwrap().ends_with("/occurred"))
    );
}

#[test]
fn a_question_moves_nothing_and_logs_nothing() {
    let (desk, agreement) = ready();
    let before = desk.files("harbour/segments");
    desk.run(&format!("release what-if r.json --dir harbour --agreement {agreement} --purpose verification"))
        .ends_with(0)
        .says(&["purpose"]);
    let other = "A".repeat(43);
    desk.run(&format!("release what-if r.json --dir harbour --agreement {other}"))
        .ends_with(0)
        .says(&["No agreement is in force"]);
    assert_eq!(desk.files("harbour/segments"), before);
}

#[test]
fn a_second_person_approves_and_it_goes() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    assert_eq!(desk.fate(&proposal), "proposed");
    desk.approve(&proposal, "Ben").ends_with(0).says(&["Approved: ", "for 1 recipient"]);
    assert_eq!(desk.fate(&proposal), "approved");
    desk.publish(&proposal).ends_with(0).says(&["Released: ", "under clause 2.1"]);
    assert_eq!(desk.fate(&proposal), "released");
    desk.run("verify harbour").ends_with(0).says(&["sound", "log feed-"]);
    desk.run("release list --dir harbour").ends_with(0).says(&[&proposal, "released", "by Ada, approved by Ben"]);
}

#[test]
fn every_step_is_told_to_programs_as_well() {
    let (desk, agreement) = ready();
    let words = crate::treaty::propose(&agreement, "--json");
    let proposed = desk.run(&words).ends_with(0).json();
    let decision = &proposed["decision"];
    assert_eq!((codes(&decision["reasons"]), &decision["permit"]["clause"]), (vec!["approvals"], &json!("2.1")));
    assert_eq!(decision["permit"]["recipients"], json!([desk.party("hills")]));
    let proposal = proposed["proposal"].as_str().unwrap();
    let approved =
        desk.run(&format!("--json release approve {proposal} --by Ben --yes --dir harbour")).ends_with(0).json();
    assert_eq!((&approved["binding"], &approved["approved_by"]), (&decision["permit"]["binding"], &json!("Ben")));
    assert_eq!(approved["fields"], decision["permit"]["shown"]);
    let published = desk.run(&format!("--json release publish {proposal} --dir harbour")).ends_with(0).json();
    assert_eq!((&published["index"], &published["decision"]["shown"]), (&json!(0), &approved["fields"]));
    let explained = desk.run(&format!("--json release explain {proposal} --dir harbour")).ends_with(0).json();
    assert_eq!((&explained["replays"], &explained["proposer"]), (&json!(true), &json!("Ada")));
    assert_eq!(&explained["decision"], decision);
    let recalled = desk.run(&format!("--json release recall {proposal} --reason error --by Ada --yes --dir harbour"));
    assert_eq!(recalled.ends_with(0).json()["recalled"], true);
    let row = &desk.proposals()[0];
    assert_eq!(
        (&row["state"], &row["proposer"], &row["agreement"]),
        (&json!("recalled"), &json!("Ada"), &json!(agreement))
    );
}

#[test]
fn what_goes_is_exactly_what_was_decided() {
    let (desk, _, _) = released();
    let (entry, body) = (desk.feed_entries().remove(0), desk.feed_body(0));
    assert_eq!(entry["kind"], "release");
    assert_eq!((body.len() % 256, entry["body_bytes"].as_u64()), (0, u64::try_from(body.len()).ok()));
    assert_eq!(entry["body"], record::base64url::encode(&policy::feed::body_digest(&body)));
    desk.write("body", &body);
    let shown = desk.run("--json record show body --keys harbour/profile.json").ends_with(0).json();
    let run = desk.run("record show body --keys harbour/profile.json").ends_with(0);
    assert_eq!(Some(&*run.fact("record digest")), entry["record"].as_str());
    let decided: Vec<_> =
        entry["receipt"]["fields"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(decided.contains(&"/object/name") && decided.contains(&"/aside/occurred_year"));
    for gone in ["cause", "affected_parties", "occurred", "place", "people_affected", "deployer", "precision"] {
        let own = format!("{}/{gone}", crate::scene::EXTENSION);
        assert!(!decided.contains(&&*own) && shown.pointer(&own).is_none(), "{gone} in {shown}");
    }
    assert_eq!(shown.pointer("/aside/occurred_year"), Some(&json!("2018")), "{shown}");
}

#[test]
fn what_was_withheld_lies_in_no_published_file() {
    let (desk, _, _) = released();
    let files = desk.feed_files();
    assert!(!files.is_empty());
    let secrets = [CANARY, "Herzberg", "Tempe", "Ada", "Ben", "Harbour"];
    for (path, octets) in &files {
        assert!(octets.len() <= 16 * 1024, "{path}");
        let text = String::from_utf8_lossy(octets);
        for secret in secrets {
            assert!(!text.contains(secret), "`{secret}` in {path}");
        }
    }
    let body = String::from_utf8(desk.feed_body(0)).unwrap();
    assert!(!body.contains(CANARY));
}

#[test]
fn whoever_proposes_keeps_back_what_they_wish_but_the_core() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "--hide description --hide countries");
    desk.approve(&proposal, "Ben").ends_with(0);
    desk.publish(&proposal).ends_with(0).says(&["kept-back"]);
    let fields = desk.feed_entries()[0]["receipt"]["fields"].to_string();
    assert!(!fields.contains("description") && !fields.contains("countries"), "{fields}");
    desk.run(&crate::treaty::propose(&agreement, "--hide created")).refuses(1, &["kept-back"]);
    desk.run(&crate::treaty::propose(&agreement, "--hide mood")).ends_with(3);
}

#[test]
fn a_release_without_an_approval_clause_goes_at_once() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.label_tempe("clear");
    let proposal = desk.propose(&agreement, "--clause 2.1");
    desk.publish(&proposal).ends_with(0).says(&["Released: "]);
    desk.run(&crate::treaty::propose(&agreement, "--clause 2.2")).refuses(1, &["not released: "]);
    desk.run(&crate::treaty::propose(&agreement, "--clause 9.9")).refuses(1, &["no-such-clause"]);
}

#[test]
fn a_recall_is_previewed_and_then_stays_in_the_feed() {
    let (desk, _, proposal) = released();
    let words = format!("release recall {proposal} --reason over-shared --by Ada --dir harbour");
    desk.run(&words).ends_with(0).says(&["Nothing was changed", "cannot make them", "--yes"]);
    assert_eq!((desk.feed_entries().len(), desk.fate(&proposal)), (1, "released".to_owned()));
    desk.run(&format!("{words} --yes")).ends_with(0).says(&["recalled:"]);
    let entries = desk.feed_entries();
    assert_eq!((entries.len(), entries[1]["kind"].as_str(), &entries[1]["index"]), (2, Some("recall"), &json!(0)));
    assert_eq!((&entries[1]["reason"], &entries[1]["record"]), (&json!("over-shared"), &entries[0]["record"]));
    desk.run(&format!("{words} --yes")).ends_with(0).says(&["recalled already"]);
    assert_eq!(desk.feed_entries().len(), 2);
    desk.run(&format!("release recall {proposal} --reason mood --by Ada --dir harbour")).ends_with(2);
    desk.run_words(&["release", "recall", &proposal, "--reason", "error", "--by", " ", "--dir", "harbour"])
        .refuses(2, &["--by is empty"]);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn what_was_not_published_is_not_recalled() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    desk.run(&format!("release recall {proposal} --reason error --by Ada --yes --dir harbour"))
        .refuses(3, &["was not published"]);
    let unknown = "A".repeat(43);
    desk.run(&format!("release recall {unknown} --reason error --by Ada --yes --dir harbour"))
        .refuses(3, &["no proposal"]);
    desk.run(&format!("release explain {unknown} --dir harbour")).refuses(3, &["no private receipt"]);
    desk.approve(&unknown, "Ben").refuses(3, &["no proposal", "release list"]);
    desk.publish(&unknown).refuses(3, &["no proposal"]);
}

#[test]
fn a_decision_is_explained_in_both_languages_long_after() {
    let (desk, _, proposal) = released();
    desk.run(&format!("release explain {proposal} --dir harbour"))
        .ends_with(0)
        .says(&["octet for octet", "Clause 2.1 asks that persons other than the proposer approve: 1 in all"]);
    desk.run(&format!("release explain {proposal} --dir harbour --language zh-Hans"))
        .ends_with(0)
        .says(&["第 2.1 条要求提议人之外"]);
    let receipt = desk.feed_entries()[0]["receipt"]["receipt"].as_str().unwrap().to_owned();
    desk.run(&format!("release explain {receipt} --dir harbour"))
        .ends_with(0)
        .says(&["verdict: may go\n", "octet for octet"]);
}

#[test]
fn a_decision_replays_under_the_floors_of_its_day() {
    let (desk, _, proposal) = released();
    desk.run("floor off classified --reason test --by Ada --yes --dir harbour").ends_with(0);
    desk.run(&format!("release explain {proposal} --dir harbour")).ends_with(0).says(&["octet for octet"]);
}

#[test]
fn a_rebuild_keeps_agreements_proposals_and_feeds() {
    let (desk, agreement, proposal) = released();
    let before = (desk.proposals(), desk.agreements("harbour"), desk.feed_entries());
    desk.run_script("rm -r harbour/views harbour/log").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!((desk.proposals(), desk.agreements("harbour"), desk.feed_entries()), before);
    assert_eq!(
        (desk.fate(&proposal), desk.state("harbour", &agreement)),
        ("released".to_owned(), "in force".to_owned())
    );
    desk.run("verify harbour").ends_with(0);
    desk.run(&format!("release explain {proposal} --dir harbour")).ends_with(0);
}

#[test]
fn a_node_restored_from_segments_and_keys_knows_its_agreements_once_partners_are_named() {
    let (desk, agreement, proposal) = released();
    desk.run_script("cp -rp harbour old && rm -r harbour/views harbour/log harbour/partners").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    desk.run("agreement list --dir harbour").refuses(1, &["keys are not here", "detente partner add PROFILE"]);
    desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
    assert_eq!(
        (desk.state("harbour", &agreement), desk.fate(&proposal)),
        ("in force".to_owned(), "released".to_owned())
    );
}

#[test]
fn the_counter_moves_with_the_release_and_nothing_goes_beyond_the_budget() {
    let (desk, agreement) = Desk::with_edited_treaty("confidential-incident", |text| {
        clause(text, "2.1")["obligations"]["budget"]["at_most"] = 1.into();
    });
    desk.label_tempe("amber");
    let [one, two] = ["", "--hide description"].map(|more| desk.propose(&agreement, more));
    desk.approve(&one, "Ben").ends_with(0);
    desk.approve(&two, "Ben").ends_with(0);
    desk.publish(&one).ends_with(0);
    let run = desk.publish(&two).refuses(1, &["over-budget"]);
    run.says(&["1 went already, and 1 may go in all"]);
    assert_eq!((desk.feed_entries().len(), desk.fate(&two)), (1, "approved".to_owned()));
    desk.run_script("rm -r harbour/views").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    desk.publish(&two).refuses(1, &["over-budget"]);
}

#[test]
fn what_members_read_as_objects_grows_and_is_taken_back() {
    let (desk, agreement, proposal) = released();
    let list = desk.run("--json feed list --dir harbour").ends_with(0).json();
    let feed = list["own"][0]["feed"].as_str().unwrap().to_owned();
    let words = format!("--json feed collection {feed} --dir harbour");
    let read = || desk.run(&words).ends_with(0).json()["collection"].as_array().unwrap().clone();
    let first = read();
    assert_eq!((first.len(), &first[0]["object"]["type"]), (1, &json!("incident")));
    assert!(!first[0].to_string().contains(CANARY) && !first[0].to_string().contains("\"cause\""));
    let shown = desk.run(&format!("feed collection {feed} --out members.json --dir harbour")).ends_with(0);
    shown.says(&["incident--"]);
    let bundle: Value = serde_json::from_str(&desk.read("members.json")).unwrap();
    assert_eq!(bundle["objects"], json!([first[0]["object"]]));
    desk.run("stix check members.json").ends_with(0).says(&["1 objects hold, 0 do not"]);
    desk.run(&format!("release recall {proposal} --reason over-shared --by Ada --dir harbour --yes")).ends_with(0);
    let after = read();
    assert_eq!((after.len(), &after[0]["object"]["revoked"]), (1, &json!(true)));
    assert!(after[0]["added"].as_str() > first[0]["added"].as_str());
    desk.run(&format!("feed collection {feed} --out after.json --dir harbour")).ends_with(0).says(&["taken back"]);
    desk.run("stix check after.json").ends_with(0);
    desk.run(&format!("feed collection {agreement} --dir harbour")).refuses(3, &[]);
}
