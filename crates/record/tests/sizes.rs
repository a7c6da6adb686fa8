//! How much the size of a sealed record tells, as `SECURITY.md` says it.

use record::json::Map;
use record::stix::StixObject;
use record::{Draft, Selection};

use crate::records::stage::Party;
use crate::shared;

/// Octets of a record of so many properties with nothing shown, and of its body in a feed.
fn sealed(party: &Party, properties: usize, value: &str) -> (usize, usize) {
    let mut object = Map::new()
        .with("type", "x-test")
        .with("id", "x-test--4f6e1f7e-7a53-4f0f-9d58-0f3e5a1c9b20")
        .with("created", "2026-11-21T09:00:00Z")
        .with("modified", "2026-11-21T09:00:00Z")
        .with("created_by_ref", party.id().identity());
    for number in object.len()..properties {
        object.set(format!("p{number}"), value);
    }
    let signed = party.sign(Draft::new(StixObject::from_map(object).unwrap()), "sizes");
    let sealed = signed.present(&Selection::nothing()).unwrap();
    (sealed.envelope().to_json().len(), sealed.envelope().to_body().len())
}

fn with_comma(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

#[test]
fn a_sealed_record_tells_the_step_of_its_count_and_no_more() {
    let party = Party::new("sizes");
    let document = String::from_utf8(shared::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../SECURITY.md"))).unwrap();
    for (from, to) in [(5, 8), (9, 16), (17, 32), (33, 64), (65, 128), (129, 256)] {
        let sizes = [sealed(&party, from, "x"), sealed(&party, to, "x"), sealed(&party, to, &"long ".repeat(80))];
        assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
        let row = format!("| {from} to {to} | {} | {} |", with_comma(sizes[0].0), with_comma(sizes[0].1));
        assert!(document.contains(&row), "SECURITY.md should say: {row}");
    }
}
