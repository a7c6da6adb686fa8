//! Ways around a release's rules that people try, by mistake or on purpose.

use serde_json::json;

use crate::scene::{Desk, Run};
use crate::treaty::{clause, codes, propose};

/// A desk with an agreement in force and Harbour's labelled incident.
fn ready() -> (Desk, String) {
    let (desk, agreement) = Desk::with_treaty("confidential-incident");
    desk.label_tempe("amber");
    (desk, agreement)
}

/// The same, with a proposal that Ben has approved.
fn approved() -> (Desk, String, String) {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    desk.approve(&proposal, "Ben").ends_with(0);
    (desk, agreement, proposal)
}

/// The receipt that a refusal names.
fn receipt(run: &Run) -> String {
    let words: Vec<_> = run.err.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "explain").unwrap_or_else(|| panic!("no receipt: {run:#?}"));
    words[at + 1].to_owned()
}

#[test]
fn whoever_proposes_does_not_approve_under_any_spelling() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    for name in ["Ada", "ada", "ADA", "  Ada ", "\tada\u{a0}"] {
        desk.approve(&proposal, name).refuses(1, &["whoever proposed", "another person"]);
    }
    for name in ["", "  "] {
        desk.approve(&proposal, name).refuses(2, &["--by is empty"]);
    }
    assert_eq!(desk.fate(&proposal), "proposed");
    desk.publish(&proposal).refuses(1, &["approvals"]);
    desk.run_words(&[
        "release",
        "propose",
        "r.json",
        "--agreement",
        &agreement,
        "--purpose",
        "safety-research",
        "--by",
        " ",
        "--dir",
        "harbour",
    ])
    .refuses(2, &["--by is empty"]);
}

#[test]
fn a_name_that_hides_a_letter_is_not_another_person() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    for name in ["Ada\u{200b}", "\u{202e}Ada", "A\u{ad}da", "Ａda"] {
        let run = desk.approve(&proposal, name);
        assert!(matches!(run.code, Some(1 | 2)), "{name:?}: {run:#?}");
    }
    desk.publish(&proposal).refuses(1, &["approvals"]);
}

#[test]
fn one_person_under_two_spellings_is_one_approval() {
    let (desk, agreement) = Desk::with_edited_treaty("confidential-incident", |text| {
        clause(text, "2.1")["obligations"]["approvals"] = 2.into();
        text["examples"] = json!([]);
    });
    desk.label_tempe("amber");
    let proposal = desk.propose(&agreement, "");
    ["Ben", "BEN ", " ben"].into_iter().for_each(|name| drop(desk.approve(&proposal, name).ends_with(0)));
    desk.publish(&proposal).refuses(1, &["approvals"]).says(&["2 in all, and 1 so far"]);
    desk.approve(&proposal, "Cem").ends_with(0);
    desk.publish(&proposal).ends_with(0);
}

#[test]
fn nothing_is_published_twice() {
    let (desk, _, proposal) = approved();
    desk.publish(&proposal).ends_with(0);
    desk.publish(&proposal).refuses(3, &["published already", "propose it anew"]);
    assert_eq!(desk.feed_entries().len(), 1);
}

#[test]
fn two_who_publish_at_once_publish_once() {
    let (desk, _, proposal) = approved();
    let words = format!("release publish {proposal} --dir harbour");
    let both = [desk.start(&words), desk.start(&words)];
    let codes: Vec<_> = both.into_iter().map(|child| child.wait_with_output().unwrap().status.code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(desk.feed_entries().len(), 1);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_refusal_is_logged_and_its_receipt_replays() {
    let (desk, agreement) = ready();
    let proposal = desk.propose(&agreement, "");
    let before = desk.entries("harbour").len();
    let run = desk.publish(&proposal).refuses(1, &["nothing was released: approvals", "the refusal is logged"]);
    assert_eq!(desk.entries("harbour").len(), before + 1);
    assert!(desk.feed_files().is_empty());
    let words = format!("release explain {} --dir harbour", receipt(&run));
    desk.run(&words).ends_with(0).says(&["approvals", "octet for octet"]);
    let run = desk.run(&format!("--json release publish {proposal} --dir harbour")).ends_with(1);
    assert_eq!(codes(&run.json()["decision"]["reasons"]), ["approvals"]);
}

#[test]
fn an_approval_is_for_the_labels_as_they_were() {
    let (desk, _, proposal) = approved();
    desk.run("label put r.json --place description --tlp amber+strict --dir harbour").ends_with(0);
    desk.publish(&proposal).refuses(1, &["approval-mismatch"]).says(&["have changed since"]);
    desk.approve(&proposal, "Ben").refuses(1, &["not what was proposed any more", "propose it anew"]);
    desk.publish(&proposal).refuses(1, &["approval-mismatch"]);
}

#[test]
fn an_approval_is_for_the_floors_as_they_were() {
    let (desk, _, proposal) = approved();
    desk.run("floor off model-weights --reason test --by Ada --yes --dir harbour").ends_with(0);
    desk.publish(&proposal).refuses(1, &["approval-mismatch"]);
    desk.run("floor on model-weights --reason done --by Ada --yes --dir harbour").ends_with(0);
    desk.publish(&proposal).ends_with(0);
}

#[test]
fn a_label_that_forbids_it_now_stops_what_was_approved() {
    let (desk, _, proposal) = approved();
    desk.run("label put r.json --tlp amber --nobody --dir harbour").ends_with(0);
    desk.publish(&proposal).refuses(1, &["not-in-audience"]);
    desk.approve(&proposal, "Cem").refuses(1, &["even if approved", "not-in-audience"]);
    assert!(desk.feed_files().is_empty());
}

#[test]
fn an_approval_is_for_one_version() {
    let (desk, agreement, _) = approved();
    desk.edit("object.json", "second.json", |object| {
        object["description"] = "Another text.".into();
        object["modified"] = "2030-01-01T00:00:00.000Z".into();
    });
    desk.run("record sign second.json --after r.json --dir harbour --out r2.json").ends_with(0);
    desk.run("log append r2.json --dir harbour").ends_with(0);
    let words = propose(&agreement, "").replace("r.json", "r2.json");
    let second = desk.run(&words).ends_with(0).fact("proposal");
    desk.publish(&second).refuses(1, &["approvals"]);
    assert_eq!(desk.fate(&second), "proposed");
}

#[test]
fn a_suspended_agreement_lets_nothing_go_until_it_is_resumed() {
    let (desk, agreement, proposal) = approved();
    desk.run(&format!("agreement suspend {agreement} --yes --dir hills --out s")).ends_with(0);
    desk.take("s", "harbour");
    desk.publish(&proposal).refuses(1, &["suspended"]);
    desk.run(&propose(&agreement, "")).refuses(1, &["suspended"]).says(&["That party has to resume it."]);
    desk.run(&propose(&agreement, "--language zh-Hans")).refuses(1, &["suspended"]).says(&["须由该方恢复。"]);
    desk.run(&format!("agreement resume {agreement} --yes --dir hills --out r")).ends_with(0);
    desk.take("r", "harbour");
    desk.publish(&proposal).ends_with(0);
}

#[test]
fn an_agreement_that_ended_lets_nothing_go() {
    let (desk, agreement, proposal) = approved();
    desk.run(&format!("agreement terminate {agreement} --tlp green --reason en=Done --yes --dir hills --out t"))
        .ends_with(0);
    desk.take("t", "harbour");
    desk.publish(&proposal).refuses(1, &["not-in-force"]);
    desk.run("release what-if r.json --dir harbour").ends_with(0).says(&["No agreement is in force"]);
}

#[test]
fn nothing_goes_under_a_text_that_one_party_alone_has_signed() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    desk.sign_text("harbour", &agreement, "s");
    desk.label_tempe("clear");
    desk.run(&propose(&agreement, "")).refuses(1, &["not-in-force", "the refusal is logged"]);
    desk.run("release what-if r.json --dir harbour").ends_with(0).says(&["No agreement is in force"]);
}

#[test]
fn nothing_goes_before_an_agreement_begins_or_after_it_ended() {
    for (from, until) in [("2040-01-01", "2041-01-01"), ("2020-01-01", "2021-01-01")] {
        let (desk, agreement) = Desk::with_edited_treaty("public-incident", |text| {
            text["from"] = format!("{from}T00:00:00.000000Z").into();
            text["until"] = format!("{until}T00:00:00.000000Z").into();
        });
        desk.label_tempe("clear");
        desk.run(&propose(&agreement, "")).ends_with(1);
        assert!(desk.feed_files().is_empty());
    }
}

#[test]
fn a_purpose_that_the_clause_lacks_is_refused() {
    let (desk, agreement) = ready();
    let words = propose(&agreement, "").replace("safety-research", "verification");
    desk.run(&words).refuses(1, &["purpose"]);
    let words = propose(&agreement, "").replace("safety-research", "curiosity");
    desk.run(&words).ends_with(2);
}

#[test]
fn what_is_not_logged_is_not_released() {
    let (desk, agreement) = ready();
    desk.sign_named("other");
    let words = propose(&agreement, "").replace("r.json", "other.json");
    desk.run(&words).refuses(3, &["not in this node's log", "log append"]);
    desk.run("release what-if other.json --dir harbour").ends_with(3);
    desk.run("label put other.json --tlp clear --dir harbour").ends_with(3);
}

#[test]
fn what_was_erased_is_not_released() {
    let (desk, _, proposal) = approved();
    let digest = desk.run("record show r.json --dir harbour").fact("record digest");
    let entries = desk.entries("harbour");
    let entry = entries.iter().find(|row| row["record_digest"] == *digest).unwrap();
    let index = entry["index"].as_u64().unwrap();
    desk.run(&format!("log erase {index} --dir harbour --reason requested --yes")).ends_with(0);
    desk.publish(&proposal).refuses(3, &["its body was erased"]);
    desk.run("release what-if r.json --dir harbour").ends_with(3);
    assert!(desk.feed_files().is_empty());
}

/// Harbour may relay; Hills has logged an incident of its own, and Harbour holds it, labelled clear.
fn relaying() -> (Desk, String) {
    let (desk, agreement) = Desk::with_edited_treaty("public-incident", |text| {
        let one = clause(text, "4.4");
        one["text"] = json!({"en": "This clause was left empty.", "zh-Hans": "本条留空。"});
        one.as_object_mut().unwrap().retain(|name, _| ["id", "text"].contains(&name.as_str()));
        text["examples"].as_array_mut().unwrap().retain(|one| one["id"] != "relayed");
    });
    desk.write("object.json", crate::scene::TEMPE);
    desk.run("record sign object.json --dir hills --out r.json").ends_with(0);
    desk.run("log append r.json --dir hills").ends_with(0);
    desk.run("log prove r.json --dir hills --out proof").ends_with(0);
    desk.run("log append r.json --dir harbour --keys hills/profile.json").ends_with(0);
    desk.run("label put r.json --tlp clear --dir harbour").ends_with(0);
    desk.write("none", "quorum none\n");
    (desk, agreement)
}

#[test]
fn a_relayed_record_goes_once_its_author_is_believed() {
    let (desk, agreement) = relaying();
    let proposal = desk.propose(&agreement, "");
    desk.publish(&proposal).refuses(1, &["relayed only once it is believed", "--author-proof FILE --quorum FILE"]);
    let publish = |more: &str| desk.run(&format!("release publish {proposal} --dir harbour {more}"));
    publish("--author-proof proof").ends_with(2);
    publish("--author-proof r.json --quorum none").ends_with(3);
    publish("--author-proof proof --quorum proof").ends_with(3);
    desk.run("log prove r.json --dir harbour --out ours").ends_with(0);
    publish("--author-proof ours --quorum none").ends_with(1);
    assert!(desk.feed_files().is_empty());
    publish("--author-proof proof --quorum none").ends_with(0);
    let body = String::from_utf8(desk.feed_body(0)).unwrap();
    assert!(body.starts_with("{\"author_proof\":"), "{body}");
}

#[test]
fn a_template_lets_nobody_pass_on_what_others_wrote() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.write("object.json", crate::scene::TEMPE);
    desk.run("record sign object.json --dir hills --out r.json").ends_with(0);
    desk.run("log append r.json --dir harbour --keys hills/profile.json").ends_with(0);
    desk.run("label put r.json --tlp clear --dir harbour").ends_with(0);
    desk.run(&propose(&agreement, "")).refuses(1, &["forbidden-by:4.4"]);
}

#[test]
fn a_floor_that_is_off_leaves_what_the_agreement_forbids() {
    let (desk, agreement) = ready();
    desk.run("floor off classified --reason test --by Ada --yes --dir harbour").ends_with(0);
    let run = desk.run(&propose(&agreement, "")).ends_with(0);
    assert!(run.out.contains("forbidden-by:4.2") && !run.out.contains("floor:classified"), "{run:#?}");
}

#[test]
fn a_node_opens_no_decision_of_which_a_bit_was_flipped() {
    let (desk, _, proposal) = approved();
    desk.publish(&proposal).ends_with(0);
    for (path, _) in desk.feed_files() {
        let file = path.rsplit_once("/harbour/").unwrap().1.to_owned();
        let name = format!("harbour/{file}");
        let bit = desk.bits(&name, 1)[0];
        desk.flip(&name, bit);
        assert!(desk.found("harbour").contains(&file), "bit {bit} of {file}");
        desk.flip(&name, bit);
    }
    desk.run("verify harbour").ends_with(0);
}
