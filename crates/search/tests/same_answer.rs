//! A query finds in the database exactly the records that it is met by when it is tried on each.

use std::collections::BTreeSet;

use incident::{Count, EventKind, Facts, Severity, Text, TimeName};
use proptest::prelude::*;
use proptest::sample::select;
use search::{Ask, Query, Rule, Watches};

use crate::scene::{Report, Shelf, moment, now};

const WORDS: [&str; 8] = ["crane", "vest", "行人", "自动驾驶", "pump", "sTop", "gpt-4", "燃"];
const DAYS: [&str; 5] = ["2019", "2026-06", "2026-06-30", "2026-06-30T10:15Z", "2026-07-02"];

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(&WORDS), 1..6).prop_map(|words| words.join(" "))
}

fn report() -> impl Strategy<Value = Report> {
    (
        words(),
        words(),
        select(&DAYS),
        0_u64..40,
        select(vec![None, Some(Severity::Hazard), Some(Severity::SeriousHazard)]),
        0..3_u8,
    )
        .prop_map(|(title, text, day, injured, severity, author)| {
            let mut facts = Facts::default()
                .with_text(Text::Name, &title)
                .with_text(Text::Description, &text)
                .with_text(Text::System, &text)
                .with_moment(TimeName::Occurred, &moment(day));
            facts.counts.insert(Count::Injured, injured);
            facts.severity = severity;
            facts.event_kind = severity.map(|_| EventKind::Hazard);
            Report::of("one", &facts).by(&author.to_string())
        })
}

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&WORDS).prop_map(str::to_owned),
        words().prop_map(|words| format!("\"{words}\"")),
        words().prop_map(|words| format!("system:\"{words}\"")),
        (select(vec![":", ">=", "<=", "<", ">"]), 0_u64..45)
            .prop_map(|(sign, number)| format!("injured{sign}{number}")),
        (select(vec![":", ">=", "<=", "<", ">"]), select(&DAYS))
            .prop_map(|(sign, day)| format!("occurred{sign}\"{day}\"")),
        (select(vec!["after", "before"]), select(&DAYS)).prop_map(|(name, day)| format!("{name}:\"{day}\"")),
        select(vec!["severity:hazard", "severity>hazard", "event_kind:hazard", "lang:en"]).prop_map(str::to_owned),
    ]
}

fn any_query() -> impl Strategy<Value = String> {
    atom().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" "))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|part| if part.starts_with('-') { part } else { format!("-{part}") }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_database_and_a_single_trial_agree(
        reports in proptest::collection::vec(report(), 1..12),
        queries in proptest::collection::vec(any_query(), 8),
    ) {
        let mut shelf = Shelf::new();
        let mut watches = Watches::open(&shelf.dir.path().join("watch.sqlite")).unwrap();
        for (number, text) in queries.iter().enumerate() {
            let query: Query = text.parse().unwrap();
            let rule = Rule::new(format!("r{number}").parse().unwrap(), query, now());
            prop_assert!(watches.add(&rule, &shelf.index).unwrap());
        }
        let reports: Vec<_> =
            reports.into_iter().enumerate().map(|(at, report)| report.digest_of(&at.to_string())).collect();
        shelf.add(&reports);
        let alerts = watches.run(&shelf.index, now()).unwrap().alerts;
        for (number, text) in queries.iter().enumerate() {
            let query: Query = text.parse().unwrap();
            let hits = shelf.index.search(&Ask::new(&query, 100).with_versions(true)).unwrap().hits;
            let found: BTreeSet<_> = hits.iter().map(|hit| hit.place.index).collect();
            let name = format!("r{number}");
            let tried: BTreeSet<_> =
                alerts.iter().filter(|alert| alert.rule.as_str() == name).map(|alert| alert.place.index).collect();
            prop_assert_eq!(found, tried, "{}", text);
        }
    }
}
