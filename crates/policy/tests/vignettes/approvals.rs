//! Stories about second persons, and about what exactly they approved.

use policy::decision::Subject;
use policy::vocabulary::Purpose;
use record::digest::PartyId;
use record::json::Json;
use record::label::Tlp;

use super::{ALL, incidents_go};
use crate::decision_scene::{
    ClauseText, DESCRIPTION, HARBOUR, LOTUS, MERIDIAN, PLACE, Terms, clause, green, incident, signed, subject, tlp,
};
use crate::vignettes_told::{Told, told};

pub(super) fn stories() -> Vec<Told> {
    [persons(), replayed(), asked_by_policy(), aged()].concat()
}

fn open() -> Subject {
    subject(signed(HARBOUR, incident()).content(), &[("*", green())])
}

fn needing(count: i64, parties: &[PartyId]) -> Terms {
    Terms::new("With a second person", parties, vec![incidents_go().approvals(count)])
}

fn persons() -> Vec<Told> {
    let (one, two) = (needing(1, &[HARBOUR, LOTUS]), needing(2, &[HARBOUR, LOTUS]));
    let story = |name, terms: &Terms| told(name, terms).of(open()).by("Anna Visser");
    vec![
        story("Nobody has approved yet", &one).refused("approvals"),
        story("A second person approved", &one).approved_by(&["Bo Chen"]).goes("2", ALL),
        story("The proposer approved", &one).approved_by(&["Anna Visser"]).refused("approvals proposer-approves"),
        story("The proposer approved, in capitals and with blanks", &one)
            .approved_by(&["  ANNA  VISSER "])
            .refused("approvals proposer-approves"),
        story("The proposer approved, in full-width letters", &one)
            .approved_by(&["Ａｎｎａ\u{3000}Ｖｉｓｓｅｒ"])
            .refused("approvals proposer-approves"),
        story("The proposer approved, with a character that nobody sees", &one)
            .approved_by(&["Anna\u{200b} Visser"])
            .refused("approvals proposer-approves"),
        story("An approval by nobody", &one).approved_by(&["  "]).refused("approvals"),
        story("Two are needed, one approved", &two).approved_by(&["Bo Chen"]).refused("approvals"),
        story("Two are needed, and one person approved twice", &two)
            .approved_by(&["Bo Chen", "bo chen "])
            .refused("approvals"),
        story("Two are needed, two approved", &two).approved_by(&["Bo Chen", "Carla Diaz"]).goes("2", ALL),
        story("The proposer and two others approved", &two)
            .approved_by(&["Anna Visser", "Bo Chen", "Carla Diaz"])
            .goes("2", ALL),
    ]
}

fn replayed() -> Vec<Told> {
    let terms = needing(1, &[HARBOUR, LOTUS]);
    let three = needing(1, &[HARBOUR, LOTUS, MERIDIAN]);
    let edited = subject(
        signed(HARBOUR, incident().with("confidence", Json::integer(80).unwrap())).content(),
        &[("*", green())],
    );
    let relabelled = subject(signed(HARBOUR, incident()).content(), &[("*", tlp(Tlp::Clear))]);
    let in_part = subject(signed(HARBOUR, incident()).content(), &[("*", green()), (DESCRIPTION, tlp(Tlp::Amber))]);
    let story = |name| told(name, &terms).of(open());
    let why = "approvals approval-mismatch";
    vec![
        story("The record was edited after it was approved")
            .of(edited)
            .approved_of(&["Bo Chen"], |then| then.of(open()))
            .refused(why),
        story("It was approved at clear, and is green since")
            .approved_of(&["Bo Chen"], move |then| then.of(relabelled.clone()))
            .refused(why),
        story("One field was labelled anew after it was approved")
            .of(in_part)
            .approved_of(&["Bo Chen"], |then| then.of(open()))
            .refused(why),
        story("It was approved without the place, and the place is back")
            .approved_of(&["Bo Chen"], |then| then.hiding(&[PLACE]))
            .refused(why),
        told("It was approved for one recipient, and now there are two", &three)
            .of(open())
            .approved_of(&["Bo Chen"], |then| then.under(&terms))
            .refused(why),
        story("A floor was switched off after it was approved")
            .switching("model-weights", false)
            .approved_of(&["Bo Chen"], |then| then.switching("model-weights", true))
            .refused(why),
        story("It was approved for research, and is asked for an incident")
            .approved_of(&["Bo Chen"], |then| then.for_purpose(Purpose::SafetyResearch))
            .refused(why),
        story("Another agreement with the recipient came into force after it was approved")
            .beside(&Terms::new("A later agreement", &[HARBOUR, LOTUS], vec![incidents_go()]))
            .approved_of(&["Bo Chen"], |_| told("before", &terms).of(open()))
            .refused(why),
    ]
}

fn two_persons() -> ClauseText {
    clause(
        "6",
        "Two persons beside the proposer approve whatever is amber.",
        "琥珀级内容须经提议人之外两人批准。",
        r#"permit(principal, action, resource) when { context.tlp == Tlp::"amber" && context.approvals >= 2 };"#,
    )
}

fn asked_by_policy() -> Vec<Told> {
    let amber = || subject(signed(HARBOUR, incident()).content(), &[("*", tlp(Tlp::Amber))]);
    let terms = Terms::new("Amber with four eyes", &[HARBOUR, LOTUS], vec![two_persons()]);
    let standards = incidents_go().purposes(&["standard-setting"]);
    let after_another =
        Terms::new("Amber, after a clause on standards", &[HARBOUR, LOTUS], vec![standards, two_persons()]);
    let unless = clause(
        "1",
        "Nothing amber is sent unless two persons approve.",
        "未经两人批准，不得发送琥珀级内容。",
        r#"forbid(principal, action, resource) when { context.tlp == Tlp::"amber" } unless { context.approvals >= 2 };"#,
    );
    let red_line = Terms::new("Amber behind a red line", &[HARBOUR, LOTUS], vec![unless, incidents_go()]);
    let both = ["Bo Chen", "Carla Diaz"];
    vec![
        told("The policy itself asks for two persons, and there are none", &terms).of(amber()).refused("approvals"),
        told("The policy itself asks for two persons, and there is one", &terms)
            .of(amber())
            .approved_by(&["Bo Chen"])
            .refused("approvals"),
        told("The policy itself asks for two persons, and there are two", &terms)
            .of(amber())
            .approved_by(&both)
            .goes("6", ALL),
        told("A clause before it has another purpose", &after_another).of(amber()).refused("approvals"),
        told("A clause before it has another purpose, and two approved", &after_another)
            .of(amber())
            .approved_by(&both)
            .goes("6", ALL),
        told("A red line yields to two persons, and there are none", &red_line).of(amber()).refused("approvals"),
        told("A red line yields to two persons, and there are two", &red_line)
            .of(amber())
            .approved_by(&both)
            .goes("2", ALL),
    ]
}

/// It is asked at noon of 14 August.
fn aged() -> Vec<Told> {
    let terms = needing(1, &[HARBOUR, LOTUS]);
    let none = Terms::new("Without a second person", &[HARBOUR, LOTUS], vec![incidents_go()]);
    let story = |name| told(name, &terms).of(open()).approved_by(&["Bo Chen"]);
    vec![
        story("It was approved seven days ago").approved_at("2026-08-07T12:00:00Z").goes("2", ALL),
        story("It was approved seven days and a microsecond ago")
            .approved_at("2026-08-07T11:59:59.999999Z")
            .refused("approvals approval-expired"),
        story("It was approved too long ago, and by somebody else since")
            .approved_at("2026-07-14T12:00:00Z")
            .approved_by(&["Carla Diaz"])
            .goes("2", ALL),
        story("It was approved too long ago, and the same person has approved it anew")
            .approved_at("2026-07-14T12:00:00Z")
            .approved_by(&["Bo Chen"])
            .goes("2", ALL),
        story("The approval is dated five minutes ahead").approved_at("2026-08-14T12:05:00Z").goes("2", ALL),
        story("The approval is dated ten years ahead")
            .approved_at("2036-08-14T12:00:00Z")
            .refused("approvals approval-expired"),
        told("An old approval that nobody needs", &none)
            .of(open())
            .approved_by(&["Bo Chen"])
            .approved_at("2026-07-14T12:00:00Z")
            .goes("2", ALL),
    ]
}
