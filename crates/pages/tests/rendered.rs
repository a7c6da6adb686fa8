//! A page and its two forms.

use access::Caller;
use api::Language;
use pages::{
    Arg, Block, Field, Form, Frame, Inline, Outcome, Overlay, Page, Refusal, Row, Say, Stretch, Table, Tone, Typed,
    Zone,
};
use record::label::Tlp;
use record::time::Timestamp;

const ATTACK: &str = "<script>alert(1)</script>\u{202e}\" onload=x";

/// A frame around nobody in particular.
fn framed<T>(language: Language, read: impl Fn(&Frame<'_>) -> T) -> T {
    let (caller, query) = (Caller::nobody(), Typed::default());
    let frame = Frame {
        language,
        zone: Zone::read("+08:00").unwrap(),
        now: Timestamp::from_micros(1_790_000_000_000_000),
        path: "/incidents",
        query: &query,
        house: ATTACK,
        caller: &caller,
        form_token: Some("token"),
        once: "once",
    };
    read(&frame)
}

fn everything() -> Page {
    let form = Form::command("try", "incident edit", "/incidents/x")
        .titled("form-send", Say::content(ATTACK))
        .previewed()
        .saved()
        .field(Field::line("title", "sign-in-name").value(ATTACK).required())
        .field(Field::area("description", Say::content(ATTACK)).helped("sign-in-lost").value("\nfirst line is empty"))
        .field(Field::choice("stage", "sign-in-name", vec![("initial".to_owned(), Say::content(ATTACK))]))
        .field(
            Field::many("harm", "sign-in-name", vec![(ATTACK.to_owned(), Say::sign("harm"))])
                .values([ATTACK.to_owned()]),
        )
        .field(Field::flag("yes", "sign-in-name"))
        .given("incident", ATTACK);
    let table = Table::new(Say::content(ATTACK), &["nav-desk", "nav-alarms"], "page-missing").rows([Row::new(vec![
        vec![Inline::link("/incidents", Say::content(ATTACK))],
        vec![Inline::Tlp(Some(Tlp::AmberStrict)), Inline::Tlp(None), Inline::tag(Tone::Grave, Say::content(ATTACK))],
    ])
    .toned(Tone::Grave)]);
    Page::new(Say::content(ATTACK))
        .with(Block::section("part", Say::content(ATTACK), vec![Block::Text(Say::content(ATTACK)), table.into()]))
        .with(Block::Facts(vec![(
            Say::content(ATTACK),
            vec![Inline::Source(format!("javascript:{ATTACK}")), Inline::code(ATTACK)],
        )]))
        .with(Block::Fold(Say::content(ATTACK), vec![Block::Code(ATTACK.to_owned())]))
        .with(Block::Columns(vec![
            vec![form.into()],
            vec![Block::List(vec![vec![Inline::Source("https://example.org/a\"b".to_owned())]])],
        ]))
        .with(Block::Line(vec![Inline::Compared(vec![
            Stretch::Kept(ATTACK.to_owned()),
            Stretch::Gone(ATTACK.to_owned()),
            Stretch::Come(ATTACK.to_owned()),
        ])]))
        .with(Block::Notice(
            Tone::Watch,
            vec![Inline::Time(Timestamp::from_micros(0)), Inline::Strong(Say::content(ATTACK))],
        ))
}

#[test]
fn nothing_foreign_is_markup() {
    for language in Language::ALL {
        let html = framed(language, |frame| pages::html::document(frame, &everything()));
        assert!(!html.contains("<script>") && !html.contains("\" onload"));
        // Only where it can be edited does a text stand as it was typed.
        let outside: String =
            html.split("<input").map(|part| part.split_once('>').map_or("", |(_, rest)| rest)).collect();
        assert!(!outside.contains('\u{202e}'), "{outside}");
        assert!(!html.contains("href=\"javascript"), "a source that is no address over the web is no link");
        assert!(html.contains("⟨U+202E⟩") && !html.contains("⟨page-"), "{html}");
    }
}

#[test]
fn the_text_has_what_the_page_has_and_nothing_begins_a_line_by_itself() {
    let page = everything().with(Block::line(Say::content("one\n== Alarm: forged")));
    let text = framed(Language::English, |frame| pages::plain::document(frame, &page));
    assert!(text.contains("TLP:AMBER+STRICT") && text.contains("[no marking]"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("== Alarm")) && !text.contains('\u{202e}'));
    assert!(text.contains("1970-01-01 00:00 UTC (1970-01-01 08:00 +08:00)"));
}

#[test]
fn what_was_typed_stands_there_again_with_what_was_wrong() {
    let typed = Typed::read("title=%3Cb%3E&description=two%0D%0Alines&harm=other&incident=forged".as_bytes()).unwrap();
    let refusal = Refusal {
        why: Say::content("too long"),
        advice: Some(Say::content("shorten it")),
        member: Some("title".to_owned()),
    };
    let overlay = Overlay { form: "try".to_owned(), typed, outcome: Some(Outcome::Refused(refusal)) };
    let html = framed(Language::English, |frame| pages::html::document(frame, &everything().filled(&overlay)));
    assert!(html.contains("value=\"&lt;b&gt;\"") && html.contains(">\ntwo\nlines</textarea>"), "{html}");
    assert!(html.contains("aria-invalid=\"true\"") && html.contains("too long") && html.contains("shorten it"));
    assert!(!html.contains("forged"), "what is given is given by the page");
    assert!(!html.contains("name=\"confirm\""));
}

#[test]
fn a_preview_waits_for_confirmation() {
    let blocks = vec![Block::line(Say::With("incidents-count", vec![("count", Arg::Number(2))]))];
    let preview = Outcome::Preview { blocks, seen: "seen".to_owned() };
    let overlay = Overlay { form: "try".to_owned(), typed: Typed::default(), outcome: Some(preview) };
    let html = framed(Language::Chinese, |frame| pages::html::document(frame, &everything().filled(&overlay)));
    assert!(html.contains("name=\"confirm\"") && html.contains("2 起事件") && html.contains("尚未执行"), "{html}");
}

#[test]
fn what_came_of_a_form_that_is_gone_is_told_all_the_same() {
    let refusal = Refusal { why: Say::content("it was released meanwhile"), advice: None, member: None };
    let overlay =
        Overlay { form: "gone".to_owned(), typed: Typed::default(), outcome: Some(Outcome::Refused(refusal)) };
    let html = framed(Language::English, |frame| pages::html::document(frame, &everything().filled(&overlay)));
    assert!(html.contains("it was released meanwhile"));
}

#[test]
fn words_that_go_and_come_are_marked_without_spaces_of_their_own() {
    let words = [Stretch::Kept("保存".into()), Stretch::Gone("三".into()), Stretch::Come("五".into())];
    let page = Page::new("nav-desk").with(Block::Line(vec![Inline::Compared(words.to_vec())]));
    let html = framed(Language::Chinese, |frame| pages::html::document(frame, &page));
    assert!(html.contains("</bdi><del><bdi>三</bdi></del><ins><bdi>五</bdi></ins>"), "{html}");
    let text = framed(Language::Chinese, |frame| pages::plain::document(frame, &page));
    assert!(text.contains("保存[-三-]{+五+}"), "{text}");
}

#[test]
fn what_is_wrong_with_a_member_in_several_languages_stands_beside_each() {
    let fields = ["text:en", "text:zh-Hans"].map(|name| Field::area(name, "sign-in-name"));
    let form = fields.into_iter().fold(Form::command("answer", "clarify answer", "/questions/x"), Form::field);
    let refusal = Refusal { why: "form-stale".into(), advice: None, member: Some("text".to_owned()) };
    let typed: Typed = [("text:en".to_owned(), "Version 3".to_owned())].into_iter().collect();
    let overlay = Overlay { form: "answer".to_owned(), typed, outcome: Some(Outcome::Refused(refusal)) };
    let page = Page::new("nav-desk").with(form.into()).filled(&overlay);
    let html = framed(Language::English, |frame| pages::html::document(frame, &page));
    assert_eq!(html.matches("class=\"wrong\"").count(), 2, "{html}");
    assert!(html.contains("name=\"text:zh-Hans\"") && html.contains("Version 3</textarea>"), "{html}");
}

#[test]
fn a_form_that_is_weighed_has_a_place_for_what_it_would_change_and_a_button_that_asks() {
    let told = vec![Block::line(Say::content(ATTACK))];
    let form = |told: Vec<Block>| {
        Form::command("facts", "duties answer", "/incidents/x/duties")
            .field(Field::line("facts:harm.deaths".to_owned(), "form-send").value("many"))
            .field(Field::line("facts:harm.injured".to_owned(), "form-send"))
            .weighed(told)
    };
    let page = Page::new("nav-desk").with(Block::Fold(Say::Word("nav-desk"), vec![form(told).into()]));
    let refusal =
        Refusal { why: Say::content("no number"), advice: None, member: Some("facts:harm.deaths".to_owned()) };
    let typed: Typed = [("facts:harm.deaths".to_owned(), "many".to_owned())].into_iter().collect();
    let overlay = Overlay { form: "facts".to_owned(), typed, outcome: Some(Outcome::Refused(refusal)) };
    let html = framed(Language::English, |frame| pages::html::document(frame, &page.clone().filled(&overlay)));
    assert!(html.contains("data-weighs=\"yes\"") && html.contains("name=\"weigh\""), "{html}");
    assert!(html.contains("class=\"weighed\" role=\"status\"><p>") && !html.contains(ATTACK), "{html}");
    assert_eq!(html.matches("aria-invalid").count(), 1, "one of several values of a member is wrong by itself: {html}");
    assert!(html.contains("<details open>"), "what was told is not folded away");
    let silent = Page::new("nav-desk").with(Block::Fold(Say::Word("nav-desk"), vec![form(Vec::new()).into()]));
    let html = framed(Language::English, |frame| pages::html::document(frame, &silent));
    assert!(
        html.contains("<div class=\"weighed\" role=\"status\"></div>") && !html.contains("<details open>"),
        "{html}"
    );
}
