//! What is found beside what, and why: sentences of our own.

use incident::candidates::{DayRange, Index, IndexError, Judged, MAX_ANSWERS, Row, Shared, Weights, evaluate};
use proptest::prelude::*;

fn titled(id: &str, title: &str) -> Row {
    Row { id: id.to_owned(), title: title.to_owned(), ..Row::default() }
}

fn index_of(rows: Vec<Row>) -> Index {
    let mut index = Index::new(Weights::default());
    for row in rows {
        index.insert(row).unwrap();
    }
    index
}

/// Eight events, among them pairs that only look alike.
fn desk() -> Index {
    index_of(vec![
        titled("ferry", "Ferry Autopilot Steers Into Harbour Wall at Bergen"),
        titled("barge", "Barge Autopilot Steers Into Lock Gate at Dordrecht"),
        titled("clinic", "Skin Clinic's Triage Tool Sends Melanoma Patient Home"),
        titled("pension", "Pension Office Algorithm Stops Payments to Widows"),
        titled("bank", "MarigoldBank Chatbot Quotes Wrong Mortgage Rate"),
        titled("crane", "港口自动驾驶吊车压伤装卸工人"),
        titled("school", "学校人脸识别系统误认学生缺课"),
        titled("loan", "银行信贷模型拒绝农村妇女贷款"),
    ])
}

fn first(index: &Index, question: &Row) -> String {
    index.candidates(question, 1).remove(0).id
}

#[test]
fn an_event_is_found_by_words_of_another_author() {
    let desk = desk();
    let ask = |text| first(&desk, &titled("new", text));
    assert_eq!(ask("In Bergen a ferry under automatic steering ran against the wall of the harbour."), "ferry");
    assert_eq!(ask("Widows got no money after the pension office let an algorithm decide."), "pension");
    assert_eq!(ask("Marigold told borrowers a rate that was wrong."), "bank");
}

#[test]
fn two_chinese_reports_of_one_event_meet_in_either_writing() {
    let desk = desk();
    assert_eq!(first(&desk, &titled("new", "装卸工人在港口被无人吊车压伤")), "crane");
    assert_eq!(first(&desk, &titled("new", "某學校的人臉識別把學生誤認為缺課")), "school");
    let reasons = desk.candidates(&titled("new", "装卸工人在港口被无人吊车压伤"), 1).remove(0).reasons;
    assert!(reasons.iter().any(|reason| reason.shared == Shared::Han("吊车".to_owned(), "吊车".to_owned())));
}

#[test]
fn words_of_one_meaning_meet_across_languages() {
    let desk = desk();
    let found = desk.candidates(&titled("new", "Bank refuses loans to women of the countryside"), 3);
    let loan = found.iter().find(|candidate| candidate.id == "loan").unwrap();
    assert!(loan.reasons.iter().any(|reason| matches!(&reason.shared, Shared::Meaning(here, _) if here == "women")));
}

#[test]
fn a_trap_is_listed_behind_the_event_and_both_stay() {
    let mut desk = desk();
    let report = titled("report", "The autopilot of a ferry steered into a wall in Bergen");
    let found: Vec<_> = desk.candidates(&report, MAX_ANSWERS).into_iter().map(|candidate| candidate.id).collect();
    let place = |id: &str| found.iter().position(|other| other == id).unwrap();
    assert!(place("ferry") < place("barge"));
    desk.insert(report).unwrap();
    assert_eq!(desk.len(), 9, "asking joined nothing");
}

#[test]
fn initials_meet_what_they_stand_for() {
    let desk = index_of(vec![titled("a", "Wrongful arrest by FRT"), titled("b", "Wrongful arrest by informant")]);
    let found = desk.candidates(&titled("new", "facial recognition technology"), 1).remove(0);
    let initials = Shared::Initials("facial recognition technology".to_owned(), "FRT".to_owned());
    assert_eq!(found.id, "a");
    assert!(found.reasons.iter().any(|reason| reason.shared == initials));
}

#[test]
fn coded_fields_give_reasons_of_their_own() {
    let coded = |id: &str, day| Row {
        entities: vec!["Skoglund Rederi".to_owned()],
        models: vec!["Helmsman 4".to_owned()],
        sources: vec!["https://www.example.org/a/".to_owned()],
        days: Some(DayRange::on(day)),
        ..titled(id, "Ferry hits wall")
    };
    let index = index_of(vec![coded("one", 20_000), titled("two", "Ferry hits wall")]);
    let mut question = coded("new", 20_010);
    question.sources = vec!["http://example.org/a#top".to_owned()];
    let found = index.candidates(&question, 2);
    assert_eq!(found[0].id, "one");
    let has = |wanted: fn(&Shared) -> bool| found[0].reasons.iter().any(|reason| wanted(&reason.shared));
    assert!(has(|shared| matches!(shared, Shared::Entity(..))));
    assert!(has(|shared| matches!(shared, Shared::Model(..))));
    assert!(has(|shared| matches!(shared, Shared::Source(..))));
    assert!(has(|shared| *shared == Shared::Dates(10)));
}

#[test]
fn dates_alone_make_no_candidate() {
    let row = |id: &str, title: &str| Row { days: Some(DayRange::on(20_000)), ..titled(id, title) };
    let index = index_of(vec![row("one", "Ferry hits wall")]);
    assert!(index.candidates(&row("two", "学校"), 5).is_empty());
}

#[test]
fn a_row_needs_an_id_of_its_own() {
    let mut index = index_of(vec![titled("one", "Ferry")]);
    assert_eq!(index.insert(titled("one", "Barge")), Err(IndexError::Twice("one".to_owned())));
    assert_eq!(index.insert(titled("", "Barge")), Err(IndexError::NoId(1)));
    assert!(index.candidates(&titled("one", "Ferry"), 5).is_empty(), "nothing is a candidate for itself");
}

#[test]
fn places_become_shares() {
    let ask = |text: &str, answer: &str| Judged { question: titled("q", text), answer: answer.to_owned() };
    let result = evaluate(&desk(), &[ask("ferry in Bergen", "ferry"), ask("ferry in Bergen", "loan")]);
    assert_eq!(result.places, [Some(1), None]);
    assert!((result.first - 0.5).abs() < 1e-9 && (result.mean_reciprocal - 0.5).abs() < 1e-9);
}

proptest! {
    #[test]
    fn reasons_add_up_and_order_the_list(words in proptest::collection::vec("[a-z]{2,6}|[港口吊车工人]{2,3}", 1..12)) {
        let found = desk().candidates(&titled("new", &format!("{} steers algorithm 学生", words.join(" "))), 8);
        prop_assert!(!found.is_empty());
        for candidate in &found {
            let sum: f64 = candidate.reasons.iter().map(|reason| reason.weight).sum();
            prop_assert!((sum - candidate.score).abs() < 1e-6);
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score - 1e-6));
    }

    #[test]
    fn no_text_breaks_the_index(title in "\\PC{0,80}", question in ".{0,80}") {
        let index = index_of(vec![titled("one", &title)]);
        prop_assert!(index.candidates(&titled("two", &question), 5).len() <= 1);
    }
}
