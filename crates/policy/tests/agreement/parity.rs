//! Whether the languages of a text, and its policies, changed together and say the same.

use policy::agreement::{Finding, FindingKind, Severity, Where, compare, lint};
use policy::explain::Language;
use record::json::Map;

use super::scene::{draft, edit, object, read, repolicy, reword, text, within};

fn compared(new: &Map) -> Vec<Finding> {
    compare(&draft("public-incident", 2), &read(new).unwrap())
}

fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity() == Severity::Blocks)
}

#[test]
fn words_that_changed_in_one_language_only_stop_a_signature() {
    for (changed, old, new, other) in
        [("en", "at most 1095 days", "at most 1095 whole days", "zh-Hans"), ("zh-Hans", "至多保存", "最多保存", "en")]
    {
        let findings = compared(&reword(&text(), "2.2", changed, old, new));
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.severity(), Severity::Blocks);
        let FindingKind::ChangedInOneLanguage { changed: found, unchanged } = &finding.kind else {
            panic!("{finding:?}")
        };
        assert_eq!((found[0].as_str(), unchanged[0].as_str()), (changed, other));
        assert!(finding.message(Language::English).starts_with("clause 2.2: the words changed in "));
        assert!(finding.message(Language::Chinese).starts_with("第2.2条：文字在"));
    }
}

#[test]
fn words_that_changed_in_both_do_not() {
    let new = reword(&text(), "2.2", "en", "at most 1095 days", "at most 730 days");
    let new = reword(&new, "2.2", "zh-Hans", "1095", "730");
    let new =
        edit(&new, "2.2", |clause| within(clause, "obligations", |owed| owed.set("retention_days", object("730"))));
    assert_eq!(compared(&new), []);
    assert_eq!(lint(&read(&new).unwrap()), []);
}

#[test]
fn a_title_that_changed_in_one_language_stops_a_signature_too() {
    let mut new = text();
    within(&mut new, "title", |words| words.set("en", "Another agreement"));
    let findings = compared(&new);
    assert!(blocks(&findings) && findings[0].at == Where::Title, "{findings:?}");
}

#[test]
fn what_nodes_run_does_not_change_under_words_that_stay() {
    let policy = repolicy(&text(), "2.2", "green", "amber");
    let transform = edit(&text(), "2.2", |clause| within(clause, "transform", |it| drop(it.remove("twin"))));
    let owed = edit(&text(), "2.2", |clause| within(clause, "obligations", |it| it.set("onward", "public")));
    let silent = edit(&text(), "4.1", |clause| {
        for name in ["policy", "from", "to"] {
            drop(clause.remove(name));
        }
    });
    for new in [policy, transform, owed, silent] {
        let findings = compared(&new);
        assert!(
            matches!(findings.as_slice(), [Finding { kind: FindingKind::ChangedInMachineOnly, .. }]),
            "{findings:?}"
        );
        assert!(blocks(&findings));
    }
}

#[test]
fn spaces_are_no_change() {
    assert_eq!(compared(&repolicy(&text(), "2.1", " && ", "\n  && ")), []);
    assert_eq!(compared(&reword(&text(), "2.1", "en", "Each party", "Each  party")), []);
}

#[test]
fn a_courtesy_translation_that_lags_behind_is_told() {
    let mut old = text();
    let languages = r#"[{"language": "en", "is_authentic": true}, {"language": "zh-Hans", "is_authentic": false}]"#;
    old.set("languages", object(languages));
    let new = reword(&old, "2.2", "en", "within its community", "inside its community");
    let findings = compare(&read(&old).unwrap(), &read(&new).unwrap());
    assert!(
        matches!(findings.as_slice(), [Finding { kind: FindingKind::CourtesyNotUpdated { .. }, .. }]),
        "{findings:?}"
    );
    assert!(!blocks(&findings));
    // The translation alone may be corrected at any time.
    let corrected = reword(&old, "2.2", "zh-Hans", "社群", "群体");
    assert_eq!(compare(&read(&old).unwrap(), &read(&corrected).unwrap()), []);
}

/// What the lint says about one clause with these words.
fn linted(english: &str, chinese: &str) -> Vec<String> {
    let text = edit(&text(), "9.3", |clause| {
        within(clause, "text", |words| {
            words.set("en", english);
            words.set("zh-Hans", chinese);
        });
    });
    let findings = lint(&read(&text).unwrap());
    assert!(!blocks(&findings), "a lint may be wrong, so it only warns");
    let named = findings.into_iter().map(|finding| {
        if let FindingKind::Number { number, in_language, .. } = finding.kind {
            return format!("{number} {in_language}");
        }
        let FindingKind::Modal { modal, in_language, .. } = finding.kind else { panic!("{finding:?}") };
        format!("{modal:?} {in_language}")
    });
    named.collect()
}

#[test]
fn numbers_are_the_same_in_digits_numerals_and_words() {
    let same = [
        ("within 72 hours", "在72小时内"),
        ("within thirty days", "在三十日内"),
        ("within 30 days", "在三十日内"),
        ("within thirty-one days", "在31日内"),
        ("after three hundred and sixty-five days", "三百六十五日之后"),
        ("on 10 January 2027", "于二〇二七年一月十日"),
        ("10,000 members", "一万个成员"),
        ("2 million persons", "200万人"),
        ("clause 3.1", "第3.1条"),
        ("one party and a third party", "任何一方和第三方"),
        ("clauses 5 and 12", "第五条和第十二条"),
        ("at least ２０ records", "至少20份"),
    ];
    for (english, chinese) in same {
        assert_eq!(linted(english, chinese), Vec::<String>::new(), "{english} {chinese}");
    }
}

#[test]
fn numbers_that_differ_are_told() {
    assert_eq!(linted("within 72 hours", "在48小时内"), ["72 en", "48 zh-Hans"]);
    assert_eq!(linted("within thirty days", "在六十日内"), ["30 en", "60 zh-Hans"]);
    assert_eq!(linted("without a number", "在三十日内"), ["30 zh-Hans"]);
    assert_eq!(linted("clause 3.1", "第3.2条"), ["3.1 en", "3.2 zh-Hans"]);
}

#[test]
fn duties_and_prohibitions_stand_in_both() {
    let same = [
        ("A party shall answer.", "缔约方应当答复。"),
        ("A party must answer.", "缔约方必须答复。"),
        ("A party shall answer.", "缔约方应在收到后答复。"),
        ("A party shall not answer.", "缔约方不得答复。"),
        ("No party may answer.", "任何缔约方不得答复。"),
        ("A party may answer.", "缔约方可以答复。"),
        ("For incident response.", "为事件应对的目的。"),
        ("It need not give reasons.", "其无须说明理由。"),
        ("A party cannot but answer, and must.", "缔约方不得不答复。"),
    ];
    for (english, chinese) in same {
        assert_eq!(linted(english, chinese), Vec::<String>::new(), "{english} {chinese}");
    }
    assert_eq!(linted("A party shall answer.", "缔约方可以答复。"), ["Obliges en"]);
    assert_eq!(linted("A party may answer.", "缔约方应当答复。"), ["Obliges zh-Hans"]);
    assert_eq!(linted("A party may not answer.", "缔约方可以答复。"), ["Forbids en"]);
    assert_eq!(linted("A party shall not answer.", "缔约方应当答复。"), ["Forbids en", "Obliges zh-Hans"]);
}
