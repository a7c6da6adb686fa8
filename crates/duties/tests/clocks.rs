//! Clocks: what they tell, and what cannot be undone.

use duties::Span;
use duties::clock::{
    CalendarEntry, Clock, ClockEvent, ClockEventError, ClockId, ClockState, Effect, Happening, Person, Plan, calendar,
};

use crate::scene::at;

fn id() -> ClockId {
    ClockId::new("incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01", "small/tell/initial")
}

/// An event of the duty officer.
fn event(when: &str, happening: Happening) -> ClockEvent {
    ClockEvent::new(id(), at(when), "officer", happening)
}

fn read(text: &str) -> Happening {
    let text =
        format!(r#"{{"incident": "incident--1", "stage": "a/b/c", "at": "2026-07-01T00:00:00Z", "by": "x", {text}}}"#);
    ClockEvent::parse(text.as_bytes()).unwrap().happening
}

fn set(started: &str, due: &str) -> Happening {
    read(&format!(r#""event": "set", "started": "{started}", "due": "{due}""#))
}

/// A clock of ten hours from midnight.
fn begun() -> Vec<ClockEvent> {
    vec![event("2026-07-01T00:00:00Z", set("2026-07-01T00:00:00Z", "2026-07-01T10:00:00Z"))]
}

fn fold(events: &[ClockEvent]) -> Clock {
    Clock::fold(events).unwrap().expect("there is a clock")
}

/// Carries out what a clock asks for, as a node does, and tells what was done.
fn carry_out(events: &mut Vec<ClockEvent>, now: &str) -> Vec<String> {
    let effects = fold(events).look(&Plan::default(), at(now));
    for effect in &effects {
        let happening = match effect {
            Effect::Remind { person: Person::First, percent, .. } => {
                read(&format!(r#""event": "reminded", "percent": {percent}"#))
            }
            Effect::Escalate => Happening::Escalated,
            Effect::RecordMissed { due, .. } => read(&format!(r#""event": "missed", "due": "{due}""#)),
            Effect::Remind { .. } => continue,
            other => panic!("{other:?}"),
        };
        events.push(event(now, happening));
    }
    effects.iter().map(|effect| format!("{effect:?}")).collect()
}

#[test]
fn a_clock_reminds_escalates_and_records_what_was_missed() {
    let mut events = begun();
    assert_eq!(carry_out(&mut events, "2026-07-01T00:00:00Z").len(), 1, "told at its start");
    assert!(carry_out(&mut events, "2026-07-01T00:00:00Z").is_empty(), "and once");
    assert!(carry_out(&mut events, "2026-07-01T04:59:59Z").is_empty());
    assert_eq!(carry_out(&mut events, "2026-07-01T05:00:00Z").len(), 1, "at half of its time");
    let at_three_quarters = carry_out(&mut events, "2026-07-01T07:30:00Z");
    assert!(at_three_quarters.iter().any(|effect| effect.contains("Escalate")), "{at_three_quarters:?}");
    assert!(at_three_quarters.iter().any(|effect| effect.contains("Second")), "{at_three_quarters:?}");
    let after = carry_out(&mut events, "2026-07-01T10:00:01Z");
    assert!(after.iter().any(|effect| effect.contains("RecordMissed")), "{after:?}");
    assert!(carry_out(&mut events, "2026-07-01T10:00:02Z").is_empty(), "recorded once");
    assert_eq!(fold(&events).state(at("2026-07-01T11:00:00Z")), ClockState::Late);
}

/// No node was running when the moment passed, so that nobody recorded it: what the log says is enough.
#[test]
fn a_moment_that_passed_stays_missed_however_its_clock_is_moved_or_ended_afterwards() {
    let because = "s4rnKYBUd4e-_U4unyAqWjwKpSPI_DGGCvBaCVIhgsE".to_owned();
    let later = set("2026-07-01T00:00:00Z", "2026-07-03T00:00:00Z");
    for happening in [later, Happening::Withdrawn { because }, Happening::Displaced { by: "other/duty".to_owned() }] {
        let mut events = begun();
        events.push(event("2026-07-01T10:00:01Z", happening.clone()));
        let clock = fold(&events);
        assert!(clock.was_ever_late() && clock.missed.len() == 1, "{happening:?}: {clock:?}");
        assert_eq!(clock.missed[0].due, at("2026-07-01T10:00:00Z"));
    }
}

#[test]
fn a_clock_that_is_moved_or_ended_before_its_moment_has_missed_nothing() {
    let mut events = begun();
    events.push(event("2026-07-01T10:00:00Z", set("2026-07-01T00:00:00Z", "2026-07-03T00:00:00Z")));
    assert!(!fold(&events).was_ever_late());
}

#[test]
fn somebody_who_takes_it_on_keeps_the_second_person_asleep_until_time_runs_out() {
    let mut events = begun();
    events.push(event("2026-07-01T01:00:00Z", Happening::Acknowledged));
    assert_eq!(fold(&events).state(at("2026-07-01T02:00:00Z")), ClockState::Acknowledged);
    assert!(!carry_out(&mut events, "2026-07-01T09:30:00Z").iter().any(|effect| effect.contains("Escalate")));
    assert!(carry_out(&mut events, "2026-07-01T10:00:01Z").iter().any(|effect| effect.contains("Escalate")));
}

#[test]
fn what_is_filed_late_is_filed_and_stays_late() {
    let mut events = begun();
    carry_out(&mut events, "2026-07-01T10:30:00Z");
    events.push(event("2026-07-01T11:00:00Z", read(r#""event": "filed", "version": "digest""#)));
    let clock = fold(&events);
    assert_eq!(clock.state(at("2026-07-01T12:00:00Z")), ClockState::Filed);
    assert!(clock.was_ever_late() && !clock.filings[0].is_in_time());
    assert_eq!(clock.missed.len(), 1);
    assert!(clock.look(&Plan::default(), at("2026-07-02T00:00:00Z")).is_empty());
    assert_eq!(clock.next_look(&Plan::default(), at("2026-07-02T00:00:00Z")), None);
}

#[test]
fn at_the_moment_itself_it_is_in_time() {
    let mut events = begun();
    events.push(event("2026-07-01T10:00:00Z", read(r#""event": "filed", "version": "digest""#)));
    let clock = fold(&events);
    assert!(clock.filings[0].is_in_time() && !clock.was_ever_late());
}

#[test]
fn a_moment_that_is_moved_after_it_was_missed_stays_missed() {
    let mut events = begun();
    carry_out(&mut events, "2026-07-01T10:30:00Z");
    events.push(event("2026-07-01T11:00:00Z", set("2026-07-01T00:00:00Z", "2026-07-05T00:00:00Z")));
    let clock = fold(&events);
    assert_eq!(clock.state(at("2026-07-01T12:00:00Z")), ClockState::Running);
    assert!(clock.was_ever_late());
    assert_eq!(clock.dues.len(), 2);
}

#[test]
fn time_that_runs_back_undoes_nothing() {
    let mut events = begun();
    carry_out(&mut events, "2026-07-01T10:30:00Z");
    let clock = fold(&events);
    assert_eq!(clock.state(at("2026-07-01T03:00:00Z")), ClockState::Late, "recorded as missed at 10:30 of the log");
    assert!(
        !clock
            .look(&Plan::default(), at("2026-07-01T03:00:00Z"))
            .iter()
            .any(|effect| matches!(effect, Effect::RecordMissed { .. }))
    );
}

#[test]
fn a_machine_whose_time_ran_ahead_is_told_apart_from_a_missed_deadline() {
    let mut events = begun();
    carry_out(&mut events, "2027-07-01T00:00:00Z");
    events.push(event("2026-07-01T02:00:00Z", read(r#""event": "filed", "version": "digest""#)));
    let clock = fold(&events);
    assert_eq!(clock.missed.len(), 1, "it is not hidden");
    assert_eq!(clock.missed[0].contradicted_at, Some(at("2026-07-01T02:00:00Z")));
    assert!(clock.filings[0].is_in_time());
}

#[test]
fn a_jump_forth_reminds_once() {
    let mut events = begun();
    let told = carry_out(&mut events, "2026-07-01T09:30:00Z");
    assert_eq!(told.iter().filter(|effect| effect.contains("First")).count(), 1, "{told:?}");
    assert!(told.iter().any(|effect| effect.contains("percent: 90")), "{told:?}");
}

#[test]
fn a_restart_changes_nothing() {
    let mut events = begun();
    carry_out(&mut events, "2026-07-01T07:30:00Z");
    carry_out(&mut events, "2026-07-01T10:30:00Z");
    let again: Vec<ClockEvent> =
        events.iter().map(|event| ClockEvent::parse(event.to_json().to_string().as_bytes()).unwrap()).collect();
    assert_eq!(again, events);
    assert_eq!(fold(&again), fold(&events));
}

#[test]
fn displaced_and_withdrawn_clocks_are_quiet_until_they_are_set_anew() {
    for (ending, state) in [
        (r#""event": "displaced", "duty": "small/warn""#, ClockState::Displaced),
        (r#""event": "withdrawn", "because": "digest""#, ClockState::Withdrawn),
    ] {
        let mut events = begun();
        events.push(event("2026-07-01T01:00:00Z", read(ending)));
        assert_eq!(fold(&events).state(at("2026-07-03T00:00:00Z")), state);
        assert!(carry_out(&mut events, "2026-07-03T00:00:00Z").is_empty());
        events.push(event("2026-07-03T00:00:00Z", set("2026-07-01T00:00:00Z", "2026-07-04T00:00:00Z")));
        assert_eq!(fold(&events).state(at("2026-07-03T01:00:00Z")), ClockState::Running);
    }
}

#[test]
fn the_next_look_is_the_next_moment_at_which_something_is_to_be_done() {
    let clock = fold(&begun());
    let next = |now: &str| clock.next_look(&Plan::default(), at(now)).map(duties::spell);
    assert_eq!(next("2026-07-01T00:00:00Z").unwrap(), "2026-07-01T05:00:00Z");
    assert_eq!(next("2026-07-01T09:00:00Z").unwrap(), "2026-07-01T10:00:00.000001Z");
    assert_eq!(next("2026-07-01T11:00:00Z"), None);
}

#[test]
fn events_that_cannot_follow_are_refused_by_name() {
    let first = Clock::fold(&[event("2026-07-01T00:00:00Z", Happening::Acknowledged)]);
    assert_eq!(first, Err(ClockEventError::NotSet));
    let before = Clock::fold(&[event("2026-07-01T00:00:00Z", set("2026-07-02T00:00:00Z", "2026-07-01T00:00:00Z"))]);
    assert_eq!(before, Err(ClockEventError::BeforeItsStart));
    let mut events = begun();
    events.push(ClockEvent::new(
        ClockId::new("incident--2", "a/b/c"),
        at("2026-07-01T00:00:00Z"),
        "x",
        Happening::Escalated,
    ));
    assert!(matches!(Clock::fold(&events), Err(ClockEventError::OtherClock { .. })));
    assert!(ClockEvent::parse(br#"{"event": "set"}"#).unwrap_err().len() > 3);
}

#[test]
fn of_a_span_the_earliest_is_kept() {
    let span = set("2026-07-01T00:00:00Z/2026-07-01T23:59:59Z", "2026-07-02T00:00:00Z/2026-07-02T23:59:59Z");
    let clock = fold(&[event("2026-07-01T12:00:00Z", span)]);
    assert_eq!(clock.due, Span::between(at("2026-07-02T00:00:00Z"), at("2026-07-02T23:59:59Z")));
    assert_eq!(clock.state(at("2026-07-02T00:00:00Z")), ClockState::Running);
    assert_eq!(clock.state(at("2026-07-02T00:00:01Z")), ClockState::Late);
}

#[test]
fn a_calendar_holds_ids_and_links_alone_in_lines_of_75_octets() {
    let mut entry = CalendarEntry::new(
        "clock-7;x",
        at("2026-07-01T10:00:00Z"),
        format!("https://node.example/duties/{}", "0".repeat(80)),
    );
    entry.sequence = 2;
    let mut struck = CalendarEntry::new("clock-8", at("2026-07-02T10:00:00Z"), "https://node.example/duties/8");
    struck.is_cancelled = true;
    let text = calendar(&[entry, struck], at("2026-07-01T00:00:00Z"));
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    let unfolded = text.replace("\r\n ", "");
    for line in
        ["UID:clock-7\\;x", "DTSTART:20260701T100000Z", "DTSTAMP:20260701T000000Z", "SEQUENCE:2", "STATUS:CANCELLED"]
    {
        assert!(unfolded.contains(&format!("{line}\r\n")), "{line} in {unfolded}");
    }
    assert_eq!(unfolded.matches("BEGIN:VALARM").count(), 1, "what is struck out does not ring");
}

#[test]
fn a_stage_that_is_repeated_runs_anew_from_each_filing() {
    let mut events = begun();
    events.push(event("2026-07-01T08:00:00Z", read(r#""event": "filed", "version": "one""#)));
    events.push(event("2026-07-01T09:00:00Z", set("2026-07-01T00:00:00Z", "2026-07-01T08:30:00Z")));
    assert_eq!(
        fold(&events).state(at("2026-07-01T09:00:00Z")),
        ClockState::Filed,
        "a moment that moves leaves it filed"
    );
    events.push(event("2026-07-01T09:00:00Z", set("2026-07-01T08:00:00Z", "2026-07-29T08:00:00Z")));
    assert_eq!(fold(&events).state(at("2026-07-01T09:00:00Z")), ClockState::Running);
    assert_eq!(fold(&events).state(at("2026-07-30T09:00:00Z")), ClockState::Late);
    events.push(event("2026-07-20T08:00:00Z", read(r#""event": "filed", "version": "two""#)));
    events.push(event("2026-08-20T08:00:00Z", read(r#""event": "filed", "version": "three""#)));
    let clock = fold(&events);
    assert_eq!(clock.state(at("2026-08-21T00:00:00Z")), ClockState::Filed);
    assert!(clock.filings[2].is_amendment && !clock.was_ever_late(), "what amends a filing is not late");
}
