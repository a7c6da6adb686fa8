//! Stories about labels: what is on the record and on its parts.

use policy::decision::Subject;
use policy::labels::{Declassification, in_force};
use policy::vocabulary::{Care, Purpose};
use record::digest::PartyId;
use record::json::{Json, Map};
use record::label::{LabelSet, Marks, Pap, Tlp};
use record::stix::StixObject;
use record::{Draft, Record, Signed};

use super::{ALL, coarse_incidents_go, incidents, incidents_of_three};
use crate::decision_scene::{
    AFFECTED, ARCHIVE, DESCRIPTION, HARBOUR, LOTUS, MERIDIAN, OCCURRED, PERMIT_ALL, PLACE, Terms, batch, care, clause,
    green, incident, label, labelled, list, member_places, only, plain_incident, sign, signed, source, subject, tlp,
};
use crate::vignettes_told::{Told, told};

pub(super) fn stories() -> Vec<Told> {
    [on_fields(), nobody_knows(), audiences(), origins(), twins(), lowered(), inherited(), markings(), batches()]
        .concat()
}

/// Our own incident under these labels.
fn own(labels: &[(&str, Marks)]) -> Subject {
    subject(signed(HARBOUR, incident()).content(), labels)
}

fn on_fields() -> Vec<Told> {
    let with_element = |record: &Signed<Record>| {
        let places = record.content().places();
        places.iter().find(|path| path.as_str().starts_with(&format!("{AFFECTED}/"))).unwrap().to_string()
    };
    let record = signed(HARBOUR, incident());
    let element = with_element(&record);
    let told_by = subject(record.content(), &[("*", green()), (&element, care(&[Care::SourceIdentity]))]);
    vec![
        told("An incident at green with nothing to be careful about", &incidents())
            .of(own(&[("*", green())]))
            .goes("2", ALL),
        told("Mixed labels: the text is amber, and those affected are named", &incidents())
            .of(own(&[("*", green()), (DESCRIPTION, tlp(Tlp::Amber)), (AFFECTED, care(&[Care::PersonalContact]))]))
            .goes("2", "description, name, occurred, place, severity")
            .stays("affected_parties=floor:personal-contact x2"),
        told("One sentence is classified, the rest is not", &incidents())
            .of(own(&[("*", green()), (DESCRIPTION, care(&[Care::Classified]))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:classified"),
        told("The whole report is under export control", &incidents())
            .of(own(&[("*", care(&[Care::ExportControlled]))]))
            .refused("floor:export-controlled"),
        told("One of those affected is who told us", &incidents())
            .of(told_by)
            .goes("2", "affected_parties, description, name, occurred, place, severity")
            .stays("affected_parties=floor:source-identity"),
        told("A field that two floors keep", &incidents())
            .of(own(&[("*", green()), (PLACE, care(&[Care::PersonalLocation, Care::PersonalHealth]))]))
            .goes("2", "affected_parties x2, description, name, occurred, severity")
            .stays("place=floor:personal-health+floor:personal-location"),
        told("Everything is at TLP red", &incidents()).of(own(&[("*", tlp(Tlp::Red))])).refused("floor:red"),
        told("One field is at amber+strict, which no clause names", &incidents())
            .clause("2")
            .of(own(&[("*", green()), (DESCRIPTION, tlp(Tlp::AmberStrict))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=no-clause"),
        told("All of it is at amber+strict", &incidents())
            .clause("2")
            .of(own(&[("*", tlp(Tlp::AmberStrict))]))
            .refused("no-clause"),
        told("A red line of this agreement meets one field", &incidents())
            .of(own(&[("*", green()), (DESCRIPTION, Marks::new(Tlp::Green, Pap::Red))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=forbidden-by:1"),
    ]
}

fn nobody_knows() -> Vec<Told> {
    let record = signed(HARBOUR, incident());
    let places: Vec<_> = record.content().places().iter().map(ToString::to_string).collect();
    let but_text = |place: &&String| place.as_str() != DESCRIPTION && place.as_str() != "/object/extensions";
    let labels: Vec<_> = places.iter().filter(but_text).map(|place| (place.as_str(), green())).collect();
    let embargo = || green().with_tags(["embargo:paris".parse().unwrap()]);
    let marked = |marking: &str| {
        let record = signed(HARBOUR, incident().with("object_marking_refs", list(&[marking])));
        subject(record.content(), &[("*", green())])
    };
    vec![
        told("Nobody has labelled the record", &incidents()).of(own(&[])).refused("unlabelled"),
        told("Every place has a label but the text", &incidents())
            .of(subject(record.content(), &labels))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=unlabelled"),
        told("Only the text has a label", &incidents()).of(own(&[(DESCRIPTION, green())])).refused("unlabelled"),
        told("One field has a tag that no policy knows", &incidents())
            .of(own(&[("*", green()), (PLACE, embargo())]))
            .goes("2", "affected_parties x2, description, name, occurred, severity")
            .stays("place=unknown-tag"),
        told("The whole has a tag that no policy knows", &incidents())
            .of(own(&[("*", embargo())]))
            .refused("unknown-tag"),
        told("The object carries another system's marking", &incidents())
            .of(marked("marking-definition--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99"))
            .refused("unlabelled"),
    ]
}

fn audiences() -> Vec<Told> {
    vec![
        told("The audience is empty", &incidents()).of(own(&[("*", only(&[]))])).refused("not-in-audience"),
        told("The audience names the recipient", &incidents()).of(own(&[("*", only(&[LOTUS]))])).goes("2", ALL),
        told("The audience names one of two recipients", &incidents_of_three())
            .of(own(&[("*", only(&[LOTUS]))]))
            .refused("not-in-audience"),
        told("The audience of one field names one of two recipients", &incidents_of_three())
            .of(own(&[("*", green()), (PLACE, only(&[MERIDIAN]))]))
            .goes("2", "affected_parties x2, description, name, occurred, severity")
            .stays("place=not-in-audience"),
        told("The audience names both recipients", &incidents_of_three())
            .of(own(&[("*", only(&[LOTUS, MERIDIAN]))]))
            .goes("2", ALL),
    ]
}

fn origins() -> Vec<Told> {
    let from_archive = |level| tlp(level).with_origins([ARCHIVE]);
    let relayed = |level| subject(signed(ARCHIVE, incident()).content(), &[("*", tlp(level))]);
    let theirs = subject(signed(LOTUS, incident()).content(), &[("*", tlp(Tlp::Amber))]);
    let other_identity = "identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f55";
    let second_hand = signed(HARBOUR, incident().with("created_by_ref", other_identity));
    let own_only = Terms::new(
        "Own incidents only",
        &[HARBOUR, LOTUS],
        vec![clause(
            "2",
            "Each side sends its own incidents, and nothing that it was sent.",
            "双方只发送本方的事件，不转发收到的内容。",
            "permit(principal, action, resource) when { !context.relayed };",
        )],
    );
    vec![
        told("One field came from a third party, who has opened it to all", &incidents())
            .of(own(&[("*", green()), (DESCRIPTION, from_archive(Tlp::Clear))]))
            .goes("2", ALL),
        told("One field came from a third party at amber", &incidents())
            .of(own(&[("*", green()), (DESCRIPTION, from_archive(Tlp::Amber))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:foreign-origin"),
        told("A third party's record at green is passed on", &incidents()).of(relayed(Tlp::Green)).goes("2", ALL),
        told("A third party's record at amber is passed on", &incidents())
            .of(relayed(Tlp::Amber))
            .refused("floor:foreign-origin"),
        told("The recipient's own record at amber goes back to it", &incidents()).of(theirs).goes("2", ALL),
        told("We signed for somebody who has no node, and it is amber", &incidents())
            .of(subject(second_hand.content(), &[("*", tlp(Tlp::Amber))]))
            .refused("floor:foreign-origin"),
        told("The agreement is about own incidents, and this is another's", &own_only)
            .of(relayed(Tlp::Green))
            .refused("no-clause"),
    ]
}

fn twins() -> Vec<Told> {
    let no_country = Map::new().with("locality", "a harbour");
    let mut without = incident();
    let extensions = without.get("extensions").and_then(Json::as_object).cloned().unwrap();
    let extension = extensions.iter().next().map(|(id, value)| (id.to_owned(), value.as_object().cloned().unwrap()));
    let (id, fields) = extension.unwrap();
    without.set("extensions", Map::new().with(id, fields.with("place", no_country)));
    let shown = "affected_parties x2, description, name, occurred_year, place_country, severity";
    let narrow = Terms::new("Coarse only", &[HARBOUR, LOTUS], vec![coarse_incidents_go().drops(&["affected_parties"])]);
    vec![
        told("The year and the country go instead", &incidents())
            .clause("3")
            .of(own(&[("*", green())]))
            .goes("3", shown)
            .stays("occurred=twin-instead:3, place=twin-instead:3"),
        told("The author signed no country", &incidents())
            .clause("3")
            .of(subject(signed(HARBOUR, without).content(), &[("*", green())]))
            .goes("3", "affected_parties x2, description, name, occurred_year, severity")
            .stays("occurred=twin-instead:3, place=twin-missing:3"),
        told("The exact time is classified, the year is not", &incidents())
            .clause("3")
            .of(own(&[("*", green()), (OCCURRED, care(&[Care::Classified]))]))
            .goes("3", shown)
            .stays("occurred=twin-instead:3, place=twin-instead:3"),
        told("Even the country is classified", &incidents())
            .clause("3")
            .of(own(&[("*", green()), ("/aside/place_country", care(&[Care::Classified]))]))
            .goes("3", "affected_parties x2, description, name, occurred_year, severity")
            .stays("occurred=twin-instead:3, place=twin-instead:3, place_country=floor:classified"),
        told("The clause drops those affected", &narrow)
            .of(own(&[("*", green())]))
            .goes("3", "description, name, occurred_year, place_country, severity")
            .stays("affected_parties=dropped-by:3 x2, occurred=twin-instead:3, place=twin-instead:3"),
    ]
}

/// Our incident whose text somebody labelled as classified, and what some party said of that label afterwards.
fn after_declassification(owner: PartyId, by: PartyId) -> Subject {
    let record = signed(HARBOUR, incident());
    let digest = record.digest();
    let ours = label(HARBOUR, digest, "*", &green());
    let secret = label(owner, digest, DESCRIPTION, &care(&[Care::Classified]));
    let mut lowered = Declassification::new(&secret, owner, green(), "published since", "Li Wei").unwrap();
    lowered.author = by;
    Subject::new(record.content(), &in_force(record.content(), HARBOUR, &[ours, secret], &[lowered], None, &[]))
}

fn lowered() -> Vec<Told> {
    vec![
        told("The label's author lowered it", &incidents()).of(after_declassification(HARBOUR, HARBOUR)).goes("2", ALL),
        told("Somebody else tried to lower the label", &incidents())
            .of(after_declassification(LOTUS, HARBOUR))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:classified"),
        told("Lotus lowered its own label, and nothing here proves yet that it logged that", &incidents())
            .of(after_declassification(LOTUS, LOTUS))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:classified"),
        told("The floor was switched off, with a reason", &incidents())
            .switching("classified", false)
            .of(own(&[("*", green()), (DESCRIPTION, care(&[Care::Classified]))]))
            .goes("2", ALL),
        told("The floor was switched off and on again", &incidents())
            .switching("classified", false)
            .switching("classified", true)
            .of(own(&[("*", green()), (DESCRIPTION, care(&[Care::Classified]))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:classified"),
        told("One floor is off, and another keeps the same field", &incidents())
            .switching("classified", false)
            .of(own(&[("*", green()), (DESCRIPTION, care(&[Care::Classified, Care::HazardCyber]))]))
            .goes("2", "affected_parties x2, name, occurred, place, severity")
            .stays("description=floor:hazard-cyber-offence"),
    ]
}

/// An incident that was made of others, labelled at green by ourselves.
fn made_of(own: &[(&str, Marks)], sources: &[LabelSet]) -> Subject {
    let record = signed(HARBOUR, plain_incident());
    let labels: Vec<_> = own.iter().map(|(place, marks)| label(HARBOUR, record.digest(), place, marks)).collect();
    Subject::new(record.content(), &in_force(record.content(), HARBOUR, &labels, &[], None, sources))
}

/// The second version of an incident, of which nothing but the whole was labelled anew.
fn second_version(earlier: &[(&str, Marks)]) -> Subject {
    let first = signed(HARBOUR, incident());
    let before = labelled(first.content(), earlier);
    let object = StixObject::from_map(incident().with("confidence", Json::integer(80).unwrap())).unwrap();
    let second = sign(HARBOUR, &Draft::after(object, 2, first.digest()).unwrap());
    let ours = label(HARBOUR, second.digest(), "*", &green());
    Subject::new(second.content(), &in_force(second.content(), HARBOUR, &[ours], &[], Some(&before.labels), &[]))
}

fn inherited() -> Vec<Told> {
    let record = signed(HARBOUR, incident());
    let slot = format!("{AFFECTED}/0");
    assert!(record.content().places().iter().any(|path| path.as_str().starts_with(AFFECTED)));
    vec![
        told("A summary of something classified", &incidents())
            .of(made_of(&[("*", green())], &[source(&[("*", care(&[Care::Classified]))])]))
            .refused("floor:classified"),
        told("A summary of a record of which one field is classified", &incidents())
            .of(made_of(&[("*", green())], &[source(&[("*", green()), (DESCRIPTION, care(&[Care::Classified]))])]))
            .refused("floor:classified"),
        told("A summary of a record of which nothing but one field is labelled, as classified", &incidents())
            .of(made_of(&[("*", green())], &[source(&[(DESCRIPTION, care(&[Care::Classified]))])]))
            .refused("floor:classified"),
        told("A summary, labelled in parts, of something classified in part", &incidents())
            .of(made_of(&[("/object", green())], &[source(&[(DESCRIPTION, care(&[Care::Classified]))])]))
            .refused("floor:classified"),
        told("The version before had a hazard in its text", &incidents())
            .of(second_version(&[("*", green()), (DESCRIPTION, care(&[Care::HazardChemical]))]))
            .goes("2", "affected_parties x2, confidence, name, occurred, place, severity")
            .stays("description=floor:hazard-chemical"),
        told("The version before named a person in one element of a list", &incidents())
            .of(second_version(&[("*", green()), (&slot, care(&[Care::PersonalContact]))]))
            .goes("2", "confidence, description, name, occurred, place, severity")
            .stays("affected_parties=floor:personal-contact x2"),
    ]
}

fn markings() -> Vec<Told> {
    let marked = |labels: &[(&str, Marks)], level: Tlp| {
        let record = signed(HARBOUR, incident().with("object_marking_refs", list(&[level.marking_id()])));
        subject(record.content(), labels)
    };
    let in_part = Map::new().with("marking_ref", Tlp::Red.marking_id()).with("selectors", list(&["description"]));
    let granular = signed(HARBOUR, incident().with("granular_markings", Json::Array(vec![in_part.into()])));
    vec![
        told("The label says green, the object's own marking red", &incidents())
            .of(marked(&[("*", green())], Tlp::Red))
            .refused("floor:red"),
        told("The same, and the label is on the object and not on the whole", &incidents())
            .of(marked(&[("/object", green())], Tlp::Red))
            .refused("floor:red"),
        told("A marking alone is no label", &incidents()).of(marked(&[], Tlp::Clear)).refused("unlabelled"),
        told("The object marks its own text red, and nothing else", &incidents())
            .of(subject(granular.content(), &[("*", green())]))
            .goes("2", "affected_parties x2, granular_markings, name, occurred, place, severity")
            .stays("description=floor:red"),
    ]
}

fn batches() -> Vec<Told> {
    let record = batch(HARBOUR);
    let members: Vec<_> = member_places(record.content()).iter().map(ToString::to_string).collect();
    let one_bad = [("*", green()), (members[0].as_str(), care(&[Care::HazardBiological]))];
    let all_bad = [("*", green()), ("/aside/members", care(&[Care::HazardBiological]))];
    let members_only = Terms::new(
        "Signals, members only",
        &[HARBOUR, LOTUS],
        vec![
            clause("4", "Of a batch its members are sent.", "批次仅发送其成员。", PERMIT_ALL)
                .shows(&["members"])
                .purposes(&["misuse-defence"]),
        ],
    );
    vec![
        told("A batch of three signals, one of them hazardous", &incidents())
            .for_purpose(Purpose::MisuseDefence)
            .of(subject(record.content(), &one_bad))
            .goes("4", "context, members x2, name, object_refs")
            .stays("members=floor:hazard-biological"),
        told("Every member is hazardous, and the clause shows members only", &members_only)
            .for_purpose(Purpose::MisuseDefence)
            .of(subject(record.content(), &all_bad))
            .refused("nothing-left"),
    ]
}
