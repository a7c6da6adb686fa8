//! Counts over time and bursts, with numbers from `golden/trend.py`.

use std::collections::BTreeSet;

use incident::trend::{
    Asked, Baseline, Coded, CodedField, Counted, Grain, MAX_PERIODS, MIN_SCANNED_EVENTS, Period, TrendError,
    benjamini_hochberg, scan, trend,
};
use incident::{Moment, TimeName};
use proptest::prelude::*;
use record::json::{Json, Map, parse};

use crate::scene::{crane_facts, moment};

fn vectors(list: &str) -> Vec<Map> {
    let Json::Object(file) = parse(include_bytes!("golden/trend.json")).unwrap() else { panic!("an object") };
    let list = file.get(list).and_then(Json::as_array).unwrap().to_vec();
    list.into_iter().map(|one| one.as_object().unwrap().clone()).collect()
}

fn numbers(map: &Map, name: &str) -> Vec<i64> {
    map.get(name).and_then(Json::as_array).unwrap().iter().map(|one| one.as_integer().unwrap()).collect()
}

fn floats(map: &Map, name: &str) -> Vec<f64> {
    map.get(name).and_then(Json::as_array).unwrap().iter().map(|one| one.as_str().unwrap().parse().unwrap()).collect()
}

fn float(map: &Map, name: &str) -> f64 {
    map.text(name).unwrap().parse().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn the_scan_finds_what_python_finds() {
    for row in vectors("rows") {
        let counts: Vec<u32> = numbers(&row, "counts").into_iter().map(|one| one.try_into().unwrap()).collect();
        let weights: Vec<u64> = numbers(&row, "weights").into_iter().map(|one| one.try_into().unwrap()).collect();
        let found = scan(&counts, &weights).unwrap();
        let place = |name| usize::try_from(row.get(name).and_then(Json::as_integer).unwrap()).unwrap();
        assert_eq!((found.first, found.last), (place("first"), place("last")), "{:?}", row.text("name"));
        assert_eq!(usize::try_from(found.observed).unwrap(), place("observed"));
        close(found.expected, float(&row, "expected"));
        close(found.ratio, float(&row, "ratio"));
        close(found.p, float(&row, "p"));
        // The second opinion has other draws: four standard errors of 999 replications, and the step of one.
        let other = float(&row, "p_other");
        let error = 4.0 * (other * (1.0 - other) / 999.0).sqrt() + 0.001;
        assert!((found.p - other).abs() <= error, "{:?}: {} and {other}", row.text("name"), found.p);
    }
}

#[test]
fn the_correction_equals_python() {
    for vector in vectors("corrections") {
        let found = benjamini_hochberg(&floats(&vector, "p"));
        for (found, expected) in found.into_iter().zip(floats(&vector, "q")) {
            close(found, expected);
        }
    }
    assert!(benjamini_hochberg(&[]).is_empty());
}

fn at(when: &str, values: &[&str]) -> Counted {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Counted { when: (!when.is_empty()).then(|| moment(when)), values }
}

#[test]
fn what_is_not_said_has_a_row_and_what_is_not_dated_has_no_period() {
    let incidents = [
        at("2026-01-05", &["harm"]),
        at("2026-03-07", &["harm", "hazard"]),
        at("2026-03-09", &[]),
        at("2026", &["harm"]),
        at("", &["hazard"]),
    ];
    let found = trend(&incidents, &Asked::per(Grain::Month)).unwrap();
    assert_eq!(found.periods.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-01", "2026-02", "2026-03"]);
    let row = |value: Option<&str>| {
        let row = found.rows.iter().find(|row| row.value.as_deref() == value).unwrap();
        (row.counts.clone(), row.undated)
    };
    assert_eq!(row(Some("harm")), (vec![1, 0, 1], 1), "a year alone is no month");
    assert_eq!(row(Some("hazard")), (vec![0, 0, 1], 1));
    assert_eq!(row(None), (vec![0, 0, 1], 0));
    assert_eq!((found.all.counts.clone(), found.all.undated), (vec![1, 0, 2], 2));
    assert!(found.rows.last().unwrap().value.is_none());
    let years = trend(&incidents, &Asked::per(Grain::Year)).unwrap();
    assert_eq!(years.all.counts, [4], "a year is enough for a year");
}

#[test]
fn a_burst_is_named_with_its_periods_and_few_events_are_none() {
    let mut incidents = vec![at("2026-01-05", &["rare"]), at("2026-12-05", &["rare"])];
    for month in 1..=12 {
        incidents.push(at(&format!("2026-{month:02}-11"), &["steady"]));
        incidents.push(at(&format!("2026-{month:02}-12"), &["fraud"]));
    }
    incidents.extend((1..=14).map(|day| at(&format!("2026-07-{day:02}"), &["fraud"])));
    let found = trend(&incidents, &Asked::per(Grain::Month)).unwrap();
    let burst = |value: &str| found.rows.iter().find(|row| row.value.as_deref() == Some(value)).unwrap().burst;
    assert_eq!(burst("rare"), None);
    assert!(burst("steady").unwrap().q > 0.5);
    let fraud = burst("fraud").unwrap();
    assert_eq!((fraud.first, fraud.last, fraud.observed), (6, 6, 15));
    close(fraud.p, 0.001);
    close(fraud.q, 0.002);
}

#[test]
fn against_all_incidents_a_year_of_more_reports_is_no_burst() {
    let both = |number: i32| [at(&format!("{number}-05-01"), &["a"]), at(&format!("{number}-06-01"), &["b"])];
    let mut incidents: Vec<Counted> = (2010..2020).flat_map(both).collect();
    incidents.extend((0..20).flat_map(|_| both(2015)));
    let asked = |against| trend(&incidents, &Asked { against, ..Asked::per(Grain::Year) }).unwrap();
    assert!(asked(Baseline::Days).rows.iter().all(|row| row.burst.unwrap().q < 0.01));
    assert!(asked(Baseline::All).rows.iter().all(|row| row.burst.unwrap().q > 0.9));
}

#[test]
fn periods_are_read_and_written_and_have_days() {
    for (text, days) in [("2024-02", 29), ("1900-02", 28), ("2026-Q1", 90), ("2000", 366), ("2026-12", 31)] {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.to_string(), text);
        assert_eq!(period.days(), days, "{text}");
    }
    for wrong in ["2026-13", "2026-00", "2026-Q5", "2026-Q0", "26", "2026-1", "20x6", "+026", "2026-Q1-"] {
        assert!(wrong.parse::<Period>().is_err(), "{wrong}");
    }
}

#[test]
fn one_wrong_date_is_named_and_a_narrower_time_leaves_it_out() {
    let incidents = [at("0001-01-01", &["a"]), at("2026-03-01", &["a"])];
    let error = trend(&incidents, &Asked::per(Grain::Month)).unwrap_err();
    assert!(matches!(error, TrendError::Wide { .. }), "{error}");
    assert!(error.to_string().contains(&MAX_PERIODS.to_string()));
    let asked = Asked { from: Some("2026-01".parse().unwrap()), ..Asked::per(Grain::Month) };
    let found = trend(&incidents, &asked).unwrap();
    assert_eq!((found.all.counts, found.outside), (vec![0, 0, 1], 1));
    assert!(trend(&[], &asked).unwrap().periods.is_empty());
}

#[test]
fn each_coded_field_is_read_from_what_an_incident_says() {
    let facts = crane_facts();
    let values = |by| Coded { by, of: TimeName::Aware }.read(&facts).values.into_iter().collect::<Vec<_>>();
    assert_eq!(values(CodedField::EventKind), ["incident"]);
    assert_eq!(values(CodedField::Severity), ["serious incident"]);
    assert_eq!(values(CodedField::Countries), ["NL"]);
    assert_eq!(values(CodedField::Harms), ["physical"]);
    assert_eq!(values(CodedField::UseKind), <[&str; 0]>::default());
    let none = Coded { by: CodedField::Stage, of: TimeName::Determined }.read(&facts);
    assert_eq!(none.when, None);
}

fn some_moment() -> impl Strategy<Value = Option<Moment>> {
    let form = (2000_i32..2010, 1_u8..=12, 1_u8..=28, 0_u8..4).prop_map(|(year, month, day, form)| match form {
        0 => format!("{year}"),
        1 => format!("{year}-{month:02}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    });
    prop::option::of(form.prop_map(|text| text.parse().unwrap()))
}

/// Cases of a property that draws 999 replications for each row.
const CASES: u32 = 16;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn every_incident_is_counted_once_somewhere(
        some in prop::collection::vec((some_moment(), prop::collection::btree_set(prop::sample::select(vec!["a", "b", "c"]), 0..3)), 0..40),
        grain in prop::sample::select(Grain::ALL),
    ) {
        let incidents: Vec<Counted> = some.into_iter()
            .map(|(when, values)| Counted { when, values: values.into_iter().map(str::to_owned).collect() }).collect();
        let found = trend(&incidents, &Asked::per(grain)).unwrap();
        let all = u32::try_from(incidents.len()).unwrap();
        prop_assert_eq!(found.all.dated() + found.all.undated + found.outside, all);
        let said: u32 = incidents.iter().map(|one| u32::try_from(one.values.len().max(1)).unwrap()).sum();
        prop_assert_eq!(found.rows.iter().map(|row| row.dated() + row.undated).sum::<u32>(), said);
        let mut turned = incidents;
        turned.reverse();
        prop_assert_eq!(trend(&turned, &Asked::per(grain)).unwrap(), found);
    }

    #[test]
    fn p_is_a_probability_and_correction_only_raises_it(counts in prop::collection::vec(0_u32..6, 3..14)) {
        let weights = vec![30_u64; counts.len()];
        match scan(&counts, &weights) {
            None => prop_assert!(counts.iter().sum::<u32>() < MIN_SCANNED_EVENTS),
            Some(found) => {
                prop_assert!(found.p > 0.0 && found.p <= 1.0);
                let corrected = benjamini_hochberg(&[found.p, 0.2, 0.9]);
                prop_assert!(corrected[0] >= found.p && corrected.iter().all(|q| *q <= 1.0));
                let kept: BTreeSet<_> = [found.first, found.last].into_iter().collect();
                prop_assert!(kept.iter().all(|at| *at < counts.len()));
            }
        }
    }
}
