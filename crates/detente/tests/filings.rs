//! Reports for authorities: drafted from what is known, refused while something is missing, frozen, and shown again as they were.

use std::time::{SystemTime, UNIX_EPOCH};

use record::time::Timestamp;
use serde_json::{Value, json};

use crate::incident_desk::CRANE;
use crate::scene::{Desk, Run};

const CALIFORNIA: &str = "us-ca-sb53/report-15-days/initial";
const CHINA: &str = "cn-incident-reporting/other-operator-four-hours/initial";
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

fn before_now(micros: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    Timestamp::from_micros(i64::try_from(now).unwrap() - micros).to_string()
}

/// What a frontier developer knows that makes the report to California due.
fn californian(discovered: &str) -> Value {
    json!({
        "actor.roles": ["frontier_developer"], "system.training_compute": "3e26", "incident.causal_link": "established",
        "incident.weight_exfiltration": "none", "incident.loss_of_control": true, "incident.deceived_developer": false,
        "incident.conduct": [], "incident.imminent_danger": false, "harm.deaths": 0, "harm.injured": 2,
        "harm.casualties": 0, "harm.damage_usd": 0, "system.deployment_state": "internal use",
        "time.discovered": discovered
    })
}

/// What an ordinary firm in China knows.
fn chinese() -> Value {
    json!({
        "actor.cn_class": "other_operator", "incident.cn_network_security": true, "incident.cn_cii_involved": false,
        "incident.cn_level": "relatively_serious", "incident.cn_crime_suspected": false, "harm.personal_records": 0,
        "harm.damage_cny": 0, "harm.outage_minutes": 0, "harm.main_function_outage_minutes": 0,
        "time.discovered": before_now(DAY / 24), "time.aware": before_now(DAY / 24)
    })
}

/// A node with the incident of the crane, and facts about it in a file.
struct Case {
    desk: Desk,
    incident: String,
}

impl Case {
    fn new(facts: &Value) -> Self {
        let desk = Desk::with_node();
        let incident = desk.incident("harbour", CRANE);
        desk.write("facts.json", facts.to_string());
        Self { desk, incident }
    }

    fn form(&self, verb: &str, stage: &str, words: &[&str]) -> Run {
        let start =
            ["--json", "duties", "form", verb, &self.incident, stage, "--dir", "harbour", "--facts", "facts.json"];
        self.desk.run_words(&[&start, words].concat())
    }

    fn fill(&self, stage: &str, words: &[&str]) -> Value {
        self.form("fill", stage, words).ends_with(0).json()
    }

    fn file(&self, stage: &str, words: &[&str]) -> Value {
        self.form("file", stage, &[&["--by", "lin", "--yes"], words].concat()).ends_with(0).json()
    }

    fn filings(&self) -> Value {
        let words = format!("--json duties form filings {} --dir harbour", self.incident);
        self.desk.run(&words).ends_with(0).json()["filings"].clone()
    }
}

const CONTACT: [&str; 2] = ["--write", "contact=A. Officer, +1 000"];

#[test]
fn forms_are_listed_with_the_stages_that_they_were_made_for() {
    let desk = Desk::new();
    let all = desk.run("--json duties form list").ends_with(0).json();
    assert_eq!(all["forms"].as_array().unwrap().len(), 12);
    let fitting = desk.run(&format!("--json duties form list --for {CHINA} --fields")).ends_with(0).json();
    assert_eq!(fitting["forms"][0]["form"], "cn-incident-report");
    assert!(fitting["forms"][0]["fields"].as_array().unwrap().iter().any(|field| field["field"] == "level"));
    desk.run("duties form list --for nothing").refuses(2, &["PACK/DUTY/STAGE"]);
}

#[test]
fn a_draft_names_what_is_missing_and_logs_nothing() {
    let case = Case::new(&californian(&before_now(DAY)));
    let size = case.desk.run("--json log list --dir harbour").ends_with(0).json()["size"].clone();
    let draft = case.fill(CALIFORNIA, &[]);
    assert_eq!(draft["missing"], json!(["contact"]), "{draft}");
    assert_eq!((&draft["standing"], &draft["form"]), (&json!("due"), &json!("us-ca-sb53")));
    let contact = draft["unsaid"].as_array().unwrap().iter().find(|one| one["field"] == "contact").unwrap();
    assert!(contact["questions"][0]["zh"].as_str().unwrap().contains("联系人"));
    assert!(case.fill(CALIFORNIA, &CONTACT)["missing"].as_array().unwrap().is_empty());
    assert_eq!(case.desk.run("--json log list --dir harbour").ends_with(0).json()["size"], size);
    assert!(case.filings().as_array().unwrap().is_empty());
}

#[test]
fn a_stage_a_form_and_a_field_that_are_not_there_are_named() {
    let case = Case::new(&californian(&before_now(DAY)));
    case.form("fill", "us-ca-sb53/report-15-days/other", &[]).refuses(3, &["initial"]);
    case.form("fill", "us-ca-sb53/nothing/initial", &[]).refuses(3, &["duties list"]);
    case.form("fill", "nothing", &[]).refuses(2, &["PACK/DUTY/STAGE"]);
    case.form("fill", CALIFORNIA, &["--form", "nothing"]).refuses(3, &["us-ca-sb53"]);
    case.form("fill", CALIFORNIA, &["--write", "nothing=x"]).refuses(2, &["contact"]);
    case.form("fill", CALIFORNIA, &["--write", "contact"]).refuses(2, &["FIELD=TEXT"]);
    case.form("fill", CALIFORNIA, &["--out", "report.doc"]).refuses(2, &["FILE.pdf"]);
}

#[test]
fn a_form_of_ones_own_is_used_from_a_file() {
    let case = Case::new(&californian(&before_now(DAY)));
    let form = json!({
        "format": "detente-form/1", "id": "ours", "version": "1", "title": {"en": "Ours", "zh": "本方"},
        "about": {"en": "Invented.", "zh": "虚构。"},
        "sections": [{"id": "one", "label": {"en": "One", "zh": "一"}, "fields": [
            {"id": "title", "label": {"en": "Title", "zh": "标题"}, "from": [{"property": "name"}], "wanted": "always"}
        ]}]
    });
    case.desk.write("ours.json", form.to_string());
    assert_eq!(case.fill(CALIFORNIA, &["--form", "ours.json"])["form"], "ours");
    case.desk.write("broken.json", "{}");
    case.form("fill", CALIFORNIA, &["--form", "broken.json"]).refuses(3, &["line 1"]);
}

#[test]
fn something_missing_is_filed_with_a_reason_or_not_at_all() {
    let case = Case::new(&californian(&before_now(DAY)));
    case.form("file", CALIFORNIA, &["--by", "lin", "--yes"]).refuses(1, &["contact", "--incomplete"]);
    let filed = case.file(CALIFORNIA, &["--incomplete", "the officer is being found"]);
    assert_eq!(filed["made"], true);
    assert_eq!(case.filings()[0]["incomplete_because"], "the officer is being found");
    let words = [&CONTACT[..], &["--by", "lin", "--yes", "--incomplete", "why not"]].concat();
    case.form("file", CALIFORNIA, &words).refuses(1, &["nothing that has to be said is missing"]);
}

#[test]
fn a_preview_files_nothing_and_filing_stops_the_clock_in_one_go() {
    let case = Case::new(&californian(&before_now(DAY)));
    let preview = case.form("file", CALIFORNIA, &[&CONTACT[..], &["--by", "lin"]].concat()).ends_with(0).json();
    assert_eq!((&preview["made"], case.filings()), (&json!(false), json!([])));
    let filed = case.file(CALIFORNIA, &CONTACT);
    assert_eq!(filed["in_time"], true, "{filed}");
    let events: Vec<&str> =
        filed["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events[..2], ["set", "filed"], "{filed}");
    assert_eq!(filed["events"][1]["version"], filed["record_digest"], "the event names the filing by its digest");
    let row = &case.filings()[0];
    assert_eq!((&row["filing"], &row["in_time"]), (&filed["record_digest"], &json!(true)));
}

#[test]
fn the_same_is_filed_once_and_what_changed_is_an_amendment() {
    let case = Case::new(&californian(&before_now(DAY)));
    let first = case.file(CALIFORNIA, &CONTACT);
    let again = case.file(CALIFORNIA, &CONTACT);
    assert_eq!((&again["made"], &again["record_digest"]), (&json!(false), &first["record_digest"]));
    let amended = case.file(CALIFORNIA, &[&CONTACT[..], &["--write", "statement=Somebody was hurt."]].concat());
    assert_eq!((&amended["made"], &amended["clock"]), (&json!(true), &json!("filed (an amendment)")));
    assert_eq!(case.filings().as_array().unwrap().len(), 2);
}

#[test]
fn a_late_filing_is_told_as_late() {
    let case = Case::new(&californian(&before_now(40 * DAY)));
    assert_eq!(case.file(CALIFORNIA, &CONTACT)["in_time"], false);
    assert_eq!(case.filings()[0]["in_time"], false);
}

#[test]
fn what_was_filed_is_shown_again_octet_for_octet_whatever_becomes_of_the_incident() {
    let case = Case::new(&californian(&before_now(DAY)));
    let filed = case.file(CALIFORNIA, &[&CONTACT[..], &["--out", "filed.html"]].concat());
    let digest = filed["record_digest"].as_str().unwrap();
    case.desk.run(&format!("incident edit {} --title Otherwise --dir harbour", case.incident)).ends_with(0);
    let shown =
        case.desk.run(&format!("--json duties form show {digest} --dir harbour --out again.html")).ends_with(0).json();
    assert_eq!(shown["renders_the_same"], true, "{shown}");
    assert_eq!(case.desk.read("again.html"), case.desk.read("filed.html"));
    assert!(case.desk.read("again.html").contains("A crane set a container down"));
    assert!(!case.desk.read("again.html").contains("Draft"));
    case.desk.run(&format!("duties form show {digest} --dir harbour --out again.html")).refuses(4, &["exists"]);
    let incident = &case.desk.show("harbour", &case.incident)["versions"][0]["digest"];
    if let Some(other) = incident.as_str() {
        case.desk.run(&format!("duties form show {other} --dir harbour")).refuses(3, &["is no filing"]);
    }
}

#[test]
fn a_chinese_report_is_in_chinese_by_itself_and_as_data_too() {
    let case = Case::new(&chinese());
    let contact = ["--write", "contact=张某，电话 000", "--write", "measures=已停机检查。", "--write", "unit=港西公司"];
    let draft = case.fill(CHINA, &[&contact[..], &["--out", "report.html"]].concat());
    assert_eq!((&draft["language"], &draft["missing"]), (&json!("zh-Hans"), &json!([])), "{draft}");
    let page = case.desk.read("report.html");
    assert!(page.contains("lang=\"zh-Hans\"") && page.contains("较大") && page.contains("草稿，尚未提交"), "{page}");
    case.fill(CHINA, &[&contact[..], &["--language", "en", "--out", "report.json"]].concat());
    let data: Value = serde_json::from_str(&case.desk.read("report.json")).unwrap();
    assert_eq!((&data["language"], &data["is_draft"]), (&json!("en"), &json!(true)));
}

#[test]
fn a_report_on_a_duty_that_is_not_due_says_so() {
    let case = Case::new(&json!({"actor.roles": ["deployer"]}));
    let draft = case.fill(CALIFORNIA, &[]);
    assert_eq!(draft["standing"], "not due", "{draft}");
    let words = ["duties", "form", "fill", &case.incident, CALIFORNIA, "--dir", "harbour", "--facts", "facts.json"];
    case.desk.run_words(&words).ends_with(0).says(&["THIS DUTY IS NOT DUE"]);
}

/// The PDF is printed by a browser of the machine, and holds what the page holds, in both languages.
#[test]
fn a_report_is_printed_where_a_chromium_is() {
    let case = Case::new(&chinese());
    let run = case.form("fill", CHINA, &["--out", "report.pdf"]);
    if run.code != Some(0) {
        println!("SKIPPED: no Chromium prints here: {}", run.err);
        let _told = run.refuses(4, &["FILE.html"]);
        return;
    }
    let octets = std::fs::read(case.desk.path("report.pdf")).unwrap();
    assert!(octets.starts_with(b"%PDF"), "a PDF begins so");
    let Ok(text) = std::process::Command::new("pdftotext").arg(case.desk.path("report.pdf")).arg("-").output() else {
        println!("SKIPPED: pdftotext is not here");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for said in ["网络安全事件报告", "草稿", "较大", "A crane set a container down"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn whoever_has_no_browser_is_told_how_to_print_by_hand() {
    let case = Case::new(&californian(&before_now(DAY)));
    let script = format!(
        "DETENTE_CHROMIUM=/nothing \"$0\" duties form fill {} {CALIFORNIA} --dir harbour --facts facts.json --out report.pdf",
        case.incident
    );
    case.desk.run_script(&script).refuses(4, &["cannot be started", "FILE.html"]);
    assert!(!case.desk.has("report.pdf"));
}

#[test]
fn the_words_of_a_filing_are_erased_and_that_it_was_filed_stays() {
    let case = Case::new(&californian(&before_now(DAY)));
    let filed = case.file(CALIFORNIA, &CONTACT);
    let digest = filed["record_digest"].as_str().unwrap().to_owned();
    let erase = |words: &str| {
        case.desk
            .run(&format!("--json duties form erase {digest} --reason asked --dir harbour {words}"))
            .ends_with(0)
            .json()
    };
    let preview = erase("");
    assert_eq!(preview["stays"].as_array().unwrap().len(), 4, "{preview}");
    assert_eq!(case.filings().as_array().unwrap().len(), 1, "a preview erases nothing");
    assert_eq!(erase("--yes")["erased"], true);
    assert_eq!(case.filings(), json!([]));
    case.desk.run(&format!("duties form show {digest} --dir harbour")).refuses(3, &["no filing"]);
    let clock = format!("--json duties clock show {} {CALIFORNIA} --dir harbour", case.incident);
    let clock = case.desk.run(&clock).ends_with(0).json();
    assert_eq!((&clock["state"], &clock["filings"][0]["version"]), (&json!("filed"), &json!(digest)));
    case.desk.run("verify harbour").ends_with(0);
    // A record that is no filing is not erased by this.
    let other =
        case.desk.run("--json log list --dir harbour").ends_with(0).json()["entries"][2]["record_digest"].clone();
    let words = format!("duties form erase {} --reason asked --yes --dir harbour", other.as_str().unwrap());
    case.desk.run(&words).refuses(3, &["no filing"]);
}
