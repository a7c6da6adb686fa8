//! One text beside another, clause by clause and word by word.

use std::collections::BTreeMap;

use policy::agreement::{Agreement, Fate, Redline, Words};
use policy::explain::Language;
use proptest::prelude::*;
use record::json::{Json, Map};

use super::scene::{draft, edit, object, read, reword, text, within, without};

fn between(new: &Map) -> Redline {
    Redline::between(&draft("public-incident", 2), &read(new).unwrap())
}

#[test]
fn a_text_beside_itself_has_no_redline() {
    for name in ["public-incident", "misuse-signals", "confidential-incident"] {
        assert!(Redline::between(&draft(name, 2), &draft(name, 2)).is_empty());
    }
}

#[test]
fn words_are_exchanged_whole_in_english_and_one_by_one_in_chinese() {
    let cases = [
        ("The parties shall meet.", "The parties may meet.", "The parties[- shall-]{+ may+} meet."),
        ("within 72 hours", "within 48 hours of it", "within[- 72-]{+ 48+} hours{+ of it+}"),
        (
            "缔约方应当在72小时内答复。",
            "缔约方可以在48小时内答复。",
            "缔约方[-应当-]{+可以+}在[-72-]{+48+}小时内答复。",
        ),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("same", "same", "same"),
    ];
    for (old, new, expected) in cases {
        assert_eq!(Words::between(old, new).to_string(), expected);
    }
}

/// An amendment of many kinds at once.
fn amended() -> Map {
    let text = reword(&text(), "2.2", "en", "at most 1095 days", "at most 730 days");
    let text = reword(&text, "2.2", "zh-Hans", "至多保存1095日", "至多保存730日");
    let text = edit(&text, "2.2", |clause| {
        within(clause, "obligations", |owed| {
            owed.set("retention_days", object("730"));
            owed.set("approvals", object("1"));
            owed.set("purposes", object(r#"["incident-response", "safety-research"]"#));
            owed.set(
                "budget",
                object(r#"{"category": "incidents", "counted": "records", "at_most": 10, "per": "day"}"#),
            );
        });
        within(clause, "transform", |transform| {
            let show = transform.remove("show").unwrap();
            let Json::Array(mut show) = show else { panic!("no list") };
            show.retain(|name| name.as_str() != Some("cause") && name.as_str() != Some("occurred"));
            transform.set("show", Json::Array(show));
            transform.set("twin", object(r#"["occurred", "place"]"#));
        });
    });
    let text = without(&text, "9.3");
    let mut text = edit(&text, "8", |clause| {
        let Some(Json::Array(mut below)) = clause.remove("clauses") else { panic!("no clauses") };
        below.rotate_left(1);
        below.push(object(r#"{"id": "8.4", "text": {"en": "A new paragraph.", "zh-Hans": "新的一款。"}}"#));
        clause.set("clauses", Json::Array(below));
    });
    text.set("until", "2029-01-01T00:00:00.000000Z");
    text.set("keep_days", object("365"));
    text
}

#[test]
fn a_redline_reads_so_in_english() {
    let redline = between(&amended()).render(Language::English);
    let expected = "\
until: [-2028-01-01T00:00:00.000000Z-]{+2029-01-01T00:00:00.000000Z+}
days kept for disputes: [-730-]{+365+}
Clause 2.2
  en: Each party may release records of incidents that are marked TLP green, with the same parts, for capacity building, \
incident response or safety research. A recipient may pass them on within its community. It shall not make them public, and \
shall keep them for at most[- 1095-]{+ 730+} days.
  zh-Hans: 各缔约方可以为能力建设、事件应对或者安全研究的目的，发布标注为TLP绿级（green）的事件记录，所含部分与前款相同。接收方可以在其社群内\
转送，但不得公开，并应当至多保存[-1095-]{+730+}日。
  cause: [-goes-]{+stays+}
  occurred: [-goes-]{+its twin goes+}
  purposes: [-helping others to build their own means, answering an incident, learning how to make systems safer-]\
{+answering an incident, learning how to make systems safer+}
  kept for days: [-1095-]{+730+}
  approvals: [-0-]{+1+}
  at most: [-no limit-]{+10 records / day (incidents)+}
Clause 8.1
  moved: [-place 1 in clause 8-]{+place 3 in clause 8+}
Clause 8.4 (added)
  en: {+A new paragraph.+}
  zh-Hans: {+新的一款。+}
Clause 9.3 (removed)
  en: [-Each party bears its own costs.-]
  zh-Hans: [-各缔约方自行承担其费用。-]
";
    assert_eq!(redline, expected);
}

#[test]
fn a_redline_reads_so_in_chinese() {
    let redline = between(&amended()).render(Language::Chinese);
    for line in [
        "截止：[-2028-01-01T00:00:00.000000Z-]{+2029-01-01T00:00:00.000000Z+}",
        "为争端保存日数：[-730-]{+365+}",
        "第2.2条",
        "  cause：[-发布-]{+保留+}",
        "  occurred：[-发布-]{+发布概略值+}",
        "  目的：[-能力建设、事件应对、安全研究-]{+事件应对、安全研究+}",
        "  保存日数：[-1095-]{+730+}",
        "  批准人数：[-0-]{+1+}",
        "  限量：[-不限-]{+10 records / day (incidents)+}",
        "  移动：[-第8条内第1位-]{+第8条内第3位+}",
        "第8.4条（新增）",
        "第9.3条（删除）",
    ] {
        assert!(redline.lines().any(|found| found == line), "{line}\n{redline}");
    }
    assert_eq!(redline.lines().count(), between(&amended()).render(Language::English).lines().count());
}

#[test]
fn a_clause_that_passes_under_another_has_moved_and_its_neighbours_have_not() {
    let mut moved = None;
    let taken = edit(&text(), "4.4", |clause| moved = Some(clause.clone()));
    let text = edit(&without(&taken, "4.4"), "2", |clause| {
        let Some(Json::Array(mut below)) = clause.remove("clauses") else { panic!("no clauses") };
        below.insert(0, moved.unwrap().into());
        clause.set("clauses", Json::Array(below));
    });
    let redline = between(&text);
    let ids: Vec<_> = redline.clauses.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["4.4"]);
    let moved = redline.clauses[0].moved.as_ref().unwrap();
    assert_eq!(moved.from.under.as_ref().unwrap().as_str(), "4");
    assert_eq!(moved.to.under.as_ref().unwrap().as_str(), "2");
}

#[test]
fn parties_that_join_and_leave_are_told_by_who_they_are() {
    let redline = Redline::between(&draft("public-incident", 2), &draft("public-incident", 3));
    let english = redline.render(Language::English);
    assert!(english.starts_with("joins: {+c "), "{english}");
    assert!(english.contains("  recipients: [-a, b-]{+a, b, c+}"), "{english}");
    let back = Redline::between(&draft("public-incident", 3), &draft("public-incident", 2)).render(Language::Chinese);
    assert!(back.starts_with("退出：[-c "), "{back}");
}

/// All words of a text by clause and language.
fn all_words(agreement: &Agreement) -> BTreeMap<(String, String), String> {
    let clauses = agreement.all_clauses().flat_map(|clause| {
        clause
            .text()
            .iter()
            .map(|(language, words)| ((clause.id().to_string(), language.to_string()), words.to_owned()))
    });
    clauses.collect()
}

/// The old words with a redline applied to them.
fn applied(old: &Agreement, redline: &Redline) -> BTreeMap<(String, String), String> {
    let mut words = all_words(old);
    for change in &redline.clauses {
        for rendition in &change.texts {
            let place = (change.id.to_string(), rendition.language.to_string());
            let before = words.remove(&place).unwrap_or_default();
            assert_eq!(before, rendition.words.old_text());
            if change.fate != Fate::Removed {
                words.insert(place, rendition.words.new_text());
            }
        }
    }
    words
}

#[test]
fn a_redline_applied_to_the_old_text_gives_the_new_one() {
    let old = draft("public-incident", 2);
    for new in [read(&amended()).unwrap(), draft("confidential-incident", 2), draft("misuse-signals", 2)] {
        assert_eq!(applied(&old, &Redline::between(&old, &new)), all_words(&new));
        assert_eq!(applied(&new, &Redline::between(&new, &old)), all_words(&old));
    }
}

proptest! {
    #[test]
    fn words_applied_forwards_give_the_new_text_and_backwards_the_old(
        old in "([a-c]{1,3}[ ,.]{0,2}|[应当可以不得]|[0-9]{1,2}|\u{301}| ){0,24}",
        new in "([a-c]{1,3}[ ,.]{0,2}|[应当可以不得]|[0-9]{1,2}|\u{301}| ){0,24}",
    ) {
        let words = Words::between(&old, &new);
        prop_assert_eq!(&words.new_text(), &new);
        prop_assert_eq!(&words.old_text(), &old);
        prop_assert_eq!(words.has_changes(), old != new);
    }

    #[test]
    fn any_text_at_all_is_taken(old in ".{0,80}", new in ".{0,80}") {
        let words = Words::between(&old, &new);
        prop_assert_eq!((words.old_text(), words.new_text()), (old, new));
    }
}
