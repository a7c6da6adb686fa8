//! Signals of misuse: what is hidden of them, and who takes them back.

use record::json::Json;

use super::office::{Office, file};

const ABSENT: &str = "indicator--00000000-0000-4000-8000-000000000000";

impl Office {
    /// Signs a keyword: the signal's id, and the digest of the record that holds it.
    fn keyword(&self, words: &str) -> (String, String) {
        let body = format!(r#"{{"title":"Words","keyword":"{words}"}}"#);
        let told = self.told("lin", "signal new", &body);
        (told.text("signal").unwrap().to_owned(), told.text("record_digest").unwrap().to_owned())
    }

    /// Asks to take a signal back: whether that was done, and if not, why.
    fn retract(&self, who: &str, signal: &str) -> Result<(), u16> {
        let body = format!(r#"{{"signals":["{signal}"],"reason":"It found a poem"}}"#);
        self.ask(who, "signal retract", &body).map(drop).map_err(|problem| problem.status())
    }

    /// How a signal stands.
    fn standing(&self, signal: &str) -> String {
        let told = self.told("lin", "signal show", &format!(r#"{{"id":"{signal}"}}"#));
        let rows = told.get("signals").and_then(Json::as_array).unwrap();
        rows[0].as_object().unwrap().text("state").unwrap().to_owned()
    }
}

#[test]
fn a_hidden_signal_is_refused_in_the_words_for_one_that_is_not_here() {
    let office = Office::staffed();
    let (hidden, digest) = office.keyword("nerve agent recipe");
    let said = |id: &str| {
        let problem = office.ask("rea", "signal show", &format!(r#"{{"id":"{id}"}}"#)).unwrap_err();
        format!("{problem:?}").replace(id, "ID")
    };
    assert_eq!(said(&hidden), said(ABSENT), "nobody has labelled it: for a reader it is not there");
    assert!(said(&hidden).contains("is not here"));
    office.label(&digest, "green");
    let told = office.told("rea", "signal show", &format!(r#"{{"id":"{hidden}"}}"#));
    assert!(told.to_text().contains("nerve agent recipe"));
}

#[test]
fn whoever_decides_or_is_on_duty_takes_a_signal_back_and_nobody_else() {
    let office = Office::staffed();
    office.told("ada", "account add", r#"{"name":"gate","role":["machine"],"yes":true}"#);
    let (signal, _) = office.keyword("nerve agent recipe");
    for who in ["ada", "rea"] {
        assert_eq!(office.retract(who, &signal), Err(403), "{who}");
    }
    let beyond = r#"{"account":"gate","name":"b","right":["retract"],"yes":true}"#;
    assert!(office.ask("ada", "token make", beyond).is_err(), "no program's token takes signals back");
    assert_eq!(office.standing(&signal), "seen");
    // At night there is nobody else, and the record may not even be for him: a scan told him its id.
    for (who, words) in [("dov", "first words"), ("lin", "second words"), ("rel", "third words")] {
        let (signal, _) = office.keyword(words);
        assert_eq!(office.retract(who, &signal), Ok(()), "{who}");
        assert_eq!(office.standing(&signal), "retracted", "{who}");
    }
}

#[test]
fn whoever_may_not_take_signals_back_replaces_none_by_a_record_of_his_own_making() {
    let office = Office::staffed();
    let (signal, _) = office.keyword("nerve agent recipe");
    let told = office.told("lin", "signal show", &format!(r#"{{"id":"{signal}"}}"#));
    let rows = told.get("signals").and_then(Json::as_array).unwrap();
    let mut member = rows[0].as_object().unwrap().get("object").and_then(Json::as_object).unwrap().clone();
    member.set("modified", "2099-01-01T00:00:00.000Z");
    let member = member.to_text().replace(r#""state":"seen""#, r#""state":"disputed""#);
    let batch = format!(
        r#"{{"type":"grouping","spec_version":"2.1","name":"Words","context":"suspicious-activity","object_refs":["{signal}"]}}"#
    );
    let body = format!(r#"{{"object":{},"member":[{}],"out":true}}"#, file(&batch), file(&member));
    let signed = office.ask("lin", "record sign", &body).unwrap();
    let signed = signed.get("files").and_then(Json::as_object).unwrap().get("out").and_then(Json::as_object).unwrap();
    let record = file(signed.text("text").unwrap());

    let writer = office.token("lin", r#"["read","write"]"#);
    for (command, body) in [("record sign", body), ("log append", format!(r#"{{"records":[{record}]}}"#))] {
        let problem = office.ask_as(&writer, command, &body).unwrap_err();
        assert_eq!(problem.status(), 422, "{command}: {problem:?}");
        assert!(format!("{problem:?}").contains("takes the right `retract`"), "{command}: {problem:?}");
        assert_eq!(office.standing(&signal), "seen", "{command}");
    }
    office.told("lin", "log append", &format!(r#"{{"records":[{record}]}}"#));
    assert_eq!(office.standing(&signal), "disputed", "that is what it would have done");
}

/// Whoever may neither read the record nor look contents through is not told that the signal is here, whatever he asks of it. An analyst
/// may do both, and a scan names it to him.
#[test]
fn decisions_and_sightings_tell_nobody_of_a_hidden_signal() {
    let office = Office::staffed();
    let (hidden, digest) = office.keyword("nerve agent recipe");
    let said = |who: &str, command: &str, body: &str, id: &str| {
        let problem = office.ask(who, command, &body.replace("ID", id)).map(|answer| answer.to_text());
        format!("{problem:?}").replace(id, "ID")
    };
    let allow = r#"{"who":"ID","preview":true}"#;
    assert_eq!(said("ada", "signal allow", allow, &hidden), said("ada", "signal allow", allow, ABSENT));
    assert!(said("ada", "signal allow", allow, &hidden).contains("is not here"));
    let told = office.told("lin", "signal show", &format!(r#"{{"id":"{hidden}"}}"#));
    let rows = told.get("signals").and_then(Json::as_array).unwrap();
    let author = rows[0].as_object().unwrap().text("author").unwrap().to_owned();
    let by_hand = crate::scanning::Settings {
        allowed: vec![crate::scanning::Allowed::Signal(author.parse().unwrap(), hidden.parse().unwrap())],
        ..crate::scanning::Settings::default()
    };
    by_hand.write(&office.dir()).unwrap();
    let undo = format!(r#"{{"who":"{author}/ID","undo":true}}"#);
    assert_eq!(said("ada", "signal allow", &undo, &hidden), said("ada", "signal allow", &undo, ABSENT));
    assert_eq!(crate::scanning::Settings::read(&office.dir()).unwrap(), by_hand, "and nothing was undone");
    office.label(&digest, "green");
    assert!(said("ada", "signal allow", allow, &hidden).starts_with("Ok"), "an administrator reads what is labelled");
    let (red, digest) = office.keyword("other words");
    office.label(&digest, "red");
    let sighting = r#"{"signal":"ID","preview":true}"#;
    assert!(said("lin", "sighting new", sighting, &red).starts_with("Ok"));
    let writer = office.token("lin", r#"["write"]"#);
    let as_writer = |id: &str| {
        let answer = office.ask_as(&writer, "sighting new", &sighting.replace("ID", id)).map(|answer| answer.to_text());
        format!("{answer:?}").replace(id, "ID")
    };
    assert_eq!(as_writer(&red), as_writer(ABSENT));
}

/// Numbers of the list move when one before them goes; whoever names the time of the one that he means removes no other.
#[test]
fn what_is_harmless_is_removed_as_it_was_listed() {
    let office = Office::staffed();
    for words in ["first", "second"] {
        let body =
            format!(r#"{{"file":{},"kind":"text","note":"{words}"}}"#, file("a quite harmless text of some length"));
        let body = body.replace("harmless text", &format!("harmless {words} text"));
        office.told("ada", "signal harmless add", &body);
    }
    let listed = |place: usize| {
        let told = office.told("ada", "signal harmless list", "{}");
        told.get("harmless").and_then(Json::as_array).unwrap()[place]
            .as_object()
            .unwrap()
            .text("at")
            .unwrap()
            .to_owned()
    };
    let (first, second) = (listed(0), listed(1));
    let remove = |number: u8, at: &str| {
        office.ask("ada", "signal harmless remove", &format!(r#"{{"number":{number},"decided_at":"{at}"}}"#))
    };
    assert!(format!("{:?}", remove(1, &second).unwrap_err()).contains("the list has changed since"));
    assert!(remove(1, &first).is_ok());
    assert_eq!(listed(0), second);
}
