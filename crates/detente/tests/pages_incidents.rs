//! Pages of incidents in a running node: taking in, the list, one case, its versions, candidates and proofs; what each role sees,
//! and does not.

use crate::https::{Answer, SiteAt};
use crate::users::Office;

/// Somebody who has signed in with a browser.
struct Reader<'s> {
    site: &'s SiteAt,
    cookie: String,
}

/// A text as a form sends it.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |octet| if octet.is_ascii_alphanumeric() { char::from(octet).to_string() } else { format!("%{octet:02X}") },
        )
        .collect()
}

fn body(fields: &[(&str, &str)]) -> Vec<u8> {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    fields.join("&").into_bytes()
}

/// The value of a hidden field within a form.
fn hidden(page: &str, form: &str, name: &str) -> String {
    let from = page.find(&format!("<form id=\"{form}\"")).unwrap_or_else(|| panic!("no form {form}: {page}"));
    let part = page[from..].split("</form>").next().unwrap();
    let value = part.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {part}"));
    value.split('"').next().unwrap().to_owned()
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

impl<'s> Reader<'s> {
    fn signed_in(site: &'s SiteAt, name: &str) -> Self {
        let typed = body(&[("name", name), ("password", "correct horse battery staple"), ("then", "/")]);
        let answer = site.ask("POST", "/sign-in", &[FORM], &typed).is(303);
        let cookie = answer.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { site, cookie }
    }

    fn get(&self, path: &str) -> Answer {
        self.site.ask("GET", path, &[("Cookie", &self.cookie)], &[])
    }

    fn page(&self, path: &str) -> String {
        self.get(path).is(200).text()
    }

    /// Sends a form that stands on a page, with what it gives by itself.
    fn send(&self, path: &str, form: &str, given: &[&str], fields: &[(&str, &str)]) -> Answer {
        let page = self.page(path);
        let token = hidden(&page, form, "form_token");
        let once = hidden(&page, form, "once");
        let given: Vec<_> = given.iter().map(|name| (*name, hidden(&page, form, name))).collect();
        let mut all = vec![("form", form), ("form_token", &token), ("once", &once)];
        all.extend(given.iter().map(|(name, value)| (*name, value.as_str())));
        all.extend(fields);
        self.site.ask("POST", path, &[("Cookie", &self.cookie), FORM], &body(&all))
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
    let (lin, rea) = (Reader::signed_in(&office.site, "lin"), Reader::signed_in(&office.site, "rea"));
    let refused = lin.send("/intake", "intake", &[], &[("title", "起重机停了"), ("country", "Atlantis")]);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert!(refused.text().contains("起重机停了") && refused.text().contains("Atlantis"), "what was typed is kept");

    let case = taken_in(&lin, "起重机停了", "The crane <b>stopped</b> at quay 4");
    assert!(case.starts_with("/incidents/incident--"), "{case}");
    let page = lin.page(&format!("{case}?done=incident-new"));
    assert!(page.contains("signed and logged") && page.contains("起重机停了"), "{page}");
    assert!(page.contains("The crane &lt;b&gt;stopped&lt;/b&gt;"), "what others write is no markup");
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
    let lin = Reader::signed_in(&office.site, "lin");
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
    let stale = [
        ("form", "edit"),
        ("form_token", &hidden(&old, "edit", "form_token")),
        ("once", &hidden(&old, "edit", "once")),
        ("incident", &hidden(&old, "edit", "incident")),
        ("after", &hidden(&old, "edit", "after")),
        ("title", "Written over"),
    ];
    let refused = lin.site.ask("POST", &edit, &[("Cookie", &lin.cookie), FORM], &body(&stale)).is(409);
    assert!(refused.text().contains("Written over"));
    let timeline = lin.page(&format!("{case}/timeline"));
    assert!(timeline.contains("made a version") && timeline.contains("reported it"), "{timeline}");
}

#[test]
fn two_incidents_are_compared_and_joined_by_a_person_alone() {
    let office = Office::new();
    let lin = Reader::signed_in(&office.site, "lin");
    let one = taken_in(&lin, "Crane stopped at quay 4", "The arm did not move");
    let other = taken_in(&lin, "A crane stopped, quay 4", "No movement of the arm");
    let path = format!("{one}/candidates");
    let page = lin.page(&path);
    assert!(page.contains(&other) && page.contains("the word"), "{page}");

    let reason = [("reason", "The same crane at the same time")];
    let preview = lin.send(&path, "merge-0", &["from", "to"], &reason).is(200).text();
    assert!(preview.contains("Nothing has happened yet"), "{preview}");
    assert!(lin.page(&path).contains("not decided"), "nor has it");
    let seen = hidden(&preview, "merge-0", "seen");
    let confirmed = [("reason", "The same crane at the same time"), ("confirm", "yes"), ("seen", &seen)];
    lin.send(&path, "merge-0", &["from", "to"], &confirmed).is(303);
    let page = lin.page(&one);
    assert!(page.contains("is one with") && page.contains("Accounts"), "{page}");

    // A link is a record of its own, which nobody has marked: whoever may not see it is not told that the two are one.
    let id = one.rsplit('/').next().unwrap();
    for case in [&one, &other] {
        lin.send(case, "mark", &["record"], &[("tlp", "green")]).is(303);
    }
    let rea = Reader::signed_in(&office.site, "rea");
    let page = rea.page(&other);
    assert!(!page.contains(id) && !page.contains("is one with"), "{page}");
}

#[test]
fn a_record_is_checked_with_the_files_of_its_own_page() {
    let office = Office::new();
    let lin = Reader::signed_in(&office.site, "lin");
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
    let rea = Reader::signed_in(&office.site, "rea");
    for end in ["", "/record", "/proof", "/keys", "/log-keys"] {
        rea.get(&format!("/records/{record}{end}")).is(404);
    }
}

#[test]
fn the_list_goes_on_by_what_the_account_may_see_and_speaks_both_languages() {
    let office = Office::new();
    let lin = Reader::signed_in(&office.site, "lin");
    let first = taken_in(&lin, "Crane stopped", "At quay 4");
    lin.send(&first, "mark", &["record"], &[("tlp", "green")]).is(303);
    let rea = Reader::signed_in(&office.site, "rea");
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
