//! Confidential reports: sealed by somebody without an account, read and answered at a desk.

use serde_json::{Value, json};

use crate::scene::Desk;

/// A desk that takes in reports.
fn open_desk() -> Desk {
    let desk = Desk::with_node();
    desk.run("report open --dir harbour").ends_with(0).says(&["intake"]);
    desk
}

impl Desk {
    /// Seals a report into a file, and answers the code.
    fn submitted(&self, text: &str, out: &str) -> String {
        self.write("report.txt", text);
        let made = self.run(&format!("--json report submit report.txt --to harbour/profile.json --out {out}"));
        made.ends_with(0).json()["code"].as_str().unwrap().to_owned()
    }

    fn inbox(&self) -> Value {
        self.run("--json report inbox --dir harbour").ends_with(0).json()
    }

    fn taken(&self, sealed: &str) -> String {
        self.run(&format!("report take {sealed} --dir harbour")).ends_with(0);
        self.inbox()["reports"][0]["report"].as_str().unwrap().to_owned()
    }

    /// Whether a text stands in any file of the node.
    fn holds(&self, needle: &str) -> bool {
        self.files("harbour").values().any(|octets| octets.windows(needle.len()).any(|part| part == needle.as_bytes()))
    }
}

const TEXT: &str = "The crane's safety log is edited by hand each Friday. \u{202e}I have seen it.";

#[test]
fn a_report_goes_to_the_desk_and_the_answer_to_its_reporter_alone() {
    let desk = open_desk();
    let code = desk.submitted(TEXT, "sealed");
    assert!(!desk.read("sealed").contains("crane"), "a courier reads nothing");
    let name = desk.taken("sealed");
    let read = desk.run(&format!("report read {name} --dir harbour")).ends_with(0);
    read.says(&["The crane's safety log", "\\u{202e}", "the reporter"]);
    desk.run_words(&["report", "answer", &name, "--text", "Which crane?", "--dir", "harbour"]).ends_with(0);
    let status = desk.run(&format!("--json report status {code}")).ends_with(0).json();
    let answers = format!("harbour/intake/answers/{}", status["tag"].as_str().unwrap());
    let told = desk.run(&format!("--json report status {code} --answers {answers}")).ends_with(0).json();
    let texts: Vec<_> = told["answers"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 2, "that it arrived, and the answer");
    assert_eq!(texts[1], "Which crane?");
    let other = desk.submitted("Something else", "other");
    desk.run(&format!("report status {other} --answers {answers}")).refuses(1, &["no answers under this code"]);
}

#[test]
fn the_desk_has_neither_the_code_nor_what_follows_from_it() {
    let desk = open_desk();
    let code = desk.submitted(TEXT, "sealed");
    desk.taken("sealed");
    let bare = code.replace('-', "");
    assert!(!desk.holds(&code) && !desk.holds(&bare));
    assert_eq!(bare.len(), 36, "160 bits and a check group");
    let slip = format!("{}{}", if code.starts_with('A') { 'B' } else { 'A' }, code.get(1..).unwrap());
    desk.run(&format!("report status {slip}")).refuses(2, &["mistyped"]);
}

#[test]
fn a_reporter_adds_to_the_same_report_and_strangers_cannot() {
    let desk = open_desk();
    let code = desk.submitted(TEXT, "sealed");
    let name = desk.taken("sealed");
    desk.write("more.txt", "It is crane 7.");
    let words = format!("report follow-up {code} more.txt --to harbour/profile.json --out more");
    desk.run(&words).ends_with(0);
    assert_eq!(desk.taken("more"), name);
    desk.run(&format!("report read {name} --dir harbour")).ends_with(0).says(&["It is crane 7."]);
    // A code that no report here has: well formed, and of somebody else's report.
    let stranger = desk.submitted("never handed in", "kept");
    desk.run(&format!("report follow-up {stranger} more.txt --to harbour/profile.json --out false")).ends_with(0);
    desk.run("report take false --dir harbour").ends_with(0);
    let inbox = desk.inbox();
    assert_eq!((&inbox["refused"], inbox["reports"].as_array().unwrap().len()), (&json!(1), 1));
}

#[test]
fn what_is_no_report_is_named_and_loses_nothing() {
    let desk = open_desk();
    desk.submitted(TEXT, "sealed");
    desk.write("noise", "AAAA");
    desk.write("words", "not sealed at all!");
    desk.run("report take words --dir harbour").refuses(3, &["no sealed file"]);
    desk.run("report take noise sealed --dir harbour").ends_with(0);
    let inbox = desk.inbox();
    assert_eq!((&inbox["refused"], inbox["reports"].as_array().unwrap().len()), (&json!(1), 1));
    let half: String = desk.read("sealed").chars().take(40_000).collect();
    desk.write("half", half);
    desk.run("report take half --dir harbour").ends_with(0);
    assert_eq!(desk.inbox()["refused"], json!(1));
    desk.write("long", "A".repeat(400_000));
    desk.run("report take long --dir harbour").refuses(3, &["at most"]);
    desk.write("report.txt", "x".repeat(70_000));
    desk.run("report submit report.txt --to harbour/profile.json --out big").refuses(3, &["longer than 65536"]);
    assert!(!desk.has("big"));
}

#[test]
fn a_report_taken_twice_is_one() {
    let desk = open_desk();
    desk.submitted(TEXT, "sealed");
    let name = desk.taken("sealed");
    assert_eq!(desk.taken("sealed"), name);
    let inbox = desk.inbox();
    assert_eq!(inbox["reports"][0]["messages"], json!(1));
}

#[test]
fn an_hour_has_a_limit_that_reading_does_not_lift() {
    let desk = open_desk();
    let sealed: Vec<_> = (0..61).map(|number| format!("sealed-{number}")).collect();
    for (number, out) in sealed.iter().enumerate() {
        desk.submitted(&format!("report {number}"), out);
    }
    let words: Vec<_> = sealed[..40].iter().map(String::as_str).collect();
    desk.run_words(&[&["report", "take"], words.as_slice(), &["--dir", "harbour"]].concat()).ends_with(0);
    assert_eq!(desk.inbox()["reports"].as_array().unwrap().len(), 40);
    let rest: Vec<_> = sealed[40..].iter().map(String::as_str).collect();
    let run = desk.run_words(&[&["report", "take"], rest.as_slice(), &["--dir", "harbour"]].concat());
    // A change of the hour on the way lets them all in; then the limit was not reached.
    if desk.inbox()["reports"].as_array().unwrap().len() < 61 {
        run.refuses(1, &["in an hour"]);
    }
}

#[test]
fn an_officer_makes_a_draft_and_the_incident_is_a_record_like_any_other() {
    let desk = open_desk();
    let code = desk.submitted("The crane's log is edited by hand.", "sealed");
    let name = desk.taken("sealed");
    desk.run(&format!("report accept {name} --out draft.json --dir harbour")).ends_with(0).says(&["source-identity"]);
    let draft = desk.read("draft.json");
    for secret in [code.as_str(), name.as_str(), "tag"] {
        assert!(!draft.contains(secret), "{secret}");
    }
    let made = desk.run("--json incident new draft.json --title Log --dir harbour").ends_with(0).json();
    assert_eq!(made["made"], json!(true));
    assert_eq!(desk.inbox()["reports"][0]["state"], json!("accepted"));
}

#[test]
fn what_the_desk_is_done_with_is_closed_opens_again_and_is_deleted_for_good() {
    let desk = open_desk();
    let code = desk.submitted(TEXT, "sealed");
    let name = desk.taken("sealed");
    desk.run_words(&["report", "close", &name, "--text", "Nothing more to do.", "--dir", "harbour"]).ends_with(0);
    assert_eq!(desk.inbox()["reports"][0]["state"], json!("closed"));
    desk.write("more.txt", "It is crane 7.");
    desk.write("code", format!("{code}\n"));
    desk.run_script("$0 report follow-up - more.txt --to harbour/profile.json --out more < code").ends_with(0);
    assert_eq!(desk.taken("more"), name);
    assert_eq!(desk.inbox()["reports"][0]["state"], json!("new"), "what its reporter adds opens it again");
    let shown = desk.run(&format!("report delete {name} --dir harbour")).ends_with(0);
    shown.says(&["2 from the reporter", "Nothing was deleted"]);
    assert!(desk.holds("crane 7"));
    desk.run(&format!("report delete {name} --yes --dir harbour")).ends_with(0);
    assert!(!desk.holds("crane 7") && desk.inbox()["reports"].as_array().unwrap().is_empty());
    let tag = desk.run(&format!("--json report status {code}")).ends_with(0).json()["tag"].clone();
    assert!(!desk.has(&format!("harbour/intake/answers/{}", tag.as_str().unwrap())));
    desk.run(&format!("report delete {name} --dir harbour")).refuses(3, &["no report"]);
}

#[test]
fn only_what_is_done_and_old_goes_by_its_age() {
    let desk = open_desk();
    desk.submitted(TEXT, "sealed");
    let name = desk.taken("sealed");
    let chosen = |days: u32| {
        let words = format!("--json report delete --closed-days {days} --dir harbour");
        desk.run(&words).ends_with(0).json()["reports"].as_array().unwrap().len()
    };
    assert_eq!(chosen(0), 0, "nobody is done with it");
    desk.run(&format!("report close {name} --dir harbour")).ends_with(0);
    let thread = format!("harbour/intake/threads/{name}.json");
    let (today, earlier) = (desk.inbox()["reports"][0]["day"].as_str().unwrap().to_owned(), "2020-01-01");
    assert_eq!(chosen(30), 0);
    desk.write(&thread, desk.read(&thread).replace(&today, earlier));
    assert_eq!(chosen(30), 1);
}

#[test]
fn no_text_of_a_reporter_looks_like_an_answer_of_the_desk() {
    let desk = open_desk();
    desk.submitted("A fact.\n\n2026-07-01, the desk:\nWe believe it.", "sealed");
    let name = desk.taken("sealed");
    let read = desk.run(&format!("report read {name} --dir harbour")).ends_with(0);
    read.says(&[
        "  reporter | 2026-07-01, the desk:",
        "  reporter | We believe it.",
        "  desk | Your report has arrived",
    ]);
}

#[test]
fn a_node_that_takes_in_none_says_so() {
    let desk = Desk::with_node();
    desk.run("report inbox --dir harbour").refuses(3, &["takes in no reports", "report open"]);
}

/// Asks over HTTPS as somebody without any key, with a program that is not ours. None if there is none here.
#[expect(clippy::print_stdout, reason = "a test that did not run must be seen")]
fn curl(desk: &Desk, words: &str) -> Option<String> {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: curl is not here");
        return None;
    }
    let run = desk.run_script(&format!(
        "curl --silent --show-error --insecure --output got --write-out '%{{http_code}}' {words}"
    ));
    Some(run.ends_with(0).out.trim().to_owned())
}

#[test]
fn a_running_node_takes_a_report_of_a_stranger_and_hands_the_answer_out() {
    let desk = open_desk();
    let code = desk.submitted(TEXT, "sealed");
    let node = desk.serve("harbour", "127.0.0.1:0");
    let submit = format!("--data-binary @sealed https://{}/report/submit", node.address);
    let Some(status) = curl(&desk, &submit) else { return };
    assert_eq!(status, "200", "{}", desk.read("got"));
    desk.write("noise", "no report at all");
    let noise = format!("--data-binary @noise https://{}/report/submit", node.address);
    assert_eq!(curl(&desk, &noise).unwrap(), "422");
    let name = desk.inbox()["reports"][0]["report"].as_str().unwrap().to_owned();
    desk.run_words(&["report", "answer", &name, "--text", "Which crane?", "--dir", "harbour"]).ends_with(0);
    let status = desk.run(&format!("--json report status {code}")).ends_with(0).json();
    let tag = status["tag"].as_str().unwrap();
    assert_eq!(curl(&desk, &format!("https://{}/report/answers/{tag}", node.address)).unwrap(), "200");
    desk.run(&format!("report status {code} --answers got")).ends_with(0).says(&["Which crane?"]);
    for (path, wanted) in [("AAAA", "404"), (&"A".repeat(43), "404")] {
        let asked = format!("https://{}/report/answers/{path}", node.address);
        assert_eq!(curl(&desk, &asked).unwrap(), wanted);
    }
}

#[test]
fn a_running_node_that_takes_in_none_says_that_there_is_nothing() {
    let desk = Desk::with_node();
    desk.submitted(TEXT, "sealed");
    let node = desk.serve("harbour", "127.0.0.1:0");
    let submit = format!("--data-binary @sealed https://{}/report/submit", node.address);
    if let Some(status) = curl(&desk, &submit) {
        assert_eq!(status, "404");
    }
}
