//! Coarse twins: a year instead of a date, a country instead of a place, a band instead of a count.

use record::json::Json;
use record::stix::StixObject;
use record::{Draft, Record, Selection};

use super::stage::{INCIDENT, Party, incident, map, only, without};
use record::signed::Signed;

fn signed() -> (Party, Signed<Record>) {
    let party = Party::new("author");
    let signed = party.sign(Draft::new(incident()), "incident");
    (party, signed)
}

/// An incident whose own extension holds this property and no other.
fn with(property: &str, value: &str) -> Draft {
    let mut object = incident().into_map();
    object.set("extensions", map(&format!(r#"{{"{INCIDENT}":{{"{property}":{value}}}}}"#)));
    Draft::new(StixObject::from_map(object).unwrap())
}

#[test]
fn an_incident_is_signed_with_year_country_and_band() {
    let (party, signed) = signed();
    let read = party.verify(&signed.envelope().to_json()).unwrap();
    let twins = r#"{"occurred_year":"2025","place_country":"SG","people_affected_band":"10-99"}"#;
    assert_eq!(read.content().aside().twins().to_text(), twins);
}

#[test]
fn a_twin_is_shown_instead_of_its_original() {
    let (party, signed) = signed();
    for (twin, original) in
        [("occurred_year", "occurred"), ("place_country", "place"), ("people_affected_band", "people_affected")]
    {
        let original = format!("/object/extensions/{INCIDENT}/{original}");
        let coarse = signed.present(&without(&[&original])).unwrap();
        let read = party.verify(&coarse.envelope().to_json()).unwrap();
        assert!(
            read.content().aside().twins().contains(twin)
                && !read.content().places().contains(&original.parse().unwrap())
        );
        let alone = signed.present(&only(&[&format!("/aside/{twin}")])).unwrap();
        let read = party.verify(&alone.envelope().to_json()).unwrap();
        assert_eq!((read.content().aside().twins().len(), read.content().object().len()), (1, 0));
    }
}

#[test]
fn a_twin_and_its_original_may_both_be_shown() {
    let (party, signed) = signed();
    let both = signed.present(&only(&["/aside/occurred_year", &format!("/object/extensions/{INCIDENT}/occurred")]));
    assert!(party.verify(&both.unwrap().envelope().to_json()).is_ok());
}

/// The foreign time ends one year in UTC, whatever the clocks of its place said.
#[test]
fn the_year_is_that_of_utc() {
    for (time, year) in [
        ("2025-12-31T23:59:59.999999999Z", Some("2025")),
        ("2026-01-01T00:00:00Z", Some("2026")),
        ("0000-01-01T00:00:00Z", Some("0000")),
        ("2016-12-31T23:59:60Z", Some("2016")),
        ("some day in spring", None),
        ("2026-07-01T03:10:00+08:00", None),
    ] {
        let twins = with("occurred", &format!("\"{time}\"")).twins();
        assert_eq!(twins.text("occurred_year"), year, "{time}");
    }
}

#[test]
fn a_count_lies_in_its_power_of_ten() {
    for (count, band) in [
        ("0", Some("0")),
        ("1", Some("1-9")),
        ("9", Some("1-9")),
        ("10", Some("10-99")),
        ("999", Some("100-999")),
        ("9007199254740991", Some("1000000000000000-9999999999999999")),
        ("-1", None),
        ("3.0", None),
        ("\"many\"", None),
    ] {
        assert_eq!(with("people_affected", count).twins().text("people_affected_band"), band, "{count}");
    }
}

#[test]
fn a_place_without_country_has_no_twin() {
    assert!(with("place", r#"{"city":"Queenstown"}"#).twins().is_empty());
    assert!(with("place", r#""SG""#).twins().is_empty());
    assert_eq!(with("place", r#"{"country":"SG"}"#).twins().text("place_country"), Some("SG"));
}

#[test]
fn objects_of_other_kinds_have_no_twins() {
    let mut object = incident().into_map();
    for (name, value) in [("type", "note"), ("id", "note--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0")] {
        object.set(name, value);
    }
    let party = Party::new("author");
    let signed = party.sign(Draft::new(StixObject::from_map(object).unwrap()), "note");
    assert!(signed.content().aside().twins().is_empty());
    assert!(party.verify(&signed.envelope().to_json()).is_ok());
}

#[test]
fn withholding_a_twin_tells_nothing() {
    let (party, signed) = signed();
    let part = signed.present(&Selection::without(["/aside/place_country".parse().unwrap()])).unwrap();
    let read = party.verify(&part.envelope().to_json()).unwrap();
    assert_eq!(read.content().aside().twins().get("place_country"), None::<&Json>);
    let aside = |signed: &Signed<Record>| {
        signed.content().digest_sets().iter().find(|set| set.at.as_str() == "/aside").cloned()
    };
    assert_eq!(aside(&read).unwrap().total, aside(&signed).unwrap().total);
}
