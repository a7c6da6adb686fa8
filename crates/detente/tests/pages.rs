//! Pages of a running node: who gets in, what each role finds, what a form comes to, and what attackers try.

use std::fs;
use std::path::{Path, PathBuf};

use crate::https::{Answer, SiteAt};
use crate::users::Office;

const PASSWORD: &str = "correct horse battery staple";

/// Somebody at a browser.
pub(crate) struct Browser<'s> {
    pub(crate) site: &'s SiteAt,
    pub(crate) cookie: String,
}

/// The session that an answer begins.
pub(crate) fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    cookies
        .filter_map(|cookie| cookie.split(';').next())
        .find(|cookie| cookie.starts_with("__Host-detente="))
        .map(str::to_owned)
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|octet| format!("%{octet:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// The value of a hidden field of a form.
pub(crate) fn hidden(page: &str, form: &str, name: &str) -> Option<String> {
    let rest = page.split_once(&format!("<form id=\"{form}\""))?.1;
    let inner = rest.split_once("</form>")?.0;
    let at = inner.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(at.split_once('"')?.0.to_owned())
}

pub(crate) fn enter(site: &SiteAt, name: &str, password: &str, more: &[(&str, &str)]) -> Answer {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = encoded(&[("name", name), ("password", password), ("then", "/settings")]);
    site.ask("POST", "/sign-in", &[&form[..], more].concat(), body.as_bytes())
}

impl<'s> Browser<'s> {
    pub(crate) fn signed_in(site: &'s SiteAt, name: &str) -> Self {
        let answer = enter(site, name, PASSWORD, &[]).is(303);
        Self { site, cookie: session(&answer).unwrap() }
    }

    pub(crate) fn open(&self, path: &str) -> Answer {
        self.site.ask("GET", path, &[("Cookie", &self.cookie)], &[])
    }

    /// Sends a form of a page, with what the page gives and what is typed.
    pub(crate) fn send(&self, path: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        let page = self.open(path).is(200).text();
        let given = |name| hidden(&page, form, name).unwrap_or_else(|| panic!("{path} has no form {form} with {name}"));
        let token = given("form_token");
        let mut fields = vec![("form", form.to_owned()), ("form_token", token), ("once", given("once"))];
        fields.extend(typed.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.post(path, &fields)
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, String)]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let head = [("Cookie", self.cookie.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        self.site.ask("POST", path, &head, encoded(&fields).as_bytes())
    }
}

#[test]
fn somebody_signs_in_looks_around_and_signs_out() {
    let office = Office::new();
    let nobody = office.site.ask("GET", "/alarms", &[], &[]).is(303);
    assert_eq!(nobody.field("location"), Some("/sign-in?then=%2Falarms"));
    let wrong = enter(&office.site, "lin", "wrong", &[]).is(401);
    assert!(wrong.text().contains("role=\"alert\"") && wrong.text().contains("value=\"lin\""), "{}", wrong.text());
    assert!(!wrong.text().contains("wrong\""), "a password never comes back");
    let lin = Browser::signed_in(&office.site, "lin");
    let desk = lin.open("/").is(200);
    assert!(desk.text().contains("Nothing waits for you") && desk.text().contains("href=\"/incidents\""));
    let chinese = lin.open("/?lang=zh-Hans").is(200);
    assert!(chinese.text().contains("目前没有待办事项") && chinese.head.contains("detente-language=zh-Hans"));
    let plain = lin.open("/?text=yes").is(200);
    assert!(plain.field("content-type").unwrap().starts_with("text/plain") && !plain.text().contains('<'));
    let named = desk.text().replace("<form class=\"plain\"", "<form id=\"out\"");
    let token = hidden(&named, "out", "form_token");
    let stays = lin.post("/sign-out", &[("form_token", "forged".to_owned())]).is(303);
    assert!(session(&stays).is_none(), "another site signs nobody out");
    lin.open("/").is(200);
    lin.post("/sign-out", &[("form_token", token.unwrap())]).is(303);
    lin.open("/").is(303);
    let _end = &office.node;
}

/// Pages, and who finds them there.
const TABLE: &[(&str, &[&str])] = &[
    ("/", &["ada", "lin", "rea"]),
    ("/agreements", &["ada", "lin", "rea"]),
    ("/agreements/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
    ("/alarms", &["ada"]),
    ("/alarms/0", &[]),
    ("/alarms/0/evidence", &[]),
    ("/duties", &["ada", "lin", "rea"]),
    ("/duties/packs", &["ada", "lin", "rea"]),
    ("/duties/preview", &["ada", "lin", "rea"]),
    ("/incidents", &["ada", "lin", "rea"]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/duties", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/duties/filings", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/duties/file/eu-gdpr-33/notify-authority/initial", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/timeline", &[]),
    ("/intake", &["lin"]),
    ("/published", &[]),
    ("/records/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
    ("/records/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/proof", &[]),
    ("/feeds", &["lin", "rea"]),
    ("/feeds/00000000-0000-8000-8000-000000000000", &[]),
    ("/incidents", &["ada", "lin", "rea"]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/edit", &[]),
    ("/incidents/incident--00000000-0000-4000-8000-000000000000/timeline", &[]),
    ("/intake", &["lin"]),
    ("/partners", &["ada", "lin", "rea"]),
    ("/partners/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
    ("/published", &[]),
    ("/questions", &[]),
    ("/records/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
    ("/records/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/record", &[]),
    ("/releases", &["lin"]),
    ("/releases/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
    ("/reports", &["lin"]),
    ("/reports/none", &[]),
    ("/settings", &["ada", "lin", "rea"]),
    ("/settings/password", &["ada", "lin", "rea"]),
    ("/scan", &["lin"]),
    ("/signals", &["ada", "lin", "rea"]),
    ("/signals/new", &["lin"]),
    ("/signals/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/indicator--00000000-0000-4000-8000-000000000000", &[]),
    ("/nothing", &[]),
    ("/desk.css", &[]),
    ("/assets/000000000000/desk.css", &[]),
];

#[test]
fn each_role_finds_its_pages_and_what_is_hidden_is_what_is_not_there() {
    let office = Office::new();
    let missing = |answer: Answer| {
        answer.text().split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).map(str::to_owned)
    };
    for name in ["ada", "lin", "rea"] {
        let browser = Browser::signed_in(&office.site, name);
        let nothing = missing(browser.open("/nothing").is(404));
        for (path, who) in TABLE {
            let answer = browser.open(path);
            let expected = if who.contains(&name) { 200 } else { 404 };
            assert_eq!(answer.status, expected, "{name} {path}: {}", answer.text());
            if expected == 404 {
                assert_eq!(missing(answer), nothing, "{name} {path}");
            } else {
                assert!(!answer.text().contains('⟨'), "{name} {path} lacks a word: {}", answer.text());
            }
        }
    }
    let _end = &office.node;
}

/// A page without the minute that its foot tells, which may pass between two pages.
fn without_clock(page: &str) -> String {
    let (before, rest) = page.split_once("This node's clock: ").unwrap();
    let (clock, behind) = rest.split_once(" UTC").unwrap();
    assert_eq!(clock.len(), "2026-11-30 22:40".len(), "{clock}");
    format!("{before}{behind}")
}

#[test]
fn what_attackers_try_comes_to_nothing() {
    let office = Office::new();
    let site = &office.site;
    for elsewhere in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        assert!(session(&enter(site, "lin", PASSWORD, &[elsewhere]).is(403)).is_none(), "{elsewhere:?}");
    }
    let then = encoded(&[("name", "lin"), ("password", PASSWORD), ("then", "https://evil.example/")]);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(site.ask("POST", "/sign-in", &form, then.as_bytes()).is(303).field("location"), Some("/"));
    let ada = Browser::signed_in(site, "ada");
    let page = ada.open("/settings").is(200);
    let policy = page.field("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.head.matches("content-security-policy").count(), 1, "two policies would be the narrower of both");
    for path in ["/../keys.json", "/%2e%2e/keys.json", "/assets/../../keys.json", "/alarms/..%2f", "//evil.example"] {
        let answer = ada.open(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.head);
    }
    for path in
        ["/?lang=%3Cscript%3E", "/?done=%3Cscript%3E", "/?zone=%0d%0aset-cookie:x", "/alarms?all=%22%3E%3Cscript%3E"]
    {
        let answer = ada.open(path).is(200);
        assert!(!answer.text().contains("<script>") && !answer.head.contains("set-cookie: x"), "{path}");
    }
    let stolen = Browser { site, cookie: "__Host-detente=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned() };
    stolen.open("/").is(303);
    let refused = |name, password| without_clock(&enter(site, name, password, &[]).is(401).text());
    let shown = refused("nobody-here", PASSWORD).replace("nobody-here", "lin");
    assert_eq!(shown, refused("lin", "wrong"), "who has an account is not told");
    let _end = &office.node;
}

#[test]
fn a_form_that_was_not_made_here_does_nothing() {
    let office = Office::new();
    office.desk.run("report open --dir harbour").ends_with(0);
    let lin = Browser::signed_in(&office.site, "lin");
    let forged = lin.post("/reports", &[("form", "inbox".to_owned()), ("form_token", "forged".to_owned())]).is(403);
    assert!(forged.text().contains("role=\"alert\""), "{}", forged.text());
    let token = hidden(&lin.open("/reports").is(200).text(), "inbox", "form_token").unwrap();
    let other = [("form", "account-add".to_owned()), ("do", "account add".to_owned()), ("form_token", token)];
    let unknown = lin.post("/reports", &other).is(409);
    assert!(unknown.text().contains("role=\"alert\""), "only what the page offers can be sent");
    let rea = Browser::signed_in(&office.site, "rea");
    rea.post("/reports", &[("form", "inbox".to_owned())]).is(404);
    lin.send("/reports", "inbox", &[]).is(303);
    let _end = &office.node;
}

/// The words in quotation marks of a source file.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { sources(&path, found) } else { found.push(path) }
    }
}

/// Whatever looks like a key of ours is one: a key of a group of pages begins with the group's name.
#[test]
fn every_word_that_pages_use_is_there_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut files, mut used) = (Vec::new(), 0);
    sources(&root.join("src/serve/users/pages"), &mut files);
    let groups = fs::read_dir(root.join("../pages/words/en")).unwrap().flatten();
    let groups: Vec<_> =
        groups.map(|file| format!("{}-", file.path().file_stem().unwrap().to_string_lossy())).collect();
    let keys = api::Language::ALL.map(pages::keys);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let is_key = |word: &&str| {
            let is_plain =
                word.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-');
            is_plain && !word.ends_with('-') && groups.iter().any(|group| word.starts_with(group.as_str()))
        };
        for word in quoted(&text).filter(is_key) {
            used += 1;
            assert!(keys.iter().all(|keys| keys.contains(word)), "{}: {word}", file.display());
        }
    }
    assert!(used > 100, "{used} are too few to be all");
}
