//! What a partner, a thief or a slip of the hand can put into a negotiation, and what comes of it.

use serde_json::{Value, json};

use crate::nodes::draw;
use crate::scene::Desk;
use crate::treaty::{CANARY, clause};

/// A desk where Harbour has offered a text, as `offer`, and Hills knows Harbour's keys and nothing else.
fn desk_with_offer() -> (Desk, String) {
    let desk = Desk::with_two();
    desk.draft("confidential-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    desk.run("partner add harbour/profile.json --dir hills").ends_with(0);
    (desk, agreement)
}

fn takes(desk: &Desk, file: &str) -> crate::scene::Run {
    desk.run(&format!("agreement take {file} --dir hills"))
}

#[test]
fn a_file_that_holds_no_messages_is_refused() {
    let (desk, _) = desk_with_offer();
    for (name, text) in
        [("words", "hello"), ("object", "{}"), ("list", "[[[[["), ("octets", "\u{0}\u{1}"), ("draft", &*desk.read("t"))]
    {
        desk.write(name, text);
        takes(&desk, name).ends_with(1);
    }
    desk.write("binary", [0xff_u8, 0xfe, 0x00]);
    takes(&desk, "binary").ends_with(1);
    desk.write("record", desk.read("harbour/profile.json"));
    takes(&desk, "record").ends_with(1);
    takes(&desk, "nothing").ends_with(3);
    assert!(desk.agreements("hills").is_empty());
}

#[test]
fn garbage_behind_a_good_message_is_named_and_the_good_one_counts() {
    let (desk, agreement) = desk_with_offer();
    desk.write("mixed", format!("{}\nhello\n", desk.read("offer")));
    takes(&desk, "mixed").ends_with(1);
    assert!(["offered", "unknown"].contains(&&*desk.state("hills", &agreement)));
    takes(&desk, "offer").ends_with(0);
    assert_eq!(desk.state("hills", &agreement), "offered");
}

#[test]
fn one_flipped_bit_is_refused() {
    let (desk, _) = desk_with_offer();
    for bit in desk.bits("offer", 40) {
        desk.flip("offer", bit);
        let run = takes(&desk, "offer");
        assert!(matches!(run.code, Some(1 | 3)) && !run.err.contains("panicked"), "bit {bit}: {run:#?}");
        desk.flip("offer", bit);
    }
    assert!(desk.agreements("hills").is_empty());
    takes(&desk, "offer").ends_with(0);
}

#[test]
fn a_truncated_file_is_refused() {
    let (desk, _) = desk_with_offer();
    let whole = desk.read("offer");
    for _ in 0..12 {
        desk.write("part", &whole.as_bytes()[..1 + draw(whole.len() - 2)]);
        takes(&desk, "part").ends_with(1);
    }
    assert!(desk.agreements("hills").is_empty());
}

#[test]
fn a_message_from_an_unknown_party_is_refused_until_its_keys_are_taken_in() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let agreement = desk.offer("harbour", "t", "offer");
    takes(&desk, "offer").refuses(1, &["whose keys are not here", "--keys PROFILE"]);
    desk.take("offer --keys harbour/profile.json", "hills");
    assert_eq!(desk.state("hills", &agreement), "offered");
}

#[test]
fn a_key_that_was_replaced_signs_nothing_more() {
    let (desk, agreement) = desk_with_offer();
    takes(&desk, "offer").ends_with(0);
    desk.copy("harbour", "thief");
    desk.run("key rotate --dir harbour").ends_with(0);
    desk.run("partner add harbour/profile.json --dir hills").ends_with(0);
    let words = format!("agreement terminate {agreement} --tlp green --reason en=Mine --yes --dir thief --out stolen");
    desk.run(&words).ends_with(0);
    takes(&desk, "stolen").ends_with(1);
    assert_eq!(desk.state("hills", &agreement), "offered", "what was logged before stays");
    desk.run("agreement list --dir hills").ends_with(0);
    let words = format!("agreement terminate {agreement} --tlp green --reason en=Ours --yes --dir harbour --out own");
    desk.run(&words).ends_with(0);
    takes(&desk, "own").ends_with(0);
    assert_eq!(desk.state("hills", &agreement), "terminated");
}

#[test]
fn a_replayed_message_changes_nothing() {
    let (desk, agreement) = desk_with_offer();
    takes(&desk, "offer").ends_with(0);
    let before = desk.entries("hills");
    takes(&desk, "offer").ends_with(0).says(&["Nothing was new."]);
    takes(&desk, "offer offer").ends_with(0).says(&["Nothing was new."]);
    assert_eq!(desk.entries("hills"), before);
    desk.sign_text("hills", &agreement, "answer");
    takes(&desk, "answer").ends_with(0).says(&["Nothing was new."]);
}

#[test]
fn a_resumption_that_is_replayed_lifts_no_later_suspension() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    let act = |will: &str, out: &str| {
        desk.run(&format!("agreement {will} {agreement} --yes --dir harbour --out {out}")).ends_with(0);
        desk.take(out, "hills");
    };
    act("suspend", "one");
    act("resume", "two");
    act("suspend", "three");
    desk.take("two", "hills").says(&["Nothing was new."]);
    assert_eq!(desk.state("hills", &agreement), "suspended");
}

#[test]
fn more_messages_than_a_negotiation_has_are_not_read() {
    let (desk, _) = desk_with_offer();
    desk.write("many", "{}\n".repeat(1_001));
    takes(&desk, "many").refuses(3, &["`many`", "1000"]);
    assert!(desk.agreements("hills").is_empty());
}

#[test]
fn a_negotiation_between_others_is_none_of_ours() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.make_node("valley");
    let before = desk.entries("valley");
    let words = "agreement take offer --dir valley --keys harbour/profile.json --keys hills/profile.json";
    desk.run(words).refuses(1, &["no party"]);
    assert_eq!((desk.entries("valley"), desk.state("valley", &agreement)), (before, "unknown".to_owned()));
}

#[test]
fn a_stranger_with_known_keys_has_no_say_in_a_negotiation() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.make_node("valley");
    desk.run("partner add valley/profile.json --dir hills").ends_with(0);
    // Valley has a thread of its own with Harbour; its messages belong there.
    desk.run("agreement draft --template misuse-signals --dir valley --party harbour/profile.json --out own")
        .ends_with(0);
    let other = desk.offer("valley", "own", "own-offer");
    takes(&desk, "own-offer").refuses(1, &["no party of the agreement"]);
    assert_eq!([desk.state("hills", &agreement), desk.state("hills", &other)], ["in force", "unknown"]);
}

#[test]
fn who_offers_a_signed_text_again_stops_nobody_from_suspending_it() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    // One of these threads has a lower digest than the one that was signed, but for one time in five hundred.
    for number in 0..8 {
        desk.offer("hills", "text.json", &format!("again-{number}"));
        desk.take(&format!("again-{number}"), "harbour");
    }
    let words = format!("agreement suspend {agreement} --yes --dir harbour --out s");
    desk.run(&words).ends_with(0).says(&["suspended"]);
    desk.take("s", "hills").says(&["is suspended"]);
}

/// Hills offers a text, Harbour counters it after this change, and Hills is asked to sign.
fn signs_after(change: impl FnOnce(&mut Value)) -> crate::scene::Run {
    let (desk, first) = desk_with_offer();
    takes(&desk, "offer").ends_with(0);
    desk.edit("t", "changed", change);
    let run = desk.run(&format!("agreement propose changed --answers {first} --tlp green --dir harbour --out counter"));
    let second = run.ends_with(0).fact("agreement");
    takes(&desk, "counter").ends_with(0);
    let run = desk.run(&format!("agreement sign {second} --dir hills --out signed"));
    assert_eq!((desk.has("signed"), desk.state("hills", &second)), (false, "offered".to_owned()), "{run:#?}");
    run
}

#[test]
fn a_clause_that_changed_in_one_language_alone_is_not_signed() {
    let run = signs_after(|text| clause(text, "6.1")["text"]["en"] = "The sender may recall nothing.".into());
    run.refuses(1, &["clause 6.1", "changed in en and not in zh-Hans"]);
    let run = signs_after(|text| clause(text, "6.1")["text"]["zh-Hans"] = "发送方不得召回。".into());
    run.refuses(1, &["clause 6.1", "changed in zh-Hans and not in en"]);
}

#[test]
fn a_policy_that_changed_alone_is_not_signed() {
    let run = signs_after(|text| {
        let policy = &mut clause(text, "4.4")["policy"];
        *policy = policy.as_str().unwrap().replace("context.relayed ||", "").into();
        text["examples"].as_array_mut().unwrap().retain(|one| one["expected"]["because"] != "forbidden-by:4.4");
    });
    run.refuses(1, &["clause 4.4", "what the nodes run"]);
    let run = signs_after(|text| clause(text, "2.1")["obligations"]["budget"]["at_most"] = 4_000.into());
    run.refuses(1, &["clause 2.1", "what the nodes run"]);
}

#[test]
fn an_example_that_comes_out_otherwise_here_is_named_and_nothing_is_signed() {
    let (desk, agreement) = desk_with_offer();
    takes(&desk, "offer").ends_with(0);
    desk.run("floor off classified --reason test --by Ada --yes --dir hills").ends_with(0);
    let words = format!("agreement examples {agreement} --dir hills");
    desk.run(&words).refuses(1, &["otherwise on this node: classified"]).says(&["OTHERWISE"]);
    desk.run(&format!("agreement sign {agreement} --dir hills --out s"))
        .refuses(1, &["classified", "floors of both sides"]);
    assert_eq!((desk.has("s"), desk.state("hills", &agreement)), (false, "offered".to_owned()));
    desk.run("floor on classified --reason done --by Ada --yes --dir hills").ends_with(0);
    desk.sign_text("hills", &agreement, "s");
}

#[test]
fn words_that_no_reader_sees_are_refused() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    for (name, hidden) in
        [("bidi", '\u{202e}'), ("space", '\u{200b}'), ("tag", '\u{e0041}'), ("isolate", '\u{2066}'), ("nul", '\u{0}')]
    {
        desk.edit("t", name, |text| {
            let words = &mut clause(text, "6.1")["text"]["en"];
            *words = format!("The sender may{hidden} recall.{}", words.as_str().unwrap()).into();
        });
        let run =
            desk.run(&format!("agreement propose {name} --tlp green --dir harbour --out {name}.message")).ends_with(3);
        assert!(!run.err.contains(hidden) && !desk.has(&format!("{name}.message")), "{run:#?}");
        desk.run(&format!("agreement show {name}")).ends_with(3);
        desk.run(&format!("agreement diff t {name}")).ends_with(3);
    }
    assert!(desk.agreements("harbour").is_empty());
}

#[test]
fn a_text_whose_machine_part_does_not_hold_is_refused_with_its_place() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    let permit = |when: &str| format!("permit(principal, action == Action::\"release\", resource) when {{ {when} }};");
    let bad = |name: &str, change: &dyn Fn(&mut Value), words: &[&str]| {
        desk.edit("t", name, change);
        desk.run(&format!("agreement propose {name} --tlp green --dir harbour --out m")).refuses(3, words);
        desk.run(&format!("agreement examples {name} --dir harbour")).refuses(3, words);
    };
    bad("type", &|text| clause(text, "2.1")["policy"] = permit("context.tlp == 5").into(), &["2.1"]);
    bad("attribute", &|text| clause(text, "2.1")["policy"] = permit("context.weather").into(), &["2.1"]);
    bad("syntax", &|text| clause(text, "2.1")["policy"] = "permit(".into(), &["2.1"]);
    let never = permit("context.tlp == Tlp::\"clear\" && context.tlp == Tlp::\"red\"");
    bad("never", &|text| clause(text, "2.1")["policy"] = never.clone().into(), &["2.1", "never applies"]);
    bad("field", &|text| clause(text, "2.1")["transform"]["show"] = json!(["mood"]), &["no kind of record has"]);
    bad("unknown", &|text| text["surprise"] = true.into(), &["surprise", "remove it"]);
    bad("engine", &|text| text["engine"] = "cedar 1".into(), &["both sides must run the same"]);
    bad("twice", &|text| clause(text, "2.2")["id"] = "2.1".into(), &["two clauses", "2.1"]);
    bad("alone", &|text| drop(text["parties"].as_array_mut().unwrap().pop()), &["parties"]);
    bad("long", &|text| text["zone"] = "x".repeat(5 << 20).into(), &[]);
    assert!(!desk.has("m") && desk.agreements("harbour").is_empty());
}

#[test]
fn a_text_passes_the_floors_like_a_record() {
    let desk = Desk::with_two();
    desk.draft("public-incident", "t");
    desk.edit("t", "secret", |text| text["zone"] = CANARY.into());
    let propose = |marks: &str| desk.run(&format!("agreement propose secret {marks} --dir harbour --out m"));
    propose("--tlp green --tag classified").refuses(1, &["floor:classified", "does not pass the floors"]);
    propose("--tlp red").refuses(1, &["floor:red"]);
    propose("--tlp green --nobody").refuses(1, &["not-in-audience"]);
    propose("--tlp green --tag made-up").refuses(1, &["unknown-tag"]);
    propose("").refuses(2, &["--tlp"]);
    propose(&format!("--tlp green --recipient {}", desk.party("harbour"))).refuses(1, &["not-in-audience"]);
    propose(&format!("--tlp amber --origin {}", "A".repeat(43))).refuses(1, &["floor:foreign-origin"]);
    assert!(!desk.has("m") && desk.agreements("harbour").is_empty());
    propose(&format!("--tlp amber --recipient {}", desk.party("hills"))).ends_with(0);
}

#[test]
fn only_a_party_of_a_text_proposes_it() {
    let desk = Desk::with_two();
    desk.make_node("valley");
    desk.draft("public-incident", "t");
    desk.run("agreement propose t --tlp green --dir valley --out m").refuses(3, &["not a party"]);
    desk.write("m", "mine");
    desk.run("agreement propose t --tlp green --dir harbour --out m").ends_with(4);
    assert_eq!((desk.read("m"), desk.agreements("harbour").len()), ("mine".to_owned(), 0), "nothing was said");
}
