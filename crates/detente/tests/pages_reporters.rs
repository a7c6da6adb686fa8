//! The form for people without an account: what is handed in, the code, the way back, and what is written down of it.

use std::fs;

use crate::exchange::Serving;
use crate::https::{Answer, SiteAt};
use crate::pages::{Browser, encoded, hidden};
use crate::scene::Desk;
use crate::users::Office;

/// A node whose party takes reports by a page.
struct Open {
    desk: Desk,
    node: Serving,
    site: SiteAt,
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn open() -> Open {
    let Office { desk, node, .. } = Office::new();
    drop(node);
    desk.run("report open --dir harbour").ends_with(0);
    desk.write("harbour/serve.json", r#"{"users":{"listen":"127.0.0.1:0","reports":true}}"#);
    let (node, site) = desk.serve_users("harbour");
    Open { desk, node, site }
}

impl Open {
    fn page(&self, path: &str) -> String {
        let text = self.site.ask("GET", path, &[], &[]).is(200).text();
        assert!(!text.contains('⟨'), "{path} lacks a word: {text}");
        text
    }

    /// Sends a form that stands on a page that was shown.
    fn send(&self, page: &str, path: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        let once = hidden(page, form, "once").unwrap_or_else(|| panic!("no form {form} in {page}"));
        let given = hidden(page, form, "code").filter(|_| form == "more").map(|code| ("code", code));
        let mut fields = vec![("form", form), ("once", once.as_str())];
        fields.extend(given.iter().map(|(name, value)| (*name, value.as_str())));
        fields.extend_from_slice(typed);
        self.site.ask("POST", path, &[FORM], encoded(&fields).as_bytes())
    }

    fn report(&self, text: &str) -> Answer {
        self.send(&self.page("/report"), "/report", "report", &[("title", "Crane 7"), ("text", text)])
    }

    /// The name of the only report, once what arrived was opened.
    fn only_report(&self) -> String {
        let inbox = self.desk.run("--json report inbox --dir harbour").ends_with(0).json();
        let reports = inbox["reports"].as_array().unwrap().clone();
        assert_eq!(reports.len(), 1, "{inbox}");
        reports[0]["report"].as_str().unwrap().to_owned()
    }
}

/// The code on the page that is shown once.
fn code(page: &str) -> String {
    let inner = page.split("<code>").nth(1).unwrap_or_else(|| panic!("no code in {page}"));
    inner.split("</code>").next().unwrap().to_owned()
}

#[test]
fn somebody_without_an_account_reports_and_comes_back_with_a_code() {
    let open = open();
    assert!(open.page("/report?lang=zh-Hans").contains("保密反映情况"));
    assert!(open.page("/report?text=yes").contains("Report something in confidence"));
    let shown = open.report("The crane's log is edited <b>each Friday</b>. 每周五。").is(200);
    assert!(shown.field("cache-control").is_some_and(|rule| rule.contains("no-store")), "{}", shown.head);
    let code = code(&shown.text());
    assert_eq!(code.len(), 44, "nine groups of four");

    let early = open.page("/report/return");
    let early = open.send(&early, "/report/return", "return", &[("code", &code)]).is(200).text();
    assert!(early.contains("Nothing lies under this code yet"), "{early}");
    // What is added before the report was opened follows it all the same.
    open.send(&early, "/report/return", "more", &[("text", "It is crane 7.")]).is(200);
    let name = open.only_report();
    let read = open.desk.run(&format!("report read {name} --dir harbour")).ends_with(0);
    read.says(&["Subject: Crane 7", "<b>each Friday</b>", "每周五", "It is crane 7."]);
    open.desk.run_words(&["report", "answer", &name, "--text", "Which Friday?", "--dir", "harbour"]).ends_with(0);

    let sloppy = code.to_lowercase().replace('-', " ");
    let back = open.page("/report/return");
    let thread = open.send(&back, "/report/return", "return", &[("code", &sloppy)]).is(200).text();
    assert!(thread.contains("Which Friday?") && !thread.contains("each Friday"), "{thread}");
    let added = open.send(&thread, "/report/return", "more", &[("text", "The last one.")]).is(200).text();
    assert!(added.contains("What you added lies sealed") && added.contains("Which Friday?"), "{added}");
    assert_eq!(open.only_report(), name);
    open.desk.run(&format!("report read {name} --dir harbour")).ends_with(0).says(&["The last one."]);
    let _end = &open.node;
}

#[test]
fn nothing_of_a_reporter_is_written_down() {
    let open = open();
    let lin = Browser::signed_in(&open.site, "lin");
    let page = open.page("/report");
    let style = page.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    open.site.ask("GET", &format!("/assets/{style}"), &[], &[]).is(200);
    // Whoever has an account and reports from the same browser is nobody there.
    let once = hidden(&page, "report", "once").unwrap();
    let fields = [("form", "report"), ("once", once.as_str()), ("title", "Crane 7"), ("text", "From within.")];
    let head = [FORM, ("Cookie", lin.cookie.as_str())];
    let shown = open.site.ask("POST", "/report?lang=en", &head, encoded(&fields).as_bytes()).is(200);
    assert!(!shown.text().contains(">lin<") && !shown.head.contains("set-cookie"), "{}", shown.head);
    let code = code(&shown.text());
    open.site.ask("POST", "/report", &[FORM], b"text=%ZZ").is(400);
    lin.open("/settings").is(200);
    let lines = fs::read_to_string(open.desk.path("harbour/access.log")).unwrap();
    assert!(!lines.contains("/report"), "{lines}");
    assert!(lines.contains("/settings") && lines.contains("127.0.0.1"), "others are logged: {lines}");
    let assets: Vec<_> = lines.lines().filter(|line| line.contains("/assets/")).collect();
    assert!(!assets.is_empty() && assets.iter().all(|line| !line.contains("127.0.0.1")), "{assets:?}");
    for (path, octets) in open.desk.files("harbour") {
        let text = String::from_utf8_lossy(&octets);
        assert!(!text.contains(&code) && !text.contains(&code.replace('-', "")), "{}", path.display());
    }
    let _end = &open.node;
}

#[test]
fn what_was_typed_stands_there_again_whatever_went_wrong() {
    let open = open();
    let page = open.page("/report");
    let typed = [("title", ""), ("text", "起重机 <script>"), ("when", "Friday"), ("contact", "me@example.org")];
    let kept =
        |answer: &str| ["起重机 &lt;script&gt;", "Friday", "me@example.org"].iter().all(|one| answer.contains(one));
    let lacks = open.send(&page, "/report", "report", &typed).is(422).text();
    assert!(kept(&lacks) && lacks.contains("aria-invalid") && lacks.contains("has to be filled in"), "{lacks}");
    // The browser says that another site made it send this.
    let once = hidden(&page, "report", "once").unwrap();
    let mut fields = vec![("form", "report"), ("once", once.as_str()), ("title", "Crane 7")];
    fields.extend_from_slice(&typed[1..]);
    let elsewhere = [FORM, ("Sec-Fetch-Site", "cross-site")];
    let elsewhere = open.site.ask("POST", "/report", &elsewhere, encoded(&fields).as_bytes()).is(403).text();
    assert!(kept(&elsewhere) && elsewhere.contains("was not sent from this page"), "{elsewhere}");
    // It is too long for a report, and not for a form.
    let long = "字".repeat(30_000);
    let long = open.send(&page, "/report", "report", &[("title", "Crane 7"), ("text", &long)]).is(422).text();
    assert!(long.contains(&"字".repeat(30_000)) && long.contains("too long by"), "nothing of it is cut");
    let back = open.page("/report/return");
    for (code, why) in [("short", "nine groups"), ("0000-0000-0000-0000-0000-0000-0000-0000-0000", "mistyped")] {
        let wrong = open.send(&back, "/report/return", "return", &[("code", code)]).is(400).text();
        assert!(wrong.contains(why) && wrong.contains(&format!("value=\"{code}\"")), "{wrong}");
    }
    let _end = &open.node;
}

#[test]
fn a_form_that_is_sent_twice_is_one_report_and_one_address_does_not_keep_others_out() {
    let open = open();
    let page = open.page("/report");
    let typed = [("title", "Crane 7"), ("text", "It stood.")];
    let first = code(&open.send(&page, "/report", "report", &typed).is(200).text());
    assert_eq!(first, code(&open.send(&page, "/report", "report", &typed).is(200).text()), "sent twice");
    open.only_report();
    let more = (0..20).map(|number| open.report(&format!("Flood {number}"))).find(|answer| answer.status != 200);
    let refused = more.unwrap().is(429).text();
    assert!(refused.contains("Wait") && refused.contains("Flood 8"), "{refused}");
    let inbox = open.desk.run("--json report inbox --dir harbour").ends_with(0).json();
    assert_eq!(inbox["reports"].as_array().unwrap().len(), 9, "ten were handed in from here, of which two are one");
    open.page("/report/return");
    let _end = &open.node;
}

#[test]
fn there_is_no_such_page_unless_the_party_wants_it() {
    let office = Office::new();
    office.desk.run("report open --dir harbour").ends_with(0);
    for path in ["/report", "/report/return", "/report/else"] {
        office.site.ask("GET", path, &[], &[]).is(404);
    }
    let Office { desk, node, .. } = office;
    drop(node);
    desk.write("harbour/serve.json", r#"{"users":{"listen":"127.0.0.1:0","reports":true}}"#);
    fs::rename(desk.path("harbour/intake"), desk.path("elsewhere")).unwrap();
    let (_node, site) = desk.serve_users("harbour");
    site.ask("GET", "/report", &[], &[]).is(404);
    fs::rename(desk.path("elsewhere"), desk.path("harbour/intake")).unwrap();
    site.ask("GET", "/report", &[], &[]).is(200);
}
