//! Pages of releases, questions and agreements at a running node: what each role finds there, and what its forms come to.

use crate::exchange::Serving;
use crate::https::{Answer, SiteAt};
use crate::pages::{Browser, hidden};
use crate::scene::Desk;
use crate::treaty::CANARY;

/// How the incident's title begins.
const TITLE: &str = "A test vehicle";

/// Harbour's site, with the incident that is labelled and an agreement with Hills.
struct House {
    desk: Desk,
    site: SiteAt,
    agreement: String,
    record: String,
    _node: Serving,
}

/// Accounts besides those that every office has.
const MORE: [(&str, &str); 3] = [("ben", "releaser"), ("dun", "duty-officer"), ("eve", "duty-officer --role analyst")];

fn digest_of(desk: &Desk, dir: &str) -> String {
    let rows = desk.run(&format!("--json log list --dir {dir}")).ends_with(0).json();
    let rows = rows["entries"].as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["type"] == "incident").unwrap();
    row["record_digest"].as_str().unwrap().to_owned()
}

fn open_accounts(desk: &Desk, dir: &str) {
    desk.open_accounts(dir);
    for (name, role) in MORE {
        desk.run(&format!("account add {name} --role {role} --password-file pw --by Ada --yes --dir {dir}"))
            .ends_with(0);
    }
}

impl House {
    fn new(template: &str, tlp: &str) -> Self {
        let (desk, agreement) = Desk::with_treaty(template);
        Self::of(desk, agreement, tlp)
    }

    fn of(desk: Desk, agreement: String, tlp: &str) -> Self {
        desk.label_tempe(tlp);
        open_accounts(&desk, "harbour");
        let record = digest_of(&desk, "harbour");
        let (node, site) = desk.serve_users("harbour");
        Self { desk, site, agreement, record, _node: node }
    }

    fn enter(&self, name: &str) -> Browser<'_> {
        Browser::signed_in(&self.site, name)
    }

    fn what_if(&self) -> String {
        format!("/releases/what-if?record={}&agreement={}", self.record, self.agreement)
    }

    /// Lin proposes what the clause shows; the page of the proposal.
    fn proposed(&self) -> String {
        let answer = self.enter("lin").fill(&self.what_if(), "propose", &[("purpose", "incident-response")]).is(303);
        at(&answer)
    }
}

/// The page that is shown next, without what says what was done.
fn at(answer: &Answer) -> String {
    answer.field("location").unwrap().split('?').next().unwrap().to_owned()
}

/// The hidden fields of a form.
fn given(page: &str, form: &str) -> Vec<(String, String)> {
    let rest = page.split_once(&format!("<form id=\"{form}\"")).unwrap_or_else(|| panic!("no form {form}: {page}")).1;
    let inner = rest.split_once("</form>").unwrap().0;
    let parts = inner.split("<input type=\"hidden\" name=\"").skip(1);
    let read = |part: &str| {
        let (name, rest) = part.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split_once('"').unwrap().0.to_owned())
    };
    parts.map(read).collect()
}

impl Browser<'_> {
    /// Sends a form as it stands on a page, with what is typed into it.
    pub(crate) fn fill(&self, path: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        let page = self.open(path).is(200).text();
        self.submit(path, &page, form, typed)
    }

    pub(crate) fn submit(&self, path: &str, page: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        let mut fields = given(page, form);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        self.post(path, &fields)
    }

    /// Looks at what would happen, and confirms exactly that.
    pub(crate) fn confirm(&self, path: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        let looked = self.fill(path, form, typed).is(200).text();
        assert!(looked.contains("Nothing has happened yet"), "{looked}");
        self.submit(path, &looked, form, &[typed, &[("confirm", "yes")]].concat())
    }

    pub(crate) fn shows(&self, path: &str, words: &[&str]) -> String {
        let page = self.open(path).is(200).text();
        assert!(!page.contains('⟨'), "a word is missing: {page}");
        for word in words {
            assert!(page.contains(word), "`{word}` is not on {path}: {page}");
        }
        page
    }
}

#[test]
fn a_release_is_looked_at_proposed_approved_published_and_taken_back() {
    let house = House::new("confidential-incident", "amber");
    let (lin, ben) = (house.enter("lin"), house.enter("ben"));
    let looked = lin.shows(
        &house.what_if(),
        &["It may go once", "Clause 2.1 asks", "goes coarse", "A floor of this node keeps it", "hills", "TLP:AMBER"],
    );
    assert!(!looked.contains("⟨"), "{looked}");
    lin.shows(
        &format!("{}&lang=zh-Hans", house.what_if()),
        &["消除下列原因后可以发布", "以粗化值发布", "本节点的底线不允许"],
    );
    let page = house.proposed();
    lin.shows(&page, &["Somebody else has to approve this", "approved by 0 of 1", "octet for octet", "Before"]);
    lin.shows("/releases", &[TITLE, "Waits for somebody else", "Nothing waits for you."]);
    ben.shows("/releases", &[TITLE, "Waits for you", "approved by 0 of 1", "Nothing waits for anybody else."]);
    let approved = ben.confirm(&page, "approve", &[]).is(303);
    assert!(approved.field("location").unwrap().contains("done=release-approve"));
    ben.shows(&page, &["Publish: look once more", "counts"]);
    lin.shows(&page, &["Somebody with the right to publish"]);
    assert!(!ben.open(&page).text().contains("id=\"publish\""), "nobody publishes by one press");
    ben.fill(&format!("{page}?publish=yes"), "publish", &[]).is(303);
    let went = ben.shows(&page, &["published", "What went and what stayed", "Receipt of what went"]);
    assert_eq!(went.matches("octet for octet").count(), 2, "{went}");
    ben.confirm(&page, "recall", &[("reason", "over-shared")]).is(303);
    ben.shows(&page, &["taken back"]);
    ben.shows("/releases", &["Taken back", "Nothing was published yet."]);
    let text = lin.open("/releases?text=yes").is(200).text();
    assert!(text.contains(TITLE) && !text.contains("<table"), "{text}");
}

#[test]
fn nobody_confirms_something_else_than_was_shown() {
    let house = House::new("confidential-incident", "amber");
    let (page, ben) = (house.proposed(), house.enter("ben"));
    let shown = ben.open(&page).is(200).text();
    let binding = hidden(&shown, "approve", "binding").unwrap();
    let forged = shown.replace(&binding, &"A".repeat(43));
    let refused = ben.submit(&page, &forged, "approve", &[]).is(409).text();
    assert!(refused.contains("Not done."), "{refused}");
    // What was approved is bound to the labels too.
    let looked = ben.fill(&page, "approve", &[]).is(200).text();
    assert!(looked.contains("places would go:"), "{looked}");
    house.desk.run("label put r.json --place description --tlp amber+strict --dir harbour").ends_with(0);
    ben.submit(&page, &looked, "approve", &[("confirm", "yes")]).is(409);
    ben.shows(&page, &["not what was proposed any more", "propose it anew"]);
    ben.shows("/releases", &["Cannot go as it was proposed"]);
}

#[test]
fn what_a_form_refuses_keeps_what_was_chosen() {
    let house = House::new("public-incident", "clear");
    let answer = house.enter("lin").fill(&house.what_if(), "propose", &[("purpose", "mood"), ("hide", "/none")]);
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(answer.text().contains("Not done."), "{}", answer.text());
    house.enter("lin").open("/releases/what-if?record=none").is(200);
    house.enter("lin").open(&format!("/releases/what-if?record={}", "A".repeat(43))).is(404);
}

#[test]
fn a_release_of_what_an_account_may_not_see_is_not_there_for_it() {
    let house = House::new("confidential-incident", "amber");
    let page = house.proposed();
    // A duty officer may propose, and may not see what is classified; a reader may not propose.
    let (dun, rea) = (house.enter("dun"), house.enter("rea"));
    let queue = dun.shows("/releases", &["Nothing waits for you.", "Nothing waits for anybody else."]);
    assert!(!queue.contains(TITLE) && !queue.contains(CANARY), "{queue}");
    for path in [page.as_str(), &house.what_if()] {
        dun.open(path).is(404);
    }
    for path in ["/releases", page.as_str(), &house.what_if(), "/questions"] {
        rea.open(path).is(404);
    }
    assert!(house.enter("lin").shows(&page, &[TITLE]).contains(CANARY), "who may see it sees what stays");
}

#[test]
fn an_agreement_is_read_in_both_languages_and_held_back_by_whoever_may() {
    let house = House::new("confidential-incident", "amber");
    let page = format!("/agreements/{}", house.agreement);
    let (rea, ben) = (house.enter("rea"), house.enter("ben"));
    rea.shows("/agreements", &["In force", "hills", "No agreement is held back."]);
    let read = rea.shows(&page, &["English (authentic)", "Chinese (authentic)", "as expected", "signed it", "permits"]);
    assert!(!read.contains("<form id=\"suspend\""), "a reader signs and ends nothing");
    assert!(read.contains("lang=\"zh-Hans\"") && !read.contains("otherwise</span>"), "{read}");
    rea.shows(&format!("{page}?lang=zh-Hans"), &["英文（作准）", "与预期相符", "商谈经过"]);
    ben.confirm(&page, "suspend", &[]).is(303);
    assert_eq!(house.desk.state("harbour", &house.agreement), "suspended");
    rea.shows("/agreements", &["Held back", "No agreement is in force"]);
    let refused = ben.fill(&page, "terminate", &[("reason:en", "The work is done")]).is(400).text();
    assert!(refused.contains("The work is done"), "a reason needs a marking, and is not lost: {refused}");
    ben.confirm(&page, "resume", &[]).is(303);
    assert_eq!(house.desk.state("harbour", &house.agreement), "in force");
    rea.open(&format!("/agreements/{}", "A".repeat(43))).is(404);
}

#[test]
fn an_amendment_is_compared_and_signed() {
    let (desk, agreement) = Desk::with_treaty("confidential-incident");
    desk.edit("text.json", "amended.json", |text| {
        text["replaces"] = agreement.clone().into();
        crate::treaty::clause(text, "2.1")["obligations"]["retention_days"] = 9_999.into();
        for (language, words) in [("en", "Amended text."), ("zh-Hans", "修正文本。")] {
            crate::treaty::clause(text, "2.1")["text"][language] = words.into();
        }
    });
    let amended = desk.offer("hills", "amended.json", "amendment");
    desk.take("amendment", "harbour");
    let house = House::of(desk, agreement.clone(), "amber");
    let (page, ben) = (format!("/agreements/{amended}"), house.enter("ben"));
    ben.shows("/agreements", &["On the table", "not signed by us"]);
    ben.shows(&page, &["Amends", "What it changes", "I have read the text"]);
    let compared =
        ben.shows(&format!("{page}?old={agreement}"), &["<ins>", "<del>", "Amended", "Would newly let out:"]);
    assert!(compared.contains("9999") && compared.contains("修正文本"), "{compared}");
    let answer = ben.fill(&page, "sign", &[("read", "true")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    ben.shows("/agreements", &["not signed by all others"]);
}

/// Two running sites: Harbour released its incident to Hills.
#[test]
fn a_question_is_asked_answered_and_read_by_pages_alone() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.label_tempe("green");
    let words =
        format!("release propose r.json --agreement {agreement} --purpose incident-response --by Ada --dir harbour");
    let proposal = desk.run(&words).ends_with(0).fact("proposal");
    desk.publish(&proposal).ends_with(0);
    let record = digest_of(&desk, "harbour");
    for dir in ["harbour", "hills"] {
        open_accounts(&desk, dir);
    }
    let ((one, harbour), (other, hills)) = (desk.serve_users("harbour"), desk.serve_users("hills"));
    for (dir, peer, at) in [("harbour", "hills", &other.address), ("hills", "harbour", &one.address)] {
        desk.run(&format!("peer add {peer}/profile.json --address {at} --dir {dir}")).ends_with(0);
    }
    let asker = Browser::signed_in(&hills, "dun");
    let about = format!("/questions?about={record}");
    let page = until(|| asker.open(&about), |answer| answer.text().contains("<form id=\"ask\""));
    let typed = [("text:en", "Which version\nwas it?"), ("text:zh-Hans", "是哪个版本？"), ("tlp", "green")];
    let late = asker.submit(&about, &page, "ask", &[&typed[..], &[("deadline", "tomorrow"), ("yes", "true")]].concat());
    assert_eq!(late.status, 400);
    assert!(late.text().contains("Which version\nwas it?</textarea>"), "{}", late.text());
    let in_time = [("deadline", "2035-01-01T00:00:00Z"), ("yes", "true")];
    let asked = asker.fill(&about, "ask", &[&typed[..], &in_time[..]].concat());
    assert_eq!(asked.status, 303, "{}", asked.text());
    let thread = at(&asked);
    asker.shows(&thread, &["waits for their answer", "Which version\nwas it?", "是哪个版本？", "Harbour"]);
    asker.shows("/questions", &["We ask", "Which version"]);
    // The record has a classified part, so that no duty officer sees what is asked about it; an analyst does.
    let answerer = Browser::signed_in(&harbour, "eve");
    let page = until(|| answerer.open(&thread), |answer| answer.status == 200);
    assert!(page.contains("waits for our answer") && page.contains("hills"), "{page}");
    let given = [("status", "partly"), ("text:en", "Build 2018.11."), ("tlp", "green"), ("yes", "true")];
    let answered = answerer.submit(&thread, &page, "answer", &given);
    assert_eq!(answered.status, 303, "{}", answered.text());
    answerer.shows(&thread, &["answered in time", "Build 2018.11.", "in part"]);
    let page = until(|| asker.open(&thread), |answer| answer.text().contains("Build 2018.11."));
    assert!(page.contains("Ask further"), "{page}");
    for other in ["dun", "rea"] {
        Browser::signed_in(&harbour, other).open(&thread).is(404);
    }
}

/// What is on the page once it is as it should be.
fn until(ask: impl Fn() -> Answer, is_it: impl Fn(&Answer) -> bool) -> String {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(40);
    loop {
        let answer = ask();
        if is_it(&answer) {
            return answer.text();
        }
        assert!(std::time::Instant::now() < end, "it did not come: {} {}", answer.status, answer.text());
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
}
