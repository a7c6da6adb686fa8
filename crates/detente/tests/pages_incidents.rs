//! Pages of incidents in a running node: taking in, the list, one case, its versions, candidates and proofs; what each role sees,
//! and does not.

use crate::https::Answer;
use crate::pages::{Browser, hidden};
use crate::users::Office;

/// What one reader does with pages.
struct Reader<'s>(Browser<'s>);

impl<'s> Reader<'s> {
    fn signed_in(office: &'s Office, name: &str) -> Self {
        Self(Browser::signed_in(&office.site, name))
    }

    fn get(&self, path: &str) -> Answer {
        self.0.open(path)
    }

    /// A page without what stands around it.
    fn page(&self, path: &str) -> String {
        let text = self.get(path).is(200).text();
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

/// Where an answer leads, without what was done.
fn leads_to(answer: Answer) -> String {
    let answer = answer.is(303);
    answer.field("location").unwrap().split('?').next().unwrap().to_owned()
}

/// Takes an incident in: its path.
fn taken_in(reader: &Reader<'_>, title: &str, description: &str) -> String {
    let fields = [("title", title), ("description", description), ("severity", "incident"), ("country", "NL\nDE")];
    leads_to(reader.send("/intake", "intake", &[], &fields))
}

#[test]
fn an_incident_is_taken_in_marked_edited_and_seen_by_whom_it_is_for() {
    let office = Office::new();
    let (lin, rea) = (Reader::signed_in(&office, "lin"), Reader::signed_in(&office, "rea"));
    let refused = lin.send("/intake", "intake", &[], &[("title", "起重机停了"), ("country", "Atlantis")]);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert!(refused.text().contains("起重机停了") && refused.text().contains("Atlantis"), "what was typed is kept");

    let case = taken_in(&lin, "起重机停了", "The crane stopped & stood at quay 4");
    assert!(case.starts_with("/incidents/incident--"), "{case}");
    let fields = [("title", "Second crane"), ("description", "It stood too")];
    let told = lin.send("/intake", "intake", &[], &fields).is(303).field("location").unwrap().to_owned();
    assert!(lin.page(&told).contains("signed and logged"), "{told}");
    let page = lin.page(&format!("{case}?done=incident-new"));
    assert!(!page.contains("signed and logged"), "whoever only writes an address makes no page say so");
    assert!(page.contains("起重机停了"), "{page}");
    assert!(page.contains("The crane stopped &amp; stood"), "what others write is no markup");
    assert!(page.contains("supporting material"), "what every report should say and this one does not is named");
    assert!(lin.page("/incidents").contains(&case));

    // What nobody has marked is for those who have to mark it.
    rea.get(&case).is(404);
    assert!(!rea.page("/incidents").contains("incident--"));
    assert_eq!(
        rea.get(&case).body.len(),
        rea.get("/incidents/incident--00000000-0000-4000-8000-000000000000").body.len()
    );
    rea.get("/intake").is(404);

    lin.send(&case, "mark", &["record"], &[("tlp", "green"), ("pap", "clear")]).is(303);
    let seen = rea.page(&case);
    assert!(seen.contains("TLP:GREEN") && !seen.contains("id=\"edit\"") && !seen.contains("id=\"mark\""), "{seen}");
    assert!(rea.page("/incidents?severity=incident&country=de").contains(&case));
    assert!(!rea.page("/incidents?severity=disaster").contains(&case));

    // One property that tells who told us: it is withheld, and its name is not.
    let mark = [("tlp", "green"), ("place", "description"), ("tag", "source-identity")];
    lin.send(&case, "mark", &["record"], &mark).is(303);
    let cut = rea.page(&case);
    assert!(cut.contains("Withheld from your account") && !cut.contains("quay 4"), "{cut}");
    assert!(lin.page(&case).contains("quay 4"));
    assert!(!rea.page("/incidents?q=quay").contains(&case), "a search does not find what is withheld");
    assert!(lin.page("/incidents?q=quay").contains(&case));
}

#[test]
fn versions_show_what_changed_and_nobody_edits_over_another() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let case = taken_in(&lin, "Crane stopped", "At quay 4");
    let edit = format!("{case}/edit");
    let old = lin.page(&edit);
    let changed = [("title", "Crane stopped twice"), ("description", "At quay 4"), ("set", "deaths=0")];
    lin.send(&edit, "edit", &["incident", "after"], &changed).is(303);
    let versions = lin.page(&format!("{case}/versions"));
    assert!(versions.contains("interim") && versions.contains("first report"), "{versions}");
    let difference = versions.split("href=\"").find(|link| link.contains("older=")).unwrap();
    let difference = lin.page(&difference.split('"').next().unwrap().replace("&amp;", "&"));
    assert!(difference.contains("Crane stopped twice") && difference.contains("Deaths"), "{difference}");

    // Who looked at the first version is told, and keeps the words.
    let of = |name: &'static str| (name, hidden(&old, "edit", name).unwrap());
    let mut stale = ["form_token", "once", "incident", "after"].map(of).to_vec();
    stale.extend([("form", "edit".to_owned()), ("title", "Written over".to_owned())]);
    let refused = lin.0.post(&edit, &stale).is(409);
    assert!(refused.text().contains("Written over"));
    let timeline = lin.page(&format!("{case}/timeline"));
    assert!(timeline.contains("made a version") && timeline.contains("reported it"), "{timeline}");
}

#[test]
fn two_incidents_are_compared_and_joined_by_a_person_alone() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let one = taken_in(&lin, "Crane stopped at quay 4", "The arm did not move");
    let other = taken_in(&lin, "A crane stopped, quay 4", "No movement of the arm");
    let path = format!("{one}/candidates");
    let page = lin.page(&path);
    assert!(page.contains(&other) && page.contains("the word"), "{page}");

    let reason = [("reason", "The same crane at the same time")];
    let preview = lin.send(&path, "merge-0", &["from", "to"], &reason).is(200).text();
    assert!(preview.contains("Nothing has happened yet"), "{preview}");
    assert!(lin.page(&path).contains("not decided"), "nor has it");
    let seen = hidden(&preview, "merge-0", "seen").unwrap();
    let confirmed = [("reason", "The same crane at the same time"), ("confirm", "yes"), ("seen", &seen)];
    lin.send(&path, "merge-0", &["from", "to"], &confirmed).is(303);
    let page = lin.page(&one);
    assert!(page.contains("is one with") && page.contains("Accounts"), "{page}");

    // A link is a record of its own, which nobody has marked: whoever may not see it is not told that the two are one.
    let id = one.rsplit('/').next().unwrap();
    for case in [&one, &other] {
        lin.send(case, "mark", &["record"], &[("tlp", "green")]).is(303);
    }
    let rea = Reader::signed_in(&office, "rea");
    let page = rea.page(&other);
    assert!(!page.contains(id) && !page.contains("is one with"), "{page}");
}

#[test]
fn a_record_is_checked_with_the_files_of_its_own_page() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let case = taken_in(&lin, "Crane stopped", "At quay 4");
    let page = lin.page(&case);
    let record = page.split("href=\"/records/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let proof = lin.page(&format!("/records/{record}"));
    assert!(proof.contains("Checked just now") && proof.contains("detente verify"), "{proof}");
    for (file, name) in [("record", "a.json"), ("proof", "a.proof"), ("keys", "a.keys.json")] {
        let answer = lin.get(&format!("/records/{record}/{file}")).is(200);
        assert!(answer.field("content-disposition").unwrap().starts_with("attachment"));
        office.desk.write(name, &answer.body);
    }
    office.desk.run("verify a.json --proof a.proof --keys a.keys.json").ends_with(0).says(&["signed and logged"]);
    let rea = Reader::signed_in(&office, "rea");
    for end in ["", "/record", "/proof", "/keys", "/log-keys"] {
        rea.get(&format!("/records/{record}{end}")).is(404);
    }
}

#[test]
fn the_list_goes_on_by_what_the_account_may_see_and_speaks_both_languages() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let first = taken_in(&lin, "Crane stopped", "At quay 4");
    lin.send(&first, "mark", &["record"], &[("tlp", "green")]).is(303);
    let rea = Reader::signed_in(&office, "rea");
    assert!(rea.page("/incidents?lang=zh-Hans").contains("最近改动的在前"));
    let text = rea.page("/incidents?text=yes&lang=en");
    assert!(text.contains("- Crane stopped <"), "{text}");
    assert!(!rea.page("/incidents").contains("Next page"));
    assert!(rea.page("/incidents?stage=nonsense").contains("nonsense"), "what cannot be read is named");

    // A saved search is kept for everybody, and its name is refused beside the field.
    let wrong = lin.send("/incidents", "watch-add", &[], &[("name", "not a name"), ("query", "crane")]);
    assert!((400..500).contains(&wrong.status) && wrong.text().contains("not a name"), "{}", wrong.text());
    lin.send("/incidents", "watch-add", &[], &[("name", "cranes"), ("query", "crane OR 起重机")]).is(303);
    assert!(rea.page("/incidents").contains("/incidents?q=crane%20OR%20"));
    assert!(!rea.page("/incidents").contains("id=\"watch-remove\""));
}

#[test]
fn what_is_marked_for_everybody_is_there_for_everybody_only_where_the_party_wants_it() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let open = taken_in(&lin, "Crane stopped", "At quay 4");
    let kept = taken_in(&lin, "Second crane", "Nobody's business");
    lin.send(&open, "mark", &["record"], &[("tlp", "clear")]).is(303);
    lin.send(&kept, "mark", &["record"], &[("tlp", "green")]).is(303);
    office.site.ask("GET", "/published", &[], &[]).is(404);

    let Office { desk, node, .. } = office;
    drop(node);
    desk.write("harbour/serve.json", r#"{"users":{"listen":"127.0.0.1:0","public":true}}"#);
    let (_node, site) = desk.serve_users("harbour");
    let page = site.ask("GET", "/published", &[], &[]).is(200).text();
    assert!(page.contains("Crane stopped") && page.contains("At quay 4"), "{page}");
    assert!(!page.contains("Second crane") && !page.contains("business"), "{page}");
    let record = page.split("href=\"/published/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    for (file, name) in [("record", "b.json"), ("proof", "b.proof"), ("keys", "b.keys.json")] {
        desk.write(name, site.ask("GET", &format!("/published/{record}/{file}"), &[], &[]).is(200).body);
    }
    desk.run("verify b.json --proof b.proof --keys b.keys.json").ends_with(0).says(&["signed and logged"]);
    let browser = Browser::signed_in(&site, "lin");
    let case = browser.open(&kept).is(200).text();
    let kept_record = case.split("href=\"/records/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for path in [format!("/published/{kept_record}/record"), format!("/published/{kept_record}/proof"), kept] {
        let answer = site.ask("GET", &path, &[], &[]);
        assert!(matches!(answer.status, 303 | 404) && !answer.text().contains("business"), "{path}: {}", answer.head);
    }
}

#[test]
fn a_translation_stands_beside_what_its_author_wrote_and_is_marked_like_it() {
    let office = Office::new();
    let (lin, rea) = (Reader::signed_in(&office, "lin"), Reader::signed_in(&office, "rea"));
    let case = taken_in(&lin, "Crane stopped", "It stood at quay 4");
    let typed = [("language", "zh-Hans"), ("title", "起重机停了"), ("translator", "Li & a program")];
    let acting = lin.send(&case, "translate", &["incident"], &[("language", "zh-Hans"), ("title", "停\u{202e}了")]);
    assert!((400..500).contains(&acting.status) && acting.text().contains("停"), "{}", acting.text());
    let told = lin.send(&case, "translate", &["incident"], &typed).is(303).field("location").unwrap().to_owned();
    assert!(lin.page(told.split('#').next().unwrap()).contains("The translation was signed and logged"), "{told}");
    rea.get(&case).is(404);

    // What holds for the incident holds for its translation: nobody has to mark it by itself.
    lin.send(&case, "mark", &["record"], &[("tlp", "green"), ("pap", "clear")]).is(303);
    let chinese = rea.page(&format!("{case}?lang=zh-Hans"));
    let (before, section) = chinese.split_once("<section id=\"translations\"").unwrap_or_else(|| panic!("{chinese}"));
    assert!(before.contains("Crane stopped") && !before.contains("起重机停了"), "content stays as it was written");
    assert!(
        section.contains("起重机停了") && section.contains("Li &amp; a program") && section.contains("译者"),
        "{section}"
    );
    assert!(!section.contains("所译的不是"), "it is of the version above");
    assert!(rea.page(&format!("{case}?lang=en")).contains("<summary>"), "for readers of other languages it is folded");
    let digest = section.split("href=\"/records/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(
        rea.page(&format!("/records/{digest}")).contains("TLP:GREEN"),
        "a record of its own, marked like the incident"
    );

    // The same again is no second record, and the next version is told apart.
    let again = lin.send(&case, "translate", &["incident"], &typed).is(303).field("location").unwrap().to_owned();
    assert!(lin.page(again.split('#').next().unwrap()).contains("It stood there already"), "{again}");
    lin.send(&format!("{case}/edit"), "edit", &["incident", "after"], &[("title", "Crane stopped twice")]).is(303);
    assert!(lin.page(&format!("{case}?lang=zh-Hans")).contains("所译的不是"));
    let id = case.rsplit('/').next().unwrap();
    let shown = office.desk.run(&format!("--json incident show {id} --dir harbour")).ends_with(0).json();
    assert_eq!(shown["translations"][0]["texts"]["name"], "起重机停了", "{shown}");

    // A part that is marked more strictly keeps its translation from whoever may not read it.
    lin.send(&case, "mark", &["record"], &[("tlp", "red"), ("pap", "red"), ("place", "name")]).is(303);
    assert!(!rea.get(&format!("{case}?lang=zh-Hans")).text().contains("起重机停了"));
}

#[test]
fn what_was_previewed_is_not_done_once_it_would_be_something_else() {
    let office = Office::new();
    let lin = Reader::signed_in(&office, "lin");
    let case = taken_in(&lin, "Crane stopped", "It stood at quay 4");
    let typed = [("stage", "interim"), ("reason", "")];
    let preview = lin.send(&case, "stage", &["incident"], &typed).is(200).text();
    let seen = hidden(&preview, "stage", "seen").unwrap();
    // Somebody makes another version before it is confirmed.
    lin.send(&format!("{case}/edit"), "edit", &["incident", "after"], &[("title", "Crane stopped twice")]).is(303);
    let confirm = [&typed[..], &[("seen", seen.as_str()), ("confirm", "yes")]].concat();
    let refused = lin.send(&case, "stage", &["incident"], &confirm).is(409).text();
    assert!(refused.contains("changed after the preview"), "{refused}");
    let preview = lin.send(&case, "stage", &["incident"], &[("stage", "final"), ("reason", "")]).is(200).text();
    let seen = hidden(&preview, "stage", "seen").unwrap();
    let confirm = [("stage", "final"), ("reason", ""), ("seen", seen.as_str()), ("confirm", "yes")];
    lin.send(&case, "stage", &["incident"], &confirm).is(303);
}
