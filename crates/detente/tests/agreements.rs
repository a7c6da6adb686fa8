//! Two parties and more come to an agreement by files.

use serde_json::{Value, json};

use crate::scene::Desk;
use crate::treaty::{TEMPLATES, clause};

#[test]
fn each_template_is_negotiated_to_signature() {
    for template in TEMPLATES {
        let desk = Desk::with_two();
        desk.draft(template, "draft.json");
        let agreement = desk.offer("harbour", "draft.json", "offer");
        desk.take("offer --keys harbour/profile.json", "hills").says(&[&agreement, "is offered", "in period"]);
        desk.sign_text("hills", &agreement, "answer").says(&["examples:", "accepted", "agreement take FILE"]);
        desk.take("answer", "harbour").says(&["is accepted"]);
        desk.sign_text("harbour", &agreement, "signed").says(&["in force"]);
        assert_eq!([desk.state("harbour", &agreement), desk.state("hills", &agreement)], ["in force", "accepted"]);
        desk.take("signed", "hills").says(&["is verified", "is in force"]);
        assert_eq!(desk.state("hills", &agreement), "in force");
        desk.run("verify harbour").ends_with(0).says(&["sound"]);
        desk.run("verify hills").ends_with(0).says(&["sound"]);
    }
}

#[test]
fn three_parties_are_bound_once_all_have_signed() {
    let desk = Desk::with_two();
    desk.make_node("valley");
    let parties = "--party hills/profile.json --party valley/profile.json";
    desk.run(&format!("agreement draft --template public-incident --dir harbour {parties} --out t")).ends_with(0);
    let agreement = desk.offer("harbour", "t", "offer");
    desk.take("offer --keys harbour/profile.json --keys valley/profile.json", "hills");
    desk.take("offer --keys harbour/profile.json --keys hills/profile.json", "valley");
    desk.sign_text("harbour", &agreement, "one");
    desk.sign_text("hills", &agreement, "two");
    desk.take("one two", "valley");
    desk.take("one", "hills");
    desk.take("two", "harbour");
    let states = || ["harbour", "hills", "valley"].map(|node| desk.state(node, &agreement));
    assert_eq!(states(), ["offered"; 3], "Valley has not said anything");
    desk.sign_text("valley", &agreement, "three").says(&["in force"]);
    desk.take("three", "harbour");
    desk.take("three", "hills");
    assert_eq!(states(), ["in force"; 3]);
    let list = desk.run("agreement list --dir valley").ends_with(0);
    list.says(&["Harbour", "hills", "valley", &agreement]);
}

#[test]
fn messages_hold_in_whatever_order_they_come() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    desk.sign_text("harbour", &agreement, "signed");
    desk.take("signed --keys harbour/profile.json", "hills").says(&["missing: ", "ask that party"]);
    assert_eq!(desk.state("hills", &agreement), "unknown");
    desk.take("offer", "hills").says(&["is offered"]);
    desk.sign_text("hills", &agreement, "answer").says(&["in force"]);
}

#[test]
fn a_text_is_shown_in_both_languages() {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "t");
    let english = desk.run("agreement show t").ends_with(0);
    english.says(&[
        "party a: ",
        "party b: ",
        "2.1  Each party may release",
        "approvals: 1",
        "at most 40 records a month",
    ]);
    let chinese = desk.run("agreement show t --language zh-Hans").ends_with(0);
    chinese.says(&["关于以保密方式交换人工智能事件记录的协定", "2.1  各缔约方可以为事件应对或者安全研究的目的"]);
    desk.run("agreement show t --policies").ends_with(0).says(&["permit(principal, action == Action::\"release\""]);
    desk.run("agreement show t --language fr").ends_with(2);
}

#[test]
fn a_program_reads_the_clauses_and_their_policies() {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "t");
    let text = desk.run("agreement show t").ends_with(0);
    let shown = desk.run("--json agreement show t").ends_with(0).json();
    let clauses = shown["clauses"].as_array().unwrap();
    let one = clauses.iter().find(|clause| clause["id"] == "2.1").unwrap();
    assert!(one["policy"].as_str().unwrap().starts_with("permit("), "{one}");
    for row in clauses {
        assert!(text.out.contains(row["text"].as_str().unwrap()), "{row}");
    }
    assert_eq!(shown["agreement"].as_str(), Some(&*text.fact("agreement")));
    assert_eq!(shown["findings"], json!([]), "the templates say the same in both languages");
}

#[test]
fn a_known_text_is_shown_by_its_digest_and_written_out_again() {
    let (desk, agreement) = Desk::with_treaty("misuse-signals");
    desk.run(&format!("agreement show {agreement} --dir hills --out again.json")).ends_with(0);
    assert_eq!(desk.run("agreement show again.json").ends_with(0).fact("agreement"), agreement);
    desk.run(&format!("agreement show {agreement}")).refuses(2, &["--dir"]);
    let other = agreement.replace(|letter: char| letter.is_ascii_lowercase(), "A");
    desk.run(&format!("agreement show {other} --dir hills")).refuses(3, &["knows no agreement", "agreement list"]);
    desk.run(&format!("agreement show {agreement} --dir hills --out again.json")).ends_with(4);
}

#[test]
fn the_worked_examples_come_out_as_expected_in_both_languages() {
    let desk = Desk::with_two();
    for template in TEMPLATES {
        desk.draft(template, template);
        let told = desk.run(&format!("--json agreement examples {template} --dir harbour")).ends_with(0).json();
        let rows = told["examples"].as_array().unwrap();
        assert!(rows.len() >= 10 && rows.iter().all(|row| row["holds"] == true), "{told}");
        let text = desk.run(&format!("agreement examples {template} --dir harbour")).ends_with(0);
        assert_eq!(text.out.matches("as expected").count(), rows.len());
        for row in rows {
            assert!(text.out.contains(row["found"].as_str().unwrap()), "{row} in {text:#?}");
        }
    }
    desk.run("agreement examples misuse-signals --dir harbour --language zh-Hans").ends_with(0).says(&["一批滥用信号"]);
}

fn drop_red_line(text: &mut Value) {
    let one = clause(text, "4.6");
    one["text"] = json!({"en": "This clause was left empty.", "zh-Hans": "本条留空。"});
    one.as_object_mut().unwrap().retain(|name, _| ["id", "text"].contains(&name.as_str()));
    let examples = text["examples"].as_array_mut().unwrap();
    examples.retain(|example| example["expected"]["because"] != "forbidden-by:4.6");
}

fn widen(text: &mut Value) {
    let one = clause(text, "2.1");
    one["text"]["en"] = format!("{} Who was affected is shown.", one["text"]["en"].as_str().unwrap()).into();
    one["text"]["zh-Hans"] = format!("{}受影响方予以列入。", one["text"]["zh-Hans"].as_str().unwrap()).into();
    one["transform"]["show"].as_array_mut().unwrap().push("affected_parties".into());
    text["examples"].as_array_mut().unwrap().retain(|example| example["id"] != "affected-left-out");
}

#[test]
fn a_diff_says_what_changed_and_what_would_newly_flow() {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "old");
    desk.edit("old", "new", widen);
    desk.run("agreement diff old new").ends_with(0).says(&[
        "Who was affected is shown.",
        "Would newly flow:",
        "clause 2.1",
    ]);
    desk.run("agreement diff old new --language zh-Hans").ends_with(0).says(&["受影响方予以列入"]);
    desk.run("agreement diff new old").ends_with(0).says(&["Only narrows"]);
    let told = desk.run("--json agreement diff old new").ends_with(0).json();
    assert!(told["widenings"][0].as_str().unwrap().contains("clause 2.1"), "{told}");
    assert!(told["redline"].as_str().unwrap().contains("Who was affected is shown."));
    assert_eq!((told["old"] == told["new"], &told["findings"]), (false, &json!([])));
}

#[test]
fn a_red_line_that_goes_is_told_as_what_may_newly_flow() {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "old");
    desk.edit("old", "new", drop_red_line);
    let told = desk.run("--json agreement diff old new").ends_with(0).json();
    assert_ne!(told["widenings"], json!([]), "{told}");
}

#[test]
fn an_amendment_names_the_records_that_would_newly_flow() {
    let (desk, agreement) = Desk::with_treaty("confidential-incident");
    desk.label_tempe("amber");
    desk.log_named("unlabelled", "harbour");
    desk.edit("text.json", "new", widen);
    let words = format!("agreement diff {agreement} new --dir harbour");
    desk.run(&words).ends_with(0).says(&["would newly flow:"]);
    let told = desk.run(&format!("--json {words}")).ends_with(0).json();
    let rows = told["newly_flowing"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "the unlabelled record stays: {told}");
    assert_eq!(rows[0]["record"].as_str(), Some(&*desk.run("record show r.json --dir harbour").fact("record digest")));
    assert!(rows[0]["fields_after"].as_u64() > rows[0]["fields_before"].as_u64());
    desk.run(&format!("agreement diff new {agreement} --dir harbour"))
        .ends_with(0)
        .says(&["No record in this node's log"]);
}

#[test]
fn a_record_that_shows_other_fields_flows_newly_too() {
    let (desk, agreement) = Desk::with_treaty("confidential-incident");
    desk.label_tempe("amber");
    desk.edit("text.json", "new", |text| {
        clause(text, "2.1")["transform"]["show"] = json!(["name", "affected_parties"]);
        text["examples"] = json!([]);
    });
    let told = desk.run(&format!("--json agreement diff {agreement} new --dir harbour")).ends_with(0).json();
    assert_eq!(told["newly_flowing"].as_array().unwrap().len(), 1, "fewer fields, and one that was withheld: {told}");
}

#[test]
fn a_counter_offer_takes_the_place_of_the_offer() {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "t");
    let first = desk.offer("harbour", "t", "offer");
    desk.take("offer --keys harbour/profile.json", "hills");
    desk.edit("t", "c", widen);
    let run = desk.run(&format!("agreement propose c --answers {first} --tlp green --dir hills --out counter"));
    let second = run.ends_with(0).fact("agreement");
    desk.take("counter", "harbour").says(&["is countered", "is offered"]);
    desk.conclude(&second, "");
    assert_eq!(desk.state("harbour", &first), "countered");
    let unknown =
        desk.run(&format!("agreement propose t --answers {} --tlp green --dir hills --out x", "A".repeat(43)));
    unknown.refuses(3, &["knows no agreement"]);
}

#[test]
fn an_amendment_takes_the_place_of_what_it_replaces() {
    let (desk, old) = Desk::with_treaty("confidential-incident");
    desk.edit("text.json", "new.json", |text| {
        widen(text);
        text["replaces"] = old.clone().into();
    });
    let new = desk.offer("harbour", "new.json", "amendment");
    desk.take("amendment", "hills");
    desk.conclude(&new, "-2");
    assert_eq!(["harbour", "hills"].map(|node| desk.state(node, &old)), ["terminated", "terminated"]);
}

#[test]
fn a_text_is_accepted_now_and_signed_later() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    desk.take("offer --keys harbour/profile.json", "hills");
    desk.run(&format!("agreement sign {agreement} --accept-only --dir hills --out accepted")).ends_with(0);
    desk.take("accepted", "harbour").says(&["is accepted"]);
    desk.sign_text("harbour", &agreement, "a");
    desk.take("a", "hills").says(&["is verified"]);
    desk.sign_text("hills", &agreement, "b").says(&["in force"]);
    desk.take("b", "harbour").says(&["is in force"]);
}

#[test]
fn nothing_is_done_without_yes() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    let before = desk.files("harbour/segments");
    for will in ["suspend", "resume", "withdraw", "terminate"] {
        let words = format!("agreement {will} {agreement} --tlp green --reason en=Why --dir harbour --out {will}");
        desk.run(&words).ends_with(0).says(&["Nothing was changed", "--yes"]);
        assert!(!desk.has(will));
    }
    assert_eq!((desk.files("harbour/segments"), desk.state("harbour", &agreement)), (before, "in force".to_owned()));
}

fn act(will: &str, agreement: &str, dir: &str, more: &str) -> String {
    format!("agreement {will} {agreement} --dir {dir} --yes {more}")
}

#[test]
fn only_whoever_suspended_resumes() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.run_words(&[
        "agreement",
        "suspend",
        &agreement,
        "--tlp",
        "green",
        "--reason",
        "en=A leak",
        "--reason",
        "zh-Hans=泄漏",
        "--dir",
        "hills",
        "--yes",
        "--out",
        "s",
    ])
    .ends_with(0)
    .says(&["suspended"]);
    desk.take("s", "harbour").says(&["is suspended"]);
    desk.run(&act("resume", &agreement, "harbour", "--out no")).refuses(1, &["did not suspend"]);
    desk.run(&act("resume", &agreement, "hills", "--out r")).ends_with(0).says(&["in force"]);
    desk.take("r", "harbour").says(&["is in force"]);
}

#[test]
fn either_party_ends_it_for_good_and_says_why() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.run(&act("terminate", &agreement, "hills", "--out t")).refuses(2, &["without a reason", "--reason en=TEXT"]);
    desk.run(&act("terminate", &agreement, "hills", "--tlp green --reason done --out t"))
        .refuses(2, &["LANGUAGE=TEXT"]);
    desk.run(&act("terminate", &agreement, "hills", "--tlp green --reason en=Done --out t")).ends_with(0);
    desk.take("t", "harbour").says(&["is terminated"]);
    desk.run(&act("resume", &agreement, "harbour", "--out x")).ends_with(1);
    desk.run(&format!("agreement sign {agreement} --dir harbour --out x")).ends_with(1);
    assert_eq!(["harbour", "hills"].map(|node| desk.state(node, &agreement)), ["terminated", "terminated"]);
}

#[test]
fn an_offer_is_withdrawn_by_whoever_made_it() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    desk.take("offer --keys harbour/profile.json", "hills");
    desk.run(&act("withdraw", &agreement, "hills", "--out x")).refuses(1, &["did not put this text forward"]);
    desk.run(&act("withdraw", &agreement, "harbour", "--out w")).ends_with(0).says(&["withdrawn"]);
    desk.take("w", "hills").says(&["is withdrawn"]);
    desk.run(&format!("agreement sign {agreement} --dir hills --out x")).ends_with(1);
    assert!(!desk.has("x"));
}

#[test]
fn a_node_without_agreements_is_told_how_to_begin() {
    let desk = Desk::with_node();
    desk.run("agreement list --dir harbour").ends_with(0).says(&["knows no agreement", "agreement draft"]);
    assert_eq!(
        desk.run("--json agreement list --dir harbour").ends_with(0).json(),
        json!({"agreements": [], "alarms": []})
    );
}

#[test]
fn a_draft_says_what_it_needs() {
    let desk = Desk::with_two();
    let draft = |more: &str| desk.run(&format!("agreement draft --dir harbour --out t {more}"));
    draft("--template peace --party hills/profile.json").refuses(2, &["public-incident, misuse-signals"]);
    draft("--template public-incident").ends_with(2);
    draft("--template public-incident --party harbour/profile.json").ends_with(3);
    draft("--template public-incident --party hills/profile.json --from 2027-01-01T00:00:00Z --until 2026-01-01T00:00:00Z")
        .refuses(3, &["ends before it begins"]);
    assert!(!desk.has("t"));
    let told = draft("--json --template public-incident --party hills/profile.json").ends_with(0).json();
    assert_eq!((told["written"].as_str(), told["agreement"].as_str().map(str::len)), (Some("t"), Some(43)));
    draft("--template public-incident --party hills/profile.json").refuses(4, &["`t`"]);
}

#[test]
fn an_agreement_that_has_not_begun_or_is_over_is_said_to_be_so() {
    let desk = Desk::with_two();
    for (from, until, period) in [("2040-01-01", "2041-01-01", "not yet"), ("2020-01-01", "2021-01-01", "over")] {
        let words = format!(
            "agreement draft --template public-incident --dir harbour --party hills/profile.json \
             --from {from}T00:00:00Z --until {until}T00:00:00Z --out {from}"
        );
        desk.run(&words).ends_with(0);
        let agreement = desk.offer("harbour", from, &format!("{from}.message"));
        let row = desk.agreements("harbour").into_iter().find(|row| row["agreement"] == *agreement).unwrap();
        assert_eq!((row["state"].as_str(), row["period"].as_str()), (Some("offered"), Some(period)));
    }
}

#[test]
fn every_step_is_told_to_programs_as_well() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let told = |words: String| desk.run(&format!("--json {words}")).ends_with(0).json();
    let offered = told("agreement propose t --tlp green --dir harbour --out offer".to_owned());
    let agreement = offered["agreement"].as_str().unwrap().to_owned();
    assert_eq!(offered, json!({"agreement": agreement, "state": "offered", "written": "offer"}));
    let taken = told("agreement take offer --keys harbour/profile.json --dir hills".to_owned());
    let change = json!({"agreement": agreement, "state": "offered", "period": "in period"});
    assert_eq!(taken, json!({"changes": [change]}));
    let signed = told(format!("agreement sign {agreement} --dir hills --out signed"));
    let examples = desk.run(&format!("--json agreement examples {agreement} --dir hills")).ends_with(0).json();
    assert_eq!(signed["examples"].as_u64(), u64::try_from(examples["examples"].as_array().unwrap().len()).ok());
    assert_eq!((&signed["state"], &signed["written"]), (&json!("accepted"), &json!("signed")));
    desk.take("signed", "harbour");
    desk.sign_text("harbour", &agreement, "last");
    let previewed = told(format!("agreement suspend {agreement} --dir harbour --out s"));
    assert_eq!((&previewed["changed"], &previewed["agreement"]), (&json!(false), &json!(agreement)));
    let suspended = told(format!("agreement suspend {agreement} --yes --dir harbour --out s"));
    assert_eq!((&suspended["state"], &suspended["changed"]), (&json!("suspended"), &json!(true)));
    let error = desk.run(&format!("--json agreement suspend {} --dir harbour --out x", "A".repeat(43)));
    assert_eq!(error.ends_with(3).json_error()["kind"], "input");
}

#[test]
fn a_list_and_a_comparison_are_told_in_either_language_and_to_programs_in_one() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.label_tempe("clear");
    desk.edit("text.json", "longer.json", |text| {
        text["until"] = "2037-01-01T00:00:00.000000Z".into();
    });
    let list = desk.run("agreement list --dir harbour --language zh-Hans").ends_with(0).says(&["生效", "期限之内"]);
    assert!(!list.out.contains("in force") && !list.out.contains("in period"), "{list:#?}");
    let diff = format!("agreement diff {agreement} longer.json --dir harbour");
    desk.run(&diff).ends_with(0).says(&["Would newly flow:", "holds from", "No record in this node's log"]);
    let chinese = desk.run(&format!("{diff} --language zh-Hans")).ends_with(0);
    let chinese = chinese.says(&["将新增流出", "期限为", "没有任何记录"]);
    assert!(!chinese.out.contains("newly flow") && !chinese.out.contains("holds from"), "{chinese:#?}");
    let told = |more: &str| desk.run(&format!("--json {diff} {more}")).ends_with(0).json()["widenings"].clone();
    assert_eq!(told(""), told("--language zh-Hans"));
    let listed = |more: &str| desk.run(&format!("--json agreement list --dir harbour {more}")).ends_with(0).json();
    let (english, chinese) = (listed(""), listed("--language zh-Hans"));
    for name in ["state", "period"] {
        assert_eq!(english["agreements"][0][name], chinese["agreements"][0][name]);
    }
    let empty = Desk::with_node();
    empty.run("agreement list --dir harbour --language zh-Hans").ends_with(0).says(&["本节点尚无协议"]);
}
