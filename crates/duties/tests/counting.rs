//! Counting time. Every expected moment was worked out by hand or with another program.

use duties::{Reckoned, Span};

use crate::scene::{SMALL, answer, facts, set};

const WITHIN: &str = r#""within": {"days": 1}, "counting": "clock", "source": "letter""#;

/// When a period from `start` ends: the small pack's warning with another period, rule and zone.
fn ends(start: &str, within: &str, rule: &str, zone: &str) -> (String, Vec<i16>) {
    let rules = r#""counting": ["#;
    let rule = format!(r#""counting": [{{"id": "r", "label": {{"en": "r", "zh": "r"}}, {rule}, "source": "treaty"}},"#);
    let text = SMALL
        .replace(rules, &rule)
        .replace(WITHIN, &format!(r#""within": {within}, "counting": "r", "source": "letter""#))
        .replace(r#""zone": {"fact": "place.country", "zones": {"CN": "Asia/Shanghai", "PT": "Europe/Lisbon"}, "else": "Europe/Brussels"}"#, &format!(r#""zone": "{zone}""#));
    let packs = set(&[&text]);
    let known = facts(&format!(r#"{{"incident.imminent_danger": true, "time.aware": "{start}"}}"#));
    let answer = answer(&packs, &known, "2026-07-01T00:00:00Z", "small/warn");
    let clock = answer.due().unwrap().clock("warning").unwrap();
    let Reckoned::By(by) = &clock.reckoned else { panic!("{clock:?}") };
    (by.due.to_string(), by.calendar_missing.iter().copied().collect())
}

const EU: &str = r#""ends": "end_of_day", "event_hour": "excluded", "last_day_closed": "extend", "least_working_days": 2, "calendar": "office""#;
const CLOCK: &str = r#""ends": "same_time", "event_hour": "counted", "last_day_closed": "keep""#;
const ELAPSED: &str = r#""ends": "elapsed", "event_hour": "counted", "last_day_closed": "keep""#;

fn end(start: &str, within: &str, rule: &str, zone: &str) -> String {
    ends(start, within, rule, zone).0
}

#[test]
fn hours_run_whatever_the_clocks_do() {
    // The clocks of Brussels go back on 25 October 2026.
    assert_eq!(end("2026-10-24T12:00:00Z", r#"{"hours": 24}"#, CLOCK, "Europe/Brussels"), "2026-10-25T12:00:00Z");
    assert_eq!(end("2026-10-24T12:00:00Z", r#"{"days": 1}"#, CLOCK, "Europe/Brussels"), "2026-10-25T13:00:00Z");
    assert_eq!(end("2026-10-24T12:00:00Z", r#"{"days": 1}"#, ELAPSED, "Europe/Brussels"), "2026-10-25T12:00:00Z");
    assert_eq!(
        end("2026-10-24T12:00:00Z", r#"{"minutes": 30}"#, EU.replace("excluded", "counted").as_str(), "Asia/Shanghai"),
        "2026-10-24T12:30:00Z"
    );
}

#[test]
fn the_hour_of_the_event_may_not_count() {
    assert_eq!(end("2026-07-01T03:10:00Z", r#"{"hours": 72}"#, EU, "Europe/Brussels"), "2026-07-04T04:00:00Z");
    assert_eq!(end("2026-07-01T03:00:00Z", r#"{"hours": 72}"#, EU, "Europe/Brussels"), "2026-07-04T04:00:00Z");
    // Where the zone lies half an hour beside the others, so do its hours.
    assert_eq!(end("2026-07-01T03:10:00Z", r#"{"hours": 1}"#, EU, "Asia/Kolkata"), "2026-07-01T04:30:00Z");
}

#[test]
fn a_wall_clock_time_that_is_skipped_or_repeated() {
    // 29 March 2026: 02:00 to 03:00 does not exist in Brussels. 25 October 2026: it exists twice.
    assert_eq!(end("2026-03-28T01:30:00Z", r#"{"days": 1}"#, CLOCK, "Europe/Brussels"), "2026-03-29T01:30:00Z");
    assert_eq!(end("2026-10-24T00:30:00Z", r#"{"days": 1}"#, CLOCK, "Europe/Brussels"), "2026-10-25T00:30:00Z");
}

#[test]
fn a_day_ends_at_midnight_of_its_zone() {
    let rule = EU.replace("extend", "keep").replace(r#""least_working_days": 2"#, r#""least_working_days": 0"#);
    assert_eq!(end("2026-07-01T23:30:00Z", r#"{"days": 2}"#, &rule, "Europe/Brussels"), "2026-07-04T22:00:00Z");
    assert_eq!(end("2026-07-01T23:30:00Z", r#"{"days": 2}"#, &rule, "America/Los_Angeles"), "2026-07-04T07:00:00Z");
    assert_eq!(end("2026-07-01T23:30:00Z", r#"{"days": 2}"#, &rule, "Asia/Shanghai"), "2026-07-04T16:00:00Z");
}

#[test]
fn a_period_that_ends_on_a_closed_day_goes_on() {
    // 15 days from Friday 10 July end on Saturday 25 July: Monday 27 July.
    assert_eq!(end("2026-07-10T09:00:00Z", r#"{"days": 15}"#, EU, "Europe/Brussels"), "2026-07-27T22:00:00Z");
    // 10 days from 15 December end on Friday 25 December, a holiday before a weekend: Monday 28 December.
    assert_eq!(end("2026-12-15T09:00:00Z", r#"{"days": 10}"#, EU, "Europe/Brussels"), "2026-12-28T23:00:00Z");
}

#[test]
fn two_days_hold_at_least_two_working_days() {
    // From Friday 24 July, two days end on Sunday: extended to Monday, one working day; so Tuesday 28 July.
    assert_eq!(end("2026-07-24T09:00:00Z", r#"{"days": 2}"#, EU, "Europe/Brussels"), "2026-07-28T22:00:00Z");
    // From Thursday 24 December: 25 is closed, then a weekend; working days are 28 and 29 December.
    assert_eq!(end("2026-12-24T09:00:00Z", r#"{"days": 2}"#, EU, "Europe/Brussels"), "2026-12-29T23:00:00Z");
    // One day is no period of two days: from Friday it is extended to Monday and no further.
    assert_eq!(end("2026-07-24T09:00:00Z", r#"{"days": 1}"#, EU, "Europe/Brussels"), "2026-07-27T22:00:00Z");
}

#[test]
fn working_days_leave_out_closed_ones() {
    assert_eq!(end("2026-12-23T09:00:00Z", r#"{"working_days": 3}"#, EU, "Europe/Brussels"), "2026-12-29T23:00:00Z");
    let same_time = EU.replace("end_of_day", "same_time");
    assert_eq!(
        end("2026-12-23T09:00:00Z", r#"{"working_days": 3}"#, &same_time, "Europe/Brussels"),
        "2026-12-29T09:00:00Z"
    );
}

#[test]
fn months_end_on_the_same_day_or_the_last_one() {
    assert_eq!(end("2027-01-31T10:00:00Z", r#"{"months": 1}"#, CLOCK, "UTC"), "2027-02-28T10:00:00Z");
    assert_eq!(end("2028-01-31T10:00:00Z", r#"{"months": 1}"#, CLOCK, "UTC"), "2028-02-29T10:00:00Z");
    assert_eq!(end("2028-02-29T10:00:00Z", r#"{"months": 12}"#, CLOCK, "UTC"), "2029-02-28T10:00:00Z");
}

#[test]
fn a_leap_day_is_a_day() {
    assert_eq!(end("2028-02-27T10:00:00Z", r#"{"days": 2}"#, CLOCK, "UTC"), "2028-02-29T10:00:00Z");
    assert_eq!(end("2027-02-27T10:00:00Z", r#"{"days": 2}"#, CLOCK, "UTC"), "2027-03-01T10:00:00Z");
}

#[test]
fn a_year_without_holidays_is_told_and_not_guessed() {
    let (due, missing) = ends("2027-12-28T09:00:00Z", r#"{"days": 4}"#, EU, "Europe/Brussels");
    assert_eq!((due.as_str(), missing), ("2028-01-03T23:00:00Z", vec![2028]));
    assert_eq!(ends("2026-12-28T09:00:00Z", r#"{"days": 4}"#, EU, "Europe/Brussels").1, Vec::<i16>::new());
}

#[test]
fn a_start_known_to_the_day_gives_a_span_and_the_earliest_is_kept() {
    assert_eq!(end("2026-07-01", r#"{"hours": 24}"#, CLOCK, "UTC"), "2026-07-02T00:00:00Z/2026-07-02T23:59:59.999999Z");
    assert_eq!(
        end("2026-07-01T05Z", r#"{"days": 1}"#, CLOCK, "UTC"),
        "2026-07-02T05:00:00Z/2026-07-02T05:59:59.999999Z"
    );
}

#[test]
fn instants_are_read_as_exactly_as_they_are_written() {
    let read = |text: &str| Span::read(text).map(|span| span.to_string());
    assert_eq!(read("2026-07-01T03:10:00Z").unwrap(), "2026-07-01T03:10:00Z");
    assert_eq!(read("2026-02").unwrap(), "2026-02-01T00:00:00Z/2026-02-28T23:59:59.999999Z");
    assert_eq!(read("2028").unwrap(), "2028-01-01T00:00:00Z/2028-12-31T23:59:59.999999Z");
    for wrong in
        ["", "2026-02-30", "2026-07-01T03:10", "2026-13", "01.07.2026", "2026-07-01T25Z", "2026-07-01 ", "+2026"]
    {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}
