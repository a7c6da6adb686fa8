//! Counts over time, as a desk asks for them.

use serde_json::{Value, json};

use crate::scene::Desk;

impl Desk {
    fn happened(&self, when: Option<&str>, severity: Option<&str>) {
        let mut said = json!({"name": "Crane"});
        for (name, value) in [("occurred", when), ("severity", severity)] {
            if let Some(value) = value {
                said[name] = json!(value);
            }
        }
        self.incident("harbour", &said.to_string());
    }

    fn trend(&self, words: &str) -> Value {
        self.run(&format!("--json incident trend {words} --dir harbour")).ends_with(0).json()
    }
}

#[test]
fn counts_show_what_is_missing_and_impute_nothing() {
    let desk = Desk::with_node();
    for (when, severity) in [
        (Some("2026-01-05"), Some("hazard")),
        (Some("2026-03-05"), Some("hazard")),
        (Some("2026-03-06"), None),
        (Some("2026"), Some("hazard")),
        (None, Some("incident")),
    ] {
        desk.happened(when, severity);
    }
    let found = desk.trend("--by severity --per month");
    assert_eq!(found["periods"], json!(["2026-01", "2026-02", "2026-03"]));
    let row =
        |value: Value| found["rows"].as_array().unwrap().iter().find(|row| row["value"] == value).unwrap().clone();
    assert_eq!((&row(json!("hazard"))["counts"], &row(json!("hazard"))["undated"]), (&json!([1, 0, 1]), &json!(1)));
    assert_eq!(row(json!(null))["counts"], json!([0, 0, 1]));
    assert_eq!(row(json!("incident"))["undated"], json!(1));
    let run = desk.run("incident trend --by severity --per year --dir harbour").ends_with(0);
    run.says(&["(not said)", "undated", "No burst", "more was reported"]);
    let narrow = desk.trend("--by severity --per month --from 2026-02 --until 2026-02");
    assert_eq!((&narrow["all"]["counts"], &narrow["outside"]), (&json!([0]), &json!(3)));
}

#[test]
fn a_burst_is_named() {
    let desk = Desk::with_node();
    for month in 1..=12 {
        desk.happened(Some(&format!("2026-{month:02}-03")), Some("hazard"));
    }
    for day in 10..20 {
        desk.happened(Some(&format!("2026-06-{day}")), Some("hazard"));
    }
    let run = desk.run("incident trend --by severity --dir harbour").ends_with(0);
    run.says(&["BURST  hazard: 11 in 2026-06"]);
}

#[test]
fn a_period_of_another_length_is_refused() {
    let desk = Desk::with_node();
    desk.run("incident trend --by severity --from 2026 --dir harbour").refuses(2, &["is no month"]);
    desk.run("incident trend --by colour --dir harbour").refuses(2, &["coded field"]);
}
