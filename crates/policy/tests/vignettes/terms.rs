//! Stories about agreements: whether they bind, until when, for what, and how much.

use policy::decision::Subject;
use policy::vocabulary::{Care, Purpose};
use record::json::{Json, Map};
use record::label::{Marks, Pap, Tlp};
use record::limits::MAX_SAFE_INTEGER;

use super::{ALL, incidents, incidents_go, incidents_of_three, red_line};
use crate::decision_scene::{
    ARCHIVE, ClauseText, DESCRIPTION, HARBOUR, INCIDENT_EXTENSION, LOTUS, MERIDIAN, PERMIT_ALL, PLACE, Terms, batch,
    care, clause, green, incident, member_places, signed, subject, tlp,
};
use crate::vignettes_told::{Told, told};

pub(super) fn stories() -> Vec<Told> {
    [midnights(), binding(), purposes(), red_lines(), shown(), budgets(), members()].concat()
}

fn open() -> Subject {
    subject(signed(HARBOUR, incident()).content(), &[("*", green())])
}

fn midnights() -> Vec<Told> {
    let shanghai = incidents();
    let bogota = incidents().lasting("2026-07-01T05:00:00Z", "2026-11-01T05:00:00Z");
    let story = |name, terms: &Terms, time| told(name, terms).at(time).of(open());
    vec![
        story("A microsecond before midnight in Shanghai (UTC+8)", &shanghai, "2026-10-31T15:59:59.999999Z")
            .goes("2", ALL),
        story("Midnight in Shanghai, where the agreement ends", &shanghai, "2026-10-31T16:00:00Z").refused("expired"),
        story("It is still October in Bogotá, but the agreement ended in Shanghai", &shanghai, "2026-11-01T04:59:59Z")
            .refused("expired"),
        story("A microsecond before midnight in Bogotá (UTC-5)", &bogota, "2026-11-01T04:59:59.999999Z").goes("2", ALL),
        story("Midnight in Bogotá, where the agreement ends", &bogota, "2026-11-01T05:00:00Z").refused("expired"),
        story("In Shanghai November has begun, but the agreement ends in Bogotá", &bogota, "2026-10-31T23:00:00Z")
            .goes("2", ALL),
        story("A microsecond before the agreement begins", &shanghai, "2026-06-30T15:59:59.999999Z").refused("not-yet"),
        story("The first instant of the agreement", &shanghai, "2026-06-30T16:00:00Z").goes("2", ALL),
        story("Begun by the calendar, but the last party signs in an hour", &shanghai, "2026-08-01T00:00:00Z")
            .signed_by_all_at("2026-08-01T01:00:00Z")
            .refused("not-yet"),
        told("Decided in time by a clock that ran late, decided again at publishing", &shanghai)
            .at("2026-10-31T15:59:50Z")
            .of(open())
            .approved_by(&["Bo Chen"])
            .later("2026-10-31T16:00:01Z")
            .refused("expired"),
    ]
}

fn binding() -> Vec<Told> {
    vec![
        told("Lotus has suspended the agreement", &incidents()).suspended().of(open()).refused("suspended"),
        told("An agreement with Lotus may be in force that this build cannot read", &incidents())
            .beside_unread(LOTUS)
            .of(open())
            .refused("unread-agreement"),
        told("An agreement with Polder Archive cannot be read, and Lotus has no part in it", &incidents())
            .beside_unread(ARCHIVE)
            .of(open())
            .goes("2", ALL),
        told("The red line of an agreement that is suspended", &incidents())
            .beside(&Terms::new("Nothing about incidents", &[HARBOUR, LOTUS], vec![no_incidents()]))
            .suspended_beside()
            .of(open())
            .refused("forbidden-by:7"),
        told("More places than an entry of a feed can name", &incidents())
            .of(crowded(220))
            .clause("2")
            .refused("entry-too-long"),
        told("Not all have signed", &incidents()).unsigned().of(open()).refused("not-in-force"),
        told("Polder Archive keeps the text but is no party", &incidents())
            .at_node(ARCHIVE)
            .of(open())
            .refused("not-a-party"),
        told("A clause that does not exist", &incidents()).clause("9").of(open()).refused("no-such-clause"),
        told("The clause named is a red line", &incidents()).clause("1").of(open()).refused("no-such-clause"),
        told("Sent from the other side", &incidents())
            .at_node(LOTUS)
            .of(subject(signed(LOTUS, incident()).content(), &[("*", tlp(Tlp::Amber))]))
            .goes("2", ALL),
    ]
}

fn purposes() -> Vec<Told> {
    vec![
        told("For standards, which no clause has in mind", &incidents())
            .for_purpose(Purpose::StandardSetting)
            .of(open())
            .refused("purpose purpose"),
        told("Incidents for a purpose that only signals have", &incidents())
            .clause("2")
            .for_purpose(Purpose::MisuseDefence)
            .of(open())
            .refused("purpose"),
    ]
}

fn secret() -> Subject {
    let marks = Marks::new(Tlp::Green, Pap::Red);
    subject(signed(HARBOUR, incident()).content(), &[("*", green()), (DESCRIPTION, marks)])
}

fn red_lines() -> Vec<Told> {
    let open_terms = Terms::new(
        "Harbour and Lotus on everything",
        &[HARBOUR, LOTUS],
        vec![clause("2", "Everything may be sent.", "一切内容均可发送。", PERMIT_ALL)],
    );
    let elsewhere = Terms::new("Harbour and Lotus on red lines", &[HARBOUR, LOTUS], vec![red_line()]);
    let with_meridian = Terms::new("Harbour and Meridian on red lines", &[HARBOUR, MERIDIAN], vec![red_line()]);
    let to_meridian = Terms::new(
        "Three, with a red line towards one",
        &[HARBOUR, LOTUS, MERIDIAN],
        vec![red_line().to(&["meridian"]), incidents_go()],
    );
    let but_text = "affected_parties x2, name, occurred, place, severity";
    vec![
        told("A red line in another agreement with the same recipient", &open_terms)
            .beside(&elsewhere)
            .of(secret())
            .goes("2", but_text)
            .stays("description=forbidden-by:1"),
        told("A red line agreed with somebody who does not receive this", &open_terms)
            .beside(&with_meridian)
            .of(secret())
            .goes("2", ALL),
        told("A red line towards one of three parties, and all three receive", &to_meridian)
            .of(secret())
            .goes("2", but_text)
            .stays("description=forbidden-by:1"),
        told("A red line towards Meridian, and only Lotus receives", &open_terms)
            .beside(&to_meridian)
            .of(secret())
            .goes("2", ALL),
        told("A red line in another agreement that has ended", &open_terms)
            .beside(&elsewhere.lasting("2026-06-30T16:00:00Z", "2026-07-31T16:00:00Z"))
            .of(secret())
            .goes("2", ALL),
    ]
}

fn only_open(id: &str) -> ClauseText {
    clause(id, "Everything may be sent.", "一切内容均可发送。", PERMIT_ALL)
}

fn shown() -> Vec<Told> {
    let two = |clauses| Terms::new("Harbour and Lotus", &[HARBOUR, LOTUS], clauses);
    let short = two(vec![only_open("2").shows(&["name", "severity"])]);
    let sealed = two(vec![clause("5", "That a record exists may be proven.", "可证明记录存在。", PERMIT_ALL).sealed()]);
    let classified = subject(signed(HARBOUR, incident()).content(), &[("*", care(&[Care::Classified]))]);
    let in_text =
        subject(signed(HARBOUR, incident()).content(), &[("*", green()), (DESCRIPTION, care(&[Care::Classified]))]);
    vec![
        told("The clause shows a title and how grave it was", &short).of(open()).goes("2", "name, severity").stays(
            "affected_parties=dropped-by:2 x2, description=dropped-by:2, occurred=dropped-by:2, place=dropped-by:2",
        ),
        told("The proposer keeps the place back", &incidents())
            .hiding(&[PLACE])
            .of(open())
            .goes("2", "affected_parties x2, description, name, occurred, severity")
            .stays("place=kept-back"),
        told("The proposer keeps back what says what it is", &incidents())
            .hiding(&["/object/type"])
            .of(open())
            .refused("kept-back"),
        told("The proposer keeps all of it back", &incidents()).hiding(&["/object"]).of(open()).refused("kept-back"),
        told("Nothing but the core would be left", &short)
            .hiding(&["/object/name", "/object/extensions"])
            .of(open())
            .refused("kept-back"),
        told("Title and gravity are kept back, the rest the clause does not show", &short)
            .hiding(&[
                "/object/name",
                "/object/extensions/extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd/severity",
            ])
            .of(open())
            .refused("nothing-left"),
        told("Only the proof that it exists", &sealed).of(open()).goes("5", "").stays(
            "=dropped-by:5 x8, affected_parties=dropped-by:5 x2, description=dropped-by:5, name=dropped-by:5, \
                 occurred=dropped-by:5, place=dropped-by:5, severity=dropped-by:5",
        ),
        told("Only the proof that it exists, of something with one classified field", &sealed)
            .of(in_text)
            .goes("5", "")
            .stays(
                "=dropped-by:5 x8, affected_parties=dropped-by:5 x2, description=dropped-by:5, name=dropped-by:5, \
                 occurred=dropped-by:5, place=dropped-by:5, severity=dropped-by:5",
            ),
        told("Even that it exists is classified", &sealed).of(classified).refused("floor:classified"),
    ]
}

fn budgeted(parties: &[PartyId]) -> Terms {
    Terms::new("With a budget", parties, vec![incidents_go().budget("incidents", "records", 20, "month")])
}

use record::digest::PartyId;

fn budgets() -> Vec<Told> {
    let (two, three) = (budgeted(&[HARBOUR, LOTUS]), budgeted(&[HARBOUR, LOTUS, MERIDIAN]));
    let story = |name, terms: &Terms, stands: &[i64]| {
        told(name, terms).at("2026-08-31T23:59:59.999999Z").of(open()).counters_stand(stands)
    };
    vec![
        story("Twenty of twenty went this month", &two, &[20]).refused("over-budget"),
        story("Nineteen of twenty went this month", &two, &[19]).goes("2", ALL),
        story("Twenty went in August, and September begins in UTC", &two, &[20])
            .later("2026-09-01T00:00:00Z")
            .goes("2", ALL),
        story("It is September in Shanghai, and August still in UTC", &two, &[20])
            .later("2026-08-31T16:00:01Z")
            .refused("over-budget"),
        story("The counter is at the end of what can be counted", &two, &[i64::MAX]).refused("counter-overflow"),
        story("The counter is one below the end", &two, &[MAX_SAFE_INTEGER - 1]).refused("over-budget"),
        story("The counter stands below nothing", &two, &[-1]).refused("counter-overflow"),
        story("Meridian has had its twenty, Lotus has not", &three, &[3, 20]).refused("over-budget"),
        story("Both have had nineteen", &three, &[19, 19]).goes("2", ALL),
        told("A red line needs no budget", &incidents_of_three()).of(open()).goes("2", ALL),
    ]
}

fn members() -> Vec<Told> {
    let record = batch(HARBOUR);
    let places: Vec<_> = member_places(record.content()).iter().map(ToString::to_string).collect();
    let all = subject(record.content(), &[("*", green())]);
    let one_bad = subject(record.content(), &[("*", green()), (places[1].as_str(), care(&[Care::HazardNuclear]))]);
    let terms = Terms::new(
        "Signals by the piece",
        &[HARBOUR, LOTUS],
        vec![only_open("4").purposes(&["misuse-defence"]).budget("signals", "members", 5, "day")],
    );
    let story = |name, subject: Subject| told(name, &terms).for_purpose(Purpose::MisuseDefence).of(subject);
    vec![
        story("Three signals, and only two are left of today's five", all).counters_stand(&[3]).refused("over-budget"),
        story("Of three signals one is hazardous, so two are counted", one_bad)
            .counters_stand(&[3])
            .goes("4", "context, members x2, name, object_refs")
            .stays("members=floor:hazard-nuclear"),
    ]
}

fn no_incidents() -> ClauseText {
    let policy = r#"forbid(principal, action, resource) when { context.kind == Kind::"incident" };"#;
    clause("7", "No incident is sent.", "不得发送事件。", policy)
}

/// An incident that names so many who were affected, one by one.
fn crowded(affected: usize) -> Subject {
    let affected = (0..affected).map(|number| Json::text(format!("party {number}"))).collect();
    let extension =
        Map::new().with("extension_type", "property-extension").with("affected_parties", Json::Array(affected));
    let object = incident().with("extensions", Map::new().with(INCIDENT_EXTENSION, extension));
    subject(signed(HARBOUR, object).content(), &[("*", green())])
}
