//! Decisions as a diplomat or an export-control officer would tell them. The same stories with the words that the officer
//! reads stand in `golden/vignettes.md`.

mod approvals;
mod labels;
mod terms;

use std::path::PathBuf;

use crate::decision_scene::{ClauseText, HARBOUR, LOTUS, MERIDIAN, Terms, clause};
use crate::vignettes_told::Told;

/// Everything of the usual incident beside its core.
const ALL: &str = "affected_parties x2, description, name, occurred, place, severity";

fn red_line() -> ClauseText {
    let words = ("Nothing marked PAP red is sent.", "不得发送 PAP 红色内容。");
    clause("1", words.0, words.1, r#"forbid(principal, action, resource) when { context.pap == Pap::"red" };"#)
}

fn incidents_go() -> ClauseText {
    clause(
        "2",
        "Each side sends the other incidents up to TLP amber.",
        "双方相互发送不高于 TLP 琥珀级的事件。",
        r#"permit(principal, action, resource)
           when { context.kind == Kind::"incident" && [Tlp::"clear", Tlp::"green", Tlp::"amber"].contains(context.tlp) };"#,
    )
}

fn coarse_incidents_go() -> ClauseText {
    let words =
        ("Of the place only the country is sent, and of the time only the year.", "地点仅发送国家，时间仅发送年份。");
    let policy = r#"permit(principal, action, resource) when { context.kind == Kind::"incident" };"#;
    clause("3", words.0, words.1, policy).coarsens(&["occurred", "place"])
}

fn signals_go() -> ClauseText {
    let policy = r#"permit(principal, action, resource) when { context.kind == Kind::"signals" };"#;
    let words = ("Misuse signals are sent so that misuse can be stopped.", "为防范滥用，发送滥用信号。");
    clause("4", words.0, words.1, policy).purposes(&["misuse-defence"])
}

/// The agreement that most stories are about.
fn incidents() -> Terms {
    let clauses = vec![red_line(), incidents_go(), coarse_incidents_go(), signals_go()];
    Terms::new("Harbour and Lotus on incidents", &[HARBOUR, LOTUS], clauses)
}

/// The same clauses among three.
fn incidents_of_three() -> Terms {
    let clauses = vec![red_line(), incidents_go()];
    Terms::new("Harbour, Lotus and Meridian on incidents", &[HARBOUR, LOTUS, MERIDIAN], clauses)
}

fn all() -> Vec<Told> {
    [labels::stories(), terms::stories(), approvals::stories()].concat()
}

#[test]
fn every_story_comes_out_as_the_officer_expects() {
    let stories = all();
    let wrong: Vec<_> = stories.iter().filter_map(|one| one.play().err()).collect();
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), stories.len(), wrong.join("\n"));
    assert!(stories.len() >= 45, "{} stories", stories.len());
    println!("{} stories", stories.len());
}

#[test]
fn no_two_stories_have_one_name() {
    let mut names: Vec<_> = all().iter().map(|one| one.name).collect();
    names.sort_unstable();
    assert!(names.array_windows().all(|[one, next]| one != next), "{names:?}");
}

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/vignettes.md")
}

fn told() -> String {
    let head = "# Decisions, with the words that an officer reads\n\nWritten by the tests, and compared by them. \
                The parties are invented.\n\n";
    let stories = all().iter().zip(1..).map(|(one, number)| one.tell(number)).collect::<String>();
    format!("{head}{}\n", stories.trim_end())
}

#[test]
fn the_words_of_every_reason_are_those_that_were_read_and_approved() {
    let expected = include_str!("golden/vignettes.md");
    let found = told();
    let differs = expected.lines().zip(found.lines()).find(|(one, other)| one != other);
    assert!(differs.is_none() && expected.len() == found.len(), "differs first at {differs:?}; regenerate and read it");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the golden file is written by this test alone, on request")]
#[ignore = "writes the golden file: run it, then read what it wrote"]
fn write_the_golden_file() {
    std::fs::write(golden(), told()).unwrap();
}

#[test]
fn every_story_replays_from_its_receipt() {
    for story in all() {
        let (engine, decision) = (story.engine(), story.decision());
        let parts = (&engine, story.subject(), &story.ask, story.exposure());
        let receipt = policy::receipt::PrivateReceipt::of(parts, &decision, &[5; 32]);
        let again = policy::receipt::replay(receipt.digest(), receipt.body(), &engine);
        assert_eq!(again, Ok(()), "{}", story.name);
    }
}
