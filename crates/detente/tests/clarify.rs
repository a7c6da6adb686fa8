//! Two running nodes: what is asked about a record, what is answered, who keeps silent, and what becomes of a recall.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use record::time::Timestamp;
use serde_json::{Value, json};

use crate::scene::Desk;

/// How long a story waits for what two nodes do by themselves.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running node, ended with the story.
struct Running {
    child: Child,
    told: Receiver<String>,
    address: String,
}

impl Running {
    /// Waits until the node says this. A node that is asked often has to lend its directory each time.
    fn says(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.told.recv_timeout(left).unwrap_or_else(|_| panic!("the node never said `{words}`"));
            if line.contains(words) {
                return;
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn serve(desk: &Desk, dir: &str) -> Running {
    let mut child = desk.start(&format!("--json serve --dir {dir} --listen 127.0.0.1:0"));
    let mut line = String::new();
    let _octets = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap());
    let (tell, told_lines) = channel();
    let _reader = std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    Running { child, told: told_lines, address: told["listening"].as_str().unwrap().to_owned() }
}

/// Two nodes that run, under an agreement, and Harbour's incident as it came to Hills.
struct Scene {
    desk: Desk,
    harbour: Running,
    hills: Running,
    /// The name of Harbour's feed, as Hills reads it.
    feed: String,
    /// The digest of the record that came.
    record: String,
    proposal: String,
}

impl Scene {
    fn new() -> Self {
        let (desk, agreement) = Desk::with_treaty("public-incident");
        desk.label_tempe("green");
        let words = format!(
            "release propose r.json --agreement {agreement} --purpose incident-response --by Ada --dir harbour"
        );
        let proposal = desk.run(&words).ends_with(0).fact("proposal");
        desk.publish(&proposal).ends_with(0);
        let [harbour, hills] = ["harbour", "hills"].map(|dir| serve(&desk, dir));
        for (dir, other, at) in [("harbour", "hills", &hills), ("hills", "harbour", &harbour)] {
            desk.run(&format!("peer add {other}/profile.json --address {} --dir {dir}", at.address)).ends_with(0);
        }
        hills.says("1 new entries");
        let came = desk.asked("feed list --dir hills")["read"][0].clone();
        let feed = came["feed"].as_str().unwrap().to_owned();
        let shown = desk.asked(&format!("feed show {feed} --dir hills"));
        let record = shown["entries"][0]["about"].as_str().unwrap().to_owned();
        Self { desk, harbour, hills, feed, record, proposal }
    }

    /// Hills asks, and gives this long to answer. The question's digest.
    fn ask(&self, seconds: i64) -> String {
        let deadline = in_seconds(seconds);
        let text = "en=Which version of the software was it?";
        let words = ["--json", "clarify", "ask", &self.record, "--text", text, "--text", "zh-Hans=是哪个版本的软件？"];
        let rest = ["--deadline", &deadline, "--by", "Ada", "--yes", "--dir", "hills"];
        let asked = self.desk.run_words(&[&words[..], &rest[..]].concat()).ends_with(0).json();
        assert_eq!((&asked["sent"], &asked["goes_to"]), (&json!(true), &json!(["Harbour"])));
        self.harbour.says("1 new entries");
        asked["question"].as_str().unwrap().to_owned()
    }

    /// Harbour answers.
    fn answer(&self, question: &str) {
        let words = ["clarify", "answer", question, "--text", "en=Build 2018.11.", "--status", "partly"];
        let rest = ["--by", "Ben", "--yes", "--dir", "harbour"];
        self.desk.run_words(&[&words[..], &rest[..]].concat()).ends_with(0).says(&["Released: "]);
        self.hills.says("1 new entries");
    }
}

impl Desk {
    fn asked(&self, words: &str) -> Value {
        self.run(&format!("--json {words}")).ends_with(0).json()
    }

    fn row(&self, dir: &str, question: &str) -> Value {
        let all = self.asked(&format!("clarify list --dir {dir}"));
        let row = all["questions"].as_array().unwrap().iter().find(|row| row["question"] == question);
        row.cloned().unwrap_or_default()
    }
}

/// The first answer that is as it should be.
fn until(ask: impl Fn() -> Value, is_it: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if is_it(&answer) {
            return answer;
        }
        assert!(Instant::now() < end, "it did not come: {answer:#}");
        std::thread::sleep(Duration::from_millis(250));
    }
}

fn in_seconds(seconds: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap() + seconds * 1_000_000).to_string()
}

/// One test, since the two nodes take longer to come to an agreement than all that follows.
#[test]
fn two_nodes_ask_and_answer_keep_silent_and_take_back() {
    let scene = Scene::new();
    a_question_is_answered_in_time_and_asked_further(&scene);
    a_timeline_tells_both_sides_of_it(&scene);
    silence_is_recorded_on_both_sides_and_a_late_answer_does_not_undo_it(&scene);
    a_recall_is_answered_with_a_deletion(&scene);
    what_was_never_sent_is_met_by_no_silence(&scene);
}

fn a_question_is_answered_in_time_and_asked_further(scene: &Scene) {
    let question = scene.ask(700_000);
    let waits = scene.desk.row("harbour", &question);
    assert_eq!(waits["state"], "waiting");
    assert_eq!((&waits["is_ours"], &waits["asks"]["zh-Hans"]), (&json!(false), &json!("是哪个版本的软件？")));
    assert!(waits["left_seconds"].as_i64().unwrap() > 600_000 && waits["about"] == scene.record.as_str());
    scene.answer(&question);
    let answered = scene.desk.row("hills", &question);
    assert_eq!(answered["state"], "answered");
    let given = answered["answers"][0].clone();
    assert_eq!((&given["status"], &given["says"]["en"]), (&json!("partly"), &json!("Build 2018.11.")));
    assert_eq!(
        (&given["is_late"], scene.desk.row("harbour", &question)["state"].clone()),
        (&json!(false), json!("answered"))
    );
    let further = given["answer"].as_str().unwrap();
    let deadline = in_seconds(700_000);
    let words = format!("--json clarify ask {further} --text en=And? --deadline {deadline} --by Ada --yes --dir hills");
    let second = scene.desk.run(&words).ends_with(0).json()["question"].clone();
    scene.harbour.says("1 new entries");
    let row = scene.desk.row("harbour", second.as_str().unwrap());
    assert_eq!((&row["thread"], &row["about"]), (&json!(question), &json!(scene.record)));
    let chinese = scene.desk.run("clarify list --dir hills --language zh-Hans").ends_with(0);
    chinese.says(&["我方提问", "已答复", "部分答复", "等待答复，剩余8天", "是哪个版本的软件？"]);
}

/// The same case on both desks: what came in a feed is listed, shown as far as it is shown, and each line has its proof.
fn a_timeline_tells_both_sides_of_it(scene: &Scene) {
    let desk = &scene.desk;
    let kinds = |dir: &str| -> Vec<String> {
        let timeline = desk.asked(&format!("incident timeline {} --dir {dir}", scene.record));
        let lines = timeline["lines"].as_array().unwrap().clone();
        assert!(lines.iter().all(|line| line["places"][0]["proving"].is_string()), "{lines:#?}");
        lines.iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
    };
    let (ours, theirs) = (kinds("harbour"), kinds("hills"));
    for kind in ["reported", "labelled", "released", "acknowledged", "asked", "answered"] {
        assert!(ours.iter().any(|one| one == kind), "no `{kind}` in {ours:?}");
    }
    for kind in ["reported", "acknowledged", "asked", "answered"] {
        assert!(theirs.iter().any(|one| one == kind), "no `{kind}` in {theirs:?}");
    }
    let came = desk.asked("incident list --dir hills")["incidents"][0]["id"].clone();
    let shown = desk.asked(&format!("incident show {} --dir hills", came.as_str().unwrap()));
    assert_eq!(shown["accounts"][0]["name"], "Harbour");
    let edit = format!("incident edit {} --set deaths=0 --dir hills", came.as_str().unwrap());
    desk.run(&edit).refuses(1, &["is by Harbour", "incident merge"]);
    let waits = desk.asked("incident handover --since 2020-01-01T00:00:00Z --dir harbour")["questions"].clone();
    assert_eq!((waits.as_array().unwrap().len(), &waits[0]["is_ours"]), (1, &json!(false)), "{waits:#}");
}

fn silence_is_recorded_on_both_sides_and_a_late_answer_does_not_undo_it(scene: &Scene) {
    let question = scene.ask(2);
    scene.hills.says("were not answered in time");
    let silent = scene.desk.row("hills", &question);
    assert_eq!((&silent["state"], &silent["silence"]["since"]), (&json!("silent"), &silent["deadline"]));
    let told = until(|| scene.desk.row("harbour", &question), |row| !row["silence"].is_null());
    assert_eq!((&told["state"], &told["silence"]), (&json!("silent"), &silent["silence"]));
    let acks = scene.desk.asked("feed acks --dir harbour")["statements"].clone();
    let stated = acks.as_array().unwrap().iter().filter(|one| one["kind"] == "silence").collect::<Vec<_>>();
    assert_eq!((stated.len(), &stated[0]["says"]["question"]), (1, &json!(question)));
    scene.answer(&question);
    let late = scene.desk.row("hills", &question);
    assert_eq!(late["state"], "late");
    assert_eq!((&late["silence"], &late["answers"][0]["is_late"]), (&silent["silence"], &json!(true)));
    assert_eq!(scene.desk.row("harbour", &question)["state"], "late");
    scene.desk.run("clarify list --dir hills").ends_with(0).says(&["we ask", "late; silent since", "partly, late"]);
    let own = scene.desk.asked("feed acks --dir hills")["own"].clone();
    assert_eq!(own.as_array().unwrap().len(), 1, "it is stated once: {own:#}");
}

fn a_recall_is_answered_with_a_deletion(scene: &Scene) {
    let (desk, feed) = (&scene.desk, &scene.feed);
    let answer = format!("feed answer {feed} 0 --deleted --by Ada --dir hills");
    desk.run(&answer).refuses(3, &["entry 0 was not taken back"]);
    desk.run(&format!("release recall {} --reason error --by Ada --yes --dir harbour", scene.proposal)).ends_with(0);
    let entries = || desk.asked(&format!("feed show {feed} --dir hills"))["entries"].clone();
    scene.hills.says("1 new entries");
    let row = entries()[0].clone();
    assert_eq!((&row["recalled"], &row["answer"]), (&json!(true), &Value::Null));
    desk.run(&format!("feed answer {feed} 0 --kept --passed-on --by Ada --dir hills")).ends_with(0);
    desk.run(&format!("incident show {} --dir hills", scene.record)).ends_with(0).says(&["WARNING", "taken back"]);
    desk.run(&answer).ends_with(0).says(&["signed and logged"]);
    assert_eq!(entries()[0]["answer"]["deleted"], true);
    assert_eq!(desk.asked("incident list --dir hills")["incidents"], json!([]), "what was deleted is listed no more");
    desk.run(&format!("feed show {feed} --dir hills")).ends_with(0).says(&["RECALLED, deleted"]);
    desk.run(&format!("feed show {feed} --entry 0 --out gone.json --dir hills")).refuses(3, &["has no record here"]);
    let answers = || {
        let all = desk.asked("feed acks --dir harbour")["statements"].clone();
        let all = all.as_array().unwrap().iter().filter(|one| one["kind"] == "recall-answer").cloned();
        Value::from(all.map(|one| one["says"].clone()).collect::<Vec<_>>())
    };
    let both = until(answers, |all| all.as_array().unwrap().len() == 2);
    assert_eq!((&both[0]["deleted"], &both[0]["passed_on"]), (&json!(false), &json!(true)));
    assert_eq!((&both[1]["deleted"], &both[1]["record"]), (&json!(true), &json!(scene.record)));
    desk.run(&format!("feed verify {feed} --dir hills")).ends_with(0).says(&["Proved"]);
}

/// Nor is anything asked that did not come, or answered that was not asked; and what was taken back is asked about no more.
fn what_was_never_sent_is_met_by_no_silence(scene: &Scene) {
    let (desk, other) = (&scene.desk, "A".repeat(43));
    let deadline = in_seconds(700_000);
    let rest = format!("--text en=Why? --deadline {deadline} --by Ada");
    desk.run(&format!("clarify ask {other} {rest} --dir hills")).refuses(3, &["did not come in any feed"]);
    desk.run(&format!("clarify ask {} {rest} --dir hills", scene.record)).refuses(3, &["did not come in any feed"]);
    desk.run(&format!("clarify answer {other} --status declined --by Ben --dir harbour")).refuses(3, &["did not come"]);
    let answer = desk.asked("clarify list --dir hills")["questions"][0]["answers"][0]["answer"].clone();
    let late = in_seconds(-1);
    let words = format!("clarify ask {} --text en=Why? --by Ada --dir hills --deadline", answer.as_str().unwrap());
    desk.run(&format!("{words} {late}")).refuses(2, &["has passed already"]);
    let proposed = desk.run(&format!("--json {words} {deadline}")).ends_with(0).json();
    assert_eq!(proposed["sent"], false);
    let row = desk.row("hills", proposed["question"].as_str().unwrap());
    assert_eq!((&row["state"], &row["silence"]), (&json!("unsent"), &Value::Null));
}
