//! Pages of duties in a running node: questions that are answered, what answers would change, clocks, the calendar, filings; and who
//! sees none of it.

use std::time::{SystemTime, UNIX_EPOCH};

use record::time::Timestamp;

use crate::https::Answer;
use crate::pages::{Browser, hidden};
use crate::users::Office;

const HOUR: i64 = 3_600_000_000;

/// The duty of China's measures that has four hours.
const FOUR_HOURS: &str = "cn-incident-reporting/other-operator-four-hours";

const PASSWORD_OF_ALL: &str = "--password-file pw --by Ada --yes --dir harbour";

/// Somebody at the pages of duties.
struct Reader<'s>(Browser<'s>);

impl<'s> Reader<'s> {
    fn signed_in(office: &'s Office, name: &str) -> Self {
        Self(Browser::signed_in(&office.site, name))
    }

    /// A page, every word of which is there.
    fn page(&self, path: &str) -> String {
        let text = self.0.open(path).is(200).text();
        assert!(!text.contains('⟨'), "{path} lacks a word: {text}");
        text
    }

    /// Sends a form that stands on a page, with what the page gives by these names.
    fn send(&self, path: &str, form: &str, given: &[&str], fields: &[(&str, &str)]) -> Answer {
        let page = self.page(path);
        let given: Vec<_> = given.iter().map(|name| (*name, hidden(&page, form, name).unwrap())).collect();
        let mut all: Vec<_> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        self.0.send(path, form, &all)
    }
}

/// A moment so many hours from now, as it is typed.
fn hours_from_now(hours: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let text = Timestamp::from_micros(i64::try_from(now).unwrap() + hours * HOUR).to_string();
    format!("{}Z", text.get(..16).unwrap())
}

/// Where an answer leads, without what was done.
fn leads_to(answer: Answer) -> String {
    let answer = answer.is(303);
    answer.field("location").unwrap().split('?').next().unwrap().to_owned()
}

/// Takes an incident in and marks it: its path.
fn taken_in(lin: &Reader<'_>, title: &str) -> String {
    let case = leads_to(lin.send(
        "/intake",
        "intake",
        &[],
        &[("title", title), ("description", "The crane stopped at quay 4")],
    ));
    lin.send(&case, "mark", &["record"], &[("tlp", "green"), ("pap", "clear")]).is(303);
    case
}

/// What is known of an incident of a network in China that was noticed an hour ago.
fn known_of_china(aware: &str) -> Vec<(&'static str, String)> {
    let facts = [
        ("facts:actor.cn_class", "other_operator"),
        ("facts:incident.cn_network_security", "yes"),
        ("facts:incident.cn_cii_involved", "no"),
        ("facts:incident.cn_level", "relatively_serious"),
        ("facts:time.discovered", aware),
        ("facts:time.aware", aware),
    ];
    facts.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'f str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Lin's incident, with these facts answered.
fn answered(lin: &Reader<'_>, title: &str) -> String {
    let case = taken_in(lin, title);
    let facts = known_of_china(&hours_from_now(-1));
    lin.send(&format!("{case}/duties"), "facts", &["incident"], &borrowed(&facts)).is(303);
    case
}

#[test]
fn duties_appear_as_facts_are_typed_and_nothing_is_kept_until_it_is_said() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let case = taken_in(&lin, "Crane stopped");
    let path = format!("{case}/duties");
    assert!(lin.page(&case).contains(&format!("href=\"{path}\"")), "the incident's page leads there");
    let empty = lin.page(&path);
    assert!(empty.contains("Nothing is due by what is known") && empty.contains("not legal advice"), "{empty}");
    assert!(empty.contains("<form id=\"facts\"") && empty.contains("No clock is set"), "{empty}");
    assert_eq!(empty.matches("not legal advice").count(), 1, "once");

    // What the answers would change, and nothing is kept.
    let facts = known_of_china(&hours_from_now(-1));
    let mut weighed = borrowed(&facts);
    weighed.extend([("weigh", "yes"), ("facts:harm.deaths", "many")]);
    let told = lin.send(&path, "facts", &["incident"], &weighed).is(200).text();
    let outcome = told.split_once("class=\"weighed\"").unwrap().1.split_once("name=\"form\"").unwrap().0;
    assert!(outcome.contains("would be otherwise") && outcome.contains("Nothing is saved yet"), "{outcome}");
    assert!(outcome.contains("hours left") || outcome.contains("minutes left"), "{outcome}");
    assert!(outcome.contains("cannot be read"), "one that is wrong hides none of the others: {outcome}");
    assert!(
        told.contains("value=\"many\"") && told.contains("<option value=\"other_operator\" selected>"),
        "what was typed is kept"
    );
    assert!(lin.page(&path).contains("Nothing is due by what is known"));

    let refused = lin.send(&path, "facts", &["incident"], &[("facts:harm.deaths", "many")]);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    let refused = refused.text();
    assert!(refused.contains("value=\"many\"") && refused.contains("aria-invalid=\"true\""), "{refused}");

    let done = lin.send(&path, "facts", &["incident"], &borrowed(&facts)).is(303).field("location").unwrap().to_owned();
    let page = lin.page(done.split('#').next().unwrap());
    assert!(page.contains("The answers are signed and logged"), "{page}");
    assert!(page.contains(FOUR_HOURS) && page.contains("an answer here"), "{page}");
    let chinese = lin.page(&format!("{path}?lang=zh-Hans"));
    assert!(chinese.contains("应当履行") && chinese.contains("不构成法律意见"), "{chinese}");
    let text = lin.page(&format!("{path}?text=yes&lang=en"));
    assert!(
        text.contains("[due]") && text.contains(FOUR_HOURS) && !text.contains('<') || text.contains("</"),
        "{text}"
    );
    let why = lin.page(&format!("{path}?lang=en&why={FOUR_HOURS}"));
    assert!(why.contains("id=\"why\"") && why.contains("holds") && why.contains("Whom it binds"), "{why}");

    // One answer is taken back: what hangs on it is open again.
    lin.send(&path, "facts", &["incident"], &[("take_back", "incident.cn_level")]).is(303);
    let open = lin.page(&path);
    assert!(open.contains("Nothing is due by what is known"), "{open}");
}

#[test]
fn what_is_hidden_has_no_duties_no_clock_and_no_place_in_the_calendar() {
    let office = Office::new();
    let (lin, rea) = (Reader::signed_in(&office, "lin"), Reader::signed_in(&office, "rea"));
    let case = answered(&lin, "Crane stopped");
    let path = format!("{case}/duties");
    lin.send(&path, "set", &["incident"], &[]).is(303);
    let seen = rea.page(&path);
    assert!(
        seen.contains(FOUR_HOURS) && !seen.contains("<form id=\"facts\"") && !seen.contains("<form id=\"set\""),
        "{seen}"
    );
    assert!(rea.page("/duties").contains("Crane stopped"));
    rea.0.open(&format!("{path}/file/{FOUR_HOURS}/initial")).is(404);

    // A part of it is kept from rea: what is worked out from all of it is kept too.
    let mark = [("tlp", "green"), ("place", "description"), ("tag", "source-identity")];
    lin.send(&case, "mark", &["record"], &mark).is(303);
    let cut = rea.page(&case);
    assert!(cut.contains("Withheld from your account") && !cut.contains(&format!("{path}\"")), "{cut}");
    for hidden in [path.clone(), format!("{path}/filings"), format!("{path}/file/{FOUR_HOURS}/initial")] {
        rea.0.open(&hidden).is(404);
    }
    let calendar = rea.page("/duties");
    assert!(
        !calendar.contains("Crane") && !calendar.contains("incident--") && calendar.contains("No clock runs"),
        "{calendar}"
    );
    let file = rea.0.open("/duties/calendar").is(200).text();
    assert!(file.starts_with("BEGIN:VCALENDAR") && !file.contains("VEVENT"), "{file}");
    assert!(lin.page("/duties").contains("Crane stopped"), "for whom it is it stands there as before");
}

#[test]
fn clocks_are_set_taken_on_and_stand_in_the_calendar_and_on_the_desk() {
    let office = Office::new();
    office.desk.run(&format!("account add dov --role duty-officer {PASSWORD_OF_ALL}")).ends_with(0);
    let (lin, dov) = (Reader::signed_in(&office, "lin"), Reader::signed_in(&office, "dov"));
    let case = answered(&lin, "Crane stopped");
    let path = format!("{case}/duties");
    lin.send(&path, "set", &["incident"], &[]).is(303);
    let page = lin.page(&path);
    assert!(page.contains("running") && page.contains(&format!("{path}/file/{FOUR_HOURS}/initial")), "{page}");
    assert!(
        lin.page(&case).contains("hours left") || lin.page(&case).contains("minutes left"),
        "the case page has the next one"
    );
    let again = lin.send(&path, "set", &["incident"], &[]).is(303).field("location").unwrap().to_owned();
    assert!(lin.page(again.split('#').next().unwrap()).contains("It stood there already"), "nothing is signed twice");

    let desk = dov.page("/");
    assert!(desk.contains("id=\"duties\"") && desk.contains("Crane stopped"), "{desk}");
    let stage = format!("{FOUR_HOURS}/initial");
    dov.send(&path, "acknowledge", &["incident"], &[("stage", &stage)]).is(303);
    let taken = dov.page(&path);
    assert!(taken.contains("taken on by") && taken.contains("dov"), "{taken}");
    assert!(!taken.contains("<form id=\"acknowledge\""), "and nobody takes it on twice");
    let calendar = dov.page("/duties");
    assert!(
        calendar.contains("Crane stopped") && calendar.contains("taken on") && calendar.contains("(UTC)"),
        "{calendar}"
    );
    assert!(dov.page("/duties?lang=zh-Hans").contains("已有人负责"));

    let file = dov.0.open("/duties/calendar").is(200);
    assert!(file.field("content-type").unwrap().starts_with("text/calendar"));
    let file = file.text().replace("\r\n ", "");
    let id = case.rsplit('/').next().unwrap();
    assert!(file.contains("BEGIN:VEVENT") && file.contains(&format!("UID:{id}/{stage}")), "{file}");
    assert!(
        file.contains(&format!("/incidents/{id}/duties")) && !file.contains("Crane"),
        "ids and links alone: {file}"
    );
}

/// Nobody reads what is labelled red by a role: that a clock of it runs is told all the same, without a word of what it is about.
#[test]
fn a_clock_of_what_nobody_may_read_stands_on_the_desk_of_whoever_is_on_duty() {
    let office = Office::new();
    office.desk.run(&format!("account add dov --role duty-officer {PASSWORD_OF_ALL}")).ends_with(0);
    let lin = Reader::signed_in(&office, "lin");
    let case = answered(&lin, "Crane stopped");
    let id = case.rsplit('/').next().unwrap();
    lin.send(&case, "mark", &["record"], &[("tlp", "red"), ("pap", "clear")]).is(303);
    for name in ["ada", "dov"] {
        let reader = Reader::signed_in(&office, name);
        for path in ["/", "/duties"] {
            let page = reader.page(path);
            assert!(page.contains("id=\"withheld\"") && page.contains("that your account cannot read"), "{page}");
            assert!(!page.contains("Crane") && !page.contains(id), "{name} at {path}: {page}");
        }
        assert!(!reader.0.open("/duties/calendar").is(200).text().contains("VEVENT"));
    }
    let (ada, rea) = (Reader::signed_in(&office, "ada"), Reader::signed_in(&office, "rea"));
    assert!(ada.page("/").contains("id=\"unheard\"") && ada.page("/?lang=zh-Hans").contains("无人收到提醒"));
    assert!(!Reader::signed_in(&office, "dov").page("/").contains("id=\"unheard\""));
    assert!(!rea.page("/duties").contains("id=\"withheld\""), "a reader sees to nothing");
}

/// Persons are named, and none of them may read the incident: whoever runs the node is told, and nobody else.
#[test]
fn whoever_runs_the_node_is_told_where_nobody_who_is_named_may_read_it() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let _case = answered(&lin, "Crane stopped");
    let ada = Reader::signed_in(&office, "ada");
    assert!(!ada.page("/").contains("id=\"unheard\""), "rea and lin may read it");
    let config = office.desk.path("harbour").join("serve.json");
    std::fs::write(&config, r#"{"duties":{"first":["gate"],"second":["nobody-here"]}}"#).unwrap();
    assert!(!ada.page("/").contains("id=\"unheard\""), "a machine may read what is green");
    std::fs::write(&config, r#"{"duties":{"first":["nobody-here"],"second":["nobody-here"]}}"#).unwrap();
    let page = ada.page("/");
    assert!(page.contains("id=\"unheard\"") && page.contains("serve.json"), "{page}");
    assert!(!lin.page("/").contains("id=\"unheard\""));
}

#[test]
fn a_filing_is_filled_frozen_and_shown_as_it_was() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let case = answered(&lin, "起重机停了");
    let path = format!("{case}/duties");
    lin.send(&path, "set", &["incident"], &[]).is(303);
    let form = format!("{path}/file/{FOUR_HOURS}/initial");
    let page = lin.page(&format!("{form}?language=zh-Hans"));
    assert!(
        page.contains("id=\"missing\"") && page.contains("起重机停了") && page.contains("<form id=\"file\""),
        "{page}"
    );
    lin.0.open(&format!("{path}/file/{FOUR_HOURS}/nothing")).is(404);

    let given = ["incident", "stage", "form~", "language"];
    let here = format!("{form}?language=zh-Hans");
    let refused = lin.send(&here, "file", &given, &[]);
    assert!((400..500).contains(&refused.status), "what is missing is not frozen without a reason: {}", refused.status);
    let because = [("incomplete", "首次报告，其余待查")];
    let preview = lin.send(&here, "file", &given, &because).is(200).text();
    assert!(preview.contains("Nothing has happened yet"), "{preview}");
    assert!(lin.page(&format!("{path}/filings")).contains("Nothing was frozen"));
    let seen = hidden(&preview, "file", "seen").unwrap();
    let confirmed = [because[0], ("confirm", "yes"), ("seen", seen.as_str())];
    lin.send(&here, "file", &given, &confirmed).is(303);

    let list = lin.page(&format!("{path}/filings"));
    let one = list.split(&format!("href=\"{path}/filings/")).nth(1).unwrap_or_else(|| panic!("{list}"));
    let one = format!("{path}/filings/{}", one.split('"').next().unwrap());
    let shown = lin.page(&one);
    assert!(
        shown.contains("octet for octet the one that was frozen") && shown.contains("首次报告，其余待查"),
        "{shown}"
    );
    let html = lin.0.open(&format!("{one}/html")).is(200);
    assert!(html.field("content-disposition").unwrap().starts_with("attachment"));
    assert!(html.text().contains("起重机停了"));
    let duties = lin.page(&path);
    assert!(duties.contains("filed in time"), "{duties}");
    assert!(lin.page(&case).contains("1 filing is frozen"));
}

#[test]
fn what_would_come_about_is_told_before_it_happens_and_from_which_packs() {
    let office = Office::new();
    let (lin, rea) = (Reader::signed_in(&office, "lin"), Reader::signed_in(&office, "rea"));
    let page = lin.page("/duties/preview");
    assert!(page.contains("A person dies:") && page.contains("<form id=\"profile\""), "{page}");
    let facts = [("facts:system.training_compute", "3e26"), ("facts:actor.roles", "frontier_developer")];
    let weighed = [facts[0], facts[1], ("weigh", "yes")];
    let told = lin.send("/duties/preview", "profile", &[], &weighed).is(200).text();
    assert!(told.contains("would be otherwise"), "{told}");
    assert!(lin.page("/duties/preview").contains("Nothing is known yet"));
    lin.send("/duties/preview", "profile", &[], &facts).is(303);
    let page = rea.page("/duties/preview");
    assert!(page.contains("the profile of this party") && !page.contains("<form id=\"profile\""), "{page}");

    let packs = rea.page("/duties/packs");
    assert!(
        packs.contains("us-ca-sb53") && packs.contains("shipped") && packs.contains("leginfo.legislature.ca.gov"),
        "{packs}"
    );
    assert!(rea.page("/duties/packs?lang=zh-Hans").contains("随程序提供"));
    assert!(rea.page("/duties/packs?text=yes&lang=en").contains("us-ca-sb53"));
}
