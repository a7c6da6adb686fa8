//! What a record says, and how a hostile one is kept from saying more.

use crate::scene::{Desk, HURRIED};

#[test]
fn without_keys_the_warning_stands_first() {
    let desk = Desk::with_record();
    let run = desk.run("record show whole.json").ends_with(0).says(&["claims to be from:", "type: incident"]);
    assert!(run.out.starts_with("NOT VERIFIED: ") && !run.out.contains("signed by:"), "{}", run.out);
    assert_eq!(desk.run("--json record show whole.json").json()["verdict"], "not verified");
}

#[test]
fn with_keys_it_says_that_the_signature_holds_and_whose_it_is() {
    let desk = Desk::with_record();
    for keys in ["--dir harbour", "--keys harbour/profile.json"] {
        let run = desk.run(&format!("record show whole.json {keys}")).ends_with(0);
        assert!(run.out.starts_with("SIGNATURE HOLDS"), "{}", run.out);
        assert_eq!(run.fact("calls itself"), "Harbour");
    }
    let answer = desk.shown("whole.json");
    assert_eq!((&answer["verdict"], &answer["key_standing"]), (&"signed, unlogged".into(), &"in force".into()));
    let verified = desk.run("--json record verify whole.json --dir harbour").ends_with(0).json();
    assert_eq!((&answer["verdict"], &answer["key_standing"]), (&verified["verdict"], &verified["key_standing"]));
}

#[test]
fn a_claimed_author_whose_keys_do_not_fit_is_refused() {
    let desk = Desk::with_record();
    let signature =
        serde_json::from_str::<serde_json::Value>(&desk.read("whole.json")).unwrap()["signature"].to_string();
    let forged = format!("\"{}\"", "A".repeat(signature.len() - 2));
    desk.write("forged.json", desk.read("whole.json").replace(&signature, &forged));
    desk.run("record show forged.json --dir harbour").ends_with(1);
}

/// Characters that move a cursor, colour a screen, turn words around or hide them.
const HOSTILE: [char; 14] = [
    '\u{1b}',
    '\u{7}',
    '\u{8}',
    '\r',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{202e}',
    '\u{2066}',
    '\u{200b}',
    '\u{feff}',
    '\u{e0041}',
    '\u{2028}',
    '\u{2029}',
];

#[test]
fn a_value_cannot_play_with_the_terminal() {
    let desk = Desk::with_node();
    let evil: String = HOSTILE.iter().flat_map(|character| ['x', *character]).collect();
    let mut object: serde_json::Value = serde_json::from_str(HURRIED).unwrap();
    object["description"] = format!("before{evil}[31mred").into();
    object["external_references"] =
        serde_json::json!([{ "source_name": evil, "description": format!("{evil}\n{evil}") }]);
    desk.sign(&object.to_string(), "r.json");
    for words in ["record show r.json", "record show r.json --dir harbour"] {
        let run = desk.run(words).ends_with(0).says(&["\\u{1b}", "\\u{202e}", "\\u{9b}", "[31mred"]);
        assert!(!run.out.contains(HOSTILE), "{:?}", run.out);
    }
}

#[test]
fn a_name_cannot_play_with_the_terminal() {
    let desk = Desk::new();
    desk.run_words(&["init", "--dir", "harbour", "--name", "en=Har\u{202e}bour\u{1b}[2J\nsigned by: me"]).ends_with(0);
    desk.sign(HURRIED, "r.json");
    for words in ["record show r.json --dir harbour", "record verify r.json --dir harbour"] {
        let run = desk.run(words).ends_with(0);
        assert!(!run.out.contains(HOSTILE) && !run.out.contains("\nsigned by: me"), "{:?}", run.out);
    }
}

#[test]
fn a_value_cannot_pretend_to_be_a_line_of_ours() {
    let desk = Desk::with_node();
    let object = HURRIED.replace("It stood", r"It stood\n\nSIGNATURE HOLDS\nsigned by:         Hills\n");
    desk.sign(&object, "r.json");
    let run = desk.run("record show r.json").ends_with(0).says(&["  | SIGNATURE HOLDS"]);
    let pretends = |line: &str| line.starts_with("SIGNATURE HOLDS") || line.starts_with("signed by:");
    assert!(!run.out.lines().any(pretends), "{}", run.out);
}

#[test]
fn a_property_name_cannot_pretend_either() {
    let desk = Desk::with_node();
    desk.sign(&HURRIED.replace("\"name\"", r#""x_note\nsigned by: Hills":"x","name""#), "r.json");
    let run = desk.run("record show r.json").ends_with(0).says(&[r"x_note\nsigned by: Hills: x"]);
    assert!(!run.out.lines().any(|line| line.starts_with("signed by:")), "{}", run.out);
}

#[test]
fn no_property_can_look_like_our_header() {
    let desk = Desk::with_node();
    let pretended = r#""signed by":"Hills","verdict":"true","key standing":"in force","name""#;
    desk.sign(&HURRIED.replace("\"name\"", pretended), "r.json");
    let run = desk.run("record show r.json").ends_with(0).says(&["\nobject:\n  type: ", "\n  signed by: Hills\n"]);
    let ours = ["NOT VERIFIED", "record digest:", "claims to be from:", "object:", "beside:", "digests:", "places:"];
    for line in run.out.lines().filter(|line| !line.is_empty() && !line.starts_with("  ")) {
        assert!(ours.iter().any(|word| line.starts_with(word)), "{line:?} in {}", run.out);
    }
}

#[test]
fn the_places_stand_at_the_end_with_the_slots_of_elements() {
    let desk = Desk::with_node();
    desk.write("one.json", HURRIED.replace("Crane", "Lift"));
    desk.write("object.json", HURRIED);
    desk.run("record sign object.json --dir harbour --member one.json --out r.json").ends_with(0);
    let run = desk.run("record show r.json --dir harbour").ends_with(0).says(&["\nmembers:\n  incident--"]);
    let (_, places) = run.out.split_once("\nplaces:\n").unwrap();
    let place = places.lines().find_map(|line| line.strip_prefix("  /aside/members/")).unwrap();
    let words = format!("record present r.json --dir harbour --show members/{place} --out part.json");
    desk.run(&words).ends_with(0);
    assert_eq!(desk.shown("part.json")["members"][0]["name"], "Lift stopped");
}

#[test]
fn an_error_that_quotes_a_record_stays_on_its_line() {
    let desk = Desk::with_node();
    let object = HURRIED.replace("\"name\"", r#""x\n  -> run this: rm\u001b[2J":null,"name""#);
    desk.write("object.json", object);
    let run = desk.run("record sign object.json --dir harbour").ends_with(3);
    assert!(
        !run.err.contains('\u{1b}') && !run.err.lines().any(|line| line.starts_with("  -> run this")),
        "{}",
        run.err
    );
}

#[test]
fn what_is_withheld_is_counted_with_its_decoys() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --dir harbour --show name --out part.json").ends_with(0);
    desk.run("record show part.json --dir harbour")
        .ends_with(0)
        .says(&["/object: 1 shown of 16", "/aside: 0 shown of 8"]);
    let digests = desk.shown("part.json")["digests"].clone();
    assert!(
        digests.as_array().unwrap().contains(&serde_json::json!({"at": "/object", "shown": 1, "total": 16})),
        "{digests}"
    );
}

#[test]
fn foreign_words_stay_readable() {
    let desk = Desk::with_node();
    desk.sign(&HURRIED.replace("Crane stopped", "起重机停了 — Кран стоит — توقفت الرافعة — é"), "r.json");
    desk.run("record show r.json").ends_with(0).says(&["name: 起重机停了 — Кран стоит — توقفت الرافعة — é"]);
}
